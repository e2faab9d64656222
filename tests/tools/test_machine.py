"""What `./run` finds on a machine: the newest server, a free port, and the command for what is missing."""

from __future__ import annotations

import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tools.totp import totp

from tools import machine

# RFC 6238, appendix B, SHA-1: the secret is the ASCII text 12345678901234567890.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_the_standard(at, code):
    assert totp(SECRET, at=at, digits=8) == code
    assert totp(SECRET, at=at) == code[-6:]


def test_a_secret_may_be_written_in_small_groups():
    assert totp("gezd gnbv gy3t qojq gezd gnbv gy3t qojq", at=59) == totp(SECRET, at=59)


def test_a_secret_without_padding_is_read():
    assert len(totp("GEZDGNBVGY", at=59)) == 6


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_402"', 1),
        ('openjdk version "25" 2025-09-16', 25),
        ("no runtime present", None),
    ],
)
def test_java_is_asked_for_its_version(said, version, tmp_path, monkeypatch):
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho '{said}' >&2\n", encoding="ascii")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert machine.java_version() == version
    assert machine.has_java() == ((version or 0) >= 17)


def test_without_java_there_is_no_version(tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert machine.java_version() is None
    assert not machine.has_java()


def test_the_next_port_is_taken_where_one_is_busy():
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        taken = busy.getsockname()[1]
        assert machine.free_port(first=taken) > taken


def test_two_that_start_at_the_same_moment_get_two_ports():
    """Neither listens yet: to look whether the port is free is not enough."""
    starts = threading.Barrier(8)

    def start(_number):
        starts.wait()
        with machine.held_port(first=18_200) as port:
            starts.wait()
            return port

    with ThreadPoolExecutor(max_workers=8) as pool:
        ports = list(pool.map(start, range(8)))
    assert len(set(ports)) == 8


def test_a_port_that_was_held_is_free_again():
    with machine.held_port(first=18_300) as port:
        pass
    with machine.held_port(first=18_300) as again:
        assert again == port


def test_a_port_on_which_somebody_listens_is_never_held():
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        with machine.held_port(first=busy.getsockname()[1]) as port:
            assert port != busy.getsockname()[1]


def test_a_browser_that_is_named_wins(tmp_path, monkeypatch):
    browser = tmp_path / "my-chromium"
    browser.touch(mode=0o755)
    monkeypatch.setenv("CHROMIUM", str(browser))
    assert machine.find_chromium() == browser


def test_a_named_browser_that_is_not_there_is_not_replaced_in_silence(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    assert machine.find_chromium() is None


def test_the_browser_without_windows_comes_first(tmp_path, monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("chromium", "chromium-headless-shell"):
        (tmp_path / name).touch(mode=0o755)
    assert machine.find_chromium() == tmp_path / "chromium-headless-shell"


def test_without_any_browser_there_is_none(tmp_path, monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    assert machine.find_chromium() is None


def test_a_browser_of_playwright_is_found(tmp_path, monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    for version in ("999", "1200"):
        (tmp_path / f"chromium-{version}" / "chrome-linux").mkdir(parents=True)
        (tmp_path / f"chromium-{version}" / "chrome-linux" / "chrome").touch()
    assert machine.find_chromium() == tmp_path / "chromium-1200" / "chrome-linux" / "chrome"


@pytest.mark.parametrize(
    ("tool", "command"),
    [
        ("apt-get", "apt-get install -y postgresql"),
        ("dnf", "dnf install -y postgresql-server"),
        ("brew", "brew install"),
    ],
)
def test_the_command_is_that_of_this_machine(tool, command, tmp_path, monkeypatch):
    (tmp_path / tool).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert machine.how_to_install("postgresql").startswith(command)


def test_who_is_not_root_is_told_to_use_sudo(tmp_path, monkeypatch):
    (tmp_path / "apt-get").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert machine.how_to_install("chromium") == "sudo apt-get install -y chromium"


def test_the_newest_server_wins(tmp_path):
    newest = machine._newest([Path("/usr/lib/postgresql/9.6/bin"), Path("/usr/lib/postgresql/15/bin")])
    assert newest == Path("/usr/lib/postgresql/15/bin")
