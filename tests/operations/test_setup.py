"""What an operator sets: organisations, desks, and what is refused in plain words."""

from __future__ import annotations

import pytest
from tests.cast import AMINA, NOON

from tutela.foundation.audit.models import Event
from tutela.operations import setup
from tutela.operations.refusals import Refused
from tutela.people import search
from tutela.people.models import Person
from tutela.reporting.models import Desk


def change(name, **wanted):
    nothing = dict.fromkeys(("accepts_referrals", "decides_grounds", "prefix_search", "keeps_law"))
    return setup.change_organisation(name=name, **{**nothing, "new_key": False, **wanted})


def found_by(cast, text):
    cast.casa_alba.refresh_from_db()
    prefixes = cast.casa_alba.prefix_search
    named = search.named(text, organisation_id=cast.casa_alba.pk, prefixes=prefixes, person="id")
    return Person.objects.filter(named).count()


def test_an_organisation_begins_to_accept_referrals(cast):
    change("Lifeline", accepts_referrals=True)
    cast.lifeline.refresh_from_db()
    assert cast.lifeline.accepts_referrals
    change("Lifeline")
    cast.lifeline.refresh_from_db()
    assert cast.lifeline.accepts_referrals
    assert Event.objects.filter(verb="organisation.change", object_id=cast.lifeline.pk).count() == 2


def test_only_an_authority_decides(cast):
    with pytest.raises(Refused, match="no competent authority"):
        change("Casa Alba", decides_grounds=True)
    assert change("Single Authority", decides_grounds=False) == 0


def test_names_are_found_by_their_beginnings_once_that_is_switched_on(cast):
    search.index_names(cast.amina, [AMINA], prefixes=False)
    assert (found_by(cast, "zzkanarija"), found_by(cast, "zzk")) == (1, 0)
    change("Casa Alba", prefix_search=True)
    assert (found_by(cast, "zzkanarija"), found_by(cast, "zzkan")) == (1, 1)
    change("Casa Alba", prefix_search=False)
    assert (found_by(cast, "zzkanarija"), found_by(cast, "zzkan")) == (1, 0)


def test_a_new_key_leaves_every_file_readable(cast, capsys):
    from tutela.foundation.vault import fields

    change("Casa Alba", new_key=True)
    assert "keys wrapped under a new one" in capsys.readouterr().out
    assert fields.reveal(Person.objects.get(), "real_name") == AMINA


def open_desk(slug="quiet", organisation="Lifeline"):
    return setup.open_desk(
        organisation=organisation, slug=slug, name="Quiet", country="gb", emergency_number="999"
    )


def test_a_desk_is_opened_once(cast, client):
    assert open_desk() == 0
    desk = Desk.objects.get(slug="quiet")
    assert (desk.country, desk.organisation) == ("GB", cast.lifeline)
    assert client.get("/tell/quiet/").status_code == 200
    with pytest.raises(Refused, match="already"):
        open_desk()


def test_police_open_no_desk(cast):
    with pytest.raises(Refused, match="never police"):
        open_desk(organisation="Metro Police")


def test_an_unknown_organisation_is_named(cast):
    with pytest.raises(Refused, match="no organisation named 'Nobody'"):
        change("Nobody", accepts_referrals=True)


@pytest.mark.django_db
def test_the_first_administrator_is_invited(client, capsys):
    from tutela.foundation.access.scope import Scope, within

    assert (
        setup.invite_first(
            organisation="New House", kind="service_provider", country="gb", email="one@newhouse.example"
        )
        == 0
    )
    link = next(word for word in capsys.readouterr().out.split() if word.startswith("/invitation/"))
    page = client.get(link)
    assert page.status_code == 200
    with within(Scope(system=True)):
        assert Event.objects.filter(verb="organisation.found", at=NOON).exists()
    with pytest.raises(Refused, match="--kind is one of"):
        setup.invite_first(organisation="Another", kind="club", country="GB", email="a@b.example")
