"""What comes from elsewhere is known: a reason for each dependency, a hash for each file, no shop named."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from tests.guards import scan
from tests.guards.scan import ROOT, Breach

VENDOR = ROOT / "tests" / "vendor"
# Spelled in pieces, so that this file may be tracked itself.
SHOPS = [
    "py" + "pi.org",
    "python" + "hosted.org",
    "registry.npm" + "js.org",
    "npm" + "mirror.com",
    "crates" + ".io",
]
WORKPLACES = ["/wo" + "rk/", "/ho" + "me/", "/ro" + "ot/"]
ADDRESS = re.compile("|".join(map(re.escape, SHOPS)))
WORKPLACE = re.compile(r"(?<![\w.~-])(?:" + "|".join(map(re.escape, WORKPLACES)) + r")\w")


def changed_files(vendor: Path) -> list[Breach]:
    """Files from npm are byte for byte what VENDOR.json says, and nothing lies there that it does not say."""
    entries = json.loads((vendor / "VENDOR.json").read_text(encoding="utf-8"))
    known = {entry["file"]: entry["sha256"] for entry in entries}
    there = {path.name: path for path in vendor.iterdir() if path.is_file() and path.name != "VENDOR.json"}
    wrong = [
        Breach(path, 1, "differs from its SHA-256 in VENDOR.json")
        for name, path in there.items()
        if name in known and hashlib.sha256(path.read_bytes()).hexdigest() != known[name]
    ]
    wrong += [Breach(path, 1, "is not in VENDOR.json") for name, path in there.items() if name not in known]
    return wrong + [
        Breach(vendor / name, 1, "is in VENDOR.json and not here") for name in known.keys() - there.keys()
    ]


def unreasoned_dependencies(project: Path) -> list[Breach]:
    """Every dependency has its reason beside it."""
    text = project.read_text(encoding="utf-8")
    settings = tomllib.loads(text)
    groups = [
        settings["build-system"]["requires"],
        settings["project"]["dependencies"],
        *settings["project"].get("optional-dependencies", {}).values(),
    ]
    lines = text.splitlines()
    return [
        Breach(project, number, f"{name} has no reason beside it")
        for name in (name for group in groups for name in group)
        for number, line in enumerate(lines, 1)
        if f'"{name}"' in line and not re.search(r'"[\],]*\s+#\s*\w+', line)
    ]


def named_places(files: dict[Path, str]) -> list[Breach]:
    """No file of the project names the shop its packages came from, or the machine it was written on."""
    return [
        Breach(path, scan.line_of(text, found.start()), f"names {found[0]!r}")
        for path, text in files.items()
        for pattern in (ADDRESS, WORKPLACE)
        for found in pattern.finditer(text)
    ]


def test_vendored_files_are_what_they_were():
    breaches = changed_files(VENDOR)
    assert not breaches, scan.shown(breaches)


def test_every_dependency_has_a_reason():
    breaches = unreasoned_dependencies(ROOT / "pyproject.toml")
    assert not breaches, scan.shown(breaches)


def test_no_tracked_file_names_a_shop_or_a_workplace():
    breaches = named_places(_tracked())
    assert not breaches, scan.shown(breaches)


def test_a_changed_a_missing_and_an_unknown_file_are_seen(tmp_path):
    entries = [{"file": name, "sha256": hashlib.sha256(b"x").hexdigest()} for name in ("a.js", "gone.js")]
    (tmp_path / "VENDOR.json").write_text(json.dumps(entries), encoding="utf-8")
    (tmp_path / "a.js").write_bytes(b"x and more")
    (tmp_path / "new.js").write_bytes(b"x")
    assert {breach.path.name for breach in changed_files(tmp_path)} == {"a.js", "new.js", "gone.js"}


def test_a_dependency_without_a_reason_is_seen(tmp_path):
    project = tmp_path / "pyproject.toml"
    project.write_text(
        '[build-system]\nrequires = ["hatchling"]  # builds\n'
        '[project]\ndependencies = [\n  "a",  # why\n  "b",\n]\n'
    )
    (breach,) = unreasoned_dependencies(project)
    assert breach.line == 6


@pytest.mark.parametrize(
    "bad", [f"https://{SHOPS[0]}/simple", f"cd {WORKPLACES[0]}a", f"({WORKPLACES[1]}ana)"]
)
def test_a_named_place_is_seen(bad):
    assert named_places({Path("x"): bad})


@pytest.mark.parametrize(
    "good", ["homework/first", "../shared/data", "/var/lib", "https://example.org/home/x"]
)
def test_other_paths_are_allowed(good):
    assert not named_places({Path("x"): good})


def _tracked() -> dict[Path, str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.fail("`git ls-files` failed: this guard reads what is tracked.")
    files = {}
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and "vendor" not in path.parts:
            files[path] = path.read_text(encoding="utf-8", errors="replace")
    return files
