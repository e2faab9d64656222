"""Tables that are safe to publish: what is unsafe, what is held back, and what can still be worked out."""

from __future__ import annotations

from tutela.engines.disclosure.anonymity import Anonymity, anonymity
from tutela.engines.disclosure.attack import NoAnswer, Reach, exposed, reach
from tutela.engines.disclosure.rules import (
    FEWEST,
    AmountRules,
    Contributions,
    CountRules,
    Needs,
    Risk,
    contributions,
    of_amounts,
    of_counts,
)
from tutela.engines.disclosure.suppression import CannotProtect, Pattern, suppress, withheld_margins
from tutela.engines.disclosure.tables import (
    Axis,
    BadTable,
    Table,
    counted,
    equations,
    flat,
    grouped,
    lines,
    with_margins,
)

__all__ = [
    "FEWEST",
    "AmountRules",
    "Anonymity",
    "Axis",
    "BadTable",
    "CannotProtect",
    "Contributions",
    "CountRules",
    "Needs",
    "NoAnswer",
    "Pattern",
    "Reach",
    "Risk",
    "Table",
    "anonymity",
    "contributions",
    "counted",
    "equations",
    "exposed",
    "flat",
    "grouped",
    "lines",
    "of_amounts",
    "of_counts",
    "reach",
    "suppress",
    "with_margins",
    "withheld_margins",
]
