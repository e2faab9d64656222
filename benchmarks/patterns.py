"""Templates in adverts: how many are found, how many are false, for whom, how fast, beside other libraries.

`BENCH_PATTERNS` gives the sizes (20000), `BENCH_PATTERNS_SEEDS` how many times each is made anew (3).
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from statistics import median

import numpy as np
from benchmarks.adverts import BACKGROUND, DATA, Adverts, made, shipped
from benchmarks.installation import machine
from tools.install import peers
from tools.places import ROOT
from tools.table import table

from tutela.engines import patterns
from tutela.engines.patterns import NONE, Index, Settings
from tutela.engines.patterns.normalising import Tokens

SIZES = [int(size) for size in os.environ.get("BENCH_PATTERNS", "20000").split(",")]
SEEDS = int(os.environ.get("BENCH_PATTERNS_SEEDS", "3"))
BATCH = 10_000
MILLION = 200_000
"""From this size on, neither ablations nor other libraries nor the other styles run."""
WAYS = {
    "Tutela": "whole",
    "without undoing what hides words": "plain",
    "without leaving out rare and common": "unmuted",
    "without parting chains": "unpeeled",
}
HEADS = (
    "adverts",
    "method",
    "ARI",
    "P",
    "R",
    "pair P",
    "pair R",
    "R hidden",
    "R 25 % edits",
    "a CPU s",
    "MB",
)
SCRIPTS = {
    "ar": "Arabic",
    "fa": "Arabic",
    "ru": "Cyrillic",
    "uk": "Cyrillic",
    "th": "Thai",
    "zh_Hans": "Chinese",
}
SCRIPTS["ja"] = "Japanese"


@dataclass(frozen=True, slots=True)
class Measured:
    """The template of each advert (NONE: none), with CPU seconds, wall seconds and the most memory held."""

    labels: np.ndarray
    cpu: float
    wall: float
    megabytes: float
    described: float = 0.0


def main() -> None:
    print(machine())
    rows, last = [], None
    for name in ("easy", "mixed"):
        adverts = shipped(name)
        rows.append(_row(f"shipped {name}", "Tutela", adverts, [(adverts, _ours(adverts, "whole"))]))
    for size in SIZES:
        for style in ("chain", "sentences", "lines") if size < MILLION else ("chain",):
            several = [made(size, seed=seed, style=style) for seed in range(1, SEEDS + 1)]
            measured = [(adverts, _ours(adverts, "whole")) for adverts in several]
            rows.append(_row(style, "Tutela", several[0], measured))
            if size < MILLION and style == "chain":
                rows += _others(several)
                last = measured
            print(_spent(style, size, measured))
    print(table(HEADS, rows))
    if last:
        print("\nFalse alerts: adverts of no template that were given one, all seeds together")
        print(table(("who", "adverts", "false alerts", "found"), _fair(last)))
        print("\nOne at a time, ms of CPU")
        print(
            table(
                ("adverts", "ms each", "ms in many", "ARI", "P", "R", "ARI repaired", "repair CPU s"),
                [_stream(last[0][0])],
            )
        )
    print("\nReal text")
    print(table(("text", "adverts", "in templates", "templates", "pure", "mixed"), _real()))


def _others(several: list[Adverts]) -> list[tuple[object, ...]]:
    rows = []
    for words, way in list(WAYS.items())[1:]:
        rows.append(_row("chain", words, several[0], [(adverts, _ours(adverts, way)) for adverts in several]))
    first = several[0]
    return rows + [
        _row("chain", peer, first, [(first, _peer(first, peer))]) for peer in ("rensa", "datasketch")
    ]


def _spent(style: str, size: int, measured: list[tuple[Adverts, Measured]]) -> str:
    each = [m for _, m in measured]
    return (
        f"{style} {size:,}: {median(m.cpu for m in each):.1f} CPU s in {median(m.wall for m in each):.1f} s, "
        f"{median(m.megabytes for m in each):,.0f} MB; slots of all templates read: "
        f"{median(m.described for m in each):.1f} CPU s more"
    )


def _row(
    data: str, method: str, adverts: Adverts, measured: list[tuple[Adverts, Measured]]
) -> tuple[object, ...]:
    scores = [_scores(adverts, found.labels) for adverts, found in measured]
    middle = [f"{median(score[i] for score in scores):.3f}" for i in range(len(scores[0]))]
    speed = median(len(adverts.texts) / found.cpu for adverts, found in measured)
    memory = median(found.megabytes for _, found in measured)
    return (f"{data} {len(adverts.texts):,}", method, *middle, f"{speed:,.0f}", f"{memory:,.0f}")


def _scores(adverts: Adverts, labels: np.ndarray) -> tuple[float, ...]:
    """ARI (what is in no cluster is its own), P and R of being in one, P and R of pairs, R of two parts."""
    true = np.array(adverts.clusters)
    inside, found = true != BACKGROUND, labels != NONE
    rows, columns = _alone(true), _alone(labels)
    both = _pairs(np.unique(rows * (columns.max() + 1) + columns, return_counts=True)[1])
    ours, theirs = _pairs(np.bincount(columns)), _pairs(np.bincount(rows))
    chance = ours * theirs / _pairs(np.array([len(true)]))
    hidden = inside & np.array(adverts.obfuscated)
    edited = inside & (np.array(adverts.rates) == 0.25)
    return (
        (both - chance) / ((ours + theirs) / 2 - chance),
        _share(inside[found]),
        _share(found[inside]),
        both / ours if ours else 1.0,
        both / theirs,
        _share(found[hidden]),
        _share(found[edited]),
    )


def _alone(labels: np.ndarray) -> np.ndarray:
    own = np.where(labels < 0, labels.max() + 1 + np.arange(len(labels)), labels)
    return np.unique(own, return_inverse=True)[1]


def _pairs(counts: np.ndarray) -> float:
    counts = counts.astype(float)
    return float((counts * (counts - 1) / 2).sum())


def _share(marks: np.ndarray) -> float:
    return float(marks.mean()) if len(marks) else float("nan")


def _fair(measured: list[tuple[Adverts, Measured]]) -> list[tuple[object, ...]]:
    """By language, script and length: how many of no template were given one, how many of one were found."""
    kinds: dict[str, Counter[str]] = {}
    for adverts, found in measured:
        clusters, labels = adverts.clusters, found.labels.tolist()
        for text, language, cluster, label in zip(
            adverts.texts, adverts.languages, clusters, labels, strict=True
        ):
            what = ("false" if label != NONE else "clear") if cluster == BACKGROUND else (
                "found" if label != NONE else "lost")  # fmt: skip
            for kind in (f"language {language}", f"script {SCRIPTS.get(language, 'Latin')}", _length(text)):
                kinds.setdefault(kind, Counter())[what] += 1
    rows = []
    for kind, count in sorted(kinds.items()):
        background, inside = count["false"] + count["clear"], count["found"] + count["lost"]
        rows.append(
            (
                kind,
                background + inside,
                f"{count['false'] / max(background, 1):.2%}",
                f"{count['found'] / max(inside, 1):.1%}",
            )
        )
    return rows


def _length(text: str) -> str:
    least = max(edge for edge in (0, 100, 200, 300, 400) if len(text) >= edge)
    return f"length from {least} characters"


def _stream(adverts: Adverts) -> tuple[object, ...]:
    with tempfile.TemporaryDirectory() as folder:
        index = Index(Path(folder))
        started = time.process_time()
        for text in adverts.texts:
            index.add(text)
        index.sync()
        spent = time.process_time() - started
        started = time.process_time()
        Index().add_many(adverts.texts)
        many = time.process_time() - started
        before = _scores(adverts, index.template_of)
        started = time.process_time()
        index.repair()
        repair = time.process_time() - started
        after = _scores(adverts, index.template_of)
        index.close()
    each, together = (1000 * seconds / len(adverts.texts) for seconds in (spent, many))
    return (
        len(adverts.texts),
        f"{each:.3f}",
        f"{together:.3f}",
        *(f"{x:.3f}" for x in (*before[:3], after[0])),
        f"{repair:.1f}",
    )


def _real() -> Iterator[tuple[object, ...]]:
    """Nothing was tuned on these; a template is pure where all its adverts have the label of most."""
    with gzip.open(DATA / "sms_spam_collection.tsv.gz", "rt", encoding="utf-8") as file:
        lines = [line.rstrip("\n").split("\t", 1) for line in file][1:]
    with gzip.open(DATA / "emscad_raw_first500.csv.gz", "rt", encoding="utf-8", newline="") as file:
        jobs = list(csv.DictReader(file))
    parts = ("title", "company_profile", "description", "requirements", "benefits")
    for name, texts, labels in (
        ("short messages", [text for _, text in lines], [label for label, _ in lines]),
        ("job adverts", [" ".join(job[p] for p in parts) for job in jobs], [j["fraudulent"] for j in jobs]),
    ):
        template = patterns.find(patterns.read(texts)).template_of
        groups: dict[int, Counter[str]] = {}
        for number, label in zip(template.tolist(), labels, strict=True):
            if number != NONE:
                groups.setdefault(number, Counter())[label] += 1
        held = sum(group.total() for group in groups.values())
        pure = sum(group.most_common(1)[0][1] for group in groups.values()) / held
        mixed = sum(len(group) > 1 for group in groups.values())
        yield name, len(texts), held, len(groups), f"{pure:.4f}", mixed


def _peer(adverts: Adverts, name: str) -> Measured:
    answer = _asked([str(peers()), str(ROOT / "benchmarks" / "peers" / "near_copies.py"), name], adverts)
    labels = np.array(answer["labels"])
    size = np.bincount(labels, minlength=len(labels))
    return Measured(np.where(size[labels] > 1, labels, NONE), answer["cpu"], 0, answer["megabytes"])


def _ours(adverts: Adverts, way: str) -> Measured:
    """In a process of its own, so that the memory is that of the engine and of reading the file."""
    answer = _asked([sys.executable, "-m", "benchmarks.patterns", way], adverts)
    return Measured(
        np.array(answer["labels"]), answer["cpu"], answer["wall"], answer["megabytes"], answer["described"]
    )


def _asked(command: list[str], adverts: Adverts) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        texts, out = Path(folder, "texts.jsonl"), Path(folder, "out.json")
        with texts.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(text, ensure_ascii=False) + "\n" for text in adverts.texts)
        path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        subprocess.run([*command, str(texts), str(out)], check=True, env={**os.environ, "PYTHONPATH": path})
        return json.loads(out.read_text(encoding="utf-8"))


def measure(way: str, path: str, out: str) -> None:
    """Read a file of adverts and write the template of each with what it cost; imports are not counted."""
    started, clock = time.process_time(), time.perf_counter()
    reading = patterns.Reading()
    with Path(path).open(encoding="utf-8") as file:
        while batch := [json.loads(line) for _, line in zip(range(BATCH), file, strict=False)]:
            if way == "plain":
                reading.add_tokens(_plain(batch))
            else:
                reading.add(batch)
    corpus = reading.corpus()
    settings = Settings(muted=way != "unmuted", rounds=0 if way == "unpeeled" else 4, workers=2)
    found = patterns.find(corpus, settings)
    cpu, wall = time.process_time() - started, time.perf_counter() - clock
    megabytes = _megabytes()
    described = _described(path, corpus, found) if way == "whole" else 0.0
    answer = {
        "labels": found.template_of.tolist(), "cpu": cpu, "wall": wall, "megabytes": megabytes,
        "described": described,
    }  # fmt: skip
    Path(out).write_text(json.dumps(answer), encoding="utf-8")


def _megabytes() -> float:
    """The most memory that this process itself held; what its parent held before does not count."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def _described(path: str, corpus: patterns.Corpus, found: patterns.Found) -> float:
    """CPU seconds for constant text and slots of every template, all texts aligned."""
    with Path(path).open(encoding="utf-8") as file:
        wanted = set(corpus.first[found.members].tolist())
        texts = {number: json.loads(line) for number, line in enumerate(file) if number in wanted}
    started = time.process_time()
    for template in range(len(found)):
        members = found.of(template)
        patterns.describe([texts[i] for i in corpus.first[members].tolist()], copies=corpus.copies[members])
    return time.process_time() - started


def _plain(texts: list[str]) -> Tokens:
    """Words as they are written, in small letters: what the engine would see if it undid nothing."""
    words = [text.lower().split() for text in texts]
    flat = [
        int.from_bytes(blake2b(w.encode(), digest_size=4).digest(), "little") & ~7 for ws in words for w in ws
    ]
    offsets = np.concatenate(([0], np.cumsum([len(ws) for ws in words])))
    return Tokens(
        np.array(flat, dtype=np.uint32), offsets.astype(np.int64), np.zeros(len(texts), dtype=np.uint8)
    )


if __name__ == "__main__":
    measure(*sys.argv[1:])
