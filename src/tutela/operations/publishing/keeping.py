"""Keeps noisy tables in a file: public by themselves, so that they can be finished, checked and added up."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from math import isfinite, prod
from pathlib import Path

import numpy as np

from tutela.engines.synthesis import BadDomain, Column, Domain, Measured, Part
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated
from tutela.operations.publishing.journal import sync_folder
from tutela.operations.refusals import Refused

_ABOUT, _VARIANCES = "about", "variances"


def to_bytes(measured: Measured) -> bytes:
    """The noisy parts with their columns and codes, always in the same bytes."""
    about = {
        "columns": [[column.name, list(column.codes)] for column in measured.domain.columns],
        "impossible": [dict(rule) for rule in measured.domain.forbidden],
        "order": measured.order,
        "rho": measured.rho,
        "most": measured.most,
    }
    places = list(measured.parts)
    arrays = {_name(one): np.asarray(measured.parts[one].values, dtype=np.float64) for one in places}
    arrays[_VARIANCES] = np.array([measured.parts[one].variance for one in places])
    arrays[_ABOUT] = np.frombuffer(json.dumps(about, sort_keys=True).encode(), dtype=np.uint8)
    into = io.BytesIO()
    np.savez_compressed(into, **arrays)  # type: ignore[arg-type]
    return into.getvalue()


def from_bytes(content: bytes, *, named: str) -> Measured:
    """What `to_bytes` made. Raises Refused where it is anything else."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            about = json.loads(arrays[_ABOUT].tobytes())
            domain = Domain(
                tuple(Column(name, tuple(codes)) for name, codes in about["columns"]),
                tuple(about["impossible"]),
            )
            places = list(domain.subsets(about["order"]))
            variances = arrays[_VARIANCES].tolist()
            parts = {
                one: Part(_checked(arrays[_name(one)], domain.shape(one)), variance)
                for one, variance in zip(places, variances, strict=True)
            }
    except (
        ValueError, KeyError, TypeError, OSError, BadDomain, EOFError, NotImplementedError,
        AttributeError, zipfile.BadZipFile, RecursionError,
    ) as problem:  # fmt: skip
        raise Refused(
            _("{file} does not hold the noisy tables of a release.").format(file=isolated(named))
        ) from problem
    return Measured(domain, about["order"], float(about["rho"]), int(about["most"]), parts)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """A file that is there whole or not at all, and on the disk when this returns. Raises OSError."""
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def _name(places: tuple[int, ...]) -> str:
    return "part-" + "-".join(map(str, places))


def _checked(values: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    if values.shape != shape or values.dtype != np.float64 or values.size != prod(shape):
        raise ValueError
    if not isfinite(float(np.abs(values).sum())):
        raise ValueError
    return values
