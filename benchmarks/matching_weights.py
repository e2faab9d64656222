"""What matching stands on: weights learnt anew from invented people, and what a threshold is said to do."""

from __future__ import annotations

import numpy as np
from benchmarks.matching_files import Files
from benchmarks.matching_people import two_files
from benchmarks.matching_quality import rates
from scipy.optimize import minimize
from tools.table import table

from tutela.engines.matching import RATES, Recipe
from tutela.engines.matching.weights import WEIGHTS


def weights() -> None:
    """Learns the weights anew: what stands in the engine is what comes out here."""
    shared = []
    for seed in (1, 2, 3):
        found = Files(*two_files(10_000, both=2_000, seed=seed))
        shared += [(recipes, found.same(pair)) for pair, recipes in found.shared.items()]
    design = np.array(
        [[1, *(bool(one[r]) for r in Recipe), *(max(one[r] - 1, 0) for r in Recipe)] for one, _ in shared],
        dtype=float,
    )
    same = np.array([same for _, same in shared])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = design @ weights
        slope = design.T @ (1 / (1 + np.exp(-odds)) - same) + weights
        return float((np.logaddexp(0, odds) - same * odds).sum() + weights @ weights / 2), slope

    fitted = minimize(loss, np.zeros(design.shape[1]), jac=True, method="L-BFGS-B").x
    first, further = fitted[1 : 1 + len(Recipe)], fitted[1 + len(Recipe) :]
    learnt = {
        recipe: (round(float(a), 2), round(float(b), 2))
        for recipe, a, b in zip(Recipe, first, further, strict=True)
    }
    off = max(abs(a - b) for recipe in Recipe for a, b in zip(learnt[recipe], WEIGHTS[recipe], strict=True))
    print(f"\nWeights learnt anew with invented people differ by {off:.2f} at most from the engine's.")
    if off > 0.02:
        print(
            f"START = {fitted[0]:.2f}",
            *(f"Recipe.{one.name}: {pair}," for one, pair in learnt.items()),
            sep="\n",
        )


def advice() -> None:
    """What the engine says that a threshold does, beside invented people whom nothing was learnt with."""
    rows = [rates(Files(*two_files(10_000, both=2_000, seed=seed))) for seed in (4, 5)]
    print("\nInvented people whom the weights were not learnt with, 10,000 records stored\n")
    print(
        table(
            ("keys", "recall, two runs", "told", "false yes per 1,000, two runs", "told"),
            [
                (
                    one[0], f"{one[1]}, {other[1]}", RATES[threshold].recall,
                    f"{one[3]}, {other[3]}", RATES[threshold].false_yes,
                )
                for threshold, one, other in zip(RATES, *rows, strict=True)
            ],
        )
    )  # fmt: skip
