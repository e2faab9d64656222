"""The sections of a report of routes that have a picture, each with its numbers as a table."""

from __future__ import annotations

from collections import Counter

from tutela.engines.pictures import MOST_STREAMS, gathered
from tutela.engines.routes import UNKNOWN
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated, ngettext, number, percent, pgettext
from tutela.operations.reports import pages
from tutela.operations.reports.maps import Atlases
from tutela.operations.routes import drawing, words
from tutela.operations.routes.naming import name_of, row_of
from tutela.operations.routes.reading import Study
from tutela.operations.routes.working import Findings

MOST_LINES = 25


def shortened(caption: str, lines: int, file: str) -> str:
    """What is said of a table, and where its other lines are if it has more."""
    if lines <= MOST_LINES:
        return caption
    more = _("The first {count} of {all}; all in {file}.")
    return f"{caption} {more.format(count=number(MOST_LINES), all=number(lines), file=isolated(file))}"


def ends() -> list[str]:
    """Heads of the columns of a link."""
    return [pgettext("route", "From"), pgettext("route", "To")]


def links_on_a_map(study: Study, found: Findings, atlases: Atlases) -> list[str]:
    """The strongest links between countries, or nothing where there is none."""
    links = drawing.links_of(study, found)
    if not links.told:
        return []
    rows = [[name_of(study, a), name_of(study, b), number(records)] for a, b, records in links.told]
    drawn = drawing.map_of_links(study, found, links, atlases)
    return [
        pages.section(
            _("Links on the map"),
            pages.figure(drawn, _of_links(study, links, atlases)),
            pages.paragraph(atlases.note, kind="soft"),
            pages.table(
                [*ends(), _("Records")],
                rows[:MOST_LINES],
                caption=shortened(_("The picture as a table."), len(rows), "links.csv"),
                numbers=(2,),
            ),
        )
    ]


def _of_links(study: Study, links: drawing.Links, atlases: Atlases) -> str:
    """What the map of links shows, and what it cannot."""
    caption = [
        _(
            "The {count} strongest of {all} links between countries: an arrow leads from where people came to"
            " where they went next, and is as wide as its records. An arrow stands for a country, not for a"
            " place in it, nor for the way that was taken."
        ).format(count=number(len(links.told)), all=number(links.between))
    ]
    if links.guessed:
        caption.append(_(words.DASHED))
    if absent := drawing.without_spot(study, [end for a, b, _n in links.told for end in (a, b)], atlases):
        caption.append(_("Not on the map: {places}.").format(places=row_of(absent)))
    if links.regional:
        undrawn = ngettext(
            "{count} link with a region at an end cannot be drawn; all are in links.csv.",
            "{count} links with a region at an end cannot be drawn; all are in links.csv.",
            links.regional,
        )
        caption.append(undrawn.format(count=number(links.regional)))
    return " ".join(caption)


def ends_on_a_map(study: Study, found: Findings, atlases: Atlases) -> list[str]:
    places = drawing.found_in(study, found)
    if not places:
        return []
    rows = [[name_of(study, place), number(records)] for place, records in places.items()]
    caption = [
        _(
            "Countries by the records that end in them. A dark country may be one where much is looked for"
            " and written down."
        )
    ]
    if absent := drawing.without_spot(study, list(places), atlases):
        caption.append(_("In the table and not on the map: {places}.").format(places=row_of(absent)))
    return [
        pages.section(
            _("Where people were found"),
            pages.figure(drawing.map_of_ends(study, places, atlases), " ".join(caption)),
            pages.paragraph(atlases.note, kind="soft"),
            pages.table(
                [_("Place"), _("Records that end there")],
                rows[:MOST_LINES],
                caption=shortened(_("The picture as a table."), len(rows), "routes.csv"),
                numbers=(1,),
            ),
        )
    ]


def streams(study: Study, found: Findings) -> list[str]:
    told = found.told
    whole: Counter[tuple[str, ...]] = Counter()
    ways: Counter[tuple[str, ...]] = Counter()
    for a, b, c, n in zip(told.origin, told.transit, told.destination, told.records, strict=True):
        if UNKNOWN in (a, c):
            continue
        whole[name_of(study, a), name_of(study, c)] += int(n)
        if b != UNKNOWN:
            ways[name_of(study, a), name_of(study, b), name_of(study, c)] += int(n)
    return [
        *([_stream_section(_("From where to where"), whole, ends())] if whole else []),
        *([_stream_section(_("By way of"), ways, [ends()[0], _("By way of"), ends()[1]])] if ways else []),
    ]


def _stream_section(title: str, streams: Counter[tuple[str, ...]], heads: list[str]) -> str:
    flow = gathered(streams)
    whole, stages = sum(streams.values()), len(heads)
    rows = [
        [_staged(at, source, stages), _staged(at + 1, target, stages), number(records)]
        for at, bands in enumerate(flow.bands)
        for (source, target), records in sorted(bands.items(), key=lambda one: (-one[1], one[0]))
    ]
    caption = _(
        "The {count} largest of {all}, with {part} of {records} records. The numbers are those of the streams"
        " drawn; all are in routes.csv. Colours only help to follow a stream."
    ).format(
        count=number(min(len(streams), MOST_STREAMS)),
        all=number(len(streams)),
        part=percent(flow.total / whole),
        records=number(whole),
    )
    return pages.section(
        title,
        pages.figure(drawing.streams(title, flow, heads, name=f"streams-{stages}"), caption),
        pages.table([*ends(), _("Records")], rows, caption=_("The picture as a table."), numbers=(2,)),
    )


def _staged(stage: int, place: str, stages: int) -> str:
    """In a picture of three stages a place says which it stands in."""
    if stages == 2:
        return place
    return (_("from {place}"), _("by way of {place}"), _("to {place}"))[stage].format(place=place)
