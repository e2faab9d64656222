"""Cases over the API: the same door, the same pseudonyms, pages by key."""

from __future__ import annotations

import pytest
from tests.cast import AMINA, NOON, days, signed_in
from tests.protection.conftest import open_case

from tutela.foundation.audit.models import Event

CASES = "/api/v1/cases"


def test_bea_lists_her_cases_under_pseudonyms(bea, case):
    answer = bea.get(CASES)
    (row,) = answer.json()["cases"]
    assert (row["reference"], row["pseudonym"], row["lead"]) == (
        case.reference,
        case.person.pseudonym,
        "Bea",
    )
    assert AMINA not in answer.text


def test_one_case_is_read_and_the_look_recorded(bea, cast, case):
    answer = bea.get(f"{CASES}/{case.person_id}")
    assert answer.json()["reference"] == case.reference
    assert Event.objects.filter(verb="look.case", person_id=case.person_id, actor_id=cast.bea.pk).exists()


@pytest.mark.parametrize("who", ["ben", "dario", "eve", "pia", "ada"])
def test_for_others_there_is_no_case_and_the_refusal_is_written_down(cast, case, who):
    client = signed_in(getattr(cast, who))
    assert client.get(f"{CASES}/{case.person_id}").status_code == 404
    assert Event.objects.filter(verb="refused", actor_id=getattr(cast, who).pk).exists()


def test_without_signing_in_nothing_is_told(client, case):
    assert client.get(CASES).status_code == 401


@pytest.mark.parametrize("body", ["", "{", '{"text": ""}', '{"text": "laila"}'])
def test_who_may_not_read_cases_learns_nothing_from_what_they_send(cast, client, body):
    eve = signed_in(cast.eve)
    assert eve.get(CASES, {"size": 0}).status_code == 404
    assert eve.post(f"{CASES}/search", body, content_type="application/json").status_code == 404
    assert Event.objects.filter(verb="refused", actor_id=cast.eve.pk).count() == 2
    assert client.post(f"{CASES}/search", body, content_type="application/json").status_code == 401


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_what_a_page_can_send_without_asking_is_not_taken_for_json(bea, case, kind):
    """A form of another site can send JSON under these names."""
    answer = bea.post(f"{CASES}/search", '{"text": "amina"}', content_type=kind)
    assert answer.status_code == 415
    assert case.reference not in answer.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://testserver"}, 200),
        ({"origin": "https://elsewhere.example"}, 403),
        ({"origin": "http://testserver.elsewhere.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
    ],
)
def test_a_page_of_another_site_sends_nothing_with_a_colleagues_session(bea, case, headers, status):
    answer = bea.post(f"{CASES}/search", {"text": "nobody"}, content_type="application/json", headers=headers)
    assert answer.status_code == status


def test_the_description_is_for_who_is_signed_in(cast, client):
    assert client.get("/api/v1/openapi.json").status_code == 401
    described = signed_in(cast.eve).get("/api/v1/openapi.json").json()
    assert f"{CASES}/search" in described["paths"]


def test_pages_follow_by_cursor(cast, bea):
    for number in range(3):
        open_case(cast, at=NOON - days(number))
    first = bea.get(CASES, {"size": 2}).json()
    second = bea.get(CASES, {"size": 2, "after": first["following"]}).json()
    assert (len(first["cases"]), len(second["cases"]), second["following"]) == (2, 1, "")
    assert first["count"] == 3


@pytest.mark.parametrize("asked", [{"size": 0}, {"size": 1000}, {"stage": "x"}, {"after": "x" * 101}])
def test_what_makes_no_sense_is_refused(bea, asked):
    assert bea.get(CASES, asked).status_code == 422


def test_words_are_searched_for_in_the_body_and_not_in_the_address(cast, bea, case):
    other = open_case(cast, name="Laila Mqw")
    ask = {"content_type": "application/json"}
    found = bea.post(f"{CASES}/search", {"text": "laila"}, **ask).json()
    assert [row["reference"] for row in found["cases"]] == [other.reference]
    assert bea.post(f"{CASES}/search", {"text": ""}, **ask).status_code == 422
    assert bea.post(f"{CASES}/search", {"text": "x" * 201}, **ask).status_code == 422
    assert len(bea.get(CASES, {"text": "laila"}).json()["cases"]) == 2
