"""The documentation says what the program does: settings, roles, columns in the clear, links."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.db import models
from tests.guards.scan import ROOT

from tutela.environment import KNOWN
from tutela.foundation.access.decision import Purpose, Reason
from tutela.foundation.access.models import Section
from tutela.foundation.organisations.kinds import Kind
from tutela.foundation.roles import ROLES, Permission
from tutela.foundation.vault.fields import SealedField
from tutela.rights.law.files import instrument_paths, read_yaml
from tutela.safety import RULES

DOCS = ROOT / "docs"
DECISIONS = DOCS / "decisions"
LONGEST_README = 30
LARGEST_PICTURE = 200_000
# Folders of one developer's machine mean nothing to a reader.
_ELSEWHERE = re.compile(r"(?<!\w)/(?:home|root|tmp|work)/")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
# What says nothing about a person: keys of the database, and ciphertext under another name.
_NOT_WORTH_A_WORD = (models.UUIDField, models.ForeignKey, models.AutoField)
_OUTSIDE_FILES = frozenset(
    {"Organisation", "Invitation", "Reset", "SpentCode", "OrganisationKey", "DataKey", "TokenKey", "Desk"}
    | {"Resealing", "Tries", "Leaf", "Tile", "Checkpoint"}
)


def pages() -> list[Path]:
    """Every page that people read."""
    beside = [ROOT / name for name in ("README.md", "CHANGELOG.md", "SECURITY.md", "CONTRIBUTING.md")]
    packages = (ROOT / "src" / "tutela").rglob("README.md")
    return [
        *beside,
        *sorted(DOCS.rglob("*.md")),
        *sorted(packages),
        *sorted((ROOT / "library").rglob("*.md")),
    ]


def text_of(*parts: str) -> str:
    return DOCS.joinpath(*parts).read_text(encoding="utf-8")


# ---------------------------------------------------------------- lists that must be whole
def unnamed(names: Iterable[str], page: str) -> set[str]:
    """Names that a page does not show as code."""
    return {name for name in names if f"`{name}`" not in page}


def test_every_setting_is_documented():
    assert not unnamed((f"TUTELA_{name}" for name in KNOWN), text_of("reference", "settings.md"))


def test_an_unnamed_setting_is_seen():
    assert unnamed(["TUTELA_VAR", "TUTELA_MODE"], "`TUTELA_VAR_FILE`, TUTELA_VAR, `TUTELA_MODE`") == {
        "TUTELA_VAR"
    }


def test_no_setting_is_documented_that_does_not_exist():
    written = set(re.findall(r"`TUTELA_([A-Z_]+)`", text_of("reference", "settings.md")))
    assert {name for name in written if name.removesuffix("_FILE") not in KNOWN | {"X"}} == set()


def test_all_that_production_refuses_is_documented_word_for_word():
    page = text_of("reference", "settings.md")
    assert [message for _, message in RULES.values() if message not in page] == []


def test_every_role_and_permission_is_documented():
    page = text_of("reference", "roles.md")
    assert not unnamed([*ROLES, *(permission.value for permission in Permission)], page)


@pytest.mark.parametrize("code", ROLES)
def test_a_role_is_documented_with_exactly_its_permissions(code):
    section = text_of("reference", "roles.md").split(f"### `{code}`")[1].split("\n## ")[0].split("\n### ")[0]
    written = set(re.findall(r"`([a-z_]+(?:\.[a-z_]+)?)`", section))
    assert written == {permission.value for permission in ROLES[code].permissions}


def test_every_instrument_of_the_library_is_documented_with_its_number_of_entries():
    page = text_of("reference", "library.md")
    for path in instrument_paths(ROOT / "library"):
        entries = len(read_yaml(path).data["provisions"])
        name = f"{path.parent.name}/{path.name}"
        assert re.search(rf"\| `{re.escape(name)}` \|[^|]*\| {entries} \|", page), name


def test_every_word_of_the_access_decision_is_explained():
    page = text_of("explanation", "access.md")
    words = [*Reason, *Purpose, *Section.values, *Kind.values]
    assert not unnamed((str(word.value if hasattr(word, "value") else word) for word in words), page)


# ---------------------------------------------------------------- what lies in the clear
def columns(model: type[models.Model]) -> tuple[set[str], set[str]]:
    """The columns of a model in the clear, and those that are ciphertext or a key."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, _NOT_WORTH_A_WORD)]
    hidden = {field.name for field in fields if isinstance(field, SealedField | models.BinaryField)}
    return {field.name for field in fields} - hidden, hidden


def models_of_files() -> list[type[models.Model]]:
    """Every model of ours that speaks of a person, a report, or who looked at what."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("tutela.")]
    return [model for model in ours if model.__name__ not in _OUTSIDE_FILES]


@pytest.mark.parametrize("model", models_of_files(), ids=lambda model: model.__name__)
def test_the_security_model_lists_what_lies_in_the_clear(model):
    clear, hidden = columns(model)
    page = text_of("explanation", "security-model.md")
    row = re.search(rf"^\| {model.__name__}\b[^|]*\|([^|]*)\|([^|]*)\|$", page, re.MULTILINE)
    assert row, f"{model.__name__} is missing in the table"
    written = set(re.findall(r"`([a-z_]+)`", row[1]))
    assert written == clear - {"password"}
    assert unnamed(hidden, row[2]) == set()


# ---------------------------------------------------------------- links
def anchors(page: Path) -> set[str]:
    """The names by which headings of a page can be linked to."""
    text = _CODE.sub(lambda code: code[0] if "\n" not in code[0] else "", page.read_text(encoding="utf-8"))
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in _HEADING.findall(text)
    }


def broken_links(page: Path, *, root: Path = ROOT) -> list[str]:
    """Relative links of a page that lead nowhere, or out of the project."""
    text = _CODE.sub("", page.read_text(encoding="utf-8"))
    broken = []
    for target in _LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = unquote(target).partition("#")
        linked = (page.parent / path).resolve() if path else page
        if (
            not linked.exists()
            or not linked.is_relative_to(root)
            or (anchor and linked.suffix == ".md" and anchor not in anchors(linked))
        ):
            broken.append(target)
    return broken


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page):
    assert broken_links(page) == []


def test_a_broken_link_is_seen(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# One two\n[a](page.md#one-two) [b](gone.md) [c](#gone) `[d](code.md)` [e](https://example.org)"
    )
    assert broken_links(page, root=tmp_path) == ["gone.md", "#gone"]


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_speaks_of_a_place_that_readers_do_not_have(page):
    assert _ELSEWHERE.findall(page.read_text(encoding="utf-8")) == []


def test_every_picture_is_used_and_small():
    linked = [target for page in pages() for target in _LINK.findall(page.read_text(encoding="utf-8"))]
    used = {target.rsplit("/", 1)[-1] for target in linked}
    pictures = (DOCS / "images").glob("*.png")
    assert [p.name for p in pictures if p.name not in used or p.stat().st_size > LARGEST_PICTURE] == []


# ---------------------------------------------------------------- decisions and packages
def test_every_decision_has_its_own_number_without_a_gap():
    numbers = Counter(path.name[:4] for path in DECISIONS.glob("[0-9]*.md"))
    assert numbers == Counter(f"{number:04}" for number in range(1, len(numbers) + 1))


@pytest.mark.parametrize("path", sorted(DECISIONS.glob("[0-9]*.md")), ids=lambda path: path.stem)
def test_a_decision_is_short_whole_and_listed(path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# {path.name[:4]} ")
    assert all(f"**{part}.**" in text for part in ("Context", "Decision", "Consequences"))
    assert len(text.splitlines()) <= 25
    assert f"({path.name})" in (DECISIONS / "README.md").read_text(encoding="utf-8")


def packages() -> list[Path]:
    """The packages of the pathway: those with models of their own, and what people see."""
    source = ROOT / "src" / "tutela"
    stages = sorted(path.parent for path in source.glob("*/models.py"))
    return [*stages, source / "foundation", source / "web"]


@pytest.mark.parametrize("package", packages(), ids=lambda package: package.name)
def test_every_package_says_in_a_few_lines_what_it_promises(package):
    readme = package / "README.md"
    assert readme.exists()
    assert 4 <= len(readme.read_text(encoding="utf-8").splitlines()) <= LONGEST_README
