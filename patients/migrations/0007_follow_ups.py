from decimal import Decimal

import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
from django.db import migrations, models

import labsys.lib.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_hospital_role"),
        ("patients", "0006_applied_messages"),
    ]

    operations = [
        migrations.CreateModel(
            name="Agent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.SlugField(max_length=32, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "agent",
                "verbose_name_plural": "agents",
            },
        ),
        migrations.CreateModel(
            name="FollowUpDecision",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("CANCELLED", "cancelled"),
                            ("LOST", "lost to follow-up"),
                            ("RESUMED", "resumed"),
                            ("EXTENDED", "extended"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "until",
                    models.DateTimeField(
                        blank=True, help_text="Of an extension: to when at least.", null=True
                    ),
                ),
                ("reason", models.TextField()),
                ("decided_at", models.DateTimeField()),
                (
                    "is_retraction",
                    models.BooleanField(
                        default=False,
                        help_text="The row it corrects was entered in error and nothing replaces it.",
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "decision on a follow-up",
                "verbose_name_plural": "decisions on follow-ups",
            },
        ),
        migrations.CreateModel(
            name="FollowUpRule",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        help_text="How long somebody is followed up, counted from the last exposure.",
                        verbose_name="days after the last exposure",
                    ),
                ),
                (
                    "visits_per_day",
                    models.PositiveSmallIntegerField(default=1, verbose_name="visits per day"),
                ),
                (
                    "source",
                    models.CharField(
                        help_text="Where these figures are from, so that they can be checked.",
                        max_length=300,
                    ),
                ),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("in_force_from", models.DateTimeField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "follow-up rule",
                "verbose_name_plural": "follow-up rules",
            },
        ),
        migrations.CreateModel(
            name="FollowUpVisit",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("SEEN", "seen"),
                            ("UNAVAILABLE", "not there"),
                            ("REFUSED", "refused"),
                        ],
                        max_length=11,
                    ),
                ),
                (
                    "symptoms",
                    models.CharField(
                        blank=True,
                        help_text="What was found or said; empty means none.",
                        max_length=200,
                    ),
                ),
                (
                    "temperature",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        max_digits=3,
                        null=True,
                        verbose_name="temperature (°C)",
                    ),
                ),
                (
                    "place",
                    models.CharField(blank=True, max_length=200, verbose_name="place in words"),
                ),
                (
                    "visitor",
                    models.CharField(
                        blank=True,
                        help_text="Empty: whoever records it.",
                        max_length=120,
                        verbose_name="visited by",
                    ),
                ),
                ("visited_at", models.DateTimeField()),
                (
                    "is_retraction",
                    models.BooleanField(
                        default=False,
                        help_text="The row it corrects was entered in error and nothing replaces it.",
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "follow-up visit",
                "verbose_name_plural": "follow-up visits",
            },
        ),
        migrations.CreateModel(
            name="Sighting",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("SEEN", "seen"),
                            ("SEARCHING", "being looked for"),
                            ("SEARCHED_NOT_FOUND", "looked for, not found"),
                        ],
                        max_length=18,
                    ),
                ),
                (
                    "place",
                    models.CharField(blank=True, max_length=200, verbose_name="place in words"),
                ),
                (
                    "reported_by",
                    models.CharField(
                        blank=True,
                        help_text="Who saw them, or who searches.",
                        max_length=120,
                        verbose_name="by whom",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200)),
                ("seen_at", models.DateTimeField(verbose_name="when")),
                (
                    "is_retraction",
                    models.BooleanField(
                        default=False,
                        help_text="The row it corrects was entered in error and nothing replaces it.",
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "sighting",
                "verbose_name_plural": "sightings",
            },
        ),
        migrations.AddIndex(
            model_name="exposure",
            index=models.Index(
                django.db.models.functions.text.Upper("agent"),
                models.F("last_at"),
                name="patients_exposure_agent",
            ),
        ),
        migrations.AddField(
            model_name="agent",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.principal",
            ),
        ),
        migrations.AddField(
            model_name="followupdecision",
            name="agent",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.agent"
            ),
        ),
        migrations.AddField(
            model_name="followupdecision",
            name="corrects",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrected_by",
                to="patients.followupdecision",
            ),
        ),
        migrations.AddField(
            model_name="followupdecision",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="follow_up_decisions",
                to="patients.person",
            ),
        ),
        migrations.AddField(
            model_name="followupdecision",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.principal",
            ),
        ),
        migrations.AddField(
            model_name="followuprule",
            name="agent",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rules",
                to="patients.agent",
            ),
        ),
        migrations.AddField(
            model_name="followuprule",
            name="approved_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.principal",
            ),
        ),
        migrations.AddField(
            model_name="followuprule",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.principal",
            ),
        ),
        migrations.AddField(
            model_name="followupvisit",
            name="agent",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.agent"
            ),
        ),
        migrations.AddField(
            model_name="followupvisit",
            name="corrects",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrected_by",
                to="patients.followupvisit",
            ),
        ),
        migrations.AddField(
            model_name="followupvisit",
            name="location",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="patients.location",
            ),
        ),
        migrations.AddField(
            model_name="followupvisit",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="follow_up_visits",
                to="patients.person",
            ),
        ),
        migrations.AddField(
            model_name="followupvisit",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.principal",
            ),
        ),
        migrations.AddField(
            model_name="sighting",
            name="corrects",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrected_by",
                to="patients.sighting",
            ),
        ),
        migrations.AddField(
            model_name="sighting",
            name="location",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="patients.location",
            ),
        ),
        migrations.AddField(
            model_name="sighting",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sightings",
                to="patients.person",
            ),
        ),
        migrations.AddField(
            model_name="sighting",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.principal",
            ),
        ),
        migrations.AddConstraint(
            model_name="agent",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Upper("code"), name="patients_agent_one_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="agent",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Upper("name"), name="patients_agent_one_name"
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="agent",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('patients.agent', '')",
                    func="-",
                    hash="bff1d6ecd3c59dae9103895cc55a6d41ff759c1a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_3c414",
                    table="patients_agent",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="agent",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('patients.agent', '')",
                    func="-",
                    hash="43e4ae1cb4dea5457bedd8735512ccae94417dfd",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_c37f6",
                    table="patients_agent",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="agent",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('patients.agent', '', '', '')",
                    func="-",
                    hash="edb7d53419dbed2ce65ebcf4f2b712df717367f9",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_4be72",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="patients_agent",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="agent",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('patients.agent', '', '', '')",
                    func="-",
                    hash="2fab9f9437be18789e7a3862bcd199aea98d3d81",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_f38c0",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="patients_agent",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="followupdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_retraction", False), ("corrects__isnull", False), _connector="OR"
                ),
                name="patients_followupdecision_retracts_a_row",
            ),
        ),
        migrations.AddConstraint(
            model_name="followupdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "EXTENDED"), ("until__isnull", False)),
                    models.Q(models.Q(("kind", "EXTENDED"), _negated=True), ("until", None)),
                    _connector="OR",
                ),
                name="patients_followupdecision_extended_until",
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="followupdecision",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('patients.followupdecision', '')",
                    func="-",
                    hash="c1933d5db9458923453ded3b95eae9010d1b2e16",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_a9d9d",
                    table="patients_followupdecision",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="followupdecision",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('patients.followupdecision', '')",
                    func="-",
                    hash="ae774adec957c2ae5c3e6ffe60848398bae12304",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_a2dc7",
                    table="patients_followupdecision",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="followupdecision",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('patients.followupdecision', '', '', '')",
                    func="-",
                    hash="ff9644f1717ffbc61fd84c81d4efc1d46ea9b359",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_9e474",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="patients_followupdecision",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="followupdecision",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('patients.followupdecision', '', '', '')",
                    func="-",
                    hash="f96d45f5cf5daa64e98caf76fc8eac25609698ab",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_45fd0",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="patients_followupdecision",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="followuprule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at", None), ("approved_by", None), ("in_force_from", None)),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("approved_by__isnull", False),
                        ("in_force_from__gte", models.F("approved_at")),
                    ),
                    _connector="OR",
                ),
                name="patients_followuprule_approved_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="followuprule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    models.Q(("approved_by", models.F("recorded_by")), _negated=True),
                    _connector="OR",
                ),
                name="patients_followuprule_approved_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="followuprule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("days__gte", 1),
                    ("days__lte", 365),
                    ("visits_per_day__gte", 1),
                    ("visits_per_day__lte", 6),
                ),
                name="patients_followuprule_in_bounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="followuprule",
            constraint=models.UniqueConstraint(
                fields=("agent", "in_force_from"), name="patients_followuprule_one_at_a_time"
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="followuprule",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('patients.followuprule', 'approved_at,approved_by_id,in_force_from')",
                    func="-",
                    hash="449c7e11d0d0bd9883dc08946288afca85b446ef",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_27803",
                    table="patients_followuprule",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="followuprule",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('patients.followuprule', 'approved_at,approved_by_id,in_force_from')",
                    func="-",
                    hash="b559c955c2e6c491d53e9e043543bfda53994926",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_f70fa",
                    table="patients_followuprule",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="followuprule",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('patients.followuprule', '', '', '')",
                    func="-",
                    hash="81b61b95edb31844f033548fc3a62cc312bc610b",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_8f3ef",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="patients_followuprule",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="followuprule",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('patients.followuprule', '', '', '')",
                    func="-",
                    hash="80fe2e9f562e79aae83be839d7fe772f4290939a",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_8404c",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="patients_followuprule",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="followupvisit",
            index=models.Index(fields=["visited_at", "agent"], name="patients_followupvisit_day"),
        ),
        migrations.AddConstraint(
            model_name="followupvisit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_retraction", False), ("corrects__isnull", False), _connector="OR"
                ),
                name="patients_followupvisit_retracts_a_row",
            ),
        ),
        migrations.AddConstraint(
            model_name="followupvisit",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome", "SEEN"), ("temperature", None), _connector="OR"),
                name="patients_followupvisit_measured_when_seen",
            ),
        ),
        migrations.AddConstraint(
            model_name="followupvisit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("temperature", None),
                    models.Q(
                        ("temperature__gte", Decimal("25")), ("temperature__lte", Decimal("45"))
                    ),
                    _connector="OR",
                ),
                name="patients_followupvisit_plausible",
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="followupvisit",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('patients.followupvisit', '')",
                    func="-",
                    hash="ff0e0013c163d61c373fdc996a676552e64b377c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_bce16",
                    table="patients_followupvisit",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="followupvisit",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('patients.followupvisit', '')",
                    func="-",
                    hash="42066cf9bb886ffa77262569740a946352904f9c",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_ee593",
                    table="patients_followupvisit",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="followupvisit",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('patients.followupvisit', '', '', '')",
                    func="-",
                    hash="1c6d26d6c3e162825f2ead96363ed0293eaaf82a",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_7d544",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="patients_followupvisit",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="followupvisit",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('patients.followupvisit', '', '', '')",
                    func="-",
                    hash="d69e10b416110505121f5b1debbf8509f2046584",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_739a1",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="patients_followupvisit",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="sighting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_retraction", False), ("corrects__isnull", False), _connector="OR"
                ),
                name="patients_sighting_retracts_a_row",
            ),
        ),
        migrations.AddConstraint(
            model_name="sighting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "SEEN"), _negated=True),
                    ("location__isnull", False),
                    models.Q(("place", ""), _negated=True),
                    _connector="OR",
                ),
                name="patients_sighting_seen_somewhere",
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="sighting",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('patients.sighting', '')",
                    func="-",
                    hash="492e529f40c07b2ffce98e97928707a298134053",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_3b2f0",
                    table="patients_sighting",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="sighting",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('patients.sighting', '')",
                    func="-",
                    hash="79af7e72163e09194182083f7b3ed8e7ddc22e50",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_40df2",
                    table="patients_sighting",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="sighting",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('patients.sighting', '', '', '')",
                    func="-",
                    hash="b331b68496c5b9b26428932fccce43daf109503c",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_967e6",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="patients_sighting",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="sighting",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('patients.sighting', '', '', '')",
                    func="-",
                    hash="79294e0e7c3b2bc2189435eab8c48c3458b92a3f",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_ae1e8",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="patients_sighting",
                    when="AFTER",
                ),
            ),
        ),
    ]
