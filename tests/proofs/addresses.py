"""Every address that Tutela answers at, as the URL resolver knows it, pages and API alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import PathView

ARGUMENT = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
API = "api/v1/"


@dataclass(frozen=True, slots=True)
class Address:
    """One pattern: its whole route, its name, its view, and what stands in it."""

    route: str
    name: str
    view: Callable[..., Any]

    @property
    def is_api(self) -> bool:
        return self.route.startswith(API)

    @property
    def arguments(self) -> tuple[str, ...]:
        return tuple(found["name"] for found in ARGUMENT.finditer(self.route))

    @property
    def is_of_a_file(self) -> bool:
        """Whether it names one person's file."""
        return "person_id" in self.arguments

    def path(self, values: dict[str, object]) -> str:
        return "/" + ARGUMENT.sub(lambda found: str(values[found["name"]]), self.route)


def addresses() -> list[Address]:
    """All of them, in the order of the resolver."""
    return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[Any], before: str) -> Iterator[Address]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield Address(route, pattern.name or "", pattern.callback)


def path_view(view: Callable[..., Any]) -> PathView | None:
    """The operations behind an address of the API; None for a page, and for the API's own description."""
    for cell in getattr(view, "__closure__", None) or ():
        if isinstance(cell.cell_contents, PathView):
            return cell.cell_contents
    owner = getattr(view, "__self__", None)
    return owner if isinstance(owner, PathView) else None
