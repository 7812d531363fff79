import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
from django.db import migrations, models

import labsys.lib.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_system_principals"),
        ("assays", "0004_transmissions_by_wire"),
    ]

    operations = [
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("REGISTERED", "registered"),
                            ("PARTIAL", "partial"),
                            ("PRELIMINARY", "preliminary"),
                            ("FINAL", "final"),
                            ("AMENDED", "amended"),
                            ("CORRECTED", "corrected"),
                            ("APPENDED", "appended"),
                            ("CANCELLED", "cancelled"),
                            ("ENTERED_IN_ERROR", "entered in error"),
                        ],
                        max_length=16,
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report",
                        to="assays.order",
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
        ),
        migrations.CreateModel(
            name="ReportVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("REGISTERED", "registered"),
                            ("PARTIAL", "partial"),
                            ("PRELIMINARY", "preliminary"),
                            ("FINAL", "final"),
                            ("AMENDED", "amended"),
                            ("CORRECTED", "corrected"),
                            ("APPENDED", "appended"),
                            ("CANCELLED", "cancelled"),
                            ("ENTERED_IN_ERROR", "entered in error"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "content",
                    models.JSONField(
                        help_text="All that is printed, with what changed since the version before."
                    ),
                ),
                (
                    "result_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        help_text="The results whose values this version gives.",
                        size=None,
                    ),
                ),
                (
                    "sha256",
                    models.CharField(
                        help_text="Of the content in its canonical form.", max_length=64
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.principal",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="assays.report",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReportDocument",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pdf", models.BinaryField()),
                ("sha256", models.CharField(help_text="Of the PDF's bytes.", max_length=64)),
                (
                    "template",
                    models.PositiveSmallIntegerField(help_text="Version of the template."),
                ),
                ("worker", models.CharField(blank=True, max_length=128)),
                ("task_id", models.CharField(blank=True, max_length=64)),
                ("rendered_at", models.DateTimeField()),
                (
                    "rendered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.principal",
                    ),
                ),
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="document",
                        to="assays.reportversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReportAccess",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("VIEWED", "viewed"),
                            ("PRINTED", "printed"),
                            ("DOWNLOADED", "downloaded"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.principal",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accesses",
                        to="assays.reportversion",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "REGISTERED",
                            "PARTIAL",
                            "PRELIMINARY",
                            "FINAL",
                            "AMENDED",
                            "CORRECTED",
                            "APPENDED",
                            "CANCELLED",
                            "ENTERED_IN_ERROR",
                        ],
                    )
                ),
                name="assays_report_status_known",
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="report",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.report', 'status')",
                    func="-",
                    hash="032ccd6cfc62f218558aa61be946b26848f61d28",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_38ea3",
                    table="assays_report",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="report",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.report', 'status')",
                    func="-",
                    hash="d4478aec053c6a9a33c326237b91bb483ea84b97",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_bccfc",
                    table="assays_report",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="report",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.report', '', '', '')",
                    func="-",
                    hash="34784610496b9c56329496f9cef3f0e04c17a2d1",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_e4400",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="assays_report",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="report",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.report', '', '', '')",
                    func="-",
                    hash="b80a40da4e6bfa64e7358fa79ffc3aba972b7a73",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_0a143",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="assays_report",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="reportversion",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["result_ids"], name="assays_reportversion_results"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportversion",
            constraint=models.UniqueConstraint(
                fields=("report", "number"), name="assays_reportversion_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="assays_reportversion_counts_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "REGISTERED",
                            "PARTIAL",
                            "PRELIMINARY",
                            "FINAL",
                            "AMENDED",
                            "CORRECTED",
                            "APPENDED",
                            "CANCELLED",
                            "ENTERED_IN_ERROR",
                        ],
                    )
                ),
                name="assays_reportversion_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                name="assays_reportversion_digest",
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="reportversion",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.reportversion', '')",
                    func="-",
                    hash="59e34925c56bae4c09a105c610cbcd9588c638aa",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_1adf6",
                    table="assays_reportversion",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="reportversion",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.reportversion', '')",
                    func="-",
                    hash="7d819c428657512c5d99cc70c16d575fa66a6a3b",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_a8c54",
                    table="assays_reportversion",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="reportversion",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.reportversion', '', 'content', '')",
                    func="-",
                    hash="0005505aeafec05875301644b506d32d3db76cd8",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_f9ca7",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="assays_reportversion",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="reportversion",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.reportversion', '', 'content', '')",
                    func="-",
                    hash="5615fc70d8c2a7ab7570ff41eb6ee528368e87f5",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_d9e86",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="assays_reportversion",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="reportdocument",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                name="assays_reportdocument_digest",
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="reportdocument",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.reportdocument', '')",
                    func="-",
                    hash="54b27cefbe890b999bd92b93b40c63ce4d4be6b2",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_6fd56",
                    table="assays_reportdocument",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="reportdocument",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.reportdocument', '')",
                    func="-",
                    hash="db4877c0c370743a5d05ef19bc665c759ba1b58f",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_74090",
                    table="assays_reportdocument",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="reportdocument",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.reportdocument', 'pdf', '', '')",
                    func="-",
                    hash="6c832df1d0be6fbcbea404ddcf0c120ce6064756",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_2161b",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="assays_reportdocument",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="reportdocument",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.reportdocument', 'pdf', '', '')",
                    func="-",
                    hash="e5331583f41d098a1434c94a5feeb0b61e554262",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_4bff1",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="assays_reportdocument",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="reportaccess",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["VIEWED", "PRINTED", "DOWNLOADED"])),
                name="assays_reportaccess_kind_known",
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="reportaccess",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.reportaccess', '')",
                    func="-",
                    hash="152a6bb593a4d3cd9c8b0383390504cff376153a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_373d4",
                    table="assays_reportaccess",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="reportaccess",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.reportaccess', '')",
                    func="-",
                    hash="7722d14e9978138d5ebf8549eb96bf29572df79f",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_364f4",
                    table="assays_reportaccess",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="reportaccess",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.reportaccess', '', '', '')",
                    func="-",
                    hash="357342d952372f63a590e348d26f20d1bebc9c5b",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_93892",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="assays_reportaccess",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="reportaccess",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.reportaccess', '', '', '')",
                    func="-",
                    hash="f3c19e8f2c805829e61127184f478b9bd6db4abb",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_e14ea",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="assays_reportaccess",
                    when="AFTER",
                ),
            ),
        ),
    ]
