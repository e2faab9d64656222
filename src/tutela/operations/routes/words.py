"""What a report of routes says of itself: what each part answers, and what it cannot know."""

from __future__ import annotations

from tutela.operations.language import gettext_noop, isolated, short_number

LIMITS = (
    gettext_noop(
        "A record is made where somebody looked. A thick stream can be a diligent prosecutor, and a place"
        " without one can be a place where nobody asks."
    ),
    gettext_noop(
        "A route is not a person. One person can be in several records, and one record can stand for many"
        " people."
    ),
    gettext_noop(
        "Records say where people came from and were found, not who they are: never use this to single out"
        " travellers of a nationality."
    ),
    gettext_noop("Most records know no transit. Its absence says that it was not written down."),
    gettext_noop(
        "A region (Europe, Gulf states) is a place of its own here. What was recorded of it is not shared out"
        " among its countries, so that these are too low."
    ),
    gettext_noop(
        "Records that copy each other, from year to year or from report to report, are not independent:"
        " p-values are then too small."
    ),
)
BACKBONE = gettext_noop(
    "A link belongs to the backbone if it carries more of all that leaves its start, or enters its end, than"
    " shares by lot would give it (disparity filter: Serrano, Boguñá and Vespignani 2009, PNAS 106: 6483). It"
    " keeps strong links of small places, which a plain threshold loses."
)
BETWEEN = gettext_noop(
    "How many of the shortest ways between two other places pass a place, where a link is the shorter the"
    " more was recorded on it (Brandes 2001, Journal of Mathematical Sociology 25: 163). This joins links of"
    " different records into ways that perhaps nobody went: it is a guess about routes, and a hint where to"
    " look."
)
CUT = gettext_noop(
    "The fewest places without which no way leads from the one set to the other along the backbone, links of"
    " different records joined (a guess: no record tells the whole way). Of several such sets the one nearest"
    " to the origins. It is for meeting people on the way with help, not for stopping them."
)
GUESSES = gettext_noop(
    "Guessed, and counted nowhere: records that know no destination, joined with records that know no origin,"
    " where both tell the same transit. At most as many records as the rarer half has can be of one way."
)
CHANGES = gettext_noop(
    "Each pair of origin and destination against all others: has it another part of all records than before"
    " (Fisher's exact test, two-sided)? That more was recorded in all changes nothing. Of those marked, about"
    " the stated part is expected to be false (Benjamini and Hochberg 1995). Pairs with small numbers in"
    " either time, or in the years that are not compared, are left out before anything is worked out."
)
UNREAD = gettext_noop(
    "These spellings were taken for no place: no list has exactly this name, or two places have it. Records"
    " with one of them are left out. “Perhaps” is what looks alike, and nothing was done by it. To say what"
    " one means: --places FILE."
)
DASHED = gettext_noop("Dashed: a guess that no record tells whole (see guessed ways).")


def tiny(value: float, digits: int = 2) -> str:
    """A part of chance, with so many digits that count; as 3e-09 where it is very small."""
    plain, power, exponent = f"{value:.{digits}g}".partition("e")
    return isolated(f"{short_number(float(plain), digits)}{power}{exponent}")


def years(first: int, last: int) -> str:
    """A year, or the first and the last of several."""
    return str(first) if first == last else isolated(f"{first}–{last}")
