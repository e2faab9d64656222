"""The library of law as its readers meet it: searched, browsed, with its sources and its history."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from django.conf import settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override
from tests.cast import NOON, Cast, signed_in

import tutela
from tutela.engines.rights import Level, Library, Reservation
from tutela.rights.law import Law, load_law, read_law
from tutela.rights.law.in_use import holding
from tutela.rights.library import index as indexes
from tutela.rights.library.days import Aspect, Turn, between
from tutela.rights.library.folding import folded
from tutela.rights.library.search import LONGEST_QUERY, Wanted, find

DAY = NOON.date()
LANGUAGES = [code for code, _name in settings.LANGUAGES]
PAGES = {
    "library": {},
    "library-compare": {},
    "library-differences": {},
    "library-instrument": {"instrument": "palermo-protocol-2000"},
    "library-state": {"state": "GB"},
    "library-right": {"right": "recovery-period"},
    "library-entry": {"entry": "L243b"},
}


def shown(cast: Cast, page: str, query: str = "", **values: str):
    return signed_in(cast.rosa).get(reverse(page, kwargs=values or PAGES[page]) + query)


def ids(words: str = "", language: str = "en", **wanted: str) -> list[str]:
    with override(language):
        return [one.id for one in find(Wanted(words=words, **wanted), at=DAY)]


# ---------------------------------------------------------------- who reads it
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_opens_in_every_language(cast, page, language):
    response = shown(cast, page, f"?lang={language}")
    assert response.status_code == 200
    assert f'lang="{language}"' in response.content.decode()


@pytest.mark.parametrize("name", ["rosa", "bea", "ada", "eve"])
def test_the_library_is_open_to_everyone_who_works_here(cast, name):
    assert signed_in(getattr(cast, name)).get(reverse("library")).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_nobody_reads_it_without_signing_in(cast, client, page):
    assert client.get(reverse(page, kwargs=PAGES[page])).status_code == 302


@pytest.mark.parametrize(
    ("page", "values"),
    [
        ("library-entry", {"entry": "L999"}),
        ("library-instrument", {"instrument": "atlantis"}),
        ("library-state", {"state": "ZZ"}),
        ("library-state", {"state": "gb"}),
        ("library-right", {"right": "eternal-youth"}),
    ],
)
def test_what_is_not_there_is_not_found(cast, page, values):
    assert shown(cast, page, **values).status_code == 404


# ---------------------------------------------------------------- search
@pytest.mark.parametrize(
    ("language", "words", "entry"),
    [
        ("en", "recovery 30 days", "L243b"),
        ("en", "RECOVERY periods", "L243b"),
        ("en", "art. 13(1)", "L046"),
        ("en", "l046", "L046"),
        ("en", "modern slavery act s. 45", "L231"),
        ("fr", "periode de retablissement", "L243b"),
        ("fr", "l’interprète", "L037"),
        ("fr", "interprete", "L037"),
        ("es", "reflexion", "L046"),
        ("es", "REFLEXIÓN", "L046"),
        ("ar", "فترة التعافي", "L243b"),
        ("ar", "فَتْرَةٌ لِلتَّعَافِي", "L243b"),
        ("ar", "فتره تعافى", "L243b"),
        ("ar", "٣٠ يوما", "L272a"),
    ],
)
def test_words_are_found_without_accents_case_or_vowel_marks(language, words, entry):
    assert entry in ids(words, language)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Médecin", "medecin"),
        ("cœur", "COEUR"),
        ("niño", "nino"),
        ("الإقامة", "اقامه"),
        ("مُتَرْجِم", "مترجم"),
        ("ا‏لترجمة", "الترجمه"),
        ("٤٥", "45"),
        ("l’accès", "l acces"),
    ],
)
def test_what_people_leave_out_is_left_out(one, other):
    assert folded(one) == folded(other)


def test_an_arabic_word_keeps_what_only_looks_like_an_article():
    assert folded("الم") == "الم"
    assert folded("بالعمل") == "عمل"


def test_a_number_is_that_number_and_no_other():
    law = load_law()
    for entry in ids("art. 1", instrument="cets-197"):
        assert "(1)" in law.provisions[entry].article or " 1" in folded(str(law.provisions[entry]))
    assert "L046" not in ids("art. 3(1)", instrument="cets-197")


def test_a_title_comes_before_a_mention():
    found = ids("privacy")
    titles = [folded(load_law().provisions[entry].title["en"]) for entry in found]
    is_in_title = ["privacy" in title for title in titles]
    assert is_in_title == sorted(is_in_title, reverse=True)
    assert True in is_in_title


@pytest.mark.parametrize(
    "words", ["", " ", "\u202e\u2066", "a" * 100_000, "' OR 1=1 --", "[.*(", "\x00", "%s{{x}}", "🙂"]
)
def test_no_words_break_the_search(words):
    assert set(ids(words)) <= set(load_law().provisions)


def test_search_takes_no_longer_than_a_blink():
    ids("recovery")
    started = time.process_time()
    for words in ("recovery", "a b c d e f g h i j", "9 " * LONGEST_QUERY, "the state must"):
        ids(words)
    assert time.process_time() - started < 0.4


def test_a_law_that_takes_the_place_of_another_is_searched_at_once(tmp_path):
    root = tmp_path / "library"
    shutil.copytree(tutela.library_path(), root)
    path = root / "law" / "national" / "gb.yaml"
    path.write_text(path.read_text("utf-8").replace("en: Time to recover\n", "en: A zzquiet time\n"), "utf-8")
    other = read_law(root)
    assert ids("zzquiet") == []
    with holding(other):
        assert "L243b" in ids("zzquiet")
    assert ids("zzquiet") == []
    assert len(indexes._kept) <= indexes.LAWS_KEPT


# ---------------------------------------------------------------- the list
def test_the_front_page_leads_to_every_right_law_and_state(cast):
    page, law = shown(cast, "library").content.decode(), load_law()
    for right in law.rights:
        assert reverse("library-right", kwargs={"right": right}) in page
    for instrument in law.library.instruments:
        assert reverse("library-instrument", kwargs={"instrument": instrument}) in page
    assert page.count(reverse("library-state", kwargs={"state": "GB"})) == 2


def test_the_library_is_narrowed_by_state_kind_law_strength_and_certainty(cast):
    british = ids(state="GB")
    assert len(load_law().provisions) > len(british) > len(ids(state="GB", group="safety")) > 0
    law = load_law().library
    own = {law.instruments[load_law().provisions[entry].instrument].state for entry in british}
    assert own <= {None, "GB"}
    assert "L243" in british
    assert "L243c" not in british  # replaced in 2022
    assert set(ids(instrument="gb")) == {one.id for one in law.provisions if one.instrument == "gb"}
    assert all(load_law().provisions[entry].certainty == "G" for entry in ids(certainty="G"))
    assert all(load_law().provisions[entry].strength == "may" for entry in ids(strength="may"))


def test_a_long_list_comes_in_pages_without_a_gap(cast):
    rosa, query = signed_in(cast.rosa), "?state=GB"
    found: list[str] = []
    while query:
        page = rosa.get(reverse("library") + query)
        assert len(page.context["lines"]) <= 40
        found += [line.entry for line in page.context["lines"]]
        query = page.context["next_url"]
    assert found == ids(state="GB")


def test_what_is_not_found_is_not_said_to_be_no_law(cast):
    page = shown(cast, "library", "?q=zzunheard")
    assert page.context["count"] == 0
    assert "does not mean that there is no law" in page.content.decode()


@pytest.mark.parametrize(
    "query", ["state=ZZ", "group=zz", "instrument=zz", "certainty=Q", "strength=zz", "q=" + "a" * 300]
)
def test_a_wrong_filter_is_said_and_what_was_typed_stays(cast, query):
    page = shown(cast, "library", f"?q=zztyped&{query}")
    assert page.status_code == 422
    assert 'id="form-errors"' in page.content.decode()
    assert ('value="zztyped"' if "q=" not in query else "a" * 300) in page.content.decode()


def test_markup_in_a_search_stays_words(cast):
    page = shown(cast, "library", "?q=<script>zz</script>").content.decode()
    assert "<script>zz" not in page
    assert escape("<script>zz</script>") in page


# ---------------------------------------------------------------- one entry
@pytest.mark.slow
def test_every_entry_has_a_page(cast):
    rosa = signed_in(cast.rosa)
    for entry, provision in load_law().provisions.items():
        page = rosa.get(reverse("library-entry", kwargs={"entry": entry}))
        assert page.status_code == 200, entry
        assert page.context["page"].line.article == provision.article


def rows(response) -> dict[str, str]:
    return {row.label: row.text for row in response.context["page"].rows}


def test_an_entry_says_how_its_days_are_counted_who_reviewed_it_and_what_was_read(cast):
    found = rows(shown(cast, "library-entry"))
    assert found["Time"].startswith("At least 30 days")
    assert found["How days are counted"].startswith("The day of the event")
    assert found["Where that is written"]
    assert found["Review by a lawyer"] == "Not reviewed yet"
    assert "ukpga-2022-36.md" in found["Text that was read"]
    assert found["In force"] == "Since 30 January 2023"


def test_where_nobody_looked_up_how_an_order_counts_the_entry_says_so(cast):
    law = load_law()
    entry = next(
        one.id
        for one in law.library.provisions
        if one.time_limit
        and one.time_limit.length
        and law.library.instruments[one.instrument].counting is None
    )
    found = rows(shown(cast, "library-entry", entry=entry))
    assert "was not verified" in found["How days are counted"]
    assert "Where that is written" not in found


def test_the_history_of_an_entry_names_what_changed(cast):
    history = shown(cast, "library-entry", entry="L243").context["page"].history
    assert [stage.line.entry for stage in history] == ["L243c", "L243d", "L243"]
    assert [stage.is_this for stage in history] == [False, False, True]
    assert history[0].line.in_force == "Until 12 December 2022"
    assert history[0].changes == ()
    assert history[2].changes == ("How strong it is", "Time")


def test_an_entry_that_ended_leads_to_its_successor(cast):
    page = shown(cast, "library-entry", entry="L243c")
    assert page.context["page"].successor == "L243d"
    assert "This entry has ended" in page.content.decode()
    assert shown(cast, "library-entry").context["page"].successor == ""


def test_a_limit_and_what_it_touches_lead_to_each_other(cast):
    limits = shown(cast, "library-entry").context["page"].limits
    assert {"L244", "L245"} <= {line.entry for line in limits}
    touched = shown(cast, "library-entry", entry="L245").context["page"].touches
    assert "L243b" in {line.entry for line in touched}


def test_what_rests_on_general_knowledge_says_so_where_it_stands(cast):
    entry = next(one.id for one in load_law().library.provisions if one.certainty == "G")
    assert "rests on general knowledge" in shown(cast, "library-entry", entry=entry).content.decode()
    assert "rests on general knowledge" not in shown(cast, "library-entry").content.decode()


# ---------------------------------------------------------------- instruments and states
def test_every_instrument_has_a_page_with_its_entries(cast):
    rosa, law = signed_in(cast.rosa), load_law().library
    for name, instrument in law.instruments.items():
        page = rosa.get(reverse("library-instrument", kwargs={"instrument": name})).context["page"]
        assert {line.entry for line in page.entries} == {
            one.id for one in law.provisions if one.instrument == name
        }
        assert bool(page.bound) == any(one.instrument == name for one in law.bindings), name
        assert page.line.is_binding == instrument.is_binding


def test_an_old_list_of_states_says_its_day(cast):
    page = shown(cast, "library-instrument")
    assert page.context["page"].old_status == "31 March 2015"
    assert "The list of states is old" in page.content.decode()
    france = next(line for line in page.context["page"].bound if line.state == "FR")
    assert (france.days, france.is_in_force, france.is_old) == ("Since 25 December 2003", True, True)


def test_what_only_recommends_says_that_it_binds_nobody(cast):
    page = shown(cast, "library-instrument", instrument="ohchr-principles-2002")
    assert "It recommends, and binds nobody" in page.content.decode()


def test_who_opted_out_is_named(cast):
    page = shown(cast, "library-instrument", instrument="directive-2009-52").context["page"]
    assert {"Denmark", "Ireland", "United Kingdom"} == {out.state_name for out in page.opted_out}
    denmark = shown(cast, "library-state", state="DK").context["page"]
    assert "directive-2009-52" in {out.instrument for out in denmark.opted_out}


def test_a_state_shows_what_binds_it_since_when_and_what_is_missing(cast):
    page = shown(cast, "library-state").context["page"]
    bound = {line.instrument: line for line in page.bound}
    assert bound["cets-197"].days == "Since 1 April 2009"
    assert bound["directive-2011-36"].is_in_force is False  # no longer a member of the Union
    assert [line.instrument for line in page.own] == ["gb"]
    assert {right for right, _label in page.missing} & {"no-fees", "news-of-the-case"} <= {"no-fees"}
    assert len(page.missing) + len(page.found) == len(load_law().rights)


def test_a_state_on_an_earlier_day_was_bound_by_less(cast):
    page = shown(cast, "library-state", "?on=2008-01-01", state="GB").context["page"]
    bound = {line.instrument: line.is_in_force for line in page.bound}
    assert (bound["cets-197"], bound["palermo-protocol-2000"]) == (False, True)
    assert len(page.missing) > len(shown(cast, "library-state").context["page"].missing)


def test_a_state_without_law_of_its_own_is_not_said_to_have_none(cast):
    page = shown(cast, "library-state", state="TD").content.decode()
    assert "No law of this country is in the library yet" in page
    assert "That does not mean that there is none" in page


@pytest.mark.parametrize("on", ["2026-02-31", "x", "1066-10-14", "9999-01-01", "\x00", "1" * 9999])
@pytest.mark.parametrize("page", ["library-state", "library-right"])
def test_a_day_that_is_none_is_said(cast, page, on):
    response = shown(cast, page, f"?on={on}")
    assert response.status_code == 422
    assert 'id="form-errors"' in response.content.decode()


@pytest.mark.slow
def test_every_state_and_every_right_has_a_page(cast):
    rosa, law = signed_in(cast.rosa), load_law()
    levels = {one.level for one in law.library.instruments.values()}
    assert levels == set(Level)
    for state in sorted({one.state for one in law.library.bindings}):
        assert rosa.get(reverse("library-state", kwargs={"state": state})).status_code == 200
    for right in law.rights:
        page = rosa.get(reverse("library-right", kwargs={"right": right}) + "?states=GB&states=ZZ")
        assert [cell.state for cell in page.context["page"].cells] == ["GB"]


# ---------------------------------------------------------------- two days
def test_two_days_show_what_took_the_place_of_what(cast):
    found = shown(cast, "library-differences", "?state=GB&before=2022-12-01&after=2026-11-25")
    turns = {one.right: one for one in found.context["turns"]}
    recovery = turns["recovery-period"]
    (change,) = recovery.entries
    assert (change.before.entry, change.after.entry) == ("L243e", "L243b")
    assert change.aspects == ("How strong it is", "Time")
    assert (recovery.before, recovery.after) == ("▼ National law weaker", "▲ National law stronger")
    assert [one.after.entry for one in turns[""].entries] == ["L244", "L245"]


def test_a_treaty_that_begins_to_bind_makes_rights_appear():
    changes = {
        one.right: one for one in between(load_law(), "GB", before=date(2009, 3, 31), after=date(2009, 4, 1))
    }
    assert changes["companion"].turn is Turn.CHANGED  # another treaty had given it before
    assert changes["recovery-period"].turn is Turn.APPEARED
    (entry,) = changes["recovery-period"].entries
    assert entry.after is not None
    assert (entry.after.provision.id, entry.after.in_force.start) == ("L046", date(2009, 4, 1))


def test_law_that_ended_with_a_membership_is_gone():
    changes = between(load_law(), "GB", before=date(2019, 1, 1), after=date(2026, 1, 1))
    gone = {each.before.provision.instrument for one in changes for each in one.entries if not each.after}
    assert "directive-2011-36" in gone


def test_the_order_of_the_days_does_not_matter(cast):
    one = shown(cast, "library-differences", "?state=GB&before=2022-12-01&after=2026-11-25")
    other = shown(cast, "library-differences", "?state=GB&before=2026-11-25&after=2022-12-01")
    assert one.context["turns"] == other.context["turns"]


def test_turning_the_days_round_turns_every_change_round():
    law, early, late = load_law(), date(2008, 1, 1), date(2026, 11, 25)
    there = {one.right: one.turn for one in between(law, "ES", before=early, after=late)}
    back = {one.right: one.turn for one in between(law, "ES", before=late, after=early)}
    opposite = {Turn.APPEARED: Turn.GONE, Turn.GONE: Turn.APPEARED, Turn.CHANGED: Turn.CHANGED}
    assert back == {right: opposite[turn] for right, turn in there.items()}
    assert Turn.APPEARED in there.values()


@pytest.mark.parametrize("state", ["GB", "US", "UY", "TD"])
def test_between_a_day_and_itself_nothing_changed(state):
    assert between(load_law(), state, before=DAY, after=DAY) == []


def test_one_day_after_another_nothing_is_lost_on_the_way():
    """What changed from the first to the last day is what changed from each day of change to the next."""
    law = load_law()
    days = [date(2022, 12, 12), date(2022, 12, 13), date(2023, 1, 29), date(2023, 1, 30), DAY]
    steps = {
        one.right
        for first, second in pairwise(days)
        for one in between(law, "GB", before=first, after=second)
    }
    assert {one.right for one in between(law, "GB", before=days[0], after=DAY)} <= steps


def with_reservation(*, withdrawn_on: date | None = None) -> Law:
    """The library, as if the United Kingdom had not accepted the recovery period of the Convention."""
    law, said = (
        load_law(),
        Reservation(
            text={"en": "Zzno recovery period."},
            source="invented for a test",
            provisions=frozenset({"L046"}),
            withdrawn_on=withdrawn_on,
        ),
    )
    library = Library(
        provisions=law.library.provisions,
        instruments=law.library.instruments.values(),
        bindings=[
            replace(one, reservations=(said,)) if (one.instrument, one.state) == ("cets-197", "GB") else one
            for one in law.library.bindings
        ],
        categories=[category for group in law.groups for category in group.categories],
        rights=law.library.rights,
    )
    return replace(law, library=library)


def test_a_reservation_taken_back_is_told():
    law = with_reservation(withdrawn_on=date(2020, 1, 1))
    (change,) = between(law, "GB", before=date(2019, 12, 31), after=date(2020, 1, 1))
    assert change.right == "recovery-period"
    (entry,) = change.entries
    assert (entry.turn, entry.aspects) == (Turn.CHANGED, (Aspect.ACCEPTED,))
    (back,) = between(law, "GB", before=date(2020, 1, 1), after=date(2019, 12, 31))
    assert back.entries[0].aspects == (Aspect.RESERVED,)


def test_what_a_state_did_not_accept_is_no_promise_and_is_named(cast):
    with holding(with_reservation()):
        right = shown(cast, "library-right", "?states=GB&states=FR")
        british, french = right.context["page"].cells
        assert (british.word, british.is_reserved, french.is_reserved) == ("National law alone", True, False)
        assert [source.kind for source in british.sources] == ["national", "reserved"]
        assert "not accepted in part" in right.content.decode()
        said = [
            line.reservations
            for line in shown(cast, "library-state").context["page"].bound
            if line.reservations
        ]
        assert any("Zzno recovery period." in text for each in said for text in each)


@pytest.mark.parametrize(
    "query",
    [
        "state=GB&before=2026-02-31&after=2026-11-25",
        "state=ZZ&before=2020-01-01&after=2026-11-25",
        "before=2020-01-01",
        "state=GB&before=0001-01-01&after=9999-12-31",
        "state=GB&state=FR&before=%00&after=\u202e",
    ],
)
def test_wrong_days_are_said(cast, query):
    page = shown(cast, "library-differences", f"?{query}")
    assert page.status_code == 422
    assert "turns" not in page.context


# ---------------------------------------------------------------- what it costs
@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_the_library_asks_the_database_for_nothing_but_who_reads(cast, page):
    from django.db import connection

    rosa = signed_in(cast.rosa)
    address = reverse(page, kwargs=PAGES[page])
    rosa.get(address)
    with CaptureQueriesContext(connection) as queries:
        rosa.get(address)
    assert len(queries) <= 12
    about_law = [one["sql"] for one in queries if "rights_" in one["sql"]]
    assert len(about_law) <= 1, about_law  # which edition of the law is in use
