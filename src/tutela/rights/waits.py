"""Waiting that a later stage counts itself: one wait has one clock, and the right shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tutela.foundation.clocks.models import Clock
from tutela.people.models import Person

Source = Callable[[Person], Mapping[str, Clock]]

_sources: list[Source] = []


def keep(source: Source) -> None:
    """Called from AppConfig.ready of a later stage: the running clocks that it keeps, by entry of the law."""
    if source not in _sources:
        _sources.append(source)


def kept(person: Person) -> dict[str, Clock]:
    """The running clocks of this person that are not those of their rights, by entry."""
    return {entry: clock for source in _sources for entry, clock in source(person).items()}
