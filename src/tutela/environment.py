"""Reads what the surroundings say: `TUTELA_NAME`, or the file that `TUTELA_NAME_FILE` points to."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path


class Mode(StrEnum):
    DEMO = "demo"
    TEST = "test"
    PRODUCTION = "production"


class EnvironmentWrong(Exception):
    """A setting from outside is missing, unreadable or unknown; the text says which and what to do."""


KNOWN = frozenset(
    {
        "MODE",
        "VAR",
        "HOSTS",
        "ORIGIN",
        "SECRET_KEY",
        "SECRET_KEY_OLD",
        "MASTER_KEY",
        "MASTER_KEY_OLD",
        "LOG_KEY",
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "EXIT_URL",
        "INSTALLATION",
        "TEST_DATABASE",
        "TEST_POSTGRES_URL",
        "PROXY_HTTPS",
    }
)


def check_names(variables: Mapping[str, str]) -> None:
    """Raises EnvironmentWrong for a TUTELA_ name that nothing reads: a typing error must not stay unseen."""
    for name in variables:
        known = name.removeprefix("TUTELA_").removesuffix("_FILE") in KNOWN
        if name.startswith("TUTELA_") and not known:
            raise EnvironmentWrong(f"{name} is not a setting of Tutela. See docs/reference/settings.md.")


def text(name: str, default: str = "") -> str:
    """The value of TUTELA_`name`, or what stands in the file that TUTELA_`name`_FILE names, or `default`."""
    path = os.environ.get(f"TUTELA_{name}_FILE")
    if path is None:
        return os.environ.get(f"TUTELA_{name}", default)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as problem:
        raise EnvironmentWrong(f"TUTELA_{name}_FILE: cannot read {path} ({problem.strerror}).") from problem


def kept_secret(name: str, path: Path, *, create: bool) -> str:
    """A secret from the environment, or from `path`; made there (mode 0600) when `create` and absent."""
    given = text(name)
    if given:
        return given
    if not path.exists():
        if not create:
            raise EnvironmentWrong(f"No TUTELA_{name}, and {path} is absent. Run `tutela init` first.")
        write_secret(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


def write_secret(path: Path, value: str) -> None:
    """Writes `value` so that only this account can read it, and never over an existing secret."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(value + "\n")
