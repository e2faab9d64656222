"""Small invented populations for the tests of synthesis, and a seeded source of bytes that only tests may
use."""

from __future__ import annotations

import numpy as np

from tutela.engines.synthesis import Column, Domain, Records, Source

FLAG = ("", "1")
REGISTER = Domain(
    (
        Column("year", ("2019", "2020", "2021", "2022")),
        Column("sex", ("", "female", "male")),
        Column("country", ("", *"ABCDEFGH")),
        Column("labour", FLAG),
        Column("sexual", FLAG),
        Column("pregnant", FLAG),
    ),
    forbidden=({"sex": "male", "pregnant": "1"},),
)


def seeded(seed: int) -> Source:
    """Bytes from a seed: what is released may never use it."""
    return np.random.default_rng(seed).bytes


def people(count: int, seed: int = 1) -> Records:
    """Invented people of REGISTER whose columns depend on each other, without an impossible one."""
    chance = np.random.default_rng(seed)
    country = chance.choice(9, size=count, p=np.array([20, 30, 15, 10, 8, 7, 5, 3, 2]) / 100)
    labour = (chance.random(count) < np.where(country % 2 == 0, 0.8, 0.2)).astype(int)
    sexual = (chance.random(count) < np.where(labour == 1, 0.05, 0.9)).astype(int)
    sex = np.where(chance.random(count) < 0.1, 0, np.where(chance.random(count) < 0.3 + 0.5 * sexual, 1, 2))
    year = np.minimum(3, (chance.random(count) * 3).astype(int) + (country > 3))
    pregnant = ((sex != 2) & (chance.random(count) < 0.1)).astype(int)
    return np.stack([year, sex, country, labour, sexual, pregnant], axis=1).astype(np.int32)
