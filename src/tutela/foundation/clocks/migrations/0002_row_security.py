from django.db import migrations

from tutela.foundation.access.row_security import protect, protect_files


class Migration(migrations.Migration):
    dependencies = [("clocks", "0001_initial"), ("access", "0002_row_security")]

    operations = [
        *protect_files(["clocks_clock"]),
        protect("clocks_pause", "clock_id IN (SELECT id FROM clocks_clock)"),
    ]
