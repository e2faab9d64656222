"""Counts tries of signing in where every process sees them: django-allauth asks Django's cache for them.

Django's own cache in the database would run whatever somebody with write access to the database puts there
(it unpickles). Here lie JSON, and names that say neither whose account nor whose address it was."""

from __future__ import annotations

import json
import time
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection
from django.utils.crypto import salted_hmac

_GET = "SELECT kept FROM organisations_tries WHERE name = %s AND ends_at > %s"
_PUT = """INSERT INTO organisations_tries (name, kept, ends_at) VALUES (%s, %s, %s)
    ON CONFLICT (name) DO UPDATE SET kept = excluded.kept, ends_at = excluded.ends_at"""
_ADD = f"{_PUT} WHERE organisations_tries.ends_at <= %s"
_TOUCH = "UPDATE organisations_tries SET ends_at = %s WHERE name = %s AND ends_at > %s"
_DELETE = "DELETE FROM organisations_tries WHERE name = %s"
_CLEAR = "DELETE FROM organisations_tries"
_FORGET = "DELETE FROM organisations_tries WHERE ends_at <= %s"
_FOR_EVER = 9e15  # seconds; what has no end


class SharedTries(BaseCache):
    """A cache of Django that lies in the database: of all processes one succeeds to `add` a name."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(_GET, [self._name(key, version), time.time()])
            found = cursor.fetchone()
        return json.loads(found[0]) if found else default

    def set(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        self._change(_PUT, [self._name(key, version), json.dumps(value), self._end(timeout)])

    def add(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        row = [self._name(key, version), json.dumps(value), self._end(timeout), time.time()]
        return self._change(_ADD, row) == 1

    def touch(self, key: str, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        row = [self._end(timeout), self._name(key, version), time.time()]
        return self._change(_TOUCH, row) == 1

    def delete(self, key: str, version: int | None = None) -> bool:
        return self._change(_DELETE, [self._name(key, version)]) == 1

    def clear(self) -> None:
        self._change(_CLEAR, [])

    def _name(self, key: str, version: int | None) -> str:
        made = self.make_key(key, version=version)
        return salted_hmac("tries", made, algorithm="sha256").hexdigest()

    def _end(self, timeout: float | None) -> float:
        ends = self.get_backend_timeout(timeout)
        return _FOR_EVER if ends is None else ends

    def _change(self, statement: str, row: list[Any]) -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement, row)
            return int(cursor.rowcount)


def forget_ended_tries(*, moment: float) -> int:
    """Removes what no limit asks for any more; `moment` in seconds since 1970. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [moment])
        return int(cursor.rowcount)
