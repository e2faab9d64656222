"""Templates tied by what they name: who shares a contact with whom, how strongly, and how a network moves.

A template is one body of evidence (the same words), a shared contact is another. They are never mixed: a
telephone ties two templates in a network that says so, it does not make one template of them. A contact that
many templates name (a switchboard, a platform's own number) says little: each tie weighs one part of the
number of templates, and above a cap it ties nothing and is listed apart.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import networkx

HUB = 25
"""Templates above which a contact ties nothing."""
LEAST_WEIGHT = 0.1
"""Ties below this are too weak to make a network of: a contact of eleven templates, alone."""
COMMUNITY_FROM = 12
"""Networks of fewer templates are shown whole; larger ones are parted into communities."""
_EARTH_KM = 6371.0088


@dataclass(frozen=True, slots=True)
class Mention:
    """That adverts of one template name one contact (a keyed hash or a clear value), so many times."""

    template: int
    contact: str
    adverts: int


@dataclass(frozen=True, slots=True)
class Tie:
    """Two templates and the contacts that they share; `weight` sums 1 / (templates - 1) over contacts."""

    first: int
    second: int
    contacts: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Network:
    """Templates that contacts tie together; `communities` part it where it is large."""

    templates: tuple[int, ...]
    ties: tuple[Tie, ...]
    communities: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Networks:
    """All networks of two or more templates, largest first, and contacts of too many templates to tie any."""

    networks: tuple[Network, ...]
    hubs: Mapping[str, int]


def networks(
    mentions: Iterable[Mention], *, hub: int = HUB, least_weight: float = LEAST_WEIGHT, seed: int = 1
) -> Networks:
    """Networks from who names what. `seed` parts large ones (Louvain's method, Blondel et al. 2008)."""
    named: dict[str, set[int]] = defaultdict(set)
    for one in mentions:
        named[one.contact].add(one.template)
    hubs = {contact: len(who) for contact, who in sorted(named.items()) if len(who) > hub}
    ties = _ties({contact: who for contact, who in named.items() if contact not in hubs}, least_weight)
    graph = networkx.Graph()
    graph.add_weighted_edges_from((one.first, one.second, one.weight) for one in ties)
    found = [_network(graph.subgraph(part), ties, seed) for part in networkx.connected_components(graph)]
    return Networks(tuple(sorted(found, key=lambda one: (-len(one.templates), one.templates))), hubs)


def _ties(named: Mapping[str, set[int]], least_weight: float) -> list[Tie]:
    shared: dict[tuple[int, int], list[str]] = defaultdict(list)
    for contact in sorted(named):
        for first, second in combinations(sorted(named[contact]), 2):
            shared[first, second].append(contact)
    ties = [
        Tie(first, second, tuple(contacts), sum(1 / (len(named[one]) - 1) for one in contacts))
        for (first, second), contacts in sorted(shared.items())
    ]
    return [one for one in ties if one.weight >= least_weight]


def _network(part: networkx.Graph, ties: Sequence[Tie], seed: int) -> Network:
    members = tuple(sorted(part.nodes))
    inside = set(members)
    groups = (
        networkx.community.louvain_communities(part, weight="weight", seed=seed)
        if len(members) >= COMMUNITY_FROM
        else [inside]
    )
    ordered = sorted((tuple(sorted(group)) for group in groups), key=lambda group: (-len(group), group))
    return Network(members, tuple(one for one in ties if one.first in inside), tuple(ordered))


# ---------------------------------------------------------------- in time and space
@dataclass(frozen=True, slots=True)
class Sighting:
    """That an advert of a template or network stood somewhere at a time; degrees north and east."""

    at: dt.datetime
    place: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Move:
    """From one place to the next that was named after it: kilometres as the crow flies, and the most hours
    that can lie between; of two days without times that is until the end of the second."""

    before: Sighting
    after: Sighting
    kilometres: float
    hours: float

    @property
    def too_fast(self) -> bool:
        """Faster than anybody travels: adverts for several places at once, or several people."""
        return self.kilometres >= 100 and self.kilometres / max(self.hours, 0.5) > 900


def moves(sightings: Iterable[Sighting]) -> list[Move]:
    """Changes of place, in order of time; of sightings in one place in a row the last and first count."""
    found = []
    ordered = sorted(sightings, key=lambda one: (one.at, one.place))
    unsure = 24.0 if all(one.at.time() == dt.time() for one in ordered) else 0.0
    for before, after in pairwise(ordered):
        if before.place != after.place:
            hours = (after.at - before.at).total_seconds() / 3600 + unsure
            found.append(Move(before, after, kilometres(before, after), hours))
    return found


def kilometres(one: Sighting, other: Sighting) -> float:
    """Great-circle distance (haversine)."""
    north, east = math.radians(other.latitude - one.latitude), math.radians(other.longitude - one.longitude)
    part = (
        math.sin(north / 2) ** 2
        + math.cos(math.radians(one.latitude))
        * math.cos(math.radians(other.latitude))
        * math.sin(east / 2) ** 2
    )
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, part)))
