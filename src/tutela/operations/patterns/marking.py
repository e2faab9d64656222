"""The text of a template as it may be shown: slots marked, signs underlined, contacts under their labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import pairwise

from tutela.engines.patterns.entities import Entity, contacts, phones
from tutela.operations.patterns.weighing import Weighed

Label = Callable[[Entity], str]
_FIGURES = re.compile(r"\d")
_MOST_FIGURES = 4
"""A value with more figures than this may be part of a number that somebody answers to."""


def marked(one: Weighed, label: Label) -> str:
    """HTML: what varies in a frame, what triggered a sign in bold with its name, contacts as labels."""
    text = one.text
    slots = _slot_spans(one)
    signs = [(start, end, reason.sign.title) for reason in one.score.reasons for start, end in reason.spans]
    hidden = {entity.start: entity for entity in one.contacts}
    spans = [*slots, *((start, end) for start, end, _ in signs), *((c.start, c.end) for c in one.contacts)]
    ordered = sorted({0, len(text), *(edge for span in spans for edge in span)})
    return "".join(
        _run(text, start, end, slots, signs, hidden, one.contacts, label) for start, end in pairwise(ordered)
    )


def _run(
    text: str, start: int, end: int, slots: Sequence[tuple[int, int]], signs: Sequence[tuple[int, int, str]],
    hidden: dict[int, Entity], named: Sequence[Entity], label: Label,
) -> str:  # fmt: skip
    inside = next((one for one in named if one.start <= start < one.end), None)
    if inside is not None and start not in hidden:
        return ""
    shown = f"<code>{escape(label(inside))}</code>" if inside is not None else escape(_safe(text[start:end]))
    reason = next((title for first, last, title in signs if first <= start < last), "")
    if reason:
        shown = f'<strong title="{escape(reason)}">{shown}</strong>'
    if any(first <= start < last for first, last in slots):
        shown = f"<mark>{shown}</mark>"
    return shown


def _slot_spans(one: Weighed) -> list[tuple[int, int]]:
    found, at = [], 0
    for piece in one.pieces:
        if piece.slot is not None:
            found.append((at + len(piece.text) - len(piece.text.lstrip()), at + len(piece.text)))
        at += len(piece.text)
    return found


def value(written: str, regions: Sequence[str], label: Label) -> str:
    """A value of a slot with its contacts under their labels, and without long numbers."""
    named = sorted([*contacts(written), *phones(written, regions=regions)], key=lambda one: one.start)
    return "".join(_parts(written, named, label))


def _parts(written: str, named: Sequence[Entity], label: Label) -> Iterator[str]:
    at = 0
    for one in named:
        if one.start >= at:
            yield _safe(written[at : one.start])
            yield label(one)
            at = one.end
    yield _safe(written[at:])


def _safe(written: str) -> str:
    """Text in which figures are hidden where there are so many that they may be half a telephone number."""
    if len(_FIGURES.findall(written)) <= _MOST_FIGURES:
        return written
    return re.sub(r"\d(?:[\s.\-/()]*\d){4,}", "•••", written)
