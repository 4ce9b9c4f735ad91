"""The roles' groups, the table that counts failed sign-ins, and the triggers that keep the trail as it was written."""

from typing import Any

from django.core.management import call_command
from django.db import migrations

TABLE, FLAG = "dashboard_auditevent", "dashboard_auditpurge"
REFUSAL = "the access trail is append-only"

SQLITE = [
    f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON {TABLE}"
    f" WHEN NOT EXISTS (SELECT 1 FROM {FLAG} WHERE upto >= OLD.seq)"
    f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
]
POSTGRES = [
    f"""CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM {FLAG} WHERE upto >= OLD.seq) THEN RETURN OLD; END IF;
        IF TG_OP = 'TRUNCATE' AND EXISTS (SELECT 1 FROM {FLAG} WHERE upto = 9223372036854775807) THEN RETURN NULL; END IF;
        RAISE EXCEPTION '{REFUSAL}';
    END $$""",
    f"CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    f"CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
]
UNDO = {
    "sqlite": ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"],
    "postgresql": [
        f"DROP TRIGGER audit_no_change ON {TABLE}",
        f"DROP TRIGGER audit_no_truncate ON {TABLE}",
        "DROP FUNCTION audit_refuse()",
    ],
}


def make_triggers(apps: Any, schema_editor: Any) -> None:
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRES}.get(schema_editor.connection.vendor, []):
        schema_editor.execute(statement)


def drop_triggers(apps: Any, schema_editor: Any) -> None:
    for statement in UNDO.get(schema_editor.connection.vendor, []):
        schema_editor.execute(statement)


def make_roles(apps: Any, schema_editor: Any) -> None:
    for name in ("ops", "reviewer", "admin"):
        apps.get_model("auth", "Group").objects.get_or_create(name=name)


def make_cache_table(apps: Any, schema_editor: Any) -> None:
    """Only where Django's cache is a table; the command knows."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("dashboard", "0002_access"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [
        migrations.RunPython(make_triggers, drop_triggers),
        migrations.RunPython(make_roles, migrations.RunPython.noop),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
    ]
