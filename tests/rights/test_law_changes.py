"""A change of law on its whole road: drafted, counted, proposed, published by a second person, carried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cast import NOON, Cast, person

from tutela.engines.rights import Change, differences, entitlements
from tutela.foundation.access.decision import SYSTEM
from tutela.foundation.audit.models import Event
from tutela.foundation.changes import ChangedMeanwhile
from tutela.people.models import Happening, Person
from tutela.protection.actions import declare_conflict
from tutela.protection.models import Case
from tutela.rights import actions as rights
from tutela.rights.changes import actions, checking, edition, queries, work
from tutela.rights.changes.candidate import sides_of
from tutela.rights.changes.folder import library_with, read_with, shipped_text
from tutela.rights.changes.models import (
    ChangeStatus,
    LawChange,
    LawEdition,
    LawEffect,
    LawFile,
    LawPass,
    PassKind,
)
from tutela.rights.changes.touched import Scales, days_of, difference
from tutela.rights.changes.uploads import CannotBeTaken, Sent, Wrong, placed
from tutela.rights.counting import count_for
from tutela.rights.law import load_law, read_law
from tutela.rights.law.in_use import shipped_law
from tutela.rights.models import Lapse, Right

TODAY = NOON.date()
CONVENTION = "law/council-of-europe/cets-197.yaml"
EQUAL = "L025"
HARMLESS = ("Equal treatment", "Equal treatment for everybody")


@pytest.fixture(autouse=True)
def shipped_again() -> Iterator[None]:
    """The law of a process outlives a test's transaction: each test begins with the shipped one."""
    edition.forget()
    yield
    edition.forget()


@pytest.fixture(autouse=True)
def checked_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole check takes seconds: only tests of the check itself ask for it."""
    monkeypatch.setattr(actions, "problems_of", lambda files, *, base: [])


@pytest.fixture
def checked_wholly(checked_quickly: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "problems_of", checking.problems_of)


def text_of(path: str = CONVENTION) -> str:
    text = shipped_text(path)
    assert text is not None
    return text


def changed(old: str, new: str, path: str = CONVENTION) -> dict[str, str]:
    text = text_of(path)
    assert old in text
    return {path: text.replace(old, new, 1)}


def never_for_adults() -> dict[str, str]:
    """Equal treatment would be for children alone: Amina, an adult, would lose it."""
    start = text_of().index(f"- id: {EQUAL}")
    text = text_of()
    assert "who: possible_victim" in text[start : start + 400]
    return {
        CONVENTION: text[:start]
        + text[start:].replace("who: possible_victim", "who: {all: [possible_victim, child]}", 1)
    }


def drafted(cast: Cast, files: dict[str, str], *, by: str = "lena", **more: object) -> LawChange:
    return actions.draft_change(
        change_id=uuid4(),
        title="A change",
        reason="The text was read again.",
        source="Council of Europe Treaty Series No. 197",
        files=files,
        by=cast.actor(by),
        at=NOON,
    )


def worked_off(at=NOON) -> None:
    while work.go_on(by=SYSTEM, at=at, seconds=60):
        pass


def proposed(cast: Cast, files: dict[str, str]) -> LawChange:
    change = drafted(cast, files)
    assert change.problems == []
    worked_off()
    actions.propose_change(change=change, version=change.version, by=cast.actor("lena"), at=NOON)
    return change


def publish(cast: Cast, change: LawChange, *, by: str = "levi") -> LawEdition:
    found = actions.publish_change(change=change, version=change.version, note="", by=cast.actor(by), at=NOON)
    edition.look_for_news(within=0)
    return found


def published(cast: Cast, files: dict[str, str]) -> LawChange:
    change = proposed(cast, files)
    publish(cast, change)
    return change


def known_to_be_a_victim(cast: Cast) -> None:
    rights.answer_questions(
        person=cast.amina,
        answers={"identification_status": "presumed", "in_territory": True, "reasonable_grounds_on": TODAY},
        version=cast.amina.version,
        by=cast.actor("bea"),
        at=NOON,
    )


def equal_treatment(cast: Cast) -> Right:
    return Right.objects.get(person=cast.amina, right="no-discrimination")


def test_what_is_published_is_the_law_that_everybody_works_with(cast: Cast) -> None:
    published(cast, changed(*HARMLESS))
    assert load_law().provisions[EQUAL].title["en"] == HARMLESS[1]


def test_a_change_that_is_only_proposed_changes_nothing(cast: Cast) -> None:
    proposed(cast, changed(*HARMLESS))
    edition.look_for_news(within=0)
    assert load_law() is shipped_law()


def test_the_effects_are_known_before_it_is_published(cast: Cast) -> None:
    known_to_be_a_victim(cast)
    change = drafted(cast, never_for_adults())
    worked_off()
    (effect,) = LawEffect.objects.filter(change=change)
    assert effect.person == cast.amina
    assert {turn["entry"] for turn in effect.turns} == {EQUAL}
    assert effect.turns[0]["changes"] == [Change.LOST]
    assert equal_treatment(cast).lapse == ""


def test_what_the_law_would_take_waits_for_a_person(cast: Cast) -> None:
    known_to_be_a_victim(cast)
    change = published(cast, never_for_adults())
    worked_off()
    right = equal_treatment(cast)
    assert (right.status, right.lapse) == ("due", Lapse.LAW)
    assert Happening.objects.filter(person=cast.amina, kind="law.changed", object_id=change.pk).count() == 1
    rights.confirm_lapsed(person=cast.amina, seen={(right.pk, right.version)}, by=cast.actor("bea"), at=NOON)
    assert equal_treatment(cast).status == "not_due"


def test_what_the_law_takes_and_gives_again_is_founded_again(cast: Cast) -> None:
    known_to_be_a_victim(cast)
    change = published(cast, never_for_adults())
    worked_off()
    back = actions.draft_return(
        change=change, change_id=uuid4(), title="Back", by=cast.actor("lena"), at=NOON
    )
    worked_off()
    actions.propose_change(change=back, version=back.version, by=cast.actor("lena"), at=NOON)
    publish(cast, back)
    worked_off()
    assert equal_treatment(cast).lapse == ""
    assert load_law().provisions == shipped_law().provisions


def test_a_new_text_alone_takes_nothing_and_is_told(cast: Cast) -> None:
    known_to_be_a_victim(cast)
    change = published(cast, changed(*HARMLESS))
    worked_off()
    (effect,) = LawEffect.objects.filter(change=change)
    assert effect.turns == [
        {
            "entry": EQUAL,
            "right": "no-discrimination",
            "changes": ["text"],
            "was": "due",
            "will": "due",
            "day": TODAY.isoformat(),
        }
    ]
    assert equal_treatment(cast).lapse == ""


def test_nothing_new_is_no_change(cast: Cast) -> None:
    with pytest.raises(actions.NothingNew):
        drafted(cast, {CONVENTION: text_of()})


def test_a_comment_touches_nobody(cast: Cast) -> None:
    known_to_be_a_victim(cast)
    change = published(cast, {CONVENTION: "# Read again.\n" + text_of()})
    worked_off()
    assert sides_of(change).difference.is_empty
    assert not LawEffect.objects.exists()
    assert not Happening.objects.filter(kind="law.changed").exists()


def test_the_past_keeps_its_law(cast: Cast) -> None:
    """An entry is ended and another takes its place: who asks for a past day is answered by the old one."""
    published(cast, ended_and_replaced(from_day=TODAY))
    facts = {"identification_status": "presumed"}
    before, after = (
        {one.provision.id for one in entitlements(facts, load_law().library, state="GB", at=day)}
        for day in (TODAY - timedelta(days=1), TODAY)
    )
    assert (EQUAL in before, "L025z" in before) == (True, False)
    assert (EQUAL in after, "L025z" in after) == (False, True)


def ended_and_replaced(*, from_day: date) -> dict[str, str]:
    """L025 ends the day before, and the same text goes on as L025z."""
    text = text_of()
    start = text.index(f"  - id: {EQUAL}\n")
    end = text.index("  - id: ", start + 8)
    old = text[start:end]
    last = (from_day - timedelta(days=1)).isoformat()
    ended = old.replace("    certainty:", f"    in_force: {{to: {last}}}\n    certainty:", 1)
    new = old.replace(EQUAL, "L025z", 1).replace(
        "    certainty:",
        f"    in_force: {{from: {from_day.isoformat()}}}\n    replaces: {EQUAL}\n    certainty:",
        1,
    )
    return {CONVENTION: text[:start] + ended + new + text[end:]}


def test_what_begins_later_is_counted_now_and_carried_on_its_day(cast: Cast) -> None:
    known_to_be_a_victim(cast)
    later = TODAY + timedelta(days=30)
    change = published(cast, ended_and_replaced(from_day=later))
    worked_off()
    (effect,) = LawEffect.objects.filter(change=change)
    assert {(turn["entry"], turn["day"]) for turn in effect.turns} >= {("L025z", later.isoformat())}
    assert not Happening.objects.filter(kind="law.changed").exists()
    worked_off(at=NOON + timedelta(days=30))
    assert Happening.objects.filter(kind="law.changed").count() == 1
    assert equal_treatment(cast).bases == ["L025z"]
    worked_off(at=NOON + timedelta(days=31))
    assert Happening.objects.filter(kind="law.changed").count() == 1


def test_whoever_drafted_a_change_never_publishes_or_refuses_it(cast: Cast) -> None:
    change = proposed(cast, changed(*HARMLESS))
    with pytest.raises(actions.NotYours):
        publish(cast, change, by="lena")
    with pytest.raises(actions.NotYours):
        actions.refuse_change(
            change=change, version=change.version, reason="No", by=cast.actor("lena"), at=NOON
        )
    with pytest.raises(IntegrityError), transaction.atomic():  # the database says so too
        LawChange.objects.filter(pk=change.pk).update(
            status="published", decided_at=NOON, decided_by=cast.lena
        )


def test_only_its_author_proposes_withdraws_or_renews(cast: Cast) -> None:
    change = drafted(cast, changed(*HARMLESS))
    for step in (actions.propose_change, actions.withdraw_change, actions.renew_change):
        with pytest.raises(actions.NotYours):
            step(change=change, version=change.version, by=cast.actor("levi"), at=NOON)


def test_nothing_is_published_before_it_is_counted(cast: Cast) -> None:
    change = drafted(cast, changed(*HARMLESS))
    actions.propose_change(change=change, version=change.version, by=cast.actor("lena"), at=NOON)
    with pytest.raises(actions.NotCounted):
        publish(cast, change)


def test_two_versions_of_one_page_do_not_both_decide(cast: Cast) -> None:
    change = proposed(cast, changed(*HARMLESS))
    with pytest.raises(ChangedMeanwhile):
        actions.publish_change(
            change=change, version=change.version - 1, note="", by=cast.actor("levi"), at=NOON
        )


def test_a_change_whose_base_has_moved_waits_until_it_is_held_against_the_new_law(cast: Cast) -> None:
    first = proposed(cast, changed(*HARMLESS))
    other = proposed(cast, changed("en: Guaranteed compensation", "en: Compensation"))
    same = proposed(cast, {"law/national/gb.yaml": "# Read again.\n" + text_of("law/national/gb.yaml")})
    publish(cast, first)
    with pytest.raises(actions.BaseMoved):
        publish(cast, same)
    with pytest.raises(actions.SameFile):
        actions.renew_change(change=other, version=other.version, by=cast.actor("lena"), at=NOON)
    same.refresh_from_db()
    actions.renew_change(change=same, version=same.version, by=cast.actor("lena"), at=NOON)
    worked_off()
    actions.propose_change(change=same, version=same.version, by=cast.actor("lena"), at=NOON)
    publish(cast, same)
    assert load_law().provisions[EQUAL].title["en"] == HARMLESS[1]
    assert [row.number for row in LawEdition.objects.order_by("number")] == [1, 2]


def test_an_edition_has_one_number(cast: Cast) -> None:
    """Two approvals at the same moment: the second finds the number taken."""
    first, second = proposed(cast, changed(*HARMLESS)), proposed(cast, never_for_adults())
    with pytest.MonkeyPatch.context() as patch:
        publish(cast, first)
        patch.setattr(actions.edition, "newest_number", lambda: 0)
        with pytest.raises(actions.BaseMoved):
            publish(cast, second)
    second.refresh_from_db()
    assert second.status == ChangeStatus.PROPOSED


def test_what_was_published_is_only_ever_added(cast: Cast) -> None:
    published(cast, changed(*HARMLESS))
    for rows in (LawFile.objects.all(), LawEdition.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        LawFile.objects.update(text="")


def test_a_broken_edition_takes_nothing_down(cast: Cast) -> None:
    published(cast, changed(*HARMLESS))
    in_use = load_law()
    broken = LawChange.objects.create(
        title="x",
        reason="x",
        source="x",
        base=1,
        status="published",
        drafted_at=NOON,
        drafted_by=cast.lena,
        decided_at=NOON,
        decided_by=cast.levi,
    )
    LawFile.objects.create(change=broken, path=CONVENTION, text="provisions: []", digest="0" * 64)
    LawEdition.objects.create(number=2, change=broken, published_at=NOON, published_by=cast.levi)
    edition.look_for_news(within=0)
    assert load_law() is in_use
    edition.forget()  # a process that starts now
    edition.look_for_news(within=0)
    assert load_law().provisions[EQUAL].title["en"] == HARMLESS[1]
    assert edition.edition_in_use() == 1
    assert edition.unreadable() == [2]


def test_a_draft_with_a_mistake_is_kept_with_file_line_and_field(cast: Cast, checked_wholly: None) -> None:
    change = drafted(cast, changed("strength: shall", "strength: must"))
    assert change.status == ChangeStatus.DRAFT
    assert change.problems[0]["file"] == CONVENTION
    assert change.problems[0]["line"] > 1
    assert "strength" in change.problems[0]["field"]
    with pytest.raises(actions.NotNow):
        actions.propose_change(change=change, version=change.version, by=cast.actor("lena"), at=NOON)


def test_a_persona_that_fails_is_a_problem(cast: Cast, checked_wholly: None) -> None:
    text = text_of()
    start = text.index("  - id: L046\n")
    change = drafted(
        cast, {CONVENTION: text[:start] + text[start:].replace("who: ", "who: {all: [child]} #", 1)}
    )
    assert any(problem["file"].startswith("law/personas/") for problem in change.problems)


def test_a_withdrawn_or_refused_change_leaves_no_trace_in_a_file(cast: Cast) -> None:
    known_to_be_a_victim(cast)
    withdrawn = proposed(cast, never_for_adults())
    refused = proposed(cast, never_for_adults())
    actions.withdraw_change(change=withdrawn, version=withdrawn.version, by=cast.actor("lena"), at=NOON)
    actions.refuse_change(
        change=refused,
        version=refused.version,
        reason="Article 3 says otherwise.",
        by=cast.actor("levi"),
        at=NOON,
    )
    assert not LawEffect.objects.exists()
    assert not LawPass.objects.exists()


def test_every_step_is_written_down(cast: Cast) -> None:
    change = published(cast, changed(*HARMLESS))
    verbs = Event.objects.filter(object_id=change.pk).values_list("verb", "actor_id")
    assert set(verbs) == {
        ("law.draft", cast.lena.pk),
        ("law.propose", cast.lena.pk),
        ("law.publish", cast.levi.pk),
    }


def test_a_closed_case_is_not_counted(cast: Cast) -> None:
    known_to_be_a_victim(cast)
    Case.objects.filter(person=cast.amina).update(
        status="closed", closed_at=NOON, closed_by=cast.bea, closure_reason="moved"
    )
    drafted(cast, never_for_adults())
    worked_off()
    assert LawEffect.objects.exists() is not Case.objects.filter(person=cast.amina).exists()


def many(cast: Cast, count: int) -> list[Person]:
    rows = [person(cast.haven, name=f"Zz{number}", pseudonym=f"Owl {number}") for number in range(count)]
    Person.objects.filter(pk__in=[row.pk for row in rows]).update(
        facts={"identification_status": "presumed", "reasonable_grounds_on": TODAY.isoformat()}
    )
    return rows


def test_outsiders_never_learn_a_small_number(cast: Cast) -> None:
    known_to_be_a_victim(cast)
    many(cast, 7)
    change = drafted(cast, never_for_adults())
    worked_off()
    counting = queries.pass_of(change, PassKind.COUNT)
    assert counting is not None
    outside = queries.reach_of(counting, cast.actor("lena"))
    assert (outside.organisations, outside.few) == ((("Haven", 7),), ("Casa Alba",))
    assert dict(outside.rights) == {"no-discrimination": {"loses": 10}}  # eight, rounded to fives
    inside = queries.reach_of(counting, cast.actor("carl"))
    assert ("Casa Alba", 1) in inside.organisations


def test_supervisors_see_files_of_their_own_organisation_alone(cast: Cast) -> None:
    known_to_be_a_victim(cast)
    many(cast, 2)
    change = proposed(cast, never_for_adults())
    files, following = queries.own_files(change, cast.actor("carl"), at=NOON)
    assert ([one.person for one in files], following) == ([cast.amina], None)
    assert queries.own_files(change, cast.actor("lena"), at=NOON) == ([], None)


def test_a_conflict_of_interest_closes_a_file_here_too(cast: Cast) -> None:
    known_to_be_a_victim(cast)
    declare_conflict(person=cast.amina, user=cast.carl, by=cast.actor("bea"), at=NOON)
    change = published(cast, never_for_adults())
    worked_off()
    assert queries.own_files(change, cast.actor("carl"), at=NOON) == ([], None)
    assert queries.count_own_files(change, cast.actor("carl"), at=NOON) == 0
    assert queries.waiting_for(cast.actor("carl"), at=NOON) == []


def test_a_process_that_does_not_know_the_edition_brings_nobody_into_line(cast: Cast) -> None:
    known_to_be_a_victim(cast)
    change = published(cast, never_for_adults())
    carrying = LawPass.objects.get(change=change, kind=PassKind.CARRY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edition, "edition_in_use", lambda: 0)
        assert not work.step(carrying.pk, by=SYSTEM, at=NOON)
    assert LawPass.objects.get(pk=carrying.pk).done == 0
    worked_off()
    assert equal_treatment(cast).lapse == Lapse.LAW


def test_a_supervisor_sees_how_many_files_wait_until_somebody_has_looked(cast: Cast) -> None:
    known_to_be_a_victim(cast)
    change = published(cast, never_for_adults())
    worked_off()
    (waiting,) = queries.waiting_for(cast.actor("carl"), at=NOON)
    assert (waiting.change, waiting.files) == (change, 1)
    effect = LawEffect.objects.get(change=change, person=cast.amina)
    actions.see_effect(effect=effect, by=cast.actor("bea"), at=NOON)
    assert queries.waiting_for(cast.actor("carl"), at=NOON) == []


def test_a_walk_that_is_cut_off_goes_on_where_it_was(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each batch stands or falls whole: half a batch that was lost is done again, none twice."""
    many(cast, 9)
    monkeypatch.setattr(work, "BATCH", {PassKind.COUNT: 4, PassKind.CARRY: 2})
    change = drafted(cast, never_for_adults())
    counting = LawPass.objects.get(change=change)
    assert work.step(counting.pk, by=SYSTEM, at=NOON)
    keep = work._keep

    def killed(*arguments: object) -> None:
        keep(*arguments)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(work, "_keep", killed)
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            work.step(counting.pk, by=SYSTEM, at=NOON)
    assert LawPass.objects.get(pk=counting.pk).done == 4
    worked_off()
    assert LawEffect.objects.filter(change=change, organisation=cast.haven).count() == 9
    after = LawPass.objects.get(pk=counting.pk)
    assert after.totals[str(cast.haven.pk)] == {"files": 9, "rights": {"no-discrimination": {"loses": 9}}}
    assert after.finished_at is not None


# The engine: what is narrow and quick answers as the whole law would.

STATUSES = ["possible", "presumed", "confirmed", "negative"]
SOME_FACTS = st.fixed_dictionaries(
    {},
    optional={
        "identification_status": st.sampled_from(STATUSES),
        "age_group": st.sampled_from(["adult", "child", "uncertain"]),
        "in_territory": st.booleans(),
        "cooperates": st.booleans(),
        "reasonable_grounds_on": st.dates(date(2026, 1, 1), TODAY),
    },
)
EDITS = [
    ("strength: shall\n", "strength: may\n"),
    ("who: possible_victim\n", "who: victim\n"),
    ("who: victim\n", "who: {all: [victim, child]}\n"),
    ("amount: 30", "amount: 45"),
    ("  in_force:\n    from: 2008-02-01", "  in_force:\n    from: 2009-02-01"),
    ("certainty: S", "certainty: V"),
]


def _edited(number: int, place: int) -> dict[str, str]:
    old, new = EDITS[number]
    parts = text_of().split(old)
    place = 1 + place % max(1, len(parts) - 1)
    return {CONVENTION: old.join(parts[:place]) + new + old.join(parts[place:])}


@settings(max_examples=40, deadline=None)
@given(
    number=st.integers(0, len(EDITS) - 1),
    place=st.integers(0, 40),
    facts=SOME_FACTS,
    state=st.sampled_from(["GB", "FR", "US", "NO"]),
)
def test_the_narrow_law_answers_as_the_whole_one(number, place, facts, state) -> None:
    before, after = shipped_law(), read_with(_edited(number, place))
    scales = Scales(before, after, difference(before, after))
    count = count_for(facts, country=state)
    whole = differences(
        *(entitlements(facts, law.library, state=state, at=TODAY, count=count) for law in (before, after))
    )
    told = {turn.entry: turn.changes for turn in scales.turns(facts, state=state, day=TODAY)}
    for one in whole:
        gives = {side.standing.value for side in (one.before, one.after) if side} - {"not_due", "reserved"}
        assert (one.entry in told) is bool(gives)
        assert not gives or told[one.entry] == one.changes
    assert set(told) <= {one.entry for one in whole}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(0, len(EDITS) - 1), place=st.integers(0, 40), facts=SOME_FACTS)
@pytest.mark.django_db
def test_what_is_published_answers_as_the_merged_files_do(cast: Cast, number, place, facts) -> None:
    """propose → approve → the engine's answer equals that of the files put together by hand."""
    files = _edited(number, place)
    with suppress(actions.NothingNew), transaction.atomic():
        change = drafted(cast, files)
        LawChange.objects.filter(pk=change.pk).update(
            status="published", decided_at=NOON, decided_by=cast.levi
        )
        LawEdition.objects.create(number=1, change=change, published_at=NOON, published_by=cast.levi)
        with library_with(files) as root:
            by_hand = read_law(root)
        in_use = edition.law_of(1)
        for state in ("GB", "FR"):
            assert entitlements(facts, in_use.library, state=state, at=TODAY) == entitlements(
                facts, by_hand.library, state=state, at=TODAY
            )
        transaction.set_rollback(True)


def test_a_newer_list_that_says_the_same_touches_nobody() -> None:
    path = "law/bound/cets-197.yaml"
    text = text_of(path)
    day = next(line for line in text.splitlines() if line.startswith("as_of:"))
    after = read_with({path: text.replace(day, "as_of: 2026-11-01", 1)})
    found = difference(read_with({}), after)
    assert found.is_empty


def test_a_state_that_joins_is_weighed_by_that_state_alone() -> None:
    path = "law/bound/cets-197.yaml"
    after = read_with({path: text_of(path).replace("states:\n", "states:\n  US: {from: 2026-01-01}\n", 1)})
    before = read_with({})
    found = difference(before, after)
    assert {(one.instrument, one.state) for one in found.bindings} == {("cets-197", "US")}
    scales = Scales(before, after, found)
    facts = {"identification_status": "presumed"}
    assert scales.turns(facts, state="GB", day=TODAY) == []
    assert {turn.changes[0] for turn in scales.turns(facts, state="US", day=TODAY)} >= {Change.GAINED}


def test_days_to_look_at_begin_with_today_and_are_bounded() -> None:
    after = read_with(ended_and_replaced(from_day=TODAY + timedelta(days=9)))
    found = difference(read_with({}), after)
    assert days_of(found, today=TODAY) == [TODAY, TODAY + timedelta(days=9)]
    far = read_with(ended_and_replaced(from_day=date(9998, 1, 1)))
    assert days_of(difference(read_with({}), far), today=TODAY) == [TODAY]


# Uploads: files of strangers.


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("cets-197.yml", b"instrument: x", Wrong.NOT_YAML_NAME),
        ("cets 197.yaml", b"instrument: x", Wrong.NAME),
        (".yaml", b"x", Wrong.NAME),
        ("a.yaml", b"\xff\xfe", Wrong.NOT_TEXT),
        ("a.yaml", b"a: \x00", Wrong.NOT_TEXT),
        ("a.yaml", b"a: [", Wrong.NOT_YAML),
        ("a.yaml", b"a: &x [1]\nb: *x", Wrong.REFERENCES),
        ("a.yaml", b"a: " + b"[" * 500 + b"]" * 500, Wrong.TOO_DEEP),
        ("a.yaml", b"", Wrong.NO_KIND),
        ("a.yaml", b"facts: {}", Wrong.NO_KIND),
        ("a.yaml", b"instrument: {level: galactic}\nprovisions: []", Wrong.NO_KIND),
        ("a.yaml", b"x" * (512 * 1024 + 1), Wrong.TOO_LARGE),
    ],
)
def test_a_file_without_a_place_is_refused(name: str, content: bytes, why: Wrong) -> None:
    with pytest.raises(CannotBeTaken) as refused:
        placed([Sent(name, content)])
    assert refused.value.why is why


def test_a_file_finds_its_place_by_what_it_is() -> None:
    sent = [
        Sent("../../etc/zz.yaml", b"instrument: {id: zz, level: national}\nprovisions: []"),
        Sent("zz.yaml", b"personas: []"),
        Sent("zy.yaml", b"instrument: zy\nstates: {}"),
        Sent("my-terms.yaml", b"terms: {}"),
    ]
    assert list(placed(sent)) == [
        "law/national/zz.yaml",
        "law/personas/zz.yaml",
        "law/bound/zy.yaml",
        "law/terms.yaml",
    ]
    with pytest.raises(CannotBeTaken) as refused:
        placed([sent[0], sent[0]])
    assert refused.value.why is Wrong.TWICE


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.text(alphabet="ab:-[]{}&*#\n \"'|>?,", max_size=80).map(str.encode))
def test_whatever_is_sent_is_placed_or_refused(content: bytes) -> None:
    with suppress(CannotBeTaken):
        assert placed([Sent("zz.yaml", content)])
