from django.db import migrations

from tutela.foundation.access.row_security import granted, held_by, let_read, protect


class Migration(migrations.Migration):
    dependencies = [("cooperation", "0001_initial"), ("access", "0002_row_security")]

    operations = [
        protect("cooperation_referral", held_by()),
        let_read("cooperation_referral", f"{held_by('to_organisation_id')} OR {granted()}"),
    ]
