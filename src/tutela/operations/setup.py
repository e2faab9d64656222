"""Makes an installation ready: folder, keys, tables, static files, the first administrator."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from tutela import environment
from tutela.operations.refusals import Refused

if TYPE_CHECKING:
    from tutela.foundation.organisations.models import Organisation


def make_folders_and_keys() -> int:
    """Makes `var` (0700) and the keys that are not given from outside (0600); what exists stays."""
    var = Path(environment.text("VAR") or "var").resolve()
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, file in (("SECRET_KEY", "secret"), ("MASTER_KEY", "master"), ("LOG_KEY", "log")):
        path = var / "keys" / file
        made = not environment.text(name) and not path.exists()
        environment.kept_secret(name, path, create=True)
        if made:
            print(f"Made {path}: keep a copy apart from every backup.")
    return 0


def migrate() -> int:
    """Brings tables and static files up to date."""
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    root = settings.STATIC_ROOT
    if root is not None and _static_changed(root):
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        _stamp(root).write_text(_static_fingerprint())
    return 0


def _stamp(root: Path) -> Path:
    return root.with_name("static-collected")


def _static_changed(root: Path) -> bool:
    stamp = _stamp(root)
    return not root.is_dir() or not stamp.exists() or stamp.read_text() != _static_fingerprint()


def _static_fingerprint() -> str:
    """Of names, sizes and times of all static files: collecting and compressing them takes seconds."""
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = os.stat(storage.path(path))
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def rotate_keys() -> int:
    """Wraps every organisation's key and every second factor under the current master key."""
    from django.utils import timezone

    from tutela.foundation.access.decision import SYSTEM
    from tutela.foundation.access.scope import Scope, within
    from tutela.foundation.organisations.actions import rewrap_second_factors
    from tutela.foundation.vault.keyring import rewrap_under_current_master

    with within(Scope(system=True)):
        keys = rewrap_under_current_master()
        factors = rewrap_second_factors(by=SYSTEM, at=timezone.now())
    print(f"{keys} keys and {factors} second factors wrapped again. TUTELA_MASTER_KEY_OLD can be dropped.")
    return 0


def invite_first(*, organisation: str, kind: str, country: str, email: str) -> int:
    """Creates an organisation with its keys, and prints the link by which its administrator comes in."""
    from django.utils import timezone

    from tutela.foundation.access.scope import Scope, within
    from tutela.foundation.organisations import actions
    from tutela.foundation.organisations.kinds import Kind

    if kind not in Kind.values:
        raise Refused(f"--kind is one of: {', '.join(Kind.values)}")
    with within(Scope(system=True)):
        secret = secrets.token_urlsafe(24)
        actions.found_organisation(
            name=organisation,
            kind=kind,
            country=country,
            administrator=email,
            secret=secret,
            at=timezone.now(),
        )
    print(
        f"Invitation for {email}, valid for 7 days: /invitation/{secret}/ at the address of this installation"
    )
    return 0


def change_organisation(
    *,
    name: str,
    accepts_referrals: bool | None,
    decides_grounds: bool | None,
    prefix_search: bool | None,
    keeps_law: bool | None,
    new_key: bool,
) -> int:
    """Says what an organisation offers to others; with `new_key`, wraps its keys under a new one."""
    from django.utils import timezone

    from tutela.foundation.access.decision import SYSTEM
    from tutela.foundation.access.scope import Scope, within
    from tutela.foundation.organisations import actions
    from tutela.foundation.vault.keyring import rotate_organisation_key
    from tutela.people.actions import index_again

    now = timezone.now()
    with within(Scope(system=True)):
        organisation = _organisation(name)
        try:
            actions.change_organisation(
                organisation=organisation,
                accepts_referrals=accepts_referrals,
                decides_grounds=decides_grounds,
                prefix_search=prefix_search,
                keeps_law=keeps_law,
                by=SYSTEM,
                at=now,
            )
        except actions.DecidesElsewhere as problem:
            raise Refused(
                f"{name} is no competent authority: it cannot decide on reasonable grounds."
            ) from problem
        if prefix_search is not None:
            print(f"{index_again(organisation=organisation, by=SYSTEM, at=now)} names indexed again.")
        if new_key:
            print(f"{rotate_organisation_key(organisation.pk, at=now)} keys wrapped under a new one.")
    print(f"{name} is changed.")
    return 0


def open_desk(*, organisation: str, slug: str, name: str, country: str, emergency_number: str) -> int:
    """Opens a report desk with its own pair of keys."""
    from django.db import IntegrityError
    from django.utils import timezone

    from tutela.foundation.access.decision import SYSTEM
    from tutela.foundation.access.scope import Scope, within
    from tutela.reporting.actions import NoDeskHere, new_desk

    try:
        with within(Scope(system=True)):
            new_desk(
                organisation=_organisation(organisation),
                slug=slug,
                name=name,
                country=country,
                emergency_number=emergency_number,
                by=SYSTEM,
                at=timezone.now(),
            )
    except NoDeskHere as problem:
        raise Refused("Only an organisation that protects may open a desk: never police.") from problem
    except IntegrityError as problem:
        raise Refused(f"There is a desk with the address {slug} already: choose another.") from problem
    print(f"The desk is open at /tell/{slug}/. Tell nobody before somebody has the role to read it.")
    return 0


def _organisation(name: str) -> Organisation:
    from tutela.foundation.organisations.models import Organisation

    found = Organisation.objects.filter(name=name).first()
    if found is None:
        raise Refused(f"There is no organisation named {name!r}. `tutela invite` makes one.")
    return found
