"""Maps in reports: the atlas they are drawn from, what a file says of borders, and names of countries."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pycountry
from babel import Locale

from tutela import library_path
from tutela.engines.pictures import Atlas, BadAtlas, from_topology, read_atlas
from tutela.operations.language import gettext as _
from tutela.operations.language import gettext_noop, isolated
from tutela.operations.refusals import Refused
from tutela.operations.reports import tables

WORLD, PART = "world-110m.json", "world-50m.json"
POLICY = gettext_noop(
    "Borders are those that Natural Earth 4.1 draws (public domain): who holds the ground, not who should."
    " They say nothing about the status of any territory. Shapes without a code of ISO, such as Kosovo,"
    " Northern Cyprus and Somaliland, are in a neutral tone. --borders FILE says otherwise."
)
OWN = gettext_noop(
    "Borders are those of the file {file}. They say nothing about the status of any territory."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Atlases:
    """For maps of the world and of a part of it; `note`: whose borders they are; `files`: name and SHA-256 of
    a file that was read for it."""

    world: Atlas
    part: Atlas
    note: str
    files: Mapping[str, str]


def atlases(borders: Path | None) -> Atlases:
    """The vendored ones, or as a file says: a TopoJSON of countries (its first object; ids of ISO 3166-1) in
    place of both, or a table with the columns shape and country, empty for none. Raises Refused."""
    world, part = _vendored(WORLD), _vendored(PART)
    if borders is None:
        return Atlases(world=world, part=part, note=_(POLICY), files={})
    try:
        if borders.suffix.lower() in {".json", ".topojson"}:
            own = _own(borders, part)
            world, part = own, own
        else:
            owners = _owners(borders)
            part = part.claimed(owners)
            # The map of the world lacks small shapes: what a table says of them holds for the other alone.
            known = {one.name for one in world.shapes} | world.codes()
            world = world.claimed({shape: code for shape, code in owners.items() if shape in known})
        digest = hashlib.sha256(borders.read_bytes()).hexdigest()
    except OSError as error:
        raise Refused(_("{file} cannot be read.").format(file=isolated(str(borders)))) from error
    except (BadAtlas, UnicodeDecodeError) as error:
        problem = error if isinstance(error, BadAtlas) else _("It is not a text in UTF-8.")
        raise Refused(f"{isolated(str(borders))}: {problem}") from error
    return Atlases(
        world=world, part=part, note=_(OWN).format(file=isolated(borders.name)), files={borders.name: digest}
    )


@cache
def country_names(language: str = "en") -> Mapping[str, str]:
    """Names of countries by their codes of two letters, in a language."""
    return {code: str(name) for code, name in Locale.parse(language).territories.items() if len(code) == 2}


@cache
def _vendored(name: str) -> Atlas:
    return read_atlas((library_path() / "geography" / name).read_text(encoding="utf-8"))


def _own(file: Path, beside: Atlas) -> Atlas:
    codes: dict[str, str] = {}
    for one in pycountry.countries:
        codes |= dict.fromkeys((str(one.numeric), str(one.alpha_2), str(one.alpha_3)), str(one.alpha_2))
    made = from_topology(file.read_text(encoding="utf-8"), codes=codes, source=file.name)
    return made.with_spots(beside.spots)


def _owners(file: Path) -> dict[str, str]:
    """Which country each shape of a table belongs to."""
    source = tables.Table(file)
    source.need(("shape", "country"))
    shapes, countries = source.values("shape", tables.text), source.values("country", _code)
    source.refuse_wrong()
    return {shape or "": code or "" for shape, code in zip(shapes, countries, strict=True)}


def _code(value: str) -> str:
    if value in {"", "XK"}:
        return value
    found = pycountry.countries.get(alpha_2=value) or pycountry.countries.get(alpha_3=value)
    if found is None:
        raise tables.Unusable(
            _("“{value}” is no code of a country. Write it like VN, or leave it empty.").format(value=value)
        )
    return str(found.alpha_2)
