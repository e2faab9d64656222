from django.db import migrations

from tutela.foundation.access.row_security import granted, held_by, let_read, protect, protect_files


class Migration(migrations.Migration):
    dependencies = [("identification", "0001_initial"), ("access", "0002_row_security")]

    operations = [
        *protect_files(["identification_screening"]),
        protect("identification_groundsrequest", held_by()),
        let_read("identification_groundsrequest", f"{held_by('authority_id')} OR {granted()}"),
    ]
