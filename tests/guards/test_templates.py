"""Rules for pages: every word can be translated, no style or script hides in the markup, one base for all."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.guards import scan
from tests.guards.scan import SOURCE, Breach

# Text that is the same in every language.
SAME_EVERYWHERE: frozenset[str] = frozenset()
SPOKEN_ATTRIBUTES = {
    "aria-label",
    "aria-description",
    "aria-roledescription",
    "alt",
    "title",
    "placeholder",
    "label",
}
OWN_LITERALS = re.compile(r"^(trans|translate|extends|static|url|load|if|elif|get_|regroup|cache|csrf)")
LETTER = re.compile(r"[^\W\d_]")
COMMENT = re.compile(r"{#.*?#}|{%\s*comment\b.*?%}.*?{%\s*endcomment\s*%}", re.DOTALL)
BLOCK = re.compile(r"{%\s*blocktrans(late)?\b.*?%}.*?{%\s*endblocktrans(late)?\s*%}", re.DOTALL)
TAG = re.compile(r"{%\s*(.*?)\s*%}|{{\s*(.*?)\s*}}", re.DOTALL)
FORMAT = re.compile(r"""\b(?:date|time):(?:"[^"]*"|'[^']*')""")
EXTENDS = re.compile(r"\s*(?:{#.*?#}\s*)*{% extends \"([\w/]+\.html)\" %}")
LITERAL = re.compile(r"""(_\()?(?:"([^"]*)"|'([^']*)')""")


def unmarked_words(tree: Path) -> list[Breach]:
    """Words between tags, and in attributes that are read aloud, stand in trans or blocktrans."""
    return [
        Breach(path, line, f"not marked for translation: {words[:60]!r}")
        for path, text in scan.texts(tree, "*.html")
        for line, words in _Page(text).words
        if words not in SAME_EVERYWHERE
    ]


def unmarked_arguments(tree: Path) -> list[Breach]:
    """A sentence given to a component is _("marked") too."""
    return [
        Breach(path, scan.line_of(text, found.start()), f"not marked for translation: {literal!r}")
        for path, text in scan.texts(tree, "*.html")
        for found in TAG.finditer(_without(COMMENT, _without(BLOCK, text)))
        if not OWN_LITERALS.match(found[1] or found[2] or "")
        for literal in _sentences(found[1] or found[2] or "")
    ]


def hidden_code(tree: Path) -> list[Breach]:
    """No inline style, handler or script: the page's policy refuses them, and so do we."""
    return [
        Breach(path, line, what)
        for path, text in scan.texts(tree, "*.html")
        for line, what in _Page(text).code
    ]


def strays(tree: Path) -> list[Breach]:
    """A page extends a base, if through another page; a base, a component and a part (_first) need not."""
    pages = {
        str(path).partition("/templates/")[2] or path.name: text for path, text in scan.texts(tree, "*.html")
    }
    return [
        Breach(path, 1, "extends no base, and is no part of a page either")
        for path, _text in scan.texts(tree, "*.html")
        if not path.name.startswith(("_", "base")) and "components" not in path.parent.parts
        if not _reaches_a_base(str(path).partition("/templates/")[2] or path.name, pages)
    ]


def _reaches_a_base(page: str, pages: dict[str, str]) -> bool:
    """Whether following `extends` from `page` ends at a base, ours or that of a library."""
    for _step in range(10):
        if page.rpartition("/")[2].startswith("base"):
            return True
        extends = EXTENDS.match(pages.get(page, ""))
        if extends is None:
            return False
        page = extends[1]
    return False


class _Page(HTMLParser):
    """Words and code of a template, after its tags have given way to blanks."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[tuple[int, str]] = []
        self.code: list[tuple[int, str]] = []
        self._quiet = 0
        for pattern in (COMMENT, BLOCK, TAG):
            text = _without(pattern, text)
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._quiet += tag in {"script", "style"}
        line = self.getpos()[0]
        given = {name: value or "" for name, value in attrs}
        self.code += [
            (line, f"<{tag} {name}=...>")
            for name in given
            if name == "style" or name.startswith(("on", "hx-on"))
        ]
        if tag == "style" or (tag == "script" and not {"src", "nonce"} <= given.keys()):
            self.code.append((line, f"<{tag}> with its code in the page, or without a nonce"))
        spoken = SPOKEN_ATTRIBUTES | (
            {"value"} if given.get("type") in {"submit", "button", "reset"} else set()
        )
        self.words += [
            (line, value.strip()) for name, value in given.items() if name in spoken and LETTER.search(value)
        ]

    def handle_endtag(self, tag: str) -> None:
        self._quiet -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._quiet and LETTER.search(data):
            self.words.append((self.getpos()[0], " ".join(data.split())))


def _without(pattern: re.Pattern[str], text: str) -> str:
    """The text with blanks where `pattern` fits, and every line still where it was."""
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def _sentences(tag: str) -> list[str]:
    """String literals of a tag that read as words to people, not as names to the machine."""
    literals = [(marked, first or second) for marked, first, second in LITERAL.findall(FORMAT.sub("", tag))]
    return [
        text
        for marked, text in literals
        if not marked and LETTER.search(text) and (" " in text.strip() or text[0].isupper())
    ]


BASE = '{% extends "base.html" %}'
GUARDS: dict[Callable[[Path], list[Breach]], list[str]] = {
    unmarked_words: [
        "<p>Hello</p>",
        '<a aria-label="Close" href="/">{% trans "x" %}</a>',
        '<input type="submit" value="Send">',
        "<p>{{ name }} مرحبا</p>",
    ],
    unmarked_arguments: ['{% button "Open a case" %}', '{% include "components/x.html" with label="Open" %}'],
    hidden_code: [
        '<p style="color: red"></p>',
        '<p onclick="x()"></p>',
        '<p hx-on:click="x()"></p>',
        "<script>x()</script>",
        '<script src="/x.js"></script>',
        "<style>p { color: red }</style>",
    ],
    strays: ["<html></html>", '{% include "base.html" %}', '{% extends "page.html" %}'],
}


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.__name__)
def test_tutela_keeps_the_rule(guard):
    breaches = guard(SOURCE)
    assert not breaches, scan.shown(breaches)


@pytest.mark.parametrize(
    ("guard", "bad"), [(guard, bad) for guard, all_bad in GUARDS.items() for bad in all_bad]
)
def test_the_guard_sees_a_breach(guard, bad, tmp_path):
    (tmp_path / "page.html").write_text(bad if guard is strays else BASE + "\n" + bad, encoding="utf-8")
    (breach,) = guard(tmp_path)
    assert breach.line == (1 if guard is strays else 2)


def test_a_page_may_extend_a_page_that_extends_a_base(tmp_path):
    (tmp_path / "templates" / "people").mkdir(parents=True)
    (tmp_path / "templates" / "people" / "file.html").write_text(BASE, encoding="utf-8")
    (tmp_path / "templates" / "page.html").write_text('{% extends "people/file.html" %}', encoding="utf-8")
    assert not strays(tmp_path)


def test_a_page_as_it_should_be_passes(tmp_path):
    good = (
        BASE
        + """
    {# A note for those who read this. #}
    {% comment %}And a longer one.{% endcomment %}
    <h1 class="{% if x %}big{% endif %}">{% trans "Hello" %} · 12</h1>
    {% blocktrans trimmed %}Dear <b>all</b>{% endblocktrans %}
    {% button _("Open a case") kind="first" %}
    <a {% if x %}aria-current="page"{% endif %} aria-label="{% trans "Where" %}" href="/">{{ name }}</a>
    <time datetime="{{ due|date:"Y-m-d" }}">{{ day }}</time>
    <script nonce="{{ nonce }}" src="{% static "x.js" %}"></script>
    """
    )
    (tmp_path / "page.html").write_text(good, encoding="utf-8")
    for guard in GUARDS:
        assert not guard(tmp_path), scan.shown(guard(tmp_path))
