"""Attacks synthetic records with anonymeter: can people be singled out, linked, or their attributes inferred?

Asked as `python anonymeter.py REAL.csv SYNTHETIC.csv CONTROL.csv OUT.json SEED`; the control set holds people
who were not in the real file: what succeeds on them as often is no leak. Writes for each attack how often it
succeeded on each, the risk with its interval, and the CPU seconds without the imports.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

# This file has the name of the package that it runs: the folder must not be looked at first.
sys.path.pop(0)

import numpy as np
import pandas as pd
from anonymeter.evaluators import InferenceEvaluator, LinkabilityEvaluator, SinglingOutEvaluator

ATTACKS = 500


def main(real: str, synthetic: str, control: str, out: str, seed: str) -> None:
    warnings.simplefilter("ignore")
    np.random.seed(int(seed))
    files = [pd.read_csv(path, dtype=str, keep_default_na=False) for path in (real, synthetic, control)]
    names = list(files[0].columns)
    started = time.process_time()
    answers = [("singled out by three attributes", _singled_out(files, 3))]
    half = len(names) // 2
    halves = (names[:half], names[half:])
    beside = {"n_attacks": ATTACKS, "control": files[2]}
    answers.append(
        ("two halves of a record linked", _asked(LinkabilityEvaluator(*files[:2], aux_cols=halves, **beside)))
    )
    for secret in names:
        known = [name for name in names if name != secret]
        inference = InferenceEvaluator(*files[:2], aux_cols=known, secret=secret, **beside)
        answers.append((f"{secret} inferred from the rest", _asked(inference)))
    spent = time.process_time() - started
    Path(out).write_text(json.dumps({"cpu": spent, "attacks": answers}), encoding="utf-8")


def _singled_out(files: list[pd.DataFrame], columns: int) -> dict[str, float]:
    return _asked(
        SinglingOutEvaluator(*files[:2], n_attacks=ATTACKS, n_cols=columns, control=files[2]),
        mode="multivariate",
    )


def _asked(evaluator: Any, **how: str) -> dict[str, float]:
    """Success on the real people, on people outside, by guessing; and the risk with its interval."""
    evaluator.evaluate(**how)
    found, risk = evaluator.results(), evaluator.risk()
    return {
        "real": float(found.attack_rate.value),
        "control": float(found.control_rate.value),
        "guess": float(found.baseline_rate.value),
        "risk": float(risk.value),
        "low": float(risk.ci[0]),
        "high": float(risk.ci[1]),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
