"""What the report on adverts says that is not counted, and how what is counted is told."""

from __future__ import annotations

from collections.abc import Callable

from tutela.engines.patterns.alerts import Alert, Why
from tutela.engines.patterns.entities import Kind
from tutela.engines.patterns.scores import Grade
from tutela.operations.language import gettext as _
from tutela.operations.language import (
    gettext_noop,
    in_a_row,
    isolated,
    ngettext,
    npgettext,
    number,
    percent,
    short_number,
)
from tutela.operations.patterns.keeping import Decision

TITLE = gettext_noop("What repeats in these adverts")
NOT_A_PERSON = gettext_noop(
    "This page orders texts by what people should look at first. It says nothing about any person. Most of"
    " what repeats is spam, agencies, chains, or people who work by choice; text cannot tell them apart."
    " Nobody may be contacted, visited, refused or prosecuted because of it alone."
)
LIMITS = (
    gettext_noop(
        "Two hands that copy one text are one template here; one hand that writes every text anew is many."
    ),
    gettext_noop(
        "A shared phone may be a flatmate's, a friend's, a booking service's, or given to somebody else "
        "since."
    ),
    gettext_noop("Days and places are those of adverts, not of people."),
    gettext_noop(
        "Signs in words are in a few languages: a template in another has fewer reasons, not less need."
    ),
    gettext_noop("Every wrong match is a knock at a wrong door. When in doubt, choose “unclear”."),
)
FORBIDDEN = (
    gettext_noop(
        "Not for writing to or calling many people: unasked messages from scraped adverts did harm."
    ),
    gettext_noop("Not for enforcing immigration law."),
    gettext_noop(
        "Not a basis for any decision that is made by a machine (GDPR art. 22; directive 2016/680 art. 11)."
    ),
    gettext_noop("Adverts that nobody confirms are forgotten after 90 days; alerts end after two weeks."),
    gettext_noop("Pictures are not read. Origin, skin, religion and health never count."),
)
HOW_TO_DECIDE = gettext_noop(
    "Open decisions.csv, write one of the words below into the column “decision”, your name into “by”, and if"
    " you like a note. Give the file back with --decisions. What two people agree on is settled and goes to"
    " the end of this page; nothing learns from it."
)
DECISIONS = {
    Decision.USEFUL: gettext_noop("worth following up"),
    Decision.AGENCY: gettext_noop("an agency or business"),
    Decision.INDEPENDENT: gettext_noop("people who work for themselves"),
    Decision.SPAM: gettext_noop("spam, a joke, a fraud of another kind"),
    Decision.UNCLEAR: gettext_noop("cannot be told"),
}
KINDS = {
    Kind.PHONE: gettext_noop("a telephone number"),
    Kind.HANDLE: gettext_noop("a name on a messenger"),
    Kind.EMAIL: gettext_noop("an e-mail address"),
    Kind.LINK: gettext_noop("a web address"),
    Kind.WALLET: gettext_noop("where coins are sent to"),
}
"""What the first word of a label says: labels are the same in every language, because they are asked for."""
GRADES = {
    Grade.TESTED: gettext_noop("A: compared with what came out in known cases."),
    Grade.EXPERTS: gettext_noop("B: on a list that experts agreed on."),
    Grade.IDEA: gettext_noop("C: likely, not tested."),
}
HIDDEN = {
    "LEET": gettext_noop("digits for letters"),
    "HOMOGLYPH": gettext_noop("letters of another alphabet"),
    "INVISIBLE": gettext_noop("invisible signs"),
    "EMOJI_DIGIT": gettext_noop("digits as pictures"),
    "NUMBER_WORDS": gettext_noop("numbers in words"),
    "SPACING": gettext_noop("words pulled apart"),
    "STYLED": gettext_noop("decorative letters"),
}
STEPS = {
    "comparing": gettext_noop("Comparing: {share}"),
    "parting chains": gettext_noop("Parting chains: {share}"),
}
"""What the engine is doing, by the name that it says."""
POLICY = gettext_noop("Borders as Natural Earth draws them; they are no opinion of Tutela.")
FEWEST_P = 0.0001
"""A smaller chance is told as smaller than this."""


def why(alert: Alert) -> str:
    if alert.why is Why.NEW_COUNTRY:
        return _("first time in a country: {country}").format(country=isolated(alert.detail))
    return _("more than the weeks before let expect")


def chance(p: float | None) -> str:
    if p is None:
        return "–"
    if p < FEWEST_P:
        return _("under {number}").format(number=short_number(FEWEST_P))
    return short_number(p, digits=1)


def decision(one: Decision) -> str:
    """The word that is written into the form, which is the same in every language, and what it means."""
    return _("{word}: {meaning}").format(word=isolated(one.value), meaning=_(DECISIONS[one]))


def labels() -> str:
    """What the labels of contacts say."""
    kinds = in_a_row([f"{isolated(kind.value)} ({_(meaning)})" for kind, meaning in KINDS.items()])
    return _("Contacts stand under labels. Their first word says what it is: {kinds}.").format(kinds=kinds)


def points(count: int) -> str:
    return ngettext("{count} point", "{count} points", abs(count)).format(count=isolated(number(count)))


def signed(count: int) -> str:
    """Points for or against: +3, −1."""
    return isolated(f"{count:+d}".replace("-", "−"))


def adverts(count: int) -> str:
    return ngettext("{count} advert", "{count} adverts", count).format(count=number(count))


def templates(count: int) -> str:
    return ngettext("{count} template", "{count} templates", count).format(count=number(count))


def places(count: int) -> str:
    return ngettext("{count} place", "{count} places", count).format(count=number(count))


# ---------------------------------------------------------------- facts of templates
_Told = Callable[[int], str]
_MEASURED: dict[str, _Told] = {
    "phones": lambda n: npgettext("of telephones", "{count} number", "{count} numbers", n),
    "names": lambda n: ngettext("{count} name or age", "{count} names or ages", n),
    "places": lambda n: ngettext("{count} place", "{count} places", n),
    "too_fast": lambda n: ngettext("{count} time", "{count} times", n),
    "weeks": lambda n: ngettext("{count} week", "{count} weeks", n),
    "tied": lambda n: ngettext("{count} other template", "{count} other templates", n),
}
_WANTED: dict[str, _Told] = {
    "phones": lambda n: ngettext("{count} telephone number or more", "{count} or more telephone numbers", n),
    "names": lambda n: ngettext("{count} name or age or more", "{count} or more names or ages", n),
    "places": lambda n: ngettext("{count} place or more", "{count} or more places", n),
    "too_fast": lambda n: ngettext(
        "{count} change of place or more, faster than anybody travels",
        "{count} or more changes of place faster than anybody travels",
        n,
    ),
    "weeks": lambda n: ngettext("{count} week with adverts or more", "{count} or more weeks with adverts", n),
    "tied": lambda n: ngettext(
        "{count} template or more tied by a contact", "{count} or more templates tied by a contact", n
    ),
}


def measured(fact: str, value: float) -> str:
    """What a fact that triggered a sign came to."""
    if fact == "share_obscured":
        return _("{share} of its numbers hidden").format(share=percent(value))
    if fact == "messenger_only":
        return _("no other way to answer")
    return _MEASURED[fact](round(value)).format(count=number(value))


def wanted(fact: str, least: float) -> str:
    """From what a fact triggers a sign."""
    if fact == "share_obscured":
        return _("{share} or more of the adverts with a phone number hide it").format(share=percent(least))
    if fact == "messenger_only":
        return _("only a messenger to answer to")
    return _WANTED[fact](round(least)).format(count=short_number(least))
