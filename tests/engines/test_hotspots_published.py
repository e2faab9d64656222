"""Clusters that others published, found again: New York leukaemia and fever, New Mexico brain cancer.

The expected answers are those of SaTScan 10.3.2 on the same files.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tutela.engines.hotspots import (
    Geometry,
    GreatCircle,
    Permutation,
    Plane,
    Poisson,
    Reach,
    all_of_time,
    any_time,
    between_censuses,
    scan,
    standardised,
    until_now,
)

DATA = Path(__file__).parents[3] / "shared" / "data"

pytestmark = pytest.mark.reference


def table(name: str) -> list[dict[str, str]]:
    path = DATA / f"scan_{name}.csv"
    if not path.exists():
        pytest.skip(f"{path.name} is not beside the project: the published tables are not copied into it")
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def column(rows: list[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float(row[name]) for row in rows])


def degrees(
    rows: list[dict[str, str]], north: str = "lat", east: str = "lon"
) -> tuple[np.ndarray, np.ndarray]:
    return column(rows, north), column(rows, east)


LEUKAEMIA = {
    "flat, half": (lambda north, east: Plane(x=east, y=north), 0.5, 28, 100, 58.28, 14.083511),
    "flat, a tenth": (lambda north, east: Plane(x=east, y=north), 0.1, 26, 85, 49.71, 11.577255),
    "on the globe": (GreatCircle, 0.5, 31, 106, 62.13, 14.780276),
}


@pytest.mark.parametrize(
    ("lay", "share", "tracts", "cases", "expected", "statistic"), LEUKAEMIA.values(), ids=LEUKAEMIA
)
def test_leukaemia_in_upstate_new_york(
    lay: Callable[[np.ndarray, np.ndarray], Geometry],
    share: float,
    tracts: int,
    cases: int,
    expected: float,
    statistic: float,
):
    rows = table("ny_leukemia_281")
    seen = column(rows, "cases_floor").astype(np.int64)[:, None]
    found = scan(
        Poisson(seen, column(rows, "population")[:, None]),
        [lay(*degrees(rows))],
        all_of_time(1),
        chance=np.random.default_rng(1),
        reach=Reach(share=share),
    )
    best = found.clusters[0]
    assert (len(best.places), best.cases) == (tracts, cases)
    assert best.expected == pytest.approx(expected, abs=0.005)
    assert best.statistic == pytest.approx(statistic, abs=1e-5)
    assert best.p <= 0.003
    assert best.gumbel_p is not None
    assert best.gumbel_p < 0.003


def test_the_second_cluster_of_leukaemia_shares_no_tract_with_the_first():
    rows = table("ny_leukemia_281")
    north, east = degrees(rows)
    seen = column(rows, "cases_floor").astype(np.int64)[:, None]
    model = Poisson(seen, column(rows, "population")[:, None])
    found = scan(model, [Plane(x=east, y=north)], all_of_time(1), chance=np.random.default_rng(1))
    assert found.clusters[1].statistic == pytest.approx(9.019716, abs=1e-5)
    assert not set(found.clusters[0].places) & set(found.clusters[1].places)


def test_fever_in_new_york_city_today():
    places, rows = table("nycfever_geo"), table("nycfever_cas")
    position = {row["zip"]: number for number, row in enumerate(places)}
    cases = np.zeros((len(places), 24), dtype=np.int64)
    for row in rows:
        day = date(*map(int, row["date"].split("/")))
        cases[position[row["zip"]], (day - date(2001, 11, 1)).days] += int(row["cases"])
    found = scan(
        Permutation(cases),
        [GreatCircle(*degrees(places))],
        until_now(24, 7),
        chance=np.random.default_rng(1),
        reach=Reach(radius=3),
    )
    best = found.clusters[0]
    assert (len(best.places), best.cases, best.start, best.stop) == (9, 4, 21, 24)
    assert best.expected == pytest.approx(0.67, abs=0.005)
    assert best.statistic == pytest.approx(3.845418, abs=1e-5)
    assert 0.15 < best.p < 0.30


def test_brain_cancer_in_new_mexico_adjusted_for_age_and_sex():
    places, counts, people = table("nm_geo"), table("nm_cas"), table("nm_pop")
    county = {row["county"]: number for number, row in enumerate(places)}
    strata = {pair: number for number, pair in enumerate(sorted({(r["agegroup"], r["sex"]) for r in people}))}
    censuses = sorted({int(row["year"]) for row in people})
    population = np.zeros((len(county), len(censuses), len(strata)))
    for row in people:
        where = county[row["county"]], censuses.index(int(row["year"]))
        population[(*where, strata[row["agegroup"], row["sex"]])] += float(row["population"])
    cases = np.zeros((len(county), 19, len(strata)), dtype=np.int64)
    for row in counts:
        where = county[row["county"]], int(row["year"]) - 1973
        cases[(*where, strata[row["agegroup"], row["sex"]])] += int(row["cases"])
    each_year = between_censuses(population, 1900.0 + np.array(censuses), np.arange(1973.0, 1992.0))
    found = scan(
        Poisson(cases.sum(axis=2), standardised(cases, each_year)),
        [GreatCircle(*degrees(places, "c1", "c2"))],
        any_time(19, 9),
        chance=np.random.default_rng(1),
    )
    best = found.clusters[0]
    assert (len(best.places), best.start + 1973, best.stop + 1972, best.cases) == (9, 1985, 1989, 236)
    assert best.expected == pytest.approx(176.22, abs=0.005)
    assert best.statistic == pytest.approx(10.979758, abs=1e-3)
    assert 0.005 < best.p < 0.03
