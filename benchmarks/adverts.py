"""Invented adverts whose true templates are known: in several scripts, edited, with slots, some obfuscated.

Words come from public short messages and job adverts (English, beside the project) and from the message
catalogues that Django and Tutela carry in other languages. A chain over word pairs makes new text of them.
Three styles: `chain` is what the engine was developed with; `sentences` has other languages and another
grammar, whole sentences that come and go, prices in lists, slips of the keyboard, and helped to choose what
short texts need; `lines` was written when everything had been chosen: lines with a head and an answer, in any
order, in yet other languages and with letters of full width, and nothing was changed after it was seen.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

import django
import numpy as np
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from tools.places import ROOT

DATA = ROOT.parent / "shared" / "data"
LANGUAGES = {
    "en": 0.50,
    "es": 0.12,
    "fr": 0.08,
    "pt_BR": 0.06,
    "ru": 0.10,
    "ar": 0.05,
    "th": 0.04,
    "zh_Hans": 0.05,
}
HELD_BACK = {"tr": 0.2, "uk": 0.2, "de": 0.2, "pl": 0.15, "fa": 0.1, "ja": 0.1, "id": 0.05}
NEVER_SEEN = {"el": 0.2, "he": 0.15, "ko": 0.15, "vi": 0.15, "sv": 0.15, "hu": 0.1, "cs": 0.1}
UNSPACED = {"th", "zh_Hans", "ja"}
IN_CLUSTERS, LARGEST = 0.4, 200
EDITS = (0.02, 0.08, 0.15, 0.25)
OBFUSCATED = 0.25
BACKGROUND = -1

_CLUSTER = re.compile(r"[เ-ไ]?[^\s][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]*")
_NAMES = [
    "Anna",
    "Mia",
    "Lola",
    "Maya",
    "Vika",
    "Sofia",
    "Lina",
    "Rosa",
    "Nina",
    "Elena",
    "Amara",
    "Fatou",
    "Ling",
    "Noi",
    "Ploy",
    "Daria",
    "Ines",
    "Carla",
    "Bruna",
    "Zara",
]
_PLACES = [
    "Berlin",
    "Vienna",
    "Paris",
    "Madrid",
    "Lisbon",
    "Athens",
    "Sofia",
    "Chisinau",
    "Kyiv",
    "Milan",
    "Rome",
    "Dubai",
    "Doha",
    "Bangkok",
    "Manila",
    "Lagos",
    "Nairobi",
    "Accra",
    "Mumbai",
    "Delhi",
    "Toronto",
    "Miami",
    "Houston",
    "Bogota",
    "Lima",
]
_LEET = str.maketrans("aeiost", "@31057")
_HOMOGLYPHS = str.maketrans("aeopcxy", "аеорсху")
_SPELLED = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_DECORATION = ["🌹", "💋", "⭐", "🍒", "👑", "🎀", "✨", "📞", "💎"]


@dataclass(slots=True)
class Adverts:
    """Texts with what is true of each: cluster (-1: none), rate of edits, obfuscation, language."""

    texts: list[str] = field(default_factory=list)
    clusters: list[int] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    obfuscated: list[bool] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)


def made(count: int, *, seed: int, style: str = "chain") -> Adverts:
    """`count` adverts, in an order of chance."""
    chance = np.random.default_rng([seed, count, len(style)])
    found = Adverts()
    sizes = _sizes(int(count * IN_CLUSTERS), chance)
    shares = {"chain": LANGUAGES, "sentences": HELD_BACK, "lines": NEVER_SEEN}[style]
    languages = chance.choice(list(shares), len(sizes), p=list(shares.values()))
    for number, (size, language) in enumerate(zip(sizes, languages, strict=True)):
        _cluster(found, number, int(size), str(language), style, chance)
    rest = count - len(found.texts)
    for language in sorted(shares):
        _background(found, round(rest * shares[language]), language, style, chance)
    order = chance.permutation(len(found.texts))
    return Adverts(*([column[i] for i in order] for column in _columns(found)))


def shipped(name: str) -> Adverts:
    """The adverts of `adverts_generated_NAME_5000.csv.gz`."""
    with gzip.open(
        DATA / f"adverts_generated_{name}_5000.csv.gz", "rt", encoding="utf-8", newline=""
    ) as file:
        rows = list(csv.DictReader(file))
    return Adverts(
        [row["text"] for row in rows],
        [int(row["cluster"]) for row in rows],
        [float(row["rate"]) for row in rows],
        [row["obf"] == "1" for row in rows],
        ["en"] * len(rows),
    )


def _columns(adverts: Adverts) -> tuple[list, ...]:
    return adverts.texts, adverts.clusters, adverts.rates, adverts.obfuscated, adverts.languages


def _sizes(total: int, chance: np.random.Generator) -> list[int]:
    """Sizes of clusters after Pareto, from 2 to 200."""
    sizes: list[int] = []
    while (left := total - sum(sizes)) >= 2:
        sizes.append(min(int(2 + 4 * chance.pareto(1.1)), LARGEST, left))
    return sizes


class Chain:
    """Words of one language and which follows which."""

    def __init__(self, language: str) -> None:
        self.joint = "" if language in UNSPACED else " "
        lines = [line for text in _sources(language) if len(line := _units(text, language)) > 1]
        self.words = sorted({word for line in lines for word in line})
        number = {word: i for i, word in enumerate(self.words)}
        pairs = np.array([(number[a], number[b]) for line in lines for a, b in pairwise(line)])
        pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
        self.first = np.array([number[line[0]] for line in lines])
        self.all = pairs[:, 0]
        self.next = pairs[:, 1]
        self.start = np.searchsorted(pairs[:, 0], np.arange(len(self.words) + 1))
        phrases = np.random.default_rng(len(self.words))
        self.boilerplate = [self.walks(1, int(phrases.integers(4, 9)), phrases)[0] for _ in range(25)]

    def walks(self, count: int, length: int, chance: np.random.Generator) -> list[list[str]]:
        """`count` chains of `length` words, each a list."""
        at = chance.choice(self.first, count)
        steps = [at]
        for _ in range(length - 1):
            degree = self.start[at + 1] - self.start[at]
            onward = self.next[
                np.minimum(self.start[at] + (chance.random(count) * degree).astype(int), len(self.next) - 1)
            ]
            at = np.where(
                (degree == 0) | (chance.random(count) < 0.04), chance.choice(self.all, count), onward
            )
            steps.append(at)
        word = self.words
        return [[word[i] for i in row] for row in np.stack(steps, axis=1).tolist()]

    def word(self, chance: np.random.Generator) -> str:
        return self.words[int(self.all[int(chance.random() * len(self.all))])]


@cache
def chain(language: str) -> Chain:
    return Chain(language)


def _units(text: str, language: str) -> list[str]:
    """Words; in scripts without blanks, pieces of three characters with their marks."""
    if language not in UNSPACED:
        return text.split()
    whole = _CLUSTER.findall(re.sub(r"[\x00-\x7f]+", "", text))
    return ["".join(whole[i : i + 3]) for i in range(0, len(whole), 3)]


@cache
def _sources(language: str) -> list[str]:
    return _english() if language == "en" else list(_messages(language))


def _english() -> list[str]:
    with gzip.open(DATA / "sms_spam_collection.tsv.gz", "rt", encoding="utf-8") as file:
        texts = [line.split("\t", 1)[-1] for line in file]
    with gzip.open(DATA / "emscad_raw_first500.csv.gz", "rt", encoding="utf-8", newline="") as file:
        texts += [row["description"] for row in csv.DictReader(file)]
    return texts


def _messages(language: str) -> Iterable[str]:
    for root in (Path(django.__file__).parent, ROOT / "src" / "tutela"):
        for path in sorted(root.glob(f"**/locale/{language}/LC_MESSAGES/*.[mp]o")):
            if path.suffix == ".po" and path.with_suffix(".mo").exists():
                continue
            with path.open("rb") as file:
                catalogue = read_mo(file) if path.suffix == ".mo" else read_po(file)
            for message in catalogue:
                text = message.string if isinstance(message.string, str) else message.string[0]
                if message.id and text:
                    yield re.sub(r"%\(?\w*\)?[sd]|\{\w*\}|<[^>]+>", "", text)


@dataclass(frozen=True, slots=True)
class Slot:
    kind: int


def _template(language: str, chance: np.random.Generator) -> list[str | Slot]:
    """A chain of 18 to 64 words with up to five common phrases and two to five slots in it."""
    speech = chain(language)
    words: list[str | Slot] = list(speech.walks(1, int(chance.integers(18, 65)), chance)[0])
    for _ in range(int(chance.integers(0, 6))):
        at = int(chance.integers(0, len(words)))
        words[at:at] = speech.boilerplate[int(chance.integers(len(speech.boilerplate)))]
    for _ in range(int(chance.integers(2, 6))):
        words.insert(int(chance.integers(0, len(words))), Slot(int(chance.integers(5))))
    return words


def _filled(slot: Slot, language: str, chance: np.random.Generator) -> str:
    match slot.kind:
        case 0:
            return _NAMES[int(chance.integers(len(_NAMES)))]
        case 1:
            return _PLACES[int(chance.integers(len(_PLACES)))]
        case 2:
            return f"{'€$£'[int(chance.integers(3))]}{int(chance.integers(4, 90)) * 10}"
        case 3:
            return str(int(chance.integers(18, 40)))
    return chain(language).word(chance)


def _cluster(
    found: Adverts, number: int, size: int, language: str, style: str, chance: np.random.Generator
) -> None:
    rate = float(chance.choice(EDITS))
    hidden = bool(chance.random() < OBFUSCATED)
    phones = [_phone(chance) for _ in range(1 + size // 20)]
    maker = {"chain": _ByChain, "sentences": _BySentences, "lines": _ByLines}[style](language, chance)
    for _ in range(size):
        words = maker.member(rate)
        found.texts.append(
            _finished(words, phones[int(chance.integers(len(phones)))], hidden, language, chance)
        )
        found.clusters.append(number)
        found.rates.append(rate)
        found.obfuscated.append(hidden)
        found.languages.append(language)


class _ByChain:
    def __init__(self, language: str, chance: np.random.Generator) -> None:
        self._language, self._chance = language, chance
        self._template = _template(language, chance)

    def member(self, rate: float) -> list[str]:
        """One advert of the template: slots filled, words dropped, changed, added, exchanged at `rate`."""
        words = [
            _filled(w, self._language, self._chance) if isinstance(w, Slot) else w for w in self._template
        ]
        edited: list[str] = []
        draws = self._chance.random((len(words), 2))
        for word, (whether, how) in zip(words, draws.tolist(), strict=True):
            if whether >= rate:
                edited.append(word)
            elif how < 0.4:
                edited.append(chain(self._language).word(self._chance))
            elif how < 0.8:
                edited += [word, chain(self._language).word(self._chance)] if how < 0.6 else []
            elif edited:
                edited.insert(-1, word)
        return edited


class _BySentences:
    """Five to nine sentences of which some may be missing, in places exchanged, with a list of prices."""

    def __init__(self, language: str, chance: np.random.Generator) -> None:
        self._language, self._chance = language, chance
        speech = chain(language)
        self._sentences = [
            speech.walks(1, int(chance.integers(6, 14)), chance)[0]
            for _ in range(int(chance.integers(5, 10)))
        ]
        self._sentences[0] = list(speech.boilerplate[int(chance.integers(len(speech.boilerplate)))])
        self._prices = int(chance.integers(2, 6))

    def member(self, rate: float) -> list[str]:
        chance = self._chance
        kept = [s for s in self._sentences if chance.random() >= rate / 3]
        if len(kept) > 2 and chance.random() < rate:
            at = int(chance.integers(len(kept) - 1))
            kept[at], kept[at + 1] = kept[at + 1], kept[at]
        words = [_slipped(w, chance) if chance.random() < rate / 2 else w for s in kept for w in s]
        words.insert(len(words) // 2, _filled(Slot(int(chance.integers(2))), self._language, chance))
        for minutes in range(self._prices):
            words += [f"{30 * (minutes + 1)}min", f"{int(chance.integers(5, 50)) * 10}", ":)"]
        return words


class _ByLines:
    """Four to eight lines in any order: a head, and an answer of some words; two or three answers vary."""

    def __init__(self, language: str, chance: np.random.Generator) -> None:
        self._language, self._chance = language, chance
        speech = chain(language)
        count = int(chance.integers(4, 9))
        self._heads = [speech.walks(1, int(chance.integers(1, 3)), chance)[0] for _ in range(count)]
        self._answers = [speech.walks(1, int(chance.integers(3, 10)), chance)[0] for _ in range(count)]
        self._varied = set(chance.choice(count, int(chance.integers(2, 4)), replace=False).tolist())

    def member(self, rate: float) -> list[str]:
        chance, speech = self._chance, chain(self._language)
        lines = []
        for place, (head, answer) in enumerate(zip(self._heads, self._answers, strict=True)):
            varied = place in self._varied
            said = [_filled(Slot(int(chance.integers(4))), self._language, chance)] if varied else answer
            said = [speech.word(chance) if chance.random() < rate else word for word in said]
            lines.append([*head, ":", *said, "\n"])
        if chance.random() < rate:
            at = int(chance.integers(len(lines) - 1))
            lines[at], lines[at + 1] = lines[at + 1], lines[at]
        return [word.upper() if chance.random() < 0.1 else word for line in lines for word in line]


def _slipped(word: str, chance: np.random.Generator) -> str:
    """A slip of the keyboard: two letters exchanged, or one twice."""
    if len(word) < 3:
        return word
    at = int(chance.integers(len(word) - 1))
    if chance.random() < 0.5:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[: at + 1] + word[at:]


def _background(found: Adverts, count: int, language: str, style: str, chance: np.random.Generator) -> None:
    """Adverts of their own, with the phrases that everyone uses; a tenth of them obfuscated too."""
    speech = chain(language)
    lengths = chance.integers(10, 75, count)
    for length in np.unique(lengths):
        for words in speech.walks(int((lengths == length).sum()), int(length), chance):
            for _ in range(int(chance.integers(0, 6))):
                at = int(chance.integers(0, len(words)))
                words[at:at] = speech.boilerplate[int(chance.integers(len(speech.boilerplate)))]
            if style == "sentences":
                words += [f"30min {int(chance.integers(5, 50)) * 10}"]
            if style == "lines":
                for place in range(int(chance.integers(2, 8)), len(words), 9):
                    words[place] += " :"
            hidden = bool(chance.random() < OBFUSCATED * 0.4)
            found.texts.append(_finished(words, _phone(chance), hidden, language, chance))
            found.clusters.append(BACKGROUND)
            found.rates.append(0.0)
            found.obfuscated.append(hidden)
            found.languages.append(language)


def _phone(chance: np.random.Generator) -> str:
    return "555" + "".join(map(str, chance.integers(0, 10, 7)))


def _finished(words: list[str], phone: str, hidden: bool, language: str, chance: np.random.Generator) -> str:
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
