"""Comparing the law of states, and of one state on two days, for other programs."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

import pycountry
from ninja import Query, Router, Schema
from ninja.errors import ValidationError

from tutela.engines.rights import Cell, Source, compare
from tutela.foundation.access.api import needs
from tutela.foundation.access.http import StaffRequest
from tutela.foundation.roles import Permission
from tutela.rights import shelf
from tutela.rights.law import load_law
from tutela.rights.law.answers import EARLIEST, LATEST
from tutela.rights.library.days import EntryChange, Given, RightChange, between
from tutela.rights.library.matrix import MOST_STATES, certainty_of

router = Router(tags=["library"])
_READS = needs(Permission.LIBRARY_READ)

_LIMITS: Final = (
    "Missing means that nothing was found in this library, not that there is no law. National law is held "
    "against treaties by its firmest entry, then by time limits of the same kind; for whom a right is, and "
    "when, is not compared. What is of certainty G must be confirmed by a lawyer."
)
_TWO_DAYS: Final = (
    "Both days are told as the library knows them today. Of the law of former days it holds little: what "
    "appears may have had a forerunner that nobody entered."
)


class SourceOut(Schema):
    """One entry behind a cell. `status_is_old`: its list of states is older than three years."""

    entry: str
    instrument: str
    article: str
    strength: str
    certainty: str
    bound_since: date | None
    status_as_of: date | None
    status_is_old: bool


class CellOut(Schema):
    """One right in one state. `reserved` are entries of treaties that the state did not accept."""

    right: str
    state: str
    verdict: str
    national: list[SourceOut]
    treaty: list[SourceOut]
    reserved: list[SourceOut]


class ComparisonOut(Schema):
    """A cell for each right in each state. `unknown` are states of which the library says nothing at all."""

    day: date
    states: list[str]
    unknown: list[str]
    limits: str
    cells: list[CellOut]


class GivenOut(Schema):
    """An entry as it applied on one of the days, with the days between which it did."""

    entry: str
    since: date | None
    until: date | None


class EntryChangeOut(Schema):
    """One entry before and after. `aspects`: in what the one that took its place reads otherwise."""

    turn: str
    before: GivenOut | None
    after: GivenOut | None
    aspects: list[str]


class RightChangeOut(Schema):
    """One right before and after. `right` is empty for limits and definitions, which have no verdict."""

    right: str
    turn: str
    verdict_before: str
    verdict_after: str
    entries: list[EntryChangeOut]


class DifferencesOut(Schema):
    """What changed for a state from the earlier day to the later one. `is_known`: the library knows it."""

    state: str
    before: date
    after: date
    is_known: bool
    limits: str
    rights: list[RightChangeOut]


@router.get(
    "/library/compare",
    auth=_READS,
    response=ComparisonOut,
    summary="Rights beside states, with their sources",
)
def library_compare(
    request: StaffRequest,
    states: Annotated[
        list[str],
        Query(min_length=1, max_length=MOST_STATES, description="ISO 3166-1, two letters each, up to eight"),
    ],
    on: date | None = None,
    right: str = "",
) -> ComparisonOut:
    """Of all rights, or of one (`right`); as the law stood on a day, today unless said otherwise."""
    codes = list(dict.fromkeys(_state(code, "states") for code in states))
    day = _day(on, "on") if on else request.at.date()
    law = load_law()
    if right and right not in law.rights:
        raise _unusable("right", "There is no right of this name: see /library/rights.")
    cells = compare(law.library, codes, day)
    return ComparisonOut(
        day=day,
        states=codes,
        unknown=sorted(set(codes) - set(shelf.states())),
        limits=_LIMITS,
        cells=[
            _cell(cells[name, code], day)
            for name in law.library.rights
            if right in ("", name)
            for code in codes
        ],
    )


@router.get(
    "/library/differences", auth=_READS, response=DifferencesOut, summary="The law of a state on two days"
)
def library_differences(request: StaffRequest, state: str, before: date, after: date) -> DifferencesOut:
    """`before` and `after` may come in either order: the earlier day is taken first."""
    code = _state(state, "state")
    first, second = sorted((_day(before, "before"), _day(after, "after")))
    return DifferencesOut(
        state=code,
        before=first,
        after=second,
        is_known=code in shelf.states(),
        limits=_TWO_DAYS,
        rights=[_right(one) for one in between(load_law(), code, before=first, after=second)],
    )


def _state(written: str, field: str) -> str:
    code = written.upper()
    if len(code) != 2 or pycountry.countries.get(alpha_2=code) is None:
        raise _unusable(field, "This is no state: write the two letters of ISO 3166-1.")
    return code


def _day(day: date, field: str) -> date:
    if not EARLIEST <= day <= LATEST:
        raise _unusable(field, "No calendar here counts that far.")
    return day


def _unusable(field: str, message: str) -> ValidationError:
    return ValidationError([{"loc": ["query", field], "msg": message}])


def _cell(one: Cell, day: date) -> CellOut:
    return CellOut(
        right=one.right,
        state=one.state,
        verdict=one.verdict.value,
        national=[_source(source, day) for source in one.national],
        treaty=[_source(source, day) for source in one.treaty],
        reserved=[_source(source, day) for source in one.reserved],
    )


def _source(one: Source, day: date) -> SourceOut:
    provision, binding = one.provision, one.binding
    return SourceOut(
        entry=provision.id,
        instrument=provision.instrument,
        article=provision.article,
        strength=provision.strength.value,
        certainty=certainty_of(one).value,
        bound_since=binding.start if binding else None,
        status_as_of=binding.as_of if binding else None,
        status_is_old=bool(binding and binding.is_stale(day)),
    )


def _right(one: RightChange) -> RightChangeOut:
    return RightChangeOut(
        right=one.right,
        turn=one.turn.value,
        verdict_before=one.before.verdict.value if one.before else "",
        verdict_after=one.after.verdict.value if one.after else "",
        entries=[_entry(each) for each in one.entries],
    )


def _entry(one: EntryChange) -> EntryChangeOut:
    return EntryChangeOut(
        turn=one.turn.value,
        before=_given(one.before),
        after=_given(one.after),
        aspects=[aspect.value for aspect in one.aspects],
    )


def _given(one: Given | None) -> GivenOut | None:
    if one is None:
        return None
    return GivenOut(entry=one.provision.id, since=one.in_force.start, until=one.in_force.end)
