"""Each component says what it has to say in words, and lets no content become markup."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path

import pytest
from django import forms
from django.template import TemplateSyntaxError, engines
from django.template.loader import render_to_string
from django.utils import translation

from tutela.foundation.tables import Code, Column, Due, Mark, Name, Table
from tutela.web import errors, samples
from tutela.web.components import (
    Deadline,
    DeadlineState,
    Fact,
    RightCard,
    Step,
    Tab,
    Tile,
    TimelineEntry,
)
from tutela.web.icons import ICONS
from tutela.web.navigation import NavigationLink

NASTY = '<script>alert("x")</script>'
TEMPLATES = Path(__file__).parents[2] / "src/tutela/web/templates"
ERRORS = ["400", "403", "403_csrf", "404", "413", "429", "500"]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def drawn(source: str, **context: object) -> str:
    return engines["django"].from_string(source).render(context)


class Outline(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def ids(self) -> list[str]:
        return [attributes["id"] or "" for _, attributes in self.elements if "id" in attributes]

    def referred(self) -> set[str]:
        names = ("aria-describedby", "aria-labelledby", "for", "popovertarget")
        ids = {
            part for _, found in self.elements for name in names for part in (found.get(name) or "").split()
        }
        anchors = {
            (found.get("href") or "")[1:]
            for _, found in self.elements
            if (found.get("href") or "").startswith("#")
        }
        return (ids | anchors) - {""}


NASTY_COMPONENTS = {
    "{% button x %}": {},
    "{% button x url=x %}": {},
    "{% status x %}": {},
    "{% notice 'warn' x %}{{ x }}{% endnotice %}": {},
    "{% empty_state x %}{{ x }}{% endempty_state %}": {},
    "{% tabs it x %}": {"it": [Tab(label=NASTY, url=NASTY)]},
    "{% tiles it %}": {"it": [Tile(value=NASTY, label=NASTY, note=NASTY)]},
    "{% facts it %}": {"it": [Fact(label=NASTY, value=NASTY)]},
    "{% pathway it %}": {"it": [Step(label=NASTY, state="now", note=NASTY, url=NASTY)]},
    "{% timeline it %}": {"it": [TimelineEntry(at=date(2026, 1, 1), what=NASTY, who=NASTY, detail=NASTY)]},
    "{% table it %}": {
        "it": Table(
            NASTY, [Column(NASTY)], [[NASTY], [Name(NASTY, NASTY, NASTY)], [Code(NASTY)], [Mark(NASTY)]]
        )
    },
    "{% pager x x %}": {},
}


@pytest.mark.parametrize("source", NASTY_COMPONENTS)
def test_content_never_becomes_markup(source: str) -> None:
    html = drawn(source, x=NASTY, **NASTY_COMPONENTS[source])
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def right(**changes: object) -> RightCard:
    card = RightCard(
        title=NASTY,
        meaning=NASTY,
        article="Article 13",
        instrument="CETS 197",
        duty_bearer="the competent authority",
        status="Due",
        deadline=Deadline(due=date(2026, 11, 30), state=DeadlineState.WARNED, days=5, working_days=3),
    )
    return replace(card, **changes)


def test_a_right_names_the_law_the_duty_bearer_and_the_day() -> None:
    html = drawn("{% rights_card right %}", right=right())
    for words in ("Article 13, CETS 197", "the competent authority", "in 3 working days", "Mon 30 Nov"):
        assert words in html
    assert "<script" not in html


def test_law_that_is_only_general_knowledge_says_so() -> None:
    assert "To be confirmed by a lawyer" in drawn("{% rights_card right %}", right=right(confirmed=False))
    assert "lawyer" not in drawn("{% rights_card right %}", right=right())


@pytest.mark.parametrize("state", DeadlineState)
def test_a_deadline_speaks_in_words_in_every_state(state: DeadlineState) -> None:
    due = Deadline(due=date(2026, 11, 30), state=state, days=-2, working_days=-2)
    words = re.sub(r"<[^>]+>", "", drawn("{% deadline due %}", due=due)).strip()
    assert re.fullmatch(r"[a-z0-9].+ \(Mon 30 Nov\)", words)


def test_a_stored_clock_is_seen_at_the_moment_of_the_request(rf) -> None:
    from tutela.foundation.clocks.models import Clock

    request = rf.get("/")
    request.at = datetime(2026, 11, 26, 9, tzinfo=UTC)
    clock = Clock(country="GB", unit="days", state="running", due_at=datetime(2026, 11, 30, 20, tzinfo=UTC))
    assert "in 4 days" in drawn("{% deadline clock %}", clock=clock, request=request)


def test_steps_say_done_now_and_later() -> None:
    html = drawn("{% pathway it %}", it=[Step("a", "done"), Step("b", "now"), Step("c", "later")])
    assert [word for word in ("Done", "Now", "Later") if word not in html] == []
    assert html.count('aria-current="step"') == 1


def test_a_fact_that_is_unknown_says_so_and_a_zero_is_a_fact() -> None:
    html = drawn("{% facts it %}", it=[Fact("Guardian", ""), Fact("Children", 0)])
    assert "Not recorded" in html
    assert "<dd>0</dd>" in html


def test_a_list_has_links_to_the_pages_around_it_and_only_those() -> None:
    assert drawn("{% pager %}").strip() == ""
    assert 'rel="next"' in drawn("{% pager next_url='?after=7' %}")
    assert 'rel="prev"' not in drawn("{% pager next_url='?after=7' %}")


def test_a_cell_of_a_narrow_table_names_its_column() -> None:
    html = drawn(
        "{% table it %}", it=Table("Cases", [Column("Case"), Column("Open", number=True)], [["A", 2]])
    )
    assert 'data-label="Open" class="number">2' in html


def test_cells_are_drawn_by_their_kind(rf) -> None:
    clock = Deadline(due=date(2026, 11, 30), state=DeadlineState.WARNED, days=5)
    cells = [
        Name("Heron", "/files/7/", "shared"),
        Code("K7"),
        Mark("Yes", "good", date(2026, 11, 30)),
        Due(clock),
    ]
    table = Table("Cases", [Column(word) for word in "abcdefg"], [[*cells, date(2026, 11, 30), None, ""]])
    html = drawn("{% table it %}", it=table)
    assert (
        '<th scope="row"><a href="/files/7/"><bdi>Heron</bdi></a> <span class="tag tone-calm">shared</span>'
        in html
    )
    assert '<bdi dir="ltr">K7</bdi>' in html
    assert '<span class="status tone-good">Yes</span> <span class="due-day">Mon 30 Nov</span>' in html
    assert "in 5 days" in html
    assert 'data-label="e">Mon 30 Nov</td>' in html
    assert html.count("—</td>") == 2


# ---------------------------------------------------------------- forms
class AllKinds(samples.SampleForm):
    parts = forms.SplitDateTimeField(label="Parts", widget=forms.SplitDateTimeWidget)
    proof = forms.FileField(label="Proof")
    secret = forms.CharField(widget=forms.HiddenInput)


WHOLE = "{% form_errors form %}<form>{% for bound in form %}{% field bound %}{% endfor %}</form>"


def test_every_error_and_help_is_tied_to_its_field() -> None:
    outline = Outline(drawn(WHOLE, form=AllKinds({"called": ""})))
    assert outline.referred() - set(outline.ids()) == set()
    assert len(outline.ids()) == len(set(outline.ids()))


def test_every_input_has_a_label_or_a_legend() -> None:
    outline = Outline(drawn(WHOLE, form=AllKinds()))
    labelled = {found.get("for") for tag, found in outline.elements if tag == "label"}
    inputs = {
        found["id"]
        for tag, found in outline.elements
        if tag in {"input", "select", "textarea"} and found.get("type") != "hidden"
    }
    assert inputs - labelled <= {"id_parts_0", "id_parts_1"}  # these two share the legend of their group


def test_the_summary_of_errors_comes_first_and_takes_the_focus() -> None:
    html = drawn(WHOLE, form=samples.SampleForm({"contact": "letter"}))
    assert html.index("autofocus") < html.index("<form>")
    assert 'href="#id_called"' in html
    assert 'href="#id_contact_0"' in html


def test_a_form_without_errors_has_no_summary() -> None:
    assert "autofocus" not in drawn(WHOLE, form=samples.SampleForm())


def test_what_was_typed_is_kept_and_stays_text() -> None:
    html = drawn(WHOLE, form=samples.SampleForm({"called": NASTY}))
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_general_errors_stand_in_the_summary() -> None:
    form = samples.SampleForm({})
    form.add_error(None, NASTY)
    assert "&lt;script&gt;" in drawn("{% form_errors form %}", form=form)


# ---------------------------------------------------------------- pages
@pytest.mark.parametrize("page", ERRORS)
def test_an_error_page_needs_no_context_and_says_what_is_safe_and_what_to_do(page: str) -> None:
    html = render_to_string(f"{page}.html")
    for words in ("What is safe", "What you can do now", "<h1>"):
        assert words in html
    assert "<script" not in html


@pytest.mark.parametrize(
    ("view", "code"),
    [
        (errors.bad_request, 400),
        (errors.forbidden, 403),
        (errors.form_not_trusted, 403),
        (errors.not_found, 404),
        (errors.too_large, 413),
        (errors.too_many, 429),
        (errors.broken, 500),
    ],
)
def test_an_error_view_answers_without_a_database(rf, view, code: int) -> None:
    response = view(rf.get("/files/secret-address/"))
    assert response.status_code == code
    assert b"secret-address" not in response.content


def test_public_pages_have_no_script_and_a_way_out(rf) -> None:
    html = render_to_string(
        "components_public.html", {"form": samples.TellForm(), "exit_url": "https://exit.example/"}
    )
    assert "<script" not in html
    assert 'href="https://exit.example/" rel="noreferrer"' in html
    assert "does not hide that you were here" in html
    assert "<title>Information</title>" in html


def test_staff_pages_have_no_script() -> None:
    assert "<script" not in render_to_string("base.html")


def test_the_scripts_of_passkeys_carry_the_nonce_of_the_page(rf) -> None:
    request = rf.get("/")
    request.csp_nonce = "nonce-of-this-page"
    html = render_to_string("organisations/_passkey_scripts.html", {"request": request})
    assert html.count("<script ") == html.count('nonce="nonce-of-this-page"') == 2


@pytest.mark.parametrize(("lang", "direction"), [("en", "ltr"), ("fr", "ltr"), ("es", "ltr"), ("ar", "rtl")])
@pytest.mark.parametrize("base", ["base.html", "base_public.html", "base_minimal.html"])
def test_a_page_says_its_language_and_direction(base: str, lang: str, direction: str) -> None:
    with translation.override(lang):
        assert f'<html lang="{lang}" dir="{direction}">' in render_to_string(base)


MARKS = [
    "pathway",
    "tiles",
    "tabs",
    "notice",
    "timeline",
    "facts",
    "right",
    "due",
    "status",
    "table-stack",
    "pager",
    "chart",
    "empty",
    "wrong-summary",
    "field",
]


@pytest.mark.parametrize("page", ["base.html", "base_public.html"])
def test_everybody_finds_their_language_in_their_own_words(page: str) -> None:
    with translation.override("ar"):
        html = render_to_string(page)
    for name in ("English", "Français", "Español", "العربيّة"):
        assert name in html


def test_the_page_of_components_shows_them_all_and_is_whole() -> None:
    html = render_to_string(
        "components.html", samples.components_page({}, at=datetime(2026, 11, 25, 9, 20, tzinfo=UTC))
    )
    outline = Outline(html)
    assert outline.referred() - set(outline.ids()) <= {"print", "open"}
    assert len(outline.ids()) == len(set(outline.ids()))
    for mark in MARKS:
        assert re.search(rf'class="{mark}[ "]', html), mark


def test_an_empty_answer_is_asked_for_in_words_of_ours() -> None:
    import_module("tutela.web.urls")
    forms_there = [
        form for form in _below(forms.BaseForm) if form.__module__.startswith(("tutela", "allauth"))
    ]
    said = {
        str(field.error_messages["required"])
        for form in forms_there
        for field in getattr(form, "base_fields", {}).values()
    }
    assert "Please answer this." in said
    assert "This field is required." not in said


def _below(kind: type) -> list[type]:
    return [kind, *(deeper for one in kind.__subclasses__() for deeper in _below(one))]


def test_what_cannot_be_given_back_is_said_to_be_lost() -> None:
    class Letter(forms.Form):
        words = forms.CharField()

    class Paper(Letter):
        content = forms.FileField()

    class Door(Letter):
        secret = forms.CharField(widget=forms.PasswordInput)

    template = "{% form_errors form %}"
    assert "Nothing you typed is lost." in drawn(template, form=Letter({}))
    assert "Only the file has to be chosen again." in drawn(template, form=Paper({}))
    password = drawn(template, form=Door({}))
    assert "Passwords have to be typed again." in password
    assert "Nothing you typed is lost" not in password


def test_no_template_holds_an_inline_style_or_handler() -> None:
    for template in TEMPLATES.rglob("*.html"):
        assert not re.search(r"\s(?:style|on[a-z]+)=", template.read_text(encoding="utf-8")), template.name


def test_what_is_settled_is_drawn_once_for_each_language_and_in_nobodys_context() -> None:
    source = '{% settled %}{% trans "Close" %}|{{ name }}|{{ request.path }}{% csrf_token %}{% endsettled %}'
    page = engines["django"].from_string(source)
    first = page.render({"name": "Amina"})
    assert first == page.render({"name": "Laila"}) == "Close||"
    with translation.override("fr"):
        assert page.render({"name": "Amina"}) == "Fermer||"
    assert page.render({"name": "Amina"}) == first


def test_what_is_settled_has_no_block_that_another_page_would_fill_in_vain() -> None:
    with pytest.raises(TemplateSyntaxError):
        engines["django"].from_string("{% settled %}{% block title %}{% endblock %}{% endsettled %}")


def test_the_rail_says_how_many_wait_and_lets_no_name_become_markup() -> None:
    home = NavigationLink("home", NASTY, "/?a&b", "arch", current=True, count="", about="")
    rail = drawn("{% rail_links links %}", links=[home, replace(home, current=False, count="4")])
    assert "<script>" not in rail
    assert rail.count('href="/?a&amp;b"') == 2
    assert rail.count('aria-current="page"') == 1
    assert rail.count('<span class="count">4<span class="unseen"> waiting</span></span>') == 1


def test_every_icon_is_plain_drawing() -> None:
    for name, drawing in ICONS.items():
        assert re.fullmatch(r'(?:<(?:path|circle|rect)(?: [a-z]+="[\w .,-]+")+/>)+', drawing), name
