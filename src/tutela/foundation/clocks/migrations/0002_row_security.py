from django.db import migrations

from tutela.foundation.access.row_security import held_by, let_read, protect, protect_files


class Migration(migrations.Migration):
    dependencies = [("clocks", "0001_initial"), ("access", "0002_row_security")]

    operations = [
        *protect_files(["clocks_clock"]),
        # A pause is written by whom its clock belongs to, and read by whom its clock can be read.
        protect("clocks_pause", f"clock_id IN (SELECT id FROM clocks_clock WHERE {held_by()})"),
        let_read("clocks_pause", "clock_id IN (SELECT id FROM clocks_clock)"),
    ]
