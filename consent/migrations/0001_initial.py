
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
        pgtrigger.migrations.AddTrigger(
            model_name='check',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.check', '')", func='-', hash='8d29aa3c9bc2948a0f90ba3b25fcb817351161d8', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_6762e', table='consent_check', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='check',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.check', '')", func='-', hash='7bf262a536929c8e02969368c19503114ba5fe1d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_978c1', table='consent_check', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='check',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.check', '', '', '')", func='-', hash='184adc3887a08d51ee77635a19efee459071cf99', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_f9267', referencing='REFERENCING NEW TABLE AS new_rows ', table='consent_check', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='check',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.check', '', '', '')", func='-', hash='e54bf96c871a77492ed45fdc57f4def8e090077a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_7a4b9', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='consent_check', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='checkannulment',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.checkannulment', '')", func='-', hash='cd4dc97828e0fbb38dd3d5e4df2109961efd32db', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_49f0c', table='consent_checkannulment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='checkannulment',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.checkannulment', '')", func='-', hash='dfc9bb642b5bab77f072e31bdd9879f246b3e4b1', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_9fe7b', table='consent_checkannulment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='checkannulment',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.checkannulment', '', '', '')", func='-', hash='74d34b3799833a91c91e02a6b733c44ad250ad2d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_8b236', referencing='REFERENCING NEW TABLE AS new_rows ', table='consent_checkannulment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='checkannulment',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.checkannulment', '', '', '')", func='-', hash='d336c4573a18b531fd7b9e602c02d1df6acac4cb', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_eafda', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='consent_checkannulment', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='checklift',
            constraint=models.UniqueConstraint(fields=('by_check', 'lifted'), name='consent_checklift_once'),
        ),
        migrations.AddConstraint(
            model_name='checklift',
            constraint=models.CheckConstraint(condition=models.Q(('by_check', models.F('lifted')), _negated=True), name='consent_checklift_another_check'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='checklift',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.checklift', '')", func='-', hash='cc2b963642b07201b39f034cce87d81578b63abb', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_4782f', table='consent_checklift', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='checklift',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.checklift', '')", func='-', hash='09418c194911c01b07dc791a5eddf75478ae94af', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_cf4f5', table='consent_checklift', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='checklift',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.checklift', '', '', '')", func='-', hash='4db062980bf61af09c1cfd2e1cc452a51da19903', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_5be7a', referencing='REFERENCING NEW TABLE AS new_rows ', table='consent_checklift', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='checklift',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.checklift', '', '', '')", func='-', hash='480e89be573c17ab08ead1021730d7f1f09701cc', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_433a7', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='consent_checklift', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enrolmentend',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.enrolmentend', '')", func='-', hash='528e2dbe599c7682762f6c8564d48ef44b212b1d', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_b79f6', table='consent_enrolmentend', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enrolmentend',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.enrolmentend', '')", func='-', hash='a4d328c5aa9b4a80f2ee202a28b365d3919bfcbe', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_f9be3', table='consent_enrolmentend', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enrolmentend',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.enrolmentend', '', '', '')", func='-', hash='a53ffe4424a4dbe185c86668908a4b644fb7198f', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_2d2f2', referencing='REFERENCING NEW TABLE AS new_rows ', table='consent_enrolmentend', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enrolmentend',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.enrolmentend', '', '', '')", func='-', hash='32791aef99eb1d3087e4ae58684f108e1183577e', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_ee3f3', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='consent_enrolmentend', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='findingclear',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.findingclear', '')", func='-', hash='869389d79f6fefb4fc5d318ccc0968a0960a0622', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_5c0d1', table='consent_findingclear', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='findingclear',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.findingclear', '')", func='-', hash='f2655edad80e854044f04979326ca70b436b7a97', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_d3776', table='consent_findingclear', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='findingclear',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.findingclear', '', '', '')", func='-', hash='18696d9771c678eaf444a147d6b8909938c6bce9', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_afacd', referencing='REFERENCING NEW TABLE AS new_rows ', table='consent_findingclear', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='findingclear',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.findingclear', '', '', '')", func='-', hash='5acdbe37d5f21f3ffe2aa7e2090064789605b3fc', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_e22f9', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='consent_findingclear', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='medicalfindings',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.medicalfindings', '')", func='-', hash='b3d3dd6a64dbfad2484efd9a63b11003d2e78566', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_c3562', table='consent_medicalfindings', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='medicalfindings',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.medicalfindings', '')", func='-', hash='23c8d1085a08a4473d76032cef62c80668c1816c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_3dde9', table='consent_medicalfindings', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='medicalfindings',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.medicalfindings', '', '', '')", func='-', hash='3a972041b07fe3cfa025e0fce8af51c4a8ca5f11', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_ea34e', referencing='REFERENCING NEW TABLE AS new_rows ', table='consent_medicalfindings', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='medicalfindings',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.medicalfindings', '', '', '')", func='-', hash='8bc0a004c94adfb0f9a9c3589640fb01b99e8180', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_86984', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='consent_medicalfindings', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programme',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.programme', 'is_active,name')", func='-', hash='9d5ec8590588dd6e7cf9a453a7d988925c5bb46f', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_fe7e2', table='consent_programme', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programme',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.programme', 'is_active,name')", func='-', hash='2fc390a139d72eb1988881b1efc1120b3a0ce601', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_488be', table='consent_programme', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programme',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.programme', '', '', '')", func='-', hash='1ae910f7e21f82cc354aeb0366afe601906ddfb9', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_be081', referencing='REFERENCING NEW TABLE AS new_rows ', table='consent_programme', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programme',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.programme', '', '', '')", func='-', hash='26111b7a29a363c43964adaf36cc344795123deb', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_0421a', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='consent_programme', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='enrolment',
            index=models.Index(fields=['programme', 'person'], name='consent_enrolment_members'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enrolment',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.enrolment', '')", func='-', hash='cc7be811718f3a4ba2b37fbf9434e0dd81b8c4e1', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_f92ee', table='consent_enrolment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enrolment',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.enrolment', '')", func='-', hash='cb2e48a6f617d9d3ecc42ac6a50e869b459b3d61', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_8d8dc', table='consent_enrolment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enrolment',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.enrolment', '', '', '')", func='-', hash='3e1845da2c650915451663363b2f53cba4413d99', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_db8bc', referencing='REFERENCING NEW TABLE AS new_rows ', table='consent_enrolment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enrolment',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.enrolment', '', '', '')", func='-', hash='68a81f9489b66d204770a4dd03849d29786283a7', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_a0e6a', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='consent_enrolment', when='AFTER')),
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
        pgtrigger.migrations.AddTrigger(
            model_name='programmeversion',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.programmeversion', 'approved_at,approved_by_id,discarded_at')", func='-', hash='7a6aafb3de59d7f97b23d6cb20a3ac51d5c079ae', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_8fc8c', table='consent_programmeversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programmeversion',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.programmeversion', 'approved_at,approved_by_id,discarded_at')", func='-', hash='e354522db1682b4c0f6c45c30572a5c696cb49af', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_53672', table='consent_programmeversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programmeversion',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.programmeversion', '', '', '')", func='-', hash='62176409f21dc631b6d5f2c67fd59358333da7d5', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_83f71', referencing='REFERENCING NEW TABLE AS new_rows ', table='consent_programmeversion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programmeversion',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.programmeversion', '', '', '')", func='-', hash='2f09dce8d5f3db6d99f79e162f5723532c483efc', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_e9f52', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='consent_programmeversion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='psychologicalrecord',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.psychologicalrecord', '')", func='-', hash='f24e7aeb2f31d1be2f440bd083aa15433b55c8ae', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_e647b', table='consent_psychologicalrecord', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='psychologicalrecord',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.psychologicalrecord', '')", func='-', hash='e0be35622680c92bd4320f1aa883e74e7aba4d85', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_b610c', table='consent_psychologicalrecord', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='psychologicalrecord',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.psychologicalrecord', 'content', '', '')", func='-', hash='50c709365ba42f385240c0bc2041c2df7737aae4', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_afe59', referencing='REFERENCING NEW TABLE AS new_rows ', table='consent_psychologicalrecord', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='psychologicalrecord',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.psychologicalrecord', 'content', '', '')", func='-', hash='bcc52324616d86235414b039e1f3d99435e87b41', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_57201', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='consent_psychologicalrecord', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waiversignatureannulment',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.waiversignatureannulment', '')", func='-', hash='7b59966ccd5a221971f1940845a9176f245e58dd', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_04424', table='consent_waiversignatureannulment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waiversignatureannulment',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.waiversignatureannulment', '')", func='-', hash='758f1be58a10f86051648156a2a883fd9d4dea71', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_43452', table='consent_waiversignatureannulment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waiversignatureannulment',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.waiversignatureannulment', '', '', '')", func='-', hash='d4b984912f9f8aed42f1b2440373c8cd7e9f2c24', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_a0e89', referencing='REFERENCING NEW TABLE AS new_rows ', table='consent_waiversignatureannulment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waiversignatureannulment',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.waiversignatureannulment', '', '', '')", func='-', hash='cdf381b8348679fbda2621bf9b34605be5cc9500', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_70911', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='consent_waiversignatureannulment', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='waivertext',
            constraint=models.UniqueConstraint(fields=('programme', 'number'), name='consent_waivertext_number'),
        ),
        migrations.AddConstraint(
            model_name='waivertext',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at', None), ('approved_by', None)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), models.Q(('approved_by', models.F('drafted_by')), _negated=True)), _connector='OR'), name='consent_waivertext_approved_by_another'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waivertext',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.waivertext', 'approved_at,approved_by_id,discarded_at')", func='-', hash='3cc10d788235e194765f036a2708b345d6d1aea0', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_0fe74', table='consent_waivertext', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waivertext',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.waivertext', 'approved_at,approved_by_id,discarded_at')", func='-', hash='338fed9f5c8b3797ee1ee8041c02acb23df137f8', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_ea247', table='consent_waivertext', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waivertext',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.waivertext', '', 'body', '')", func='-', hash='8fd3797cc5f2ed6f6919083384164fd8aa22a1dd', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_e1bcc', referencing='REFERENCING NEW TABLE AS new_rows ', table='consent_waivertext', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waivertext',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.waivertext', '', 'body', '')", func='-', hash='fb0a95996f00a788e66ef9dfa3b6ae4477c26bec', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_ea782', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='consent_waivertext', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waiversignature',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.waiversignature', '')", func='-', hash='8499305f7167a54e61217717a9555d64b5537646', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_b208a', table='consent_waiversignature', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waiversignature',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.waiversignature', '')", func='-', hash='bc688917af496218328a84213b873771d7abbfe4', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_88d7a', table='consent_waiversignature', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waiversignature',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.waiversignature', '', '', '')", func='-', hash='0427e6f33222d9e62e95fb601d2b1a551d44608f', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_47519', referencing='REFERENCING NEW TABLE AS new_rows ', table='consent_waiversignature', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waiversignature',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.waiversignature', '', '', '')", func='-', hash='20ac6be8db5cdcf346ca2d43236c7f75c6bb551b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_5d275', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='consent_waiversignature', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waiverwithdrawal',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.waiverwithdrawal', '')", func='-', hash='c75aae04a8230c19944756c9ed9c329c8e256614', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_0a6e7', table='consent_waiverwithdrawal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waiverwithdrawal',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('consent.waiverwithdrawal', '')", func='-', hash='7952e2d03c300346c68badcd0f8c2084e0e51d15', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_e88d7', table='consent_waiverwithdrawal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waiverwithdrawal',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.waiverwithdrawal', '', '', '')", func='-', hash='8e67167c6fd98fe49ba5b6b6cfcc2134bff1e140', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_01e8e', referencing='REFERENCING NEW TABLE AS new_rows ', table='consent_waiverwithdrawal', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waiverwithdrawal',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('consent.waiverwithdrawal', '', '', '')", func='-', hash='9021743c18597f05a548ddb9a99b5feae2199660', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_36d95', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='consent_waiverwithdrawal', when='AFTER')),
        ),
    ]
