import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import labsys.lib.triggers

# The owner fills in what old versions were called: nobody could rename a programme before.
FILL = """
ALTER TABLE consent_programmeversion DISABLE TRIGGER USER;
UPDATE consent_programmeversion AS version
   SET name = programme.founding_name, destination = programme.founding_destination
  FROM consent_programme AS programme
 WHERE programme.id = version.programme_id;
ALTER TABLE consent_programmeversion ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0022_check_covers"),
    ]

    operations = [
        migrations.RenameField("programme", "name", "founding_name"),
        migrations.RenameField("programme", "destination", "founding_destination"),
        migrations.AlterField(
            model_name="programme",
            name="founding_name",
            field=models.CharField(max_length=120, verbose_name="name"),
        ),
        migrations.AlterField(
            model_name="programme",
            name="founding_destination",
            field=models.CharField(blank=True, max_length=120, verbose_name="destination"),
        ),
        migrations.AddField(
            model_name="programmeversion",
            name="name",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Empty = as the version before.",
                max_length=120,
                verbose_name="name",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="programmeversion",
            name="destination",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Empty = as the version before.",
                max_length=120,
                verbose_name="destination",
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="programmeversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="consent_programmeversion_named",
            ),
        ),
        pgtrigger.migrations.RemoveTrigger(model_name="programme", name="guard"),
        pgtrigger.migrations.RemoveTrigger(model_name="programme", name="guard_truncate"),
        labsys.lib.triggers.AddTrigger(
            model_name="programme",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('consent.programme', 'is_active')",
                    func="-",
                    hash="61bd0849812886910b48a3ff269a484fa9de4532",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_fe7e2",
                    table="consent_programme",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="programme",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('consent.programme', 'is_active')",
                    func="-",
                    hash="d45444efffc6db87d526b9814baa6a28d8feb3b4",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_488be",
                    table="consent_programme",
                    when="BEFORE",
                ),
            ),
        ),
    ]
