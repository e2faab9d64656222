"""Roles as readable classes: what each is for, and the permissions that it carries."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """What an account may do at all. Which records it may do it to is decided in `access`."""

    REPORT_READ = "report.read"
    REPORT_TRIAGE = "report.triage"
    REPORT_ANSWER = "report.answer"
    CASE_OPEN = "case.open"
    CASE_READ = "case.read"
    CASE_READ_ALL = "case.read_all"
    CASE_WRITE = "case.write"
    CASE_ASSIGN = "case.assign"
    IDENTITY_READ = "identity.read"
    SCREEN = "screening.write"
    GROUNDS_REQUEST = "grounds.request"
    GROUNDS_DECIDE = "grounds.decide"
    RIGHT_FOLLOW = "right.follow"
    REFERRAL_SEND = "referral.send"
    REFERRAL_RECEIVE = "referral.receive"
    SUPERVISE = "supervise"
    BREAK_GLASS = "break_glass.use"
    BREAK_GLASS_REVIEW = "break_glass.review"
    ACCOUNT_MANAGE = "account.manage"
    AUDIT_READ = "audit.read"
    LIBRARY_READ = "library.read"
    LAW_PROPOSE = "law.propose"
    LAW_APPROVE = "law.approve"


KEEPS_LAW = frozenset({Permission.LAW_PROPOSE, Permission.LAW_APPROVE})
"""They reach every organisation: they count only in one that the operator has named keeper of the law."""


class Role:
    """A role is a class: its text is what people read when they give it to somebody."""

    code: ClassVar[str]
    title: ClassVar[Promise]
    description: ClassVar[Promise]
    permissions: ClassVar[frozenset[Permission]]


class HotlineOperator(Role):
    code = "hotline_operator"
    title = _("Hotline operator")
    description = _("Reads reports as they arrive, weighs the danger, answers, and opens a case.")
    permissions = frozenset(
        {
            Permission.REPORT_READ,
            Permission.REPORT_TRIAGE,
            Permission.REPORT_ANSWER,
            Permission.CASE_OPEN,
            Permission.CASE_READ,
            Permission.CASE_WRITE,
            Permission.IDENTITY_READ,
            Permission.REFERRAL_SEND,
            Permission.LIBRARY_READ,
        }
    )


class Caseworker(Role):
    code = "caseworker"
    title = _("Caseworker")
    description = _(
        "Walks beside a person: consent, needs, screening, rights, referrals. Sees assigned cases only."
    )
    permissions = frozenset(
        {
            Permission.CASE_OPEN,
            Permission.CASE_READ,
            Permission.CASE_WRITE,
            Permission.IDENTITY_READ,
            Permission.SCREEN,
            Permission.GROUNDS_REQUEST,
            Permission.RIGHT_FOLLOW,
            Permission.REFERRAL_SEND,
            Permission.REFERRAL_RECEIVE,
            Permission.BREAK_GLASS,
            Permission.LIBRARY_READ,
        }
    )


class Supervisor(Role):
    code = "supervisor"
    title = _("Supervisor")
    description = _(
        "Sees every case of the organisation, assigns them, watches what is due, reviews emergencies."
    )
    permissions = Caseworker.permissions | {
        Permission.REPORT_READ,
        Permission.REPORT_TRIAGE,
        Permission.CASE_READ_ALL,
        Permission.CASE_ASSIGN,
        Permission.SUPERVISE,
        Permission.BREAK_GLASS_REVIEW,
    }


class Decider(Role):
    code = "decider"
    title = _("Decision maker")
    description = _("Decides on reasonable grounds for a competent authority, in time and with reasons.")
    permissions = frozenset({Permission.GROUNDS_DECIDE, Permission.LIBRARY_READ})


class Liaison(Role):
    code = "liaison"
    title = _("Liaison")
    description = _("Receives what was disclosed to this organisation for a purpose, and nothing else.")
    permissions = frozenset({Permission.CASE_READ, Permission.REFERRAL_RECEIVE, Permission.LIBRARY_READ})


class Administrator(Role):
    code = "administrator"
    title = _("Administrator")
    description = _("Invites people, gives and takes roles. Never sees a case.")
    permissions = frozenset({Permission.ACCOUNT_MANAGE, Permission.LIBRARY_READ})


class Auditor(Role):
    code = "auditor"
    title = _("Auditor")
    description = _("Reads who did what and when, without names, and checks that nothing was removed.")
    permissions = frozenset({Permission.AUDIT_READ, Permission.LIBRARY_READ})


class Reader(Role):
    code = "reader"
    title = _("Reader")
    description = _("Reads the library of law. For analysts, rapporteurs and companies.")
    permissions = frozenset({Permission.LIBRARY_READ})


class LawKeeper(Role):
    code = "law_keeper"
    title = _("Keeper of the law")
    description = _(
        "Proposes changes of law and approves those of others. Counts only where the operator has named the"
        " organisation a keeper of the law."
    )
    permissions = KEEPS_LAW | {Permission.LIBRARY_READ}


ROLES: dict[str, type[Role]] = {
    role.code: role
    for role in (
        HotlineOperator,
        Caseworker,
        Supervisor,
        Decider,
        Liaison,
        Administrator,
        Auditor,
        Reader,
        LawKeeper,
    )
}


def permissions_of(codes: Iterable[str]) -> frozenset[Permission]:
    """All permissions of the roles with these codes; a code that no longer exists gives nothing."""
    return _permissions_of(tuple(sorted(codes)))


@lru_cache(maxsize=512)
def _permissions_of(codes: tuple[str, ...]) -> frozenset[Permission]:
    return frozenset().union(*(ROLES[code].permissions for code in codes if code in ROLES))
