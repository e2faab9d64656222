"""The law library: read from YAML into the rights engine, and checked in plain words."""

from tutela.rights.law.check import LawProblem, check_law
from tutela.rights.law.read import BrokenLaw, Fact, FactType, Group, Law, load_law, read_law

__all__ = ["BrokenLaw", "Fact", "FactType", "Group", "Law", "LawProblem", "check_law", "load_law", "read_law"]
