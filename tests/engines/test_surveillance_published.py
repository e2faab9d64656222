"""Published answers of early warning: Salmonella Agona, 1990 to 1995, as R's surveillance has them."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tutela.engines.surveillance import (
    FARRINGTON_1996,
    NOUFAILY,
    Ears,
    Rule,
    Threshold,
    ears,
    farrington,
    standard_cusum,
)

pytestmark = pytest.mark.reference

PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "data"
WATCH = 104
THREE_YEARS = replace(NOUFAILY, years=3)


def column(name: str, file: str = "expected") -> np.ndarray:
    """A column of a saved table, NaN where it has no answer."""
    path = PUBLISHED / f"ew_salmonella_agona_{file}.csv"
    if not path.exists():
        pytest.skip(f"{path.name} is not there: the reference tables lie beside the project, not in it")
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return np.array([np.nan if row[name] == "NA" else float(row[name]) for row in rows])


def counts() -> np.ndarray:
    return column("observed")


def saved(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Bounds where alarms are possible, and alarms."""
    upper = column(f"{name}_ub")[-WATCH:]
    upper[upper == 0] = np.nan  # fewer than five cases in four weeks: R writes 0 or nothing
    return upper, column(f"{name}_alarm")[-WATCH:] == 1


@pytest.mark.parametrize(("kind", "alarms"), [(Ears.C1, 5), (Ears.C2, 7)])
def test_ears_c1_and_c2(kind, alarms):
    found = ears(counts(), kind, watch=WATCH)
    assert found.upper[0] == pytest.approx(column(f"ears{kind.upper()}_ub")[-WATCH:], abs=1e-5)
    assert (found.alarms[0] == (column(f"ears{kind.upper()}_alarm")[-WATCH:] == 1)).all()
    assert found.alarms.sum() == alarms


def test_ears_c3_is_the_published_statistic_and_not_the_code_of_r():
    found = ears(counts(), Ears.C3, watch=WATCH, alpha=0.025)
    assert found.alarms.sum() == 21
    assert column("earsC3_alarm")[-WATCH:].sum() == 12


@pytest.mark.parametrize(
    ("name", "rule", "alarms"),
    [
        ("farrington", replace(FARRINGTON_1996, years=3), 9),
        ("farringtonflex_nb", THREE_YEARS, 4),
        ("farringtonflex_muan", replace(THREE_YEARS, threshold=Threshold.UPPER_MEAN, as_in_r=True), 1),
    ],
)
def test_bounds_and_alarms_of_farrington_and_noufaily(name, rule, alarms):
    upper, alarmed = saved(name)
    found = farrington(counts(), rule, watch=WATCH, alpha=0.01)
    known = ~np.isnan(upper)
    assert known.sum() == 86
    assert found.upper[0][known] == pytest.approx(upper[known], abs=1e-3)
    assert (found.alarms[0] == alarmed).all()
    assert found.alarms.sum() == alarms


OLD = Rule(
    years=4, seasons=1, left_out=3, downweight=1.0, trend_p=0.05, threshold=Threshold.POWER, as_in_r=True
)
NEW = Rule(years=4, threshold=Threshold.POWER, as_in_r=True)


@pytest.mark.parametrize(("name", "rule", "alarms"), [("old", OLD, 11), ("new", NEW, 6)])
def test_the_example_of_the_manual(name, rule, alarms):
    found = farrington(counts(), rule, watch=31, alpha=0.1)
    assert found.upper[0] == pytest.approx(column(f"ub_{name}", "docexample"), abs=1e-3)
    assert (found.alarms[0] == (column(f"alarm_{name}", "docexample") == 1)).all()
    assert found.alarms.sum() == alarms


def test_the_standard_error_of_theory_gives_other_bounds_than_that_of_r():
    """Where the standard error counts; the default threshold does not use it."""
    in_r, theory = (
        farrington(counts(), replace(NEW, as_in_r=as_in_r), watch=31, alpha=0.1) for as_in_r in (True, False)
    )
    assert 0.05 < np.abs(in_r.upper - theory.upper).max() < 0.2
    assert theory.alarms.sum() == 5


def test_the_cumulative_sum_of_standardised_counts():
    upto = counts()
    mean = upto[:-WATCH].mean()
    found = standard_cusum(upto[-WATCH:], mean, reference=1.04, limit=2.26)
    assert (found.alarms[0] == (column("cusum_alarm")[-WATCH:] == 1)).all()
    assert found.alarms.sum() == 18
