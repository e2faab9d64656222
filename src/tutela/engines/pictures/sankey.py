"""Streams between the stages of a way: bars for places, and bands as wide as their number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tutela.engines.pictures.svg import picture, safe, short, tag, text, told

Stream = tuple[str, ...]
"""The names of the places of a stream, a stage each."""

MOST_STREAMS = 25
"""The largest so many are drawn: of thousands nobody could follow one."""
LONGEST = 22
"""Letters of a name in a picture; the table has it whole."""
WIDTH, TOP, TALL, GAP, SLOT, BAR, MARGIN = 760, 30, 360, 7, 18, 12, 180
COLOURS = 6
SWEEPS = 12
STYLE = """
:root { --stream-1: #0072b2; --stream-2: #d55e00; --stream-3: #009e73; --stream-4: #cc79a7;
  --stream-5: #56b4e9; --stream-6: #e69f00; }
.stream { fill-opacity: .5; stroke-opacity: .8; stroke-width: .6; } .bar { stroke: var(--ground); }
""" + "".join(
    f".stream-{n} {{ fill: var(--stream-{n}); stroke: var(--stream-{n}); }} " for n in range(1, COLOURS + 1)
)
"""Okabe and Ito's colours, which people tell apart who see few. They only help to follow a stream: each bar
has its name, and bands leave a bar in the order of where they go."""

Stage = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """What is drawn: for each stage its places from the top with their number, for each step its bands."""

    stages: tuple[Stage, ...]
    bands: tuple[Mapping[tuple[str, str], int], ...]

    @property
    def total(self) -> int:
        return sum(number for _, number in self.stages[0])


def gathered(streams: Mapping[Stream, int]) -> Streams:
    """The largest streams: their places by stage, ordered so that bands cross little, and what leads from
    each to each of the next."""
    largest = dict(sorted(streams.items(), key=lambda one: (-one[1], one[0]))[:MOST_STREAMS])
    number = len(next(iter(largest)))
    sizes = [_sizes(largest, stage) for stage in range(number)]
    bands: list[Counter[tuple[str, str]]] = [Counter() for _ in range(number - 1)]
    for stream, count in largest.items():
        for at in range(number - 1):
            bands[at][stream[at], stream[at + 1]] += count
    return Streams(stages=tuple(_ordered(sizes, bands)), bands=tuple(bands))


def _sizes(streams: Mapping[Stream, int], stage: int) -> Stage:
    sizes: Counter[str] = Counter()
    for stream, count in streams.items():
        sizes[stream[stage]] += count
    return tuple(sorted(sizes.items(), key=lambda one: (-one[1], one[0])))


# ---------------------------------------------------------------- order
def _ordered(stages: Sequence[Stage], bands: Sequence[Mapping[tuple[str, str], int]]) -> list[Stage]:
    """By size first; then each stage by the mean place of what it is joined to (Sugiyama, Tagawa and Toda
    1981, IEEE Transactions on Systems, Man and Cybernetics 11: 109), there and back, the best kept."""
    now = list(stages)
    best, fewest = list(now), crossings(now, bands)
    for sweep in range(SWEEPS):
        forth = sweep % 2 == 0
        for at in range(1, len(now)) if forth else range(len(now) - 2, -1, -1):
            beside = at - 1 if forth else at + 1
            step = bands[min(at, beside)]
            now[at] = _by_mean(now[at], now[beside], step, forth=forth)
        if (crossed := crossings(now, bands)) < fewest:
            best, fewest = list(now), crossed
    return best


def _by_mean(stage: Stage, beside: Stage, step: Mapping[tuple[str, str], int], *, forth: bool) -> Stage:
    middles, so_far = {}, 0.0
    for name, number in beside:
        middles[name] = so_far + number / 2
        so_far += number
    pulled: dict[str, float] = dict.fromkeys((name for name, _ in stage), 0.0)
    for (source, target), number in step.items():
        mine, other = (target, source) if forth else (source, target)
        pulled[mine] += number * middles[other]
    return tuple(sorted(stage, key=lambda one: (pulled[one[0]] / one[1], -one[1], one[0])))


def crossings(stages: Sequence[Stage], bands: Sequence[Mapping[tuple[str, str], int]]) -> int:
    """Over each two bands that cross, the smaller number."""
    found = 0
    for at, step in enumerate(bands):
        left = {name: place for place, (name, _) in enumerate(stages[at])}
        right = {name: place for place, (name, _) in enumerate(stages[at + 1])}
        ends = [(left[source], right[target], number) for (source, target), number in step.items()]
        for one, (a, b, number) in enumerate(ends):
            found += sum(min(number, other) for c, d, other in ends[one + 1 :] if (a - c) * (b - d) < 0)
    return found


# ---------------------------------------------------------------- drawing
@dataclass(frozen=True, slots=True)
class _Sheet:
    """Places of bars; `rtl`: the first stage stands at the right."""

    streams: Streams
    scale: float
    rtl: bool

    def tops(self, at: int) -> dict[str, float]:
        y, found = float(TOP), {}
        for name, number in self.streams.stages[at]:
            found[name] = y
            y += max(number * self.scale + GAP, SLOT)
        return found

    def height(self) -> float:
        return 8 + max(
            TOP + sum(max(number * self.scale + GAP, SLOT) for _, number in stage)
            for stage in self.streams.stages
        )

    def x(self, at: int) -> float:
        along = at * (WIDTH - 2 * MARGIN - BAR) / (len(self.streams.stages) - 1)
        return WIDTH - MARGIN - BAR - along if self.rtl else MARGIN + along

    def colour(self, at: int, name: str) -> str:
        """By size, so that the largest keep theirs whatever their place."""
        order = sorted(self.streams.stages[at], key=lambda one: (-one[1], one[0]))
        place = next(n for n, (one, _) in enumerate(order) if one == name)
        return f"stream-{place % COLOURS + 1}"


def sankey(
    streams: Streams,
    heads: Sequence[str],
    *,
    name: str,
    title: str,
    description: str,
    number: Callable[[float], str] = "{:,.0f}".format,
    rtl: bool = False,
) -> str:
    """Bars with name and number, a stage under each of `heads`, and bands between them."""
    sheet = _Sheet(streams, TALL / streams.total, rtl)
    parts = [part for at in range(len(streams.bands)) for part in _bands(sheet, at, number)]
    parts += [part for at in range(len(streams.stages)) for part in _bars(sheet, at, heads[at], number)]
    return picture(
        name=name, title=title, description=description, width=WIDTH, height=sheet.height(), parts=parts
    )


def _bands(sheet: _Sheet, at: int, number: Callable[[float], str]) -> list[str]:
    """The bands of one step, stacked at both ends in the order of the places at the other."""
    streams, start, end = sheet.streams, sheet.x(at), sheet.x(at + 1)
    start, end = (start, end + BAR) if sheet.rtl else (start + BAR, end)
    left, right = sheet.tops(at), sheet.tops(at + 1)
    middle, found = short((start + end) / 2), []
    for source, _ in streams.stages[at]:
        for target, _ in streams.stages[at + 1]:
            records = streams.bands[at].get((source, target), 0)
            if not records:
                continue
            tall, a, b = records * sheet.scale, left[source], right[target]
            left[source], right[target] = a + tall, b + tall
            path = (
                f"M{short(start)} {a:.2f}C{middle} {a:.2f} {middle} {b:.2f} {short(end)} {b:.2f}v{tall:.2f}"
                f"C{middle} {b + tall:.2f} {middle} {a + tall:.2f} {short(start)} {a + tall:.2f}z"
            )
            kind = f"stream {sheet.colour(at, source)}"
            says = told(f"{source} – {target}: {number(records)}")
            found.append(tag("path", {"class": kind, "d": path}, says))
    return found


def _bars(sheet: _Sheet, at: int, head: str, number: Callable[[float], str]) -> list[str]:
    last = len(sheet.streams.stages) - 1
    to_the_left = (at == 0) != sheet.rtl if at in (0, last) else sheet.rtl
    x = sheet.x(at)
    beside, anchor = (x - 6, "end") if to_the_left else (x + BAR + 6, "start")
    kind = "label" if 0 < at < last else ""
    found = [text(beside, 18, head, kind="head", anchor=anchor, rtl=sheet.rtl)]
    tops = sheet.tops(at)
    for name, records in sheet.streams.stages[at]:
        tall = records * sheet.scale
        found.append(
            f'<rect class="bar {sheet.colour(at, name)}" x="{short(x)}" y="{tops[name]:.2f}" width="{BAR}"'
            f' height="{tall:.2f}"><title>{safe(name)}: {safe(number(records))}</title></rect>'
        )
        words = f"{_shortened(name)} {number(records)}"
        found.append(text(beside, tops[name] + tall / 2 + 4, words, kind=kind, anchor=anchor, rtl=sheet.rtl))
    return found


def _shortened(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"
