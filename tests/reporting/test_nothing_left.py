"""What lies on the disk, what the browser is told to keep, and what twenty people at once lose: nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, connections
from django.test import Client
from tests import cast as characters
from tests.cast import signed_in
from tests.reporting.desk_work import PLACE, STORY, come_back, number_in, open_desk, story, tell, write

from tutela.engines.envelopes import new_secret
from tutela.foundation.access.scope import Scope, within
from tutela.foundation.organisations.kinds import Kind
from tutela.reporting import queries, sealing
from tutela.reporting.models import Message, Report

AT_ONCE = 20


@pytest.fixture
def committed_desk(transactional_db):
    """A desk that other threads see too."""
    with within(Scope(system=True)):
        lifeline = characters.organisation("Lifeline", Kind.HOTLINE)
        yield_desk = open_desk(lifeline)
        characters.user("hana", lifeline, characters.HotlineOperator)
    return yield_desk


def _in_a_thread(work):
    try:
        return work()
    finally:
        connections.close_all()


def test_twenty_at_once_are_all_kept_each_with_a_number_of_its_own(committed_desk):
    sent = [story(what=f"{STORY} {number}") for number in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        answers = list(
            crowd.map(
                lambda form: _in_a_thread(lambda: Client().post("/tell/lifeline/", form)),
                sent,
            )
        )
    assert {response.status_code for response in answers} == {200}
    assert len({number_in(response) for response in answers}) == AT_ONCE
    with within(Scope(organisation_id=committed_desk.organisation_id)):
        key = sealing.desk_key(committed_desk)
        told = {sealing.open_report(report, desk_key=key).what for report in Report.objects.all()}
    assert told == {form["what"] for form in sent}


def test_the_same_report_twenty_times_at_once_is_kept_once(committed_desk):
    sent = story()
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        answers = list(
            crowd.map(lambda _: _in_a_thread(lambda: Client().post("/tell/lifeline/", sent)), range(AT_ONCE))
        )
    assert {response.status_code for response in answers} == {200}
    assert len({number_in(response) for response in answers}) == 1
    with within(Scope(system=True)):
        assert Report.objects.count() == 1


def test_messages_of_both_sides_at_once_keep_their_places(committed_desk):
    number = number_in(tell())
    pages = [come_back(number) for _ in range(8)]
    with ThreadPoolExecutor(8) as crowd:
        sent = list(crowd.map(lambda page: _in_a_thread(lambda: write(page, "Hello")), pages))
    assert {page.status_code for page in sent} == {200}
    with within(Scope(system=True)):
        places = list(Message.objects.order_by("sequence").values_list("sequence", flat=True))
    assert places == list(range(1, 9))


def test_words_put_into_one_unknown_mailbox_at_once_are_all_kept(committed_desk):
    number = new_secret()
    pages = [come_back(number) for _ in range(6)]
    with ThreadPoolExecutor(6) as crowd:
        sent = list(
            crowd.map(
                lambda numbered: _in_a_thread(lambda: write(numbered[1], f"Words {numbered[0]}")),
                enumerate(pages),
            )
        )
    assert {page.status_code for page in sent} == {200}
    with within(Scope(system=True)):
        key, report = sealing.desk_key(committed_desk), Report.objects.get()
        kept = [sealing.open_report(report, desk_key=key).what]
        kept += [line.words for line in queries.conversation(report, desk_key=key)]
    assert sorted(kept) == [f"Words {place}" for place in range(6)]


@pytest.mark.sqlite
def test_neither_words_nor_number_lie_on_the_disk(committed_desk, var: Path):
    response = tell(danger="now")
    number = number_in(response)
    write(come_back(number), f"{STORY} again")
    with within(Scope(system=True)):
        from tutela.foundation.organisations.models import User

        hana = signed_in(User.objects.get())
        report = Report.objects.get()
        before = bytes(report.envelope)
    hana.post(f"/reports/{report.pk}/weigh/", {"danger": "now", "note": f"{STORY} note", "version": 1})
    files = [path for path in var.rglob("*") if path.is_file()]
    kept = b"".join(path.read_bytes() for path in files)
    assert before in kept or b"reporting_report" in kept  # the right files were read
    for word in (STORY, "Zzkanari", PLACE, number, number.replace(" ", "")):
        assert word.encode() not in kept
        assert word.encode("utf-16-le") not in kept


def test_neither_words_nor_number_lie_in_any_table(desk):
    number = number_in(tell())
    write(come_back(number), f"{STORY} again")
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += [bytes(cell) if isinstance(cell, memoryview) else cell for row in cursor for cell in row]
    assert len(rows) > 100
    everything = repr(rows)
    for word in ("Zzkanari", number, number.replace(" ", "")):
        assert word not in everything


def test_nothing_that_was_typed_is_logged(desk, caplog):
    number = number_in(tell())
    come_back(number)
    tell(what="", where="Zzkanari")
    come_back("1234 Zzkanari")
    assert "Zzkanari" not in caplog.text
    assert number not in caplog.text


PAGES = {
    "desks": lambda: Client().get("/tell/"),
    "form": lambda: Client().get("/tell/lifeline/"),
    "sent": tell,
    "wrong": lambda: tell(what=""),
    "number": lambda: Client().get("/tell/lifeline/answer/"),
    "open": lambda: come_back(number_in(tell())),
    "mistyped": lambda: come_back("1"),
}


@pytest.mark.parametrize("page", PAGES)
def test_a_public_page_leaves_nothing_and_runs_nothing(desk, page):
    response = PAGES[page]()
    text = response.content.decode()
    assert not response.cookies
    assert "<script" not in text
    assert "csrfmiddlewaretoken" not in text
    assert "<title>Information</title>" in text
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] in {"no-referrer", "same-origin"}
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert len(response.content) < 20_000
    assert "Leave quickly" in text


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
def test_a_public_page_keeps_its_language_without_a_cookie(desk, language):
    page = Client().get(f"/tell/lifeline/?lang={language}")
    assert page["Content-Language"] == language
    assert f'action="?lang={language}"' in page.content.decode()
    assert ('dir="rtl"' in page.content.decode()[:200]) is (language == "ar")
    assert Client().post(f"/tell/lifeline/?lang={language}", story())["Content-Language"] == language


def test_after_sending_no_language_link_can_lose_the_number(desk):
    assert 'href="?lang=' not in tell().content.decode()
