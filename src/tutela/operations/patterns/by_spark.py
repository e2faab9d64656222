"""The same templates on as many machines as there are: the engine's own functions, batch by batch on Spark.

Only two things come together on one machine: how many texts hold each shingle (512 MB at most), and the pairs
that were joined (16 bytes each), of which the components are found there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import compress, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutela.engines.patterns.candidates import in_turn
from tutela.engines.patterns.checking import likeness
from tutela.engines.patterns.corpus import digests
from tutela.engines.patterns.grouping import Settings, alike, components, peeled
from tutela.engines.patterns.normalising import tokens
from tutela.engines.patterns.shingles import Frequencies, shingles
from tutela.engines.patterns.sketches import BANDS, EMPTY, VALUES, agreement, band_keys, sketches

Frame = Any
"""A DataFrame of Spark, which is not installed everywhere."""
Batch = Any
"""Rows of Arrow: a record batch, or a table for a whole group."""
Batches = Iterator[Batch]
_LABELS = "text_id long, label long"
_TOP = np.uint64(1 << 63)
_NO_BUCKET = np.uint64((EMPTY.item() << 32) | EMPTY.item())


def find_on_spark(adverts: Frame, settings: Settings | None = None) -> Frame:
    """Templates of `adverts`, a Spark DataFrame with the columns id (long) and text.

    Gives id and template for each advert of a template: the same as `find` gives, named by its smallest text.
    """
    settings = settings or Settings()
    read_ = adverts.mapInArrow(_read, "id long, text_id long, tokens binary").cache()
    texts = read_.groupBy("text_id").agg({"tokens": "first", "id": "count"})
    texts = texts.toDF("text_id", *("copies" if "count" in name else "tokens" for name in texts.columns[1:]))
    texts = texts.cache()
    frequencies = _frequencies(texts)
    sketched = texts.mapInArrow(
        _sketching(adverts.sparkSession, frequencies), "text_id long, tokens binary, sketch binary"
    ).cache()
    label = _labels(sketched, settings)
    return _templates(read_, texts, label, settings)


# ---------------------------------------------------------------- words and sketches
def _read(batches: Batches) -> Batches:
    for batch in batches:
        found = tokens([text or "" for text in batch.column("text").to_pylist()])
        digest = digests(found.flat, found.offsets)
        words = digest > 0
        yield _rows(
            id=_whole(batch, "id")[words],
            text_id=(digest[words] ^ _TOP).view(np.int64),
            tokens=list(compress(_cut(found.flat, found.offsets), words)),
        )


def _frequencies(texts: Frame) -> Frequencies:
    """How many texts hold each shingle, counted where the texts are and added up here."""
    from pyspark.sql import functions as f

    size, number = texts.select(f.sum(f.length("tokens")), f.count("*")).first()
    found = Frequencies.for_size(int(size or 0) // 4)
    cells = len(found.cells)

    def count(batches: Batches) -> Batches:
        for batch in batches:
            flat, offsets = _joined(batch.column("tokens"))
            own = Frequencies(np.zeros(cells, dtype=np.uint16))
            hashes, _ = shingles(flat, offsets)
            own.add(hashes, batch.num_rows)
            place = np.flatnonzero(own.cells)
            yield _rows(cell=place, count=own.cells[place].astype(np.int64))

    added = (
        texts.mapInArrow(count, "cell long, count long").groupBy("cell").agg(f.sum("count").alias("count"))
    )
    table = added.toArrow()
    limit = np.iinfo(np.uint16).max
    found.cells[_whole(table, "cell")] = np.minimum(_whole(table, "count"), limit).astype(np.uint16)
    found.texts = int(number)
    return found


def _sketching(session: Any, frequencies: Frequencies) -> Callable[[Batches], Batches]:
    everywhere = session.sparkContext.broadcast(frequencies)

    def sketch(batches: Batches) -> Batches:
        for batch in batches:
            flat, offsets = _joined(batch.column("tokens"))
            made = sketches(flat, offsets, everywhere.value)
            yield _rows(
                text_id=_whole(batch, "text_id"),
                tokens=batch.column("tokens"),
                sketch=[row.tobytes() for row in made],
            )

    return sketch


# ---------------------------------------------------------------- pairs and components
def _labels(sketched: Frame, settings: Settings) -> Frame:
    """text_id and label, the smallest text_id of its component, after chains were parted."""
    from pyspark.sql import functions as f

    buckets = sketched.mapInArrow(_buckets, "band int, key long, text_id long")
    together = f.sort_array(f.collect_list("text_id")).alias("texts")
    shared = buckets.groupBy("band", "key").agg(together).where(f.size("texts") > 1)
    found = shared.select("texts").mapInArrow(_pairs, "a long, b long").distinct()
    ours = sketched.toDF("a", "tokens_a", "sketch_a")
    theirs = sketched.toDF("b", "tokens_b", "sketch_b")
    checked = found.join(ours, "a").join(theirs, "b").mapInArrow(_checking(settings), "a long, b long")
    table = checked.toArrow()
    joined = np.stack([_whole(table, "a"), _whole(table, "b")], axis=1)
    members, place = np.unique(joined, return_inverse=True)
    label = members[components(len(members), place.reshape(-1, 2))]
    known = sketched.sparkSession.createDataFrame(_table(text_id=members, label=label))
    own = sketched.join(known, "text_id", "left").withColumn("label", f.coalesce("label", "text_id")).cache()
    large = own.groupBy("label").count().where("count > 2").select("label")
    parted = own.join(large, "label").groupBy("label").applyInArrow(_parting(settings), _LABELS)
    return parted.union(own.join(large, "label", "left_anti").select("text_id", "label"))


def _buckets(batches: Batches) -> Batches:
    for batch in batches:
        sketched = _sketches(batch.column("sketch"))
        text = _whole(batch, "text_id")
        for band in range(BANDS):
            keys = band_keys(sketched, band)
            full = keys != _NO_BUCKET
            place = np.full(int(full.sum()), band, dtype=np.int32)
            yield _rows(band=place, key=keys[full].view(np.int64), text_id=text[full])


def _pairs(batches: Batches) -> Batches:
    """Pairs of each bucket, whose texts are in order."""
    for batch in batches:
        buckets = [np.asarray(texts, dtype=np.int64) for texts in batch.column("texts").to_pylist()]
        keys = np.repeat(np.arange(len(buckets), dtype=np.uint64), [len(one) for one in buckets])
        text = np.concatenate([np.zeros(0, dtype=np.int64), *buckets])
        for found in in_turn(keys):
            yield _rows(a=text[found[:, 0]], b=text[found[:, 1]])


def _checking(settings: Settings) -> Callable[[Batches], Batches]:
    def check(batches: Batches) -> Batches:
        for batch in batches:
            number = batch.num_rows
            first, second = np.arange(number), np.arange(number, 2 * number)
            sketched = _sketches([*batch.column("sketch_a"), *batch.column("sketch_b")])
            flat, offsets = _joined([*batch.column("tokens_a"), *batch.column("tokens_b")])
            near = np.flatnonzero(agreement(sketched, first, second) >= settings.agree)
            like = likeness(flat, offsets, first[near], second[near], least=settings.least)
            lengths = np.diff(offsets)
            kept = near[alike(like, lengths[first[near]], lengths[second[near]], settings)]
            yield _rows(a=_whole(batch, "a")[kept], b=_whole(batch, "b")[kept])

    return check


def _parting(settings: Settings) -> Callable[[Batch], Batch]:
    """Chains are parted in each component by itself: nothing of another one bears on it."""

    def part(component: Batch) -> Batch:
        component = component.sort_by("text_id")
        text = _whole(component, "text_id")
        flat, offsets = _joined(component.column("tokens"))
        label = np.zeros(len(text), dtype=np.int64)
        if settings.rounds:
            label = peeled(flat, offsets, _sketches(component.column("sketch")), label, settings)
        return _table(text_id=text, label=text[label])

    return part


def _templates(read_: Frame, texts: Frame, label: Frame, settings: Settings) -> Frame:
    """Adverts of components with two or more; too short texts and single adverts fall out."""
    from pyspark.sql import functions as f

    long = texts.where(f.length("tokens") >= 4 * settings.fewest).join(label, "text_id")
    large = long.groupBy("label").agg(f.sum("copies").alias("adverts")).where("adverts > 1")
    chosen = long.join(large, "label").select("text_id", f.col("label").alias("template"))
    return read_.join(chosen, "text_id").select("id", "template")


# ---------------------------------------------------------------- arrays and bytes
def _cut(flat: NDArray[np.uint32], offsets: NDArray[np.int64]) -> list[bytes]:
    whole, ends = flat.tobytes(), (4 * offsets).tolist()
    return [whole[a:b] for a, b in pairwise(ends)]


def _joined(parts: Any) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    pieces = [part.as_py() for part in parts]
    lengths = np.array([len(piece) // 4 for piece in pieces], dtype=np.int64)
    offsets = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    return np.frombuffer(b"".join(pieces), dtype=np.uint32), offsets


def _sketches(rows: Any) -> NDArray[np.uint32]:
    return np.frombuffer(b"".join(row.as_py() for row in rows), dtype=np.uint32).reshape(-1, VALUES)


def _whole(batch: Batch, name: str) -> NDArray[np.int64]:
    return np.asarray(batch.column(name).to_numpy(zero_copy_only=False), dtype=np.int64)


def _rows(**columns: Any) -> Batch:
    import pyarrow as pa

    return pa.RecordBatch.from_pydict(columns)


def _table(**columns: Any) -> Batch:
    import pyarrow as pa

    return pa.table(columns)
