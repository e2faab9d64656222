"""Counts of places that are still to come, with intervals, held against what simpler ways would have said."""

from tutela.engines.forecasts.ahead import Ahead, ahead
from tutela.engines.forecasts.backtest import MODEL, HeldBack, Progress, held_back
from tutela.engines.forecasts.counts import Expected, NoForecast
from tutela.engines.forecasts.model import LAGS, Fit, Shape, chosen, fit, parts, shares_of
from tutela.engines.forecasts.scores import (
    BINS,
    Difference,
    calibration,
    dawid_sebastiani,
    held,
    logarithmic,
    paired,
    ranked,
)
from tutela.engines.forecasts.simple import Simple, expected, spread_of

__all__ = [
    "BINS",
    "LAGS",
    "MODEL",
    "Ahead",
    "Difference",
    "Expected",
    "Fit",
    "HeldBack",
    "NoForecast",
    "Progress",
    "Shape",
    "Simple",
    "ahead",
    "calibration",
    "chosen",
    "dawid_sebastiani",
    "expected",
    "fit",
    "held",
    "held_back",
    "logarithmic",
    "paired",
    "parts",
    "ranked",
    "shares_of",
    "spread_of",
]
