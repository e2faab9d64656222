"""What `./run COMMAND` means: one function for each command, and the help that lists them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import bench, doctor, install, lock, machine, serve, suite
from tools.places import ROOT, VENV_PYTHON, surroundings
from tools.table import table


@dataclass(frozen=True, slots=True)
class Command:
    """A command of `./run`: how it is written, what it is for, what must be installed first, what it does."""

    usage: str
    purpose: str
    needs: str
    do: Callable[[Sequence[str]], int]


def main(arguments: Sequence[str]) -> int:
    """Runs the command that `arguments` begin with; without any, serves."""
    name, rest = (arguments[0], arguments[1:]) if arguments else ("serve", [])
    name = {"--help": "help", "-h": "help"}.get(name, name)
    command = COMMANDS.get(name)
    if command is None:
        print(f"./run does not know {name!r}.\n\n{help_text()}", file=sys.stderr)
        return 2
    try:
        if command.needs:
            install.ensure(command.needs)
        return command.do(rest)
    except install.CannotInstall as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def help_text() -> str:
    """All commands with what they are for."""
    return table(
        ("command", "what it does"), [(f"./run {c.usage}".strip(), c.purpose) for c in COMMANDS.values()]
    )


def _serve(_arguments: Sequence[str]) -> int:
    return serve.serve()


def _test(arguments: Sequence[str]) -> int:
    if arguments:
        return suite.run_pytest(arguments)
    if machine.has_java():  # 460 MB to fetch: only where they can be of use
        install.add("spark")
    return suite.run_suite()


def _add(arguments: Sequence[str]) -> int:
    unknown = [name for name in arguments if name not in install.EXTRAS]
    if unknown or not arguments:
        told = f"There is nothing to add called {unknown[0]!r}." if unknown else "Say what to add."
        print(f"{told} There is: {', '.join(install.EXTRAS)}.", file=sys.stderr)
        return 2
    for name in arguments:
        install.add(name)
        print(f"{name} is installed.")
    return 0


def _check(_arguments: Sequence[str]) -> int:
    guards = suite.Step("guards", ("tests/guards",), ("-m", "not slow"))
    return suite.report([suite.run_checks(), suite.run_step(guards)], strict=False)


def _format(_arguments: Sequence[str]) -> int:
    ruff = [str(VENV_PYTHON), "-m", "ruff"]
    fixed = subprocess.run([*ruff, "check", "--fix", "."], cwd=ROOT, check=False)
    return subprocess.run([*ruff, "format", "."], cwd=ROOT, check=False).returncode or fixed.returncode


def _messages(_arguments: Sequence[str]) -> int:
    command = [str(VENV_PYTHON), "-m", "tools.messages"]
    return subprocess.run(command, cwd=ROOT, env=surroundings(), check=False).returncode


def _tutela(*first: str) -> Callable[[Sequence[str]], int]:
    return lambda arguments: serve.call_tutela(*first, *arguments)


def _help(_arguments: Sequence[str]) -> int:
    print(help_text())
    return 0


COMMANDS: dict[str, Command] = {
    "serve": Command(
        "", "install what is missing, prepare the database, serve on this machine", "app", _serve
    ),
    "codes": Command(
        "codes",
        "the demonstration accounts with their codes as they are now",
        "",
        lambda _: serve.show_codes(),
    ),
    "test": Command(
        "test [PYTEST ARGUMENTS]", "every test, then a table of what ran; or one pytest run", "dev", _test
    ),
    "check": Command("check", "format, lint, types, import rules, guards: seconds", "dev", _check),
    "format": Command("format", "put the code in the house's format", "dev", _format),
    "messages": Command(
        "messages", "collect what pages say, and bring every language up to date", "app", _messages
    ),
    "bench": Command("bench [NAME]", "run a benchmark, or list them", "dev", bench.run_benchmark),
    "demo": Command(
        "demo --reset [--cases N]", "throw the demonstration away and make it anew", "app", _tutela("demo")
    ),
    "backup": Command(
        "backup FILE", "write everything that Tutela keeps to one file", "app", _tutela("backup")
    ),
    "restore": Command("restore FILE", "bring a backup back", "app", _tutela("restore")),
    "add": Command(
        "add places|spark",
        "install what local statistics (places) or Spark (spark) need",
        "",
        _add,
    ),
    "doctor": Command(
        "doctor",
        "what is missing on this machine, why it matters, how to mend it",
        "",
        lambda _: doctor.examine(),
    ),
    "lock": Command(
        "lock [--upgrade]", "write requirements/*.lock again from pyproject.toml", "", lock.relock
    ),
    "tutela": Command("tutela ARGUMENTS", "the `tutela` command of this checkout", "app", _tutela()),
    "help": Command("help", "this list", "", _help),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
