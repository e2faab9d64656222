"""The rail shows each person what they may open, and where they are."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.urls import path

from tutela.web import navigation
from tutela.web.navigation import AlreadyRegistered, NavigationItem, navigation_for, register

urlpatterns = [
    path("", lambda request: None, name="start"),
    path("files/", lambda request: None, name="files"),
    path("files/closed/", lambda request: None, name="closed-files"),
    path("desk/", lambda request: None, name="desk"),
]

pytestmark = pytest.mark.urls(__name__)


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_items", {})
    register(NavigationItem("desk", "Desk", "desk", permission="desk", order=30, count=lambda user: 4))
    register(NavigationItem("files", "Files", "files", permission="files", order=20))
    register(NavigationItem("closed", "Closed", "closed-files", permission="files", order=25))
    register(NavigationItem("start", "Today", "start", order=10))


def person(*permissions: str, signed_in: bool = True) -> SimpleNamespace:
    return SimpleNamespace(is_authenticated=signed_in, may=lambda permission: permission in permissions)


def keys(*permissions: str) -> list[str]:
    return [link.key for link in navigation_for(person(*permissions))]


def test_each_sees_what_they_may_open_in_order() -> None:
    assert keys() == ["start"]
    assert keys("files") == ["start", "files", "closed"]
    assert keys("desk", "files") == ["start", "files", "closed", "desk"]


def test_any_of_several_permissions_is_enough() -> None:
    register(NavigationItem("both", "Both", "desk", permission=("send", "receive")))
    assert "both" in keys("receive")
    assert "both" not in keys("files")


def test_nobody_sees_anything_before_signing_in() -> None:
    assert navigation_for(person("files", signed_in=False)) == []
    assert navigation_for(None) == []


@pytest.mark.parametrize(
    ("address", "current"),
    [
        ("/files/", ["files"]),
        ("/files/7/rights/", ["files"]),
        ("/files/closed/", ["closed"]),
        ("/", ["start"]),
        ("/else/", []),
    ],
)
def test_the_nearest_entry_is_current(address: str, current: list[str]) -> None:
    links = navigation_for(person("files"), path=address)
    assert [link.key for link in links if link.current] == current


@pytest.mark.parametrize(("waiting", "shown"), [(0, ""), (4, "4"), (1000, "1000"), (1001, "1000+")])
def test_an_entry_can_say_how_many_wait(waiting: int, shown: str) -> None:
    register(NavigationItem("inbox", "Inbox", "desk", permission="inbox", count=lambda user: waiting))
    assert [link.count for link in navigation_for(person("inbox"))] == ["", shown]


def test_an_entry_without_an_address_is_left_out() -> None:
    register(NavigationItem("away", "Away", "switched-off"))
    assert "away" not in keys()


def test_a_key_belongs_to_one_entry() -> None:
    register(NavigationItem("start", "Today", "start", order=10))
    with pytest.raises(AlreadyRegistered):
        register(NavigationItem("start", "Other", "files"))
