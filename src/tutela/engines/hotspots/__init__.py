"""Hotspots: where, and when, there are more cases than chance explains (scan statistics after Kulldorff)."""

from tutela.engines.hotspots.geometry import (
    BadPlaces,
    Geometry,
    GreatCircle,
    Network,
    Plane,
    Stretched,
    ellipses,
    flattened,
)
from tutela.engines.hotspots.local import Among, Local, linked, local_statistics, nearest, rates, runs_for
from tutela.engines.hotspots.models import BadCounts, Bernoulli, Model, Permutation, Poisson
from tutela.engines.hotspots.scanning import LEAST_CASES, MOST_CLUSTERS, RUNS, Cluster, Findings, scan
from tutela.engines.hotspots.significance import Chance, recurrence
from tutela.engines.hotspots.standardisation import between_censuses, standardised
from tutela.engines.hotspots.windows import BadWindows, Reach, Stretches, all_of_time, any_time, until_now

__all__ = [
    "LEAST_CASES",
    "MOST_CLUSTERS",
    "RUNS",
    "Among",
    "BadCounts",
    "BadPlaces",
    "BadWindows",
    "Bernoulli",
    "Chance",
    "Cluster",
    "Findings",
    "Geometry",
    "GreatCircle",
    "Local",
    "Model",
    "Network",
    "Permutation",
    "Plane",
    "Poisson",
    "Reach",
    "Stretched",
    "Stretches",
    "all_of_time",
    "any_time",
    "between_censuses",
    "ellipses",
    "flattened",
    "linked",
    "local_statistics",
    "nearest",
    "rates",
    "recurrence",
    "runs_for",
    "scan",
    "standardised",
    "until_now",
]
