"""Steps that were done, on disk, so that a run that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.exceptions import InvalidTag
from numpy.typing import NDArray

from tutela.operations.patterns.keeping import Keeping

Arrays = Mapping[str, NDArray[Any]]


def fingerprint(files: Iterable[Path], *settings: object) -> str:
    """SHA-256 of what is read and how: a run with another goes on from nothing."""
    digest = hashlib.sha256(repr(settings).encode())
    for path in files:
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


class Work:
    """A folder of finished steps; each is whole or not there. All is sealed: texts and contacts are in it."""

    def __init__(self, folder: Path, keeping: Keeping) -> None:
        self._folder, self._keeping = folder, keeping
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.resumed = any(folder.iterdir())

    def arrays(self, name: str, make: Callable[[], Arrays]) -> Arrays:
        """The arrays of a step, made now or before."""
        kept = self._kept(name)
        if kept is not None:
            with np.load(io.BytesIO(kept), allow_pickle=False) as loaded:
                return dict(loaded)
        made = make()
        into = io.BytesIO()
        np.savez(into, allow_pickle=False, **made)
        self._keep(name, into.getvalue())
        return made

    def records(self, name: str, make: Callable[[], Any]) -> Any:
        """What JSON can hold of a step, made now or before."""
        kept = self._kept(name)
        if kept is not None:
            return json.loads(kept)
        made = make()
        self._keep(name, json.dumps(made, ensure_ascii=False).encode())
        return made

    def done(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def _kept(self, name: str) -> bytes | None:
        path = self._folder / name
        try:
            return self._keeping.opened("work", path.read_bytes(), name)
        except (FileNotFoundError, InvalidTag):
            return None

    def _keep(self, name: str, content: bytes) -> None:
        path = self._folder / name
        beside = path.with_name(f"{name}.new")
        beside.write_bytes(self._keeping.sealed("work", content, name))
        os.replace(beside, path)
