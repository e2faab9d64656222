"""The steps of finding templates one by one, on parts of the adverts, as several machines would take them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tutela.engines import patterns
from tutela.engines.patterns.candidates import NEIGHBOURS, in_turn
from tutela.engines.patterns.checking import likeness
from tutela.engines.patterns.grouping import Part, Settings, alike, components, middles, peeled, united
from tutela.engines.patterns.shingles import Frequencies, counted, shingles
from tutela.engines.patterns.sketches import BANDS, EMPTY, agreement, band_keys, sketch_one, sketches

PARTS = 4
NO_BUCKET = np.uint64(0xFFFFFFFFFFFFFFFF)


def chained(count: int = 240, seed: int = 5) -> list[str]:
    """Adverts of which each shares two thirds with the next, so that chains must be parted."""
    chance = np.random.default_rng(seed)
    words = [f"w{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}x" for i in range(400)]
    texts = []
    for start in chance.integers(0, 360, count).tolist():
        some = [word for word in words[start : start + 30] if chance.random() > 0.05]
        texts.append(" ".join(some))
    return texts


def test_parts_give_what_the_whole_gives() -> None:
    corpus = patterns.read(chained())
    settings = Settings()
    whole_frequencies = counted(corpus.flat, corpus.offsets)
    whole = sketches(corpus.flat, corpus.offsets, whole_frequencies)
    joined = united(corpus.flat, corpus.offsets, whole, settings)
    expected = peeled(corpus.flat, corpus.offsets, whole, joined, settings)

    parts = [
        Part.of(corpus.flat, corpus.offsets, places)
        for places in np.array_split(np.arange(len(corpus)), PARTS)
    ]
    frequencies = _merged([counted(part.flat, part.offsets, size=len(corpus.flat)) for part in parts])
    assert np.array_equal(frequencies.cells, whole_frequencies.cells)
    sketched = np.concatenate([sketches(part.flat, part.offsets, frequencies) for part in parts])
    assert np.array_equal(sketched, whole)
    label = components(len(corpus), _checked(corpus, sketched, settings))
    assert np.array_equal(label, joined)
    assert np.array_equal(_parted(corpus, sketched, label, settings), expected)
    assert len(np.unique(expected)) > len(np.unique(label))


def _merged(several: list[Frequencies]) -> Frequencies:
    for other in several[1:]:
        several[0].merge(other)
    return several[0]


def _checked(corpus: patterns.Corpus, sketched: NDArray[np.uint32], settings: Settings) -> NDArray[np.int64]:
    """Candidates of all bands, each pair once, checked in batches of fifty."""
    of_bands = (in_turn(band_keys(sketched, band), empty=NO_BUCKET) for band in range(BANDS))
    found = np.unique(np.concatenate([part for parts in of_bands for part in parts]), axis=0)
    found = found[agreement(sketched, found[:, 0], found[:, 1]) >= settings.agree]
    like = np.concatenate(
        [likeness(corpus.flat, corpus.offsets, *found[i : i + 50].T) for i in range(0, len(found), 50)]
    )
    return found[alike(like, corpus.lengths[found[:, 0]], corpus.lengths[found[:, 1]], settings)]


def _parted(
    corpus: patterns.Corpus, sketched: NDArray[np.uint32], label: NDArray[np.int64], settings: Settings
) -> NDArray[np.int64]:
    """Each component parted by itself."""
    found = label.copy()
    for component in np.unique(label):
        members = np.flatnonzero(label == component)
        part = Part.of(corpus.flat, corpus.offsets, members)
        alone = np.zeros(len(members), dtype=np.int64)
        found[members] = members[peeled(part.flat, part.offsets, sketched[members], alone, settings)]
    return found


def test_frequencies_of_other_sizes_cannot_be_put_together() -> None:
    with pytest.raises(ValueError, match="cannot be put together"):
        Frequencies.for_size(10).merge(Frequencies.for_size(1_000_000))


@given(st.lists(st.integers(0, 5), max_size=60))
def test_a_bucket_is_connected_and_never_all_pairs(values: list[int]) -> None:
    keys = np.array(values, dtype=np.uint64)
    found = np.concatenate(in_turn(keys))
    assert len(found) <= (NEIGHBOURS + 1) * len(keys)
    assert (found[:, 0] < found[:, 1]).all()
    label = components(len(keys), found)
    for first in range(len(keys)):
        for second in range(len(keys)):
            assert (label[first] == label[second]) == (keys[first] == keys[second])


@given(st.integers(1, 30), st.data())
def test_components_are_named_by_their_smallest_member(count: int, data: st.DataObject) -> None:
    place = st.integers(0, count - 1)
    joined = np.array(data.draw(st.lists(st.tuples(place, place), max_size=30)), dtype=np.int64).reshape(
        -1, 2
    )
    label = components(count, joined)
    assert (label[joined[:, 0]] == label[joined[:, 1]]).all()
    assert (label <= np.arange(count)).all()
    assert np.array_equal(label[label], label)
    assert np.array_equal(components(count, joined[::-1]), label)


def test_the_middle_one_is_the_one_that_agrees_most_with_all() -> None:
    chance = np.random.default_rng(2)
    sketched = chance.integers(0, 3, (40, 64)).astype(np.uint32)
    label = chance.integers(0, 4, 40)
    middle = middles(label, sketched)
    for group in range(4):
        members = np.flatnonzero(label == group)
        points = [(sketched[m] == sketched[members]).sum() for m in members]
        assert set(middle[members].tolist()) == {int(members[int(np.argmax(points))])}


def test_likeness_is_twice_the_common_sequence_by_both_lengths() -> None:
    corpus = patterns.read(["alpha beta gamma delta", "alpha gamma delta epsilon zeta eta"])
    first, second = (int(corpus.unique_of[i]) for i in (0, 1))
    like = likeness(corpus.flat, corpus.offsets, np.array([first]), np.array([second]))
    assert like[0] == pytest.approx(2 * 3 / 10)


def test_one_sketch_is_as_many_at_once_and_an_empty_one_is_empty() -> None:
    corpus = patterns.read(["one fine day in may", "two fine nights in june and july"])
    at_once = sketches(corpus.flat, corpus.offsets, None)
    hashes, starts = shingles(corpus.flat, corpus.offsets)
    for row, start, end in zip(at_once, starts, starts[1:], strict=False):
        assert np.array_equal(sketch_one(hashes[start:end]), row)
    assert (sketch_one(hashes[:0]) == EMPTY).all()
