"""Streams between places as plain SVG, stage by stage: each named at its end, so that no colour is needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, TOP, TALL, GAP, SLOT, BAR, MARGIN = 760, 30, 360, 7, 18, 12, 180
MOST_STREAMS = 25
"""The largest so many are drawn: of thousands nobody could follow one."""
LONGEST = 22
"""Letters of a name in a picture; the table has it whole."""
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
"""Okabe and Ito's, which people tell apart who see few colours."""
STYLE = """
svg text { font: 13px system-ui, sans-serif; fill: var(--ink); }
svg .stage { font-weight: 600; } svg .end { text-anchor: end; } svg .middle { text-anchor: middle; }
svg .on { paint-order: stroke; stroke: var(--tint); stroke-width: 4px; }
svg .stream { fill-opacity: .5; stroke-opacity: .8; stroke-width: .6; } svg .bar { stroke: var(--ground); }
figure { max-inline-size: 52rem; flex-basis: 40rem; overflow-x: auto; } figure svg { min-inline-size: 38rem; }
td.number { white-space: nowrap; }
@media print { svg .stream { fill-opacity: .45; stroke-opacity: 1; } }
"""

Stream = tuple[str, ...]
"""The names of the places of a stream, a stage each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What is drawn: for each stage its places from the top with their records, for each step its bands."""

    stages: tuple[tuple[tuple[str, int], ...], ...]
    bands: tuple[Mapping[tuple[str, str], int], ...]

    @property
    def total(self) -> int:
        return sum(number for _, number in self.stages[0])


def gathered(streams: Mapping[Stream, int]) -> Flow:
    """The largest streams: their places by stage, and what leads from each to each of the next."""
    largest = dict(sorted(streams.items(), key=lambda one: (-one[1], one[0]))[:MOST_STREAMS])
    number = len(next(iter(largest)))
    stages = tuple(_sizes(largest, stage) for stage in range(number))
    bands: list[Counter[tuple[str, str]]] = [Counter() for _ in range(number - 1)]
    for stream, records in largest.items():
        for at in range(number - 1):
            bands[at][stream[at], stream[at + 1]] += records
    return Flow(stages=stages, bands=tuple(bands))


def sankey(flow: Flow, heads: Sequence[str], *, says: str) -> str:
    """Bars for places, bands between them as wide as their records, and every bar with name and number."""
    scale = TALL / flow.total
    tops = [_tops(stage, scale) for stage in flow.stages]
    parts = [_band_group(flow, tops, at, scale) for at in range(len(flow.bands))]
    for at, stage in enumerate(flow.stages):
        parts += _bars(
            stage, tops[at], _x(at, len(flow.stages)), heads[at], _side(at, len(flow.stages)), scale
        )
    height = 8 + max(_bottom(stage, scale) for stage in flow.stages)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img"'
        f' aria-label="{escape(says)}">' + "".join(parts) + "</svg>"
    )


def _sizes(streams: Mapping[Stream, int], stage: int) -> tuple[tuple[str, int], ...]:
    sizes: Counter[str] = Counter()
    for stream, records in streams.items():
        sizes[stream[stage]] += records
    return tuple(sorted(sizes.items(), key=lambda one: (-one[1], one[0])))


def _tops(stage: Sequence[tuple[str, int]], scale: float) -> dict[str, float]:
    at, found = float(TOP), {}
    for name, records in stage:
        found[name] = at
        at += max(records * scale + GAP, SLOT)
    return found


def _bottom(stage: Sequence[tuple[str, int]], scale: float) -> float:
    return TOP + sum(max(records * scale + GAP, SLOT) for _, records in stage)


def _x(at: int, stages: int) -> float:
    return MARGIN + at * (WIDTH - 2 * MARGIN - BAR) / (stages - 1)


def _side(at: int, stages: int) -> str:
    return "end" if at == 0 else "on" if at < stages - 1 else ""


def _colour(stage: Sequence[tuple[str, int]], name: str) -> str:
    place = next(at for at, (one, _) in enumerate(stage) if one == name)
    return COLOURS[place % len(COLOURS)]


def _band_group(flow: Flow, tops: list[dict[str, float]], at: int, scale: float) -> str:
    """The bands of one step, stacked at both ends in the order of the places at the other."""
    start, end = _x(at, len(flow.stages)) + BAR, _x(at + 1, len(flow.stages))
    left, right = dict(tops[at]), dict(tops[at + 1])
    middle, parts = (start + end) / 2, []
    for source, _ in flow.stages[at]:
        for target, _ in flow.stages[at + 1]:
            records = flow.bands[at].get((source, target), 0)
            if not records:
                continue
            wide, a, b = records * scale, left[source], right[target]
            left[source], right[target] = a + wide, b + wide
            colour = _colour(flow.stages[at], source)
            parts.append(
                f'<path class="stream" fill="{colour}" stroke="{colour}" d="M{start:.1f} {a:.2f}'
                f"C{middle:.1f} {a:.2f} {middle:.1f} {b:.2f} {end:.1f} {b:.2f}v{wide:.2f}"
                f'C{middle:.1f} {b + wide:.2f} {middle:.1f} {a + wide:.2f} {start:.1f} {a + wide:.2f}z">'
                f"<title>{escape(source)} – {escape(target)}: {records:,}</title></path>"
            )
    return "".join(parts)


def _bars(
    stage: Sequence[tuple[str, int]], tops: Mapping[str, float], x: float, head: str, side: str, scale: float
) -> list[str]:
    at = x - 6 if side == "end" else x + BAR + 6
    parts = [f'<text class="stage {side}" x="{at:.1f}" y="18">{escape(head)}</text>']
    for name, records in stage:
        tall = records * scale
        parts.append(
            f'<rect class="bar" fill="{_colour(stage, name)}" x="{x:.1f}" y="{tops[name]:.2f}" width="{BAR}"'
            f' height="{tall:.2f}"/>'
            f'<text class="{side}" x="{at:.1f}" y="{tops[name] + tall / 2 + 4:.1f}">'
            f"{escape(_short(name))} {records:,}</text>"
        )
    return parts


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"
