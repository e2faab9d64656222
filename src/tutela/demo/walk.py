"""Walks one invented person along the pathway by the actions that people use, and by nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID, uuid4

from tutela.cooperation import actions as cooperation
from tutela.cooperation.models import Referral, Service
from tutela.demo.follow import confirm_all, follow_rights
from tutela.demo.lives import Life, Referred, Situation
from tutela.demo.names import homes, new_name
from tutela.demo.tales import words
from tutela.demo.world import World
from tutela.engines.indicators import Answer, Pack
from tutela.foundation.access.decision import Actor
from tutela.foundation.access.models import Section
from tutela.foundation.organisations.models import User
from tutela.identification.actions.grounds import decide, give_notice, request_decision, withdraw_request
from tutela.identification.actions.screening import begin_screening
from tutela.identification.models import GroundsRequest, Screening
from tutela.identification.packs import packs_for
from tutela.people.actions import ConsentAnswer, PersonDetails, record_consent
from tutela.people.details import is_treated_as_child
from tutela.people.models import AgeGroup, ConsentGiver, ConsentScope, ContactChannel, Person
from tutela.protection import actions as protection
from tutela.protection.models import Case, ClosureReason, Danger, NeedKind, TaskKind

S = Situation
ASKED = frozenset({S.WAITING, S.WAITING_SHORT, S.WAITING_BREACHED, S.WITHDRAWN})
DECIDED = frozenset({S.RECOVERY, S.NOT_TOLD, S.REFUSED_GROUNDS, S.SUPPORT})
FINISHED_SCREENING = ASKED | DECIDED | {S.SCREENED}
AUTHORITY = {"GB": "bridge-authority", "FR": "mission", "ES": "unidad"}
PARTNERS: Mapping[str, tuple[str, ...]] = {
    "casa-alba": ("haven", "riverside"),
    "haven": ("casa-alba", "riverside"),
    "northlight": ("casa-alba", "haven"),
    "maison-claire": ("harbour", "casa-aurora"),
    "casa-aurora": ("maison-claire", "consular-desk", "harbour"),
}
DAYS_TO_DECIDE = 4
INTERPRETED = {"en", "fr", "es"}


@dataclass(frozen=True, slots=True)
class Walk:
    """One life on its way: the world it is in, who leads, what time it is, and the chance that fills gaps."""

    world: World
    life: Life
    lead: User
    now: datetime
    chance: Random

    @property
    def actor(self) -> Actor:
        return Actor.of(self.lead)

    def days_ago(self, days: float) -> datetime:
        """A moment of that day's office hours, not after now."""
        day = self.now - timedelta(days=days)
        at = day.replace(hour=self.chance.randint(9, 16), minute=self.chance.randint(0, 59))
        return min(at, self.now - timedelta(minutes=2))


def walk(steps: Walk, *, report_id: UUID | None = None) -> Case:
    """The whole way of this life up to now. Needs an open system scope."""
    life = steps.life
    opened = steps.days_ago(life.opened_days_ago)
    case = _open(steps, report_id, at=opened)
    person = case.person
    _first_days(steps, case, at=opened + timedelta(minutes=1))
    if life.situation in FINISHED_SCREENING | {S.SCREENING_DRAFT}:
        asked = max(steps.days_ago(life.asked_days_ago), opened + timedelta(hours=1))
        screening = _screen(steps, person, at=opened + (min(asked, steps.now) - opened) / 2)
        if life.situation in ASKED | DECIDED:
            _ask(steps, person, screening, at=asked)
    if life.referred is not Referred.NO:
        _refer(steps, person)
    _end(steps, case)
    return case


def _open(steps: Walk, report_id: UUID | None, *, at: datetime) -> Case:
    profile, chance = steps.life.profile, steps.chance
    home = homes()[profile.citizenship]
    child = profile.age_group == AgeGroup.CHILD
    disputed = child and chance.random() < 0.15
    channel = chance.choice([ContactChannel.PHONE, ContactChannel.MESSAGE, ContactChannel.IN_PERSON, ""])
    details = PersonDetails(
        real_name="" if chance.random() < 0.08 else new_name(profile.citizenship, profile.sex, chance=chance),
        date_of_birth=_birthday(child, at=at, chance=chance),
        contact_channel=channel,
        contact_address=f"+99 555 {chance.randint(1000, 9999)}" if channel in {"phone", "message"} else "",
        contact_rules=words("contact_rules", chance=chance) if channel else "",
        code_word=words("code_words", chance=chance) if channel else "",
        wishes=words("wishes", chance=chance),
        language=home.language,
        needs_interpreter=home.language not in INTERPRETED,
        age_group=AgeGroup.DISPUTED if disputed else profile.age_group,
        sex=profile.sex,
        citizenship=profile.citizenship,
    )
    danger = Danger.UNKNOWN if steps.life.situation is S.ARRIVED else chance.choice(list(Danger)[:3])
    intake = protection.Intake(
        details=details,
        consents=_consents(details, child=child),
        facts=protection.CaseFacts(
            country=profile.country,
            region=steps.life.region,
            danger=danger,
            exploitation=profile.exploitation,
        ),
        needs=tuple(chance.sample(list(NeedKind)[:9], k=chance.randint(1, 3))),
        urgent_needs=steps.life.situation is S.ARRIVED,
        report_id=report_id,
        lead=steps.lead,
    )
    body = steps.world.organisations[steps.life.holder]
    return protection.open_case(organisation=body, intake=intake, by=steps.actor, at=at)


def _birthday(child: bool, *, at: datetime, chance: Random) -> str:
    """Some day that fits the age group; some people do not know or do not say."""
    if chance.random() < 0.3:
        return ""
    years = chance.randint(11, 16) if child else chance.randint(19, 55)
    return (at - timedelta(days=years * 365.25 + chance.randint(10, 300))).date().isoformat()


def _consents(details: PersonDetails, *, child: bool) -> dict[ConsentScope, ConsentAnswer]:
    answer = ConsentAnswer(
        given=True,
        language=details.language,
        with_interpreter=details.needs_interpreter,
        given_by=ConsentGiver.GUARDIAN if child else ConsentGiver.PERSON,
    )
    scopes = [ConsentScope.KEEP_FILE, ConsentScope.REFER, ConsentScope.REQUEST_DECISION]
    return dict.fromkeys([*scopes, ConsentScope.CONTACT] if details.contact_channel else scopes, answer)


def _first_days(steps: Walk, case: Case, *, at: datetime) -> None:
    """Notes, needs that were met, and what is to be done: today, soon, or days ago."""
    person, situation, chance = case.person, steps.life.situation, steps.chance
    note = words("notes", chance=chance)
    protection.add_note(person=person, text=note, by=steps.actor, at=at)
    if situation not in {S.ARRIVED, S.OVERDUE}:
        for need in _needs(person)[: chance.randint(0, 2)]:
            protection.meet_need(need=need, by=steps.actor, at=min(at + timedelta(days=1), steps.now))
    if situation is S.CLOSED:
        return
    due = {S.ARRIVED: 0, S.OVERDUE: -3, S.SCREENED: 0, S.WAITING_BREACHED: -1}.get(
        situation, chance.randint(0, 9)
    )
    task = protection.add_task(
        person=person,
        kind=_task_kind(situation),
        due_on=max((steps.now + timedelta(days=due)).date(), at.date()),
        assigned_to=steps.lead,
        note=words("task_notes", chance=chance),
        by=steps.actor,
        at=at,
    )
    if due > 6:
        protection.finish_task(task=task, by=steps.actor, at=steps.now)


def _needs(person: Person):  # type: ignore[no-untyped-def]
    from tutela.protection.models import Need

    return list(Need.objects.select_related("person").filter(person=person).order_by("id"))


def _task_kind(situation: Situation) -> TaskKind:
    kinds = {
        S.ARRIVED: TaskKind.CALL,
        S.OVERDUE: TaskKind.REVIEW_SAFETY,
        S.SCREENING_DRAFT: TaskKind.SCREEN,
        S.SCREENED: TaskKind.REQUEST_DECISION,
        S.RECOVERY: TaskKind.FOLLOW_RIGHT,
        S.SUPPORT: TaskKind.FIND_SERVICE,
    }
    return kinds.get(situation, TaskKind.CALL)


def _screen(steps: Walk, person: Person, *, at: datetime) -> Screening:
    pack = packs_for(person)[0]
    draft = steps.life.situation is S.SCREENING_DRAFT
    return begin_screening(
        screening_id=uuid4(),
        person=person,
        pack=pack,
        answers=_answers(pack, draft=draft, chance=steps.chance),
        finish=not draft,
        by=steps.actor,
        at=at,
    )


def _answers(pack: Pack, *, draft: bool, chance: Random) -> dict[str, Answer]:
    """A draft stops somewhere: what comes after was not asked yet."""
    yes = chance.choice((0.04, 0.12, 0.3, 0.45))
    asked = pack.indicators[: len(pack.indicators) // 3] if draft else pack.indicators
    weights = (yes, 0.7 - yes, 0.15, 0.15)
    kinds = (Answer.YES, Answer.NO, Answer.UNKNOWN, Answer.NOT_ASKED)
    return {one.id: chance.choices(kinds, weights)[0] for one in asked}


def _ask(steps: Walk, person: Person, screening: Screening, *, at: datetime) -> None:
    situation, country = steps.life.situation, steps.life.profile.country
    request = request_decision(
        request_id=uuid4(),
        person=person,
        authority=steps.world.organisations[AUTHORITY[country]],
        country=country,
        statement=words("statements", chance=steps.chance),
        screening=screening,
        by=steps.actor,
        at=at,
    )
    if situation is S.WITHDRAWN:
        withdraw_request(request=request, by=steps.actor, at=at + timedelta(days=2))
    elif situation in DECIDED:
        _decided(steps, request, at=min(at + timedelta(days=DAYS_TO_DECIDE), steps.now))


def _decided(steps: Walk, request: GroundsRequest, *, at: datetime) -> None:
    situation = steps.life.situation
    positive = situation is not S.REFUSED_GROUNDS
    decider = steps.world.colleagues(AUTHORITY[steps.life.profile.country], "decider")[0]
    decide(
        request=request,
        positive=positive,
        reasons=words("positive" if positive else "negative", chance=steps.chance),
        version=request.version,
        by=Actor.of(decider),
        at=at,
    )
    if situation is not S.NOT_TOLD:
        told = min(at + timedelta(days=1), steps.now)
        language = request.person.language
        give_notice(request=request, language=language, by=steps.actor, at=told)
    if positive:
        follow_rights(request.person, since=at, now=steps.now, by=steps.actor, chance=steps.chance)
    elif steps.chance.random() < 0.5:
        confirm_all(request.person, by=steps.actor, at=min(at + timedelta(days=2), steps.now))


def _refer(steps: Walk, person: Person) -> None:
    life, chance = steps.life, steps.chance
    days = {Referred.SENT: 1, Referred.ACCEPTED: 5, Referred.EXPIRED: 60}.get(life.referred, 12)
    sent = steps.days_ago(min(days, life.opened_days_ago))
    to = steps.world.organisations[chance.choice(PARTNERS[life.holder])]
    referral = cooperation.send_referral(
        person=person,
        record_id=uuid4(),
        to=to,
        service=chance.choice([one for one in to.services if one in Service.values]),
        urgent=life.situation is S.ARRIVED,
        sections=[Section.CASE, Section.NEEDS, Section.CONTACT],
        message=words("messages", chance=chance),
        expires_at=sent + timedelta(days=min(days, life.opened_days_ago) - 1 if _runs_out(life) else 90),
        by=steps.actor,
        at=sent,
    )
    _answer(steps, referral, at=min(sent + timedelta(hours=20), steps.now))


def _runs_out(life: Life) -> bool:
    return life.referred is Referred.EXPIRED and life.opened_days_ago > 2


def _answer(steps: Walk, referral: Referral, *, at: datetime) -> None:
    became, chance = steps.life.referred, steps.chance
    receiver = Actor.of(_receiver(steps.world, referral))
    if became in {Referred.ACCEPTED, Referred.DONE, Referred.DECLINED}:
        accepted = became is not Referred.DECLINED
        reason = words("accepted" if accepted else "declined", chance=chance)
        version = referral.version
        cooperation.answer_referral(
            referral=referral, accepted=accepted, reason=reason, version=version, by=receiver, at=at
        )
    if became is Referred.DONE:
        outcome = words("outcomes", chance=chance)
        done = min(at + timedelta(days=8), steps.now)
        cooperation.finish_referral(
            referral=referral, outcome=outcome, version=referral.version, by=receiver, at=done
        )
    if became is Referred.REVOKED:
        cooperation.revoke_referral(referral=referral, version=referral.version, by=steps.actor, at=at)


def _receiver(world: World, referral: Referral) -> User:
    return next(user for user in world.staff.values() if user.organisation_id == referral.to_organisation_id)


def _end(steps: Walk, case: Case) -> None:
    situation, chance = steps.life.situation, steps.chance
    case.refresh_from_db()
    if situation is S.CLOSED:
        protection.close_case(
            case=case,
            reason=chance.choice(list(ClosureReason)[:5]),
            note=words("closing", chance=chance),
            version=case.version,
            by=steps.actor,
            at=steps.days_ago(steps.life.opened_days_ago // 3),
        )
    elif situation is S.SUPPORT:
        _come_back(steps, case)
    elif situation is S.CONSENT_WITHDRAWN:
        person = case.person
        child = is_treated_as_child(person)
        answer = ConsentAnswer(
            given=False,
            language=person.language,
            given_by=ConsentGiver.GUARDIAN if child else ConsentGiver.PERSON,
        )
        scope = chance.choice([ConsentScope.KEEP_FILE, ConsentScope.REFER, ConsentScope.REQUEST_DECISION])
        record_consent(person=person, scope=scope, answer=answer, by=steps.actor, at=steps.days_ago(1))


def _come_back(steps: Walk, case: Case) -> None:
    """Went their own way after the recovery period, and came back for support."""
    away, back = steps.life.opened_days_ago // 3, steps.life.opened_days_ago // 6
    protection.close_case(
        case=case,
        reason=ClosureReason.CHOICE,
        note=words("closing", chance=steps.chance),
        version=case.version,
        by=steps.actor,
        at=steps.days_ago(away),
    )
    note = words("notes", chance=steps.chance)
    protection.reopen_case(case=case, note=note, by=steps.actor, at=steps.days_ago(back))
