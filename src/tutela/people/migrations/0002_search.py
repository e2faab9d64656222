"""The table of blind search tokens and its index, in the words of each database."""

from django.db import migrations

from tutela.people import search_pg, search_sqlite


def _backend(editor):
    return search_pg if editor.connection.vendor == "postgresql" else search_sqlite


def make(apps, editor):
    for statement in _backend(editor).TABLES:
        editor.execute(statement)


def remove(apps, editor):
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TABLE people_name_index")
    editor.execute("DROP TABLE people_name_tokens")


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(make, remove, elidable=False)]
