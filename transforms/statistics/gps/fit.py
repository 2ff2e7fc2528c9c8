"""The GPS prior by maximum likelihood: several starts on squashed pairs, then Newton's steps on all of them.

The squashed likelihood costs milliseconds and differs from the full one in the fourth digit of the parameters, so the
starts run there; two or three full evaluations then bring the gradient over *all* pairs to zero. Convergence is not
what an optimiser says of itself: it is the gain that one more Newton step promises, measured on all pairs.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize

from transforms.statistics.arrays import Floats
from transforms.statistics.gps.likelihood import log_likelihood
from transforms.statistics.gps.pairs import Pairs, listed_pairs, squash
from transforms.statistics.gps.prior import DegeneratePriorError, Form, Prior, PriorConvergenceWarning, Theta

STARTS: tuple[Theta, ...] = (
    Theta(0.2, 0.1, 2.0, 4.0, 1 / 3),  # DuMouchel 1999
    Theta(0.2, 0.06, 1.4, 1.8, 0.1),
    Theta(1.0, 0.1, 2.0, 2.0, 0.1),
    Theta(5.0, 1.0, 1.0, 1.0, 0.05),
    Theta(0.5, 0.5, 4.0, 4.0, 0.5),
    Theta(2.0, 0.2, 2.0, 2.0, 0.01),
)
"""Heavy and light tails, rare and common first components."""

_SQUASH_ABOVE = 20_000
_SQUASH_WIDTH = 0.02
_CONVERGED_GAIN = 1e-6
_POLISHED_GAIN = 1e-9
_MAXIMUM_POLISH = 12
_AGREEMENT = 1e-3
_FARTHEST = 40.0
"""Beyond exp(40) in any parameter the search is told that nothing is there."""

_SHAPE_LIMITS = (1e-4, 1e4)
"""Shapes and rates outside are a component run off to a point or to nothing, not a distribution that was found."""


def fit_prior(
    n: ArrayLike,
    expected: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    form: Form = "mixture_truncated",
    minimum_count: int | None = None,
    starts: Sequence[Theta] = STARTS,
    maximum_iterations: int = 500,
) -> Prior:
    """Fit the prior of the rate ratio to all drug x term pairs. Same input, same output.

    Args:
        n: Reports of each pair, one-dimensional.
        expected: Reports expected, same length, above 0; stratified or not.
        weights: How many pairs each entry stands for; 1 each if left out.
        form: The likelihood: ``mixture_truncated`` where only pairs that occur are given (the default),
            ``whole_table`` where those with n = 0 are given too (see ``whole_table``), ``component_truncated`` only to
            reproduce published fits.
        minimum_count: n*: pairs below are left out, and the likelihood accounts for that. 1 if left out, 0 for
            ``whole_table``.
        starts: Starting points; the best end is taken.
        maximum_iterations: Of the search from each start.

    Returns:
        The prior. Where ``converged`` is false a PriorConvergenceWarning has been given.

    Raises:
        DegeneratePriorError: The pairs do not determine a mixture of two gammas.
    """
    listed_from = (0 if form == "whole_table" else 1) if minimum_count is None else minimum_count
    if (form == "whole_table") != (listed_from == 0) or listed_from < 0:
        raise ValueError(f"minimum_count: {listed_from} does not go with {form}")
    pairs = listed_pairs(n, expected, weights, listed_from)
    on_all = partial(log_likelihood, pairs=pairs, form=form, minimum_count=listed_from)
    small = squash(pairs, _SQUASH_WIDTH) if pairs.size > _SQUASH_ABOVE else pairs
    on_small = partial(log_likelihood, pairs=small, form=form, minimum_count=listed_from)
    climbs = (_climb(on_small, start.point, small.count, maximum_iterations) for start in starts)
    ends = [end for end in climbs if end is not None]
    if not ends:
        raise DegeneratePriorError(_refusal("the likelihood is finite at none of the starting points", pairs))
    best_value, best = max(ends, key=lambda end: end[0])
    value, point, gain = _polish(on_all, on_small, best)
    theta = Theta.at(point).in_order
    _refuse_degenerate(theta, value, pairs)
    prior = Prior(
        theta=theta,
        log_likelihood=value,
        converged=gain <= _CONVERGED_GAIN,
        n_starts=len(starts),
        n_starts_agreeing=sum(best_value - end_value <= _AGREEMENT for end_value, _ in ends),
        form=form,
        minimum_count=listed_from,
        pair_count=pairs.count,
        expected_gain=gain,
    )
    if not prior.converged:
        warnings.warn(
            f"GPS prior: not converged, a further step would gain {gain:.3g} nats; EBGM, EB05 and EB95 are provisional",
            PriorConvergenceWarning,
            stacklevel=2,
        )
    return prior


_Objective = partial[tuple[float, Floats]]


def _climb(objective: _Objective, start: Floats, scale: float, maximum_iterations: int) -> tuple[float, Floats] | None:
    """One start, by BFGS on the mean per pair; the value and the point reached, None where the start is unusable."""

    def descent(point: Floats) -> tuple[float, Floats]:
        if np.abs(point).max() > _FARTHEST:
            return 1e10, np.zeros(5)
        value, gradient = objective(point)
        return -value / scale, -gradient / scale

    with np.errstate(all="ignore"):
        end = minimize(descent, start, jac=True, method="BFGS", options={"gtol": 1e-8, "maxiter": maximum_iterations})
    value = -float(end.fun) * scale
    return (value, np.asarray(end.x, dtype=np.float64)) if math.isfinite(value) else None


def _polish(full: _Objective, small: _Objective, point: Floats) -> tuple[float, Floats, float]:
    """Newton's steps on all pairs, with the curvature of the squashed ones.

    Returns the value, the point, and what one more step promises: infinity where the curvature is not a maximum's.
    """
    curvature = _curvature(small, point)
    value, slope = full(point)
    if not np.all(np.isfinite(curvature)) or np.linalg.eigvalsh(curvature).max() >= 0:
        return value, point, math.inf
    for _ in range(_MAXIMUM_POLISH):
        step = np.linalg.solve(-curvature, slope)
        if slope @ step / 2 <= _POLISHED_GAIN:
            break
        # A step that leaves the fence or loses ground by more than rounding is halved, or the point stays.
        for length in (1.0, 0.5, 0.25, 0.125):
            there = point + length * step
            if np.abs(there).max() > _FARTHEST:
                continue
            reached, slope_there = full(there)
            if reached >= value - 1e-12 * abs(value):
                value, point, slope = reached, there, slope_there
                break
        else:
            break
    return value, point, float(slope @ np.linalg.solve(-curvature, slope) / 2)


def _curvature(objective: _Objective, point: Floats) -> Floats:
    """Second derivatives of the log-likelihood by central differences of its gradient."""
    width = 1e-4
    rows = [objective(point + unit)[1] - objective(point - unit)[1] for unit in width * np.eye(5)]
    second = np.array(rows) / (2 * width)
    return np.asarray((second + second.T) / 2)


def _refuse_degenerate(theta: Theta, value: float, pairs: Pairs) -> None:
    """Raise where the best end is not a mixture of two gammas.

    Such an end scores well and means nothing: a component that is a point, or empty, takes its EB05 from no data.
    """
    low, high = _SHAPE_LIMITS
    fewest = min(theta.mixing_share, 1.0 - theta.mixing_share) * pairs.count
    if not math.isfinite(value) or not all(map(math.isfinite, theta)):
        raise DegeneratePriorError(_refusal("the likelihood is not finite at its best point", pairs))
    if not all(low <= number <= high for number in theta[:4]):
        raise DegeneratePriorError(_refusal(f"a component ran off: {_text(theta)}", pairs))
    if fewest < 1.0:
        raise DegeneratePriorError(_refusal(f"a component holds less than one pair: {_text(theta)}", pairs))


def _refusal(why: str, pairs: Pairs) -> str:
    return (
        f"GPS prior on {pairs.count:.0f} pairs: degenerate fit, {why}; fit all pairs of the warehouse, those that "
        "never occur included (form whole_table), or more reports, or build without EBGM"
    )


def _text(theta: Theta) -> str:
    return ", ".join(f"{name} {number:.4g}" for name, number in zip(Theta._fields, theta, strict=True))
