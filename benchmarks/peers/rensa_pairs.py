"""Near copies by rensa's MinHash and buckets over word pairs: `python rensa_pairs.py TEXTS.jsonl OUT.json`.

128 values in 32 bands, Jaccard of 0.3 at least on the digests, verified pairs united: the settings that did
best for it in a comparison on adverts of the same kind.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import pairwise
from pathlib import Path

from rensa import RMinHash, RMinHashLSH

LEAST, VALUES, BANDS = 0.3, 128, 32


def main(texts: str, out: str) -> None:
    lines = [json.loads(line) for line in Path(texts).read_text(encoding="utf-8").splitlines()]
    started = time.process_time()
    parent = list(range(len(lines)))
    index = RMinHashLSH(threshold=LEAST, num_perm=VALUES, num_bands=BANDS)
    kept = []
    for number, line in enumerate(lines):
        words = line.lower().split()
        made = RMinHash(num_perm=VALUES, seed=42)
        made.update([f"{a} {b}" for a, b in pairwise(words)] or words)
        for other in index.query(made):
            if root(parent, other) != root(parent, number) and made.jaccard(kept[other]) >= LEAST:
                parent[root(parent, number)] = root(parent, other)
        index.insert(number, made)
        kept.append(made)
    labels = [root(parent, number) for number in range(len(lines))]
    answer = {
        "labels": labels,
        "cpu": time.process_time() - started,
        "megabytes": megabytes(),
    }
    Path(out).write_text(json.dumps(answer), encoding="utf-8")


def megabytes() -> float:
    """The most memory that this process itself held; what its parent held before does not count."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def root(parent: list[int], number: int) -> int:
    while parent[number] != number:
        parent[number] = parent[parent[number]]
        number = parent[number]
    return number


if __name__ == "__main__":
    main(*sys.argv[1:])
