"""Reads tables of any size: a small one line by line, a large one, or several, as counts of equal lines."""

from tutela.operations.reading.counted import opened
from tutela.operations.reading.grouping import Engine, Grouped, aggregate

__all__ = ["Engine", "Grouped", "aggregate", "opened"]
