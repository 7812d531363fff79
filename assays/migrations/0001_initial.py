
import django.contrib.postgres.fields
import django.db.models.deletion
import labsys.lib.fields
import labsys.lib.triggers
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('patients', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='TransmissionFrame',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('session_id', models.BigIntegerField()),
                ('message_id', models.BigIntegerField(null=True)),
                ('sequence', models.IntegerField()),
                ('direction', models.TextField()),
                ('content', models.BinaryField()),
                ('verdict', models.TextField()),
            ],
            options={
                'db_table': 'transmission_frame',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Analyte',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=32, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('loinc', models.CharField(blank=True, max_length=10)),
                ('section', models.CharField(help_text='Worklist section, e.g. CBC.', max_length=16)),
            ],
        ),
        migrations.CreateModel(
            name='Assay',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('method', models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name='AssayVersion',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('status', models.CharField(choices=[('DRAFT', 'draft'), ('APPROVED', 'approved'), ('ACTIVE', 'active'), ('RETIRED', 'retired'), ('DISCARDED', 'discarded')], max_length=9)),
                ('kind', models.CharField(choices=[('NUMERIC', 'numeric'), ('CODED', 'coded')], default='NUMERIC', max_length=7)),
                ('unit', models.CharField(blank=True, help_text='UCUM', max_length=40)),
                ('decimals', models.PositiveSmallIntegerField(default=0)),
                ('amr_low', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, max_digits=38, null=True)),
                ('amr_high', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, max_digits=38, null=True)),
                ('lob', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, max_digits=38, null=True)),
                ('lod', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, max_digits=38, null=True)),
                ('loq', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, max_digits=38, null=True)),
                ('plausible_low', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, max_digits=38, null=True)),
                ('plausible_high', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, max_digits=38, null=True)),
                ('method_cv_percent', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, max_digits=38, null=True)),
                ('within_person_cv_percent', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, max_digits=38, null=True)),
                ('delta_percent', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, max_digits=38, null=True)),
                ('delta_absolute', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, max_digits=38, null=True)),
                ('delta_window_hours', models.PositiveIntegerField(blank=True, null=True)),
                ('note', models.TextField(blank=True, help_text='Why this version was made.')),
                ('drafted_at', models.DateTimeField()),
                ('approved_at', models.DateTimeField(null=True)),
                ('active_from', models.DateTimeField(null=True)),
                ('active_until', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='CatalogueEvent',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('old', models.CharField(blank=True, max_length=9)),
                ('new', models.CharField(blank=True, max_length=9)),
                ('reason', models.TextField(blank=True)),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='CodeMapping',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=64)),
                ('number', models.PositiveIntegerField()),
                ('status', models.CharField(choices=[('DRAFT', 'draft'), ('APPROVED', 'approved'), ('ACTIVE', 'active'), ('RETIRED', 'retired'), ('DISCARDED', 'discarded')], max_length=9)),
                ('drafted_at', models.DateTimeField()),
                ('approved_at', models.DateTimeField(null=True)),
                ('active_from', models.DateTimeField(null=True)),
                ('active_until', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='CriticalLimit',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('species', models.CharField(help_text='Species code, * = every species', max_length=32)),
                ('sex', models.CharField(help_text='F, M or * for every sex', max_length=1)),
                ('age_low_days', models.PositiveIntegerField()),
                ('age_high_days', models.PositiveIntegerField(help_text='Half-open; empty = no end', null=True)),
                ('state', models.CharField(blank=True, help_text='Cycle phase, trimester, ...', max_length=48)),
                ('low', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, max_digits=38, null=True)),
                ('high', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, max_digits=38, null=True)),
                ('source', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='Evaluation',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('method_version', models.PositiveSmallIntegerField()),
                ('flags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), default=list, size=None)),
                ('is_critical', models.BooleanField(default=False)),
                ('delta_verdict', models.CharField(max_length=24)),
                ('inputs', models.JSONField()),
                ('trace', models.JSONField()),
                ('worker', models.CharField(max_length=128)),
                ('task_id', models.CharField(max_length=64)),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Instrument',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.SlugField(max_length=32, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('manufacturer', models.CharField(blank=True, max_length=80)),
                ('model', models.CharField(blank=True, max_length=80)),
                ('protocol', models.CharField(choices=[('HTTP', 'HTTP'), ('ASTM', 'ASTM (LIS1-A / LIS2-A2)'), ('HL7', 'HL7 v2 (MLLP)')], max_length=4)),
                ('driver', models.CharField(blank=True, max_length=40)),
                ('settings', models.JSONField(blank=True, default=dict)),
                ('peer_networks', models.JSONField(blank=True, default=list)),
                ('time_zone', models.CharField(default='UTC', max_length=64)),
                ('is_active', models.BooleanField(default=True)),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ItemEvent',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('old', models.CharField(max_length=12)),
                ('new', models.CharField(max_length=12)),
                ('reason', models.TextField()),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='NaniteCalculation',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='NaniteCount',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('method', models.CharField(max_length=80)),
                ('comment', models.TextField(blank=True)),
                ('observed_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='NaniteEstimate',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('method_version', models.PositiveSmallIntegerField()),
                ('estimate', models.JSONField()),
                ('worker', models.CharField(max_length=128)),
                ('task_id', models.CharField(max_length=64)),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='NaniteField',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('red_cells', models.PositiveIntegerField()),
                ('nanites', models.PositiveIntegerField()),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('priority', models.PositiveSmallIntegerField(choices=[(0, 'STAT'), (1, 'ASAP'), (2, 'URGENT'), (3, 'ROUTINE')], default=3)),
                ('intent', models.CharField(choices=[('ORDER', 'order'), ('REFLEX_ORDER', 'reflex order')], default='ORDER', max_length=12)),
                ('clinical_question', models.TextField(blank=True)),
                ('status', models.CharField(choices=[('DRAFT', 'draft'), ('ACTIVE', 'active'), ('ON_HOLD', 'on hold'), ('COMPLETED', 'completed'), ('REVOKED', 'revoked'), ('ENTERED_IN_ERROR', 'entered in error')], max_length=16)),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='OrderEvent',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('old', models.CharField(blank=True, max_length=16)),
                ('new', models.CharField(max_length=16)),
                ('reason', models.TextField(blank=True)),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='OrderItem',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('status', models.CharField(choices=[('ORDERED', 'ordered'), ('IN_PROCESS', 'in process'), ('COMPLETED', 'completed'), ('CANCELLED', 'cancelled'), ('HELD', 'held')], max_length=12)),
            ],
        ),
        migrations.CreateModel(
            name='Panel',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.SlugField(max_length=32, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('is_active', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='PanelMember',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='PanelVersion',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('status', models.CharField(choices=[('DRAFT', 'draft'), ('APPROVED', 'approved'), ('ACTIVE', 'active'), ('RETIRED', 'retired'), ('DISCARDED', 'discarded')], max_length=9)),
                ('note', models.TextField(blank=True)),
                ('drafted_at', models.DateTimeField()),
                ('approved_at', models.DateTimeField(null=True)),
                ('active_from', models.DateTimeField(null=True)),
                ('active_until', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='RangeSignature',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('note', models.TextField(blank=True)),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Recording',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('door', models.CharField(choices=[('ADMIN', 'typed in'), ('HTTP', 'sent over HTTP'), ('INSTRUMENT', 'sent by an instrument'), ('CALCULATION', 'calculated')], max_length=11)),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ReferenceInterval',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('species', models.CharField(help_text='Species code, * = every species', max_length=32)),
                ('sex', models.CharField(help_text='F, M or * for every sex', max_length=1)),
                ('age_low_days', models.PositiveIntegerField()),
                ('age_high_days', models.PositiveIntegerField(help_text='Half-open; empty = no end', null=True)),
                ('state', models.CharField(blank=True, help_text='Cycle phase, trimester, ...', max_length=48)),
                ('low', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, max_digits=38, null=True)),
                ('high', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, max_digits=38, null=True)),
                ('source', models.TextField()),
                ('established', models.BooleanField(default=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='Result',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('section', models.CharField(max_length=16)),
                ('run', models.CharField(blank=True, max_length=64)),
                ('kind', models.CharField(choices=[('NUMERIC', 'number'), ('CODED', 'coded'), ('TEXT', 'text'), ('ABSENT', 'no value')], max_length=7)),
                ('comparator', models.CharField(blank=True, choices=[('<', '<'), ('<=', '≤'), ('>', '>'), ('>=', '≥')], max_length=2)),
                ('value', labsys.lib.fields.ExactDecimalField(decimal_places=18, max_digits=38, null=True)),
                ('unit', models.CharField(blank=True, max_length=40)),
                ('value_code', models.CharField(blank=True, max_length=64)),
                ('value_text', models.TextField(blank=True)),
                ('absent_reason', models.CharField(blank=True, max_length=40)),
                ('as_sent', models.JSONField(default=dict, help_text='Value, unit and flags exactly as sent.')),
                ('flags_sent', models.CharField(blank=True, max_length=80)),
                ('comment', models.TextField(blank=True)),
                ('reference', models.JSONField(help_text='Range rows, limits and versions, frozen when recorded.')),
                ('range_signed', models.BooleanField(default=False)),
                ('collected_at', models.DateTimeField()),
                ('observed_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('priority', models.PositiveSmallIntegerField(choices=[(0, 'STAT'), (1, 'ASAP'), (2, 'URGENT'), (3, 'ROUTINE')], default=3)),
                ('status', models.CharField(choices=[('RESULTED', 'resulted'), ('TECHNICALLY_VERIFIED', 'technically verified'), ('RELEASED', 'released'), ('CANCELLED', 'cancelled'), ('SUPERSEDED', 'superseded'), ('ENTERED_IN_ERROR', 'entered in error')], max_length=20)),
                ('verified_at', models.DateTimeField(null=True)),
                ('released_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ResultEvent',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('old', models.CharField(max_length=20)),
                ('new', models.CharField(max_length=20)),
                ('reason', models.TextField(blank=True)),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ResultHold',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('MANUAL', 'set by a person'), ('IMPLAUSIBLE', 'outside the plausibility limits'), ('DELTA', 'delta check failed'), ('PREDECESSOR_PARKED', 'an earlier analysis is parked')], max_length=18)),
                ('reason', models.TextField()),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ResultHoldClear',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('reason', models.TextField()),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Specimen',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('accession', models.CharField(max_length=10, unique=True)),
                ('priority', models.PositiveSmallIntegerField(choices=[(0, 'STAT'), (1, 'ASAP'), (2, 'URGENT'), (3, 'ROUTINE')], default=3)),
                ('status', models.CharField(choices=[('EXPECTED', 'expected'), ('COLLECTED', 'collected'), ('RECEIVED', 'received'), ('AVAILABLE', 'available'), ('DISPOSED', 'disposed'), ('UNSATISFACTORY', 'unsatisfactory'), ('LOST', 'lost'), ('ENTERED_IN_ERROR', 'entered in error')], max_length=16)),
                ('collected_at', models.DateTimeField(null=True)),
                ('received_at', models.DateTimeField(null=True)),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='SpecimenEvent',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('old', models.CharField(blank=True, max_length=16)),
                ('new', models.CharField(max_length=16)),
                ('reason_code', models.CharField(blank=True, help_text='HL7 table 0490', max_length=8)),
                ('reason', models.TextField(blank=True)),
                ('identifiers_checked', models.JSONField(default=list, help_text='Which identifiers of the patient agreed; never their values.')),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='SpecimenIdentifier',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('system', models.CharField(max_length=120)),
                ('value', models.CharField(max_length=80)),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='SpecimenItem',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='SpecimenType',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.SlugField(max_length=32, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('container', models.CharField(blank=True, max_length=80)),
                ('additive', models.CharField(blank=True, max_length=80)),
                ('hl7_code', models.CharField(blank=True, help_text='HL7 table 0487', max_length=16)),
            ],
        ),
        migrations.CreateModel(
            name='TransmissionItem',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('position', models.PositiveIntegerField()),
                ('specimen_text', models.CharField(blank=True, max_length=200)),
                ('code_text', models.CharField(blank=True, max_length=200)),
                ('content', models.JSONField()),
                ('status', models.CharField(choices=[('RECORDED', 'recorded'), ('HELD', 'held'), ('DUPLICATE', 'duplicate'), ('QC', 'qc'), ('NOT_A_RESULT', 'not a result'), ('REJECTED', 'rejected')], max_length=12)),
                ('hold_code', models.CharField(blank=True, help_text='e.g. UNKNOWN_SPECIMEN', max_length=32)),
                ('hold_reason', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='TransmissionMessage',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('dialect', models.CharField(choices=[('HTTP', 'HTTP'), ('ASTM', 'ASTM'), ('HL7', 'HL7')], max_length=4)),
                ('control_id', models.CharField(blank=True, max_length=200)),
                ('idempotency_key', models.CharField(max_length=200, null=True)),
                ('sha256', models.BinaryField()),
                ('content', models.BinaryField()),
                ('reply', models.BinaryField(default=b'')),
                ('item_count', models.PositiveIntegerField(default=0)),
                ('received_at', models.DateTimeField()),
                ('status', models.CharField(choices=[('RECEIVED', 'received'), ('FILED', 'filed'), ('PARTLY_HELD', 'partly held'), ('HELD', 'held'), ('DUPLICATE', 'duplicate'), ('REJECTED', 'rejected'), ('INCOMPLETE', 'incomplete')], max_length=12)),
                ('reason', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='TransmissionSession',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('peer', models.GenericIPAddressField()),
                ('peer_port', models.PositiveIntegerField(null=True)),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('state', models.CharField(default='OPEN', max_length=12)),
                ('frames', models.PositiveIntegerField(default=0)),
                ('messages', models.PositiveIntegerField(default=0)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='UnitConversion',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('from_unit', models.CharField(max_length=40)),
                ('to_unit', models.CharField(max_length=40)),
                ('factor', labsys.lib.fields.ExactDecimalField(decimal_places=18, max_digits=38)),
                ('offset', labsys.lib.fields.ExactDecimalField(decimal_places=18, default=0, max_digits=38)),
                ('source', models.TextField()),
                ('status', models.CharField(choices=[('DRAFT', 'draft'), ('APPROVED', 'approved'), ('ACTIVE', 'active'), ('RETIRED', 'retired'), ('DISCARDED', 'discarded')], max_length=9)),
                ('drafted_at', models.DateTimeField()),
                ('approved_at', models.DateTimeField(null=True)),
                ('active_from', models.DateTimeField(null=True)),
                ('active_until', models.DateTimeField(null=True)),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='analyte',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.analyte', 'loinc,name,section')", func='-', hash='2027f50ac2345d34dc1bf98ee802a0708bdb230d', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_307f7', table='assays_analyte', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='analyte',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.analyte', 'loinc,name,section')", func='-', hash='97e894c8ce13b85b3b4fb3516a0410d15146b8e7', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_f710d', table='assays_analyte', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='analyte',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.analyte', '', '', '')", func='-', hash='e18737f375efc2c8ea98822ded943f83e64b2e2f', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_fd899', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_analyte', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='analyte',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.analyte', '', '', '')", func='-', hash='95cbb5400f9b6a44b7f262866dce7a114ae01015', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_448cc', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_analyte', when='AFTER')),
        ),
        migrations.AddField(
            model_name='assay',
            name='analyte',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assays', to='assays.analyte'),
        ),
        migrations.AddField(
            model_name='assayversion',
            name='approved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='assayversion',
            name='assay',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='assays.assay'),
        ),
        migrations.AddField(
            model_name='assayversion',
            name='drafted_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='catalogueevent',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='catalogueevent',
            name='version',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.assayversion'),
        ),
        migrations.AddField(
            model_name='codemapping',
            name='approved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='codemapping',
            name='assay',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mappings', to='assays.assay'),
        ),
        migrations.AddField(
            model_name='codemapping',
            name='drafted_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='catalogueevent',
            name='mapping',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.codemapping'),
        ),
        migrations.AddField(
            model_name='criticallimit',
            name='copied_from',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.criticallimit'),
        ),
        migrations.AddField(
            model_name='criticallimit',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='critical_limits', to='assays.assayversion'),
        ),
        migrations.AddField(
            model_name='evaluation',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='instrument',
            name='principal',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='instrument', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='instrument',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='codemapping',
            name='instrument',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mappings', to='assays.instrument'),
        ),
        migrations.AddField(
            model_name='itemevent',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='nanitecalculation',
            name='requested_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='nanitecount',
            name='corrects',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='assays.nanitecount'),
        ),
        migrations.AddField(
            model_name='nanitecount',
            name='counted_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='nanitecount',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='nanitecalculation',
            name='count',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calculations', to='assays.nanitecount'),
        ),
        migrations.AddField(
            model_name='naniteestimate',
            name='calculation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='estimates', to='assays.nanitecalculation'),
        ),
        migrations.AddField(
            model_name='naniteestimate',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='nanitefield',
            name='count',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fields', to='assays.nanitecount'),
        ),
        migrations.AddField(
            model_name='order',
            name='encounter',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='patients.encounter'),
        ),
        migrations.AddField(
            model_name='order',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='patients.person'),
        ),
        migrations.AddField(
            model_name='order',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='order',
            name='requester',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='orderevent',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.order'),
        ),
        migrations.AddField(
            model_name='orderevent',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='orderitem',
            name='assay',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='order_items', to='assays.assay'),
        ),
        migrations.AddField(
            model_name='orderitem',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='assays.order'),
        ),
        migrations.AddField(
            model_name='orderevent',
            name='item',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.orderitem'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='panel',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.panel', 'is_active,name')", func='-', hash='1fec4e497aa1c79985796ec4d63cc111e0b7f673', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_4c912', table='assays_panel', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='panel',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.panel', 'is_active,name')", func='-', hash='0d3a72a513e8f568c8612b52a651d4ddc90b91c2', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_f792b', table='assays_panel', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='panel',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.panel', '', '', '')", func='-', hash='c0ca9d15d6b5ad02e9730c980f768a5d12af624a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_81b22', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_panel', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='panel',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.panel', '', '', '')", func='-', hash='0fa47993e3f15fa7b266f4181138df72dd6549c3', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_b7f83', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_panel', when='AFTER')),
        ),
        migrations.AddField(
            model_name='panelmember',
            name='assay',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.assay'),
        ),
        migrations.AddField(
            model_name='panelversion',
            name='approved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='panelversion',
            name='drafted_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='panelversion',
            name='panel',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='assays.panel'),
        ),
        migrations.AddField(
            model_name='panelmember',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='assays.panelversion'),
        ),
        migrations.AddField(
            model_name='orderitem',
            name='panel_version',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.panelversion'),
        ),
        migrations.AddField(
            model_name='catalogueevent',
            name='panel_version',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.panelversion'),
        ),
        migrations.AddField(
            model_name='rangesignature',
            name='signed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='catalogueevent',
            name='signature',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.rangesignature'),
        ),
        migrations.AddField(
            model_name='recording',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='naniteestimate',
            name='recording',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.recording'),
        ),
        migrations.AddField(
            model_name='referenceinterval',
            name='copied_from',
            field=models.ForeignKey(help_text='The same row of the version before; its signature holds on.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.referenceinterval'),
        ),
        migrations.AddField(
            model_name='referenceinterval',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='intervals', to='assays.assayversion'),
        ),
        migrations.AddField(
            model_name='rangesignature',
            name='interval',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='signature', to='assays.referenceinterval'),
        ),
        migrations.AddField(
            model_name='result',
            name='analyte',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='assays.analyte'),
        ),
        migrations.AddField(
            model_name='result',
            name='assay_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='assays.assayversion'),
        ),
        migrations.AddField(
            model_name='result',
            name='corrects',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='assays.result'),
        ),
        migrations.AddField(
            model_name='result',
            name='entered_by',
            field=models.ForeignKey(help_text='Who supplied the value; for a calculation, who supplied its inputs.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='result',
            name='instrument',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.instrument'),
        ),
        migrations.AddField(
            model_name='result',
            name='order_item',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='results', to='assays.orderitem'),
        ),
        migrations.AddField(
            model_name='result',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='patients.person'),
        ),
        migrations.AddField(
            model_name='result',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='result',
            name='recording',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='assays.recording'),
        ),
        migrations.AddField(
            model_name='result',
            name='reference_interval',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='results', to='assays.referenceinterval'),
        ),
        migrations.AddField(
            model_name='result',
            name='released_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='result',
            name='verified_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='nanitecalculation',
            name='red_cell_result',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='nanite_calculations', to='assays.result'),
        ),
        migrations.AddField(
            model_name='evaluation',
            name='result',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evaluations', to='assays.result'),
        ),
        migrations.AddField(
            model_name='resultevent',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='resultevent',
            name='result',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.result'),
        ),
        migrations.AddField(
            model_name='resulthold',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='resulthold',
            name='result',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='assays.result'),
        ),
        migrations.AddField(
            model_name='resultholdclear',
            name='hold',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='clear', to='assays.resulthold'),
        ),
        migrations.AddField(
            model_name='resultholdclear',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='specimen',
            name='collected_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='specimen',
            name='order',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='specimens', to='assays.order'),
        ),
        migrations.AddField(
            model_name='specimen',
            name='parent',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='aliquots', to='assays.specimen'),
        ),
        migrations.AddField(
            model_name='specimen',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='specimens', to='patients.person'),
        ),
        migrations.AddField(
            model_name='specimen',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='specimen',
            name='replaces',
            field=models.OneToOneField(help_text='The lost or unsatisfactory specimen this one was asked for instead of.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='assays.specimen'),
        ),
        migrations.AddField(
            model_name='result',
            name='specimen',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='assays.specimen'),
        ),
        migrations.AddField(
            model_name='recording',
            name='specimen',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recordings', to='assays.specimen'),
        ),
        migrations.AddField(
            model_name='nanitecount',
            name='specimen',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nanite_counts', to='assays.specimen'),
        ),
        migrations.AddField(
            model_name='specimenevent',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='specimenevent',
            name='specimen',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.specimen'),
        ),
        migrations.AddField(
            model_name='specimenidentifier',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='specimenidentifier',
            name='specimen',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identifiers', to='assays.specimen'),
        ),
        migrations.AddField(
            model_name='specimenitem',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='specimen_items', to='assays.orderitem'),
        ),
        migrations.AddField(
            model_name='specimenitem',
            name='specimen',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='specimen_items', to='assays.specimen'),
        ),
        migrations.AddField(
            model_name='specimen',
            name='specimen_type',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.specimentype'),
        ),
        migrations.AddField(
            model_name='assay',
            name='specimen_type',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assays', to='assays.specimentype'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='specimentype',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.specimentype', 'additive,container,name')", func='-', hash='f684bc9ca1830e2330f23a375242146225cd014e', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_de077', table='assays_specimentype', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='specimentype',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.specimentype', 'additive,container,name')", func='-', hash='6cf7bcc7f6ec7bd4cfe2d2c725cec5dfbefbd46b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_50ff3', table='assays_specimentype', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='specimentype',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.specimentype', '', '', '')", func='-', hash='34fd6d434552012ab5ce04627195a0479890ac4e', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_31bcb', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_specimentype', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='specimentype',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.specimentype', '', '', '')", func='-', hash='90c7daf3d14325c4b74a6e6a535ee7a090131ffc', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_b822b', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_specimentype', when='AFTER')),
        ),
        migrations.AddField(
            model_name='result',
            name='transmission_item',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='result', to='assays.transmissionitem'),
        ),
        migrations.AddField(
            model_name='itemevent',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.transmissionitem'),
        ),
        migrations.AddField(
            model_name='transmissionmessage',
            name='instrument',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='assays.instrument'),
        ),
        migrations.AddField(
            model_name='transmissionitem',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='assays.transmissionmessage'),
        ),
        migrations.AddField(
            model_name='transmissionsession',
            name='instrument',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='assays.instrument'),
        ),
        migrations.AddField(
            model_name='transmissionmessage',
            name='session',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.transmissionsession'),
        ),
        migrations.AddField(
            model_name='unitconversion',
            name='analyte',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conversions', to='assays.analyte'),
        ),
        migrations.AddField(
            model_name='unitconversion',
            name='approved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='unitconversion',
            name='drafted_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='catalogueevent',
            name='conversion',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.unitconversion'),
        ),
        migrations.AddConstraint(
            model_name='assayversion',
            constraint=models.UniqueConstraint(fields=('assay', 'number'), name='assays_assayversion_number'),
        ),
        migrations.AddConstraint(
            model_name='assayversion',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'ACTIVE')), fields=('assay',), name='assays_assayversion_one_active'),
        ),
        migrations.AddConstraint(
            model_name='assayversion',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'APPROVED', 'ACTIVE', 'RETIRED', 'DISCARDED'])), name='assays_assayversion_status_known'),
        ),
        migrations.AddConstraint(
            model_name='assayversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'NUMERIC'), models.Q(('unit', ''), _negated=True)), models.Q(('kind', 'CODED'), ('unit', '')), _connector='OR'), name='assays_assayversion_number_with_unit'),
        ),
        migrations.AddConstraint(
            model_name='assayversion',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'DISCARDED']), models.Q(('approved_by__isnull', False), models.Q(models.Q(('approved_by', models.F('drafted_by')), _negated=True), ('drafted_by', 5), _connector='OR')), _connector='OR'), name='assays_assayversion_approved_by_another'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assayversion',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.assayversion', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='00f3ac3e7f406d821c9af6ef3bb08a7ddd3b9144', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_366ec', table='assays_assayversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assayversion',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.assayversion', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='7efd844db893a369d9917478def9402fb74df59b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_0fb49', table='assays_assayversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assayversion',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.assayversion', '', '', '')", func='-', hash='1c8273b856c50d28131a26c0bd19a3eba6bca443', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_344fa', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_assayversion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assayversion',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.assayversion', '', '', '')", func='-', hash='0b811b8ca827c850099d17d8a4cbd9fd22742265', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_43cbe', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_assayversion', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='criticallimit',
            constraint=models.CheckConstraint(condition=models.Q(('low__isnull', False), ('high__isnull', False), _connector='OR'), name='assays_criticallimit_stated'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='criticallimit',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.criticallimit', '')", func='-', hash='7509831d4a8952d3219a3cb7e2587053ff827f89', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_3f3c5', table='assays_criticallimit', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='criticallimit',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.criticallimit', '')", func='-', hash='702380dda407b105cd3e2eee005aecc469e609a5', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_14750', table='assays_criticallimit', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='criticallimit',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.criticallimit', '', '', '')", func='-', hash='22c02e4575c862f165701ecf643849527fb0cea6', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_971d0', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_criticallimit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='criticallimit',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.criticallimit', '', '', '')", func='-', hash='c350d1f39c5d39b3c278496a7de85167fde96ba1', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_4476f', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_criticallimit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='instrument',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.instrument', 'driver,is_active,peer_networks,settings,time_zone')", func='-', hash='02ea61fdb51fbade02fa1b36afa9342d81f48185', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_d9375', table='assays_instrument', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='instrument',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.instrument', 'driver,is_active,peer_networks,settings,time_zone')", func='-', hash='dfb56e3d8a7c7f80dabd77e4c41e4823c563e1f5', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_b4670', table='assays_instrument', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='instrument',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.instrument', '', '', '')", func='-', hash='9a94e0963ca219b2664f1b74613ed9feab004555', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_396c6', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_instrument', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='instrument',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.instrument', '', '', '')", func='-', hash='f7bcab469d887437e6a1700ea2dde9563483f867', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_83a78', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_instrument', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='codemapping',
            constraint=models.UniqueConstraint(fields=('instrument', 'code', 'number'), name='assays_codemapping_number'),
        ),
        migrations.AddConstraint(
            model_name='codemapping',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'ACTIVE')), fields=('instrument', 'code'), name='assays_codemapping_one_active'),
        ),
        migrations.AddConstraint(
            model_name='codemapping',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'DISCARDED']), models.Q(('approved_by__isnull', False), models.Q(models.Q(('approved_by', models.F('drafted_by')), _negated=True), ('drafted_by', 5), _connector='OR')), _connector='OR'), name='assays_codemapping_approved_by_another'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='codemapping',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.codemapping', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='ddee559146e085527290886fce3018a7e38cb0c4', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_7a2f2', table='assays_codemapping', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='codemapping',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.codemapping', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='9951c2c2cca382598b3d10fdb28cca79ee75c413', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_081e9', table='assays_codemapping', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='codemapping',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.codemapping', '', '', '')", func='-', hash='ecc7b397d2b9916a0a379b6109853c978f37808b', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_8a7a0', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_codemapping', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='codemapping',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.codemapping', '', '', '')", func='-', hash='13dd0d23d01bac1aac49e9650a3c1af971b468e8', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_639da', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_codemapping', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='nanitefield',
            constraint=models.UniqueConstraint(fields=('count', 'position'), name='assays_nanitefield_position'),
        ),
        migrations.AddConstraint(
            model_name='nanitefield',
            constraint=models.CheckConstraint(condition=models.Q(('red_cells__gt', 0)), name='assays_nanitefield_has_red_cells'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='nanitefield',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.nanitefield', '')", func='-', hash='afda423e21fe5bdccd263b76f602c452ebde10da', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_d5f6d', table='assays_nanitefield', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='nanitefield',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.nanitefield', '')", func='-', hash='1fd547240bb8d787a71d2e794068c147bf921b4c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_93aa7', table='assays_nanitefield', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='nanitefield',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.nanitefield', '', '', '')", func='-', hash='70c62e3c67a7afdc9bdaea06b626d753b2547c09', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_508e7', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_nanitefield', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='nanitefield',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.nanitefield', '', '', '')", func='-', hash='6f8b8ec9665d99c14f9c5b0b9a9accd23121642b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_76946', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_nanitefield', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['requester', '-id'], name='assays_order_by_requester'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'ACTIVE', 'ON_HOLD', 'COMPLETED', 'REVOKED', 'ENTERED_IN_ERROR'])), name='assays_order_status_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='order',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.order', 'status')", func='-', hash='fa97e54fddadb4645a8111b77ba584fd38d8cb41', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_87c60', table='assays_order', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='order',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.order', 'status')", func='-', hash='2d920d485701dec748db34a123884267e71434e3', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_cb4c9', table='assays_order', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='order',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.order', '', '', '')", func='-', hash='f0915e2a63f9b512a5a5756fbbfa45a11c6b8892', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_20e23', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_order', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='order',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.order', '', '', '')", func='-', hash='e15c99e5296ed2fb682e6a5f1847c02bd77f3905', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_0fd46', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_order', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='orderevent',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.orderevent', '')", func='-', hash='61fd8aee287531e15a6d496158e730f81250ce5f', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_19093', table='assays_orderevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='orderevent',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.orderevent', '')", func='-', hash='f3789370faab90e70a913acd19bc767f80e71499', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_d0390', table='assays_orderevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='orderevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.orderevent', '', '', '')", func='-', hash='6eac887a358c9d6e53c9995c1ebfbc128e879ccb', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_cd7ca', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_orderevent', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='orderevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.orderevent', '', '', '')", func='-', hash='b7e6e420b1bfac8b3ad31804c9681b9ec399ac72', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_ce1ca', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_orderevent', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='panelversion',
            constraint=models.UniqueConstraint(fields=('panel', 'number'), name='assays_panelversion_number'),
        ),
        migrations.AddConstraint(
            model_name='panelversion',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'ACTIVE')), fields=('panel',), name='assays_panelversion_one_active'),
        ),
        migrations.AddConstraint(
            model_name='panelversion',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'DISCARDED']), models.Q(('approved_by__isnull', False), models.Q(models.Q(('approved_by', models.F('drafted_by')), _negated=True), ('drafted_by', 5), _connector='OR')), _connector='OR'), name='assays_panelversion_approved_by_another'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='panelversion',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.panelversion', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='0d826810e5cb6371c7a9752ce920d86992819844', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_ba302', table='assays_panelversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='panelversion',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.panelversion', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='c14d8f1007435b3a485806ee492ac8500c8810ec', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_6cac8', table='assays_panelversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='panelversion',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.panelversion', '', '', '')", func='-', hash='ea593dcc331c28170daf6232e56d65f7c288892a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_3cc74', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_panelversion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='panelversion',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.panelversion', '', '', '')", func='-', hash='4b8d53569f53c363385c7ebc36314b9ae6e4119f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_b7443', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_panelversion', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='panelmember',
            constraint=models.UniqueConstraint(fields=('version', 'assay'), name='assays_panelmember_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='panelmember',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.panelmember', '')", func='-', hash='37bbd4bb9cc7c01582d4079c62ad4ca12b9f84c6', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_6f6cb', table='assays_panelmember', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='panelmember',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.panelmember', '')", func='-', hash='7d1964290ee3a2ea689515e02d3db0cb50ae3250', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_b7a76', table='assays_panelmember', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='panelmember',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.panelmember', '', '', '')", func='-', hash='a8cc8df1c123ba94e6184cb67f56c7140b313679', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_fdb07', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_panelmember', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='panelmember',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.panelmember', '', '', '')", func='-', hash='6fd2b1175fad700c8925d0269cc4643362f2c931', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_c7095', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_panelmember', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='orderitem',
            constraint=models.UniqueConstraint(fields=('order', 'assay'), name='assays_orderitem_once_per_order'),
        ),
        migrations.AddConstraint(
            model_name='orderitem',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['ORDERED', 'IN_PROCESS', 'COMPLETED', 'CANCELLED', 'HELD'])), name='assays_orderitem_status_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='orderitem',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.orderitem', 'status')", func='-', hash='ab2769a372bd22739216661d3ec9832e5f05d2df', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_79a97', table='assays_orderitem', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='orderitem',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.orderitem', 'status')", func='-', hash='abe78b91c309b392727acf8da1b9cbc5f20e0815', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_4af48', table='assays_orderitem', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='orderitem',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.orderitem', '', '', '')", func='-', hash='518420e957ae3f4d7afad251da2d5248c39c2b0d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_f343d', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_orderitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='orderitem',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.orderitem', '', '', '')", func='-', hash='12a33f4569e91ba5ef26ac971e7b92bb47ec1a03', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_8b252', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_orderitem', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='naniteestimate',
            constraint=models.UniqueConstraint(fields=('calculation', 'method_version'), name='assays_naniteestimate_once_per_version'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='naniteestimate',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.naniteestimate', '')", func='-', hash='aae748f7ea3df7237e64b37b9857ab2d1c878900', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_52b6a', table='assays_naniteestimate', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='naniteestimate',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.naniteestimate', '')", func='-', hash='b708ecf49ee23f94a1b51accb8e49b3b3f3f5eed', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_eff05', table='assays_naniteestimate', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='naniteestimate',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.naniteestimate', '', '', '')", func='-', hash='b5d691a0ef1a3227caf4d99f938ddf3a8de3608c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_5f910', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_naniteestimate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='naniteestimate',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.naniteestimate', '', '', '')", func='-', hash='67f0c36d7b3feb2afd02ebfcb9adea2feace574c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_b4fd6', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_naniteestimate', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='referenceinterval',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('established', False), ('high', None), ('low', None), models.Q(('reason', ''), _negated=True)), models.Q(('established', True), models.Q(('low__isnull', False), ('high__isnull', False), _connector='OR')), _connector='OR'), name='assays_referenceinterval_stated'),
        ),
        migrations.AddConstraint(
            model_name='referenceinterval',
            constraint=models.CheckConstraint(condition=models.Q(('low', None), ('high', None), ('low__lte', models.F('high')), _connector='OR'), name='assays_referenceinterval_low_below_high'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='referenceinterval',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.referenceinterval', '')", func='-', hash='df3a44dd239858b8bcba703e17b66bb1e645337a', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_ae474', table='assays_referenceinterval', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='referenceinterval',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.referenceinterval', '')", func='-', hash='8000de1569abbf778fded5e14e491145b7e2cf30', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_60c35', table='assays_referenceinterval', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='referenceinterval',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.referenceinterval', '', '', '')", func='-', hash='1d33cdf7e30e6ce2589cea8d21e596dcc6f2ab7a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_e7893', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_referenceinterval', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='referenceinterval',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.referenceinterval', '', '', '')", func='-', hash='7be2c31f1c29242a04c47ac1c42626be047eca60', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_e42db', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_referenceinterval', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rangesignature',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.rangesignature', '')", func='-', hash='bafbd314ea9b22f59b93e8caae9aa49fccfd1740', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_b5652', table='assays_rangesignature', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rangesignature',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.rangesignature', '')", func='-', hash='99f522db6ac271f6fa3df7c0370fc49b1d336eb9', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_7005e', table='assays_rangesignature', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rangesignature',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.rangesignature', '', '', '')", func='-', hash='1299d177fd47084a366a3c7a1789a6b9fee7fa6d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_0f5ac', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_rangesignature', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rangesignature',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.rangesignature', '', '', '')", func='-', hash='1414fa00a27d6dda874f701bd404a95f203f95a2', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_6ec9b', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_rangesignature', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='nanitecalculation',
            constraint=models.UniqueConstraint(fields=('count', 'red_cell_result'), name='assays_nanitecalculation_once', nulls_distinct=False),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='nanitecalculation',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.nanitecalculation', '')", func='-', hash='7107a6edcec47f21da7e80571f533eb566824169', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_a4959', table='assays_nanitecalculation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='nanitecalculation',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.nanitecalculation', '')", func='-', hash='e8389a189009831386530a5fa920067e663414ab', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_7349e', table='assays_nanitecalculation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='nanitecalculation',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.nanitecalculation', '', '', '')", func='-', hash='7e2607c12f1ae8acc0db9068c3165524fdfd856f', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_0457d', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_nanitecalculation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='nanitecalculation',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.nanitecalculation', '', '', '')", func='-', hash='24c778e580336a6a3fa72a9efe4093d756fe6912', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_ff5ae', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_nanitecalculation', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='evaluation',
            constraint=models.UniqueConstraint(fields=('result', 'method_version'), name='assays_evaluation_once_per_version'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evaluation',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.evaluation', '')", func='-', hash='4f83baa7747f8b2ab8e84740fcb65781eb4b070d', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_62748', table='assays_evaluation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evaluation',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.evaluation', '')", func='-', hash='640f14f13234922e99106721ba936e5c67794ea6', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_73180', table='assays_evaluation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evaluation',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.evaluation', '', '', '')", func='-', hash='aee0315e7b131bd556458e236ecb2ee4ce9bcf1a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_5048a', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_evaluation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evaluation',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.evaluation', '', '', '')", func='-', hash='9dd48a2aeb03257f829d8422a8aec656f736e68e', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_e5c88', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_evaluation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='resultevent',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.resultevent', '')", func='-', hash='26c6d5f32e439109333cd9913db51258af56c69b', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_ce2bb', table='assays_resultevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='resultevent',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.resultevent', '')", func='-', hash='5a657219363478ec885745b8e7c68bc19dabc75d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_b5246', table='assays_resultevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='resultevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.resultevent', '', '', '')", func='-', hash='8f94b9aa365946a119190dc2e708180361d7d5c8', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_e5df2', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_resultevent', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='resultevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.resultevent', '', '', '')", func='-', hash='1a661d8588e91124a08b74384927d963c87375ea', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_4c118', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_resultevent', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='resulthold',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'MANUAL'), _negated=True), fields=('result', 'kind'), name='assays_resulthold_one_of_each_automatic_kind'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='resulthold',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.resulthold', '')", func='-', hash='9c5bb431d4fe47d9871f3bd23e1e3538207d764c', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_48a6a', table='assays_resulthold', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='resulthold',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.resulthold', '')", func='-', hash='3a526a4fb4af7b471abac7458dc7a55815e85c05', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_33236', table='assays_resulthold', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='resulthold',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.resulthold', '', '', '')", func='-', hash='5eb4540ec969f04c1ea68dd772021e29742339cc', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_776ad', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_resulthold', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='resulthold',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.resulthold', '', '', '')", func='-', hash='0c7c4d6a2ae90da3fe33816129ecbbdd79fd5bb4', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_9e2ca', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_resulthold', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='resultholdclear',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.resultholdclear', '')", func='-', hash='f115140237a262f8ff7201764c2daeb9d62e26c5', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_54689', table='assays_resultholdclear', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='resultholdclear',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.resultholdclear', '')", func='-', hash='b4e06ba0edd66a954ecfe411de59641c7760bf56', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_bb8fa', table='assays_resultholdclear', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='resultholdclear',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.resultholdclear', '', '', '')", func='-', hash='346ad4ae502c459f7907b9aa193db059f19cb243', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_28521', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_resultholdclear', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='resultholdclear',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.resultholdclear', '', '', '')", func='-', hash='03fc29cbfa87886ce5a70c80398882afb592f487', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_ba4de', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_resultholdclear', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='recording',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.recording', '')", func='-', hash='2658e899ea6bbd0aaee5232f23dc585616056f10', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_017d8', table='assays_recording', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='recording',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.recording', '')", func='-', hash='4ca248ab6e4e82eac70295ea2f47ab88cc5ffbbd', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_4cfd9', table='assays_recording', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='recording',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.recording', '', '', '')", func='-', hash='3ffba52fac9c6b1387b1558862e2a4fc705361b3', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_956b9', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_recording', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='recording',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.recording', '', '', '')", func='-', hash='9d567070adf032956a98f2a557cafa0c8148fc6f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_25738', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_recording', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='nanitecount',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.nanitecount', '')", func='-', hash='a365993cbc4aee15af2fadbf8fb7528e21914774', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_215f6', table='assays_nanitecount', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='nanitecount',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.nanitecount', '')", func='-', hash='47e9929e559644a3bfc07c835b8f814a79ae87ff', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_908e6', table='assays_nanitecount', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='nanitecount',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.nanitecount', '', '', '')", func='-', hash='29a7565efbfb0089059fda89bfc25b3423bb4f80', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_a12a1', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_nanitecount', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='nanitecount',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.nanitecount', '', '', '')", func='-', hash='e7b7f28f236c45a158c9ca081fa70910193da091', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_37361', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_nanitecount', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='specimenevent',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.specimenevent', '')", func='-', hash='14f1b01335b0b54f1a07d5ae0b6f3d23a18fb332', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_3efa9', table='assays_specimenevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='specimenevent',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.specimenevent', '')", func='-', hash='3805b3b31552d953e35b678c0e4aab013760aa54', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_1f44e', table='assays_specimenevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='specimenevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.specimenevent', '', '', '')", func='-', hash='726a4c227340344bc82c5c88406a7c24466f2554', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_34ebd', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_specimenevent', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='specimenevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.specimenevent', '', '', '')", func='-', hash='ceab7b523e9cbaca1d537a2f0e30934756416ef2', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_ecd33', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_specimenevent', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='specimenidentifier',
            constraint=models.UniqueConstraint(fields=('system', 'value'), name='assays_specimenidentifier_unique_in_system'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='specimenidentifier',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.specimenidentifier', '')", func='-', hash='db04d8c3e6850f5a0a488521c43f90d7ed0c16d0', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_fbb6e', table='assays_specimenidentifier', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='specimenidentifier',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.specimenidentifier', '')", func='-', hash='5de25cde47104c0e0c73c2784bd6f025569e3eca', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_4bf26', table='assays_specimenidentifier', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='specimenidentifier',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.specimenidentifier', '', '', '')", func='-', hash='dfe14a3a2ea3ad8fb4eaf7112b5b5184320539a4', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_dbfea', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_specimenidentifier', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='specimenidentifier',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.specimenidentifier', '', '', '')", func='-', hash='efdc0b3e7e4b4327efc0bb67afa6af804446d994', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_39e20', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_specimenidentifier', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='specimenitem',
            constraint=models.UniqueConstraint(fields=('specimen', 'item'), name='assays_specimenitem_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='specimenitem',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.specimenitem', '')", func='-', hash='151e05d86c4522496a7ad989fc5c713f6e3d7fd6', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_f9d20', table='assays_specimenitem', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='specimenitem',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.specimenitem', '')", func='-', hash='b2f1512c9a0baf47c8ee22ca11f38a7cfa42a78a', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_369a9', table='assays_specimenitem', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='specimenitem',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.specimenitem', '', '', '')", func='-', hash='d52c2ef1f6bf5ac1b92b25aba7ff9394b333566c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_ab9fc', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_specimenitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='specimenitem',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.specimenitem', '', '', '')", func='-', hash='e3d2fb3350c3d9123989922cdf4ed855b41391c7', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_4c801', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_specimenitem', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='specimen',
            index=models.Index(condition=models.Q(('status__in', ['EXPECTED', 'COLLECTED'])), fields=['priority', 'id'], name='assays_specimen_to_come'),
        ),
        migrations.AddIndex(
            model_name='specimen',
            index=models.Index(fields=['person', '-id'], name='assays_specimen_by_person'),
        ),
        migrations.AddConstraint(
            model_name='specimen',
            constraint=models.CheckConstraint(condition=models.Q(('accession__regex', '^[0-9]{9}[0-9X]$')), name='assays_specimen_accession_form'),
        ),
        migrations.AddConstraint(
            model_name='specimen',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['EXPECTED', 'COLLECTED', 'RECEIVED', 'AVAILABLE', 'DISPOSED', 'UNSATISFACTORY', 'LOST', 'ENTERED_IN_ERROR'])), name='assays_specimen_status_known'),
        ),
        migrations.AddConstraint(
            model_name='specimen',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['COLLECTED', 'RECEIVED', 'AVAILABLE']), _negated=True), ('collected_at__isnull', False), _connector='OR'), name='assays_specimen_collected_before_use'),
        ),
        migrations.AddConstraint(
            model_name='specimen',
            constraint=models.CheckConstraint(condition=models.Q(('parent', None), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='assays_specimen_not_own_parent'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='specimen',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.specimen', 'collected_at,collected_by_id,received_at,status')", func='-', hash='a2fd6f4b660ab63e7de0f871fdd63f0c0d79dc46', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_b4be1', table='assays_specimen', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='specimen',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.specimen', 'collected_at,collected_by_id,received_at,status')", func='-', hash='dc4e405e45f2999aa303083b7ac8db75e483ea94', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_e3fd6', table='assays_specimen', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='specimen',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.specimen', '', '', '')", func='-', hash='43d35d1678fbb1313c00eaf463936c8f0b606509', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_04f08', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_specimen', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='specimen',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.specimen', '', '', '')", func='-', hash='447a567d40e216919aa82cd2bfefa0c41c206f3a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_4480f', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_specimen', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='assay',
            constraint=models.UniqueConstraint(fields=('analyte', 'specimen_type', 'method'), name='assays_assay_unique'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assay',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.assay', '')", func='-', hash='f4d3c76f848527776bf802cf7f5d10b8524ecfec', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_95ffb', table='assays_assay', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assay',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.assay', '')", func='-', hash='a3be4d8ccc12493ee6fbc900661a81894e3011ed', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_6608e', table='assays_assay', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assay',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.assay', '', '', '')", func='-', hash='2cb44ab846cbbb0225630bfbb37d7bb1f5a66b18', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_1cf94', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_assay', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assay',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.assay', '', '', '')", func='-', hash='0fd461ee8dfe19e07ea71553a847e5c2b46aecbc', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_b1dbd', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_assay', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='result',
            index=models.Index(condition=models.Q(('status__in', ['RESULTED', 'TECHNICALLY_VERIFIED'])), fields=['section', 'priority', 'recorded_at', 'id'], name='assays_result_worklist'),
        ),
        migrations.AddIndex(
            model_name='result',
            index=models.Index(condition=models.Q(('status__in', ['RESULTED', 'TECHNICALLY_VERIFIED'])), fields=['priority', 'recorded_at', 'id'], name='assays_result_worklist_all'),
        ),
        migrations.AddIndex(
            model_name='result',
            index=models.Index(fields=['person', 'analyte', '-collected_at'], name='assays_result_series'),
        ),
        migrations.AddIndex(
            model_name='result',
            index=models.Index(fields=['person', '-id'], name='assays_result_by_person'),
        ),
        migrations.AddIndex(
            model_name='result',
            index=models.Index(fields=['specimen', 'id'], name='assays_result_by_specimen'),
        ),
        migrations.AddConstraint(
            model_name='result',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('absent_reason', ''), ('kind', 'NUMERIC'), ('value__isnull', False), ('value_code', ''), ('value_text', ''), models.Q(('unit', ''), _negated=True)), models.Q(('absent_reason', ''), ('comparator', ''), ('kind', 'CODED'), ('value', None), ('value_text', ''), models.Q(('value_code', ''), _negated=True)), models.Q(('absent_reason', ''), ('comparator', ''), ('kind', 'TEXT'), ('value', None), ('value_code', ''), models.Q(('value_text', ''), _negated=True)), models.Q(('comparator', ''), ('kind', 'ABSENT'), ('value', None), ('value_code', ''), ('value_text', ''), models.Q(('absent_reason', ''), _negated=True)), _connector='OR'), name='assays_result_one_form_of_value'),
        ),
        migrations.AddConstraint(
            model_name='result',
            constraint=models.CheckConstraint(condition=models.Q(('comparator__in', ['', '<', '<=', '>', '>='])), name='assays_result_comparator_known'),
        ),
        migrations.AddConstraint(
            model_name='result',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['RESULTED', 'TECHNICALLY_VERIFIED', 'RELEASED', 'CANCELLED', 'SUPERSEDED', 'ENTERED_IN_ERROR'])), name='assays_result_status_known'),
        ),
        migrations.AddConstraint(
            model_name='result',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('verified_by', None), models.Q(('verified_by', models.F('entered_by')), _negated=True), _connector='OR'), models.Q(('verified_by', None), models.Q(('verified_by', models.F('recorded_by')), _negated=True), _connector='OR'), models.Q(('released_by', None), models.Q(('released_by', models.F('entered_by')), _negated=True), _connector='OR'), models.Q(('released_by', None), models.Q(('released_by', models.F('recorded_by')), _negated=True), _connector='OR')), name='assays_result_verified_by_another'),
        ),
        migrations.AddConstraint(
            model_name='result',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'TECHNICALLY_VERIFIED'), _negated=True), models.Q(('verified_at__isnull', False), ('verified_by__isnull', False)), _connector='OR'), name='assays_result_verified_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='result',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'RELEASED'), _negated=True), models.Q(('released_at__isnull', False), ('released_by__isnull', False)), _connector='OR'), name='assays_result_released_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='result',
            constraint=models.CheckConstraint(condition=models.Q(('corrects', None), models.Q(('corrects', models.F('id')), _negated=True), _connector='OR'), name='assays_result_not_own_correction'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='result',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.result', 'released_at,released_by_id,status,verified_at,verified_by_id')", func='-', hash='7bf1a82ab27462d6dbc1eef1d528e1a950e9e335', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_8bf06', table='assays_result', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='result',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.result', 'released_at,released_by_id,status,verified_at,verified_by_id')", func='-', hash='640f361c1ba3e70ac32cee9f98a87f1c5a18372b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_cfbc6', table='assays_result', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='result',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.result', '', '', '')", func='-', hash='02a340eaa475b461560a6ca4597807a6f6a5fae1', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_a2cd2', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_result', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='result',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.result', '', '', '')", func='-', hash='3f91b784d595c620fbf0b7621fd18eb30f0ccc2c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_b36e9', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_result', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='itemevent',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.itemevent', '')", func='-', hash='d02ec4768664db9ba87247d7453b69b04b286af0', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_5d730', table='assays_itemevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='itemevent',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.itemevent', '')", func='-', hash='91ff61e163773a1b843179e9f116baef06ec21a3', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_dc3bd', table='assays_itemevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='itemevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.itemevent', '', '', '')", func='-', hash='7e428586e457db46711e5f0f653371664404ab25', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_45533', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_itemevent', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='itemevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.itemevent', '', '', '')", func='-', hash='982951b27a82c8a80f449f4a83ece85ba0e7edb3', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_90798', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_itemevent', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='transmissionitem',
            index=models.Index(condition=models.Q(('status', 'HELD')), fields=['id'], name='assays_item_held'),
        ),
        migrations.AddIndex(
            model_name='transmissionitem',
            index=models.Index(condition=models.Q(('status', 'HELD')), fields=['specimen_text'], name='assays_item_held_specimen'),
        ),
        migrations.AddConstraint(
            model_name='transmissionitem',
            constraint=models.UniqueConstraint(fields=('message', 'position'), name='assays_transmissionitem_position'),
        ),
        migrations.AddConstraint(
            model_name='transmissionitem',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['RECORDED', 'HELD', 'DUPLICATE', 'QC', 'NOT_A_RESULT', 'REJECTED'])), name='assays_transmissionitem_status_known'),
        ),
        migrations.AddConstraint(
            model_name='transmissionitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'HELD'), _negated=True), models.Q(('hold_code', ''), _negated=True), _connector='OR'), name='assays_transmissionitem_held_with_code'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='transmissionitem',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.transmissionitem', 'hold_code,hold_reason,status')", func='-', hash='54ea2803cd14b91485e0dcebd24586d38beec06e', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_c997a', table='assays_transmissionitem', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='transmissionitem',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.transmissionitem', 'hold_code,hold_reason,status')", func='-', hash='3df4c77499bbf69a341f4b75267aed310662f11b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_2ab00', table='assays_transmissionitem', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='transmissionitem',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.transmissionitem', '', 'content', '')", func='-', hash='f1ce7d00e998f805499d05aa50be1c6d3f6d3625', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_660fd', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_transmissionitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='transmissionitem',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.transmissionitem', '', 'content', '')", func='-', hash='6b2a94f4eaac6f6eff2e18ab271c5419c0b4d4bc', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_ff844', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_transmissionitem', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='transmissionmessage',
            index=models.Index(fields=['instrument', 'sha256'], name='assays_message_duplicate'),
        ),
        migrations.AddIndex(
            model_name='transmissionmessage',
            index=models.Index(condition=models.Q(('status__in', ['RECEIVED', 'PARTLY_HELD', 'HELD'])), fields=['id'], name='assays_message_open'),
        ),
        migrations.AddConstraint(
            model_name='transmissionmessage',
            constraint=models.UniqueConstraint(fields=('instrument', 'idempotency_key'), name='assays_transmissionmessage_key_once'),
        ),
        migrations.AddConstraint(
            model_name='transmissionmessage',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['RECEIVED', 'FILED', 'PARTLY_HELD', 'HELD', 'DUPLICATE', 'REJECTED', 'INCOMPLETE'])), name='assays_transmissionmessage_status_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='transmissionmessage',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.transmissionmessage', 'reason,status')", func='-', hash='31804aab51fb0dcaea0250f146afc5a895ff1382', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_0ed20', table='assays_transmissionmessage', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='transmissionmessage',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.transmissionmessage', 'reason,status')", func='-', hash='0e11e2a558eb7ca759afc017cc25858c848cad5e', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_ac548', table='assays_transmissionmessage', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='transmissionmessage',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.transmissionmessage', 'content,reply', '', '')", func='-', hash='3985a64c33066a4ee20f17887776d2e10b76701c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_8b47f', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_transmissionmessage', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='transmissionmessage',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.transmissionmessage', 'content,reply', '', '')", func='-', hash='cd9e7b65c8f1ccd2a9c6dc8cbd766e9465dc0db7', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_8c108', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_transmissionmessage', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='unitconversion',
            constraint=models.UniqueConstraint(fields=('analyte', 'from_unit', 'to_unit', 'number'), name='assays_unitconversion_number'),
        ),
        migrations.AddConstraint(
            model_name='unitconversion',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'ACTIVE')), fields=('analyte', 'from_unit', 'to_unit'), name='assays_unitconversion_one_active'),
        ),
        migrations.AddConstraint(
            model_name='unitconversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('from_unit', models.F('to_unit')), _negated=True), ('factor__gt', 0)), name='assays_unitconversion_converts'),
        ),
        migrations.AddConstraint(
            model_name='unitconversion',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'DISCARDED']), models.Q(('approved_by__isnull', False), models.Q(models.Q(('approved_by', models.F('drafted_by')), _negated=True), ('drafted_by', 5), _connector='OR')), _connector='OR'), name='assays_unitconversion_approved_by_another'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unitconversion',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.unitconversion', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='757b71df092424b32da0448b210d675c6a133002', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_8a64f', table='assays_unitconversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unitconversion',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.unitconversion', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='bf810d90c58f7da80433a8514fec686a7a5bff47', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_d325c', table='assays_unitconversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unitconversion',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.unitconversion', '', '', '')", func='-', hash='6e83b64004cd12c63faf3258b69a1cb8636d87f4', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_30a1b', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_unitconversion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unitconversion',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.unitconversion', '', '', '')", func='-', hash='edb7f7ef8437c53440a5e9b49d748e75b2f2bf3f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_5fe9d', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_unitconversion', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='catalogueevent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('conversion__isnull', True), ('mapping__isnull', True), ('panel_version__isnull', True), ('signature__isnull', True), ('version__isnull', False)), models.Q(('conversion__isnull', True), ('mapping__isnull', True), ('panel_version__isnull', False), ('signature__isnull', True), ('version__isnull', True)), models.Q(('conversion__isnull', False), ('mapping__isnull', True), ('panel_version__isnull', True), ('signature__isnull', True), ('version__isnull', True)), models.Q(('conversion__isnull', True), ('mapping__isnull', False), ('panel_version__isnull', True), ('signature__isnull', True), ('version__isnull', True)), models.Q(('conversion__isnull', True), ('mapping__isnull', True), ('panel_version__isnull', True), ('signature__isnull', False), ('version__isnull', True)), _connector='OR'), name='assays_catalogueevent_one_subject'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='catalogueevent',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.catalogueevent', '')", func='-', hash='b80092fc5c975b275e05330344bb8b4a1aa1aba1', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_69136', table='assays_catalogueevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='catalogueevent',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.catalogueevent', '')", func='-', hash='4adb26aebefd1a291c898a563c2de09ef538e873', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_1558b', table='assays_catalogueevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='catalogueevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.catalogueevent', '', '', '')", func='-', hash='e4486af1c13b22c6f405cfb6a2544558864df49b', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_96516', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_catalogueevent', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='catalogueevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.catalogueevent', '', '', '')", func='-', hash='ce69eed618b6f51426f26999228c2d7693013f53', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_12c16', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_catalogueevent', when='AFTER')),
        ),
    ]
