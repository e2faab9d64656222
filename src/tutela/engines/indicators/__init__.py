"""Screening with published indicator sets: what the answers say, by which rule, and what is still open.

A set is data (``library/indicators/``). ``load_pack`` checks one; ``assess`` applies it to answers. The
result names findings and reasons. It holds no number and no status, and it never closes a file.
"""

from tutela.engines.indicators.assessment import (
    Answer,
    Assessment,
    DimensionResult,
    DimensionState,
    Finding,
    UnknownIndicator,
    assess,
)
from tutela.engines.indicators.packs import (
    AgeGroup,
    Basis,
    Caution,
    CombinationRule,
    Dimension,
    DimensionRule,
    Indicator,
    Need,
    Outcome,
    Pack,
    Source,
    Strength,
    Weight,
    Words,
)
from tutela.engines.indicators.reading import PackInvalid, load_pack

__all__ = [
    "AgeGroup",
    "Answer",
    "Assessment",
    "Basis",
    "Caution",
    "CombinationRule",
    "Dimension",
    "DimensionResult",
    "DimensionRule",
    "DimensionState",
    "Finding",
    "Indicator",
    "Need",
    "Outcome",
    "Pack",
    "PackInvalid",
    "Source",
    "Strength",
    "UnknownIndicator",
    "Weight",
    "Words",
    "assess",
    "load_pack",
]
