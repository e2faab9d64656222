"""Charts and maps as SVG that the stylesheet colours: charts by Altair and vl-convert, maps by our engine."""

from __future__ import annotations

import hashlib
import json
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import pycountry
from babel.numbers import format_decimal
from django.core.cache import caches
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi, gettext

from tutela import library_path
from tutela.engines import pictures
from tutela.foundation.tables import Column, Table
from tutela.web.dates import locale_of
from tutela.web.drawing import COLOURS, themed_svg

LABEL_LETTERS = 22  # in one line beside a bar; a longer name goes on in a second line
TWO_LINES = "indexof(datum.value, '\\n') >= 0"
LABEL_GAP = 12  # between two periods below a line, in SVG units
WIDTH = 340  # of the plot in SVG units; narrow, so that words stay readable when a phone scales it down
SERIES_COLOURS = ("1", "2", "3", "4")
_DASHES = ([1, 0], [7, 3], [2, 3], [9, 3, 2, 3])  # colour never speaks alone
WORLD_WIDTH = 640.0  # of a map in SVG units: what is small is still seen where a phone scales it down
SOUTH = -57.0  # degrees: without Antarctica
KEPT_SECONDS = 24 * 3600

T = TypeVar("T")


class TooManySeries(Exception):
    """More lines than there are colours that can be told apart: split the chart."""


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of a legend: a small picture and its words."""

    swatch: SafeString
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with the same numbers as a table beside it."""

    title: str
    summary: str
    svg: SafeString
    table: Table
    legend: Sequence[Key] = ()
    note: str = ""


def bar_chart(
    title: str,
    rows: Sequence[tuple[str, float]],
    *,
    summary: str = "",
    label_name: str = "",
    value_name: str = "",
) -> Chart:
    """Horizontal bars in the order given; `rows` are (label, value) with values of 0 or more."""
    labels, values = _columns(rows)
    table = Table(
        label=title,
        columns=[Column(label_name or gettext("What")), Column(value_name or gettext("Number"), number=True)],
        rows=[[label, number_words(value)] for label, value in zip(labels, values, strict=True)],
    )
    data = [
        {"at": n, "label": _in_lines(label), "value": value, "words": number_words(value)}
        for n, (label, value) in enumerate(zip(labels, values, strict=True))
    ]
    svg = _drawn("bar", title, summary or _in_words(table), data, rtl=get_language_bidi())
    return Chart(title=str(title), summary=str(summary), svg=svg, table=table)


def line_chart(
    title: str,
    series: Mapping[str, Sequence[tuple[str, float]]],
    *,
    summary: str = "",
    period_name: str = "",
) -> Chart:
    """Up to four lines over the same periods, in the order given; raises TooManySeries beyond that."""
    if len(series) > len(SERIES_COLOURS):
        raise TooManySeries(len(series))
    periods = list(dict.fromkeys(str(period) for points in series.values() for period, _ in points))
    looked_up = {name: {str(period): value for period, value in points} for name, points in series.items()}
    table = Table(
        label=title,
        columns=[
            Column(period_name or gettext("When")),
            *(Column(str(name), number=True) for name in series),
        ],
        rows=[
            [
                period,
                *(number_words(points[period]) if period in points else "–" for points in looked_up.values()),
            ]
            for period in periods
        ],
    )
    data = [
        {"at": periods.index(str(period)), "period": str(period), "value": value, "series": str(number)}
        for number, points in enumerate(series.values(), start=1)
        for period, value in points
    ]
    svg = _drawn("line", title, summary or _in_words(table), data, rtl=get_language_bidi())
    legend = [
        Key(_line_swatch(colour, dashes), str(name))
        for colour, name, dashes in zip(SERIES_COLOURS, series, _DASHES, strict=False)
    ]
    return Chart(title=str(title), summary=str(summary), svg=svg, table=table, legend=legend)


def country_map(title: str, values: Mapping[str, float], *, summary: str = "", value_name: str = "") -> Chart:
    """Countries shaded in up to five steps; `values` maps ISO 3166-1 alpha-2 or alpha-3 codes to numbers.

    Countries too small for the map, or without a shape, still stand in the table.
    """
    names = locale_of().territories
    known = {_country(code): value for code, value in values.items()}
    ordered = sorted(known.items(), key=lambda pair: (-pair[1], pair[0].alpha_2))
    table = Table(
        label=title,
        columns=[Column(gettext("Country")), Column(value_name or gettext("Number"), number=True)],
        rows=[[names.get(country.alpha_2, country.name), number_words(value)] for country, value in ordered],
    )
    wording = _map_words(str(title), str(summary) or _in_words(table), names)
    by_code = {country.alpha_2: value for country, value in ordered}

    def draw(name: str) -> tuple[str, Sequence[Key]]:
        view = pictures.World(width=WORLD_WIDTH, south=SOUTH)
        parts, keys = pictures.shaded(_world(), view, by_code, wording, name=name)
        drawn = pictures.mapped(view, parts, (), **pictures.said_of(wording, name))
        return drawn, [Key(_map_swatch(key), key.words) for key in keys]

    svg, legend = _kept(["map", wording.title, wording.description, by_code, str(locale_of())], draw)
    return Chart(
        title=str(title),
        summary=str(summary),
        svg=SafeString(svg),
        table=table,
        legend=legend,
        note=gettext("Shapes are for orientation only and say nothing about the status of any territory."),
    )


def number_words(value: float) -> str:
    """A number as the active language writes it, with at most two decimals."""
    return format_decimal(value, format="#,##0.##", locale=locale_of())


def _columns(rows: Iterable[tuple[str, float]]) -> tuple[list[str], list[float]]:
    listed = [(str(label), value) for label, value in rows]
    return [label for label, _ in listed], [value for _, value in listed]


def _in_lines(label: str) -> str:
    """Names of stages are long in French: two lines are shown, the whole name stands in the table."""
    return "\n".join(textwrap.wrap(label, LABEL_LETTERS, max_lines=2, placeholder="…"))


def _in_words(table: Table) -> str:
    """The first rows as a sentence, so that the picture has a description even when nobody wrote one."""
    shown = ["{}: {}".format(row[0], ", ".join(str(cell) for cell in row[1:])) for row in table.rows[:6]]
    return "; ".join(shown)


def _drawn(kind: str, title: str, description: str, data: list[dict[str, Any]], *, rtl: bool) -> SafeString:
    def draw(name: str) -> str:
        raw = _vega_svg(kind, data, rtl=rtl)
        return themed_svg(raw, title=str(title), description=str(description), name=name)

    return SafeString(_kept([kind, str(title), str(description), data, rtl], draw))


def _kept(facts: list[Any], draw: Callable[[str], T]) -> T:
    """What `draw` makes for the name of a picture, kept by the hash of everything that goes into it."""
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    kept = caches["pictures"]
    drawn: T | None = kept.get(f"chart:{digest}")
    if drawn is None:
        drawn = draw(f"chart-{digest[:12]}")
        kept.set(f"chart:{digest}", drawn, KEPT_SECONDS)
    return drawn


def _vega_svg(kind: str, data: list[dict[str, Any]], *, rtl: bool) -> str:
    import vl_convert  # half a second to load: only the process that draws pays for it

    describe = {"bar": _bars, "line": _lines}[kind]
    return vl_convert.vegalite_to_svg(describe(data, rtl=rtl))


# ---------------------------------------------------------------- descriptions
def _bars(data: list[dict[str, Any]], *, rtl: bool) -> dict[str, Any]:
    import altair as alt

    most = max((row["value"] for row in data), default=0) or 1
    ends = [most * 1.12, 0] if rtl else [0, most * 1.12]  # the bars grow along the line of reading
    across = alt.X("value:Q", scale=alt.Scale(domain=ends, nice=False), axis=None)
    down = alt.Y(
        "label:N",
        sort=alt.EncodingSortField(field="at"),
        axis=alt.Axis(
            title=None,
            orient="right" if rtl else "left",
            domain=False,
            ticks=False,
            labelPadding=10,
            labelLimit=140,
            labelExpr="split(datum.value, '\\n')",
            labelLineHeight=14,
            # Two lines stand above and below the middle of their bar.
            labelBaseline={"condition": {"test": TWO_LINES, "value": "bottom"}, "value": "middle"},
        ),
    )
    base = alt.Chart(_inline(data)).encode(x=across, y=down)
    bars = base.mark_bar(color=COLOURS["1"], size=18, cornerRadiusEnd=3)
    words = base.mark_text(
        align="right" if rtl else "left",
        dx=-6 if rtl else 6,
        fontSize=12.5,
        fontWeight=600,
        color=COLOURS["ink"],
    ).encode(text="words:N")
    return _finished((bars + words).properties(width=WIDTH - 130, height=alt.Step(30)))


def _lines(data: list[dict[str, Any]], *, rtl: bool) -> dict[str, Any]:
    import altair as alt

    numbers = sorted({row["series"] for row in data})
    across = alt.X(
        "period:O",
        sort=alt.EncodingSortField(field="at", order="descending" if rtl else "ascending"),
        axis=alt.Axis(
            title=None,
            labelAngle=0,
            ticks=False,
            labelPadding=8,
            labelOverlap=True,
            labelSeparation=LABEL_GAP,
        ),
    )
    up = alt.Y(
        "value:Q",
        axis=alt.Axis(
            title=None,
            orient="right" if rtl else "left",
            domain=False,
            ticks=False,
            tickCount=4,
            labelPadding=8,
        ),
    )
    colour = alt.Color(
        "series:N",
        legend=None,
        scale=alt.Scale(domain=numbers, range=[COLOURS[number] for number in numbers]),
    )
    dashes = alt.StrokeDash(
        "series:N", legend=None, scale=alt.Scale(domain=numbers, range=_DASHES[: len(numbers)])
    )
    base = alt.Chart(_inline(data)).encode(x=across, y=up, color=colour)
    lines = base.mark_line(strokeWidth=2.5).encode(strokeDash=dashes)
    dots = base.mark_point(filled=True, size=46, opacity=1)
    return _finished((lines + dots).properties(width=WIDTH, height=190))


def _inline(data: Any, **options: Any) -> Any:
    import altair as alt

    make: Any = alt.Data  # untyped in Altair
    return make(values=data, **options)


def _finished(chart: Any) -> dict[str, Any]:
    """The Vega-Lite description with the house's quiet axes, as plain data."""
    description: dict[str, Any] = (
        chart.configure(background="transparent", padding=4)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=COLOURS["soft"],
            labelFontSize=12.5,
            gridColor=COLOURS["line"],
            domainColor=COLOURS["soft"],
        )
        .to_dict()
    )
    return description


def _line_swatch(colour: str, dashes: Sequence[int]) -> SafeString:
    return format_html(
        '<svg class="key-line" viewBox="0 0 32 12" aria-hidden="true">'
        '<path class="stroke-{}" stroke-dasharray="{}" d="M0 6h32"/></svg>',
        colour,
        " ".join(map(str, dashes)),
    )


# ---------------------------------------------------------------- countries
@cache
def _world() -> pictures.Atlas:
    return pictures.read_atlas((library_path() / "geography" / "world-110m.json").read_text(encoding="utf-8"))


@cache
def _country(code: str) -> Any:
    """The country of an ISO code; raises LookupError for a code that no country has."""
    return pycountry.countries.lookup(code)


def _map_words(title: str, description: str, names: Mapping[str, str]) -> pictures.Wording:
    return pictures.Wording(
        title=title,
        description=description,
        no_figure=gettext("no figure"),
        few="",  # a page is given no number that may not be shown
        up_to=lambda _low, high: gettext("up to %(number)s") % {"number": number_words(high)},
        number=number_words,
        names=names,
    )


def _map_swatch(key: pictures.Key) -> SafeString:
    wide, high = key.size
    return format_html(
        '<svg class="key" viewBox="0 0 {} {}" aria-hidden="true">{}</svg>',
        wide,
        high,
        SafeString(key.swatch),
    )
