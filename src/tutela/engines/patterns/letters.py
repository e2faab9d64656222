"""What single characters are and may pass for: scripts, look-alikes, invisible ones, digits as pictures."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LEET = {
    **dict(zip("0123456789", "oizeasgtbg", strict=True)),
    **{"@": "a", "$": "s", "!": "i", "|": "l"},
}
"""What digits and symbols stand for inside a word."""

UNSPACED_RANGES = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\uaa60-\uaa7f\ua9e0-\ua9ff"  # Burmese and its neighbours
    "\u1780-\u17ff\u19e0-\u19ff"  # Khmer
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"  # Chinese characters
)
UNSPACED = re.compile(
    "[\u0e40-\u0e44\u0ec0-\u0ec4]?"
    "[\u0e01-\u0e30\u0e45\u0e46\u0e81-\u0eb0\u1000-\u102a\u103f\u1050-\u1055\u1780-\u17b3\u3005-\u3007"
    "\u3041-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f\uaa60-\uaa7f]"
    "[\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u1056-\u1059\u17b4-\u17d3\u3099\u309a]*"
)
"""One character of a script without blanks together with the vowels and tones written around it."""


def _marks() -> str:
    """All combining marks of Unicode as ranges of a pattern."""
    ranges: list[list[int]] = []
    for code in range(0x300, 0x1F000):
        if unicodedata.category(chr(code))[0] == "M":
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


_LETTER = f"(?![{UNSPACED_RANGES}])[^\\W_]|[@$](?=[^\\W_])|[{_marks()}]"
RUN = re.compile(f"(?P<unspaced>[{UNSPACED_RANGES}]+)|(?P<spaced>(?:{_LETTER})+)")
"""Stretches of letters, digits, marks and symbols for letters, by whether blanks stand between words."""
STYLED = re.compile("[\U0001d400-\U0001d7ff\uff21-\uff3a\uff41-\uff5a]")
"""Letters in mathematical or full-width forms that a font draws as decoration."""

INVISIBLE: dict[int, None] = dict.fromkeys(
    [
        *(0xAD, 0x34F, 0x61C, 0x640, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x20E3, 0x2800, 0x3164, 0xFEFF, 0xFFA0),
        *range(0x180B, 0x180F),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE10),
        *range(0xE0000, 0xE0080),
    ]
)
"""Characters that are drawn as nothing, and the bar that only lengthens an Arabic line."""

KEYCAP = "\u20e3"
INNOCENT = frozenset("\u200c\u200d\u0640\ufe0e\ufe0f\u20e3\xad")
"""Those that honest spelling needs: joiners, the long bar, soft hyphens, how a picture is drawn."""
_KEYCAPS = {0x1F51F: "10"}
_CIRCLED = (
    {0x2460 + i: str(i + 1) for i in range(20)}
    | {0x2776 + i: str(i + 1) for i in range(10)}
    | {0x2780 + i: str(i + 1) for i in range(10)}
    | {0x278A + i: str(i + 1) for i in range(10)}
    | {0x24EA: "0", 0x24FF: "0", 0x1F10B: "0", 0x1F10C: "0"}
)
_CIRCLED_LETTERS = {base + i: chr(97 + i) for base in (0x1F130, 0x1F150, 0x1F170) for i in range(26)}
BY_SHAPE: dict[int, str] = {**_KEYCAPS, **_CIRCLED, **_CIRCLED_LETTERS}
"""Digits and letters in rings, squares and pictures that Unicode's own folding leaves as they are."""
UNUSUAL = re.compile("[" + "".join(re.escape(chr(code)) for code in (*INVISIBLE, *BY_SHAPE)) + "]")
"""Any of the invisible ones and of those known by their shape."""

# Letters drawn like Latin ones (Unicode TR 39, the part that adverts use), small and capital alike.
_CYRILLIC = dict(zip("авекмнорстухіјѕһԁԛԝѵҽүԍьзгп", "abekmhopctyxijshdqwveygbern", strict=True))
_GREEK = dict(zip("αβεζηικμνορτυχγωϲϳ", "abeznikmvoptuxywcj", strict=True))
_TO_LATIN = {ord(seen): latin for seen, latin in {**_CYRILLIC, **_GREEK}.items()}
_TO_CYRILLIC = {ord(latin): seen for seen, latin in zip("авекмнорстухіјѕ", "abekmhopctyxijs", strict=True)}


def in_one_script(word: str) -> tuple[str, bool]:
    """`word` without accents and vowel signs that may be left out, in one script; whether it mixed two.

    Only a word that mixes Latin with Cyrillic or Greek letters is changed: true Russian stays Russian.
    """
    if word.isascii():
        return word, False
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", word) if unicodedata.category(c) != "Mn" or _needed(c)
    ).translate(_ONE_SPELLING)
    plain = "".join(_figure(c) for c in plain)
    scripts = {_script(c) for c in plain} - {""}
    if len(scripts) < 2 or "LATIN" not in scripts:
        return unicodedata.normalize("NFC", plain), False
    latin = plain.translate(_TO_LATIN)
    if latin.isascii():
        return latin, True
    return plain.translate(_TO_CYRILLIC), True


_ONE_SPELLING = str.maketrans(
    {"ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ٱ": "ا", "ı": "i", "ł": "l", "ø": "o"}
)


def _figure(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def _needed(mark: str) -> bool:
    """Marks of Indic and other scripts are vowels; those of the scripts from Latin to Arabic are not."""
    return not (0x300 <= ord(mark) <= 0x36F or 0x591 <= ord(mark) <= 0x5C7 or 0x610 <= ord(mark) <= 0x6ED)


@lru_cache(maxsize=65_536)
def _script(character: str) -> str:
    if not character.isalpha():
        return ""
    if character in "µ":
        return "GREEK"
    first = unicodedata.name(character, "").split(" ")[0]
    return first if first in ("LATIN", "CYRILLIC", "GREEK") else ""
