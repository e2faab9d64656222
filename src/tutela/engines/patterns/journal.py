"""What an index must not lose: a snapshot of its arrays, and after it a journal that only grows.

Each record of the journal carries its length and a checksum, so half a record at the end, left by a kill, is
known for what it is and dropped. A snapshot is written beside the old one and renamed when it is whole.
"""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_HEAD = struct.Struct("<II")
_SNAPSHOT, _JOURNAL = "snapshot-{:08d}.npz", "journal-{:08d}.log"


class JournalDamaged(Exception):
    """The journal holds a record that is whole and wrong; the text says where."""


class Journal:
    """Snapshots and journal in one folder, for one process at a time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        numbers = [int(path.stem.split("-")[1]) for path in folder.glob("snapshot-????????.npz")]
        self._number = max(numbers, default=0)
        self._file: io.FileIO | None = None

    def snapshot(self) -> dict[str, NDArray[np.generic]] | None:
        """The arrays of the last snapshot, None where there is none yet."""
        path = self._folder / _SNAPSHOT.format(self._number)
        if not path.exists():
            return None
        with np.load(path, allow_pickle=False) as kept:
            return {name: kept[name] for name in kept.files}

    def records(self) -> Iterator[bytes]:
        """The records written since, oldest first; a torn end is cut off, so that writing goes on after it.

        Raises JournalDamaged where a record that others follow does not agree with its checksum.
        """
        path = self._path()
        whole = path.read_bytes() if path.exists() else b""
        at = 0
        while at + _HEAD.size <= len(whole):
            length, checksum = _HEAD.unpack_from(whole, at)
            end = at + _HEAD.size + length
            record = whole[at + _HEAD.size : end]
            if end > len(whole):
                break
            if zlib.crc32(record) != checksum:
                if end < len(whole):
                    raise JournalDamaged(
                        f"{path.name} is damaged at byte {at}. Restore the folder from a copy."
                    )
                break
            yield record
            at = end
        if at < len(whole):
            os.truncate(path, at)

    def append(self, record: bytes) -> None:
        """Write a record; it outlives the death of this process at once, that of the machine after `sync`."""
        if self._file is None:
            self._file = open(self._path(), "ab", buffering=0)  # noqa: SIM115
        self._file.write(_HEAD.pack(len(record), zlib.crc32(record)) + record)

    def sync(self) -> None:
        """Wait until the disk holds everything."""
        if self._file is not None:
            os.fsync(self._file.fileno())

    def begin_anew(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Write a snapshot and begin an empty journal; the old ones go when the new one is on the disk."""
        self.close()
        new = self._number + 1
        target = self._folder / _SNAPSHOT.format(new)
        passing = target.with_suffix(".writing")
        with passing.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(passing, target)
        self._sync_folder()
        self._number = new
        for pattern in ("snapshot-????????.npz", "journal-????????.log"):
            for path in self._folder.glob(pattern):
                if int(path.stem.split("-")[1]) != new:
                    path.unlink()
        self._sync_folder()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _path(self) -> Path:
        return self._folder / _JOURNAL.format(self._number)

    def _sync_folder(self) -> None:
        if not hasattr(os, "O_DIRECTORY"):  # a system that cannot sync a folder
            return
        handle = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
