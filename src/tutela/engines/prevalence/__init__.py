"""How many people no list knows: multiple systems estimation from lists that overlap.

Log-linear models with an extended maximum likelihood estimate, the choice of a model and what it costs in
certainty, averages over graphs, latent classes, and what changes when a list is left out. Every method stands
beside the others; none is the answer.
"""

from tutela.engines.prevalence.bootstrap import (
    PUBLISHED_COVERAGE,
    Bootstrap,
    Interval,
    NoInterval,
    bootstrap,
)
from tutela.engines.prevalence.existence import Verdict, verdict
from tutela.engines.prevalence.fitting import Fits, fit
from tutela.engines.prevalence.graphs import Posterior, average
from tutela.engines.prevalence.latent import Chains, Sampling, sample
from tutela.engines.prevalence.models import (
    Design,
    TooManyModels,
    design,
    hierarchical_models,
    model,
    notation,
)
from tutela.engines.prevalence.overlaps import SMALLEST, Caution, Overlap, overlaps, shown
from tutela.engines.prevalence.profile import profile_intervals
from tutela.engines.prevalence.selection import (
    Chosen,
    lowest_bic,
    ranked,
    stepwise,
    stepwise_by_aic,
)
from tutela.engines.prevalence.sensitivity import Change, Variant, variants
from tutela.engines.prevalence.strata import Breakdown, Dimension, Part, breakdown
from tutela.engines.prevalence.study import NEAR, Answer, Kind, Method, Plan, Spread, Study, study
from tutela.engines.prevalence.tables import BadTable, Table, merged, table, without

__all__ = [
    "NEAR",
    "PUBLISHED_COVERAGE",
    "SMALLEST",
    "Answer",
    "BadTable",
    "Bootstrap",
    "Breakdown",
    "Caution",
    "Chains",
    "Change",
    "Chosen",
    "Design",
    "Dimension",
    "Fits",
    "Interval",
    "Kind",
    "Method",
    "NoInterval",
    "Overlap",
    "Part",
    "Plan",
    "Posterior",
    "Sampling",
    "Spread",
    "Study",
    "Table",
    "TooManyModels",
    "Variant",
    "Verdict",
    "average",
    "bootstrap",
    "breakdown",
    "design",
    "fit",
    "hierarchical_models",
    "lowest_bic",
    "merged",
    "model",
    "notation",
    "overlaps",
    "profile_intervals",
    "ranked",
    "sample",
    "shown",
    "stepwise",
    "stepwise_by_aic",
    "study",
    "table",
    "variants",
    "verdict",
    "without",
]
