"""Serving: says where it is, and leaves no process behind, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest
from tools.places import ROOT

from tools import machine, serve

SERVER = (
    "import http.server, sys; http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), None).serve_forever()"
)


def parent(port: int, other: str) -> list[str]:
    """A process that keeps a server and another command running, as `./run` does at a terminal.

    What a script starts in the background is deaf to Ctrl-C, and so would be its child here."""
    code = f"""
    import signal, sys
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.path.insert(0, {str(ROOT)!r})
    from tools import serve
    python = [sys.executable, "-c"]
    commands = {{"web server": [*python, {SERVER!r}, "{port}"], "worker": [*python, {other!r}]}}
    sys.exit(serve.keep_running(commands, when_up=lambda: print("up", flush=True), port={port}))
    """
    return [sys.executable, "-c", textwrap.dedent(code)]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_all_stops_when_told_to(number):
    port = machine.free_port(first=18_000)
    with subprocess.Popen(
        parent(port, "import os, time; print(os.getpid(), flush=True); time.sleep(60)"),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        said = {process.stdout.readline().strip(), process.stdout.readline().strip()}
        (worker,) = said - {"up"}
        process.send_signal(number)
        assert process.wait(timeout=20) == 0
    assert not _is_alive(int(worker))
    assert machine.free_port(first=port) == port, "the server still listens"


@pytest.mark.slow
def test_all_stops_when_one_part_ends():
    port = machine.free_port(first=18_100)
    done = subprocess.run(
        parent(port, "import time; time.sleep(1); exit(3)"),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 3
    assert "The worker ended with code 3" in done.stderr
    assert machine.free_port(first=port) == port


def test_accounts_are_shown_with_the_code_of_now():
    accounts = [
        {
            "email": "a@x.invalid",
            "password": "p",
            "organisation": "O",
            "roles": ["r", "s"],
            "totp_secret": "GEZDGNBV",
        },
        {"email": "b@x.invalid", "password": "q", "organisation": "O", "roles": []},
    ]
    text = serve.accounts_table(accounts, at=59)
    assert "r, s" in text
    assert serve.totp("GEZDGNBV", at=59) in text
    assert "none" in text.splitlines()[-1]


def test_without_accounts_the_way_to_them_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TUTELA_VAR", str(tmp_path))
    assert serve.show_codes() == 1
    assert "./run" in capsys.readouterr().err


def _is_alive(process_id: int) -> bool:
    time.sleep(0.1)
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True
