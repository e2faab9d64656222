"""What is said of each risk, of each method, and of what no protected table can promise."""

from __future__ import annotations

from collections.abc import Sequence

from tutela.engines.disclosure import Risk
from tutela.operations.language import gettext as _
from tutela.operations.language import gettext_noop, in_a_row, isolated, number, pgettext
from tutela.operations.safe_tables.asked import TOTAL, Method

HIDDEN = "c"
"""What stands in the place of a number that is held back: “confidential”, as Eurostat marks it."""
_RISKS = {
    Risk.FEW: gettext_noop("too few"),
    Risk.GROUP: gettext_noop("tells something of a whole group: all others of its line fall in one cell"),
    Risk.DOMINANCE: gettext_noop("a few contributors make nearly all of it"),
    Risk.PERCENT: gettext_noop("the second largest contributor could work out the largest"),
}
LEADS = {
    Method.SUPPRESS: gettext_noop(
        "Numbers that could point to somebody are held back and marked “{mark}”, and with them as many"
        " others as it takes that nobody can work them out from the totals. Every number that is shown is"
        " what was counted."
    ),
    Method.ROUND: gettext_noop(
        "Every number is rounded at random to a multiple of {base}, up or down, so that all totals still add"
        " up. It lies less than {away} from what was counted."
    ),
    Method.KEYS: gettext_noop(
        "A small random amount, at most {away}, is added to or taken from every number, always the same for"
        " the same people. It is right on average. Totals need not be the exact sum of their parts."
    ),
}
_METHODS = {
    Method.SUPPRESS.value: gettext_noop("unsafe numbers held back, and others to protect them"),
    Method.ROUND.value: gettext_noop("rounded at random"),
    Method.KEYS.value: gettext_noop("changed by keys"),
}
_SETTINGS = {
    "method": gettext_noop("Method"),
    "unsafe counts, below": gettext_noop("Unsafe counts, below"),
    "counts shown from": gettext_noop("Counts shown from"),
    "unsafe counts stay uncertain over": gettext_noop("Unsafe counts stay uncertain over"),
    "not told of a whole group": gettext_noop("Not told of a whole group"),
    "zeros held back": gettext_noop("Zeros held back"),
    "base": gettext_noop("Base"),
    "totals published of": gettext_noop("Totals published of"),
}
READING = {
    Method.SUPPRESS: (
        gettext_noop(
            "A “{mark}” does not say whether a number is small: many stand there only to protect others."
        ),
        gettext_noop("A zero that is shown is nobody."),
        gettext_noop(
            "Do not try to work out what is held back, and do not combine this table with others to that end."
        ),
    ),
    Method.ROUND: (
        gettext_noop("Do not read differences of one multiple: they may be rounding."),
        gettext_noop("A zero may be nobody or a few."),
    ),
    Method.KEYS: (
        gettext_noop("Do not read small differences: they may be noise."),
        gettext_noop("Use totals that are given rather than the sum of their parts."),
    ),
}
LIMITS = (
    gettext_noop(
        "Two tables of the same people, or nearly the same, can give away together what each hides. Put the"
        " columns of both into one table (up to three) and publish that."
    ),
    gettext_noop(
        "The same people must not be shown a second time by another method, or rounded anew: together the"
        " two undo each other."
    ),
    gettext_noop(
        "Somebody who stands in the table knows about themselves, and can take themselves out of a number."
    ),
    gettext_noop(
        "This protects numbers in this table. It does not make people unknown to those who knew of them."
    ),
)


def risk(value: Risk) -> str:
    """Why a cell is unsafe."""
    return pgettext("report", "nobody") if value is Risk.ZERO else _(_RISKS[value])


def setting(name: str) -> str:
    """What the manifest calls a setting, as the page says it."""
    return _(_SETTINGS[name])


def value(name: str, given: object) -> str:
    """The value of a setting as the page says it."""
    if isinstance(given, bool):
        return pgettext("report", "yes") if given else pgettext("report", "no")
    if isinstance(given, int):
        return number(given)
    return _(_METHODS[str(given)]) if name == "method" else str(given)


def columns(names: tuple[str, ...] | None) -> str:
    """Columns that are meant: None for all of them."""
    if names is None:
        return _("every column")
    return row(names) or _("no column")


def row(names: Sequence[str]) -> str:
    """Names that others gave, beside each other."""
    return in_a_row([isolated(name) for name in names])


def label(given: str, total: str) -> str:
    """A label of an axis as people read it: the usual word for a total is ours, every other one is theirs."""
    return pgettext("report", "Total") if given == total == TOTAL else given
