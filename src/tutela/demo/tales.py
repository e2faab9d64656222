"""The invented words of stories.yaml, dealt out one after the other."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

_FILE = Path(__file__).with_name("stories.yaml")


@lru_cache(maxsize=1)
def _stories() -> dict[str, Any]:
    return dict(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def words(kind: str, *, chance: Random) -> str:
    """Something that is said on an occasion of this `kind`, such as `notes`."""
    said: str = chance.choice(_stories()[kind])
    return said


def reports(language: str) -> list[tuple[str, str]]:
    """What was seen and where, in the language of a desk."""
    return [(one["what"], one["where"]) for one in _stories()["reports"][language]]
