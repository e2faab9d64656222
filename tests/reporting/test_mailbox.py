"""Somebody comes back with a number: reads, writes, and learns nothing about numbers that are not theirs."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import NOON
from tests.reporting.desk_work import come_back, hidden, number_in, open_desk, tell, write

from tutela.engines.envelopes import new_secret
from tutela.reporting import actions, mailboxes, queries, sealing
from tutela.reporting.models import CloseReason, Message, Report, ReportStatus

KIND = "We have read your words. You are not alone."
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.fixture
def number(desk) -> str:
    return number_in(tell())


@pytest.fixture
def answered(number, cast) -> str:
    actions.answer(report=Report.objects.get(), record_id=uuid4(), words=KIND, by=cast.actor("hana"), at=NOON)
    return number


def test_the_number_opens_the_answer(answered):
    page = come_back(answered)
    assert page.status_code == 200
    assert KIND in page.content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        lambda number: number.replace(" ", ""),
        lambda number: f"  {number.replace(' ', '-')} ",
        lambda number: number.translate(ARABIC_DIGITS),
        lambda number: "\u200f" + number.translate(ARABIC_DIGITS),
    ],
)
def test_the_number_may_be_typed_in_any_way(answered, typed):
    assert KIND in come_back(typed(answered)).content.decode()


def test_a_typing_error_is_named_and_the_number_stays_to_be_corrected(answered):
    wrong = ("1" if answered[0] != "1" else "2") + answered[1:]
    page = come_back(wrong)
    assert page.status_code == 422
    assert b"A digit is missing, wrong" in page.content
    assert wrong in page.content.decode()


@pytest.mark.parametrize("typed", ["", "abc", "1234", "9" * 300])
def test_what_is_no_number_is_refused_kindly(desk, typed):
    page = come_back(typed)
    assert page.status_code == 422


def _steady(page) -> str:
    """A page without what is drawn anew each time."""
    return re.sub(r'value="[^"]*"', "", page.content.decode())


def test_a_number_that_opens_nothing_looks_and_costs_the_same_as_an_empty_mailbox(number, monkeypatch):
    derived = []
    derive = mailboxes.envelopes.derive_reporter_keys
    monkeypatch.setattr(
        mailboxes.envelopes,
        "derive_reporter_keys",
        lambda secret, **options: derived.append(1) or derive(secret, **options),
    )
    seen = []
    for typed in (number, new_secret()):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = come_back(typed)
        seen.append(
            (page.status_code, _steady(page), [re.sub(r"'\w{64}'", "", query["sql"]) for query in asked])
        )
    assert seen[0][0] == 200
    assert seen[0][1] == seen[1][1]
    assert len(seen[0][2]) == len(seen[1][2])
    assert len(derived) == 2


def test_words_put_into_an_unknown_mailbox_are_not_lost_but_begin_a_report(number, cast):
    stranger = new_secret()
    page = write(come_back(stranger), "Is anybody there?")
    assert b"has arrived" in page.content
    report = Report.objects.exclude(danger="soon").get()
    told = sealing.open_report(report, desk_key=sealing.desk_key(report.desk))
    assert told.what == "Is anybody there?"
    actions.answer(report=report, record_id=uuid4(), words=KIND, by=cast.actor("hana"), at=NOON)
    assert KIND in come_back(stranger).content.decode()


def test_known_and_unknown_numbers_take_a_first_message_alike(number):
    pages = [write(come_back(typed), "Hello") for typed in (number, new_secret())]
    assert {page.status_code for page in pages} == {200}
    assert all(b"has arrived" in page.content for page in pages)


def test_a_number_of_one_desk_opens_nothing_at_another(answered, cast):
    open_desk(cast.haven, "haven", name="Haven")
    page = come_back(answered, "haven")
    assert page.status_code == 200
    assert KIND not in page.content.decode()
    token = hidden(come_back(answered), "token")
    moved = Client().post("/tell/haven/answer/", {"token": token, "look": "1"})
    assert moved.status_code == 422


def test_both_sides_read_what_the_reporter_writes(answered, cast):
    page = write(come_back(answered), "The van is white")
    report = Report.objects.get()
    assert "The van is white" in page.content.decode()
    lines = queries.conversation(report, desk_key=sealing.desk_key(report.desk))
    assert [(line.from_reporter, line.words) for line in lines] == [(False, KIND), (True, "The van is white")]
    assert report.has_news
    for message in Message.objects.all():
        assert b"van" not in bytes(message.for_desk) + bytes(message.for_reporter)


def test_the_first_words_are_not_shown_in_the_mailbox(answered):
    assert "Zzkanari" not in come_back(answered).content.decode()


def test_a_message_sent_twice_is_there_once(number):
    open_page = come_back(number)
    for _ in range(2):
        page = write(open_page, "The van is white")
    assert page.content.decode().count("The van is white") == 1
    assert Message.objects.count() == 1


def test_an_empty_message_is_not_sent(number):
    page = write(come_back(number), "   ")
    assert page.status_code == 422
    assert not Message.objects.exists()


def test_looking_again_keeps_what_was_typed_and_sends_nothing(answered):
    page = write(come_back(answered), "half a sentence", look="1")
    assert "half a sentence" in page.content.decode()
    assert not Message.objects.filter(from_reporter=True).exists()


def test_a_closed_report_opens_again_when_its_reporter_writes(number, cast):
    report = Report.objects.get()
    hana = cast.actor("hana")
    actions.close(report=report, reason=CloseReason.TOO_LITTLE, version=report.version, by=hana, at=NOON)
    write(come_back(number), "I know the street now")
    report.refresh_from_db()
    assert (report.status, report.closed_at, report.has_news) == (ReportStatus.NEW, None, True)


# ---------------------------------------------------------------- ten minutes
def test_the_page_locks_itself_after_ten_minutes_and_keeps_the_message(number, monkeypatch):
    page = come_back(number)
    later = NOON + timedelta(minutes=10, seconds=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    shut = write(page, "The van is white")
    assert shut.status_code == 422
    assert b"locked itself" in shut.content
    assert "The van is white" in shut.content.decode()
    assert not Message.objects.exists()
    reopened = come_back(number, words="The van is white")
    assert "The van is white" in reopened.content.decode()
    write(reopened, "The van is white")
    assert Message.objects.count() == 1


def test_within_ten_minutes_it_stays_open(number, monkeypatch):
    page = come_back(number)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON + timedelta(minutes=9, seconds=59))
    assert write(page, "Hello").status_code == 200


@pytest.mark.parametrize("token", ["", "AAAA", "é", "A" * 4000])
def test_a_token_that_is_not_ours_opens_nothing(desk, token):
    assert Client().post("/tell/lifeline/answer/", {"token": token, "look": "1"}).status_code == 422


def test_a_token_says_nothing_about_the_number_and_lies_in_no_address(number):
    page = come_back(number)
    assert number not in page.content.decode()
    assert number.replace(" ", "") not in page.content.decode()
    assert hidden(page, "token") not in "".join(
        re.findall(r'(?:href|action)="([^"]*)"', page.content.decode())
    )


def test_guessing_numbers_has_to_wait(desk):
    guesses = [
        Client(REMOTE_ADDR="198.51.100.7").post("/tell/lifeline/answer/", {"secret": new_secret()})
        for _ in range(21)
    ]
    assert [page.status_code for page in guesses] == [200] * 20 + [429]
