"""How the words of an invented advert are hidden from who looks for them, and how it says whom to call."""

from __future__ import annotations

import numpy as np
from benchmarks.adverts_speech import NEVER_SEEN, UNSPACED, chain

_LEET = str.maketrans("aeiost", "@31057")
_HOMOGLYPHS = str.maketrans("aeopcxy", "аеорсху")
_SPELLED = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_DECORATION = ["🌹", "💋", "⭐", "🍒", "👑", "🎀", "✨", "📞", "💎"]


def phone_number(chance: np.random.Generator) -> str:
    return "555" + "".join(map(str, chance.integers(0, 10, 7)))


def finished(words: list[str], phone: str, hidden: bool, language: str, chance: np.random.Generator) -> str:
    if hidden:
        hide = _hidden_by_width if language in NEVER_SEEN else _hidden
        words = [hide(word, language, chance) for word in words]
        contact = " ".join(_SPELLED[int(d)] if chance.random() < 0.4 else d for d in phone)
    else:
        contact = (f"({phone[:3]}) {phone[3:6]}-{phone[6:]}", phone, f"{phone[:3]}-{phone[3:6]}-{phone[6:]}")[
            int(chance.integers(3))
        ]
    call = ("call", "text", "whatsapp", "tel")[int(chance.integers(4))]
    return chain(language).joint.join(words) + f" {call} {contact}"


def _hidden_by_width(word: str, language: str, chance: np.random.Generator) -> str:
    """One word of six in letters of full width, or with a soft hyphen; else as `_hidden` has it."""
    draw = float(chance.random())
    if draw < 0.1 and word.isascii():
        return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in word)
    if draw < 0.17 and len(word) > 4:
        return word[:2] + "\u00ad" + word[2:]
    return _hidden(word, language, chance)


def _hidden(word: str, language: str, chance: np.random.Generator) -> str:
    """A word as somebody writes it who does not want it found; four of five stay as they are."""
    draw = float(chance.random())
    if draw > 0.24:
        return word
    if draw < 0.03:
        return word + _DECORATION[int(chance.integers(len(_DECORATION)))]
    if draw < 0.08 and language not in UNSPACED | {"ar", "fa"} and 3 < len(word) < 9 and word.isalpha():
        return (" ", ".", "\u200b")[int(chance.integers(3))].join(word)
    if draw < 0.10:
        return word[: len(word) // 2] + "\u200b" + word[len(word) // 2 :]
    return word.translate(_LEET if draw < 0.17 else _HOMOGLYPHS)
