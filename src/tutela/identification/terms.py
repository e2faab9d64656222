"""How long an authority has to decide, where that is written, and how a decision can be looked at again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

import yaml

from tutela import library_path
from tutela.engines.clocks import Length, Unit
from tutela.engines.rights import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """The time for one decision in one country. `entry` is the law library's, empty where it has none."""

    length: Length
    name: str
    entry: str
    certainty: str
    source: str
    text: Texts
    review: Texts

    @property
    def is_in_law(self) -> bool:
        """Whether any law or guidance stands behind it, rather than a default of this installation."""
        return self.certainty != "none"


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return dict(yaml.safe_load((library_path() / "clocks" / "grounds.yaml").read_text(encoding="utf-8")))


def term_for(country: str) -> Term:
    """The country's own term, or the default, which says that it is one."""
    own = _data()["countries"].get(country)
    found = own or _data()["default"]
    return Term(
        length=Length(found["amount"], Unit(found["unit"])),
        name=f"grounds/{country if own else 'default'}",
        entry=found.get("law", ""),
        certainty=found["certainty"],
        source=found["source"],
        text=found["text"],
        review=found["review"],
    )


def open_for_deciding() -> timedelta:
    """How long an authority can read what was disclosed, while it has not decided."""
    return timedelta(days=_data()["disclosure"]["open_days"])


def open_after_deciding() -> timedelta:
    return timedelta(days=_data()["disclosure"]["after_decision_days"])
