"""Each invented person of the library gets what their file says; what came out otherwise is told."""

from __future__ import annotations

import pytest

import tutela
from tutela.rights.law import load_law
from tutela.rights.law.personas import read_personas, surprises

PEOPLE = read_personas(tutela.library_path())


@pytest.mark.parametrize("persona", PEOPLE, ids=[persona.id for persona in PEOPLE])
def test_the_law_gives_this_person_what_the_file_says(persona):
    assert [surprise.message for surprise in surprises(persona, load_law())] == []
