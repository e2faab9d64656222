"""Sweeps a million legal deadlines, of which a share has to be warned about or is breached."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from uuid import uuid4

from benchmarks.audit import _set_up
from benchmarks.installation import machine
from tools.table import table

CLOCKS = int(os.environ.get("BENCH_CLOCKS", "1000000"))
TARGET_SECONDS = 60
CHUNK = 20_000
SHARES = (0.02, 0.5)
"""How many have to move: a busy day, and the first sweep after a long standstill."""


def main() -> None:
    print(f"{machine()}\nTarget: {CLOCKS:,} clocks swept in less than {TARGET_SECONDS} s\n")
    rows = []
    for share in SHARES:
        folder = Path(tempfile.mkdtemp(prefix="tutela-bench-"))
        try:
            rows.append(_measure(folder, share))
        finally:
            shutil.rmtree(folder)
    print(
        table(("clocks", "warned", "breached", "CPU s", "wall s", "again, wall s", "clocks/s of CPU"), rows)
    )


def _measure(folder: Path, share: float) -> tuple[str, ...]:
    _set_up(folder)
    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    from tutela.foundation.access.decision import SYSTEM
    from tutela.foundation.access.scope import Scope, within
    from tutela.foundation.clocks.actions import sweep

    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = str(folder / "clocks.sqlite3")
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    now = timezone.now()
    _fill(share, now=now)
    spent = []
    for _ in range(2):
        cpu, wall = time.process_time(), time.perf_counter()
        with within(Scope(system=True)):
            moved = sweep(by=SYSTEM, at=now)
        spent.append((time.process_time() - cpu, time.perf_counter() - wall, moved))
    (cpu, wall, (warned, breached)), (_, again, _) = spent
    return (
        f"{CLOCKS:,}",
        f"{warned:,}",
        f"{breached:,}",
        f"{cpu:.1f}",
        f"{wall:.1f}",
        f"{again:.2f}",
        f"{CLOCKS / cpu:,.0f}",
    )


def _fill(share: float, *, now: datetime) -> None:
    """Running clocks of one organisation; half of those that must move are breached, half are short of it."""
    from tutela.demo.rows import Table, in_a_hurry
    from tutela.foundation.access.scope import Scope, within
    from tutela.foundation.clocks.models import Clock
    from tutela.foundation.organisations.models import Organisation

    chance = Random(5)
    table_of_clocks = Table(
        Clock,
        "id organisation_id person_id kind object_id source country amount unit started_at due_at warn_at"
        " state ended_at",
    )
    with in_a_hurry():
        with within(Scope(system=True)):
            body = Organisation.objects.create(
                name="Benchmark", kind="service_provider", country="GB", created_at=now
            )
        for start in range(0, CLOCKS, CHUNK):
            with within(Scope(system=True)):
                for _ in range(min(CHUNK, CLOCKS - start)):
                    place = chance.random()
                    days = -1 if place < share / 2 else 1 if place < share else chance.randint(10, 300)
                    due = now + timedelta(days=days)
                    table_of_clocks.add(
                        uuid4(), body.pk, uuid4(), "right", uuid4(), "L046", "GB", 30, "days",
                        due - timedelta(days=30), due, due - timedelta(days=6), "running", None,
                    )  # fmt: skip
                table_of_clocks.write()


if __name__ == "__main__":
    main()
