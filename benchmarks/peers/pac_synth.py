"""Runs pac-synth on a file and says how long it took: the tool behind the CTDC Global Synthetic Dataset.

Asked as `python pac_synth.py RECORDS.csv OUT EPSILON DELTA yes|no`; the last is `use_synthetic_counts`.
Writes OUT.csv (synthetic records) and OUT.json (aggregates, CPU seconds without the imports, megabytes).
"""

from __future__ import annotations

import csv
import json
import resource
import sys
import time
from pathlib import Path

from pacsynth import Dataset, DpAggregateSeededParametersBuilder, DpAggregateSeededSynthesizer


def main(records: str, out: str, epsilon: str, delta: str, counts: str) -> None:
    with Path(records).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    started = time.process_time()
    parameters = (
        DpAggregateSeededParametersBuilder()
        .reporting_length(3)
        .epsilon(float(epsilon))
        .delta(float(delta))
        .use_synthetic_counts(counts == "yes")
        .build()
    )
    maker = DpAggregateSeededSynthesizer(parameters)
    maker.fit(Dataset(rows))
    aggregates = maker.get_dp_aggregates(";")
    made = maker.sample()
    spent = time.process_time() - started
    with Path(out + ".csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(made)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer = {"cpu": spent, "megabytes": megabytes, "aggregates": aggregates}
    Path(out + ".json").write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
