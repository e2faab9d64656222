"""Pictures: what may stand in them, whom their colours reach, and that they tell what they were given."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.engines.pictures import (
    MOST_STREAMS,
    STYLE,
    Atlas,
    Flow,
    FlowWording,
    Key,
    Labels,
    World,
    circle_map,
    classed,
    country_map,
    flow_map,
    gathered,
    legend,
    part_of,
    read_atlas,
    sankey,
    shaded_map,
    spot,
    view_of,
)
from tutela.engines.pictures.sankey import SWEEPS, crossings
from tutela.engines.pictures.shading import DARK, LIGHT

GEOGRAPHY = Path(__file__).resolve().parents[2] / "library" / "geography"
SVG = "{http://www.w3.org/2000/svg}"
GROUNDS = {"light": "#ffffff", "dark": "#14191c"}


@cache
def world(name: str = "110m") -> Atlas:
    return read_atlas((GEOGRAPHY / f"world-{name}.json").read_text(encoding="utf-8"))


def wording(**other: object) -> FlowWording:
    given: dict[str, object] = {
        "title": "Records",
        "description": "As in the table.",
        "no_figure": "No figure",
        "few": "Fewer than 5",
        "up_to": lambda low, high: f"{low:g} to {high:g}",
        "number": lambda one: f"{one:g}",
        "names": {},
        "way": "{source} to {target}: {number}",
        "guessed": "Guess: {source} by {by} to {target}",
        "between": "On the way",
        "guess": "Guess",
    }
    return FlowWording(**(given | other))  # type: ignore[arg-type]


def pictures_of(words: FlowWording) -> list[str]:
    """One of each kind."""
    nepal, _ = part_of(world("50m"), "NP")
    flows = [
        Flow(source="NP", target="IN", number=20),
        Flow(source="IN", target="QA", number=7),
        Flow(source="NP", target="QA", number=None, by="IN"),
    ]
    streams = gathered({("NP", "IN", "QA"): 9, ("NP", "IN", "AE"): 4})
    values: dict[str, float | None] = {"FR": 7.0, "VN": 40.0, "IN": None, "MT": 5.0}
    return [
        shaded_map(world(), World(), values, words, name="one"),
        circle_map(world(), World(), values, words, name="two"),
        country_map(world("50m"), nepal, "NP", [], [Key("", words.guess)], words, name="three"),
        flow_map(world(), view_of(world(), ["NP", "IN", "QA"]), flows, ["IN"], words, name="four"),
        sankey(streams, ("A", "B", "C"), name="five", title=words.title, description=words.description),
    ]


# ---------------------------------------------------------------- what may stand in a picture
@settings(deadline=None, max_examples=25)
@given(st.text(max_size=20), st.booleans())
def test_any_words_give_a_well_formed_picture_that_holds_no_more_than_it_should(words, rtl):
    names = dict.fromkeys(("FR", "VN", "IN", "NP", "QA", "AE", "MT"), words)
    said = wording(title=words, description=words, guess=words, names=names, rtl=rtl)
    for drawn in pictures_of(said):
        root = ElementTree.fromstring(drawn)
        for element in root.iter():
            assert element.tag.removeprefix(SVG) in {
                "svg", "g", "path", "rect", "circle", "text", "title", "desc", "defs", "pattern", "use",
                "clipPath",
            }  # fmt: skip
            assert not any(name.startswith("on") or name == "style" for name in element.attrib)
        assert re.search(r"(?:href=\"(?!#)|url\((?!#)|@import)", re.sub(r">[^<]*<", "><", drawn)) is None


def test_a_label_cannot_become_markup():
    sly = '<script>alert(1)</script>"&\x00\ud800'.encode("utf-8", "replace").decode()
    for drawn in pictures_of(wording(title=sly, names=dict.fromkeys(("FR", "NP", "IN"), sly))):
        assert "<script" not in drawn
        ElementTree.fromstring(drawn)


def test_each_picture_says_what_it_is_to_who_cannot_see_it():
    for drawn in pictures_of(wording()):
        root = ElementTree.fromstring(drawn)
        ids = {one.get("id") for one in root.iter() if one.get("id")}
        assert root.get("role") == "img"
        assert all(one in ids for one in root.attrib["aria-labelledby"].split())
        assert root.findtext(f"{SVG}title") == "Records"
        assert root.findtext(f"{SVG}desc") == "As in the table."


def test_ids_of_pictures_with_different_names_never_meet_and_each_reference_leads_somewhere():
    drawn = pictures_of(wording())
    ids = Counter(one for svg in drawn for one in re.findall(r'\bid="([^"]+)"', svg))
    assert max(ids.values()) == 1
    for svg in drawn:
        own = set(re.findall(r'\bid="([^"]+)"', svg))
        assert set(re.findall(r"(?:url\(#|href=\"#)([^)\"]+)", svg)) <= own


def test_the_same_figures_give_the_same_bytes():
    assert pictures_of(wording()) == pictures_of(wording())


def test_every_class_that_is_drawn_has_a_style_and_every_anchor_a_side():
    for svg in pictures_of(wording())[:4]:
        used = {one for group in re.findall(r'class="([^"]+)"', svg) for one in group.split()}
        assert {one for one in used if f".{one}" not in STYLE} == set()


def test_the_example_of_the_docs_works(monkeypatch):
    root = GEOGRAPHY.parents[1]
    page = (root / "docs" / "explanation" / "maps.md").read_text(encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(root)
    made: dict[str, str] = {}
    exec(code[0], made)
    assert "<title>Colombia: 40</title>" in made["svg"]
    assert "<title>Perú: menos de 5</title>" in made["svg"]


# ---------------------------------------------------------------- colours
def luminance(colour: str) -> float:
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


# Machado, Oliveira and Fernandes 2009, IEEE Transactions on Visualization and Computer Graphics 15: 1291,
# severity 1, on linear colours.
BLINDNESS = {
    "protan": [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]
    ],
}  # fmt: skip


def seen(colour: str, kind: str) -> np.ndarray:
    """Lab (D65) of a colour as people with one kind of cones missing see it."""
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.array(BLINDNESS[kind]) @ linear, 0, 1) if kind else linear
    matrix = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(matrix) @ linear / [0.9505, 1, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("colours", [LIGHT, DARK])
@pytest.mark.parametrize("kind", ["", *BLINDNESS])
def test_classes_stay_apart_for_every_eye(colours, kind):
    """Lightness alone rises or falls by 10 and more from class to class, and they differ by 12 and more."""
    lab = [seen(one, kind) for one in colours]
    steps = np.diff([one[0] for one in lab])
    assert (np.sign(steps) == np.sign(steps[0])).all()
    assert np.abs(steps).min() >= 10
    assert min(np.linalg.norm(b - a) for a, b in pairwise(lab)) >= 12


@pytest.mark.parametrize(("mode", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_borders_marks_and_the_darkest_class_stand_out(mode, colours):
    """3 to 1, as WCAG 2.2 asks of what one must see (1.4.11)."""
    sheet = STYLE.split("@media")[0 if mode == "light" else 1]
    colour = dict(re.findall(r"--([\w-]+): (#\w{6})", sheet))
    assert contrast(colours[-1], GROUNDS[mode]) >= 3
    assert contrast(colour["rim"], colour["sea"]) >= 3
    assert contrast(colour["flow"], colour["sea"]) >= 3
    assert contrast(colour["flow"], colour["land"]) >= 3


@given(st.dictionaries(st.text("ABCDE", min_size=2, max_size=2), st.integers(0, 50), min_size=1))
def test_classes_keep_the_order_and_hold_equal_numbers_together(values):
    found = classed(values)
    assert set(found.steps) == set(values)
    assert set(found.steps.values()) == set(found.ranges)
    assert max(found.ranges) == 5
    for one, first in values.items():
        low, high = found.ranges[found.steps[one]]
        assert low <= first <= high
        for other, second in values.items():
            assert (first < second) <= (found.steps[one] <= found.steps[other])
            assert (first == second) <= (found.steps[one] == found.steps[other])


def test_no_figures_at_all_give_a_map():
    assert classed({}).ranges == {}
    assert "No figure" in shaded_map(world(), World(), {}, wording(), name="x")


# ---------------------------------------------------------------- shaded and circled
def groups(svg: str) -> dict[str, list[str]]:
    """What is said of the shapes of each class."""
    root = ElementTree.fromstring(svg)
    found: dict[str, list[str]] = {}
    for group in root.iter(f"{SVG}g"):
        inner = group.find(f"{SVG}g")
        if group.get("class") and inner is not None:
            found[group.attrib["class"]] = [one.findtext(f"{SVG}title") or "" for one in inner]
    return found


def test_a_small_number_is_said_to_be_one_and_its_value_is_nowhere():
    values: dict[str, float | None] = {"FR": 7.0, "DE": 1234.0, "IN": None}
    drawn = shaded_map(world(), World(), values, wording(names={"IN": "India"}), name="x")
    found = groups(drawn)
    assert found["few"] == ["India: Fewer than 5"]
    assert found["step-5"] == ["DE: 1234"]
    assert found["step-4"] == ["FR: 7"]
    assert len(found["neutral"]) == 3, "Kosovo, Somaliland, Northern Cyprus: asked nothing"
    assert len(found["none"]) == 177 - 3 - 3


def test_a_country_too_small_to_be_seen_has_a_dot():
    drawn = shaded_map(world(), World(), {"MT": 5.0, "SG": 9.0, "FR": 2.0}, wording(), name="x")
    dots = re.findall(r'<circle class="dot (step-\d)"[^>]*><title>([^<]*)', drawn)
    assert dots == [("step-4", "MT: 5"), ("step-5", "SG: 9")]


def test_circles_have_areas_as_their_numbers():
    drawn = circle_map(world(), World(), {"FR": 400.0, "DE": 100.0, "IT": None}, wording(), name="x")
    radius = dict(re.findall(r'r="([\d.]+)"><title>(\w+):', drawn))
    sizes = {code: float(one) for one, code in radius.items()}
    assert sizes["FR"] == 2 * sizes["DE"]
    assert "IT: Fewer than 5" in drawn


def test_each_kind_has_a_texture_in_print_and_none_on_a_screen():
    drawn = shaded_map(world(), World(), {"FR": 1.0, "DE": 2.0, "IT": None}, wording(), name="x")
    for kind in ("none", "few", "4", "5"):
        assert f'<pattern id="x-{kind}"' in drawn
    assert ".texture { display: none; }" in STYLE
    assert "@media print { .texture { display: inline; } }" in STYLE


# ---------------------------------------------------------------- flows
def arrows(svg: str, kind: str = "flow") -> list[tuple[np.ndarray, np.ndarray, float]]:
    """Where each line begins, where its head ends, and how wide it is; the legend has none of them."""
    found = []
    pattern = (
        rf'<path class="{kind}" d="M(\S+) (\S+?)Q[^"]*" stroke-width="(\S+)"/>'
        r'<path class="[\w-]+" d="M\S+ \S+?L(\S+) (\S+)'
    )
    for x, y, width, tip_x, tip_y in re.findall(pattern, svg):
        found.append((np.array([float(x), float(y)]), np.array([float(tip_x), float(tip_y)]), float(width)))
    return found


def test_an_arrow_leads_from_its_source_to_its_target_and_is_as_wide_as_its_number():
    view = view_of(world(), ["VN", "TH", "MY"])
    flows = [Flow(source="VN", target="TH", number=40), Flow(source="TH", target="MY", number=10)]
    drawn = flow_map(world(), view, flows, [], wording(), name="x")
    wide, narrow = arrows(drawn)
    for (start, tip, _), ends in ((wide, ("VN", "TH")), (narrow, ("TH", "MY"))):
        assert np.hypot(*(start - spot(world(), view, ends[0]))) < 6
        assert np.hypot(*(tip - spot(world(), view, ends[1]))) < 6
    assert wide[2] == pytest.approx(4 * narrow[2], abs=0.2)


def test_there_and_back_are_two_lines():
    flows = [Flow(source="VN", target="CN", number=9), Flow(source="CN", target="VN", number=9)]
    drawn = flow_map(world(), World(), flows, [], wording(), name="x")
    leans = re.findall(r'<path class="flow" d="M[^"]*Q(\S+) (\S+?) ', drawn)
    assert len(leans) == 2
    assert np.hypot(*(np.array(leans[0], float) - np.array(leans[1], float))) > 2


def test_what_is_shorter_over_the_edge_leaves_there_and_comes_in_at_the_other():
    drawn = flow_map(
        world(), World(centre=11.0), [Flow(source="NZ", target="CL", number=9)], [], wording(), name="x"
    )
    (out, beyond, _), (before, tip, _) = arrows(drawn)
    assert beyond[0] > 960
    assert out[0] - before[0] == pytest.approx(beyond[0] - tip[0], rel=0.15), "once round the map"
    assert 0 < tip[0] < out[0] < 960
    assert "clip-path" in drawn


def test_a_guess_is_dashed_named_and_has_no_width_of_its_own():
    flows = [Flow(source="NP", target="IN", number=90), Flow(source="NP", target="QA", number=None, by="IN")]
    drawn = flow_map(
        world(), view_of(world(), ["NP", "QA"]), flows, ["IN"], wording(names={"IN": "India"}), name="x"
    )
    assert len(arrows(drawn, "flow guess")) == 1
    assert "Guess: NP by India to QA" in drawn
    assert drawn.count(">Guess</text>") == 2, "beside the line and in the legend"
    assert "stroke-dasharray" in STYLE.split(".guess")[1].split("}")[0]


def test_places_of_transit_are_squares_and_places_without_a_spot_are_left_to_the_table():
    flows = [Flow(source="NP", target="IN", number=9), Flow(source="IN", target="Europe", number=9)]
    drawn = flow_map(world(), view_of(world(), ["NP", "IN", "Europe"]), flows, ["IN"], wording(), name="x")
    assert len(arrows(drawn)) == 1
    assert re.findall(r'class="between"[^>]*><title>(\w*)', drawn) == ["IN"]


def test_places_near_one_another_get_a_map_of_their_part_of_the_world():
    assert not isinstance(view_of(world(), ["VN", "TH"]), World)
    assert isinstance(view_of(world(), ["VN", "BR"]), World)
    assert isinstance(view_of(world(), []), World)
    assert isinstance(view_of(world(), ["FJ", "NZ", "US", "NG"]), World)
    assert view_of(world(), ["FJ", "NZ", "US", "CL"]).centre != 11.0  # type: ignore[attr-defined]


# ---------------------------------------------------------------- words
@given(st.lists(st.tuples(st.floats(0, 400), st.floats(0, 300), st.text("abc W", max_size=12)), max_size=25))
def test_no_label_covers_another(marks):
    labels = Labels(400, 300)
    for x, y, words in marks:
        labels.beside(x, y, words, away=5)
    boxes = labels._taken
    for place, (a, b, c, d) in enumerate(boxes):
        assert a >= 0
        assert c <= 400
        for e, f, g, h in boxes[place + 1 :]:
            assert c <= e or g <= a or d <= f or h <= b


def test_a_legend_begins_where_reading_begins():
    keys = [Key("<rect/>", "one"), Key("<rect/>", "two")]
    left, _ = legend(keys, 300, 0)
    right, _ = legend(keys, 300, 0, rtl=True)
    at = [float(one) for one in re.findall(r"translate\((\S+) ", "".join(left))]
    mirrored = [float(one) for one in re.findall(r"translate\((\S+) ", "".join(right))]
    assert at[0] < at[1]
    assert mirrored == pytest.approx([300 - one - 24 for one in at])
    assert 'direction="rtl"' in "".join(right)
    assert legend(keys, 60, 0)[1] > legend(keys, 300, 0)[1], "a narrow one has more rows"


def test_every_map_can_be_drawn_from_right_to_left():
    for drawn in pictures_of(wording(rtl=True, names={"IN": "الهند"}))[:4]:
        assert 'direction="rtl"' in drawn or "<text" not in drawn


# ---------------------------------------------------------------- streams
streams = st.dictionaries(
    st.tuples(*[st.sampled_from("ABCDEFGHIJ")] * 3), st.integers(1, 1000), min_size=1, max_size=60
)


@given(streams, st.booleans())
def test_a_sankey_holds_the_largest_streams_and_loses_none_of_them(streams, rtl):
    flow = gathered(streams)
    assert flow.total == sum(sorted(streams.values(), reverse=True)[:MOST_STREAMS])
    for bands in flow.bands:
        assert sum(bands.values()) == flow.total
    assert all(sum(number for _, number in stage) == flow.total for stage in flow.stages)
    drawn = sankey(flow, ("From", "By way of", "To"), name="x", title="T", description="D", rtl=rtl)
    assert drawn.count("<path") == sum(len(bands) for bands in flow.bands)
    assert drawn.count("<rect") == sum(len(stage) for stage in flow.stages)


@given(streams)
def test_ordering_never_makes_more_crossings_than_by_size(streams):
    flow = gathered(streams)
    by_size = [tuple(sorted(stage, key=lambda one: (-one[1], one[0]))) for stage in flow.stages]
    assert crossings(flow.stages, flow.bands) <= crossings(by_size, flow.bands)
    assert SWEEPS > 0


def test_two_streams_that_need_not_cross_do_not():
    flow = gathered({("A", "X"): 5, ("B", "Y"): 9, ("C", "X"): 8})
    assert crossings(flow.stages, flow.bands) == 0
