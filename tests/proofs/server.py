"""The web server as `tutela serve` starts it, on a day on which it is always noon.

Run by tests/proofs/test_kill_server.py: `python -m tests.proofs.server PORT`. The server starts its worker by
loading this module again, so the clock is stopped there too."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from django.utils import timezone

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)  # that of tests.cast, which needs Django's models

timezone.now = lambda: NOON

if __name__ == "__main__":
    import django

    django.setup()
    from tutela.operations.serving import serve

    sys.exit(serve(host="127.0.0.1", port=int(sys.argv[1]), workers=1))
