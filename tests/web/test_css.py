"""The stylesheet keeps its promises: small, no physical directions, no colour outside the tokens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).parents[2] / "src/tutela/web/static/tutela/tutela.css"
PHYSICAL = re.compile(
    r"(?<![\w-])(?:"
    r"(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)[\w-]*\s*:"
    r"|(?:left|right|top|bottom)\s*:"
    r"|border-(?:top|bottom)-(?:left|right)-radius"
    r"|(?:min-|max-)?(?:width|height)\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)"
    r")"
)


def css() -> str:
    return STYLES.read_text(encoding="utf-8")


def physical_directions(text: str) -> list[str]:
    """Declarations that would be wrong for a reader whose lines run the other way."""
    return [match[0] for match in PHYSICAL.finditer(_without_comments(text))]


def loose_colours(text: str) -> list[str]:
    """Colours outside the token blocks: they would stay light in the dark."""
    rules = re.sub(r":root\s*\{[^}]*\}", "", _without_comments(text))
    return re.findall(r"#[0-9a-fA-F]{3,8}\b", rules)


def unknown_tokens(text: str) -> set[str]:
    defined = set(re.findall(r"(--[\w-]+)\s*:", text))
    return set(re.findall(r"var\((--[\w-]+)", text)) - defined


def _without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def test_it_weighs_less_than_forty_kilobytes() -> None:
    assert len(css().encode()) < 40_000


def test_it_knows_only_directions_of_reading() -> None:
    assert physical_directions(css()) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "a { margin-left: 1px }",
        "a { left: 0 }",
        "a { width: 3px }",
        "a{text-align:right}",
        "a { border-top-left-radius: 1px }",
    ],
)
def test_a_physical_direction_would_be_seen(wrong: str) -> None:
    assert physical_directions(wrong)


@pytest.mark.parametrize(
    "right", ["a { inset-inline-start: 0 }", "@media (width < 3rem) { }", "a { line-height: 2 }"]
)
def test_a_logical_direction_is_welcome(right: str) -> None:
    assert physical_directions(right) == []


def test_every_colour_is_a_token_so_that_the_dark_reaches_it() -> None:
    assert loose_colours(css()) == []
    assert loose_colours("a { color: #fff }") == ["#fff"]


def test_every_token_in_use_is_defined() -> None:
    assert unknown_tokens(css()) == set()


def test_it_cares_for_print_contrast_modes_motion_and_the_dark() -> None:
    for query in ("print", "(forced-colors: active)", "(prefers-color-scheme: dark)"):
        assert f"@media {query}" in css()
    outside = css().split("@media (prefers-reduced-motion: no-preference)")[0]
    assert "transition:" not in outside
    assert "animation:" not in css()


def test_it_asks_nobody_else_for_anything() -> None:
    assert "url(" not in css()
    assert "@import" not in css()
