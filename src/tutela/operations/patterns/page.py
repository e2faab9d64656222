"""The page on which people decide: what to look at first, why, and what it cannot tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape

from tutela.engines.patterns import ALGORITHM_VERSION
from tutela.engines.patterns.entities import Entity
from tutela.engines.patterns.networks import Move, Network
from tutela.engines.patterns.scores import Reason
from tutela.operations.patterns import drawing, marking, words
from tutela.operations.patterns.asked import Asked
from tutela.operations.patterns.gathering import Seen, by_contact
from tutela.operations.patterns.keeping import Grounds, Keeping
from tutela.operations.patterns.signs import FACTS, coordinates_of_places
from tutela.operations.patterns.weighing import Study, Weighed, unclustered
from tutela.operations.reports import pages

_VALUES = 12
_PLACES = 15
_NETWORKS = 20
_BAD = 50
_STYLE = (
    drawing.STYLE
    + """
.card { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.25rem; margin-block: 1.25rem; }
.card h3 { margin: 0 0 .25rem; font-size: 1.1rem; } .card p { margin-block: .5rem; }
.said { background: var(--tint); padding: .75rem 1rem; border-radius: .35rem; max-inline-size: none;
  overflow-wrap: anywhere; }
mark { background: none; color: inherit; border-block-end: 2px dotted var(--mark); padding-inline: .1em; }
.said strong { color: var(--mark); } code { font: .92em ui-monospace, monospace; overflow-wrap: anywhere; }
summary { cursor: pointer; padding-block: .35rem; } .points { font-weight: 600; }
a { color: var(--other); } td a { white-space: nowrap; }
.card ul { padding-inline-start: 1.25rem; margin-block: .5rem; } figure { max-inline-size: 42rem; }
"""
)


def page(asked: Asked, study: Study, grounds: Grounds, keeping: Keeping) -> str:
    open_ = [one for one in study.templates if one.settled is None]
    settled = [one for one in study.templates if one.settled is not None]
    shown = open_[: asked.most]
    return pages.page(
        title=words.TITLE,
        style=_STYLE,
        sections=[
            pages.paragraph(_lead(study, len(open_)), kind="lead"),
            pages.paragraph(words.NOT_A_PERSON, kind="note"),
            pages.paragraph(f"Held on the basis: {grounds.basis}. For: {grounds.purpose}.", kind="soft"),
            _alerts(study),
            _ranking(shown, len(open_)),
            pages.section("How to decide", pages.paragraph(words.HOW_TO_DECIDE), _choices()),
            f"<section><h2>Templates</h2>{''.join(_card(one, asked, keeping) for one in shown)}</section>",
            _networks(study),
            _places(study),
            *([_settled(settled)] if settled else []),
            pages.section("What this cannot tell", pages.bullets(words.LIMITS)),
            pages.section("What it must not be used for", pages.bullets(words.FORBIDDEN)),
            _signs(study),
            _how(asked, study),
        ],
    )


def _lead(study: Study, open_: int) -> str:
    gathered = study.gathered
    in_templates = gathered.read - unclustered(gathered)
    return (
        f"{gathered.read:,} adverts were read, {len(gathered.corpus):,} of them different. {in_templates:,}"
        f" repeat one of {len(study.templates):,} templates; {open_:,} wait for a decision: {open_:,} looks"
        f" instead of {in_templates:,}."
    )


def _ranking(shown: Sequence[Weighed], all_: int) -> str:
    rows = "".join(
        f'<tr><td><a href="#{one.key}">{one.key}</a></td><td class="number">{one.score.points}</td>'
        f'<td class="number">{one.seen.adverts:,}</td><td class="number">{len(one.seen.contacts):,}</td>'
        f'<td class="number">{len({place for place in one.seen.places if place}):,}</td>'
        f"<td>{escape(', '.join(reason.sign.title for reason in one.score.reasons[:2]))}</td></tr>"
        for one in shown
    )
    heads = ("Template", "Points", "Adverts", "Contacts", "Places", "First reasons")
    numbers = (1, 2, 3, 4)
    head = "".join(
        f'<th scope="col"{" class=" + chr(34) + "number" + chr(34) if n in numbers else ""}>{name}</th>'
        for n, name in enumerate(heads)
    )
    caption = f"The {len(shown):,} heaviest of {all_:,} that wait. templates.csv has all."
    return pages.section(
        "What to look at first",
        f'<p class="soft">{caption}</p><div class="scroll"><table aria-label="{caption}"><thead>'
        f"<tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>",
    )


def _choices() -> str:
    rows = [[one.value, said] for one, said in words.DECISIONS.items()]
    return pages.table(["Word", "When it is"], rows, caption="Decisions")


def _card(one: Weighed, asked: Asked, keeping: Keeping) -> str:
    def label(entity: Entity) -> str:
        return keeping.label(entity.kind, entity.value)

    seen = one.seen
    days = [at.date() for at in seen.times]
    parts = [
        f"<h3>{one.key}</h3>",
        f'<p><span class="points">{one.score.points} points</span> · {seen.adverts:,} adverts, '
        f"{one.texts:,} different texts · {one.saved:.0%} saved by one template</p>",
        f'<p class="said" dir="auto">{marking.marked(one, label)}</p>',
        '<p class="soft">Dotted: varies. Bold: triggered a sign. Contacts stand under labels.</p>',
        _reasons(one.score.reasons, _hidden(one)),
        drawing.weeks(days, name=f"weeks-{one.key}") if days else "",
        _decided(one),
        _details("What varies", _slots(one, asked, label)),
        _details("Contacts", _contacts(one)),
        _where(one),
    ]
    return f'<article class="card" id="{one.key}">{"".join(parts)}</article>'


def _hidden(one: Weighed) -> str:
    """What adverts of the template did so that machines would not read them."""
    hidden = [
        f"{words.HIDDEN[name]} ({count:,})"
        for name, count in one.seen.hidden.most_common()
        if name in words.HIDDEN
    ]
    return f"Written to be hard to read for machines: {', '.join(hidden)}." if hidden else ""


def _reasons(reasons: Sequence[Reason], hidden: str) -> str:
    if not reasons:
        return pages.paragraph("No sign was found: it only repeats.") + (
            pages.paragraph(hidden) if hidden else ""
        )
    said = []
    for one in reasons:
        sign = one.sign
        measured = (
            f" ({words.FACTS_SHOWN[sign.fact].format(one.measured)})" if one.measured is not None else ""
        )
        said.append(f"{_signed(sign.points)} · {sign.title}{measured} · {sign.grade.value}")
    return pages.bullets(said) + (pages.paragraph(hidden, kind="soft") if hidden else "")


def _signed(points: int) -> str:
    return f"{points:+d}".replace("-", "−")


def _decided(one: Weighed) -> str:
    if not one.decided:
        return ""
    said = [
        f"{each.at[:10]}: {each.by} says {each.decision.value}{f' ({each.note})' if each.note else ''}."
        for each in one.decided
    ]
    return pages.bullets(said)


def _details(title: str, content: str) -> str:
    return f"<details><summary>{escape(title)}</summary>{content}</details>" if content else ""


def _slots(one: Weighed, asked: Asked, label: marking.Label) -> str:
    rows = []
    for number, slot in enumerate(one.template.slots, start=1):
        shown: Counter[str] = Counter()
        for written, adverts in slot.values:
            shown[marking.value(written, asked.regions, label)] += adverts
        told = ", ".join(f"{written} ({adverts:,})" for written, adverts in shown.most_common(_VALUES))
        more = f" … and {slot.different - _VALUES:,} more" if slot.different > _VALUES else ""
        rows.append([str(number), f"{slot.different:,}", f"{told}{more}", f"{slot.empty:,}"])
    if not rows:
        return ""
    heads = ["Slot", "Different", "Values (adverts)", "Without"]
    return pages.table(heads, rows, caption="In the order of the text", numbers=(0, 1, 3))


def _contacts(one: Weighed) -> str:
    rows = [[label, f"{count:,}"] for label, count in one.seen.contacts.most_common(_VALUES * 2)]
    return (
        pages.table(["Contact", "Adverts"], rows, caption="Under their labels", numbers=(1,)) if rows else ""
    )


def _where(one: Weighed) -> str:
    places = Counter(place for place in one.seen.places if place)
    if not places:
        return ""
    rows = [[place, f"{count:,}"] for place, count in places.most_common(_PLACES)]
    listed = pages.table(["Place", "Adverts"], rows, caption="Places of its adverts", numbers=(1,))
    return _details(f"{len(places)} {'place' if len(places) == 1 else 'places'}", listed)


def _map(seen: Sequence[Seen], moves: Sequence[Move], *, name: str, caption: str) -> str:
    """Where adverts stood, with their changes of place; nothing where no place is known."""
    where = coordinates_of_places()
    places = Counter(place for one in seen for place in one.places if place in where)
    if not places:
        return ""
    hops = [(move.before.place, move.after.place) for move in moves]
    return pages.figure(drawing.places(places, where, hops, name=name), f"{caption} {_POLICY}")


def _places(study: Study) -> str:
    seen = study.gathered.seen
    drawn = _map(seen, (), name="places", caption="All adverts that repeat a template.")
    if not drawn:
        return ""
    counts = Counter(place for one in seen for place in one.places if place)
    rows = [[place, f"{count:,}"] for place, count in counts.most_common(_PLACES)]
    listed = pages.table(["Place", "Adverts"], rows, caption="The places with most adverts", numbers=(1,))
    return pages.section("Where", drawn, listed)


_POLICY = "Borders as Natural Earth draws them; they are no opinion of Tutela."


def _alerts(study: Study) -> str:
    ended = (
        [pages.paragraph(f"{study.over:,} ended after two weeks: nobody confirmed them.", kind="soft")]
        if study.over
        else []
    )
    if not study.alerts:
        none = pages.paragraph("None stands for the last whole week of these adverts.")
        return pages.section("Alerts", none, *ended)
    rows = [
        [one.name, words.WHY[one.why] + (f": {one.detail}" if one.detail else ""), f"{one.count:,}",
         "–" if one.expected is None else f"{one.expected:.1f}", "–" if one.p is None else f"{one.p:.1g}",
         str(one.until)]
        for one in study.alerts[:_BAD]
    ]  # fmt: skip
    caption = (
        f"Week from {study.alerts[0].week}. A tenth of those about growth may be false. Each is over on its"
        " last day unless somebody confirms it as useful."
    )
    heads = ["Template or network", "Why", "Adverts", "Expected", "Chance", "Over on"]
    return pages.section("Alerts", pages.table(heads, rows, caption=caption, numbers=(2, 3, 4)), *ended)


def _networks(study: Study) -> str:
    found = study.networks
    named = by_contact(study.gathered.seen)
    keys = study.keys
    adverts = {one.number: one.seen.adverts for one in study.templates}
    parts = [
        _network(network, place, study, adverts)
        for place, network in enumerate(found.networks[:_NETWORKS], start=1)
    ]
    if found.hubs:
        rows = [[label, f"{count:,}"] for label, count in sorted(found.hubs.items(), key=lambda one: -one[1])]
        parts.append(
            pages.table(
                ["Contact", "Templates"], rows[:_BAD], numbers=(1,),
                caption="Named by so many templates that they tie nothing: switchboards, platforms",
            )
        )  # fmt: skip
    alone = [
        [label, f"{count:,}", ", ".join(keys[one] for one in named[label][:5])]
        for label, count in study.gathered.elsewhere.most_common()
        if label in named
    ]
    if alone:
        parts.append(
            pages.table(
                ["Contact", "Other adverts", "Templates"], alone[:_BAD], numbers=(1,),
                caption="Contacts of templates that adverts without a template name too",
            )
        )  # fmt: skip
    if not parts:
        return pages.section(
            "Who shares a contact", pages.paragraph("No two templates name the same contact.")
        )
    about = "A shared contact ties two templates; it never makes them one."
    return pages.section("Who shares a contact", pages.paragraph(about), *parts)


def _network(network: Network, place: int, study: Study, adverts: Mapping[int, int]) -> str:
    keys = study.keys
    members = [one for one in study.templates if one.number in set(network.templates)]
    moved = [move for one in members for move in one.moves]
    went = _map(
        [one.seen for one in members], moved, name=f"went-{place}", caption="Where its adverts stood."
    )
    drawn = drawing.ties(network, keys, adverts, name=f"network-{place}")
    rows = [
        [keys[one.first], keys[one.second], ", ".join(one.contacts[:6]), f"{one.weight:.2f}"]
        for one in sorted(network.ties, key=lambda one: -one.weight)[:_BAD]
    ]
    groups = (
        pages.paragraph(
            f"It falls into {len(network.communities)} groups: "
            + "; ".join(", ".join(keys[one] for one in group[:8]) for group in network.communities)
            + "."
        )
        if len(network.communities) > 1
        else ""
    )
    total = sum(adverts[one] for one in network.templates)
    title = f"N-{place}: {len(network.templates)} templates, {total:,} adverts"
    listed = pages.table(["Template", "Template", "Shared", "Weight"], rows, caption="Ties", numbers=(3,))
    shown = f"<h3>{title}</h3>{pages.figure(drawn, '')}{groups}{listed}{went}"
    return f'<article class="card" id="N-{place}">{shown}</article>'


def _settled(settled: Sequence[Weighed]) -> str:
    rows = [[one.key, str(one.settled), f"{one.seen.adverts:,}"] for one in settled]
    caption = "Two people agreed"
    return pages.section(
        "Settled", pages.table(["Template", "Decision", "Adverts"], rows, caption=caption, numbers=(2,))
    )


def _signs(study: Study) -> str:
    rows = [
        [
            one.title,
            "never counts" if one.protected else _signed(one.points),
            one.grade.value,
            f"{one.least:g} or more {FACTS[one.fact]}" if one.fact else "words",
            one.why,
            one.source,
        ]
        for one in study.signs
    ]
    heads = ["Sign", "Points", "Grade", "Looked for in", "Why", "Source"]
    caption = ". ".join(words.GRADES.values()) + "."
    return pages.section("All signs", pages.table(heads, rows, caption=caption, numbers=(1,)))


def _how(asked: Asked, study: Study) -> str:
    gathered = study.gathered
    settings = [
        ("Files", ", ".join(path.name for path in asked.files)),
        ("Alike from", f"{asked.settings.least:.2f} of the longest common sequence; more for short texts"),
        ("Regions whose numbers are tried", ", ".join(asked.regions) or "none: only numbers with + or 00"),
        ("Adverts with a day", f"{gathered.dated:,}"),
        ("Without a template", f"{unclustered(gathered):,}"),
        ("Rows that could not be read", f"{gathered.lost:,}"),
        ("Version of the method", str(ALGORITHM_VERSION)),
    ]
    bad = [f"{name}:{row.line}: {row.reason}" for name, row in gathered.bad[:_BAD]]
    return pages.section(
        "How it was worked out",
        pages.table(["Setting", "Value"], settings, caption="Settings"),
        _details("Rows that could not be read", pages.bullets(bad)) if bad else "",
    )
