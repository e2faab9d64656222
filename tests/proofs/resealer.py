"""A process that gives everybody a new key, and kills itself in the middle of one of the steps.

Run by tests/proofs/test_kill_resealing.py: `python -m tests.proofs.resealer STEP ATTACHMENTS`. Without a step
it comes to its end. It says when it begins."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django

STEPS = {
    "the organisation has a new key": ("keyring", "rotate_organisation_key", "after", 1),
    "new keys are being made": ("resealing.DataKey.objects", "bulk_create", "before", 1),
    "new keys are there": ("resealing", "replace_keys", "after", 2),
    "some rows of a step are sealed": ("resealing", "_sealed_anew", "after", 9),
    "the rows of one person are sealed": ("resealing", "seal_files", "before", 2),
    "half a paper is written": ("attachments.envelopes", "seal_stream", "half", 2),
    "a paper lies there twice": ("attachments", "remove_all_under", "before", 1),
    "papers are done": ("resealing", "seal_files", "after", 1),
    "old keys are being destroyed": ("resealing", "record", "before", 3),
    "the old keys of some are gone": ("resealing", "let_go", "after", 2),
    "all is done but saying so": ("resealing", "finish", "before", 1),
}


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def kill_in(step: str) -> None:
    """Arranges that this process dies there."""
    from tutela.foundation.vault import keyring, resealing
    from tutela.people import attachments

    place, name, when, calls = STEPS[step]
    owner: Any = {"keyring": keyring, "resealing": resealing, "attachments": attachments}[place.split(".")[0]]
    for part in place.split(".")[1:]:
        owner = getattr(owner, part)
    setattr(owner, name, dying(getattr(owner, name), when=when, calls=calls))


def dying(whole: Callable[..., Any], *, when: str, calls: int) -> Callable[..., Any]:
    """The same function, until it is called for that time."""
    left = calls

    def half(pieces: Iterator[bytes]) -> Iterator[bytes]:
        yield next(pieces)
        yield next(pieces)
        die()

    def called(*given: Any, **named: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0 and when == "before":
            die()
        result = whole(*given, **named)
        if left == 0 and when == "half":
            return half(result)
        if left == 0:
            from django.db import transaction

            transaction.on_commit(die) if transaction.get_connection().in_atomic_block else die()
        return result

    return called


def main(step: str, attachments: str) -> int:
    from django.conf import settings

    from tutela.operations.resealing import reseal

    settings.ATTACHMENTS = Path(attachments)
    if step:
        kill_in(step)
    print("begins", flush=True)
    return reseal(person="", organisation="", batch=1)


if __name__ == "__main__":
    django.setup()
    sys.exit(main(*sys.argv[1:]))
