"""A list of which states joined a treaty and when, read from CSV; each line that cannot be used says why."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from tutela.rights.law.joining import Joining
from tutela.rights.law.state_names import is_no_state, state_code

STATE_COLUMNS: Final = ("iso2", "state", "participant", "member", "country")
DAY_COLUMNS: Final = ("deposited", "ratification", "ratification_raw")
COLUMNS: Final = (*STATE_COLUMNS, *DAY_COLUMNS, "treaty", "from", "year", "status", "source", "note")
_PARTY: Final = frozenset({"", "party", "state party", "ratified", "yes"})
_ACTS: Final[Mapping[str, str]] = {
    "": "ratification",
    "a": "accession",
    "A": "acceptance",
    "AA": "approval",
    "d": "succession",
    "s": "definitive signature",
}
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY: Final = re.compile(
    r"(?:(\d{4})-(\d{2})-(\d{2})|(\d{1,2}) ([A-Z][a-z]{2})[a-z]* (\d{4}))(?: ([a-zA-Z]+))?"
)
_YEAR_ALONE: Final = "The year alone is known"
_SUCCESSION: Final = "By succession, counted from it"


class UnusableList(ValueError):
    """The file as a whole cannot be read as a list of one treaty; the message says what to mend."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something to say about one line of the file (1 is the heading)."""

    number: int
    state: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """One state as the list has it. `deposited` is None where the list has the first day or the year."""

    line: int
    state: str
    start: date
    deposited: date | None = None
    year: int | None = None
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class StatusList:
    """What a file says: who joined, who did not, what was left out, and what cannot be used."""

    joined: tuple[Joined, ...]
    not_party: tuple[Line, ...]
    left_out: tuple[Line, ...]
    problems: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Treaty:
    """What reading a list needs to know of the treaty. `in_force` is its own first day."""

    in_force: date | None
    joining: Joining | None


def read_status_list(text: str, *, treaty: Treaty, as_of: date, named: str = "") -> StatusList:
    """Read a list as it stood on the day `as_of`. `named` picks one of several treaties in the file.

    Raises UnusableList where there is no heading, no column for the state or the day, or several treaties.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    columns = [name.strip() for name in reader.fieldnames or ()]
    _check_columns(columns)
    reader.fieldnames = columns
    numbered = [(reader.line_num, _stripped(row)) for row in reader]
    reading = _Reading(treaty=treaty, as_of=as_of)
    for number, row in _of_one_treaty(numbered, named):
        reading.take(number, row)
    return reading.result()


def _check_columns(columns: Sequence[str]) -> None:
    if not any(name in columns for name in STATE_COLUMNS):
        raise UnusableList(f"No column tells the state. Name one of the columns: {', '.join(STATE_COLUMNS)}.")
    if not any(name in columns for name in (*DAY_COLUMNS, "from", "year")):
        raise UnusableList(f"No column tells the day. Name one: {', '.join((*DAY_COLUMNS, 'from', 'year'))}.")


def _stripped(row: Mapping[str, str | list[str] | None]) -> dict[str, str]:
    return {name: value.strip() for name, value in row.items() if isinstance(value, str)}


def _of_one_treaty(
    rows: list[tuple[int, dict[str, str]]], named: str
) -> Iterator[tuple[int, dict[str, str]]]:
    names = sorted({row["treaty"] for _, row in rows if row.get("treaty")})
    if named and named not in names:
        raise UnusableList(
            f"The file has no treaty “{named}”. It has: {', '.join(names) or 'no such column'}."
        )
    if not named and len(names) > 1:
        raise UnusableList(f"The file has several treaties. Say which one: {', '.join(names)}.")
    yield from ((number, row) for number, row in rows if not named or row.get("treaty") == named)


class _Refused(ValueError):
    """Why one line cannot be used."""


@dataclass(slots=True, kw_only=True)
class _Reading:
    treaty: Treaty
    as_of: date
    _joined: dict[str, Joined] = field(default_factory=dict, init=False)
    _not_party: list[Line] = field(default_factory=list, init=False)
    _left_out: list[Line] = field(default_factory=list, init=False)
    _problems: list[Line] = field(default_factory=list, init=False)

    def take(self, number: int, row: Mapping[str, str]) -> None:
        written = next((row[name] for name in STATE_COLUMNS if row.get(name)), "")
        if is_no_state(written):
            self._left_out.append(Line(number, written, "is a party, and no state"))
            return
        state = state_code(written)
        if state is None:
            reason = "is no name of a state that is known. Write the name of ISO 3166, or the code."
            self._problems.append(Line(number, written or "(empty)", reason))
            return
        if row.get("status", "").casefold() not in _PARTY:
            self._not_party.append(Line(number, state, row["status"]))
            return
        try:
            joined = self._read(number, state, row)
        except _Refused as error:
            self._problems.append(Line(number, state, str(error)))
            return
        if joined is None:
            self._not_party.append(Line(number, state, "no day of joining"))
        else:
            self._add(joined)

    def result(self) -> StatusList:
        return StatusList(
            joined=tuple(self._joined[state] for state in sorted(self._joined)),
            not_party=tuple(self._not_party),
            left_out=tuple(self._left_out),
            problems=tuple(self._problems),
        )

    def _add(self, joined: Joined) -> None:
        before = self._joined.setdefault(joined.state, joined)
        if before.start != joined.start:
            reason = f"is on line {before.line} already, with another day. Delete the wrong one."
            self._problems.append(Line(joined.line, joined.state, reason))

    def _read(self, number: int, state: str, row: Mapping[str, str]) -> Joined | None:
        note, source = row.get("note", ""), row.get("source", "")
        written = next((row[name] for name in DAY_COLUMNS if row.get(name)), "")
        start = self._possible(_day(row["from"])[0]) if row.get("from") else None
        if written:
            deposited, act = _day(written)
            self._possible(deposited)
            if start is None:
                start = self._bound_from(deposited, act)
            notes = (note, _SUCCESSION if act == "succession" else "")
            return Joined(
                line=number,
                state=state,
                start=start,
                deposited=deposited,
                source=source,
                note="; ".join(part for part in notes if part),
            )
        if start is not None:
            return Joined(line=number, state=state, start=start, source=source, note=note)
        return self._by_year(number, state, row) if row.get("year") else None

    def _by_year(self, number: int, state: str, row: Mapping[str, str]) -> Joined:
        """From the day by which it was certainly bound, had it joined on the last day of that year."""
        if not re.fullmatch(r"\d{4}", row["year"]):
            raise _Refused(f"“{row['year']}” is not a year. Write four digits.")
        year = int(row["year"])
        earliest = self.treaty.joining.adopted.year if self.treaty.joining else 1900
        if not earliest <= year <= self.as_of.year:
            raise _Refused(f"{year} cannot be: the treaty is of {earliest}, the list of {self.as_of.year}.")
        start = self._bound_at_latest(year)
        source = row.get("source", "")
        return Joined(line=number, state=state, start=start, year=year, source=source, note=_YEAR_ALONE)

    def _bound_at_latest(self, year: int) -> date:
        if self.treaty.joining:
            return self.treaty.joining.binds_from(date(year, 12, 31), in_force=self.treaty.in_force)
        return max(date(year + 1, 1, 1), self.treaty.in_force or date.min)

    def _bound_from(self, deposited: date, act: str) -> date:
        if act == "succession":
            return max(deposited, self.treaty.in_force or deposited)
        if self.treaty.joining is None:
            raise _Refused("When this treaty binds after a deposit is not known here. Add a column “from”.")
        return self.treaty.joining.binds_from(deposited, in_force=self.treaty.in_force)

    def _possible(self, day: date) -> date:
        adopted = self.treaty.joining.adopted if self.treaty.joining else date.min
        if day < adopted:
            raise _Refused(f"{day} cannot be: the treaty is of {adopted}.")
        if day > self.as_of:
            raise _Refused(f"{day} cannot be: the list is of {self.as_of}.")
        return day


def _day(written: str) -> tuple[date, str]:
    """The day and by which act a state joined. Raises _Refused."""
    match = _DAY.fullmatch(written)
    if match is None:
        raise _Refused(f"“{written}” is not a day that is understood. Write 2002-08-21 or 21 Aug 2002.")
    iso, named, letters = match.group(1, 2, 3), match.group(4, 5, 6), match[7] or ""
    if letters not in _ACTS:
        known = ", ".join(f"{letter} ({act})" for letter, act in _ACTS.items() if letter)
        raise _Refused(f"“{letters}” after the day is not known. Known are: {known}.")
    try:
        if iso[0]:
            return date.fromisoformat("-".join(iso)), _ACTS[letters]
        return date(int(named[2]), _MONTHS.index(named[1]) + 1, int(named[0])), _ACTS[letters]
    except ValueError:
        raise _Refused(f"“{written}” is not a day of the calendar.") from None
