"""What stands beside the tables: MRN sequence, trigrams of names, who is read as whom, humans."""

from django.db import migrations

# Two branches, so that a condition on either column reaches an index.
CANONICAL = """
CREATE VIEW patients_canonicalperson AS
    WITH active AS NOT MATERIALIZED (
        SELECT l.duplicate_id, l.survivor_id FROM patients_personlink l
        WHERE NOT EXISTS (SELECT 1 FROM patients_personunlink u WHERE u.link_id = l.id)
    )
    SELECT p.id AS person_id, p.id AS canonical_id FROM patients_person p
    WHERE NOT EXISTS (SELECT 1 FROM active a WHERE a.duplicate_id = p.id)
    UNION ALL
    SELECT a.duplicate_id, a.survivor_id FROM active a
"""


def add_humans(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('labsys.actor', '5', true),"
            " set_config('labsys.action', 'patients.species.add', true)"
        )
        cursor.execute("INSERT INTO patients_species (code, name) VALUES ('human', 'Human')")


class Migration(migrations.Migration):
    dependencies = [("patients", "0002_triggers")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE patients_mrn_seq MINVALUE 1 MAXVALUE 9999999",
            "DROP SEQUENCE patients_mrn_seq",
        ),
        migrations.RunSQL(
            "CREATE INDEX patients_personname_trigrams ON patients_personname"
            " USING gin (lower(family || ' ' || given) gin_trgm_ops)",
            "DROP INDEX patients_personname_trigrams",
        ),
        migrations.RunSQL(CANONICAL, "DROP VIEW patients_canonicalperson"),
        migrations.RunPython(add_humans, migrations.RunPython.noop),
    ]
