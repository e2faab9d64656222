"""How accounts come to be: by invitation only; and how their second factors are kept: sealed."""

from __future__ import annotations

import base64

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from tutela.foundation.vault.master import master_keys

_CONTEXT = b"second factor"


class InvitationOnly(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc]
    """TOTP secrets and recovery seeds lie in the database under the master key."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(master_keys().wrap(text.encode(), context=_CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return master_keys().unwrap(base64.b64decode(encrypted_text), context=_CONTEXT).decode()
