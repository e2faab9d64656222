"""A small world with one of everything in every relation, for proofs that try all of it.

Six files at Casa Alba and one at Haven, each with a paper, a screening, a need, a task, a report:

assigned     Bea leads it; no other organisation knows of it; the authority's request was taken back
unassigned   nobody works on it; Haven was asked to help and has not answered
shared       Bea leads it; Haven accepted a referral and sees needs; the authority was asked
ended        Bea leads it; Haven's referral was taken back; the authority has decided
conflict     Bea led it, until she and Carl declared a conflict of interest; nobody else was ever asked
emergency    nobody works on it; Ben broke the glass an hour ago
elsewhere    Haven's own, led by Dario

And at Lifeline's desk lies a report whose sender waits for an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client, RequestFactory
from tests import cast as characters
from tests.cast import NOON, Cast, days

from tutela.cooperation import actions as cooperation
from tutela.cooperation.models import Referral
from tutela.engines import envelopes
from tutela.engines.indicators import Answer
from tutela.foundation.access.decision import SYSTEM, Actor
from tutela.foundation.access.models import Assignment, Section
from tutela.foundation.audit.record import record
from tutela.foundation.organisations import actions as organisations
from tutela.foundation.organisations.models import Organisation, User
from tutela.foundation.roles import Caseworker
from tutela.identification.actions import grounds, screening
from tutela.identification.models import GroundsRequest
from tutela.identification.packs import packs
from tutela.people import actions as people
from tutela.people.actions import ConsentAnswer, PersonDetails
from tutela.people.models import ConsentScope, Person
from tutela.protection import actions as protection
from tutela.reporting import actions as reporting
from tutela.reporting import mailboxes
from tutela.reporting.models import Desk
from tutela.reporting.sealing import Told
from tutela.rights.changes.folder import digest_of, shipped_text
from tutela.rights.changes.models import ChangeStatus, LawChange, LawEdition, LawEffect, LawFile
from tutela.rights.models import Right

LONG_FROM_NOW = 4_102_444_800.0  # the clock of this proof that somebody is still there: the year 2100
PACK = "ilo-2009-adult-labour"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "e221bc330000000049454e44ae426082"
)
AT = NOON - timedelta(hours=1)
CONVENTION = "law/council-of-europe/cets-197.yaml"
TURN = {"entry": "L025", "right": "no-discrimination", "changes": ["text"], "was": "due", "will": "due"} | {
    "day": NOON.date().isoformat()
}
UNASKED = ("assigned", "conflict")  # for these files no other organisation was ever asked to help

# What is written where words can be written: it says where it stands, so that a page that shows it says of
# which file, and of which part of it, it speaks.
CANARY = re.compile(r"zzcanary([a-z]+)of([a-z]+)")
WORD_ARABIC = "زكناريكلمة"
PHONE = "+447700900877"
BIRTH = "1991-03-17"


def word(part: str, place: str) -> str:
    """An unmistakable word for a part of the file of a place."""
    return f"zzcanary{part}of{place}"


@dataclass(frozen=True, slots=True)
class Place:
    """One file and everything in it, as values for the arguments of addresses."""

    name: str
    organisation: Organisation
    values: dict[str, object]

    @property
    def person_id(self) -> UUID:
        return self.values["person_id"]  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class World:
    cast: Cast
    places: dict[str, Place]
    clients: dict[str, Client]
    people: dict[str, Person] = field(default_factory=dict)
    mailbox_number: str = ""

    def pseudonyms(self) -> dict[str, str]:
        """The place of each pseudonym."""
        return {person.pseudonym: name for name, person in self.people.items()}


def build() -> World:
    """Everyone and everything above. Needs an open system scope."""
    cast = characters.whole_cast()
    nobody_works_here = characters.user("zoe", cast.casa_alba, Caseworker)
    newcomer = characters.user("newcomer", cast.casa_alba, Caseworker)
    builder = Builder(cast)
    places = {
        name: builder.place(name, leader=cast.bea)
        for name in ("assigned", "unassigned", "shared", "ended", "conflict", "emergency")
    }
    places["elsewhere"] = builder.place("elsewhere", leader=cast.dario)
    builder.arrange(places)
    places["lifeline"] = builder.waiting_report(places["assigned"])
    places["nobody"] = Place("nobody", cast.casa_alba, {**builder.static, **_unknown()})
    places["mixed"] = _mixed(places["assigned"], places["unassigned"])
    places["smuggled"] = _mixed(places["assigned"], places["elsewhere"])
    User.objects.filter(pk=nobody_works_here.pk).update(is_active=False)
    clients = {name: signed_in(user) for name, user in cast.everyone().items()}
    clients["newcomer"] = characters.signed_in(newcomer)
    Authenticator.objects.filter(user=newcomer).delete()
    clients["closed"] = signed_in(nobody_works_here)
    clients["anonymous"] = Client()
    return World(cast, places, clients, builder.people, builder.numbers["lifeline"])


def signed_in(user: User) -> Client:
    """A browser with both factors, that has proved a moment ago who sits before it."""
    if not Authenticator.objects.filter(user=user).exists():
        TOTP.activate(user, generate_totp_secret())
    client = characters.signed_in(user)
    request = RequestFactory().get("/")
    request.session = client.session
    record_authentication(request, user, method="password", reauthenticated=True)
    request.session[AUTHENTICATION_METHODS_SESSION_KEY][-1]["at"] = LONG_FROM_NOW
    request.session.save()
    return client


def _unknown() -> dict[str, object]:
    ids = (
        "person_id",
        "document_id",
        "screening_id",
        "request_id",
        "referral_id",
        "report_id",
        "need_id",
        "task_id",
        "user_id",
        "event_id",
        "invitation_id",
        "opening_id",
        "change_id",
    )
    return {**{name: uuid4() for name in ids}, "slug": "no-such-desk", "pk": 0, "secret": "x" * 32}


def _mixed(mine: Place, other: Place) -> Place:
    """The id of one file, with the parts of another."""
    # A change of law is no part of one file: it touches each by the person and the change together.
    parts = {**other.values, "person_id": mine.person_id, "change_id": uuid4()}
    return Place("mixed", mine.organisation, parts)


class Builder:
    """Builds places one after the other; `static` are values that are the same in every place."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.people: dict[str, Person] = {}
        self.numbers: dict[str, str] = {}
        law: dict[str, object] = {"entry": "L046", "right": "", "instrument": "gb", "state": "GB"}
        self.static: dict[str, object] = {"scope": "refer", "pack": PACK, **law}
        self.desks = {
            body: reporting.new_desk(
                organisation=getattr(cast, body),
                slug=f"desk-{body.replace('_', '-')}",
                name="Desk",
                country="GB",
                by=SYSTEM,
                at=AT,
            )
            for body in ("casa_alba", "haven", "lifeline")
        }

    def place(self, name: str, *, leader: User) -> Place:
        body, by = leader.organisation, Actor.of(leader)
        case = protection.open_case(organisation=body, intake=_intake(name), by=by, at=AT)
        person = self.people[name] = case.person
        paper = people.add_document(person=person, title=word("documents", name), content=PNG, by=by, at=AT)
        screened = screening.begin_screening(
            screening_id=uuid4(),
            person=person,
            pack=packs()[PACK],
            answers={_first_indicator(): Answer.YES},
            finish=True,
            by=by,
            at=AT,
        )
        need = protection.note_need(person=person, kind="doctor", note=word("needs", name), by=by, at=AT)
        task = protection.add_task(
            person=person,
            kind="call",
            due_on=NOON.date(),
            assigned_to=leader,
            note=word("timeline", name),
            by=by,
            at=AT,
        )
        protection.add_note(person=person, text=f"{word('timeline', name)} {WORD_ARABIC}", by=by, at=AT)
        event = record("proof", by=by, at=AT, kind="proof", organisation_id=body.pk)
        invitation = organisations.invite_colleague(
            invitation_id=uuid4(),
            email=f"{name}@guest.example",
            roles=["caseworker"],
            secret=f"secret-{name}",
            by=by,
            at=AT,
        )
        return Place(
            name,
            body,
            {
                **self.static,
                "person_id": person.pk,
                "document_id": paper.pk,
                "screening_id": screened.pk,
                "need_id": need.pk,
                "task_id": task.pk,
                "referral_id": uuid4() if name in UNASKED else self._referral(name, by).pk,
                "request_id": uuid4() if name == "conflict" else self._request(name, by, screened).pk,
                "report_id": self._report(name, self._desk(name)),
                "opening_id": self._opening(name).pk,
                "user_id": leader.pk,
                "event_id": event.id,
                "invitation_id": invitation.pk,
                "slug": self._desk(name).slug,
                "pk": 1,
                "secret": f"secret-{name}",
            },
        )

    def _referral(self, name: str, by: Actor) -> Any:
        person = self.people[name]
        haven, alba = self.cast.haven, self.cast.casa_alba
        return cooperation.send_referral(
            person=person,
            record_id=uuid4(),
            to=alba if person.organisation_id == haven.pk else haven,
            service="shelter",
            urgent=False,
            sections=[Section.NEEDS],
            message=word("referral", name),
            expires_at=NOON + days(30),
            by=by,
            at=AT,
        )

    def _request(self, name: str, by: Actor, screened: Any) -> Any:
        person = self.people[name]
        return grounds.request_decision(
            request_id=uuid4(),
            person=person,
            authority=self.cast.authority,
            country="GB",
            statement=f"{word('grounds', name)} {WORD_ARABIC}",
            screening=screened,
            by=by,
            at=AT,
        )

    def waiting_report(self, like: Place) -> Place:
        """The report at Lifeline; everything else as in another place."""
        desk = self.desks["lifeline"]
        number = self.numbers["lifeline"] = envelopes.new_secret()
        box = mailboxes.mailbox_of(number, salt=bytes(desk.mailbox_salt))
        report_id = self._report("lifeline", desk, mailbox=box)
        values = {**like.values, "report_id": report_id, "slug": desk.slug}
        return Place("lifeline", self.cast.lifeline, values)

    def _desk(self, name: str) -> Desk:
        return self.desks["haven" if name == "elsewhere" else "casa_alba"]

    def _report(self, name: str, desk: Desk, *, mailbox: mailboxes.Mailbox | None = None) -> UUID:
        words = Told(f"{word('report', name)} {WORD_ARABIC}", word("report", name))
        told = reporting.Arrival(words, danger="now", language="en", mailbox=mailbox)
        report_id = uuid4()
        reporting.receive_report(desk=desk, record_id=report_id, arrival=told, by=SYSTEM, at=AT)
        return report_id

    def _opening(self, name: str) -> Any:
        """An emergency of long ago, closed by now, that nobody has reviewed."""
        person = self.people[name]
        user = self.cast.dario if person.organisation_id == self.cast.haven.pk else self.cast.ben
        long_ago = NOON - days(3)
        return protection.break_glass(
            person=person, justification=word("emergency", name), by=Actor.of(user), at=long_ago
        )

    def arrange(self, places: dict[str, Place]) -> None:
        """Brings each file into the relation that its name says."""
        cast, carl = self.cast, self.cast.actor("carl")
        for name in ("assigned", "emergency", "elsewhere"):
            self._withdraw(places[name])
        for name in ("ended", "emergency", "elsewhere"):
            self._revoke(places[name])
        self._decide(places["ended"])
        self._accept(places["shared"])
        self._change_law(places.values())
        due = Right.objects.filter(person=self.people["ended"]).order_by("right")
        self.static["right"] = due[0].right
        for place in places.values():
            place.values["right"] = due[0].right
        for name in ("unassigned", "emergency"):
            cast_away(self.people[name])
        for user in (cast.bea, cast.carl):
            protection.declare_conflict(person=self.people["conflict"], user=user, by=carl, at=AT)
        protection.break_glass(
            person=self.people["emergency"], justification="A call at night.", by=cast.actor("ben"), at=AT
        )

    def _change_law(self, places: Iterable[Place]) -> None:
        """A change of law in use that says nothing else than before, and touches every file all the same."""
        text = f"# Read again.\n{shipped_text(CONVENTION)}"
        change = LawChange.objects.create(
            title="Read again",
            reason="A change",
            source="CETS 197",
            status=ChangeStatus.PUBLISHED,
            base=0,
            drafted_at=AT,
            drafted_by=self.cast.lena,
            decided_at=AT,
            decided_by=self.cast.levi,
        )
        LawFile.objects.create(change=change, path=CONVENTION, text=text, digest=digest_of(text))
        LawEdition.objects.create(number=1, change=change, published_at=AT, published_by=self.cast.levi)
        for place in places:
            self.static["change_id"] = place.values["change_id"] = change.pk
            LawEffect.objects.create(
                organisation=place.organisation, person=self.people[place.name], change=change, turns=[TURN]
            )

    def _withdraw(self, place: Place) -> None:
        grounds.withdraw_request(request=self._asked(place), by=self._leader(place), at=AT)

    def _decide(self, place: Place) -> None:
        request = self._asked(place)
        ada = self.cast.actor("ada")
        grounds.decide(
            request=request, positive=True, reasons=word("grounds", place.name), version=1, by=ada, at=AT
        )

    def _revoke(self, place: Place) -> None:
        sent = Referral.objects.select_related("person").get(pk=place.values["referral_id"])
        cooperation.revoke_referral(referral=sent, version=sent.version, by=self._leader(place), at=AT)

    def _asked(self, place: Place) -> GroundsRequest:
        return GroundsRequest.objects.select_related("person", "clock").get(pk=place.values["request_id"])

    def _leader(self, place: Place) -> Actor:
        return self.cast.actor("dario" if place.name == "elsewhere" else "bea")

    def _accept(self, place: Place) -> None:
        referral = Referral.objects.select_related("person").get(pk=place.values["referral_id"])
        cooperation.answer_referral(
            referral=referral, accepted=True, reason="", version=1, by=self.cast.actor("dario"), at=AT
        )


def cast_away(person: Person) -> None:
    """Nobody works on this file any more."""
    Assignment.objects.filter(person_id=person.pk).update(until=AT, is_lead=False)


def _first_indicator() -> str:
    return next(iter(packs()[PACK].indicators)).id


def _intake(name: str) -> protection.Intake:
    yes = ConsentAnswer(given=True, language="ar")
    return protection.Intake(
        details=PersonDetails(
            real_name=f"{word('identity', name)} {characters.AMINA} {characters.AMINA_ARABIC}",
            date_of_birth=BIRTH,
            contact_channel="phone",
            contact_address=PHONE,
            contact_rules=word("contact", name),
            code_word=word("contact", name),
            wishes=word("wishes", name),
            language="ar",
            age_group="adult",
            sex="female",
            citizenship="MA",
        ),
        consents={scope: yes for scope in ConsentScope},
        facts=protection.CaseFacts(country="GB", region="", danger="high", exploitation="labour"),
        needs=("safe_place",),
    )
