"""Reads records of routes: finds each place, and gathers the same route of the same year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tutela.engines.routes import UNKNOWN
from tutela.operations.language import gettext as _
from tutela.operations.language import in_a_row, isolated
from tutela.operations.reading import opened
from tutela.operations.refusals import Refused
from tutela.operations.reports import tables
from tutela.operations.reports.tables import Unusable
from tutela.operations.routes.asked import Asked
from tutela.operations.routes.places import Gazetteer, Kind, Place

STAGES = ("origin", "transit", "destination")
_YEARS = range(1900, 2101)


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What was read.

    `rows` of origin, transit, destination and year (0: none) with their records, and the `places` that they
    number; `spellings` and what they were taken for (None: for nothing); records not used, by why.
    """

    places: tuple[Place, ...]
    rows: tuple[tuple[tuple[int, int, int, int], int], ...]
    spellings: Mapping[str, Place | None]
    unplaced: int
    partial: int
    with_regions: int
    files: Mapping[str, str]

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(sorted({year for (*_way, year), _number in self.rows} - {0}))

    @property
    def unread(self) -> list[str]:
        """Spellings that were taken for no place."""
        return sorted(spelling for spelling, place in self.spellings.items() if place is None)


def read(asked: Asked) -> Study:
    """The file as routes; raises Refused with a line for everything that cannot be used."""
    source, columns = _source(asked)
    files = dict(source.digests)
    gazetteer = Gazetteer(_own(asked, files))
    cells = {stage: _joined(source, columns[stage]) for stage in STAGES}
    years = source.values("year", _year) if source.has("year") else [0] * len(source)
    records = source.values("cases", tables.count) if source.has("cases") else [1] * len(source)
    source.refuse_wrong()
    spellings = {
        text: gazetteer.find(text) for text in sorted({one for all_ in cells.values() for one in all_})
    }
    spellings.pop("", None)
    found: Counter[tuple[Place | None, Place | None, Place | None, int]] = Counter()
    left: Counter[str] = Counter()
    numbers = [(number or 0) * times for number, times in zip(records, source.times, strict=True)]
    for *stages, year, number in zip(*(cells[one] for one in STAGES), years, numbers, strict=True):
        way = [spellings.get(text) for text in stages]
        if (why := _why_not(stages, way, asked)) is not None:
            left[why] += number
        else:
            found[way[0], way[1], way[2], year or 0] += number
    if not sum(found.values()):
        raise Refused(
            _("{file}: no line tells two places that could be found.").format(file=isolated(str(asked.file)))
        )
    return replace(
        _numbered(found),
        spellings=spellings,
        unplaced=left["unplaced"],
        partial=left["partial"],
        with_regions=left["regions"],
        files=files,
    )


def _why_not(stages: list[str], way: list[Place | None], asked: Asked) -> str | None:
    """Why a record cannot be used: a place that was not found, a region not wanted, or too few places."""
    if any(text and place is None for text, place in zip(stages, way, strict=True)):
        return "unplaced"
    known = [place for place in way if place is not None]
    if not asked.regions and any(place.kind is Kind.REGION for place in known):
        return "regions"
    return "partial" if len(known) < 2 else None


def _numbered(found: Counter[tuple[Place | None, Place | None, Place | None, int]]) -> Study:
    places = tuple(sorted({one for *way, _year in found for one in way if isinstance(one, Place)}))
    number: dict[object, int] = {place: at for at, place in enumerate(places)} | {None: UNKNOWN}
    rows = sorted(((number[a], number[b], number[c], year), n) for (a, b, c, year), n in found.items() if n)
    return Study(
        places=places, rows=tuple(rows), spellings={}, unplaced=0, partial=0, with_regions=0, files={}
    )


def _source(asked: Asked) -> tuple[tables.Table, dict[str, list[str]]]:
    """The file, and under which headings each stage stands: `origin=A+B` reads B where A is empty."""
    columns = {stage: asked.columns.get(stage, stage).split("+") for stage in STAGES}
    plain = {ours: theirs for ours, theirs in asked.columns.items() if ours not in STAGES}
    wanted = [*(heading.strip() for all_ in columns.values() for heading in all_), "year", "cases"]
    source = opened([asked.file, *asked.more], plain, wanted=wanted, engine=asked.engine)
    if not len(source):
        raise Refused(_("{file} has a heading and nothing under it.").format(file=isolated(str(asked.file))))
    for stage in STAGES:
        if stage == "transit" and stage not in asked.columns and not source.has(stage):
            columns[stage] = []
        for heading in columns[stage]:
            if not source.has(heading.strip()):
                raise Refused(_no_column(asked, stage, heading, source.heading))
    return source, columns


def _no_column(asked: Asked, stage: str, heading: str, there: Sequence[str]) -> str:
    return _("{file} has no column “{column}”. It has: {columns}. Say which one is meant: {option}.").format(
        file=isolated(str(asked.file)),
        column=heading,
        columns=in_a_row(there),
        option=isolated(f"--column {stage}=NAME"),
    )


def _joined(source: tables.Table, headings: list[str]) -> list[str]:
    found = [""] * len(source)
    for heading in headings:
        cells = source.values(heading.strip(), str)
        found = [old or (new or "") for old, new in zip(found, cells, strict=True)]
    return found


def _year(cell: str) -> int:
    try:
        number = float(cell[:4]) if tables.partial_date(cell) else 0
    except Unusable:
        number = tables.number(cell)
    if number != int(number) or int(number) not in _YEARS:
        raise Unusable(_("“{value}” is no year. Write it like 2026.").format(value=cell))
    return int(number)


def _own(asked: Asked, files: dict[str, str]) -> dict[str, str]:
    """What somebody says that spellings mean."""
    if asked.places is None:
        return {}
    source = opened([asked.places])
    source.need(("spelling", "place"))
    spellings, meant = source.values("spelling", tables.text), source.values("place", tables.text)
    source.refuse_wrong()
    files |= source.digests
    return {one or "": place or "" for one, place in zip(spellings, meant, strict=True)}
