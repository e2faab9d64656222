"""What a release says of itself: what is promised to one person, what is not, and what nobody should do."""

from __future__ import annotations

from math import exp, sqrt

LEAD = (
    "These are numbers about {whom}, with a small random amount added to each, and invented records that"
    " follow the same numbers. No record belongs to a real person. About {people} people were counted;"
    " with 95 % certainty the number lies between {low} and {high}."
)
TEST = (
    "THIS IS A TEST. Its noise was made from a seed that is known, so anybody can take it off again. It"
    " protects nobody and must not be published with records of real people."
)
ONE_PERSON = (
    "Somebody knows everything about everybody else in these records and wonders about one person: were they"
    " counted? Guessing blindly is right in 50 of 100 cases. With all that is published here it is right in"
    " at most {share} of 100. Somebody who knows that the person was counted and wonders which of two answers"
    " was recorded is right in at most {answer} of 100."
)
PROMISE = (
    "The formal promise: whatever can be seen here could have been seen without the person’s record too, with"
    " odds that differ by a factor of at most {factor} (epsilon {epsilon}), except with a chance below"
    " {delta} (delta). It holds for every person, whatever else is known, now and later. The factor is for"
    " the worst case that can be thought of; the guesses in 100 are for the average one."
)
TOGETHER = (
    "With everything that was released before about the same people epsilon is {epsilon}, and the guess is"
    " right in at most {share} of 100 cases."
)
HOW_FAR = (
    "In 95 of 100 cases a printed number lies this close to what was counted. The distance is the same for"
    " small and for large numbers, so small ones say little."
)
NOT_TO_DO = (
    "Do not look for a person in the synthetic records: nobody is there. One that fits somebody is chance.",
    "Do not read a number that is smaller than its interval is wide. It may be zero.",
    "Do not add up many small cells: their errors add up too. Take the table that has the sum.",
    "Do not use the synthetic records for a question about more than {order} columns at once. How more than"
    " {order} hang together was not measured.",
    "Do not train a system on them that decides about people.",
    "Do not say of a rare combination in the synthetic records that it was seen, or of a missing one that it"
    " was not.",
    "Do not take them for everybody who was trafficked. Only people whom somebody found and registered were"
    " counted.",
)
WHICH = (
    "tables-1, tables-2, tables-3, “people”: for analysts. Right on average, each with its standard error and"
    " its 95 % interval. Some numbers are below zero: that is the noise, and to cut it off would make sums"
    " too large.",
    "tables-1, tables-2, tables-3, “likely”: for readers. The likeliest count behind the noise, never below"
    " zero, and much closer where few were counted. It leans towards what smaller tables let expect, has no"
    " interval of its own, and is a guess for any single small cell.",
    "records: for readers, teaching and maps. One invented person a line, whole and never below zero, so that"
    " small groups come out a little too large or are missing.",
    "manifest.json: all settings, the budget, and a digest of each file.",
    "noisy-parts.npz: the noisy numbers from which all else was made. With those of other years they make the"
    " tables of all years together, at no further cost.",
)
NOT_PROTECTED = (
    "The lists of codes, the choice of columns, and what is called impossible: they were taken from public"
    " lists, not from the records.",
    "What is true of a whole group. If nearly all people of a group have one thing in common, this shows it,"
    " and it would show it without any one of them.",
    "What other tables, reports and people tell. Everything made of the same records must be in the ledger.",
    "A person whose records were not recognised as one person’s. Duplicates must be found before.",
    "That somebody was registered at all by this office, where that is known otherwise.",
)
SOURCES = (
    "Tables: Xiao, He, Zhang and Kifer, “An optimal and scalable matrix mechanism for noisy marginals”,"
    " NeurIPS 2023. Noise: Canonne, Kamath and Steinke, “The discrete Gaussian for differential privacy”,"
    " NeurIPS 2020, drawn exactly with whole numbers (Karney 2016).",
    "Budget: Bun and Steinke, “Concentrated differential privacy”, TCC 2016. Guesses in 100: the distance of"
    " what is seen with and without a person is at most the square root of rho / 2 (Pinsker’s inequality).",
)


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
    return f"one in {1 / delta:,.0f}"


def factor(epsilon: float) -> str:
    found = exp(epsilon)
    return f"{found:,.0f}" if found >= 10 else f"{found:.1f}"
