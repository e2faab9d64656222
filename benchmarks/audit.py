"""Appends to the audit log, and verifies all of it, at a million entries."""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from benchmarks.installation import machine
from tools.table import table

ENTRIES = int(os.environ.get("BENCH_ENTRIES", "1000000"))
BATCH = 5_000
SINGLE = 1_000
PEOPLE = 1_000
APPENDS_A_SECOND = 5_000
VERIFY_SECONDS = 10


def main() -> None:
    print(
        f"{machine()}\nNo peer beside: pymerkle, the nearest in Python, is under the GPL and not installed.\n"
    )
    folder = Path(tempfile.mkdtemp(prefix="tutela-bench-"))
    try:
        _set_up(folder)
        rows = _measure()
    finally:
        shutil.rmtree(folder)
    print(table(("what", "entries", "CPU s", "wall s", "entries/s of CPU", "target"), rows))


def _set_up(folder: Path) -> None:
    """An empty database on disk, as in real use."""
    os.environ |= {
        "TUTELA_MODE": "demo",
        "TUTELA_VAR": str(folder),
        "DJANGO_SETTINGS_MODULE": "tutela.settings",
    }
    os.environ.pop("TUTELA_DATABASE_URL", None)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def _measure() -> list[tuple[str, ...]]:
    from django.utils import timezone

    from tutela.foundation.access.scope import Scope, within
    from tutela.foundation.audit import log

    at = timezone.now()

    def sequence() -> None:
        with within(Scope(system=True)):
            while log.sequence(at=at):
                pass

    def verify() -> None:
        with log.one_moment(), within(Scope(system=True), reading=True):
            found = log.verify()
        if found.events != ENTRIES or found.waiting:
            raise RuntimeError(f"verified {found.events} events, {found.waiting} wait")

    single = [_timed(lambda: _append(1, SINGLE)) for _ in range(3)]
    rest = ENTRIES - 3 * SINGLE
    appended = _timed(lambda: _append(BATCH, rest))
    sequenced = _timed(sequence)
    verified = _timed(verify)
    both = (appended[0] + sequenced[0] * rest / ENTRIES, appended[1] + sequenced[1] * rest / ENTRIES)
    each = (statistics.median(cpu for cpu, _ in single), statistics.median(wall for _, wall in single))
    return [
        _row("append, each in its own transaction", SINGLE, each, ""),
        _row(f"append, {BATCH:,} a transaction", rest, appended, f"{APPENDS_A_SECOND:,}/s"),
        _row("give a place in the tree, and sign", ENTRIES, sequenced, ""),
        _row("append and place together", rest, both, f"{APPENDS_A_SECOND:,}/s"),
        _row("verify everything", ENTRIES, verified, f"{VERIFY_SECONDS} s"),
    ]


def _append(batch: int, count: int) -> None:
    from django.utils import timezone

    from tutela.foundation.access.decision import SYSTEM
    from tutela.foundation.access.scope import Scope, within
    from tutela.foundation.audit.models import Event
    from tutela.foundation.audit.record import record

    at, people, body = timezone.now(), [uuid4() for _ in range(PEOPLE)], uuid4()
    details = {"permission": "case.read"}
    for start in range(0, count, batch):
        with within(Scope(system=True)):
            size = min(batch, count - start)
            if batch == 1:
                record("look.summary", by=SYSTEM, at=at, kind="person", person_id=people[0], details=details)
                continue
            events = [
                Event(
                    id=uuid4(),
                    at=at,
                    organisation_id=body,
                    verb="look.summary",
                    kind="person",
                    person_id=people[place % PEOPLE],
                    purpose="care",
                    basis="assigned",
                    details=details,
                )
                for place in range(size)
            ]
            Event.objects.bulk_create(events, batch_size=500)


def _timed(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds of CPU and of wall time."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


def _row(what: str, entries: int, spent: tuple[float, float], target: str) -> tuple[str, ...]:
    cpu, wall = spent
    return (what, f"{entries:,}", f"{cpu:.1f}", f"{wall:.1f}", f"{entries / cpu:,.0f}", target)


if __name__ == "__main__":
    main()
