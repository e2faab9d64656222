"""Runs Splink on files of people and says which pairs it scored and how long it took.

Asked as `python splink_linkage.py KIND OUT FILE [OTHER]`. KIND: `people` (Splink's own comparisons of
names, date of birth, sex and nationality), `skeletons` (ours, as SQL, on the columns that the benchmark
wrote), `febrl`, `febrl-less` (without soc_sec_id). Writes OUT.csv (both ids, probability) and OUT.json (CPU
seconds without the imports, megabytes).
"""

from __future__ import annotations

import csv
import json
import logging
import resource
import sys
import time
from pathlib import Path

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

ID = {"people": "id", "skeletons": "id", "febrl": "rec_id", "febrl-less": "rec_id"}
LEAST = 0.0005


def main(kind: str, out: str, *files: str) -> None:
    logging.disable(logging.WARNING)
    started = time.process_time()
    api = DuckDBAPI()
    tables = [api.register(_table(api, file, number)) for number, file in enumerate(files)]
    linker = Linker(tables if len(tables) > 1 else tables[0], _settings(kind, len(files)), log_level=None)
    _train(linker, kind)
    found = linker.inference.predict(threshold_match_probability=LEAST)
    key = ID[kind]
    rows = api._con.sql(f"select {key}_l, {key}_r, match_probability from {found.physical_name}").fetchall()
    spent = time.process_time() - started
    with Path(out + ".csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    Path(out + ".json").write_text(json.dumps({"cpu": spent, "megabytes": megabytes}), encoding="utf-8")


def _table(api: DuckDBAPI, file: str, number: int) -> str:
    name = f"records_{number}"
    api._con.execute(
        f"create table {name} as select * from read_csv('{file}', all_varchar=true, header=true)"
    )
    return name


def _settings(kind: str, files: int) -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only" if files > 1 else "dedupe_only",
        unique_id_column_name=ID[kind],
        comparisons=COMPARISONS[kind],
        blocking_rules_to_generate_predictions=BLOCKS[kind],
        retain_intermediate_calculation_columns=False,
    )


def _train(linker: Linker, kind: str) -> None:
    training = linker.training
    sure, recall, rounds = TRAINING[kind]
    training.estimate_probability_two_random_records_match(sure, recall=recall)
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in rounds:
        training.estimate_parameters_using_expectation_maximisation(rule)


def _shared(column: str, least: int) -> str:
    return f"len(list_intersect(string_split({column}_l, ' '), string_split({column}_r, ' '))) >= {least}"


def _levels(name: str, empty: str, *levels: tuple[str, str]) -> cl.CustomComparison:
    return cl.CustomComparison(
        output_column_name=name,
        comparison_levels=[
            cll.CustomLevel(empty, "not known").configure(is_null_level=True),
            *(cll.CustomLevel(sql, label) for label, sql in levels),
            cll.ElseLevel(),
        ],
    )


def _dates() -> cl.CustomComparison:
    guess, years = "(guess_l = '1' or guess_r = '1')", "abs(year_l::int - year_r::int)"
    return _levels(
        "dob",
        "dob_l is null or dob_r is null",
        ("same", f"dob_l = dob_r and not {guess}"),
        ("same guess", "dob_l = dob_r"),
        ("swapped", "swapped_l = dob_r"),
        ("one slip", f"damerau_levenshtein(dob_l, dob_r) <= 1 and not {guess}"),
        ("year and month", f"left(dob_l, 6) = left(dob_r, 6) and not {guess}"),
        ("year guessed", f"year_l = year_r and {guess}"),
        ("year", "year_l = year_r"),
        ("day", f"right(dob_l, 4) = right(dob_r, 4) and not {guess}"),
        ("near guessed", f"{years} <= 3 and {guess}"),
        ("near", f"{years} <= 3"),
    )


OURS = [
    _levels(
        "name",
        "latin_l is null or latin_r is null",
        ("two same", _shared("latin", 2)),
        ("two sound the same", _shared("fine", 2)),
        ("two roughly", _shared("coarse", 2)),
        ("one same", _shared("latin", 1)),
        ("one sounds the same", _shared("fine", 1)),
        ("one roughly", _shared("coarse", 1)),
    ),
    _dates(),
    cl.ExactMatch("sex"),
    cl.ExactMatch("nat").configure(term_frequency_adjustments=True),
]
PLAIN = [
    cl.NameComparison("given"),
    cl.NameComparison("family"),
    cl.DateOfBirthComparison("dob", input_is_string=True, datetime_format="%Y%m%d"),
    cl.ExactMatch("sex"),
    cl.ExactMatch("nat").configure(term_frequency_adjustments=True),
]
FEBRL = [
    cl.NameComparison("given_name"),
    cl.NameComparison("surname"),
    cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
    cl.LevenshteinAtThresholds("soc_sec_id", [1, 2]),
    cl.JaroWinklerAtThresholds("address_1", [0.9, 0.7]),
    cl.JaroWinklerAtThresholds("suburb", [0.9, 0.7]),
    cl.LevenshteinAtThresholds("postcode", [1, 2]),
    cl.ExactMatch("street_number"),
]
COMPARISONS = {
    "people": PLAIN,
    "skeletons": OURS,
    "febrl": FEBRL,
    "febrl-less": [one for place, one in enumerate(FEBRL) if place != 3],
}
_PEOPLE_BLOCKS = [
    block_on("sound_given", "sound_family"),
    block_on("dob", "sex"),
    block_on("sound_family", "year"),
    block_on("sound_given", "year"),
    block_on("sound_family", "day"),
    block_on("sound_given", "day"),
    block_on("sound_family", "sex", "nat"),
]
_FEBRL_BLOCKS = [
    block_on("given_name", "surname"),
    block_on("date_of_birth"),
    block_on("surname", "postcode"),
    block_on("given_name", "postcode"),
    block_on("suburb", "street_number"),
    block_on("address_1", "street_number"),
]
BLOCKS = {
    "people": _PEOPLE_BLOCKS,
    "skeletons": [
        *_PEOPLE_BLOCKS,
        block_on("sound_given", "sex", "nat"),
        block_on("words"),
    ],
    "febrl": [*_FEBRL_BLOCKS, block_on("soc_sec_id")],
    "febrl-less": _FEBRL_BLOCKS,
}
TRAINING = {
    "people": (
        [block_on("given", "family", "dob")],
        0.3,
        [block_on("dob"), block_on("sound_given", "sound_family")],
    ),
    "skeletons": (
        [block_on("given", "family", "dob")],
        0.3,
        [block_on("dob"), block_on("sound_given", "sound_family")],
    ),
    "febrl": (
        [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")],
        0.9,
        [block_on("date_of_birth"), block_on("given_name", "surname")],
    ),
    "febrl-less": (
        [block_on("given_name", "surname", "date_of_birth")],
        0.6,
        [block_on("date_of_birth"), block_on("given_name", "surname")],
    ),
}

if __name__ == "__main__":
    main(*sys.argv[1:])
