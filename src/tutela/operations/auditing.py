"""The log of what happened, for the operator and for those who witness it."""

from __future__ import annotations

import dataclasses
import json
import time
from uuid import UUID

from django.utils import timezone

from tutela.foundation.access.scope import Scope, within
from tutela.foundation.audit import log
from tutela.foundation.audit.models import Checkpoint
from tutela.operations.refusals import Refused


def verify() -> int:
    """Recomputes the log; exit code 1 and the place of the fault when it is broken."""
    started = time.process_time()
    with within(Scope(system=True)):
        log.sequence(at=timezone.now(), look_back=1 << 62)
    try:
        with log.one_moment(), within(Scope(system=True), reading=True):
            found = log.verify()
    except log.LogBroken as broken:
        raise Refused(f"The log does NOT hold: {broken}") from broken
    seconds = time.process_time() - started
    print(f"The log holds: {found.events} events, {found.checkpoints} signed heads.")
    print(f"Checked in {seconds:.1f} s of CPU time.")
    return 0


def show_head() -> int:
    """Prints the newest signed head, to hand to a witness."""
    with within(Scope(system=True)):
        head = Checkpoint.objects.order_by("-size").first()
    if head is None:
        raise Refused("Nothing has been signed yet.")
    print(head.note, end="")
    return 0


def show_key() -> int:
    print(log.verifier().vkey)
    return 0


def prove(event: str) -> int:
    """Prints the proof that one event is in the log, as JSON."""
    try:
        event_id = UUID(event)
    except ValueError as problem:
        raise Refused("`tutela audit prove` needs the id of an event.") from problem
    with within(Scope(system=True)):
        try:
            print(json.dumps(dataclasses.asdict(log.prove(event_id)), indent=2))
        except log.LogBroken as broken:
            raise Refused(str(broken)) from broken
    return 0
