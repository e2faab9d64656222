"""What the report says of each method, of each reason for doubt, and of what no such estimate can know."""

from __future__ import annotations

from tutela.engines.prevalence import NEAR, PUBLISHED_COVERAGE, Caution, Change, Dimension, Kind, Method

METHODS = {
    Method.INDEPENDENCE: "Independent lists",
    Method.STEPWISE: "Step by step (Poisson)",
    Method.STEPWISE_AIC: "Step by step (AIC)",
    Method.LOWEST_BIC: "Lowest BIC of all models",
    Method.GRAPHS: "Average over graphs",
    Method.LATENT_CLASSES: "Latent classes",
}
ABOUT = {
    Method.INDEPENDENCE: "Being on one list says nothing about being on another. Shown to compare with.",
    Method.STEPWISE: (
        "Adds the pair of lists that overlaps least as it should, until none is beyond chance. Chan,"
        " Silverman and Vincent 2021, JASA 116:1297."
    ),
    Method.STEPWISE_AIC: (
        "Adds the pair that improves Akaike's criterion most, while it is significant. Bales, Hesketh and"
        " Silverman 2015, Significance 12:16."
    ),
    Method.LOWEST_BIC: (
        "Looks through all hierarchical models. Silverman, Chan and Vincent 2024, Statistics and Computing"
        " 34:44."
    ),
    Method.GRAPHS: (
        "Weighs every decomposable graph by its evidence. Madigan and York 1997, Biometrika 84:19."
    ),
    Method.LATENT_CLASSES: (
        "Lists are independent within classes of people that nobody sees. Manrique-Vallier 2016, Biometrics"
        " 72:1246."
    ),
}
KINDS = {
    Kind.PROFILE: "model taken as given: too narrow",
    Kind.BOOTSTRAP: "model chosen anew in each replicate",
    Kind.POSTERIOR: "posterior",
}
CAUTIONS = {
    Caution.TWO_LISTS: (
        "There are two lists only. Whether they depend on each other cannot be told, and everything hangs"
        " on it."
    ),
    Caution.FEW_SHARED: (
        "Fewer than 50 people are on more than one list. Such estimates move by a lot for a few people."
    ),
    Caution.NEVER_MEET: (
        "Some lists share nobody. Their effect is set to minus infinity and counted as a parameter; whether"
        " they could have met is for those to say who keep the lists."
    ),
    Caution.APART: (
        "One list shares nobody with any other: it adds people and no knowledge of those who were missed."
    ),
    Caution.METHODS_DISAGREE: (
        "Methods that allow for dependence differ by more than a quarter. No interval of one of them shows"
        " that."
    ),
    Caution.CHAINS_DISAGREE: (
        "The chains of the latent classes did not agree: their answer is where they stood when they stopped."
    ),
    Caution.PRIOR_LEANS: (
        "The average over graphs leans on the largest total that was allowed: its upper end is not known."
    ),
    Caution.REPLICATES_FAILED: (
        "Some replicates of the bootstrap had no estimate: the intervals are too narrow."
    ),
}
COVERAGE = (
    "In simulations of the method's authors, intervals of nominal 95 % that choose the model anew held the"
    f" truth in {100 * PUBLISHED_COVERAGE[0]:.0f} % of cases; older ones that take it as given in"
    f" {100 * PUBLISHED_COVERAGE[1]:.0f} %."
)
ASSUMED = (
    "Nobody enters or leaves the population in the time that the lists cover.",
    "The same person on two lists is known to be the same. A missed match makes the estimate too large, a"
    " false one too small: report how the lists were matched, with its error.",
    "Everybody had some chance to be on some list. People whom no list could ever meet are not in the"
    " number.",
    "Nobody is much harder to meet than others for every list. Where some are, all these estimates are too"
    " low, and no interval shows it.",
    "The dependence of all lists at once is none that only the uncounted would show. No table can test that.",
    "Everybody on the lists is a victim by the same definition.",
)
CRITICS = (
    "Whitehead and others (2021, Journal of Human Trafficking 7:1) hold the method unfit for trafficking:"
    " lists are few and linked, and choosing terms by significance claims more certainty than there is."
    " Hence the intervals that choose anew, and every method beside the others.",
    "Binette and Steorts (2021, arXiv 2112.01594) show that a wrong model stays wrong however large the"
    " data are, and ask what happens when lists change. Hence the table of lists left out and merged.",
    "Silverman himself (2020, JRSS A 183:691) found two clusters of models for the United Kingdom, one"
    " twice the other. Hence the spread of all models near the best.",
)
USE = "Do not use this number for one person, one case, or to compare countries whose lists differ in kind."
NEAR_MODELS = (
    f"Each dot is a model within {NEAR:g} of the lowest BIC. The further to the right, the more it would"
    " estimate. The large dot has the lowest."
)
CHANGES = {Change.NONE: "all lists", Change.WITHOUT: "without {}", Change.MERGED: "{} as one list"}
DIMENSIONS = {
    Dimension.SEX: "By sex",
    Dimension.AGE: "By age",
    Dimension.FORM: "By form of exploitation",
    Dimension.YEAR: "By year",
}
YEARS = "Years are not added up: one person can be a victim in several."
RATES = (
    "SDG indicator 16.2.2 counts victims per 100,000 people, by sex, age and form of exploitation. What is"
    " reported for it is the detected; the estimate stands beside it and does not replace it."
)
