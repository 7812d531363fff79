import django.db.models.deletion
import pgtrigger.compiler
from django.db import migrations, models

import labsys.lib.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_hospital_role"),
        ("assays", "0049_line_faults"),
    ]

    operations = [
        migrations.CreateModel(
            name="OrderNotice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("DUPLICATE", "ordered lately already"),
                            ("TUBE", "tube not assigned"),
                        ],
                        max_length=9,
                    ),
                ),
                ("text", models.TextField()),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="OrderNoticeSeen",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.AddIndex(
            model_name="ordernumber",
            index=models.Index(
                fields=["placer"],
                name="assays_ordernumber_by_placer",
                opclasses=["text_pattern_ops"],
            ),
        ),
        migrations.AddField(
            model_name="ordernotice",
            name="earlier",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assays.order",
            ),
        ),
        migrations.AddField(
            model_name="ordernotice",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to="assays.order",
            ),
        ),
        migrations.AddField(
            model_name="ordernotice",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.principal",
            ),
        ),
        migrations.AddField(
            model_name="ordernoticeseen",
            name="notice",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="seen",
                to="assays.ordernotice",
            ),
        ),
        migrations.AddField(
            model_name="ordernoticeseen",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.principal",
            ),
        ),
        migrations.AddConstraint(
            model_name="ordernotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["DUPLICATE", "TUBE"])),
                name="assays_ordernotice_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ordernotice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("earlier__isnull", False), ("kind", "DUPLICATE")),
                    models.Q(models.Q(("kind", "DUPLICATE"), _negated=True), ("earlier", None)),
                    _connector="OR",
                ),
                name="assays_ordernotice_names_what_it_repeats",
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="ordernotice",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.ordernotice', '')",
                    func="-",
                    hash="e5982117a67d5a74972a29fb040b5c3147bcd399",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_28ca9",
                    table="assays_ordernotice",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="ordernotice",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.ordernotice', '')",
                    func="-",
                    hash="7003398071024b81cfd796d6720ca4d4441edf60",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_3d6d3",
                    table="assays_ordernotice",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="ordernotice",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.ordernotice', '', '', '')",
                    func="-",
                    hash="8fc8df5e8881f0ec0e2f5e1eeba59c2681efb4d6",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_4c48f",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="assays_ordernotice",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="ordernotice",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.ordernotice', '', '', '')",
                    func="-",
                    hash="4d8994288f89593bc906810e47f4014660f19038",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_eaaa0",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="assays_ordernotice",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="ordernoticeseen",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.ordernoticeseen', '')",
                    func="-",
                    hash="6d6f15adf892e0e2414c7843507046f9770e50ed",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_aebc9",
                    table="assays_ordernoticeseen",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="ordernoticeseen",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.ordernoticeseen', '')",
                    func="-",
                    hash="8ef793b4889c1962d107ff6deabe741a7783ef93",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_5cf7d",
                    table="assays_ordernoticeseen",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="ordernoticeseen",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.ordernoticeseen', '', '', '')",
                    func="-",
                    hash="e977094ee3ff582065938b6cafb8ac81db7a5ea5",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_f02d4",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="assays_ordernoticeseen",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="ordernoticeseen",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.ordernoticeseen', '', '', '')",
                    func="-",
                    hash="7128c130b5fb78c737d4cc7a061852a55b9b4407",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_897bd",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="assays_ordernoticeseen",
                    when="AFTER",
                ),
            ),
        ),
    ]
