"""Brings Tutela up from nothing: keys, database, demonstration data, web server and worker, until Ctrl-C."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from tools.machine import held_port
from tools.places import VENV_PYTHON, surroundings, var
from tools.table import table
from tools.totp import totp

HOST = "127.0.0.1"
PREPARE = ("init", "migrate", "seed")
STOP_SECONDS = 10.0
START_SECONDS = 30.0


def tutela(*arguments: str) -> list[str]:
    """The command line of `tutela` in this checkout."""
    return [str(VENV_PYTHON), "-m", "tutela", *arguments]


def call_tutela(*arguments: str) -> int:
    """Runs `tutela` in the caller's folder, so that a path means what the caller means by it."""
    return subprocess.run(tutela(*arguments), env=surroundings(), check=False).returncode


def serve() -> int:
    """Prepares and serves; returns when stopped or when a part of it has ended by itself."""
    for step in PREPARE:
        code = call_tutela(step)
        if code != 0:
            print(
                f"`tutela {step}` failed; nothing was started. `./run doctor` looks for the cause.",
                file=sys.stderr,
            )
            return code
    with held_port() as port:
        if port != 8000:
            print(f"Port 8000 is taken: using {port}.")
        commands = {
            "web server": tutela("serve", "--host", HOST, "--port", str(port)),
            "worker": tutela("worker"),
        }
        return keep_running(commands, when_up=lambda: _welcome(port), port=port)


def keep_running(commands: Mapping[str, Sequence[str]], *, when_up: Callable[[], None], port: int) -> int:
    """Starts all commands, calls `when_up` once `port` answers, and stops all when one ends or on Ctrl-C."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _as_interrupt)
    # Each child has its own process group: Ctrl-C reaches this process alone, which then stops them in order.
    children = {
        name: subprocess.Popen(command, env=surroundings(), process_group=0)
        for name, command in commands.items()
    }
    try:
        if _answers(port, children.values()):
            when_up()
        while all(child.poll() is None for child in children.values()):
            time.sleep(0.2)
        name, ended = next((name, child) for name, child in children.items() if child.poll() is not None)
        print(f"The {name} ended with code {ended.returncode}; stopping the rest.", file=sys.stderr)
        return ended.returncode or 1
    except KeyboardInterrupt:
        print("\nStopping.")
        return 0
    finally:
        _stop(list(children.values()))


def accounts_table(accounts: Sequence[Mapping[str, Any]], *, at: float) -> str:
    """The demonstration accounts with the code that their second factor shows at `at`, seconds since 1970."""
    rows = [
        (
            account["email"],
            account["password"],
            totp(account["totp_secret"], at=at) if account.get("totp_secret") else "none",
            account["organisation"],
            ", ".join(account["roles"]),
        )
        for account in accounts
    ]
    return table(("email", "password", "code now", "organisation", "roles"), rows)


def _welcome(port: int) -> None:
    print(f"\nTutela is at http://{HOST}:{port}/\n")
    path = var() / "demo-accounts.json"
    if path.is_file():
        _show_accounts(path)
    print("\nCtrl-C stops it. Everything it keeps is under", var(), flush=True)


def _show_accounts(path: Path) -> None:
    print("Demonstration accounts: invented people, made for this folder alone.")
    print(accounts_table(json.loads(path.read_text(encoding="utf-8")), at=time.time()))
    print("A code lasts 30 seconds: `./run codes` shows this table again.")


def show_codes() -> int:
    """The accounts with their codes as they are now."""
    path = var() / "demo-accounts.json"
    if not path.is_file():
        print(
            "There are no demonstration accounts: `./run` makes them where the database is empty.",
            file=sys.stderr,
        )
        return 1
    _show_accounts(path)
    return 0


def _answers(port: int, children: Collection[subprocess.Popen[bytes]]) -> bool:
    """Whether something accepts connections on `port` before the time is up or a child has ended."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and all(child.poll() is None for child in children):
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex((HOST, port)) == 0:
                return True
        time.sleep(0.05)
    return False


def _stop(children: Sequence[subprocess.Popen[bytes]]) -> None:
    """Asks all to end, waits, and ends by force what did not; a second Ctrl-C leaves nothing behind."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            child.kill()
            child.wait()


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
