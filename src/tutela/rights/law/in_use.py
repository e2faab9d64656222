"""The law that this process works with: the shipped library, until published changes take its place.

Whoever has read a newer edition puts it here whole; a request or a piece of work holds on to the one with
which it began, so that nobody is answered half by the old law and half by the new."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

import tutela
from tutela.rights.law.read import Law, read_law

_held: ContextVar[Law | None] = ContextVar("law", default=None)
_newest: list[Law] = []


def load_law() -> Law:
    """The law that is held here, or the newest that this process knows."""
    held = _held.get()
    if held is not None:
        return held
    return _newest[0] if _newest else shipped_law()


@lru_cache(maxsize=1)
def shipped_law() -> Law:
    """The library as it came with this release."""
    return read_law(tutela.library_path())


def put_in_use(law: Law) -> None:
    """From now on, for whatever begins in this process. One assignment: nobody sees half of it."""
    _newest[:] = [law]


@contextmanager
def holding(law: Law | None = None) -> Iterator[Law]:
    """Inside, the law stays the same: this one, or that in use when the block began."""
    kept = law or load_law()
    token = _held.set(kept)
    try:
        yield kept
    finally:
        _held.reset(token)
