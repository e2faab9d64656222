"""The watch: sweeps deadlines and signs the log, again and again."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from datetime import datetime

from django.db import connection
from django.utils import timezone

from tutela.cooperation.actions import expire_referrals
from tutela.foundation.access.decision import SYSTEM
from tutela.foundation.access.scope import Scope, within
from tutela.foundation.audit import log
from tutela.foundation.clocks import actions as clocks
from tutela.foundation.organisations.tries import forget_ended_tries
from tutela.rights.changes import work as changes_of_law

SECONDS = 10.0
ROUNDS_AN_HOUR = 360
ROWS_LOOKED_AT = 20_000

logger = logging.getLogger("tutela.watch")


def watch(*, once: bool) -> int:
    """Goes round until the process is stopped; what was half done is rolled back and done next time."""
    stop = threading.Event()
    turns = itertools.count()
    while True:
        more = False
        try:
            more = go_round(at=timezone.now())
            if next(turns) % ROUNDS_AN_HOUR == 0:
                forget_ended_tries(moment=time.time())
                keep_statistics()
        except Exception:
            logger.exception("a round failed; the next one tries again")
            if once:
                raise
        finally:
            connection.close()
        if once or stop.wait(0 if more else SECONDS):
            return 0


def go_round(*, at: datetime) -> bool:
    """Returns whether a change of law has more work that need not wait."""
    with within(Scope(system=True)):
        warned, breached = clocks.sweep(by=SYSTEM, at=at)
        expire_referrals(by=SYSTEM, at=at)
    with within(Scope(system=True)):
        log.sequence(at=at)
    if breached:
        logger.info("%s deadlines breached, %s to warn of", breached, warned)
    return changes_of_law.go_on(by=SYSTEM, at=at, seconds=SECONDS)


def keep_statistics() -> None:
    """SQLite chooses an index by what it knows of the tables: without, a list of many
    cases takes a second. PostgreSQL looks after this by itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit = {ROWS_LOOKED_AT}")
            cursor.execute("ANALYZE")
