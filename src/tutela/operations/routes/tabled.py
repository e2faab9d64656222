"""What a report of routes found as rows for other programs: codes, numbers, and names in English."""

from __future__ import annotations

import numpy as np

from tutela.engines.routes import UNKNOWN
from tutela.operations.routes.asked import Asked
from tutela.operations.routes.reading import Study
from tutela.operations.routes.working import Compared, Findings


def code(study: Study, place: int) -> str:
    return "" if place == UNKNOWN else study.places[place].code


def routes(study: Study, found: Findings) -> list[list[object]]:
    told = found.told
    stages = zip(told.origin, told.transit, told.destination, told.records, strict=True)
    return [[*(code(study, int(one)) for one in way), int(records)] for *way, records in stages]


def links(asked: Asked, study: Study, found: Findings) -> list[list[object]]:
    """The strongest first."""
    legs = found.legs
    rows = zip(legs.source, legs.target, legs.weight, found.alpha, strict=True)
    told: list[list[object]] = [
        [code(study, a), code(study, b), int(w), float(f"{alpha:.6g}"), int(alpha < asked.level)]
        for a, b, w, alpha in sorted(rows, key=lambda one: (-one[2], one[3], one[0], one[1]))
    ]
    return told


def places(study: Study, found: Findings) -> list[list[object]]:
    """The most between first, places without a link left out."""
    legs, many = found.legs, len(study.places)
    into = np.bincount(legs.target, weights=legs.weight, minlength=many)
    out = np.bincount(legs.source, weights=legs.weight, minlength=many)
    rows: list[list[object]] = []
    for at in np.lexsort((np.arange(many), -(into + out), -found.betweenness.round(9))):
        if into[at] + out[at]:
            place = study.places[at]
            numbers = [int(into[at]), int(out[at]), float(f"{found.betweenness[at]:.6f}")]
            rows.append([place.code, place.name, place.kind.value, *numbers])
    return rows


def changes(study: Study, compared: Compared | None) -> list[list[object]]:
    """The surest first."""
    if compared is None:
        return []
    found = compared.changes
    rows: list[list[object]] = []
    for at in np.lexsort((compared.destination, compared.origin, found.p)):
        numbers = [int(compared.before[at]), int(compared.after[at])]
        ratio = float(f"{found.ratio[at]:.4g}") if np.isfinite(found.ratio[at]) else None
        tests = [float(f"{one[at]:.4g}") for one in (found.p, found.q)]
        ends = [code(study, int(one[at])) for one in (compared.origin, compared.destination)]
        rows.append([*ends, *numbers, ratio, *tests])
    return rows
