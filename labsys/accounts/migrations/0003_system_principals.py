"""The system's own principals: fixed ids, no login."""

from django.db import migrations

# Ids are fixed because database constraints name them (see approved_by_another in assays).
NAMES = {1: "interpret", 2: "evaluate", 3: "autoverify", 4: "sweep", 5: "seed"}


def create(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('labsys.actor', '5', true),"
            " set_config('labsys.action', 'accounts.principal.create', true)"
        )
        for number, name in NAMES.items():
            cursor.execute(
                "INSERT INTO accounts_principal (id, kind, name, is_active, created_at)"
                " VALUES (%s, 'SYSTEM', %s, true, clock_timestamp())",
                [number, f"system:{name}"],
            )
        # Room for further system principals; people and instruments start at 100.
        cursor.execute("SELECT setval(pg_get_serial_sequence('accounts_principal', 'id'), 99)")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_triggers")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
