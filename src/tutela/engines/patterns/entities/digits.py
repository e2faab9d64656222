"""Digits however they are written: in any script, in circles, as words, with letters between."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from tutela.engines.patterns.numerals import DIGIT_WORDS

WORDS = {language: tuple(words.split()[:10]) for language, words in DIGIT_WORDS.items()}
"""The ten digits in words, by language."""
_OTHER_SPELLINGS = {
    "oh": 0, "niner": 9, "tree": 3, "zéro": 0, "três": 3, "fünf": 5, "șase": 6, "șapte": 7, "пʼять": 5,
    "п’ять": 5, "дев’ять": 9, "ثلاثة": 3, "اثنين": 2, "أربعة": 4, "اربعة": 4, "خمسة": 5, "ستة": 6,
    "سبعة": 7, "ثمانية": 8, "تسعة": 9, "〇": 0, "壹": 1, "两": 2,
}  # fmt: skip
_GLUED = {"for": 4, "to": 2, "too": 2, "ate": 8}
"""Words that sound like a digit: they count only where they touch one on both sides, or end a number."""
VALUES = {
    **{word: value for words in WORDS.values() for value, word in enumerate(words)}, **_OTHER_SPELLINGS
}  # fmt: skip
_LANGUAGE = dict.fromkeys(VALUES, "") | {
    word: language for language, words in reversed(WORDS.items()) for word in words
}
"""The first language that has a word; "" for other spellings, which are looked for together."""
_USUAL = re.compile(r"[\s.\-‐-―()/]*")
_LETTERS = {"o": 0, "о": 0, "l": 1, "i": 1}
FEWEST = 7
_FIGURE = re.compile("[0-9]")
MOST = 40
_BETWEEN = r"[\s.\-‐-―_/\\()\[\]{}~*•·|,:;'+&#=<>!️⃣​-‏⁠☎-➿🌀-🫿]"
"""What stands between the digits of one number: blanks, punctuation, pictures."""


@dataclass(frozen=True, slots=True)
class Run:
    """Digits that stand together, from `start`, where a + may be: `groups` are pieces that touch, each with
    its place in the text."""

    start: int
    groups: tuple[tuple[str, int, int], ...]
    international: bool
    obscured: bool


def runs(text: str) -> list[Run]:
    """Runs of 7 to 40 digits in `text`, in order; places are characters of `text` itself."""
    folded = text.translate(_figures()).lower()
    if len(folded) != len(text):  # a letter of two parts when small: places would no longer hold
        folded = text.translate(_figures())
    present = frozenset(word for word in VALUES if word in folded)
    if _elements(folded, present) < FEWEST:
        return []
    pattern = _pattern(frozenset(_LANGUAGE[word] for word in present))
    return [_run(found, text, pattern[1]) for found in pattern[0].finditer(folded)]


def _elements(folded: str, present: frozenset[str]) -> int:
    """No fewer than the figures and words of digits that a number could be made of."""
    figures = len(_FIGURE.findall(folded))
    letters = folded.count("o") + folded.count("l") if figures else 0
    return figures + min(letters, figures) + sum(folded.count(word) for word in present)


def _run(found: re.Match[str], text: str, element: re.Pattern[str]) -> Run:
    start = found.start()
    groups: list[tuple[str, int, int]] = []
    obscured = False
    for piece in element.finditer(found.group()):
        written = piece.group()
        value = written if written.isdigit() else str(_value(written))
        first, last = start + piece.start(), start + piece.end()
        obscured = obscured or not ("0" <= text[first] <= "9")
        if groups and groups[-1][2] == first:
            digits, begun, _ = groups.pop()
            groups.append((digits + value, begun, last))
        else:
            groups.append((value, first, last))
    lead = found.group(1) or ""
    international = lead.startswith("+") or groups[0][0].startswith("00")
    return Run(start, tuple(groups), international, obscured or _strange(groups, text))


def _strange(groups: list[tuple[str, int, int]], text: str) -> bool:
    """Whether single figures are spread out, or something other than blanks and dashes is put between."""
    between = [text[one[2] : other[1]] for one, other in pairwise(groups)]
    single = sum(len(digits) == 1 for digits, _, _ in groups)
    return single > len(groups) / 2 > 2 or any(not _USUAL.fullmatch(one) for one in between)


def _value(written: str) -> int:
    return {**VALUES, **_GLUED, **_LETTERS}[written]


@cache
def _figures() -> dict[int, str]:
    """Every character that is a digit, in any script or ring, to that digit: one character for one."""
    found = {}
    for point in range(0x80, 0x20000):
        value = unicodedata.digit(chr(point), None)
        if value is not None:
            found[point] = str(value)
    return found


@cache
def _pattern(languages: frozenset[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A run, and one element of it, in a text that has words of digits of these languages.

    A word counts only where no other letter touches it, but for letters of words of digits.
    """
    words = sorted((word for word in VALUES if _LANGUAGE[word] in languages), key=len, reverse=True)
    parts = [r"[0-9]"]
    if words:
        parts.append("(?:" + "|".join(map(re.escape, words)) + ")")
        parts.append(r"(?:for|too|to|ate)(?=[0-9]|" + "|".join(map(re.escape, words)) + r"|\b)")
    parts.append(r"[oоli](?=[oоli]*[0-9])|(?<=[0-9])[oоli](?![^\W\d_])")
    element = "|".join(parts)
    run = (
        rf"(?<![0-9])(?<![^\W\d_])(\+\s?)?(?:{element})"
        rf"(?:{_BETWEEN}{{0,4}}(?:{element})){{{FEWEST - 1},{MOST - 1}}}(?![0-9])"
    )
    return re.compile(run), re.compile(element)
