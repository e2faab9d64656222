"""Which records are one person: candidate pairs, weights learnt without answers, three bands, never a merge.

The caller says how two values are compared, as levels of agreement (`Field`); this package finds the pairs
worth comparing (`candidates`), learns what each level says (`fit`), says for each pair what each field
gave, in bits, and draws the lines between the same, what a person must look at, and different (`bands`).
"""

from tutela.engines.linkage.bands import Band, Bands, banded, bands, one_to_one
from tutela.engines.linkage.blocking import Candidates, Pass, Side, candidates, combine, random_pairs, side_of
from tutela.engines.linkage.dates import DateLevel, date_levels, is_guess
from tutela.engines.linkage.model import MISSING, Compared, Field, LinkageError, Model, Weights, fit
from tutela.engines.linkage.texts import (
    CODE_LEVELS,
    NUMBER_LEVELS,
    TEXT_LEVELS,
    Column,
    code_levels,
    number_levels,
    rarity,
    text_levels,
)

__all__ = [
    "CODE_LEVELS",
    "MISSING",
    "NUMBER_LEVELS",
    "TEXT_LEVELS",
    "Band",
    "Bands",
    "Candidates",
    "Column",
    "Compared",
    "DateLevel",
    "Field",
    "LinkageError",
    "Model",
    "Pass",
    "Side",
    "Weights",
    "banded",
    "bands",
    "candidates",
    "code_levels",
    "combine",
    "date_levels",
    "fit",
    "is_guess",
    "number_levels",
    "one_to_one",
    "random_pairs",
    "rarity",
    "side_of",
    "text_levels",
]
