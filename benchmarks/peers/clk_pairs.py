"""Encodes two files as Bloom filters (clkhash) and compares them (anonlink): pairs, best first, and CPU
seconds.

Asked as `python clk_pairs.py A.csv B.csv OUT.json`; the files have the columns names, born, sex,
nationality. The settings are those that did best on the simulated files when they were tuned on their
answers: names in one field.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
import time
from pathlib import Path

from anonlink.candidate_generation import find_candidate_pairs
from anonlink.similarities import dice_coefficient
from anonlink.solving import greedy_solve
from clkhash import clk
from clkhash.schema import from_json_dict

LEAST = 0.7
COLUMNS = ("names", "born", "sex", "nationality")


def main(one: str, other: str, out: str) -> None:
    rows = [_rows(path) for path in (one, other)]
    started = time.process_time()
    schema = from_json_dict(_schema())
    filters = [
        clk.generate_clks(side, schema, "one secret for both", validate=False, max_workers=1) for side in rows
    ]
    encoded = time.process_time()
    candidates = find_candidate_pairs(filters, dice_coefficient, LEAST)
    groups = greedy_solve(candidates)
    spent = time.process_time()
    similarity, _, records = candidates
    by_pair = {
        (int(a), int(b)): float(value) for value, a, b in zip(similarity, records[0], records[1], strict=True)
    }
    pairs = []
    for group in groups:
        places = dict(group)
        if len(places) == 2:
            pairs.append((by_pair[places[0], places[1]], places[0], places[1]))
    answer = {
        "pairs": sorted(pairs, reverse=True),
        "encoding": encoded - started,
        "comparing": spent - encoded,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    Path(out).write_text(json.dumps(answer), encoding="utf-8")


def _rows(path: str) -> list[list[str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return [[row[column] for column in COLUMNS] for row in csv.DictReader(file)]


def _schema() -> dict[str, object]:
    def feature(name: str, length: int, bits: int, *, positional: bool = False) -> dict[str, object]:
        return {
            "identifier": name,
            "format": {"type": "string", "encoding": "utf-8"},
            "hashing": {
                "comparison": {"type": "ngram", "n": length, "positional": positional},
                "strategy": {"bitsPerFeature": bits},
                "missingValue": {"sentinel": ""},
            },
        }

    features = [
        feature("names", 2, 200),
        feature("born", 1, 100, positional=True),
        feature("sex", 1, 10),
        feature("nationality", 3, 20),
    ]
    derivation = {"type": "HKDF", "hash": "SHA256", "keySize": 64}
    return {"version": 3, "clkConfig": {"l": 1024, "kdf": derivation}, "features": features}


if __name__ == "__main__":
    main(*sys.argv[1:])
