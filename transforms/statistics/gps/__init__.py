"""The gamma-Poisson shrinker: fit the prior once on all pairs, then score any pair."""

from transforms.statistics.gps.absent_pairs import WholeTable, whole_table
from transforms.statistics.gps.calibration import Calibration, Simulated, calibrate, share_above_eb05, simulate_pairs
from transforms.statistics.gps.fit import STARTS, fit_prior
from transforms.statistics.gps.prior import DegeneratePriorError, Form, Prior, PriorConvergenceWarning, Theta
from transforms.statistics.gps.scores import Scores, score

__all__ = [
    "STARTS",
    "Calibration",
    "DegeneratePriorError",
    "Form",
    "Prior",
    "PriorConvergenceWarning",
    "Scores",
    "Simulated",
    "Theta",
    "WholeTable",
    "calibrate",
    "fit_prior",
    "score",
    "share_above_eb05",
    "simulate_pairs",
    "whole_table",
]
