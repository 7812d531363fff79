"""All migrations up to the thirty-ninth in one, for an empty database: it costs a third of their time.

Only tables, sequence and triggers: what they did to rows that were there concerns no empty
database. Whoever has applied some of them goes on with the rest.
"""

import assays.rules.flags
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import labsys.lib.fields
import labsys.lib.tables
import labsys.lib.triggers
import pgtrigger.compiler
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('assays', '0001_initial'), ('assays', '0002_triggers'), ('assays', '0003_sequences'), ('assays', '0004_transmissions_by_wire'), ('assays', '0005_reports'), ('assays', '0006_transmission_indexes'), ('assays', '0007_nonconformities'), ('assays', '0008_controls'), ('assays', '0009_entry'), ('assays', '0010_draw_state'), ('assays', '0011_specimen_keeping'), ('assays', '0012_rulesets'), ('assays', '0013_criticals'), ('assays', '0014_delta_rate'), ('assays', '0015_orders'), ('assays', '0016_bench'), ('assays', '0017_signatures'), ('assays', '0018_downtime'), ('assays', '0019_calculations'), ('assays', '0020_communication'), ('assays', '0021_amended_notices'), ('assays', '0022_quality_figures'), ('assays', '0023_catalogue_keeping'), ('assays', '0024_interim_reports'), ('assays', '0025_doubted_notices'), ('assays', '0026_ledger_counts'), ('assays', '0027_cumulative_reports'), ('assays', '0028_report_batches'), ('assays', '0029_recorded_moments'), ('assays', '0030_newest_results'), ('assays', '0031_lean_indexes'), ('assays', '0032_one_form_of_value'), ('assays', '0033_downtime_boxes'), ('assays', '0034_range_step_ups'), ('assays', '0035_orders_of_a_person'), ('assays', '0036_names'), ('assays', '0037_comment_names'), ('assays', '0038_target_step_ups'), ('assays', '0039_held_notices')]

    initial = True

    dependencies = [
        ('accounts', '0004_step_ups'),
        ('patients', '0003_beside_tables'),
    ]

    operations = [
        migrations.RunSQL(
            sql='CREATE SEQUENCE assays_accession_seq MINVALUE 1 MAXVALUE 9999999 CYCLE',
            reverse_sql='DROP SEQUENCE assays_accession_seq',
        ),
        labsys.lib.tables.CreateTables(
            operations=[migrations.CreateModel(
                name='AliquotDecision',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('is_kept', models.BooleanField()),
                    ('reason', models.TextField()),
                    ('recorded_at', models.DateTimeField()),
                    ('aliquot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='assays.specimen')),
                    ('because', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.specimenevent')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('aliquot', 'because'), name='assays_aliquotdecision_once')],
                },
            ), migrations.CreateModel(
                name='Analyte',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('code', models.CharField(max_length=32, unique=True)),
                    ('name', models.CharField(max_length=120)),
                    ('loinc', models.CharField(blank=True, max_length=10)),
                    ('section', models.CharField(help_text='Worklist section, e.g. CBC.', max_length=16)),
                ],
            ), migrations.CreateModel(
                name='Assay',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('method', models.CharField(max_length=80)),
                    ('analyte', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assays', to='assays.analyte')),
                    ('specimen_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assays', to='assays.specimentype')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('analyte', 'specimen_type', 'method'), name='assays_assay_unique')],
                },
            ), migrations.CreateModel(
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
                    ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('assay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='assays.assay')),
                    ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('answers', models.JSONField(blank=True, default=list, help_text='Codes that may be reported: instead of a number, or of a coded assay.')),
                    ('delta_per_day', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, max_digits=38, null=True)),
                    ('measuring_source', models.CharField(blank=True, help_text='Where the measuring range and the limits of blank to quantitation are from.', max_length=300)),
                    ('tea_percent', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, max_digits=38, null=True)),
                    ('tea_source', models.CharField(blank=True, max_length=300)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('assay', 'number'), name='assays_assayversion_number'), models.UniqueConstraint(condition=models.Q(('status', 'ACTIVE')), fields=('assay',), name='assays_assayversion_one_active'), models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'APPROVED', 'ACTIVE', 'RETIRED', 'DISCARDED'])), name='assays_assayversion_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'NUMERIC'), models.Q(('unit', ''), _negated=True)), models.Q(('kind', 'CODED'), ('unit', '')), _connector='OR'), name='assays_assayversion_number_with_unit'), models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'DISCARDED']), models.Q(('approved_by__isnull', False), models.Q(models.Q(('approved_by', models.F('drafted_by')), _negated=True), ('drafted_by', 5), _connector='OR')), _connector='OR'), name='assays_assayversion_approved_by_another'), models.CheckConstraint(condition=models.Q(('tea_percent', None), models.Q(('tea_percent__gt', 0), models.Q(('tea_source', ''), _negated=True)), _connector='OR'), name='assays_assayversion_tea_with_source')],
                },
            ), migrations.CreateModel(
                name='Attempt',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('REPEAT', 'repeat'), ('RERUN', 'rerun'), ('DILUTION', 'dilution')], max_length=8)),
                    ('factor', labsys.lib.fields.ExactDecimalField(decimal_places=18, max_digits=38, null=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('result', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='attempt', to='assays.result')),
                    ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='attempt', to='assays.attemptrequest')),
                ],
            ), migrations.CreateModel(
                name='AttemptRequest',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('REPEAT', 'repeat'), ('RERUN', 'rerun'), ('DILUTION', 'dilution')], max_length=8)),
                    ('factor', labsys.lib.fields.ExactDecimalField(decimal_places=18, help_text='Dilution: 10 for one part in ten.', max_digits=38, null=True)),
                    ('applied_by', models.CharField(blank=True, choices=[('INSTRUMENT', 'instrument'), ('LABORATORY', 'laboratory')], help_text='Who multiplies the measured value by the factor, once.', max_length=10)),
                    ('reason', models.TextField()),
                    ('status', models.CharField(choices=[('OPEN', 'open'), ('DONE', 'done'), ('WITHDRAWN', 'withdrawn')], max_length=9)),
                    ('requested_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('order_item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='assays.orderitem')),
                    ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('result', models.ForeignKey(help_text='The value that is doubted.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attempt_requests', to='assays.result')),
                    ('specimen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempt_requests', to='assays.specimen')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'OPEN')), fields=('order_item', 'specimen'), name='assays_attemptrequest_one_open'), models.CheckConstraint(condition=models.Q(models.Q(('factor__gt', 1), ('kind', 'DILUTION'), models.Q(('applied_by', ''), _negated=True)), models.Q(('applied_by', ''), ('factor', None), ('kind__in', ['REPEAT', 'RERUN'])), _connector='OR'), name='assays_attemptrequest_factor_of_dilution'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None), ('status', 'OPEN')), models.Q(models.Q(('status', 'OPEN'), _negated=True), ('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='assays_attemptrequest_ended_by_someone')],
                },
            ), migrations.CreateModel(
                name='CalculatedInput',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('name', models.CharField(max_length=48)),
                    ('result', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='used_in', to='assays.result')),
                    ('calculated', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inputs', to='assays.calculatedresult')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('calculated', 'name'), name='assays_calculatedinput_once')],
                },
            ), migrations.CreateModel(
                name='CalculatedResult',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('inputs_key', models.CharField(help_text='Digest of the input results and of the patient as computed.', max_length=64)),
                    ('reason', models.CharField(blank=True, help_text='Why there is no value; blank where there is one.', max_length=24)),
                    ('trace', models.JSONField(help_text='Inputs, formula, refusals and remarks.')),
                    ('result', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='calculated', to='assays.result')),
                    ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='assays.calculationversion')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('version', 'inputs_key'), name='assays_calculatedresult_once_per_inputs')],
                },
            ), migrations.CreateModel(
                name='CalculationInput',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('name', models.CharField(max_length=48)),
                    ('analyte', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.analyte')),
                    ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inputs', to='assays.calculationversion')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('version', 'name'), name='assays_calculationinput_once'), models.UniqueConstraint(fields=('version', 'analyte'), name='assays_calculationinput_analyte_once')],
                },
            ), migrations.CreateModel(
                name='CalculationVersion',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('number', models.PositiveIntegerField()),
                    ('formula', models.CharField(help_text='The name of the calculation.', max_length=64)),
                    ('definition', models.JSONField(help_text='Inputs with units, steps, formula, limits and source, as they are computed.')),
                    ('note', models.TextField(blank=True, help_text='Why this version was made.')),
                    ('status', models.CharField(choices=[('DRAFT', 'draft'), ('APPROVED', 'approved'), ('ACTIVE', 'active'), ('RETIRED', 'retired'), ('DISCARDED', 'discarded')], max_length=9)),
                    ('drafted_at', models.DateTimeField()),
                    ('approved_at', models.DateTimeField(null=True)),
                    ('active_from', models.DateTimeField(null=True)),
                    ('active_until', models.DateTimeField(null=True)),
                    ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('assay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calculations', to='assays.assay')),
                    ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('assay', 'number'), name='assays_calculationversion_number'), models.UniqueConstraint(condition=models.Q(('status', 'ACTIVE')), fields=('assay',), name='assays_calculationversion_one_active'), models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'APPROVED', 'ACTIVE', 'RETIRED', 'DISCARDED'])), name='assays_calculationversion_status_known'), models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'DISCARDED']), models.Q(('approved_by__isnull', False), models.Q(models.Q(('approved_by', models.F('drafted_by')), _negated=True), ('drafted_by', 5), _connector='OR')), _connector='OR'), name='assays_calculationversion_approved_by_another')],
                },
            ), migrations.CreateModel(
                name='Calibration',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('annulled_at', models.DateTimeField(null=True)),
                    ('annul_reason', models.CharField(blank=True, max_length=300)),
                    ('performed_at', models.DateTimeField(verbose_name='performed at')),
                    ('outcome', models.CharField(choices=[('ACCEPTED', 'accepted'), ('FAILED', 'failed')], default='ACCEPTED', max_length=8)),
                    ('next_due_on', models.DateField(blank=True, null=True, verbose_name='next due on')),
                    ('remark', models.CharField(blank=True, max_length=300)),
                    ('recorded_at', models.DateTimeField()),
                    ('annulled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('assay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.assay')),
                    ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calibrations', to='assays.instrument')),
                    ('performed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('calibrator_lot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='calibrations', to='assays.reagentlot')),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('annulled_at', None)), fields=['instrument', 'assay', '-performed_at'], name='assays_calibration_pair')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('annul_reason', ''), ('annulled_at', None), ('annulled_by', None)), models.Q(('annulled_at__isnull', False), ('annulled_by__isnull', False), models.Q(('annul_reason', ''), _negated=True)), _connector='OR'), name='assays_calibration_annulled_by_someone')],
                },
            ), migrations.CreateModel(
                name='CatalogueEvent',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('old', models.CharField(blank=True, max_length=9)),
                    ('new', models.CharField(blank=True, max_length=9)),
                    ('reason', models.TextField(blank=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.assayversion')),
                    ('mapping', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.codemapping')),
                    ('panel_version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.panelversion')),
                    ('signature', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.rangesignature')),
                    ('conversion', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.unitconversion')),
                    ('control_plan', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.controlplan')),
                    ('control_rule_set', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.controlruleset')),
                    ('retention', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.retentionrule')),
                    ('stability', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.stabilitylimit')),
                    ('rule_set', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.ruleset')),
                    ('patient_average', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.patientaverage')),
                    ('calculation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.calculationversion')),
                    ('reflex', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.reflexversion')),
                    ('communication_times', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.communicationtimes')),
                    ('quality_targets', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.qualitytargets')),
                    ('analyte', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.analyte')),
                    ('coded_comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.codedcommentversion')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('analyte__isnull', True), ('calculation__isnull', True), ('coded_comment__isnull', True), ('communication_times__isnull', True), ('control_plan__isnull', True), ('control_rule_set__isnull', True), ('conversion__isnull', True), ('mapping__isnull', True), ('panel_version__isnull', True), ('patient_average__isnull', True), ('quality_targets__isnull', True), ('reflex__isnull', True), ('retention__isnull', True), ('rule_set__isnull', True), ('signature__isnull', True), ('stability__isnull', True), ('version__isnull', False)), models.Q(('analyte__isnull', True), ('calculation__isnull', True), ('coded_comment__isnull', True), ('communication_times__isnull', True), ('control_plan__isnull', True), ('control_rule_set__isnull', True), ('conversion__isnull', True), ('mapping__isnull', True), ('panel_version__isnull', False), ('patient_average__isnull', True), ('quality_targets__isnull', True), ('reflex__isnull', True), ('retention__isnull', True), ('rule_set__isnull', True), ('signature__isnull', True), ('stability__isnull', True), ('version__isnull', True)), models.Q(('analyte__isnull', True), ('calculation__isnull', True), ('coded_comment__isnull', True), ('communication_times__isnull', True), ('control_plan__isnull', True), ('control_rule_set__isnull', True), ('conversion__isnull', False), ('mapping__isnull', True), ('panel_version__isnull', True), ('patient_average__isnull', True), ('quality_targets__isnull', True), ('reflex__isnull', True), ('retention__isnull', True), ('rule_set__isnull', True), ('signature__isnull', True), ('stability__isnull', True), ('version__isnull', True)), models.Q(('analyte__isnull', True), ('calculation__isnull', True), ('coded_comment__isnull', True), ('communication_times__isnull', True), ('control_plan__isnull', True), ('control_rule_set__isnull', True), ('conversion__isnull', True), ('mapping__isnull', False), ('panel_version__isnull', True), ('patient_average__isnull', True), ('quality_targets__isnull', True), ('reflex__isnull', True), ('retention__isnull', True), ('rule_set__isnull', True), ('signature__isnull', True), ('stability__isnull', True), ('version__isnull', True)), models.Q(('analyte__isnull', True), ('calculation__isnull', True), ('coded_comment__isnull', True), ('communication_times__isnull', True), ('control_plan__isnull', True), ('control_rule_set__isnull', True), ('conversion__isnull', True), ('mapping__isnull', True), ('panel_version__isnull', True), ('patient_average__isnull', True), ('quality_targets__isnull', True), ('reflex__isnull', True), ('retention__isnull', True), ('rule_set__isnull', True), ('signature__isnull', False), ('stability__isnull', True), ('version__isnull', True)), models.Q(('analyte__isnull', True), ('calculation__isnull', True), ('coded_comment__isnull', True), ('communication_times__isnull', True), ('control_plan__isnull', True), ('control_rule_set__isnull', False), ('conversion__isnull', True), ('mapping__isnull', True), ('panel_version__isnull', True), ('patient_average__isnull', True), ('quality_targets__isnull', True), ('reflex__isnull', True), ('retention__isnull', True), ('rule_set__isnull', True), ('signature__isnull', True), ('stability__isnull', True), ('version__isnull', True)), models.Q(('analyte__isnull', True), ('calculation__isnull', True), ('coded_comment__isnull', True), ('communication_times__isnull', True), ('control_plan__isnull', False), ('control_rule_set__isnull', True), ('conversion__isnull', True), ('mapping__isnull', True), ('panel_version__isnull', True), ('patient_average__isnull', True), ('quality_targets__isnull', True), ('reflex__isnull', True), ('retention__isnull', True), ('rule_set__isnull', True), ('signature__isnull', True), ('stability__isnull', True), ('version__isnull', True)), models.Q(('analyte__isnull', True), ('calculation__isnull', True), ('coded_comment__isnull', True), ('communication_times__isnull', True), ('control_plan__isnull', True), ('control_rule_set__isnull', True), ('conversion__isnull', True), ('mapping__isnull', True), ('panel_version__isnull', True), ('patient_average__isnull', True), ('quality_targets__isnull', True), ('reflex__isnull', True), ('retention__isnull', True), ('rule_set__isnull', True), ('signature__isnull', True), ('stability__isnull', False), ('version__isnull', True)), models.Q(('analyte__isnull', True), ('calculation__isnull', True), ('coded_comment__isnull', True), ('communication_times__isnull', True), ('control_plan__isnull', True), ('control_rule_set__isnull', True), ('conversion__isnull', True), ('mapping__isnull', True), ('panel_version__isnull', True), ('patient_average__isnull', True), ('quality_targets__isnull', True), ('reflex__isnull', True), ('retention__isnull', False), ('rule_set__isnull', True), ('signature__isnull', True), ('stability__isnull', True), ('version__isnull', True)), models.Q(('analyte__isnull', True), ('calculation__isnull', True), ('coded_comment__isnull', True), ('communication_times__isnull', True), ('control_plan__isnull', True), ('control_rule_set__isnull', True), ('conversion__isnull', True), ('mapping__isnull', True), ('panel_version__isnull', True), ('patient_average__isnull', True), ('quality_targets__isnull', True), ('reflex__isnull', True), ('retention__isnull', True), ('rule_set__isnull', False), ('signature__isnull', True), ('stability__isnull', True), ('version__isnull', True)), models.Q(('analyte__isnull', True), ('calculation__isnull', True), ('coded_comment__isnull', True), ('communication_times__isnull', True), ('control_plan__isnull', True), ('control_rule_set__isnull', True), ('conversion__isnull', True), ('mapping__isnull', True), ('panel_version__isnull', True), ('patient_average__isnull', False), ('quality_targets__isnull', True), ('reflex__isnull', True), ('retention__isnull', True), ('rule_set__isnull', True), ('signature__isnull', True), ('stability__isnull', True), ('version__isnull', True)), models.Q(('analyte__isnull', True), ('calculation__isnull', False), ('coded_comment__isnull', True), ('communication_times__isnull', True), ('control_plan__isnull', True), ('control_rule_set__isnull', True), ('conversion__isnull', True), ('mapping__isnull', True), ('panel_version__isnull', True), ('patient_average__isnull', True), ('quality_targets__isnull', True), ('reflex__isnull', True), ('retention__isnull', True), ('rule_set__isnull', True), ('signature__isnull', True), ('stability__isnull', True), ('version__isnull', True)), models.Q(('analyte__isnull', True), ('calculation__isnull', True), ('coded_comment__isnull', True), ('communication_times__isnull', True), ('control_plan__isnull', True), ('control_rule_set__isnull', True), ('conversion__isnull', True), ('mapping__isnull', True), ('panel_version__isnull', True), ('patient_average__isnull', True), ('quality_targets__isnull', True), ('reflex__isnull', False), ('retention__isnull', True), ('rule_set__isnull', True), ('signature__isnull', True), ('stability__isnull', True), ('version__isnull', True)), models.Q(('analyte__isnull', True), ('calculation__isnull', True), ('coded_comment__isnull', True), ('communication_times__isnull', False), ('control_plan__isnull', True), ('control_rule_set__isnull', True), ('conversion__isnull', True), ('mapping__isnull', True), ('panel_version__isnull', True), ('patient_average__isnull', True), ('quality_targets__isnull', True), ('reflex__isnull', True), ('retention__isnull', True), ('rule_set__isnull', True), ('signature__isnull', True), ('stability__isnull', True), ('version__isnull', True)), models.Q(('analyte__isnull', True), ('calculation__isnull', True), ('coded_comment__isnull', True), ('communication_times__isnull', True), ('control_plan__isnull', True), ('control_rule_set__isnull', True), ('conversion__isnull', True), ('mapping__isnull', True), ('panel_version__isnull', True), ('patient_average__isnull', True), ('quality_targets__isnull', False), ('reflex__isnull', True), ('retention__isnull', True), ('rule_set__isnull', True), ('signature__isnull', True), ('stability__isnull', True), ('version__isnull', True)), models.Q(('analyte__isnull', True), ('calculation__isnull', True), ('coded_comment__isnull', False), ('communication_times__isnull', True), ('control_plan__isnull', True), ('control_rule_set__isnull', True), ('conversion__isnull', True), ('mapping__isnull', True), ('panel_version__isnull', True), ('patient_average__isnull', True), ('quality_targets__isnull', True), ('reflex__isnull', True), ('retention__isnull', True), ('rule_set__isnull', True), ('signature__isnull', True), ('stability__isnull', True), ('version__isnull', True)), models.Q(('analyte__isnull', False), ('calculation__isnull', True), ('coded_comment__isnull', True), ('communication_times__isnull', True), ('control_plan__isnull', True), ('control_rule_set__isnull', True), ('conversion__isnull', True), ('mapping__isnull', True), ('panel_version__isnull', True), ('patient_average__isnull', True), ('quality_targets__isnull', True), ('reflex__isnull', True), ('retention__isnull', True), ('rule_set__isnull', True), ('signature__isnull', True), ('stability__isnull', True), ('version__isnull', True)), _connector='OR'), name='assays_catalogueevent_one_subject')],
                },
            ), migrations.CreateModel(
                name='CatalogueImport',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('tables', models.JSONField(help_text='Name of each table and its text.')),
                    ('catalogue_sha256', models.CharField(help_text='Digest of the catalogue that the trial run compared with.', max_length=64)),
                    ('is_complete', models.BooleanField(help_text='Whether what the tables do not name is to be retired.')),
                    ('hole_reason', models.CharField(blank=True, max_length=200)),
                    ('note', models.TextField(help_text='Why the catalogue is changed.')),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
            ), migrations.CreateModel(
                name='CatalogueImportApplied',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('made', models.JSONField()),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('source', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='applied', to='assays.catalogueimport')),
                ],
            ), migrations.CreateModel(
                name='CodedComment',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('code', models.SlugField(max_length=32, unique=True)),
                    ('name', models.CharField(max_length=80)),
                ],
            ), migrations.CreateModel(
                name='CodedCommentVersion',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('number', models.PositiveIntegerField()),
                    ('texts', models.JSONField(help_text='The wording by language code.')),
                    ('flags', models.JSONField(default=list, help_text='Said by itself of a value with one of these flags.')),
                    ('condition', models.CharField(blank=True, help_text='Said by itself while this holds.', max_length=500)),
                    ('note', models.TextField(blank=True, help_text='Why this version was made.')),
                    ('status', models.CharField(choices=[('DRAFT', 'draft'), ('APPROVED', 'approved'), ('ACTIVE', 'active'), ('RETIRED', 'retired'), ('DISCARDED', 'discarded')], max_length=9)),
                    ('drafted_at', models.DateTimeField()),
                    ('approved_at', models.DateTimeField(null=True)),
                    ('active_from', models.DateTimeField(null=True)),
                    ('active_until', models.DateTimeField(null=True)),
                    ('analyte', models.ForeignKey(help_text='Of which analyte it may be said; empty: of any.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.analyte')),
                    ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('comment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='assays.codedcomment')),
                    ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('name', models.CharField(blank=True, help_text='What the comment is called from this version on; empty: as before.', max_length=80)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('comment', 'number'), name='assays_codedcommentversion_number'), models.UniqueConstraint(condition=models.Q(('status', 'ACTIVE')), fields=('comment',), name='assays_codedcommentversion_one_active'), models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'APPROVED', 'ACTIVE', 'RETIRED', 'DISCARDED'])), name='assays_codedcommentversion_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('condition', ''), ('flags', [])), ('analyte__isnull', False), _connector='OR'), name='assays_codedcommentversion_rule_of_analyte'), models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'DISCARDED']), models.Q(('approved_by__isnull', False), models.Q(models.Q(('approved_by', models.F('drafted_by')), _negated=True), ('drafted_by', 5), _connector='OR')), _connector='OR'), name='assays_codedcommentversion_approved_by_another')],
                },
            ), migrations.CreateModel(
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
                    ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('assay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mappings', to='assays.assay')),
                    ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mappings', to='assays.instrument')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('instrument', 'code', 'number'), name='assays_codemapping_number'), models.UniqueConstraint(condition=models.Q(('status', 'ACTIVE')), fields=('instrument', 'code'), name='assays_codemapping_one_active'), models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'DISCARDED']), models.Q(('approved_by__isnull', False), models.Q(models.Q(('approved_by', models.F('drafted_by')), _negated=True), ('drafted_by', 5), _connector='OR')), _connector='OR'), name='assays_codemapping_approved_by_another')],
                },
            ), migrations.CreateModel(
                name='CommunicationTimes',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('code', models.SlugField(default='communication', max_length=32)),
                    ('number', models.PositiveIntegerField()),
                    ('status', models.CharField(choices=[('DRAFT', 'draft'), ('APPROVED', 'approved'), ('ACTIVE', 'active'), ('RETIRED', 'retired'), ('DISCARDED', 'discarded')], max_length=9)),
                    ('critical_requester', models.PositiveIntegerField(default=15, verbose_name='critical value, to the requester after')),
                    ('critical_ward', models.PositiveIntegerField(default=30, verbose_name='critical value, to the ward or on call after')),
                    ('critical_laboratory', models.PositiveIntegerField(default=45, verbose_name='critical value, to the laboratory doctor after')),
                    ('critical_target', models.PositiveIntegerField(default=15, verbose_name='critical value, told within (target)')),
                    ('urgent_critical', models.PositiveIntegerField(default=60, verbose_name='urgent order, critical value, acknowledged within')),
                    ('urgent_abnormal', models.PositiveIntegerField(default=240, verbose_name='urgent order, abnormal value, acknowledged within')),
                    ('urgent_other', models.PositiveIntegerField(default=1440, verbose_name='urgent order, other value, acknowledged within')),
                    ('routine_critical', models.PositiveIntegerField(default=60, verbose_name='routine order, critical value, acknowledged within')),
                    ('routine_abnormal', models.PositiveIntegerField(default=1440, verbose_name='routine order, abnormal value, acknowledged within')),
                    ('routine_other', models.PositiveIntegerField(default=4320, verbose_name='routine order, other value, acknowledged within')),
                    ('correction_critical', models.PositiveIntegerField(default=60, verbose_name='corrected critical value, acknowledged within')),
                    ('correction_other', models.PositiveIntegerField(default=1440, verbose_name='other corrected value, acknowledged within')),
                    ('note', models.TextField(verbose_name='why this version is made')),
                    ('drafted_at', models.DateTimeField()),
                    ('approved_at', models.DateTimeField(null=True)),
                    ('active_from', models.DateTimeField(null=True)),
                    ('active_until', models.DateTimeField(null=True)),
                    ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'verbose_name': 'times of communication',
                    'verbose_name_plural': 'times of communication',
                    'constraints': [models.UniqueConstraint(fields=('code', 'number'), name='assays_communicationtimes_number'), models.UniqueConstraint(condition=models.Q(('status', 'ACTIVE')), fields=('code',), name='assays_communicationtimes_one_active'), models.CheckConstraint(condition=models.Q(('correction_critical__gte', 1), ('correction_other__gte', 1), ('critical_laboratory__gte', 1), ('critical_requester__gte', 1), ('critical_target__gte', 1), ('critical_ward__gte', 1), ('routine_abnormal__gte', 1), ('routine_critical__gte', 1), ('routine_other__gte', 1), ('urgent_abnormal__gte', 1), ('urgent_critical__gte', 1), ('urgent_other__gte', 1)), name='assays_communicationtimes_positive'), models.CheckConstraint(condition=models.Q(('critical_laboratory__gte', models.F('critical_ward')), ('critical_ward__gte', models.F('critical_requester'))), name='assays_communicationtimes_in_order'), models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'DISCARDED']), models.Q(('approved_by__isnull', False), models.Q(models.Q(('approved_by', models.F('drafted_by')), _negated=True), ('drafted_by', 5), _connector='OR')), _connector='OR'), name='assays_communicationtimes_approved_by_another')],
                },
            ), migrations.CreateModel(
                name='ContactAttempt',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('made_at', models.DateTimeField(help_text='When the call was made.')),
                    ('contact_name', models.CharField(max_length=120)),
                    ('contact_role', models.CharField(blank=True, max_length=80)),
                    ('contact_details', models.CharField(blank=True, help_text='Telephone, pager or place.', max_length=120)),
                    ('outcome', models.CharField(choices=[('CONFIRMED', 'reached, value read back'), ('REACHED_NO_READBACK', 'reached, not read back'), ('UNABLE_TO_REACH', 'not reached')], max_length=19)),
                    ('read_back', models.CharField(blank=True, max_length=120)),
                    ('read_back_agrees', models.BooleanField(null=True)),
                    ('note', models.TextField(blank=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('notice', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='assays.correctionnotice')),
                    ('call', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='assays.criticalcall')),
                ],
                options={
                    'verbose_name': 'attempt to tell somebody',
                    'verbose_name_plural': 'attempts to tell somebody',
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('call__isnull', False), ('notice', None)), models.Q(('call', None), ('notice__isnull', False)), _connector='OR'), name='assays_contactattempt_one_subject'), models.CheckConstraint(condition=models.Q(('outcome__in', ['CONFIRMED', 'REACHED_NO_READBACK', 'UNABLE_TO_REACH'])), name='assays_contactattempt_outcome_known'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'CONFIRMED'), _negated=True), models.Q(('read_back_agrees', True), ('read_back_agrees__isnull', False), models.Q(('read_back', ''), _negated=True)), _connector='OR'), name='assays_contactattempt_confirmed_by_read_back'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'UNABLE_TO_REACH'), _negated=True), models.Q(('read_back', ''), ('read_back_agrees', None)), _connector='OR'), name='assays_contactattempt_nobody_reads_back_unreached'), models.CheckConstraint(condition=models.Q(('contact_name', ''), _negated=True), name='assays_contactattempt_names_somebody')],
                },
            ), migrations.CreateModel(
                name='ControlEvaluation',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('z', labsys.lib.fields.ExactDecimalField(decimal_places=18, help_text="Distance from the target's mean in its SD.", max_digits=38, null=True)),
                    ('verdict', models.CharField(choices=[('ACCEPTED', 'accepted'), ('WARNING', 'warning'), ('REJECTED', 'rejected'), ('NOT_JUDGED', 'not judged')], max_length=10)),
                    ('reason', models.TextField(blank=True, help_text='Why it was not judged.')),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('measurement', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='evaluation', to='assays.controlmeasurement')),
                    ('rule_set', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evaluations', to='assays.controlruleset')),
                    ('target', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evaluations', to='assays.controltarget')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('verdict', 'NOT_JUDGED'), models.Q(('reason', ''), _negated=True)), models.Q(('rule_set__isnull', False), ('target__isnull', False)), _connector='OR'), name='assays_controlevaluation_judged_by_something')],
                },
            ), migrations.CreateModel(
                name='ControlHold',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('reason', models.TextField()),
                    ('recorded_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('end_basis', models.CharField(blank=True, choices=[('GOOD_CONTROL', 'a good control'), ('DOCUMENTED', 'a documented reason')], max_length=12)),
                    ('end_reason', models.TextField(blank=True)),
                    ('assay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.assay')),
                    ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('entered_by', models.ForeignKey(help_text='Who supplied the control that was rejected.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('evaluation', models.OneToOneField(help_text='The rejection that opened it; none where a person did.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hold', to='assays.controlevaluation')),
                    ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.instrument')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('ended_after', models.ForeignKey(help_text='The good control that it ended after.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.controlmeasurement')),
                ],
                options={
                    'indexes': [models.Index(fields=['instrument', 'assay', '-id'], name='assays_controlhold_pair')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('instrument', 'assay'), name='assays_controlhold_one_open'), models.CheckConstraint(condition=models.Q(models.Q(('end_basis', ''), ('end_reason', ''), ('ended_at', None), ('ended_by', None), ('ended_after', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), models.Q(('end_reason', ''), _negated=True), models.Q(models.Q(('end_basis', 'GOOD_CONTROL'), ('ended_after__isnull', False)), models.Q(('end_basis', 'DOCUMENTED'), ('ended_after', None)), _connector='OR')), _connector='OR'), name='assays_controlhold_ended_by_someone_for_a_reason'), models.CheckConstraint(condition=models.Q(('ended_by', None), ('entered_by', None), models.Q(('ended_by', models.F('entered_by')), _negated=True), _connector='OR'), name='assays_controlhold_ended_by_another')],
                },
            ), migrations.CreateModel(
                name='ControlIdentifier',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('value', models.CharField(max_length=200, verbose_name='name as sent')),
                    ('since', models.DateTimeField()),
                    ('until', models.DateTimeField(null=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('instrument', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.instrument')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('level', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identifiers', to='assays.controllevel')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('value', 'instrument'), name='assays_controlidentifier_one_at_a_time', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='assays_controlidentifier_ends_after_it_began')],
                },
            ), migrations.CreateModel(
                name='ControlItem',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('control_text', models.CharField(blank=True, max_length=200)),
                    ('code_text', models.CharField(blank=True, max_length=200)),
                    ('observed_at', models.DateTimeField()),
                    ('delivery', models.CharField(choices=[('RECORDED', 'recorded'), ('REPEATED', 'repeated'), ('WAITING', 'waiting'), ('DISMISSED', 'dismissed')], max_length=9)),
                    ('reason_code', models.CharField(blank=True, max_length=32)),
                    ('reason', models.TextField(blank=True)),
                    ('decided_at', models.DateTimeField(null=True)),
                    ('decision', models.TextField(blank=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.instrument')),
                    ('item', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='control_item', to='assays.transmissionitem')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('measurement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='assays.controlmeasurement')),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('delivery', 'WAITING')), fields=['id'], name='assays_controlitem_waiting')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('delivery__in', ['RECORDED', 'REPEATED']), ('measurement__isnull', False)), models.Q(('decided_by', None), ('delivery', 'WAITING'), ('measurement', None), models.Q(('reason_code', ''), _negated=True)), models.Q(('decided_by__isnull', False), ('delivery', 'DISMISSED'), ('measurement', None), models.Q(('decision', ''), _negated=True)), _connector='OR'), name='assays_controlitem_one_end')],
                },
            ), migrations.CreateModel(
                name='ControlLevel',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('number', models.PositiveSmallIntegerField()),
                    ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='levels', to='assays.controllot')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('lot', 'number'), name='assays_controllevel_once')],
                },
            ), migrations.CreateModel(
                name='ControlLot',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('number', models.CharField(max_length=40, verbose_name='lot number')),
                    ('expires_on', models.DateField(verbose_name='expires on')),
                    ('opened_at', models.DateTimeField(blank=True, null=True, verbose_name='opened at')),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('end_reason', models.CharField(blank=True, max_length=200)),
                    ('recorded_at', models.DateTimeField()),
                    ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('material', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lots', to='assays.controlmaterial')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('material', 'number'), name='assays_controllot_once_per_material'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='assays_controllot_ended_by_someone')],
                },
            ), migrations.CreateModel(
                name='ControlMaterial',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('name', models.CharField(max_length=80, unique=True)),
                    ('maker', models.CharField(max_length=80)),
                    ('matrix', models.CharField(help_text='e.g. human serum, stabilised blood', max_length=80)),
                    ('levels', models.PositiveSmallIntegerField(help_text='How many levels it comes in.')),
                    ('is_active', models.BooleanField(default=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('levels__gte', 1), ('levels__lte', 9)), name='assays_controlmaterial_levels')],
                },
            ), migrations.CreateModel(
                name='ControlMeasurement',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('NUMERIC', 'number'), ('CODED', 'code'), ('TEXT', 'text'), ('ABSENT', 'no value')], max_length=7)),
                    ('comparator', models.CharField(blank=True, choices=[('<', '<'), ('<=', '≤'), ('>', '>'), ('>=', '≥')], max_length=2)),
                    ('value', labsys.lib.fields.ExactDecimalField(decimal_places=18, max_digits=38, null=True)),
                    ('unit', models.CharField(blank=True, max_length=40)),
                    ('value_code', models.CharField(blank=True, max_length=64)),
                    ('value_text', models.TextField(blank=True)),
                    ('absent_reason', models.CharField(blank=True, max_length=40)),
                    ('as_sent', models.JSONField(default=dict, help_text='Value, unit and flags exactly as sent.')),
                    ('flags_sent', models.CharField(blank=True, max_length=80)),
                    ('comment', models.TextField(blank=True)),
                    ('run', models.CharField(help_text='Levels of one run are judged together.', max_length=64)),
                    ('run_sent', models.CharField(blank=True, help_text='The run as it was named.', max_length=64)),
                    ('observed_at', models.DateTimeField()),
                    ('recorded_at', models.DateTimeField()),
                    ('correction_reason', models.TextField(blank=True)),
                    ('assay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.assay')),
                    ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='assays.controlmeasurement')),
                    ('entered_by', models.ForeignKey(help_text='Who supplied the value.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('instrument', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.instrument')),
                    ('level', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measurements', to='assays.controllevel')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('transmission_item', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='control_measurement', to='assays.transmissionitem')),
                ],
                options={
                    'indexes': [models.Index(fields=['instrument', 'assay', 'observed_at', 'id'], name='assays_control_series')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('comparator__in', ['', '<', '<=', '>', '>='])), name='assays_controlmeasurement_comparator_known'), models.UniqueConstraint(condition=models.Q(('corrects', None)), fields=('instrument', 'assay', 'level', 'observed_at', 'run_sent', 'kind', 'comparator', 'value', 'value_code', 'absent_reason'), name='assays_controlmeasurement_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('correction_reason', ''), ('corrects', None)), models.Q(models.Q(('corrects', models.F('id')), _negated=True), ('corrects__isnull', False), models.Q(('correction_reason', ''), _negated=True)), _connector='OR'), name='assays_controlmeasurement_corrected_with_reason'), models.CheckConstraint(condition=models.Q(models.Q(('absent_reason', ''), ('kind', 'NUMERIC'), ('value__isnull', False), ('value_code', ''), ('value_text', ''), models.Q(('unit', ''), _negated=True)), models.Q(('absent_reason', ''), ('comparator', ''), ('kind', 'CODED'), ('value', None), ('value_text', ''), models.Q(('value_code', ''), _negated=True)), models.Q(('absent_reason', ''), ('comparator', ''), ('kind', 'TEXT'), ('value', None), ('value_code', ''), models.Q(('value_text', ''), _negated=True)), models.Q(('comparator', ''), ('kind', 'ABSENT'), ('value', None), ('value_code', ''), ('value_text', ''), models.Q(('absent_reason', ''), _negated=True)), _connector='OR'), name='assays_controlmeasurement_one_form_of_value')],
                },
            ), migrations.CreateModel(
                name='ControlPlan',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('number', models.PositiveIntegerField()),
                    ('rule_set', models.SlugField(blank=True, help_text='Code of the rule set; left empty: the one shipped for the number of levels.', max_length=32)),
                    ('interval_hours', models.PositiveIntegerField(blank=True, help_text='A control is due so often; left empty: not judged.', null=True)),
                    ('run_minutes', models.PositiveIntegerField(default=60, help_text='Levels measured within so many minutes, and named no run, are one run.')),
                    ('note', models.TextField(blank=True, help_text='Why this version was made.')),
                    ('status', models.CharField(choices=[('DRAFT', 'draft'), ('APPROVED', 'approved'), ('ACTIVE', 'active'), ('RETIRED', 'retired'), ('DISCARDED', 'discarded')], max_length=9)),
                    ('drafted_at', models.DateTimeField()),
                    ('approved_at', models.DateTimeField(null=True)),
                    ('active_from', models.DateTimeField(null=True)),
                    ('active_until', models.DateTimeField(null=True)),
                    ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('assay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='control_plans', to='assays.assay')),
                    ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('assay', 'number'), name='assays_controlplan_number'), models.UniqueConstraint(condition=models.Q(('status', 'ACTIVE')), fields=('assay',), name='assays_controlplan_one_active'), models.CheckConstraint(condition=models.Q(('interval_hours', None), ('interval_hours__gt', 0), _connector='OR'), name='assays_controlplan_interval_above_zero'), models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'DISCARDED']), models.Q(('approved_by__isnull', False), models.Q(models.Q(('approved_by', models.F('drafted_by')), _negated=True), ('drafted_by', 5), _connector='OR')), _connector='OR'), name='assays_controlplan_approved_by_another')],
                },
            ), migrations.CreateModel(
                name='ControlRuleSet',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('code', models.SlugField(max_length=32)),
                    ('number', models.PositiveIntegerField()),
                    ('levels', models.PositiveSmallIntegerField(help_text='For how many levels it is made.')),
                    ('rules', models.JSONField(help_text='Each rule and whether it rejects or warns.')),
                    ('note', models.TextField(blank=True, help_text='Why this version was made.')),
                    ('status', models.CharField(choices=[('DRAFT', 'draft'), ('APPROVED', 'approved'), ('ACTIVE', 'active'), ('RETIRED', 'retired'), ('DISCARDED', 'discarded')], max_length=9)),
                    ('drafted_at', models.DateTimeField()),
                    ('approved_at', models.DateTimeField(null=True)),
                    ('active_from', models.DateTimeField(null=True)),
                    ('active_until', models.DateTimeField(null=True)),
                    ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('code', 'number'), name='assays_controlruleset_number'), models.UniqueConstraint(condition=models.Q(('status', 'ACTIVE')), fields=('code',), name='assays_controlruleset_one_active'), models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'DISCARDED']), models.Q(('approved_by__isnull', False), models.Q(models.Q(('approved_by', models.F('drafted_by')), _negated=True), ('drafted_by', 5), _connector='OR')), _connector='OR'), name='assays_controlruleset_approved_by_another')],
                },
            ), migrations.CreateModel(
                name='ControlTarget',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('mean', labsys.lib.fields.ExactDecimalField(decimal_places=18, max_digits=38)),
                    ('sd', labsys.lib.fields.ExactDecimalField(decimal_places=18, max_digits=38, verbose_name='SD')),
                    ('unit', models.CharField(max_length=40)),
                    ('source', models.CharField(choices=[('INSERT', "maker's insert"), ('STUDY', 'own study')], max_length=6)),
                    ('note', models.TextField(blank=True, help_text='Which insert, or how many measurements over how many days.')),
                    ('fixed_at', models.DateTimeField()),
                    ('signed_at', models.DateTimeField(null=True)),
                    ('assay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.assay')),
                    ('fixed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('instrument', models.ForeignKey(blank=True, help_text='Left empty: every instrument without a target of its own.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.instrument')),
                    ('level', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='assays.controllevel')),
                    ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='assays.controltarget')),
                    ('signed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('step_up', models.ForeignKey(db_index=False, help_text='The password given again; targets signed before it was asked for have none.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.stepup')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('replaces', None)), fields=('level', 'assay', 'instrument'), name='assays_controltarget_one_chain', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('sd__gt', 0)), name='assays_controltarget_sd_above_zero'), models.CheckConstraint(condition=models.Q(models.Q(('signed_at', None), ('signed_by', None)), models.Q(('signed_at__isnull', False), ('signed_by__isnull', False), models.Q(('signed_by', models.F('fixed_by')), _negated=True)), _connector='OR'), name='assays_controltarget_signed_by_another'), models.CheckConstraint(condition=models.Q(('replaces', None), models.Q(('replaces', models.F('id')), _negated=True), _connector='OR'), name='assays_controltarget_not_its_own_past'), models.CheckConstraint(condition=models.Q(('step_up', None), ('signed_by__isnull', False), _connector='OR'), name='assays_controltarget_step_up_of_a_signature')],
                },
            ), migrations.CreateModel(
                name='ControlViolation',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('rule', models.CharField(max_length=16)),
                    ('rejects', models.BooleanField()),
                    ('run', models.CharField(max_length=64)),
                    ('members', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), help_text='The measurements it took.', size=None)),
                    ('recorded_at', models.DateTimeField()),
                    ('evaluation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='violations', to='assays.controlevaluation')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('evaluation', 'rule', 'members'), name='assays_controlviolation_once')],
                },
            ), migrations.CreateModel(
                name='CorrectionAcknowledgement',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('note', models.TextField(blank=True)),
                    ('at', models.DateTimeField()),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('notice', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgement', to='assays.correctionnotice')),
                ],
                options={
                    'verbose_name': 'acknowledged correction',
                    'verbose_name_plural': 'acknowledged corrections',
                },
            ), migrations.CreateModel(
                name='CorrectionNotice',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('ways', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), help_text='How the value came to the reader.', size=None)),
                    ('seen_at', models.DateTimeField(help_text='When it last came to the reader.')),
                    ('reason', models.TextField()),
                    ('severity', models.PositiveSmallIntegerField()),
                    ('due_at', models.DateTimeField()),
                    ('state', models.CharField(choices=[('OPEN', 'open'), ('ACKNOWLEDGED', 'acknowledged'), ('TOLD', 'told'), ('REPLACED', 'replaced'), ('CLOSED', 'closed')], max_length=12)),
                    ('recorded_at', models.DateTimeField()),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='correction_notices', to='patients.person')),
                    ('reader', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='correction_notices', to='accounts.principal')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('replacement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices_as_replacement', to='assays.result')),
                    ('told_in', models.ForeignKey(help_text='The telephone call in which somebody without a login was told the value.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices_that_follow', to='assays.contactattempt')),
                    ('withdrawn', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='assays.result')),
                    ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='assays.resultcomment')),
                    ('doubt', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='assays.lookbackdecision')),
                    ('cleared', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='assays.resultholdclear')),
                    ('hold', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='assays.resulthold')),
                ],
                options={
                    'verbose_name': 'correction notice',
                    'verbose_name_plural': 'correction notices',
                    'indexes': [models.Index(condition=models.Q(('state', 'OPEN')), fields=['reader', 'id'], name='assays_correctionnotice_of'), models.Index(condition=models.Q(('state', 'OPEN')), fields=['due_at', 'id'], name='assays_correctionnotice_due')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('reader__isnull', False), ('told_in', None)), models.Q(('reader', None), ('told_in__isnull', False)), _connector='OR'), name='assays_correctionnotice_one_reader'), models.CheckConstraint(condition=models.Q(('state__in', ['OPEN', 'ACKNOWLEDGED', 'TOLD', 'REPLACED', 'CLOSED'])), name='assays_correctionnotice_state_known'), models.UniqueConstraint(fields=('withdrawn', 'replacement', 'comment', 'doubt', 'hold', 'cleared', 'reader', 'told_in'), name='assays_correctionnotice_once_per_reader', nulls_distinct=False)],
                },
            ), migrations.CreateModel(
                name='CorrectiveStep',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('CALIBRATION', 'calibrated'), ('REPAIR', 'repaired or serviced'), ('REAGENT', 'reagent changed'), ('CONTROL', 'new control vial'), ('REPEAT', 'control repeated'), ('OTHER', 'something else')], max_length=11)),
                    ('what', models.TextField()),
                    ('performed_at', models.DateTimeField()),
                    ('recorded_at', models.DateTimeField()),
                    ('hold', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='assays.controlhold')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
            ), migrations.CreateModel(
                name='CriticalCall',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('section', models.CharField(max_length=16)),
                    ('priority', models.PositiveSmallIntegerField(choices=[(0, 'STAT'), (1, 'ASAP'), (2, 'URGENT'), (3, 'ROUTINE')])),
                    ('started_at', models.DateTimeField(help_text='When the value was recorded.')),
                    ('state', models.CharField(choices=[('OPEN', 'open'), ('CONFIRMED', 'confirmed'), ('ACKNOWLEDGED', 'acknowledged'), ('WITHDRAWN', 'withdrawn')], max_length=12)),
                    ('ended_at', models.DateTimeField(help_text='When it was read back, acknowledged or withdrawn.', null=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('result', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='critical_call', to='assays.result')),
                ],
                options={
                    'verbose_name': 'critical call',
                    'verbose_name_plural': 'critical calls',
                    'indexes': [models.Index(condition=models.Q(('state', 'OPEN')), fields=['started_at', 'id'], name='assays_criticalcall_open'), models.Index(fields=['started_at', 'section'], name='assays_criticalcall_month')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['OPEN', 'CONFIRMED', 'ACKNOWLEDGED', 'WITHDRAWN'])), name='assays_criticalcall_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'OPEN')), models.Q(models.Q(('state', 'OPEN'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='assays_criticalcall_ends_once')],
                },
            ), migrations.CreateModel(
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
                    ('copied_from', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.criticallimit')),
                    ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='critical_limits', to='assays.assayversion')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('low__isnull', False), ('high__isnull', False), _connector='OR'), name='assays_criticallimit_stated')],
                },
            ), migrations.CreateModel(
                name='CumulativeAccess',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('VIEWED', 'viewed'), ('PRINTED', 'printed'), ('DOWNLOADED', 'downloaded')], max_length=10)),
                    ('at', models.DateTimeField()),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('cumulative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accesses', to='assays.cumulativereport')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['VIEWED', 'PRINTED', 'DOWNLOADED'])), name='assays_cumulativeaccess_kind_known')],
                    'verbose_name': 'look at a cumulative report',
                    'verbose_name_plural': 'looks at cumulative reports',
                },
            ), migrations.CreateModel(
                name='CumulativeDocument',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pdf', models.BinaryField()),
                    ('sha256', models.CharField(help_text="Of the PDF's bytes.", max_length=64)),
                    ('template', models.PositiveSmallIntegerField(help_text='Version of the template.')),
                    ('rendered_at', models.DateTimeField()),
                    ('rendered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('cumulative', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='document', to='assays.cumulativereport')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='assays_cumulativedocument_digest')],
                },
            ), migrations.CreateModel(
                name='CumulativeReport',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('number', models.PositiveIntegerField(help_text='Counted for each patient from 1.')),
                    ('since', models.DateField()),
                    ('until', models.DateField()),
                    ('sections', models.JSONField(default=list, help_text='What was chosen; empty: all of them.')),
                    ('content', models.JSONField()),
                    ('result_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), help_text='The results whose values it gives.', size=None)),
                    ('sha256', models.CharField(help_text='Of the content in its canonical form.', max_length=64)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cumulative_reports', to='patients.person')),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'verbose_name': 'cumulative report',
                    'verbose_name_plural': 'cumulative reports',
                    'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['result_ids'], name='assays_cumulativereport_result')],
                    'constraints': [models.UniqueConstraint(fields=('person', 'number'), name='assays_cumulativereport_number'), models.CheckConstraint(condition=models.Q(('number__gte', 1), ('since__lte', models.F('until'))), name='assays_cumulativereport_in_order'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='assays_cumulativereport_digest')],
                },
            ), migrations.CreateModel(
                name='CustodyTransfer',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('giver_name', models.CharField(max_length=120)),
                    ('taker_name', models.CharField(max_length=120)),
                    ('remark', models.CharField(blank=True, max_length=500)),
                    ('happened_at', models.DateTimeField()),
                    ('recorded_at', models.DateTimeField()),
                    ('giver', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('place', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.location')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('specimen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='assays.specimen')),
                    ('taker', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'indexes': [models.Index(fields=['specimen', 'id'], name='assays_custodytransfer_of')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('giver', models.F('recorded_by')), ('taker', models.F('recorded_by')), _connector='OR'), name='assays_custodytransfer_recorded_by_one_of_them'), models.CheckConstraint(condition=models.Q(('giver', None), ('taker', None), models.Q(('giver', models.F('taker')), _negated=True), _connector='OR'), name='assays_custodytransfer_to_another')],
                },
            ), migrations.CreateModel(
                name='DataExport',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('kind', models.SlugField(max_length=40)),
                    ('columns', models.JSONField(help_text='Each column with its class of export.')),
                    ('parameters', models.JSONField(default=dict, help_text='What was asked for.')),
                    ('row_count', models.PositiveIntegerField()),
                    ('sha256', models.CharField(max_length=64)),
                    ('at', models.DateTimeField()),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'verbose_name': 'file taken out',
                    'verbose_name_plural': 'files taken out',
                    'constraints': [models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='assays_dataexport_digest')],
                },
            ), migrations.CreateModel(
                name='Disposal',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('status', models.CharField(choices=[('PROPOSED', 'proposed'), ('CONFIRMED', 'confirmed'), ('WITHDRAWN', 'withdrawn')], max_length=9)),
                    ('method', models.CharField(max_length=120)),
                    ('reason', models.CharField(blank=True, max_length=500)),
                    ('decided_at', models.DateTimeField(null=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['PROPOSED', 'CONFIRMED', 'WITHDRAWN'])), name='assays_disposal_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'CONFIRMED'), _negated=True), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('decided_by', models.F('recorded_by')), _negated=True)), _connector='OR'), name='assays_disposal_confirmed_by_another')],
                },
            ), migrations.CreateModel(
                name='DisposalLine',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('is_open', models.BooleanField(default=True)),
                    ('left_out', models.CharField(blank=True, max_length=300)),
                    ('disposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='assays.disposal')),
                    ('specimen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disposal_lines', to='assays.specimen')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('is_open', True)), fields=('specimen',), name='assays_disposalline_one_open_batch')],
                },
            ), migrations.CreateModel(
                name='DowntimeBox',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('assay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.assay')),
                    ('specimen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.specimen')),
                    ('form', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='boxes', to='assays.downtimeform')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('form', 'specimen', 'assay'), name='assays_downtimebox_once_per_form')],
                },
            ), migrations.CreateModel(
                name='DowntimeForm',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('section', models.CharField(blank=True, max_length=16)),
                    ('reason', models.TextField(blank=True, help_text='Why there is a paper form.')),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('box_count', models.PositiveIntegerField(help_text='How many boxes were printed; not known of forms made before it was kept.', null=True)),
                ],
            ), migrations.CreateModel(
                name='DowntimeOutcome',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('reason', models.TextField(blank=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('box', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='outcome', to='assays.downtimebox')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('result', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='downtime_outcome', to='assays.result')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('result__isnull', False), models.Q(('reason', ''), _negated=True), _connector='OR'), name='assays_downtimeoutcome_result_or_reason')],
                },
            ), migrations.CreateModel(
                name='DowntimeTyping',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('text', models.CharField(blank=True, help_text='Exactly what was typed.', max_length=64)),
                    ('kind', models.CharField(choices=[('NUMERIC', 'number'), ('CODED', 'coded'), ('ABSENT', 'no value')], max_length=7)),
                    ('comparator', models.CharField(blank=True, choices=[('<', '<'), ('<=', '≤'), ('>', '>'), ('>=', '≥')], max_length=2)),
                    ('value', labsys.lib.fields.ExactDecimalField(decimal_places=18, max_digits=38, null=True)),
                    ('unit', models.CharField(blank=True, max_length=40)),
                    ('value_code', models.CharField(blank=True, max_length=64)),
                    ('absent_reason', models.CharField(blank=True, max_length=40)),
                    ('override', models.TextField(blank=True)),
                    ('observed_at', models.DateTimeField()),
                    ('collected_at', models.DateTimeField(help_text='As the paper says, where the collection is not recorded yet.', null=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('box', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='typings', to='assays.downtimebox')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('absent_reason', ''), ('kind', 'NUMERIC'), ('value__isnull', False), ('value_code', ''), models.Q(('unit', ''), _negated=True)), models.Q(('absent_reason', ''), ('comparator', ''), ('kind', 'CODED'), ('value', None), models.Q(('value_code', ''), _negated=True)), models.Q(('comparator', ''), ('kind', 'ABSENT'), ('value', None), ('value_code', ''), models.Q(('absent_reason', ''), _negated=True)), _connector='OR'), name='assays_downtimetyping_one_form_of_value'), models.CheckConstraint(condition=models.Q(('comparator__in', ['', '<', '<=', '>', '>='])), name='assays_downtimetyping_comparator_known')],
                },
            ), migrations.CreateModel(
                name='EqaFollowUp',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('what', models.TextField()),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('score', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='assays.eqascore')),
                ],
                options={
                    'verbose_name': 'external quality follow-up',
                    'verbose_name_plural': 'external quality follow-ups',
                },
            ), migrations.CreateModel(
                name='EqaResult',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('annulled_at', models.DateTimeField(null=True)),
                    ('annul_reason', models.CharField(blank=True, max_length=300)),
                    ('sample', models.CharField(max_length=40)),
                    ('value', labsys.lib.fields.ExactDecimalField(decimal_places=18, max_digits=38)),
                    ('unit', models.CharField(max_length=40)),
                    ('measured_at', models.DateTimeField()),
                    ('remark', models.CharField(blank=True, max_length=300)),
                    ('recorded_at', models.DateTimeField()),
                    ('annulled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('assay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.assay')),
                    ('instrument', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.instrument')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='assays.eqaround')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('annul_reason', ''), ('annulled_at', None), ('annulled_by', None)), models.Q(('annulled_at__isnull', False), ('annulled_by__isnull', False), models.Q(('annul_reason', ''), _negated=True)), _connector='OR'), name='assays_eqaresult_annulled_by_someone'), models.UniqueConstraint(condition=models.Q(('annulled_at', None)), fields=('round', 'sample', 'assay', 'instrument'), name='assays_eqaresult_one_standing', nulls_distinct=False)],
                    'verbose_name': 'external quality result',
                    'verbose_name_plural': 'external quality results',
                },
            ), migrations.CreateModel(
                name='EqaRound',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('code', models.CharField(max_length=40, verbose_name='round')),
                    ('closes_on', models.DateField(verbose_name='closes on')),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('scheme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='assays.eqascheme')),
                ],
                options={
                    'indexes': [models.Index(fields=['-closes_on', '-id'], name='assays_eqaround_newest')],
                    'constraints': [models.UniqueConstraint(fields=('scheme', 'code'), name='assays_eqaround_once')],
                    'verbose_name': 'external quality round',
                    'verbose_name_plural': 'external quality rounds',
                },
            ), migrations.CreateModel(
                name='EqaScheme',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('name', models.CharField(max_length=120, unique=True)),
                    ('provider', models.CharField(max_length=120)),
                    ('is_active', models.BooleanField(default=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'verbose_name': 'external quality scheme',
                    'verbose_name_plural': 'external quality schemes',
                },
            ), migrations.CreateModel(
                name='EqaScore',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('annulled_at', models.DateTimeField(null=True)),
                    ('annul_reason', models.CharField(blank=True, max_length=300)),
                    ('assigned', labsys.lib.fields.ExactDecimalField(decimal_places=18, max_digits=38, verbose_name='assigned value')),
                    ('sd', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, max_digits=38, null=True, verbose_name='SD of the scheme')),
                    ('limit_percent', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, max_digits=38, null=True, verbose_name='allowed deviation, %')),
                    ('limit_absolute', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, max_digits=38, null=True, verbose_name='allowed deviation')),
                    ('deviation', labsys.lib.fields.ExactDecimalField(decimal_places=18, max_digits=38)),
                    ('deviation_percent', labsys.lib.fields.ExactDecimalField(decimal_places=18, max_digits=38, null=True)),
                    ('z', labsys.lib.fields.ExactDecimalField(decimal_places=18, max_digits=38, null=True)),
                    ('verdict', models.CharField(choices=[('SATISFACTORY', 'satisfactory'), ('QUESTIONABLE', 'questionable'), ('UNSATISFACTORY', 'unsatisfactory')], max_length=14)),
                    ('recorded_at', models.DateTimeField()),
                    ('annulled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('nonconformity', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.nonconformity')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('result', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='assays.eqaresult')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('annul_reason', ''), ('annulled_at', None), ('annulled_by', None)), models.Q(('annulled_at__isnull', False), ('annulled_by__isnull', False), models.Q(('annul_reason', ''), _negated=True)), _connector='OR'), name='assays_eqascore_annulled_by_someone'), models.UniqueConstraint(condition=models.Q(('annulled_at', None)), fields=('result',), name='assays_eqascore_one_standing'), models.CheckConstraint(condition=models.Q(('sd__isnull', False), ('limit_percent__isnull', False), ('limit_absolute__isnull', False), _connector='OR'), name='assays_eqascore_judged_by_something'), models.CheckConstraint(condition=models.Q(models.Q(('verdict', 'UNSATISFACTORY'), _negated=True), ('nonconformity__isnull', False), _connector='OR'), name='assays_eqascore_unsatisfactory_is_followed')],
                    'verbose_name': 'external quality score',
                    'verbose_name_plural': 'external quality scores',
                },
            ), migrations.CreateModel(
                name='Escalation',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('step', models.CharField(choices=[('REQUESTER', 'requester'), ('WARD', 'ward or doctor on call'), ('LABORATORY', 'laboratory doctor')], max_length=10)),
                    ('due_at', models.DateTimeField()),
                    ('recorded_at', models.DateTimeField()),
                    ('call', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='escalations', to='assays.criticalcall')),
                    ('notice', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='escalations', to='assays.correctionnotice')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('entry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='escalations', to='assays.inboxentry')),
                ],
                options={
                    'verbose_name': 'escalation',
                    'verbose_name_plural': 'escalations',
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('call__isnull', False), ('entry', None), ('notice', None)), models.Q(('call', None), ('entry__isnull', False), ('notice', None)), models.Q(('call', None), ('entry', None), ('notice__isnull', False)), _connector='OR'), name='assays_escalation_one_subject'), models.CheckConstraint(condition=models.Q(('step__in', ['REQUESTER', 'WARD', 'LABORATORY'])), name='assays_escalation_step_known'), models.UniqueConstraint(fields=('call', 'step'), name='assays_escalation_call_once'), models.UniqueConstraint(fields=('entry', 'step'), name='assays_escalation_entry_once'), models.UniqueConstraint(fields=('notice', 'step'), name='assays_escalation_notice_once')],
                },
            ), migrations.CreateModel(
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
                    ('recorded_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('result', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='evaluations', to='assays.result')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('result', 'method_version'), name='assays_evaluation_once_per_version'), models.CheckConstraint(condition=models.Q(('is_critical', True), models.Q(('flags__overlap', [assays.rules.flags.Flag['CRITICAL_HIGH'], assays.rules.flags.Flag['CRITICAL_LOW']]), _negated=True), _connector='OR'), name='assays_evaluation_critical_says_so')],
                    'indexes': [models.Index(condition=models.Q(('is_critical', True)), fields=['result'], name='assays_evaluation_critical')],
                },
            ), migrations.CreateModel(
                name='FiguresDay',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('day', models.DateField(unique=True)),
                    ('counted_at', models.DateTimeField()),
                    ('is_closed', models.BooleanField(help_text='Counted after its end: it is not counted again.')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='InboxEntry',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('stage', models.CharField(choices=[('PRELIMINARY', 'preliminary'), ('RELEASED', 'released')], max_length=11)),
                    ('severity', models.PositiveSmallIntegerField(help_text='0 critical, 1 abnormal, 2 other')),
                    ('priority', models.PositiveSmallIntegerField(choices=[(0, 'STAT'), (1, 'ASAP'), (2, 'URGENT'), (3, 'ROUTINE')])),
                    ('due_at', models.DateTimeField(help_text='Acknowledged until then, or escalated; a preliminary value by its call.', null=True)),
                    ('state', models.CharField(choices=[('OPEN', 'open'), ('ACKNOWLEDGED', 'acknowledged'), ('WITHDRAWN', 'withdrawn'), ('RELEASED', 'released')], max_length=12)),
                    ('recorded_at', models.DateTimeField()),
                    ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='inbox_entries', to='assays.order')),
                    ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='inbox_entries', to='patients.person')),
                    ('recorded_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('requester', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='inbox_entries', to='accounts.principal')),
                    ('result', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='inbox_entries', to='assays.result')),
                ],
                options={
                    'verbose_name': 'inbox entry',
                    'verbose_name_plural': 'inbox entries',
                    'indexes': [models.Index(condition=models.Q(('state', 'OPEN')), fields=['requester', 'severity'], name='assays_inboxentry_of_requester'), models.Index(condition=models.Q(('state', 'OPEN')), fields=['person', 'severity'], name='assays_inboxentry_of_person'), models.Index(condition=models.Q(('due_at__isnull', False), ('state', 'OPEN')), fields=['due_at', 'id'], name='assays_inboxentry_due')],
                    'constraints': [models.UniqueConstraint(fields=('result', 'stage'), name='assays_inboxentry_once_per_stage'), models.CheckConstraint(condition=models.Q(('state__in', ['OPEN', 'ACKNOWLEDGED', 'WITHDRAWN', 'RELEASED'])), name='assays_inboxentry_state_known'), models.CheckConstraint(condition=models.Q(('severity__lte', 2)), name='assays_inboxentry_severity_known')],
                },
            ), migrations.CreateModel(
                name='IndicatorDay',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('day', models.DateField()),
                    ('measure', models.CharField(choices=[('ARRIVED', 'arrived'), ('REJECTED', 'rejected'), ('LOST', 'lost'), ('RELEASED', 'released'), ('RELEASED_BY_RULE', 'released by rule'), ('CORRECTED', 'corrected'), ('WITHDRAWN', 'withdrawn'), ('AMENDED', 'amended'), ('APPENDED', 'appended'), ('UNTIMED', 'untimed')], max_length=16)),
                    ('section', models.CharField(blank=True, max_length=16)),
                    ('ward', models.CharField(blank=True, max_length=32)),
                    ('detail', models.CharField(blank=True, help_text='Reason, or segment.', max_length=16)),
                    ('count', models.PositiveIntegerField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('day', 'measure', 'section', 'ward', 'detail'), name='assays_indicatorday_once'), models.CheckConstraint(condition=models.Q(('measure__in', ['ARRIVED', 'REJECTED', 'LOST', 'RELEASED', 'RELEASED_BY_RULE', 'CORRECTED', 'WITHDRAWN', 'AMENDED', 'APPENDED', 'UNTIMED'])), name='assays_indicatorday_known')],
                },
            ), migrations.CreateModel(
                name='IndicatorLimit',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('indicator', models.CharField(choices=[('REJECTED', 'specimens refused'), ('HEMOLYZED', 'specimens refused as hemolyzed'), ('MISIDENTIFIED', 'specimens refused for their identification'), ('LOST', 'specimens lost'), ('CORRECTED', 'results corrected after release'), ('AMENDED', 'reports amended or appended'), ('CRITICAL_TOLD', 'critical values told in time'), ('IN_TIME', 'results released in time'), ('BY_RULE', 'results released by rule')], max_length=16)),
                    ('percent', labsys.lib.fields.ExactDecimalField(decimal_places=18, max_digits=38)),
                    ('targets', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='limits', to='assays.qualitytargets')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('targets', 'indicator'), name='assays_indicatorlimit_once'), models.CheckConstraint(condition=models.Q(('indicator__in', ['REJECTED', 'HEMOLYZED', 'MISIDENTIFIED', 'LOST', 'CORRECTED', 'AMENDED', 'CRITICAL_TOLD', 'IN_TIME', 'BY_RULE']), ('percent__gte', 0), ('percent__lte', 100)), name='assays_indicatorlimit_known')],
                },
            ), migrations.CreateModel(
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
                    ('principal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='instrument', to='accounts.principal')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
            ), migrations.CreateModel(
                name='ItemEvent',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('old', models.CharField(max_length=12)),
                    ('new', models.CharField(max_length=12)),
                    ('hold_code', models.CharField(blank=True, help_text='Why the item was held until then.', max_length=32)),
                    ('reason', models.TextField()),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.transmissionitem')),
                ],
            ), migrations.CreateModel(
                name='LabelPrint',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('form', models.CharField(choices=[('PDF', 'PDF'), ('ZPL', 'ZPL, for label printers')], max_length=3)),
                    ('symbol', models.CharField(choices=[('CODE128', 'bars (Code 128)'), ('DATAMATRIX', 'square (DataMatrix)')], max_length=10)),
                    ('size', models.CharField(max_length=9)),
                    ('copies', models.PositiveSmallIntegerField(default=1)),
                    ('is_reprint', models.BooleanField()),
                    ('reason', models.CharField(blank=True, max_length=200)),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('specimen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='label_prints', to='assays.specimen')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('is_reprint', False), models.Q(('reason', ''), _negated=True), _connector='OR'), name='assays_labelprint_reprinted_for_a_reason'), models.UniqueConstraint(condition=models.Q(('is_reprint', False)), fields=('specimen',), name='assays_labelprint_first_once')],
                },
            ), migrations.CreateModel(
                name='LedgerCount',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('asked_at', models.DateTimeField()),
                    ('counted_at', models.DateTimeField(help_text='The one moment that everything was counted at.', null=True)),
                    ('took_ms', models.PositiveIntegerField(null=True)),
                    ('is_sound', models.BooleanField(help_text='It balanced, and nothing had waited too long.', null=True)),
                    ('content', models.JSONField(help_text='All lines, as they were counted.', null=True)),
                    ('worker', models.CharField(blank=True, max_length=128)),
                    ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('counted_at__isnull', False)), fields=['-id'], name='assays_ledgercount_made'), models.Index(condition=models.Q(('counted_at', None)), fields=['id'], name='assays_ledgercount_asked')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('content', None), ('counted_at', None), ('is_sound', None), ('took_ms', None), ('worker', '')), models.Q(('content__isnull', False), ('counted_at__isnull', False), ('is_sound__isnull', False), ('took_ms__isnull', False)), _connector='OR'), name='assays_ledgercount_made_whole')],
                },
            ), migrations.CreateModel(
                name='LookBack',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('cause', models.CharField(choices=[('CONTROL', 'failed control'), ('REAGENT', 'bad reagent lot'), ('MAPPING', 'wrong mapping'), ('OTHER', 'something else')], max_length=7)),
                    ('since', models.DateTimeField(blank=True, null=True)),
                    ('until', models.DateTimeField(blank=True, null=True)),
                    ('reason', models.TextField()),
                    ('recorded_at', models.DateTimeField()),
                    ('closed_at', models.DateTimeField(null=True)),
                    ('conclusion', models.TextField(blank=True)),
                    ('assay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.assay')),
                    ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('hold', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='look_back', to='assays.controlhold')),
                    ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.instrument')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('since', None), ('until', None), ('since__lt', models.F('until')), _connector='OR'), name='assays_lookback_ends_after_it_began'), models.CheckConstraint(condition=models.Q(('until__isnull', False), ('hold__isnull', False), _connector='OR'), name='assays_lookback_ends_somewhere'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None), ('conclusion', '')), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), models.Q(('conclusion', ''), _negated=True)), _connector='OR'), name='assays_lookback_closed_with_a_conclusion')],
                },
            ), migrations.CreateModel(
                name='LookBackDecision',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('decision', models.CharField(choices=[('HOLD', 'held'), ('ACCEPT', 'stands'), ('REPEAT', 'repeat asked for'), ('CORRECT', 'to be corrected'), ('INFORM', 'requester informed')], max_length=7)),
                    ('reason', models.TextField()),
                    ('recorded_at', models.DateTimeField()),
                    ('look_back', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='assays.lookback')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('result', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.result')),
                ],
                options={
                    'indexes': [models.Index(fields=['look_back', 'result', '-id'], name='assays_lookback_newest')],
                },
            ), migrations.CreateModel(
                name='MaintenanceRecord',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('annulled_at', models.DateTimeField(null=True)),
                    ('annul_reason', models.CharField(blank=True, max_length=300)),
                    ('kind', models.CharField(choices=[('DAILY', 'daily'), ('WEEKLY', 'weekly'), ('MONTHLY', 'monthly'), ('QUARTERLY', 'quarterly'), ('YEARLY', 'yearly'), ('SERVICE', 'service by the maker'), ('REPAIR', 'repair'), ('OTHER', 'other')], max_length=9)),
                    ('what', models.TextField(verbose_name='what was done')),
                    ('performed_at', models.DateTimeField(verbose_name='performed at')),
                    ('next_due_on', models.DateField(blank=True, null=True, verbose_name='next due on')),
                    ('recorded_at', models.DateTimeField()),
                    ('annulled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('assay', models.ForeignKey(blank=True, help_text='Where only one assay was touched; left empty: the whole instrument.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.assay')),
                    ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='maintenance', to='assays.instrument')),
                    ('performed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('task', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='records', to='assays.maintenancetask')),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('annulled_at', None)), fields=['instrument', '-performed_at'], name='assays_maintenance_instrument'), models.Index(condition=models.Q(('annulled_at', None), ('task__isnull', False)), fields=['task', '-performed_at'], name='assays_maintenance_task')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('annul_reason', ''), ('annulled_at', None), ('annulled_by', None)), models.Q(('annulled_at__isnull', False), ('annulled_by__isnull', False), models.Q(('annul_reason', ''), _negated=True)), _connector='OR'), name='assays_maintenancerecord_annulled_by_someone')],
                },
            ), migrations.CreateModel(
                name='MaintenanceTask',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('name', models.CharField(max_length=120)),
                    ('kind', models.CharField(choices=[('DAILY', 'daily'), ('WEEKLY', 'weekly'), ('MONTHLY', 'monthly'), ('QUARTERLY', 'quarterly'), ('YEARLY', 'yearly'), ('SERVICE', 'service by the maker'), ('REPAIR', 'repair'), ('OTHER', 'other')], max_length=9)),
                    ('every_days', models.PositiveIntegerField(verbose_name='every so many days')),
                    ('instructions', models.TextField(blank=True)),
                    ('is_active', models.BooleanField(default=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='maintenance_tasks', to='assays.instrument')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('instrument', 'name'), name='assays_maintenancetask_once'), models.CheckConstraint(condition=models.Q(('every_days__gt', 0)), name='assays_maintenancetask_every_days')],
                },
            ), migrations.CreateModel(
                name='NaniteCalculation',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('recorded_at', models.DateTimeField()),
                    ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('count', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calculations', to='assays.nanitecount')),
                    ('red_cell_result', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='nanite_calculations', to='assays.result')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('count', 'red_cell_result'), name='assays_nanitecalculation_once', nulls_distinct=False)],
                },
            ), migrations.CreateModel(
                name='NaniteCount',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('method', models.CharField(max_length=80)),
                    ('comment', models.TextField(blank=True)),
                    ('observed_at', models.DateTimeField()),
                    ('recorded_at', models.DateTimeField()),
                    ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='assays.nanitecount')),
                    ('counted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('specimen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nanite_counts', to='assays.specimen')),
                ],
            ), migrations.CreateModel(
                name='NaniteEstimate',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('method_version', models.PositiveSmallIntegerField()),
                    ('estimate', models.JSONField()),
                    ('worker', models.CharField(max_length=128)),
                    ('task_id', models.CharField(max_length=64)),
                    ('recorded_at', models.DateTimeField()),
                    ('calculation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='estimates', to='assays.nanitecalculation')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('recording', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.recording')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('calculation', 'method_version'), name='assays_naniteestimate_once_per_version')],
                },
            ), migrations.CreateModel(
                name='NaniteField',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('red_cells', models.PositiveIntegerField()),
                    ('nanites', models.PositiveIntegerField()),
                    ('count', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fields', to='assays.nanitecount')),
                ],
                options={
                    'ordering': ['position'],
                    'constraints': [models.UniqueConstraint(fields=('count', 'position'), name='assays_nanitefield_position'), models.CheckConstraint(condition=models.Q(('red_cells__gt', 0)), name='assays_nanitefield_has_red_cells')],
                },
            ), migrations.CreateModel(
                name='Nonconformity',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('SPECIMEN_REJECTED', 'specimen refused'), ('SPECIMEN_LOST', 'specimen lost'), ('SPECIMEN_UNSTABLE', 'specimen too old or kept wrongly'), ('IDENTIFICATION', 'identification of a patient or specimen'), ('STORAGE', 'storage'), ('CUSTODY', 'chain of custody'), ('SHIPMENT', 'shipment'), ('QUALITY_CONTROL', 'quality control'), ('EXTERNAL_QUALITY', 'external quality assessment'), ('LOOK_BACK', 'look-back'), ('INSTRUMENT', 'instrument'), ('REAGENT', 'reagent or calibrator'), ('RESULT_CORRECTED', 'released result corrected'), ('CRITICAL_CALL', 'critical result not told in time'), ('TURNAROUND', 'turnaround time'), ('ORDER', 'order'), ('REPORT', 'report'), ('COMPLAINT', 'complaint'), ('SAFETY', 'safety of staff'), ('INFORMATION_SYSTEM', 'information system'), ('OTHER', 'other')], max_length=20)),
                    ('severity', models.CharField(choices=[('MINOR', 'minor: no harm to be expected'), ('MAJOR', 'major: could have harmed a patient'), ('CRITICAL', 'critical: harmed a patient, or nearly')], max_length=8)),
                    ('status', models.CharField(choices=[('OPEN', 'open'), ('INVESTIGATING', 'investigating'), ('CORRECTED', 'corrected'), ('CLOSED', 'closed'), ('ENTERED_IN_ERROR', 'entered in error')], max_length=16)),
                    ('summary', models.TextField()),
                    ('source_table', models.CharField(blank=True, help_text='Table of whatever else raised it.', max_length=63)),
                    ('source_id', models.BigIntegerField(null=True)),
                    ('due_on', models.DateField()),
                    ('immediate_action', models.TextField(blank=True)),
                    ('root_cause', models.TextField(blank=True)),
                    ('corrective_action', models.TextField(blank=True)),
                    ('preventive_action', models.TextField(blank=True)),
                    ('corrected_at', models.DateTimeField(null=True)),
                    ('effectiveness_due_on', models.DateField(null=True)),
                    ('effectiveness', models.TextField(blank=True)),
                    ('closed_at', models.DateTimeField(null=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('corrected_by', models.ForeignKey(help_text='Who carried out the correction.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('instrument', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='nonconformities', to='assays.instrument')),
                    ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='nonconformities', to='assays.order')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('report', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='nonconformities', to='assays.report')),
                    ('responsible', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('result', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='nonconformities', to='assays.result')),
                    ('specimen', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='nonconformities', to='assays.specimen')),
                    ('control_measurement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='nonconformities', to='assays.controlmeasurement')),
                ],
                options={
                    'verbose_name_plural': 'nonconformities',
                    'indexes': [models.Index(condition=models.Q(('status__in', ['OPEN', 'INVESTIGATING', 'CORRECTED'])), fields=['due_on', 'id'], name='assays_nonconformity_unsettled'), models.Index(condition=models.Q(('source_table', ''), _negated=True), fields=['source_table', 'source_id'], name='assays_nonconformity_source'), models.Index(fields=['recorded_by', '-id'], name='assays_nonconformity_reporter')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['OPEN', 'INVESTIGATING', 'CORRECTED', 'CLOSED', 'ENTERED_IN_ERROR'])), name='assays_nonconformity_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['CORRECTED', 'CLOSED']), _negated=True), models.Q(('corrected_at__isnull', False), ('corrected_by__isnull', False), models.Q(('corrective_action', ''), _negated=True)), _connector='OR'), name='assays_nonconformity_corrected_by_someone'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'CLOSED'), _negated=True), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='assays_nonconformity_closed_by_someone'), models.CheckConstraint(condition=models.Q(('closed_by', None), models.Q(('closed_by', models.F('corrected_by')), _negated=True), _connector='OR'), name='assays_nonconformity_closed_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('source_id', None), ('source_table', '')), models.Q(models.Q(('source_table', ''), _negated=True), ('source_id__isnull', False)), _connector='OR'), name='assays_nonconformity_source_whole')],
                },
            ), migrations.CreateModel(
                name='NonconformityEvent',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('old', models.CharField(blank=True, max_length=16)),
                    ('new', models.CharField(max_length=16)),
                    ('changes', models.JSONField(default=dict, help_text='What was written down in this step, by field.')),
                    ('remark', models.TextField(blank=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('nonconformity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.nonconformity')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
            ), migrations.CreateModel(
                name='NoticeClosure',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('reason', models.TextField()),
                    ('at', models.DateTimeField()),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('notice', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='closure', to='assays.correctionnotice')),
                ],
                options={
                    'verbose_name': 'given-up notice',
                    'verbose_name_plural': 'given-up notices',
                },
            ), migrations.CreateModel(
                name='Order',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('priority', models.PositiveSmallIntegerField(choices=[(0, 'STAT'), (1, 'ASAP'), (2, 'URGENT'), (3, 'ROUTINE')], default=3)),
                    ('intent', models.CharField(choices=[('ORDER', 'order'), ('REFLEX_ORDER', 'reflex order')], default='ORDER', max_length=12)),
                    ('clinical_question', models.TextField(blank=True)),
                    ('status', models.CharField(choices=[('DRAFT', 'draft'), ('ACTIVE', 'active'), ('ON_HOLD', 'on hold'), ('COMPLETED', 'completed'), ('REVOKED', 'revoked'), ('ENTERED_IN_ERROR', 'entered in error')], max_length=16)),
                    ('recorded_at', models.DateTimeField()),
                    ('encounter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='patients.encounter')),
                    ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='patients.person')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('requester', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='accounts.principal')),
                ],
                options={
                    'indexes': [models.Index(fields=['requester', '-id'], name='assays_order_by_requester'), models.Index(condition=models.Q(('status', 'ACTIVE')), fields=['id'], name='assays_order_active'), models.Index(fields=['person', '-id'], name='assays_order_by_person')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'ACTIVE', 'ON_HOLD', 'COMPLETED', 'REVOKED', 'ENTERED_IN_ERROR'])), name='assays_order_status_known')],
                },
            ), migrations.CreateModel(
                name='OrderAnswer',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('value', models.CharField(max_length=200)),
                    ('recorded_at', models.DateTimeField()),
                    ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='assays.order')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='assays.orderquestion')),
                ],
                options={
                    'verbose_name': 'answer at order',
                    'verbose_name_plural': 'answers at order',
                    'constraints': [models.UniqueConstraint(fields=('order', 'question'), name='assays_orderanswer_once_per_order'), models.CheckConstraint(condition=models.Q(('value', ''), _negated=True), name='assays_orderanswer_said')],
                },
            ), migrations.CreateModel(
                name='OrderEvent',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('old', models.CharField(blank=True, max_length=16)),
                    ('new', models.CharField(max_length=16)),
                    ('reason', models.TextField(blank=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.order')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.orderitem')),
                ],
            ), migrations.CreateModel(
                name='OrderItem',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('status', models.CharField(choices=[('ORDERED', 'ordered'), ('IN_PROCESS', 'in process'), ('COMPLETED', 'completed'), ('CANCELLED', 'cancelled'), ('HELD', 'held')], max_length=12)),
                    ('assay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='order_items', to='assays.assay')),
                    ('order', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='assays.order')),
                    ('panel_version', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.panelversion')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('order', 'assay'), name='assays_orderitem_once_per_order'), models.CheckConstraint(condition=models.Q(('status__in', ['ORDERED', 'IN_PROCESS', 'COMPLETED', 'CANCELLED', 'HELD'])), name='assays_orderitem_status_known')],
                },
            ), migrations.CreateModel(
                name='OrderQuestion',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('code', models.SlugField(max_length=32)),
                    ('text', models.CharField(max_length=160)),
                    ('kind', models.CharField(choices=[('YES_NO', 'yes no'), ('CHOICE', 'choice'), ('NUMBER', 'number'), ('DATE', 'date'), ('TEXT', 'text')], max_length=6)),
                    ('unit', models.CharField(blank=True, help_text='UCUM, of a number', max_length=40)),
                    ('options', models.JSONField(blank=True, default=list, help_text='What is chosen from.')),
                    ('is_required', models.BooleanField(default=False)),
                    ('position', models.PositiveSmallIntegerField(default=1)),
                    ('is_active', models.BooleanField(default=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('assay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='order_questions', to='assays.assay')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'verbose_name': 'question at order',
                    'verbose_name_plural': 'questions at order',
                    'constraints': [models.UniqueConstraint(condition=models.Q(('is_active', True)), fields=('assay', 'code'), name='assays_orderquestion_asked_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['YES_NO', 'CHOICE', 'NUMBER', 'DATE', 'TEXT'])), name='assays_orderquestion_kind_known')],
                },
            ), migrations.CreateModel(
                name='OrderSeries',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('name', models.CharField(max_length=80)),
                    ('planned_zero', models.DateTimeField()),
                    ('recorded_at', models.DateTimeField()),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='series', to='patients.person')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('protocol', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='series', to='assays.seriesprotocol')),
                ],
                options={
                    'verbose_name': 'series',
                    'verbose_name_plural': 'series',
                },
            ), migrations.CreateModel(
                name='Panel',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('code', models.SlugField(max_length=32, unique=True)),
                    ('name', models.CharField(max_length=80)),
                    ('is_active', models.BooleanField(default=True)),
                ],
            ), migrations.CreateModel(
                name='PanelMember',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('assay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.assay')),
                    ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='assays.panelversion')),
                ],
                options={
                    'ordering': ['position'],
                    'constraints': [models.UniqueConstraint(fields=('version', 'assay'), name='assays_panelmember_once')],
                },
            ), migrations.CreateModel(
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
                    ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('panel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='assays.panel')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('panel', 'number'), name='assays_panelversion_number'), models.UniqueConstraint(condition=models.Q(('status', 'ACTIVE')), fields=('panel',), name='assays_panelversion_one_active'), models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'DISCARDED']), models.Q(('approved_by__isnull', False), models.Q(models.Q(('approved_by', models.F('drafted_by')), _negated=True), ('drafted_by', 5), _connector='OR')), _connector='OR'), name='assays_panelversion_approved_by_another')],
                },
            ), migrations.CreateModel(
                name='PatientAverage',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('number', models.PositiveIntegerField()),
                    ('method', models.CharField(choices=[('EWMA', 'exponentially weighted (EWMA)'), ('MEAN', 'mean of the last values'), ('MEDIAN', 'median of the last values')], default='EWMA', max_length=6)),
                    ('unit', models.CharField(max_length=40)),
                    ('truncate_low', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, help_text='Values below count for nothing.', max_digits=38, null=True, verbose_name='leave out below')),
                    ('truncate_high', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, help_text='Values above count for nothing.', max_digits=38, null=True, verbose_name='leave out above')),
                    ('weight', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, help_text='Of the newest value in an EWMA: above 0, at most 1; often 0.05 to 0.2.', max_digits=38, null=True)),
                    ('block', models.PositiveIntegerField(blank=True, help_text='How many values a mean or median is taken of.', null=True)),
                    ('target', labsys.lib.fields.ExactDecimalField(decimal_places=18, help_text='Where the average of patients lies in control.', max_digits=38)),
                    ('sd', labsys.lib.fields.ExactDecimalField(decimal_places=18, help_text='Of the single values that are not left out.', max_digits=38, verbose_name='SD of patients')),
                    ('limit_sd', labsys.lib.fields.ExactDecimalField(decimal_places=18, default=3, help_text='How many SD of the average lie within its limits.', max_digits=38, verbose_name='limits at')),
                    ('note', models.TextField(blank=True, help_text='Why this version was made.')),
                    ('status', models.CharField(choices=[('DRAFT', 'draft'), ('APPROVED', 'approved'), ('ACTIVE', 'active'), ('RETIRED', 'retired'), ('DISCARDED', 'discarded')], max_length=9)),
                    ('drafted_at', models.DateTimeField()),
                    ('approved_at', models.DateTimeField(null=True)),
                    ('active_from', models.DateTimeField(null=True)),
                    ('active_until', models.DateTimeField(null=True)),
                    ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('assay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='patient_averages', to='assays.assay')),
                    ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('assay', 'number'), name='assays_patientaverage_number'), models.UniqueConstraint(condition=models.Q(('status', 'ACTIVE')), fields=('assay',), name='assays_patientaverage_one_active'), models.CheckConstraint(condition=models.Q(models.Q(('block', None), ('method', 'EWMA'), ('weight__gt', 0), ('weight__lte', 1)), models.Q(('block__gte', 2), ('block__lte', 1000), ('method__in', ['MEAN', 'MEDIAN']), ('weight', None)), _connector='OR'), name='assays_patientaverage_method_whole'), models.CheckConstraint(condition=models.Q(('limit_sd__gt', 0), ('sd__gt', 0)), name='assays_patientaverage_sd_above_zero'), models.CheckConstraint(condition=models.Q(('truncate_low', None), ('truncate_high', None), ('truncate_low__lt', models.F('truncate_high')), _connector='OR'), name='assays_patientaverage_truncation_in_order'), models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'DISCARDED']), models.Q(('approved_by__isnull', False), models.Q(models.Q(('approved_by', models.F('drafted_by')), _negated=True), ('drafted_by', 5), _connector='OR')), _connector='OR'), name='assays_patientaverage_approved_by_another')],
                },
            ), migrations.CreateModel(
                name='PlausibilityOverride',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('reason', models.TextField()),
                    ('limits', models.JSONField(help_text='The plausibility limits that were overridden, frozen.')),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('result', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='plausibility_override', to='assays.result')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='assays_plausibilityoverride_has_a_reason')],
                },
            ), migrations.CreateModel(
                name='QualityTargets',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('number', models.PositiveIntegerField()),
                    ('source', models.TextField(help_text='Where it is from: insert, paper, own trial.')),
                    ('status', models.CharField(choices=[('DRAFT', 'draft'), ('APPROVED', 'approved'), ('ACTIVE', 'active'), ('RETIRED', 'retired'), ('DISCARDED', 'discarded')], max_length=9)),
                    ('drafted_at', models.DateTimeField()),
                    ('approved_at', models.DateTimeField(null=True)),
                    ('active_from', models.DateTimeField(null=True)),
                    ('active_until', models.DateTimeField(null=True)),
                    ('code', models.SlugField(default='quality', max_length=32)),
                    ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'verbose_name': 'quality targets',
                    'verbose_name_plural': 'quality targets',
                    'constraints': [models.UniqueConstraint(fields=('code', 'number'), name='assays_qualitytargets_number'), models.UniqueConstraint(condition=models.Q(('status', 'ACTIVE')), fields=('code',), name='assays_qualitytargets_one_active'), models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'DISCARDED']), models.Q(('approved_by__isnull', False), models.Q(models.Q(('approved_by', models.F('drafted_by')), _negated=True), ('drafted_by', 5), _connector='OR')), _connector='OR'), name='assays_qualitytargets_approved_by_another')],
                },
            ), migrations.CreateModel(
                name='RangeRefusal',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('reason', models.TextField()),
                    ('recorded_at', models.DateTimeField()),
                    ('critical_limit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refusals', to='assays.criticallimit')),
                    ('interval', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refusals', to='assays.referenceinterval')),
                    ('plausibility', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='plausibility_refusals', to='assays.assayversion')),
                    ('refused_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('reportable', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reportable_refusals', to='assays.assayversion')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('critical_limit__isnull', True), ('interval__isnull', False), ('plausibility__isnull', True), ('reportable__isnull', True)), models.Q(('critical_limit__isnull', False), ('interval__isnull', True), ('plausibility__isnull', True), ('reportable__isnull', True)), models.Q(('critical_limit__isnull', True), ('interval__isnull', True), ('plausibility__isnull', False), ('reportable__isnull', True)), models.Q(('critical_limit__isnull', True), ('interval__isnull', True), ('plausibility__isnull', True), ('reportable__isnull', False)), _connector='OR'), name='assays_rangerefusal_one_row'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='assays_rangerefusal_says_why')],
                },
            ), migrations.CreateModel(
                name='RangeSignature',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('note', models.TextField(blank=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('signed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('interval', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signature', to='assays.referenceinterval')),
                    ('critical_limit', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signature', to='assays.criticallimit')),
                    ('plausibility', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='plausibility_signature', to='assays.assayversion')),
                    ('reportable', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reportable_signature', to='assays.assayversion')),
                    ('step_up', models.ForeignKey(db_index=False, help_text='The password given again; rows signed before it was asked for have none.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.stepup')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('critical_limit__isnull', True), ('interval__isnull', False), ('plausibility__isnull', True), ('reportable__isnull', True)), models.Q(('critical_limit__isnull', False), ('interval__isnull', True), ('plausibility__isnull', True), ('reportable__isnull', True)), models.Q(('critical_limit__isnull', True), ('interval__isnull', True), ('plausibility__isnull', False), ('reportable__isnull', True)), models.Q(('critical_limit__isnull', True), ('interval__isnull', True), ('plausibility__isnull', True), ('reportable__isnull', False)), _connector='OR'), name='assays_rangesignature_one_row')],
                },
            ), migrations.CreateModel(
                name='Reagent',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('name', models.CharField(max_length=80, unique=True)),
                    ('maker', models.CharField(max_length=80)),
                    ('catalogue_number', models.CharField(blank=True, max_length=40)),
                    ('kind', models.CharField(choices=[('REAGENT', 'reagent'), ('CALIBRATOR', 'calibrator'), ('CONSUMABLE', 'consumable')], default='REAGENT', max_length=10)),
                    ('counted_in', models.CharField(help_text='What the stock is counted in, such as kits.', max_length=20, verbose_name='counted in')),
                    ('days_open', models.PositiveIntegerField(blank=True, help_text='How long it may be used once opened; left empty: until it expires.', null=True, verbose_name='days once opened')),
                    ('is_active', models.BooleanField(default=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('days_open', None), ('days_open__gt', 0), _connector='OR'), name='assays_reagent_days_open_above_zero')],
                },
            ), migrations.CreateModel(
                name='ReagentLot',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('number', models.CharField(max_length=40, verbose_name='lot number')),
                    ('expires_on', models.DateField(verbose_name='expires on')),
                    ('opened_at', models.DateTimeField(null=True)),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('end_reason', models.CharField(blank=True, max_length=300)),
                    ('recorded_at', models.DateTimeField()),
                    ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('opened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('reagent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lots', to='assays.reagent')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['expires_on', 'id'], name='assays_reagentlot_on_hand')],
                    'constraints': [models.UniqueConstraint(fields=('reagent', 'number'), name='assays_reagentlot_once'), models.CheckConstraint(condition=models.Q(models.Q(('opened_at', None), ('opened_by', None)), models.Q(('opened_at__isnull', False), ('opened_by__isnull', False)), _connector='OR'), name='assays_reagentlot_opened_by_someone'), models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), models.Q(('end_reason', ''), _negated=True)), _connector='OR'), name='assays_reagentlot_ended_by_someone')],
                },
            ), migrations.CreateModel(
                name='ReagentMovement',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('RECEIVED', 'received'), ('TAKEN', 'taken out'), ('DISCARDED', 'discarded'), ('COUNTED', 'set right by counting')], max_length=9)),
                    ('change', labsys.lib.fields.ExactDecimalField(decimal_places=18, max_digits=38)),
                    ('happened_at', models.DateTimeField()),
                    ('remark', models.CharField(blank=True, max_length=300)),
                    ('recorded_at', models.DateTimeField()),
                    ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='assays.reagentlot')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('change__gt', 0), ('kind', 'RECEIVED')), models.Q(('change__lt', 0), ('kind__in', ['TAKEN', 'DISCARDED'])), models.Q(('kind', 'COUNTED'), models.Q(('change', 0), _negated=True)), _connector='OR'), name='assays_reagentmovement_sign')],
                },
            ), migrations.CreateModel(
                name='ReagentPeriod',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('since', models.DateTimeField()),
                    ('until', models.DateTimeField(null=True)),
                    ('was_expired', models.BooleanField(default=False)),
                    ('was_out_of_turn', models.BooleanField(default=False, help_text='A lot that expires earlier was on hand.')),
                    ('reason', models.CharField(blank=True, max_length=300)),
                    ('recorded_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('assay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.assay')),
                    ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.instrument')),
                    ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='periods', to='assays.reagentlot')),
                    ('reagent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.reagent')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'indexes': [models.Index(fields=['instrument', 'assay', '-since'], name='assays_reagentperiod_pair')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('reagent', 'instrument', 'assay'), name='assays_reagentperiod_one_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None), ('until', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), ('until__gte', models.F('since'))), _connector='OR'), name='assays_reagentperiod_ends_after_it_began'), models.CheckConstraint(condition=models.Q(models.Q(('was_expired', False), ('was_out_of_turn', False)), models.Q(('reason', ''), _negated=True), _connector='OR'), name='assays_reagentperiod_exception_has_a_reason')],
                },
            ), migrations.CreateModel(
                name='ReagentPlace',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('is_active', models.BooleanField(default=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('assay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.assay')),
                    ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reagent_places', to='assays.instrument')),
                    ('reagent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='assays.reagent')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('reagent', 'instrument', 'assay'), name='assays_reagentplace_once')],
                },
            ), migrations.CreateModel(
                name='Receipt',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('scan', models.CharField(max_length=80)),
                    ('outcome', models.CharField(choices=[('RECEIVED', 'received'), ('WARNED', 'received, look at it'), ('REFUSED', 'not received')], max_length=8)),
                    ('why', models.TextField(blank=True)),
                    ('conditions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=4), default=list, help_text='HL7 table 0493', size=None)),
                    ('remark', models.CharField(blank=True, max_length=500)),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('specimen', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='assays.specimen')),
                ],
                options={
                    'indexes': [models.Index(fields=['recorded_by', '-id'], name='assays_receipt_by_receiver'), models.Index(fields=['specimen', 'id'], name='assays_receipt_of')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('outcome', 'REFUSED'), ('specimen__isnull', False), _connector='OR'), name='assays_receipt_of_a_specimen')],
                },
            ), migrations.CreateModel(
                name='Recording',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('door', models.CharField(choices=[('ADMIN', 'typed in'), ('HTTP', 'sent over HTTP'), ('INSTRUMENT', 'sent by an instrument'), ('CALCULATION', 'calculated')], max_length=11)),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('specimen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recordings', to='assays.specimen')),
                ],
            ), migrations.CreateModel(
                name='RecordingForm',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('token', models.UUIDField()),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('recording', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='form', to='assays.recording')),
                    ('specimen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.specimen')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('token', 'specimen'), name='assays_recordingform_once_per_specimen')],
                },
            ), migrations.CreateModel(
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
                    ('copied_from', models.ForeignKey(help_text='The same row of the version before; its signature holds on.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.referenceinterval')),
                    ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='intervals', to='assays.assayversion')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('established', False), ('high', None), ('low', None), models.Q(('reason', ''), _negated=True)), models.Q(('established', True), models.Q(('low__isnull', False), ('high__isnull', False), _connector='OR')), _connector='OR'), name='assays_referenceinterval_stated'), models.CheckConstraint(condition=models.Q(('low', None), ('high', None), ('low__lte', models.F('high')), _connector='OR'), name='assays_referenceinterval_low_below_high')],
                },
            ), migrations.CreateModel(
                name='ReferralLaboratory',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('code', models.SlugField(max_length=32, unique=True)),
                    ('name', models.CharField(max_length=120)),
                    ('address', models.TextField(blank=True)),
                    ('is_active', models.BooleanField(default=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'verbose_name_plural': 'referral laboratories',
                },
            ), migrations.CreateModel(
                name='ReflexAddition',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('assay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.assay')),
                    ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='additions', to='assays.reflexversion')),
                ],
                options={
                    'ordering': ['position'],
                    'constraints': [models.UniqueConstraint(fields=('version', 'assay'), name='assays_reflexaddition_once')],
                },
            ), migrations.CreateModel(
                name='ReflexCondition',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('kind', models.CharField(choices=[('VALUE', 'value'), ('FLAG', 'flag'), ('CODE', 'code')], max_length=5)),
                    ('comparison', models.CharField(blank=True, max_length=2)),
                    ('value', models.CharField(max_length=64)),
                    ('analyte', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.analyte')),
                    ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conditions', to='assays.reflexversion')),
                ],
                options={
                    'ordering': ['position'],
                    'constraints': [models.UniqueConstraint(fields=('version', 'position'), name='assays_reflexcondition_place'), models.CheckConstraint(condition=models.Q(models.Q(('comparison__in', ['<', '<=', '>', '>=']), ('kind', 'VALUE')), models.Q(('comparison', ''), ('kind__in', ['FLAG', 'CODE'])), _connector='OR'), name='assays_reflexcondition_comparison_of_values')],
                },
            ), migrations.CreateModel(
                name='ReflexFiring',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('outcome', models.CharField(choices=[('ORDERED', 'ordered'), ('ORDERED_BEFORE', 'ordered before'), ('CHAIN_ENDED', 'chain ended'), ('NOT_OFFERED', 'not offered')], max_length=16)),
                    ('depth', models.PositiveSmallIntegerField(help_text='1 for a result that a person ordered, 2 for one that a reflex ordered, ...')),
                    ('facts', models.JSONField(help_text='The results that met the conditions.')),
                    ('recorded_at', models.DateTimeField()),
                    ('order', models.OneToOneField(help_text='Its order.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reflex', to='assays.order')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('result', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reflexes', to='assays.result')),
                    ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='firings', to='assays.reflexrule')),
                    ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='firings', to='assays.reflexversion')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('rule', 'result'), name='assays_reflexfiring_once'), models.CheckConstraint(condition=models.Q(models.Q(('order__isnull', False), ('outcome', 'ORDERED')), models.Q(models.Q(('outcome', 'ORDERED'), _negated=True), ('order', None)), _connector='OR'), name='assays_reflexfiring_order_of_ordered')],
                },
            ), migrations.CreateModel(
                name='ReflexRule',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('code', models.SlugField(max_length=32, unique=True)),
                    ('name', models.CharField(max_length=120)),
                ],
            ), migrations.CreateModel(
                name='ReflexVersion',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('number', models.PositiveIntegerField()),
                    ('match', models.CharField(choices=[('ANY', 'any'), ('ALL', 'all')], max_length=3)),
                    ('note', models.TextField(blank=True, help_text='Why this version was made.')),
                    ('status', models.CharField(choices=[('DRAFT', 'draft'), ('APPROVED', 'approved'), ('ACTIVE', 'active'), ('RETIRED', 'retired'), ('DISCARDED', 'discarded')], max_length=9)),
                    ('drafted_at', models.DateTimeField()),
                    ('approved_at', models.DateTimeField(null=True)),
                    ('active_from', models.DateTimeField(null=True)),
                    ('active_until', models.DateTimeField(null=True)),
                    ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='assays.reflexrule')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('rule', 'number'), name='assays_reflexversion_number'), models.UniqueConstraint(condition=models.Q(('status', 'ACTIVE')), fields=('rule',), name='assays_reflexversion_one_active'), models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'APPROVED', 'ACTIVE', 'RETIRED', 'DISCARDED'])), name='assays_reflexversion_status_known'), models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'DISCARDED']), models.Q(('approved_by__isnull', False), models.Q(models.Q(('approved_by', models.F('drafted_by')), _negated=True), ('drafted_by', 5), _connector='OR')), _connector='OR'), name='assays_reflexversion_approved_by_another')],
                },
            ), migrations.CreateModel(
                name='Report',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('status', models.CharField(choices=[('REGISTERED', 'registered'), ('PARTIAL', 'partial'), ('PRELIMINARY', 'preliminary'), ('FINAL', 'final'), ('AMENDED', 'amended'), ('CORRECTED', 'corrected'), ('APPENDED', 'appended'), ('CANCELLED', 'cancelled'), ('ENTERED_IN_ERROR', 'entered in error')], max_length=16)),
                    ('recorded_at', models.DateTimeField()),
                    ('order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='report', to='assays.order')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['REGISTERED', 'PARTIAL', 'PRELIMINARY', 'FINAL', 'AMENDED', 'CORRECTED', 'APPENDED', 'CANCELLED', 'ENTERED_IN_ERROR'])), name='assays_report_status_known')],
                },
            ), migrations.CreateModel(
                name='ReportAccess',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('VIEWED', 'viewed'), ('PRINTED', 'printed'), ('DOWNLOADED', 'downloaded')], max_length=10)),
                    ('at', models.DateTimeField()),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accesses', to='assays.reportversion')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['VIEWED', 'PRINTED', 'DOWNLOADED'])), name='assays_reportaccess_kind_known')],
                    'verbose_name': 'look at a report',
                    'verbose_name_plural': 'looks at reports',
                },
            ), migrations.CreateModel(
                name='ReportDocument',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pdf', models.BinaryField()),
                    ('sha256', models.CharField(help_text="Of the PDF's bytes.", max_length=64)),
                    ('template', models.PositiveSmallIntegerField(help_text='Version of the template.')),
                    ('worker', models.CharField(blank=True, max_length=128)),
                    ('task_id', models.CharField(blank=True, max_length=64)),
                    ('rendered_at', models.DateTimeField()),
                    ('rendered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='document', to='assays.reportversion')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='assays_reportdocument_digest')],
                },
            ), migrations.CreateModel(
                name='ReportVersion',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('number', models.PositiveIntegerField()),
                    ('status', models.CharField(choices=[('REGISTERED', 'registered'), ('PARTIAL', 'partial'), ('PRELIMINARY', 'preliminary'), ('FINAL', 'final'), ('AMENDED', 'amended'), ('CORRECTED', 'corrected'), ('APPENDED', 'appended'), ('CANCELLED', 'cancelled'), ('ENTERED_IN_ERROR', 'entered in error')], max_length=16)),
                    ('content', models.JSONField(help_text='All that is printed, with what changed since the version before.')),
                    ('result_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), help_text='The results whose values this version gives.', size=None)),
                    ('sha256', models.CharField(help_text='Of the content in its canonical form.', max_length=64)),
                    ('reason', models.TextField(blank=True)),
                    ('made_at', models.DateTimeField()),
                    ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='assays.report')),
                    ('preliminary_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='The results not released yet whose values this version gives.', size=None)),
                ],
                options={
                    'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['result_ids'], name='assays_reportversion_results'), django.contrib.postgres.indexes.GinIndex(fields=['preliminary_ids'], name='assays_reportversion_prelim'), models.Index(fields=['made_at', 'id'], name='assays_reportversion_made')],
                    'constraints': [models.UniqueConstraint(fields=('report', 'number'), name='assays_reportversion_number'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='assays_reportversion_counts_from_one'), models.CheckConstraint(condition=models.Q(('status__in', ['REGISTERED', 'PARTIAL', 'PRELIMINARY', 'FINAL', 'AMENDED', 'CORRECTED', 'APPENDED', 'CANCELLED', 'ENTERED_IN_ERROR'])), name='assays_reportversion_status_known'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='assays_reportversion_digest')],
                },
            ), migrations.CreateModel(
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
                    ('analyte', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='assays.analyte')),
                    ('assay_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='assays.assayversion')),
                    ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='assays.result')),
                    ('entered_by', models.ForeignKey(db_index=False, help_text='Who supplied the value; for a calculation, who supplied its inputs.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('instrument', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.instrument')),
                    ('order_item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='results', to='assays.orderitem')),
                    ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='results', to='patients.person')),
                    ('recorded_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('recording', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='assays.recording')),
                    ('reference_interval', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='results', to='assays.referenceinterval')),
                    ('released_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('verified_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('specimen', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='results', to='assays.specimen')),
                    ('transmission_item', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='result', to='assays.transmissionitem')),
                    ('signature', models.ForeignKey(db_index=False, help_text='By which it was released.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.signature')),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('status__in', ['RESULTED', 'TECHNICALLY_VERIFIED'])), fields=['section', 'priority', 'recorded_at', 'id'], name='assays_result_worklist'), models.Index(condition=models.Q(('status__in', ['RESULTED', 'TECHNICALLY_VERIFIED'])), fields=['priority', 'recorded_at', 'id'], name='assays_result_worklist_all'), models.Index(fields=['person', 'analyte', '-collected_at'], name='assays_result_series'), models.Index(fields=['person', '-id'], name='assays_result_by_person'), models.Index(fields=['specimen', 'id'], name='assays_result_by_specimen'), models.Index(condition=models.Q(('instrument__isnull', False)), fields=['instrument', 'analyte', 'observed_at', 'id'], name='assays_result_measured'), models.Index(condition=models.Q(('released_at__isnull', False)), fields=['released_at'], name='assays_result_released'), models.Index(fields=['person', '-collected_at', '-id'], name='assays_result_newest')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('absent_reason', ''), ('kind', 'NUMERIC'), ('value__isnull', False), ('value_code', ''), ('value_text', ''), models.Q(('unit', ''), _negated=True)), models.Q(('absent_reason', ''), ('comparator', ''), ('kind', 'CODED'), ('value', None), ('value_text', ''), models.Q(('value_code', ''), _negated=True)), models.Q(('absent_reason', ''), ('comparator', ''), ('kind', 'TEXT'), ('value', None), ('value_code', ''), models.Q(('value_text', ''), _negated=True)), models.Q(('comparator', ''), ('kind', 'ABSENT'), ('value', None), ('value_code', ''), ('value_text', ''), models.Q(('absent_reason', ''), _negated=True)), _connector='OR'), name='assays_result_one_form_of_value'), models.CheckConstraint(condition=models.Q(('comparator__in', ['', '<', '<=', '>', '>='])), name='assays_result_comparator_known'), models.CheckConstraint(condition=models.Q(('status__in', ['RESULTED', 'TECHNICALLY_VERIFIED', 'RELEASED', 'CANCELLED', 'SUPERSEDED', 'ENTERED_IN_ERROR'])), name='assays_result_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('verified_by', None), models.Q(('verified_by', models.F('entered_by')), _negated=True), _connector='OR'), models.Q(('verified_by', None), models.Q(('verified_by', models.F('recorded_by')), _negated=True), _connector='OR'), models.Q(('released_by', None), models.Q(('released_by', models.F('entered_by')), _negated=True), _connector='OR'), models.Q(('released_by', None), models.Q(('released_by', models.F('recorded_by')), _negated=True), _connector='OR')), name='assays_result_verified_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'TECHNICALLY_VERIFIED'), _negated=True), models.Q(('verified_at__isnull', False), ('verified_by__isnull', False)), _connector='OR'), name='assays_result_verified_by_someone'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'RELEASED'), _negated=True), models.Q(('released_at__isnull', False), ('released_by__isnull', False)), _connector='OR'), name='assays_result_released_by_someone'), models.CheckConstraint(condition=models.Q(('corrects', None), models.Q(('corrects', models.F('id')), _negated=True), _connector='OR'), name='assays_result_not_own_correction'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'RELEASED'), _negated=True), ('signature__isnull', False), _connector='OR'), name='assays_result_released_under_a_signature')],
                },
            ), migrations.CreateModel(
                name='ResultAcknowledgement',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('stage', models.CharField(choices=[('PRELIMINARY', 'preliminary'), ('RELEASED', 'released')], max_length=11)),
                    ('note', models.TextField(blank=True)),
                    ('plan', models.TextField(blank=True)),
                    ('at', models.DateTimeField()),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgements', to='assays.inboxentry')),
                    ('report_version', models.ForeignKey(help_text='The newest version that gave this value then.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgements', to='assays.reportversion')),
                    ('result', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgements', to='assays.result')),
                ],
                options={
                    'verbose_name': 'acknowledgement',
                    'verbose_name_plural': 'acknowledgements',
                    'indexes': [models.Index(fields=['by', '-id'], name='assays_acknowledgement_by')],
                    'constraints': [models.UniqueConstraint(fields=('entry', 'by'), name='assays_resultacknowledgement_once_each')],
                },
            ), migrations.CreateModel(
                name='ResultComment',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('NOTE', 'laboratory note'), ('COMMENT', 'comment on the report'), ('INTERPRETATION', 'interpretation on the report'), ('ADDENDUM', 'addendum')], max_length=14)),
                    ('text', models.TextField(blank=True, help_text='Empty only where an earlier text is taken back.')),
                    ('reason', models.TextField(blank=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('replaces', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='assays.resultcomment')),
                    ('result', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='assays.result')),
                    ('signature', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='assays.signature')),
                    ('is_by_rule', models.BooleanField(default=False)),
                    ('coded', models.ForeignKey(help_text='The comment of the catalogue whose wording this is, as it was then.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='said', to='assays.codedcommentversion')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['NOTE', 'COMMENT', 'INTERPRETATION', 'ADDENDUM'])), name='assays_resultcomment_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), ('replaces__isnull', False), _connector='OR'), name='assays_resultcomment_says_something'), models.CheckConstraint(condition=models.Q(('replaces', None), models.Q(('reason', ''), _negated=True), _connector='OR'), name='assays_resultcomment_replaced_for_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'ADDENDUM'), _negated=True), ('signature__isnull', False), _connector='OR'), name='assays_resultcomment_addendum_signed'), models.CheckConstraint(condition=models.Q(('replaces', None), models.Q(('replaces', models.F('id')), _negated=True), _connector='OR'), name='assays_resultcomment_not_own_replacement'), models.CheckConstraint(condition=models.Q(('is_by_rule', False), ('coded__isnull', False), _connector='OR'), name='assays_resultcomment_rule_of_coded'), models.UniqueConstraint(condition=models.Q(('is_by_rule', True)), fields=('result', 'coded'), name='assays_resultcomment_by_rule_once')],
                    'indexes': [models.Index(condition=models.Q(('signature__isnull', False)), fields=['recorded_at'], name='assays_resultcomment_signed')],
                },
            ), migrations.CreateModel(
                name='ResultEvent',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('old', models.CharField(max_length=20)),
                    ('new', models.CharField(max_length=20)),
                    ('reason', models.TextField(blank=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('result', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.result')),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('new__in', ['SUPERSEDED', 'ENTERED_IN_ERROR', 'CANCELLED'])), fields=['recorded_at'], name='assays_resultevent_withdrawals')],
                },
            ), migrations.CreateModel(
                name='ResultHold',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('MANUAL', 'set by a person'), ('IMPLAUSIBLE', 'outside the plausibility limits'), ('DELTA', 'delta check failed'), ('PREDECESSOR_PARKED', 'an earlier analysis is parked'), ('QC', 'the instrument is out of control')], max_length=18)),
                    ('reason', models.TextField()),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('result', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='assays.result')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'MANUAL'), _negated=True), fields=('result', 'kind'), name='assays_resulthold_one_of_each_automatic_kind')],
                    'indexes': [models.Index(condition=models.Q(('kind', 'MANUAL')), fields=['recorded_at'], name='assays_resulthold_by_people')],
                },
            ), migrations.CreateModel(
                name='ResultHoldClear',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('reason', models.TextField()),
                    ('recorded_at', models.DateTimeField()),
                    ('hold', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='clear', to='assays.resulthold')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
            ), migrations.CreateModel(
                name='RetentionRule',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('number', models.PositiveIntegerField()),
                    ('source', models.TextField(help_text='Where it is from: insert, paper, own trial.')),
                    ('status', models.CharField(choices=[('DRAFT', 'draft'), ('APPROVED', 'approved'), ('ACTIVE', 'active'), ('RETIRED', 'retired'), ('DISCARDED', 'discarded')], max_length=9)),
                    ('drafted_at', models.DateTimeField()),
                    ('approved_at', models.DateTimeField(null=True)),
                    ('active_from', models.DateTimeField(null=True)),
                    ('active_until', models.DateTimeField(null=True)),
                    ('days', models.PositiveIntegerField(verbose_name='days kept after receipt')),
                    ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('specimen_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='retention_rules', to='assays.specimentype')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('specimen_type', 'number'), name='assays_retentionrule_number'), models.UniqueConstraint(condition=models.Q(('status', 'ACTIVE')), fields=('specimen_type',), name='assays_retentionrule_one_active'), models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'DISCARDED']), models.Q(('approved_by__isnull', False), models.Q(models.Q(('approved_by', models.F('drafted_by')), _negated=True), ('drafted_by', 5), _connector='OR')), _connector='OR'), name='assays_retentionrule_approved_by_another')],
                },
            ), migrations.CreateModel(
                name='RuleSet',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('code', models.SlugField(max_length=32)),
                    ('number', models.PositiveIntegerField()),
                    ('name', models.CharField(max_length=80)),
                    ('sections', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), default=list, help_text='Every assay of these sections.', size=None)),
                    ('rules', models.JSONField(help_text='The rules, in the order in which they are asked.')),
                    ('note', models.TextField(help_text='Why this version was made.')),
                    ('status', models.CharField(choices=[('DRAFT', 'draft'), ('APPROVED', 'approved'), ('ACTIVE', 'active'), ('RETIRED', 'retired'), ('DISCARDED', 'discarded')], max_length=9)),
                    ('drafted_at', models.DateTimeField()),
                    ('approved_at', models.DateTimeField(null=True)),
                    ('active_from', models.DateTimeField(null=True)),
                    ('active_until', models.DateTimeField(null=True)),
                    ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('code', 'number'), name='assays_ruleset_number'), models.UniqueConstraint(condition=models.Q(('status', 'ACTIVE')), fields=('code',), name='assays_ruleset_one_active'), models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'APPROVED', 'ACTIVE', 'RETIRED', 'DISCARDED'])), name='assays_ruleset_status_known'), models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'DISCARDED']), models.Q(('approved_by__isnull', False), models.Q(models.Q(('approved_by', models.F('drafted_by')), _negated=True), ('drafted_by', 5), _connector='OR')), _connector='OR'), name='assays_ruleset_approved_by_another')],
                },
            ), migrations.CreateModel(
                name='RuleSetAssay',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('assay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.assay')),
                    ('rule_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assays', to='assays.ruleset')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('rule_set', 'assay'), name='assays_rulesetassay_once')],
                },
            ), migrations.CreateModel(
                name='RuleSetMode',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('mode', models.CharField(choices=[('SHADOW', 'in the shadow'), ('LIVE', 'live'), ('SUSPENDED', 'suspended')], max_length=9)),
                    ('reason', models.TextField()),
                    ('recorded_at', models.DateTimeField()),
                    ('drafted_by', models.ForeignKey(help_text='Who drafted the version: they never bring it to life themselves.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('rule_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='modes', to='assays.ruleset')),
                ],
                options={
                    'indexes': [models.Index(fields=['rule_set', '-id'], name='assays_rulesetmode_newest')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('mode__in', ['SHADOW', 'LIVE', 'SUSPENDED'])), name='assays_rulesetmode_known'), models.CheckConstraint(condition=models.Q(models.Q(('mode', 'LIVE'), _negated=True), models.Q(('recorded_by', models.F('drafted_by')), _negated=True), _connector='OR'), name='assays_rulesetmode_live_by_another')],
                },
            ), migrations.CreateModel(
                name='RuleTrace',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('mode', models.CharField(choices=[('SHADOW', 'in the shadow'), ('LIVE', 'live'), ('SUSPENDED', 'suspended')], help_text="The set's mode at that moment.", max_length=9)),
                    ('decision', models.CharField(choices=[('RELEASE', 'release'), ('HOLD', 'hold')], max_length=7)),
                    ('method', models.CharField(max_length=32)),
                    ('lines', models.JSONField(help_text='Each law and rule: what it looked at and what it said.')),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('result', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rule_traces', to='assays.result')),
                    ('rule_set', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='traces', to='assays.ruleset')),
                ],
                options={
                    'indexes': [models.Index(fields=['rule_set', '-id'], name='assays_ruletrace_newest')],
                    'constraints': [models.UniqueConstraint(fields=('result', 'rule_set'), name='assays_ruletrace_once'), models.CheckConstraint(condition=models.Q(('decision__in', ['RELEASE', 'HOLD'])), name='assays_ruletrace_decision_known')],
                },
            ), migrations.CreateModel(
                name='SeriesPoint',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('offset_minutes', models.IntegerField()),
                    ('order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='series_point', to='assays.order')),
                    ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='points', to='assays.orderseries')),
                ],
                options={
                    'verbose_name': 'time-point',
                    'verbose_name_plural': 'time-points',
                    'ordering': ['position'],
                    'constraints': [models.UniqueConstraint(fields=('series', 'offset_minutes'), name='assays_seriespoint_once'), models.UniqueConstraint(fields=('series', 'position'), name='assays_seriespoint_place'), models.CheckConstraint(condition=models.Q(('position__gte', 1)), name='assays_seriespoint_counted_from_one')],
                },
            ), migrations.CreateModel(
                name='SeriesProtocol',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('code', models.SlugField(max_length=32, unique=True)),
                    ('name', models.CharField(max_length=80)),
                    ('offsets_minutes', models.JSONField(help_text='Minutes from time zero, rising.')),
                    ('instruction', models.TextField(blank=True, help_text='What is given at time zero, and how.')),
                    ('is_active', models.BooleanField(default=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'verbose_name': 'series protocol',
                    'verbose_name_plural': 'series protocols',
                },
            ), migrations.CreateModel(
                name='SeriesProtocolAssay',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('assay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.assay')),
                    ('protocol', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='assays.seriesprotocol')),
                ],
                options={
                    'verbose_name': 'assay of a series protocol',
                    'verbose_name_plural': 'assays of series protocols',
                    'constraints': [models.UniqueConstraint(fields=('protocol', 'assay'), name='assays_seriesprotocolassay_once')],
                },
            ), migrations.CreateModel(
                name='Shipment',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('status', models.CharField(choices=[('DRAFT', 'draft'), ('SENT', 'sent'), ('RECEIVED', 'received'), ('RETURNED', 'returned'), ('CLOSED', 'closed'), ('CANCELLED', 'cancelled')], max_length=9)),
                    ('temperature', models.CharField(choices=[('AMBIENT', 'room temperature (15 to 25 °C)'), ('REFRIGERATED', 'refrigerated (2 to 8 °C)'), ('FROZEN', 'frozen (-15 to -25 °C)'), ('DEEP_FROZEN', 'deep-frozen (-65 °C or colder)')], max_length=12)),
                    ('courier', models.CharField(blank=True, max_length=120)),
                    ('tracking', models.CharField(blank=True, max_length=80)),
                    ('sent_at', models.DateTimeField(null=True)),
                    ('manifest', models.JSONField(help_text='What was in it, frozen when it was sent.', null=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('destination', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='assays.referrallaboratory')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'SENT', 'RECEIVED', 'RETURNED', 'CLOSED', 'CANCELLED'])), name='assays_shipment_status_known'), models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'CANCELLED']), models.Q(('manifest__isnull', False), ('sent_at__isnull', False), ('sent_by__isnull', False)), _connector='OR'), name='assays_shipment_sent_with_manifest')],
                },
            ), migrations.CreateModel(
                name='ShipmentEvent',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('old', models.CharField(blank=True, max_length=11)),
                    ('new', models.CharField(max_length=11)),
                    ('remark', models.CharField(blank=True, max_length=500)),
                    ('happened_at', models.DateTimeField()),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('shipment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.shipment')),
                    ('line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.shipmentline')),
                ],
            ), migrations.CreateModel(
                name='ShipmentLine',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('status', models.CharField(choices=[('PACKED', 'packed'), ('UNPACKED', 'unpacked'), ('SENT', 'sent'), ('ARRIVED', 'arrived'), ('MISSING', 'missing'), ('BACK', 'back'), ('KEPT', 'kept'), ('WRITTEN_OFF', 'written off')], max_length=11)),
                    ('condition', models.CharField(blank=True, help_text='As the referral laboratory found it.', max_length=200)),
                    ('results_at', models.DateTimeField(help_text='When its results were back.', null=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('shipment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='assays.shipment')),
                    ('specimen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipment_lines', to='assays.specimen')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['PACKED', 'UNPACKED', 'SENT', 'ARRIVED', 'MISSING', 'BACK', 'KEPT', 'WRITTEN_OFF'])), name='assays_shipmentline_status_known'), models.UniqueConstraint(condition=models.Q(('status__in', ['PACKED', 'SENT', 'ARRIVED', 'MISSING'])), fields=('specimen',), name='assays_shipmentline_one_shipment')],
                },
            ), migrations.CreateModel(
                name='Signature',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('signed_name', models.CharField(help_text='The name as it was then.', max_length=150)),
                    ('signed_at', models.DateTimeField()),
                    ('meaning', models.CharField(choices=[('RELEASED', 'reviewed and released'), ('RELEASED_WITH_RESERVATION', 'released with reservation'), ('CORRECTED', 'corrected'), ('AMENDED', 'amended'), ('APPENDED', 'appended'), ('WITHDRAWN', 'marked as entered in error'), ('AUTOVERIFIED', 'released by approved rules')], max_length=26)),
                    ('remark', models.TextField(blank=True)),
                    ('algorithm', models.PositiveSmallIntegerField()),
                    ('sha256', models.CharField(help_text='Of all that this signature says.', max_length=64)),
                    ('shown_sha256', models.CharField(blank=True, help_text='Of the page from which it was given.', max_length=64)),
                    ('rule_set', models.CharField(blank=True, help_text='The version of the rules that signed by themselves.', max_length=400)),
                    ('signed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('step_up', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.stepup')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('meaning__in', ['RELEASED', 'RELEASED_WITH_RESERVATION', 'CORRECTED', 'AMENDED', 'APPENDED', 'WITHDRAWN', 'AUTOVERIFIED'])), name='assays_signature_meaning_known'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='assays_signature_digest'), models.CheckConstraint(condition=models.Q(models.Q(('rule_set', ''), ('step_up__isnull', False), models.Q(('meaning', 'AUTOVERIFIED'), _negated=True)), models.Q(('meaning', 'AUTOVERIFIED'), ('step_up', None), models.Q(('rule_set', ''), _negated=True)), _connector='OR'), name='assays_signature_by_password_or_rules')],
                },
            ), migrations.CreateModel(
                name='SignedResult',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('position', models.PositiveIntegerField()),
                    ('content', models.JSONField(help_text='What was signed, value by value.')),
                    ('sha256', models.CharField(help_text='Of the content in its canonical form.', max_length=64)),
                    ('result', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signed', to='assays.result')),
                    ('signature', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signed', to='assays.signature')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('signature', 'position'), name='assays_signedresult_position'), models.UniqueConstraint(fields=('result', 'signature'), name='assays_signedresult_once'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='assays_signedresult_digest')],
                },
            ), migrations.CreateModel(
                name='Specimen',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('accession', models.CharField(max_length=10, unique=True)),
                    ('priority', models.PositiveSmallIntegerField(choices=[(0, 'STAT'), (1, 'ASAP'), (2, 'URGENT'), (3, 'ROUTINE')], default=3)),
                    ('status', models.CharField(choices=[('EXPECTED', 'expected'), ('COLLECTED', 'collected'), ('RECEIVED', 'received'), ('AVAILABLE', 'available'), ('DISPOSED', 'disposed'), ('UNSATISFACTORY', 'unsatisfactory'), ('LOST', 'lost'), ('ENTERED_IN_ERROR', 'entered in error')], max_length=16)),
                    ('collected_at', models.DateTimeField(null=True)),
                    ('received_at', models.DateTimeField(null=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('collected_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='specimens', to='assays.order')),
                    ('parent', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='aliquots', to='assays.specimen')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='specimens', to='patients.person')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('replaces', models.OneToOneField(help_text='The lost or unsatisfactory specimen this one was asked for instead of.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='assays.specimen')),
                    ('specimen_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.specimentype')),
                    ('cycle', models.CharField(blank=True, choices=[('FOLLICULAR', 'follicular'), ('MIDCYCLE', 'midcycle'), ('LUTEAL', 'luteal'), ('CYCLING', 'cycling'), ('POSTMENOPAUSE', 'postmenopause'), ('NO_CYCLE', 'no cycle')], help_text='As asked at the draw; empty = not asked.', max_length=13)),
                    ('fasting', models.CharField(blank=True, choices=[('FASTING', 'fasting'), ('RANDOM', 'random')], help_text='As asked at the draw; empty = not asked.', max_length=7)),
                    ('volume_ml', labsys.lib.fields.ExactDecimalField(decimal_places=18, help_text='What was poured off, where measured.', max_digits=38, null=True)),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('status__in', ['EXPECTED', 'COLLECTED'])), fields=['priority', 'id'], name='assays_specimen_to_come'), models.Index(fields=['person', '-id'], name='assays_specimen_by_person'), models.Index(condition=models.Q(('parent', None), ('received_at__isnull', False)), fields=['received_at'], name='assays_specimen_arrived'), models.Index(condition=models.Q(('parent__isnull', False)), fields=['parent'], name='assays_specimen_aliquots')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('accession__regex', '^[0-9]{9}[0-9X]$')), name='assays_specimen_accession_form'), models.CheckConstraint(condition=models.Q(('status__in', ['EXPECTED', 'COLLECTED', 'RECEIVED', 'AVAILABLE', 'DISPOSED', 'UNSATISFACTORY', 'LOST', 'ENTERED_IN_ERROR'])), name='assays_specimen_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['COLLECTED', 'RECEIVED', 'AVAILABLE']), _negated=True), ('collected_at__isnull', False), _connector='OR'), name='assays_specimen_collected_before_use'), models.CheckConstraint(condition=models.Q(('parent', None), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='assays_specimen_not_own_parent'), models.CheckConstraint(condition=models.Q(('fasting__in', ['', 'FASTING', 'RANDOM']), ('cycle__in', ['', 'FOLLICULAR', 'MIDCYCLE', 'LUTEAL', 'CYCLING', 'POSTMENOPAUSE', 'NO_CYCLE'])), name='assays_specimen_draw_known'), models.CheckConstraint(condition=models.Q(('parent', None), ('parent__lt', models.F('id')), _connector='OR'), name='assays_specimen_parent_older'), models.CheckConstraint(condition=models.Q(('volume_ml', None), ('volume_ml__gt', 0), _connector='OR'), name='assays_specimen_volume_positive')],
                },
            ), migrations.CreateModel(
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
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('specimen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assays.specimen')),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('new__in', ['UNSATISFACTORY', 'LOST'])), fields=['recorded_at'], name='assays_specimenevent_failed')],
                },
            ), migrations.CreateModel(
                name='SpecimenIdentifier',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('system', models.CharField(max_length=120)),
                    ('value', models.CharField(max_length=80)),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('specimen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identifiers', to='assays.specimen')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('system', 'value'), name='assays_specimenidentifier_unique_in_system')],
                },
            ), migrations.CreateModel(
                name='SpecimenItem',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='specimen_items', to='assays.orderitem')),
                    ('specimen', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='specimen_items', to='assays.specimen')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('specimen', 'item'), name='assays_specimenitem_once')],
                    'indexes': [models.Index(fields=['item', 'specimen'], name='assays_specimenitem_of_item')],
                },
            ), migrations.CreateModel(
                name='SpecimenType',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('code', models.SlugField(max_length=32, unique=True)),
                    ('name', models.CharField(max_length=80)),
                    ('container', models.CharField(blank=True, max_length=80)),
                    ('additive', models.CharField(blank=True, max_length=80)),
                    ('hl7_code', models.CharField(blank=True, help_text='HL7 table 0487', max_length=16)),
                ],
            ), migrations.CreateModel(
                name='StabilityLimit',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('number', models.PositiveIntegerField()),
                    ('source', models.TextField(help_text='Where it is from: insert, paper, own trial.')),
                    ('status', models.CharField(choices=[('DRAFT', 'draft'), ('APPROVED', 'approved'), ('ACTIVE', 'active'), ('RETIRED', 'retired'), ('DISCARDED', 'discarded')], max_length=9)),
                    ('drafted_at', models.DateTimeField()),
                    ('approved_at', models.DateTimeField(null=True)),
                    ('active_from', models.DateTimeField(null=True)),
                    ('active_until', models.DateTimeField(null=True)),
                    ('ambient_hours', models.PositiveIntegerField(blank=True, null=True, verbose_name='hours at room temperature')),
                    ('refrigerated_hours', models.PositiveIntegerField(blank=True, null=True, verbose_name='hours refrigerated')),
                    ('frozen_hours', models.PositiveIntegerField(blank=True, null=True, verbose_name='hours frozen')),
                    ('deep_frozen_hours', models.PositiveIntegerField(blank=True, null=True, verbose_name='hours deep-frozen')),
                    ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('assay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stability_limits', to='assays.assay')),
                    ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('assay', 'number'), name='assays_stabilitylimit_number'), models.UniqueConstraint(condition=models.Q(('status', 'ACTIVE')), fields=('assay',), name='assays_stabilitylimit_one_active'), models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'DISCARDED']), models.Q(('approved_by__isnull', False), models.Q(models.Q(('approved_by', models.F('drafted_by')), _negated=True), ('drafted_by', 5), _connector='OR')), _connector='OR'), name='assays_stabilitylimit_approved_by_another')],
                },
            ), migrations.CreateModel(
                name='StorageUnit',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('code', models.SlugField(help_text='What its barcode says.', max_length=32, unique=True)),
                    ('name', models.CharField(max_length=80)),
                    ('kind', models.CharField(choices=[('ROOM', 'room'), ('CABINET', 'cabinet'), ('REFRIGERATOR', 'refrigerator'), ('FREEZER', 'freezer'), ('SHELF', 'shelf'), ('RACK', 'rack'), ('BOX', 'box')], max_length=12)),
                    ('temperature', models.CharField(blank=True, choices=[('AMBIENT', 'room temperature (15 to 25 °C)'), ('REFRIGERATED', 'refrigerated (2 to 8 °C)'), ('FROZEN', 'frozen (-15 to -25 °C)'), ('DEEP_FROZEN', 'deep-frozen (-65 °C or colder)')], help_text='Blank: that of what it stands in.', max_length=12)),
                    ('rows', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('columns', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('is_active', models.BooleanField(default=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='assays.storageunit')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('columns', None), ('rows', None)), models.Q(('columns__gte', 1), ('columns__lte', 40), ('kind__in', ['RACK', 'BOX']), ('rows__gte', 1), ('rows__lte', 26)), _connector='OR'), name='assays_storageunit_grid_of_a_box'), models.CheckConstraint(condition=models.Q(('kind__in', ['ROOM', 'CABINET', 'REFRIGERATOR', 'FREEZER', 'SHELF', 'RACK', 'BOX'])), name='assays_storageunit_kind_known')],
                },
            ), migrations.CreateModel(
                name='StorageUnitMove',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('what', models.CharField(choices=[('BUILT', 'put up'), ('MOVED', 'moved'), ('RETIRED', 'taken out of use')], max_length=7)),
                    ('reason', models.TextField(blank=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('new', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.storageunit')),
                    ('old', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.storageunit')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='assays.storageunit')),
                ],
            ), migrations.CreateModel(
                name='StoredSpecimen',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('row', models.PositiveSmallIntegerField()),
                    ('column', models.PositiveSmallIntegerField()),
                    ('temperature', models.CharField(choices=[('AMBIENT', 'room temperature (15 to 25 °C)'), ('REFRIGERATED', 'refrigerated (2 to 8 °C)'), ('FROZEN', 'frozen (-15 to -25 °C)'), ('DEEP_FROZEN', 'deep-frozen (-65 °C or colder)')], help_text='Of the place, when the specimen was put there or the place was moved.', max_length=12)),
                    ('stored_at', models.DateTimeField()),
                    ('left_at', models.DateTimeField(null=True)),
                    ('left_reason', models.CharField(blank=True, max_length=200)),
                    ('left_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('specimen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stays', to='assays.specimen')),
                    ('stored_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stays', to='assays.storageunit')),
                ],
                options={
                    'indexes': [models.Index(fields=['specimen', '-id'], name='assays_storedspecimen_of')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('left_at', None)), fields=('unit', 'row', 'column'), name='assays_storedspecimen_one_per_position'), models.UniqueConstraint(condition=models.Q(('left_at', None)), fields=('specimen',), name='assays_storedspecimen_one_position'), models.CheckConstraint(condition=models.Q(('column__gte', 1), ('row__gte', 1)), name='assays_storedspecimen_on_the_grid'), models.CheckConstraint(condition=models.Q(models.Q(('left_at', None), ('left_by', None)), models.Q(('left_at__isnull', False), ('left_by__isnull', False)), _connector='OR'), name='assays_storedspecimen_left_by_someone')],
                },
            ), migrations.CreateModel(
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
            ), migrations.CreateModel(
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
                    ('duplicate_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repetitions', to='assays.result')),
                    ('message', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='assays.transmissionmessage')),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('status', 'HELD')), fields=['id'], name='assays_item_held'), models.Index(condition=models.Q(('status__in', ['HELD', 'QC', 'NOT_A_RESULT', 'REJECTED'])), fields=['specimen_text'], name='assays_item_specimen')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('duplicate_of', None), ('status', 'DUPLICATE'), _connector='OR'), name='assays_transmissionitem_duplicate_names_result'), models.UniqueConstraint(fields=('message', 'position'), name='assays_transmissionitem_position'), models.CheckConstraint(condition=models.Q(('status__in', ['RECORDED', 'HELD', 'DUPLICATE', 'QC', 'NOT_A_RESULT', 'REJECTED'])), name='assays_transmissionitem_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'HELD'), _negated=True), models.Q(('hold_code', ''), _negated=True), _connector='OR'), name='assays_transmissionitem_held_with_code')],
                },
            ), migrations.CreateModel(
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
                    ('duplicate_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repetitions', to='assays.transmissionmessage')),
                    ('instrument', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='assays.instrument')),
                    ('session', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assays.transmissionsession')),
                ],
                options={
                    'indexes': [models.Index(fields=['instrument', 'sha256'], name='assays_message_duplicate'), models.Index(condition=models.Q(('status__in', ['RECEIVED', 'PARTLY_HELD', 'HELD'])), fields=['id'], name='assays_message_open'), models.Index(fields=['instrument', 'id'], name='assays_message_instrument'), models.Index(condition=models.Q(('status__in', ['REJECTED', 'INCOMPLETE', 'DUPLICATE'])), fields=['status', 'id'], name='assays_message_ended'), models.Index(condition=models.Q(('control_id', ''), _negated=True), fields=['control_id'], name='assays_message_control')],
                    'constraints': [models.UniqueConstraint(fields=('instrument', 'idempotency_key'), name='assays_transmissionmessage_key_once'), models.CheckConstraint(condition=models.Q(('status__in', ['RECEIVED', 'FILED', 'PARTLY_HELD', 'HELD', 'DUPLICATE', 'REJECTED', 'INCOMPLETE'])), name='assays_transmissionmessage_status_known'), models.CheckConstraint(condition=models.Q(('instrument__isnull', False), ('status__in', ['HELD', 'REJECTED', 'INCOMPLETE']), _connector='OR'), name='assays_transmissionmessage_filed_for_an_instrument')],
                },
            ), migrations.CreateModel(
                name='TransmissionSession',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('peer', models.GenericIPAddressField()),
                    ('peer_port', models.PositiveIntegerField(null=True)),
                    ('opened_at', models.DateTimeField()),
                    ('closed_at', models.DateTimeField(null=True)),
                    ('state', models.CharField(choices=[('OPEN', 'open'), ('ENDED', 'ended'), ('LOST', 'lost'), ('SILENT', 'silent'), ('REFUSED', 'refused')], default='OPEN', max_length=12)),
                    ('frames', models.PositiveIntegerField(default=0)),
                    ('messages', models.PositiveIntegerField(default=0)),
                    ('instrument', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='assays.instrument')),
                    ('dialect', models.CharField(default='', max_length=4)),
                    ('listener', models.CharField(blank=True, help_text='The process that took the connection.', max_length=128)),
                ],
                options={
                    'abstract': False,
                    'indexes': [models.Index(condition=models.Q(('state', 'OPEN')), fields=['listener'], name='assays_session_open')],
                },
            ), migrations.CreateModel(
                name='TurnaroundDay',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('day', models.DateField()),
                    ('cut', models.CharField(choices=[('ALL', 'all'), ('SECTION', 'section'), ('ASSAY', 'assay'), ('WARD', 'ward'), ('HOUR', 'hour')], max_length=7)),
                    ('value', models.CharField(blank=True, help_text='Section, assay code, ward or hour of the cut.', max_length=32)),
                    ('priority', models.PositiveSmallIntegerField(choices=[(0, 'STAT'), (1, 'ASAP'), (2, 'URGENT'), (3, 'ROUTINE')])),
                    ('segment', models.CharField(choices=[('ORDER_COLLECT', 'order to collection'), ('COLLECT_RECEIVE', 'collection to receipt'), ('RECEIVE_RESULT', 'receipt to result'), ('RESULT_RELEASE', 'result to release'), ('RECEIVE_RELEASE', 'receipt to release (in the laboratory)'), ('ORDER_RELEASE', 'order to release (whole)')], max_length=16)),
                    ('count', models.PositiveIntegerField()),
                    ('judged', models.PositiveIntegerField(help_text='Those for which there was a target.')),
                    ('within', models.PositiveIntegerField(help_text='Those of them that met it.')),
                    ('classes', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), size=None)),
                    ('counts', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), size=None)),
                ],
                options={
                    'indexes': [models.Index(fields=['day'], name='assays_turnaroundday_day')],
                    'constraints': [models.UniqueConstraint(fields=('cut', 'segment', 'day', 'value', 'priority'), name='assays_turnaroundday_once'), models.CheckConstraint(condition=models.Q(('cut__in', ['ALL', 'SECTION', 'ASSAY', 'WARD', 'HOUR']), ('segment__in', ['ORDER_COLLECT', 'COLLECT_RECEIVE', 'RECEIVE_RESULT', 'RESULT_RELEASE', 'RECEIVE_RELEASE', 'ORDER_RELEASE'])), name='assays_turnaroundday_known')],
                },
            ), migrations.CreateModel(
                name='TurnaroundTarget',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('segment', models.CharField(choices=[('ORDER_COLLECT', 'order to collection'), ('COLLECT_RECEIVE', 'collection to receipt'), ('RECEIVE_RESULT', 'receipt to result'), ('RESULT_RELEASE', 'result to release'), ('RECEIVE_RELEASE', 'receipt to release (in the laboratory)'), ('ORDER_RELEASE', 'order to release (whole)')], max_length=16)),
                    ('priority', models.PositiveSmallIntegerField(choices=[(0, 'STAT'), (1, 'ASAP'), (2, 'URGENT'), (3, 'ROUTINE')])),
                    ('section', models.CharField(blank=True, help_text='Blank: every section without a target of its own.', max_length=16)),
                    ('minutes', models.PositiveIntegerField()),
                    ('percent', labsys.lib.fields.ExactDecimalField(decimal_places=18, help_text='Of the results that are to be done in this time.', max_digits=38)),
                    ('targets', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='turnaround', to='assays.qualitytargets')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('targets', 'segment', 'priority', 'section'), name='assays_turnaroundtarget_once'), models.CheckConstraint(condition=models.Q(('segment__in', ['ORDER_COLLECT', 'COLLECT_RECEIVE', 'RECEIVE_RESULT', 'RESULT_RELEASE', 'RECEIVE_RELEASE', 'ORDER_RELEASE']), ('priority__in', [0, 1, 2, 3]), ('minutes__gte', 1), ('percent__gt', 0), ('percent__lte', 100)), name='assays_turnaroundtarget_known')],
                },
            ), migrations.CreateModel(
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
                    ('analyte', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conversions', to='assays.analyte')),
                    ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                    ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('analyte', 'from_unit', 'to_unit', 'number'), name='assays_unitconversion_number'), models.UniqueConstraint(condition=models.Q(('status', 'ACTIVE')), fields=('analyte', 'from_unit', 'to_unit'), name='assays_unitconversion_one_active'), models.CheckConstraint(condition=models.Q(models.Q(('from_unit', models.F('to_unit')), _negated=True), ('factor__gt', 0)), name='assays_unitconversion_converts'), models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'DISCARDED']), models.Q(('approved_by__isnull', False), models.Q(models.Q(('approved_by', models.F('drafted_by')), _negated=True), ('drafted_by', 5), _connector='OR')), _connector='OR'), name='assays_unitconversion_approved_by_another')],
                },
            )],
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='aliquotdecision',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.aliquotdecision', '')", func='-', hash='dae4695804dba8a1c124370d8f8d9a100c37f333', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_1dcf9', table='assays_aliquotdecision', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='aliquotdecision',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.aliquotdecision', '')", func='-', hash='2f8648d2e9c45ae87af09e57383e6f7f5a8e12ae', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_528f6', table='assays_aliquotdecision', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='aliquotdecision',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.aliquotdecision', '', '', '')", func='-', hash='4e6dadb6e2b45f5952871a2453e826929984ce8f', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_ddf4c', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_aliquotdecision', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='aliquotdecision',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.aliquotdecision', '', '', '')", func='-', hash='e8c7c40fa44307da27c902fcaf03d31eee32ca1f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_644ca', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_aliquotdecision', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='analyte',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.analyte', 'loinc,name,section')", func='-', hash='2027f50ac2345d34dc1bf98ee802a0708bdb230d', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_307f7', table='assays_analyte', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='analyte',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.analyte', 'loinc,name,section')", func='-', hash='97e894c8ce13b85b3b4fb3516a0410d15146b8e7', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_f710d', table='assays_analyte', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='analyte',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.analyte', '', '', '')", func='-', hash='e18737f375efc2c8ea98822ded943f83e64b2e2f', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_fd899', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_analyte', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='analyte',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.analyte', '', '', '')", func='-', hash='95cbb5400f9b6a44b7f262866dce7a114ae01015', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_448cc', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_analyte', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='assay',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.assay', '')", func='-', hash='f4d3c76f848527776bf802cf7f5d10b8524ecfec', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_95ffb', table='assays_assay', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='assay',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.assay', '')", func='-', hash='a3be4d8ccc12493ee6fbc900661a81894e3011ed', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_6608e', table='assays_assay', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='assay',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.assay', '', '', '')", func='-', hash='2cb44ab846cbbb0225630bfbb37d7bb1f5a66b18', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_1cf94', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_assay', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='assay',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.assay', '', '', '')", func='-', hash='0fd461ee8dfe19e07ea71553a847e5c2b46aecbc', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_b1dbd', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_assay', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='assayversion',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.assayversion', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='00f3ac3e7f406d821c9af6ef3bb08a7ddd3b9144', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_366ec', table='assays_assayversion', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='assayversion',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.assayversion', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='7efd844db893a369d9917478def9402fb74df59b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_0fb49', table='assays_assayversion', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='assayversion',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.assayversion', '', '', '')", func='-', hash='1c8273b856c50d28131a26c0bd19a3eba6bca443', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_344fa', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_assayversion', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='assayversion',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.assayversion', '', '', '')", func='-', hash='0b811b8ca827c850099d17d8a4cbd9fd22742265', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_43cbe', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_assayversion', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='attempt',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.attempt', '')", func='-', hash='f689f2c770c341baa44313ace7031bb8b918fe98', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_a7808', table='assays_attempt', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='attempt',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.attempt', '')", func='-', hash='c0647bab14ab20c8021d9510bba6edbbe34c8df0', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_e43a3', table='assays_attempt', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='attempt',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.attempt', '', '', '')", func='-', hash='29015a105edae9d4c63a99f6095883ac9b9dcd2d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_ea9d4', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_attempt', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='attempt',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.attempt', '', '', '')", func='-', hash='5bb97f4ce57c9c396f059799a2c49df0a24d1830', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_55f70', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_attempt', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='attemptrequest',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.attemptrequest', 'ended_at,ended_by_id,status')", func='-', hash='8b739672a732ed1240c56e1b6ae1edf4f4a2b055', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_5d5bf', table='assays_attemptrequest', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='attemptrequest',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.attemptrequest', 'ended_at,ended_by_id,status')", func='-', hash='e02bd668ec45bcf3c3436bf95b2a7f483b1ecd0c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_afab7', table='assays_attemptrequest', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='attemptrequest',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.attemptrequest', '', '', '')", func='-', hash='8afc71aceb4b9ddc4b6414015a279a0ff49867d1', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_94272', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_attemptrequest', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='attemptrequest',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.attemptrequest', '', '', '')", func='-', hash='4b2cd11aea5254e08b958fab304e4e1837ec10ae', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_1d775', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_attemptrequest', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='calculatedinput',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.calculatedinput', '')", func='-', hash='cdff51ff5e8f5a53be692a704b76034148cd5d1c', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_2dee1', table='assays_calculatedinput', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='calculatedinput',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.calculatedinput', '')", func='-', hash='bd5047c40c46ea3fe3c3c49b8dd4679a390c5d24', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_9a321', table='assays_calculatedinput', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='calculatedinput',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.calculatedinput', '', '', '')", func='-', hash='6708d9b3711892e80a9adf46cdb3eda5235d9be1', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_61b64', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_calculatedinput', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='calculatedinput',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.calculatedinput', '', '', '')", func='-', hash='99b6a54aeace984bfc78c5212f6bdebfcf05504f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_a6590', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_calculatedinput', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='calculatedresult',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.calculatedresult', '')", func='-', hash='6e40e6f90f7aabda6643e419403cbc974a2980e0', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_2f7fc', table='assays_calculatedresult', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='calculatedresult',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.calculatedresult', '')", func='-', hash='901a5456e26ef939e1fd18fe1df41159589476c6', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_54bbd', table='assays_calculatedresult', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='calculatedresult',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.calculatedresult', '', '', '')", func='-', hash='f39eb2c5e9c03a43e30eba50f103d7d3cf1e5304', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_774bd', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_calculatedresult', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='calculatedresult',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.calculatedresult', '', '', '')", func='-', hash='77aa5e6461895686b2e9561304c16634f467fd80', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_4428e', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_calculatedresult', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='calculationinput',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.calculationinput', '')", func='-', hash='dbef1075d9b61eeab9b0295b65280341c0152e2e', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_ce3e0', table='assays_calculationinput', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='calculationinput',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.calculationinput', '')", func='-', hash='82fb4bae2cd26e0db9d8b0e26e59eeb3c5b7d495', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_3924d', table='assays_calculationinput', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='calculationinput',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.calculationinput', '', '', '')", func='-', hash='0c43efb2f7b668b6fb4e3b28480629d70a9eb710', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_c40a8', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_calculationinput', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='calculationinput',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.calculationinput', '', '', '')", func='-', hash='462dffca28b0f12afd49dd61c1d29f3775e5447e', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_4f130', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_calculationinput', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='calculationversion',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.calculationversion', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='e95f00d40b5dd23f34cfe9c63eb0881efcade37b', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_cc016', table='assays_calculationversion', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='calculationversion',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.calculationversion', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='c51e41dc0847be27b5d0bf88681a503319fe7ca4', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_a6c28', table='assays_calculationversion', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='calculationversion',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.calculationversion', '', '', '')", func='-', hash='211b13d40b6b044ddfaf0b342fd125fe031582bb', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_ce13a', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_calculationversion', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='calculationversion',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.calculationversion', '', '', '')", func='-', hash='dc44913a2935a3503d0e33c46108316f0ce666e6', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_d7690', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_calculationversion', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='calibration',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.calibration', 'annul_reason,annulled_at,annulled_by_id')", func='-', hash='ac08fbe8454392c9124c351d3edbf80cf1250077', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_c6a18', table='assays_calibration', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='calibration',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.calibration', 'annul_reason,annulled_at,annulled_by_id')", func='-', hash='8d3ff82b691961820b0fd84ca514b7f6498632ec', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_9da28', table='assays_calibration', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='calibration',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.calibration', '', '', '')", func='-', hash='f1459e6d23f9f2cda1168ecb0b4131c8b18a21b5', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_4c06b', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_calibration', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='calibration',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.calibration', '', '', '')", func='-', hash='54438c48bfb9ade02eec5e06ef42b7952473b37b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_ebd2f', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_calibration', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='catalogueevent',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.catalogueevent', '')", func='-', hash='b80092fc5c975b275e05330344bb8b4a1aa1aba1', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_69136', table='assays_catalogueevent', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='catalogueevent',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.catalogueevent', '')", func='-', hash='4adb26aebefd1a291c898a563c2de09ef538e873', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_1558b', table='assays_catalogueevent', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='catalogueevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.catalogueevent', '', '', '')", func='-', hash='e4486af1c13b22c6f405cfb6a2544558864df49b', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_96516', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_catalogueevent', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='catalogueevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.catalogueevent', '', '', '')", func='-', hash='ce69eed618b6f51426f26999228c2d7693013f53', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_12c16', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_catalogueevent', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='catalogueimport',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.catalogueimport', '')", func='-', hash='cd4afa8498f3794d5a99be976211aea7d55ac3db', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_915bb', table='assays_catalogueimport', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='catalogueimport',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.catalogueimport', '')", func='-', hash='91712d6f00a0989031759413321c31a089fb8a2f', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_26e6d', table='assays_catalogueimport', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='catalogueimport',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.catalogueimport', '', 'tables', '')", func='-', hash='b5e6ec70c3262abfc8a121b8599b465960df88c4', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_8fffb', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_catalogueimport', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='catalogueimport',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.catalogueimport', '', 'tables', '')", func='-', hash='9158f62e2a507a54329d92834a0e7d74004229eb', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_bc2a0', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_catalogueimport', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='catalogueimportapplied',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.catalogueimportapplied', '')", func='-', hash='891081144b9a52d2ad070529cbdac626a68a254f', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_e00ab', table='assays_catalogueimportapplied', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='catalogueimportapplied',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.catalogueimportapplied', '')", func='-', hash='b22fe32109a5a8a24ef8c4a1929cfa5827824518', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_c7f2f', table='assays_catalogueimportapplied', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='catalogueimportapplied',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.catalogueimportapplied', '', '', '')", func='-', hash='a7a77da0be3cd28610ee60edcc15cb0f7ab8002b', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_0ab1d', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_catalogueimportapplied', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='catalogueimportapplied',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.catalogueimportapplied', '', '', '')", func='-', hash='a8bcb0cf893decf9cf76b614128bd47d2bc61932', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_bb608', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_catalogueimportapplied', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='codedcomment',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.codedcomment', 'name')", func='-', hash='27d38565fd0ade19b475556cb098c4558678007a', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_7c83c', table='assays_codedcomment', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='codedcomment',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.codedcomment', 'name')", func='-', hash='acee49c910800b7acf461f300094e916976b4dad', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_4b0b8', table='assays_codedcomment', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='codedcomment',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.codedcomment', '', '', '')", func='-', hash='8ab58bb9564a6a45747bef8e9986c9ddf4a4ea46', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_3e6c9', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_codedcomment', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='codedcomment',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.codedcomment', '', '', '')", func='-', hash='d3a8687d6d284d1d3b18803acb95fc154955aa44', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_abff9', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_codedcomment', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='codedcommentversion',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.codedcommentversion', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='303ed6a8767a6311dff97a91d5074dc2605821bd', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_8efcc', table='assays_codedcommentversion', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='codedcommentversion',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.codedcommentversion', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='c5f434bdd4a6a6e34250662af09ae39601baff93', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_04833', table='assays_codedcommentversion', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='codedcommentversion',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.codedcommentversion', '', '', '')", func='-', hash='2bfb7c5a0900017a0da6c499be0fbe23f30f447c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_b4704', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_codedcommentversion', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='codedcommentversion',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.codedcommentversion', '', '', '')", func='-', hash='4cf46562926e4fd49b565286b120c2e8371b5f28', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_5a3dc', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_codedcommentversion', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='codemapping',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.codemapping', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='ddee559146e085527290886fce3018a7e38cb0c4', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_7a2f2', table='assays_codemapping', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='codemapping',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.codemapping', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='9951c2c2cca382598b3d10fdb28cca79ee75c413', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_081e9', table='assays_codemapping', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='codemapping',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.codemapping', '', '', '')", func='-', hash='ecc7b397d2b9916a0a379b6109853c978f37808b', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_8a7a0', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_codemapping', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='codemapping',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.codemapping', '', '', '')", func='-', hash='13dd0d23d01bac1aac49e9650a3c1af971b468e8', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_639da', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_codemapping', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='communicationtimes',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.communicationtimes', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='7bd6ec87b45f5e45a526cbe4b319f58bb7d630af', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_8000b', table='assays_communicationtimes', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='communicationtimes',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.communicationtimes', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='e0fac08120e6f1463f611b7a2db26c8593bb7627', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_128bc', table='assays_communicationtimes', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='communicationtimes',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.communicationtimes', '', '', '')", func='-', hash='fba964561d2274ea04dfb23d10eb196a9b00ce1c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_76075', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_communicationtimes', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='communicationtimes',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.communicationtimes', '', '', '')", func='-', hash='47b977331981ff624167a14825d1786399a13e00', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_c4f94', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_communicationtimes', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='contactattempt',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.contactattempt', '')", func='-', hash='f00f08bfbfced5fb16b3b730db67a90140703af8', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_addf9', table='assays_contactattempt', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='contactattempt',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.contactattempt', '')", func='-', hash='cfe76a9096944a05b4f74f630dda99e229651a3e', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_89c95', table='assays_contactattempt', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='contactattempt',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.contactattempt', '', '', '')", func='-', hash='4a265bde68d9da64664a2b9912fd33202adb7bb0', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_13ed9', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_contactattempt', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='contactattempt',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.contactattempt', '', '', '')", func='-', hash='67cd012334cbdb252df4260b8acc2aaf8f34f1a4', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_c658d', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_contactattempt', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlevaluation',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controlevaluation', '')", func='-', hash='8c104d6c565aa78ec1ad062a21dc049fdffeac32', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_f2d84', table='assays_controlevaluation', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlevaluation',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controlevaluation', '')", func='-', hash='2bfe02d94ac95aa63110d04b5e6935797d976967', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_a8e19', table='assays_controlevaluation', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlevaluation',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controlevaluation', '', '', '')", func='-', hash='12b74b72f0e5338c36198f994c5e993d5b98f286', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_808d0', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_controlevaluation', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlevaluation',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controlevaluation', '', '', '')", func='-', hash='6a68fb7f1696f638c242e8bb43c724ec39a581d6', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_4138b', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_controlevaluation', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlhold',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controlhold', 'end_basis,end_reason,ended_after_id,ended_at,ended_by_id')", func='-', hash='e153ce0ccc54169de1d4561adc11def2aa14e9d6', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_4b8f7', table='assays_controlhold', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlhold',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controlhold', 'end_basis,end_reason,ended_after_id,ended_at,ended_by_id')", func='-', hash='d1dfdd9287d8f15deee924f459b1b9054294b00f', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_b8c1b', table='assays_controlhold', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlhold',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controlhold', '', '', '')", func='-', hash='4be755e3b0a3943126cd6adf82aaa7c46654fd5f', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_a9bc1', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_controlhold', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlhold',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controlhold', '', '', '')", func='-', hash='b5af1dee9698895fd046215f967d43b4e09e3df5', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_29552', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_controlhold', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlidentifier',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controlidentifier', 'until')", func='-', hash='d2942362977f876aa3e3ba28cafd9d685cfd9ad2', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_80602', table='assays_controlidentifier', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlidentifier',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controlidentifier', 'until')", func='-', hash='fa7692ec01741730bbeccf6291a6861b74212338', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_24354', table='assays_controlidentifier', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlidentifier',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controlidentifier', '', '', '')", func='-', hash='668e063a54b067da88808f2fec0dd24531417f3c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_1275c', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_controlidentifier', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlidentifier',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controlidentifier', '', '', '')", func='-', hash='61cf5af8b90ef4a9492f9f8a5581e73ec65a1e7c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_751e2', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_controlidentifier', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlitem',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controlitem', 'decided_at,decided_by_id,decision,delivery,measurement_id,reason,reason_code')", func='-', hash='f3d1b304d4378ff2f2d8684a07ec5a6ea6648369', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_ef76f', table='assays_controlitem', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlitem',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controlitem', 'decided_at,decided_by_id,decision,delivery,measurement_id,reason,reason_code')", func='-', hash='586e157b86520b1c7a9f471fa0aa269344b82740', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_4ab32', table='assays_controlitem', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlitem',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controlitem', '', '', '')", func='-', hash='fc73deec945a4d0dfee1b9f528e3a641562dff20', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_553ab', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_controlitem', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlitem',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controlitem', '', '', '')", func='-', hash='4705777cb34da12f699170b9c730d9db878007df', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_aebb6', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_controlitem', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controllevel',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controllevel', '')", func='-', hash='b61b6b391b0ed46a093d7151af3a2739cd3a94a9', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_0e19f', table='assays_controllevel', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controllevel',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controllevel', '')", func='-', hash='e1841e4565a11dd6034e8ffda9018945a5cdd50b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_7a2cf', table='assays_controllevel', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controllevel',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controllevel', '', '', '')", func='-', hash='a479ac65d3382b1c44d8d34eb87d17ba9edc0bac', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_b8ab9', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_controllevel', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controllevel',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controllevel', '', '', '')", func='-', hash='65143baebf9bb65b9e919a752e6e33ccbca3ebd2', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_9e8bf', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_controllevel', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controllot',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controllot', 'end_reason,ended_at,ended_by_id,opened_at')", func='-', hash='12aa760a638b9c366b8a180f51824837c543e3d2', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_7dc9d', table='assays_controllot', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controllot',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controllot', 'end_reason,ended_at,ended_by_id,opened_at')", func='-', hash='21f8483ea87de13122bd993bb9fb2036f7e6c1e8', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_53ef6', table='assays_controllot', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controllot',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controllot', '', '', '')", func='-', hash='163aa5a3abe1059b97c79526ee3da138b6758dc4', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_d34de', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_controllot', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controllot',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controllot', '', '', '')", func='-', hash='5c82ba65a2ef8b24246c4a1a446045988552bb2f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_9f900', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_controllot', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlmaterial',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controlmaterial', 'is_active')", func='-', hash='19de18b56336d22da147696a05cf58043b29e169', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_988f8', table='assays_controlmaterial', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlmaterial',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controlmaterial', 'is_active')", func='-', hash='5d3d4600bf518849dd3b721e8d9c91e2ef5d2fe4', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_30e90', table='assays_controlmaterial', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlmaterial',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controlmaterial', '', '', '')", func='-', hash='ca5e12e451d7ab8aaeffbd3c826a06848cf1f79c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_0ddaa', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_controlmaterial', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlmaterial',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controlmaterial', '', '', '')", func='-', hash='ea3f9d4dc69a0ed4fc0e77a29d1bb433a069810d', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_15963', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_controlmaterial', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlmeasurement',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controlmeasurement', '')", func='-', hash='7691d738e2fba271a18214d32eb74a7c3f698a92', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_f619e', table='assays_controlmeasurement', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlmeasurement',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controlmeasurement', '')", func='-', hash='a6e67288f588c9890c6726fa214a243b7abbb06e', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_496df', table='assays_controlmeasurement', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlmeasurement',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controlmeasurement', '', '', '')", func='-', hash='43d209ac1ed901ffd7d981f1a27598acf6d8ecaa', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_fccbf', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_controlmeasurement', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlmeasurement',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controlmeasurement', '', '', '')", func='-', hash='4baf4401c78db3d2d9447b0db73dcd6105e712a3', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_57ba3', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_controlmeasurement', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlplan',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controlplan', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='63ffb1c09d7200276bcbb1782e29b426bafb988f', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_51e12', table='assays_controlplan', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlplan',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controlplan', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='7b1dd42bca10769780781e54055744392418dbdc', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_5d9c9', table='assays_controlplan', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlplan',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controlplan', '', '', '')", func='-', hash='c2d4c8919998a6b40d3d1a05d8ffeb90d597e7bd', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_a840c', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_controlplan', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlplan',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controlplan', '', '', '')", func='-', hash='85da303dae158042fc4badf01cf6c4e449e052dd', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_a117c', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_controlplan', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlruleset',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controlruleset', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='9162fad8d41301f17b73b76ef1688dff8037c106', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_dabc1', table='assays_controlruleset', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlruleset',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controlruleset', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='2492e845682f5057c9efa92f280f6407e47fc5cb', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_000da', table='assays_controlruleset', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlruleset',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controlruleset', '', '', '')", func='-', hash='280d19f36976b7811a2669ca65291ad2ff2b3e4e', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_8dc21', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_controlruleset', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlruleset',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controlruleset', '', '', '')", func='-', hash='8a2834b732f6f61d49a7a5a5635c9c535bc9da8c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_495f5', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_controlruleset', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controltarget',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controltarget', '', '', '')", func='-', hash='c3d2cd9ce94412cd5fbded3dd14247fa0d582a30', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_f5e41', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_controltarget', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controltarget',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controltarget', '', '', '')", func='-', hash='5463d7bdefc80ca310efbb43d1bb3e0f90694b33', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_ae2f5', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_controltarget', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controltarget',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controltarget', 'signed_at,signed_by_id,step_up_id')", func='-', hash='29764c5e49dd8251b8987434a02bc3bfb1fef33e', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_70a45', table='assays_controltarget', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controltarget',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controltarget', 'signed_at,signed_by_id,step_up_id')", func='-', hash='bd2c35f93cd26b8325d31d266d64400c9cac3a84', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_9dd7a', table='assays_controltarget', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlviolation',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controlviolation', '')", func='-', hash='7cdd8dd5cee48b74261fa5c3f041c277f70aa7c6', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_7955f', table='assays_controlviolation', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlviolation',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.controlviolation', '')", func='-', hash='99ebad02f8422171eccd5ca9f4af3d4893d5ffa4', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_2f199', table='assays_controlviolation', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlviolation',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controlviolation', '', '', '')", func='-', hash='44990a9466a5b468b16e928e562c011fff2a92eb', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_42b44', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_controlviolation', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='controlviolation',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.controlviolation', '', '', '')", func='-', hash='ba4a18923dedcd4448ab326461e3c6d2ab06aa6f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_2415b', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_controlviolation', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='correctionacknowledgement',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.correctionacknowledgement', '')", func='-', hash='f98c7048a279f5063fbb8f5f409ee476cce30c08', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_506f8', table='assays_correctionacknowledgement', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='correctionacknowledgement',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.correctionacknowledgement', '')", func='-', hash='663350f51ae4b29a7c67f83237999bfada6eb86c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_1aec9', table='assays_correctionacknowledgement', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='correctionacknowledgement',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.correctionacknowledgement', '', '', '')", func='-', hash='f6a879fa925b6be08009fde12c5e22a9736e4298', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_5ee15', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_correctionacknowledgement', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='correctionacknowledgement',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.correctionacknowledgement', '', '', '')", func='-', hash='007941f5683ef8804fe9d3e2077f814b128af0f4', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_b8124', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_correctionacknowledgement', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='correctionnotice',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.correctionnotice', 'state')", func='-', hash='386e12979a65c38401d07a99fdef3619616441b2', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_fc7e8', table='assays_correctionnotice', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='correctionnotice',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.correctionnotice', 'state')", func='-', hash='f2e9785e5f6fe081490a64d50d7eb2538d68d3e8', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_3a6b3', table='assays_correctionnotice', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='correctionnotice',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.correctionnotice', '', '', '')", func='-', hash='df09c9ad7a689622cf0075172c97396c167493f1', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_51328', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_correctionnotice', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='correctionnotice',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.correctionnotice', '', '', '')", func='-', hash='7b7544afa71a08352df0ada180cf3efa4c24c6fa', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_da880', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_correctionnotice', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='correctivestep',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.correctivestep', '')", func='-', hash='4770285e31312149cfcd81a73a611fee8771e923', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_c62b7', table='assays_correctivestep', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='correctivestep',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.correctivestep', '')", func='-', hash='75007711903d7ba7fde9f83a124e11873790dc32', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_f5710', table='assays_correctivestep', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='correctivestep',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.correctivestep', '', '', '')", func='-', hash='89d132ff59b03bd42730b208223f8976ef6d39fc', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_63f68', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_correctivestep', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='correctivestep',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.correctivestep', '', '', '')", func='-', hash='38905d37189332a53a90d0f109f0eab2aa23704b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_fb365', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_correctivestep', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='criticalcall',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.criticalcall', 'ended_at,state')", func='-', hash='095b283861a59b3d5b458b86e8544430c3609414', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_72b2d', table='assays_criticalcall', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='criticalcall',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.criticalcall', 'ended_at,state')", func='-', hash='f8ab0b874f21a706fc31aa657ab4294d604c81e6', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_150b6', table='assays_criticalcall', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='criticalcall',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.criticalcall', '', '', '')", func='-', hash='be2a21e2261e5da72cd6daa10bd4937749bc0b1c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_c11cb', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_criticalcall', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='criticalcall',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.criticalcall', '', '', '')", func='-', hash='a3a9433ad6dce25bc95d8c936edc35ee4fdc80b2', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_6d00a', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_criticalcall', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='criticallimit',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.criticallimit', '')", func='-', hash='7509831d4a8952d3219a3cb7e2587053ff827f89', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_3f3c5', table='assays_criticallimit', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='criticallimit',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.criticallimit', '')", func='-', hash='702380dda407b105cd3e2eee005aecc469e609a5', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_14750', table='assays_criticallimit', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='criticallimit',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.criticallimit', '', '', '')", func='-', hash='22c02e4575c862f165701ecf643849527fb0cea6', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_971d0', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_criticallimit', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='criticallimit',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.criticallimit', '', '', '')", func='-', hash='c350d1f39c5d39b3c278496a7de85167fde96ba1', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_4476f', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_criticallimit', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='cumulativeaccess',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.cumulativeaccess', '')", func='-', hash='d7dc66453bb6dd4e6c14f605b1adcf35aa9a14b6', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_87337', table='assays_cumulativeaccess', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='cumulativeaccess',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.cumulativeaccess', '')", func='-', hash='5e379880f85c96e0261c65c4d058d26fef115df8', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_50784', table='assays_cumulativeaccess', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='cumulativeaccess',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.cumulativeaccess', '', '', '')", func='-', hash='4b832abf93eeabbaf999ad3771a0f111a9f5651c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_82e11', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_cumulativeaccess', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='cumulativeaccess',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.cumulativeaccess', '', '', '')", func='-', hash='05279f71e2335c9a9b38c05e0a21200ce178a7c0', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_c129a', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_cumulativeaccess', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='cumulativedocument',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.cumulativedocument', '')", func='-', hash='d35d0a9a4dd8ae205dab75fc796bbf9dd0a05193', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_f2ffb', table='assays_cumulativedocument', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='cumulativedocument',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.cumulativedocument', '')", func='-', hash='eee493c770f0c841975233ded57a4a0eb0919377', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_8200e', table='assays_cumulativedocument', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='cumulativedocument',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.cumulativedocument', 'pdf', '', '')", func='-', hash='639d4bb4fbd8f5af0dc097ea2692d938e2672564', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_9a44c', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_cumulativedocument', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='cumulativedocument',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.cumulativedocument', 'pdf', '', '')", func='-', hash='2950042e3d4391bb78c33e43bd364c542390eba5', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_7f409', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_cumulativedocument', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='cumulativereport',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.cumulativereport', '')", func='-', hash='a28c24195207101fe7f1e231fc186635fa82edbf', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_6df93', table='assays_cumulativereport', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='cumulativereport',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.cumulativereport', '')", func='-', hash='a4625de26b7382ab97d404e70b6d0475fe6bc38c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_85429', table='assays_cumulativereport', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='cumulativereport',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.cumulativereport', '', 'content', '')", func='-', hash='84abc1abffc28d066b318c215b4476a6b6a6b60c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_231e4', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_cumulativereport', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='cumulativereport',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.cumulativereport', '', 'content', '')", func='-', hash='8d97fa665a5521f8c862dcef1e17bc07abb637cf', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_8a70c', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_cumulativereport', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='custodytransfer',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.custodytransfer', '')", func='-', hash='831449c111e9c2e1f523705d680f80f9c205fed0', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_b8859', table='assays_custodytransfer', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='custodytransfer',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.custodytransfer', '')", func='-', hash='3424430858a39c223a83f7b80ba97eee0719c82d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_5712f', table='assays_custodytransfer', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='custodytransfer',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.custodytransfer', '', '', '')", func='-', hash='3f0a76fe8b0b1c6a152625afca7291fdc902b62c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_d4a61', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_custodytransfer', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='custodytransfer',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.custodytransfer', '', '', '')", func='-', hash='6349a5d1b7b4c7a21bf94b9d2a0d06bc4ffe8daa', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_ceced', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_custodytransfer', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='dataexport',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.dataexport', '')", func='-', hash='b9c610bf57372cf6d86562986957a5f4e44429ee', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_c443e', table='assays_dataexport', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='dataexport',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.dataexport', '')", func='-', hash='2737e6fc24354a33978ea81aa329f45934b85247', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_deae8', table='assays_dataexport', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='dataexport',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.dataexport', '', '', '')", func='-', hash='f9ac8b0f25a46aa346ba79177eea65c96ae8fd27', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_5193a', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_dataexport', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='dataexport',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.dataexport', '', '', '')", func='-', hash='120eb2342698a6ed57ef5c8d238616dc26922b77', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_de7d4', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_dataexport', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='disposal',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.disposal', 'decided_at,decided_by_id,reason,status')", func='-', hash='e2a77ac8999a9f62e706906ab8ee959a24ea5312', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_f6618', table='assays_disposal', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='disposal',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.disposal', 'decided_at,decided_by_id,reason,status')", func='-', hash='903400744e98ec3819b315f2566b3f369b241527', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_bf0c3', table='assays_disposal', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='disposal',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.disposal', '', '', '')", func='-', hash='87bc2fd9861245da3977df4b6cf915597b8b30c4', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_f3b1a', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_disposal', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='disposal',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.disposal', '', '', '')", func='-', hash='522dffd68a537142de3bd91f2ed3928494788202', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_82274', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_disposal', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='disposalline',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.disposalline', 'is_open,left_out')", func='-', hash='a3e2418708afac6e0f59f147c342e6a6614b8a7b', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_cf277', table='assays_disposalline', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='disposalline',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.disposalline', 'is_open,left_out')", func='-', hash='e75ffbd25873d86516b9057725c393b026dbafdc', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_90666', table='assays_disposalline', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='disposalline',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.disposalline', '', '', '')", func='-', hash='da2dec5fbccf84bb071b645c9ea83773efc4a678', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_3762c', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_disposalline', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='disposalline',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.disposalline', '', '', '')", func='-', hash='7f95447342b898ba78c9450ba65cefb97ed50704', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_1078b', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_disposalline', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='downtimebox',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.downtimebox', '')", func='-', hash='fe669c4504748af459a9777e6dbb0a8219c1a9f9', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_e54a6', table='assays_downtimebox', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='downtimebox',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.downtimebox', '')", func='-', hash='d1de83e39326db7962377a751084861c79de8a16', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_f23d6', table='assays_downtimebox', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='downtimebox',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.downtimebox', '', '', '')", func='-', hash='0b9b1b76945bc72f8d90b067f0d6ae0ca735bc4d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_92892', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_downtimebox', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='downtimebox',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.downtimebox', '', '', '')", func='-', hash='1cc254d498bc7a117ea98f7e5b11c91c39a35861', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_682bf', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_downtimebox', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='downtimeform',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.downtimeform', '')", func='-', hash='ffeecec7b32a60e9824c44645685d5c4ae516abb', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_da0cc', table='assays_downtimeform', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='downtimeform',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.downtimeform', '')", func='-', hash='d26e63f557d39d93b4dd5e5e37f1692db7e8c0ab', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_a1d27', table='assays_downtimeform', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='downtimeform',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.downtimeform', '', '', '')", func='-', hash='bc8786d40b4d1b651d2e5b7b0572b11e14a56b68', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_9a895', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_downtimeform', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='downtimeform',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.downtimeform', '', '', '')", func='-', hash='0b0c9541c58fa8ccdf03c6f13403ed2a33213056', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_bbaf3', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_downtimeform', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='downtimeoutcome',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.downtimeoutcome', '')", func='-', hash='4e51a8e8e9af2fbf54063ea1280170a5e8d80bae', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_70add', table='assays_downtimeoutcome', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='downtimeoutcome',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.downtimeoutcome', '')", func='-', hash='6a0deadf4e90c161ea8885b7a2c39c61648f5331', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_9ca9b', table='assays_downtimeoutcome', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='downtimeoutcome',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.downtimeoutcome', '', '', '')", func='-', hash='4b022db6c2895c6feb5911d25b7d669c2e14a8a1', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_7b786', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_downtimeoutcome', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='downtimeoutcome',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.downtimeoutcome', '', '', '')", func='-', hash='e31646e134fbca839e1f401f63f41e325f8625ed', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_0eeee', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_downtimeoutcome', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='downtimetyping',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.downtimetyping', '')", func='-', hash='d1d59531dd0a7c80a4e71e45f5ddfe5efb2d33c5', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_d29b9', table='assays_downtimetyping', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='downtimetyping',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.downtimetyping', '')", func='-', hash='b87eb288393334cf65ff19c3d8677ca74610be84', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_5c5b9', table='assays_downtimetyping', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='downtimetyping',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.downtimetyping', '', '', '')", func='-', hash='d7cdd4147c70149414917dbf554fa371307fd2a3', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_fbbfe', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_downtimetyping', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='downtimetyping',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.downtimetyping', '', '', '')", func='-', hash='45b0d2a72cff3a5dca89eb6759b5db596a05a478', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_9c310', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_downtimetyping', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='eqafollowup',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.eqafollowup', '')", func='-', hash='92578e507df18c16e69899fc301e8d677b0b26e0', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_bf2f4', table='assays_eqafollowup', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='eqafollowup',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.eqafollowup', '')", func='-', hash='28cb834b202ae439fc9e890af0d78bfeabbdec99', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_107f9', table='assays_eqafollowup', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='eqafollowup',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.eqafollowup', '', '', '')", func='-', hash='b4370ca6728dd44fa9004de9c49272097d405c40', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_a69b8', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_eqafollowup', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='eqafollowup',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.eqafollowup', '', '', '')", func='-', hash='4c5dc3d03472d4fe0508097d0b9152ba74309bb3', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_55f6e', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_eqafollowup', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='eqaresult',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.eqaresult', 'annul_reason,annulled_at,annulled_by_id')", func='-', hash='b28f4637a488979f2c84caf0111ee71a513bfc20', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_2b8e7', table='assays_eqaresult', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='eqaresult',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.eqaresult', 'annul_reason,annulled_at,annulled_by_id')", func='-', hash='f6a11acc96785db8fcd0908b8d68a85406173d47', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_97cc6', table='assays_eqaresult', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='eqaresult',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.eqaresult', '', '', '')", func='-', hash='94a36285c2a6c592406b5dd566fb9ba23d2b9496', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_8eac9', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_eqaresult', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='eqaresult',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.eqaresult', '', '', '')", func='-', hash='6e528e8551c58fb13ca86a3dd5075fa960c5604b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_c59b8', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_eqaresult', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='eqaround',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.eqaround', '')", func='-', hash='205759775d6bd9739954df7c4c0993bb06848dbf', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_929d2', table='assays_eqaround', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='eqaround',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.eqaround', '')", func='-', hash='1bb80f00d72060e930922aadacfc92de7162002a', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_93ae9', table='assays_eqaround', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='eqaround',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.eqaround', '', '', '')", func='-', hash='d6ee7d1e17b0cf5238abea84c848dbc1ad872a62', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_50fb6', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_eqaround', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='eqaround',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.eqaround', '', '', '')", func='-', hash='3a205c20971f1aa571b4f0437ad8302565042b23', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_89f0c', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_eqaround', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='eqascheme',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.eqascheme', 'is_active')", func='-', hash='c14a368fc26f44125fb57501416cf6608561f007', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_d4a0b', table='assays_eqascheme', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='eqascheme',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.eqascheme', 'is_active')", func='-', hash='27d2b35f6a1bb25f17863227a6b0a55a15651b57', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_05865', table='assays_eqascheme', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='eqascheme',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.eqascheme', '', '', '')", func='-', hash='4087a324e1dd021eba7185b42720b30bd1102610', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_bb685', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_eqascheme', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='eqascheme',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.eqascheme', '', '', '')", func='-', hash='2ac13a6482a19074a972961417443e9770d7d4b7', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_89213', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_eqascheme', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='eqascore',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.eqascore', 'annul_reason,annulled_at,annulled_by_id')", func='-', hash='22303b38cde065ecb9541298fd9e79617448c23c', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_f2f7f', table='assays_eqascore', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='eqascore',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.eqascore', 'annul_reason,annulled_at,annulled_by_id')", func='-', hash='37bb8adfd131a8d82d689fea3c66fb406c3a1fa9', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_b4882', table='assays_eqascore', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='eqascore',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.eqascore', '', '', '')", func='-', hash='dfb247b5351cc5a33abbbf71e9488c80129fa950', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_3e137', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_eqascore', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='eqascore',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.eqascore', '', '', '')", func='-', hash='e44df35f8e380cb5fa340e82f4f1ad1964ca3ddd', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_6bab5', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_eqascore', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='escalation',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.escalation', '')", func='-', hash='d3330948308d1197c90121e333b2c6c00b5807f5', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_a565d', table='assays_escalation', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='escalation',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.escalation', '')", func='-', hash='7f8a4eae4d7f4c2258d45529fcc125f86c4aadf7', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_f9828', table='assays_escalation', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='escalation',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.escalation', '', '', '')", func='-', hash='e9fc88c832191365eb74c3d6c660cd7dfd72ac26', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_be2c0', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_escalation', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='escalation',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.escalation', '', '', '')", func='-', hash='19152c712eccb553eca0e182eda5c51b57bf3a32', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_609ac', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_escalation', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='evaluation',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.evaluation', '')", func='-', hash='4f83baa7747f8b2ab8e84740fcb65781eb4b070d', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_62748', table='assays_evaluation', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='evaluation',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.evaluation', '')", func='-', hash='640f14f13234922e99106721ba936e5c67794ea6', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_73180', table='assays_evaluation', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='evaluation',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.evaluation', '', '', '')", func='-', hash='aee0315e7b131bd556458e236ecb2ee4ce9bcf1a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_5048a', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_evaluation', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='evaluation',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.evaluation', '', '', '')", func='-', hash='9dd48a2aeb03257f829d8422a8aec656f736e68e', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_e5c88', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_evaluation', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='inboxentry',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.inboxentry', 'state')", func='-', hash='c228c014461baad0a4d675b932a6ff98be705a85', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_65983', table='assays_inboxentry', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='inboxentry',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.inboxentry', 'state')", func='-', hash='f49b2c133547697bf7be76d5b00263dac365117e', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_07ddf', table='assays_inboxentry', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='inboxentry',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.inboxentry', '', '', '')", func='-', hash='112152b9e56115cb01b6849da989c5fed5b5dbf2', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_bae12', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_inboxentry', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='inboxentry',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.inboxentry', '', '', '')", func='-', hash='4f72f1fdbffdfdb611949d34b7b1712c16a8885a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_e05e6', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_inboxentry', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='indicatorlimit',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.indicatorlimit', '')", func='-', hash='cd1aa23937c8e5382ded634080f98ce8118eae17', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_ccd63', table='assays_indicatorlimit', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='indicatorlimit',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.indicatorlimit', '')", func='-', hash='2eb8595ce0ce4f0b7b96b695e01960b9a5562c59', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_90e14', table='assays_indicatorlimit', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='indicatorlimit',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.indicatorlimit', '', '', '')", func='-', hash='d048bfe7e90709add6572ce7a2519e09f4eaf183', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_a1db9', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_indicatorlimit', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='indicatorlimit',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.indicatorlimit', '', '', '')", func='-', hash='ceb27618cb14b656a2e1c430f5fdba122c83c918', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_3c5a6', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_indicatorlimit', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='instrument',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.instrument', 'driver,is_active,peer_networks,settings,time_zone')", func='-', hash='02ea61fdb51fbade02fa1b36afa9342d81f48185', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_d9375', table='assays_instrument', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='instrument',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.instrument', 'driver,is_active,peer_networks,settings,time_zone')", func='-', hash='dfb56e3d8a7c7f80dabd77e4c41e4823c563e1f5', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_b4670', table='assays_instrument', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='instrument',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.instrument', '', '', '')", func='-', hash='9a94e0963ca219b2664f1b74613ed9feab004555', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_396c6', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_instrument', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='instrument',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.instrument', '', '', '')", func='-', hash='f7bcab469d887437e6a1700ea2dde9563483f867', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_83a78', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_instrument', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='itemevent',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.itemevent', '')", func='-', hash='d02ec4768664db9ba87247d7453b69b04b286af0', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_5d730', table='assays_itemevent', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='itemevent',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.itemevent', '')", func='-', hash='91ff61e163773a1b843179e9f116baef06ec21a3', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_dc3bd', table='assays_itemevent', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='itemevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.itemevent', '', '', '')", func='-', hash='7e428586e457db46711e5f0f653371664404ab25', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_45533', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_itemevent', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='itemevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.itemevent', '', '', '')", func='-', hash='982951b27a82c8a80f449f4a83ece85ba0e7edb3', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_90798', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_itemevent', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='labelprint',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.labelprint', '')", func='-', hash='a9dddb010bf7c47e07cc9c64900f94ebdebe5b4a', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_efc0a', table='assays_labelprint', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='labelprint',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.labelprint', '')", func='-', hash='7d3af4b29cd0248b1a2aaa511a1dd3328b33d584', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_28361', table='assays_labelprint', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='labelprint',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.labelprint', '', '', '')", func='-', hash='a13fdeb20b8238011bb7a7f0c9182213dd48de93', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_73fa1', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_labelprint', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='labelprint',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.labelprint', '', '', '')", func='-', hash='0b8944b833b281e04ef93fc06087b282640dd800', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_df4b0', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_labelprint', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='ledgercount',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.ledgercount', 'content,counted_at,is_sound,took_ms,worker')", func='-', hash='55c6141405e42ab69b2bf91de41ee3fd91b97d13', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_7ace3', table='assays_ledgercount', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='ledgercount',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.ledgercount', 'content,counted_at,is_sound,took_ms,worker')", func='-', hash='958d510613f77bd53c43600c2e5adb98bc5d0646', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_ecf30', table='assays_ledgercount', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='ledgercount',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.ledgercount', '', 'content', '')", func='-', hash='01ca8731a8bccb1a6c05c8117664b7b0be28a966', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_ed14b', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_ledgercount', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='ledgercount',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.ledgercount', '', 'content', '')", func='-', hash='5aa6ed7fd52d5b2998b7da4ecf7b6ce899dad25f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_e5302', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_ledgercount', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='lookback',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.lookback', 'closed_at,closed_by_id,conclusion')", func='-', hash='b3ebd710d370fdbab50d0015c8e9904da1320ab1', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_0be7e', table='assays_lookback', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='lookback',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.lookback', 'closed_at,closed_by_id,conclusion')", func='-', hash='0138b9a2df22b5dd80519552a0e4f69ad62fa5f8', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_d3ad7', table='assays_lookback', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='lookback',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.lookback', '', '', '')", func='-', hash='95165d2bc52b1fec27f05a9bd1c0485434644ad1', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_01158', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_lookback', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='lookback',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.lookback', '', '', '')", func='-', hash='9e4cd2120139425bbf9ce6859da88cc691564da8', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_7afd4', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_lookback', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='lookbackdecision',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.lookbackdecision', '')", func='-', hash='5ac136c3066c9251099bd2fffb946f7bed6d2d86', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_effe0', table='assays_lookbackdecision', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='lookbackdecision',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.lookbackdecision', '')", func='-', hash='1698873ddb9121d1659f3f73919fb38774c225d5', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_c4452', table='assays_lookbackdecision', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='lookbackdecision',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.lookbackdecision', '', '', '')", func='-', hash='2e1d8dfe45468023b74527040d1b713fdfb922dc', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_a2749', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_lookbackdecision', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='lookbackdecision',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.lookbackdecision', '', '', '')", func='-', hash='7ab7fa20a295ade1194efc25282615e45fabecf7', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_25a04', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_lookbackdecision', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='maintenancerecord',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.maintenancerecord', 'annul_reason,annulled_at,annulled_by_id')", func='-', hash='470637d02a384632ac73b2fe456f62984e104504', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_e52d3', table='assays_maintenancerecord', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='maintenancerecord',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.maintenancerecord', 'annul_reason,annulled_at,annulled_by_id')", func='-', hash='bf64672f1607a748b8d933d2efcdeccd2ea4f1b3', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_55b82', table='assays_maintenancerecord', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='maintenancerecord',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.maintenancerecord', '', '', '')", func='-', hash='03b88607f329875e15bf8dbf4cf3b02dd39e5658', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_38e01', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_maintenancerecord', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='maintenancerecord',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.maintenancerecord', '', '', '')", func='-', hash='8ef76dec2ecd02efa278cd04b640ff65880dde29', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_ce546', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_maintenancerecord', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='maintenancetask',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.maintenancetask', 'is_active')", func='-', hash='5480541f38ae84b023dfaffbc63fc29f5c403767', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_60126', table='assays_maintenancetask', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='maintenancetask',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.maintenancetask', 'is_active')", func='-', hash='1770d807f08cebbea3e16859dcff1f8219a5d28b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_58eca', table='assays_maintenancetask', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='maintenancetask',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.maintenancetask', '', '', '')", func='-', hash='cbbb3a0d68520dedac2e1111c1b992244b1c8b54', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_d36c0', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_maintenancetask', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='maintenancetask',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.maintenancetask', '', '', '')", func='-', hash='3a8bb9fca4f46c8c022fb449729484bce171dbae', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_df678', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_maintenancetask', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='nanitecalculation',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.nanitecalculation', '')", func='-', hash='7107a6edcec47f21da7e80571f533eb566824169', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_a4959', table='assays_nanitecalculation', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='nanitecalculation',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.nanitecalculation', '')", func='-', hash='e8389a189009831386530a5fa920067e663414ab', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_7349e', table='assays_nanitecalculation', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='nanitecalculation',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.nanitecalculation', '', '', '')", func='-', hash='7e2607c12f1ae8acc0db9068c3165524fdfd856f', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_0457d', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_nanitecalculation', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='nanitecalculation',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.nanitecalculation', '', '', '')", func='-', hash='24c778e580336a6a3fa72a9efe4093d756fe6912', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_ff5ae', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_nanitecalculation', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='nanitecount',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.nanitecount', '')", func='-', hash='a365993cbc4aee15af2fadbf8fb7528e21914774', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_215f6', table='assays_nanitecount', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='nanitecount',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.nanitecount', '')", func='-', hash='47e9929e559644a3bfc07c835b8f814a79ae87ff', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_908e6', table='assays_nanitecount', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='nanitecount',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.nanitecount', '', '', '')", func='-', hash='29a7565efbfb0089059fda89bfc25b3423bb4f80', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_a12a1', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_nanitecount', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='nanitecount',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.nanitecount', '', '', '')", func='-', hash='e7b7f28f236c45a158c9ca081fa70910193da091', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_37361', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_nanitecount', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='naniteestimate',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.naniteestimate', '')", func='-', hash='aae748f7ea3df7237e64b37b9857ab2d1c878900', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_52b6a', table='assays_naniteestimate', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='naniteestimate',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.naniteestimate', '')", func='-', hash='b708ecf49ee23f94a1b51accb8e49b3b3f3f5eed', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_eff05', table='assays_naniteestimate', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='naniteestimate',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.naniteestimate', '', '', '')", func='-', hash='b5d691a0ef1a3227caf4d99f938ddf3a8de3608c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_5f910', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_naniteestimate', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='naniteestimate',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.naniteestimate', '', '', '')", func='-', hash='67f0c36d7b3feb2afd02ebfcb9adea2feace574c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_b4fd6', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_naniteestimate', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='nanitefield',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.nanitefield', '')", func='-', hash='afda423e21fe5bdccd263b76f602c452ebde10da', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_d5f6d', table='assays_nanitefield', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='nanitefield',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.nanitefield', '')", func='-', hash='1fd547240bb8d787a71d2e794068c147bf921b4c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_93aa7', table='assays_nanitefield', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='nanitefield',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.nanitefield', '', '', '')", func='-', hash='70c62e3c67a7afdc9bdaea06b626d753b2547c09', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_508e7', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_nanitefield', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='nanitefield',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.nanitefield', '', '', '')", func='-', hash='6f8b8ec9665d99c14f9c5b0b9a9accd23121642b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_76946', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_nanitefield', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='nonconformity',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.nonconformity', 'closed_at,closed_by_id,corrected_at,corrected_by_id,corrective_action,due_on,effectiveness,effectiveness_due_on,immediate_action,preventive_action,responsible_id,root_cause,severity,status')", func='-', hash='55ec069c6cf7354edc337ae578ebcac36dc42579', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_70392', table='assays_nonconformity', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='nonconformity',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.nonconformity', 'closed_at,closed_by_id,corrected_at,corrected_by_id,corrective_action,due_on,effectiveness,effectiveness_due_on,immediate_action,preventive_action,responsible_id,root_cause,severity,status')", func='-', hash='234bce6cd6617e28322abf2a5bd52671777b7517', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_afe35', table='assays_nonconformity', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='nonconformity',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.nonconformity', '', '', '')", func='-', hash='76fecda46b3b9aa355e827ef448e6a84bdac70a8', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_c81dd', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_nonconformity', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='nonconformity',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.nonconformity', '', '', '')", func='-', hash='b6f74b0eeead492407dc4304a73edba602e9957d', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_67bff', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_nonconformity', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='nonconformityevent',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.nonconformityevent', '')", func='-', hash='19a3c4e8911b16ade6a3fe331f5febe5f8c3b0e4', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_60760', table='assays_nonconformityevent', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='nonconformityevent',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.nonconformityevent', '')", func='-', hash='7639afe87fbedd89ba942982404045e4b775fa7b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_b1443', table='assays_nonconformityevent', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='nonconformityevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.nonconformityevent', '', '', '')", func='-', hash='2f2f72abccd201964afc050d188ee767bb61554d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_a4b92', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_nonconformityevent', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='nonconformityevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.nonconformityevent', '', '', '')", func='-', hash='551ce6307ba773d3098242dba3cd50637d4765f1', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_0806f', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_nonconformityevent', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='noticeclosure',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.noticeclosure', '')", func='-', hash='88b77fe4a2a9d7455300e2888dc4843b417e7eba', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_61267', table='assays_noticeclosure', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='noticeclosure',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.noticeclosure', '')", func='-', hash='c7eb0ad635fc7a17fb5b8d7fb6b3cd237fa4d91a', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_e528d', table='assays_noticeclosure', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='noticeclosure',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.noticeclosure', '', '', '')", func='-', hash='766a608a8932ca7ca1e91a073e062eb2bba8a55a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_64935', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_noticeclosure', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='noticeclosure',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.noticeclosure', '', '', '')", func='-', hash='a51064a9a5bc0b11479e5ce2c49624a1956b5d1c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_32b1e', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_noticeclosure', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='order',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.order', 'status')", func='-', hash='fa97e54fddadb4645a8111b77ba584fd38d8cb41', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_87c60', table='assays_order', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='order',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.order', 'status')", func='-', hash='2d920d485701dec748db34a123884267e71434e3', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_cb4c9', table='assays_order', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='order',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.order', '', '', '')", func='-', hash='f0915e2a63f9b512a5a5756fbbfa45a11c6b8892', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_20e23', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_order', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='order',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.order', '', '', '')", func='-', hash='e15c99e5296ed2fb682e6a5f1847c02bd77f3905', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_0fd46', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_order', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='orderanswer',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.orderanswer', '')", func='-', hash='d0cd53a77dd16aa324701d41eb6fa5b84dd4155c', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_469e0', table='assays_orderanswer', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='orderanswer',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.orderanswer', '')", func='-', hash='f77dcbe48af95967ecd83635c4cfc1a1bff1c342', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_a1b0a', table='assays_orderanswer', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='orderanswer',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.orderanswer', '', '', '')", func='-', hash='c26078978093fc080bd7499c32d1fc9894c921af', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_96c44', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_orderanswer', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='orderanswer',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.orderanswer', '', '', '')", func='-', hash='a7b0a29057696ea0554c1f7c19d5ec98af735390', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_7f4a4', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_orderanswer', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='orderevent',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.orderevent', '')", func='-', hash='61fd8aee287531e15a6d496158e730f81250ce5f', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_19093', table='assays_orderevent', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='orderevent',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.orderevent', '')", func='-', hash='f3789370faab90e70a913acd19bc767f80e71499', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_d0390', table='assays_orderevent', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='orderevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.orderevent', '', '', '')", func='-', hash='6eac887a358c9d6e53c9995c1ebfbc128e879ccb', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_cd7ca', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_orderevent', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='orderevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.orderevent', '', '', '')", func='-', hash='b7e6e420b1bfac8b3ad31804c9681b9ec399ac72', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_ce1ca', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_orderevent', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='orderitem',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.orderitem', 'status')", func='-', hash='ab2769a372bd22739216661d3ec9832e5f05d2df', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_79a97', table='assays_orderitem', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='orderitem',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.orderitem', 'status')", func='-', hash='abe78b91c309b392727acf8da1b9cbc5f20e0815', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_4af48', table='assays_orderitem', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='orderitem',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.orderitem', '', '', '')", func='-', hash='518420e957ae3f4d7afad251da2d5248c39c2b0d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_f343d', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_orderitem', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='orderitem',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.orderitem', '', '', '')", func='-', hash='12a33f4569e91ba5ef26ac971e7b92bb47ec1a03', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_8b252', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_orderitem', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='orderquestion',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.orderquestion', 'is_active')", func='-', hash='d5e65cf16b52ab6730b95186f4058c141bb25210', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_ec73f', table='assays_orderquestion', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='orderquestion',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.orderquestion', 'is_active')", func='-', hash='e380bacadf1068ddc94cd5404a8f99a03cc7aea7', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_803fa', table='assays_orderquestion', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='orderquestion',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.orderquestion', '', '', '')", func='-', hash='6d8c0ff3ef5679a9250e19e49931dbcb0d238714', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_ebb35', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_orderquestion', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='orderquestion',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.orderquestion', '', '', '')", func='-', hash='a1cb0a54995df614867ce513bbdf9c29c3508f4d', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_cc9b0', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_orderquestion', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='orderseries',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.orderseries', '')", func='-', hash='aa295934c18851e58f0987257db47f55993fd588', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_80706', table='assays_orderseries', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='orderseries',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.orderseries', '')", func='-', hash='a877880b8c385b4a036a7b71192421054ce30837', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_1d2de', table='assays_orderseries', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='orderseries',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.orderseries', '', '', '')", func='-', hash='c71afc06490b69d3c23951141f0249378d8e5398', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_30bc1', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_orderseries', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='orderseries',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.orderseries', '', '', '')", func='-', hash='e757a8923c41737e1e9e3f30dbc69a5deef744b4', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_9f61f', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_orderseries', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='panel',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.panel', 'is_active,name')", func='-', hash='1fec4e497aa1c79985796ec4d63cc111e0b7f673', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_4c912', table='assays_panel', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='panel',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.panel', 'is_active,name')", func='-', hash='0d3a72a513e8f568c8612b52a651d4ddc90b91c2', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_f792b', table='assays_panel', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='panel',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.panel', '', '', '')", func='-', hash='c0ca9d15d6b5ad02e9730c980f768a5d12af624a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_81b22', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_panel', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='panel',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.panel', '', '', '')", func='-', hash='0fa47993e3f15fa7b266f4181138df72dd6549c3', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_b7f83', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_panel', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='panelmember',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.panelmember', '')", func='-', hash='37bbd4bb9cc7c01582d4079c62ad4ca12b9f84c6', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_6f6cb', table='assays_panelmember', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='panelmember',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.panelmember', '')", func='-', hash='7d1964290ee3a2ea689515e02d3db0cb50ae3250', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_b7a76', table='assays_panelmember', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='panelmember',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.panelmember', '', '', '')", func='-', hash='a8cc8df1c123ba94e6184cb67f56c7140b313679', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_fdb07', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_panelmember', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='panelmember',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.panelmember', '', '', '')", func='-', hash='6fd2b1175fad700c8925d0269cc4643362f2c931', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_c7095', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_panelmember', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='panelversion',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.panelversion', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='0d826810e5cb6371c7a9752ce920d86992819844', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_ba302', table='assays_panelversion', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='panelversion',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.panelversion', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='c14d8f1007435b3a485806ee492ac8500c8810ec', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_6cac8', table='assays_panelversion', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='panelversion',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.panelversion', '', '', '')", func='-', hash='ea593dcc331c28170daf6232e56d65f7c288892a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_3cc74', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_panelversion', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='panelversion',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.panelversion', '', '', '')", func='-', hash='4b8d53569f53c363385c7ebc36314b9ae6e4119f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_b7443', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_panelversion', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='patientaverage',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.patientaverage', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='97f92741ccb7d3c828fc376b8ab0342c6e160822', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_dc45e', table='assays_patientaverage', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='patientaverage',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.patientaverage', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='41235a5990fd2cc89544ec2476f3e9ff9eec96ea', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_b64ef', table='assays_patientaverage', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='patientaverage',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.patientaverage', '', '', '')", func='-', hash='d832f81e467add4f43da2bf832288d894d15bd72', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_03f72', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_patientaverage', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='patientaverage',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.patientaverage', '', '', '')", func='-', hash='b4a73911068e737713fd581ecf4e17311187b2e3', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_6132a', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_patientaverage', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='plausibilityoverride',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.plausibilityoverride', '')", func='-', hash='a829bb9c8a228c4d7a5a835c1385208414041831', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_1e51e', table='assays_plausibilityoverride', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='plausibilityoverride',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.plausibilityoverride', '')", func='-', hash='52a57c766cf2804d4758ac479c7348ece1cbfd71', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_d4f52', table='assays_plausibilityoverride', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='plausibilityoverride',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.plausibilityoverride', '', '', '')", func='-', hash='db6c1c5693801898b8dfc447f971175b275de868', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_d5752', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_plausibilityoverride', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='plausibilityoverride',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.plausibilityoverride', '', '', '')", func='-', hash='988c617f8d13641132d28b9f79b5f8ef420534e4', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_3f751', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_plausibilityoverride', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='qualitytargets',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.qualitytargets', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='4d02a07df20b9bb7e22469d949a7b15a7a771a18', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_1abb3', table='assays_qualitytargets', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='qualitytargets',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.qualitytargets', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='c34f707022f2409c6a60312e78bcae09c24964ed', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_5f015', table='assays_qualitytargets', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='qualitytargets',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.qualitytargets', '', '', '')", func='-', hash='7c2584cdcff10af486352a182beef3fbae539490', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_3b225', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_qualitytargets', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='qualitytargets',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.qualitytargets', '', '', '')", func='-', hash='4390666e1d2ddd1280de22c93993f8eff53d8f3d', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_e7322', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_qualitytargets', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='rangerefusal',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.rangerefusal', '')", func='-', hash='beee94b06fd7b1091df3a9b6613a4f9d5e44f803', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_06f73', table='assays_rangerefusal', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='rangerefusal',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.rangerefusal', '')", func='-', hash='eaa73f1c1a7a5106fc07a0f5c6b03a3480777cec', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_0d580', table='assays_rangerefusal', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='rangerefusal',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.rangerefusal', '', '', '')", func='-', hash='c1794cda7eeae2fa6f6566bc6b38f133119c1736', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_87d1d', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_rangerefusal', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='rangerefusal',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.rangerefusal', '', '', '')", func='-', hash='873ac5cd9897de0a014399e7ea3cc192e8f15ea9', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_6a4c3', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_rangerefusal', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='rangesignature',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.rangesignature', '')", func='-', hash='bafbd314ea9b22f59b93e8caae9aa49fccfd1740', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_b5652', table='assays_rangesignature', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='rangesignature',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.rangesignature', '')", func='-', hash='99f522db6ac271f6fa3df7c0370fc49b1d336eb9', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_7005e', table='assays_rangesignature', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='rangesignature',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.rangesignature', '', '', '')", func='-', hash='1299d177fd47084a366a3c7a1789a6b9fee7fa6d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_0f5ac', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_rangesignature', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='rangesignature',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.rangesignature', '', '', '')", func='-', hash='1414fa00a27d6dda874f701bd404a95f203f95a2', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_6ec9b', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_rangesignature', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reagent',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reagent', 'is_active')", func='-', hash='0af93cba26e9cba98bdb26a5db7b313f23533b05', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_fe42d', table='assays_reagent', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reagent',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reagent', 'is_active')", func='-', hash='7f1299323defdd90d9219aa0b398954b658c36d2', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_f2446', table='assays_reagent', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reagent',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reagent', '', '', '')", func='-', hash='9d8c11d7a8bd03f338a09bdc31284433f26a0353', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_fb2ee', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_reagent', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reagent',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reagent', '', '', '')", func='-', hash='fc0a0a7980b4e0b90c4f77636f9f89c6766341d4', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_58d04', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_reagent', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reagentlot',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reagentlot', 'end_reason,ended_at,ended_by_id,opened_at,opened_by_id')", func='-', hash='6f3bac578d70da21c41fd18b3f8e81dc7382fc6a', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_c1add', table='assays_reagentlot', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reagentlot',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reagentlot', 'end_reason,ended_at,ended_by_id,opened_at,opened_by_id')", func='-', hash='d85ca57411f29bb7b4f2587ef730b8788144163b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_f4cff', table='assays_reagentlot', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reagentlot',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reagentlot', '', '', '')", func='-', hash='1edb4e72b3fcb88d49f7990eaa64ee1b1150d97a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_752ae', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_reagentlot', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reagentlot',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reagentlot', '', '', '')", func='-', hash='45872982ae9433666b35e673297a451bb0e0fda0', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_917fc', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_reagentlot', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reagentmovement',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reagentmovement', '')", func='-', hash='d78c706ca315d79ff1a64d17e17721a96c6bc581', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_9ce46', table='assays_reagentmovement', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reagentmovement',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reagentmovement', '')", func='-', hash='e19fa619ede3dbae690b71aba0e0859bf61e7592', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_3974d', table='assays_reagentmovement', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reagentmovement',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reagentmovement', '', '', '')", func='-', hash='72ac93d29d48f62fa935ee474d3595c510136da1', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_d7700', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_reagentmovement', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reagentmovement',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reagentmovement', '', '', '')", func='-', hash='44fa64975e3f27c68f5e6e10b7f4317e5e2d85ff', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_f1cd4', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_reagentmovement', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reagentperiod',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reagentperiod', 'ended_at,ended_by_id,until')", func='-', hash='7b5ab7c2ef693c0b3d956608795781d748b8ef0e', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_acf54', table='assays_reagentperiod', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reagentperiod',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reagentperiod', 'ended_at,ended_by_id,until')", func='-', hash='2903ef8d9466686375c0147e27789ef0e38a1a38', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_e0b88', table='assays_reagentperiod', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reagentperiod',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reagentperiod', '', '', '')", func='-', hash='debd98cade5290d1465ed9fbd26fc6bc3fc7287e', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_e127f', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_reagentperiod', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reagentperiod',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reagentperiod', '', '', '')", func='-', hash='2f9772c254cb67edfeaae74d3e5572f8aa3d5e6f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_d8d2d', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_reagentperiod', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reagentplace',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reagentplace', 'is_active')", func='-', hash='901dadd850a2d7bac72dcef31ae56640df36d7ed', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_f1b80', table='assays_reagentplace', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reagentplace',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reagentplace', 'is_active')", func='-', hash='1f037c8cdb53336d719b5abe50fcbd23f105adf7', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_b4847', table='assays_reagentplace', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reagentplace',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reagentplace', '', '', '')", func='-', hash='bd91f12b3c73a82b6bf7981bf05bf197e0a82aed', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_60d44', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_reagentplace', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reagentplace',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reagentplace', '', '', '')", func='-', hash='27ab6e101e0b8f7ee84fef05728b4287d1f7cd30', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_1ae73', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_reagentplace', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='receipt',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.receipt', '')", func='-', hash='76a7e4676af5a9c49e95e9e44cd809deacfa773c', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_8e958', table='assays_receipt', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='receipt',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.receipt', '')", func='-', hash='993e024a9a565ec27c2a203395328920cdfd0bb5', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_a40e0', table='assays_receipt', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='receipt',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.receipt', '', '', '')", func='-', hash='c25df31f2bf5e9d999061a01e429f59e8becb594', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_2e286', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_receipt', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='receipt',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.receipt', '', '', '')", func='-', hash='14c94fa58f0df394a4550b88b8b54f5503bc5ce3', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_3dd9c', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_receipt', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='recording',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.recording', '')", func='-', hash='2658e899ea6bbd0aaee5232f23dc585616056f10', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_017d8', table='assays_recording', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='recording',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.recording', '')", func='-', hash='4ca248ab6e4e82eac70295ea2f47ab88cc5ffbbd', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_4cfd9', table='assays_recording', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='recording',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.recording', '', '', '')", func='-', hash='3ffba52fac9c6b1387b1558862e2a4fc705361b3', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_956b9', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_recording', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='recording',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.recording', '', '', '')", func='-', hash='9d567070adf032956a98f2a557cafa0c8148fc6f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_25738', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_recording', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='recordingform',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.recordingform', '')", func='-', hash='d0ec7d2d3f33dda4ef6a81af21665ea8b8fac83a', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_852ef', table='assays_recordingform', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='recordingform',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.recordingform', '')", func='-', hash='86f0ae6cabc4426d71f0b58a375170cdff0ec629', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_32380', table='assays_recordingform', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='recordingform',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.recordingform', '', '', '')", func='-', hash='598dc376d17d1e233aa4bdababe435608cdfd424', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_71971', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_recordingform', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='recordingform',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.recordingform', '', '', '')", func='-', hash='99c0d4e7497d8f253c5222db5251b7c988df7758', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_a5833', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_recordingform', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='referenceinterval',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.referenceinterval', '')", func='-', hash='df3a44dd239858b8bcba703e17b66bb1e645337a', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_ae474', table='assays_referenceinterval', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='referenceinterval',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.referenceinterval', '')", func='-', hash='8000de1569abbf778fded5e14e491145b7e2cf30', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_60c35', table='assays_referenceinterval', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='referenceinterval',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.referenceinterval', '', '', '')", func='-', hash='1d33cdf7e30e6ce2589cea8d21e596dcc6f2ab7a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_e7893', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_referenceinterval', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='referenceinterval',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.referenceinterval', '', '', '')", func='-', hash='7be2c31f1c29242a04c47ac1c42626be047eca60', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_e42db', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_referenceinterval', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='referrallaboratory',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.referrallaboratory', 'is_active')", func='-', hash='fd8b9e76ee5143c413bd4654b76eb62a773c363e', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_a0a92', table='assays_referrallaboratory', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='referrallaboratory',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.referrallaboratory', 'is_active')", func='-', hash='b5c144d2f7d4f583647fd7399c9bea951f22a64c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_3cb21', table='assays_referrallaboratory', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='referrallaboratory',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.referrallaboratory', '', '', '')", func='-', hash='224ed60b56e93c201086eb7e6f858c8fb679de6d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_c33eb', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_referrallaboratory', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='referrallaboratory',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.referrallaboratory', '', '', '')", func='-', hash='4a12d9e5dc460a31780b16579bb6d795a5d3ad72', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_162d9', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_referrallaboratory', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reflexaddition',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reflexaddition', '')", func='-', hash='cfde97567bbcf19e604046842328a88ca6390ea3', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_db01f', table='assays_reflexaddition', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reflexaddition',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reflexaddition', '')", func='-', hash='e88ed2915d6026c800bb07c9b1dd99640188e5d4', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_18b72', table='assays_reflexaddition', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reflexaddition',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reflexaddition', '', '', '')", func='-', hash='ee31c1553d558b1a54afda9f62e6f645a254defd', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_d5103', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_reflexaddition', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reflexaddition',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reflexaddition', '', '', '')", func='-', hash='6c9337bd734ea6110975369c158adb37b88d5129', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_24355', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_reflexaddition', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reflexcondition',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reflexcondition', '')", func='-', hash='324a1129872520faddba0ca0dc38abb07c85f55e', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_3049a', table='assays_reflexcondition', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reflexcondition',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reflexcondition', '')", func='-', hash='1a04d4f5c3c96ace974da93d77a3e9e555f92a32', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_3c425', table='assays_reflexcondition', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reflexcondition',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reflexcondition', '', '', '')", func='-', hash='65fef1690dff083da77455bf138092effe435cda', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_7dc84', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_reflexcondition', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reflexcondition',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reflexcondition', '', '', '')", func='-', hash='4eb3e8f8c6ad1d4270c3fbc23bc12c7751cbdc84', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_ec326', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_reflexcondition', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reflexfiring',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reflexfiring', '')", func='-', hash='c19e68430fff5aa7abcd49f01030a11feafee12d', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_15e93', table='assays_reflexfiring', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reflexfiring',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reflexfiring', '')", func='-', hash='58bc50df6e35e90583e7b99119ef71298351933c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_cd28c', table='assays_reflexfiring', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reflexfiring',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reflexfiring', '', '', '')", func='-', hash='b05fe2ee27437bc8a7d03b32c84950c56633371e', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_98822', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_reflexfiring', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reflexfiring',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reflexfiring', '', '', '')", func='-', hash='a7966a21b0adfcc0c0986e98264a818dd24e52ce', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_322df', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_reflexfiring', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reflexrule',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reflexrule', 'name')", func='-', hash='b2738f4777745fa25e5a6b68ffef4c259c95630a', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_43a69', table='assays_reflexrule', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reflexrule',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reflexrule', 'name')", func='-', hash='0894242ec884c5b96b2538f33aea3c852198a717', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_3c3d8', table='assays_reflexrule', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reflexrule',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reflexrule', '', '', '')", func='-', hash='c117418da05cb1a52804c2778aa71b670def10e2', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_fe303', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_reflexrule', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reflexrule',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reflexrule', '', '', '')", func='-', hash='a7233d5bbe1014323fe5ca2e373584c7ff86c480', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_2be3a', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_reflexrule', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reflexversion',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reflexversion', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='af902ecf7d473c4dc9c970b816fa1d7e1beab21c', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_804a3', table='assays_reflexversion', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reflexversion',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reflexversion', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='5984dc925aaf2434473f26638527b857b8aed750', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_6f830', table='assays_reflexversion', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reflexversion',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reflexversion', '', '', '')", func='-', hash='1ab403d4b40c4074f491ccb41ba6524c6bec0e57', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_476a9', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_reflexversion', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reflexversion',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reflexversion', '', '', '')", func='-', hash='ff8b04b82203bd7531d73ffff67c123a36015a46', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_08a86', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_reflexversion', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='report',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.report', 'status')", func='-', hash='032ccd6cfc62f218558aa61be946b26848f61d28', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_38ea3', table='assays_report', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='report',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.report', 'status')", func='-', hash='d4478aec053c6a9a33c326237b91bb483ea84b97', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_bccfc', table='assays_report', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='report',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.report', '', '', '')", func='-', hash='34784610496b9c56329496f9cef3f0e04c17a2d1', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_e4400', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_report', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='report',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.report', '', '', '')", func='-', hash='b80a40da4e6bfa64e7358fa79ffc3aba972b7a73', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_0a143', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_report', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reportaccess',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reportaccess', '')", func='-', hash='152a6bb593a4d3cd9c8b0383390504cff376153a', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_373d4', table='assays_reportaccess', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reportaccess',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reportaccess', '')", func='-', hash='7722d14e9978138d5ebf8549eb96bf29572df79f', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_364f4', table='assays_reportaccess', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reportaccess',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reportaccess', '', '', '')", func='-', hash='357342d952372f63a590e348d26f20d1bebc9c5b', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_93892', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_reportaccess', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reportaccess',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reportaccess', '', '', '')", func='-', hash='f3c19e8f2c805829e61127184f478b9bd6db4abb', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_e14ea', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_reportaccess', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reportdocument',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reportdocument', '')", func='-', hash='54b27cefbe890b999bd92b93b40c63ce4d4be6b2', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_6fd56', table='assays_reportdocument', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reportdocument',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reportdocument', '')", func='-', hash='db4877c0c370743a5d05ef19bc665c759ba1b58f', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_74090', table='assays_reportdocument', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reportdocument',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reportdocument', 'pdf', '', '')", func='-', hash='6c832df1d0be6fbcbea404ddcf0c120ce6064756', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_2161b', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_reportdocument', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reportdocument',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reportdocument', 'pdf', '', '')", func='-', hash='e5331583f41d098a1434c94a5feeb0b61e554262', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_4bff1', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_reportdocument', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reportversion',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reportversion', '')", func='-', hash='59e34925c56bae4c09a105c610cbcd9588c638aa', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_1adf6', table='assays_reportversion', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reportversion',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.reportversion', '')", func='-', hash='7d819c428657512c5d99cc70c16d575fa66a6a3b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_a8c54', table='assays_reportversion', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reportversion',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reportversion', '', 'content', '')", func='-', hash='0005505aeafec05875301644b506d32d3db76cd8', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_f9ca7', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_reportversion', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='reportversion',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.reportversion', '', 'content', '')", func='-', hash='5615fc70d8c2a7ab7570ff41eb6ee528368e87f5', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_d9e86', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_reportversion', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='result',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.result', '', '', '')", func='-', hash='02a340eaa475b461560a6ca4597807a6f6a5fae1', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_a2cd2', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_result', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='result',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.result', '', '', '')", func='-', hash='3f91b784d595c620fbf0b7621fd18eb30f0ccc2c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_b36e9', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_result', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='result',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.result', 'released_at,released_by_id,signature_id,status,verified_at,verified_by_id')", func='-', hash='fba86bfa3e8b940d2f3499df1dafeb10dddf67d5', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_8bf06', table='assays_result', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='result',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.result', 'released_at,released_by_id,signature_id,status,verified_at,verified_by_id')", func='-', hash='619ac830959fcde9e79a4c93cc3c42c7dbd21b44', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_cfbc6', table='assays_result', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='resultacknowledgement',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.resultacknowledgement', '')", func='-', hash='0e9e43603263cdac22cecce5e1b95f5dc634f356', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_d2693', table='assays_resultacknowledgement', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='resultacknowledgement',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.resultacknowledgement', '')", func='-', hash='a4981fdbedb41c3f6a8bc9ffb8c4021ec4855e94', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_6e1db', table='assays_resultacknowledgement', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='resultacknowledgement',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.resultacknowledgement', '', '', '')", func='-', hash='77aad9e4df9a13376a5cd5eeb0b7b3e5dbcda652', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_7fdc2', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_resultacknowledgement', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='resultacknowledgement',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.resultacknowledgement', '', '', '')", func='-', hash='e90b56736de928cc29f816c893f8b740e9ad2b9b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_51fa8', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_resultacknowledgement', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='resultcomment',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.resultcomment', '')", func='-', hash='7418aaa9e64bd1a0b3b29fcfce0ead51a9707326', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_fc47e', table='assays_resultcomment', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='resultcomment',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.resultcomment', '')", func='-', hash='3a84b7b350f9a0c2b2c71b4864c2b441a0b1cb9e', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_03bf4', table='assays_resultcomment', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='resultcomment',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.resultcomment', '', '', '')", func='-', hash='d37e28021e67bad3b7693ca202b82107f5fba2e5', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_c5ce5', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_resultcomment', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='resultcomment',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.resultcomment', '', '', '')", func='-', hash='d45314b4d36a1c6e49301ab44456e613ab65c5b8', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_6402e', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_resultcomment', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='resultevent',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.resultevent', '')", func='-', hash='26c6d5f32e439109333cd9913db51258af56c69b', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_ce2bb', table='assays_resultevent', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='resultevent',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.resultevent', '')", func='-', hash='5a657219363478ec885745b8e7c68bc19dabc75d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_b5246', table='assays_resultevent', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='resultevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.resultevent', '', '', '')", func='-', hash='8f94b9aa365946a119190dc2e708180361d7d5c8', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_e5df2', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_resultevent', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='resultevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.resultevent', '', '', '')", func='-', hash='1a661d8588e91124a08b74384927d963c87375ea', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_4c118', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_resultevent', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='resulthold',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.resulthold', '')", func='-', hash='9c5bb431d4fe47d9871f3bd23e1e3538207d764c', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_48a6a', table='assays_resulthold', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='resulthold',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.resulthold', '')", func='-', hash='3a526a4fb4af7b471abac7458dc7a55815e85c05', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_33236', table='assays_resulthold', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='resulthold',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.resulthold', '', '', '')", func='-', hash='5eb4540ec969f04c1ea68dd772021e29742339cc', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_776ad', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_resulthold', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='resulthold',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.resulthold', '', '', '')", func='-', hash='0c7c4d6a2ae90da3fe33816129ecbbdd79fd5bb4', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_9e2ca', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_resulthold', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='resultholdclear',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.resultholdclear', '')", func='-', hash='f115140237a262f8ff7201764c2daeb9d62e26c5', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_54689', table='assays_resultholdclear', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='resultholdclear',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.resultholdclear', '')", func='-', hash='b4e06ba0edd66a954ecfe411de59641c7760bf56', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_bb8fa', table='assays_resultholdclear', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='resultholdclear',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.resultholdclear', '', '', '')", func='-', hash='346ad4ae502c459f7907b9aa193db059f19cb243', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_28521', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_resultholdclear', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='resultholdclear',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.resultholdclear', '', '', '')", func='-', hash='03fc29cbfa87886ce5a70c80398882afb592f487', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_ba4de', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_resultholdclear', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='retentionrule',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.retentionrule', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='c7b28fa0178810d24e41e43344f0569415fc7ca4', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_ff46d', table='assays_retentionrule', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='retentionrule',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.retentionrule', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='a451ed74d011aa97b11c510bd3b01f01c7d08d42', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_023f0', table='assays_retentionrule', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='retentionrule',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.retentionrule', '', '', '')", func='-', hash='834a8904e375dc62a2cb2c211aeac15142d30e88', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_2f593', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_retentionrule', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='retentionrule',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.retentionrule', '', '', '')", func='-', hash='f5af130cb8ed5c73fb6a0df2e4eb397f72cc68ca', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_9b937', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_retentionrule', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='ruleset',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.ruleset', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='89fb3e4dd47d5d3a052e7a9ae9ace00a94d720d4', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_c4d53', table='assays_ruleset', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='ruleset',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.ruleset', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='6fa3c64da44468e962a1b1ecaab0238d1daf197e', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_46396', table='assays_ruleset', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='ruleset',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.ruleset', '', '', '')", func='-', hash='3af5470ecdd95a8aac89ca428c664682ba8b0127', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_d10bb', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_ruleset', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='ruleset',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.ruleset', '', '', '')", func='-', hash='b4b8750d986a06fee4db0445ccf3ea1d788ec2bc', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_a93f8', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_ruleset', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='rulesetassay',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.rulesetassay', '')", func='-', hash='ecd6781e8e18b6ae6d62719f1863494e3cfdda92', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_873e4', table='assays_rulesetassay', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='rulesetassay',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.rulesetassay', '')", func='-', hash='fe9ef4ce55686fb493117a16c43ef647c009eeaa', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_7274a', table='assays_rulesetassay', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='rulesetassay',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.rulesetassay', '', '', '')", func='-', hash='866e62819699e1a2d084bd0428aa85149ffd45bb', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_12706', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_rulesetassay', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='rulesetassay',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.rulesetassay', '', '', '')", func='-', hash='4ed5c9d7d00f5950593379805c26f49ff1d12885', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_4e452', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_rulesetassay', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='rulesetmode',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.rulesetmode', '')", func='-', hash='28bf46a81677f8b50e9f9773213cc24a3def1bf6', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_3b04c', table='assays_rulesetmode', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='rulesetmode',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.rulesetmode', '')", func='-', hash='0e8fbcf81c2a32d6e928227aeb96fac36bf3875c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_3128b', table='assays_rulesetmode', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='rulesetmode',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.rulesetmode', '', '', '')", func='-', hash='21dc313f06a693e7aa8b168778db0f89350fdd0a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_b992e', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_rulesetmode', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='rulesetmode',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.rulesetmode', '', '', '')", func='-', hash='1e06ad8dcb7cb6f901dd7ec1b2dcc4d94e126d5f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_9e92f', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_rulesetmode', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='ruletrace',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.ruletrace', '')", func='-', hash='ade0a60b898313fb64b8ce0d605df9c5db3e21c2', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_dfc6e', table='assays_ruletrace', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='ruletrace',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.ruletrace', '')", func='-', hash='59c3577b9fb444cb949a8640919b7e3adfd0bb27', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_24b40', table='assays_ruletrace', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='ruletrace',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.ruletrace', '', 'lines', '')", func='-', hash='31cd688947ad513da473c8134283b7d3ae7bf0eb', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_fb976', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_ruletrace', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='ruletrace',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.ruletrace', '', 'lines', '')", func='-', hash='49558dacc7f951074ec16ff31ae8e2d849e41cae', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_32605', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_ruletrace', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='seriespoint',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.seriespoint', '')", func='-', hash='8db8bdac3387e40887dd399188cd2626878c1427', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_ef73d', table='assays_seriespoint', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='seriespoint',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.seriespoint', '')", func='-', hash='01baa4209fd062ec5a43fd1b390098ad7a09e466', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_ab403', table='assays_seriespoint', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='seriespoint',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.seriespoint', '', '', '')", func='-', hash='ad1919237e29a6c8c673827fb5d212fc80e7101b', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_ca0aa', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_seriespoint', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='seriespoint',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.seriespoint', '', '', '')", func='-', hash='3b5e691570d94c8dbb21dcbcad903d9a85419b2a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_67a1f', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_seriespoint', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='seriesprotocol',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.seriesprotocol', 'is_active')", func='-', hash='8473f4dd031c5b405e1336fe457b1bec1e3e89df', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_d6096', table='assays_seriesprotocol', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='seriesprotocol',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.seriesprotocol', 'is_active')", func='-', hash='ab472a4c5f93fa120db0b8e8ec0d7663eabaf84d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_68319', table='assays_seriesprotocol', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='seriesprotocol',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.seriesprotocol', '', '', '')", func='-', hash='eccff0765be4fdc6e07e667099e075cf24c45f4a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_f3e53', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_seriesprotocol', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='seriesprotocol',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.seriesprotocol', '', '', '')", func='-', hash='28a72eafb00b91ee1d17b457e133d50ea7480a3a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_0483e', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_seriesprotocol', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='seriesprotocolassay',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.seriesprotocolassay', '')", func='-', hash='d9e19256b32a18adcf00b30761fbd40dc51e3d45', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_0d9da', table='assays_seriesprotocolassay', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='seriesprotocolassay',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.seriesprotocolassay', '')", func='-', hash='bd5ee5f5f025c38b9fff624256f1e4689bee514f', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_dc422', table='assays_seriesprotocolassay', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='seriesprotocolassay',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.seriesprotocolassay', '', '', '')", func='-', hash='9d25ac56042180d7ee79b54edccfe13a4548737c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_79c83', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_seriesprotocolassay', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='seriesprotocolassay',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.seriesprotocolassay', '', '', '')", func='-', hash='322d31261cba426278124c83c94ee001b23686b3', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_65e26', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_seriesprotocolassay', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='shipment',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.shipment', 'courier,manifest,sent_at,sent_by_id,status,tracking')", func='-', hash='602e99a2385f7f826454c5a3a0c12d37fd68bd38', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_bb6f8', table='assays_shipment', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='shipment',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.shipment', 'courier,manifest,sent_at,sent_by_id,status,tracking')", func='-', hash='c155219b5c1abf4ff3dd30ef314fd73f3eedbf7b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_9151e', table='assays_shipment', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='shipment',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.shipment', '', 'manifest', '')", func='-', hash='25f6ec8f565ac3110ff2abe11e8c2310ca774e12', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_ecb96', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_shipment', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='shipment',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.shipment', '', 'manifest', '')", func='-', hash='ad2a42bec75fa2eaa9d670bf26afe04328a7d524', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_3f95a', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_shipment', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='shipmentevent',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.shipmentevent', '')", func='-', hash='3995cfb55a87bab0d4eb0c84cff8434e9b47f323', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_da645', table='assays_shipmentevent', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='shipmentevent',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.shipmentevent', '')", func='-', hash='228e70392acd6f8b88c38e92389561711842671d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_66dfe', table='assays_shipmentevent', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='shipmentevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.shipmentevent', '', '', '')", func='-', hash='89703125a178c1042a7d6530f13728f909378087', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_74252', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_shipmentevent', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='shipmentevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.shipmentevent', '', '', '')", func='-', hash='2720d68a5f9ecb14472151bf1d243aaedead5c6a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_056ca', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_shipmentevent', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='shipmentline',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.shipmentline', 'condition,results_at,status')", func='-', hash='4ebcd6361d70e3c3d71ea2ead865a13c4f3a59ee', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_fac3b', table='assays_shipmentline', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='shipmentline',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.shipmentline', 'condition,results_at,status')", func='-', hash='7bbeec49713a81e1c71326b68e703387bd45e15f', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_dc250', table='assays_shipmentline', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='shipmentline',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.shipmentline', '', '', '')", func='-', hash='8768273ec0a352156888bfc9244395aa31dc27f3', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_9fafb', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_shipmentline', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='shipmentline',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.shipmentline', '', '', '')", func='-', hash='ae29f3a9999f7ed1095b39a3d8b6960b9584f427', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_4b31d', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_shipmentline', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='signature',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.signature', '')", func='-', hash='feee82c41dd3424435a0ef871791034094cdd122', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_37b48', table='assays_signature', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='signature',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.signature', '')", func='-', hash='b90ee4aaf0729f4fe63707583525069c854edf0a', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_752bf', table='assays_signature', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='signature',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.signature', '', '', '')", func='-', hash='93ab2a4fbcd4de845cc54a4f87404e9b854d8871', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_03995', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_signature', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='signature',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.signature', '', '', '')", func='-', hash='35c4eccb4c54e3a7b2a4e410019dc2c15de1bd3a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_47076', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_signature', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='signedresult',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.signedresult', '')", func='-', hash='446928ab3bf625d91cb12d22f36c70aab281e759', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_a8fa2', table='assays_signedresult', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='signedresult',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.signedresult', '')", func='-', hash='bc372e20476207607eb0b5a4f9090b46f5f0c929', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_b3fb5', table='assays_signedresult', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='signedresult',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.signedresult', '', 'content', '')", func='-', hash='203a1066c7f2f607bc29fa1fea24b84691b662b8', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_b4f4d', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_signedresult', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='signedresult',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.signedresult', '', 'content', '')", func='-', hash='b041acddce6922adb8bd2b444bf33bcb163e3213', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_696b1', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_signedresult', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='specimen',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.specimen', '', '', '')", func='-', hash='43d35d1678fbb1313c00eaf463936c8f0b606509', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_04f08', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_specimen', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='specimen',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.specimen', '', '', '')", func='-', hash='447a567d40e216919aa82cd2bfefa0c41c206f3a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_4480f', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_specimen', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='specimen',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.specimen', 'collected_at,collected_by_id,cycle,fasting,received_at,status')", func='-', hash='b0ebcf945f07ae68cbd46371348b1c6cfb2c3f52', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_b4be1', table='assays_specimen', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='specimen',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.specimen', 'collected_at,collected_by_id,cycle,fasting,received_at,status')", func='-', hash='c331ad3d158b77a29212ff2d8932ae65179238d7', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_e3fd6', table='assays_specimen', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='specimenevent',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.specimenevent', '')", func='-', hash='14f1b01335b0b54f1a07d5ae0b6f3d23a18fb332', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_3efa9', table='assays_specimenevent', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='specimenevent',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.specimenevent', '')", func='-', hash='3805b3b31552d953e35b678c0e4aab013760aa54', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_1f44e', table='assays_specimenevent', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='specimenevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.specimenevent', '', '', '')", func='-', hash='726a4c227340344bc82c5c88406a7c24466f2554', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_34ebd', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_specimenevent', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='specimenevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.specimenevent', '', '', '')", func='-', hash='ceab7b523e9cbaca1d537a2f0e30934756416ef2', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_ecd33', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_specimenevent', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='specimenidentifier',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.specimenidentifier', '')", func='-', hash='db04d8c3e6850f5a0a488521c43f90d7ed0c16d0', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_fbb6e', table='assays_specimenidentifier', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='specimenidentifier',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.specimenidentifier', '')", func='-', hash='5de25cde47104c0e0c73c2784bd6f025569e3eca', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_4bf26', table='assays_specimenidentifier', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='specimenidentifier',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.specimenidentifier', '', '', '')", func='-', hash='dfe14a3a2ea3ad8fb4eaf7112b5b5184320539a4', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_dbfea', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_specimenidentifier', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='specimenidentifier',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.specimenidentifier', '', '', '')", func='-', hash='efdc0b3e7e4b4327efc0bb67afa6af804446d994', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_39e20', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_specimenidentifier', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='specimenitem',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.specimenitem', '')", func='-', hash='151e05d86c4522496a7ad989fc5c713f6e3d7fd6', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_f9d20', table='assays_specimenitem', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='specimenitem',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.specimenitem', '')", func='-', hash='b2f1512c9a0baf47c8ee22ca11f38a7cfa42a78a', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_369a9', table='assays_specimenitem', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='specimenitem',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.specimenitem', '', '', '')", func='-', hash='d52c2ef1f6bf5ac1b92b25aba7ff9394b333566c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_ab9fc', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_specimenitem', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='specimenitem',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.specimenitem', '', '', '')", func='-', hash='e3d2fb3350c3d9123989922cdf4ed855b41391c7', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_4c801', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_specimenitem', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='specimentype',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.specimentype', 'additive,container,name')", func='-', hash='f684bc9ca1830e2330f23a375242146225cd014e', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_de077', table='assays_specimentype', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='specimentype',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.specimentype', 'additive,container,name')", func='-', hash='6cf7bcc7f6ec7bd4cfe2d2c725cec5dfbefbd46b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_50ff3', table='assays_specimentype', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='specimentype',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.specimentype', '', '', '')", func='-', hash='34fd6d434552012ab5ce04627195a0479890ac4e', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_31bcb', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_specimentype', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='specimentype',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.specimentype', '', '', '')", func='-', hash='90c7daf3d14325c4b74a6e6a535ee7a090131ffc', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_b822b', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_specimentype', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='stabilitylimit',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.stabilitylimit', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='95857702bd2ff81d3960badea2049bce87a2d06e', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_68376', table='assays_stabilitylimit', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='stabilitylimit',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.stabilitylimit', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='ad97b55f29c5dd3436d5cd2ecafbeda51047eba4', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_64e37', table='assays_stabilitylimit', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='stabilitylimit',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.stabilitylimit', '', '', '')", func='-', hash='b2e340c74bcbb38ffa625c2cbb0d7c7883470a8f', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_3d090', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_stabilitylimit', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='stabilitylimit',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.stabilitylimit', '', '', '')", func='-', hash='97b21d7a4be170cca55e0755c8a2f0adfc7853c5', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_83aa2', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_stabilitylimit', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='storageunit',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.storageunit', 'is_active,parent_id')", func='-', hash='c47b3e3d24fb2767c438b05ed2af7a43f143b417', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_5ba66', table='assays_storageunit', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='storageunit',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.storageunit', 'is_active,parent_id')", func='-', hash='eceeb47d56f3127ada862f68e73f3c87c7244b4a', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_aaf73', table='assays_storageunit', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='storageunit',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.storageunit', '', '', '')", func='-', hash='9cca8070aafd6b13ccbaa570bb2be0d78d0b3526', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_83ed3', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_storageunit', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='storageunit',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.storageunit', '', '', '')", func='-', hash='eec9235067e7a9ec9d810bf2dd024f8eee975081', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_37431', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_storageunit', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='storageunitmove',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.storageunitmove', '')", func='-', hash='18a82d586d59bdc1cd9df73451eef8eb519d9bd1', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_63306', table='assays_storageunitmove', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='storageunitmove',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.storageunitmove', '')", func='-', hash='552b81fabd970c0c30b262fbe48cb5ad46a25527', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_e545b', table='assays_storageunitmove', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='storageunitmove',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.storageunitmove', '', '', '')", func='-', hash='bffa78ccc53c99d0e044ab411b0a00d2b5d8fda3', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_53aa9', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_storageunitmove', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='storageunitmove',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.storageunitmove', '', '', '')", func='-', hash='237a9a012c67eaf0168ef57c24ed5d7d02ea8f81', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_3c4ed', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_storageunitmove', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='storedspecimen',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.storedspecimen', 'left_at,left_by_id,left_reason')", func='-', hash='abb1c20710601ad0683dd65497d17c6baff3780e', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_18083', table='assays_storedspecimen', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='storedspecimen',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.storedspecimen', 'left_at,left_by_id,left_reason')", func='-', hash='4b43ed7b8b5cc3202e5b1f8e90fbd7e03f521255', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_ee851', table='assays_storedspecimen', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='storedspecimen',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.storedspecimen', '', '', '')", func='-', hash='330488d50cd381bc54e3d6e3b75df2e6f7bcb5ca', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_801f5', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_storedspecimen', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='storedspecimen',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.storedspecimen', '', '', '')", func='-', hash='56cdcd8fef320b0d1c9d8ecb5408f742c8e213d0', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_8d998', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_storedspecimen', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='transmissionitem',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.transmissionitem', 'duplicate_of_id,hold_code,hold_reason,status')", func='-', hash='d06ff0628219e8bab7f7d4df475f5b38615f1cec', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_c997a', table='assays_transmissionitem', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='transmissionitem',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.transmissionitem', 'duplicate_of_id,hold_code,hold_reason,status')", func='-', hash='1b77869ad3941c70987df4197998dc49bc8e4cfb', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_2ab00', table='assays_transmissionitem', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='transmissionitem',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.transmissionitem', '', 'content', '')", func='-', hash='f1ce7d00e998f805499d05aa50be1c6d3f6d3625', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_660fd', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_transmissionitem', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='transmissionitem',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.transmissionitem', '', 'content', '')", func='-', hash='6b2a94f4eaac6f6eff2e18ab271c5419c0b4d4bc', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_ff844', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_transmissionitem', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='transmissionmessage',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.transmissionmessage', 'content,reply', '', '')", func='-', hash='3985a64c33066a4ee20f17887776d2e10b76701c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_8b47f', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_transmissionmessage', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='transmissionmessage',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.transmissionmessage', 'content,reply', '', '')", func='-', hash='cd9e7b65c8f1ccd2a9c6dc8cbd766e9465dc0db7', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_8c108', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_transmissionmessage', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='transmissionmessage',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.transmissionmessage', 'duplicate_of_id,instrument_id,item_count,reason,status')", func='-', hash='6c4100f9afcfe30c043705bf4ef21673fc1c2269', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_0ed20', table='assays_transmissionmessage', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='transmissionmessage',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.transmissionmessage', 'duplicate_of_id,instrument_id,item_count,reason,status')", func='-', hash='56815c78629c2c2611b7b076b6299fe7ab91c42a', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_ac548', table='assays_transmissionmessage', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='turnaroundtarget',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.turnaroundtarget', '')", func='-', hash='1148f53aebd078d66af920507051a7315c3b4911', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_ddd7e', table='assays_turnaroundtarget', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='turnaroundtarget',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.turnaroundtarget', '')", func='-', hash='c88f0f25f98e50505ed9e42535d3795a373321c7', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_7de23', table='assays_turnaroundtarget', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='turnaroundtarget',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.turnaroundtarget', '', '', '')", func='-', hash='4d44ed2ccdc019d293c8b57a53c09b8fcb9c8079', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_c436c', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_turnaroundtarget', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='turnaroundtarget',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.turnaroundtarget', '', '', '')", func='-', hash='20baa5c4c0c04ab7d0c5c8cda6e6c295c4ff0540', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_c551e', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_turnaroundtarget', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='unitconversion',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.unitconversion', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='757b71df092424b32da0448b210d675c6a133002', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_8a64f', table='assays_unitconversion', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='unitconversion',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('assays.unitconversion', 'active_from,active_until,approved_at,approved_by_id,status')", func='-', hash='bf810d90c58f7da80433a8514fec686a7a5bff47', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_d325c', table='assays_unitconversion', when='BEFORE')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='unitconversion',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.unitconversion', '', '', '')", func='-', hash='6e83b64004cd12c63faf3258b69a1cb8636d87f4', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_30a1b', referencing='REFERENCING NEW TABLE AS new_rows ', table='assays_unitconversion', when='AFTER')),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name='unitconversion',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('assays.unitconversion', '', '', '')", func='-', hash='edb7f7ef8437c53440a5e9b49d748e75b2f2bf3f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_5fe9d', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='assays_unitconversion', when='AFTER')),
        ),
    ]
