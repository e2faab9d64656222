"""What may hide in a typed name: characters that reorder, vanish, or pass for those of another script."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

__all__ = ["NameWarning", "clean", "fold_lookalikes", "is_suspicious"]


class NameWarning(StrEnum):
    """A reason to ask the user to look at a name again."""

    BIDI_CONTROLS = "bidi_controls"
    INVISIBLE_CHARACTERS = "invisible_characters"
    MIXED_SCRIPTS = "mixed_scripts"
    HOMOGLYPHS = "homoglyphs"
    CONTROL_CHARACTERS = "control_characters"


BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
JOINERS = frozenset("\u200c\u200d")
# Letters and spaces that Unicode does not call format characters and that are drawn as nothing all the same.
BLANKS = frozenset(
    "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u034f" + "".join(map(chr, range(0xFE00, 0xFE10)))
)
# Scripts whose spelling needs joiners: Persian and Kurdish, and the scripts of South and South-East Asia.
_JOINING = (
    "ARABIC BENGALI DEVANAGARI GUJARATI GURMUKHI KANNADA KHMER MALAYALAM MYANMAR ORIYA SINHALA TAMIL TELUGU"
)
JOINING_SCRIPTS = frozenset(_JOINING.split())
# Scripts that one word of an honest name may mix.
EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"})

# Lower-case letters drawn like Latin ones, or whose capitals are (Unicode TR 39, the part that names need).
_LOOKALIKES = {
    **dict(zip("авекмнорстухіјѕһԁԛԝѵҽү", "abekmhopctyxijshdqwvey", strict=True)),
    **dict(zip("αβεζηικμνορτυχγϲϳ", "abezhikmvoptuxycj", strict=True)),
}
_TO_LATIN = {ord(seen): latin for seen, latin in _LOOKALIKES.items()}
_TO_CYRILLIC = {
    ord(latin): seen for seen, latin in _LOOKALIKES.items() if "CYRILLIC" in unicodedata.name(seen)
}


def clean(text: str) -> str:
    """Return the name as it may be stored and shown: NFC, single spaces, nothing that reorders or hides.

    Joiners stay where the script needs them, between two letters of Persian or of an Indic script.
    """
    composed = unicodedata.normalize("NFC", text)
    if not all(
        map(_is_plain, set(composed))
    ):  # somebody may send a million letters: each kind is looked at once
        composed = "".join([_kept(composed, place) for place in range(len(composed))])
    return unicodedata.normalize("NFC", " ".join(composed.split()))


def is_suspicious(text: str) -> tuple[NameWarning, ...]:
    """Return what a form should ask about, each warning once, in the order of ``NameWarning``."""
    found = set()
    for place, character in enumerate(text):
        if character in BIDI_CONTROLS:
            found.add(NameWarning.BIDI_CONTROLS)
        elif _is_control(character):
            found.add(NameWarning.CONTROL_CHARACTERS)
        elif _is_invisible(character) and not _is_needed_joiner(text, place):
            found.add(NameWarning.INVISIBLE_CHARACTERS)
    for word in unicodedata.normalize("NFKC", text).replace("-", " ").split():
        if len(scripts := _scripts(word)) > 1 and not scripts <= EAST_ASIAN:
            found.add(NameWarning.MIXED_SCRIPTS)
            lower = word.casefold()
            if fold_lookalikes(lower) != lower:
                found.add(NameWarning.HOMOGLYPHS)
    return tuple(warning for warning in NameWarning if warning in found)


def fold_lookalikes(word: str) -> str:
    """Return a case-folded word of mixed scripts in the one script it imitates, or as it was."""
    if word.isascii() or len(scripts := _scripts(word)) < 2 or "LATIN" not in scripts:
        return word
    latin = [c for c in word if _script(c) == "LATIN"]
    other = [c for c in word if _script(c) in {"CYRILLIC", "GREEK"}]
    if other and all(ord(c) in _TO_LATIN for c in other):
        return word.translate(_TO_LATIN)
    if "CYRILLIC" in scripts and all(ord(c) in _TO_CYRILLIC for c in latin):
        return word.translate(_TO_CYRILLIC)
    return word


def _is_plain(character: str) -> bool:
    """Say whether a character stays wherever it stands."""
    return character not in BIDI_CONTROLS and not _is_control(character) and not _is_invisible(character)


def _kept(text: str, place: int) -> str:
    character = text[place]
    if character.isspace():
        return " "
    if character in BIDI_CONTROLS or _is_control(character):
        return ""
    if _is_invisible(character) and not _is_needed_joiner(text, place):
        return ""
    return character


def _is_control(character: str) -> bool:
    """Say whether a character is a control, half a surrogate pair, or not a character at all."""
    return unicodedata.category(character) in {"Cc", "Cs", "Cn"} and not character.isspace()


def _is_invisible(character: str) -> bool:
    return character in BLANKS or unicodedata.category(character) == "Cf"


def _is_needed_joiner(text: str, place: int) -> bool:
    if text[place] not in JOINERS or not 0 < place < len(text) - 1:
        return False
    return all(_script(text[beside]) in JOINING_SCRIPTS for beside in (place - 1, place + 1))


def _scripts(word: str) -> set[str]:
    return {_script(c) for c in word if c.isalpha()} - {"MODIFIER"}


def _script(character: str) -> str:
    """Return the script of a letter, which is the first word of its Unicode name."""
    return unicodedata.name(character, "UNNAMED").split(" ", 1)[0]
