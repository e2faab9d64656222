"""The entries of the rail, in the order of the pathway."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from tutela.cooperation.queries import waiting_count as referrals_waiting
from tutela.foundation.access.decision import Actor
from tutela.foundation.roles import Permission
from tutela.identification.queries import waiting_count as decisions_waiting
from tutela.web.navigation import NavigationItem, register


def _decisions_waiting(user: Any) -> int:
    return decisions_waiting(Actor.of(user))


def _referrals_waiting(user: Any) -> int:
    return referrals_waiting(Actor.of(user))


ITEMS = [
    NavigationItem("home", _("My day"), "home", icon="arch", order=0),
    NavigationItem("reports", _("Reports"), "reports", Permission.REPORT_READ, "inbox", 10),
    NavigationItem("files", _("Cases"), "files", Permission.CASE_READ, "folder", 20),
    NavigationItem(
        "decisions",
        _("Decisions"),
        "decisions",
        Permission.GROUNDS_DECIDE,
        "scales",
        30,
        _decisions_waiting,
        _("Requests to your authority, each with the time that is left to decide."),
    ),
    NavigationItem(
        "referrals",
        _("Referrals"),
        "referrals",
        (Permission.REFERRAL_SEND, Permission.REFERRAL_RECEIVE),
        "send",
        40,
        _referrals_waiting,
        _("Other organisations ask for help, for one person and one purpose."),
    ),
    NavigationItem("overview", _("Overview"), "overview", Permission.SUPERVISE, "chart", 50),
    NavigationItem(
        "library",
        _("Law"),
        "library",
        Permission.LIBRARY_READ,
        "document",
        60,
        about=_("What the law gives a person, article by article, and how sure that is."),
    ),
    NavigationItem(
        "law-changes",
        _("Changes of law"),
        "law-changes",
        (Permission.LAW_PROPOSE, Permission.LAW_APPROVE, Permission.SUPERVISE),
        "pen",
        65,
        about=_("What is proposed, what is in use, and whose rights it touches."),
    ),
    NavigationItem(
        "colleagues",
        _("Colleagues"),
        "colleagues",
        Permission.ACCOUNT_MANAGE,
        "people",
        70,
        about=_("Who works here and what each may do. Invite somebody, or help them back in."),
    ),
    NavigationItem(
        "audit",
        _("What happened"),
        "audit",
        Permission.AUDIT_READ,
        "eye",
        80,
        about=_("Who changed, opened or was refused what, and the proof that nothing was removed."),
    ),
]


def lay_out() -> None:
    """Called once, when the application starts."""
    for item in ITEMS:
        register(item)
