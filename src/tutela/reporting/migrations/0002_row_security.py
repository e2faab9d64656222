from django.db import migrations

from tutela.foundation.access.row_security import held_by, protect


class Migration(migrations.Migration):
    dependencies = [("reporting", "0001_initial"), ("access", "0002_row_security")]

    operations = [
        protect("reporting_report", held_by(), "mailbox = (SELECT tutela_mailbox())"),
        protect(
            "reporting_message",
            held_by(),
            "report_id IN (SELECT id FROM reporting_report WHERE mailbox = (SELECT tutela_mailbox()))",
        ),
    ]
