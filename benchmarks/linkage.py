"""Finds people in two files and twice in one, beside Splink on the same files, and counts who is found.

The simulated files and FEBRL come with the answers. Nothing here learns from them; where a threshold is
chosen with their help ("best F1"), the table says so. BENCH_LINKAGE_FILES: the folder of pprl_sim_A.csv.gz
and pprl_sim_B.csv.gz.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from benchmarks.installation import machine
from tools.install import peers
from tools.table import table

from tutela.engines import linkage
from tutela.engines.linkage import Band
from tutela.engines.names import WordKind, skeletons
from tutela.operations.linking.comparing import Records
from tutela.operations.linking.working import Findings, work_out

ROOT = Path(__file__).parents[1]
FILES = Path(os.environ.get("BENCH_LINKAGE_FILES", ROOT.parent / "shared" / "data"))
PEERS = Path(__file__).parent / "peers"
Row = dict[str, str]
HEADS = ("file", "method", "pairs found of true", "best F1", "at P ≥ 0.95", "at P ≥ 0.98", "CPU s")


@dataclass(frozen=True)
class Task:
    """Two files or one, who is who, and how both sides are asked for it."""

    name: str
    files: tuple[list[Row], ...]
    person: Callable[[Row], str]
    records: Records
    key: str
    kinds: tuple[str, ...]
    several: bool = False

    @property
    def true(self) -> int:
        who = [[self.person(row) for row in rows] for rows in self.files]
        if len(who) == 2:
            return len(set(who[0]) & set(who[1]))
        return sum(n * (n - 1) // 2 for n in np.unique(who[0], return_counts=True)[1].tolist())


def main() -> None:
    print(machine())
    rows, simulated = [], None
    with tempfile.TemporaryDirectory() as folder:
        python = peers()
        subprocess.run([python, PEERS / "febrl.py", folder], check=True)
        for task in (*_simulated(), *_febrl(Path(folder))):
            ours, found = _ours(task)
            rows += ours
            simulated = simulated or (task, found)
            rows += [_theirs(task, kind, python, Path(folder)) for kind in task.kinds]
    print(table(HEADS, rows))
    print("\nBest F1: the threshold was chosen with the answers. Weights never were.\n")
    assert simulated is not None
    _bands(*simulated)
    _groups(*simulated)


def _simulated() -> list[Task]:
    if not (FILES / "pprl_sim_A.csv.gz").exists():
        raise SystemExit(f"{FILES} has no pprl_sim_A.csv.gz: name its folder in BENCH_LINKAGE_FILES.")
    files = []
    for name in "AB":
        with gzip.open(FILES / f"pprl_sim_{name}.csv.gz", "rt", encoding="utf-8") as lines:
            files.append(list(csv.DictReader(lines)))
    both = [*files[0], *files[1]]
    born = np.array([int(row["dob"] or 0) for row in both])

    def records(split: int | None) -> Records:
        return Records(
            names=[f"{row['given']} {row['family']}" for row in both],
            born=born,
            codes={"sex": [row["sex"] for row in both], "nationality": [row["nat"] for row in both]},
            numbers={},
            texts={},
            split=split,
        )

    def person(row: Row) -> str:
        return row["id"]

    two = Task(
        "simulated, two files", tuple(files), person, records(len(files[0])), "id", ("people", "skeletons")
    )
    marked = [
        {**row, "id": f"{side}{row['id']}"} for side, rows in zip("ab", files, strict=True) for row in rows
    ]
    one = Task(
        "simulated, as one file", (marked,), lambda row: row["id"][1:], records(None), "id", ("people",), True
    )
    return [two, one]


def _febrl(folder: Path) -> list[Task]:
    tasks = []
    for name, files, kind in (
        ("FEBRL 3, one file", ("febrl3",), "febrl"),
        ("FEBRL 4, two files", ("febrl4a", "febrl4b"), "febrl"),
        ("FEBRL 4 without soc_sec_id", ("febrl4a", "febrl4b"), "febrl-less"),
    ):
        read = []
        for file in files:
            with (folder / f"{file}.csv").open(encoding="utf-8") as lines:
                read.append(list(csv.DictReader(lines)))
        numbers = ["postcode", "street_number", *(["soc_sec_id"] if kind == "febrl" else [])]
        records = _febrl_records([row for rows in read for row in rows], numbers, read)
        several = len(files) == 1
        tasks.append(
            Task(
                name,
                tuple(read),
                lambda row: row["rec_id"].split("-")[1],
                records,
                "rec_id",
                (kind,),
                several,
            )
        )
    return tasks


def _febrl_records(both: list[Row], numbers: Sequence[str], files: list[list[Row]]) -> Records:
    return Records(
        names=[f"{row['given_name']} {row['surname']}" for row in both],
        born=np.array([int(row["date_of_birth"] or 0) for row in both]),
        codes={"state": [row["state"] for row in both]},
        numbers={name: [row[name] for row in both] for name in numbers},
        texts={name: [row[name] for row in both] for name in ("address_1", "address_2", "suburb")},
        split=len(files[0]) if len(files) == 2 else None,
    )


# ---------------------------------------------------------------- ours
def _ours(task: Task) -> tuple[list[tuple[str, ...]], Findings]:
    start = time.process_time()
    found = work_out(
        task.records, wrong=0.01, lost=0.05, one_to_one=not task.several, rng=np.random.default_rng(1)
    )
    spent = time.process_time() - start
    truth = _truth(task, found)
    bits = found.bits.sum(axis=1)
    complete = f"{truth.sum():,} of {task.true:,}"
    rows = [(task.name, "ours, score alone", complete, *_quality(bits, truth, task.true), f"{spent:.1f}")]
    if not task.several:
        rows.append(
            (task.name, "ours, chance", complete, *_quality(found.chances, truth, task.true), f"{spent:.1f}")
        )
        kept = linkage.one_to_one(found.compared.left, found.compared.right, bits)
        quality = _quality(bits[kept], truth[kept], task.true)
        rows.append((task.name, "ours, score, one to one", complete, *quality, f"{spent:.1f}"))
    return rows, found


def _truth(task: Task, found: Findings) -> np.ndarray:
    left = np.array([task.person(row) for row in task.files[0]])
    right = np.array([task.person(row) for row in task.files[-1]])
    return left[found.compared.left] == right[found.compared.right]


def _quality(score: np.ndarray, truth: np.ndarray, true: int) -> tuple[str, str, str]:
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(truth[order])
    precision, recall = hits / np.arange(1, len(order) + 1), hits / true
    best = float(np.max(2 * precision * recall / np.maximum(precision + recall, 1e-12)))

    def at(least: float) -> str:
        enough = precision >= least
        return f"{recall[enough].max():.3f}" if enough.any() else "none"

    return f"{best:.4f}", at(0.95), at(0.98)


def _bands(task: Task, found: Findings) -> None:
    truth = _truth(task, found)
    rows = []
    for band in Band:
        inside = found.band == band.value
        expected, right = found.chances[inside].sum(), int(truth[inside].sum())
        rows.append((band.value, f"{inside.sum():,}", f"{expected:.0f}", f"{right:,}"))
    print(f"Bands of {task.name} (1 % wrong, 5 % lost asked for)\n")
    print(table(("band", "pairs", "one person, expected", "one person, in truth"), rows))


def _groups(task: Task, found: Findings) -> None:
    """Who is found and who less often, by sex and nationality of the first file."""
    truth = _truth(task, found)
    first, second = task.files
    there = {task.person(row) for row in second}
    same, ask = (
        {int(one) for one in found.compared.left[truth & np.isin(found.band, bands)]}
        for bands in ([Band.SAME.value], [Band.SAME.value, Band.ASK.value])
    )
    rows = []
    for column in ("sex", "nat"):
        for value in sorted({row[column] for row in first}):
            people = [n for n, row in enumerate(first) if row[column] == value and task.person(row) in there]
            if len(people) >= 50:
                wrong = sum(
                    found.band[n] == Band.SAME.value
                    and not truth[n]
                    and first[found.compared.left[n]][column] == value
                    for n in np.nonzero(found.band == Band.SAME.value)[0]
                )
                share = [f"{sum(one in group for one in people) / len(people):.2f}" for group in (same, ask)]
                rows.append((f"{column} {value or 'not known'}", str(len(people)), *share, str(wrong)))
    print("\nOf the people in both files: found as the same, the same or to ask; wrong among the same\n")
    print(table(("group", "people", "same", "same or ask", "wrong"), rows))


# ---------------------------------------------------------------- theirs
def _theirs(task: Task, kind: str, python: Path, folder: Path) -> tuple[str, ...]:
    paths = []
    for number, rows in enumerate(task.files):
        path = folder / f"{kind}_{number}.csv"
        made = [_with_skeletons(row) for row in rows] if kind in {"people", "skeletons"} else rows
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(made[0]))
            writer.writeheader()
            writer.writerows(made)
        paths.append(path)
    out = folder / "splink"
    subprocess.run([python, PEERS / "splink_linkage.py", kind, out, *paths], check=True)
    spent = json.loads(out.with_suffix(".json").read_text())["cpu"]
    with out.with_suffix(".csv").open(encoding="utf-8") as lines:
        pairs = list(csv.reader(lines))
    truth = np.array([task.person({task.key: a}) == task.person({task.key: b}) for a, b, _ in pairs])
    chance = np.array([float(one) for _, _, one in pairs])
    name = "Splink, our skeletons" if kind == "skeletons" else "Splink, its comparisons"
    return (
        task.name,
        name,
        f"{truth.sum():,} of {task.true:,}",
        *_quality(chance, truth, task.true),
        f"{spent:.1f}",
    )


def _with_skeletons(row: Row) -> Row:
    """A record with what Splink is given of ours: skeletons to block on and to compare, parts of the date."""
    words = [one for one in skeletons(f"{row['given']} {row['family']}") if one.kind != WordKind.PARTICLE]
    dob = row["dob"]
    month, day = dob[4:6], dob[6:8]
    guess = bool(dob) and (month, day) == ("01", "01")
    less, more = sorted((month, day))
    return {
        **row,
        "sound_given": _sound(row["given"]),
        "sound_family": _sound(row["family"]),
        "latin": " ".join(word.latin for word in words),
        "fine": " ".join(word.fine for word in words),
        "coarse": " ".join(word.coarse for word in words),
        "words": " ".join(sorted({word.coarse for word in words})),
        "year": dob[:4],
        "day": "" if guess or not dob else less + more,
        "swapped": dob[:4] + day + month,
        "guess": str(int(guess)),
    }


def _sound(name: str) -> str:
    return " ".join(word.fine for word in skeletons(name) if word.kind != WordKind.PARTICLE)


if __name__ == "__main__":
    main()
