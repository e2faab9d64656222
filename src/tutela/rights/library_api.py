"""The library of law for other programs: instruments, entries, rights, facts to ask, and states."""

from __future__ import annotations

from datetime import date

from django.http import Http404
from ninja import Router, Schema

from tutela.engines.rights import Binding, Instrument, Provision
from tutela.foundation.access.api import needs
from tutela.foundation.access.http import StaffRequest
from tutela.foundation.roles import Permission
from tutela.rights import compare_api, shelf, words
from tutela.rights.law import load_law

router = Router(tags=["library"])
router.add_router("", compare_api.router)
_READS = needs(Permission.LIBRARY_READ)


class EntryOut(Schema):
    """One entry. `titles` and `details` are by language; `right` is empty where it gives none."""

    entry: str
    instrument: str
    article: str
    kind: str
    category: str
    right: str
    strength: str
    certainty: str
    duty_bearer: str
    titles: dict[str, str]
    details: dict[str, str]
    source: str


class ReviewOut(Schema):
    by: str
    on: date


class FullEntryOut(EntryOut):
    """One entry with all that is known of it. `history` are the entries of its chain, oldest first."""

    holder: str
    addressed_to: str
    needs_cooperation: str
    asks_about: list[str]
    time_limit: dict[str, str]
    remedy: dict[str, str]
    exception_to: list[str]
    in_force_from: date | None
    in_force_to: date | None
    has_begun: bool
    territory: list[str]
    note: str
    reviewed: ReviewOut | None
    history: list[str]


class BindingOut(Schema):
    """That an instrument binds a state. `is_old`: the status list is older than three years."""

    state: str
    since: date
    until: date | None
    certainty: str
    as_of: date | None
    is_old: bool
    source: str
    reservations: list[str]


class InstrumentOut(Schema):
    """A treaty, a directive or the law of one state. `is_binding` is false for what only recommends."""

    instrument: str
    level: str
    state: str
    names: dict[str, str]
    source: str
    in_force_from: date | None
    in_force_to: date | None
    is_binding: bool
    counting_verified: bool
    entries: int
    states_bound: int


class FullInstrumentOut(InstrumentOut):
    bound: list[BindingOut]
    opted_out: dict[str, str]


class CanonicalOut(Schema):
    """A right that several laws may give."""

    right: str
    category: str
    labels: dict[str, str]
    plain: dict[str, str]


class FactOut(Schema):
    """A fact that the law asks for. `values` are the answers of a choice, each by language."""

    fact: str
    type: str
    labels: dict[str, str]
    questions: dict[str, str]
    values: dict[str, dict[str, str]]


class StateOut(Schema):
    """What the library knows of one state today."""

    state: str
    instruments: list[str]
    entries: int


@router.get("/library/entries", auth=_READS, response=list[EntryOut], summary="Entries of the library of law")
def library_entries(request: StaffRequest, state: str = "", group: str = "") -> list[EntryOut]:
    """All entries, or those in force in a state (ISO 3166-1), or of one group of rights."""
    found = shelf.entries(at=request.at.date(), state=state.upper(), group=group)
    return [_short(provision) for provision in found]


@router.get("/library/entries/{entry}", auth=_READS, response=FullEntryOut, summary="One entry")
def library_entry(request: StaffRequest, entry: str) -> FullEntryOut:
    try:
        provision = shelf.entry(entry)
    except shelf.NoSuchEntry as missing:
        raise Http404 from missing
    law, limit, reviewed = load_law(), provision.time_limit, provision.reviewed
    return FullEntryOut(
        **_short(provision).model_dump(),
        holder=provision.holder,
        addressed_to=provision.addressed_to.value,
        needs_cooperation=provision.cooperation.value,
        asks_about=sorted({test.fact for test in shelf.tests_in(provision.condition)}),
        time_limit=dict(limit.text) if limit else {},
        remedy=dict(provision.remedy.text) if provision.remedy else {},
        exception_to=list(provision.exception_to),
        in_force_from=provision.in_force.start,
        in_force_to=provision.in_force.end,
        has_begun=provision.in_force.commenced,
        territory=list(provision.territory),
        note=provision.note,
        reviewed=ReviewOut(by=reviewed.by, on=reviewed.on) if reviewed else None,
        history=[one.id for one in law.history(provision.id)],
    )


@router.get(
    "/library/instruments",
    auth=_READS,
    response=list[InstrumentOut],
    summary="Treaties, directives and national laws",
)
def library_instruments(request: StaffRequest) -> list[InstrumentOut]:
    return [_instrument(one) for one in _instruments()]


@router.get(
    "/library/instruments/{instrument}",
    auth=_READS,
    response=FullInstrumentOut,
    summary="One instrument, and whom it binds",
)
def library_instrument(request: StaffRequest, instrument: str) -> FullInstrumentOut:
    law = load_law()
    if instrument not in law.library.instruments:
        raise Http404
    status = law.statuses.get(instrument)
    day = request.at.date()
    return FullInstrumentOut(
        **_instrument(law.library.instruments[instrument]).model_dump(),
        bound=[_binding(one, day) for one in law.library.bindings if one.instrument == instrument],
        opted_out={s: words.text(o.text) for s, o in status.opted_out.items()} if status else {},
    )


@router.get("/library/rights", auth=_READS, response=list[CanonicalOut], summary="The rights that laws give")
def library_rights(request: StaffRequest) -> list[CanonicalOut]:
    return [
        CanonicalOut(right=one.id, category=one.category, labels=dict(one.label), plain=dict(one.plain))
        for one in load_law().rights.values()
    ]


@router.get("/library/facts", auth=_READS, response=list[FactOut], summary="The facts that the law asks for")
def library_facts(request: StaffRequest) -> list[FactOut]:
    return [
        FactOut(
            fact=one.id,
            type=one.type.value,
            labels=dict(one.label),
            questions=dict(one.question),
            values={value: dict(texts) for value, texts in one.values.items()},
        )
        for one in load_law().facts.values()
    ]


@router.get(
    "/library/states", auth=_READS, response=list[StateOut], summary="States, and what binds them today"
)
def library_states(request: StaffRequest) -> list[StateOut]:
    library, day = load_law().library, request.at.date()
    return [
        StateOut(
            state=state,
            instruments=sorted(library.bound(state, day)),
            entries=len(library.applying(state, day).rules),
        )
        for state in shelf.states()
    ]


def _instruments() -> list[Instrument]:
    return sorted(load_law().library.instruments.values(), key=lambda one: one.id)


def _short(provision: Provision) -> EntryOut:
    instrument = load_law().library.instruments[provision.instrument]
    return EntryOut(
        entry=provision.id,
        instrument=provision.instrument,
        article=provision.article,
        kind=provision.kind.value,
        category=provision.category,
        right=provision.right,
        strength=provision.strength.value,
        certainty=provision.certainty.value,
        duty_bearer=words.duty_bearer(provision.duty_bearer, "en"),
        titles=dict(provision.title),
        details=dict(provision.detail),
        source=provision.source or instrument.source,
    )


def _instrument(one: Instrument) -> InstrumentOut:
    law = load_law()
    return InstrumentOut(
        instrument=one.id,
        level=one.level.value,
        state=one.state or "",
        names=dict(one.name),
        source=one.source,
        in_force_from=one.in_force.start,
        in_force_to=one.in_force.end,
        is_binding=one.is_binding,
        counting_verified=one.counting is not None,
        entries=sum(provision.instrument == one.id for provision in law.provisions.values()),
        states_bound=len({b.state for b in law.library.bindings if b.instrument == one.id}),
    )


def _binding(one: Binding, day: date) -> BindingOut:
    return BindingOut(
        state=one.state,
        since=one.start,
        until=one.end,
        certainty=one.certainty.value,
        as_of=one.as_of,
        is_old=one.is_stale(day),
        source=one.source,
        reservations=[words.reservation(reservation) for reservation in one.reservations],
    )
