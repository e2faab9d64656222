"""Signs that add up: what triggered each, what never counts, and what is wrong with a list of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tutela.engines.patterns.scores import BadSign, Grade, Sign, check, score

FEE = Sign("fee", "A fee", Grade.EXPERTS, 4, "why", "source", {"en": (r"\bfees?\b",), "fr": (r"\bfrais\b",)})
PHONES = Sign("phones", "Many phones", Grade.IDEA, 2, "why", "source", fact="phones", least=3)
AGAINST = Sign("against", "Speaks against", Grade.TESTED, -1, "why", "source", {"en": ("visiting",)})


def test_points_add_up_and_every_reason_shows_where():
    text = "Visiting soon. A FEE is due, frais inclus."
    found = score(text, {"phones": 3}, [AGAINST, PHONES, FEE])
    assert found.points == 5
    assert [one.sign.id for one in found.reasons] == ["fee", "phones", "against"]
    assert [text[start:end] for start, end in found.reasons[0].spans] == ["FEE", "frais"]
    assert found.reasons[1].measured == 3


def test_a_fact_below_its_least_is_no_reason():
    assert score("", {"phones": 2}, [PHONES]).reasons == ()
    assert score("", {}, [PHONES]).reasons == ()


def test_a_trait_of_people_never_counts():
    assert score("a fee", {}, [replace(FEE, protected=True)]).points == 0


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"patterns": {}}, "needs either words or a fact"),
        ({"fact": "shoe size", "patterns": {}}, "asks for a fact that is not known"),
        ({"source": " "}, "names no source"),
        ({"points": 0}, "has no points"),
        ({"patterns": {"en": ("(",)}}, "cannot be read"),
    ],
)
def test_what_is_wrong_with_a_sign_is_said(change, problem):
    (sentence,) = check([replace(FEE, **change)], facts=["phones"])
    assert problem in sentence
    assert "fee" in sentence


def test_a_sign_stands_once():
    assert check([FEE, PHONES], facts=["phones"]) == []
    assert check([FEE, FEE], facts=["phones"]) == ["fee stands twice."]


def test_words_that_cannot_be_read_are_refused():
    with pytest.raises(BadSign, match="fee"):
        score("text", {}, [replace(FEE, patterns={"en": ("(",)})])
