"""Writes requirements/*.lock again from pyproject.toml, with hashes and without the name of any registry."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence

from tools.install import BUILT_HERE
from tools.places import REQUIREMENTS, ROOT, VENV_PYTHON

LIKE_DEV = ("--constraint", "requirements/dev.lock")
LOCKS: dict[str, tuple[str, ...]] = {
    "dev": ("pyproject.toml", "--extra", "dev"),
    "app": ("pyproject.toml", *LIKE_DEV),
    "places": ("pyproject.toml", "--extra", "places", *LIKE_DEV),
    "spark": ("pyproject.toml", "--extra", "spark", *LIKE_DEV, "--no-binary", BUILT_HERE),
    "build": ("requirements/build.in", *LIKE_DEV),
    "peers": ("requirements/peers.in",),
}
"""What each lock is resolved from; all but the peers go into one environment, so they agree with dev.lock."""


def relock(arguments: Sequence[str]) -> int:
    """Runs uv's resolver for each lock; `--upgrade` and the like are passed on."""
    uv = _uv()
    if uv is None:
        print("Locking needs uv: .venv/bin/python -m pip install uv", file=sys.stderr)
        return 1
    for name, source in LOCKS.items():
        target = REQUIREMENTS / f"{name}.lock"
        command = [
            *uv, "pip", "compile", *source, "--output-file", str(target), "--quiet",
            "--generate-hashes", "--universal", "--python-version", "3.11", "--only-binary", ":all:",
            "--no-header", "--no-emit-index-url", "--no-emit-find-links", *arguments,
        ]  # fmt: skip
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        if code != 0:
            return code
        check_no_address(target.read_text(encoding="utf-8"))
        print(f"Wrote {target.relative_to(ROOT)}.")
    return 0


def check_no_address(text: str) -> None:
    """Raises ValueError where a lock names a place to download from: that is for the installer's settings."""
    named = [line for line in text.splitlines() if "://" in line]
    if named:
        raise ValueError(f"A lock must not name an address: {named[0].strip()}")


def _uv() -> list[str] | None:
    found = shutil.which("uv")
    if found:
        return [found]
    module = [str(VENV_PYTHON), "-m", "uv"]
    has_module = VENV_PYTHON.exists() and subprocess.run(
        [*module, "--version"], capture_output=True, check=False
    )
    return module if has_module and has_module.returncode == 0 else None
