import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import labsys.lib.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_hospital_role"),
        ("patients", "0003_beside_tables"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="person",
            name="guard",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="person",
            name="guard_truncate",
        ),
        migrations.AddField(
            model_name="person",
            name="deceased_precision",
            field=models.CharField(
                choices=[
                    ("DAY", "exact"),
                    ("MONTH", "month known"),
                    ("YEAR", "year known"),
                    ("UNKNOWN", "deceased, nobody knows when"),
                ],
                default="DAY",
                max_length=7,
            ),
        ),
        migrations.AlterField(
            model_name="person",
            name="deceased_on",
            field=models.DateField(
                blank=True,
                help_text="Of a month or a year that is known: its first day.",
                null=True,
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="person",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('patients.person', 'birth_date,birth_precision,birth_uncertainty_days,deceased_on,deceased_precision,sex,species_id')",
                    func="-",
                    hash="b4f8b2d5b3de634440cb17d22812e54682499c0a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_33af6",
                    table="patients_person",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="person",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('patients.person', 'birth_date,birth_precision,birth_uncertainty_days,deceased_on,deceased_precision,sex,species_id')",
                    func="-",
                    hash="68c5a42bbb095bc973635e0c149b92d36989cbed",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_4795a",
                    table="patients_person",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("deceased_precision", "DAY"),
                    models.Q(
                        ("deceased_on__isnull", False),
                        ("deceased_precision__in", ["MONTH", "YEAR"]),
                    ),
                    models.Q(("deceased_on", None), ("deceased_precision", "UNKNOWN")),
                    _connector="OR",
                ),
                name="patients_person_death_precision_stated",
            ),
        ),
    ]
