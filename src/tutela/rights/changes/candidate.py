"""The law before and after a change, and all that differs between the two."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from tutela.rights.changes.edition import files_of, law_of
from tutela.rights.changes.folder import read_with
from tutela.rights.changes.models import LawChange
from tutela.rights.changes.touched import LawDifference, difference
from tutela.rights.law import Law


@dataclass(frozen=True, slots=True)
class Sides:
    """Both laws whole."""

    before: Law
    after: Law
    difference: LawDifference


def files_with(change: LawChange) -> dict[str, str]:
    """The published texts of its base with its own in their place."""
    return files_of(change.base) | dict(change.files.values_list("path", "text"))


def sides_of(change: LawChange) -> Sides:
    """Read once for each change and base. Raises BrokenLaw."""
    return _sides(change.pk, change.base)


@lru_cache(maxsize=3)
def _sides(change_id: UUID, base: int) -> Sides:
    change = LawChange(pk=change_id, base=base)
    before, after = law_of(base), read_with(files_with(change))
    return Sides(before, after, difference(before, after))
