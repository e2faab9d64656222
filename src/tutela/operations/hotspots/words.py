"""What the report says: what each model answers, what it assumes, and what no scan can know."""

from __future__ import annotations

from tutela.operations.hotspots.asked import Kind

ANSWERS = {
    Kind.PERMUTATION: (
        "Where and when together were there more cases than this place and this time have by themselves? "
        "The times of cases are dealt out anew among their places. Nobody knows how many people are at risk "
        "of trafficking, so this model, which needs no population, is the one that is taken for cases alone."
    ),
    Kind.POISSON: (
        "Where were there more cases than the given population lets expect? The population is taken to be "
        "the people at risk. For trafficking that is nearly never known: read this as “more than by "
        "population”."
    ),
    Kind.BERNOULLI: (
        "Where are cases a larger part of cases and controls than elsewhere? The controls are taken to be "
        "chosen in the same way as the cases, but for what makes them cases."
    ),
}
NOT_FOUND = {
    Kind.PERMUTATION: "It finds no place that has too many cases at all times, and no rise everywhere.",
    Kind.POISSON: "It finds places of much reporting as readily as places of much trafficking.",
    Kind.BERNOULLI: "It finds places where controls were missed as readily as places with many cases.",
}
LIMITS = (
    "Cases that are known measure the work of police, labour inspectors and organisations as much as "
    "trafficking. A cluster can be a raid, a new hotline, or one diligent desk. Hold it against the map of "
    "reporting effort.",
    "No cluster does not mean no trafficking: what nobody reports is on no map.",
    "A cluster speaks of a place and a time, never of a person, a business or a community.",
    "Its edge is rough: the windows have set shapes, and a neighbouring place may belong to it or not.",
    "The chance counts one look. Who looks every day, or tries several models, must expect more false "
    "alarms.",
)
EFFORT_MISSING = (
    "No reporting effort was given, so this map cannot be told apart from a map of where somebody looks. "
    "Add a column “effort” to the places: officers, inspections, calls answered, or whatever tells how much "
    "was looked."
)
SOURCE = {
    Kind.PERMUTATION: "Kulldorff, Heffernan, Hartman, Assunção and Mostashari 2005, PLoS Medicine 2(3): e59.",
    Kind.POISSON: "Kulldorff 1997, Communications in Statistics: Theory and Methods 26: 1481-1496.",
    Kind.BERNOULLI: "Kulldorff 1997, Communications in Statistics: Theory and Methods 26: 1481-1496.",
}
