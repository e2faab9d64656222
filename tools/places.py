"""Where things are in a checkout, and the surroundings in which its commands run."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
PEERS = ROOT / ".venv-peers"
"""Packages of others that benchmarks run beside ours; they pin what we do not."""
REQUIREMENTS = ROOT / "requirements"
BENCHMARKS = ROOT / "benchmarks"


def var() -> Path:
    """The folder with everything that changes: database, keys, uploads."""
    return Path(os.environ.get("TUTELA_VAR", ROOT / "var")).absolute()


def surroundings(**extra: str) -> dict[str, str]:
    """Environment for a command of this checkout: its own sources first, demo mode unless said otherwise."""
    inherited = os.environ.get("PYTHONPATH")
    sources = str(ROOT / "src")
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([sources, inherited]) if inherited else sources,
        "PYTHONUNBUFFERED": "1",
        "TUTELA_MODE": os.environ.get("TUTELA_MODE", "demo"),
        "TUTELA_VAR": str(var()),
        **extra,
    }
