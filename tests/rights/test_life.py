"""The life of a right: each way it can go, and what no way may lose."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cast import NOON, Cast, days

from tutela.foundation.access.decision import SYSTEM
from tutela.foundation.audit import words as audit_words
from tutela.foundation.audit.models import Event
from tutela.foundation.changes import ChangedMeanwhile
from tutela.foundation.clocks.actions import sweep
from tutela.foundation.clocks.models import Clock, State
from tutela.foundation.vault.fields import reveal
from tutela.people.happenings import SENTENCES
from tutela.people.models import Happening, Person
from tutela.protection.actions import close_case, reopen_case
from tutela.protection.models import Case
from tutela.protection.queries.caseload import caseload_of
from tutela.rights import actions, board, life, queries, steps, timing
from tutela.rights.actions import Given
from tutela.rights.models import Look, Reason, Right, RightBreach, RightStatus, RightStep, StepKind

K, S = StepKind, RightStatus
SECRET = "Zzrefused because the interpreter did not come"
TODAY = NOON.date()
COMPLETE = Given(note="a note", reason=Reason.REVOKED, on_day=TODAY)


def referred(cast: Cast) -> Right:
    """Amina may be a victim, was referred today, and waits: within five working days, to 2 December."""
    actions.answer_questions(
        person=cast.amina,
        answers={"identification_status": "possible", "referred_on": TODAY},
        version=cast.amina.version,
        by=cast.actor("bea"),
        at=NOON,
    )
    return right_of(cast, "decision-in-time")


def presumed(cast: Cast) -> None:
    """An authority found reasonable grounds today."""
    actions.answer_questions(
        person=cast.amina,
        answers={"identification_status": "presumed", "in_territory": True, "reasonable_grounds_on": TODAY},
        version=cast.amina.version,
        by=cast.actor("bea"),
        at=NOON,
    )


def right_of(cast: Cast, name: str) -> Right:
    return Right.objects.select_related("person").get(person=cast.amina, right=name)


def follow(right: Right, cast: Cast, kind: StepKind, given: Given = COMPLETE, **options: object) -> RightStep:
    version = options.pop("version", right.version)
    return actions.follow_right(
        right=right, kind=kind, version=version, given=given, by=cast.actor("bea"), at=options.pop("at", NOON)
    )


def clock(right: Right, kind: str = timing.DEADLINE) -> Clock | None:
    return queries.clocks(right.person).latest(right, kind)


# ---------------------------------------------------------------- the table
def test_every_status_has_its_row_and_every_row_leads_to_a_status():
    assert set(life.MOVES) == set(RightStatus)
    assert {to for row in life.MOVES.values() for to in row.values()} - {life.BACK} == set(RightStatus)


def test_the_documentation_shows_the_table_as_it_is():
    table = (Path(__file__).parents[2] / "docs/explanation/life-of-a-right.md").read_text(encoding="utf-8")
    for status, moves in life.MOVES.items():
        (row,) = [line for line in table.splitlines() if line.startswith(f"| {status.label} |")]
        told = {part.strip() for cell in row.split("|")[2:4] for part in cell.split("<br>") if part.strip()}
        assert told == {
            f"{kind.label}: **{to.label if to else 'as before'}**"
            for kind, to in moves.items()
            if kind is not K.CLOSED
        }, status


def test_from_every_status_a_person_or_the_law_finds_a_way_on():
    assert all(life.choices(status) for status in RightStatus if status is not S.NOT_DUE)
    assert life.choices(S.NOT_DUE) == []


def test_nothing_leaves_the_two_ends_but_by_a_named_step():
    assert set(life.MOVES[S.ENDED]) == {K.TAKEN_UP, K.CHALLENGED, K.CLOSED}
    assert set(life.MOVES[S.NOT_DUE]) == {K.DUE, K.FULFILLED}


@pytest.mark.parametrize("kind", StepKind)
def test_what_is_breached_is_only_settled_by_being_given_refused_or_at_its_end(kind):
    to = life.MOVES[S.BREACHED].get(kind)
    assert to is None or to in life.SETTLED or kind in {K.REQUESTED, K.GRANTED}


@pytest.mark.parametrize("status", RightStatus)
@pytest.mark.parametrize("kind", StepKind)
def test_a_step_leads_where_the_table_says_or_nowhere(status, kind):
    if kind in life.MOVES[status]:
        assert life.after(status, kind, before=S.DUE) in RightStatus
    else:
        with pytest.raises(life.NotPossible):
            life.after(status, kind)


def test_every_step_that_is_told_has_words_for_the_file_and_for_auditors():
    told = set(StepKind) - steps.QUIET
    assert not {kind for kind in told if f"right.{kind}" not in SENTENCES}
    assert not {kind for kind in told if audit_words.done(f"right.{kind}") == f"right.{kind}"}


# ---------------------------------------------------------------- given
def test_a_right_is_asked_for_promised_and_delivered_in_time(cast):
    right = referred(cast)
    for kind in (K.REQUESTED, K.GRANTED):
        follow(right, cast, kind)
        assert clock(right).state == State.RUNNING
    follow(right, cast, K.DELIVERED)
    assert clock(right).state == State.MET


def test_what_was_given_in_time_and_is_written_down_later_was_in_time(cast):
    right = referred(cast)
    follow(right, cast, K.DELIVERED, Given(on_day=TODAY + timedelta(days=2)), at=NOON + days(20))
    assert clock(right).state == State.MET


def test_what_was_met_is_not_timed_again(cast):
    right = referred(cast)
    follow(right, cast, K.DELIVERED)
    follow(right, cast, K.REQUESTED)
    assert clock(right).state == State.MET
    assert sweep(by=SYSTEM, at=NOON + days(30)) == (0, 0)


def test_every_step_leaves_a_mark(cast):
    right = referred(cast)
    follow(right, cast, K.REQUESTED)
    event = Event.objects.get(verb="right.requested")
    assert (event.actor_id, event.person_id, event.basis) == (cast.bea.pk, cast.amina.pk, "decision-in-time")
    assert event.details == {"entries": ["L242"]}
    assert Happening.objects.filter(person=cast.amina, kind="right.requested").exists()


def test_the_second_of_two_steps_at_once_sees_the_conflict(cast):
    right = referred(cast)
    follow(right, cast, K.REQUESTED)
    with pytest.raises(ChangedMeanwhile):
        follow(right, cast, K.DELIVERED, version=1)


def test_evidence_is_a_paper_of_the_same_person(cast):
    with pytest.raises(actions.NotInThisFile):
        follow(referred(cast), cast, K.DELIVERED, Given(document_id=uuid4()))


def test_no_step_is_taken_with_what_waits_to_be_looked_at(cast):
    right = referred(cast)
    actions.answer_questions(
        person=cast.amina,
        answers={"identification_status": "none"},
        version=cast.amina.version,
        by=cast.actor("bea"),
        at=NOON,
    )
    right = right_of(cast, right.right)
    assert right.lapse
    with pytest.raises(life.NotPossible):
        follow(right, cast, K.ENDED)


@pytest.mark.parametrize("kind", sorted(life.BY_LAW))
def test_nobody_takes_the_steps_of_the_law(cast, kind):
    with pytest.raises(life.NotPossible):
        follow(referred(cast), cast, kind)


# ---------------------------------------------------------------- refused
@pytest.mark.parametrize("kind", [K.REFUSED, K.SUSPENDED, K.ENDED])
def test_what_takes_a_right_away_needs_its_reason(cast, kind):
    with pytest.raises(actions.ReasonMissing):
        follow(referred(cast), cast, kind, Given(note="  ", reason=Reason.OTHER, on_day=TODAY))


@pytest.mark.parametrize("kind", [K.REFUSED, K.ENDED])
def test_a_time_limit_runs_from_the_day_of_the_decision(cast, kind):
    with pytest.raises(actions.DayMissing):
        follow(referred(cast), cast, kind, Given(note="no", reason=Reason.OTHER))


def test_the_reason_of_a_refusal_is_sealed(cast):
    step = follow(referred(cast), cast, K.REFUSED, Given(note=SECRET, on_day=TODAY))
    assert SECRET.encode() not in bytes(RightStep.objects.get(pk=step.pk).note)
    assert reveal(step, "note") == SECRET


def with_a_remedy(cast: Cast) -> Right:
    """A right that the law lets her challenge within a counted time."""
    presumed(cast)
    for right in Right.objects.select_related("person").filter(person=cast.amina):
        found = board.board_of(cast.amina, at=NOON).found
        bases = [found.of(entry) for entry in right.bases]
        if any(one and one.provision.remedy and one.provision.remedy.time_limit for one in bases):
            return right
    raise AssertionError("no remedy of this state has a counted time")


def test_a_refusal_starts_her_own_time_to_challenge_it_whose_end_is_no_breach(cast):
    right = with_a_remedy(cast)
    follow(right, cast, K.REFUSED)
    remedy = clock(right, timing.REMEDY)
    assert remedy.state == State.RUNNING
    sweep(by=SYSTEM, at=remedy.due_at + days(1))
    right.refresh_from_db()
    assert (right.status, right.look) == (S.REFUSED, Look.REMEDY)
    assert not RightBreach.objects.exists()


def test_a_challenge_in_time_meets_its_limit(cast):
    right = with_a_remedy(cast)
    follow(right, cast, K.REFUSED)
    follow(right, cast, K.CHALLENGED)
    assert clock(right, timing.REMEDY).state == State.MET


def test_a_challenge_that_is_won_makes_it_due_again_with_its_deadline(cast):
    right = referred(cast)
    follow(right, cast, K.REFUSED)
    assert clock(right) is None
    follow(right, cast, K.CHALLENGED)
    follow(right, cast, K.WON)
    assert right.status == S.DUE
    assert clock(right).due_at.date() == date(2026, 12, 2)


def test_a_challenge_that_is_lost_leaves_what_was_decided(cast):
    right = referred(cast)
    follow(right, cast, K.ENDED)
    follow(right, cast, K.CHALLENGED)
    follow(right, cast, K.LOST)
    assert right.status == S.ENDED


# ---------------------------------------------------------------- suspended, ended, extended
def test_a_suspension_stops_the_time_and_goes_back_to_where_it_was(cast):
    right = referred(cast)
    follow(right, cast, K.REQUESTED)
    until = Given(note="No decision while she is ill", reason=Reason.OTHER, on_day=TODAY + timedelta(days=5))
    follow(right, cast, K.SUSPENDED, until)
    assert clock(right).state == State.PAUSED
    sweep(by=SYSTEM, at=NOON + days(7))
    right = right_of(cast, right.right)
    assert (right.status, right.look) == (S.SUSPENDED, Look.SUSPENSION)
    follow(right, cast, K.RESUMED, at=NOON + days(7))
    assert (right.status, right.look) == (S.REQUESTED, "")
    assert clock(right).state == State.RUNNING
    assert clock(right).due_at.date() > date(2026, 12, 2)


@pytest.mark.parametrize("reason", Reason)
def test_an_early_end_is_a_decision_of_a_person_with_its_reason(cast, reason):
    right = referred(cast)
    step = follow(right, cast, K.ENDED, Given(note=SECRET, reason=reason, on_day=TODAY))
    assert (right.status, step.reason, step.by_id) == (S.ENDED, reason, cast.bea.pk)
    assert clock(right) is None
    actions.sync_rights(person=cast.amina, by=SYSTEM, at=NOON)
    assert right_of(cast, right.right).status == S.ENDED


def test_her_own_wish_starts_no_time_to_challenge(cast):
    right = with_a_remedy(cast)
    follow(right, cast, K.ENDED, Given(note="She prefers her sister", reason=Reason.OWN_WISH, on_day=TODAY))
    assert clock(right, timing.REMEDY) is None


def test_what_was_ended_is_taken_up_again_with_a_reason(cast):
    right = referred(cast)
    follow(right, cast, K.ENDED)
    follow(right, cast, K.TAKEN_UP)
    assert right.status == S.DUE
    assert clock(right).state == State.RUNNING


def extended(right: Right, cast: Cast, until: date, **options: object) -> RightStep:
    note = options.pop("note", "Her doctor asks for more time")
    at = options.pop("at", NOON)
    version = right.version
    return actions.extend_right(
        right=right, until=until, version=version, given=Given(note=note), by=cast.actor("bea"), at=at
    )


def test_a_recovery_period_is_extended_for_health_and_asks_for_a_look_only_then(cast):
    presumed(cast)
    right = right_of(cast, "recovery-period")
    step = extended(right, cast, date(2027, 1, 31))
    assert (step.kind, step.on_day, right.status) == (K.EXTENDED, date(2027, 1, 31), S.DUE)
    sweep(by=SYSTEM, at=NOON + days(45))
    assert right_of(cast, right.right).look == ""
    actions.sync_rights(person=cast.amina, by=SYSTEM, at=NOON + days(45))
    assert clock(right, timing.PROTECTION).due_at.date() == date(2027, 1, 31)


def test_an_extension_after_the_end_takes_the_question_away(cast):
    presumed(cast)
    right = right_of(cast, "recovery-period")
    sweep(by=SYSTEM, at=NOON + days(45))
    right = right_of(cast, right.right)
    assert right.look == Look.PROTECTION
    extended(right, cast, date(2027, 2, 28), at=NOON + days(46))
    assert right.look == ""
    assert clock(right, timing.PROTECTION).state == State.RUNNING


def test_a_deadline_of_whoever_owes_it_is_extended_only_as_the_law_lets_it(cast):
    with pytest.raises(actions.BeyondTheLaw):
        extended(referred(cast), cast, date(2027, 1, 31))


def test_an_extension_needs_its_reason_and_a_later_day(cast):
    presumed(cast)
    right = right_of(cast, "recovery-period")
    with pytest.raises(actions.ReasonMissing):
        extended(right, cast, date(2027, 1, 31), note=" ")
    with pytest.raises(actions.NoExtension):
        extended(right, cast, date(2026, 12, 1))


def test_somebody_looks_at_an_end_and_leaves_it_so(cast):
    presumed(cast)
    sweep(by=SYSTEM, at=NOON + days(45))
    right = right_of(cast, "recovery-period")
    by = cast.actor("bea")
    actions.look_at_end(right=right, version=right.version, by=by, at=NOON, note="Support goes on")
    assert right.look == ""
    with pytest.raises(life.NotPossible):
        actions.look_at_end(right=right, version=right.version, by=by, at=NOON)


# ---------------------------------------------------------------- too late
def late(cast: Cast) -> Right:
    right = referred(cast)
    sweep(by=SYSTEM, at=NOON + days(8))
    return right_of(cast, right.right)


def test_a_right_that_is_not_given_in_time_is_breached_for_good(cast):
    right = late(cast)
    breach = RightBreach.objects.get(right=right)
    assert (right.status, breach.missed_at.date(), breach.seen_at) == (S.BREACHED, date(2026, 12, 2), None)
    assert Happening.objects.filter(person=cast.amina, kind="right.breached", by=None).exists()
    assert Event.objects.filter(verb="right.breached", object_id=right.pk).exists()
    sweep(by=SYSTEM, at=NOON + days(9))
    assert RightBreach.objects.count() == 1


def test_what_was_delivered_in_time_is_never_breached(cast):
    right = referred(cast)
    follow(right, cast, K.DELIVERED)
    sweep(by=SYSTEM, at=NOON + days(8))
    assert right_of(cast, right.right).status == S.DELIVERED
    assert not RightBreach.objects.exists()


def test_what_is_delivered_after_the_breach_is_late_and_the_breach_waits_for_somebody_to_see_it(cast):
    right = late(cast)
    follow(right, cast, K.DELIVERED, Given(), at=NOON + days(9))
    assert clock(right).state == State.MET_LATE
    assert [one.settled_at for one in queries.breaches_of(cast.amina)] == [NOON + days(9)]
    seen(right, cast)
    assert queries.breaches_of(cast.amina) == []
    assert RightBreach.objects.count() == 1


def seen(right: Right, cast: Cast) -> RightStep:
    return actions.see_breaches(
        right=right, version=right.version, by=cast.actor("carl"), at=NOON + days(10), note="Called them"
    )


def test_a_breach_that_was_seen_stays_open_until_it_is_given(cast):
    right = late(cast)
    seen(right, cast)
    (open_one,) = queries.breaches_of(cast.amina)
    assert (open_one.seen_by_id, open_one.settled_at) == (cast.carl.pk, None)
    with pytest.raises(life.NotPossible):
        seen(right, cast)


def test_asking_again_or_a_promise_does_not_hide_a_breach(cast):
    right = late(cast)
    follow(right, cast, K.REQUESTED, at=NOON + days(9))
    follow(right, cast, K.GRANTED, at=NOON + days(9))
    (card,) = [
        one for one in board.board_of(cast.amina, at=NOON + days(9)).possible if one.right == right.right
    ]
    assert card.is_late
    assert len(queries.breaches_of(cast.amina)) == 1


def opened_case(cast: Cast) -> Case:
    return Case.objects.create(
        id=uuid4(),
        organisation=cast.casa_alba,
        person=cast.amina,
        reference="TU-TEST-1",
        country="GB",
        opened_at=NOON,
        opened_by=cast.bea,
    )


def test_closing_the_case_takes_no_breach_from_the_supervisor_s_page(cast):
    case = opened_case(cast)
    right = late(cast)
    by, at = cast.actor("bea"), NOON + days(9)
    close_case(case=case, reason="moved", note="", version=case.version, by=by, at=at)
    carl = cast.actor("carl")
    lines = caseload_of(carl, at=at).late_rights
    title = queries.title_of("decision-in-time")
    assert [(line.title, line.pseudonym, line.is_unseen) for line in lines] == [(title, "Heron 4821", True)]
    seen(right, cast)
    assert caseload_of(carl, at=at).late_rights[0].is_unseen is False
    follow(right, cast, K.DELIVERED, Given(), at=at)
    assert caseload_of(carl, at=at).late_rights == []
    assert caseload_of(carl, at=at).late_rights_count == 0


def test_a_missed_day_that_is_waited_for_again_is_the_same_breach_opened_again(cast):
    right = late(cast)
    follow(right, cast, K.REFUSED, at=NOON + days(9))
    assert RightBreach.objects.get(right=right).settled_at == NOON + days(9)
    follow(right, cast, K.CHALLENGED, at=NOON + days(10))
    follow(right, cast, K.WON, at=NOON + days(11))
    sweep(by=SYSTEM, at=NOON + days(12))
    breach = RightBreach.objects.get(right=right)
    assert (right_of(cast, right.right).status, breach.settled_at) == (S.BREACHED, None)


def test_an_erased_person_takes_no_breach_with_them_but_nobody_is_asked_to_look(cast):
    right = late(cast)
    actions.end_at_erasure(cast.amina, by=cast.actor("carl"), at=NOON + days(9))
    assert RightBreach.objects.get(right=right).settled_at == NOON + days(9)


def test_a_breach_reaches_whoever_leads_the_case_and_every_supervisor_and_nobody_else(cast):
    late(cast)
    mine = [cast.amina.pk]
    at = NOON + days(9)
    of_bea = queries.breaches_for(cast.actor("bea"), at=at, most=9, persons=mine)
    assert [line.pseudonym for line in of_bea] == ["Heron 4821"]
    assert [line.pseudonym for line in queries.breaches_for(cast.actor("carl"), at=at, most=9)] == [
        "Heron 4821"
    ]
    for name in ("ben", "dario", "eve", "ada", "rosa"):
        assert queries.breaches_for(cast.actor(name), at=at, most=9) == [], name


# ---------------------------------------------------------------- whatever happens
ACTS = st.one_of(
    st.tuples(st.just("step"), st.sampled_from([kind for kind in StepKind if kind not in life.BY_LAW])),
    st.tuples(st.just("wait"), st.integers(1, 12)),
    st.tuples(st.just("answer"), st.sampled_from(["possible", "none", "presumed", None])),
    st.tuples(st.just("confirm"), st.none()),
    st.tuples(st.just("seen"), st.none()),
    st.tuples(st.just("extend"), st.integers(1, 60)),
    st.tuples(st.just("look"), st.none()),
    st.tuples(st.just("close"), st.none()),
)


class _Walk:
    """One way through the life of a right, by whatever people and the law may do in any order."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.at = cast, NOON
        self.person = Person.objects.select_related("organisation", "data_key").get(pk=cast.amina.pk)
        self.known: set[UUID] = set()
        self.case = opened_case(cast)
        self._answer("possible", referred_on=TODAY)

    def act(self, what: str, given: object) -> None:
        right = self.right()
        by = self.cast.actor("bea")
        if what == "step":
            try:
                follow(
                    right,
                    self.cast,
                    StepKind(given),
                    Given(note="n", reason="other", on_day=TODAY),
                    at=self.at,
                )
            except life.NotPossible:
                return
        elif what == "wait":
            self.at += days(float(given))
            sweep(by=SYSTEM, at=self.at)
        elif what == "answer":
            self._answer(given)
        elif what == "extend":
            self._extend(TODAY + timedelta(days=given))
        elif what == "look":
            self._look()
        elif what == "close":
            self._close()
        elif what == "confirm":
            seen_now = [(row.pk, row.version) for row in queries.rows_of(self.person)]
            actions.confirm_lapsed(person=self.person, seen=seen_now, by=by, at=self.at)
        elif any(one.right_id == right.pk and not one.seen_at for one in queries.breaches_of(self.person)):
            actions.see_breaches(right=right, version=right.version, by=by, at=self.at)

    def _answer(self, status: object, **more: object) -> None:
        actions.answer_questions(
            person=self.person,
            answers={"identification_status": status, **more},
            version=self.person.version,
            by=self.cast.actor("bea"),
            at=self.at,
        )

    def _extend(self, until: date) -> None:
        try:
            extended(self.right(), self.cast, until, at=self.at)
        except (life.NotPossible, actions.BeyondTheLaw, actions.NoExtension):
            return

    def _look(self) -> None:
        right = self.right()
        if right.look:
            actions.look_at_end(right=right, version=right.version, by=self.cast.actor("bea"), at=self.at)

    def _close(self) -> None:
        case = self.case
        case.refresh_from_db()
        by = self.cast.actor("bea")
        if case.status == "open":
            close_case(case=case, reason="moved", note="n", version=case.version, by=by, at=self.at)
        else:
            reopen_case(case=case, note="n", by=by, at=self.at)

    def right(self) -> Right:
        return Right.objects.select_related("person").get(person=self.person, right="decision-in-time")

    def check(self) -> None:
        right, breaches = self.right(), set(RightBreach.objects.values_list("pk", flat=True))
        assert self.known <= breaches, "a breach is never lost"
        self.known = breaches
        waiting = {one.pk for one in queries.breaches_of(self.person)}
        shown = queries.breaches_for(self.cast.actor("carl"), at=self.at, most=99)
        assert {line.breach.pk for line in shown} == waiting, "the supervisor sees it, also when it is closed"
        unsettled = RightBreach.objects.filter(right=right, settled_at__isnull=True)
        late_clock = Clock.objects.filter(object_id=right.pk, kind=timing.DEADLINE, state=State.BREACHED)
        for one in late_clock:
            recorded = RightBreach.objects.filter(right=right, missed_at=one.due_at)
            assert recorded.exists(), "what was missed is on record"
        if right.status in life.SETTLED:
            assert not unsettled.exists(), "nothing is waited for any more"
            assert queries.clocks(self.person).live(right, timing.DEADLINE) is None, "no time runs on"
        if right.status == S.BREACHED:
            assert unsettled.exists()
        shown = board.board_of(self.person, at=self.at)
        drawn = {card.right: card for card in (*shown.due, *shown.possible)}.get(right.right)
        if right.status == S.DELIVERED and drawn is not None:
            assert drawn.status == S.DELIVERED, "what was delivered is never shown as due"
            assert right.right not in {line.right for line in shown.dates if line.when == drawn.deadline}
        last = RightStep.objects.filter(right=right).order_by("-at", "-id")
        assert last.exists()
        on_record = RightStep.objects.filter(right=right, status=right.status).exists()
        assert on_record, "every status was reached by a step that is written down"


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(ACTS, min_size=1, max_size=9))
def test_no_way_loses_a_breach_or_shows_what_was_delivered_as_due(cast, acts):
    with transaction.atomic():
        walk = _Walk(cast)
        for what, given_ in acts:
            walk.act(what, given_)
            walk.check()
        transaction.set_rollback(True)
