"""Draws whole-number Gaussian noise exactly, by whole-number arithmetic alone.

The discrete Gaussian with scale t takes the whole number x with a probability proportional to exp(−x² / 2t²)
(Canonne, Kamath and Steinke 2020). Noise made of floating-point numbers gives the count behind it away by the
numbers that it cannot reach (Mironov 2012); here no float exists. The algorithm is Karney's (2016, algorithm
D), for a whole t, over many draws at once:

1. Draw k = 0, 1, 2, … with probability proportional to exp(−k² / 2): count successes of exp(−1/2) until one
   fails, which gives exp(−k / 2), and keep k only if k(k − 1) further ones all succeed: exp(−k(k − 1) / 2).
2. Draw j evenly from 0 … t − 1. Keep with probability exp(−jk / t) · exp(−j² / 2t²): k successes of
   exp(−j/t), and one of exp(−(j/t)² / 2).
3. Give it a sign by one bit; reject a negative zero.

What is kept has x = kt + j and was kept with a probability proportional to exp(−k²/2 − jk/t − j²/2t²) =
exp(−(kt + j)² / 2t²), once for each sign and once for zero: the discrete Gaussian, exactly. A success of
exp(−g), 0 ≤ g ≤ 1, is von Neumann's: draw successes of g/1, g/2, g/3, … until one fails; it is one when the
draw that failed has an odd number, because the sum over odd n of g^(n−1)/(n−1)! − g^n/n! is exp(−g). A
success of a / b is a whole number drawn evenly below b that is below a; and the even draw rejects the
incomplete last round of the 64-bit words, so it is even and not nearly so.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Source = Callable[[int], bytes]
"""Gives that many random bytes: `secrets.token_bytes` or `os.urandom` for anything that is released."""
Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]

MOST_SCALE = 2**53
"""Above it, products with the number of the round could leave 64 bits."""
_BATCH = 1 << 17
"""Draws at a time: what they need stays in the processor's cache."""


def discrete_gaussian(scale: int, count: int, source: Source) -> Ints:
    """`count` independent draws with parameter `scale` (at least 1): shape (count,). Raises ValueError.

    About half of the tries are kept (1.7533 / 2.5415 at step 1, 1.2533 / 1.7533 at step 2).
    """
    if not 1 <= scale <= MOST_SCALE:
        raise ValueError(f"The scale of the noise must be a whole number from 1 to {MOST_SCALE}.")
    drawn = [np.empty(0, dtype=np.int64)]
    missing = count
    while missing > 0:
        drawn.append(_tries(scale, min(_BATCH, 2 * missing + 64), source)[:missing])
        missing -= len(drawn[-1])
    return np.concatenate(drawn)


def below(bounds: int | Words, count: int, source: Source) -> Words:
    """Whole numbers drawn evenly from 0 to `bounds` − 1, each bound at least 1: shape (count,)."""
    bound = np.broadcast_to(np.asarray(bounds, dtype=np.uint64), (count,))
    words = _words(count, source)
    # 2^64 modulo the bound: so many of the largest words belong to a round that is not whole.
    left_over = (np.uint64(0) - bound) % bound
    wrong = np.flatnonzero(words > ~left_over)
    drawn: Words = words % bound
    if len(wrong):
        drawn[wrong] = below(bound[wrong], len(wrong), source)
    return drawn


def _tries(scale: int, count: int, source: Source) -> Ints:
    """The tries that were kept, of `count`."""
    steps = _steps(count, source)
    inside = below(scale, len(steps), source)
    kept = np.flatnonzero(_succeed_often(inside, scale, steps, source))
    kept = kept[_succeed_square(inside[kept], scale, source)]
    size = steps[kept] * scale + inside[kept].astype(np.int64)
    negative = _bits(len(size), source)
    kept_sign = ~(negative & (size == 0))
    signed: Ints = np.where(negative, -size, size)[kept_sign]
    return signed


def _steps(count: int, source: Source) -> Ints:
    """k of step 1 for the tries that keep one, of `count`."""
    one = np.ones(count, dtype=np.uint64)
    steps = np.zeros(count, dtype=np.int64)
    alive = np.arange(count)
    while len(alive):
        alive = alive[_succeed(one[: len(alive)], 2, source)]
        steps[alive] += 1
    return steps[_succeed_often(one, 2, steps * (steps - 1), source)]


def _succeed_often(part: Words, whole: int, times: Ints, source: Source) -> Mask:
    """Whether exp(−part / whole) succeeds `times` times one after the other."""
    good = np.ones(len(part), dtype=bool)
    alive, done = np.flatnonzero(times > 0), 0
    while len(alive):
        success = _succeed(part[alive], whole, source)
        good[alive[~success]] = False
        done += 1
        alive = alive[success]
        alive = alive[times[alive] > done]
    return good


def _succeed(part: Words, whole: int, source: Source) -> Mask:
    """Successes of exp(−part / whole), part ≤ whole: round n lets part / (whole · n) of the rest go on."""

    def goes_on(alive: Ints, n: int) -> Mask:
        good: Mask = np.less(below(whole * n, len(alive), source), part[alive])
        return good

    return _until_it_fails(len(part), goes_on)


def _succeed_square(part: Words, whole: int, source: Source) -> Mask:
    """Successes of exp(−(part / whole)² / 2): round n asks for 1 / 2n and then twice for part / whole."""

    def goes_on(alive: Ints, n: int) -> Mask:
        good: Mask = np.equal(below(2 * n, len(alive), source), 0)
        for _ in range(2):
            left = np.flatnonzero(good)
            good[left] = below(whole, len(left), source) < part[alive[left]]
        return good

    return _until_it_fails(len(part), goes_on)


def _until_it_fails(count: int, goes_on: Callable[[Ints, int], Mask]) -> Mask:
    """Which of `count` failed in a round with an odd number, the first being 1."""
    odd = np.zeros(count, dtype=bool)
    alive, n = np.arange(count), 0
    while len(alive):
        n += 1
        success = goes_on(alive, n)
        odd[alive[~success]] = n % 2 == 1
        alive = alive[success]
    return odd


def _words(count: int, source: Source) -> Words:
    return np.frombuffer(source(8 * count), dtype="<u8").astype(np.uint64, copy=False)


def _bits(count: int, source: Source) -> Mask:
    return np.unpackbits(np.frombuffer(source(-(-count // 8)), dtype=np.uint8), count=count).astype(bool)
