"""Whether two texts are of one template: the longest common sequence of their words, beside their lengths."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel
from rapidfuzz.process import cpdist

from tutela.engines.patterns.flat import ranges
from tutela.engines.patterns.mixing import GOLDEN, mix
from tutela.engines.patterns.pieces import CHARACTER, KIND

AT_ONCE = 50_000


def codes(flat: NDArray[np.uint32], ends: NDArray[np.int64]) -> str:
    """Texts that end before each place of `ends` as one string, a character for each token.

    A token is one of 2^20 characters, so two words are mistaken for one another once in a million. In scripts
    without blanks a character counts together with the next: single ones are too few to tell texts apart.
    """
    value = flat.astype(np.uint64)
    wide = (flat & KIND) == CHARACTER
    if wide.any():
        wide[ends[ends > 0] - 1] = False
        following = np.concatenate((value[1:], value[-1:]))
        value[wide] = mix(value[wide] * GOLDEN + following[wide])
    value *= GOLDEN
    return ((value >> np.uint64(44)).astype("<u4") + np.uint32(0x10000)).tobytes().decode("utf-32-le")


def likeness(
    flat: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    *,
    least: float = 0.0,
    workers: int = 1,
) -> NDArray[np.float32]:
    """2 LCS / (n + m) of the texts of each pair, between 0 and 1; 0 where it is below `least`."""
    found = np.zeros(len(first), dtype=np.float32)
    for start in range(0, len(first), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        needed, inverse = np.unique(np.concatenate((first[some], second[some])), return_inverse=True)
        texts = strings(flat, offsets, needed)
        half = len(first[some])
        ours, theirs = inverse[:half].tolist(), inverse[half:].tolist()
        found[some] = cpdist(
            [texts[i] for i in ours],
            [texts[i] for i in theirs],
            scorer=Indel.normalized_similarity,
            score_cutoff=least,
            workers=workers,
            dtype=np.float32,
        )
    return found


def strings(flat: NDArray[np.uint32], offsets: NDArray[np.int64], places: NDArray[np.int64]) -> list[str]:
    """The texts at `places` as strings of codes, one character a token."""
    lengths = offsets[places + 1] - offsets[places]
    ends = np.cumsum(lengths)
    whole = codes(flat[ranges(offsets[places], lengths)], ends)
    return [whole[a:b] for a, b in zip((ends - lengths).tolist(), ends.tolist(), strict=True)]
