"""The reviewed table of who may do what: `python -m tests.proofs.matrix --write` writes it anew.

A person then reads the difference line by line. The table is what was, the tests beside it are what must be.
Each row is an address, a method and a place (tests/proofs/world.py); each column a person of the cast:
a status, or the door that they are led to (sign-in, factor, still-me); `.` where nobody needed to ask."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

TABLE = Path(__file__).with_suffix(".tsv")
WRITE = "WRITE_MATRIX"
NOT_ASKED = "."


def table_of(answers: Iterable[object]) -> str:
    """The table as text."""
    from tests.proofs.walk import EVERYONE

    rows: dict[tuple[str, str, str], dict[str, str]] = {}
    for answer in answers:
        question = answer.question  # type: ignore[attr-defined]
        row = rows.setdefault((question.address.route, question.method, question.place), {})
        row[question.who] = answer.status  # type: ignore[attr-defined]
    lines = ["\t".join(("address", "method", "place", *EVERYONE))]
    lines += [
        "\t".join((*(part or "(home)" for part in key), *(row.get(who, NOT_ASKED) for who in EVERYONE)))
        for key, row in rows.items()
    ]
    return "\n".join(lines) + "\n"


def differences(reviewed: str, live: str) -> list[str]:
    """Lines of either table that the other one lacks, as a person reads them."""
    before, now = reviewed.splitlines(), live.splitlines()
    return [
        *(f"no longer: {line}" for line in before if line not in set(now)),
        *(f"not reviewed: {line}" for line in now if line not in set(before)),
    ]


def main(arguments: list[str]) -> int:
    import pytest

    if arguments != ["--write"]:
        print("python -m tests.proofs.matrix --write")
        return 2
    os.environ[WRITE] = "1"
    return int(pytest.main([str(TABLE.with_name("test_matrix.py")), "-q", "-k", "reviewed"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
