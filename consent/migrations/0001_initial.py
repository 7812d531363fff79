
import django.db.models.deletion
import labsys.lib.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('assays', '0001_initial'),
        ('patients', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Check',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uid', models.UUIDField(unique=True)),
                ('kind', models.CharField(choices=[('MEDICAL', 'medical'), ('PSYCHOLOGICAL', 'psychological')], max_length=13)),
                ('outcome', models.CharField(choices=[('PASSED', 'passed'), ('REFERRED', 'referred'), ('FAILED', 'failed'), ('INCOMPLETE', 'incomplete')], max_length=10)),
                ('proposed', models.CharField(blank=True, choices=[('PASSED', 'passed'), ('REFERRED', 'referred'), ('FAILED', 'failed'), ('INCOMPLETE', 'incomplete')], max_length=10)),
                ('reason_codes', models.JSONField(default=list)),
                ('rule_version', models.CharField(blank=True, max_length=32)),
                ('performed_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('examiner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='patients.person')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('second_examiner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
        ),
        migrations.CreateModel(
            name='CheckAnnulment',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('reason', models.TextField()),
                ('recorded_at', models.DateTimeField()),
                ('of_check', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='annulment', to='consent.check')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
        ),
        migrations.CreateModel(
            name='CheckLift',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('recorded_at', models.DateTimeField()),
                ('by_check', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lifts', to='consent.check')),
                ('lifted', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lifted_by', to='consent.check')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
        ),
        migrations.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('started_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='patients.person')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
        ),
        migrations.CreateModel(
            name='EnrolmentEnd',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('ended_at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('recorded_at', models.DateTimeField()),
                ('enrolment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='end', to='consent.enrolment')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
        ),
        migrations.CreateModel(
            name='FindingClear',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('reason', models.TextField()),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('result', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='finding_clear', to='assays.result')),
            ],
        ),
        migrations.CreateModel(
            name='MedicalFindings',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('vitals', models.JSONField(default=dict)),
                ('score', models.JSONField(default=dict, help_text='NEWS2 with its parts, or why it was not scored.')),
                ('signs', models.JSONField(default=list)),
                ('comment', models.TextField(blank=True)),
                ('recorded_at', models.DateTimeField()),
                ('of_check', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='medical', to='consent.check')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
        ),
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.SlugField(max_length=32, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('destination', models.CharField(blank=True, max_length=120)),
                ('is_active', models.BooleanField(default=True)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
        ),
        migrations.AddField(
            model_name='enrolment',
            name='programme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='consent.programme'),
        ),
        migrations.CreateModel(
            name='ProgrammeVersion',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('effective_from', models.DateTimeField()),
                ('minimum_age_years', models.PositiveSmallIntegerField(blank=True, default=18, null=True)),
                ('check_validity_hours', models.PositiveIntegerField(default=168)),
                ('check_opens_hours', models.PositiveIntegerField(default=48)),
                ('check_grace_hours', models.PositiveIntegerField(default=0, help_text='Moves a person on the board only, never the clearance.')),
                ('nanite_analyte', models.CharField(blank=True, help_text='Empty = none asked.', max_length=32)),
                ('nanite_maximum', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, help_text='The highest load that is allowed, in {nanites}/uL.', max_digits=38, null=True)),
                ('nanite_validity_hours', models.PositiveIntegerField(default=168)),
                ('note', models.TextField(blank=True)),
                ('recorded_at', models.DateTimeField()),
                ('approved_at', models.DateTimeField(null=True)),
                ('discarded_at', models.DateTimeField(null=True)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='consent.programme')),
            ],
        ),
        migrations.CreateModel(
            name='PsychologicalRecord',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('content', labsys.lib.fields.SealedField()),
                ('recorded_at', models.DateTimeField()),
                ('of_check', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='psychological', to='consent.check')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
        ),
        migrations.CreateModel(
            name='WaiverSignature',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('text_sha256', models.CharField(max_length=64)),
                ('language', models.CharField(max_length=8)),
                ('identity_checked', models.CharField(help_text='What was checked, not its value.', max_length=200)),
                ('signed_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='waiver_signatures', to='patients.person')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('witness', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
        ),
        migrations.CreateModel(
            name='WaiverSignatureAnnulment',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('reason', models.TextField()),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('signature', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='annulment', to='consent.waiversignature')),
            ],
        ),
        migrations.CreateModel(
            name='WaiverText',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('body', models.JSONField(help_text='Language code -> text.')),
                ('sha256', models.CharField(max_length=64)),
                ('effective_from', models.DateTimeField()),
                ('predecessor_until', models.DateTimeField(blank=True, help_text='How long signatures under the text before this one are still accepted.', null=True)),
                ('recorded_at', models.DateTimeField()),
                ('approved_at', models.DateTimeField(null=True)),
                ('discarded_at', models.DateTimeField(null=True)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='waiver_texts', to='consent.programme')),
            ],
        ),
        migrations.AddField(
            model_name='waiversignature',
            name='text',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='consent.waivertext'),
        ),
        migrations.CreateModel(
            name='WaiverWithdrawal',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('door', models.CharField(choices=[('OWN_PAGE', 'own page'), ('STAFF', 'staff'), ('API', 'API')], max_length=8)),
                ('effective_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='waiver_withdrawals', to='patients.person')),
                ('programme', models.ForeignKey(help_text='Empty = from every programme.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='withdrawals', to='consent.programme')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
        ),
        migrations.AddIndex(
            model_name='check',
            index=models.Index(fields=['person', '-performed_at'], name='consent_check_by_person'),
        ),
        migrations.AddConstraint(
            model_name='check',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['MEDICAL', 'PSYCHOLOGICAL'])), name='consent_check_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='check',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['PASSED', 'REFERRED', 'FAILED', 'INCOMPLETE'])), name='consent_check_outcome_known'),
        ),
        migrations.AddConstraint(
            model_name='check',
            constraint=models.CheckConstraint(condition=models.Q(('proposed', 'FAILED'), _negated=True), name='consent_check_no_rule_proposes_failed'),
        ),
        migrations.AddConstraint(
            model_name='checklift',
            constraint=models.UniqueConstraint(fields=('by_check', 'lifted'), name='consent_checklift_once'),
        ),
        migrations.AddConstraint(
            model_name='checklift',
            constraint=models.CheckConstraint(condition=models.Q(('by_check', models.F('lifted')), _negated=True), name='consent_checklift_another_check'),
        ),
        migrations.AddIndex(
            model_name='enrolment',
            index=models.Index(fields=['programme', 'person'], name='consent_enrolment_members'),
        ),
        migrations.AddConstraint(
            model_name='programmeversion',
            constraint=models.UniqueConstraint(fields=('programme', 'number'), name='consent_programmeversion_number'),
        ),
        migrations.AddConstraint(
            model_name='programmeversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at', None), ('approved_by', None)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), models.Q(('approved_by', models.F('drafted_by')), _negated=True)), _connector='OR'), name='consent_programmeversion_approved_by_another'),
        ),
        migrations.AddConstraint(
            model_name='programmeversion',
            constraint=models.CheckConstraint(condition=models.Q(('check_validity_hours__gt', 0), ('nanite_validity_hours__gt', 0)), name='consent_programmeversion_validity_positive'),
        ),
        migrations.AddConstraint(
            model_name='programmeversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('nanite_analyte', ''), ('nanite_maximum', None)), models.Q(models.Q(('nanite_analyte', ''), _negated=True), ('nanite_maximum__isnull', False)), _connector='OR'), name='consent_programmeversion_nanite_limit_stated'),
        ),
        migrations.AddConstraint(
            model_name='waivertext',
            constraint=models.UniqueConstraint(fields=('programme', 'number'), name='consent_waivertext_number'),
        ),
        migrations.AddConstraint(
            model_name='waivertext',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at', None), ('approved_by', None)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), models.Q(('approved_by', models.F('drafted_by')), _negated=True)), _connector='OR'), name='consent_waivertext_approved_by_another'),
        ),
    ]
