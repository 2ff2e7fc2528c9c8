"""Tables of answers: counts from SQL, measures from transforms.statistics. One file per question."""

from warehouse.marts import interaction, prior, sensitivity, side_effect, signal, strata, time
from warehouse.plan import Step


def mart_steps() -> list[Step]:
    """Steps of every mart and of what they share."""
    return [
        step for part in (prior, side_effect, sensitivity, strata, signal, interaction, time) for step in part.steps()
    ]
