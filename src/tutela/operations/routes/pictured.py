"""The sections of a report of routes that have a picture, each with its numbers as a table."""

from __future__ import annotations

from collections import Counter

from tutela.engines.pictures import MOST_STREAMS, gathered
from tutela.engines.routes import UNKNOWN
from tutela.operations.reports import pages
from tutela.operations.reports.maps import Atlases
from tutela.operations.routes import drawing, words
from tutela.operations.routes.reading import Study
from tutela.operations.routes.working import Findings

MOST_LINES = 25


def rest(number: int, file: str) -> str:
    """Where the other lines of a table are."""
    return f" The first {MOST_LINES} of {number:,}; all in {file}." if number > MOST_LINES else ""


def name_of(study: Study, place: int) -> str:
    return study.places[place].name


def links_on_a_map(study: Study, found: Findings, atlases: Atlases) -> list[str]:
    """The strongest links between countries, or nothing where there is none."""
    links = drawing.links_of(study, found)
    if not links.told:
        return []
    rows = [[name_of(study, a), name_of(study, b), f"{records:,}"] for a, b, records in links.told]
    caption = (
        f"The {len(rows)} strongest of {links.between:,} links between countries: an arrow leads from where"
        " people came to where they went next, and is as wide as its records. An arrow stands for a"
        " country, not for a place in it, nor for the way that was taken."
    )
    if links.guessed:
        caption += f" Dashed: {words.DASHED}"
    if absent := drawing.without_spot(study, [end for a, b, _ in links.told for end in (a, b)], atlases):
        caption += f" Not on the map: {', '.join(absent)}."
    if links.regional:
        caption += (
            f" {_several(links.regional)} with a region at an end cannot be drawn; all are in links.csv."
        )
    return [
        pages.section(
            "Links on the map",
            pages.figure(drawing.map_of_links(study, found, links, atlases), caption),
            pages.paragraph(atlases.note, kind="soft"),
            pages.table(
                ["From", "To", "Records"],
                rows[:MOST_LINES],
                caption="The picture as a table." + rest(len(rows), "links.csv"),
                numbers=(2,),
            ),
        )
    ]


def ends_on_a_map(study: Study, found: Findings, atlases: Atlases) -> list[str]:
    ends = drawing.found_in(study, found)
    if not ends:
        return []
    rows = [[name_of(study, place), f"{records:,}"] for place, records in ends.items()]
    absent = drawing.without_spot(study, list(ends), atlases)
    caption = (
        "Countries by the records that end in them. A dark country may be one where much is looked for and"
        " written down." + (f" In the table and not on the map: {', '.join(absent)}." if absent else "")
    )
    return [
        pages.section(
            "Where people were found",
            pages.figure(drawing.map_of_ends(study, ends, atlases), caption),
            pages.paragraph(atlases.note, kind="soft"),
            pages.table(
                ["Place", "Records that end there"],
                rows[:MOST_LINES],
                caption="The picture as a table." + rest(len(rows), "routes.csv"),
                numbers=(1,),
            ),
        )
    ]


def streams(study: Study, found: Findings) -> list[str]:
    told = found.told
    ends: Counter[tuple[str, ...]] = Counter()
    ways: Counter[tuple[str, ...]] = Counter()
    for a, b, c, n in zip(told.origin, told.transit, told.destination, told.records, strict=True):
        if UNKNOWN in (a, c):
            continue
        ends[name_of(study, a), name_of(study, c)] += int(n)
        if b != UNKNOWN:
            ways[name_of(study, a), name_of(study, b), name_of(study, c)] += int(n)
    sections = []
    if ends:
        sections.append(_stream_section("From where to where", ends, ("From", "To")))
    if ways:
        sections.append(_stream_section("By way of", ways, ("From", "By way of", "To")))
    return sections


def _stream_section(title: str, streams: Counter[tuple[str, ...]], heads: tuple[str, ...]) -> str:
    flow = gathered(streams)
    drawn, whole = min(len(streams), MOST_STREAMS), sum(streams.values())
    rows = [
        [_staged(heads[at], source, heads), _staged(heads[at + 1], target, heads), f"{records:,}"]
        for at, bands in enumerate(flow.bands)
        for (source, target), records in sorted(bands.items(), key=lambda one: (-one[1], one[0]))
    ]
    caption = (
        f"The {drawn} largest of {len(streams):,}, with {100 * flow.total / whole:.0f} % of {whole:,}"
        " records. The numbers are those of the streams drawn; all are in routes.csv. Colours only help to"
        " follow a stream."
    )
    return pages.section(
        title,
        pages.figure(drawing.streams(title, flow, heads, name=f"streams-{len(heads)}"), caption),
        pages.table(["From", "To", "Records"], rows, caption="The picture as a table.", numbers=(2,)),
    )


def _several(links: int) -> str:
    return "1 link" if links == 1 else f"{links:,} links"


def _staged(head: str, place: str, heads: tuple[str, ...]) -> str:
    """In a picture of three stages a place says which it stands in."""
    return place if len(heads) == 2 else f"{head.lower()} {place}"
