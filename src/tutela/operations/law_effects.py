"""Works off what changes of law still have to do: whose rights would change, and rights brought into line."""

from __future__ import annotations

import time

from django.utils import timezone

from tutela.foundation.access.decision import SYSTEM
from tutela.foundation.access.scope import Scope, within
from tutela.rights.changes import work
from tutela.rights.changes.models import LawPass


def work_off() -> int:
    """Until nothing is left that can be done today. Stopped in the middle, it goes on where it was."""
    began = time.monotonic()
    while work.go_on(by=SYSTEM, at=timezone.now(), seconds=5):
        _tell()
    _tell()
    print(f"Nothing is left to do today ({time.monotonic() - began:.0f} s).")
    return 0


def _tell() -> None:
    with within(Scope(system=True), reading=True):
        for one in (
            LawPass.objects.select_related("change").filter(started_at__isnull=False).order_by("day", "id")
        ):
            state = "done" if one.finished_at else "at work"
            print(f"{one.get_kind_display()}: {one.change_id}: {one.done} of {one.total} open files, {state}")
