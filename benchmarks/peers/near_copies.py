"""Near copies by rensa or datasketch over word pairs: `python near_copies.py LIBRARY TEXTS.jsonl OUT.json`.

MinHash of 128 values, Jaccard of 0.3 at least on the digests, verified pairs united. 32 bands for rensa: what
did best for it in a comparison on adverts of the same kind; datasketch chooses its bands itself.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

LEAST, VALUES, BANDS = 0.3, 128, 32
Library = tuple[Callable[[], Any], Callable[[list[str]], Any]]
"""What makes an empty index, and what makes the digest of a text from its parts."""


def main(library: str, texts: str, out: str) -> None:
    lines = [json.loads(line) for line in Path(texts).read_text(encoding="utf-8").splitlines()]
    empty_index, digest = {"rensa": _rensa, "datasketch": _datasketch}[library]()
    started = time.process_time()
    parent = list(range(len(lines)))
    index = empty_index()
    kept = []
    for number, line in enumerate(lines):
        words = line.lower().split()
        made = digest([f"{a} {b}" for a, b in pairwise(words)] or words)
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


def _rensa() -> Library:
    from rensa import RMinHash, RMinHashLSH

    def digest(parts: list[str]) -> RMinHash:
        made = RMinHash(num_perm=VALUES, seed=42)
        made.update(parts)
        return made

    return partial(RMinHashLSH, threshold=LEAST, num_perm=VALUES, num_bands=BANDS), digest


def _datasketch() -> Library:
    from datasketch import MinHash, MinHashLSH

    def digest(parts: list[str]) -> MinHash:
        made = MinHash(num_perm=VALUES)
        made.update_batch([part.encode() for part in parts])
        return made

    return partial(MinHashLSH, threshold=LEAST, num_perm=VALUES), digest


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
