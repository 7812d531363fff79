
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("audit", "0001_initial"),  # its functions are called by every table's triggers
    ]

    operations = [
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
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('username', models.CharField(max_length=150, unique=True)),
                ('full_name', models.CharField(max_length=150)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('is_active', models.BooleanField(default=True)),
                ('password_changed_at', models.DateTimeField()),
                ('must_change_password', models.BooleanField(default=False, help_text='The password was given by somebody else; a new one is asked for.')),
                ('principal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='user', to='accounts.principal')),
            ],
        ),
        migrations.CreateModel(
            name='RoleGrant',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('phlebotomist', 'phlebotomist'), ('technologist', 'technologist'), ('pathologist', 'laboratory doctor (pathologist)'), ('ward_doctor', 'ward doctor'), ('nurse', 'nurse'), ('examining_physician', 'examining physician'), ('psychologist', 'psychologist'), ('screening_officer', 'screening officer'), ('gate_officer', 'gate officer'), ('infection_control', 'infection-control officer'), ('quality_manager', 'quality manager'), ('visiting_clinician', 'visiting clinician'), ('outside_scientist', 'outside scientist'), ('participant', 'participant'), ('privacy_officer', 'privacy officer'), ('auditor', 'auditor'), ('administrator', 'administrator'), ('instrument', 'instrument')], max_length=32)),
                ('recorded_at', models.DateTimeField()),
                ('granted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('principal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='role_grants', to='accounts.principal')),
            ],
        ),
        migrations.CreateModel(
            name='RoleRevocation',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('recorded_at', models.DateTimeField()),
                ('reason', models.TextField()),
                ('grant', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='revocation', to='accounts.rolegrant')),
                ('revoked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
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
                ('end_reason', models.CharField(blank=True, choices=[('LOGOUT', 'logout'), ('IDLE', 'idle'), ('ABSOLUTE', 'absolute'), ('REPLACED', 'replaced'), ('PARALLEL', 'parallel'), ('PASSWORD', 'password'), ('ROLES', 'roles'), ('DEACTIVATED', 'deactivated'), ('ADMINISTRATOR', 'administrator')], max_length=20)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='login_sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['user', 'started_at'], name='accounts_loginsession_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('ended_at', None)), models.Q(('ended_at__isnull', False), models.Q(('end_reason', ''), _negated=True)), _connector='OR'), name='accounts_loginsession_end_has_reason')],
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
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('recorded_at'))), name='accounts_accesskey_expires_later')],
            },
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['phlebotomist', 'technologist', 'pathologist', 'ward_doctor', 'nurse', 'examining_physician', 'psychologist', 'screening_officer', 'gate_officer', 'infection_control', 'quality_manager', 'visiting_clinician', 'outside_scientist', 'participant', 'privacy_officer', 'auditor', 'administrator', 'instrument'])), name='accounts_rolegrant_role_known'),
        ),
    ]
