"""`tutela match serve`: the answering side on a port. Every message of a kind has one length, and so has
its answer.
"""

from __future__ import annotations

import ipaddress
import signal
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tutela.engines.matching import messages
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated, speaking, spoken
from tutela.operations.matching import agreement as agreements
from tutela.operations.matching.answering import Answering
from tutela.operations.matching.secret import Secret
from tutela.operations.refusals import Refused
from tutela.operations.reports.telling import tell

__all__ = ["Asked", "serve", "server_of"]

_TIMEOUT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The command line."""

    folder: Path
    agreement: Path
    secret: Path
    host: str = "127.0.0.1"
    port: int = 8443
    certificate: Path | None = None
    certificate_key: Path | None = None


def serve(asked: Asked, *, now: Callable[[], datetime]) -> int:
    """Answers until it is told to stop; exit code 0."""
    agreed = agreements.read(asked.agreement)
    answering = Answering(asked.folder, agreed, Secret.read(asked.secret), now=now)
    server = server_of(answering, asked)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    says = _("{answering} answers {asking} on {address}.").format(
        answering=agreed.answering.name,
        asking=agreed.asking.name,
        address=isolated(f"{asked.host}:{server.server_address[1]}"),
    )
    tell(says)
    try:
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
        answering.close()
    return 0


def server_of(answering: Answering, asked: Asked) -> ThreadingHTTPServer:
    """A server that is bound and not yet started. Off this machine only with a certificate."""
    if not _is_this_machine(asked.host) and asked.certificate is None:
        raise Refused(
            _(
                "Beyond this machine nothing goes without encryption: give --certificate and "
                "--certificate-key."
            )
        )

    class Handler(_Handler):
        answers = answering
        language = spoken()

    try:
        server = _Server((asked.host, asked.port), Handler)
    except OSError as error:
        raise Refused(
            _("Port {port} cannot be taken: {problem}.").format(port=asked.port, problem=error.strerror)
        ) from error
    if asked.certificate is not None:
        try:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(asked.certificate, asked.certificate_key)
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )  # a client that says nothing holds up its own thread alone
        except (OSError, ssl.SSLError) as error:
            server.server_close()
            raise Refused(
                _("{file} is no certificate with its key.").format(file=isolated(str(asked.certificate)))
            ) from error
    return server


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Server(ThreadingHTTPServer):
    """One that tells no terminal who could not be understood."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A line that broke, or was no TLS: the client sees it closed, and nothing was answered."""


class _Handler(BaseHTTPRequestHandler):
    """Four addresses; nothing of a message is logged. `language`: of whoever started it, for each thread."""

    answers: Answering
    language: str
    timeout = _TIMEOUT
    server_version, sys_version = "tutela", ""

    def do_GET(self) -> None:
        if self.path == "/table":
            table = self.answers.table
            return self._send(404 if table is None else 200, table or b"")
        name = self.path.removeprefix("/reply/")
        if name != self.path and len(name) == 32 and all(one in "0123456789abcdef" for one in name):
            reply = self.answers.reply(bytes.fromhex(name))
            return self._send(404 if reply is None else 200, reply or b"")
        return self._send(404, b"")

    def do_POST(self) -> None:
        lengths = {"/question": messages.QUESTION, "/commitment": messages.COMMITMENT}
        length = self.headers.get("Content-Length", "")
        if self.path not in lengths or not length.isdecimal() or int(length) != lengths[self.path]:
            self.close_connection = True
            return self._send(400, b"")
        data = self.rfile.read(int(length))
        with speaking(self.language):
            return self._answer(data)

    def _answer(self, data: bytes) -> None:
        try:
            if self.path == "/question":
                return self._send(200, self.answers.question(data))
            self.answers.commitment(data)
            return self._send(204, b"")
        except Refused as problem:
            tell(str(problem))
            return self._send(503, b"")

    def log_message(self, *_: object) -> None:
        """Nobody's address is written down; what happened is in the log of the pair."""

    def _send(self, status: int, body: bytes) -> None:
        self.send_response_only(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
