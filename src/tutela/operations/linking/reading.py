"""Reads the files to be linked: one record a line, each with its id; says at once what cannot be used."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tutela.operations.language import gettext as _
from tutela.operations.language import gettext_noop, in_a_row, isolated
from tutela.operations.linking.asked import Asked, DateOrder
from tutela.operations.linking.comparing import Records
from tutela.operations.reading import opened
from tutela.operations.refusals import Refused
from tutela.operations.reports.tables import Table, Unusable
from tutela.operations.routes.places import Gazetteer

SEX, NATIONALITY = "sex", "nationality"
_UNKNOWN = frozenset({"", "?", "-", "unknown", "not known", "n/a", "na", "none", "null"})
_SEXES = {"female": "f", "woman": "f", "girl": "f", "w": "f", "male": "m", "man": "m", "boy": "m"}
_FORMS = {
    DateOrder.YEAR: (
        re.compile(r"(?P<y>\d{4})(?:[-/.](?P<m>\d{1,2})(?:[-/.](?P<d>\d{1,2}))?)?(?:[ T].*)?"),
        re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
    ),
    DateOrder.DAY: (re.compile(r"(?:(?:(?P<d>\d{1,2})[-/.])?(?P<m>\d{1,2})[-/.])?(?P<y>\d{4})"),),
    DateOrder.MONTH: (re.compile(r"(?:(?P<m>\d{1,2})[-/.](?:(?P<d>\d{1,2})[-/.])?)?(?P<y>\d{4})"),),
}
_NO_DATE = {
    DateOrder.YEAR: gettext_noop(
        "this is no date written with the year first. Say how they are written: --dates."
    ),
    DateOrder.DAY: gettext_noop(
        "this is no date written with the day first. Say how they are written: --dates."
    ),
    DateOrder.MONTH: gettext_noop(
        "this is no date written with the month first. Say how they are written: --dates."
    ),
}
_NO_DAY = {
    DateOrder.YEAR: gettext_noop(
        "this is a day that no calendar has, read with the year first. Say otherwise: --dates."
    ),
    DateOrder.DAY: gettext_noop(
        "this is a day that no calendar has, read with the day first. Say otherwise: --dates."
    ),
    DateOrder.MONTH: gettext_noop(
        "this is a day that no calendar has, read with the month first. Say otherwise: --dates."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Both files: `ids` and `names` of all records, one file under the other, and what is compared.

    `nothing`: records with neither a name nor a date of birth, which are in no pair; `files`: name to
    SHA-256.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    records: Records
    nothing: int
    files: dict[str, str]

    @property
    def split(self) -> int:
        """Where the second file of a pair begins: 0 within one file."""
        return self.records.split or 0


def read(asked: Asked) -> Study:
    """The files; raises Refused with a line for everything that cannot be used."""
    first = _Sheet(asked.file, asked, dict(asked.columns))
    sheets = [first]
    if asked.other is not None:
        sheets.append(_Sheet(asked.other, asked, {**asked.columns, **asked.other_columns}))
    codes = _codes(asked, sheets)
    _refuse_unlike(sheets, asked)
    ids = [one for sheet in sheets for one in sheet.ids()]
    names = [name for sheet in sheets for name in sheet.names()]
    born = None
    if all(sheet.table.has("born") for sheet in sheets):
        born = np.array([day for sheet in sheets for day in sheet.born(asked.dates)], dtype=np.int64)
    read_codes = {name: _all(sheets, name, _reader(name)) for name in codes}
    for sheet in sheets:
        sheet.table.refuse_wrong()
    records = Records(
        names=names,
        born=born,
        codes=read_codes,
        numbers={name: _all(sheets, name, _number) for name in asked.numbers},
        texts={name: _all(sheets, name, _text) for name in asked.texts},
        split=len(first.table) if asked.other is not None else None,
    )
    empty = [not name and (born is None or born[row] == 0) for row, name in enumerate(names)]
    digests: dict[str, str] = {}
    for sheet in sheets:
        digests |= sheet.table.digests
    return Study(ids=tuple(ids), names=tuple(names), records=records, nothing=sum(empty), files=digests)


class _Sheet:
    """One file, and where ours stand in it."""

    def __init__(self, path: Path, asked: Asked, columns: dict[str, str]) -> None:
        self._name = [heading.strip() for heading in columns.pop("name", "").split("+") if heading.strip()]
        wanted = ["id", "name", "given", "family", "born", SEX, NATIONALITY]
        wanted += [*self._name, *asked.codes, *asked.numbers, *asked.texts]
        self.table: Table = opened([path], columns, wanted=list(dict.fromkeys(wanted)))
        self.path = path
        if len(self.table) < (1 if asked.other else 2):
            alone = _("{file} has fewer than 2 lines under its heading.")
            says = _("{file} has a heading and nothing under it.") if asked.other else alone
            raise Refused(says.format(file=isolated(str(path))))
        self.table.need(["id", *asked.codes, *asked.numbers, *asked.texts])
        self._find_name()

    def _find_name(self) -> None:
        if not self._name:
            both = ["given", "family"]
            self._name = ["name"] if self.table.has("name") else both if self.table.has("family") else []
        if not self._name:
            says = _(
                "{file} has no column “name”. It has: {columns}. Say which are meant: --column "
                "name=GIVEN+FAMILY."
            )
            raise Refused(says.format(file=isolated(str(self.path)), columns=in_a_row(self.table.heading)))
        self.table.need(self._name)

    def ids(self) -> list[str]:
        """Raises Refused for those that are empty or there twice."""
        found = [cell or "" for cell in self.table.values("id", _text)]
        seen: set[str] = set()
        for row, (one, times) in enumerate(zip(found, self.table.times, strict=True)):
            if not one:
                self.table.wrong_at(row, _("id is empty: every record needs one."))
            elif one in seen or times > 1:
                self.table.wrong_at(row, _("the id “{id}” is there twice.").format(id=isolated(one)))
            seen.add(one)
        return found

    def names(self) -> list[str]:
        parts = [self.table.values(heading, _text) for heading in self._name]
        return [" ".join(filter(None, cells)) for cells in zip(*parts, strict=True)]

    def born(self, order: DateOrder) -> list[int]:
        """YYYYMMDD; a line for each that cannot be read."""
        return [day or 0 for day in self.table.values("born", lambda cell: _day(cell, order))]


def _codes(asked: Asked, sheets: Sequence[_Sheet]) -> list[str]:
    """Sex and nationality where all files have them, and what else is asked for."""
    usual = [name for name in (SEX, NATIONALITY) if all(sheet.table.has(name) for sheet in sheets)]
    return list(dict.fromkeys([*usual, *asked.codes]))


def _refuse_unlike(sheets: Sequence[_Sheet], asked: Asked) -> None:
    for name in ("born", SEX, NATIONALITY):
        has = [sheet.table.has(name) for sheet in sheets]
        if any(has) and not all(has):
            without = sheets[has.index(False)].path
            says = _(
                "{file} has no column “{column}”, the other file has one. Say which one is meant: {option}."
            )
            option = "--other-column" if without == asked.other else "--column"
            raise Refused(
                says.format(
                    file=isolated(str(without)), column=name, option=isolated(f"{option} {name}=NAME")
                )
            )


def _all(sheets: Sequence[_Sheet], column: str, read_cell: Callable[[str], str]) -> list[str]:
    return [cell or "" for sheet in sheets for cell in sheet.table.values(column, read_cell)]


def _reader(name: str) -> Callable[[str], str]:
    if name == SEX:
        return lambda cell: _SEXES.get(_text(cell).casefold(), _text(cell).casefold())
    if name == NATIONALITY:
        return _Nationality()
    return lambda cell: _text(cell).casefold()


class _Nationality:
    """The code of a country where the text names one, else the text itself; each looked up once."""

    def __init__(self) -> None:
        self._gazetteer, self._known = Gazetteer(), {"": ""}

    def __call__(self, cell: str) -> str:
        text = _text(cell)
        if text not in self._known:
            place = self._gazetteer.find(text)
            self._known[text] = place.code if place else text.casefold()
        return self._known[text]


def _text(cell: str) -> str:
    return "" if cell.casefold() in _UNKNOWN else " ".join(cell.split())


def _number(cell: str) -> str:
    return re.sub(r"[\s./-]", "", _text(cell)).casefold()


def _day(cell: str, order: DateOrder) -> int:
    """YYYYMMDD, 00 for what is not written. Raises Unusable."""
    if not _text(cell):
        return 0
    match = next(filter(None, (form.fullmatch(cell) for form in _FORMS[order])), None)
    if match is None:
        raise Unusable(_(_NO_DATE[order]))
    year, month, day = (int(match[part] or 0) for part in "ymd")
    if month > 12 or day > 31 or (day and not month):  # 30 February is a slip, to be compared as it stands
        raise Unusable(_(_NO_DAY[order]))
    return year * 10_000 + month * 100 + day
