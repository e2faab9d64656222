"""What two agencies agreed on, in a file that both have: who asks whom, what for, how often, and on what
basis.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tutela.engines.matching import Limits, Purpose
from tutela.foundation.organisations.kinds import Compartment, Kind, compartment_of
from tutela.operations.language import gettext as _
from tutela.operations.language import in_a_row, isolated
from tutela.operations.matching.secret import public_of
from tutela.operations.refusals import Refused

__all__ = ["PURPOSES", "Agreement", "Party", "read"]

PURPOSES = {
    "ongoing protection": Purpose.PROTECTION,
    "family tracing": Purpose.FAMILY_TRACING,
    "missing person": Purpose.MISSING_PERSON,
    "double assistance": Purpose.DOUBLE_ASSISTANCE,
}
_LIMITS = {one.name: one.default for one in fields(Limits)}
_SPAN = re.compile(r"(\d+) ?(s|min|h|d)")
_UNITS = {"s": 1, "min": 60, "h": 3_600, "d": 86_400}


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One agency: its name, what kind it is, whom to call there, and the key that it signs with."""

    name: str
    kind: str
    focal_point: str
    key: str

    @property
    def public(self) -> Ed25519PublicKey:
        return public_of(self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """`wait`: from a question to its reply at the earliest; `every`: how far apart replies are given."""

    pair: str
    asking: Party
    answering: Party
    controllers: str
    assessment: str
    transfer: str
    purposes: tuple[Purpose, ...]
    first: date
    last: date
    limits: Limits
    wait: timedelta
    every: timedelta

    def refuse_unless_in_force(self, at: datetime) -> None:
        if not self.first <= at.astimezone(UTC).date() <= self.last:
            raise Refused(
                _("The agreement {pair} holds from {first} to {last}, not today.").format(
                    pair=isolated(self.pair), first=isolated(str(self.first)), last=isolated(str(self.last))
                )
            )

    def due(self, asked: datetime) -> datetime:
        """When a question has its reply: at the first of the fixed times, counted from 00:00 UTC, after the
        wait.
        """
        every = int(self.every.total_seconds())
        earliest = int((asked + self.wait).timestamp())
        return datetime.fromtimestamp(-(-earliest // every) * every, tz=UTC)


def read(path: Path) -> Agreement:
    """Raises Refused with one line for everything that is missing or may not be."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(_("{file} cannot be read.").format(file=isolated(str(path)))) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a day that there is not
        raise Refused(_("{file} is no YAML.").format(file=isolated(str(path)))) from error
    if not isinstance(content, dict):
        raise Refused(_("{file} holds no agreement.").format(file=isolated(str(path))))
    wrong: list[str] = []
    found = _Reader(content, wrong)
    agreement = _agreement(found)
    if wrong or agreement is None:
        raise Refused("\n".join(f"{isolated(path.name)}: {one}" for one in wrong))
    return agreement


def _agreement(found: _Reader) -> Agreement | None:
    asking, answering = found.party("asking"), found.party("answering")
    pair = found.text("pair", _("a short name of this pair, as haven-harbour"))
    controllers = found.text("joint_controllers", _("the agreement of joint controllers (GDPR, article 26)"))
    assessment = found.text(
        "impact_assessment", _("the data protection impact assessment (GDPR, article 35)")
    )
    transfer = found.text(
        "transfer", _("the basis of passing it on between the two countries, or that it is one")
    )
    purposes = found.purposes()
    first, last = found.day("from"), found.day("until")
    limits = found.limits()
    replies = found.replies()
    if asking and answering and asking.key == answering.key:
        found.wrong.append(_("asking and answering have the same key: each agency has its own."))
    if first and last and first > last:
        found.wrong.append(_("until is before from."))
    if found.wrong or not (asking and answering and first and last):
        return None
    return Agreement(
        pair=pair,
        asking=asking,
        answering=answering,
        controllers=controllers,
        assessment=assessment,
        transfer=transfer,
        purposes=purposes,
        first=first,
        last=last,
        limits=limits,
        wait=replies[0],
        every=replies[1],
    )


class _Reader:
    """Reads one thing after the other, and gathers what is wrong."""

    def __init__(self, content: Mapping[str, Any], wrong: list[str], inside: str = "") -> None:
        self._content, self.wrong, self._inside = content, wrong, inside

    def text(self, name: str, meaning: str) -> str:
        value = self._content.get(name)
        if not isinstance(value, str) or not value.strip():
            self.wrong.append(
                _("{name} is missing: {meaning}.").format(
                    name=isolated(f"{self._inside}{name}"), meaning=meaning
                )
            )
            return ""
        return value.strip()

    def party(self, name: str) -> Party | None:
        inside = _Reader(self._mapping(name), self.wrong, f"{name}: ")
        party = Party(
            name=inside.text("name", _("the agency")),
            kind=inside.text("kind", _("what kind of agency it is, as service_provider")),
            focal_point=inside.text("focal_point", _("whom to call")),
            key=inside.text("key", _("what `tutela match key` says")),
        )
        if party.kind:
            self._check_kind(name, party.kind)
        if party.key:
            self._checked(
                lambda: party.public, _("{name}: key is no public key.").format(name=isolated(name))
            )
        return party

    def purposes(self) -> tuple[Purpose, ...]:
        named = self._content.get("purposes")
        if not isinstance(named, list) or not named:
            missing = _("purposes are missing: one or more of {purposes}.")
            self.wrong.append(missing.format(purposes=in_a_row(list(PURPOSES))))
            return ()
        for one in named:
            if one not in PURPOSES:
                unknown = _("“{purpose}” is no purpose that may be asked for: {purposes}.")
                self.wrong.append(unknown.format(purpose=one, purposes=in_a_row(list(PURPOSES))))
        return tuple(PURPOSES[one] for one in named if one in PURPOSES)

    def day(self, name: str) -> date | None:
        value = self._content.get(name)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        self.wrong.append(_("{name} is missing: a date, as 2026-11-25.").format(name=isolated(name)))
        return None

    def limits(self) -> Limits:
        given = self._mapping("limits", needed=False)
        for name, value in given.items():
            if name not in _LIMITS or not isinstance(value, int) or value < 1:
                self.wrong.append(
                    _("limits: {name} is none, or no whole number of 1 or more: {names}.").format(
                        name=isolated(str(name)), names=in_a_row(list(_LIMITS))
                    )
                )
        return (
            Limits(**{name: int(given.get(name, usual)) for name, usual in _LIMITS.items()})
            if not self.wrong
            else Limits()
        )

    def replies(self) -> tuple[timedelta, timedelta]:
        given = self._mapping("replies", needed=False)
        return self._span(given, "wait", "72 h"), self._span(given, "every", "24 h")

    def _span(self, given: Mapping[str, Any], name: str, usual: str) -> timedelta:
        match = _SPAN.fullmatch(str(given.get(name, usual)))
        seconds = int(match[1]) * _UNITS[match[2]] if match else 0
        if seconds < 1:
            self.wrong.append(
                _("replies: {name} is no time. Write it like 72 h.").format(name=isolated(name))
            )
        return timedelta(seconds=max(seconds, 1))

    def _mapping(self, name: str, *, needed: bool = True) -> Mapping[str, Any]:
        value = self._content.get(name, {})
        if isinstance(value, dict) and (value or not needed):
            return value
        self.wrong.append(_("{name} is missing or has nothing under it.").format(name=isolated(name)))
        return {}

    def _check_kind(self, name: str, kind: str) -> None:
        allowed = [one.value for one in Kind if compartment_of(one) is Compartment.PROTECTION]
        if kind not in allowed:
            self.wrong.append(
                _("{name}: “{kind}” may not take part. Only: {kinds}.").format(
                    name=isolated(name), kind=kind, kinds=in_a_row(allowed)
                )
            )

    def _checked(self, look: Callable[[], object], sentence: str) -> None:
        try:
            look()
        except ValueError:
            self.wrong.append(sentence)
