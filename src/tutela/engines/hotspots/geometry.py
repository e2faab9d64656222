"""How far places lie from each other: on the globe, on a map, in a stretched map, along a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

EARTH_RADIUS_KM = 6371.0088
"""Mean radius R1 of the International Union of Geodesy and Geophysics."""

SHAPES = ((1.5, 4), (2.0, 6), (3.0, 9), (4.0, 12), (5.0, 15))
"""Axis ratios of ellipses, and in how many directions each lies (Kulldorff et al. 2006, Stat Med 25:3929)."""


class BadPlaces(ValueError):
    """Coordinates or links that describe no places; the message says which."""


class Geometry(Protocol):
    """Places between which a distance is known."""

    @property
    def number(self) -> int:
        """How many places."""
        ...

    def distances(self, centres: Whole) -> Floats:
        """From each of `centres` (m,) to every place: (m, places); infinite where there is no way."""
        ...


@dataclass(frozen=True, slots=True)
class GreatCircle:
    """Places by latitude and longitude in degrees; distances in kilometres on a sphere (haversine)."""

    latitude: Floats
    longitude: Floats

    def __post_init__(self) -> None:
        _check_coordinates(self.latitude, self.longitude)
        if np.any(np.abs(self.latitude) > 90) or np.any(np.abs(self.longitude) > 180):
            raise BadPlaces("A latitude lies in -90 to 90 degrees, a longitude in -180 to 180.")

    @property
    def number(self) -> int:
        return len(self.latitude)

    def distances(self, centres: Whole) -> Floats:
        north, east = np.radians(self.latitude), np.radians(self.longitude)
        up = np.sin((north[centres, None] - north) / 2) ** 2
        across = np.sin((east[centres, None] - east) / 2) ** 2
        chord = up + np.cos(north)[centres, None] * np.cos(north) * across
        return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1))))


@dataclass(frozen=True, slots=True)
class Plane:
    """Places on a flat map; distances in its own unit.

    With degrees as coordinates a degree of longitude counts as much as one of latitude: circles of the map,
    not of the earth. The clusters differ from those of `GreatCircle`.
    """

    x: Floats
    y: Floats

    def __post_init__(self) -> None:
        _check_coordinates(self.x, self.y)

    @property
    def number(self) -> int:
        return len(self.x)

    def distances(self, centres: Whole) -> Floats:
        return np.asarray(np.hypot(self.x[centres, None] - self.x, self.y[centres, None] - self.y))


@dataclass(frozen=True, slots=True)
class Stretched:
    """A flat map whose circles are ellipses: `ratio` of the axes, the long one `angle` radians from x.

    Distances are the half length of the long axis, in the unit of the map.
    """

    plane: Plane
    ratio: float
    angle: float

    def __post_init__(self) -> None:
        if not self.ratio >= 1:
            raise BadPlaces("The long axis of an ellipse is at least as long as the short one.")

    @property
    def number(self) -> int:
        return self.plane.number

    def distances(self, centres: Whole) -> Floats:
        x, y, cos, sin = self.plane.x, self.plane.y, np.cos(self.angle), np.sin(self.angle)
        along, across = x * cos + y * sin, (y * cos - x * sin) * self.ratio
        return np.asarray(np.hypot(along[centres, None] - along, across[centres, None] - across))


@dataclass(frozen=True, slots=True)
class Network:
    """Places joined by links (roads, common borders); the distance is the shortest way along them.

    `links` (n, 2) holds positions of places, `lengths` (n,) the length of each link, in any unit above zero.
    """

    number: int
    links: Whole
    lengths: Floats

    def __post_init__(self) -> None:
        if self.links.ndim != 2 or self.links.shape[1] != 2 or self.links.shape[0] != len(self.lengths):
            raise BadPlaces("Each link joins two places and has one length.")
        if self.links.size and (self.links.min() < 0 or self.links.max() >= self.number):
            raise BadPlaces("A link leads to a place that is not there.")
        if not np.all(np.isfinite(self.lengths) & (self.lengths > 0)):
            raise BadPlaces("A link has a length above zero.")

    def distances(self, centres: Whole) -> Floats:
        shortest: dict[tuple[int, int], float] = {}
        for (one, other), length in zip(self.links.tolist(), self.lengths.tolist(), strict=True):
            pair = (min(one, other), max(one, other))
            shortest[pair] = min(length, shortest.get(pair, length))
        ends = np.array(list(shortest), dtype=np.int64).reshape(-1, 2)
        values = np.array(list(shortest.values()), dtype=np.float64)
        graph = csr_array((values, (ends[:, 0], ends[:, 1])), shape=(self.number, self.number))
        return np.asarray(dijkstra(graph, directed=False, indices=centres), dtype=np.float64)


def flattened(places: GreatCircle) -> Plane:
    """Degrees laid flat in kilometres around the middle latitude: good for a country, not for a continent."""
    middle = np.radians((places.latitude.min() + places.latitude.max()) / 2)
    degree = np.radians(1.0) * EARTH_RADIUS_KM
    return Plane(x=places.longitude * degree * np.cos(middle), y=places.latitude * degree)


def ellipses(plane: Plane, shapes: tuple[tuple[float, int], ...] = SHAPES) -> list[Stretched]:
    """The map stretched in each shape and direction."""
    return [
        Stretched(plane, ratio, float(np.pi * turn / turns))
        for ratio, turns in shapes
        for turn in range(turns)
    ]


def _check_coordinates(one: Floats, other: Floats) -> None:
    if one.ndim != 1 or one.shape != other.shape or not len(one):
        raise BadPlaces("Every place has two coordinates.")
    if not (np.all(np.isfinite(one)) and np.all(np.isfinite(other))):
        raise BadPlaces("A coordinate is missing or no number.")
