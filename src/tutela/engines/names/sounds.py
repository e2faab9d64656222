"""The sounds of a name in a short code, so that one name in its several Latin spellings has one code.

The code keeps consonants and drops most vowels, because Arabic does not write them and clerks do not
agree on them. A code coded again is unchanged: h is ``7`` (as in Arabic chat), sh and ch are ``4``, ``o``
is any vowel at the start, ``2`` is the same consonant again after a vowel, ``1`` marks a name that its
consonants alone would not tell from another. Words with one consonant keep their vowels, or half the world
would share a code.
"""

from __future__ import annotations

import re

__all__ = ["LONGEST_CODE", "sound_code"]

LONGEST_CODE = 24

_VOWEL = "aeiouy"
_SOUNDS: dict[str, str] = {
    **dict.fromkeys(("shch", "tsch", "tch", "tsh", "sch", "cz", "sh", "ch"), "4"),
    **dict.fromkeys(("dzh", "zh", "jh", "dj", "j"), "j"),
    **dict.fromkeys(("ph", "pf", "p", "f"), "f"),
    **{"th": "t", "dh": "d", "gh": "g", "bh": "b", "wh": "v", "kh": "7", "h": "7"},
    **{"chr": "kr", "chl": "kl", "ck": "k", "q": "k", "c": "k", "x": "ks"},
    **{"ce": "si", "ci": "si", "cy": "si", "w": "u"},
    **dict.fromkeys("eiy", "i"),
    **dict.fromkeys("ou", "u"),
}
# "dj" is one sound before a vowel only; everywhere else it may be what is left of d, vowel, j.
_SOUND = re.compile(
    rf"shch|tsch|tch|tsh|sch|cz|sh|ch[rl]|ch|dzh|zh|jh|dj(?=[{_VOWEL}])|ph|pf|th|dh|gh|bh|wh|kh|ck|c[eiy]"
    rf"|w(?=[{_VOWEL}])|[hpqcxweiyou]"
)
_START = re.compile(r"^(?:ou(?=[aeiy])|x|y(?=[aeiou])|rh)")
_STARTS = {"ou": "v", "x": "s", "y": "", "rh": "r"}
_SILENT = re.compile(rf"(?<=[{_VOWEL}])h+$|(?<=[^{_VOWEL}]o)r(?=n(?![{_VOWEL}]))")
_DOUBLED = re.compile(r"(.)\1+")
_KEPT = re.compile(r"[^aiu]?[aiu]+(?:ng?)?")
_ONE_CONSONANT = re.compile(r"[aiu]+([^aiu])([aiu]*)")
_AGAIN = re.compile(r"([^2])\1+")

# Servant-of names and joined articles: the part that tells people apart is what follows.
_PREFIX = re.compile(
    r"^(?:abd[aeou]{1,2}l(?=[^a].{2}|a.{3})|abd[aeou]{1,2}(?=rr|ss|nn|zz|dd|tt|sh|ch)|abdi(?=[^aeiou].{3})"
    r"|ab(?:u|ou?)(?=ba[kc])|[ae]l(?=(?:sh|kh|gh|q|h).{2}))"
)
# Pairs of very common names that only a vowel tells apart, and names whose h is not part of a digraph.
_APART = (
    (re.compile(r"^abd[aeiou]{1,2}ll?[ae]h?i?$|^[aou]ll?ah$"), "ol17"),
    (re.compile(r"^[h7][aou]*s+(?:[ae]?[iy]+|ee)ne?$"), "7s1n"),
    (re.compile(r"^m[aeiou]*(?:ch|kh|h|7)?[aeiou]*m+[ou]{1,2}d$"), "m7m1d"),
    (re.compile(r"^[ae]m(?:[iy]+|ee)r$"), "om1r"),
    (re.compile(r"^[yj]as+[aei]*m[iy]+n[ea]?$"), "os1mn"),
    (re.compile(r"^m[ou]hd$"), "m7md"),
    (re.compile(r"^fath(?=[aeiouy])"), "fat7"),
    (re.compile(r"^[ie]s+ha[aqk]"), "is7ak"),
    (re.compile(r"^[ae]dham$"), "ad7am"),
)
# Codes of one name in several traditions of spelling: ظ ض ث ذ as d, z, t or s; Ukrainian h, Russian g; y, j.
_SAME = {
    **{"otmn": "osmn", "utmn": "osmn", "m2d": "m7md", "md": "m7md", "m4md": "m7md", "o4md": "o7md"},
    **{"rd": "rz", "rdvn": "rzvn", "rmdn": "rmzn", "fdl": "fzl", "mrtd": "mrtz", "7dr": "7zr", "kdm": "kzm"},
    **{"7fd": "7fz", "mndr": "mnzr", "m7fd": "m7fz", "odr": "ozr", "dia": "zia"},
    **{"sr7": "srg", "ov7n": "ovgn", "o7r": "ogr", "7ln": "gln", "b7dn": "bgdn", "7r7r": "grgr"},
    **{"7r7": "grg", "ol7": "olg", "7nd": "gnd"},
    **{"ong": "ung", "jsf": "osf", "jkb": "okb", "lksm": "lk4m"},
}


def sound_code(word: str) -> str:
    """Return the code of one lower-case ASCII word: 1 to ``LONGEST_CODE`` characters."""
    word = word[:64]
    for pattern, replacement in _APART:
        if pattern.match(word):
            word = pattern.sub(replacement, word)
            break
    else:
        word = _PREFIX.sub("", word)
    sounds = _SOUND.sub(_sound, _SILENT.sub("", _START.sub(lambda m: _STARTS[m[0]], word)))
    code = _without_vowels(_DOUBLED.sub(r"\1", sounds))[:LONGEST_CODE]
    return _SAME.get(code, code)


def _sound(match: re.Match[str]) -> str:
    found = match[0]
    if found == "w" and match.end() < len(match.string):
        return "v" if match.string[match.end()] in _VOWEL else "u"
    return _SOUNDS[found]


def _without_vowels(sounds: str) -> str:
    if _KEPT.fullmatch(sounds):
        return sounds
    if one := _ONE_CONSONANT.fullmatch(sounds):
        return f"o{one[1]}{one[2]}"
    start = "o" if sounds[:1] in {"a", "i", "u"} else ""
    consonants = sounds.translate(_NO_VOWELS)
    return start + re.sub("2+", "2", _AGAIN.sub(r"\g<1>2", consonants))


_NO_VOWELS = str.maketrans("", "", "aiu")
