"""Checks the library of law and says in plain words what is wrong with an entry."""

from __future__ import annotations

from pathlib import Path

from tutela import library_path
from tutela.operations.refusals import Refused
from tutela.rights.law import check_law


def check(folder: Path | None) -> int:
    """Prints each problem with file, line, field and how to mend it; exit code 1 when there is one."""
    if folder is not None and not ((folder / "law").is_dir() and (folder / "schema").is_dir()):
        raise Refused(
            f"{folder} is not a library: it has no folders law and schema. The one here is {library_path()}."
        )
    problems = check_law(folder)
    for problem in problems:
        print(f"{problem.file}:{problem.line}: {problem.field}: {problem.message} {problem.how_to_mend}")
    print(f"{len(problems)} problems." if problems else "The library of law is well formed.")
    return 1 if problems else 0
