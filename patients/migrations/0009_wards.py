"""Openings and closings of places, triage, injuries, and on whose behalf a visitor comes."""

import django.db.models.deletion
import pgtrigger.compiler
from django.db import migrations, models

import labsys.lib.triggers

# Since when these have been closed is not kept; they count as open until now.
CLOSED = """
    INSERT INTO patients_locationopening (location_id, is_open, happened_at, reason, recorded_at, recorded_by_id)
    SELECT id, false, clock_timestamp(), 'Closed before openings were kept.', clock_timestamp(), 5
    FROM patients_location WHERE NOT is_active
"""


def record_closed_places(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('labsys.actor', '5', true),"
            " set_config('labsys.action', 'patients.location.deactivate', true)"
        )
        cursor.execute(CLOSED)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_hospital_role"),
        ("patients", "0007_follow_ups"),
    ]

    operations = [
        migrations.CreateModel(
            name="Injury",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("site", models.CharField(max_length=80, verbose_name="site of the body")),
                (
                    "side",
                    models.CharField(
                        blank=True,
                        choices=[("LEFT", "left"), ("RIGHT", "right"), ("BOTH", "both sides")],
                        max_length=5,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("CUT", "cut or laceration"),
                            ("PUNCTURE", "puncture or penetrating wound"),
                            ("BRUISE", "bruise or contusion"),
                            ("FRACTURE", "fracture"),
                            ("DISLOCATE", "dislocation or sprain"),
                            ("BURN", "burn"),
                            ("CRUSH", "crush"),
                            ("BITE", "bite or sting"),
                            ("AMPUTATE", "amputation"),
                            ("HEAD", "concussion or other injury of the head"),
                            ("OTHER", "other"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "severity",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "minor"),
                            (2, "moderate"),
                            (3, "serious"),
                            (4, "severe"),
                            (5, "critical"),
                            (6, "not survivable"),
                        ]
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500)),
                ("found_at", models.DateTimeField()),
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
                "verbose_name": "injury",
                "verbose_name_plural": "injuries",
            },
        ),
        migrations.CreateModel(
            name="LocationOpening",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("is_open", models.BooleanField()),
                ("happened_at", models.DateTimeField()),
                ("capacity", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "expected_until",
                    models.DateTimeField(
                        blank=True,
                        help_text="Until when it is meant to stay open, where known.",
                        null=True,
                    ),
                ),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "opening of a place",
                "verbose_name_plural": "openings of places",
            },
        ),
        migrations.CreateModel(
            name="TriageAssessment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "scale",
                    models.CharField(
                        choices=[
                            ("ESI", "Emergency Severity Index"),
                            ("MTS", "Manchester Triage System"),
                            ("START", "START (mass casualties)"),
                        ],
                        max_length=5,
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("1", "1: resuscitation"),
                            ("2", "2: emergent"),
                            ("3", "3: urgent"),
                            ("4", "4: less urgent"),
                            ("5", "5: not urgent"),
                            ("RED", "red: immediate"),
                            ("ORANGE", "orange: very urgent"),
                            ("YELLOW", "yellow: urgent"),
                            ("GREEN", "green: standard"),
                            ("BLUE", "blue: not urgent"),
                            ("IMMEDIATE", "immediate (red)"),
                            ("DELAYED", "delayed (yellow)"),
                            ("MINOR", "minor (green)"),
                            ("EXPECTANT", "expectant or deceased (black)"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "arrival",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("WALKED", "walked in"),
                            ("BROUGHT", "brought by others"),
                            ("AMBULANCE", "ambulance or rescue team"),
                            ("TRANSFER", "from another hospital or station"),
                            ("CUSTODY", "under escort"),
                            ("OTHER", "otherwise"),
                        ],
                        max_length=9,
                        verbose_name="mode of arrival",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500)),
                ("assessed_at", models.DateTimeField()),
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
                "verbose_name": "triage",
                "verbose_name_plural": "triage assessments",
            },
        ),
        migrations.AddField(
            model_name="caregrant",
            name="service",
            field=models.CharField(
                blank=True,
                help_text="On whose behalf the visitor comes.",
                max_length=120,
                verbose_name="service or organisation",
            ),
        ),
        migrations.AddField(
            model_name="caregrant",
            name="species",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="patients.species",
                verbose_name="the visitor's species",
            ),
        ),
        migrations.AlterField(
            model_name="location",
            name="kind",
            field=models.CharField(
                choices=[
                    ("HOSPITAL", "hospital"),
                    ("WARD", "ward"),
                    ("ROOM", "room"),
                    ("BED", "bed"),
                    ("OVERFLOW", "overflow place"),
                    ("LABORATORY", "laboratory"),
                    ("OTHER", "other place"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="encounterend",
            index=models.Index(
                fields=["ended_at"],
                include=("encounter", "disposition"),
                name="patients_encounterend_when",
            ),
        ),
        migrations.AddField(
            model_name="injury",
            name="corrects",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrected_by",
                to="patients.injury",
            ),
        ),
        migrations.AddField(
            model_name="injury",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="injuries",
                to="patients.person",
            ),
        ),
        migrations.AddField(
            model_name="injury",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.principal",
            ),
        ),
        migrations.AddField(
            model_name="locationopening",
            name="location",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="openings",
                to="patients.location",
            ),
        ),
        migrations.AddField(
            model_name="locationopening",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.principal",
            ),
        ),
        migrations.AddField(
            model_name="triageassessment",
            name="corrects",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrected_by",
                to="patients.triageassessment",
            ),
        ),
        migrations.AddField(
            model_name="triageassessment",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="triage_assessments",
                to="patients.person",
            ),
        ),
        migrations.AddField(
            model_name="triageassessment",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.principal",
            ),
        ),
        migrations.AddConstraint(
            model_name="injury",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_retraction", False), ("corrects__isnull", False), _connector="OR"
                ),
                name="patients_injury_retracts_a_row",
            ),
        ),
        migrations.AddConstraint(
            model_name="injury",
            constraint=models.CheckConstraint(
                condition=models.Q(("severity__gte", 1), ("severity__lte", 6)),
                name="patients_injury_severity_known",
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="injury",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('patients.injury', '')",
                    func="-",
                    hash="9c5a04d44e1bf01e0a8090a1617fe37f8eb6a411",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_59c4b",
                    table="patients_injury",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="injury",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('patients.injury', '')",
                    func="-",
                    hash="368cf4dee4876350b16b744c01b78e28a3766382",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_0c247",
                    table="patients_injury",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="injury",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('patients.injury', '', '', '')",
                    func="-",
                    hash="640faf87bc7c67ce9d4f179ea3c8fc9aaf5d7aa1",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_95722",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="patients_injury",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="injury",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('patients.injury', '', '', '')",
                    func="-",
                    hash="404760176dc9ee293f96ba046424e0a7910f748f",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_de5ce",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="patients_injury",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="locationopening",
            constraint=models.UniqueConstraint(
                fields=("location", "happened_at"), name="patients_locationopening_one_moment"
            ),
        ),
        migrations.AddConstraint(
            model_name="locationopening",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_open", True),
                    models.Q(("capacity", None), ("expected_until", None)),
                    _connector="OR",
                ),
                name="patients_locationopening_closed_has_none",
            ),
        ),
        migrations.AddConstraint(
            model_name="locationopening",
            constraint=models.CheckConstraint(
                condition=models.Q(("capacity", None), ("capacity__gt", 0), _connector="OR"),
                name="patients_locationopening_capacity_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="locationopening",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expected_until", None),
                    ("expected_until__gt", models.F("happened_at")),
                    _connector="OR",
                ),
                name="patients_locationopening_ends_after_start",
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="locationopening",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('patients.locationopening', '')",
                    func="-",
                    hash="0d3f237332bb4f70865d4ab7f58471b8758c4e06",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_9efb0",
                    table="patients_locationopening",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="locationopening",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('patients.locationopening', '')",
                    func="-",
                    hash="6cca841da6784b81a379d768044d412c2d1d039d",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_17793",
                    table="patients_locationopening",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="locationopening",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('patients.locationopening', '', '', '')",
                    func="-",
                    hash="30d9dd400116bc7a8712fb1786fbb9091a7b05d1",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_7c2e6",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="patients_locationopening",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="locationopening",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('patients.locationopening', '', '', '')",
                    func="-",
                    hash="39738dd561f8bea26a7273a09ae4b57d09f65e51",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_94779",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="patients_locationopening",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="triageassessment",
            index=models.Index(fields=["person", "assessed_at"], name="patients_triage_newest"),
        ),
        migrations.AddConstraint(
            model_name="triageassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_retraction", False), ("corrects__isnull", False), _connector="OR"
                ),
                name="patients_triageassessment_retracts_a_row",
            ),
        ),
        migrations.AddConstraint(
            model_name="triageassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("category__in", ["1", "2", "3", "4", "5"]), ("scale", "ESI")),
                    models.Q(
                        ("category__in", ["RED", "ORANGE", "YELLOW", "GREEN", "BLUE"]),
                        ("scale", "MTS"),
                    ),
                    models.Q(
                        ("category__in", ["IMMEDIATE", "DELAYED", "MINOR", "EXPECTANT"]),
                        ("scale", "START"),
                    ),
                    _connector="OR",
                ),
                name="patients_triageassessment_category_of_scale",
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="triageassessment",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('patients.triageassessment', '')",
                    func="-",
                    hash="07e55a4a0196c8ab1a55ec17968dfee86b5684b4",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_1fef2",
                    table="patients_triageassessment",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="triageassessment",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('patients.triageassessment', '')",
                    func="-",
                    hash="d34c7ab73f83291de33f40af5d66b5e4874b3892",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_5eae4",
                    table="patients_triageassessment",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="triageassessment",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('patients.triageassessment', '', '', '')",
                    func="-",
                    hash="83ae2e4628bfee20222cda52f010c94e0a5995ab",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_0c04a",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="patients_triageassessment",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="triageassessment",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('patients.triageassessment', '', '', '')",
                    func="-",
                    hash="eb2eac95aeb05a0317a746dd841d3834b45e1a94",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_56121",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="patients_triageassessment",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunPython(record_closed_places, migrations.RunPython.noop),
    ]
