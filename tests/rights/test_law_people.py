"""What holds for everybody under the shipped law, and every hard time limit of its first instruments.

What single invented people get stands in `library/law/personas`, where a lawyer can write it.
"""

from __future__ import annotations

from datetime import date

import pytest

from tutela.engines.rights import (
    Bound,
    Cooperation,
    Entitlement,
    Facts,
    Measure,
    Pace,
    Standing,
    Unit,
    entitlements,
)
from tutela.rights.law import load_law

TODAY = date(2026, 11, 25)


def rights_of(facts: Facts, state: str, at: date = TODAY) -> dict[str, Entitlement]:
    found = entitlements(facts, load_law().library, state=state, at=at)
    return {entitlement.provision.id: entitlement for entitlement in found}


def ids(found: dict[str, Entitlement], standing: Standing) -> set[str]:
    return {name for name, entitlement in found.items() if entitlement.standing is standing}


def test_enacted_sections_that_have_not_begun_give_nothing_and_nothing_for_officials_is_listed():
    found = rights_of({}, "GB")
    assert {"L240", "L249", "L233", "L239", "L019", "L073"}.isdisjoint(found)


# People

GROUNDS_ON = {"identification_status": "presumed", "reasonable_grounds_on": date(2026, 11, 2)}

CHILD_IN_ENGLAND: Facts = GROUNDS_ON | {
    "age_group": "child",
    "region": "GB-ENG",
    "is_foreign_national": True,
    "is_unaccompanied": True,
    "in_territory": True,
    "needs_interpreter": True,
}


def test_where_in_the_country_nobody_asked_is_what_would_decide():
    found = rights_of(CHILD_IN_ENGLAND | {"region": None}, "GB")
    assert found["L246"].asks == ("region",)


def test_a_person_who_refuses_to_help_the_police_loses_only_what_depends_on_it():
    helping = rights_of(CHILD_IN_ENGLAND | {"cooperates": True}, "GB")
    refusing = rights_of(CHILD_IN_ENGLAND | {"cooperates": False}, "GB")
    changed = [e.provision for name, e in refusing.items() if e.standing is not helping[name].standing]
    assert all(provision.cooperation is not Cooperation.NO for provision in changed)
    assert {"L035", "L044", "L046"} <= ids(refusing, Standing.DUE)


@pytest.mark.parametrize("state", ["GB", "FR", "ES", "UY"])
def test_of_a_person_nothing_is_known_so_everything_depends_and_says_on_what(state):
    found = rights_of({}, state)
    assert ids(found, Standing.DEPENDS) == set(found) != set()
    assert all(entitlement.asks for entitlement in found.values())


WIDER = {"cets-201", "crc-1989", "directive-2009-52", "echr-1950", "icrmw-1990"}
"""These protect children and workers, trafficked or not; so do the conventions of the ILO."""


@pytest.mark.parametrize("state", ["GB", "FR", "ES", "UY"])
def test_a_person_without_any_sign_of_trafficking_has_no_right_as_a_victim(state):
    found = rights_of({"identification_status": "none", "complained": False}, state)
    assert ids(found, Standing.DUE) == set()
    of_victims = {
        name
        for name, entitlement in found.items()
        if not entitlement.provision.instrument.startswith("ilo-")
        and entitlement.provision.instrument not in WIDER
    }
    assert ids(found, Standing.NOT_DUE) >= of_victims


# Every hard time limit of the shipped instruments (reference 3.1) fires for a suitable person

ABROAD = {"national_abroad": True, "wants_to_return": True}
FOREIGN = {"is_foreign_national": True, "is_eu_citizen": False}
AT_ONCE, WITHOUT_DELAY = Pace.AT_ONCE, Pace.WITHOUT_DELAY

LIMITS = [
    # entry, state, what is known beside reasonable grounds, measures, amount, unit, bound, pace
    ("L046", "GB", {"in_territory": True}, "duration", 30, "days", "at_least", None),
    ("L027", "FR", {"in_territory": True}, "duration", None, None, None, None),
    ("L030", "ES", {"age_group": "child", "is_unaccompanied": True}, "deadline", None, None, None, AT_ONCE),
    ("L053", "ES", {}, "deadline", None, None, None, AT_ONCE),
    ("L080", "FR", {}, "deadline", None, None, None, AT_ONCE),
    ("L065", "GB", {"crime_elsewhere": True}, "deadline", None, None, None, WITHOUT_DELAY),
    ("L071", "GB", {"in_danger": True}, "deadline", None, None, None, WITHOUT_DELAY),
    ("L072", "GB", {"crime_elsewhere": True}, "deadline", None, None, None, WITHOUT_DELAY),
    ("L014", "UY", ABROAD, "deadline", None, None, None, WITHOUT_DELAY),
    ("L016", "UY", ABROAD, "deadline", None, None, None, WITHOUT_DELAY),
    ("L057", "FR", ABROAD, "deadline", None, None, None, WITHOUT_DELAY),
    (
        "L112",
        "ES",
        FOREIGN | {"cooperates": True, "stay_useful_for_case": True, "ties_cut": True},
        "duration",
        6,
        "months",
        "at_least",
        None,
    ),
    ("L243", "GB", FOREIGN, "duration", 30, "days", "at_least", None),
    ("L242", "GB", {"identification_status": "possible"}, "deadline", 5, "working_days", "at_most", None),
    ("L247a", "GB", {"identification_status": "confirmed"}, "duration", 45, "days", "at_least", None),
    ("L271", "FR", FOREIGN, "duration", 30, "days", "exact", None),
    ("L283", "FR", FOREIGN | {"in_recovery_period": True}, "duration", 30, "days", "exact", None),
    ("L267", "ES", FOREIGN | {"lawfully_resident": False}, "duration", 90, "days", "at_least", None),
    ("L275", "UY", FOREIGN, "duration", 180, "days", "at_most", None),
    ("L304", "UY", FOREIGN, "deadline", 60, "days", "at_most", None),
    ("L313a", "UY", {"offender_release_expected": True}, "deadline", 10, "days", "at_least", None),
    ("L313b", "UY", {"offender_release_expected": True}, "duration", 180, "days", "at_least", None),
    ("L285", "FR", FOREIGN | {"complained": True, "ties_cut": True}, "duration", 1, "years", "exact", None),
    (
        "L286",
        "FR",
        FOREIGN | {"complained": True, "offender_convicted": True},
        "duration",
        10,
        "years",
        "exact",
        None,
    ),
    ("L287", "FR", FOREIGN | {"exit_programme": True}, "duration", 6, "months", "at_least", None),
]


@pytest.mark.parametrize(
    ("entry", "state", "known", "measures", "amount", "unit", "bound", "pace"),
    LIMITS,
    ids=[f"{row[0]}-{row[1]}" for row in LIMITS],
)
def test_each_hard_time_limit_fires(entry, state, known, measures, amount, unit, bound, pace):
    found = rights_of(GROUNDS_ON | known, state)[entry]
    limit = found.provision.time_limit
    assert found.standing is Standing.DUE
    assert limit is not None
    assert limit.measures is Measure(measures)
    assert (limit.amount, limit.pace) == (amount, pace)
    assert limit.unit is (Unit(unit) if unit else None)
    assert limit.bound is (Bound(bound) if bound else None)


def test_limits_that_are_open_or_counted_backwards_or_to_the_later_of_two_say_so():
    limits = {name: provision.time_limit for name, provision in load_law().provisions.items()}
    assert limits["L027"].until_event == "conclusive_decision_on"
    assert limits["L243"].later_of == "conclusive_decision_on"
    assert limits["L313a"].before_event == "offender_release_on"
    assert limits["L313b"].from_event == "offender_release_on"


def test_the_limits_of_states_themselves_are_kept_although_no_person_sees_them():
    limits = {name: provision.time_limit for name, provision in load_law().provisions.items()}
    assert (limits["L099"].each_year_by, limits["L099"].each_year_latest) == ("09-30", "12-31")
    assert limits["L100a"].by == date(2028, 7, 15)
    assert (limits["L100b"].amount, limits["L100b"].unit) == (3, Unit.MONTHS)
    assert limits["L106"].by == date(2030, 7, 15)
