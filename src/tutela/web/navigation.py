"""What stands in the rail at the side: one explicit registry, shown to each user by what that user may do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from tutela.people.keyset import MOST_COUNTED


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """An entry of the rail, for those who have any `permission`, or for all; `count` says how many wait,
    `about` what somebody finds there."""

    key: str
    label: str | Promise
    url_name: str
    permission: str | tuple[str, ...] = ()
    icon: str = "arch"
    order: int = 100
    count: Callable[[Any], int] | None = None
    about: str | Promise = ""


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """An entry as one user sees it on one page."""

    key: str
    label: str
    url: str
    icon: str
    current: bool
    count: str
    about: str | Promise


class AlreadyRegistered(Exception):
    """Two entries with one key: one of them would silently hide the other."""


_items: dict[str, NavigationItem] = {}


def register(item: NavigationItem) -> None:
    """Adds an entry to the rail, once; another entry with its key raises AlreadyRegistered."""
    if _items.get(item.key, item) != item:
        raise AlreadyRegistered(item.key)
    _items[item.key] = item


def navigation_for(user: Any, *, path: str = "") -> list[NavigationLink]:
    """The entries that `user` may open, in order; the one that `path` lies under most closely is current."""
    if not getattr(user, "is_authenticated", False):
        return []
    shown = [
        (item, _address(item.url_name, settings.ROOT_URLCONF))
        for item in _items.values()
        if _may_open(user, item)
    ]
    shown = sorted(((item, url) for item, url in shown if url), key=lambda pair: (pair[0].order, pair[0].key))
    nearest = max((url for _, url in shown if _lies_under(path, url)), key=len, default=None)
    return [
        NavigationLink(
            key=item.key,
            label=str(item.label),
            url=url,
            icon=item.icon,
            current=url == nearest,
            count=_in_words(item.count(user)) if item.count else "",
            about=item.about,
        )
        for item, url in shown
    ]


def _in_words(count: int) -> str:
    """Nothing for none, and no more than was counted."""
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")


def _may_open(user: Any, item: NavigationItem) -> bool:
    wanted = (item.permission,) if isinstance(item.permission, str) else item.permission
    may = getattr(user, "may", None)
    return not wanted or bool(may and any(may(permission) for permission in wanted))


@cache
def _address(url_name: str, addresses: str) -> str:
    try:
        return reverse(url_name, addresses)
    except NoReverseMatch:  # a package that is switched off has no address, and so no entry
        return ""


def _lies_under(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
