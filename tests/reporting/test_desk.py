"""Those who work at a desk: what waits, what was told, how it is weighed and answered, and becomes a case."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.cast import NOON, Cast, signed_in
from tests.reporting.desk_work import PLACE, STORY, come_back, number_in, open_desk, tell

from tutela.foundation.access.decision import SYSTEM, Reason
from tutela.foundation.access.door import AccessDenied
from tutela.foundation.audit.models import Event, Outcome
from tutela.foundation.changes import ChangedMeanwhile
from tutela.foundation.organisations.models import User
from tutela.foundation.roles import HotlineOperator
from tutela.people import pathway
from tutela.reporting import access, actions, queries, sealing
from tutela.reporting.models import Channel, CloseReason, Danger, Desk, Message, Report, ReportStatus
from tutela.reporting.sealing import Told


@pytest.fixture
def report(desk: Desk) -> Report:
    tell()
    return Report.objects.get()


@pytest.fixture
def hana(cast: Cast):
    return signed_in(cast.hana)


def arrive(desk: Desk, danger: str = "unknown", *, days_ago: int = 0, **changes) -> Report:
    """A report that came that many days ago."""
    at = NOON - timedelta(days=days_ago)
    arrival = actions.Arrival(Told(STORY), danger=danger, language="en", **changes)
    return actions.receive_report(desk=desk, record_id=uuid4(), arrival=arrival, by=SYSTEM, at=at)


def read_now(report: Report) -> Report:
    return Report.objects.select_related("desk").get(pk=report.pk)


# ---------------------------------------------------------------- the inbox
def test_the_most_dangerous_stands_first_then_the_newest(desk, cast, hana):
    told = [("none", 0), ("now", 5), ("unknown", 0), ("soon", 1), ("now", 1), ("soon", 2)]
    for danger, days_ago in told:
        arrive(desk, danger, days_ago=days_ago)
    found = queries.inbox(cast.actor("hana")).reports
    shown = [(row.danger, (NOON.date() - row.received_on).days) for row in found]
    assert shown == [("now", 1), ("now", 5), ("soon", 1), ("soon", 2), ("unknown", 0), ("none", 0)]
    page = hana.get("/reports/").content.decode()
    assert "2 reports say that somebody is in danger now" in page
    assert page.index("In danger now") < page.index("Danger may come soon") < page.index("No danger known")


def test_a_report_is_named_by_how_and_when_it_came_and_its_code_stands_small_beside(desk, cast, hana):
    report = arrive(desk, "now", days_ago=1)
    for address in ("/reports/", f"/reports/{report.pk}/"):
        page = hana.get(address).text
        assert "Written online, Tue 24 Nov" in page
        assert f'<bdi dir="ltr">{str(report.pk)[:8]}</bdi>' in page
        assert desk.name in page


def test_what_an_operator_weighs_outranks_what_was_told(desk, cast):
    calm, urgent = arrive(desk, "now"), arrive(desk, "none")
    hana = cast.actor("hana")
    actions.weigh(report=calm, danger="none", note="", version=1, by=hana, at=NOON)
    actions.weigh(report=urgent, danger="now", note="", version=1, by=hana, at=NOON)
    assert queries.inbox(hana).reports == [urgent, calm]
    assert queries.inbox_counts(hana).danger_now == 1


def test_pages_follow_each_other_without_gap_or_double_while_reports_arrive(desk, cast, monkeypatch):
    monkeypatch.setattr(queries, "PAGE_SIZE", 3)
    hana, seen, after = cast.actor("hana"), [], ""
    for number in range(10):
        arrive(desk, ["now", "soon", "none"][number % 3], days_ago=number // 4)
    while True:
        page = queries.inbox(hana, after=after)
        seen += [row.pk for row in page.reports]
        arrive(desk, "now")
        if not (after := page.next):
            break
    assert len(seen) == len(set(seen)) == 10


@pytest.mark.parametrize("after", ["x", "é", "MXwyfDM=", "A" * 999])
def test_a_broken_page_address_begins_at_the_start(report, hana, after):
    page = hana.get("/reports/", {"after": after, "status": "nonsense"})
    assert page.status_code == 200
    assert str(report.pk) in page.content.decode()


def test_the_list_shows_no_words(report, hana):
    assert "Zzkanari" not in hana.get("/reports/").content.decode()


def test_the_list_takes_few_queries_however_long_it_is(desk, hana, django_assert_max_num_queries):
    for _ in range(20):
        arrive(desk)
    with django_assert_max_num_queries(12):
        assert hana.get("/reports/").status_code == 200


def test_counts_follow_the_status(desk, cast):
    weighed, _fresh = arrive(desk), arrive(desk)
    hana = cast.actor("hana")
    actions.weigh(report=weighed, danger="soon", note="", version=1, by=hana, at=NOON)
    assert queries.inbox_counts(hana).by_status == {"new": 1, "triaged": 1, "case": 0, "closed": 0}
    assert queries.waiting_count(hana) == 1


def test_an_empty_inbox_says_what_belongs_there(desk, hana):
    page = hana.get("/reports/").content.decode()
    assert "New reports from the public page appear here" in page


# ---------------------------------------------------------------- who may
def test_the_operator_of_the_desk_reads_what_was_told_and_the_look_is_written_down(report, hana, cast):
    page = hana.get(f"/reports/{report.pk}/")
    assert page.status_code == 200
    assert STORY in page.content.decode()
    assert PLACE in page.content.decode()
    look = Event.objects.get(verb="look.report")
    assert (look.actor_id, look.object_id, look.purpose) == (cast.hana.pk, report.pk, "triage")


ADDRESSES = ("", "weigh/", "answer/", "close/")


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_operator_of_another_organisation_finds_nothing_and_the_refusal_is_written_down(
    report, cast, address
):
    stranger = User.objects.create_user(
        "op@haven.example",
        organisation=cast.haven,
        display_name="Op",
        roles=["hotline_operator"],
        created_at=NOON,
    )
    browser = signed_in(stranger)
    ask = browser.post if address else browser.get
    answers = [ask(f"/reports/{pk}/{address}") for pk in (report.pk, uuid4())]
    assert [response.status_code for response in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    refusals = Event.objects.filter(verb="refused", actor_id=stranger.pk, outcome=Outcome.DENIED)
    assert {event.details["reason"] for event in refusals} == {Reason.OTHER_ORGANISATION}
    assert refusals.count() == 2


@pytest.mark.parametrize("who", ["bea", "eve", "ora", "dario", "ada", "pia", "rosa"])
def test_who_has_no_permission_reads_no_report(report, cast, who):
    browser = signed_in(getattr(cast, who))
    for address in ("/reports/", "/reports/new/", f"/reports/{report.pk}/"):
        assert browser.get(address).status_code == 404
    assert Event.objects.filter(verb="refused", actor_id=getattr(cast, who).pk).count() == 3


def test_police_reads_no_report_whatever_roles_its_people_have(report, cast):
    cast.pia.roles = [HotlineOperator.code]
    cast.pia.save()
    pia = cast.actor("pia")
    with pytest.raises(AccessDenied) as denied:
        access.report_for(pia, report.pk, at=NOON)
    assert denied.value.reason is Reason.OTHER_ROOM
    assert not queries.inbox(pia).reports
    assert sum(queries.inbox_counts(pia).by_status.values()) == 0


def test_a_supervisor_of_a_desk_weighs_but_does_not_answer(cast):
    desk = open_desk(cast.casa_alba, "alba")
    tell("alba")
    report, carl = Report.objects.get(), signed_in(cast.carl)
    page = carl.get(f"/reports/{report.pk}/").content.decode()
    assert "Weigh the danger" in page
    assert "Put it into their mailbox" not in page
    refused = carl.post(f"/reports/{report.pk}/answer/", {"record_id": uuid4(), "words": "x"})
    assert refused.status_code == 404
    assert report.desk == desk


def test_nobody_reads_without_signing_in(report, client):
    assert client.get(f"/reports/{report.pk}/").status_code == 302


# ---------------------------------------------------------------- weighing
def test_weighing_keeps_the_judgement_and_seals_the_note(report, hana, cast):
    sent = {"danger": "now", "note": "Zzkanari note", "version": report.version}
    assert hana.post(f"/reports/{report.pk}/weigh/", sent).status_code == 302
    report.refresh_from_db()
    assert (report.status, report.weighed_danger, report.weighed_by) == ("triaged", "now", cast.hana)
    assert b"Zzkanari" not in bytes(report.note)
    assert "Zzkanari note" in hana.get(f"/reports/{report.pk}/").content.decode()
    assert Event.objects.get(verb="report.weigh").details == {"danger": "now"}


def test_the_second_of_two_who_weigh_sees_the_first_and_loses_nothing(report, hana):
    address = f"/reports/{report.pk}/weigh/"
    hana.post(address, {"danger": "now", "note": "The first note", "version": 1})
    second = hana.post(address, {"danger": "none", "note": "The second note", "version": 1})
    page = second.content.decode()
    assert second.status_code == 409
    assert "The first note" in page
    assert "The second note" in page
    assert read_now(report).weighed_danger == "now"
    again = hana.post(address, {"danger": "none", "note": "The second note", "version": 2})
    assert again.status_code == 302
    assert read_now(report).weighed_danger == "none"


def test_weighing_needs_a_judgement(report, hana):
    response = hana.post(f"/reports/{report.pk}/weigh/", {"note": "Kept words", "version": 1})
    assert response.status_code == 422
    assert "Kept words" in response.content.decode()


# ---------------------------------------------------------------- answering
def test_an_answer_lies_sealed_in_the_mailbox(desk, hana):
    number = number_in(tell())
    report = Report.objects.get()
    hana.post(f"/reports/{report.pk}/answer/", {"record_id": uuid4(), "words": "We have read it"})
    message = Message.objects.get()
    assert b"We have" not in bytes(message.for_desk) + bytes(message.for_reporter)
    assert "We have read it" in come_back(number).content.decode()
    assert "We have read it" in hana.get(f"/reports/{report.pk}/").content.decode()
    assert Event.objects.filter(verb="report.answer", object_id=report.pk).exists()


def test_an_answer_sent_twice_is_there_once(report, hana):
    sent = {"record_id": uuid4(), "words": "We have read it"}
    for _ in range(2):
        assert hana.post(f"/reports/{report.pk}/answer/", sent).status_code == 302
    assert Message.objects.count() == 1


def test_who_wants_no_answer_gets_none(desk, hana, cast):
    tell(answer="no")
    report = Report.objects.get()
    assert "Put it into" not in hana.get(f"/reports/{report.pk}/").content.decode()
    with pytest.raises(actions.NoMailbox):
        actions.answer(report=report, record_id=uuid4(), words="x", by=cast.actor("hana"), at=NOON)
    assert hana.post(f"/reports/{report.pk}/answer/", {"record_id": uuid4(), "words": "x"}).status_code == 302
    assert not Message.objects.exists()


def test_news_is_shown_until_somebody_looks(report, hana):
    Report.objects.filter(pk=report.pk).update(has_news=True)
    assert "wrote again" in hana.get("/reports/").content.decode()
    hana.get(f"/reports/{report.pk}/")
    assert "wrote again" not in hana.get("/reports/").content.decode()


# ---------------------------------------------------------------- closing, and a case
def test_closing_keeps_who_when_and_why(report, hana, cast):
    hana.post(f"/reports/{report.pk}/close/", {"reason": "other_matter", "version": 1})
    report.refresh_from_db()
    assert (report.status, report.closed_reason) == (ReportStatus.CLOSED, CloseReason.OTHER_MATTER)
    assert (report.closed_by, report.closed_at) == (cast.hana, NOON)
    assert str(report.pk) in hana.get("/reports/?status=closed").content.decode()
    assert str(report.pk) not in hana.get("/reports/").content.decode()


def test_closing_what_a_colleague_changed_shows_the_change(report, hana):
    hana.post(f"/reports/{report.pk}/weigh/", {"danger": "now", "note": "", "version": 1})
    response = hana.post(f"/reports/{report.pk}/close/", {"reason": "other_matter", "version": 1})
    assert response.status_code == 409
    assert read_now(report).status == ReportStatus.TRIAGED


def test_a_report_becomes_one_case(report, cast):
    hana, person_id = cast.actor("hana"), uuid4()
    for _ in range(2):
        actions.link_case(report=report, person_id=person_id, by=hana, at=NOON)
    report = read_now(report)
    assert (report.status, report.person_id) == (ReportStatus.CASE, person_id)
    assert Event.objects.filter(verb="report.case", person_id=person_id).count() == 1
    with pytest.raises(ChangedMeanwhile):
        actions.link_case(report=report, person_id=uuid4(), by=hana, at=NOON)
    with pytest.raises(ChangedMeanwhile):
        actions.close(report=report, reason="twice", version=report.version, by=hana, at=NOON)


def test_the_page_leads_to_a_new_case_and_later_to_the_one_that_was_opened(report, hana, cast):
    page = hana.get(f"/reports/{report.pk}/").content.decode()
    assert f'href="/files/new/?report={report.pk}"' in page
    actions.link_case(report=report, person_id=cast.amina.pk, by=cast.actor("hana"), at=NOON)
    page = hana.get(f"/reports/{report.pk}/").content.decode()
    assert f'href="/files/{cast.amina.pk}/"' in page
    assert "/files/new/" not in page


def test_a_closed_report_can_still_become_a_case(report, cast):
    hana = cast.actor("hana")
    actions.close(report=report, reason="too_little", version=1, by=hana, at=NOON)
    actions.link_case(report=report, person_id=uuid4(), by=hana, at=NOON)
    assert read_now(report).closed_at is None


def test_when_a_file_is_erased_the_words_of_its_report_go_too(desk, cast, hana):
    number = number_in(tell())
    report, by = Report.objects.get(), cast.actor("hana")
    actions.answer(report=report, record_id=uuid4(), words="An answer", by=by, at=NOON)
    actions.link_case(report=report, person_id=cast.amina.pk, by=by, at=NOON)
    pathway.reached(pathway.Milestone.ERASED, cast.amina, by=by, at=NOON)
    report = read_now(report)
    assert (bytes(report.envelope), bytes(report.note), report.mailbox) == (b"", b"", "")
    assert not Message.objects.exists()
    page = hana.get(f"/reports/{report.pk}/")
    assert page.status_code == 200
    assert "were erased" in page.content.decode()
    assert "An answer" not in come_back(number).content.decode()


# ---------------------------------------------------------------- a call
def call(browser, **changes):
    sent = {
        "record_id": uuid4(),
        "what": STORY,
        "danger": "now",
        "answer": "yes",
        "language": "en",
        **changes,
    }
    return browser.post("/reports/new/", {"desk": "lifeline", **sent})


def test_a_call_is_sealed_like_any_report_and_its_number_read_out(desk, hana, cast):
    response = call(hana)
    report = Report.objects.get()
    assert sealing.open_report(report, desk_key=sealing.desk_key(desk)).what == STORY
    assert report.channel == Channel.CALL
    assert come_back(number_in(response)).status_code == 200
    event = Event.objects.get(verb="report.arrive")
    assert (event.actor_id, event.details["channel"]) == (cast.hana.pk, "call")


def test_a_call_sent_twice_is_kept_once(desk, hana):
    record_id = uuid4()
    call(hana, record_id=record_id)
    again = call(hana, record_id=record_id)
    assert again.status_code == 302
    assert again["Location"] == f"/reports/{record_id}/"
    assert Report.objects.count() == 1


def test_a_call_without_words_is_not_lost(desk, hana):
    response = call(hana, what="", where="Beside the mill")
    assert response.status_code == 422
    assert "Beside the mill" in response.content.decode()


def test_a_call_is_taken_at_ones_own_desk_only(desk, hana, cast):
    open_desk(cast.haven, "haven")
    assert call(hana, desk="haven").status_code == 422
    assert not Report.objects.exists()


def test_without_a_desk_no_call_is_taken(cast, hana):
    page = hana.get("/reports/new/")
    assert "no desk yet" in page.content.decode()


def test_what_was_weighed_and_told_are_the_same_list_in_the_same_order():
    assert Danger.values == ["now", "soon", "unknown", "none"]
