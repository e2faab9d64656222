"""List, two-name search, opening a case and deciding, at a million cases, on SQLite and PostgreSQL."""

from __future__ import annotations

import gzip
import json
import os
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.installation import Installation, installation, machine
from tests.postgres import NoPostgres
from tools.machine import held_port
from tools.places import ROOT, VENV_PYTHON
from tools.table import table

CASES = int(os.environ.get("BENCH_CASES", "1000000"))
DATABASES = os.environ.get("BENCH_DATABASES", "sqlite postgres").split()
RATE = 20
RATES = {"decide": 2}
"""Requests a second. Nobody decides twenty times a second; pages are opened as often."""

SECONDS = 15
ONE_BY_ONE = 100
CSRF = "a" * 32
START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: who asks, for what, and the form when it is sent."""

    who: str
    address: str
    form: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """Wall times in ms at RATE requests a second, server CPU in ms a request, and bytes as they travel."""

    wall: list[float]
    cpu: float
    size: int
    unpacked: int


def main() -> None:
    print(f"{machine()}\nTargets: p50 < 30 ms and p95 < 100 ms at {RATE} requests/s; search in the database")
    print("p95 < 15 ms; at most 12 queries a page; at least 230 list pages/s a core; at most 60 kB a page\n")
    for database in DATABASES:
        try:
            with installation(database, cases=CASES) as made:
                _measure_all(made)
        except NoPostgres as problem:
            print(f"{database}: not measured, {problem}\n")


def _measure_all(made: Installation) -> None:
    known = json.loads(made.python("from benchmarks.known import tell; tell()"))
    with _server(made) as (port, pid):
        client = Client(port, known)
        rows = [
            _row(
                name,
                _measured(client, pid, asks, rate=RATES.get(name, RATE)),
                known["queries"].get(name),
            )
            for name, asks in _asks(known).items()
        ]
    print(f"\n{made.database}: {known['total']:,} cases, {known['held']:,} at the asking organisation")
    heads = ("page", "p50 ms", "p95 ms", "CPU ms", "a second, one core", "queries", "kB", "kB unpacked")
    print(table(heads, rows))
    spent, hits = zip(*known["search"], strict=True)
    print(
        f"search in the database: p50 {statistics.median(spent):.1f} ms, p95 {_p95(spent):.1f} ms"
        f" ({len(spent)} names of two words, {statistics.median(hits):.0f} people found on average)\n"
    )


def _asks(known: dict[str, Any]) -> dict[str, Iterator[Ask]]:
    """Endless requests of each kind; decisions end when none is left to decide."""
    return {
        "list": cycle([Ask("carl", "/files/")]),
        "list, own": cycle([Ask("bea", "/files/")]),
        "search": cycle(
            [Ask("carl", "/files/", {"q": name, "csrfmiddlewaretoken": CSRF}) for name in known["names"]]
        ),
        "open": cycle([Ask("carl", f"/files/{pk}/") for pk in known["files"]]),
        "inbox": cycle([Ask("ada", "/decisions/")]),
        "decide": (
            Ask(
                "ada",
                f"/decisions/{pk}/",
                {
                    "answer": "positive",
                    "reasons": "The account is consistent.",
                    "version": str(version),
                    "csrfmiddlewaretoken": CSRF,
                },
            )
            for pk, version in known["requests"]
        ),
    }


class Client:
    """Browsers of the three colleagues: one connection for each thread."""

    def __init__(self, port: int, known: dict[str, Any]) -> None:
        self.port = port
        self.cookies = {
            who: f"{known['cookie']}={value}; {known['token']}={CSRF}"
            for who, value in known["cookies"].items()
        }
        self._own = threading.local()

    def begin_anew(self) -> None:
        """The server has closed what lay idle."""
        self._own = threading.local()

    def send(self, ask: Ask) -> bytes:
        """The body as it travelled. Raises RuntimeError for any answer but a page or a redirect."""
        if not hasattr(self._own, "connection"):
            self._own.connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": self.cookies[ask.who], "Accept-Encoding": "gzip"}
        body = None
        if ask.form is not None:
            body = urlencode(ask.form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._own.connection.request("POST" if body else "GET", ask.address, body=body, headers=headers)
        response = self._own.connection.getresponse()
        content: bytes = response.read()
        if response.status not in ({200, 302} if body else {200}):
            raise RuntimeError(f"{ask.address} answered {response.status}")
        return content


def _measured(client: Client, pid: int, asks: Iterator[Ask], *, rate: int) -> Measured:
    client.begin_anew()
    for ask in islice(asks, 10):
        client.send(ask)
    before = _cpu(pid)
    bodies = [client.send(ask) for ask in islice(asks, ONE_BY_ONE)]
    cpu = (_cpu(pid) - before) * 1000 / ONE_BY_ONE
    unpacked = [len(gzip.decompress(body)) if body[:2] == b"\x1f\x8b" else len(body) for body in bodies]
    return Measured(
        wall=_at_rate(client, list(islice(asks, rate * SECONDS)), rate),
        cpu=cpu,
        size=round(statistics.mean(len(body) for body in bodies)),
        unpacked=round(statistics.mean(unpacked)),
    )


def _at_rate(client: Client, asks: Sequence[Ask], rate: int) -> list[float]:
    """Milliseconds from the moment each was due, so that waiting behind a slow one counts."""
    start = time.perf_counter() + 0.05

    def one(place: int) -> float:
        due = start + place / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        client.send(asks[place])
        return (time.perf_counter() - due) * 1000

    with ThreadPoolExecutor(max_workers=RATE) as pool:
        return list(pool.map(one, range(len(asks))))


def _row(name: str, found: Measured, queries: int | None) -> tuple[str, ...]:
    return (
        name,
        f"{statistics.median(found.wall):.1f}",
        f"{_p95(found.wall):.1f}",
        f"{found.cpu:.1f}",
        f"{1000 / found.cpu:.0f}",
        "" if queries is None else str(queries),
        f"{found.size / 1000:.1f}",
        f"{found.unpacked / 1000:.1f}",
    )


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


@contextmanager
def _server(made: Installation) -> Iterator[tuple[int, int]]:
    """Tutela as it is served, with one worker; yields its port and process id."""
    with held_port(first=20_000) as port:
        command = [str(VENV_PYTHON), "-m", "tutela", "serve", "--port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env=made.environment)
        try:
            deadline = time.monotonic() + START_SECONDS
            while not _answers(port):
                if time.monotonic() > deadline or process.poll() is not None:
                    raise RuntimeError("the server did not start")
                time.sleep(0.2)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(timeout=20)


def _answers(port: int) -> bool:
    try:
        probe = HTTPConnection("127.0.0.1", port, timeout=10)
        probe.request("GET", "/account/login/")
        return probe.getresponse().status < 500
    except (OSError, HTTPException):
        return False


def _cpu(pid: int) -> float:
    """Seconds of processor time of a process and its children so far."""
    ticks = os.sysconf("SC_CLK_TCK")
    total = 0.0
    for one in [pid, *_children(pid)]:
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / ticks
    return total


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [found for child in map(int, text) for found in (child, *_children(child))]


if __name__ == "__main__":
    main()
