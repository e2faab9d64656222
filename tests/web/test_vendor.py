"""Files that others wrote are exactly the files that they published."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ["tests/vendor", "library/geography"]
OUR_OWN = {"VENDOR.json", "README.md"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_vendored_file_is_listed_and_unchanged(folder: str) -> None:
    listed = json.loads((ROOT / folder / "VENDOR.json").read_text(encoding="utf-8"))
    present = {path.name for path in (ROOT / folder).iterdir()} - OUR_OWN
    assert present == {entry["file"] for entry in listed}
    for entry in listed:
        assert hashlib.sha256((ROOT / folder / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
        assert entry["npm"]
        assert entry["version"]
        assert entry["licence"]
