"""How reporters dress a drug name: only ways that published rows show, none of which changes what drug it is."""

from __future__ import annotations

from collections.abc import Callable

from simulation.stream import Stream, weighted

WHO_DRUG_COLUMN = 35
"""Column to which a name is padded before its WHO Drug code: ``MEROPEN   ...   /01250501/``."""

_DOSES = ("5 MG", "10 MG", "20MG", "25 MG", "50 MG", "50MG", "100 MG", "100MG", "150 MG", "10.0 MG")
Dressing = Callable[[str, str, int], str]


def _who_drug(name: str, _: str, number: int) -> str:
    return f"{name:<{WHO_DRUG_COLUMN}}/{number % 89999 + 10000:06d}01/"


# (weight, how to dress); arguments are the name, the substance's plain ingredient, and a number to vary by.
_ANY: tuple[tuple[float, Dressing], ...] = (
    (40, lambda name, _, __: name),
    (14, lambda name, _, __: name.capitalize()),
    (4, lambda name, _, __: name.lower()),
    (2, lambda name, _, __: f"{name} "),
    (2, lambda name, _, __: f"  {name}"),
)
_FULL: tuple[tuple[float, Dressing], ...] = (
    *_ANY,
    (10, lambda name, _, __: f"{name}."),
    (6, _who_drug),
    (4, lambda name, _, number: f"{name} {_DOSES[number % len(_DOSES)]}"),
    (2, lambda name, _, number: f"{name} {_DOSES[number % len(_DOSES)]} TABLET"),
    (2, lambda name, _, __: f"{name} TABLETS"),
    (2, lambda name, _, __: f"{name} INJECTION"),
    (2, lambda name, ingredient, __: f"{name} ({ingredient})"),
    (2, lambda name, ingredient, __: f"{name} [{ingredient}]"),
)
_SLOTS = {True: weighted([weight for weight, _ in _FULL], 8), False: weighted([weight for weight, _ in _ANY], 8)}


def dress(stream: Stream, names: list[str], ingredient: str, *, fully: bool) -> list[str]:
    """One dressing for each name.

    Args:
        stream: source of chance.
        names: upper-case names, repeated as often as they should come up.
        ingredient: what stands in brackets after a name.
        fully: false for abbreviations, misspellings and foreign names: case and blanks alone.
    """
    ways = _FULL if fully else _ANY
    which = stream.pick(len(names), _SLOTS[fully])
    number = stream.below(len(names), 1_000_000)
    return [
        ways[way][1](name, ingredient, varied)
        for name, way, varied in zip(names, which.tolist(), number.tolist(), strict=True)
    ]
