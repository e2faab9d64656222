"""Charts and maps: safe under a strict policy, told twice (picture and table), dressed by the stylesheet."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from tests.web.test_css import css

from tutela.web import charts
from tutela.web.drawing import UnknownColour, themed_svg

SVG = "{http://www.w3.org/2000/svg}"
NASTY = '</title><script>alert(1)</script> & "quoted"'


def bars(title: str = "Rights still due") -> charts.Chart:
    return charts.bar_chart(title, [("Safe housing", 42), ("Legal advice", 30.5), (NASTY, 7)])


def lines() -> charts.Chart:
    return charts.line_chart("Cases", {"Opened": [("Jan", 3), ("Feb", 5)], "Decided": [("Jan", 1)]})


def country_map() -> charts.Chart:
    return charts.country_map("Origins", {"NG": 41, "ROU": 33, "MT": 2})


ALL = pytest.mark.parametrize("chart", [bars, lines, country_map], ids=["bars", "lines", "map"])


def tree(chart: charts.Chart) -> ElementTree.Element:
    return ElementTree.fromstring(chart.svg)


@ALL
def test_nothing_in_a_picture_could_be_refused_by_a_strict_policy(chart) -> None:
    for element in tree(chart()).iter():
        assert element.tag.removeprefix(SVG) not in {"style", "script", "image", "foreignObject", "a"}
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]
        assert not [
            value
            for name, value in element.attrib.items()
            if ("href" in name and not value.startswith("#")) or ("url(" in value and "url(#" not in value)
        ]


@ALL
def test_every_colour_is_a_class_that_the_stylesheet_has(chart) -> None:
    drawn = chart()
    svg = drawn.svg + "".join(key.swatch for key in drawn.legend)
    assert not re.search(r'(?:fill|stroke)="#', svg)
    classes = {name for names in re.findall(r'class="([^"]+)"', svg) for name in names.split()}
    assert classes
    assert [name for name in classes if not re.search(rf"\.{name}[ ,]", css())] == []


@ALL
def test_a_picture_says_what_it_is(chart) -> None:
    drawn = chart()
    root = tree(drawn)
    assert root.get("role") == "img"
    named = [root.find(f".//*[@id='{name}']") for name in root.get("aria-labelledby", "").split()]
    assert [element.tag.removeprefix(SVG) for element in named if element is not None] == ["title", "desc"]
    assert named[0].text == drawn.title
    assert named[1].text


def test_the_table_of_bars_holds_the_numbers_of_the_picture() -> None:
    drawn = bars()
    words = {element.text for element in tree(drawn).iter(f"{SVG}text")}
    assert [row[1] for row in drawn.table.rows] == ["42", "30.5", "7"]
    assert {row[1] for row in drawn.table.rows} <= words
    assert "Safe housing" in words


def test_the_table_of_lines_says_where_a_number_is_missing() -> None:
    assert lines().table.rows == [["Jan", "3", "1"], ["Feb", "5", "–"]]


def test_the_table_of_a_map_lists_also_what_is_too_small_to_draw() -> None:
    drawn = country_map()
    assert drawn.table.rows == [["Nigeria", "41"], ["Romania", "33"], ["Malta", "2"]]
    assert [key.label for key in drawn.legend] == ["up to 2", "up to 33", "up to 41", "no figure"]


def test_a_country_is_shaded_by_its_number() -> None:
    def shades(values: dict[str, float]) -> dict[str, list[str]]:
        groups = [one for one in tree(charts.country_map("x", values)).iter() if one.get("class")]
        return {
            group.get("class", ""): [title.text or "" for title in group.iter(f"{SVG}title")]
            for group in groups
            if group.get("class", "").startswith("step-")
        }

    assert shades({}) == {}
    assert shades({"NG": 1}) == {"step-5": ["Nigeria: 1"]}
    assert shades({"NG": 1, "RO": 2}) == {"step-4": ["Nigeria: 1"], "step-5": ["Romania: 2"]}


def test_a_country_too_small_for_the_map_has_a_dot() -> None:
    dots = [one for one in tree(country_map()).iter(f"{SVG}circle") if "dot" in one.get("class", "")]
    assert [title.text for dot in dots for title in dot.iter(f"{SVG}title")] == ["Malta: 2"]


def test_equal_numbers_share_a_step() -> None:
    assert [key.label for key in charts.country_map("x", {"NG": 3, "RO": 3, "VN": 3}).legend] == [
        "up to 3",
        "no figure",
    ]


def test_a_code_that_no_country_has_is_refused() -> None:
    with pytest.raises(LookupError):
        charts.country_map("x", {"QQ": 1})


def test_more_lines_than_colours_are_refused() -> None:
    with pytest.raises(charts.TooManySeries):
        charts.line_chart("x", {str(number): [("Jan", 1)] for number in range(5)})


def test_a_chart_without_numbers_is_still_a_picture() -> None:
    assert tree(charts.bar_chart("Nothing yet", [])).get("role") == "img"


@pytest.mark.parametrize(
    "drawn",
    [lambda: bars(NASTY), lambda: charts.country_map(NASTY, {"NG": 1}, summary=NASTY, value_name=NASTY)],
    ids=["bars", "map"],
)
def test_words_cannot_break_out_of_the_picture_or_the_page(drawn) -> None:
    drawn = drawn()
    assert "<script" not in drawn.svg
    page = render_to_string("components/chart.html", {"chart": drawn})
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_bars_grow_along_the_line_of_reading() -> None:
    def first_anchor() -> str:
        return next(tree(bars()).iter(f"{SVG}text")).get("text-anchor", "start")

    with translation.override("en"):
        assert first_anchor() == "end"
    with translation.override("ar"):
        assert first_anchor() == "start"


def test_country_names_and_numbers_are_in_the_language_of_the_page() -> None:
    with translation.override("fr"):
        drawn = charts.country_map("x", {"DE": 1234.5}, summary="y")
    assert drawn.table.rows == [["Allemagne", "1\u202f234,5"]]
    assert "<title>Allemagne: 1\u202f234,5</title>" in drawn.svg
    assert "<title>Germany: 1,234.5</title>" in charts.country_map("x", {"DE": 1234.5}, summary="y").svg


def test_the_same_chart_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = bars("Only once")
    monkeypatch.setattr(charts, "_vega_svg", lambda *_, **__: pytest.fail("drawn again"))
    assert bars("Only once").svg == first.svg


def test_the_same_map_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = country_map()
    monkeypatch.setattr(charts.pictures, "shaded", lambda *_, **__: pytest.fail("drawn again"))
    assert (country_map().svg, country_map().legend) == (first.svg, first.legend)


def test_a_colour_that_would_stay_light_in_the_dark_is_refused() -> None:
    with pytest.raises(UnknownColour):
        themed_svg(
            '<svg xmlns="http://www.w3.org/2000/svg"><rect fill="#ff0000"/></svg>',
            title="x",
            description="y",
            name="z",
        )


def test_what_a_picture_does_not_need_is_dropped() -> None:
    raw = (
        '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><style>*{}</style><script>1</script>'
        '<g><text style="x" fill="none">kept</text></g><g/></svg>'
    )
    drawn = themed_svg(raw, title="x", description="y", name="z")
    assert "kept" in drawn
    assert not re.search("style|script|onload|<g ?/>", drawn)


def test_a_map_fits_into_a_page() -> None:
    assert len(country_map().svg) < 70_000


def test_a_long_name_beside_a_bar_goes_on_in_a_second_line() -> None:
    drawn = charts.bar_chart("Stages", [("Sécurité et consentement", 19), ("Repérage", 7)])
    lines = [line.text for line in tree(drawn).iter(f"{SVG}tspan")]
    assert lines == ["Sécurité et", "consentement"]
    assert drawn.table.rows[0][0] == "Sécurité et consentement"


def test_the_months_below_a_line_do_not_touch() -> None:
    months = [f"sept. {year}" for year in range(2015, 2027)]
    drawn = charts.line_chart("Opened", {"Opened": [(month, 1) for month in months]})
    words = [text for text in tree(drawn).iter(f"{SVG}text") if (text.text or "") in months]
    shown = [text for text in words if text.get("opacity") != "0"]
    assert 2 <= len(shown) <= 5
