"""Shows what a status list would change in the library of law, and writes it when asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tutela import library_path
from tutela.operations.refusals import Refused
from tutela.rights.law.bound_import import Origin, Preview, preview, write
from tutela.rights.law.status_list import Joined, UnusableList


def import_list(
    file: Path,
    *,
    instrument: str,
    source: str,
    as_of: str,
    treaty: str = "",
    certainty: str = "S",
    folder: Path | None = None,
    writing: bool = False,
) -> int:
    """Prints the preview; exit code 1 while lines cannot be used. With `writing`, all of it or nothing."""
    root = folder or library_path()
    try:
        text = file.read_text(encoding="utf-8-sig")
        origin = Origin(source=source, as_of=date.fromisoformat(as_of), certainty=certainty)
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{file} cannot be read as a text in UTF-8.") from error
    except ValueError as error:
        raise Refused(f"“{as_of}” is not a day. Write it like 2015-03-31.") from error
    try:
        shown = preview(root, text, instrument=instrument, origin=origin, named=treaty)
    except UnusableList as error:
        raise Refused(f"{file}: {error}") from error
    _show(file, shown)
    if not writing:
        return 1 if shown.problems else 0
    if shown.problems:
        raise Refused("Nothing was written. Mend the lines that cannot be used first.")
    if not shown.can_be_written:
        print("Nothing is new: nothing was written.")
        return 0
    print(f"Written: {write(root, shown)}")
    return 0


def _show(file: Path, shown: Preview) -> None:
    for line in shown.problems:
        print(f"{file}:{line.number}: cannot be used: {line.state}: {line.reason}")
    for line in shown.doubts:
        print(f"{file}:{line.number}: look: {line.state} {line.reason} It stays as it is.")
    for line in shown.left_out:
        print(f"{file}:{line.number}: left out: {line.state} {line.reason}.")
    for joined in shown.new:
        print(f"{file}:{joined.line}: new: {_told(joined)}")
    for change in shown.changed:
        print(f"{file}:{change.joined.line}: changed: {_told(change.joined)}, until now from {change.before}")
    counts = {
        "new": shown.new,
        "changed": shown.changed,
        "the same": shown.same,
        "known more exactly already": shown.known_better,
        "to look at": shown.doubts,
        "left out": shown.left_out,
        "that cannot be used": shown.problems,
    }
    print("; ".join(f"{len(lines)} {name}" for name, lines in counts.items()) + ".")


def _told(joined: Joined) -> str:
    told = f"{joined.state} from {joined.start}"
    if joined.deposited:
        told += f" (joined {joined.deposited})"
    return f"{told} ({joined.note})" if joined.note else told
