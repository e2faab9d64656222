"""Puts the law into the reader's language: texts of the library, conditions, strengths, certainties."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.dates import format_date
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, get_language_bidi, gettext
from django.utils.translation import gettext_lazy as _

from tutela.engines.rights import (
    Certainty,
    Cooperation,
    Counting,
    Ends,
    FactSince,
    FirstDay,
    LastDay,
    Measure,
    MergedRight,
    Provision,
    Reservation,
    Strength,
    Test,
    TimeLimit,
    Value,
)
from tutela.people.choices import region_name
from tutela.rights.law import load_law

FORCE: Final[dict[Strength, Promise]] = {
    Strength.SHALL: _("They must"),
    Strength.SHALL_LAW: _("The law must provide for it"),
    Strength.ENDEAVOUR: _("They must try"),
    Strength.CONSIDER: _("The state must think about it, but may say no"),
    Strength.RECOMMEND: _("Recommended, not binding"),
    Strength.GUIDANCE: _("Official guidance, not a law"),
    Strength.MAY: _("The state may, but does not have to"),
    Strength.LIMIT: _("A limit"),
    Strength.RISK: _("Take care: this can harm the person's case"),
}

TRUST: Final[dict[Certainty, Promise]] = {
    Certainty.READ: _("We read the text of the law"),
    Certainty.SECONDARY: _("From a secondary source"),
    Certainty.GENERAL: _("To be confirmed by a lawyer"),
}

HELPING_POLICE: Final[dict[Cooperation, Promise]] = {
    Cooperation.NO: _("Does not depend on helping the police"),
    Cooperation.YES: _("Only for a person who helps the police or the court"),
    Cooperation.ALTERNATIVE: _("Helping the police or the court is one of several ways"),
}


_FIRST_DAYS: Final[dict[FirstDay, Promise]] = {
    FirstDay.EXCLUDED: _("The day of the event is not counted."),
    FirstDay.INCLUDED: _("The day of the event is the first day."),
}
_LAST_DAYS: Final[dict[LastDay, Promise]] = {
    LastDay.AS_IT_FALLS: _("The last day may fall on any day."),
    LastDay.NEXT_WORKING_DAY: _("A last day that is no working day moves to the next one."),
    LastDay.PREVIOUS_WORKING_DAY: _("A last day that is no working day moves to the one before."),
}

COUNTING_NOT_VERIFIED: Final = _("How this legal order counts was not verified.")


_ACT: Final = re.compile(r"\d+/\d+/[A-Z]+")
"""The number of an act, such as 2011/36/EU, which would be turned round in a line that runs the other way."""


def text(texts: Mapping[str, str], language: str = "") -> str:
    """The words in a language (the active one when none is given), in English where it has none."""
    code = (language or get_language() or "en").split("-")[0]
    found = texts.get(code) or texts.get("en", "")
    return _ACT.sub("\u2068\\g<0>\u2069", found) if code in settings.LANGUAGES_BIDI else found


def day(value: date, language: str = "") -> str:
    """A day written out: 25 November 2026."""
    code = (language or get_language() or "en").split("-")[0]
    return format_date(value, "long", locale=_locale(code))


@lru_cache(maxsize=16)
def _locale(code: str) -> Locale:
    # Plain "en" would put the month first.
    return Locale.parse({"en": "en_GB"}.get(code, code))


def country(code: str, language: str = "") -> str:
    """The name of a country; its code where the language has no name for it."""
    spoken = (language or get_language() or "en").split("-")[0]
    return str(_locale(spoken).territories.get(code, code))


def region(code: str) -> str:
    """The name of a part of a country (ISO 3166-2)."""
    return region_name(code)


def value(fact: str, found: Value, language: str = "") -> str:
    """An answer in words."""
    if isinstance(found, bool):
        return gettext("Yes") if found else gettext("No")
    if isinstance(found, date):
        return day(found, language)
    definition = load_law().facts.get(fact)
    labels = definition.values.get(found) if definition else None
    return text(labels, language) if labels else region(found)


def label(fact: str, language: str = "") -> str:
    definition = load_law().facts.get(fact)
    return text(definition.label, language) if definition else fact


def question(fact: str, language: str = "") -> str:
    definition = load_law().facts.get(fact)
    return text(definition.question, language) if definition else fact


def right_label(one: MergedRight) -> str:
    """What a right is called; an entry that is a basis of none is called by its own title."""
    known = load_law().rights.get(one.right)
    return text(known.label if known else one.best.provision.title)


def right_in_plain_words(one: MergedRight) -> str:
    """One sentence to the person."""
    known = load_law().rights.get(one.right)
    return text(known.plain if known else one.best.provision.detail)


def condition(one: Test, language: str = "") -> str:
    """A condition in words: "Stage of identification: reasonable grounds found or recognised as a victim"."""
    if isinstance(one, FactSince):
        return _since(one, language)
    answers = sorted(value(one.fact, found, language) for found in one.values)
    if len(answers) > 1:
        answers = [gettext("“%(answer)s”") % {"answer": answer} for answer in answers]
    joined = gettext(" or ").join(answers)
    name = label(one.fact, language)
    if one.wanted:
        return gettext("%(fact)s: %(answer)s") % {"fact": name, "answer": joined}
    return gettext("%(fact)s: not %(answer)s") % {"fact": name, "answer": joined}


def _since(one: FactSince, language: str) -> str:
    words = {"fact": label(one.fact, language)}
    if one.day is None:
        if one.wanted:
            return gettext("%(fact)s: since this law binds the state") % words
        return gettext("%(fact)s: before this law binds the state") % words
    words["day"] = day(one.day, language)
    if one.wanted:
        return gettext("%(fact)s: on %(day)s or later") % words
    return gettext("%(fact)s: before %(day)s") % words


def reservation(one: Reservation | None, language: str = "") -> str:
    """What a state said when it joined, on which day, and how sure that is. Empty where it said nothing."""
    if one is None:
        return ""
    made_on = [day(one.made_on, language)] if one.made_on else []
    return " · ".join([text(one.text, language), *made_on, str(TRUST[one.certainty])])


def until(limit: TimeLimit, ends: Ends, language: str = "") -> str:
    """The day of a limit as people say it: by when somebody must act, or until when something lasts."""
    words = {"day": day(ends.day, language)}
    if limit.measures is Measure.DEADLINE:
        return gettext("By %(day)s") % words
    told = (gettext("At least until %(day)s") if ends.at_least else gettext("Until %(day)s")) % words
    if ends.latest is None or ends.latest == ends.day:
        return told
    return gettext("%(until)s, at most until %(latest)s") % {
        "until": told,
        "latest": day(ends.latest, language),
    }


def counting(rule: Counting) -> str:
    """How days are counted, and whether anybody looked that up; the source stands apart."""
    told = [_FIRST_DAYS[rule.first_day], _LAST_DAYS[rule.last_day]]
    if not rule.is_verified:
        told.append(COUNTING_NOT_VERIFIED)
    return " ".join(map(str, told))


def article(number: str) -> str:
    """An article in the active language: "art. 10(2)"; what a law calls otherwise keeps its own words."""
    kind, _space, rest = number.partition(" ")
    return gettext("art. %(number)s") % {"number": rest} if kind == "art." else number


def citation(provision: Provision, *, in_full: bool = False) -> str:
    """Where an entry is written: "art. 10(2), Council of Europe Convention", or with the whole name of it."""
    instrument = load_law().library.instruments[provision.instrument]
    named = text(instrument.name if in_full else instrument.short)
    return gettext(", ").join((_isolated(article(provision.article)), _isolated(named)))


def _isolated(part: str) -> str:
    """Latin letters and their numbers keep their order in a line that runs the other way."""
    return f"\u2068{part}\u2069" if get_language_bidi() and part[:1].isascii() else part


def duty_bearer(code: str, language: str = "") -> str:
    return text(load_law().duty_bearers.get(code, {"en": code}), language)
