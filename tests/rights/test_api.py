"""Rights for other programs: a calculator without any person, the library, and the rights of a file."""

from __future__ import annotations

import json

import pycountry
import pytest
from tests.cast import NOON, Cast, days, signed_in

from tutela.foundation.access.decision import SYSTEM
from tutela.foundation.clocks.actions import sweep
from tutela.rights import shelf
from tutela.rights.actions import answer_questions
from tutela.rights.law import load_law

EVALUATE = "/api/v1/rights/evaluate"
PRESUMED = {
    "identification_status": "presumed",
    "is_foreign_national": True,
    "region": "GB-ENG",
    "reasonable_grounds_on": "2026-11-02",
}


def post(cast: Cast, body: object, *, who: str = "rosa"):
    content = body if isinstance(body, str) else json.dumps(body)
    return signed_in(getattr(cast, who)).post(EVALUATE, content, content_type="application/json")


def evaluated(cast: Cast, **body: object) -> dict:
    answer = post(cast, {"state": "GB", "day": "2026-11-25", "facts": PRESUMED} | body)
    assert answer.status_code == 200, answer.content
    return answer.json()


def right(found: dict, name: str) -> dict:
    (one,) = [one for one in found["rights"] if one["right"] == name]
    return one


# The calculator


def test_facts_in_rights_and_days_out(cast):
    recovery = right(evaluated(cast), "recovery-period")
    assert recovery["standing"] == "due"
    assert recovery["lasts"] == {"day": "2026-12-01", "at_least": True, "at_most": False, "latest": None}
    assert recovery["label"] == "A recovery and reflection period"
    best = recovery["bases"][0]
    assert (best["entry"], best["instrument"], best["counting_verified"]) == ("L243b", "gb", True)
    assert {"L243b", "L046"} <= {base["entry"] for base in recovery["bases"]}


def test_what_is_not_known_is_asked_and_never_guessed(cast):
    found = evaluated(cast, facts={})
    assert {one["standing"] for one in found["rights"]} == {"depends"}
    assert found["questions"][0] == "identification_status"


def test_an_exception_stands_beside_the_right(cast):
    found = evaluated(cast, facts=PRESUMED | {"exception_invoked": True})
    best = right(found, "recovery-period")["bases"][0]
    shown = {one["entry"]: one["standing"] for one in best["exceptions"]}
    assert (shown["L245"], shown["L244"]) == ("due", "depends")


def test_a_state_of_which_nothing_is_known_says_so(cast):
    unknown = min({country.alpha_2 for country in pycountry.countries} - set(shelf.states()))
    found = evaluated(cast, state=unknown.lower())
    assert (found["state"], found["is_known"], found["rights"]) == (unknown, False, [])


def test_without_a_day_it_is_today(cast):
    answer = post(cast, {"state": "GB"})
    assert answer.json()["day"] >= "2026-01-01"


def test_an_old_status_list_is_said_to_be_old(cast):
    bases = [base for one in evaluated(cast)["rights"] for base in one["bases"]]
    old = {base["instrument"] for base in bases if base["status_is_old"]}
    assert "palermo-protocol-2000" in old
    assert "cets-197" not in old


@pytest.mark.parametrize(
    ("body", "field", "problem"),
    [
        ({"facts": {"in_danger": "zzmaybe"}}, "body.facts.in_danger", "Write yes or no."),
        (
            {"facts": {"in_dangr": True}},
            "body.facts",
            "There is no fact of this name. Did you mean “in_danger”?",
        ),
        (
            {"facts": {"referred_on": "zz"}},
            "body.facts.referred_on",
            "Write year-month-day, such as 2026-11-02.",
        ),
        ({"state": "ZZ"}, "body.state", "This is no state: write the two letters of ISO 3166-1."),
        ({"day": "1066-10-14"}, "body.day", "No calendar here counts that far."),
    ],
)
def test_each_wrong_answer_gets_its_field_and_what_can_be_written(cast, body, field, problem):
    answer = post(cast, {"state": "GB", "day": "2026-11-25"} | body)
    assert answer.status_code == 422
    assert answer.json() == {"problems": [{"field": field, "problem": problem}]}
    assert b"zz" not in answer.content


@pytest.mark.parametrize("body", ["[]", "{", '{"state": 7}', '{"state": "GB", "facts": {"in_danger": [1]}}'])
def test_what_is_no_question_is_refused(cast, body):
    assert post(cast, body).status_code in {400, 422}


def test_it_speaks_the_language_of_the_request(cast):
    answer = signed_in(cast.rosa).post(
        EVALUATE,
        json.dumps({"state": "FR", "day": "2026-11-25", "facts": PRESUMED}),
        content_type="application/json",
        headers={"Accept-Language": "ar"},
    )
    assert (
        right(answer.json(), "recovery-period")["label"] == load_law().rights["recovery-period"].label["ar"]
    )


def test_nobody_without_the_library_calculates(cast, client):
    assert client.post(EVALUATE, "{}", content_type="application/json").status_code == 401


# The library


def get(cast: Cast, path: str):
    return signed_in(cast.rosa).get(f"/api/v1/library/{path}")


def test_an_entry_tells_all_that_is_known_of_it(cast):
    entry = get(cast, "entries/L243").json()
    assert (entry["right"], entry["article"]) == ("no-removal", "Nationality and Borders Act 2022, s. 61")
    assert entry["history"] == ["L243c", "L243d", "L243"]
    assert entry["in_force_from"] == "2023-01-30"
    assert entry["reviewed"] is None
    assert "identification_status" in entry["asks_about"]


def test_an_instrument_says_whom_it_binds_and_how_old_that_is(cast):
    palermo = get(cast, "instruments/palermo-protocol-2000").json()
    bound = {one["state"]: one for one in palermo["bound"]}
    assert (bound["FR"]["since"], bound["FR"]["as_of"], bound["FR"]["is_old"]) == (
        "2003-12-25",
        "2015-03-31",
        True,
    )
    assert palermo["states_bound"] == len(bound)


def test_lists_are_whole(cast):
    law = load_law()
    assert {one["instrument"] for one in get(cast, "instruments").json()} == set(law.library.instruments)
    assert {one["right"] for one in get(cast, "rights").json()} == set(law.rights)
    assert {one["fact"] for one in get(cast, "facts").json()} == set(law.facts)
    states = {one["state"]: one for one in get(cast, "states").json()}
    assert {"gb", "cets-197", "palermo-protocol-2000"} <= set(states["GB"]["instruments"])


@pytest.mark.parametrize("path", ["entries/L999", "instruments/atlantis"])
def test_what_is_not_there_is_not_found(cast, path):
    assert get(cast, path).status_code == 404


# The rights of a file


def rights_of(cast: Cast) -> dict:
    return signed_in(cast.bea).get(f"/api/v1/files/{cast.amina.pk}/rights").json()


def test_the_rights_of_a_person_come_with_all_their_bases(cast):
    answer_questions(
        person=cast.amina,
        answers={"identification_status": "presumed", "in_territory": True},
        version=cast.amina.version,
        by=cast.actor("bea"),
        at=NOON,
    )
    body = rights_of(cast)
    assert (body["country"], body["day"]) == ("GB", "2026-11-25")
    names = [one["right"] for one in body["rights"]]
    assert len(names) == len(set(names))
    housing = right(body, "safe-housing")
    assert (housing["status"], housing["is_late"], housing["is_duty"]) == ("due", False, True)
    stands = {(one["status"], one["bases"][0]["standing"]) for one in body["rights"]}
    assert stands == {("due", "due"), ("delivered", "fulfilled")}
    removal = {base["entry"]: base for base in right(body, "no-removal")["bases"]}
    assert removal["L027"]["citation"] == "art. 10(2), Council of Europe Convention"
    assert {removal[entry]["standing"] for entry in ("L027", "L243")} == {"due"}
    assert not set(names) & set(body["depends"])


def test_the_rights_of_a_file_tell_how_far_each_has_come_and_until_when(cast):
    answer_questions(
        person=cast.amina,
        answers={"identification_status": "possible", "referred_on": NOON.date()},
        version=cast.amina.version,
        by=cast.actor("bea"),
        at=NOON,
    )
    decision = right(rights_of(cast), "decision-in-time")
    assert (decision["status"], decision["due"], decision["is_late"]) == ("due", "2026-12-02", False)
    sweep(by=SYSTEM, at=NOON + days(8))
    decision = right(rights_of(cast), "decision-in-time")
    assert (decision["status"], decision["is_late"], decision["needs_a_look"]) == ("breached", True, False)
