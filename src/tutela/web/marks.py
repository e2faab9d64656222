"""Small marks that stand many times on a page: drawn in code, because a template takes ten times as long."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from html import escape
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from tutela.web import dates
from tutela.web.components import Deadline
from tutela.web.deadlines import deadline_of
from tutela.web.icons import ICONS, TURNING
from tutela.web.navigation import NavigationLink

_DEADLINE_LOOKS = {
    "running": ("neutral", "clock", ""),
    "warned": ("warn", "clock", ""),
    "breached": ("danger", "alert", ""),
    "paused": ("calm", "clock", _("paused")),
    "met": ("good", "check", _("done in time")),
    "met_late": ("warn", "check", _("done, but late")),
    "cancelled": ("neutral", "cross", _("no longer counts")),
    "ran_out": ("warn", "clock", _("has come to its end")),
}


@cache
def icon(name: str) -> SafeString:
    """One icon of the set, hidden from screen readers: the words beside it carry the meaning."""
    turns = " icon-turns" if name in TURNING else ""
    return format_html(
        '<svg class="icon icon-{}{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        name,
        turns,
        mark_safe(ICONS[name]),  # noqa: S308 (our own drawings, from icons.py)
    )


def status(label: str | Promise, tone: str = "neutral") -> SafeString:
    """A word with a colour."""
    words = label if isinstance(label, SafeString) else escape(str(label))
    return SafeString(f'<span class="status tone-{escape(tone)}">{words}</span>')


def rail_links(links: Iterable[NavigationLink]) -> SafeString:
    """The entries of the rail, as items of a list."""
    return SafeString("\n".join(f"<li>{_rail_link(link)}</li>" for link in links))


def _rail_link(link: NavigationLink) -> str:
    current = ' aria-current="page"' if link.current else ""
    waiting = ""
    if link.count:
        unseen = f'<span class="unseen"> {escape(gettext("waiting"))}</span>'
        waiting = f'<span class="count">{link.count}{unseen}</span>'
    words = f"{icon(link.icon)}<span>{escape(link.label)}</span>{waiting}"
    return f'<a class="rail-link" href="{escape(link.url)}"{current}>{words}</a>'


def deadline(due: Any, *, at: datetime | None) -> SafeString:
    """A due date as people count it: a `components.Deadline`, or a stored clock seen at `at`."""
    shown: Deadline = deadline_of(due, at=at) if at and hasattr(due, "due_at") else due
    tone, symbol, words = _DEADLINE_LOOKS[str(shown.state)]
    working = shown.working_days is not None
    left = shown.days if shown.working_days is None else shown.working_days
    return format_html(
        '<span class="due tone-{}">{}<span>{} <time class="due-day" datetime="{}">({})</time></span></span>',
        tone,
        icon(symbol),
        gettext(words) if words else dates.remaining_words(left, working=working),
        shown.due.isoformat(),
        dates.human_date(shown.due, near=abs(shown.days) <= dates.NEAR_DAYS),
    )
