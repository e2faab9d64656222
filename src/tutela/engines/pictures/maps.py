"""Maps of countries: shaded by classes, with circles, or one country among its neighbours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np

from tutela.engines.pictures.atlas import Atlas
from tutela.engines.pictures.patterns import patterns
from tutela.engines.pictures.shading import Classes, classed
from tutela.engines.pictures.svg import Labels, picture, safe, short, tag, text, told, wide
from tutela.engines.pictures.views import FINE, Drawn, Frame, View

SMALL = 4.0
"""Units: a country that is drawn smaller than this has a dot of its colour as well."""
LARGEST = 24.0
"""Radius of the largest circle."""
_ROW, _SWATCH = 22.0, 22.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Every word of a map, in the reader's language. `few`: for numbers that are too small to be shown."""

    title: str
    description: str
    no_figure: str
    few: str
    up_to: Callable[[float, float], str]
    """A class from its smallest to its largest number."""
    number: Callable[[float], str]
    names: Mapping[str, str]
    """Of countries by code."""
    rtl: bool = False

    def named(self, code: str, value: str) -> str:
        return f"{self.names.get(code, code)}: {value}"


class Said(TypedDict):
    title: str
    description: str
    name: str
    rtl: bool


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of a legend: what is drawn in its swatch, `size` units wide and high, and its words."""

    swatch: str
    words: str
    size: tuple[float, float] = (24.0, 14.0)


def shaded_map(
    atlas: Atlas, view: View, values: Mapping[str, float | None], wording: Wording, *, name: str
) -> str:
    """Countries by classes of their numbers. None: too small a number to be shown; absent: no figure.

    A shape without a code is drawn in the tone of no class, and not hatched: nothing is asked of it.
    """
    return mapped(view, *shaded(atlas, view, values, wording, name=name), **said_of(wording, name))


def shaded(
    atlas: Atlas, view: View, values: Mapping[str, float | None], wording: Wording, *, name: str
) -> tuple[list[str], list[Key]]:
    """What `shaded_map` draws, and the entries of its legend: for a page that sets them as its own text."""
    known = {code: value for code, value in values.items() if value is not None}
    found = classed(known)
    kinds = {code: f"step-{found.steps[code]}" for code in known}
    kinds |= {code: "few" for code, value in values.items() if value is None}
    kinds = {code: kinds.get(code, "none") for code in atlas.codes() | set(kinds)}
    says = {code: wording.named(code, wording.number(value)) for code, value in known.items()}
    says |= {code: wording.named(code, wording.few) for code, kind in kinds.items() if kind == "few"}
    keys = _class_keys(found, wording, name, few="few" in kinds.values())
    drawn = view.drawn(atlas)
    return [*base(atlas, view, drawn, kinds, says, name=name), *_dots(atlas, view, drawn, kinds, says)], keys


def circle_map(
    atlas: Atlas, view: View, values: Mapping[str, float | None], wording: Wording, *, name: str
) -> str:
    """A circle for each country, its area as its number; a hollow one where that is too small to be shown."""
    known = {code: value for code, value in values.items() if value is not None}
    most = max(known.values(), default=1.0)
    parts = base(atlas, view, view.drawn(atlas), {}, {}, name=name)
    labels = Labels(view.width, view.height)
    drawn, words = [], []
    for code, value in sorted(values.items(), key=lambda one: (-(one[1] or 0.0), one[0])):
        x, y = spot(atlas, view, code)
        if not np.isfinite(x):
            continue
        radius = LARGEST * float(np.sqrt((value or 0.0) / most)) if value is not None else 3.0
        said = wording.named(code, wording.few if value is None else wording.number(value))
        kind = "disc-rim" if value is None else "disc"
        drawn.append(tag("circle", {"class": kind, "cx": x, "cy": y, "r": max(radius, 1.5)}, told(said)))
        words.append((x, y, max(radius, 3.0), code))
    for x, y, radius, code in words[:12]:
        called = wording.names.get(code, code)
        drawn.append(labels.beside(x, y, called, away=radius + 3, rtl=wording.rtl))
    sizes = dict.fromkeys([most, float(round(most / 5)) or most])
    keys = [_disc(one, most, wording) for one in sizes if known]
    if any(value is None for value in values.values()):
        keys.append(Key(tag("circle", {"class": "disc-rim", "cx": 12.0, "cy": 7.0, "r": 3.0}), wording.few))
    return mapped(view, [*parts, *drawn], keys, **said_of(wording, name))


def country_map(
    atlas: Atlas,
    view: View,
    code: str,
    over: Sequence[str],
    keys: Sequence[Key],
    wording: Wording,
    *,
    name: str,
) -> str:
    """One country bright, its neighbours pale, and `over` them marks that somebody placed by `view.at`."""
    parts = base(atlas, view, view.drawn(atlas), {code: "chosen"}, {}, name=name)
    return mapped(view, [*parts, *over], keys, **said_of(wording, name))


def said_of(wording: Wording, name: str) -> Said:
    """What a whole picture takes from the words of a map."""
    return {
        "title": wording.title,
        "description": wording.description,
        "name": name,
        "rtl": wording.rtl,
    }


# ---------------------------------------------------------------- the ground
def base(
    atlas: Atlas,
    view: View,
    drawn: Drawn,
    kinds: Mapping[str, str],
    says: Mapping[str, str],
    *,
    name: str,
) -> list[str]:
    """Sea, coasts, land and borders: shapes by their class in `kinds`, "land" where none is given."""
    groups: dict[str, list[str]] = {}
    for shape, path in zip(atlas.shapes, drawn.shapes, strict=True):
        if path:
            kind = kinds.get(shape.code, "land") if shape.code else "neutral"
            said = told(says.get(shape.code, ""))
            groups.setdefault(kind, []).append(
                f'<path d="{path}">{said}</path>' if said else f'<path d="{path}"/>'
            )
    steps = sorted(int(kind[-1]) for kind in groups if kind.startswith("step-"))
    asked = {int(kind[-1]) for kind in kinds.values() if kind.startswith("step-")}
    marks = [kind for kind in ("none", "few") if kind in groups or kind in kinds.values()]
    land = "".join(_group(kind, paths, name) for kind, paths in sorted(groups.items()))
    over = "".join(
        f'<use href="#{name}-of-{kind}" fill="url(#{name}-{key})"{place}/>'
        for kind, key, place in [(one, one, "") for one in marks if one in groups]
        + [(f"step-{step}", str(step), ' class="texture"') for step in steps]
    )
    return [
        patterns(name, marks, sorted(asked), scale=FINE),
        f'<g transform="scale({1 / FINE})" fill-rule="evenodd"><path class="sea" d="{view.ground()}"/>'
        f'<use href="#{name}-land" class="coast"/><g id="{name}-land">{land}</g>{over}'
        f'<path class="border" d="{drawn.borders}"/></g>',
    ]


def _group(kind: str, paths: Sequence[str], name: str) -> str:
    """The inner group has no colour of its own, so that a texture can be laid over the same paths."""
    return f'<g class="{kind}"><g id="{name}-of-{kind}">{"".join(paths)}</g></g>'


def spot(atlas: Atlas, view: View, code: str) -> tuple[float, float]:
    """Where a mark for a country stands; NaN for a code that the atlas has no spot for."""
    east, north = atlas.spots.get(code, (np.nan, np.nan))
    x, y = view.at(np.array([east]), np.array([north]))
    return float(x[0]), float(y[0])


def _dots(
    atlas: Atlas, view: View, drawn: Drawn, kinds: Mapping[str, str], says: Mapping[str, str]
) -> list[str]:
    """Countries too small to be seen, as dots of their colour."""
    sizes: dict[str, float] = {}
    for shape, size in zip(atlas.shapes, drawn.sizes, strict=True):
        sizes[shape.code] = max(sizes.get(shape.code, 0.0), size)
    found = []
    for code in sorted(says):
        x, y = spot(atlas, view, code)
        if sizes.get(code, 0.0) < SMALL and np.isfinite(x):
            facts: dict[str, str | float] = {"class": f"dot {kinds[code]}", "cx": x, "cy": y, "r": 3.0}
            found.append(tag("circle", facts, told(says[code])))
    return found


# ---------------------------------------------------------------- legend
def _class_keys(found: Classes, wording: Wording, name: str, *, few: bool) -> list[Key]:
    keys = [
        Key(_box(f"step-{step}") + _box("texture", f"url(#{name}-{step})"), wording.up_to(low, high))
        for step, (low, high) in found.ranges.items()
    ]
    if few:
        keys.append(Key(_box("few") + _box("", f"url(#{name}-few)"), wording.few))
    return [*keys, Key(_box("none") + _box("", f"url(#{name}-none)"), wording.no_figure)]


def _box(kind: str, fill: str = "") -> str:
    """In the small steps of a map's shapes, so that textures are as large as on it."""
    facts: dict[str, str | float] = {"class": f"{kind} swatch".strip(), "fill": fill}
    facts |= {"transform": f"scale({1 / FINE})", "width": 24.0 * FINE, "height": 14.0 * FINE}
    return tag("rect", facts | {"stroke-width": 0.8 * FINE})


def _disc(value: float, most: float, wording: Wording) -> Key:
    radius = LARGEST * float(np.sqrt(value / most))
    size = 2 * radius + 2
    circle = tag("circle", {"class": "disc", "cx": size / 2, "cy": size / 2, "r": radius})
    return Key(circle, wording.number(value), (size, size))


def legend(keys: Sequence[Key], width: float, top: float, *, rtl: bool = False) -> tuple[list[str], float]:
    """Entries in rows from where reading begins, and the height that they take."""
    rows: list[list[tuple[float, Key]]] = [[]]
    along = 4.0
    for key in keys:
        long = key.size[0] + 6 + wide(key.words, 12.5) + 18
        if rows[-1] and along + long > width:
            rows.append([])
            along = 4.0
        rows[-1].append((along, key))
        along += long
    parts: list[str] = []
    y = top
    for row in rows:
        high = max([_ROW - 8, *(key.size[1] for _, key in row)])
        for at, key in row:
            left = width - at - key.size[0] if rtl else at
            down = y + (high - key.size[1]) / 2
            parts.append(f'<g transform="translate({short(left)} {short(down)})">{key.swatch}</g>')
            beside = left - 6 if rtl else left + key.size[0] + 6
            parts.append(
                text(beside, y + high / 2 + 4.5, key.words, anchor="end" if rtl else "start", rtl=rtl)
            )
        y += high + 8
    return parts, y - top if keys else 0.0


def mapped(
    frame: Frame,
    parts: Sequence[str],
    keys: Sequence[Key],
    *,
    title: str,
    description: str,
    name: str,
    rtl: bool = False,
) -> str:
    """A whole picture: the map within its frame, and the legend under it."""
    below, used = legend(keys, frame.width, frame.height + 8, rtl=rtl)
    return picture(
        name=name,
        title=title,
        description=description,
        width=frame.width,
        height=frame.height + 8 + used,
        parts=[
            f'<clipPath id="{safe(name)}-frame">{ground(frame)}</clipPath>',
            f'<g clip-path="url(#{safe(name)}-frame)">{"".join(parts)}</g>',
            *below,
        ],
    )


def ground(frame: Frame, kind: str = "") -> str:
    """All that a map can show, as one shape."""
    facts: dict[str, str | float] = {"class": kind, "transform": f"scale({1 / FINE})", "d": frame.ground()}
    return tag("path", facts)
