"""Each invented person of the library gets what their file says; what came out otherwise is told."""

from __future__ import annotations

from datetime import date

import pytest

import tutela
from tutela.rights.law import load_law
from tutela.rights.law.answers import read_answers
from tutela.rights.law.personas import Persona, read_personas, surprises

PEOPLE = read_personas(tutela.library_path())


@pytest.mark.parametrize("persona", PEOPLE, ids=[persona.id for persona in PEOPLE])
def test_the_law_gives_this_person_what_the_file_says(persona):
    assert [surprise.message for surprise in surprises(persona, load_law())] == []


# The runner itself


def told(**written: object) -> list[str]:
    persona = {"id": "x", "state": "GB", "at": "2026-11-25", "facts": {"identification_status": "presumed"}}
    return [one.message for one in surprises(Persona("x.yaml", (), persona | written), load_law())]


FOREIGN = {
    "identification_status": "presumed",
    "is_foreign_national": True,
    "reasonable_grounds_on": "2026-11-02",
}


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            {"due": {"L046": None}},
            "L046 should be due, and is depending on what is not known (because of in_territory).",
        ),
        ({"not_due": ["L035"]}, "L035 should be not due, and is due."),
        ({"due": {"L247b": None}}, "L247b should be due, and is not due (because of identification_status)."),
        ({"due": {"L080": None}}, "L080 should be due, and does not apply in this state on this day."),
        ({"due": {"L999": None}}, "L999 should be due, and does not exist."),
        ({"due": {"L035": "2026-12-02"}}, "L035 should end on 2026-12-02, and ends on no day."),
        (
            {"facts": FOREIGN, "due": {"L243": "2026-12-01"}},
            "L243 should end on 2026-12-01, and ends at least 2026-12-01.",
        ),
        ({"fulfilled": ["L035"]}, "L035 should be fulfilled, and is due."),
        ({"reserved": ["L035"]}, "L035 should be reserved by this state, and is due."),
        (
            {"declared": ["L035"]},
            "A declaration of this state should stand beside L035: nothing was declared.",
        ),
        (
            {"depends": {"L046": ["in_danger"]}},
            "L046 should depend on in_danger, and depends on in_territory.",
        ),
        ({"never": ["L035"]}, "L035 should not apply in this state on this day, and does."),
        ({"exceptions": {"L035": ["L048"]}}, "L048 should apply to L035 as an exception; none did."),
        (
            {"latest": {"L046": "2027-01-01"}},
            "L046 should last until 2027-01-01 at the latest, and that is not limited.",
        ),
        (
            {"remedies": {"L242": {"refused_on": "2026-11-02", "by": "2026-12-03"}}},
            "The remedy of L242 should be used by 2026-12-03, and that is at most 2026-12-02.",
        ),
        ({"facts": {"identified": "yes"}}, "There is no fact called “identified”."),
        (
            {"facts": {"identification_status": "negative"}, "only": ["school"]},
            "Exactly these rights should be due. Missing: school. Beside them came: longer-help.",
        ),
    ],
)
def test_what_came_out_otherwise_is_told_in_plain_words(written, message):
    assert told(**written) == [message]


@pytest.mark.parametrize(
    ("fact", "raw", "message"),
    [
        ("in_danger", "maybe", "“maybe” is no answer. Write yes or no."),
        ("in_danger", 1, "“1” is no answer. Write yes or no."),
        ("age_group", True, "“True” is no answer. Write one of adult, child, uncertain."),
        (
            "referred_on",
            "2.11.2026",
            "“2.11.2026” is no day that can be used. Write year-month-day, such as 2026-11-02.",
        ),
        (
            "referred_on",
            "9999-01-01",
            "“9999-01-01” is no day that can be used. Write year-month-day, such as 2026-11-02.",
        ),
        ("region", 7, "“7” is no code. Write a code such as GB-ENG."),
        ("in_dangr", True, "There is no fact called “in_dangr”. Did you mean “in_danger”?"),
    ],
)
def test_a_fact_that_cannot_be_used_gets_one_clear_line(fact, raw, message):
    facts, wrong = read_answers({fact: raw}, load_law().facts)
    assert facts == {}
    assert [one.message for one in wrong] == [message]


def test_facts_are_read_as_people_write_them():
    written = {
        "in_danger": "no",
        "in_territory": True,
        "referred_on": "2026-11-02",
        "region": "GB-ENG",
        "age_group": None,
    }
    facts, wrong = read_answers(written, load_law().facts)
    assert wrong == []
    assert facts == {
        "in_danger": False,
        "in_territory": True,
        "referred_on": date(2026, 11, 2),
        "region": "GB-ENG",
    }


def test_the_hard_limits_of_the_first_instruments_have_people_of_their_own():
    counted = {
        entry
        for persona in PEOPLE
        for entry, day in persona.written.get("due", {}).items()
        if day is not None
    }
    assert {"L046", "L112", "L242", "L243", "L247a", "L247b", "L267", "L271", "L275"} <= counted
    assert {"L283", "L285", "L286", "L287", "L304", "L313a", "L313b", "L236"} <= counted


def test_every_instrument_that_gives_a_person_something_is_tested_by_people():
    law, tested = load_law(), set()
    for persona in PEOPLE:
        written = persona.written
        for key in ("due", "not_due", "depends", "never", "fulfilled"):
            tested |= {law.provisions[entry].instrument for entry in written.get(key, ())}
    giving = [law.library.instruments[p.instrument] for p in law.provisions.values() if p.right]
    assert {instrument.id for instrument in giving if instrument.is_binding} - tested == set()
