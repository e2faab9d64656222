"""Whose files are open: everybody who was not erased, as later stages narrow it."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q, QuerySet

from tutela.people.models import Person

Condition = Callable[[], Q]

_conditions: list[Condition] = []


def narrow(condition: Condition) -> None:
    """Called from AppConfig.ready of a later stage: which of the files count as open there."""
    if condition not in _conditions:
        _conditions.append(condition)


def open_files() -> QuerySet[Person]:
    """With the organisation, whose country decides where no case does."""
    rows = Person.objects.select_related("organisation").filter(erased_at__isnull=True)
    for condition in _conditions:
        rows = rows.filter(condition())
    return rows
