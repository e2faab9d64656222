"""Two people saving the same thing: the second one sees the conflict, and nothing is lost."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Model


class ChangedMeanwhile(Exception):
    """Somebody saved this record since it was opened. Show both versions; let the person decide."""


def save_if_unchanged(row: Model, *, version: int, fields: list[str]) -> None:
    """Saves `fields` of `row` if it still is at `version`, and moves it on. Raises ChangedMeanwhile."""
    manager: Any = type(row)._base_manager
    values = {name: getattr(row, name) for name in fields}
    if not manager.filter(pk=row.pk, version=version).update(**values, version=F("version") + 1):
        raise ChangedMeanwhile
    row.version = version + 1  # type: ignore[attr-defined]
