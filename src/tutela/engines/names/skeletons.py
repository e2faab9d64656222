"""The consonants that a name keeps in every spelling, finely and coarsely, for files to be compared by.

The fine skeleton is the sound code that people are searched by. The coarse one folds what hearing and
handwriting confuse: l and r, voiced and unvoiced, hissing sounds, h. It forgives more and says less: two
coarse skeletons agree by chance about twice as often as two fine ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tutela.engines.names.scripts import latin_words
from tutela.engines.names.sounds import sound_code

__all__ = ["MOST_WORDS", "PROFILE", "Skeleton", "WordKind", "coarse_skeleton", "skeletons"]

PROFILE = "1"
"""Of every rule that a skeleton depends on. Two sides that compare skeletons have the same one; its test
vectors are in tests/data/skeletons.tsv.
"""
MOST_WORDS = 16
_LONGEST_TEXT = 1000

_BEFORE_A_FATHER = "bin ibn ben bint binti binte ould wuld walad"
_BEHIND_A_FATHER = "oglu ogly ogli uulu uuly kyzy qizi kizi gyzy"
_OTHER_PARTICLES = """al el ul il abu abou abi umm oum abd abdul abdel abdal abdoul abdol
    van von vom zum zur der de da dos del della di la"""
_NAMES_AT_THE_END = "da de del della di dos la al abd"  # 王德 and Le La are whole names
_BESIDE_OTHERS = "das den do las los le ar as ash ad an at az"  # only after another particle
_CHILD_OF = frozenset(_BEFORE_A_FATHER.split())
_CHILD_AFTER = frozenset(_BEHIND_A_FATHER.split())
_PARTICLES = _CHILD_OF | _CHILD_AFTER | frozenset(_OTHER_PARTICLES.split())
_BEFORE_A_WORD = frozenset(_NAMES_AT_THE_END.split())
_AFTER_A_PARTICLE = frozenset(_BESIDE_OTHERS.split())
_FATHERS_NAME = re.compile(
    r".(?:[oei]v[iy](?:tch|ch|c)|[oeiy]vna|ichna|inishna)$|(?:il|kuzm|fom|luk|nikit|savv)y?ich$"
)

# What the romanisations of each script say beyond the rules that people are searched by, which stay as they
# were when their tokens were stored.
_SPELLINGS = (
    (re.compile("(?<=[ะ-๎ก-ฮ])(?:[จชซศษส]ร?)$"), "ด"),  # Thai: what closes a word is spoken t (RTGS, 1999)
    (re.compile("ົວ"), "ua"),  # Lao (BGN/PCGN 1966)
    (re.compile("(?<=[ແເ].)(?P<tone>[່-໋]?)ວ$"), "o"),
    (re.compile("្រ$"), ""),  # Khmer: r below a last letter is silent (UNGEGN 1972)
    (re.compile("ေ(?![ာါ])"), "ay"),  # Burmese as people write it, not MLCTS
    (re.compile("ို(?=း?$)"), "oe"),
    (re.compile("^እ"), "e"),  # Ethiopic (BGN/PCGN 1967)
    (re.compile("च"), "छ"),  # Hindi, Nepali and Bengali: ch (Hunterian)
    (re.compile("চ"), "ছ"),
)
_SILENT_H = re.compile("^h(?=[tpks])")  # Burmese ht, hp, hk, hs: a breath that is written or not
_FOLDS = str.maketrans("rdgz4jvb", "ltksssff", "12")
_AGAIN = re.compile(r"(.)2")
_CONSONANT = re.compile(r"[^aiuo]")


class WordKind(StrEnum):
    """What a word is in a name."""

    NAME = "name"
    PATRONYMIC = "patronymic"
    PARTICLE = "particle"


@dataclass(frozen=True, slots=True, order=True)
class Skeleton:
    """One word of a name: its Latin letters, its skeletons and its kind."""

    latin: str
    coarse: str
    fine: str
    kind: WordKind = WordKind.NAME


def skeletons(name: str) -> tuple[Skeleton, ...]:
    """The words of a name in any script and order: each once, sorted, at most MOST_WORDS.

    Particles and patronymics are marked, never dropped; a name of nothing else has only NAMEs.
    """
    words = latin_words(_respelled(name[:_LONGEST_TEXT]))[: 2 * MOST_WORDS]
    kinds = _kinds(words)
    if WordKind.NAME not in kinds:
        kinds = [WordKind.NAME] * len(words)
    found: dict[str, WordKind] = {}
    for word, kind in zip(words, kinds, strict=True):
        found[word] = min(kind, found.get(word, kind))  # a name that is also a particle is a name
    return tuple(_skeleton(word, kind) for word, kind in sorted(found.items())[:MOST_WORDS])


def coarse_skeleton(fine: str) -> str:
    """Fold a sound code further; one of a single consonant keeps its h and its vowels."""
    if fine.isdigit():  # letters without a sound
        return fine
    folded = _AGAIN.sub(r"\1\1", fine).translate(_FOLDS) or fine
    without_h = folded.replace("7", "")
    return without_h if len(_CONSONANT.findall(without_h)) > 1 else folded


def _skeleton(word: str, kind: WordKind) -> Skeleton:
    return Skeleton(word[:64], coarse_skeleton(sound_code(_SILENT_H.sub("", word))), sound_code(word), kind)


def _respelled(name: str) -> str:
    if name.isascii():
        return name
    return " ".join(map(_respelled_word, unicodedata.normalize("NFKC", name).split()))


def _respelled_word(word: str) -> str:
    if not word.isascii():
        for pattern, replacement in _SPELLINGS:
            word = pattern.sub(replacement, word)
    return word


def _kinds(words: Sequence[str]) -> list[WordKind]:
    return [_kind(words, place) for place in range(len(words))]


def _kind(words: Sequence[str], place: int) -> WordKind:
    before = words[place - 1] if place else ""
    after = words[place + 1] if place + 1 < len(words) else ""
    word = words[place]
    if word in _PARTICLES and (after or word not in _BEFORE_A_WORD):
        return WordKind.PARTICLE
    if word in _AFTER_A_PARTICLE and before in _PARTICLES and after:
        return WordKind.PARTICLE
    if (place > 1 and before in _CHILD_OF) or after in _CHILD_AFTER:
        return WordKind.PATRONYMIC
    if len(words) > 2 and place and _FATHERS_NAME.search(word):
        return WordKind.PATRONYMIC
    return WordKind.NAME
