"""One template as people look at it: its text, why it is worth a look, what varies, and where it stood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from tutela.engines.patterns.entities import Entity
from tutela.engines.patterns.scores import Reason
from tutela.operations.language import gettext as _
from tutela.operations.language import in_a_row, isolated, ngettext, number, percent, pgettext
from tutela.operations.patterns import drawing, marking, words
from tutela.operations.patterns.asked import Asked
from tutela.operations.patterns.keeping import Decided, Keeping
from tutela.operations.patterns.weighing import Weighed
from tutela.operations.reports import pages

_VALUES = 12
_PLACES = 15
STYLE = """
.card { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.25rem; margin-block: 1.25rem; }
.card h3 { margin: 0 0 .25rem; font-size: 1.1rem; } .card p { margin-block: .5rem; }
.said { background: var(--tint); padding: .75rem 1rem; border-radius: .35rem; max-inline-size: none;
  overflow-wrap: anywhere; }
mark { background: none; color: inherit; border-block-end: 2px dotted var(--mark); padding-inline: .1em; }
.said strong { color: var(--mark); } code { font: .92em ui-monospace, monospace; overflow-wrap: anywhere; }
summary { cursor: pointer; padding-block: .35rem; } .points { font-weight: 600; }
a { color: var(--other); } td a { white-space: nowrap; }
td:not(.number):not(:has(.day)):nth-child(n + 5), .card td:nth-child(3):not(.number) {
  min-inline-size: 12rem; }
.card ul { padding-inline-start: 1.25rem; margin-block: .5rem; } figure { max-inline-size: 42rem; }
"""


def card(one: Weighed, asked: Asked, keeping: Keeping) -> str:
    def label(entity: Entity) -> str:
        return keeping.label(entity.kind, entity.value)

    days = [at.date() for at in one.seen.times]
    marks = _("Dotted: varies. Bold: triggered a sign. Contacts stand under labels.")
    parts = [
        f"<h3>{one.key}</h3>",
        _counts(one),
        f'<p class="said" dir="auto">{marking.marked(one, label)}</p>',
        pages.paragraph(marks, kind="soft"),
        _reasons(one.score.reasons, _hidden(one)),
        drawing.weeks(days, name=f"weeks-{one.key}") if days else "",
        pages.bullets(map(_said, one.decided)) if one.decided else "",
        details(_("What varies"), _slots(one, asked, label)),
        details(pgettext("of adverts", "Contacts"), _contacts(one)),
        _where(one),
    ]
    return f'<article class="card" id="{one.key}">{"".join(parts)}</article>'


def details(title: str, content: str) -> str:
    """Content that is folded away; nothing where there is none."""
    return f"<details><summary>{escape(title)}</summary>{content}</details>" if content else ""


def _counts(one: Weighed) -> str:
    texts = ngettext("{count} different text", "{count} different texts", one.texts)
    counts = in_a_row([words.adverts(one.seen.adverts), texts.format(count=number(one.texts))])
    saved = _("{share} saved by one template").format(share=percent(one.saved))
    points = f'<span class="points">{escape(words.points(one.score.points))}</span>'
    return f"<p>{points} · {escape(counts)} · {escape(saved)}</p>"


def _hidden(one: Weighed) -> str:
    """What adverts of the template did so that machines would not read them."""
    hidden = [
        f"{_(words.HIDDEN[name])} ({number(count)})"
        for name, count in one.seen.hidden.most_common()
        if name in words.HIDDEN
    ]
    if not hidden:
        return ""
    return _("Written to be hard to read for machines: {ways}.").format(ways=in_a_row(hidden))


def _reasons(reasons: Sequence[Reason], hidden: str) -> str:
    if not reasons:
        none = pages.paragraph(_("No sign was found: it only repeats."))
        return none + (pages.paragraph(hidden) if hidden else "")
    said = pages.bullets(map(_reason, reasons))
    return said + (pages.paragraph(hidden, kind="soft") if hidden else "")


def _reason(one: Reason) -> str:
    sign = one.sign
    measured = "" if one.measured is None else f" ({words.measured(sign.fact, one.measured)})"
    return f"{words.signed(sign.points)} · {sign.title}{measured} · {sign.grade.value}"


def _said(one: Decided) -> str:
    facts = {
        "day": isolated(one.at[:10]),
        "name": isolated(one.by),
        "decision": isolated(one.decision.value),
    }
    if one.note:
        return _("{day}: {name} says {decision} ({note}).").format(**facts, note=isolated(one.note))
    return _("{day}: {name} says {decision}.").format(**facts)


def _slots(one: Weighed, asked: Asked, label: marking.Label) -> str:
    rows = []
    for place, slot in enumerate(one.template.slots, start=1):
        shown: Counter[str] = Counter()
        for written, adverts in slot.values:
            shown[marking.value(written, asked.regions, label)] += adverts
        told = in_a_row(
            [f"{isolated(written)} ({number(adverts)})" for written, adverts in shown.most_common(_VALUES)]
        )
        rows.append(
            [number(place), number(slot.different), _and_more(told, slot.different), number(slot.empty)]
        )
    if not rows:
        return ""
    heads = [
        pgettext("of a template", "Slot"),
        pgettext("of a template", "Different"),
        _("Values (adverts)"),
        pgettext("of a template", "Without"),
    ]
    return pages.table(heads, rows, caption=_("In the order of the text"), numbers=(0, 1, 3))


def _and_more(told: str, different: int) -> str:
    more = different - _VALUES
    if more <= 0:
        return told
    says = ngettext("{names} and {count} more", "{names} and {count} more", more)
    return says.format(names=told, count=number(more))


def _contacts(one: Weighed) -> str:
    rows = [[label, number(count)] for label, count in one.seen.contacts.most_common(_VALUES * 2)]
    if not rows:
        return ""
    heads = [pgettext("of adverts", "Contact"), _("Adverts")]
    return pages.table(heads, rows, caption=_("Under their labels"), numbers=(1,))


def _where(one: Weighed) -> str:
    places = Counter(place for place in one.seen.places if place)
    if not places:
        return ""
    rows = [[place, number(count)] for place, count in places.most_common(_PLACES)]
    listed = pages.table([_("Place"), _("Adverts")], rows, caption=_("Places of its adverts"), numbers=(1,))
    return details(words.places(len(places)), listed)
