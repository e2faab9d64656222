"""What the report says of each method, of each reason for doubt, and of what no such estimate can know."""

from __future__ import annotations

from tutela.engines.prevalence import (
    NEAR,
    PUBLISHED_COVERAGE,
    Caution,
    Change,
    Dimension,
    Kind,
    Method,
    Variant,
)
from tutela.operations.language import gettext as _
from tutela.operations.language import gettext_noop, isolated, listed, percent, pgettext, short_number

METHODS = {
    Method.INDEPENDENCE: gettext_noop("Independent lists"),
    Method.STEPWISE: gettext_noop("Step by step (Poisson)"),
    Method.STEPWISE_AIC: gettext_noop("Step by step (AIC)"),
    Method.LOWEST_BIC: gettext_noop("Lowest BIC of all models"),
    Method.GRAPHS: gettext_noop("Average over graphs"),
    Method.LATENT_CLASSES: gettext_noop("Latent classes"),
}
ABOUT = {
    Method.INDEPENDENCE: gettext_noop(
        "Being on one list says nothing about being on another. Shown to compare with."
    ),
    Method.STEPWISE: gettext_noop(
        "Adds the pair of lists that overlaps least as it should, until none is beyond chance. Chan,"
        " Silverman and Vincent 2021, JASA 116:1297."
    ),
    Method.STEPWISE_AIC: gettext_noop(
        "Adds the pair that improves Akaike's criterion most, while it is significant. Bales, Hesketh and"
        " Silverman 2015, Significance 12:16."
    ),
    Method.LOWEST_BIC: gettext_noop(
        "Looks through all hierarchical models. Silverman, Chan and Vincent 2024, Statistics and Computing"
        " 34:44."
    ),
    Method.GRAPHS: gettext_noop(
        "Weighs every decomposable graph by its evidence. Madigan and York 1997, Biometrika 84:19."
    ),
    Method.LATENT_CLASSES: gettext_noop(
        "Lists are independent within classes of people that nobody sees. Manrique-Vallier 2016, Biometrics"
        " 72:1246."
    ),
}
KINDS = {
    Kind.PROFILE: gettext_noop("model taken as given: too narrow"),
    Kind.BOOTSTRAP: gettext_noop("model chosen anew in each replicate"),
    Kind.POSTERIOR: gettext_noop("posterior"),
}
CAUTIONS = {
    Caution.TWO_LISTS: gettext_noop(
        "There are two lists only. Whether they depend on each other cannot be told, and everything hangs"
        " on it."
    ),
    Caution.FEW_SHARED: gettext_noop(
        "Fewer than 50 people are on more than one list. Such estimates move by a lot for a few people."
    ),
    Caution.NEVER_MEET: gettext_noop(
        "Some lists share nobody. Their effect is set to minus infinity and counted as a parameter; whether"
        " they could have met is for those to say who keep the lists."
    ),
    Caution.APART: gettext_noop(
        "One list shares nobody with any other: it adds people and no knowledge of those who were missed."
    ),
    Caution.METHODS_DISAGREE: gettext_noop(
        "Methods that allow for dependence differ by more than a quarter. No interval of one of them shows"
        " that."
    ),
    Caution.CHAINS_DISAGREE: gettext_noop(
        "The chains of the latent classes did not agree: their answer is where they stood when they stopped."
    ),
    Caution.PRIOR_LEANS: gettext_noop(
        "The average over graphs leans on the largest total that was allowed: its upper end is not known."
    ),
    Caution.REPLICATES_FAILED: gettext_noop(
        "Some replicates of the bootstrap had no estimate: the intervals are too narrow."
    ),
}
ASSUMED = (
    gettext_noop("Nobody enters or leaves the population in the time that the lists cover."),
    gettext_noop(
        "The same person on two lists is known to be the same. A missed match makes the estimate too large, a"
        " false one too small: report how the lists were matched, with its error."
    ),
    gettext_noop(
        "Everybody had some chance to be on some list. People whom no list could ever meet are not in the"
        " number."
    ),
    gettext_noop(
        "Nobody is much harder to meet than others for every list. Where some are, all these estimates are"
        " too low, and no interval shows it."
    ),
    gettext_noop(
        "The dependence of all lists at once is none that only the uncounted would show. No table can test"
        " that."
    ),
    gettext_noop("Everybody on the lists is a victim by the same definition."),
)
CRITICS = (
    gettext_noop(
        "Whitehead and others (2021, Journal of Human Trafficking 7:1) hold the method unfit for trafficking:"
        " lists are few and linked, and choosing terms by significance claims more certainty than there is."
        " Hence the intervals that choose anew, and every method beside the others."
    ),
    gettext_noop(
        "Binette and Steorts (2021, arXiv 2112.01594) show that a wrong model stays wrong however large the"
        " data are, and ask what happens when lists change. Hence the table of lists left out and merged."
    ),
    gettext_noop(
        "Silverman himself (2020, JRSS A 183:691) found two clusters of models for the United Kingdom, one"
        " twice the other. Hence the spread of all models near the best."
    ),
)
USE = gettext_noop(
    "Do not use this number for one person, one case, or to compare countries whose lists differ in kind."
)
DIMENSIONS = {
    Dimension.SEX: gettext_noop("By sex"),
    Dimension.AGE: gettext_noop("By age"),
    Dimension.FORM: gettext_noop("By form of exploitation"),
    Dimension.YEAR: gettext_noop("By year"),
}
YEARS = gettext_noop("Years are not added up: one person can be a victim in several.")
RATES = gettext_noop(
    "SDG indicator 16.2.2 counts victims per 100,000 people, by sex, age and form of exploitation. What is"
    " reported for it is the detected; the estimate stands beside it and does not replace it."
)
STEPS = {
    "independent lists, and choosing models step by step": gettext_noop(
        "Working out independent lists, and choosing models step by step."
    ),
    "all hierarchical models, and the bootstrap among the best": gettext_noop(
        "Working out all hierarchical models, and the bootstrap among the best."
    ),
    "averaging over decomposable graphs": gettext_noop("Working out averaging over decomposable graphs."),
    "latent classes": gettext_noop("Working out latent classes."),
    "leaving lists out, and merging them": gettext_noop("Working out leaving lists out, and merging them."),
}
"""What the engine says that it does next, and what is told of it."""


def coverage() -> str:
    """How often intervals held the truth where it was known."""
    says = _(
        "In simulations of the method's authors, intervals of nominal {nominal} that choose the model anew"
        " held the truth in {anew} of cases; older ones that take it as given in {given}."
    )
    anew, given = PUBLISHED_COVERAGE
    return says.format(nominal=percent(0.95), anew=percent(anew), given=percent(given))


def near_models() -> str:
    """What a dot is in the picture of models that fit as well."""
    return _(
        "Each dot is a model within {near} of the lowest BIC. The further to the right, the more it would"
        " estimate. The large dot has the lowest."
    ).format(near=short_number(NEAR))


def noted(what: str, says: str) -> str:
    """A sentence about something that is named before it."""
    return _("{what}: {says}").format(what=what, says=says)


def kind_of_part(dimension: Dimension) -> str:
    """By what people are told apart, in one word."""
    return {
        Dimension.SEX: pgettext("people are told apart by", "sex"),
        Dimension.AGE: pgettext("people are told apart by", "age"),
        Dimension.FORM: pgettext("people are told apart by", "form"),
        Dimension.YEAR: pgettext("people are told apart by", "year"),
    }[dimension]


def change(one: Variant) -> str:
    """What was done to the lists."""
    match one.change:
        case Change.NONE:
            says = _("all lists")
        case Change.WITHOUT:
            says = _("without {lists}")
        case Change.MERGED:
            says = _("{lists} as one list")
    return says.format(lists=listed([isolated(name) for name in one.lists]))
