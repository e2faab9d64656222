"""Makes a drawn SVG safe under a strict policy: no styles, no script, and classes in place of colours."""

from __future__ import annotations

import re
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"

# A drawing is made in colours that nobody would choose; each stands for a name of the stylesheet,
# which has the classes fill-NAME and stroke-NAME.
_NAMES = ("ink", "soft", "line", *(str(n) for n in range(1, 5)))
COLOURS = {name: f"#0101{number:02x}" for number, name in enumerate(_NAMES, start=1)}
_NAME_OF = {colour: name for name, colour in COLOURS.items()}

_ELEMENTS = frozenset({"svg", "g", "path", "rect", "line", "circle", "text", "tspan", "title", "desc"})
_ATTRIBUTES = frozenset(
    {
        "viewBox",
        "d",
        "x",
        "y",
        "x1",
        "x2",
        "y1",
        "y2",
        "dx",
        "dy",
        "r",
        "cx",
        "cy",
        "width",
        "height",
        "transform",
        "fill",
        "stroke",
        "stroke-width",
        "stroke-dasharray",
        "stroke-miterlimit",
        "stroke-linecap",
        "opacity",
        "text-anchor",
        "font-size",
        "font-weight",
    }
)
_LONG_NUMBER = re.compile(r"-?\d+\.\d+")
_POINT = re.compile(r"([MLZz])(?:(-?[\d.]+),(-?[\d.]+))?")
_POLYGONS = re.compile(f"(?:{_POINT.pattern})+")


class UnknownColour(Exception):
    """A drawing used a colour that has no class: it would not change in the dark."""


def themed_svg(raw: str, *, title: str, description: str, name: str) -> str:
    """`raw` as an image with a title and a description, holding only known elements, attributes and colours.

    `name` makes the ids of title and description unique on a page.
    Raises UnknownColour.
    """
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(raw)  # noqa: S314 (our own drawing, made in this process)
    _prune(root)
    for element in root.iter():
        _dress(element)
    for size in ("width", "height"):
        root.attrib.pop(size, None)
    # Vega has already placed every word: a page that runs from right to left must not turn the anchors round.
    root.attrib |= {
        "role": "img",
        "direction": "ltr",
        "aria-labelledby": f"{name}-title {name}-desc",
        "focusable": "false",
    }
    for place, (tag, words) in enumerate((("title", title), ("desc", description))):
        child = ElementTree.Element(f"{{{SVG}}}{tag}", {"id": f"{name}-{tag}"})
        child.text = words
        root.insert(place, child)
    return ElementTree.tostring(root, encoding="unicode")


def _prune(parent: ElementTree.Element) -> None:
    """Drops what is unknown and what draws nothing, deepest first."""
    for child in list(parent):
        _prune(child)
        tag = _local(child.tag)
        invisible = child.get("display") == "none" or (tag == "path" and _draws_nothing(child))
        if tag not in _ELEMENTS or invisible or (tag == "g" and len(child) == 0):
            parent.remove(child)


def _draws_nothing(path: ElementTree.Element) -> bool:
    painted = {path.get("fill", "none"), path.get("stroke", "none")} - {"none", "transparent"}
    return not path.get("d") or not painted


def _dress(element: ElementTree.Element) -> None:
    """Keeps known attributes, turns colours into classes, and shortens numbers."""
    kept = {key: value for key, value in element.attrib.items() if key in _ATTRIBUTES}
    classes = []
    for paint in ("fill", "stroke"):
        colour = kept.get(paint, "none")
        if colour in {"none", "transparent"}:
            continue
        if colour not in _NAME_OF:
            raise UnknownColour(colour)
        classes.append(f"{paint}-{_NAME_OF[colour]}")
        del kept[paint]
    for key in ("d", "transform", "x", "y"):
        if key in kept:
            kept[key] = _LONG_NUMBER.sub(lambda match: _short(float(match[0])), kept[key])
    if _POLYGONS.fullmatch(kept.get("d", "")):
        kept["d"] = _relative(kept["d"])
    if kept.get("opacity") == "1":
        del kept["opacity"]
    if classes:
        kept["class"] = " ".join(classes)
    element.attrib.clear()
    element.attrib.update(kept)


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _relative(path: str) -> str:
    """The same straight lines told as steps from point to point: a third of the bytes for a map."""
    told, here = [], (0.0, 0.0)
    for command, x, y in _POINT.findall(path):
        if command in "Zz":
            told.append("z")
            continue
        there = (float(x), float(y))
        if command == "M":
            told.append(f"M{x},{y}")
        elif there != here:
            told.append(f"l{_short(there[0] - here[0])},{_short(there[1] - here[1])}")
        here = there
    return "".join(told).replace(",-", "-")


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]
