"""Textures: hatching for what has no figure, specks for what is too small to show, and one for each class."""

from __future__ import annotations

from collections.abc import Iterable

# For each class in print: a tile's size and what is in it, from almost nothing to dense white lines on dark.
_TEXTURES = {
    1: (9, ""),
    2: (9, '<circle class="ink-speck" cx="4.5" cy="4.5" r="0.8"/>'),
    3: (6, '<path class="ink-line" d="M0 6L6 0"/>'),
    4: (5, '<path class="pale-line" d="M0 2.5H5"/>'),
    5: (5, '<path class="pale-line" d="M0 0L5 5M5 0L0 5"/>'),
}
_MARKS = {
    "none": (6, '<path class="hatch" d="M-1 1L1-1M0 6L6 0M5 7L7 5"/>'),
    "few": (
        6,
        '<circle class="speck" cx="1.5" cy="1.5" r="1"/><circle class="speck" cx="4.5" cy="4.5" r="1"/>',
    ),
}


def patterns(name: str, kinds: Iterable[str], steps: Iterable[int], *, scale: int = 1) -> str:
    """Definitions for one picture: ids NAME-none, NAME-few and NAME-1 to NAME-5. `scale`: tiles are as many
    times larger, for shapes in a group that is made smaller."""
    wanted = {kind: _MARKS[kind] for kind in kinds} | {str(step): _TEXTURES[step] for step in steps}
    found = "".join(
        f'<pattern id="{name}-{key}" width="{size}" height="{size}" patternUnits="userSpaceOnUse"'
        f"{_enlarged(scale)}>{drawn}</pattern>"
        for key, (size, drawn) in wanted.items()
    )
    return f"<defs>{found}</defs>" if found else ""


def _enlarged(scale: int) -> str:
    return f' patternTransform="scale({scale})"' if scale != 1 else ""
