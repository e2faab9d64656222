"""Makes the forecast, and first tries it on what it has not seen, beside simpler ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tutela.engines import forecasts
from tutela.engines.forecasts import MODEL, Ahead, Difference, Fit, HeldBack, Shape, Simple
from tutela.operations.forecast.asked import Asked
from tutela.operations.forecast.reading import Study
from tutela.operations.hotspots.asked import Unit
from tutela.operations.hotspots.words import length
from tutela.operations.language import gettext as _
from tutela.operations.language import number as written
from tutela.operations.refusals import Refused
from tutela.operations.reports.telling import tell

LEVELS = (0.5, 0.8, 0.95)
FEWEST = {Unit.WEEK: 40, Unit.MONTH: 24}
SURE = 0.05
_MANY_PLACES = 100
Floats = NDArray[np.float64]


class Verdict(StrEnum):
    BETTER = "better"
    ALIKE = "alike"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Score:
    """How one way did, so many steps ahead: mean scores over places and periods, and intervals that held.

    `against`: how the forecast differs from it by the logarithmic score (below 0: the forecast is better);
    None for itself.
    """

    name: str
    step: int
    logarithmic: float
    ranked: float
    dawid_sebastiani: float
    held: Mapping[float, float]
    against: Difference | None

    @property
    def verdict(self) -> Verdict:
        """What can be said of the forecast beside this way."""
        if self.against is None or not self.against.p <= SURE:
            return Verdict.ALIKE
        return Verdict.BETTER if self.against.mean < 0 else Verdict.WORSE


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a history of this length allows: periods that are held back, the season, what to beat."""

    periods: int
    shape: Shape
    against: tuple[Simple, ...]
    may_trend: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """`simple`: what each simpler way expects of the same periods, by name, means (places, steps)."""

    plan: Plan
    fit: Fit
    ahead: Ahead
    simple: Mapping[str, Floats]
    held: HeldBack
    scores: tuple[Score, ...]
    calibration: Floats
    parts: tuple[float, float, float]
    """Of all that the model expected of the time it was made from: always, own past, neighbours."""

    @property
    def last_year(self) -> slice:
        """Of the periods held back, those of the last year: the ones that are drawn."""
        return slice(-self.plan.shape.year, None)

    @property
    def first_rival(self) -> Simple:
        return self.plan.against[0]

    def of(self, name: str, step: int) -> Score:
        return next(one for one in self.scores if one.name == name and one.step == step)


def plan_for(asked: Asked, study: Study) -> Plan:
    """Raises Refused where the history is too short for any forecast, or empty."""
    number, year = study.periods.number, asked.year
    if number < FEWEST[asked.unit]:
        says = _(
            "{time} are too few for a forecast: {least} are needed, and two and a half years to learn a "
            "season."
        )
        time, least = length(number, asked.unit), written(FEWEST[asked.unit])
        raise Refused(says.format(time=time, least=least))
    if not study.counts.any():
        raise Refused(_("There is no case in any place: nothing can be learned from that."))
    shape = Shape(year=year, waves=1)
    if number >= 5 * year // 2:
        two = (Simple.LAST_YEAR, Simple.SEASON) if number >= 3 * year + 2 else (Simple.LAST_YEAR,)
        back = 2 * year if number >= 5 * year else year
        return Plan(periods=back, shape=shape, against=two, may_trend=number >= 3 * year)
    held = max(year // 4, 6)
    enough = number - held >= Simple.LAST_YEAR.needs(year)
    rival = Simple.LAST_YEAR if enough else Simple.SO_FAR
    return Plan(periods=held, shape=replace(shape, waves=0), against=(rival,), may_trend=False)


def predict(asked: Asked, study: Study) -> Findings:
    """Tries the forecast on what was held back, then makes it from all there is. Raises NoForecast."""
    plan = plan_for(asked, study)
    often = 4 if len(study.names) <= _MANY_PLACES else 13
    held = forecasts.held_back(
        study.counts, plan.shape, study.shares, periods=plan.periods, steps=asked.ahead, against=plan.against,
        again=often if asked.unit is Unit.WEEK else max(1, often // 4), may_trend=plan.may_trend,
        progress=_told(plan.periods),
    )  # fmt: skip
    found = forecasts.chosen(study.counts, plan.shape, study.shares, may_trend=plan.may_trend)
    steps = sorted({1, min(asked.ahead, plan.periods)})
    next_one, seen = held.at(1)
    return Findings(
        plan=plan,
        fit=found,
        ahead=forecasts.ahead(found, study.counts, steps=asked.ahead),
        simple={kind.value: _simply(kind, asked, study) for kind in plan.against},
        held=held,
        scores=tuple(score for step in steps for score in _scores(held, step)),
        calibration=forecasts.calibration(next_one[MODEL], seen),
        parts=forecasts.parts(found, study.counts),
    )


def _simply(kind: Simple, asked: Asked, study: Study) -> Floats:
    return forecasts.expected(
        kind, study.counts, known=study.periods.number, steps=asked.ahead, year=asked.year, spread=0.0,
        added=0.0,
    ).mean  # fmt: skip


def _scores(held: HeldBack, step: int) -> list[Score]:
    made, seen = held.at(step)
    by_period = {name: forecasts.logarithmic(each, seen).mean(axis=0) for name, each in made.items()}
    return [
        Score(
            name=name,
            step=step,
            logarithmic=float(by_period[name].mean()),
            ranked=float(forecasts.ranked(each, seen).mean()),
            dawid_sebastiani=float(forecasts.dawid_sebastiani(each, seen).mean()),
            held={level: forecasts.held(each, seen, level=level) for level in LEVELS},
            against=None if name == MODEL else forecasts.paired(by_period[MODEL] - by_period[name]),
        )
        for name, each in made.items()
    ]


def _told(periods: int) -> forecasts.Progress:
    def progress(done: int) -> None:
        if done % 13 == 0 or done == periods:
            says = _("Tried on {done} of {all} periods that were held back.")
            tell(says.format(done=written(done), all=written(periods)))

    return progress
