"""Dates as people count them, in the language of the page."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from babel import Locale
from babel.dates import format_skeleton, format_time
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext, override

from tutela.languages import BABEL

# Within about half a year either way nobody asks which year is meant.
NEAR_DAYS = 180


def locale_of(lang: str | None = None) -> Locale:
    """The Babel locale of a code such as "ar" or "pt-br"; of the active language when none is given."""
    code = lang or get_language() or "en"
    return Locale.parse(BABEL.get(code, code).replace("-", "_"))


def human_date(value: date, lang: str | None = None, *, near: bool = False) -> str:
    """A day with its weekday: "Thu, 26 Nov 2026", or "Thu 26 Nov" when `near` makes the year plain.

    A datetime is taken in the current time zone.
    """
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    day = value.date() if isinstance(value, datetime) else value
    return _day_in_words(day, lang or get_language() or "en", near)


@lru_cache(maxsize=2048)
def _day_in_words(day: date, lang: str, near: bool) -> str:
    words: str = format_skeleton("MMMEd" if near else "yMMMEd", day, locale=locale_of(lang))
    return words


def is_near(value: date, today: date) -> bool:
    """Whether the year of `value` is plain without being said."""
    day = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return abs((day - today).days) <= NEAR_DAYS


def month_in_words(value: date, lang: str | None = None) -> str:
    """A month with its year: "Jun 2026"."""
    words: str = format_skeleton("yMMM", value, locale=locale_of(lang))
    return words


def human_moment(value: datetime, lang: str | None = None, *, near: bool = False) -> str:
    """A day and the time of day: "Thu, 26 Nov 2026, 14:05", in the current time zone; `near` as above."""
    if timezone.is_aware(value):
        value = timezone.localtime(value)
    locale = locale_of(lang)
    pattern: str = locale.datetime_formats["short"]
    day, time = human_date(value, lang, near=near), format_time(value.time(), "short", locale=locale)
    return pattern.format(time, day)


def remaining_words(remaining: int, *, working: bool = False) -> str:
    """The time left in the active language: "in 3 working days", "today", "2 days late"."""
    count = abs(remaining)
    if remaining == 0:
        return gettext("today")
    if working and remaining > 0:
        words = ngettext("in %(count)s working day", "in %(count)s working days", count)
    elif working:
        words = ngettext("%(count)s working day late", "%(count)s working days late", count)
    elif remaining > 0:
        words = ngettext("in %(count)s day", "in %(count)s days", count)
    else:
        words = ngettext("%(count)s day late", "%(count)s days late", count)
    return words % {"count": count}


def deadline_words(remaining: int, due: date, lang: str | None = None, *, working: bool = False) -> str:
    """What is left and the day itself: "in 3 working days, Thu 26 Nov"; `remaining` in (working) days."""
    with override(lang or get_language()):
        return gettext("%(left)s, %(day)s") % {
            "left": remaining_words(remaining, working=working),
            "day": human_date(due, lang, near=abs(remaining) <= NEAR_DAYS),
        }
