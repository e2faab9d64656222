"""Sentences in which the calculation itself says why it gives no number, put into the language spoken."""

from __future__ import annotations

import re
from functools import cache

from tutela.operations.language import gettext as _
from tutela.operations.language import gettext_noop, isolated, listed
from tutela.operations.language import number as written

SENTENCES = (
    gettext_noop("Nobody is on the list {name}: leave it out."),
    gettext_noop(
        "No two lists share anybody. The number of people whom no list knows cannot be told from that."
    ),
    gettext_noop("Fewer than {people} people are on more than one list: that carries no estimate."),
    gettext_noop("Too few people are on more than one list: even independent lists give no estimate."),
    gettext_noop("Latent classes take three lists or more."),
    gettext_noop("The chains do not agree (R-hat {value}): read it with doubt."),
    gettext_noop("{failed} of {replicates} replicates had no estimate."),
    gettext_noop("The posterior has {peaks} peaks, near {totals}: the data tell more than one story."),
    gettext_noop("Fewer than {people} people were observed."),
    gettext_noop("No estimate exists: too few people are on more than one list."),
    gettext_noop("Only {usable} of {replicates} replicates have an estimate."),
    gettext_noop("All replicates lie on one side of the estimate: they say nothing about the other."),
    gettext_noop("Averaging over graphs takes 3 to {most} lists: merge some."),
    gettext_noop("The largest total lies above the number of people observed."),
    gettext_noop(
        "{lists} lists with interactions of up to {order} make too many models to look through. Up to five"
        " lists can have any order, six lists order 2."
    ),
    gettext_noop("Give {fewest} to {most} lists: there are {lists}."),
    gettext_noop("Two lists have the same name."),
    gettext_noop("A count of people is zero or more."),
    gettext_noop("Nobody is on any list."),
    gettext_noop("There is no list {name}."),
    gettext_noop("Merge two lists or more."),
)
_NUMBER = re.compile(r"\d[\d,]*(?:\.(\d+))?")


def said(sentence: str) -> str:
    """What the engine said, in the language spoken; in its own words where it is none of these."""
    for form in SENTENCES:
        if found := _pattern(form).fullmatch(sentence):
            return _(form).format(**{name: _value(text) for name, text in found.groupdict().items()})
    return sentence


@cache
def _pattern(form: str) -> re.Pattern[str]:
    """What fills the braces of a sentence is a group of that name."""
    parts = re.split(r"\{(\w+)\}", form)
    return re.compile(
        "".join(f"(?P<{part}>.+)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
    )


def _value(text: str) -> str:
    """A number, or several, as they are written in the language; anything else is a name."""
    found = [_NUMBER.fullmatch(one) for one in text.split(" and ")]
    if not all(found):
        return isolated(text)
    return listed([written(float(one[0].replace(",", "")), len(one[1] or "")) for one in found if one])
