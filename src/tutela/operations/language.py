"""The language that a command speaks: its sentences, numbers, days and lists, without Django.

The sentences are those of the one catalogue of each language, src/tutela/locale. `speaking` sets the language
for what runs inside it; a process or thread that is started inside speaks English unless it is told again.
What other programs read (CSV, JSON) is never put through here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel import Locale
from babel.dates import format_skeleton
from babel.numbers import format_decimal

from tutela.languages import BABEL, LANGUAGES

LOCALE = Path(__file__).resolve().parent.parent / "locale"
CODES = tuple(code for code, _name in LANGUAGES)
ENGLISH = CODES[0]
_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speaks one of CODES inside; afterwards what was spoken before. Raises ValueError for any other."""
    if language not in CODES:
        raise ValueError(f"Tutela does not speak {language!r}.")
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def spoken() -> str:
    """The code of the language that is spoken now."""
    return _spoken.get()


def direction() -> str:
    """Which way it is written, as HTML says it: ltr or rtl."""
    return str(locale().text_direction)


def rtl() -> bool:
    """Whether it is written from right to left: what `engines.pictures` is told."""
    return direction() == "rtl"


def locale() -> Locale:
    """What Babel knows of the language: names of countries, of months, marks of numbers."""
    return _locale(spoken())


# ---------------------------------------------------------------- sentences
def gettext(sentence: str) -> str:
    return _catalogue(spoken()).gettext(sentence)


def ngettext(one: str, several: str, count: int) -> str:
    """The form for `count`; {count} itself is filled in by who asks, with `number`."""
    return _catalogue(spoken()).ngettext(one, several, count)


def pgettext(context: str, sentence: str) -> str:
    """A word that means something else elsewhere: `context` says what it means here."""
    return _catalogue(spoken()).pgettext(context, sentence)


def npgettext(context: str, one: str, several: str, count: int) -> str:
    return _catalogue(spoken()).npgettext(context, one, several, count)


def gettext_noop(sentence: str) -> str:
    """Marks a sentence that is kept, as in a constant of a module: `gettext` it where it is said."""
    return sentence


# ---------------------------------------------------------------- numbers, days, lists
def number(value: float, decimals: int = 0) -> str:
    """With its marks and exactly so many decimals: 1,234.5. Rounded as Python rounds."""
    exact = Decimal(f"{value:.{decimals}f}")
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(exact, format=pattern, locale=locale()))


def short_number(value: float, digits: int = 6) -> str:
    """With at most so many digits that count, none of them an idle zero: 0.05, 12.3, 1,200,000."""
    exact = Decimal(f"{value:.{digits}g}")
    return str(format_decimal(exact, format="#,##0.####################", locale=locale()))


def percent(part: float, decimals: int = 0) -> str:
    """A part of one as people of the language write it per hundred: 12%, 12 %."""
    marks = locale().percent_formats[None].pattern
    return str(marks.replace("#,##0", number(part * 100, decimals)))


def day(value: date) -> str:
    """25 Nov 2026."""
    return str(format_skeleton("yMMMd", value, locale=locale()))


def month(value: date) -> str:
    """Nov 2026."""
    return str(format_skeleton("yMMM", value, locale=locale()))


def listed(items: Sequence[str]) -> str:
    """a, b and c."""
    if len(items) < 2:
        return "".join(items)
    patterns = locale().list_patterns["standard"]
    if len(items) == 2:
        return str(patterns["2"]).format(*items)
    found = str(patterns["start"]).format(items[0], items[1])
    for item in items[2:-1]:
        found = str(patterns["middle"]).format(found, item)
    return str(patterns["end"]).format(found, items[-1])


def in_a_row(items: Sequence[str]) -> str:
    """a, b, c: items beside each other, as in a cell of a table."""
    return ("، " if spoken() == "ar" else ", ").join(items)


def isolated(text: str) -> str:
    """A name, a path, a range of numbers, so that it keeps its own direction inside a sentence that is
    written from right to left."""
    return f"\u2068{text}\u2069" if rtl() else text


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(BABEL.get(language, language).replace("-", "_"))


@cache
def _catalogue(language: str) -> NullTranslations:
    """The compiled catalogue; the English of the sources where it lacks a sentence."""
    if language == ENGLISH:
        return NullTranslations()
    with (LOCALE / language.replace("-", "_") / "LC_MESSAGES" / "django.mo").open("rb") as file:
        return GNUTranslations(file)
