"""Every sentence of Tutela is spoken in every language that it offers, whole, and as the catalogue has it."""

from __future__ import annotations

import re
from gettext import c2py
from pathlib import Path

import pytest
from babel.messages.pofile import write_po
from django.conf import settings
from tools.messages import LOCALE, catalogue, faults_of, languages, read, sentences, update

MODULE = """
from django.utils.translation import gettext as _, ngettext, pgettext
GREETING = _("Welcome, %(name)s")
# Translators: of a door, not of a person
STATE = pgettext("door", "Open")
COUNT = ngettext("%(count)s file", "%(count)s files", 2)
"""
PAGE = """
{% block title %}{% trans "Your rights" as title %}{{ title|default:_("None") }}{% endblock %}
  {% blocktrans trimmed count n=n with who=who %}
    {{ n }} letter
    for {{ who }}{% plural %}{{ n }} letters for {{ who }}{% endblocktrans %}
{# Translators: on a button #}
{% button _("It's 100% safe") kind="first" %}
"""
FRENCH = {
    "Welcome, %(name)s": "Bienvenue, %(name)s",
    "Open": "Ouverte",
    "%(count)s file": ("%(count)s dossier", "%(count)s dossiers"),
    "Your rights": "Vos droits",
    "None": "Aucun",
    "%(n)s letter for %(who)s": ("%(n)s lettre pour %(who)s", "%(n)s lettres pour %(who)s"),
    "It's 100% safe": "Sans aucun danger",
}


@pytest.mark.parametrize("code", [code for code, _ in settings.LANGUAGES if code != "en"])
def test_every_sentence_is_translated(code):
    faults = faults_of(code, sentences())
    assert not faults, f"\n{len(faults)} to mend in {catalogue(code)}, then ./run messages:\n" + "\n".join(
        faults
    )


def test_every_catalogue_belongs_to_a_language_of_the_settings():
    assert {path.name for path in LOCALE.iterdir() if path.is_dir()} == {
        code.replace("-", "_") for code in languages()
    }


def test_arabic_counts_in_six_ways():
    """None, one, two, few (3), many (11) and the rest (100), in the order that Django's own Arabic has."""
    arabic = read("ar")
    form = c2py(arabic.plural_expr)
    assert [form(count) for count in (0, 1, 2, 3, 11, 100)] == [0, 1, 2, 3, 4, 5]
    assert {len(message.string) for message in arabic if message.id and message.pluralizable} == {6}


def test_french_has_its_own_marks():
    """A curved apostrophe, and a space that does not break before ; : ? ! and inside « »."""
    texts = [
        text
        for message in read("fr")
        if message.id
        for text in (message.string if message.pluralizable else [message.string])
    ]
    assert not [text for text in texts if "'" in text or re.search(r"\w[;?!](?:\s|$)| [;:?!»]|« ", text)]


@pytest.fixture
def house(tmp_path) -> tuple[Path, Path]:
    """A small source tree, and its catalogue in French, whole."""
    source, locale = tmp_path / "src", tmp_path / "locale"
    source.mkdir()
    (source / "words.py").write_text(MODULE, encoding="utf-8")
    (source / "page.html").write_text(PAGE, encoding="utf-8")
    update("fr", name="Français", template=sentences(source), locale=locale)
    _translate(locale, FRENCH)
    update("fr", name="Français", template=sentences(source), locale=locale)
    return source, locale


def test_all_ways_to_mark_a_sentence_are_seen(house):
    source, locale = house
    found = {message.id: message for message in sentences(source) if message.id}
    assert {identity[0] if isinstance(identity, tuple) else identity for identity in found} == FRENCH.keys()
    assert found["Open"].context == "door"
    assert found["Open"].auto_comments == ["Translators: of a door, not of a person"]
    assert found["It's 100% safe"].auto_comments == ["Translators: on a button"]
    assert found["Your rights"].locations == [("page.html", 2)]
    assert not faults_of("fr", sentences(source), locale=locale)


def test_a_new_sentence_is_missed_with_its_file(house):
    source, locale = house
    (source / "more.py").write_text('from x import _\n\nMORE = _("One thing more")\n', encoding="utf-8")
    (fault,) = faults_of("fr", sentences(source), locale=locale)
    assert "more.py:3: not in the catalogue: 'One thing more'" in fault


def test_a_sentence_that_is_gone_is_seen_and_leaves(house):
    source, locale = house
    (source / "words.py").unlink()
    assert {fault.partition(":")[0] for fault in faults_of("fr", sentences(source), locale=locale)} == {
        "no longer in the sources"
    }
    update("fr", name="Français", template=sentences(source), locale=locale)
    assert not faults_of("fr", sentences(source), locale=locale)


def test_changed_english_keeps_the_translation_but_asks_for_a_look(house):
    source, locale = house
    (source / "words.py").write_text(MODULE.replace("Welcome, ", "You are welcome, "), encoding="utf-8")
    update("fr", name="Français", template=sentences(source), locale=locale)
    (fault,) = faults_of("fr", sentences(source), locale=locale)
    assert "fuzzy" in fault
    assert read("fr", locale=locale).get("You are welcome, %(name)s").string == "Bienvenue, %(name)s"


@pytest.mark.parametrize(
    ("sentence", "bad", "fault"),
    [
        ("Your rights", "", "not translated"),
        ("Welcome, %(name)s", "Bienvenue", "placeholders"),
        ("Welcome, %(name)s", "Bienvenue, %(nom)s", "placeholders"),
        ("%(count)s file", ("%(count)s dossier", ""), "not translated in all 2 forms"),
        ("%(count)s file", ("%(total)s dossier", "%(count)s dossiers"), "placeholders"),
    ],
)
def test_a_poor_translation_is_seen(house, sentence, bad, fault):
    source, locale = house
    _translate(locale, {sentence: bad})
    update("fr", name="Français", template=sentences(source), locale=locale)
    (found,) = faults_of("fr", sentences(source), locale=locale)
    assert fault in found


def test_a_stale_compiled_catalogue_is_seen(house):
    source, locale = house
    _translate(locale, {"Your rights": "Ce qui vous est dû"})
    (fault,) = faults_of("fr", sentences(source), locale=locale)
    assert "django.mo is not what django.po compiles to" in fault


def test_a_translators_words_at_the_top_stay(house):
    source, locale = house
    path = catalogue("fr", locale=locale)
    path.write_text("# A word to colleagues.\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    before = path.read_bytes()
    update("fr", name="Français", template=sentences(source), locale=locale)
    assert path.read_bytes() == before


def test_a_new_language_begins_with_every_sentence_and_its_own_plural(house):
    source, locale = house
    update("pl", name="Polski", template=sentences(source), locale=locale)
    assert read("pl", locale=locale).num_plurals > 2
    assert len(faults_of("pl", sentences(source), locale=locale)) == len(FRENCH)


def _translate(locale: Path, words: dict[str, str | tuple[str, str]]) -> None:
    """Puts translations into the French file by hand, as a translator's editor does."""
    known = read("fr", locale=locale)
    for message in known:
        identity = message.id[0] if isinstance(message.id, tuple | list) else message.id
        if identity and identity in words:
            message.string = words[identity]
    path = catalogue("fr", locale=locale)
    header = path.read_text(encoding="utf-8").partition("\n\n")[0] + "\n\n"
    with path.open("wb") as file:
        file.write(header.encode())
        write_po(file, known, omit_header=True)
