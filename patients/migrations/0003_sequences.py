"""Medical record numbers come from a sequence; names are searched by their trigrams."""

from django.db import migrations


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
    ]
