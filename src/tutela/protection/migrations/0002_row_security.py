from django.db import migrations

from tutela.foundation.access.row_security import protect_files


class Migration(migrations.Migration):
    dependencies = [("protection", "0001_initial"), ("access", "0002_row_security")]

    operations = [
        *protect_files(["protection_case", "protection_need", "protection_task"]),
    ]
