"""What an advert names that ties it to others: phones, handles, links, wallets, prices, places, days."""

from __future__ import annotations

from collections.abc import Sequence, Set

from tutela.engines.patterns.entities.contacts import contacts
from tutela.engines.patterns.entities.kinds import CONTACTS, Entity, Kind
from tutela.engines.patterns.entities.phones import NOT_VALIDATED, phones
from tutela.engines.patterns.entities.places import Gazetteer, Place, coordinates, everyday_words
from tutela.engines.patterns.entities.prices import dates, prices
from tutela.engines.patterns.entities.wallets import wallets

__all__ = [
    "CONTACTS", "NOT_VALIDATED", "Entity", "Gazetteer", "Kind", "Place", "contacts", "coordinates", "dates",
    "entities", "everyday_words", "phones", "prices", "wallets",
]  # fmt: skip


def entities(
    text: str,
    *,
    regions: Sequence[str] = (),
    gazetteer: Gazetteer | None = None,
    everyday: Set[str] = frozenset(),
) -> tuple[Entity, ...]:
    """Everything in the raw `text`, in its order; `regions` are ISO 3166-1 codes where it was posted.

    A number inside a wallet, a link or a price is not a telephone.
    """
    first = [*wallets(text), *contacts(text), *prices(text), *dates(text)]
    calls = [one for one in phones(text, regions=regions) if not _inside(one, first)]
    named = gazetteer.find(text, countries=regions, everyday=everyday) if gazetteer else []
    named = [one for one in named if not _inside(one, first)]
    return tuple(sorted([*first, *calls, *named], key=lambda one: (one.start, one.end, one.kind)))


def _inside(one: Entity, others: Sequence[Entity]) -> bool:
    return any(other.start < one.end and one.start < other.end for other in others)
