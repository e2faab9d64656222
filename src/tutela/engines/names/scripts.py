"""One written word into Latin letters, by the rules of its script, before its sounds are compared.

AnyAscii does the bulk. The rules here repair what it cannot know from single letters: vowels that Arabic
leaves out, silent and final letters of Thai, rhymes of Burmese, the family name in a Chinese or Korean name.
Where a sound is already certain it is given as the code that ``sounds`` uses (7 is a plain h).
"""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

from tutela.engines.names.safety import BLANKS, fold_lookalikes

__all__ = ["latin_words"]

_APOSTROPHES = frozenset("'’‘ʼʻ`´ʿʾ＇ʹ׳")

# Arabic script ------------------------------------------------------------------------------------
_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3\u06d5\u06ee-\u06ff]")
_TATWEEL = "\u0640"  # only lengthens the line between two letters
_ARABIC_MARKS = dict.fromkeys([*range(0x610, 0x61B), *range(0x64B, 0x660), 0x670, *range(0x6D6, 0x6EE)])
_ARABIC_LETTERS = str.maketrans(
    {
        **dict(zip("اأإآٱعةۃەے", "aaaaaaaaee", strict=True)),
        **dict(zip("بتجدرزسصضطظفقكلمن", "btjdrzssztzfqklmn", strict=True)),
        **dict(zip("پگڤکہھیيىئۆۇۋېێ", "pgvk7hiiiiouvee", strict=True)),
        **dict(zip("ٹڈڑںډړټڼڕڵحه", "tdrndrtnrl77", strict=True)),
        **{"خ": "kh", "غ": "gh", "ث": "th", "ذ": "dh", "ش": "sh", "چ": "ch", "ژ": "zh", "ښ": "sh", "ء": ""},
        **{"ځ": "dz", "څ": "ts", "ڭ": "ng", "ۍ": "i", "ۀ": "", "و": "u", "ؤ": "ua"},
    }
)
_ARABIC_WHOLE = {
    **{"بن": "bin", "ابن": "ibn", "بنت": "bint", "ال": "al", "عبد": "abd", "ابو": "abu", "ام": "umm"},
    **{"الله": "allah", "عبدالله": "abdallah", "طه": "taha"},
}
_ARTICLE = re.compile("^(?:عبدال|ال)(?=.{3})")
_NO_ARTICLE_TEXT = "الیاس الياس الناز المیرا الماس الكسندر الینا الينا اليزابيث"
_NOT_ARTICLE = frozenset(_NO_ARTICLE_TEXT.split())
_WAW_AS_CONSONANT = re.compile("^و|و(?=[اآيیىہه].)|(?<=ا)و(?=.)|و(?=ا)")

# South-East Asia ----------------------------------------------------------------------------------
# Lao follows the same order of writing as Thai.
_THAI = re.compile("[\u0e01-\u0e2e\u0e81-\u0eae]")
_THAI_RULES = (
    (re.compile("[ทตด]ร์|.[ิุ]?์"), ""),  # the sign of silence takes the letter before it
    (re.compile("ห(?=[งญนมยรลว])"), ""),  # a leading h only raises the tone
    (re.compile("รร(?=[ก-ฮ])"), "ั"),
    (re.compile("รร"), "ัน"),
    (re.compile("ญ(?![ะ-ๅ็])"), "น"),
    (re.compile("(?<=[ก-ฬ])[รลฬ](?![ะ-ๅอ็])"), "น"),  # r and l that close a syllable are spoken n
    (
        re.compile("([เ-ไ\u0ec0-\u0ec4])([ก-ฮ\u0e81-\u0eae])"),
        r"\2\1",
    ),  # written first, spoken second
    (re.compile("อ(?=[ะ-ู\u0e40-\u0e44])"), ""),
    (re.compile("[\u0e4d\u0ecd][\u0e32\u0eb2]"), "am"),
    (re.compile("ຍ"), "y"),
)
_KHMER = re.compile("[\u1780-\u17a2]")
_KHMER_CLOSED = re.compile("[\u1780-\u17a2][\u17cb\u17cc\u17cd\u17d1]*$")
_BURMESE = re.compile("[\u1000-\u102a]")
_BURMESE_RULES = (
    (re.compile("ောင့?်"), "aung"),
    (re.compile("ော်?"), "aw"),
    (re.compile("ိုင့?်"), "aing"),
    (re.compile("[ငနမ](?:့်|့်)"), "int"),
    (re.compile("င်"), "in"),
    (re.compile("([က-အ])(?=[က-အ]်)"), r"\1a"),  # a closed syllable without a written vowel has an a
    (re.compile("ည်"), "i"),
    (re.compile("ရှ"), "sh"),
    (re.compile("([က-အ][ျြွ]*)ှ"), r"7\1"),  # written after, spoken before
    (re.compile("ြ|ျ|ရ"), "y"),
    (re.compile("စ|ဆ"), "s"),
    (re.compile("သ"), "th"),
    (re.compile("ွ"), "w"),
    (re.compile("ှ|့|း|်"), ""),
    (re.compile("အ"), ""),
)
# South Asia: the ten scripts from Devanagari to Malayalam share one layout of 128 places.
_INDIC = re.compile("[\u0900-\u0d7f]")
_INDIC_BY_PLACE = {0x19: "ng", 0x36: "sh", 0x37: "sh", 0x39: "7"}
_INDIC_BEFORE_T = re.compile("[षষ](?=[्্][टठটঠ])")
_ANUSVARA = re.compile("([\u0902\u0982\u0a02\u0a82\u0b02\u0c02\u0c82\u0d02])(.?)")

# East Asia ----------------------------------------------------------------------------------------
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003134f]{1,8}")
_HANGUL = re.compile("[\uac00-\ud7a3]{1,8}")
_TWO_PART_TEXT = "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 司徒 东方 東方 皇甫 尉迟 公孙 慕容 令狐 夏侯"
_TWO_PART_FAMILIES = frozenset(_TWO_PART_TEXT.split())
_HAN_FAMILIES = {
    **{
        "曾": "zeng",
        "单": "shan",
        "單": "shan",
        "解": "xie",
        "仇": "qiu",
        "查": "zha",
        "区": "ou",
        "覃": "qin",
    }
}
_HANGUL_FAMILIES = {
    **{"김": "kim", "박": "park", "이": "lee", "임": "lim", "강": "kang", "고": "ko", "권": "kwon"},
    **{"조": "cho", "정": "jung", "최": "choi", "노": "roh", "류": "ryu"},
}

_HEBREW = re.compile("[\u05d0-\u05ea]")

# Cyrillic: signs are silent; AnyAscii knows the rest but writes Ukrainian letters the Russian way.
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_CYRILLIC_LETTERS = str.maketrans({"ь": "", "ъ": "a", "є": "ye", "ї": "i", "ґ": "g", "х": "kh", "щ": "shch"})
_UKRAINIAN = re.compile("[іїєґў]")


def latin_words(text: str) -> list[str]:
    """Return the words of a name in lower-case ASCII letters and digits, in the order they were written."""
    return [latin for word in _written_words(text) for latin in _latin(word)]


def _latin(word: str) -> list[str]:
    """One written word in Latin letters: several for 王芳, by number where it has no sound of its own."""
    pieces = _romanise(fold_lookalikes(word)).split()
    spelled = ["".join(filter(str.isalnum, anyascii(piece).lower())) or _numbers(piece) for piece in pieces]
    return [piece for piece in spelled if piece] or list(filter(None, [_numbers(word)]))


def _numbers(word: str) -> str:
    """The places in Unicode of letters that are silent or have no Latin ones."""
    letters = (c for c in word if c.isalnum() and unicodedata.category(c) != "Lm")
    return "".join(str(ord(letter)) for letter in letters)


def _written_words(text: str) -> list[str]:
    """Split at what is not a letter, mark or digit; drop what is invisible; fold case and width."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(_letter_or_space(character) for character in folded).split()


def _letter_or_space(character: str) -> str:
    if character in _APOSTROPHES or character in BLANKS or character == _TATWEEL:
        return ""
    category = unicodedata.category(character)
    if category[0] in "LMN":
        return character
    return "" if category[0] == "C" and not character.isspace() else " "


def _romanise(word: str) -> str:
    """Return a word with its own script's rules applied; AnyAscii finishes what is left in that script."""
    if word.isascii():
        return word
    for pattern, rule in _RULES:
        if pattern.search(word):
            return rule(word)
    return word


def _arabic(word: str) -> str:
    bare = word.translate(_ARABIC_MARKS)
    if whole := _ARABIC_WHOLE.get(bare.replace("أ", "ا").replace("ی", "ي")):
        return whole
    if bare not in _NOT_ARTICLE:
        bare = _ARTICLE.sub("", bare)
    bare = _WAW_AS_CONSONANT.sub("v", bare)
    if len(bare) > 1:
        bare = re.sub("(?<=[يیؤ])ى$", "ا", re.sub("(?<=ا)ة$", "ت", bare))
        bare = re.sub(
            "[هح]$", "", bare.removesuffix("ہ") + "ا" * bare.endswith("ہ")
        )  # a final h is written or not, as the clerk likes
        bare = re.sub("^[يی]", "y", bare)
    return bare.translate(_ARABIC_LETTERS)


def _thai(word: str) -> str:
    for pattern, replacement in _THAI_RULES:
        word = pattern.sub(replacement, word)
    return word


def _khmer(word: str) -> str:
    latin = anyascii(word)
    return latin.removesuffix("a") if _KHMER_CLOSED.search(word) else latin


def _burmese(word: str) -> str:
    for pattern, replacement in _BURMESE_RULES:
        word = pattern.sub(replacement, word)
    return word


def _indic(word: str) -> str:
    word = _INDIC_BEFORE_T.sub("s", _ANUSVARA.sub(_nasal, word))
    return "".join(_INDIC_BY_PLACE.get(ord(c) & 0x7F, c) if 0x0900 <= ord(c) < 0x0D80 else c for c in word)


def _nasal(match: re.Match[str]) -> str:
    following = match[2]
    place = ord(following) & 0x7F if following else 0
    if place == 0x39:  # before h, as in Singh
        return "ng"
    labial = not following or 0x2A <= place <= 0x2E
    return ("m" if labial else "n") + following


def _cyrillic(word: str) -> str:
    if _UKRAINIAN.search(word):
        word = word.replace("г", "h")
    return word.translate(_CYRILLIC_LETTERS)


def _hebrew(word: str) -> str:
    return word.removesuffix("ה")


def _han(word: str) -> str:
    return _HAN.sub(lambda run: _family_first(run[0], _HAN_FAMILIES), word)


def _hangul(word: str) -> str:
    return _HANGUL.sub(lambda run: _family_first(run[0], _HANGUL_FAMILIES), word)


def _family_first(run: str, families: dict[str, str]) -> str:
    """Return a name written without a space as family name and given name, e.g. 王芳 as ``wang fang``."""
    if not 2 <= len(run) <= 4:
        return f" {_sound_or_self(run)} "
    cut = 2 if run[:2] in _TWO_PART_FAMILIES and len(run) > 2 else 1
    family = families.get(run[:cut]) or _sound_or_self(run[:cut])
    return f" {family} {_sound_or_self(run[cut:])} "


def _sound_or_self(run: str) -> str:
    return anyascii(run) or run


_RULES = (
    (_ARABIC, _arabic),
    (_CYRILLIC, _cyrillic),
    (_HEBREW, _hebrew),
    (_THAI, _thai),
    (_INDIC, _indic),
    (_KHMER, _khmer),
    (_BURMESE, _burmese),
    (_HAN, _han),
    (_HANGUL, _hangul),
)
