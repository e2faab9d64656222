"""Turns a table of cases into counts of series by period, and remembers when each case was received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.operations.early_warning.asked import Asked
from tutela.operations.hotspots.asked import Unit
from tutela.operations.hotspots.periods import Periods, periods_of
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated, number
from tutela.operations.reading import opened
from tutela.operations.refusals import Refused
from tutela.operations.reports.tables import Partial, Table, Unusable, count, partial_date, text

ALL = "all cases"
_COLUMNS = ("series", "group", "date", "received", "cases")
MOST_NUMBERS = 20_000_000
Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """Each usable line: positions of series and periods of event and receipt, and its cases, all (lines,)."""

    series: Whole
    event: Whole
    received: Whole
    cases: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """`counts` (series, periods); `groups` (series,): names, the same where none are given; `reports` None
    without a column of receipt; `left_out`: lines before or after the time that is looked at."""

    names: tuple[str, ...]
    groups: tuple[str, ...]
    periods: Periods
    counts: Floats
    reports: Reports | None
    files: Mapping[str, str]
    left_out: int


def read(asked: Asked) -> Study:
    """Raises Refused with one line for each thing that cannot be used."""
    table = opened([asked.file, *asked.more], asked.columns, wanted=_COLUMNS, engine=asked.engine)
    table.need(["date"])
    if not len(table):
        raise Refused(_("{file} has no lines under its heading.").format(file=isolated(str(asked.file))))
    names = _texts(table, "series")
    groups = _groups(table, names)
    dates = table.values("date", partial_date)
    received = table.values("received", partial_date) if table.has("received") else None
    cases = table.values("cases", count) if table.has("cases") else [1] * len(table)
    _refuse_before(table, dates, received)
    table.refuse_wrong()
    whole = [one for one in (*dates, *(received or [])) if one is not None]
    periods = periods_of(asked.unit, whole, first=asked.first, last=asked.last)
    event, arrival = _positions(table, dates, periods), _positions(table, received or dates, periods)
    table.refuse_wrong()
    order = tuple(sorted(groups))
    if len(order) * periods.number > MOST_NUMBERS:
        too_many = _("Series: {series}. Periods: {periods}. These are too many at once.")
        raise Refused(too_many.format(series=number(len(order)), periods=number(periods.number)))
    place = {name: at for at, name in enumerate(order)}
    kept = np.array([a is not None and b is not None for a, b in zip(event, arrival, strict=True)])
    times = np.array(table.times, dtype=np.int64)
    found = Reports(
        series=np.array([place[name] for name in names if name is not None])[kept],
        event=np.array([one or 0 for one in event])[kept],
        received=np.array([one or 0 for one in arrival])[kept],
        cases=(np.array(cases, dtype=np.float64) * times)[kept],
    )
    counts = np.zeros((len(order), periods.number))
    np.add.at(counts, (found.series, found.event), found.cases)
    return Study(
        names=order,
        groups=tuple(groups[name] for name in order),
        periods=periods,
        counts=counts,
        reports=found if received else None,
        files=table.digests,
        left_out=int(times[~kept].sum()),
    )


def _texts(table: Table, column: str) -> list[str | None]:
    return table.values(column, text) if table.has(column) else [ALL] * len(table)


def _groups(table: Table, names: list[str | None]) -> dict[str, str]:
    """The group of each series; one that changes its group is told."""
    found: dict[str, str] = {}
    for row, (name, group) in enumerate(zip(names, _texts(table, "group"), strict=True)):
        if name is None or group is None:
            continue
        if found.setdefault(name, group) != group:
            says = _("series “{name}” is in another group in an earlier line.")
            table.wrong_at(row, says.format(name=name))
    return found


def _refuse_before(table: Table, dates: list[Partial | None], received: list[Partial | None] | None) -> None:
    for row, (when, came) in enumerate(zip(dates, received or dates, strict=True)):
        if when is not None and came is not None and _earliest(came) < _earliest(when):
            table.wrong_at(row, _("received before the date of the case."))


def _earliest(when: Partial) -> tuple[int, int, int]:
    return when.year, when.month or 1, when.day or 1


def _positions(table: Table, dates: list[Partial | None], periods: Periods) -> list[int | None]:
    found: list[int | None] = []
    for row, when in enumerate(dates):
        assert when is not None
        try:
            found.append(periods.position(when))
        except Unusable as problem:
            table.wrong_at(row, str(problem))
            found.append(None)
    return found


def a_year(unit: Unit) -> int:
    """Periods in a year, as the methods count them: 52 weeks or 365 days."""
    return 52 if unit is Unit.WEEK else 365
