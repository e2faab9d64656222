"""Which entries of the library rest on texts that have changed since they were read, as local clones show."""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tutela import library_path
from tutela.engines.rights import Origin
from tutela.operations.refusals import Refused
from tutela.rights.law import BrokenLaw, Law, read_law

_COMMIT: Final = re.compile(r"[0-9a-f]{7,64}")
_PATIENCE: Final = 60


class CannotTell(Exception):
    """There is no clone here, or it does not reach back to the day of reading."""


@dataclass(frozen=True, slots=True)
class Turned:
    """A text that is not what was read: how many times it was changed, and when last."""

    origin: Origin
    times: int
    last_on: str


def watch(folder: Path, *, root: Path | None = None) -> int:
    """Prints what changed and what nobody can tell; exit code 1 when something changed. Fetches nothing."""
    if not folder.is_dir():
        raise Refused(f"{folder} is no folder. It should hold clones as OWNER/NAME or NAME.")
    try:
        law = read_law(root or library_path())
    except BrokenLaw as broken:
        raise Refused(str(broken)) from broken
    changed = unknown = 0
    read = _origins(law)
    for origin, entries in read.items():
        names = ", ".join(entries)
        try:
            turned = held_against(folder, origin)
        except CannotTell as why:
            unknown += 1
            print(f"cannot tell: {origin.repository} {origin.path}: {why} ({names})")
            continue
        if turned is not None:
            changed += 1
            print(
                f"changed: {origin.repository} {origin.path}: {turned.times} times since {origin.read_on},"
                f" last on {turned.last_on}. Read again: {names}"
            )
    print(f"{len(read)} texts: {changed} changed, {unknown} that nobody can tell of.")
    return 1 if changed else 0


def _origins(law: Law) -> dict[Origin, list[str]]:
    """Texts with the instruments and entries that rest on them."""
    found: dict[Origin, list[str]] = defaultdict(list)
    for instrument in law.library.instruments.values():
        if instrument.origin:
            found[instrument.origin].append(instrument.id)
    for provision in law.library.provisions:
        if provision.origin:
            found[provision.origin].append(provision.id)
    return dict(sorted(found.items(), key=lambda one: (one[0].repository, one[0].path)))


def held_against(folder: Path, origin: Origin) -> Turned | None:
    """None where the text is what was read. Raises CannotTell."""
    clone = _clone(folder, origin.repository)
    start = origin.commit if _COMMIT.fullmatch(origin.commit) else _commit_on(clone, origin)
    if not _git(clone, "ls-tree", "HEAD", "--", origin.path):
        if _git(clone, "ls-tree", start, "--", origin.path):
            return Turned(origin, 1, _last(clone, start, origin))
        raise CannotTell("the text is not in this clone")
    if not _git(
        clone, "diff", "--no-ext-diff", "--no-textconv", "--name-only", start, "HEAD", "--", origin.path
    ):
        return None
    times = _git(clone, "rev-list", "--count", f"{start}..HEAD", "--", origin.path)
    return Turned(origin, int(times), _last(clone, start, origin))


def _last(clone: Path, start: str, origin: Origin) -> str:
    return _git(clone, "log", "-1", "--format=%cs", f"{start}..HEAD", "--", origin.path)


def _clone(folder: Path, repository: str) -> Path:
    for place in _places(folder, repository):
        if (place / ".git").exists():
            return place
    raise CannotTell("there is no clone")


def _places(folder: Path, repository: str) -> Iterator[Path]:
    parts = repository.split("/")
    if all(part not in {"", ".", ".."} for part in parts):
        yield folder.joinpath(*parts)
        yield folder / parts[-1]


def _commit_on(clone: Path, origin: Origin) -> str:
    """The last commit of the day on which the text was read."""
    found = _git(clone, "rev-list", "-1", f"--before={origin.read_on.isoformat()}T23:59:59Z", "HEAD")
    if not found:
        raise CannotTell(f"the clone does not reach back to {origin.read_on}")
    return found


def _git(clone: Path, *arguments: str) -> str:
    """Reads only, from this clone only: no hook, no helper and no network takes part."""
    command = ["git", "-c", "core.fsmonitor=false", "-c", "protocol.allow=never", "--no-optional-locks"]
    try:
        done = subprocess.run(  # noqa: S603 a fixed command; what the library says stands behind `--`
            [*command, "-C", str(clone), *arguments],
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as failed:
        raise CannotTell("git cannot read this clone") from failed
    return done.stdout.strip()
