"""Logs and error reports that cannot carry a name: where it broke and of what kind, never which values."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import Any

from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter

DEEPEST = 8


def _places(trace: TracebackType | None) -> str:
    return " < ".join(
        f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in traceback.extract_tb(trace)[::-1]
    )


class Nameless(logging.Filter):
    """Replaces an exception's text, which may quote what somebody typed, by its type and place."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[0]:
            kind, _, trace = record.exc_info
            record.msg = f"{record.name}: {kind.__name__} at {_places(trace)}"
            record.args = ()
            record.exc_info = record.exc_text = None
        elif record.name.startswith(("django.request", "django.security")):
            # The phrase ("Not Found") without the address, which may carry a secret.
            phrase = record.args[0] if isinstance(record.args, tuple) and record.args else record.msg
            record.msg = str(phrase).split(":")[0]
            record.args = ()
        return True


class NamelessReporter(ExceptionReporter):
    """An error report with the type and the place only: no variables, no settings, no request."""

    def get_traceback_text(self) -> SafeString:
        return SafeString(f"{getattr(self.exc_type, '__name__', 'Error')} at {_places(self.tb)}")

    def get_traceback_html(self) -> SafeString:
        return self.get_traceback_text()

    def get_traceback_data(self) -> dict[str, Any]:
        return {}
