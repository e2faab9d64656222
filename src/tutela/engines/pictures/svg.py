"""Pieces of SVG: escaped words, numbers without needless digits, and the frame of a picture."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from html import escape

_NOT_XML = re.compile(r"[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
_TURNED = {"start": "end", "end": "start", "middle": "middle"}


def safe(words: str) -> str:
    """Words as they may stand in XML; characters that XML does not have are left out."""
    return escape(_NOT_XML.sub("", words))


def short(number: float) -> str:
    """One decimal, none where it is nothing."""
    text = f"{number:.1f}"
    return text[:-2].replace("-0", "0") if text.endswith(".0") else text


def tag(name: str, attributes: dict[str, str | float], *content: str) -> str:
    """An element; `content` is SVG already. Words among the attributes are escaped, empty ones left out."""
    said = "".join(
        f' {key}="{safe(value) if isinstance(value, str) else short(value)}"'
        for key, value in attributes.items()
        if value != ""
    )
    return f"<{name}{said}>{''.join(content)}</{name}>" if content else f"<{name}{said}/>"


def told(words: str) -> str:
    """What is said of an element where somebody points at it."""
    return f"<title>{safe(words)}</title>" if words else ""


def text(x: float, y: float, words: str, *, kind: str = "", anchor: str = "start", rtl: bool = False) -> str:
    """Words at a point; `anchor`: which side of them, left (start) to right (end), whatever they are written
    in."""
    facts: dict[str, str | float] = {"class": kind, "x": x, "y": y}
    if rtl:
        facts["direction"] = "rtl"
        anchor = _TURNED[anchor]
    facts["text-anchor"] = "" if anchor == "start" else anchor
    return tag("text", facts, safe(words) or " ")


def wide(words: str, size: float) -> float:
    """About how wide words are, in the unit of `size`; wide letters of East Asia count double."""
    letters = sum(
        0.0
        if unicodedata.combining(one)
        else 1.0
        if unicodedata.east_asian_width(one) in "WF"
        else 0.7
        if one.isupper()
        else 0.56
        for one in words
    )
    return letters * size


def picture(
    *, name: str, title: str, description: str, width: float, height: float, parts: Iterable[str]
) -> str:
    """The whole picture. `name` makes its ids differ from those of other pictures on a page.

    Every anchor is placed already: a page that runs from right to left must not turn them round.
    """
    return tag(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "role": "img",
            "direction": "ltr",
            "class": "picture",
            "viewBox": f"0 0 {short(width)} {short(height)}",
            "aria-labelledby": f"{name}-title {name}-desc",
        },
        f'<title id="{safe(name)}-title">{safe(title)}</title>',
        f'<desc id="{safe(name)}-desc">{safe(description)}</desc>',
        *parts,
    )


class Labels:
    """Places words beside marks so that none covers another; what finds no room stays in the table."""

    def __init__(self, width: float, height: float, size: float = 12.5) -> None:
        self._width, self._height, self._size = width, height, size
        self._taken: list[tuple[float, float, float, float]] = []

    def keep_free(self, x: float, y: float, radius: float) -> None:
        self._taken.append((x - radius, y - radius, x + radius, y + radius))

    def beside(self, x: float, y: float, words: str, *, away: float, rtl: bool = False) -> str:
        """The words to the right, left, above or below a mark, or nothing."""
        long, high = wide(words, self._size), self._size
        spots: Sequence[tuple[float, float, str]] = (
            (x + away, y + high * 0.35, "start"),
            (x - away, y + high * 0.35, "end"),
            (x, y - away - 2, "middle"),
            (x, y + away + high * 0.8, "middle"),
            (x + away * 0.7, y - away * 0.7, "start"),
            (x - away * 0.7, y - away * 0.7, "end"),
            (x + away * 0.7, y + away * 0.7 + high * 0.7, "start"),
            (x - away * 0.7, y + away * 0.7 + high * 0.7, "end"),
        )
        for at, base, anchor in spots:
            left = at - {"start": 0.0, "middle": long / 2, "end": long}[anchor]
            box = (left, base - high * 0.85, left + long, base + high * 0.25)
            if self._is_free(box):
                self._taken.append(box)
                return text(at, base, words, kind="label", anchor=anchor, rtl=rtl)
        return ""

    def _is_free(self, box: tuple[float, float, float, float]) -> bool:
        left, top, right, bottom = box
        if left < 2 or top < 2 or right > self._width - 2 or bottom > self._height - 2:
            return False
        return all(right <= a or left >= c or bottom <= b or top >= d for a, b, c, d in self._taken)
