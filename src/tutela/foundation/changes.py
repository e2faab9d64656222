"""Two people saving the same thing: the second one sees the conflict, and nothing is lost."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError
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


def id_is_taken(problem: IntegrityError) -> bool:
    """Whether a new record came with the id of another one. Ids are drawn at random, so somebody chose it."""
    diagnosis = getattr(problem.__cause__, "diag", None)
    if diagnosis is not None:
        return str(diagnosis.constraint_name).endswith("_pkey")
    return str(problem).startswith("UNIQUE constraint failed: ") and str(problem).endswith(".id")
