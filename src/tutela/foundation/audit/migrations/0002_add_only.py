from django.db import migrations

from tutela.foundation.access.row_security import SYSTEM, add_only, held_by, only_on_postgres

READ = (
    'ALTER TABLE "audit_event" ENABLE ROW LEVEL SECURITY;'
    f' CREATE POLICY reading ON "audit_event" FOR SELECT USING ({SYSTEM} OR {held_by()}'
    f" OR {held_by('actor_organisation_id')});"
    # A refusal is written down by whoever is refused, about a file of somebody else.
    ' CREATE POLICY adding ON "audit_event" FOR INSERT WITH CHECK (true);'
)
UNREAD = (
    'DROP POLICY reading ON "audit_event"; DROP POLICY adding ON "audit_event";'
    ' ALTER TABLE "audit_event" DISABLE ROW LEVEL SECURITY;'
)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("access", "0002_row_security")]

    operations = [
        add_only("audit_event"),
        add_only("audit_leaf"),
        add_only("audit_checkpoint"),
        only_on_postgres(READ, UNREAD),
    ]
