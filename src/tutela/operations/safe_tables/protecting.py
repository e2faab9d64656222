"""From a table that was read to one that may be published, by the method that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tutela.engines.disclosure import (
    AmountRules,
    CountRules,
    Needs,
    Table,
    contributions,
    controlled_rounding,
    noise,
    of_amounts,
    of_counts,
    perturbed,
    suppress,
    withheld_margins,
)
from tutela.operations.language import gettext as _
from tutela.operations.language import number
from tutela.operations.safe_tables.asked import Asked, Method
from tutela.operations.safe_tables.reading import Read


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What leaves: numbers, which of them are held back, and which margins are not there at all.

    `away`: how far a number may lie from what was counted; `complements`: how many cells only protect others.
    """

    table: Table
    hidden: np.ndarray
    withheld: np.ndarray
    away: int = 0
    complements: int = 0


def needs_of(asked: Asked, found: Read) -> Needs:
    """Which cells are unsafe, by the rules for people or for amounts. Raises BadTable."""
    if asked.value:
        largest = max(2, asked.dominance[0] if asked.dominance else 2)
        given = contributions(
            found.table.axes, found.codes, found.amounts, found.contributors, largest=largest
        )
        rules = AmountRules(fewest=asked.threshold, dominance=asked.dominance, percent=asked.percent)
        return of_amounts(found.table, given, rules)
    return of_counts(
        found.table,
        CountRules(
            fewest=asked.threshold,
            protection=asked.protection,
            sensitive=asked.sensitive,
            zeros=asked.zeros,
        ),
    )


def protect(
    asked: Asked, found: Read, needs: Needs, *, chance: np.random.Generator, tell: Callable[[str], None]
) -> Published:
    """The table as it may leave; raises BadTable or CannotProtect."""
    margins = asked.by if asked.margins is None else asked.margins
    withheld = withheld_margins(found.table, margins)
    nothing = np.zeros(found.table.shape, dtype=bool)
    if asked.method is Method.ROUND:
        rounded = controlled_rounding(
            found.table, base=asked.base, unsafe=needs.unsafe, chance=chance, width=asked.width
        )
        away = asked.base * (1 + rounded.steps)
        return Published(table=rounded.table, hidden=nothing, withheld=withheld, away=away)
    if asked.method is Method.KEYS:
        assert found.keys is not None
        change = noise(most=max(5, asked.threshold), fewest=asked.threshold)
        noisy = perturbed(found.table, found.codes, found.keys, change)
        return Published(table=noisy, hidden=nothing, withheld=withheld, away=change.most)
    pattern = suppress(
        found.table,
        needs,
        withheld=withheld,
        tell=lambda done, all_: tell(
            _("Protecting cell {number} of {all}.").format(number=number(done + 1), all=number(all_))
        ),
    )
    complements = int(pattern.complements.sum())
    return Published(table=found.table, hidden=pattern.hidden, withheld=withheld, complements=complements)
