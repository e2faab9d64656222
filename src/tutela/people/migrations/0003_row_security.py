from django.db import migrations

from tutela.foundation.access.row_security import (
    granted,
    held_by,
    let_add,
    let_read,
    only_on_postgres,
    protect,
    protect_files,
)

# Array operators are not leakproof: under a policy the index would not be used. This is the one door around it,
# and it applies the same scope itself. ROWS: few people bear one name; a planner that expects many reads all.
SEARCH = """
CREATE FUNCTION people_search(organisation uuid, wanted text[]) RETURNS SETOF uuid
  LANGUAGE sql STABLE ROWS 20 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
  $$ SELECT person_id FROM people_name_tokens WHERE organisation_id = organisation AND tokens @> wanted
     AND (tutela_system() OR organisation = tutela_organisation()) $$
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0002_search"), ("access", "0002_row_security")]

    operations = [
        protect("people_person", held_by()),
        let_read("people_person", granted("id")),
        *protect_files(["people_consent", "people_happening", "people_document"]),
        # Whoever answers a referral writes one line in the file's timeline.
        let_add("people_happening", granted()),
        only_on_postgres(SEARCH, "DROP FUNCTION people_search(uuid, text[]);"),
        protect("people_name_tokens", held_by()),
    ]
