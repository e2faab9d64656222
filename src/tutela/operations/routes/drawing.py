"""Pictures of routes: a map of links, a map of where people were found, and streams from stage to stage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tutela.engines import pictures
from tutela.engines.pictures import Flow, FlowWording, Streams, World
from tutela.engines.routes import UNKNOWN
from tutela.operations.language import gettext as _
from tutela.operations.language import ngettext, number, rtl, spoken
from tutela.operations.reports.maps import Atlases, country_names
from tutela.operations.routes.naming import called, names_by_code
from tutela.operations.routes.places import Kind
from tutela.operations.routes.reading import Study
from tutela.operations.routes.working import Findings

MOST_LINKS, MOST_GUESSES = 40, 5
WIDTH = 832.0
STYLE = (
    pictures.STYLE
    + pictures.SANKEY_STYLE
    + """
figure { max-inline-size: 52rem; flex-basis: 40rem; overflow-x: auto; } figure svg { min-inline-size: 38rem; }
td.number { white-space: nowrap; }
"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What the map of links shows: the strongest between countries, and guesses; `places` are numbers of the
    study. `between`: how many links there are between countries, `regional`: with a region at an end."""

    told: tuple[tuple[int, int, int], ...]
    guessed: tuple[tuple[int, int, int], ...]
    between: int
    regional: int


def links_of(study: Study, found: Findings) -> Links:
    """From and to, records, the most first; guesses of ends that are countries."""
    legs = found.legs
    records = legs.weight.astype(np.int64).tolist()
    every = zip(legs.source.tolist(), legs.target.tolist(), records, strict=True)
    order = sorted(every, key=lambda one: (-one[2], one[0], one[1]))
    between = [one for one in order if _are_countries(study, one[0], one[1])]
    guesses = [
        (one.origin, one.transit, one.destination)
        for one in found.guesses
        if _are_countries(study, one.origin, one.transit, one.destination)
    ]
    return Links(
        told=tuple(between[:MOST_LINKS]),
        guessed=tuple(guesses[:MOST_GUESSES]),
        between=len(between),
        regional=len(order) - len(between),
    )


def found_in(study: Study, found: Findings) -> dict[int, int]:
    """Records by the place that they end in, which each route has enough of to be told."""
    ends: Counter[int] = Counter()
    for place, records in zip(found.told.destination.tolist(), found.told.records.tolist(), strict=True):
        if place != UNKNOWN:
            ends[place] += records
    return dict(sorted(ends.items(), key=lambda one: (-one[1], one[0])))


def map_of_links(study: Study, found: Findings, links: Links, atlases: Atlases) -> str:
    """Arrows between countries; a place that a told route passes along two of them is a square."""
    code = [place.code for place in study.places]
    flows = [Flow(source=code[a], target=code[b], number=n) for a, b, n in links.told]
    flows += [Flow(source=code[a], target=code[c], number=None, by=code[b]) for a, b, c in links.guessed]
    transits = [code[one] for one in _passed(found, links)]
    codes = sorted({end for flow in flows for end in (flow.source, flow.target)})
    view = pictures.view_of(atlases.part, codes, width=WIDTH)
    atlas = atlases.world if isinstance(view, World) else atlases.part
    says = _("{arrows} arrows between {countries} countries; the table below has the same numbers.").format(
        arrows=number(len(links.told)), countries=number(len(codes))
    )
    said = _wording(study, _("Map of links between countries"), says)
    return pictures.flow_map(atlas, view, flows, transits, said, name="links")


def map_of_ends(study: Study, ends: Mapping[int, int], atlases: Atlases) -> str:
    """Countries by classes of the records that end in them."""
    values = {
        study.places[place].code: float(records)
        for place, records in ends.items()
        if study.places[place].kind is Kind.COUNTRY
    }
    says = ngettext(
        "{count} country by the records that end in it.",
        "{count} countries by the records that end in them, in up to five classes.",
        len(values),
    ).format(count=number(len(values)))
    said = _wording(study, _("Map of where people were found"), says)
    view = World(width=WIDTH, south=-57.0)
    return pictures.shaded_map(atlases.world, view, values, said, name="ends")


def streams(title: str, flow: Streams, heads: Sequence[str], *, name: str) -> str:
    says = _("Streams between places. The table below has the same numbers.")
    return pictures.sankey(flow, heads, name=name, title=title, description=says, number=number, rtl=rtl())


def without_spot(study: Study, places: Sequence[int], atlases: Atlases) -> list[str]:
    """Names of countries that no map here has a spot for."""
    return sorted(
        {called(study.places[one]) for one in places if study.places[one].code not in atlases.part.spots}
    )


def _passed(found: Findings, links: Links) -> list[int]:
    """Places of transit both of whose links are drawn."""
    drawn = {(a, b) for a, b, _records in links.told}
    told = found.told
    ways = zip(told.origin.tolist(), told.transit.tolist(), told.destination.tolist(), strict=True)
    return sorted({b for a, b, c in ways if (a, b) in drawn and (b, c) in drawn})


def _are_countries(study: Study, *places: int) -> bool:
    return all(study.places[one].kind is Kind.COUNTRY for one in places)


def _wording(study: Study, title: str, description: str) -> FlowWording:
    return FlowWording(
        title=title,
        description=description,
        no_figure=_("None shown"),
        few="",
        up_to=_class,
        number=number,
        names=dict(country_names(spoken())) | names_by_code(study),
        way=_("{source} to {target}: {number} records"),
        guessed=_("Guess: {source} by way of {by} to {target}"),
        between=_("Place of transit"),
        guess=_("Guess"),
        rtl=rtl(),
    )


def _class(low: float, high: float) -> str:
    """A class of the shaded map, from its smallest to its largest number."""
    if np.isclose(low, high):
        return number(low)
    return _("{first} to {last}").format(first=number(low), last=number(high))
