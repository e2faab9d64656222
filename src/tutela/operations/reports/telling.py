"""How commands tell: progress for whoever runs one, and counts as they may be shown."""

from __future__ import annotations

import sys

from tutela.operations.language import gettext as _
from tutela.operations.language import number


def tell(line: str) -> None:
    """Progress, for whoever runs the command."""
    print(line, file=sys.stderr, flush=True)


def few(count: int, least: int) -> str:
    """A count as it may be shown: none, or `least` and more."""
    shown = count == 0 or count >= least
    return number(count) if shown else _("fewer than {count}").format(count=number(least))
