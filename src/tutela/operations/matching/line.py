"""The way from the asking side to the answering side."""

from __future__ import annotations

import http.client
import ssl
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from tutela.operations.language import gettext as _
from tutela.operations.language import isolated
from tutela.operations.refusals import Refused

__all__ = ["Line"]


class Line:
    """The way to the answering side: encrypted, or to this machine."""

    def __init__(self, address: str, authority: Path | None) -> None:
        try:
            parts = urlsplit(address)
            known = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        except ValueError:  # a port that there is not
            known = False
        if not known:
            raise Refused(_no_address(address))
        if parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
            raise Refused(
                _("Beyond this machine nothing goes without encryption: use an address with https.")
            )
        self._parts, self._authority = parts, authority

    def post(self, path: str, body: bytes) -> bytes:
        status, content = self._do("POST", path, body)
        if status not in {200, 204}:
            raise Refused(
                _("The other side did not take the message ({status}).").format(
                    status=isolated(f"HTTP {status}")
                )
            )
        return content

    def get(self, path: str) -> bytes | None:
        status, content = self._do("GET", path, None)
        return content if status == 200 else None

    def _do(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        host, port = self._parts.hostname or "", self._parts.port
        try:
            if self._parts.scheme == "https":
                context = ssl.create_default_context(cafile=self._authority)
                connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                    host, port, timeout=60, context=context
                )
            else:
                connection = http.client.HTTPConnection(host, port, timeout=60)
            with closing(connection):
                connection.request(method, path, body)
                answer = connection.getresponse()
                content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Refused(
                _("The other side does not answer at {address}. Nothing was found out.").format(
                    address=isolated(self._parts.geturl())
                )
            ) from error
        return answer.status, content


def _no_address(address: str) -> str:
    return _("{address} is no address. Write it like https://match.example.org.").format(
        address=isolated(address)
    )
