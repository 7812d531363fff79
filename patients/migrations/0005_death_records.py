"""Deaths are kept as they were recorded; those on record already are known from now on."""

import django.db.models.deletion
import pgtrigger.compiler
from django.db import migrations, models

import labsys.lib.triggers

# The moment at which each was recorded is not kept; no earlier answer may change.
KNOWN = """
    INSERT INTO patients_deathrecord (person_id, deceased_on, deceased_precision, recorded_at, recorded_by_id)
    SELECT id, deceased_on, deceased_precision, clock_timestamp(), 5 FROM patients_person
    WHERE deceased_on IS NOT NULL OR deceased_precision = 'UNKNOWN'
"""


def record_known_deaths(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('labsys.actor', '5', true),"
            " set_config('labsys.action', 'patients.death.record', true)"
        )
        cursor.execute(KNOWN)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_hospital_role"),
        ("patients", "0004_deaths"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeathRecord",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("deceased_on", models.DateField(blank=True, null=True)),
                (
                    "deceased_precision",
                    models.CharField(
                        choices=[
                            ("DAY", "exact"),
                            ("MONTH", "month known"),
                            ("YEAR", "year known"),
                            ("UNKNOWN", "deceased, nobody knows when"),
                        ],
                        max_length=7,
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="death_records",
                        to="patients.person",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.principal",
                    ),
                ),
            ],
            options={
                "verbose_name": "death record",
                "verbose_name_plural": "death records",
            },
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="deathrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('patients.deathrecord', '')",
                    func="-",
                    hash="50a4acb7de6e75466edc77bde78f0905c13b3c27",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_63f2e",
                    table="patients_deathrecord",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="deathrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('patients.deathrecord', '')",
                    func="-",
                    hash="e4efc9146c9f0029941540ff03ba1a9f262617c3",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_c5a64",
                    table="patients_deathrecord",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="deathrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('patients.deathrecord', '', '', '')",
                    func="-",
                    hash="0b101ddfe33ed557a1343f544d844dea97844581",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_aaf52",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="patients_deathrecord",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="deathrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('patients.deathrecord', '', '', '')",
                    func="-",
                    hash="bbb3b4c200d728c44af68960fd42d8ae6a7ba1c6",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_15936",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="patients_deathrecord",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunPython(record_known_deaths, migrations.RunPython.noop),
    ]
