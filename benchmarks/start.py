"""From nothing to a working page with `./run`, and again when everything is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.installation import machine
from tools.places import ROOT
from tools.table import table

COLD_SECONDS = 90
WARM_SECONDS = 4
LONGEST = 900
STOP_SECONDS = 60
_ADDRESS = re.compile(r"Tutela is at (http://\S+)")


def main() -> None:
    print(machine())
    folder = Path(tempfile.mkdtemp(prefix="tutela-bench-"))
    try:
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder / "tutela")], check=True)
        rows = [
            ("cold", *_timed(folder / "tutela"), f"{COLD_SECONDS} s"),
            ("warm", *_timed(folder / "tutela"), f"{WARM_SECONDS} s"),
            ("warm, again", *_timed(folder / "tutela"), f"{WARM_SECONDS} s"),
        ]
    finally:
        shutil.rmtree(folder)
    print(
        "Cold: a fresh clone of the last commit, no .venv, no var; packages come from pip's own cache where"
    )
    print("it has them.\n")
    print(table(("start", "first page s", "CPU s", "target"), rows))


def _timed(checkout: Path) -> tuple[str, str]:
    """Seconds until the first page has come, and of CPU until then, of `./run` and all that it starts."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TUTELA_")}
    environment |= {"PYTHONUNBUFFERED": "1"}
    environment.pop("PYTHONPATH", None)
    before, started = os.times(), time.perf_counter()
    process = subprocess.Popen(
        ["./run"],
        cwd=checkout,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        with urllib.request.urlopen(_address(process), timeout=30) as page:
            page.read()
        wall = time.perf_counter() - started
    finally:
        process.terminate()  # ./run stops what it has started
        process.wait(timeout=STOP_SECONDS)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return f"{wall:.1f}", f"{cpu:.1f}"


def _address(process: subprocess.Popen[str]) -> str:
    """Where Tutela says that it is. Raises RuntimeError with what was printed when it does not come up."""
    printed: list[str] = []
    deadline = time.monotonic() + LONGEST
    for line in process.stdout or ():
        printed.append(line)
        if found := _ADDRESS.search(line):
            return found[1]
        if time.monotonic() > deadline:
            break
    raise RuntimeError("".join(printed))


if __name__ == "__main__":
    main()
