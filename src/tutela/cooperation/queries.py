"""Lists of referrals: what came in, what went out, what one person has."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from django.db.models import QuerySet, Value

from tutela.cooperation.models import Referral, ReferralStatus
from tutela.foundation.access import door
from tutela.foundation.access.decision import Actor
from tutela.foundation.access.models import Section
from tutela.foundation.access.prepared import Prepared, blank_id
from tutela.foundation.organisations.kinds import Compartment, Kind, compartment_of
from tutela.foundation.organisations.models import Organisation
from tutela.foundation.roles import Permission
from tutela.people.keyset import MOST_COUNTED, Cursor, Page, page_of
from tutela.people.models import Consent, ConsentScope, Person

PAGE = 25
OPEN = (ReferralStatus.SENT, ReferralStatus.ACCEPTED)


def inbox(actor: Actor, *, only_open: bool, after: str) -> Page[Referral]:
    """What other organisations ask of this one."""
    rows = Referral.objects.select_related("organisation").filter(to_organisation_id=actor.organisation_id)
    return _page(rows, only_open=only_open, after=after)


def outbox(actor: Actor, *, only_open: bool, after: str, at: datetime) -> Page[Referral]:
    """What this organisation asks of others, in the files that the actor may see."""
    rows = (
        Referral.objects.select_related("to_organisation")
        .filter(organisation_id=actor.organisation_id)
        .filter(door.visible(actor, Section.SUMMARY, at=at))
    )
    return _page(rows, only_open=only_open, after=after)


def _page(rows: QuerySet[Referral], *, only_open: bool, after: str) -> Page[Referral]:
    if only_open:
        rows = rows.filter(status__in=OPEN)
    return page_of(rows, by="sent_at", after=Cursor.parse(after), size=PAGE, shown=lambda row: row)


def waiting_count(actor: Actor) -> int:
    """How many wait for this organisation; no more than one beyond MOST_COUNTED."""
    if not actor.may(Permission.REFERRAL_RECEIVE):
        return 0
    return _waiting().count(organisation=actor.organisation_id)


@cache
def _waiting() -> Prepared:
    rows = Referral.objects.filter(to_organisation_id=blank_id("organisation"), status=ReferralStatus.SENT)
    return Prepared(rows.values_list(Value(1))[: MOST_COUNTED + 1])


def of_person(person: Person) -> list[Referral]:
    rows = Referral.objects.select_related("to_organisation").filter(person=person)
    return list(rows.order_by("-sent_at", "-id")[:100])


def consent_to_refer(person: Person) -> Consent | None:
    """The latest answer, whichever it was."""
    return Consent.objects.filter(person=person, scope=ConsentScope.REFER).order_by("-version").first()


def receivers(actor: Actor) -> QuerySet[Organisation]:
    """Organisations that may be asked for help: never police or other enforcement."""
    helping = [kind for kind in Kind if compartment_of(kind) is Compartment.PROTECTION]
    return (
        Organisation.objects.filter(accepts_referrals=True, is_active=True, kind__in=helping)
        .exclude(pk=actor.organisation_id)
        .order_by("country", "name")
    )
