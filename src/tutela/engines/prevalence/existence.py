"""Whether a model has an estimate at all, and only one: the face of the marginal cone, and the rank.

The extended maximum likelihood estimate sets an interaction of lists that share nobody to minus infinity and
leaves out the histories that hold it (Chan, Silverman and Vincent 2021, JASA 116:1297). For what remains, an
estimate exists where the totals of the model lie inside the cone that the columns span (Fienberg and Rinaldo
2012, Annals of Statistics 40:996).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from scipy.optimize import linprog

from tutela.engines.prevalence.models import Design, design
from tutela.engines.prevalence.tables import Flags, Floats

_ZERO = 1e-9
_SURE = np.log(1e-11)
_KEPT_ANSWERS = 200_000


class Verdict(StrEnum):
    """Whether a model can be fitted to a table."""

    EXISTS = "exists"
    NO_ESTIMATE = "no estimate"
    NOT_IDENTIFIABLE = "not identifiable"


@dataclass(frozen=True, slots=True)
class Judged:
    """What remains of each of n models. `possible` (n,): there is one finite estimate.

    `minus_infinity` (n, p): terms whose lists share nobody; `finite` (n, p): the terms to be fitted; `kept`
    (n, histories): the histories to be fitted.
    """

    possible: Flags
    minus_infinity: Flags
    finite: Flags
    kept: Flags


def judge(whole: Design, models: Flags, counts: Floats) -> Judged:
    """Looks at n models, each with its counts: `models` (n, p), `counts` (n, histories).

    Where the histories that people have settle every parameter by themselves, the estimate exists: no
    direction can leave them as they are. Only the others need the linear programme.
    """
    minus_infinity = models & (counts @ whole.columns == 0)
    finite = models & ~minus_infinity
    kept = minus_infinity.astype(float) @ whole.columns.T == 0
    possible = _full_rank(whole, finite, counts > 0)
    for row in np.flatnonzero(~possible):
        answer = _answer(whole.key, *(part[row].tobytes() for part in (finite, kept, counts > 0)))
        possible[row] = answer is Verdict.EXISTS
    return Judged(possible, minus_infinity, finite, kept)


def verdict(whole: Design, model: Flags, counts: Floats) -> Verdict:
    """The same of one model (p,) and one table (histories,), with the reason."""
    judged = judge(whole, model[None], counts[None])
    if judged.possible[0]:
        return Verdict.EXISTS
    return _answer(whole.key, judged.finite[0].tobytes(), judged.kept[0].tobytes(), (counts > 0).tobytes())


def normal(whole: Design, finite: Flags, weights: Floats) -> Floats:
    """X'WX of n models as (n, p, p), with 1 on the diagonal of terms that are not in the model."""
    size = len(whole.terms)
    matrices = (weights @ whole.products).reshape(-1, size, size)
    matrices *= finite[:, :, None] & finite[:, None, :]
    matrices[:, np.arange(size), np.arange(size)] += ~finite
    return matrices


def _full_rank(whole: Design, finite: Flags, people: Flags) -> Flags:
    """Whether the columns are surely independent on the histories that have people.

    The determinant of their products against Hadamard's bound; False where rounding could decide.
    """
    matrices = normal(whole, finite, people.astype(float))
    diagonal = np.einsum("npp->np", matrices)
    sign, size = np.linalg.slogdet(matrices)
    bound = np.log(np.where(diagonal > 0, diagonal, 1.0)).sum(axis=1)
    return np.asarray((sign > 0) & np.all(diagonal > 0, axis=1) & (size - bound > _SURE))


@lru_cache(maxsize=_KEPT_ANSWERS)
def _answer(key: tuple[int, int, bool, int], finite: bytes, kept: bytes, people: bytes) -> Verdict:
    """The slow way, once for each model and pattern of zeros: only which counts are zero matters."""
    whole = design(*key)
    terms, rows, seen = (np.frombuffer(part, dtype=bool) for part in (finite, kept, people))
    columns = whole.columns[rows][:, terms]
    if np.linalg.matrix_rank(columns) < columns.shape[1]:
        return Verdict.NOT_IDENTIFIABLE
    inside = columns[seen[rows]]
    free = _null_space(inside)
    moved = columns[~seen[rows]] @ free
    if free.shape[1] == 0:
        return Verdict.EXISTS
    if free.shape[1] == 1:
        one_way = np.all(moved >= -_ZERO) or np.all(moved <= _ZERO)
        return Verdict.NO_ESTIMATE if one_way else Verdict.EXISTS
    return Verdict.EXISTS if inside_the_cone(columns, seen[rows].astype(float)) else Verdict.NO_ESTIMATE


def _null_space(rows: Floats) -> Floats:
    values, vectors = np.linalg.eigh(rows.T @ rows)
    return np.asarray(vectors[:, values < _ZERO * max(1.0, float(values.max(initial=0.0)))])


def inside_the_cone(columns: Floats, counts: Floats) -> bool:
    """Fienberg and Rinaldo's programme: an estimate exists where the largest s is above zero.

    s is the least of x, where A'x = A'n. `columns` (histories, p) are A, `counts` (histories,) are n.
    """
    histories, size = columns.shape
    found = linprog(
        np.append(np.zeros(histories), -1.0),
        A_eq=np.hstack([columns.T, np.zeros((size, 1))]),
        b_eq=columns.T @ counts,
        A_ub=np.hstack([-np.eye(histories), np.ones((histories, 1))]),
        b_ub=np.zeros(histories),
        bounds=[(None, None)] * histories + [(None, None)],
        method="highs",
    )
    return bool(found.status == 0 and -found.fun > _ZERO)
