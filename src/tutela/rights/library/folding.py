"""Words without what people leave out when they search: accents, case, Arabic vowel marks and articles.

The names engine does not serve here: it brings different spellings of a name together by their sound, and
would find *mine* for *menace*.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_ALONE: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
_ARABIC: Final = str.maketrans(dict(zip("أإآٱةىؤئ", "ااااهيوي", strict=True)) | {"ـ": ""})
# What is written together with the next word: "and", "by", "for", "as", and the article, if a word remains.
_BEFORE_ARABIC: Final = re.compile(r"(?<!\w)(?:[وف]?[بك]?ال|[وف]?لل)(?=[\u0621-\u064a]{3})")
_NOT_WORD: Final = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Words in small letters with a space between: "L’accès à l’aide" is "l acces a l aide"."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_ALONE).translate(_ARABIC)
    bare = "".join(_letter(character) for character in unicodedata.normalize("NFKD", plain))
    return _BEFORE_ARABIC.sub("", _NOT_WORD.sub(" ", bare)).strip()


def _letter(character: str) -> str:
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return ""
    return str(unicodedata.decimal(character)) if character.isdecimal() else character
