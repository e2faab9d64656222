"""Adverts that come day by day: placed as they come, put in order at night, forgotten in time.

What is kept of an advert is its words as numbers that cannot be read back, a sketch of them, and the day on
which it came: no text, no contact.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutela.engines.patterns import NONE, Index, OtherVersion
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated
from tutela.operations.patterns.keeping import RETENTION, Keeping
from tutela.operations.patterns.reading import BadRow, batches, read
from tutela.operations.refusals import Refused

_INDEX, _DAYS = "index", "days.jsonl"
_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Added:
    """Of so many adverts the template was known, so many began one, so many are like none."""

    adverts: int
    known: int
    new_templates: int
    alone: int
    lost: int


class Stream:
    """The adverts of one folder. Raises Refused where another version of the method wrote it."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self._days = keeping.folder / _DAYS
        try:
            self.index = Index(keeping.folder / _INDEX)
        except OtherVersion as problem:
            raise Refused(
                _(
                    "{folder} was written by another version of the method. Take it away and add the files "
                    "again."
                ).format(folder=isolated(str(keeping.folder / _INDEX)))
            ) from problem

    def __len__(self) -> int:
        return len(self.index)

    def add(self, files: Sequence[Path], *, columns: Mapping[str, Sequence[str]], on: date) -> Added:
        """Places every advert of these files; what was placed before a kill is not lost."""
        before = len(self.index)
        known, begun, lost = 0, 0, 0

        def texts() -> Iterator[str]:
            nonlocal lost
            for path in files:
                for row in read(path, columns=columns):
                    if isinstance(row, BadRow):
                        lost += row.lost
                    else:
                        yield row.text

        for batch in batches(texts(), _BATCH):
            placed = self.index.add_many(batch)
            known += sum(one.template != NONE and one.joined_by < 0 for one in placed)
            begun += sum(one.joined_by >= 0 for one in placed)
            self._note(len(self.index), on)
        added = len(self.index) - before
        return Added(added, known, begun, added - known - begun, lost)

    def repair(self) -> int:
        """Finds all templates anew, as if everything were read at once; returns how many there are."""
        self.index.repair()
        self.index.sync()
        found = self.index.template_of
        return len(np.unique(found[found != NONE]))

    def forget(self, *, on: date) -> int:
        """Lets go of adverts that came more than 90 days before, unless their template is called useful."""
        old = np.flatnonzero(self._came(on) < np.datetime64(on - RETENTION))
        held = self.index.digest_of
        useful = np.isin(held, self._useful())
        template = self.index.template_of
        kept = np.isin(template, template[useful & (template != NONE)])
        gone = old[(held[old] != 0) & ~useful[old] & ~kept[old]]
        if len(gone):
            self.index.forget(gone.tolist())
        return len(gone)

    def close(self) -> None:
        self.index.close()

    # ---------------------------------------------------------------- days
    def _note(self, until: int, on: date) -> None:
        with self._days.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({"until": until, "on": on.isoformat()}) + "\n")
            stream.flush()
            os.fsync(stream.fileno())

    def _came(self, today: date) -> NDArray[np.datetime64]:
        """The day on which each advert came; today for those of a run that was killed before noting it."""
        days = np.full(len(self.index), np.datetime64(today), dtype="datetime64[D]")
        start = 0
        for line in self._days.read_text(encoding="utf-8").splitlines() if self._days.exists() else ():
            try:
                noted = json.loads(line)
            except ValueError:
                continue  # a line that a kill cut short
            days[start : noted["until"]] = np.datetime64(noted["on"])
            start = noted["until"]
        return days

    def _useful(self) -> NDArray[np.uint64]:
        """Digests of texts of templates that somebody called useful."""
        keys = {one.template for one in self._keeping.decisions() if one.confirms}
        digests = [one for key, held in self._keeping.templates() if key in keys for one in held]
        return np.array([int(one, 16) for one in digests], dtype=np.uint64)
