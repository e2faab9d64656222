"""Measures matching without disclosure: quality beside Bloom filters, one question at a time, speed and size.

The people are simulated (`pprl_sim`, beside the project): 10,000 in each file, 2,000 in both. Weights and
thresholds were learnt with other people (`matching_people`).
"""

from __future__ import annotations

from benchmarks import matching_quality, matching_speed, matching_weights
from benchmarks.installation import machine
from benchmarks.matching_files import Files, simulated


def main() -> None:
    print(machine())
    found = Files(simulated("A"), simulated("B"))
    matching_weights.weights()
    matching_weights.advice()
    matching_quality.keys_table(found)
    matching_quality.beside_filters(found)
    matching_quality.one_question(found, stored=f"{len(found.other):,} records")
    matching_quality.by_group(found)
    matching_quality.by_script()
    matching_speed.large()
    matching_speed.prepare_and_ask()


if __name__ == "__main__":
    main()
