"""Incidences of sessions that cluster in patients: shares, means and contrasts with honest intervals."""

from transforms.incidence.clusters import Clusters, Sizes, clusters, residual_products, sizes_of
from transforms.incidence.contrast import Contrast, contrast
from transforms.incidence.proportion import clustered_mean, clustered_proportion, design_effect, wilson

__all__ = [
    "Clusters",
    "Contrast",
    "Sizes",
    "clustered_mean",
    "clustered_proportion",
    "clusters",
    "contrast",
    "design_effect",
    "residual_products",
    "sizes_of",
    "wilson",
]
