"""A wheel of Tutela works on its own, away from the checkout: pages, styles, words and law travel with it."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from tools.places import ROOT

from tools import install

pytestmark = pytest.mark.slow

LOOK = """
import tutela, django
django.setup()
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
assert "site-packages" in tutela.__file__, tutela.__file__
assert finders.find("tutela/tutela.css")
print(render_to_string("404.html"))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built without a network and without touching the checkout's dist/."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def elsewhere(wheel, tmp_path_factory) -> Path:
    """A fresh environment that has the wheel and, through a path file, the packages that it depends on."""
    folder = tmp_path_factory.mktemp("elsewhere")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    (packages,) = (folder / "venv" / "lib").glob("python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    command = [
        *install.installers(python=folder / "venv" / "bin" / "python")[0],
        "--no-deps",
        "--no-index",
        str(wheel),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_wheel_carries_all_that_a_page_needs(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for part in ("templates/base.html", "static/tutela/tutela.css"):
        assert f"tutela/web/{part}" in names
    for kind in (
        "src/tutela/**/templates/**/*.html",
        "src/tutela/**/static/**/*",
        "src/tutela/**/locale/**/*.mo",
    ):
        inside = {str(path.relative_to(ROOT / "src")) for path in ROOT.glob(kind) if path.is_file()}
        assert inside <= set(names), inside - set(names)
    law = {f"tutela/{path.relative_to(ROOT)}" for path in (ROOT / "library").rglob("*.y*ml")}
    assert law
    assert law <= set(names), law - set(names)


def test_the_wheel_carries_nothing_of_ours_alone(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    strays = [name for name in names if not name.startswith("tutela")]
    assert not strays
    assert not [name for name in names if "__pycache__" in name or name.endswith((".sqlite3", ".pyc"))]


def test_it_prepares_itself_and_finds_itself_well(elsewhere):
    for command in (["init"], ["migrate"], ["doctor"], ["law", "check"]):
        done = _run(elsewhere, elsewhere / "venv" / "bin" / "tutela", *command)
        assert done.returncode == 0, done.stdout + done.stderr


def test_it_draws_a_page(elsewhere):
    _run(elsewhere, elsewhere / "venv" / "bin" / "tutela", "init")
    _run(elsewhere, elsewhere / "venv" / "bin" / "tutela", "migrate")
    done = _run(elsewhere, elsewhere / "venv" / "bin" / "python", "-c", LOOK)
    assert done.returncode == 0, done.stderr
    assert "<!doctype html>" in done.stdout


def _run(elsewhere: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Outside the checkout, in an environment that knows nothing of it."""
    calm = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("TUTELA_", "PYTHON", "DJANGO_"))
    }
    surroundings = {
        **calm,
        "TUTELA_MODE": "demo",
        "TUTELA_VAR": str(elsewhere / "var"),
        "DJANGO_SETTINGS_MODULE": "tutela.settings",
    }
    return subprocess.run(
        command, cwd=elsewhere, env=surroundings, capture_output=True, text=True, check=False
    )
