"""Finds the pairs, learns what agreement is worth, and sorts the pairs into three bands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.engines import linkage
from tutela.engines.linkage import Band, Bands, Candidates, Compared, LinkageError, Model
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated, ngettext, number
from tutela.operations.linking.comparing import Comparer, Records
from tutela.operations.linking.reading import Study
from tutela.operations.refusals import Refused

LARGEST_BLOCK = 40_000
"""Pairs in a block; a larger one says too little to be worth comparing."""
DRAWN = 300_000
"""Random pairs that stand for all that are no candidates."""
_START = 0.2
"""Part of the smaller file that is taken, to begin with, to be in the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """`bits` of each pair by field, its chance of being one person, and its band."""

    candidates: Candidates
    compared: Compared
    model: Model
    bits: NDArray[np.float64]
    chances: NDArray[np.float64]
    lines: Bands
    band: NDArray[np.str_]


def work_out(
    records: Records,
    *,
    wrong: float,
    lost: float,
    one_to_one: bool,
    rng: np.random.Generator,
    tell: Callable[[str], None] = lambda _line: None,
) -> Findings:
    """All of it; raises Refused where there is nothing to learn from."""
    comparer = Comparer(records)
    found = linkage.candidates(tuple(comparer.passes()), sizes=records.sizes, largest_block=LARGEST_BLOCK)
    tell(
        _("Pairs that have something in common: {pairs} of {all}.").format(
            pairs=number(len(found.left)), all=number(records.all_pairs)
        )
    )
    compared = comparer.compare(found.left, found.right)
    sizes = records.sizes if records.split is not None else records.total
    drawn = linkage.random_pairs(sizes=sizes, wanted=DRAWN, without=found, rng=rng)
    others = comparer.compare(*drawn)
    start = _START * min(records.sizes) / max(records.all_pairs, 1)
    try:
        model = linkage.fit(
            comparer.fields,
            compared,
            others.levels,
            all_pairs=records.all_pairs,
            start_share=start,
        )
    except LinkageError as error:
        raise Refused(_("Nothing can be said: {problem}.").format(problem=isolated(str(error)))) from error
    learnt = ngettext(
        "Learnt what agreement is worth in {count} round.",
        "Learnt what agreement is worth in {count} rounds.",
        model.rounds,
    )
    tell(learnt.format(count=number(model.rounds)))
    chances = model.chances(compared, one_to_one=one_to_one)
    lines = linkage.bands(chances, wrong=wrong, lost=lost)
    return Findings(
        candidates=found,
        compared=compared,
        model=model,
        bits=model.bits(compared),
        chances=chances,
        lines=lines,
        band=linkage.banded(chances, lines),
    )


def pair_ids(study: Study, found: Findings, place: int) -> tuple[str, str]:
    return (
        study.ids[int(found.compared.left[place])],
        study.ids[int(found.compared.right[place]) + study.split],
    )


def chosen(found: Findings, wanted: Sequence[Band]) -> NDArray[np.int64]:
    """Pairs in these bands, the surest first."""
    inside = np.nonzero(np.isin(found.band, [band.value for band in wanted]))[0]
    left, right = found.compared.left[inside], found.compared.right[inside]
    return inside[np.lexsort((right, left, -found.chances[inside].round(12)))]
