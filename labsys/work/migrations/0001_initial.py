
import django.db.models.deletion
import labsys.lib.triggers
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('service', models.CharField(max_length=32)),
                ('instance', models.CharField(max_length=128)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('service', 'instance'), name='work_heartbeat_one_each')],
            },
        ),
        migrations.CreateModel(
            name='PeriodicRun',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=64)),
                ('period_start', models.DateTimeField()),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('error', models.TextField(blank=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('name', 'period_start'), name='work_periodicrun_once_per_period')],
            },
        ),
        migrations.CreateModel(
            name='WorkItem',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=32)),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('subject_table', models.CharField(max_length=64)),
                ('subject_id', models.BigIntegerField()),
                ('ordering_key', models.CharField(blank=True, max_length=64)),
                ('priority', models.PositiveSmallIntegerField(default=3)),
                ('state', models.CharField(choices=[('PENDING', 'waiting'), ('BLOCKED', 'waiting for its predecessor'), ('RUNNING', 'running'), ('DONE', 'done'), ('PARKED', 'parked after repeated failure'), ('REJECTED', 'rejected by a person')], default='PENDING', max_length=8)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('available_at', models.DateTimeField()),
                ('lease_token', models.BigIntegerField(default=0)),
                ('lease_until', models.DateTimeField(null=True)),
                ('rung_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('predecessor_parked', models.BooleanField(default=False)),
                ('worker', models.CharField(blank=True, max_length=128)),
                ('last_error', models.TextField(blank=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'PENDING')), fields=['priority', 'id'], name='work_workitem_due'), models.Index(condition=models.Q(('state', 'RUNNING')), fields=['lease_until'], name='work_workitem_leased'), models.Index(condition=models.Q(('state__in', ['PENDING', 'BLOCKED', 'RUNNING'])), fields=['ordering_key', 'id'], name='work_workitem_open_by_key'), models.Index(condition=models.Q(('state__in', ['PARKED', 'BLOCKED'])), fields=['state', 'id'], name='work_workitem_attention')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'version', 'subject_table', 'subject_id'), name='work_workitem_one_per_subject'), models.CheckConstraint(condition=models.Q(('state__in', ['PENDING', 'BLOCKED', 'RUNNING', 'DONE', 'PARKED', 'REJECTED'])), name='work_workitem_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('lease_until__isnull', False), ('state', 'RUNNING')), models.Q(models.Q(('state', 'RUNNING'), _negated=True), ('lease_until', None)), _connector='OR'), name='work_workitem_lease_only_while_running')],
            },
        ),
        migrations.CreateModel(
            name='WorkDecision',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('decision', models.CharField(choices=[('RETRY', 'try again'), ('REJECT', 'reject')], max_length=6)),
                ('reason', models.TextField()),
                ('error', models.TextField(help_text='The error the item showed when this was decided.')),
                ('recorded_at', models.DateTimeField()),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='work.workitem')),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workdecision',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('work.workdecision', '')", func='-', hash='e8f609f9447d0eb0505c3047d2f9c10f02f04f20', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_411ed', table='work_workdecision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workdecision',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('work.workdecision', '')", func='-', hash='79b8dd5297f16f5b944abe517946cc401d06c1cd', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_bd44b', table='work_workdecision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workdecision',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('work.workdecision', '', '', '')", func='-', hash='d2a3c574c252108b5abd61a95b407f41a6a40b5e', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_7a8a4', referencing='REFERENCING NEW TABLE AS new_rows ', table='work_workdecision', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workdecision',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('work.workdecision', '', '', '')", func='-', hash='55168ace7222d547d3b94f74b5316d0a4d516619', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_607d1', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='work_workdecision', when='AFTER')),
        ),
    ]
