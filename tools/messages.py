"""Collects every sentence of Tutela, brings the catalogues up to date, and compiles them: `./run messages`.

A language is one file, src/tutela/locale/LANGUAGE/LC_MESSAGES/django.po. Babel does what gettext's programs
do elsewhere, so that nothing needs to be installed to translate.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.places import ROOT

SOURCE = ROOT / "src" / "tutela"
LOCALE = SOURCE / "locale"
NOTE = "Translators"
CALLS: Mapping[str, tuple[int | tuple[int, int] | tuple[int, str], ...] | None] = {
    name + ending: place
    for name, place in {
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
    for ending in ("", "_lazy")
} | {"_": None, "gettext_noop": None}
# %(name)s, a bare %s, and {name}: what the program fills in.
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]|{\w*}")
HEADER = """\
# Tutela in {name}.
#
# Write plainly and warmly: readers may be frightened, or tired. The words of the field are in
# docs/reference/glossary.md. What stands in %(brackets)s or {{braces}} is filled in by the program and
# stays as it is. A note "fuzzy" means that the English has changed: look, mend, take the word away.
# Then run `./run messages`.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: {code}\\n"
"Plural-Forms: {plural}\\n"
"""


def main(_arguments: Sequence[str] = ()) -> int:
    """Updates and compiles the catalogue of every language; says what is left to translate."""
    template = sentences()
    left = 0
    for code, name in languages().items():
        update(code, name=name, template=template)
        faults = faults_of(code, template)
        left += len(faults)
        done = f"{len(template) - len(faults)} of {len(template)}"
        print(f"{name} ({code}): {done} ready{':' if faults else ''}")
        print("".join(f"  {fault}\n" for fault in faults), end="")
    return 1 if left else 0


def languages() -> dict[str, str]:
    """Code and own name of every language in the settings but English, which the sources are written in."""
    from django.conf import settings

    return {code: str(name) for code, name in settings.LANGUAGES if code != "en"}


def catalogue(code: str, *, locale: Path = LOCALE) -> Path:
    """The one file that holds a language."""
    return locale / code.replace("-", "_") / "LC_MESSAGES" / "django.po"


def sentences(source: Path = SOURCE) -> Catalog:
    """Every sentence marked for translation in the modules and templates below `source`, with its files."""
    found = Catalog()
    for path in sorted(source.rglob("*")):
        if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
            place = path.relative_to(source).as_posix()
            for line, message, notes, context in _marked(path):
                found.add(message, locations=[(place, line)], auto_comments=notes, context=context)
    return found


def update(code: str, *, name: str, template: Catalog, locale: Path = LOCALE) -> None:
    """Brings one language up to date: new sentences come in empty, changed ones "fuzzy", old ones leave."""
    path = catalogue(code, locale=locale)
    if not path.exists():
        path.parent.mkdir(parents=True)
        plural = get_plural(code.replace("-", "_")).plural_forms
        path.write_text(HEADER.format(name=name, code=code, plural=plural), encoding="utf-8")
    header = path.read_text(encoding="utf-8").partition("\n\n")[0].rstrip("\n") + "\n\n"
    known = read(code, locale=locale)
    known.update(template, update_creation_date=False)
    known.obsolete.clear()
    body = BytesIO()
    write_po(body, known, width=110, omit_header=True, sort_by_file=True, include_lineno=False)
    path.write_text(header + body.getvalue().decode().rstrip("\n") + "\n", encoding="utf-8")
    # Read again, so that what is compiled is what was written.
    path.with_suffix(".mo").write_bytes(compiled(read(code, locale=locale)))


def read(code: str, *, locale: Path = LOCALE) -> Catalog:
    """One language as its file has it."""
    with catalogue(code, locale=locale).open("rb") as file:
        return read_po(file, locale=code.replace("-", "_"))


def compiled(known: Catalog) -> bytes:
    """A language in the form that Django reads."""
    binary = BytesIO()
    write_mo(binary, known)
    return binary.getvalue()


def faults_of(code: str, template: Catalog, *, locale: Path = LOCALE) -> list[str]:
    """What keeps a language from being whole, one line for each sentence, with the file that it stands in."""
    path = catalogue(code, locale=locale)
    if not path.exists():
        return [f"there is no {path}"]
    known = read(code, locale=locale)
    faults = [
        f"{_place(wanted)}: {fault}: {_id(wanted)!r}"
        for wanted in template
        if wanted.id
        for fault in _faults(known.get(_id(wanted), wanted.context), wanted, forms=known.num_plurals)
    ]
    faults += [
        f"no longer in the sources: {_id(message)!r}"
        for message in [*known, *known.obsolete.values()]
        if message.id and template.get(_id(message), message.context) is None
    ]
    binary = path.with_suffix(".mo")
    if not binary.exists() or _spoken(binary.read_bytes()) != _spoken(compiled(known)):
        faults.append(f"{binary.name} is not what {path.name} compiles to")
    return faults


def _faults(message: Message | None, wanted: Message, *, forms: int) -> Iterator[str]:
    if message is None:
        yield "not in the catalogue"
        return
    texts = _all(message.string)
    if message.pluralizable != wanted.pluralizable:
        yield "has become one sentence, or one for each number"
    elif not all(texts) or (message.pluralizable and len(texts) != forms):
        yield f"not translated{f' in all {forms} forms' if message.pluralizable else ''}"
    elif message.fuzzy:
        yield "fuzzy: the English has changed; look again, then take the word `fuzzy` away"
    elif not all(_fits(text, _all(wanted.id)) for text in texts):
        yield "has other placeholders than the English"


def _fits(text: str, english: Sequence[str]) -> bool:
    """Whether a translation has the placeholders of its sentence; "one report" need not show its number."""
    found = PLACEHOLDER.findall(text)
    if len(english) == 1:
        return sorted(found) == sorted(PLACEHOLDER.findall(english[0]))
    known = {placeholder for form in english for placeholder in PLACEHOLDER.findall(form)}
    return set(found) <= known and len(known) - len(set(found)) <= 1


def _marked(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        from django.utils.translation.template import templatize

        # In brackets, or Python would trip over the indentation of what is left of the page.
        text = f"({templatize(text, origin=path.name)})"
    yield from extract("python", BytesIO(text.encode()), CALLS, (NOTE,))


def _place(message: Message) -> str:
    return ", ".join(dict.fromkeys(f"src/tutela/{place}:{line}" for place, line in message.locations))


def _id(message: Message) -> str:
    return _all(message.id)[0]


def _all(texts: object) -> list[str]:
    """What Babel has as one text, or as a text for each number, as a list."""
    return [str(text or "") for text in (texts if isinstance(texts, tuple | list) else [texts])]


def _spoken(binary: bytes) -> dict[object, str]:
    """The sentences of a compiled language, without its header, which names the version of the compiler."""
    spoken: dict[object, str] = GNUTranslations(BytesIO(binary))._catalog  # type: ignore[attr-defined]
    return {sentence: text for sentence, text in spoken.items() if sentence}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tutela.settings")
    sys.exit(main(sys.argv[1:]))
