"""Says in words what the log keeps as codes: what was done, for which purpose, why allowed or refused."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tutela.foundation.access.decision import Purpose, Reason
from tutela.foundation.access.models import Section

LOOK: Final = "look."

DONE: Final[dict[str, Promise]] = {
    "refused": _("Somebody asked for what they may not see"),
    "sign-in": _("Somebody signed in"),
    "sign-in.refused": _("Somebody could not sign in"),
    "sign-out": _("Somebody signed out"),
    "second-factor.add": _("A second factor was added"),
    "second-factor.remove": _("A second factor was removed"),
    "second-factor.use": _("A second factor was used"),
    "factors.rewrap": _("Second factors were locked with the newest key"),
    "organisation.found": _("An organisation was added"),
    "organisation.change": _("What an organisation offers was changed"),
    "names.index": _("The search of names was made anew"),
    "account.found": _("An account was made"),
    "account.language": _("The language of an account was changed"),
    "account.password": _("A password was changed"),
    "account.roles": _("The roles of an account were changed"),
    "account.close": _("An account was closed"),
    "account.reopen": _("An account was opened again"),
    "invitation.send": _("Somebody was invited"),
    "invitation.accept": _("An invitation was accepted"),
    "invitation.withdraw": _("An invitation was withdrawn"),
    "reset.issue": _("A link for a new password was made"),
    "reset.use": _("A link for a new password was used"),
    "grant.give": _("Parts of a file were shared"),
    "team.assign": _("A colleague joined this file"),
    "team.unassign": _("A colleague left this file"),
    "conflict.declare": _("A colleague may no longer see this file: conflict of interest"),
    "glass.break": _("The file was opened in an emergency"),
    "glass.review": _("An emergency opening was reviewed"),
    "clock.start": _("A deadline began"),
    "clock.pause": _("A deadline was paused"),
    "clock.resume": _("A deadline runs again"),
    "clock.extend": _("A time limit was extended"),
    "clock.ran_out": _("A time that was limited came to its end"),
    "clock.warned": _("A deadline is near"),
    "clock.breached": _("A deadline was missed"),
    "clock.met": _("A deadline was met"),
    "clock.met_late": _("What a deadline asked for was done late"),
    "clock.cancelled": _("A deadline no longer counts"),
    "person.open": _("The file was opened"),
    "person.change": _("Details of the person were changed"),
    "person.erase": _("The person was erased"),
    "key.replace": _("The file was locked again with a new key"),
    "keys.reseal": _("Locking files again with new keys began"),
    "keys.resealed": _("Locking files again with new keys ended"),
    "consent.given": _("Consent was given"),
    "consent.refused": _("Consent was not given"),
    "consent.withdrawn": _("Consent was taken back"),
    "document.add": _("A paper was added"),
    "note.add": _("A note was added"),
    "case.open": _("The case was opened"),
    "case.change": _("Facts of the case were changed"),
    "case.stage": _("The case came to another stage"),
    "case.close": _("The case was closed"),
    "case.reopen": _("The case was opened again"),
    "case.end_asked": _("The person no longer wants this file"),
    "need.note": _("A need was noted"),
    "need.meet": _("A need was met"),
    "task.add": _("A task was added"),
    "task.finish": _("A task was done"),
    "desk.open": _("A desk for reports was opened"),
    "report.arrive": _("A report arrived"),
    "report.seen": _("A report was opened"),
    "look.report": _("A report was opened"),
    "report.weigh": _("The danger of a report was weighed"),
    "report.answer": _("A report was answered"),
    "report.message": _("A reporter wrote again"),
    "report.case": _("A case was opened from a report"),
    "report.close": _("A report was closed"),
    "report.forget": _("The words of a report were erased"),
    "screening.begin": _("Screening has begun"),
    "screening.change": _("Answers of a screening were changed"),
    "screening.finish": _("A screening was done"),
    "grounds.request": _("The authority was asked for a decision"),
    "grounds.withdraw": _("The request to the authority was taken back"),
    "grounds.positive": _("The authority found reasonable grounds"),
    "grounds.negative": _("The authority found no reasonable grounds"),
    "grounds.notice": _("The person was told about the decision"),
    "facts.answer": _("Questions that the law asks were answered"),
    "law.draft": _("A change of law was drafted"),
    "law.propose": _("A change of law was proposed"),
    "law.withdraw": _("A change of law was taken back"),
    "law.renew": _("A change of law was held against the law in use"),
    "law.refuse": _("A change of law was refused"),
    "law.publish": _("A change of law was put in use"),
    "law.see": _("A colleague looked at what a change of law means"),
    "law.forget": _("What changes of law meant for somebody was erased"),
    "rights.compute": _("Rights were worked out from the law"),
    "rights.end": _("Rights came to their end"),
    "rights.look_through": _("What changed in the rights was gone through"),
    "right.requested": _("A right was asked for"),
    "right.granted": _("A right was promised"),
    "right.delivered": _("A right was delivered"),
    "right.refused": _("A right was refused"),
    "right.challenged": _("The refusal of a right was challenged"),
    "right.won": _("A challenge was won: a right is due again"),
    "right.lost": _("A challenge was lost"),
    "right.suspended": _("A right was suspended"),
    "right.resumed": _("A right goes on after a suspension"),
    "right.extended": _("The time of a right was extended"),
    "right.ended": _("A right was ended early"),
    "right.taken_up": _("A right was taken up again"),
    "right.breached": _("The time for a right ran out"),
    "right.seen": _("Somebody looked at a right that was not given in time"),
    "right.ran_out": _("A time that was limited came to its end"),
    "right.looked": _("Somebody looked at the end of a limited time"),
    "right.fulfilled": _("What is known shows that a right was given"),
    "right.lapsed": _("A right is no longer given by the law, as far as is known"),
    "right.confirmed": _("Somebody confirmed that a right is no longer due"),
    "referral.sent": _("A referral was sent"),
    "referral.look": _("A referral was read"),
    "referral.accepted": _("A referral was accepted"),
    "referral.declined": _("A referral was declined"),
    "referral.done": _("A referral was completed"),
    "referral.revoked": _("A referral was taken back"),
    "referral.expired": _("A referral ran out"),
}

PURPOSES: Final[dict[str, Promise]] = {
    Purpose.CARE: _("To help the person"),
    Purpose.TRIAGE: _("To weigh a report"),
    Purpose.IDENTIFICATION: _("For identification"),
    Purpose.DECISION: _("To decide on reasonable grounds"),
    Purpose.REFERRAL: _("To answer a referral"),
    Purpose.SUPERVISION: _("To supervise"),
    Purpose.REVIEW: _("To review an emergency"),
}

REASONS: Final[dict[str, Promise]] = {
    Reason.ASSIGNED: _("the file is assigned to them"),
    Reason.WHOLE_ORGANISATION: _("their role sees the whole organisation"),
    Reason.GRANTED: _("it was shared with them"),
    Reason.BROKEN_GLASS: _("they opened it in an emergency"),
    Reason.NO_PERMISSION: _("their role does not allow it"),
    Reason.PURPOSE_UNFIT: _("the purpose does not fit"),
    Reason.CONFLICT: _("conflict of interest"),
    Reason.OTHER_ORGANISATION: _("another organisation keeps the file"),
    Reason.NOT_ASSIGNED: _("the file is not assigned to them"),
    Reason.OTHER_ROOM: _("it was not disclosed to their organisation"),
    Reason.SECTION_NOT_GRANTED: _("this part was not shared with them"),
    Reason.READ_ONLY: _("it was shared for reading only"),
}


def done(verb: str) -> str:
    """What was done: "A need was noted". A code that has no words is shown as it is."""
    if verb in DONE:
        return str(DONE[verb])
    section = verb.removeprefix(LOOK)
    if verb.startswith(LOOK) and section in Section.values:
        return gettext("Looked at: %(part)s") % {"part": Section(section).label}
    return verb


def purpose(code: str) -> str:
    return str(PURPOSES.get(code, code))


def reason(code: str) -> str:
    """Why it was allowed or refused; a consent, an article or a clock is shown by its own name."""
    return str(REASONS.get(code, code))
