"""Demonstration installations with many cases, on either database, for the benchmarks that need them."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import postgres
from tools.places import ROOT, VENV_PYTHON, surroundings, var

_FILL = """
import sys, time
import django; django.setup()
from django.utils import timezone
from tutela.demo import seed
seed.fill(cases=int(sys.argv[1]), at=timezone.now())
"""


@dataclass(frozen=True, slots=True)
class Installation:
    """Where it is, and the surroundings in which its commands run."""

    database: str
    folder: Path
    environment: dict[str, str]

    def python(self, code: str, *arguments: str) -> str:
        """What `code` prints, run with Django's settings of this installation."""
        command = [str(VENV_PYTHON), "-c", code, *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout


@contextmanager
def installation(database: str, *, cases: int) -> Iterator[Installation]:
    """An installation with `cases`. The SQLite one stays in var/bench and is used again while its tables and
    its generator are those of now; the PostgreSQL one lasts as long as its server. Raises NoPostgres."""
    folder = var() / "bench" / f"{database}-{cases}"
    if database == "sqlite":
        made = Installation(database, folder, _environment(folder))
        _make_unless_there(made, cases)
        yield made
        return
    with postgres.running_server() as admin:
        urls = postgres.make_roles(admin).at("tutela_bench")
        postgres.create_database(urls, "tutela_bench")
        shutil.rmtree(folder, ignore_errors=True)
        owner = Installation(database, folder, _environment(folder, TUTELA_DATABASE_URL=urls.owner))
        _make(owner, cases)
        owner.python(_ANALYZE)
        yield Installation(database, folder, _environment(folder, TUTELA_DATABASE_URL=urls.app))
        shutil.rmtree(folder)


# Autovacuum does this within minutes of real use.
_ANALYZE = """
import django; django.setup()
from django.db import connection
connection.cursor().execute("SET statement_timeout = 0")
connection.cursor().execute("VACUUM ANALYZE")
"""


def _environment(folder: Path, **extra: str) -> dict[str, str]:
    plain = {name: value for name, value in surroundings().items() if not name.startswith("TUTELA_")}
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    ours = {"TUTELA_MODE": "demo", "TUTELA_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "tutela.settings"}
    return {**plain, **ours, "PYTHONPATH": paths, **extra}


def _make_unless_there(made: Installation, cases: int) -> None:
    stamp = made.folder / "made-from"
    if stamp.is_file() and stamp.read_text() == _fingerprint():
        print(f"Using {made.folder} again.", flush=True)
        return
    shutil.rmtree(made.folder, ignore_errors=True)
    _make(made, cases)
    stamp.write_text(_fingerprint())


def _make(made: Installation, cases: int) -> None:
    print(f"Making {cases:,} cases on {made.database} ...", flush=True)
    started, before = time.monotonic(), os.times()
    for step in ("init", "migrate"):
        subprocess.run(
            [str(VENV_PYTHON), "-m", "tutela", step],
            cwd=ROOT,
            env=made.environment,
            stdout=subprocess.DEVNULL,
            check=True,
        )
    made.python(_FILL, str(cases))
    wall, after = time.monotonic() - started, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    print(f"Made in {wall / 60:.1f} minutes, with {cpu / 60:.1f} minutes of one core.", flush=True)


def _fingerprint() -> str:
    """Of everything that decides what the generated database looks like."""
    digest = hashlib.sha256()
    for pattern in ("migrations/*.py", "demo/*.py", "demo/*.yaml"):
        for path in sorted((ROOT / "src" / "tutela").rglob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def machine() -> str:
    """What it ran on, in one line."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        "unknown processor",
    )
    load = os.getloadavg()[0]
    return f"{model}, {os.cpu_count()} cores, load {load:.1f} at the start, Python {sys.version.split()[0]}"
