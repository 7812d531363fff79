import django.db.models.deletion
import pgtrigger.compiler
from django.db import migrations, models

import labsys.lib.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_hospital_role"),
        ("assays", "0045_work_orders"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReadingRun",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "chosen",
                    models.JSONField(
                        help_text="What was asked for: instrument, driver, days, state."
                    ),
                ),
                ("total", models.PositiveIntegerField()),
                ("reason", models.TextField()),
                ("asked_at", models.DateTimeField()),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.principal",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MessageReading",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("done_at", models.DateTimeField(null=True)),
                ("outcome", models.JSONField(null=True)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="assays.transmissionmessage",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="assays.readingrun",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MessageEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("old", models.CharField(max_length=12)),
                ("new", models.CharField(max_length=12)),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="assays.transmissionmessage",
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("message",), name="assays_messageevent_dismissed_once"
                    )
                ],
            },
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="messageevent",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.messageevent', '')",
                    func="-",
                    hash="750acf2ce7ea5c0f8b88169c632d2784480ecbbf",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_5f495",
                    table="assays_messageevent",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="messageevent",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.messageevent', '')",
                    func="-",
                    hash="a99376ebbffe0ff2cc6837032f1297637d916f9f",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_abfda",
                    table="assays_messageevent",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="messageevent",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.messageevent', '', '', '')",
                    func="-",
                    hash="e62d079b0aa3000df1d74e12ccff011068e113cb",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_c38a4",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="assays_messageevent",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="messageevent",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.messageevent', '', '', '')",
                    func="-",
                    hash="a3e826545bef7d7152309e12146cff2afe7ff300",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_8003b",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="assays_messageevent",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="readingrun",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.readingrun', '')",
                    func="-",
                    hash="e2a4f96ad5444ed82c98f942f8a6358a97cba634",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_36c9c",
                    table="assays_readingrun",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="readingrun",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.readingrun', '')",
                    func="-",
                    hash="bcc1849db518f535dead84e21932b12365aa21dc",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_ff4c7",
                    table="assays_readingrun",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="readingrun",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.readingrun', '', '', '')",
                    func="-",
                    hash="6fcc76f0117a0e7f08f662b94ed958d06f58036a",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_08f7b",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="assays_readingrun",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="readingrun",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.readingrun', '', '', '')",
                    func="-",
                    hash="ff7788f3c7fd551bf3e39a6e0cb4e5e5b0c7c00a",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_7209b",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="assays_readingrun",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="messagereading",
            constraint=models.UniqueConstraint(
                fields=("run", "message"), name="assays_messagereading_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="messagereading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at", None), ("outcome", None)),
                    models.Q(("done_at__isnull", False), ("outcome__isnull", False)),
                    _connector="OR",
                ),
                name="assays_messagereading_done_whole",
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="messagereading",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.messagereading', 'done_at,outcome')",
                    func="-",
                    hash="96c4be627a4b6dac13f96ec4d9ac5591d627651b",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_91d0e",
                    table="assays_messagereading",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="messagereading",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.messagereading', 'done_at,outcome')",
                    func="-",
                    hash="62224f5edb7896dbb6bf61452ef7b97f4643b10d",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_a1395",
                    table="assays_messagereading",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="messagereading",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.messagereading', '', 'outcome', '')",
                    func="-",
                    hash="de865ee90e169fb0029552dc55b6d6b599244fb0",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_4cd31",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="assays_messagereading",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="messagereading",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.messagereading', '', 'outcome', '')",
                    func="-",
                    hash="76064cea3ddb54459fcb1dfb249fea74022a80ba",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_381ee",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="assays_messagereading",
                    when="AFTER",
                ),
            ),
        ),
    ]
