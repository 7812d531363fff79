"""Numbers that are never reused: accession numbers come from a sequence, not from a counter row."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assays", "0002_triggers")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE assays_accession_seq MINVALUE 1 MAXVALUE 9999999 CYCLE",
            "DROP SEQUENCE assays_accession_seq",
        ),
    ]
