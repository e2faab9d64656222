"""The web server refuses what would not be safe."""

from __future__ import annotations

import socket

import pytest

from tutela.operations import serving
from tutela.operations.refusals import Refused


def test_a_port_on_which_somebody_listens_is_refused():
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Refused, match=f"Port {port} is taken"):
            serving.serve(host="127.0.0.1", port=port, workers=1)
