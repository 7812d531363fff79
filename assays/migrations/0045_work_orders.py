import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import labsys.lib.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_hospital_role"),
        ("assays", "0044_hospitals"),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkAnswer",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("position", models.PositiveIntegerField()),
                ("asked", models.CharField(blank=True, max_length=200)),
                (
                    "nothing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("UNKNOWN", "unknown"),
                            ("AMBIGUOUS", "ambiguous"),
                            ("NOT_HERE", "not here"),
                            ("DONE", "done"),
                        ],
                        help_text="Why no work was told.",
                        max_length=9,
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="WorkOrder",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=64)),
                ("number", models.PositiveIntegerField(default=1)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("TOLD", "told"),
                            ("TAKEN", "taken"),
                            ("REFUSED", "refused"),
                            ("CANCELLING", "cancelling"),
                            ("CANCELLED", "cancelled"),
                            ("KEPT", "kept"),
                        ],
                        max_length=10,
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="transmissionmessage",
            name="guard",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="transmissionmessage",
            name="guard_truncate",
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="transmissionmessage",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.transmissionmessage', 'duplicate_of_id,instrument_id,item_count,reason,reply,status')",
                    func="-",
                    hash="3278cf4ae13143619e30086c2e719b9121ab864c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_0ed20",
                    table="assays_transmissionmessage",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="transmissionmessage",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.transmissionmessage', 'duplicate_of_id,instrument_id,item_count,reason,reply,status')",
                    func="-",
                    hash="c3d58c6273de794a5c85dead3b07beb7cf64e6b3",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_ac548",
                    table="assays_transmissionmessage",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="workanswer",
            name="message",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answers",
                to="assays.transmissionmessage",
            ),
        ),
        migrations.AddField(
            model_name="workanswer",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.principal",
            ),
        ),
        migrations.AddField(
            model_name="workanswer",
            name="specimen",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assays.specimen",
            ),
        ),
        migrations.AddField(
            model_name="workorder",
            name="answer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="work_orders",
                to="assays.workanswer",
            ),
        ),
        migrations.AddField(
            model_name="workorder",
            name="cancelled_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="work_cancelled",
                to="assays.dispatch",
            ),
        ),
        migrations.AddField(
            model_name="workorder",
            name="dispatch",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="work_orders",
                to="assays.dispatch",
            ),
        ),
        migrations.AddField(
            model_name="workorder",
            name="instrument",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="work_orders",
                to="assays.instrument",
            ),
        ),
        migrations.AddField(
            model_name="workorder",
            name="order_item",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="work_orders",
                to="assays.orderitem",
            ),
        ),
        migrations.AddField(
            model_name="workorder",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.principal",
            ),
        ),
        migrations.AddField(
            model_name="workorder",
            name="specimen",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="work_orders",
                to="assays.specimen",
            ),
        ),
        migrations.AddConstraint(
            model_name="workanswer",
            constraint=models.UniqueConstraint(
                fields=("message", "position"), name="assays_workanswer_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="workanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("nothing", ""), ("specimen__isnull", False)),
                    models.Q(("nothing", ""), _negated=True),
                    _connector="OR",
                ),
                name="assays_workanswer_of_a_specimen_or_why",
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="workanswer",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.workanswer', '')",
                    func="-",
                    hash="b3feb385a578a5f4563c79b046e4993cf9dd7afc",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_7903e",
                    table="assays_workanswer",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="workanswer",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.workanswer', '')",
                    func="-",
                    hash="31c04262ff8cd6c2ebb991b5d244b3ed9a913798",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_05bd0",
                    table="assays_workanswer",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="workanswer",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.workanswer', '', '', '')",
                    func="-",
                    hash="d09bb2bb6c53a7fc91217eff02497abb621240de",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_f3bbc",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="assays_workanswer",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="workanswer",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.workanswer', '', '', '')",
                    func="-",
                    hash="81ae4bc2b0aff13bf246ad6f934e4085a96c625c",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_90f72",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="assays_workanswer",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="workorder",
            index=models.Index(
                condition=models.Q(("status__in", ["TOLD", "TAKEN"])),
                fields=["instrument", "specimen"],
                name="assays_workorder_standing",
            ),
        ),
        migrations.AddConstraint(
            model_name="workorder",
            constraint=models.UniqueConstraint(
                fields=("order_item", "instrument", "specimen", "number"),
                name="assays_workorder_told_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="workorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["TOLD", "TAKEN", "REFUSED", "CANCELLING", "CANCELLED", "KEPT"])
                ),
                name="assays_workorder_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="workorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answer__isnull", False), ("dispatch__isnull", False), _connector="OR"
                ),
                name="assays_workorder_told_by_something",
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="workorder",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.workorder', 'cancelled_by_id,status')",
                    func="-",
                    hash="954a1bd094d88f8790ae5a612d298164623a46ee",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_70a5c",
                    table="assays_workorder",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="workorder",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.workorder', 'cancelled_by_id,status')",
                    func="-",
                    hash="16895ea677faa09b8cfd1ff1ac16173a1952740c",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_242fc",
                    table="assays_workorder",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="workorder",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.workorder', '', '', '')",
                    func="-",
                    hash="a8923763a1a8446337cf046e9b119567fea5e775",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_3c280",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="assays_workorder",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="workorder",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.workorder', '', '', '')",
                    func="-",
                    hash="732d4dbd01b978481d4b2ca22c0c0559b7fe904c",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_24b6d",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="assays_workorder",
                    when="AFTER",
                ),
            ),
        ),
    ]
