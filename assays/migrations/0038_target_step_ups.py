import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import labsys.lib.triggers


class Migration(migrations.Migration):
    """Lets a signed target of a control name the password that was given again for it."""

    dependencies = [
        ("accounts", "0004_step_ups"),
        ("assays", "0037_comment_names"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="controltarget",
            name="guard",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="controltarget",
            name="guard_truncate",
        ),
        migrations.AddField(
            model_name="controltarget",
            name="step_up",
            field=models.ForeignKey(
                db_index=False,
                help_text="The password given again; targets signed before it was asked for have none.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.stepup",
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="controltarget",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.controltarget', 'signed_at,signed_by_id,step_up_id')",
                    func="-",
                    hash="29764c5e49dd8251b8987434a02bc3bfb1fef33e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_70a45",
                    table="assays_controltarget",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="controltarget",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.controltarget', 'signed_at,signed_by_id,step_up_id')",
                    func="-",
                    hash="bd2c35f93cd26b8325d31d266d64400c9cac3a84",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_9dd7a",
                    table="assays_controltarget",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="controltarget",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("step_up", None), ("signed_by__isnull", False), _connector="OR"
                ),
                name="assays_controltarget_step_up_of_a_signature",
            ),
        ),
    ]
