"""What a release says of itself: what is promised to one person, what is not, and what nobody should do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import exp, sqrt

from tutela.operations.language import gettext as _
from tutela.operations.language import gettext_noop, isolated, ngettext, pgettext
from tutela.operations.language import number as written

LEAD = gettext_noop(
    "These are numbers about {whom}, with a small random amount added to each, and invented records that"
    " follow the same numbers. No record belongs to a real person. About {people} people were counted;"
    " with 95 % certainty the number lies between {low} and {high}."
)
TEST = gettext_noop(
    "THIS IS A TEST. Its noise was made from a seed that is known, so anybody can take it off again. It"
    " protects nobody and must not be published with records of real people."
)
ONE_PERSON = gettext_noop(
    "Somebody knows everything about everybody else in these records and wonders about one person: were they"
    " counted? Guessing blindly is right in 50 of 100 cases. With all that is published here it is right in"
    " at most {share} of 100. Somebody who knows that the person was counted and wonders which of two answers"
    " was recorded is right in at most {answer} of 100."
)
PROMISE = gettext_noop(
    "The formal promise: whatever can be seen here could have been seen without the person’s record too, with"
    " odds that differ by a factor of at most {factor} (epsilon {epsilon}), except with a chance below"
    " {delta} (delta). It holds for every person, whatever else is known, now and later. The factor is for"
    " the worst case that can be thought of; the guesses in 100 are for the average one."
)
TOGETHER = gettext_noop(
    "With everything that was released before about the same people epsilon is {epsilon}, and the guess is"
    " right in at most {share} of 100 cases."
)
HOW_FAR = gettext_noop(
    "In 95 of 100 cases a printed number lies this close to what was counted. The distance is the same for"
    " small and for large numbers, so small ones say little."
)
NOT_TO_DO = (
    gettext_noop(
        "Do not look for a person in the synthetic records: nobody is there. One that fits somebody is"
        " chance."
    ),
    gettext_noop("Do not read a number that is smaller than its interval is wide. It may be zero."),
    gettext_noop("Do not add up many small cells: their errors add up too. Take the table that has the sum."),
)
TOGETHER_NOT_MEASURED = {
    1: gettext_noop(
        "Do not use the synthetic records for a question about more than one column at once. How more than"
        " one hang together was not measured."
    ),
    2: gettext_noop(
        "Do not use the synthetic records for a question about more than two columns at once. How more than"
        " two hang together was not measured."
    ),
    3: gettext_noop(
        "Do not use the synthetic records for a question about more than three columns at once. How more than"
        " three hang together was not measured."
    ),
}
NOT_TO_DO_EITHER = (
    gettext_noop("Do not train a system on them that decides about people."),
    gettext_noop(
        "Do not say of a rare combination in the synthetic records that it was seen, or of a missing one"
        " that it was not."
    ),
    gettext_noop(
        "Do not take them for everybody who was trafficked. Only people whom somebody found and registered"
        " were counted."
    ),
)
WHICH = (
    gettext_noop(
        "tables-*.csv, “people”: for analysts. Right on average, each with its standard"
        " error and its 95 % interval. Some numbers are below zero: that is the noise, and to cut it off"
        " would make sums too large."
    ),
    gettext_noop(
        "tables-*.csv, “likely”: for readers. The likeliest count behind the noise, never"
        " below zero, and much closer where few were counted. It leans towards what smaller tables let"
        " expect, has no interval of its own, and is a guess for any single small cell."
    ),
    gettext_noop(
        "records: for readers, teaching and maps. One invented person a line, whole and never below zero, so"
        " that small groups come out a little too large or are missing."
    ),
    gettext_noop("manifest.json: all settings, the budget, and a digest of each file."),
    gettext_noop(
        "noisy-parts.npz: the noisy numbers from which all else was made. With those of other years they"
        " make the tables of all years together, at no further cost."
    ),
)
NOT_PROTECTED = (
    gettext_noop(
        "The lists of codes, the choice of columns, and what is called impossible: they were taken from"
        " public lists, not from the records."
    ),
    gettext_noop(
        "What is true of a whole group. If nearly all people of a group have one thing in common, this shows"
        " it, and it would show it without any one of them."
    ),
    gettext_noop(
        "What other tables, reports and people tell. Everything made of the same records must be in the"
        " ledger."
    ),
    gettext_noop(
        "A person whose records were not recognised as one person’s. Duplicates must be found before."
    ),
    gettext_noop("That somebody was registered at all by this office, where that is known otherwise."),
)
SOURCES = (
    "Tables: Xiao, He, Zhang and Kifer, “An optimal and scalable matrix mechanism for noisy marginals”,"
    " NeurIPS 2023. Noise: Canonne, Kamath and Steinke, “The discrete Gaussian for differential privacy”,"
    " NeurIPS 2020, drawn exactly with whole numbers (Karney 2016).",
    "Budget: Bun and Steinke, “Concentrated differential privacy”, TCC 2016. Guesses in 100: the"
    " distance of what is seen with and without a person is at most the square root of rho / 2"
    " (Pinsker’s inequality).",
)
SAYS_TABLES = gettext_noop("tables of up to {order} columns and synthetic records")
SAYS_TEST = gettext_noop("{says}; a test with noise that is known, which protects nobody")
SAYS_COMPARED = gettext_noop("synthetic records beside the real ones (release of line {line})")
SAYS_COUNTED = gettext_noop("count of people whom {agency} knows too, epsilon {epsilon}")
"""What a charge says where nobody says otherwise. It is kept in English, and read in any language."""
BY = {
    1: gettext_noop("by one column"),
    2: gettext_noop("by two columns"),
    3: gettext_noop("by three columns"),
}
TABLES_BY = {
    1: gettext_noop("By one column"),
    2: gettext_noop("By two columns"),
    3: gettext_noop("By three columns"),
}
IN_A_TABLE = {
    1: gettext_noop("In a table by one column"),
    2: gettext_noop("In a table by two columns"),
    3: gettext_noop("In a table by three columns"),
}


def not_to_do(order: int) -> list[str]:
    return [_(one) for one in (*NOT_TO_DO, TOGETHER_NOT_MEASURED[order], *NOT_TO_DO_EITHER)]


def what(kind: str) -> str:
    """A kind of charge."""
    known = {
        "release": pgettext("ledger", "release"),
        "dashboard": pgettext("ledger", "dashboard"),
        "quality report": pgettext("ledger", "quality report"),
        "match count": pgettext("ledger", "match count"),
        "question": pgettext("ledger", "question"),
    }
    return known[kind]


def said(says: str) -> str:
    """What was written of a charge; what Tutela itself wrote is put into the language that is spoken."""
    for sentence in (SAYS_TEST, SAYS_TABLES, SAYS_COMPARED, SAYS_COUNTED):
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(sentence))
        if match := re.fullmatch(pattern, says):
            parts = match.groupdict()
            if "says" in parts:
                parts["says"] = said(parts["says"])
            return _(sentence).format(**parts)
    return says


def of_year(year: int | None) -> str:
    return _("all years") if year is None else str(year)


def whom(population: str, year: int | None) -> str:
    return _("“{population}”, {year}").format(population=isolated(population), year=of_year(year))


def unit(units: Sequence[tuple[int, bool]], years_apart: bool | None) -> str:
    """Whom it protects. `units`: the most records of a person, and whether a column told people apart;
    `years_apart`: of all years together, whether nobody is in two of them."""
    found = []
    for most, told_apart in units:
        if told_apart:
            words = ngettext(
                "a person, with at most {count} record", "a person, with at most {count} records", most
            )
        else:
            words = ngettext(
                "a person, with at most {count} record; each line was taken for one person",
                "a person, with at most {count} records; each line was taken for one person",
                most,
            )
        found.append(words.format(count=written(most)))
    if years_apart is not None:
        found.append(apart(years_apart))
    return _("; ").join(found)


def apart(years_apart: bool) -> str:
    return _("nobody is in two years") if years_apart else _("people may be in several years")


def guesses(rho: float) -> int:
    """Of 100 guesses between “counted” and “not counted”, at most so many are right: rounded up.

    rho bounds the divergence of what is seen in the two cases (Bun and Steinke 2016), and with it their
    distance: Pinsker, or Bretagnolle and Huber (1979) where that is closer.
    """
    distance = min(sqrt(rho / 2), sqrt(1 - exp(-rho)))
    return min(100, -int(-(50 + 50 * distance) // 1))


def which_answer(rho: float) -> int:
    """Of 100 guesses between two answers of a person who is known to be counted, at most so many are right.

    One answer for another is two steps, one person less and one more: they cost four times rho (Bun and
    Steinke 2016, proposition 1.9).
    """
    return guesses(4 * rho)


def chance(delta: float) -> str:
    """A small chance as people say it."""
    return _("one in {count}").format(count=written(1 / delta))


def factor(epsilon: float) -> str:
    found = exp(epsilon)
    return written(found) if found >= 10 else written(found, decimals=1)
