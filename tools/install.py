"""Makes .venv and installs exactly what the hash-locked requirements name, or finds that it is already so."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.machine import how_to_install
from tools.places import PEERS, REQUIREMENTS, VENV, VENV_PYTHON

# Nothing but what the lock names, and nothing that runs code while it is installed.
RULES = ["--require-hashes", "--only-binary", ":all:"]
# The one package without a wheel (decision 0018): its source is hash-locked, and so is all that builds it.
BUILT_HERE = "pyspark"
TO_BUILD = ["--no-binary", BUILT_HERE, "--no-build-isolation"]
EXTRAS = ("places", "spark")
STAMP = "tutela-{lock}.sha256"


class CannotInstall(Exception):
    """Installing cannot go on; the text says why and what to do."""


def ensure(lock: str) -> None:
    """Brings .venv to `lock` ("app" or "dev"), doing nothing when a stamp of that lock stands there already.

    Raises CannotInstall.
    """
    if is_installed(lock):
        return
    if not _works(VENV_PYTHON):
        _make_venv(VENV)
    _install(REQUIREMENTS / f"{lock}.lock", python=VENV_PYTHON)
    _stamp(lock).write_text(fingerprint(lock), encoding="ascii")


def add(extra: str) -> None:
    """Brings what `extra` (one of EXTRAS) needs into .venv, beside what is there already.

    Raises CannotInstall.
    """
    if is_installed(extra):
        return
    ensure("app")
    rules: list[str] = []
    if extra == "spark":
        _install(REQUIREMENTS / "build.lock", python=VENV_PYTHON)
        rules = TO_BUILD
    _install(REQUIREMENTS / f"{extra}.lock", python=VENV_PYTHON, rules=rules)
    _stamp(extra).write_text(fingerprint(extra), encoding="ascii")


def peers() -> Path:
    """The Python of the peers that benchmarks run beside ours, installed when it is first asked for.

    Raises CannotInstall.
    """
    python = PEERS / "bin" / "python"
    stamp = PEERS / STAMP.format(lock="peers")
    if stamp.is_file() and stamp.read_text(encoding="ascii") == fingerprint("peers"):
        return python
    if not _works(python):
        _make_venv(PEERS)
    _install(REQUIREMENTS / "peers.lock", python=python)
    stamp.write_text(fingerprint("peers"), encoding="ascii")
    return python


def is_installed(lock: str) -> bool:
    """Whether .venv holds `lock` as it is now; dev holds all that app and places do."""
    if not VENV_PYTHON.exists():
        return False
    return any(
        _stamp(name).is_file() and _stamp(name).read_text(encoding="ascii") == fingerprint(name)
        for name in ({lock} if lock == "spark" else {lock, "dev"})
    )


def fingerprint(lock: str) -> str:
    """SHA-256 of a lock file: what is installed is current exactly when this has not changed."""
    return hashlib.sha256((REQUIREMENTS / f"{lock}.lock").read_bytes()).hexdigest()


def installers(*, python: Path) -> list[list[str]]:
    """How commands that install for `python` begin, best first: uv, its own pip, this Python's pip."""
    found = []
    uv = shutil.which("uv")
    if uv and _answers([uv, "--version"]):
        found.append([uv, "pip", "install", "--quiet", "--python", str(python)])
    if _answers([str(python), "-m", "pip", "--version"]):
        found.append([str(python), "-m", "pip", "install", "--quiet"])
    elif _answers([sys.executable, "-m", "pip", "--python", str(python), "--version"]):
        found.append([sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"])
    return found


def _make_venv(folder: Path) -> None:
    """A fresh environment, with pip where this Python can bring its own (Debian wants python3-venv)."""
    shutil.rmtree(folder, ignore_errors=True)
    bare = bool(shutil.which("uv")) or importlib.util.find_spec("ensurepip") is None
    print(f"Making {folder.name} with Python {sys.version.split()[0]}.", flush=True)
    command = [sys.executable, "-m", "venv", *(["--without-pip"] if bare else []), str(folder)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode != 0 and not bare:
        # Some distributions leave a broken ensurepip behind: go on without, another pip may serve.
        again = [*command[:3], "--without-pip", "--clear", str(folder)]
        made = subprocess.run(again, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise CannotInstall(f"Could not make {folder}:\n{made.stdout}{made.stderr}")


def _install(locked: Path, *, python: Path, rules: Sequence[str] = ()) -> None:
    commands = installers(python=python)
    if not commands:
        raise CannotInstall(
            f"{sys.executable} has neither pip nor ensurepip, and there is no uv.\n"
            f"Run this once, then ./run again: {how_to_install('venv')}"
        )
    for command in commands:
        print(f"Installing {locked.name} with {'pip' if '-m' in command else 'uv'}.", flush=True)
        whole = [*command, *RULES, *rules, "-r", str(locked)]
        if subprocess.run(whole, env=_calm_environment(), check=False).returncode == 0:
            return
    raise CannotInstall(
        f"The packages of {locked.name} could not be installed; the lines above say why.\n"
        "Behind a proxy set HTTPS_PROXY, with a mirror PIP_INDEX_URL; then ./run goes on where it stopped."
    )


def _calm_environment() -> dict[str, str]:
    """The environment without what would put packages outside .venv; uv learns of the mirror pip uses."""
    elsewhere = {"PIP_USER", "PIP_TARGET", "PIP_PREFIX"}
    calm = {key: value for key, value in os.environ.items() if key not in elsewhere}
    if "PIP_INDEX_URL" in calm:
        calm.setdefault("UV_DEFAULT_INDEX", calm["PIP_INDEX_URL"])
    return {**calm, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def _stamp(lock: str) -> Path:
    return VENV / STAMP.format(lock=lock)


def _works(python: Path) -> bool:
    return _answers([str(python), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"])


def _answers(command: list[str]) -> bool:
    """Whether a command runs and succeeds: a shim or a broken link on PATH does not."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
