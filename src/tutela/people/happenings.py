"""What happened, in words: the sentence for each code of the timeline."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Sentence:
    """`tone` is that of the timeline component: neutral, calm, good, warn or danger."""

    text: Promise
    tone: str = "neutral"


SENTENCES: dict[str, Sentence] = {
    # the person
    "person.opened": Sentence(_("The file was opened"), "good"),
    "person.changed": Sentence(_("Details of the person were changed")),
    "person.erased": Sentence(_("The person was erased"), "danger"),
    "document.added": Sentence(_("A paper was added")),
    # consent
    "consent.given/keep_file": Sentence(_("Agreed to keep a file"), "good"),
    "consent.given/refer": Sentence(_("Agreed to be referred to other services"), "good"),
    "consent.given/request_decision": Sentence(_("Agreed to ask the authority for recognition"), "good"),
    "consent.given/contact": Sentence(_("Agreed to be contacted"), "good"),
    "consent.given/statistics": Sentence(_("Agreed to be counted in statistics"), "good"),
    "consent.refused/keep_file": Sentence(_("Did not agree to keep a file"), "warn"),
    "consent.refused/refer": Sentence(_("Did not agree to be referred")),
    "consent.refused/request_decision": Sentence(_("Did not agree to ask the authority")),
    "consent.refused/contact": Sentence(_("Did not agree to be contacted")),
    "consent.refused/statistics": Sentence(_("Did not agree to be counted in statistics")),
    "consent.withdrawn/keep_file": Sentence(_("No longer wants us to keep a file"), "danger"),
    "consent.withdrawn/refer": Sentence(_("No longer wants to be referred"), "warn"),
    "consent.withdrawn/request_decision": Sentence(_("No longer wants to ask the authority"), "warn"),
    "consent.withdrawn/contact": Sentence(_("No longer wants to be contacted"), "warn"),
    "consent.withdrawn/statistics": Sentence(_("No longer wants to be counted in statistics"), "warn"),
    # protection
    "case.opened": Sentence(_("The case was opened"), "good"),
    "case.changed": Sentence(_("Facts of the case were changed")),
    "case.closed": Sentence(_("The case was closed"), "calm"),
    "case.reopened": Sentence(_("The case was opened again"), "good"),
    "stage.screening": Sentence(_("Screening has begun"), "calm"),
    "stage.waiting": Sentence(_("The file now waits for the authority's decision"), "calm"),
    "stage.recovery": Sentence(_("The recovery period has begun"), "good"),
    "stage.support": Sentence(_("Support goes on"), "calm"),
    "need.noted": Sentence(_("A need was noted")),
    "need.met": Sentence(_("A need was met"), "good"),
    "task.added": Sentence(_("A task was added")),
    "task.done": Sentence(_("A task was done"), "good"),
    "note.added": Sentence(_("Note")),
    "team.assigned": Sentence(_("A colleague joined this file")),
    "team.unassigned": Sentence(_("A colleague left this file")),
    "conflict.declared": Sentence(_("A colleague may no longer see this file: conflict of interest"), "warn"),
    "glass.broken": Sentence(_("The file was opened in an emergency"), "danger"),
    "glass.reviewed": Sentence(_("An emergency opening was reviewed"), "calm"),
    # screening and decision
    "screening.done": Sentence(_("A screening was done"), "calm"),
    "grounds.requested": Sentence(_("The authority was asked for a decision"), "calm"),
    "grounds.positive": Sentence(_("The authority found reasonable grounds"), "good"),
    "grounds.negative": Sentence(_("The authority found no reasonable grounds"), "warn"),
    "grounds.withdrawn": Sentence(_("The request to the authority was taken back"), "warn"),
    "grounds.notice": Sentence(_("The person was told about the decision"), "good"),
    # rights
    "rights.computed": Sentence(_("Rights were worked out from the law")),
    "right.requested": Sentence(_("A right was asked for"), "calm"),
    "right.granted": Sentence(_("A right was promised"), "calm"),
    "right.delivered": Sentence(_("A right was delivered"), "good"),
    "right.refused": Sentence(_("A right was refused"), "warn"),
    "right.challenged": Sentence(_("The refusal of a right was challenged"), "calm"),
    "right.won": Sentence(_("A challenge was won: a right is due again"), "good"),
    "right.lost": Sentence(_("A challenge was lost"), "warn"),
    "right.suspended": Sentence(_("A right was suspended"), "warn"),
    "right.resumed": Sentence(_("A right goes on after a suspension"), "good"),
    "right.extended": Sentence(_("The time of a right was extended"), "good"),
    "right.ended": Sentence(_("A right was ended early"), "warn"),
    "right.taken_up": Sentence(_("A right was taken up again"), "calm"),
    "right.breached": Sentence(_("The time for a right ran out"), "danger"),
    "right.seen": Sentence(_("Somebody looked at a right that was not given in time"), "calm"),
    "right.ran_out": Sentence(_("A time that was limited came to its end"), "warn"),
    "right.looked": Sentence(_("Somebody looked at the end of a limited time"), "calm"),
    "right.fulfilled": Sentence(_("What is known shows that a right was given"), "good"),
    "right.lapsed": Sentence(_("A right is no longer given by the law, as far as is known"), "warn"),
    "right.confirmed": Sentence(_("Somebody confirmed that a right is no longer due"), "calm"),
    "law.changed": Sentence(_("The law has changed: look at what it means here"), "warn"),
    "facts.answered": Sentence(_("Questions that the law asks were answered")),
    # referrals
    "referral.sent": Sentence(_("A referral was sent"), "calm"),
    "referral.accepted": Sentence(_("A referral was accepted"), "good"),
    "referral.declined": Sentence(_("A referral was declined"), "warn"),
    "referral.done": Sentence(_("A referral was completed"), "good"),
    "referral.revoked": Sentence(_("A referral was taken back"), "warn"),
    "referral.expired": Sentence(_("A referral ran out"), "warn"),
}
Titles = Callable[[Collection[UUID]], Mapping[UUID, str]]
_titles: dict[str, Titles] = {}
UNKNOWN = Sentence(_("Something was written in this file"))


def name_objects(stage: str, titles: Titles) -> None:
    """Called by a later stage, once: `titles` says by their ids what its codes (`stage.…`) are about."""
    _titles[stage] = titles


def titles_of(happened: Collection[tuple[str, UUID | None]]) -> dict[UUID, str]:
    """What the objects of these codes are, where their stage says it; one question for each stage."""
    found: dict[UUID, str] = {}
    for stage, titles in _titles.items():
        ids = {object_id for kind, object_id in happened if object_id and kind.startswith(f"{stage}.")}
        found |= titles(ids) if ids else {}
    return found


def sentence(kind: str) -> Sentence:
    """The words for one code; a general sentence for a code of a stage that is no longer installed."""
    return SENTENCES.get(kind, UNKNOWN)
