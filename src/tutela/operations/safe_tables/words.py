"""What is said of each risk, of each method, and of what no protected table can promise."""

from __future__ import annotations

from tutela.engines.disclosure import Risk
from tutela.operations.safe_tables.asked import Method

HIDDEN = "c"
"""What stands in the place of a number that is held back: “confidential”, as Eurostat marks it."""
RISKS = {
    Risk.FEW: "too few",
    Risk.GROUP: "tells something of a whole group: all others of its line fall in one cell",
    Risk.ZERO: "nobody",
    Risk.DOMINANCE: "a few contributors make nearly all of it",
    Risk.PERCENT: "the second largest contributor could work out the largest",
}
LEADS = {
    Method.SUPPRESS: (
        f"Numbers that could point to somebody are held back and marked “{HIDDEN}”, and with them as many"
        " others as it takes that nobody can work them out from the totals. Every number that is shown is"
        " what was counted."
    ),
    Method.ROUND: (
        "Every number is rounded at random to a multiple of {base}, up or down, so that all totals still add"
        " up. It lies less than {away} from what was counted."
    ),
    Method.KEYS: (
        "A small random amount, at most {away}, is added to or taken from every number, always the same for"
        " the same people. It is right on average. Totals need not be the exact sum of their parts."
    ),
}
METHODS = {
    Method.SUPPRESS.value: "unsafe numbers held back, and others to protect them",
    Method.ROUND.value: "rounded at random",
    Method.KEYS.value: "changed by keys",
}
READING = {
    Method.SUPPRESS: (
        f"A “{HIDDEN}” does not say whether a number is small: many stand there only to protect others.",
        "A zero that is shown is nobody.",
        "Do not try to work out what is held back, and do not combine this table with others to that end.",
    ),
    Method.ROUND: (
        "Do not read differences of one multiple: they may be rounding.",
        "A zero may be nobody or a few.",
    ),
    Method.KEYS: (
        "Do not read small differences: they may be noise.",
        "Use totals that are given rather than the sum of their parts.",
    ),
}
LIMITS = (
    "Two tables of the same people, or nearly the same, can give away together what each hides. Put the"
    " columns of both into one table (up to three) and publish that.",
    "The same people must not be shown a second time by another method, or rounded anew: together the two"
    " undo each other.",
    "Somebody who stands in the table knows about themselves, and can take themselves out of a number.",
    "This protects numbers in this table. It does not make people unknown to those who knew of them.",
)
