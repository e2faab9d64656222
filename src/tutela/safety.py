"""What production refuses to start with: each unsafe setting has a rule here and a test."""

from __future__ import annotations

import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Settings = Mapping[str, Any]


def _is_weak(key: str) -> bool:
    """Short or simple enough to be found by trial."""
    return len(key) < 40 or len(set(key)) < 10 or key.startswith("django-insecure")


def _loose_hosts(settings: Settings) -> bool:
    hosts = settings["ALLOWED_HOSTS"]
    return not hosts or any(host == "*" or host.startswith(".") for host in hosts)


def _origin_in_the_clear(settings: Settings) -> bool:
    origins = settings["CSRF_TRUSTED_ORIGINS"]
    return not origins or any(urlsplit(origin).scheme != "https" for origin in origins)


def _open_to_others(settings: Settings) -> bool:
    """The folder with keys and data can be read by other accounts of the machine."""
    var = Path(settings["VAR"])
    return var.exists() and bool(var.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _cookies_in_the_clear(settings: Settings) -> bool:
    return not (settings["SESSION_COOKIE_SECURE"] and settings["CSRF_COOKIE_SECURE"])


RULES: dict[str, tuple[Callable[[Settings], bool], str]] = {
    "debug": (lambda s: bool(s["DEBUG"]), "DEBUG is on: error pages would show what is on a person's file."),
    "secret": (
        lambda s: _is_weak(s["SECRET_KEY"]),
        "TUTELA_SECRET_KEY is short or simple: see `tutela init`.",
    ),
    "hosts": (_loose_hosts, "TUTELA_HOSTS is empty or has a wildcard: name each host."),
    "origin": (_origin_in_the_clear, "TUTELA_ORIGIN must be the https:// address that people open."),
    "var": (_open_to_others, "The var folder can be read by other accounts: `chmod 700` it."),
    "cookies": (_cookies_in_the_clear, "Cookies must be marked secure."),
    "hsts": (lambda s: s["SECURE_HSTS_SECONDS"] < 31_536_000, "HSTS must hold for at least a year."),
    "demo": (lambda s: bool(s["SHOW_DEMO"]), "Demo pages and accounts are on."),
    "mfa": (lambda s: not s["STAFF_MFA_REQUIRED"], "Staff must sign in with a second factor."),
    "master key": (
        lambda s: _is_weak(s["MASTER_KEY"]),
        "TUTELA_MASTER_KEY is short or simple: see `tutela init`.",
    ),
    "log key": (lambda s: _is_weak(s["LOG_KEY"]), "TUTELA_LOG_KEY is short or simple: see `tutela init`."),
}


def unsafe_settings(settings: Settings) -> list[str]:
    """A sentence for each setting that production may not start with; empty when all is well."""
    return [message for broken, message in RULES.values() if broken(settings)]
