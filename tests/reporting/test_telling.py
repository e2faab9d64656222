"""Somebody tells, without a name: kept once, sealed, and nothing about who they are."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import Client
from tests.reporting.desk_work import PLACE, STORY, number_in, open_desk, story, tell

from tutela.foundation.audit.models import Event
from tutela.reporting import actions, sealing
from tutela.reporting.models import Danger, Report, ReportStatus
from tutela.reporting.views import portal


def test_anyone_finds_the_open_desks_by_country(desk, cast):
    open_desk(cast.haven, "haven", name="Refugio", country="es")
    shut = open_desk(cast.casa_alba, "shut", name="Shut")
    shut.is_open = False
    shut.save()
    page = Client().get("/tell/").content.decode()
    assert page.index("Refugio") < page.index("Lifeline")
    assert "Shut" not in page
    assert "United Kingdom" in page


def test_what_is_told_arrives_sealed_for_the_desk_alone(desk):
    response = tell()
    report = Report.objects.get()
    told = sealing.open_report(report, desk_key=sealing.desk_key(desk))
    assert response.status_code == 200
    assert (told.what, told.where) == (STORY, PLACE)
    assert (report.danger, report.language, report.status) == (Danger.SOON, "ar", ReportStatus.NEW)
    assert b"Zzkanari" not in bytes(report.envelope)
    assert report.organisation_id == desk.organisation_id


def test_the_teller_gets_a_number_of_24_digits_only_if_an_answer_is_wanted(desk):
    assert len(number_in(tell()).replace(" ", "")) == 24
    quiet = tell(answer="no")
    assert b'id="number"' not in quiet.content
    report = Report.objects.get(wants_answer=False)
    assert (report.mailbox, bytes(report.reporter_key)) == ("", b"")


def test_nobody_has_to_choose_anything(desk):
    response = tell(danger=None, where=None, answer=None, language=None)
    report = Report.objects.get()
    assert response.status_code == 200
    assert (report.danger, report.language, report.wants_answer) == (Danger.UNKNOWN, "en", True)


def test_the_minute_is_not_kept_anywhere(desk):
    tell()
    report, event = Report.objects.get(), Event.objects.get(verb="report.arrive")
    assert (event.at.hour, event.at.minute) == (0, 0)
    assert event.actor_id is None
    assert event.object_id == report.pk
    assert not [field for field in Report._meta.fields if field.attname in {"received_at", "created_at"}]


@pytest.mark.parametrize("danger", ["now", "none"])
def test_the_emergency_number_stands_before_and_after(desk, danger):
    before, after = Client().get("/tell/lifeline/"), tell(danger=danger)
    assert b'href="tel:999"' in before.content
    assert (b'href="tel:999"' in after.content) is (danger == "now")


def test_where_no_number_is_known_the_page_does_not_invent_one(cast):
    open_desk(cast.lifeline, emergency_number="")
    page = Client().get("/tell/lifeline/").content
    assert b"tel:" not in page
    assert b"emergency number of the country" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"what": ""}, b"Write at least a few words"),
        ({"what": "x" * 20_001}, b"at most 20000"),
        ({"danger": "very"}, b"very"),
        ({"language": "xx"}, b"xx"),
        ({"record_id": "1"}, b"UUID"),
    ],
)
def test_a_mistake_is_named_and_nothing_typed_is_lost(desk, changes, words):
    response = tell(where="Beside the mill", **changes)
    assert response.status_code == 422
    assert words in response.content
    assert b"Beside the mill" in response.content
    assert not Report.objects.exists()


def test_the_same_form_later_is_kept_once_and_its_number_is_not_shown_again(desk, monkeypatch):
    sent = story()
    first = Client().post("/tell/lifeline/", sent)
    monkeypatch.setattr(portal, "_doubles", portal.Doubles())  # half a minute has passed
    again = Client().post("/tell/lifeline/", sent)
    assert number_in(first)
    assert again.status_code == 200
    assert b"already with us" in again.content
    assert b'id="number"' not in again.content
    assert Report.objects.count() == 1


def test_a_button_pressed_twice_shows_the_same_number_twice(desk):
    sent = story()
    numbers = {number_in(Client().post("/tell/lifeline/", sent)) for _ in range(2)}
    assert len(numbers) == 1
    assert Report.objects.count() == 1


def test_who_knows_only_the_id_of_a_fresh_report_does_not_get_its_number(desk):
    sent = story()
    Client().post("/tell/lifeline/", sent)
    other = Client().post("/tell/lifeline/", {**sent, "what": "something else"})
    assert b'id="number"' not in other.content


def test_a_flood_from_one_sender_waits_and_keeps_its_words_while_others_get_through(desk):
    def from_address(address):
        return Client(REMOTE_ADDR=address).post("/tell/lifeline/", story())

    flood = [from_address("198.51.100.7") for _ in range(21)]
    assert [response.status_code for response in flood] == [200] * 20 + [429]
    assert STORY.encode() in flood[-1].content
    assert int(flood[-1]["Retry-After"]) >= 1
    assert from_address("198.51.100.8").status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "http://testserver"}, 200),
        ({"Origin": "null"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://testserver"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
    ],
)
def test_a_form_from_another_site_is_shown_again_and_not_kept(desk, headers, status):
    response = tell(headers=headers)
    assert response.status_code == status
    assert Report.objects.count() == (status == 200)
    if status == 403:
        assert STORY.encode() in response.content


def test_a_body_that_is_too_long_is_refused_before_it_is_read(desk):
    response = tell(what="x" * 500_000)
    assert response.status_code == 413
    assert b"shorter parts" in response.content


def test_when_the_database_fails_the_words_stay_on_the_page(desk, monkeypatch):
    def broken(**_options):
        raise OperationalError("disk")

    monkeypatch.setattr(actions, "receive_report", broken)
    response = tell()
    assert response.status_code == 503
    assert STORY.encode() in response.content
    assert b"nothing was kept" in response.content


def test_a_closed_desk_says_so_and_gives_the_words_back(desk):
    desk.is_open = False
    desk.save()
    assert b"<textarea" not in Client().get("/tell/lifeline/").content
    response = tell()
    assert response.status_code == 410
    assert STORY.encode() in response.content
    assert not Report.objects.exists()


def test_there_is_no_desk_with_police(cast):
    with pytest.raises(actions.NoDeskHere):
        open_desk(cast.police)


def test_an_unknown_desk_does_not_exist(cast):
    assert Client().get("/tell/nowhere/").status_code == 404
    assert tell("nowhere").status_code == 404


def test_the_private_key_of_a_desk_outlives_the_rotation_of_its_organisations_key(desk):
    from tests.cast import NOON

    from tutela.foundation.vault import keyring

    before = sealing.desk_key(desk)
    keyring.rotate_organisation_key(desk.organisation_id, at=NOON)
    desk.refresh_from_db()
    assert desk.organisation_key == keyring.organisation_key(desk.organisation_id)
    assert sealing.desk_key(desk) == before
    assert before not in bytes(desk.wrapped)


def test_an_envelope_opens_in_no_other_place(desk):
    from tutela.engines.envelopes import EnvelopeDamaged

    tell()
    report, key = Report.objects.get(), sealing.desk_key(desk)
    report.pk = uuid4()
    with pytest.raises(EnvelopeDamaged):
        sealing.open_report(report, desk_key=key)
