"""Every pair of text and background in the stylesheet has the contrast of WCAG 2.2, by day and by night."""

from __future__ import annotations

import re
from itertools import chain

import pytest
from tests.web.test_css import css

TOKEN = re.compile(r"--([\w-]+)\s*:\s*(#[0-9a-f]{6})\s*;")
PAIR = re.compile(r"pair: ([\w-]+) on ([\w-]+) ([\d.]+)")
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
LEAST_FOR_TEXT = 4.5


def themes() -> dict[str, dict[str, str]]:
    """The colours of the light theme, and of the dark one laid over it."""
    roots = re.findall(r":root\s*\{([^}]*)\}", css())
    light, dark = dict(TOKEN.findall(roots[0])), dict(TOKEN.findall(roots[1]))
    return {"light": light, "dark": light | dark}


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2, definition of relative luminance)."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio from 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def declared_pairs() -> list[tuple[str, str, float]]:
    return [(text, ground, float(least)) for text, ground, least in PAIR.findall(css())]


def pairs_in_rules() -> set[tuple[str, str]]:
    """Text and background that stand in one rule."""
    found = set()
    for _, body in RULE.findall(re.sub(r"/\*.*?\*/", "", css(), flags=re.DOTALL)):
        text = re.search(r"(?<![\w-])color:\s*var\(--([\w-]+)\)", body)
        ground = re.search(r"(?<![\w-])background:\s*var\(--([\w-]+)\)", body)
        if text and ground:
            found.add((text[1], ground[1]))
    return found


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_declared_pair_can_be_read(theme: str) -> None:
    colours = themes()[theme]
    weak = {
        f"{text} on {ground}": round(contrast(colours[text], colours[ground]), 2)
        for text, ground, least in declared_pairs()
        if contrast(colours[text], colours[ground]) < least
    }
    assert weak == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_that_brings_its_own_background_can_be_read(theme: str) -> None:
    colours = themes()[theme]
    weak = {
        f"{text} on {ground}": round(contrast(colours[text], colours[ground]), 2)
        for text, ground in pairs_in_rules()
        if contrast(colours[text], colours[ground]) < LEAST_FOR_TEXT
    }
    assert len(pairs_in_rules()) > 15
    assert weak == {}


def test_every_colour_of_words_is_declared_on_some_background() -> None:
    used = set(re.findall(r"(?<![\w-])color:\s*var\(--([\w-]+)\)", css()))
    declared = set(chain.from_iterable((text, ground) for text, ground, _ in declared_pairs()))
    assert used - declared == set()
