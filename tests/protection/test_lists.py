"""Lists show what one may see, page by key, count up to a cap and stay within twelve queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from tests.cast import NOON, days, signed_in
from tests.protection.conftest import open_case

from tutela.engines.clocks import Length, Unit
from tutela.foundation.access.models import Grant, spell
from tutela.foundation.clocks.actions import start_clock
from tutela.people.keyset import Cursor
from tutela.people.models import Person
from tutela.protection import actions
from tutela.protection.models import Case
from tutela.protection.queries import cases as lists
from tutela.protection.queries.caseload import caseload_of
from tutela.protection.queries.cases import CaseFilter, case_list
from tutela.protection.queries.day import day_of
from tutela.protection.views.cases import filters_of

MOST_QUERIES = 12
# What opens a transaction and its scope looks at no row.
SETTING_UP = ("SAVEPOINT", "RELEASE SAVEPOINT", "SELECT set_config")


def references(cast, who, *, at=NOON, **wanted):
    return [row.reference for row in case_list(cast.actor(who), CaseFilter(**wanted), at=at).page.rows]


def grant(cast, case, to="haven", sections=("summary",)):
    return Grant.objects.create(
        organisation=cast.casa_alba,
        to_organisation=getattr(cast, to),
        person_id=case.person_id,
        sections=spell(sections),
        purpose="referral",
        basis="consent",
        source_kind="referral",
        source_id=case.pk,
        granted_at=NOON,
        expires_at=NOON + days(30),
    )


def test_everybody_sees_their_own_and_no_more(cast, case):
    assert references(cast, "bea") == [case.reference]
    assert references(cast, "carl") == [case.reference]
    for who in ("ben", "dario", "hana", "eve", "pia", "ada"):
        assert references(cast, who) == []


def test_a_shared_case_stands_in_the_list_while_the_grant_runs(cast, case):
    grant(cast, case, sections=("summary", "needs"))
    assert references(cast, "dario") == [], "the case itself was not shared"
    running = grant(cast, case, sections=("summary", "case"))
    (row,) = case_list(cast.actor("dario"), CaseFilter(), at=NOON).page.rows
    assert (row.reference, row.is_shared) == (case.reference, True)
    assert references(cast, "dario", at=NOON + days(31)) == []
    running.ended_at = NOON
    running.save()
    assert references(cast, "dario") == []


def test_a_shared_file_shows_what_was_shared_and_offers_no_change(cast, case):
    grant(cast, case, sections=("summary", "case", "needs"))
    Grant.objects.update(granted_at=NOON - days(9999), expires_at=NOON + days(9999))
    dario = signed_in(cast.dario)
    page = dario.get(reverse("file", kwargs={"person_id": case.person_id}))
    assert "Casa Alba" in page.text
    assert case.reference in page.text
    assert reverse("case-change", kwargs={"person_id": case.person_id}) not in page.text
    needs = reverse("needs", kwargs={"person_id": case.person_id})
    assert dario.get(needs).status_code == 200
    assert dario.post(needs, {}).status_code == 404
    for closed in ("tasks", "timeline", "documents"):
        assert dario.get(reverse(closed, kwargs={"person_id": case.person_id})).status_code == 404


def test_pages_follow_each_other_without_gap_or_repeat(cast):
    opened = [open_case(cast, at=NOON - days(number // 2)).reference for number in range(7)]
    seen, cursor = [], None
    for _page in range(10):
        page = case_list(cast.actor("carl"), CaseFilter(), at=NOON, after=cursor, size=2).page
        seen += [row.reference for row in page.rows]
        if not page.following:
            break
        cursor = Cursor.parse(page.following)
    assert sorted(seen) == sorted(opened)
    assert len(seen) == 7


@pytest.mark.parametrize(
    "broken", ["", "x", "~", "2026-01-01~x", "2026-01-01T00:00:00~", "9999-99-99~" + "0" * 32]
)
def test_a_broken_cursor_shows_the_first_page(broken):
    assert Cursor.parse(broken) is None


def test_the_count_stops_at_its_cap(cast, case, monkeypatch):
    open_case(cast)
    open_case(cast)
    monkeypatch.setattr(lists, "MOST_COUNTED", 2)
    assert case_list(cast.actor("carl"), CaseFilter(), at=NOON).is_more


def test_own_cases_and_shared_ones_are_counted_together_on_every_page(cast, case):
    open_case(cast, at=NOON - days(1))
    shared = open_case(cast, at=NOON - days(2))
    Case.objects.filter(pk=shared.pk).update(organisation=cast.haven)
    Person.objects.filter(pk=shared.person_id).update(organisation=cast.haven)
    for purpose in ("referral", "review"):  # two grants of one file are one file
        Grant.objects.create(
            organisation=cast.haven,
            to_organisation=cast.casa_alba,
            person_id=shared.person_id,
            sections=spell(("summary", "case")),
            purpose=purpose,
            basis="consent",
            source_kind="referral",
            source_id=shared.pk,
            granted_at=NOON,
            expires_at=NOON + days(30),
        )
    seen, cursor = [], None
    for _page in range(2):
        found = case_list(cast.actor("carl"), CaseFilter(), at=NOON, after=cursor, size=2)
        seen += [(row.reference, row.is_shared) for row in found.page.rows]
        assert found.count == 3
        cursor = Cursor.parse(found.page.following)
    assert len(seen) == 3
    assert seen[-1] == (shared.reference, True)


def test_filters_and_search_narrow_the_list(cast, case):
    other = open_case(cast, name="Laila Mqw", facts={"danger": "high", "exploitation": "labour"})
    assert references(cast, "carl", danger="high") == [other.reference]
    assert references(cast, "carl", exploitation="labour") == [other.reference]
    assert references(cast, "carl", text="laila") == [other.reference]
    assert references(cast, "carl", text=case.reference.lower()) == [case.reference]
    assert references(cast, "carl", text=other.person.pseudonym) == [other.reference]
    assert references(cast, "carl", stage="recovery") == []
    assert references(cast, "carl", status="closed") == []
    assert references(cast, "carl", mine=True) == []
    assert len(references(cast, "bea", mine=True)) == 2
    assert references(cast, "ben", text="laila") == []


def test_the_next_date_is_the_nearer_of_deadline_and_task(cast, case):
    by = cast.actor("bea")
    start_clock(
        kind="grounds",
        organisation_id=cast.casa_alba.pk,
        person_id=case.person_id,
        source="test",
        country="GB",
        length=Length(10, Unit.DAYS),
        started_at=NOON,
        by=by,
        at=NOON,
    )
    (row,) = case_list(cast.actor("bea"), CaseFilter(), at=NOON).page.rows
    assert row.next_on == (NOON + days(10)).date()
    soon = (NOON + days(2)).date()
    actions.add_task(person=case.person, kind="call", due_on=soon, assigned_to=cast.bea, by=by, at=NOON)
    (row,) = case_list(cast.actor("bea"), CaseFilter(), at=NOON).page.rows
    assert row.next_on == soon


def test_a_day_shows_my_tasks_and_my_deadlines_only(cast, case):
    by = cast.actor("bea")
    actions.add_task(
        person=case.person, kind="call", due_on=NOON.date(), assigned_to=cast.bea, by=by, at=NOON
    )
    assert len(day_of(cast.actor("bea"), at=NOON).tasks) == 1
    ben = day_of(cast.actor("ben"), at=NOON)
    assert (ben.tasks, ben.deadlines, ben.files) == ([], [], 0)
    eve = day_of(cast.actor("eve"), at=NOON)
    assert (eve.files, eve.new_reports, eve.emergencies) == (None, None, None)


def test_the_caseload_counts_per_colleague_and_stage(cast, case):
    open_case(cast, facts={"danger": "high"})
    load = caseload_of(cast.actor("carl"), at=NOON + days(1))
    (bea,) = load.colleagues
    assert (bea.name, bea.leads, bea.in_high_danger) == ("Bea", 2, 1)
    assert load.open_cases == 2
    assert sum(count for _month, count in load.months) == 2
    assert len(load.months) == 12
    assert load.unassigned == 0


@pytest.fixture
def busy(cast):
    """A file with something in every corner, among others."""
    for number in range(4):
        open_case(cast, at=NOON - days(number))
    case = open_case(cast, needs=("doctor", "food"))
    by = cast.actor("bea")
    actions.add_task(
        person=case.person, kind="call", due_on=NOON.date(), assigned_to=cast.bea, note="x", by=by, at=NOON
    )
    actions.add_note(person=case.person, text="A note.", by=by, at=NOON)
    return case


@pytest.mark.parametrize("who", ["bea", "carl"])
@pytest.mark.parametrize(
    "name",
    [
        "home",
        "files",
        "search",
        "file",
        "person",
        "consent",
        "documents",
        "timeline",
        "needs",
        "tasks",
        "team",
    ],
)
def test_a_page_takes_few_queries(cast, busy, who, name):
    client = signed_in(getattr(cast, who))
    client.get(reverse("home"))  # the session is marked once a minute
    address = {
        "home": reverse("home"),
        "files": reverse("files"),
        "search": reverse("files"),
    }.get(name) or reverse(name, kwargs={"person_id": busy.person_id})
    with CaptureQueriesContext(connection) as captured:
        if name == "search":
            assert client.post(address, {"q": "Zzkanarija"}).status_code == 200
        else:
            assert client.get(address).status_code == 200
    asked = [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(SETTING_UP)]
    assert len(asked) <= MOST_QUERIES, "\n".join(sql[:150] for sql in asked)


def test_a_name_is_searched_for_without_standing_in_an_address(cast, case):
    other = open_case(cast, name="Laila Mqw")
    carl = signed_in(cast.carl)
    found = carl.post(reverse("files"), {"q": "laila"})
    assert other.reference in found.text
    assert case.reference not in found.text
    ignored = carl.get(reverse("files"), {"q": "laila"})
    assert case.reference in ignored.text
    filtered = carl.post(reverse("files"), {"q": "", "danger": "high", "mine": "on"})
    assert filtered.url == reverse("files") + "?danger=high&mine=on"


def test_what_is_found_comes_in_pages_too(cast):
    for _number in range(27):
        open_case(cast, name="Laila Mqw")
    carl = signed_in(cast.carl)
    first = carl.post(reverse("files"), {"q": "laila"})
    second = carl.post(reverse("files"), {"q": "laila", "after": first.context["following"]})
    assert [len(page.context["table"].rows) for page in (first, second)] == [25, 2]
    assert "laila" not in first.context["next_url"]


def test_filters_are_drawn_once_for_each_answer_and_language_and_keep_no_name():
    def read(address, code="en"):
        with override(code):
            return filters_of(QueryDict(address))

    high = read("danger=high")
    assert high is read("danger=high&after=x")
    assert '<option value="high" selected>' in high.drawn
    assert high.wanted == CaseFilter(danger="high")
    assert read("mine=on").wanted.mine
    assert not read("").wanted.mine
    assert read("danger=high", "fr").drawn != high.drawn
    assert (high.is_any, read("").is_any) == (True, False)
    named = read("q=Amina")
    assert "Amina" in named.drawn
    assert named.wanted.text == "Amina"
    assert named is not read("q=Amina")
