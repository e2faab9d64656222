from django.db import migrations

from tutela.foundation.access.row_security import held_by, let_read, protect, scope_functions


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    operations = [
        scope_functions(),
        protect("access_assignment", held_by()),
        protect("access_conflict", held_by()),
        protect("access_breakglass", held_by()),
        protect("access_grant", held_by()),
        let_read("access_grant", held_by("to_organisation_id")),
    ]
