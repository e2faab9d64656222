from django.db import migrations

from tutela.foundation.access.row_security import (
    granted,
    held_by,
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

# A grant opens a file by the person's id alone, so nobody may grant what somebody else holds.
HOLDER_GRANTS = """
CREATE FUNCTION access_grant_by_holder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM people_person WHERE id = NEW.person_id AND organisation_id = NEW.organisation_id)
  THEN RAISE EXCEPTION 'only the holder of a file grants it' USING ERRCODE = 'insufficient_privilege'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER by_holder BEFORE INSERT OR UPDATE OF organisation_id, to_organisation_id, person_id
  ON access_grant FOR EACH ROW EXECUTE FUNCTION access_grant_by_holder();
"""
NOT_BY_HOLDER = "DROP TRIGGER by_holder ON access_grant; DROP FUNCTION access_grant_by_holder();"


class Migration(migrations.Migration):
    dependencies = [("people", "0002_search"), ("access", "0002_row_security")]

    operations = [
        protect("people_person", held_by()),
        let_read("people_person", granted("id")),
        *protect_files(["people_consent", "people_happening", "people_document"]),
        only_on_postgres(SEARCH, "DROP FUNCTION people_search(uuid, text[]);"),
        protect("people_name_tokens", held_by()),
        only_on_postgres(HOLDER_GRANTS, NOT_BY_HOLDER),
    ]
