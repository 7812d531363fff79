
import django.db.models.deletion
import labsys.lib.triggers
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("audit", "0001_initial"),  # its functions are called by every table's triggers
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('username', models.CharField(max_length=150, unique=True)),
                ('full_name', models.CharField(max_length=150)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('is_active', models.BooleanField(default=True)),
                ('password_changed_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='RoleGrant',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('phlebotomist', 'phlebotomist'), ('technologist', 'technologist'), ('pathologist', 'laboratory doctor (pathologist)'), ('ward_doctor', 'ward doctor'), ('nurse', 'nurse'), ('examining_physician', 'examining physician'), ('psychologist', 'psychologist'), ('screening_officer', 'screening officer'), ('gate_officer', 'gate officer'), ('infection_control', 'infection-control officer'), ('quality_manager', 'quality manager'), ('visiting_clinician', 'visiting clinician'), ('outside_scientist', 'outside scientist'), ('participant', 'participant'), ('privacy_officer', 'privacy officer'), ('auditor', 'auditor'), ('administrator', 'administrator'), ('instrument', 'instrument')], max_length=32)),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='RoleRevocation',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('recorded_at', models.DateTimeField()),
                ('reason', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='LoginSession',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('session_key', models.CharField(help_text='sha256 of the key', max_length=64, unique=True)),
                ('address', models.GenericIPAddressField(null=True)),
                ('started_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('end_reason', models.CharField(blank=True, max_length=20)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='login_sessions', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Principal',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('PERSON', 'person'), ('INSTRUMENT', 'instrument'), ('SYSTEM', 'system')], max_length=10)),
                ('name', models.CharField(max_length=150, unique=True)),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['PERSON', 'INSTRUMENT', 'SYSTEM'])), name='accounts_principal_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'SYSTEM'), ('name__startswith', 'system:')), models.Q(models.Q(('kind', 'SYSTEM'), _negated=True), models.Q(('name__startswith', 'system:'), _negated=True)), _connector='OR'), name='accounts_principal_system_named')],
            },
        ),
        migrations.CreateModel(
            name='AccessKey',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('digest', models.BinaryField(unique=True)),
                ('hint', models.CharField(help_text='The first characters, to tell keys apart.', max_length=12)),
                ('networks', models.JSONField(default=list, help_text='CIDR ranges it may come from; [] = any.')),
                ('recorded_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('principal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='access_keys', to='accounts.principal')),
            ],
        ),
        migrations.AddField(
            model_name='user',
            name='principal',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='user', to='accounts.principal'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='principal',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('accounts.principal', 'is_active')", func='-', hash='e4a3d48951ade8b379041c492b85d79abc9cc8ab', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_dc30c', table='accounts_principal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='principal',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('accounts.principal', 'is_active')", func='-', hash='472a8055b30d5627f4b4db27baffed54b191b2a7', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_1068b', table='accounts_principal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='principal',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('accounts.principal', '', '', '')", func='-', hash='943e06573eff8045632c2ca6f98441502b2febf0', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_15f00', referencing='REFERENCING NEW TABLE AS new_rows ', table='accounts_principal', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='principal',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('accounts.principal', '', '', '')", func='-', hash='d3623d60d440d0db2ea1e8edb5a8d9bd29bcd53e', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_cbae7', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='accounts_principal', when='AFTER')),
        ),
        migrations.AddField(
            model_name='rolegrant',
            name='granted_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='rolegrant',
            name='principal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='role_grants', to='accounts.principal'),
        ),
        migrations.AddField(
            model_name='rolerevocation',
            name='grant',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='revocation', to='accounts.rolegrant'),
        ),
        migrations.AddField(
            model_name='rolerevocation',
            name='revoked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal'),
        ),
        migrations.AddIndex(
            model_name='loginsession',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['user', 'started_at'], name='accounts_loginsession_open'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accesskey',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('accounts.accesskey', 'revoked_at')", func='-', hash='cad0475c4dc5976503cbfcb84e9b24f081da5f23', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_de6bd', table='accounts_accesskey', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accesskey',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('accounts.accesskey', 'revoked_at')", func='-', hash='995d14454624acb0c2acc178373013b85b249b01', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_daf0c', table='accounts_accesskey', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accesskey',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('accounts.accesskey', '', '', 'digest')", func='-', hash='b2dfaaae7db02b45108c269627e60ef53207eac7', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_ec6e9', referencing='REFERENCING NEW TABLE AS new_rows ', table='accounts_accesskey', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accesskey',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('accounts.accesskey', '', '', 'digest')", func='-', hash='3f8be810bcf1f8063b502c062ce98b76cc71b01e', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_d2af1', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='accounts_accesskey', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('accounts.user', 'email,full_name,is_active,password,password_changed_at')", func='-', hash='b9ad9ae6ee5158177113974fca0c7540a7dffd2d', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_23560', table='accounts_user', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('accounts.user', 'email,full_name,is_active,password,password_changed_at')", func='-', hash='8fe9916c69d6519b64e0baa930b7f2b443f44496', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_ad20c', table='accounts_user', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('accounts.user', '', '', 'password')", func='-', hash='fd67b609cc57229ab5758703f3b61a94d6763e89', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_6f624', referencing='REFERENCING NEW TABLE AS new_rows ', table='accounts_user', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('accounts.user', '', '', 'password')", func='-', hash='f140c6922695e1bd6bb25eceb384a76044254cc9', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_b852b', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='accounts_user', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['phlebotomist', 'technologist', 'pathologist', 'ward_doctor', 'nurse', 'examining_physician', 'psychologist', 'screening_officer', 'gate_officer', 'infection_control', 'quality_manager', 'visiting_clinician', 'outside_scientist', 'participant', 'privacy_officer', 'auditor', 'administrator', 'instrument'])), name='accounts_rolegrant_role_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rolegrant',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('accounts.rolegrant', '')", func='-', hash='c4efeb2d48c0d4f6f548358561025074da95a9fb', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_0238f', table='accounts_rolegrant', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rolegrant',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('accounts.rolegrant', '')", func='-', hash='26fa9defc263f981da1e4719a556cf77016947f4', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_5364c', table='accounts_rolegrant', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rolegrant',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('accounts.rolegrant', '', '', '')", func='-', hash='70292bbae5f7aebe3542a9ef5d01409955a9349d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_0335d', referencing='REFERENCING NEW TABLE AS new_rows ', table='accounts_rolegrant', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rolegrant',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('accounts.rolegrant', '', '', '')", func='-', hash='11c1c434171130554730e1651fd1b0b10ef3457e', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_7d353', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='accounts_rolegrant', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rolerevocation',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('accounts.rolerevocation', '')", func='-', hash='6bc8a7fafa6b5baa93d5fc1f4c7799ece3ac8c9c', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_be1e6', table='accounts_rolerevocation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rolerevocation',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('accounts.rolerevocation', '')", func='-', hash='4fa6539cedd5461345aaf2ffe4b6bd293fe0b9a2', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_c05f8', table='accounts_rolerevocation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rolerevocation',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('accounts.rolerevocation', '', '', '')", func='-', hash='2244d654f7290f83f425e8142072acd83f85a0ff', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_c2af4', referencing='REFERENCING NEW TABLE AS new_rows ', table='accounts_rolerevocation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rolerevocation',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('accounts.rolerevocation', '', '', '')", func='-', hash='8ae73bf1bf93cd9e3c7e3d97f9370e07e8c6ff29', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_7993b', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='accounts_rolerevocation', when='AFTER')),
        ),
    ]
