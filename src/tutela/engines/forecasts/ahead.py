"""What a fitted model lets expect of the next periods: mean and variance, exactly, without random numbers.

Held, Meyer and Bracher 2017, Statistics in Medicine 36: 3443-3460 (first and second moments of path
forecasts).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tutela.engines.forecasts.counts import Expected, Floats, NoForecast, counts_of
from tutela.engines.forecasts.model import LAGS, Fit


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """Each place and period to come (places, steps), all steps of a place (places,), all places (steps,),
    and all.

    One step ahead the distribution is the model's own. Further, and for sums, mean and variance are exact
    and the negative binomial with them stands for a shape that has no closed form.
    """

    each: Expected
    by_place: Expected
    by_step: Expected
    whole: Expected


def ahead(found: Fit, counts: ArrayLike, *, steps: int) -> Ahead:
    """The `steps` periods after counts (places, periods), which may be longer than those that were fitted.

    Chance errors of the periods to come are uncorrelated, with the variance of the model; what a count
    leaves for later periods and other places is a sum of them. What the parameters are unsure of is not in
    it.
    """
    table = counts_of(counts)
    if steps < 1 or table.shape[1] < LAGS or len(table) != len(found.levels):
        raise NoForecast(f"A forecast needs the places of its model, {LAGS} periods and one step at least.")
    endemic = found.endemic(np.arange(table.shape[1], table.shape[1] + steps))
    mean = _means(found, table, endemic)
    if found.shares is None or found.near == 0:
        echo = _echoes(np.array([[found.own]]), found.shape.lags, steps)[:, 0, 0]
        return _apart(found, mean, echo)
    one = found.own * np.eye(len(table)) + found.near * found.shares
    return _together(found, mean, _echoes(one, found.shape.lags, steps))


def _means(found: Fit, table: Floats, endemic: Floats) -> Floats:
    known = np.hstack([table[:, -LAGS:], np.zeros_like(endemic)])
    for step in range(endemic.shape[1]):
        before = known[:, step : step + LAGS] @ found.shape.lags[::-1]
        near = found.near * (found.shares @ before) if found.shares is not None else 0.0
        known[:, LAGS + step] = endemic[:, step] + found.own * before + near
    return known[:, LAGS:]


def _echoes(one: Floats, lags: Floats, steps: int) -> Floats:
    """What a case more leaves 0, 1, … periods later: (steps, places, places), to (row) from (column)."""
    found = np.zeros((steps, *one.shape))
    found[0] = np.eye(len(one))
    for step in range(1, steps):
        back = min(step, LAGS)
        found[step] = one @ np.tensordot(lags[:back], found[step - back : step][::-1], axes=1)
    return found


def _apart(found: Fit, mean: Floats, echo: Floats) -> Ahead:
    """Places that do not touch each other: their errors add up one by one."""
    steps = mean.shape[1]
    error = np.zeros_like(mean)
    carried = np.zeros_like(mean)
    for step in range(steps):
        if step:
            carried[:, step] = error[:, :step] @ (echo[step:0:-1] ** 2)
        error[:, step] = _own_error(found, mean[:, step], carried[:, step])
    reach = np.cumsum(echo)[::-1]
    by_place = error @ reach**2
    each = carried + error
    return Ahead(
        each=Expected(mean, each),
        by_place=Expected(mean.sum(axis=1), by_place),
        by_step=Expected(mean.sum(axis=0), each.sum(axis=0)),
        whole=Expected(mean.sum(), np.asarray(by_place.sum())),
    )


def _together(found: Fit, mean: Floats, echo: Floats) -> Ahead:
    steps = mean.shape[1]
    error, carried = np.zeros_like(mean), np.zeros_like(mean)
    by_step = np.zeros(steps)
    for step in range(steps):
        for since in range(step):
            carried[:, step] += echo[step - since] ** 2 @ error[:, since]
        error[:, step] = _own_error(found, mean[:, step], carried[:, step])
        by_step[step] = sum(
            float(echo[step - since].sum(axis=0) ** 2 @ error[:, since]) for since in range(step + 1)
        )
    reach = np.cumsum(echo, axis=0)[::-1]
    by_place = sum((reach[since] ** 2 @ error[:, since] for since in range(steps)), np.zeros(len(mean)))
    whole = sum(float(reach[since].sum(axis=0) ** 2 @ error[:, since]) for since in range(steps))
    return Ahead(
        each=Expected(mean, carried + error),
        by_place=Expected(mean.sum(axis=1), by_place),
        by_step=Expected(mean.sum(axis=0), by_step),
        whole=Expected(np.asarray(mean.sum()), np.asarray(whole)),
    )


def _own_error(found: Fit, mean: Floats, carried: Floats) -> Floats:
    """The mean of the conditional variance: m + spread (m² + the variance of the conditional mean)."""
    return np.asarray(mean + found.spread * (mean**2 + carried))
