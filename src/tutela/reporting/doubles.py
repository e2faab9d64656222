"""A button pressed twice sends a form twice: both get the same answer, so that no number is lost unseen.

The answer to a form is kept in memory for half a minute, under a hash of the whole form: only who sends the
very same words again gets it. After that it is gone, and who sends the form again reads that it is safe."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from threading import Lock, Timer
from typing import Final

KEPT_SECONDS: Final = 30.0
LONGEST_WAIT: Final = 60.0


class Doubles:
    """Runs the work of one form once, and lets its doubles wait for the same answer."""

    def __init__(self, *, kept_seconds: float = KEPT_SECONDS) -> None:
        self._lock = Lock()
        self._answers: dict[bytes, Future[str]] = {}
        self._kept_seconds = kept_seconds

    def once(self, form: Iterable[tuple[str, str]], work: Callable[[], str]) -> str:
        """Returns what `work` returned for the first of equal forms; raises what it raised."""
        name = hashlib.sha256(repr(sorted(form)).encode("utf-8", "surrogatepass")).digest()
        with self._lock:
            running = self._answers.get(name)
            if running is None:
                mine: Future[str] = Future()
                self._answers[name] = mine
        if running is not None:
            return running.result(timeout=LONGEST_WAIT)
        try:
            mine.set_result(work())
        except BaseException as problem:
            self._answers.pop(name, None)
            mine.set_exception(problem)
            raise
        forget = Timer(self._kept_seconds, self._answers.pop, (name, None))
        forget.daemon = True
        forget.start()
        return mine.result()
