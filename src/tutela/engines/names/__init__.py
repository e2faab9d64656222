"""Personal names in any script: words to search them by, and warnings about text that hides something.

``clean`` gives text that is safe to store and show, in its own script. ``is_suspicious`` tells a form what
to ask the user about. ``every_word`` gives the normalised words that a name is kept by as blind search
tokens, ``name_words`` those to ask by: the usual spellings of one name meet, whatever the script, the case or
the order of its parts. ``skeletons`` gives two codes for each word, to compare two files of names by, and
``Rarity`` says how much a shared word is worth.
"""

from tutela.engines.names.comparing import NAME_LEVELS, NameTable, WordLevel, compare_names
from tutela.engines.names.rarity import Rarity, count_words
from tutela.engines.names.safety import NameWarning, clean, is_suspicious
from tutela.engines.names.skeletons import PROFILE, Skeleton, WordKind, skeletons
from tutela.engines.names.words import every_word, name_words, prefix_words

__all__ = [
    "NAME_LEVELS",
    "PROFILE",
    "NameTable",
    "NameWarning",
    "Rarity",
    "Skeleton",
    "WordKind",
    "WordLevel",
    "clean",
    "compare_names",
    "count_words",
    "every_word",
    "is_suspicious",
    "name_words",
    "prefix_words",
    "skeletons",
]
