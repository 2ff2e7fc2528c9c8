"""Disproportionality statistics on arrays of counts: pure, vectorised, each with its formula and source.

``measures`` and ``empirical_bayes`` give the columns of the marts. What the other functions share: counts of distinct
current cases go in, arrays of the same shape come out, NaN stands for undefined and a reason code says why.
"""

from transforms.statistics.arrays import Estimate
from transforms.statistics.columns import Columns, empirical_bayes, measures
from transforms.statistics.gps import (
    Calibration,
    DegeneratePriorError,
    Prior,
    PriorConvergenceWarning,
    Scores,
    Theta,
    calibrate,
    fit_prior,
    score,
    share_above_eb05,
    simulate_pairs,
    whole_table,
)
from transforms.statistics.information_component import information_component
from transforms.statistics.mantel_haenszel import Stratified, stratified_odds_ratio
from transforms.statistics.multiplicity import benjamini_hochberg
from transforms.statistics.omega import Interaction, two_drug_interaction
from transforms.statistics.share import reporting_share
from transforms.statistics.small_cells import Association, ExactTest, association, fisher_exact
from transforms.statistics.time_to_onset import Weibull, weibull

__all__ = [
    "Association",
    "Calibration",
    "Columns",
    "DegeneratePriorError",
    "Estimate",
    "ExactTest",
    "Interaction",
    "Prior",
    "PriorConvergenceWarning",
    "Scores",
    "Stratified",
    "Theta",
    "Weibull",
    "association",
    "benjamini_hochberg",
    "calibrate",
    "empirical_bayes",
    "fisher_exact",
    "fit_prior",
    "information_component",
    "measures",
    "reporting_share",
    "score",
    "share_above_eb05",
    "simulate_pairs",
    "stratified_odds_ratio",
    "two_drug_interaction",
    "weibull",
    "whole_table",
]
