"""Says k and l of a file, and how long it took, with pycanon: the checker that others use.

Asked as `python pycanon.py RECORDS.csv COLUMN,COLUMN SECRET`; prints k, l and CPU seconds as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

# This file has the name of what it measures: its folder must not come first.
sys.path = [path for path in sys.path if Path(path or ".").resolve() != Path(__file__).resolve().parent]

import pandas as pd  # noqa: E402
from pycanon import anonymity  # noqa: E402


def main(records: str, columns: str, secret: str) -> None:
    frame = pd.read_csv(records, dtype=str, keep_default_na=False)
    names = columns.split(",")
    started = time.process_time()
    k = anonymity.k_anonymity(frame, names)
    diversity = anonymity.l_diversity(frame, names, [secret])
    print(json.dumps({"k": int(k), "l": int(diversity), "cpu": time.process_time() - started}))


if __name__ == "__main__":
    main(*sys.argv[1:])
