"""The receipt of a consent: this person agreed that this agency asks that one, for this purpose, until that
day.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature

from tutela.operations.language import gettext as _
from tutela.operations.language import in_a_row, isolated
from tutela.operations.matching.agreement import PURPOSES, Agreement
from tutela.operations.matching.secret import Secret, put
from tutela.operations.refusals import Refused

__all__ = ["BY", "Receipt", "make", "read", "withdraw"]

BY = ("person", "guardian")
"""Who agreed. A guardian agrees for a child, with a decision on what is best for it."""
_WITHDRAWN = ".withdrawn"
"""Of the file, named by the hash of the receipt, that lies beside the receipt and all its copies there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A receipt that was checked. The question carries its hash, and nothing else of it but its last day."""

    purpose: str
    until: date
    hash: bytes


def make(
    path: Path, secret: Secret, agreed: Agreement, *, reference: str, purpose: str, until: date, by: str,
    decision: str, at: datetime,
) -> None:  # fmt: skip
    """Writes and signs a receipt. Raises Refused for what may not be agreed to."""
    if PURPOSES.get(purpose) not in agreed.purposes:
        allowed = in_a_row([name for name, one in PURPOSES.items() if one in agreed.purposes])
        raise Refused(
            _("“{purpose}” is not in the agreement. It has: {purposes}.").format(
                purpose=purpose, purposes=allowed
            )
        )
    if by == "guardian" and not decision.strip():
        raise Refused(_("For a child: name the decision on its best interests with --decision."))
    if until < at.astimezone(UTC).date():
        raise Refused(_("--until is past."))
    if path.exists():
        raise Refused(
            _("{file} is there already. A receipt is never written over.").format(file=isolated(str(path)))
        )
    content = {
        "pair": agreed.pair,
        "asks": agreed.asking.name,
        "is asked": agreed.answering.name,
        "person": secret.pseudonym(reference, of="person").hex(),
        "purpose": purpose,
        "until": until.isoformat(),
        "by": by,
        "decision": decision.strip(),
        "given": at.isoformat(),
    }
    signature = secret.signing.sign(_text(content)).hex()
    put(path, json.dumps({**content, "signature": signature}, indent=2).encode() + b"\n")


def withdraw(path: Path, *, at: datetime) -> None:
    """From now on no question can be asked with this receipt, nor with a copy in the same folder."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        content.pop("signature")
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise Refused(_("There is no receipt {file}.").format(file=isolated(str(path)))) from error
    put(_marker(path, content), f"Withdrawn at {at.isoformat()}.\n".encode())


def read(path: Path, secret: Secret, agreed: Agreement, *, reference: str, at: datetime) -> Receipt:
    """Raises Refused unless the receipt stands today, for this person and this pair."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        signature = bytes.fromhex(content.pop("signature"))
        secret.signing.public_key().verify(signature, _text(content))
        until = date.fromisoformat(content["until"])
    except (
        OSError, ValueError, KeyError, AttributeError, TypeError, RecursionError, InvalidSignature
    ) as error:  # fmt: skip
        raise Refused(
            _("{file} is no receipt of a consent that this agency signed.").format(file=isolated(str(path)))
        ) from error
    if _marker(path, content).exists():
        raise Refused(_("The person withdrew this consent. Nothing was asked."))
    if content["person"] != secret.pseudonym(reference, of="person").hex():
        raise Refused(_("This is the consent of another person."))
    if (content["pair"], content["is asked"]) != (agreed.pair, agreed.answering.name):
        other = _("This consent is for {theirs}, not for {ours}.")
        raise Refused(other.format(theirs=content["is asked"], ours=agreed.answering.name))
    if until < at.astimezone(UTC).date():
        ended = _("This consent ended on {day}. Ask the person again.")
        raise Refused(ended.format(day=isolated(str(until))))
    if PURPOSES.get(content["purpose"]) not in agreed.purposes:
        lacks = _("The agreement does not have the purpose “{purpose}”.")
        raise Refused(lacks.format(purpose=content["purpose"]))
    return Receipt(purpose=content["purpose"], until=until, hash=hashlib.sha256(_text(content)).digest())


def _marker(path: Path, content: dict[str, str]) -> Path:
    return path.with_name(hashlib.sha256(_text(content)).hexdigest()[:32] + _WITHDRAWN)


def _text(content: dict[str, str]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
