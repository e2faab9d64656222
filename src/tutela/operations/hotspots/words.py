"""What the report says: what each model answers, what it assumes, and what no scan can know."""

from __future__ import annotations

from collections.abc import Sequence

from tutela.operations.hotspots.asked import Kind, Shape, Unit
from tutela.operations.language import gettext as _
from tutela.operations.language import gettext_noop, in_a_row, isolated, ngettext, number, pgettext

ANSWERS = {
    Kind.PERMUTATION: gettext_noop(
        "Where and when together were there more cases than this place and this time have by themselves? "
        "The times of cases are dealt out anew among their places. Nobody knows how many people are at risk "
        "of trafficking, so this model, which needs no population, is the one that is taken for cases alone."
    ),
    Kind.POISSON: gettext_noop(
        "Where were there more cases than the given population lets expect? The population is taken to be "
        "the people at risk. For trafficking that is nearly never known: read this as “more than by "
        "population”."
    ),
    Kind.BERNOULLI: gettext_noop(
        "Where are cases a larger part of cases and controls than elsewhere? The controls are taken to be "
        "chosen in the same way as the cases, but for what makes them cases."
    ),
}
NOT_FOUND = {
    Kind.PERMUTATION: gettext_noop(
        "It finds no place that has too many cases at all times, and no rise everywhere."
    ),
    Kind.POISSON: gettext_noop("It finds places of much reporting as readily as places of much trafficking."),
    Kind.BERNOULLI: gettext_noop(
        "It finds places where controls were missed as readily as places with many cases."
    ),
}
LIMITS = (
    gettext_noop(
        "Cases that are known measure the work of police, labour inspectors and organisations as much as "
        "trafficking. A cluster can be a raid, a new hotline, or one diligent desk. Hold it against the map "
        "of reporting effort."
    ),
    gettext_noop("No cluster does not mean no trafficking: what nobody reports is on no map."),
    gettext_noop("A cluster speaks of a place and a time, never of a person, a business or a community."),
    gettext_noop(
        "Its edge is rough: the windows have set shapes, and a neighbouring place may belong to it or not."
    ),
    gettext_noop(
        "The chance counts one look. Who looks every day, or tries several models, must expect more false "
        "alarms."
    ),
)
EFFORT_MISSING = gettext_noop(
    "No reporting effort was given, so this map cannot be told apart from a map of where somebody looks. "
    "Add a column “effort” to the places: officers, inspections, calls answered, or whatever tells how much "
    "was looked."
)
SOURCE = {
    Kind.PERMUTATION: "Kulldorff, Heffernan, Hartman, Assunção and Mostashari 2005, PLoS Medicine 2(3): e59.",
    Kind.POISSON: "Kulldorff 1997, Communications in Statistics: Theory and Methods 26: 1481-1496.",
    Kind.BERNOULLI: "Kulldorff 1997, Communications in Statistics: Theory and Methods 26: 1481-1496.",
}
RECURS = {
    Unit.DAY: gettext_noop("Comes back after (days)"),
    Unit.WEEK: gettext_noop("Comes back after (weeks)"),
    Unit.MONTH: gettext_noop("Comes back after (months)"),
    Unit.YEAR: gettext_noop("Comes back after (years)"),
}
_EACH = {
    Unit.DAY: gettext_noop("{count}, each a day"),
    Unit.WEEK: gettext_noop("{count}, each a week"),
    Unit.MONTH: gettext_noop("{count}, each a month"),
    Unit.YEAR: gettext_noop("{count}, each a year"),
}


def kind(value: Kind) -> str:
    """The name of a model as it stands in a table."""
    return {
        Kind.PERMUTATION: pgettext("model of a scan", "permutation"),
        Kind.POISSON: pgettext("model of a scan", "poisson"),
        Kind.BERNOULLI: pgettext("model of a scan", "bernoulli"),
    }[value]


def shape(value: Shape) -> str:
    return {
        Shape.CIRCLE: pgettext("shape of a window", "circle"),
        Shape.ELLIPSE: pgettext("shape of a window", "ellipse"),
        Shape.NETWORK: pgettext("shape of a window", "network"),
    }[value]


def each(count: int, unit: Unit) -> str:
    """How many periods, and how long each is."""
    return _(_EACH[unit]).format(count=number(count))


def length(count: int, unit: Unit) -> str:
    """A stretch of time: 3 weeks."""
    match unit:
        case Unit.DAY:
            words = ngettext("{count} day", "{count} days", count)
        case Unit.WEEK:
            words = ngettext("{count} week", "{count} weeks", count)
        case Unit.MONTH:
            words = ngettext("{count} month", "{count} months", count)
        case _:
            words = ngettext("{count} year", "{count} years", count)
    return words.format(count=number(count))


def names_of(places: Sequence[str], most: int = 12) -> str:
    """Names in a row, the first of many."""
    told, more = in_a_row([isolated(place) for place in places[:most]]), len(places) - most
    if more <= 0:
        return told
    says = ngettext("{names} and {count} more", "{names} and {count} more", more)
    return says.format(names=told, count=number(more))
