"""A walk over all open files for a change of law, in a process that can be killed.

`python -m tests.proofs.law_walker` says how many files are done after each small batch."""

from __future__ import annotations

import django

django.setup()

from tests.cast import NOON  # noqa: E402 (models can be imported only now)

from tutela.foundation.access.decision import SYSTEM  # noqa: E402
from tutela.foundation.access.scope import Scope, within  # noqa: E402
from tutela.rights.changes import work  # noqa: E402
from tutela.rights.changes.models import LawPass, PassKind  # noqa: E402

work.BATCH.update({PassKind.COUNT: 4, PassKind.CARRY: 4})


def walk() -> None:
    with within(Scope(system=True)):
        waiting = [row.pk for row in LawPass.objects.filter(finished_at__isnull=True)]
    for pass_id in waiting:
        more = True
        while more:
            more = work.step(pass_id, by=SYSTEM, at=NOON)
            with within(Scope(system=True)):
                print(LawPass.objects.get(pk=pass_id).done, flush=True)


if __name__ == "__main__":
    walk()
