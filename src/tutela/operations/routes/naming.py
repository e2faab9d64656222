"""What a place is called in the language that is spoken; files for other programs keep codes and English."""

from __future__ import annotations

from typing import Final

from tutela.operations.language import ENGLISH, gettext_noop, in_a_row, isolated, spoken
from tutela.operations.language import gettext as _
from tutela.operations.reports.maps import country_names
from tutela.operations.routes.places import Kind, Place
from tutela.operations.routes.reading import Study

REGIONS: Final = frozenset(
    {
        gettext_noop("Abkhazia"), gettext_noop("Africa"), gettext_noop("Americas"),
        gettext_noop("Arab states"), gettext_noop("Asia"), gettext_noop("Asia and the Pacific"),
        gettext_noop("Balkans"), gettext_noop("Baltic states"), gettext_noop("Caribbean"),
        gettext_noop("Caucasus"), gettext_noop("Central America"), gettext_noop("Central Asia"),
        gettext_noop("Central Europe"), gettext_noop("Commonwealth of Independent States"),
        gettext_noop("Eastern Africa"), gettext_noop("Eastern Asia"), gettext_noop("Eastern Europe"),
        gettext_noop("Eurasia"), gettext_noop("Europe"), gettext_noop("European Union"),
        gettext_noop("Far East"), gettext_noop("Former Soviet Union"),
        gettext_noop("Great Lakes of Africa"), gettext_noop("Gulf states"), gettext_noop("Horn of Africa"),
        gettext_noop("Latin America"), gettext_noop("Maghreb"), gettext_noop("Middle Africa"),
        gettext_noop("Middle East"), gettext_noop("Netherlands Antilles"), gettext_noop("Nordic countries"),
        gettext_noop("Northeast Asia"), gettext_noop("Northern Africa"), gettext_noop("Northern America"),
        gettext_noop("Northern Cyprus"), gettext_noop("Northern Europe"), gettext_noop("Oceania"),
        gettext_noop("Pacific islands"), gettext_noop("Scandinavia"), gettext_noop("Somaliland"),
        gettext_noop("South America"), gettext_noop("South-eastern Asia"),
        gettext_noop("South-eastern Europe"), gettext_noop("Southern Africa"),
        gettext_noop("Southern Asia"), gettext_noop("Southern Europe"), gettext_noop("Sub-Saharan Africa"),
        gettext_noop("Tibet"), gettext_noop("Transnistria"), gettext_noop("Western Africa"),
        gettext_noop("Western Asia"), gettext_noop("Western Europe"), gettext_noop("Western Hemisphere"),
    }
)  # fmt: skip
"""The regions of the lists in `places`; one that somebody named in a file is called as it is there."""

_SHORT: Final = {
    "AE": gettext_noop("United Arab Emirates"),
    "CD": gettext_noop("DR Congo"),
    "CF": gettext_noop("Central African Republic"),
    "HK": gettext_noop("Hong Kong"),
    "MO": gettext_noop("Macao"),
    "PS": gettext_noop("Palestine"),
    "SA": gettext_noop("Saudi Arabia"),
}
"""Countries that the data of CLDR call by a name that is too long for a picture, or is not theirs."""


def called(place: Place) -> str:
    """Its name as the language has it."""
    if spoken() == ENGLISH:
        return place.name
    if place.kind is Kind.REGION:
        return _(place.name) if place.name in REGIONS else place.name
    if place.code in _SHORT:
        return _(_SHORT[place.code])
    return country_names(spoken()).get(place.code, place.name)


def name_of(study: Study, place: int) -> str:
    """What a place of the study is called."""
    return called(study.places[place])


def names_by_code(study: Study) -> dict[str, str]:
    return {place.code: called(place) for place in study.places}


def row_of(names: list[str]) -> str:
    """Names beside each other in a sentence."""
    return in_a_row([isolated(name) for name in names])
