"""What this machine has of the things that Tutela can use, and the one command that adds what is missing."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

OLDEST_JAVA = 17
PACKAGES = {
    "postgresql": {"apt-get": "postgresql", "dnf": "postgresql-server", "brew": "postgresql@17"},
    "chromium": {"apt-get": "chromium", "dnf": "chromium", "brew": "--cask chromium"},
    "fonts": {
        "apt-get": "fonts-noto-core",
        "dnf": "google-noto-sans-arabic-fonts",
        "brew": "--cask font-noto-sans-arabic",
    },
    "java": {"apt-get": "default-jre-headless", "dnf": "java-21-openjdk-headless", "brew": "openjdk@21"},
    "venv": {"apt-get": "python3-venv", "dnf": "python3-pip", "brew": "python@3.13"},
}


def how_to_install(what: str) -> str:
    """The command that installs `what` (a name in PACKAGES) with this machine's own package manager."""
    names = PACKAGES[what]
    if shutil.which("brew"):
        return f"brew install {names['brew']}"
    prefix = "" if os.geteuid() == 0 else "sudo "
    if shutil.which("dnf"):
        return f"{prefix}dnf install -y {names['dnf']}"
    return f"{prefix}apt-get install -y {names['apt-get']}"


def find_chromium() -> Path | None:
    """A Chromium or Chrome: the one that CHROMIUM names, the system's, or one that Playwright has.

    First the one without windows, where it is installed: journeys take a third less of the processor."""
    named = os.environ.get("CHROMIUM")
    if named:
        return Path(named) if os.access(named, os.X_OK) else None
    for name in (
        "chromium-headless-shell",
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ):
        found = shutil.which(name)
        if found:
            return Path(found)
    downloads = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    return _newest(downloads.glob("chromium-*/chrome-linux*/chrome"))


def java_version() -> int | None:
    """Which Java runs here (17 for Java 17), in JAVA_HOME or on the path; None where none does."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else "java"
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    found = re.search(r'version "(\d+)', said.stderr)
    return int(found[1]) if found and said.returncode == 0 else None


def has_java() -> bool:
    """Whether Spark can run here."""
    return (java_version() or 0) >= OLDEST_JAVA


def find_postgres() -> Path | None:
    """The folder with `postgres` and `initdb` of the newest PostgreSQL server that is installed."""
    folders = [
        *Path("/usr/lib/postgresql").glob("*/bin"),
        *Path("/usr").glob("pgsql-*/bin"),
        *Path("/opt/homebrew/opt").glob("postgresql*/bin"),
        *Path("/usr/local/opt").glob("postgresql*/bin"),
    ]
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return _newest(
        folder for folder in folders if (folder / "postgres").exists() and (folder / "initdb").exists()
    )


def has_arabic_font() -> bool:
    """Whether pictures of pages can show Arabic; without fontconfig nobody can tell, and the answer is no."""
    if not shutil.which("fc-list"):
        return False
    listed = subprocess.run(["fc-list", ":lang=ar"], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip())


def free_port(*, first: int = 8000, host: str = "127.0.0.1") -> int:
    """The first port from `first` on that nothing listens on. Raises OSError when a hundred are taken."""
    port = next((port for port in _ports(first) if _is_free(port, host)), None)
    if port is None:
        raise _all_taken(first)
    return port


@contextmanager
def held_port(*, first: int = 8000, host: str = "127.0.0.1") -> Iterator[int]:
    """A free port that nobody else gets here meanwhile. Raises OSError as `free_port` does.

    Our web server shares its port with whoever asks for it too: two that start at the same moment, and both
    found the port free, would each get half of the visitors."""
    folder = Path(tempfile.gettempdir()) / f"tutela-ports-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    for port in _ports(first):
        with (folder / str(port)).open("a") as claim:
            try:
                fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            if _is_free(port, host):
                yield port
                return
    raise _all_taken(first)


def _ports(first: int) -> range:
    return range(first, first + 100)


def _is_free(port: int, host: str) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def _all_taken(first: int) -> OSError:
    return OSError(f"Every port from {first} to {first + 99} is taken.")


def _newest(paths: Iterable[Path]) -> Path | None:
    """The path with the highest version number in it: 15 comes after 9.6."""
    return max(paths, key=lambda path: [int(part) for part in re.findall(r"\d+", str(path))], default=None)
