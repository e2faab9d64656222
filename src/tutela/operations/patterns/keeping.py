"""The folder where patterns are kept between runs: its key, what people decided, clear values under seal.

Contacts are kept as keyed hashes. The key lies in a file of its own, which nobody but its owner may read; the
clear values lie sealed beside it, and open only to two people together.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tutela.operations.language import gettext as _
from tutela.operations.language import isolated, ngettext, number
from tutela.operations.refusals import Refused

_KEY, _DECISIONS, _EVIDENCE, _PEOPLE, _REQUESTS, _TEMPLATES, _GROUNDS = (
    "key", "decisions.jsonl", "evidence.sealed", "reviewers.json", "requests.jsonl", "templates.jsonl",
    "grounds.json",
)  # fmt: skip
RETENTION = timedelta(days=90)
"""How long adverts that nobody confirmed are kept."""
_NONCE = 12
_LEAST_PASSPHRASE = 12
HASHER = PasswordHasher()


class Decision(StrEnum):
    """What a person says about a template; none of it is about a person."""

    USEFUL = "useful"
    AGENCY = "agency"
    INDEPENDENT = "independent"
    SPAM = "spam"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why the file may be held and what for, in the words of who answers for it."""

    basis: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision of one reviewer; `template` is the template's key."""

    template: str
    decision: Decision
    by: str
    at: str
    note: str = ""

    @property
    def confirms(self) -> bool:
        """Whether it keeps what is known of the template for as long as the case rule says."""
        return self.decision is Decision.USEFUL


class Keeping:
    """One folder. Every line it acknowledged is on disk; two processes write one after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._key = self._read_key()

    def _read_key(self) -> bytes:
        path = self.folder / _KEY
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            key = path.read_bytes()
            if len(key) != 32:
                raise Refused(
                    _("{file} is no key of this folder: it was cut or changed.").format(
                        file=isolated(str(path))
                    )
                ) from None
            return key
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(secrets.token_bytes(32))
            stream.flush()
            os.fsync(stream.fileno())
        return path.read_bytes()

    def _derived(self, purpose: str) -> bytes:
        return hmac.digest(self._key, f"tutela patterns {purpose}".encode(), hashlib.sha256)

    def label(self, kind: str, value: str) -> str:
        """What a contact is called: the same value has the same label in this folder, and in no other."""
        digest = hmac.digest(self._derived("labels"), f"{kind}\0{value}".encode(), hashlib.sha256)
        return f"{kind} {digest[:5].hex().upper()}"

    # ---------------------------------------------------------------- what people decided
    def decisions(self) -> tuple[Decided, ...]:
        """All decisions, oldest first; a reviewer's last word on a template is the one that holds."""
        return tuple(
            Decided(one["template"], Decision(one["decision"]), one["by"], one["at"], one.get("note", ""))
            for one in self._lines(_DECISIONS)
        )

    def keep_decisions(self, decided: Iterable[Decided]) -> int:
        """Adds what is not there yet; returns how many."""
        with self._locked():
            known = set(self.decisions())
            fresh = [one for one in dict.fromkeys(decided) if one not in known]
            self._append(_DECISIONS, [asdict(one) for one in fresh])
        return len(fresh)

    # ---------------------------------------------------------------- what it is for
    def grounds(self, basis: str, purpose: str) -> Grounds:
        """The grounds of this folder; given once, they hold. Raises Refused where they are not known yet."""
        path = self.folder / _GROUNDS
        if path.exists():
            known = Grounds(**json.loads(path.read_text(encoding="utf-8")))
            if (basis or known.basis, purpose or known.purpose) != (known.basis, known.purpose):
                raise Refused(
                    _("{file} says otherwise: one folder has one basis and one purpose.").format(
                        file=isolated(str(path))
                    )
                )
            return known
        if not (basis.strip() and purpose.strip()):
            raise Refused(
                _(
                    "Nothing is read without grounds. Say once by what right you hold this file and what "
                    "for: {options}. They stand on every report."
                ).format(options=isolated("--basis “…” --purpose “…”"))
            )
        found = Grounds(basis.strip(), purpose.strip())
        with self._locked():
            self._replace(_GROUNDS, json.dumps(asdict(found), ensure_ascii=False).encode())
        return found

    # ---------------------------------------------------------------- templates
    def keys_of(self, templates: Sequence[Sequence[str]], *, on: date) -> list[str]:
        """A key for each template, given the digests of its texts: the one it had where any text is known.

        What was not seen before gets the first of its digests as its key.
        """
        with self._locked():
            known = {
                digest: str(line["key"])
                for line in self._lines(_TEMPLATES)
                for digest in line["digests"].split()
            }
            keys: list[str] = []
            for digests in templates:
                had = Counter(known[one] for one in digests if known.get(one) and known[one] not in keys)
                keys.append(min(had, key=lambda key: (-had[key], key)) if had else f"T-{min(digests)[:10]}")
            entries = [
                {"key": key, "digests": " ".join(digests), "on": on.isoformat()}
                for key, digests in zip(keys, templates, strict=True)
            ]
            self._append(_TEMPLATES, entries)
        return keys

    def templates(self) -> Iterator[tuple[str, list[str]]]:
        """Every key that a template had, with the digests of its texts then."""
        for line in self._lines(_TEMPLATES):
            yield line["key"], line["digests"].split()

    # ---------------------------------------------------------------- clear values
    def seal_evidence(self, values: Mapping[str, str], *, on: date) -> None:
        """Keeps label → clear value under seal, with what is there already, from this day on."""
        with self._locked():
            fresh = {label: [value, on.isoformat()] for label, value in values.items()}
            self._write_evidence({**self._evidence(), **fresh})

    def forget(self, *, on: date, confirmed: Iterable[str] = ()) -> int:
        """Takes out clear values that were last seen more than 90 days before, but of `confirmed` labels.

        Returns how many. What is known of templates seen only before then goes too, but of decided ones.
        """
        kept_labels, since = set(confirmed), (on - RETENTION).isoformat()
        with self._locked():
            before = self._evidence()
            kept = {one: value for one, value in before.items() if one in kept_labels or value[1] >= since}
            self._write_evidence(kept)
            decided = {one.template for one in self.decisions() if one.confirms}
            lines = [one for one in self._lines(_TEMPLATES) if one["on"] >= since or one["key"] in decided]
            written = b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in lines)
            self._replace(_TEMPLATES, written)
        return len(before) - len(kept)

    def _evidence(self) -> dict[str, list[str]]:
        path = self.folder / _EVIDENCE
        if not path.exists():
            return {}
        try:
            return dict(json.loads(self.opened("evidence", path.read_bytes(), _EVIDENCE)))
        except InvalidTag as problem:
            raise Refused(
                _("{file} was changed, or belongs to another key.").format(file=isolated(str(path)))
            ) from problem

    def _write_evidence(self, values: Mapping[str, Sequence[str]]) -> None:
        content = json.dumps(values, ensure_ascii=False, sort_keys=True).encode()
        self._replace(_EVIDENCE, self.sealed("evidence", content, _EVIDENCE))

    def sealed(self, purpose: str, content: bytes, bound_to: str) -> bytes:
        """`content` under the key of this folder and purpose; opens only where `bound_to` is the same."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + AESGCM(self._derived(purpose)).encrypt(nonce, content, bound_to.encode())

    def opened(self, purpose: str, sealed: bytes, bound_to: str) -> bytes:
        """Raises InvalidTag."""
        return AESGCM(self._derived(purpose)).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to.encode())

    # ---------------------------------------------------------------- two people
    def enrol(self, name: str, passphrase: str) -> None:
        """Lets somebody take part in asking for clear values. Raises Refused."""
        if len(passphrase) < _LEAST_PASSPHRASE:
            needs = ngettext(
                "A passphrase needs {count} character or more.",
                "A passphrase needs {count} characters or more.",
                _LEAST_PASSPHRASE,
            )
            raise Refused(needs.format(count=number(_LEAST_PASSPHRASE)))
        with self._locked():
            people = self._people()
            if name in people:
                raise Refused(_("{name} is there already.").format(name=isolated(name)))
            self._replace(_PEOPLE, json.dumps({**people, name: HASHER.hash(passphrase)}).encode())

    def ask(self, what: str, *, by: str, passphrase: str, reason: str, at: datetime) -> str:
        """The first of two asks for a clear value, or for a number's label. Returns the request's name."""
        self._prove(by, passphrase)
        if not reason.strip():
            raise Refused(_("Say why: the reason is kept."))
        request = secrets.token_hex(4)
        sealed = self.sealed("requests", what.encode(), request).hex()
        with self._locked():
            entry = {"request": request, "what": sealed, "by": by, "reason": reason, "at": at.isoformat()}
            self._append(_REQUESTS, [entry])
        return request

    def agree(self, request: str, *, by: str, passphrase: str, at: datetime) -> tuple[str, str]:
        """The second agrees: (label, clear value). Raises Refused, also where both are one person."""
        self._prove(by, passphrase)
        lines = list(self._lines(_REQUESTS))
        asked = next((one for one in lines if one["request"] == request and "what" in one), None)
        if asked is None or any(one["request"] == request and "agreed" in one for one in lines):
            raise Refused(_("There is no open request {request}.").format(request=isolated(request)))
        if asked["by"] == by:
            raise Refused(_("It takes two: who asked cannot agree."))
        what = self.opened("requests", bytes.fromhex(asked["what"]), request).decode()
        evidence = self._evidence()
        found = what if what in evidence else self.label("phone", what)
        with self._locked():
            self._append(_REQUESTS, [{"request": request, "agreed": by, "at": at.isoformat()}])
        return found, evidence[found][0] if found in evidence else ""

    def _people(self) -> dict[str, str]:
        path = self.folder / _PEOPLE
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}

    def _prove(self, name: str, passphrase: str) -> None:
        try:
            HASHER.verify(self._people().get(name, ""), passphrase)
        except (Argon2Error, InvalidHashError) as problem:
            raise Refused(_("The name or the passphrase is not right.")) from problem

    # ---------------------------------------------------------------- files
    def _lines(self, name: str) -> Iterator[dict[str, str]]:
        """Whole lines; one that a kill cut short was never acknowledged, and is passed over."""
        path = self.folder / name
        if path.exists():
            for written in path.read_bytes().split(b"\n")[:-1]:
                try:
                    yield json.loads(written)
                except ValueError:
                    continue

    def _append(self, name: str, entries: Iterable[Mapping[str, str]]) -> None:
        path = self.folder / name
        cut = path.exists() and path.stat().st_size and not path.read_bytes().endswith(b"\n")
        with path.open("ab") as stream:
            stream.write(b"\n" if cut else b"")
            stream.writelines(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in entries)
            stream.flush()
            os.fsync(stream.fileno())

    def _replace(self, name: str, content: bytes) -> None:
        path = self.folder / name
        beside = path.with_name(f"{name}.new")
        with beside.open("wb") as stream:
            os.chmod(beside, 0o600)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield
