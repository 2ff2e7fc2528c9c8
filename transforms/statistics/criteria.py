"""The published signal criteria, each on its own: no single flag hides which one holds.

A criterion on a number that is undefined (NaN) is not met. A ratio that rests on corrected cells never makes a signal;
IC and EBGM are not corrected, so theirs can hold at a zero cell.
"""

from __future__ import annotations

from transforms.statistics.arrays import Flags, Floats


def meets_evans(a: Floats, prr: Floats, chi_squared: Floats, is_zero_cell_corrected: Flags) -> Flags:
    """PRR >= 2, chi-squared (Pearson) >= 4, a >= 3. Evans, Waller and Davis 2001."""
    return (prr >= 2) & (chi_squared >= 4) & (a >= 3) & ~is_zero_cell_corrected


def meets_ror(a: Floats, ror_lower_95: Floats, is_zero_cell_corrected: Flags) -> Flags:
    """Lower bound of the ROR above 1, a >= 3. van Puijenbroek et al. 2002."""
    return (ror_lower_95 > 1) & (a >= 3) & ~is_zero_cell_corrected


def meets_ic(ic_lower_95: Floats) -> Flags:
    """IC025 > 0. Bate et al. 1998, Noren et al. 2013."""
    return ic_lower_95 > 0


def meets_ema(a: Floats, prr_lower_95: Floats, is_zero_cell_corrected: Flags) -> Flags:
    """Lower bound of the PRR >= 1, a >= 5. EMA, screening for adverse reactions in EudraVigilance, 2016."""
    return (prr_lower_95 >= 1) & (a >= 5) & ~is_zero_cell_corrected


def meets_eb05(eb05: Floats) -> Flags:
    """EB05 >= 2. Szarfman, Machado and O'Neill, Drug Saf 2002, 25:381-392."""
    return eb05 >= 2


def meets_mhra(a: Floats, ebgm: Floats, eb05: Floats) -> Flags:
    """EBGM >= 2.5, EB05 >= 1.8, a >= 3, as the MHRA screens."""
    return (ebgm >= 2.5) & (eb05 >= 1.8) & (a >= 3)
