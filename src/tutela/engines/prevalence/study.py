"""All methods on one table, side by side, with what speaks against each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.random import Generator

from tutela.engines.prevalence.bootstrap import (
    REPLICATES,
    Bootstrap,
    Interval,
    NoInterval,
    Totals,
    bootstrap,
)
from tutela.engines.prevalence.existence import Verdict, verdict
from tutela.engines.prevalence.graphs import Posterior, average
from tutela.engines.prevalence.latent import Chains, Sampling, sample
from tutela.engines.prevalence.models import Design, TooManyModels, design, hierarchical_models
from tutela.engines.prevalence.overlaps import Caution, first_warnings, refusal
from tutela.engines.prevalence.profile import profile_intervals
from tutela.engines.prevalence.selection import (
    Chosen,
    lowest_bic,
    ranked,
    stepwise,
    stepwise_by_aic,
)
from tutela.engines.prevalence.sensitivity import Variant, variants
from tutela.engines.prevalence.tables import BadTable, Flags, Floats, Table

NEAR = 10.0
"""Models within so much of the lowest BIC are shown: beyond, the evidence against one is very strong (Kass
and Raftery 1995, JASA 90:773)."""
TOP_MODELS = 100
_APART = 1.25


class Method(StrEnum):
    """How the number was come by."""

    INDEPENDENCE = "independence"
    STEPWISE = "stepwise"
    STEPWISE_AIC = "stepwise-aic"
    LOWEST_BIC = "lowest-bic"
    GRAPHS = "graphs"
    LATENT_CLASSES = "latent-classes"


class Kind(StrEnum):
    """What an interval is."""

    PROFILE = "profile likelihood, the model taken as given"
    BOOTSTRAP = "bootstrap, the model chosen anew in each replicate"
    POSTERIOR = "posterior"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one method says. `total` counts all people, observed or not; None with the reason in `refusal`.

    `interactions` are sets of lists as bits, in the order in which they were chosen; those in
    `minus_infinity` are of lists that share nobody. `failed` counts replicates without an estimate.
    """

    method: Method
    total: float | None = None
    kind: Kind | None = None
    intervals: tuple[Interval, ...] = ()
    interactions: tuple[int, ...] = ()
    minus_infinity: tuple[int, ...] = ()
    bic: float | None = None
    failed: int = 0
    refusal: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """All models that were looked through: totals and BIC of those with an estimate, lowest BIC first."""

    looked_at: int
    order: int
    totals: Floats
    bic: Floats
    models: tuple[tuple[int, ...], ...]

    @property
    def near(self) -> int:
        """How many lie within NEAR of the lowest BIC."""
        return int((self.bic <= self.bic[0] + NEAR).sum()) if len(self.bic) else 0

    @property
    def near_range(self) -> tuple[float, float] | None:
        """The smallest and largest total among them."""
        some = self.totals[: self.near]
        return (float(some.min()), float(some.max())) if len(some) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do.

    `order`: the highest order of interactions to look through; `replicates`; `top`: how many of the best
    models are tried in each of them; `sampling`: how long chains run.
    """

    order: int = 2
    replicates: int = REPLICATES
    top: int = TOP_MODELS
    sampling: Sampling = field(default_factory=Sampling)


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Everything about one table. With a `refusal` there is nothing else."""

    table: Table
    refusal: str = ""
    answers: tuple[Answer, ...] = ()
    spread: Spread | None = None
    posterior: Posterior | None = None
    chains: Chains | None = None
    variants: tuple[Variant, ...] = ()
    cautions: tuple[Caution, ...] = ()

    @property
    def range(self) -> tuple[float, float] | None:
        """From the lowest to the highest total of methods that allow for dependence."""
        totals = [one.total for one in self._dependent if one.total is not None]
        return (min(totals), max(totals)) if totals else None

    @property
    def widest(self) -> Interval | None:
        """From the lowest to the highest end of their widest intervals."""
        ends = [one.intervals[-1] for one in self._dependent if one.intervals]
        if not ends:
            return None
        return Interval(ends[0].level, min(one.low for one in ends), max(one.high for one in ends))

    @property
    def _dependent(self) -> list[Answer]:
        return [one for one in self.answers if one.method is not Method.INDEPENDENCE]


def study(
    table: Table, *, chance: Generator, plan: Plan | None = None, tell: Callable[[str], None] = lambda _: None
) -> Study:
    """Runs every method. `tell` is called with a few words before each step that takes time."""
    if why := refusal(table):
        return Study(table=table, refusal=why)
    plan = plan or Plan()
    streams = chance.spawn(3)
    counts = table.counts.astype(float)
    whole = design(len(table.lists))
    tell("independent lists, and choosing models step by step")
    answers = [_independent(table, whole)]
    if answers[0].total is None:
        return Study(table=table, refusal=answers[0].refusal, cautions=first_warnings(table))
    answers.append(_stepwise(table, whole, streams[0], plan))
    answers.append(_stepwise_aic(table, whole, counts))
    tell("all hierarchical models, and the bootstrap among the best")
    by_bic, spread = _lowest_bic(table, streams[1], plan)
    answers.append(by_bic)
    tell("averaging over decomposable graphs")
    by_graphs, posterior = _graphs(table)
    answers.append(by_graphs)
    tell("latent classes")
    by_classes, chains = _latent(table, streams[2], plan)
    answers.append(by_classes)
    tell("leaving lists out, and merging them")
    found = Study(
        table=table,
        answers=tuple(answers),
        spread=spread,
        posterior=posterior,
        chains=chains,
        variants=tuple(variants(table)),
    )
    return replace(found, cautions=first_warnings(table) + _cautions(found))


def _independent(table: Table, whole: Design) -> Answer:
    counts = table.counts.astype(float)
    if verdict(whole, whole.main, counts) is not Verdict.EXISTS:
        return Answer(
            method=Method.INDEPENDENCE,
            refusal="Too few people are on more than one list: even independent lists give no estimate.",
        )
    fits, bic, _ = ranked(whole, whole.main[None], counts)
    return _given(table, whole, Method.INDEPENDENCE, whole.main, float(fits.hidden[0]), float(bic[0]), ())


def _given(
    table: Table,
    whole: Design,
    method: Method,
    model: Flags,
    hidden: float,
    bic: float,
    interactions: tuple[int, ...],
) -> Answer:
    return Answer(
        method=method,
        total=table.observed + hidden,
        kind=Kind.PROFILE,
        intervals=profile_intervals(table, whole, model, hidden=hidden),
        interactions=interactions,
        minus_infinity=_empty(table, interactions),
        bic=bic,
    )


def _stepwise(table: Table, whole: Design, chance: Generator, plan: Plan) -> Answer:
    counts = table.counts.astype(float)
    chosen = stepwise(whole, counts[None])
    terms = _in_order(whole, chosen)

    def totals(some: Floats) -> Floats:
        return np.asarray(some.sum(axis=1) + stepwise(whole, some).hidden)

    found, note = _replicated(table, totals, chance, plan)
    return Answer(
        method=Method.STEPWISE,
        total=table.observed + float(chosen.hidden[0]),
        kind=Kind.BOOTSTRAP if found else None,
        intervals=found.intervals if found else (),
        interactions=terms,
        minus_infinity=_empty(table, terms),
        bic=float(ranked(whole, chosen.models, counts)[1][0]),
        failed=found.failed if found else 0,
        note=note,
    )


def _stepwise_aic(table: Table, whole: Design, counts: Floats) -> Answer:
    chosen = stepwise_by_aic(whole, counts[None])
    bic = float(ranked(whole, chosen.models, counts)[1][0])
    terms = _in_order(whole, chosen)
    return _given(table, whole, Method.STEPWISE_AIC, chosen.models[0], float(chosen.hidden[0]), bic, terms)


def _lowest_bic(table: Table, chance: Generator, plan: Plan) -> tuple[Answer, Spread | None]:
    counts, order = table.counts.astype(float), min(plan.order, len(table.lists) - 1)
    try:
        models = hierarchical_models(len(table.lists), max(order, 1))
    except TooManyModels as problem:
        return Answer(method=Method.LOWEST_BIC, refusal=str(problem)), None
    whole = design(len(table.lists), max(order, 1))
    fits, bic, best = ranked(whole, models, counts)
    terms = [tuple(int(term) for term in whole.terms[models[one] & (whole.sizes > 1)]) for one in best]
    spread = Spread(len(models), order, table.observed + fits.hidden[best], bic[best], tuple(terms))
    top = models[best[: plan.top]]

    def totals(some: Floats) -> Floats:
        return np.asarray(some.sum(axis=1) + lowest_bic(whole, top, some).hidden)

    found, note = _replicated(table, totals, chance, plan)
    answer = Answer(
        method=Method.LOWEST_BIC,
        total=float(spread.totals[0]),
        kind=Kind.BOOTSTRAP if found else None,
        intervals=found.intervals if found else (),
        interactions=terms[0],
        minus_infinity=_empty(table, terms[0]),
        bic=float(spread.bic[0]),
        failed=found.failed if found else 0,
        note=note,
    )
    return answer, spread


def _replicated(table: Table, totals: Totals, chance: Generator, plan: Plan) -> tuple[Bootstrap | None, str]:
    try:
        found = bootstrap(table, totals, chance=chance, replicates=plan.replicates)
    except NoInterval as problem:
        return None, str(problem)
    note = f"{found.failed} of {plan.replicates} replicates had no estimate." if found.failed else ""
    return found, note


def _graphs(table: Table) -> tuple[Answer, Posterior | None]:
    try:
        posterior = average(table)
    except BadTable as problem:
        return Answer(method=Method.GRAPHS, refusal=str(problem)), None
    answer = Answer(
        method=Method.GRAPHS,
        total=posterior.median,
        kind=Kind.POSTERIOR,
        intervals=posterior.intervals(),
        interactions=posterior.graphs[0][0],
        note=_peaks(posterior),
    )
    return answer, posterior


def _peaks(posterior: Posterior) -> str:
    if len(posterior.modes) < 2:
        return ""
    told = " and ".join(f"{round(one):,}" for one in posterior.modes)
    return f"The posterior has {len(posterior.modes)} peaks, near {told}: the data tell more than one story."


def _latent(table: Table, chance: Generator, plan: Plan) -> tuple[Answer, Chains | None]:
    if len(table.lists) < 3:
        return Answer(method=Method.LATENT_CLASSES, refusal="Latent classes take three lists or more."), None
    chains = sample(table, chance=chance, how=plan.sampling)
    note = "" if chains.agree else f"The chains do not agree (R-hat {chains.r_hat:.2f}): read it with doubt."
    answer = Answer(
        method=Method.LATENT_CLASSES,
        total=chains.median,
        kind=Kind.POSTERIOR,
        intervals=chains.intervals(),
        note=note,
    )
    return answer, chains


def _in_order(whole: Design, chosen: Chosen) -> tuple[int, ...]:
    return tuple(int(whole.terms[place]) for place in chosen.steps[0] if place >= 0)


def _empty(table: Table, terms: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(term for term in terms if not table.shared(term))


def _cautions(found: Study) -> tuple[Caution, ...]:
    """What the answers give reason to say."""
    span = found.range
    holds = {
        Caution.METHODS_DISAGREE: span is not None and span[1] > _APART * span[0],
        Caution.CHAINS_DISAGREE: found.chains is not None and not found.chains.agree,
        Caution.PRIOR_LEANS: found.posterior is not None and found.posterior.leans_on_the_end,
        Caution.REPLICATES_FAILED: any(one.failed for one in found.answers),
    }
    return tuple(one for one, true in holds.items() if true)
