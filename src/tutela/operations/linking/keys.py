"""What two records have to share to be compared: its name in files, and as a page says it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

from tutela.operations.language import gettext as _
from tutela.operations.language import isolated

TWO_NAMES: Final = "two names"
RARE_NAME: Final = "a rare name"
NAME_AND_YEAR: Final = "a name and the year of birth"
NAME_AND_DAY: Final = "a name and the day of birth"
DATE: Final = "the date of birth"
NAME_AND_CODES: Final = "a name and all codes"


def name_and(column: str) -> str:
    return f"a name and {column}"


def both(one: str, other: str) -> str:
    return f"{one} and {other}"


def sentences(numbers: Sequence[str], further: Sequence[str]) -> dict[str, str]:
    """Of each key by its name: what a pair that it finds shares. `further`: columns of numbers and texts."""
    pairs = {
        both(one, other): _("shares {one} and {other}").format(one=isolated(one), other=isolated(other))
        for one, other in combinations(further, 2)
    }
    names = {
        name_and(column): _("shares a name and {column}").format(column=isolated(column))
        for column in further
    }
    alone = {column: _("shares {column}").format(column=isolated(column)) for column in numbers}
    return (
        pairs
        | names
        | alone
        | {
            TWO_NAMES: _("shares two names"),
            RARE_NAME: _("shares a rare name"),
            NAME_AND_YEAR: _("shares a name and the year of birth"),
            NAME_AND_DAY: _("shares a name and the day of birth"),
            DATE: _("shares the date of birth"),
            NAME_AND_CODES: _("shares a name and all codes"),
        }
    )
