"""What a PDF says, so that it can be searched: streams opened, strings decoded, the text of its pages.

The bytes show none of it: streams are compressed, and what is written on a page are numbers of shapes in a
font, from right to left in the order of the eye."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

_BLOCK = re.compile(rb"beginbf(char|range)(.*?)endbf", re.S)
_CHAR = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")
_RANGE = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*(?:<([0-9a-fA-F]+)>|\[(.*?)\])", re.S)
_HEX = re.compile(rb"<([0-9a-fA-F]+)>")
# Moves that begin another line or word: what stands on both sides is not one word.
_MOVES = {"Td", "TD", "Tm", "T*", "BT", "ET"}


def readable(content: bytes) -> bytes:
    """`content`, and behind it what a PDF holds inside; anything else is as it was."""
    if not content.startswith(b"%PDF"):
        return content
    with pikepdf.open(io.BytesIO(content)) as pdf:
        lines = [line for page in pdf.pages for line in _lines(page)]
        both_ways = [*lines, *(line[::-1] for line in lines)]
        return b"\n".join([content, *_insides(pdf), *(line.encode() for line in both_ways)])


def _insides(pdf: pikepdf.Pdf) -> Iterator[bytes]:
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Stream):
            try:
                yield thing.read_bytes()
            except pikepdf.PdfError:  # a picture, whose filter stays
                yield thing.read_raw_bytes()
        yield from (text.encode() for text in _strings(thing))


def _strings(thing: Any) -> Iterator[str]:
    """Every string in an object, but not those of objects that it only points to: they come by themselves."""
    if isinstance(thing, pikepdf.String):
        yield str(thing)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        for part in (thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing).as_dict().values():
            if not getattr(part, "is_indirect", False):
                yield from _strings(part)
    elif isinstance(thing, pikepdf.Array):
        for part in thing.as_list():
            if not getattr(part, "is_indirect", False):
                yield from _strings(part)


def _lines(page: pikepdf.Page) -> Iterator[str]:
    """The words on a page, a line for each move of the pen."""
    fonts = {name: _alphabet(font) for name, font in page.Resources.get("/Font", {}).items()}
    alphabet: dict[bytes, str] = {}
    line = ""
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name == "Tf":
            alphabet = fonts[str(operands[0])]
        elif name in _MOVES:
            yield line
            line = ""
        elif name in {"Tj", "'", '"', "TJ"}:
            parts = operands[0] if name == "TJ" else [operands[-1]]
            line += "".join(
                _spelled(bytes(part), alphabet) for part in parts if isinstance(part, pikepdf.String)
            )
    yield line


def _spelled(shapes: bytes, alphabet: dict[bytes, str]) -> str:
    """Text of numbers of shapes: two bytes each where the font has an alphabet, otherwise plain letters."""
    if not alphabet:
        return shapes.decode("latin-1")
    width = len(next(iter(alphabet)))
    return "".join(alphabet.get(shapes[at : at + width], "\ufffd") for at in range(0, len(shapes), width))


def _alphabet(font: pikepdf.Object) -> dict[bytes, str]:
    """The letters of each shape, as the font's ToUnicode map says (ISO 32000-1, 9.10.3)."""
    if "/ToUnicode" not in font:
        return {}
    letters: dict[bytes, str] = {}
    for kind, block in _BLOCK.findall(font.ToUnicode.read_bytes()):
        if kind == b"char":
            letters |= {bytes.fromhex(one.decode()): _letters(text) for one, text in _CHAR.findall(block)}
            continue
        for first, last, start, listed in _RANGE.findall(block):
            letters |= _of_range(first, last, start, _HEX.findall(listed))
    return letters


def _of_range(first: bytes, last: bytes, start: bytes, listed: list[bytes]) -> dict[bytes, str]:
    size, low, high = len(first) // 2, int(first, 16), int(last, 16)
    if listed:
        texts = [_letters(text) for text in listed]
    else:
        text = _letters(start)
        texts = [text[:-1] + chr(ord(text[-1]) + step) for step in range(high - low + 1)]
    return {(low + step).to_bytes(size, "big"): text for step, text in enumerate(texts)}


def _letters(hexadecimal: bytes) -> str:
    return bytes.fromhex(hexadecimal.decode()).decode("utf-16-be")
