"""Production refuses to start on an unsafe setting: each rule alone, and the whole start."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tutela import environment, safety
from tutela.environment import EnvironmentWrong


@pytest.fixture
def safe(tmp_path):
    tmp_path.chmod(0o700)
    return {
        "DEBUG": False,
        "SECRET_KEY": "kV3-8sJ0qPzX1mN7bR5tY9uW2cA4eF6gH8iK0lM2oQ4",
        "ALLOWED_HOSTS": ["tutela.example.org"],
        "CSRF_TRUSTED_ORIGINS": ["https://tutela.example.org"],
        "VAR": tmp_path,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SHOW_DEMO": False,
        "STAFF_MFA_REQUIRED": True,
        "MASTER_KEY": "kV3-8sJ0qPzX1mN7bR5tY9uW2cA4eF6gH8iK0lM2oQ5",
        "LOG_KEY": "kV3-8sJ0qPzX1mN7bR5tY9uW2cA4eF6gH8iK0lM2oQ6",
    }


UNSAFE = {
    "debug": {"DEBUG": True},
    "secret": {"SECRET_KEY": "short"},
    "hosts": {"ALLOWED_HOSTS": ["*"]},
    "origin": {"CSRF_TRUSTED_ORIGINS": ["http://tutela.example.org"]},
    "cookies": {"CSRF_COOKIE_SECURE": False},
    "hsts": {"SECURE_HSTS_SECONDS": 3600},
    "demo": {"SHOW_DEMO": True},
    "mfa": {"STAFF_MFA_REQUIRED": False},
    "master key": {"MASTER_KEY": "hunter2"},
    "log key": {"LOG_KEY": ""},
}


def test_safe_settings_raise_nothing(safe):
    assert safety.unsafe_settings(safe) == []


def test_each_rule_has_a_test():
    assert {*UNSAFE, "var"} == set(safety.RULES)


@pytest.mark.parametrize("rule", UNSAFE)
def test_each_unsafe_setting_is_named_alone(safe, rule):
    assert safety.unsafe_settings({**safe, **UNSAFE[rule]}) == [safety.RULES[rule][1]]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("SECRET_KEY", "a" * 60),
        ("SECRET_KEY", "django-insecure-kV3-8sJ0qPzX1mN7bR5tY9uW2cA4eF6gH8iK0"),
        ("ALLOWED_HOSTS", []),
        ("ALLOWED_HOSTS", [".example.org"]),
        ("CSRF_TRUSTED_ORIGINS", []),
        ("SESSION_COOKIE_SECURE", False),
    ],
)
def test_other_ways_to_be_unsafe(safe, setting, value):
    assert len(safety.unsafe_settings({**safe, setting: value})) == 1


def test_a_var_folder_that_others_can_read(safe):
    safe["VAR"].chmod(0o755)
    assert safety.unsafe_settings(safe) == [safety.RULES["var"][1]]


def start(tmp_path, **variables):
    """Loads the settings in a process of their own, as a server would."""
    surroundings = {key: value for key, value in os.environ.items() if not key.startswith("TUTELA_")}
    sources = os.pathsep.join(path for path in sys.path if path)
    surroundings |= {"PYTHONPATH": sources, "TUTELA_VAR": str(tmp_path), **variables}
    command = [sys.executable, "-c", "import tutela.settings"]
    return subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)


GOOD = {
    "TUTELA_HOSTS": "tutela.example.org",
    "TUTELA_ORIGIN": "https://tutela.example.org",
    "TUTELA_SECRET_KEY": "kV3-8sJ0qPzX1mN7bR5tY9uW2cA4eF6gH8iK0lM2oQ4",
    "TUTELA_MASTER_KEY": "kV3-8sJ0qPzX1mN7bR5tY9uW2cA4eF6gH8iK0lM2oQ5",
    "TUTELA_LOG_KEY": "kV3-8sJ0qPzX1mN7bR5tY9uW2cA4eF6gH8iK0lM2oQ6",
}


def test_without_a_word_it_is_production_and_asks_for_keys(tmp_path):
    tmp_path.chmod(0o700)
    done = start(tmp_path)
    assert done.returncode != 0
    assert "tutela init" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_production_starts_when_all_is_well(tmp_path):
    tmp_path.chmod(0o700)
    assert start(tmp_path, **GOOD).returncode == 0


def test_production_does_not_start_on_a_wildcard_host(tmp_path):
    tmp_path.chmod(0o700)
    done = start(tmp_path, **{**GOOD, "TUTELA_HOSTS": "*"})
    assert done.returncode != 0
    assert "would not be safe" in done.stderr
    assert "TUTELA_HOSTS" in done.stderr


def test_a_mistyped_setting_stops_the_start(tmp_path):
    done = start(tmp_path, TUTELA_MODE="demo", TUTELA_HOST="x")
    assert done.returncode != 0
    assert "TUTELA_HOST is not a setting" in done.stderr


def test_a_secret_can_lie_in_a_file(tmp_path, monkeypatch):
    (tmp_path / "secret").write_text("from a file\n")
    monkeypatch.setenv("TUTELA_SECRET_KEY_FILE", str(tmp_path / "secret"))
    assert environment.text("SECRET_KEY") == "from a file"
    monkeypatch.setenv("TUTELA_SECRET_KEY_FILE", str(tmp_path / "absent"))
    with pytest.raises(EnvironmentWrong, match="cannot read"):
        environment.text("SECRET_KEY")


def test_a_made_secret_is_private_and_stays(tmp_path):
    path = tmp_path / "keys" / "one"
    first = environment.kept_secret("SECRET_KEY", path, create=True)
    assert environment.kept_secret("SECRET_KEY", path, create=True) == first
    assert path.stat().st_mode & 0o077 == 0
    environment.write_secret(path, "other")
    assert environment.kept_secret("SECRET_KEY", path, create=False) == first
