"""The reporting share: of the exposed cases, how many report the event. Not an incidence: FAERS has no denominator."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from transforms.statistics.arrays import Z_95, Estimate, counts


def reporting_share(event_cases: ArrayLike, exposed_cases: ArrayLike) -> Estimate:
    """Share of exposed cases that report the event, 0 to 1, with Wilson's interval.

    Wilson (1927, JASA 22:209-212) inverts the score test, so the interval stays in 0 to 1 and is honest at 0 cases;
    it assumes that cases report independently. NaN where there are no exposed cases.

    Raises:
        ValueError: A number is not a count, or more cases have the event than are exposed.
    """
    cases, exposed = counts(event_cases=event_cases, exposed_cases=exposed_cases)
    if np.any(cases > exposed):
        raise ValueError("event_cases: more cases with the event than exposed cases")
    size = np.where(exposed > 0, exposed, np.nan)
    share = cases / size
    z2 = Z_95**2
    centre = (cases + z2 / 2) / (size + z2)
    half = Z_95 * np.sqrt(cases * (size - cases) / size + z2 / 4) / (size + z2)
    # At 0 and at all cases the exact bound is 0 or 1, and rounding must not leave it beside the estimate.
    return Estimate(share, np.clip(centre - half, 0.0, share), np.clip(centre + half, share, 1.0))
