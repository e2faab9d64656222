"""The law library: read from YAML into the rights engine, and checked in plain words."""

from tutela.rights.law.check import LawProblem, check_law
from tutela.rights.law.conditions import Fact, FactType
from tutela.rights.law.in_use import load_law
from tutela.rights.law.read import (
    BrokenLaw,
    CanonicalRight,
    Group,
    Law,
    OptOut,
    Status,
    read_law,
)

__all__ = [
    "BrokenLaw",
    "CanonicalRight",
    "Fact",
    "FactType",
    "Group",
    "Law",
    "LawProblem",
    "OptOut",
    "Status",
    "check_law",
    "load_law",
    "read_law",
]
