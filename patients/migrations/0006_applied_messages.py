import django.db.models.deletion
from django.db import migrations, models

import labsys.lib.fields

# The table was the screening's first; what was applied under a key stays applied.
TAKEN_OVER = "ALTER TABLE consent_appliedmessage RENAME TO patients_appliedmessage"
GIVEN_BACK = "ALTER TABLE patients_appliedmessage RENAME TO consent_appliedmessage"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_hospital_role"),
        ("consent", "0029_reminders_by_mail"),
        ("patients", "0005_death_records"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TAKEN_OVER, GIVEN_BACK)],
            state_operations=[
                migrations.CreateModel(
                    name="AppliedMessage",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("uid", models.UUIDField(unique=True)),
                        ("sent", models.CharField(max_length=64)),
                        ("answer", labsys.lib.fields.SealedField()),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.principal",
                            ),
                        ),
                    ],
                    options={"abstract": False},
                ),
            ],
        ),
    ]
