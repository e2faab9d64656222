"""Watches all series by one method, with the bound that the budget of false alarms sets."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tutela.engines.surveillance import (
    FARRINGTON_1996,
    NOUFAILY,
    BadSeries,
    Delays,
    Ears,
    Nowcast,
    Rule,
    Watched,
    alpha_for,
    bulk_imports,
    change_point,
    delays_of,
    ears,
    farrington,
    likelihood_cusum,
    limits,
    nowcast,
    stand_out,
    suspended,
)
from tutela.operations.early_warning.asked import Asked, Method
from tutela.operations.early_warning.reading import Floats, Study, a_year
from tutela.operations.hotspots.asked import Unit
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated, ngettext, number
from tutela.operations.refusals import Refused

YEARS = (3, 5)
ENOUGH = 0.9
"""Methods that cannot allow for late reports judge a period only when so much of it is known."""
_LONGEST = {Unit.WEEK: 26, Unit.DAY: 60}
_SHORTEST = {Method.CHANGE_POINT: 8, Method.C1: 7, Method.C2: 9, Method.C3: 11}
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was found, (series, watched) but for `stands_out` (series,) and `known` (watched,).

    `judged`: False where too little is known yet or the method has no answer; `paused`: after an import in
    bulk, or of periods that one changed; `alarms` are judged and not paused. Only an alarm of the last period
    can stand out: to take all others as chance errs on the safe side.
    """

    method: Method
    rule: Rule | None
    alpha: float
    counts: Floats
    watched: Watched
    alarms: Flags
    judged: Flags
    paused: Flags
    stands_out: Flags
    delays: Delays | None
    known: Floats
    nowcast: Nowcast | None
    imports: int

    @property
    def watch(self) -> int:
        return int(self.counts.shape[1])


def watch(asked: Asked, study: Study) -> Findings:
    """Raises Refused where the series are too short for the method, saying which one is not."""
    method = method_for(asked, study)
    rule = _rule(method, study)
    long = min(asked.watch, study.periods.number - (rule.needs if rule else _SHORTEST[method]))
    alpha = alpha_for(asked.alarms_a_year, series=len(study.names), periods=a_year(asked.unit))
    imported = _imported(study)
    delays = _delays(asked, study, imported)
    known = delays.known(long) if delays else np.ones(long)
    watched = _watched(method, rule, asked, study, long, alpha, known)
    judged = np.isfinite(watched.upper) & (True if rule else known >= ENOUGH)
    counts = study.counts[:, watched.first :]
    paused, imports = _paused(asked, study, imported, watched.first)
    alarms = watched.alarms & judged & ~paused
    rare = np.where(alarms[:, -1], watched.p[:, -1], np.nan)
    groups = np.unique(study.groups, return_inverse=True)[1]
    return Findings(
        method=method,
        rule=rule,
        alpha=alpha,
        counts=counts,
        watched=watched,
        alarms=alarms,
        judged=judged,
        paused=paused,
        stands_out=stand_out(rare, groups, level=asked.level),
        delays=delays,
        known=known,
        nowcast=nowcast(counts, known) if delays else None,
        imports=imports,
    )


def method_for(asked: Asked, study: Study) -> Method:
    """What was asked for; else for days C2, and for weeks Noufaily's with three years to look back on."""
    method = asked.method or (
        Method.C2 if asked.unit is Unit.DAY else Method.NOUFAILY if _years(study) else Method.CHANGE_POINT
    )
    if method.looks_years_back and asked.unit is Unit.DAY:
        says = _("{option} is for weeks: take --time week, or --method c2.")
        raise Refused(says.format(option=_option(method)))
    if method.looks_years_back and not _years(study):
        needs = replace(NOUFAILY, years=YEARS[0]).needs + 1
        says = _(
            "{option} needs three years before a week: {needs} weeks or more, and there are {weeks}. Take "
            "--method change-point."
        )
        weeks = number(study.periods.number)
        raise Refused(says.format(option=_option(method), needs=number(needs), weeks=weeks))
    least = _SHORTEST.get(method, 0)
    if study.periods.number <= least:
        says = ngettext(
            "{option} needs more than {count} period.", "{option} needs more than {count} periods.", least
        )
        raise Refused(says.format(option=_option(method), count=number(least)))
    return method


def _option(method: Method) -> str:
    return isolated(f"--method {method.value}")


def _years(study: Study) -> int:
    """How many years the methods with seasons can look back, 0 where fewer than three."""
    fits: list[int] = [
        n for n in range(YEARS[0], YEARS[1] + 1) if replace(NOUFAILY, years=n).needs < study.periods.number
    ]
    return fits[-1] if fits else 0


def _rule(method: Method, study: Study) -> Rule | None:
    if not method.looks_years_back:
        return None
    return replace(FARRINGTON_1996 if method is Method.FARRINGTON else NOUFAILY, years=_years(study))


def _watched(
    method: Method, rule: Rule | None, asked: Asked, study: Study, long: int, alpha: float, known: Floats
) -> Watched:
    if rule is not None:
        found = farrington(study.counts, rule, watch=long, alpha=alpha * rule.tail, known=known)
        return _summed(found, asked, study, alpha) if method is Method.CUSUM else found
    if method is Method.CHANGE_POINT:
        return change_point(study.counts, watch=long, alpha=alpha).watched
    return ears(study.counts, Ears(method.value), watch=long, alpha=alpha)


def _summed(usual: Watched, asked: Asked, study: Study, alpha: float) -> Watched:
    """Sums over the watched weeks, each held against what Noufaily's method expects of it."""
    phi = usual.phi
    assert phi is not None
    limit = limits(usual.expected, phi, rate=alpha, chance=np.random.default_rng(asked.seed))
    found = likelihood_cusum(study.counts[:, usual.first :], usual.expected, phi, limit=limit)
    nothing = np.full(usual.p.shape, np.nan)
    return replace(usual, upper=found.upper, alarms=found.alarms, p=nothing)


def _delays(asked: Asked, study: Study, imported: Flags) -> Delays | None:
    """Learned from all reports but those of imports in bulk, which say nothing about how people report. None
    where the rest are too few."""
    reports = study.reports
    if reports is None:
        return None
    try:
        return delays_of(
            reports.event[~imported],
            reports.received[~imported],
            reports.cases[~imported],
            now=study.periods.number - 1,
            longest=min(_LONGEST[asked.unit], study.periods.number // 4),
            recent=a_year(asked.unit),
        )
    except BadSeries:
        return None


def _imported(study: Study) -> Flags:
    reports = study.reports
    if reports is None:
        return np.zeros(0, dtype=bool)
    return bulk_imports(reports.event, reports.received, reports.cases)


def _paused(asked: Asked, study: Study, imported: Flags, first: int) -> tuple[Flags, int]:
    """Periods at and after an import in bulk and those that its old cases lie in; and how many imports."""
    reports, shape = study.reports, study.counts.shape
    if reports is None:
        return np.zeros((shape[0], shape[1] - first), dtype=bool), 0
    imports = np.unique(reports.received[imported])
    paused = np.tile(suspended(imports, periods=shape[1], rest=asked.pause), (shape[0], 1))
    paused[reports.series[imported], reports.event[imported]] = True
    return paused[:, first:], int((imports >= first).sum())
