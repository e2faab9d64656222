"""Tutela: protection for people who have been trafficked, from the first signal to a durable solution."""

from __future__ import annotations

from pathlib import Path

__version__ = "0.1.0"

_PACKAGE = Path(__file__).resolve().parent


def library_path() -> Path:
    """Folder of law, indicators and code lists: inside an installed package, beside `src/` in a checkout."""
    installed = _PACKAGE / "library"
    return installed if installed.is_dir() else _PACKAGE.parent.parent / "library"
