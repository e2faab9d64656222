"""Publishes tables and synthetic records of people with a limit on what they tell about any one of them.

    domain = Domain((Column("sex", ("", "female", "male")), …), forbidden=({"sex": "male", "pregnant":
    "yes"},)) records = bounded(domain.encode(rows), person_ids, most=1)
    rho = rho_of(epsilon=4.0)
    measured = measure(records, domain, rho=rho, source=secrets.token_bytes)
    for table in measured.tables(): …  # values, standard error, 95 % interval
    estimated = estimate(measured)  # the likeliest counts, none below zero
    people = synthesise(estimated, people=round(measured.people), generator=numpy.random.default_rng())

What needs protecting goes into `measure` alone. All that comes after is made of its answer.
"""

from tutela.engines.synthesis.accounting import (
    DELTA,
    BudgetSpent,
    Odometer,
    compose,
    epsilon_of,
    rho_of,
)
from tutela.engines.synthesis.building import synthesise
from tutela.engines.synthesis.contributions import bounded
from tutela.engines.synthesis.domain import BadDomain, Column, Domain, NotInDomain, Records
from tutela.engines.synthesis.estimating import Estimated, estimate
from tutela.engines.synthesis.measuring import CannotMeasure, Measured, Part, Table, add, cost, measure
from tutela.engines.synthesis.noise import Source, discrete_gaussian
from tutela.engines.synthesis.quality import Agreement, Distance, distance, quality
from tutela.engines.synthesis.starting import CannotSynthesise

__all__ = [
    "DELTA",
    "Agreement",
    "BadDomain",
    "BudgetSpent",
    "CannotMeasure",
    "CannotSynthesise",
    "Column",
    "Distance",
    "Domain",
    "Estimated",
    "Measured",
    "NotInDomain",
    "Odometer",
    "Part",
    "Records",
    "Source",
    "Table",
    "add",
    "bounded",
    "compose",
    "cost",
    "discrete_gaussian",
    "distance",
    "epsilon_of",
    "estimate",
    "measure",
    "quality",
    "rho_of",
    "synthesise",
]
