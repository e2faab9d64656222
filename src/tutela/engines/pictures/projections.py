"""Lays the globe flat without changing areas: Equal Earth for the world, Lambert's azimuthal for a part."""

from __future__ import annotations

import numpy as np

from tutela.engines.pictures.cutting import Floats

EARTH_RADIUS_KM = 6371.0088
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = np.sqrt(3) / 2


def equal_earth(east: Floats, north: Floats) -> tuple[Floats, Floats]:
    """x and y on a globe of radius 1 from degrees; x is 0 at 0 degrees, and grows on past 180.

    Šavrič, Patterson and Jenny 2019, International Journal of Geographical Information Science 33: 454,
    equations 7 to 9.
    """
    slant = np.arcsin(_M * np.sin(np.radians(north)))
    square = slant * slant
    sixth = square**3
    across = np.radians(east) * np.cos(slant)
    across /= _M * (_A1 + 3 * _A2 * square + sixth * (7 * _A3 + 9 * _A4 * square))
    return across, slant * (_A1 + _A2 * square + sixth * (_A3 + _A4 * square))


def azimuthal(east: Floats, north: Floats, middle: tuple[float, float]) -> tuple[Floats, Floats]:
    """x and y on a globe of radius 1 seen from above `middle` (east, north). Lambert 1772; Snyder 1987,
    USGS Professional Paper 1395, equations 24-2 to 24-4."""
    turned, up = np.radians(east - middle[0]), np.radians(north)
    low = np.radians(middle[1])
    nearness = 1 + np.sin(low) * np.sin(up) + np.cos(low) * np.cos(up) * np.cos(turned)
    scale = np.sqrt(2 / np.maximum(nearness, 1e-12))
    x = scale * np.cos(up) * np.sin(turned)
    y = scale * (np.cos(low) * np.sin(up) - np.sin(low) * np.cos(up) * np.cos(turned))
    return x, y


def on_globe(east: Floats, north: Floats) -> Floats:
    """Points of the unit globe (n, 3)."""
    turned, up = np.radians(east), np.radians(north)
    return np.stack([np.cos(up) * np.cos(turned), np.cos(up) * np.sin(turned), np.sin(up)], axis=-1)


def degrees(globe: Floats) -> tuple[Floats, Floats]:
    """Degrees east and north of points (n, 3), of whatever length."""
    flat = np.hypot(globe[:, 0], globe[:, 1])
    return (
        np.degrees(np.arctan2(globe[:, 1], globe[:, 0])),
        np.degrees(np.arctan2(globe[:, 2], flat)),
    )


def degrees_from(middle: tuple[float, float], east: Floats, north: Floats) -> Floats:
    """How far places lie from one, in degrees of the globe."""
    there = on_globe(np.asarray(east, dtype=np.float64), np.asarray(north, dtype=np.float64))
    here = on_globe(np.array(middle[0]), np.array(middle[1]))
    return np.asarray(np.degrees(np.arccos(np.clip(there @ here, -1, 1))))


def circle(east: float, north: float, kilometres: float, points: int = 72) -> tuple[Floats, Floats]:
    """Degrees of points at one distance from a place along the globe."""
    away = kilometres / EARTH_RADIUS_KM
    bearing = np.linspace(0, 2 * np.pi, points, endpoint=False)
    low = np.radians(north)
    up = np.arcsin(np.sin(low) * np.cos(away) + np.cos(low) * np.sin(away) * np.cos(bearing))
    turned = np.arctan2(np.sin(bearing) * np.sin(away) * np.cos(low), np.cos(away) - np.sin(low) * np.sin(up))
    return east + np.degrees(turned), np.degrees(up)
