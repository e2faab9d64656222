"""Every address says who may open it, and every address leads somewhere that somebody can get to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from tests.guards import scan
from tests.guards.scan import SOURCE
from tests.proofs.addresses import Address, addresses, path_view

from tutela.foundation.access.http import PUBLIC, SIGNED_IN
from tutela.foundation.roles import Permission

# Where people come in from outside, or that a library asks for by name; each with its reason.
ENTRY_POINTS = {
    "tell": "printed on posters and cards",
    "invitation": "the link that an administrator hands over",
    "new-password": "the link that an administrator hands over",
    "openapi-json": "what programmers read first",
    "cases": "the API",
    "case": "the API",
    "rights_of_person": "the API",
    "evaluate": "the API",
    "library_compare": "the API",
    "library_differences": "the API",
    "library_entries": "the API",
    "library_entry": "the API",
    "library_facts": "the API",
    "library_instrument": "the API",
    "library_instruments": "the API",
    "library_rights": "the API",
    "library_states": "the API",
    "api-root": "django-ninja finds its own prefix by it",
    "components": "for whoever builds pages",
    "components-public": "for whoever builds pages",
    "mfa_authenticate": "django-allauth leads there after the password",
    "mfa_reauthenticate_webauthn": "django-allauth leads there from the page that asks again",
}
# The root of the API answers nobody.
OPEN_IN_THE_API = {"api-root"}

_IN_TEMPLATE = re.compile(r"""\{%\s*url\s+["']([\w-]+)["']""")
_IN_CODE = re.compile(r"""["']([a-z][\w-]+)["']""")


def unsaid(found: Iterable[Address]) -> list[str]:
    """Routes whose view does not say who may open it."""
    return [f"/{address.route}" for address in found if not _says_who(address)]


def _says_who(address: Address) -> bool:
    operations = path_view(address.view)
    if operations is not None:
        return all(operation.auth_callbacks for operation in operations.operations)
    if address.is_api and address.name in OPEN_IN_THE_API:
        return True
    opens_to = getattr(address.view, "opens_to", None)
    if isinstance(opens_to, tuple):
        return bool(opens_to) and all(isinstance(one, Permission) for one in opens_to)
    return opens_to in {PUBLIC, SIGNED_IN}


def unreachable(found: Iterable[Address], tree: Path) -> list[str]:
    """Names of addresses that no template, no view and no list of entry points knows."""
    known = _names_in(tree) | set(ENTRY_POINTS)
    return [
        f"{address.name or '(no name)'} /{address.route}" for address in found if address.name not in known
    ]


def _names_in(tree: Path) -> set[str]:
    """Every address that a template links to, and every word in quotes outside urls.py: a redirect, a tab."""
    names = {name for _, text in scan.texts(tree, "*.html") for name in _IN_TEMPLATE.findall(text)}
    for path, text in scan.texts(tree, "*.py"):
        if (
            path.name not in {"urls.py", "api.py", "library_api.py", "compare_api.py"}
            and "migrations" not in path.parts
        ):
            names |= set(_IN_CODE.findall(text))
    return names


def test_every_address_says_who_may_open_it() -> None:
    assert unsaid(addresses()) == []


def test_every_address_is_led_to_or_listed() -> None:
    assert unreachable(addresses(), SOURCE) == []


def test_no_entry_point_is_listed_in_vain() -> None:
    assert set(ENTRY_POINTS) <= {address.name for address in addresses()}


def test_every_argument_of_an_address_is_checked_by_its_pattern() -> None:
    """An id in an address is a UUID or a number: nothing else reaches a view as one."""
    loose = [
        address.route
        for address in addresses()
        if re.search(r"<(?!uuid:|uuidstr:|int:)[^>]*_id>", address.route)
    ]
    assert loose == []


# ---------------------------------------------------------------- the guard can fail
def _view(**attributes: object) -> Address:
    def view() -> None: ...

    for name, value in attributes.items():
        setattr(view, name, value)
    return Address("somewhere/", "somewhere", view)


@pytest.mark.parametrize("opens_to", [None, "everyone", (), ("case.read",)])
def test_an_address_that_says_nothing_fails(opens_to: object) -> None:
    assert unsaid([_view(opens_to=opens_to)]) == ["/somewhere/"]


def test_an_address_that_was_forgotten_altogether_fails() -> None:
    assert unsaid([_view()]) == ["/somewhere/"]


@pytest.mark.parametrize("opens_to", [PUBLIC, SIGNED_IN, (Permission.CASE_READ,)])
def test_an_address_that_says_who_passes(opens_to: object) -> None:
    assert unsaid([_view(opens_to=opens_to)]) == []


def test_an_address_that_nothing_leads_to_fails(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("""{% url 'somewhere' %}""", encoding="utf-8")
    forgotten = Address("nowhere/", "nowhere", lambda: None)
    assert unreachable([_view(), forgotten], tmp_path) == ["nowhere /nowhere/"]
