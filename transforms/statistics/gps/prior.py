"""The GPS prior: a mixture of two gammas for the rate ratio, and how it was come by."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from scipy.special import expit, logit

from transforms.statistics.arrays import Floats
from vocabulary.errors import BuildError

Form = Literal["mixture_truncated", "whole_table", "component_truncated"]
"""Which likelihood is fitted: see ``likelihood``."""


class DegeneratePriorError(BuildError):
    """The pairs do not determine a mixture of two gammas, so no score may rest on it."""


class PriorConvergenceWarning(UserWarning):
    """The optimiser stopped before the likelihood was at its maximum."""


class Theta(NamedTuple):
    """Rate ratio ~ mixing_share Gamma(shape_1, rate_1) + (1 - mixing_share) Gamma(shape_2, rate_2).

    The first component is the one with the higher mean.
    """

    shape_1: float
    rate_1: float
    shape_2: float
    rate_2: float
    mixing_share: float

    @classmethod
    def at(cls, point: Floats) -> Theta:
        """From the optimiser's five free numbers (log, log, log, log, logit)."""
        shape_1, rate_1, shape_2, rate_2 = (float(x) for x in np.exp(point[:4]))
        return cls(shape_1, rate_1, shape_2, rate_2, float(expit(point[4])))

    @property
    def point(self) -> Floats:
        """The optimiser's five free numbers."""
        return np.array([*np.log(self[:4]), logit(self.mixing_share)])

    @property
    def in_order(self) -> Theta:
        """The same mixture with the component of higher mean first."""
        if self.shape_1 / self.rate_1 >= self.shape_2 / self.rate_2:
            return self
        return Theta(self.shape_2, self.rate_2, self.shape_1, self.rate_1, 1.0 - self.mixing_share)


@dataclass(frozen=True, slots=True)
class Prior:
    """A prior with the account of its fit.

    Attributes:
        theta: The five parameters.
        log_likelihood: Of all pairs fitted, in nats, without constants left out.
        converged: A further Newton step on all pairs would gain less than 1e-6 nats, and the curvature is that of a
            maximum.
        n_starts: Starting points tried.
        n_starts_agreeing: How many of them ended within 1e-3 nats of the best.
        form: The likelihood fitted; ``given`` where the parameters come from elsewhere.
        minimum_count: n*: pairs with fewer reports were not listed, or left out.
        pair_count: Pairs fitted, the weights counted.
        expected_gain: What a further Newton step would gain, in nats.
    """

    theta: Theta
    log_likelihood: float
    converged: bool
    n_starts: int
    n_starts_agreeing: int
    form: Form | Literal["given"]
    minimum_count: int
    pair_count: float
    expected_gain: float

    @classmethod
    def given(cls, *theta: float) -> Prior:
        """A prior whose five parameters are known, published ones for example."""
        return cls(Theta(*theta), math.nan, True, 0, 0, "given", 0, math.nan, math.nan)
