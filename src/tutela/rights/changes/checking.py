"""What is wrong with a change: the library with its files in place, checked as `tutela law check` does."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from tutela.rights.changes import edition
from tutela.rights.changes.folder import library_with
from tutela.rights.law import LawProblem, check_law

logger = logging.getLogger("tutela.law")

MOST_SHOWN = 200


def problems_of(files: Mapping[str, str], *, base: int) -> list[dict[str, Any]]:
    """Each thing to mend: file, line, field, message, how to mend it. Personas that fail are among them.

    What the edition `base` has already is not laid at the door of a change."""
    found = _checked(files)
    if found:
        known = _known(base)
        found = [one for one in found if one not in known]
    return [asdict(one) for one in found[:MOST_SHOWN]]


@lru_cache(maxsize=2)
def _known(base: int) -> frozenset[LawProblem]:
    return frozenset(_checked(edition.files_of(base)))


def _checked(files: Mapping[str, str]) -> list[LawProblem]:
    with library_with(files) as root:
        try:
            return check_law(root)
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
            # Files of strangers: what the check does not foresee is a problem of the file, not of the page.
            logger.exception("the check of a change of law stopped")
            return [_STOPPED]


_STOPPED = LawProblem(
    "law", 1, "file", "The check stopped and cannot say where.", "Change fewer things at once and try again."
)
