"""The privacy ledger: what was told of a group of people, what it cost them, and how much is left.

Every release, dashboard, count and quality report that is made of real data is charged here before it is
made. Costs are rhos of zero-concentrated differential privacy, which add up; epsilon is worked out from the
sum, for display. Where nobody is registered in two years, a person bears the costs of their own year and of
what concerns all years, and the group has spent what its most burdened year has (parallel composition).

    ledger = Ledger(Path("ledger.jsonl"))
    ledger.open(population="assisted people", epsilon=8.0, delta=1e-9, years_apart=True, at=now)
    charged = ledger.charge(
        population="assisted people", what=What.MATCH_COUNT, rho=rho_of_laplace(0.1), says="…", at=now
    )
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from math import inf, nextafter
from pathlib import Path
from typing import Any

from tutela.engines.synthesis import Odometer, epsilon_of, rho_of
from tutela.operations.language import gettext as _
from tutela.operations.language import in_a_row, isolated
from tutela.operations.language import number as written
from tutela.operations.publishing import budget, words
from tutela.operations.publishing.journal import Held, Journal, Line
from tutela.operations.refusals import Refused

MOST_DELTA = 1e-6
"""A release that gives away one record in 1 / delta whole would keep the promise of any epsilon."""


class What(StrEnum):
    """What is made of real data and charged."""

    RELEASE = "release"
    DASHBOARD = "dashboard"
    QUALITY_REPORT = "quality report"
    MATCH_COUNT = "match count"
    QUESTION = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """A group of people and the most that may ever be told of one of them.

    `years_apart`: nobody of them is in the records of two years.
    """

    name: str
    limit: float
    delta: float
    years_apart: bool
    at: str

    @property
    def epsilon(self) -> float:
        return epsilon_of(rho=self.limit, delta=self.delta)


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A cost that was entered before anything was made. `year` None: it concerns people of every year.

    `number`: its line; `recipe`: a digest of all settings of a release, never of records.
    """

    number: int
    population: str
    what: What
    rho: float
    says: str
    year: int | None
    recipe: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What happened to a charge afterwards, or is only to be known: see `Kind`."""

    number: int
    kind: Kind
    charge: int | None
    says: str
    at: str


class Kind(StrEnum):
    """Entries other than populations and charges."""

    DRAWN = "drawn"
    """The noise of a release was drawn; `says` is the digest of the noisy numbers."""
    RELEASED = "released"
    """It is out; `says` is the digest of its manifest."""
    WITHDRAWN = "withdrawn"
    """It will not come out; its cost stays."""
    ERRATUM = "erratum"
    """What is wrong in it, in words."""
    UNPROTECTED = "unprotected"
    """Something was published without formal protection, which no sum here covers."""


@dataclass(frozen=True, slots=True)
class Account:
    """The ledger, read: all of it in the order in which it was written."""

    populations: Mapping[str, Population]
    charges: tuple[Charge, ...]
    notes: tuple[Note, ...]
    behind: tuple[int, ...]
    """Entries whose time lies before that of an earlier one: a clock was set back. Nothing depends on it."""
    last: Line | None

    def population(self, name: str) -> Population:
        if name not in self.populations:
            known = in_a_row([f"“{one}”" for one in self.populations]) or _("none yet")
            raise Refused(
                _(
                    "The ledger knows no “{name}”. It knows: {known}. Add it with its limit: tutela ledger"
                    " open."
                ).format(name=name, known=known)
            )
        return self.populations[name]

    def borne(self, name: str, year: int | None) -> tuple[Charge, ...]:
        """The charges that one person of this year bears; for None, of the most burdened year."""
        mine = [one for one in self.charges if one.population == name]
        if not self.populations[name].years_apart:
            return tuple(mine)
        if year is not None:
            return tuple(one for one in mine if one.year in (None, year))
        years = sorted({one.year for one in mine if one.year is not None})
        if not years:
            return tuple(mine)
        return max((self.borne(name, one) for one in years), key=lambda borne: sum(c.rho for c in borne))

    def odometer(self, name: str, year: int | None = None) -> Odometer:
        """What was spent of the limit, for a person of this year or of the most burdened one."""
        population = self.populations[name]
        spent = tuple(one.rho for one in self.borne(name, year))
        return Odometer(limit=population.limit, spent=spent, delta=population.delta)

    def note_of(self, charge: int, kind: Kind) -> Note | None:
        """The last note of a kind on a charge."""
        return next((one for one in reversed(self.notes) if (one.charge, one.kind) == (charge, kind)), None)

    def release_of(self, name: str, year: int | None) -> Charge | None:
        """The release of this year that was begun or made, and not withdrawn."""
        return next(
            (
                one
                for one in self.charges
                if (one.population, one.what, one.year) == (name, What.RELEASE, year)
                and not self.note_of(one.number, Kind.WITHDRAWN)
            ),
            None,
        )


class Ledger:
    """The ledger in a file. Each call that writes is whole or raises Refused and has changed nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._journal = Journal(path)

    def read(self) -> Account:
        """All entries, checked line by line."""
        return _account(self._journal.lines(), self.path)

    def open(
        self, *, population: str, epsilon: float, delta: float, years_apart: bool, at: datetime
    ) -> Population:
        """Sets the limit of a population, once and for good; begins the file where there is none."""
        name = _said(population, _("Give the population a name."))
        limit = rho_asked(epsilon, delta)
        if epsilon <= 0:
            raise Refused(_("The limit must be above zero."))
        with self._journal.held(new=True) as held:
            for known in _account(held.lines, self.path).populations:
                if _spelt(known) == _spelt(name):
                    already = _("“{population}” has its limit already, and a limit is set once.")
                    raise Refused(already.format(population=known))
            found = Population(name=name, limit=limit, delta=delta, years_apart=years_apart, at=_time(at))
            held.append({"kind": "population", **asdict(found)})
        return found

    def charge(
        self,
        *,
        population: str,
        what: What,
        rho: float,
        says: str,
        at: datetime,
        year: int | None = None,
        recipe: str = "",
    ) -> Charge:
        """Enters a cost, to be called before anything is made: when it returns, the cost counts.

        Raises Refused with what was spent on what, where the limit would be passed.
        """
        with self.charging() as (account, held):
            return enter_charge(
                account,
                held,
                Charge(
                    number=0,
                    population=population,
                    what=what,
                    rho=rho,
                    says=_said(says, _("Say what is charged.")),
                    year=year,
                    recipe=recipe,
                    at=_time(at),
                ),
            )

    def note(self, kind: Kind, *, charge: int | None, says: str, at: datetime) -> Note:
        """Enters what happened to a charge. Raises Refused where it cannot have happened."""
        with self.charging() as (account, held):
            _check_note(account, kind, charge)
            said, when = _said(says, _("Say why.")), _time(at)
            line = held.append({"kind": kind.value, "charge": charge, "says": said, "at": when})
        return Note(number=line.number, kind=kind, charge=charge, says=said, at=when)

    @contextmanager
    def charging(self) -> Iterator[tuple[Account, Held]]:
        """The account while nobody else may write, for a decision that depends on it."""
        with self._journal.held() as held:
            yield _account(held.lines, self.path), held


def enter_charge(account: Account, held: Held, charge: Charge) -> Charge:
    """Enters a charge if the limit allows it."""
    population = account.population(charge.population)
    if not 0 < charge.rho < inf:
        raise Refused(_("A cost is a number above zero."))
    if charge.what is What.RELEASE and account.release_of(charge.population, charge.year):
        already = _("“{population}” has a release of {year} already.")
        raise Refused(already.format(population=charge.population, year=words.of_year(charge.year)))
    odometer = account.odometer(charge.population, charge.year)
    if not odometer.can_take(charge.rho):
        borne = account.borne(population.name, charge.year)
        raise Refused(budget.refusal(population, charge, odometer, borne=borne))
    content = {key: value for key, value in asdict(charge).items() if key != "number"}
    line = held.append({"kind": "charge", **content, "what": charge.what.value})
    return _charge(line)


def rho_of_laplace(epsilon: float) -> float:
    """The rho of a count with discrete Laplace noise at this epsilon (Bun and Steinke 2016, prop. 1.4)."""
    return nextafter(epsilon * epsilon / 2, inf)


def _check_note(account: Account, kind: Kind, number: int | None) -> None:
    if kind is Kind.UNPROTECTED:
        return
    charge = next((one for one in account.charges if one.number == number), None)
    if charge is None:
        raise Refused(_("Line {line} of the ledger is no charge.").format(line=number))
    drawn, released = (account.note_of(charge.number, one) for one in (Kind.DRAWN, Kind.RELEASED))
    if account.note_of(charge.number, Kind.WITHDRAWN):
        raise Refused(_("Line {line} was withdrawn.").format(line=number))
    if kind is Kind.ERRATUM and not released:
        raise Refused(_("Line {line} is not out: there is nothing to correct.").format(line=number))
    if kind in (Kind.DRAWN, Kind.WITHDRAWN) and (drawn or released):
        raise Refused(_("The noise of line {line} was drawn: it can only be finished.").format(line=number))
    if kind is Kind.RELEASED and (released or (charge.what is What.RELEASE and not drawn)):
        raise Refused(_("Line {line} cannot have come out now.").format(line=number))


def _account(lines: Iterable[Line], path: Path) -> Account:
    populations: dict[str, Population] = {}
    charges: list[Charge] = []
    notes: list[Note] = []
    behind: list[int] = []
    latest, last = "", None
    for line in lines:
        last = line
        try:
            content = dict(line.content)
            if content["at"] < latest:
                behind.append(line.number)
            latest = max(latest, content["at"])
            kind = content.pop("kind")
            if kind == "population":
                populations[content["name"]] = Population(**content)
            elif kind == "charge":
                charges.append(_charge(line))
            else:
                notes.append(Note(number=line.number, kind=Kind(kind), **content))
        except (KeyError, TypeError, ValueError) as problem:
            unknown = _("{file}: line {line} is no entry that this version can read.")
            raise Refused(unknown.format(file=isolated(str(path)), line=line.number)) from problem
    return Account(populations, tuple(charges), tuple(notes), tuple(behind), last)


def _charge(line: Line) -> Charge:
    content: dict[str, Any] = {key: value for key, value in line.content.items() if key != "kind"}
    return Charge(**{**content, "number": line.number, "what": What(content["what"])})


def rho_asked(epsilon: float, delta: float) -> float:
    """The rho of an epsilon that somebody asks for. Raises Refused, also for a delta that protects nobody."""
    if MOST_DELTA < delta < 1:
        large = _(
            "Delta is at most one in {count}: with so many people a larger one would let a whole record out"
            " now and then."
        )
        raise Refused(large.format(count=written(1 / MOST_DELTA)))
    try:
        return rho_of(epsilon=epsilon, delta=delta)
    except ValueError as problem:
        raise Refused(str(problem)) from problem


def _said(text: str, otherwise: str) -> str:
    found = " ".join(text.split())
    if not found:
        raise Refused(otherwise)
    return found


def _spelt(name: str) -> str:
    """A name without what a second budget for the same people could be got by: case, width, accents' form."""
    return unicodedata.normalize("NFKC", name).casefold()


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
