from django.db import migrations

from tutela.foundation.access.row_security import held_by, protect, protect_files


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_initial"), ("access", "0002_row_security")]

    operations = [
        *protect_files(["vault_datakey"]),
        protect("vault_tokenkey", held_by()),
        protect("vault_resealing"),
    ]
