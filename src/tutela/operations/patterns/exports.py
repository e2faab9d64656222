"""What other programs read of the report: tables, a form for decisions, a graph, lines on a map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import networkx

from tutela import __version__
from tutela.engines.patterns import ALGORITHM_VERSION
from tutela.engines.patterns.entities import Entity
from tutela.operations.patterns import marking
from tutela.operations.patterns.asked import Asked
from tutela.operations.patterns.keeping import Grounds, Keeping
from tutela.operations.patterns.weighing import Study, Weighed, unclustered

TEMPLATES = (
    "template", "points", "adverts", "texts", "saved", "first", "last", "places", "countries", "contacts",
    "reasons", "decided",
)  # fmt: skip
SLOTS = ("template", "slot", "kind", "value", "adverts")
FORM = ("template", "adverts", "points", "decision", "by", "note")


def template_row(one: Weighed) -> list[object]:
    seen = one.seen
    return [
        one.key, one.score.points, seen.adverts, one.texts, round(one.saved, 4),
        min(seen.times).date() if seen.times else "", max(seen.times).date() if seen.times else "",
        len({place for place in seen.places if place}), " ".join(sorted({c for c in seen.countries if c})),
        " | ".join(sorted(seen.contacts)), " ".join(reason.sign.id for reason in one.score.reasons),
        one.settled or "",
    ]  # fmt: skip


def form_row(one: Weighed) -> list[object]:
    return [one.key, one.seen.adverts, one.score.points, "", "", ""]


def slot_rows(asked: Asked, study: Study, keeping: Keeping) -> Iterable[list[object]]:
    def label(entity: Entity) -> str:
        return keeping.label(entity.kind, entity.value)

    for one in study.templates:
        for number, slot in enumerate(one.template.slots, start=1):
            shown: Counter[str] = Counter()
            for written, adverts in slot.values:
                shown[marking.value(written, asked.regions, label)] += adverts
            for written, adverts in shown.most_common():
                yield [one.key, number, slot.kind.value, written, adverts]


def result(asked: Asked, study: Study, grounds: Grounds) -> dict[str, Any]:
    gathered, keys = study.gathered, study.keys
    return {
        "tutela": __version__,
        "algorithm": ALGORITHM_VERSION,
        "basis": grounds.basis,
        "purpose": grounds.purpose,
        "files": [path.name for path in asked.files],
        "signs": asked.signs,
        "adverts": gathered.read,
        "dated": gathered.dated,
        "rows_lost": gathered.lost,
        "distinct_texts": len(gathered.corpus),
        "without_template": unclustered(gathered),
        "templates": [
            dict(zip(TEMPLATES, map(_plain, template_row(one)), strict=True)) for one in study.templates
        ],
        "networks": [
            {"name": f"N-{place}", "templates": [keys[one] for one in network.templates],
             "communities": [[keys[one] for one in group] for group in network.communities],
             "ties": [[keys[one.first], keys[one.second], list(one.contacts), round(one.weight, 4)]
                      for one in network.ties]}
            for place, network in enumerate(study.networks.networks, start=1)
        ],
        "hubs": dict(study.networks.hubs),
        "alerts": [
            {"name": one.name, "why": one.why, "week": str(one.week), "adverts": one.count,
             "expected": one.expected, "p": one.p, "until": str(one.until), "detail": one.detail}
            for one in study.alerts
        ],
    }  # fmt: skip


def _plain(value: object) -> object:
    return value if isinstance(value, int | float | str) else str(value)


def write_graph(path: Path, study: Study) -> None:
    """Templates and contacts as nodes of two kinds; adverts on the links. Contacts are labels."""
    graph = networkx.Graph()
    for one in study.templates:
        graph.add_node(one.key, kind="template", adverts=one.seen.adverts, points=one.score.points)
        for label, adverts in sorted(one.seen.contacts.items()):
            graph.add_node(label, kind=label.partition(" ")[0], hub=label in study.networks.hubs)
            graph.add_edge(one.key, label, adverts=adverts)
    networkx.write_graphml(graph, path)


def movement(study: Study) -> dict[str, Any]:
    """A line for each change of place, with its template and days."""
    features = [
        {
            "type": "Feature",
            "geometry": {
                "type": "LineString",
                "coordinates": [
                    [move.before.longitude, move.before.latitude],
                    [move.after.longitude, move.after.latitude],
                ],
            },
            "properties": {
                "template": one.key, "from": move.before.place, "to": move.after.place,
                "left": move.before.at.isoformat(), "came": move.after.at.isoformat(),
                "kilometres": round(move.kilometres), "too_fast": move.too_fast,
            },
        }
        for one in study.templates
        for move in one.moves
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}
