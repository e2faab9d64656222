"""The pages of rights when something goes wrong: too late, two at once, another country, a closed case."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import NOON, Cast, days, signed_in

from tutela.foundation.access.decision import SYSTEM
from tutela.foundation.clocks.actions import sweep
from tutela.protection.actions import close_case
from tutela.protection.models import Case
from tutela.rights import actions, facts
from tutela.rights.models import Right, RightBreach, RightStatus, StepKind
from tutela.rights.sheet import sheet_of

DECISION = {"right": "decision-in-time"}
TYPED = "Zztheir desk was closed for a week"


def address(name: str, cast: Cast, **more: str) -> str:
    return reverse(name, kwargs={"person_id": cast.amina.pk, **more})


def answer(cast: Cast, **answers: object) -> None:
    actions.answer_questions(
        person=cast.amina, answers=answers, version=cast.amina.version, by=cast.actor("bea"), at=NOON
    )


@pytest.fixture
def late(cast: Cast) -> Cast:
    """Amina waited for a decision that did not come in five working days."""
    answer(cast, identification_status="possible", referred_on=NOON.date())
    sweep(by=SYSTEM, at=NOON + days(8))
    return cast


@pytest.fixture
def presumed(cast: Cast) -> Cast:
    """Amina is in the recovery period from today on."""
    answer(cast, identification_status="presumed", in_territory=True, reasonable_grounds_on=NOON.date())
    return cast


def version_of(right: str) -> int:
    return Right.objects.get(right=right).version


# ---------------------------------------------------------------- two at once
@pytest.mark.parametrize(
    ("page", "right", "typed"),
    [
        ("right", "recovery-period", {"kind": "refused", "note": TYPED, "on_day": "2026-11-24"}),
        ("right-extend", "recovery-period", {"until": "2027-02-01", "why": TYPED}),
    ],
)
def test_whoever_comes_second_keeps_what_they_typed_and_saves_it_then(presumed, page, right, typed):
    bea, where = signed_in(presumed.bea), address(page, presumed, right=right)
    old = version_of(right)
    asked = {"kind": "requested", "version": old}
    assert bea.post(address("right", presumed, right=right), asked).status_code == 302
    second = bea.post(where, {**typed, "version": old})
    assert second.status_code == 409
    assert TYPED in second.content.decode()
    assert "What you typed is kept below" in second.content.decode()
    assert bea.post(where, {**typed, "version": second.context["version"]}).status_code == 302


def test_of_two_who_see_a_breach_the_second_is_told(late):
    where, old = address("right-late", late, **DECISION), version_of("decision-in-time")
    sent = signed_in(late.carl).post(where, {"version": old, "seen": ""})
    assert sent.status_code == 302
    second = signed_in(late.bea).post(where, {"version": old, "seen": TYPED})
    assert second.status_code == 409
    assert RightBreach.objects.get().seen_by == late.carl


# ---------------------------------------------------------------- too late
def test_a_breach_stays_at_the_top_of_the_file_when_its_case_is_closed(late):
    case = Case.objects.create(
        id=uuid4(),
        organisation=late.casa_alba,
        person=late.amina,
        reference="TU-TEST-1",
        country="GB",
        opened_at=NOON,
        opened_by=late.bea,
    )
    close_case(case=case, reason="moved", note="", version=case.version, by=late.actor("bea"), at=NOON)
    carl = signed_in(late.carl)
    shown = carl.get(address("rights", late))
    assert [one["right"] for one in shown.context["late"]] == ["decision-in-time"]
    overview = carl.get(reverse("overview")).content.decode()
    assert address("right", late, **DECISION) in overview
    assert "Nobody has seen it yet" in overview


def test_a_day_that_was_missed_stands_once_on_the_pages_of_those_who_watch(late):
    load = signed_in(late.carl).get(reverse("overview")).context["load"]
    assert (len(load.late_rights), load.breached, load.breached_count) == (1, [], 0)
    day = signed_in(late.bea).get(reverse("home")).context["day"]
    assert (len(day.late_rights), day.deadlines) == (1, [])


def test_what_was_missed_in_the_country_that_she_left_can_still_be_seen_and_settled(late, monkeypatch):
    monkeypatch.setattr(facts, "_sources", [lambda person: {"country": "FR"}])
    actions.sync_rights(person=late.amina, by=SYSTEM, at=NOON + days(9))
    bea = signed_in(late.bea)
    there = f"{address('right', late, **DECISION)}?in=GB"
    assert there in bea.get(address("rights", late)).content.decode()
    page = bea.get(there)
    assert (page.context["place"], page.context["row"].country) == ("United Kingdom", "GB")
    typed = {"version": page.context["version"], "seen": TYPED}
    sent = bea.post(f"{address('right-late', late, **DECISION)}?in=GB", typed)
    assert (sent.status_code, sent.headers["Location"]) == (302, there)
    assert RightBreach.objects.get().seen_by == late.bea


@pytest.mark.parametrize("country", ["", "FR", "%00", "ZZZZ", "g%E2%80%AEb", "1'"])
def test_a_country_that_means_nothing_shows_the_right_of_here(late, country):
    page = signed_in(late.bea).get(f"{address('right', late, **DECISION)}?in={country}")
    assert (page.status_code, page.context["row"].country, page.context["place"]) == (200, "GB", "")


# ---------------------------------------------------------------- said to the person
def test_what_may_end_or_has_ended_is_said_to_the_person_and_nothing_goes_without_a_word(presumed):
    rows = {row.right: row for row in Right.objects.select_related("person")}
    ended = rows["health-care"]
    left = actions.Given(note=TYPED, reason="own_wish", on_day=NOON.date())
    by = presumed.actor("bea")
    actions.follow_right(right=ended, kind=StepKind.ENDED, version=1, given=left, by=by, at=NOON)
    answer(presumed, identification_status="none")
    asked = "We are checking whether these are still yours. Until then they stay."
    sheet = sheet_of(presumed.amina, language="en", at=NOON)
    assert "Equal treatment" in sheet.checking
    assert dict(sheet.changed)["Health care"] == "Ended early"
    assert sheet.none == ""
    page = signed_in(presumed.bea).get(address("rights-for-person", presumed) + "?lang=en").content.decode()
    assert asked in page
    assert TYPED not in page


def test_what_can_be_asked_for_is_never_called_due(presumed):
    board = signed_in(presumed.bea).get(address("rights", presumed)).context["board"]
    untouched = [card for card in board.possible if card.status == RightStatus.DUE]
    assert untouched
    assert {card.status_label for card in untouched} == {"Can be asked for"}
    counted = {label: number for label, _tone, number in board.tally}
    assert counted["Due"] == len([card for card in board.due if card.status == RightStatus.DUE])
    sheet = sheet_of(presumed.amina, language="en", at=NOON)
    assert {title for title, _plain in sheet.may} == {card.title for card in untouched}


# ---------------------------------------------------------------- speed
def test_a_page_asks_the_database_few_questions(presumed):
    carl = signed_in(presumed.carl)
    for where in (
        address("rights", presumed),
        address("right", presumed, right="recovery-period"),
        address("rights-for-person", presumed),
    ):
        carl.get(where)
        with CaptureQueriesContext(connection) as asked:
            assert carl.get(where).status_code == 200
        assert len(asked) <= 22, [one["sql"][:90] for one in asked]
