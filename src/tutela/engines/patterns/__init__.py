"""Templates in adverts: which of many texts come from the same hand, and what varies in them."""

from tutela.engines.patterns.corpus import Corpus, Reading, read
from tutela.engines.patterns.grouping import Settings
from tutela.engines.patterns.journal import JournalDamaged
from tutela.engines.patterns.normalising import ALGORITHM_VERSION
from tutela.engines.patterns.pieces import SIGN_WORDS, Sign
from tutela.engines.patterns.slots import Constant, Slot, Template, describe
from tutela.engines.patterns.streaming import Index, OtherVersion, Placed
from tutela.engines.patterns.templates import NONE, Found, adverts_of, find

__all__ = [
    "ALGORITHM_VERSION",
    "NONE",
    "SIGN_WORDS",
    "Constant",
    "Corpus",
    "Found",
    "Index",
    "JournalDamaged",
    "OtherVersion",
    "Placed",
    "Reading",
    "Settings",
    "Sign",
    "Slot",
    "Template",
    "adverts_of",
    "describe",
    "find",
    "read",
]
