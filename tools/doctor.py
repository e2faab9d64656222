"""Says what is missing on this machine, what that costs, and the one command that mends it."""

from __future__ import annotations

import platform
import shutil
import sys
from dataclasses import dataclass

from tools import install, machine
from tools.places import ROOT, VENV_PYTHON, var
from tools.serve import call_tutela
from tools.table import table

ROOM_NEEDED_GB = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; only what is `needed` makes the doctor's visit end badly."""

    what: str
    well: bool
    found: str
    mend: str = ""
    needed: bool = False


def examine() -> int:
    """Prints the findings, then those of the application itself where it is installed."""
    findings = [_python(), _packages(), _room(), _port(), _postgres(), _chromium(), _fonts(), *_extras()]
    rows = [(f.what, "ok" if f.well else "missing", f.found, "" if f.well else f.mend) for f in findings]
    print(table(("what", "state", "found", "to mend it"), rows))
    ill = any(finding.needed and not finding.well for finding in findings)
    if VENV_PYTHON.exists() and install.is_installed("app"):
        print()
        ill = call_tutela("doctor") != 0 or ill
    return 1 if ill else 0


def _python() -> Finding:
    return Finding("Python", True, f"{platform.python_version()} at {sys.executable}")


def _packages() -> Finding:
    for lock in ("dev", "app"):
        if install.is_installed(lock):
            return Finding("packages", True, f"{lock}.lock, as locked", needed=True)
    return Finding("packages", False, "not installed, or not as locked", "./run (it installs them)")


def _room() -> Finding:
    place = next(folder for folder in (var(), *var().parents) if folder.exists())
    free = shutil.disk_usage(place).free / 1e9
    return Finding(
        "disk", free >= ROOM_NEEDED_GB, f"{free:.1f} GB free", f"free {ROOM_NEEDED_GB} GB under {ROOT}", True
    )


def _port() -> Finding:
    try:
        return Finding("port", True, f"{machine.free_port()} is free on this machine")
    except OSError as taken:
        return Finding("port", False, str(taken), "stop one of the programs that hold them", needed=True)


def _postgres() -> Finding:
    folder = machine.find_postgres()
    found = str(folder) if folder else "no server; SQLite serves, tests on PostgreSQL are skipped"
    return Finding("PostgreSQL", folder is not None, found, machine.how_to_install("postgresql"))


def _chromium() -> Finding:
    browser = machine.find_chromium()
    found = str(browser) if browser else "no browser; journeys are skipped"
    return Finding("Chromium", browser is not None, found, machine.how_to_install("chromium"))


def _fonts() -> Finding:
    well = machine.has_arabic_font()
    found = "Arabic among them" if well else "none for Arabic; pictures of pages show boxes"
    return Finding("fonts", well, found, machine.how_to_install("fonts"))


def _extras() -> list[Finding]:
    """What some calculations need more."""
    found = []
    for extra, use in (("places", "local statistics of places"), ("spark", "counting beyond one machine")):
        well = install.is_installed(extra)
        told = f"{extra}.lock, as locked" if well else f"not installed; for {use}"
        found.append(Finding(extra, well, told, f"./run add {extra}"))
    java = machine.java_version()
    enough = (java or 0) >= machine.OLDEST_JAVA
    told = f"Java {java}" if java else "no Java"
    needs = "" if enough else f"; Spark needs {machine.OLDEST_JAVA} or newer, nothing else does"
    return [*found, Finding("Java", enough, told + needs, machine.how_to_install("java"))]
