"""Turns a table of cases into counts of places by period, and refuses what is about people or full of
holes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tutela.engines.forecasts import shares_of
from tutela.engines.surveillance import BadSeries, bulk_imports, delays_of
from tutela.operations.forecast import words
from tutela.operations.forecast.asked import Asked
from tutela.operations.hotspots.asked import Unit
from tutela.operations.hotspots.periods import Periods, periods_of
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated
from tutela.operations.language import number as written
from tutela.operations.reading import opened
from tutela.operations.refusals import Refused
from tutela.operations.reports.tables import (
    Partial,
    Table,
    Unusable,
    count,
    more_like_these,
    partial_date,
    text,
)

_COLUMNS = ("date", "place", "cases", "received")
PERSONAL = frozenset(
    [
        "id",
        "person",
        "person_id",
        "personid",
        "case_id",
        "caseid",
        "victim",
        "victim_id",
        "client",
        "client_id",
        "survivor_id",
        "name",
        "full_name",
        "first_name",
        "firstname",
        "last_name",
        "lastname",
        "surname",
        "birth",
        "birthdate",
        "birth_date",
        "date_of_birth",
        "dob",
        "passport",
        "phone",
        "email",
        "e_mail",
    ]
)
"""Headings that say a line is a person's."""
MOST_NUMBERS = 2_000_000
LONGEST_DELAY = {Unit.WEEK: 26, Unit.MONTH: 6}
COMPLETE = 0.95
"""The part of a period's cases that must have been received for the period to be read at all."""
_SILENT = 20.0
_TOLD = 6
_MONTH_ENDS = 25
Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Caution = Callable[[], str]
"""What a reader must know of the counts: says it in the language that is spoken when it is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """`counts` (places, periods); `shares` (places, places) or None; `cautions`: what a reader must know of
    them, each to be called."""

    names: tuple[str, ...]
    periods: Periods
    counts: Floats
    shares: Floats | None
    links: int
    files: Mapping[str, str]
    left_out: int
    cautions: tuple[Caution, ...]


@dataclass(frozen=True, slots=True)
class _Lines:
    """Each different line in the time to look at: place, period, period of receipt, cases in all of its kind,
    and how many there are."""

    place: Whole
    event: Whole
    arrival: Whole
    cases: Floats
    times: Whole


def read(asked: Asked) -> Study:
    """Raises Refused with one line for each thing that cannot be used."""
    table = opened([asked.file, *asked.more], asked.columns, wanted=_COLUMNS, engine=asked.engine)
    table.need(["date"])
    _refuse_people_by_heading(table, asked)
    if not len(table):
        raise Refused(_("{file} has no lines under its heading.").format(file=isolated(str(asked.file))))
    named = table.values("place", text) if table.has("place") else [words.ALL] * len(table)
    dates = table.values("date", partial_date)
    received = table.values("received", partial_date) if table.has("received") else None
    cases = table.values("cases", count) if table.has("cases") else [1] * len(table)
    table.refuse_wrong()
    whole = [one for one in (*dates, *(received or [])) if one is not None]
    periods = periods_of(asked.unit, whole, first=asked.first, last=asked.last)
    event, arrival = _positions(table, dates, periods), _positions(table, received or dates, periods)
    _refuse_before(table, event, arrival)
    table.refuse_wrong()
    names = tuple(sorted({name for name in named if name is not None}))
    if len(names) * periods.number > MOST_NUMBERS:
        too_many = _("Places: {places}. Periods: {periods}. These are too many at once.")
        raise Refused(too_many.format(places=written(len(names)), periods=written(periods.number)))
    lines = _lines(names, named, event, arrival, cases, table.times)
    links, shares, files = _links(asked, names)
    study = Study(
        names=names,
        periods=periods,
        counts=_counted(lines, (len(names), periods.number)),
        shares=shares,
        links=links,
        files={**table.digests, **files},
        left_out=int(sum(table.times) - lines.times.sum()),
        cautions=(),
    )
    _refuse_people_by_counts(study)
    said: list[Caution] = []
    if _writes_zeros(lines):
        _refuse_holes(asked, study, lines)
    else:
        said.append(partial(words.no_line, asked.unit))
    study, late = _settled(asked, study, lines, dated=received is not None)
    study, short = _whole_months(asked, study, whole) if received is None else (study, [])
    return replace(study, cautions=(*late, *short, *_silence(study), *said))


# ---------------------------------------------------------------- never about a person
def _refuse_people_by_heading(table: Table, asked: Asked) -> None:
    ours = set(asked.columns.values())
    personal = [
        heading
        for heading in table.heading
        if heading.lower().replace(" ", "_").replace("-", "_") in PERSONAL and heading not in ours
    ]
    if personal:
        says = _(
            "{file} has a column “{column}”, so its lines may be people's. A forecast is about places, never "
            "about a person: take that column out, and leave date, place and cases. If it holds the names of "
            "places, say so: {option}."
        )
        file, option = isolated(str(table.path)), isolated(f"--column place={personal[0]}")
        raise Refused(says.format(file=file, column=personal[0], option=option))


def _refuse_people_by_counts(study: Study) -> None:
    whole = study.counts.sum(axis=1)
    single = int((whole == 1).sum())
    if len(study.names) >= 5 and single > len(study.names) / 2:
        says = _(
            "{single} of {all} places have one case in all the time: that looks like people, not places. A "
            "forecast is about places, never about a person: put them together into larger places."
        )
        raise Refused(says.format(single=written(single), all=written(len(study.names))))


# ---------------------------------------------------------------- lines
def _positions(table: Table, dates: Sequence[Partial | None], periods: Periods) -> list[int | None]:
    found: list[int | None] = []
    for row, when in enumerate(dates):
        assert when is not None
        try:
            found.append(periods.position(when))
        except Unusable as problem:
            table.wrong_at(row, str(problem))
            found.append(None)
    return found


def _refuse_before(table: Table, event: list[int | None], arrival: list[int | None]) -> None:
    for row, (when, came) in enumerate(zip(event, arrival, strict=True)):
        if when is not None and came is not None and came < when:
            table.wrong_at(row, _("received before the date of the case."))


def _lines(
    names: tuple[str, ...],
    named: Sequence[str | None],
    event: list[int | None],
    arrival: list[int | None],
    cases: Sequence[int | None],
    times: Sequence[int],
) -> _Lines:
    place = {name: at for at, name in enumerate(names)}
    kept = [
        row for row, (a, b) in enumerate(zip(event, arrival, strict=True)) if a is not None and b is not None
    ]
    return _Lines(
        place=np.array([place[named[row] or ""] for row in kept], dtype=np.int64),
        event=np.array([event[row] for row in kept], dtype=np.int64),
        arrival=np.array([arrival[row] for row in kept], dtype=np.int64),
        cases=np.array([(cases[row] or 0) * times[row] for row in kept], dtype=np.float64),
        times=np.array([times[row] for row in kept], dtype=np.int64),
    )


def _counted(lines: _Lines, shape: tuple[int, int]) -> Floats:
    counts = np.zeros(shape)
    np.add.at(counts, (lines.place, lines.event), lines.cases)
    return counts


def _links(asked: Asked, names: tuple[str, ...]) -> tuple[int, Floats | None, dict[str, str]]:
    if asked.links is None:
        return 0, None, {}
    table = Table(asked.links, asked.columns)
    table.need(["place", "other"])
    position = {name: at for at, name in enumerate(names)}

    def known(value: str) -> int:
        if value not in position:
            says = _("“{value}” is no place in {file}.")
            raise Unusable(says.format(value=value, file=isolated(asked.file.name)))
        return position[value]

    ends = [table.values(column, known) for column in ("place", "other")]
    table.refuse_wrong()
    pairs = np.array(ends, dtype=np.int64).T.reshape(-1, 2)
    if not (pairs[:, 0] != pairs[:, 1]).any():
        raise Refused(_("{file} links no two places.").format(file=isolated(str(asked.links))))
    return len(pairs), shares_of(len(names), pairs), {table.path.name: table.digest}


# ---------------------------------------------------------------- holes, late reports, imports in bulk
def _writes_zeros(lines: _Lines) -> bool:
    return bool((lines.cases == 0).any())


def _refuse_holes(asked: Asked, study: Study, lines: _Lines) -> None:
    """Where a file writes 0 for nothing, a place and period without a line is not known. Raises Refused."""
    there = np.zeros(study.counts.shape, dtype=bool)
    there[lines.place, lines.event] = True
    missing = np.argwhere(~there)
    if not len(missing):
        return
    hole = _("“{place}” has no line for {when}.")
    told = [
        hole.format(place=study.names[place], when=study.periods.label(int(at), int(at) + 1))
        for place, at in missing[:_TOLD]
    ]
    if len(missing) > _TOLD:
        told.append(more_like_these(len(missing) - _TOLD))
    raise Refused("\n".join([*told, _(words.HOLES[asked.unit])]))


def _settled(asked: Asked, study: Study, lines: _Lines, *, dated: bool) -> tuple[Study, list[Caution]]:
    """Without imports in bulk, and without the last periods of which too much is still to come."""
    if not dated:
        return study, [words.no_receipt]
    imported = bulk_imports(lines.event, lines.arrival, lines.cases)
    kept = ~imported
    usual = _Lines(
        lines.place[kept], lines.event[kept], lines.arrival[kept], lines.cases[kept], lines.times[kept]
    )
    said: list[Caution] = []
    if imported.any():
        said.append(partial(words.imported, int(lines.cases[imported].sum())))
    number = study.periods.number
    try:
        delays = delays_of(
            usual.event, usual.arrival, usual.cases, now=number - 1,
            longest=min(LONGEST_DELAY[asked.unit], number // 4), recent=asked.year,
        )  # fmt: skip
    except BadSeries:
        return replace(study, counts=_counted(usual, study.counts.shape)), [*said, words.no_delays]
    open_still = int((delays.known(number // 4) < COMPLETE).sum())
    if open_still:
        said.append(partial(words.late, open_still, asked.unit))
    counts = _counted(usual, study.counts.shape)
    return _shorter(replace(study, counts=counts), open_still), said


def _whole_months(asked: Asked, study: Study, dates: Sequence[Partial]) -> tuple[Study, list[Caution]]:
    """Without the last month where its cases stop before it ends."""
    if asked.unit is not Unit.MONTH or asked.last or study.periods.number < 2:
        return study, []
    last = max((one.year, one.month or 1, one.day or 31) for one in dates)
    if last[2] >= _MONTH_ENDS:
        return study, []
    return _shorter(study, 1), [partial(words.half_month, study.periods, study.periods.number - 1)]


def _shorter(study: Study, by: int) -> Study:
    """Without its last periods."""
    if not by:
        return study
    kept = study.periods.number - by
    if kept < 2:
        raise Refused(_("Nothing is left once the periods that are not complete yet are left out."))
    days = 7 * by if study.periods.unit is Unit.WEEK else 0
    periods = replace(study.periods, number=kept, last=study.periods.last - timedelta(days=days))
    return replace(study, periods=periods, counts=study.counts[:, :kept])


def _silence(study: Study) -> list[Caution]:
    """Stretches without a single case in any place where many would be usual."""
    whole = study.counts.sum(axis=0)
    said: list[Caution] = []
    usual, start = float(whole.mean()), 0
    edges = [*np.flatnonzero(whole > 0).tolist(), len(whole)]
    for edge in edges:
        if (edge - start) * usual >= _SILENT:
            said.append(partial(words.silence, study.periods, start, edge, round((edge - start) * usual)))
        start = edge + 1
    return said
