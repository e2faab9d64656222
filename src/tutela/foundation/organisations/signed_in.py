"""The session and the account behind a request: every page asks for them, by queries that are built once."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from tutela.foundation.organisations.access import account_of_session, running_session
from tutela.foundation.organisations.models import User


class Accounts(AuthenticationBackend):  # type: ignore[misc]
    """Signs in as allauth does."""

    def get_user(self, user_id: Any) -> User | None:
        found: User | None = account_of_session().first(id=user_id)
        return found if found is not None and self.user_can_authenticate(found) else None


class SessionStore(db.SessionStore):
    """Django's sessions in the database."""

    def _get_session_from_db(self) -> Session | None:
        found: Session | None = running_session().first(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found
