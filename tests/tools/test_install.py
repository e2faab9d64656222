"""Installing happens once for each lock, and says what to do where it cannot happen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools import install, lock


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with two locks that name nothing, and no .venv yet."""
    requirements = tmp_path / "requirements"
    requirements.mkdir()
    for name in ("app", "dev", "places", "spark", "build"):
        (requirements / f"{name}.lock").write_text(f"# {name}: nothing\n", encoding="ascii")
    monkeypatch.setattr(install, "REQUIREMENTS", requirements)
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(install, "VENV_PYTHON", tmp_path / ".venv" / "bin" / "python")
    return tmp_path


@pytest.fixture
def installed(monkeypatch):
    """Locks that were installed, in order, without installing anything."""
    done: list[str] = []
    monkeypatch.setattr(install, "_make_venv", _bare_venv)
    monkeypatch.setattr(install, "_install", lambda locked, **_how: done.append(locked.stem))
    return done


def test_the_second_time_does_nothing(checkout, installed):
    install.ensure("app")
    install.ensure("app")
    assert installed == ["app"]


def test_a_changed_lock_is_installed_again(checkout, installed):
    install.ensure("app")
    (checkout / "requirements" / "app.lock").write_text("# app: one more\n", encoding="ascii")
    install.ensure("app")
    assert installed == ["app", "app"]


def test_what_developers_need_holds_what_the_application_needs(checkout, installed):
    install.ensure("dev")
    install.ensure("app")
    assert installed == ["dev"]


def test_what_the_application_needs_is_not_enough_for_developers(checkout, installed):
    install.ensure("app")
    install.ensure("dev")
    assert installed == ["app", "dev"]


def test_what_is_added_stands_beside_what_the_application_needs(checkout, installed):
    install.add("places")
    install.add("places")
    assert installed == ["app", "places"]
    assert install.is_installed("app")


def test_developers_have_what_local_statistics_need(checkout, installed):
    install.ensure("dev")
    install.add("places")
    assert installed == ["dev"]


def test_nobody_has_spark_who_did_not_ask(checkout, installed):
    install.ensure("dev")
    assert not install.is_installed("spark")
    install.add("spark")
    assert installed == ["dev", "build", "spark"]
    assert install.is_installed("spark")


def test_a_changed_lock_of_an_extra_is_installed_again(checkout, installed):
    install.add("spark")
    (checkout / "requirements" / "spark.lock").write_text("# spark: one more\n", encoding="ascii")
    install.add("spark")
    assert installed == ["app", "build", "spark", "build", "spark"]


def test_a_broken_venv_is_made_again(checkout, installed):
    install.ensure("app")
    install.VENV_PYTHON.unlink()
    install.ensure("app")
    assert installed == ["app", "app"]
    assert install.VENV_PYTHON.exists()


def test_a_failed_installation_leaves_no_stamp(checkout, monkeypatch):
    monkeypatch.setattr(install, "_make_venv", _bare_venv)
    monkeypatch.setattr(install, "installers", lambda **_: [[sys.executable, "-m", "no_such_installer"]])
    with pytest.raises(install.CannotInstall, match="HTTPS_PROXY"):
        install.ensure("app")
    assert not install.is_installed("app")


def test_the_next_installer_is_tried_where_one_fails(checkout, monkeypatch):
    monkeypatch.setattr(install, "_make_venv", _bare_venv)
    monkeypatch.setattr(
        install, "installers", lambda **_: [[sys.executable, "-c", "exit(1)"], [sys.executable, "-c", ""]]
    )
    install.ensure("app")
    assert install.is_installed("app")


def test_without_any_installer_the_command_that_brings_one_is_named(checkout, monkeypatch):
    monkeypatch.setattr(install, "_make_venv", _bare_venv)
    monkeypatch.setattr(install, "installers", lambda **_: [])
    with pytest.raises(install.CannotInstall, match="install"):
        install.ensure("app")


def test_a_shim_that_fails_is_no_uv(tmp_path, monkeypatch):
    shim = tmp_path / "uv"
    shim.write_text("#!/bin/sh\necho 'uv: command not found' >&2\nexit 127\n", encoding="ascii")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    commands = install.installers(python=Path(sys.executable))
    assert all("uv" not in command[0] for command in commands)


def test_uv_is_given_the_interpreter_of_the_venv(tmp_path, monkeypatch):
    uv = tmp_path / "uv"
    uv.write_text("#!/bin/sh\n", encoding="ascii")
    uv.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    first = install.installers(python=Path("/x/.venv/bin/python"))[0]
    assert first == [str(uv), "pip", "install", "--quiet", "--python", "/x/.venv/bin/python"]


def test_every_installation_checks_hashes_and_builds_nothing(checkout, monkeypatch, tmp_path):
    said = tmp_path / "said"
    write = f"import sys; open({str(said)!r}, 'w').write(' '.join(sys.argv[1:]))"
    monkeypatch.setattr(install, "_make_venv", _bare_venv)
    monkeypatch.setattr(install, "installers", lambda **_: [[sys.executable, "-c", write]])
    install.ensure("app")
    assert "--require-hashes --only-binary :all: -r " in said.read_text()


def test_one_package_alone_is_built_and_by_what_is_locked(checkout, monkeypatch, tmp_path):
    said = tmp_path / "said"
    write = f"import sys; open({str(said)!r}, 'a').write(' '.join(sys.argv[1:]) + '\\n')"
    monkeypatch.setattr(install, "_make_venv", _bare_venv)
    monkeypatch.setattr(install, "installers", lambda **_: [[sys.executable, "-c", write]])
    install.add("spark")
    app, build, spark = said.read_text().splitlines()
    rules = "--require-hashes --only-binary :all: "
    assert app.startswith(f"{rules}-r ")
    assert build.startswith(f"{rules}-r ")
    assert spark.startswith(f"{rules}--no-binary pyspark --no-build-isolation -r ")


def test_what_goes_into_one_environment_agrees():
    """Adding an extra must not change a version that the application or its tests run with."""
    agreed = _versions("dev")
    for name in ("app", "places", "spark", "build"):
        differ = {
            package: (versions, agreed[package])
            for package, versions in _versions(name).items()
            if package in agreed and versions != agreed[package]
        }
        assert not differ, f"{name}.lock and dev.lock disagree"


def test_personal_settings_do_not_send_packages_elsewhere(monkeypatch):
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_TARGET", "/somewhere")
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    calm = install._calm_environment()
    assert not {"PIP_USER", "PIP_TARGET"} & calm.keys()
    assert calm["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"


@pytest.mark.slow
def test_a_venv_is_made_where_python_brings_no_pip(checkout, monkeypatch):
    monkeypatch.setattr(install.importlib.util, "find_spec", lambda _name: None)
    install._make_venv(install.VENV)
    assert subprocess.run([install.VENV_PYTHON, "-c", "import sys"], check=False).returncode == 0


def test_a_lock_that_names_an_address_is_refused():
    lock.check_no_address("altair==6.3.0 --hash=sha256:00\n")
    with pytest.raises(ValueError, match="address"):
        lock.check_no_address("--index-url https://mirror.example/simple\n")


def test_the_locks_name_no_address_and_hash_everything():
    for path in install.REQUIREMENTS.glob("*.lock"):
        text = path.read_text(encoding="utf-8")
        lock.check_no_address(text)
        pinned = [line for line in text.splitlines() if "==" in line and not line.lstrip().startswith("#")]
        assert pinned
        assert all(line.rstrip().endswith("\\") for line in pinned), "a package without a hash"


def _versions(lock_name: str) -> dict[str, set[str]]:
    """Package to its pinned versions: more than one where they depend on Python's."""
    found: dict[str, set[str]] = {}
    for line in (install.REQUIREMENTS / f"{lock_name}.lock").read_text(encoding="utf-8").splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            package, _, version = line.partition("==")
            found.setdefault(package, set()).add(version.split()[0])
    return found


def _bare_venv(folder: Path) -> None:
    """What looks like a .venv to the installer, in no time."""
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
