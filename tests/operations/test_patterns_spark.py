"""Spark finds the same templates as one machine does, on five thousand adverts."""

from __future__ import annotations

import os
import sys
import warnings
from collections import defaultdict

import numpy as np
import pytest

from tools import machine
from tutela.engines.patterns import NONE, find, read
from tutela.operations.patterns.by_spark import find_on_spark

ADVERTS = 5_000
PARTS = 3


@pytest.fixture
def session(monkeypatch):
    """A Spark that runs on this machine, with the Python of these tests."""
    if not machine.has_java():
        pytest.skip(f"no Java 17. To enable: {machine.how_to_install('java')}")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(one for one in sys.path if one))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sql = pytest.importorskip("pyspark.sql", reason="no Spark. To enable: ./run add spark")
        started = (
            sql.SparkSession.builder.master(f"local[{PARTS - 1}]")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.log.level", "ERROR")
            .config("spark.sql.shuffle.partitions", str(PARTS))
            .getOrCreate()
        )
        yield started
        started.stop()


def invented() -> list[str]:
    """Adverts of many templates of two to forty, edited and with slots, among others that are like none."""
    chance = np.random.default_rng(7)
    letters = np.array(list("abcdefghijklmnoprstuvw"))
    words = ["".join(chance.choice(letters, chance.integers(3, 9))) for _ in range(4_000)]

    def text() -> list[str]:
        return [words[one] for one in chance.zipf(1.3, 400) % len(words)][: chance.integers(15, 50)]

    found: list[str] = []
    while len(found) < ADVERTS * 2 // 5:
        template = text()
        for _ in range(int(chance.integers(2, 40))):
            edited = [
                words[chance.integers(len(words))] if chance.random() < 0.12 else one for one in template
            ]
            found.append(" ".join([*edited, str(chance.integers(100, 999))]))
    found += [" ".join(text()) for _ in range(ADVERTS - len(found) - 50)]
    found += ["", *found[:49]]
    return [found[place] for place in chance.permutation(len(found))]


def grouped(names: list[object]) -> set[frozenset[int]]:
    groups: dict[object, set[int]] = defaultdict(set)
    for advert, name in enumerate(names):
        if name != NONE:
            groups[name].add(advert)
    return {frozenset(one) for one in groups.values()}


@pytest.mark.slow
@pytest.mark.sqlite
def test_spark_and_one_machine_find_the_same_templates(session):
    texts = invented()
    corpus = read(texts)
    alone = grouped(find(corpus).template_of.tolist())
    rows = [(number, text) for number, text in enumerate(texts)]
    adverts = session.createDataFrame(rows, "id long, text string").repartition(PARTS)
    names: list[object] = [NONE] * len(texts)
    for row in find_on_spark(adverts).collect():
        names[row["id"]] = row["template"]
    assert grouped(names) == alone
    assert len(alone) > 50
