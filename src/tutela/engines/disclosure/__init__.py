"""Tables that are safe to publish: what is unsafe, what is held back, and what can still be worked out."""

from __future__ import annotations

from tutela.engines.disclosure.anonymity import Anonymity, anonymity
from tutela.engines.disclosure.attack import NoAnswer, Reach, exposed, pinned, reach
from tutela.engines.disclosure.keys import KEYS, Noise, noise, perturbed
from tutela.engines.disclosure.rounding import BASES, Rounded, controlled_rounding
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
    "BASES",
    "FEWEST",
    "KEYS",
    "AmountRules",
    "Anonymity",
    "Axis",
    "BadTable",
    "CannotProtect",
    "Contributions",
    "CountRules",
    "Needs",
    "NoAnswer",
    "Noise",
    "Pattern",
    "Reach",
    "Risk",
    "Rounded",
    "Table",
    "anonymity",
    "contributions",
    "controlled_rounding",
    "counted",
    "equations",
    "exposed",
    "flat",
    "grouped",
    "lines",
    "noise",
    "of_amounts",
    "of_counts",
    "perturbed",
    "pinned",
    "reach",
    "suppress",
    "with_margins",
    "withheld_margins",
]
