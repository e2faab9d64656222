"""Early warning: whether a count over time rose above what it was, with false alarms kept to a budget."""

from tutela.engines.surveillance.budget import LARGEST, alpha_for, stand_out
from tutela.engines.surveillance.changepoint import Levels, change_point
from tutela.engines.surveillance.cusum import Summed, likelihood_cusum, limits, standard_cusum
from tutela.engines.surveillance.delays import (
    LEAST_RECORDS,
    Delays,
    Nowcast,
    bulk_imports,
    delays_of,
    nowcast,
    suspended,
)
from tutela.engines.surveillance.ears import Ears, ears
from tutela.engines.surveillance.farrington import FARRINGTON_1996, NOUFAILY, Rule, Threshold, farrington
from tutela.engines.surveillance.series import BadSeries, Watched

__all__ = [
    "FARRINGTON_1996",
    "LARGEST",
    "LEAST_RECORDS",
    "NOUFAILY",
    "BadSeries",
    "Delays",
    "Ears",
    "Levels",
    "Nowcast",
    "Rule",
    "Summed",
    "Threshold",
    "Watched",
    "alpha_for",
    "bulk_imports",
    "change_point",
    "delays_of",
    "ears",
    "farrington",
    "likelihood_cusum",
    "limits",
    "nowcast",
    "stand_out",
    "standard_cusum",
    "suspended",
]
