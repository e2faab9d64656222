"""A small treaty with one provision, to be changed at will by tests of the rights engine."""

from __future__ import annotations

from datetime import date, timedelta

from tutela.engines.rights import (
    ALWAYS,
    Binding,
    Certainty,
    Condition,
    Counting,
    FactIs,
    FirstDay,
    InForce,
    Instrument,
    Kind,
    LastDay,
    Length,
    Level,
    Library,
    Measure,
    Provision,
    Strength,
    TimeLimit,
    Unit,
)

TODAY = date(2026, 11, 25)
TREATY = Instrument(
    id="treaty",
    level=Level.INTERNATIONAL,
    short={"en": "Treaty"},
    name={"en": "Treaty"},
    source="",
    in_force=InForce(),
)
FRENCH = Instrument(
    id="fr",
    level=Level.NATIONAL,
    state="FR",
    short={"en": "French law"},
    name={"en": "French law"},
    source="",
    in_force=InForce(start=date(2010, 1, 1)),
)


def yes(fact: str) -> FactIs:
    return FactIs(fact, frozenset({True}))


def provision(condition: Condition = ALWAYS, **changes: object) -> Provision:
    fields = {
        "id": "L001",
        "instrument": "treaty",
        "article": "art. 1",
        "kind": Kind.ENTITLEMENT,
        "category": "housing",
        "strength": Strength.SHALL,
        "holder": "victim",
        "duty_bearer": "state",
        "certainty": Certainty.READ,
        "source": "",
        "title": {"en": "A place to stay"},
        "detail": {"en": "You get one."},
        "condition": condition,
    }
    return Provision(**(fields | changes))  # type: ignore[arg-type]


def binding(**changes: object) -> Binding:
    fields = {
        "instrument": "treaty",
        "state": "FR",
        "start": date(2008, 5, 1),
        "end": None,
        "certainty": Certainty.READ,
        "source": "",
    }
    return Binding(**(fields | changes))  # type: ignore[arg-type]


def library(*provisions: Provision, bindings: tuple[Binding, ...] | None = None, **more: object) -> Library:
    return Library(
        provisions=provisions,
        bindings=(binding(),) if bindings is None else bindings,
        **({"instruments": [TREATY, FRENCH]} | more),  # type: ignore[arg-type]
    )


def limit(amount: int | None = None, unit: Unit = Unit.DAYS, **changes: object) -> TimeLimit:
    """A deadline of `amount` days from `began_on`, where nothing else is said."""
    fields = {"measures": Measure.DEADLINE, "text": {}, "from_events": ("began_on",)}
    if amount is not None:
        fields |= {"amount": amount, "unit": unit, "bound": changes.pop("bound")}
    return TimeLimit(**(fields | changes))  # type: ignore[arg-type]


def count(length: Length, counting: Counting, day: date, *, backwards: bool = False) -> date:
    """A calendar of days alone, in which Sundays are no working days."""
    assert length.unit is Unit.DAYS
    if backwards:
        return day - timedelta(days=length.amount)
    included = counting.first_day is FirstDay.INCLUDED
    end = day + timedelta(days=length.amount - included)
    if counting.last_day is LastDay.NEXT_WORKING_DAY and end.isoweekday() == 7:
        return end + timedelta(days=1)
    return end
