"""Each invented person of the library gets what their file says, and the runner tells what came out otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

import tutela
from tutela.rights.law import load_law
from tutela.rights.law.files import persona_paths, read_yaml
from tutela.rights.law.personas import Persona, read_personas, surprises

PEOPLE = read_personas(tutela.library_path())


@pytest.mark.parametrize("persona", PEOPLE, ids=[persona.id for persona in PEOPLE])
def test_the_law_gives_this_person_what_the_file_says(persona):
    assert [surprise.message for surprise in surprises(persona, load_law())] == []
