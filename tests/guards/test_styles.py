"""Styles know start and end, never left and right: a page in Arabic is not an afterthought."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.guards import scan
from tests.guards.scan import SOURCE, Breach

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
PHYSICAL = re.compile(
    r"""(?<![\w-])(?:
        (?:(?:margin|padding|border|scroll-margin|scroll-padding)-)(?:left|right)[\w-]*\s*:
      | (?:left|right)\s*:
      | border-(?:top|bottom)-(?:left|right)-radius\s*:
      | (?:text-align|float|clear|caption-side|justify-[\w]+|text-align-last)\s*:\s*(?:left|right)\b
    )""",
    re.VERBOSE,
)


def physical_directions(tree: Path) -> list[Breach]:
    """Declarations that name a side of the screen."""
    return [
        Breach(path, scan.line_of(text, found.start()), f"{found[0].strip()} names a side of the screen")
        for path, text in _styles(tree)
        for found in PHYSICAL.finditer(text)
    ]


def far_away_files(tree: Path) -> list[Breach]:
    """A style loads nothing from elsewhere: whoever serves it would learn who reads our pages."""
    return [
        Breach(path, scan.line_of(text, found.start()), f"loads {found[0]}")
        for path, text in _styles(tree)
        for found in re.finditer(r"@import[^;]*|url\(\s*['\"]?(?:https?:)?//[^)]*\)", text)
    ]


@pytest.mark.parametrize("guard", [physical_directions, far_away_files])
def test_tutela_keeps_the_rule(guard):
    breaches = guard(SOURCE)
    assert not breaches, scan.shown(breaches)


@pytest.mark.parametrize(
    "bad",
    [
        "margin-left: 1rem",
        "padding-right:0",
        "border-left-width: 1px",
        "left: 0",
        "text-align: right",
        "float: left",
        "border-top-left-radius: 2px",
    ],
)
def test_a_side_of_the_screen_is_seen(bad, tmp_path):
    (tmp_path / "x.css").write_text(f"/* left: */\np {{ color: red; {bad}; }}\n", encoding="utf-8")
    (breach,) = physical_directions(tmp_path)
    assert breach.line == 2


@pytest.mark.parametrize(
    "good", ["margin-inline-start: 1rem", "inset-inline-end: 0", "text-align: start", "--left: 1"]
)
def test_start_and_end_are_allowed(good, tmp_path):
    (tmp_path / "x.css").write_text(f"p {{ {good}; }}", encoding="utf-8")
    assert not physical_directions(tmp_path)


def test_a_file_from_elsewhere_is_seen(tmp_path):
    (tmp_path / "x.css").write_text(
        '@font-face { src: url("https://example.org/a.woff2"); }', encoding="utf-8"
    )
    assert far_away_files(tmp_path)


def _styles(tree: Path) -> list[tuple[Path, str]]:
    blanked = COMMENT.sub
    return [
        (path, blanked(lambda found: re.sub(r"[^\n]", " ", found[0]), text))
        for path, text in scan.texts(tree, "*.css")
    ]
