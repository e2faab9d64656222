"""One sealed file with the database and the documents; never the keys, which are kept apart."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from tutela import __version__
from tutela.engines import envelopes
from tutela.foundation.vault import folders
from tutela.operations.refusals import Refused

_CONTEXT = b"backup"
_PIECE = 1 << 20


def _key() -> bytes:
    stretch = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"tutela backup")
    return stretch.derive(settings.MASTER_KEY.encode())


def write(file: Path) -> int:
    """Writes a backup that only the holder of the master key can open. Refuses to write over another."""
    if file.exists():
        raise Refused(f"{file} exists: choose another name, so that no backup is lost.")
    with tempfile.TemporaryDirectory(dir=settings.VAR) as folder:
        packed = Path(folder) / "packed.tar"
        with tarfile.open(packed, "w") as tar:
            _add_manifest(tar)
            with folders.held(settings.ATTACHMENTS, alone=False):
                tar.add(_copy_of_database(Path(folder)), arcname="database")
                tar.add(settings.ATTACHMENTS, arcname="attachments")
        part = file.with_name(file.name + ".part")
        with packed.open("rb") as source, _private(part) as target:
            for piece in envelopes.seal_stream(_pieces(source), key=_key(), context=_CONTEXT):
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
        part.rename(file)
    print(f"Wrote {file} ({file.stat().st_size:,} bytes). The keys in {settings.VAR / 'keys'} are not in it.")
    return 0


def bring_back(file: Path) -> int:
    """Puts a backup in the place of what is there, which is kept aside. Refused, it changes nothing."""
    with tempfile.TemporaryDirectory(dir=settings.VAR) as folder:
        packed = Path(folder) / "packed.tar"
        _open_into(file, packed)
        with tarfile.open(packed) as tar:
            tar.extractall(folder, filter="data")
        manifest = json.loads((Path(folder) / "manifest.json").read_text())
        if manifest["engine"] != connection.vendor:
            raise Refused(
                f"This backup is of a {manifest['engine']} database; this one is {connection.vendor}."
            )
        aside = settings.VAR / f"before-restore-{timezone.now():%Y%m%d-%H%M%S}"
        aside.mkdir(mode=0o700)
        _replace_database(Path(folder) / "database", aside)
        _replace_attachments(Path(folder) / "attachments", aside)
    print(f"Restored what was backed up at {manifest['at']}. What was here before lies in {aside}.")
    print("Now run `tutela audit verify`.")
    return 0


def _open_into(file: Path, packed: Path) -> None:
    try:
        with file.open("rb") as source, _private(packed) as target:
            for piece in envelopes.open_stream(_pieces(source), key=_key(), context=_CONTEXT):
                target.write(piece)
    except OSError as problem:
        raise Refused(f"Cannot read {file}: {problem.strerror}.") from problem
    except envelopes.EnvelopeRefused as problem:
        raise Refused(
            f"{file} is damaged, cut short, or sealed with another master key. Nothing was changed."
        ) from problem


def _add_manifest(tar: tarfile.TarFile) -> None:
    manifest = {"tutela": __version__, "engine": connection.vendor, "at": timezone.now().isoformat()}
    content = json.dumps(manifest).encode()
    entry = tarfile.TarInfo("manifest.json")
    entry.size = len(content)
    tar.addfile(entry, io.BytesIO(content))


def _copy_of_database(folder: Path) -> Path:
    copy = folder / "database"
    if connection.vendor == "postgresql":
        _postgres_tool("pg_dump", "--format=custom", f"--file={copy}")
        return copy
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"])) as live,
        closing(sqlite3.connect(copy)) as target,
    ):
        live.backup(target)
    return copy


def _replace_database(copy: Path, aside: Path) -> None:
    if connection.vendor == "postgresql":
        _postgres_tool("pg_dump", "--format=custom", f"--file={aside / 'database'}")
        _postgres_tool(
            "pg_restore", "--clean", "--if-exists", "--single-transaction", f"--dbname={_name()}", str(copy)
        )
        return
    connections.close_all()
    live = Path(connection.settings_dict["NAME"])
    for suffix in ("", "-wal", "-shm"):
        path = Path(f"{live}{suffix}")
        if path.exists():
            shutil.move(path, aside / path.name)
    shutil.move(copy, live)


def _replace_attachments(copy: Path, aside: Path) -> None:
    if settings.ATTACHMENTS.is_dir():
        shutil.move(settings.ATTACHMENTS, aside / "attachments")
    if copy.is_dir():
        shutil.move(copy, settings.ATTACHMENTS)


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _postgres_tool(tool: str, *arguments: str) -> None:
    where = connection.settings_dict
    program = shutil.which(tool)
    if program is None:
        raise Refused(f"{tool} is not installed: it comes with the PostgreSQL client.")
    given = {
        "PGHOST": where["HOST"],
        "PGPORT": str(where["PORT"]),
        "PGUSER": where["USER"],
        "PGPASSWORD": where["PASSWORD"],
    }
    surroundings = {
        **os.environ,
        **{key: value for key, value in given.items() if value},
        "PGDATABASE": _name(),
    }
    done = subprocess.run([program, *arguments], env=surroundings, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        raise Refused(f"{tool} failed with code {done.returncode}. Nothing was changed.")


def _private(path: Path) -> io.BufferedWriter:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _pieces(source: io.BufferedReader) -> Iterator[bytes]:
    while piece := source.read(_PIECE):
        yield piece
