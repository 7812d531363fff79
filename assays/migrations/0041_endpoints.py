import django.db.models.deletion
import pgtrigger.compiler
from django.db import migrations, models

import labsys.lib.triggers


class Migration(migrations.Migration):
    """Adds how instruments are reached, and how their lines stand."""

    dependencies = [
        ("accounts", "0004_step_ups"),
        ("assays", "0040_dispatches"),
    ]

    operations = [
        migrations.CreateModel(
            name="Endpoint",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("SHARED", "it calls the port that all share"),
                            ("SERVER", "it calls a port of its own"),
                            ("CLIENT", "it is called"),
                            ("FOLDER", "it leaves files in a folder"),
                            ("HTTP", "it posts to the API over HTTP"),
                        ],
                        max_length=6,
                        verbose_name="way",
                    ),
                ),
                ("host", models.CharField(blank=True, max_length=253)),
                ("port", models.PositiveIntegerField(blank=True, null=True)),
                ("folder", models.CharField(blank=True, max_length=200)),
                ("pattern", models.CharField(blank=True, max_length=80)),
                ("stable_seconds", models.PositiveIntegerField(blank=True, null=True)),
                ("framing", models.JSONField(blank=True, default=dict)),
                ("idle_seconds", models.PositiveIntegerField(blank=True, null=True)),
                ("silence_minutes", models.PositiveIntegerField(blank=True, null=True)),
                ("answer_seconds", models.PositiveIntegerField(blank=True, null=True)),
                ("sends", models.BooleanField(default=False)),
                ("tls", models.BooleanField(default=False, verbose_name="encrypted (TLS)")),
                ("fingerprints", models.JSONField(blank=True, default=list)),
                ("is_active", models.BooleanField(default=True)),
                ("recorded_at", models.DateTimeField()),
                (
                    "instrument",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="endpoints",
                        to="assays.instrument",
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
            name="EndpointState",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("listener", models.CharField(blank=True, max_length=128)),
                ("lease_until", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("LISTENING", "listening"),
                            ("CONNECTED", "connected"),
                            ("CALLING", "calling"),
                            ("BACKOFF", "backoff"),
                            ("WATCHING", "watching"),
                            ("DOWN", "down"),
                            ("OFF", "off"),
                        ],
                        max_length=9,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("reported_at", models.DateTimeField()),
                ("connections", models.PositiveIntegerField(default=0)),
                ("last_in_at", models.DateTimeField(null=True)),
                ("last_out_at", models.DateTimeField(null=True)),
                ("messages_in", models.PositiveBigIntegerField(default=0)),
                ("messages_out", models.PositiveBigIntegerField(default=0)),
                ("in_minute", models.PositiveIntegerField(default=0)),
                ("out_minute", models.PositiveIntegerField(default=0)),
                ("errors", models.PositiveBigIntegerField(default=0)),
                (
                    "refused",
                    models.PositiveIntegerField(default=0, help_text="Files that were refused."),
                ),
                ("last_error_at", models.DateTimeField(null=True)),
                ("last_error", models.TextField(blank=True)),
                (
                    "endpoint",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="states",
                        to="assays.endpoint",
                    ),
                ),
                (
                    "instrument",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="assays.instrument",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="endpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["SHARED", "SERVER", "CLIENT", "FOLDER", "HTTP"])),
                name="assays_endpoint_role_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="endpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("port__gte", 1),
                        ("port__isnull", False),
                        ("port__lte", 65535),
                        ("role__in", ["SERVER", "CLIENT"]),
                    ),
                    models.Q(
                        models.Q(("role__in", ["SERVER", "CLIENT"]), _negated=True), ("port", None)
                    ),
                    _connector="OR",
                ),
                name="assays_endpoint_port_where_one_is_used",
            ),
        ),
        migrations.AddConstraint(
            model_name="endpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role", "CLIENT"), models.Q(("host", ""), _negated=True)),
                    models.Q(models.Q(("role", "CLIENT"), _negated=True), ("host", "")),
                    _connector="OR",
                ),
                name="assays_endpoint_host_where_it_is_called",
            ),
        ),
        migrations.AddConstraint(
            model_name="endpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("role", "FOLDER"),
                        ("stable_seconds__gte", 1),
                        ("stable_seconds__isnull", False),
                        models.Q(("folder", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("role", "FOLDER"), _negated=True),
                        ("folder", ""),
                        ("pattern", ""),
                        ("stable_seconds", None),
                    ),
                    _connector="OR",
                ),
                name="assays_endpoint_folder_where_one_is_watched",
            ),
        ),
        migrations.AddConstraint(
            model_name="endpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role__in", ["SERVER", "CLIENT"]), ("tls", False), _connector="OR"
                ),
                name="assays_endpoint_tls_on_lines_of_its_own",
            ),
        ),
        migrations.AddConstraint(
            model_name="endpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("tls", True), ("fingerprints", []), _connector="OR"),
                name="assays_endpoint_fingerprints_with_tls",
            ),
        ),
        migrations.AddConstraint(
            model_name="endpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role__in", ["SHARED", "SERVER", "CLIENT"]),
                    models.Q(("answer_seconds", None), ("idle_seconds", None), ("sends", False)),
                    _connector="OR",
                ),
                name="assays_endpoint_line_limits_on_lines",
            ),
        ),
        migrations.AddConstraint(
            model_name="endpoint",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_active", True), ("role", "SERVER")),
                fields=("port",),
                name="assays_endpoint_one_per_port",
            ),
        ),
        migrations.AddConstraint(
            model_name="endpoint",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_active", True), ("role", "CLIENT")),
                fields=("host", "port"),
                name="assays_endpoint_one_per_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="endpoint",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_active", True), ("role", "FOLDER")),
                fields=("folder",),
                name="assays_endpoint_one_per_folder",
            ),
        ),
        migrations.AddConstraint(
            model_name="endpoint",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_active", True), ("role__in", ["SHARED", "HTTP"])),
                fields=("instrument", "role"),
                name="assays_endpoint_one_shared_each",
            ),
        ),
        migrations.AddConstraint(
            model_name="endpoint",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_active", True), ("sends", True)),
                fields=("instrument",),
                name="assays_endpoint_one_sends",
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="endpoint",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.endpoint', 'answer_seconds,fingerprints,folder,framing,host,idle_seconds,is_active,pattern,port,sends,silence_minutes,stable_seconds,tls')",
                    func="-",
                    hash="19d3d7878831672594277ff7187a81a1890415fe",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_d88dc",
                    table="assays_endpoint",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="endpoint",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('assays.endpoint', 'answer_seconds,fingerprints,folder,framing,host,idle_seconds,is_active,pattern,port,sends,silence_minutes,stable_seconds,tls')",
                    func="-",
                    hash="ac003836209223fe72dfafd3b82744eac58f9a5a",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_1a3d8",
                    table="assays_endpoint",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="endpoint",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.endpoint', '', '', '')",
                    func="-",
                    hash="d571dd34c83ab1b19e30bca0a4014fb931706b80",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_7ff19",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="assays_endpoint",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="endpoint",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('assays.endpoint', '', '', '')",
                    func="-",
                    hash="6777bab1dadc7aa3c2e39e4bd7e8b3ec0c8e1b83",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_72148",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="assays_endpoint",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="endpointstate",
            constraint=models.UniqueConstraint(
                fields=("instrument", "endpoint"),
                name="assays_endpointstate_one_each",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="endpointstate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["LISTENING", "CONNECTED", "CALLING", "BACKOFF", "WATCHING", "DOWN", "OFF"],
                    )
                ),
                name="assays_endpointstate_state_known",
            ),
        ),
    ]
