"""Argon2 with a limit: a hash takes about 100 MiB, and a burst of sign-ins must not exhaust the machine."""

from __future__ import annotations

from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

AT_ONCE = 2
_places = BoundedSemaphore(AT_ONCE)


class TwoAtATime(Argon2PasswordHasher):
    """No more than `AT_ONCE` hashes in one process; others wait their turn."""

    def encode(self, password: str, salt: str) -> str:
        with _places:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _places:
            return super().verify(password, encoded)
