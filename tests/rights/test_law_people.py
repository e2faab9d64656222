"""What the shipped law gives invented people, and every hard time limit of its instruments."""

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


# Who is bound


def test_the_united_kingdom_left_the_directives_and_kept_the_convention():
    presumed = {"identification_status": "presumed"}
    before, after = (rights_of(presumed, "GB", at=day) for day in (date(2020, 12, 31), date(2021, 1, 1)))
    assert "L080" in before
    assert before["L080"].to_be_confirmed
    assert "L080" not in after
    assert "L046" in before
    assert "L046" in after


def test_denmark_is_bound_by_the_convention_and_by_none_of_the_directives():
    instruments = {found.provision.instrument for found in rights_of({}, "DK").values()}
    assert {"palermo-protocol-2000", "cets-197"} <= instruments
    assert not {name for name in instruments if name.startswith("directive")}


def test_norway_is_not_read_as_no():
    assert "L046" in rights_of({}, "NO")


def test_the_changes_of_2024_count_from_the_end_of_their_transposition():
    amended = {"L074b", "L082", "L084", "L087"}
    assert amended.isdisjoint(rights_of({}, "FR", at=date(2026, 7, 14)))
    assert amended <= set(rights_of({}, "FR", at=date(2026, 7, 15)))


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


def test_a_child_alone_in_england_with_positive_grounds():
    found = rights_of(CHILD_IN_ENGLAND, "GB")
    due = ids(found, Standing.DUE)
    guardian, safety, home, school, time_to_recover, stay = "L030", "L243", "L035", "L040", "L046", "L027"
    assert {guardian, safety, home, school, time_to_recover, stay, "L037", "L232", "L246"} <= due
    assert found["L232"].to_be_confirmed, "whether the advocate's section has begun is not confirmed"
    assert found["L243"].dates_needed == ("conclusive_decision_on",)
    assert found["L001"].standing is Standing.NOT_DUE, "an adult's rule"
    assert found["L235"].standing is Standing.NOT_DUE, "the age is known"


def test_the_same_child_in_scotland_has_no_right_from_an_act_of_england_and_wales():
    found = rights_of(CHILD_IN_ENGLAND | {"region": "GB-SCT"}, "GB")
    assert found["L246"].standing is Standing.NOT_DUE
    assert [test.fact for test in found["L246"].failed] == ["region"]
    assert found["L243"].standing is Standing.DUE


def test_where_in_the_country_nobody_asked_is_what_would_decide():
    found = rights_of(CHILD_IN_ENGLAND | {"region": None}, "GB")
    assert found["L246"].asks == ("region",)


def test_an_adult_foreign_national_in_france_before_any_decision():
    facts: Facts = {
        "identification_status": "possible",
        "age_group": "adult",
        "is_foreign_national": True,
        "is_eu_citizen": False,
        "in_territory": True,
    }
    found = rights_of(facts, "FR")
    due = ids(found, Standing.DUE)
    told, time_to_think, free_support, interpreter = "L282", "L271", "L120", "L119"
    assert {told, time_to_think, free_support, "L033", "L044", "L085", "L116"} <= due
    assert found[time_to_think].dates_needed == ("recovery_granted_on",)
    assert found[interpreter].asks == ("needs_interpreter",)
    assert found["L285"].asks == ("complained", "cooperates", "ties_cut")
    waits = found["L046"]
    assert waits.standing is Standing.NOT_DUE
    assert [test.fact for test in waits.failed] == ["identification_status"]


def test_an_irregular_migrant_in_spain_with_reasonable_grounds():
    facts: Facts = GROUNDS_ON | {
        "is_foreign_national": True,
        "lawfully_resident": False,
        "in_territory": True,
    }
    found = rights_of(facts, "ES")
    assert {"L267", "L279", "L046"} <= ids(found, Standing.DUE)
    assert "59 bis" in found["L267"].provision.remedy.text["es"]
    assert found["L281"].asks == ("cooperates", "stay_needed_personal")
    resident = rights_of(facts | {"lawfully_resident": True}, "ES")["L267"]
    assert [test.fact for test in resident.failed] == ["lawfully_resident"]


def test_a_person_who_refuses_to_help_the_police_loses_only_what_depends_on_it():
    helping = rights_of(CHILD_IN_ENGLAND | {"cooperates": True}, "GB")
    refusing = rights_of(CHILD_IN_ENGLAND | {"cooperates": False}, "GB")
    changed = [e.provision for name, e in refusing.items() if e.standing is not helping[name].standing]
    assert all(provision.cooperation is not Cooperation.NO for provision in changed)
    assert {"L035", "L044", "L046"} <= ids(refusing, Standing.DUE)


def test_a_person_whose_age_is_disputed_is_protected_as_a_child():
    found = rights_of(CHILD_IN_ENGLAND | {"age_group": "uncertain"}, "GB")
    assert {"L029", "L030", "L040", "L235"} <= ids(found, Standing.DUE)


def test_a_negative_decision_ends_what_rests_on_grounds_and_opens_what_follows_it():
    found = rights_of({"identification_status": "negative"}, "GB")
    assert found["L046"].standing is Standing.NOT_DUE
    assert found["L247b"].standing is Standing.DUE


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
