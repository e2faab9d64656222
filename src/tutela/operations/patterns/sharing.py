"""What ties templates: contacts that they share, and the places where their adverts stood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from tutela.engines.patterns.networks import Move, Network
from tutela.operations.language import gettext as _
from tutela.operations.language import in_a_row, isolated, ngettext, number, pgettext
from tutela.operations.patterns import drawing, words
from tutela.operations.patterns.gathering import Seen, by_contact
from tutela.operations.patterns.signs import coordinates_of_places
from tutela.operations.patterns.weighing import Study
from tutela.operations.reports import pages

_PLACES = 15
_NETWORKS = 20
_MOST = 50


def places(study: Study) -> str:
    """Where all adverts stood that repeat a template; nothing where no place is known."""
    seen = study.gathered.seen
    drawn = _map(seen, (), name="places", caption=_("All adverts that repeat a template."))
    if not drawn:
        return ""
    counts = Counter(place for one in seen for place in one.places if place)
    rows = [[place, number(count)] for place, count in counts.most_common(_PLACES)]
    caption = _("The places with most adverts")
    listed = pages.table([_("Place"), _("Adverts")], rows, caption=caption, numbers=(1,))
    return pages.section(_("Where"), drawn, listed)


def networks(study: Study) -> str:
    """Templates that share a contact, and contacts that say nothing or are named elsewhere."""
    adverts = {one.number: one.seen.adverts for one in study.templates}
    parts = [
        _network(network, place, study, adverts)
        for place, network in enumerate(study.networks.networks[:_NETWORKS], start=1)
    ]
    parts += [*_hubs(study), *_elsewhere(study)]
    if not parts:
        parts = [pages.paragraph(_("No two templates name the same contact."))]
    else:
        parts.insert(0, pages.paragraph(_("A shared contact ties two templates; it never makes them one.")))
    return pages.section(_("Who shares a contact"), *parts)


def _map(seen: Sequence[Seen], moves: Sequence[Move], *, name: str, caption: str) -> str:
    """Where adverts stood, with their changes of place; nothing where no place is known."""
    where = coordinates_of_places()
    counts = Counter(place for one in seen for place in one.places if place in where)
    if not counts:
        return ""
    hops = [(move.before.place, move.after.place) for move in moves]
    return pages.figure(drawing.places(counts, where, hops, name=name), f"{caption} {_(words.POLICY)}")


def _hubs(study: Study) -> list[str]:
    hubs = sorted(study.networks.hubs.items(), key=lambda one: -one[1])
    if not hubs:
        return []
    return [
        pages.table(
            [pgettext("of adverts", "Contact"), pgettext("of adverts", "Templates")],
            [[label, number(count)] for label, count in hubs[:_MOST]],
            caption=_("Named by so many templates that they tie nothing: switchboards, platforms"),
            numbers=(1,),
        )
    ]


def _elsewhere(study: Study) -> list[str]:
    keys, named = study.keys, by_contact(study.gathered.seen)
    rows = [
        [label, number(count), in_a_row([keys[one] for one in named[label][:5]])]
        for label, count in study.gathered.elsewhere.most_common()
        if label in named
    ]
    if not rows:
        return []
    heads = [pgettext("of adverts", "Contact"), _("Other adverts"), pgettext("of adverts", "Templates")]
    caption = _("Contacts of templates that adverts without a template name too")
    return [pages.table(heads, rows[:_MOST], caption=caption, numbers=(1,))]


def _network(network: Network, place: int, study: Study, adverts: Mapping[int, int]) -> str:
    members = [one for one in study.templates if one.number in set(network.templates)]
    went = _map(
        [one.seen for one in members],
        [move for one in members for move in one.moves],
        name=f"went-{place}",
        caption=_("Where its adverts stood."),
    )
    drawn = pages.figure(drawing.ties(network, study.keys, adverts, name=f"network-{place}"), "")
    total = sum(adverts[one] for one in network.templates)
    title = _("{name}: {counts}").format(
        name=isolated(f"N-{place}"),
        counts=in_a_row([words.templates(len(network.templates)), words.adverts(total)]),
    )
    shown = f"<h3>{title}</h3>{drawn}{_groups(network, study)}{_ties(network, study)}{went}"
    return f'<article class="card" id="N-{place}">{shown}</article>'


def _groups(network: Network, study: Study) -> str:
    groups = network.communities
    if len(groups) < 2:
        return ""
    falls = ngettext("It falls into {count} group:", "It falls into {count} groups:", len(groups))
    rows = [in_a_row([study.keys[one] for one in group[:8]]) for group in groups]
    return pages.paragraph(falls.format(count=number(len(groups)))) + pages.bullets(rows)


def _ties(network: Network, study: Study) -> str:
    keys = study.keys
    rows = [
        [keys[one.first], keys[one.second], in_a_row(one.contacts[:6]), number(one.weight, decimals=2)]
        for one in sorted(network.ties, key=lambda one: -one.weight)[:_MOST]
    ]
    template = pgettext("of adverts", "Template")
    heads = [template, template, pgettext("of templates", "Shared"), pgettext("of templates", "Weight")]
    return pages.table(heads, rows, caption=pgettext("of templates", "Ties"), numbers=(3,))
