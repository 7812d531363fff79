
import django.db.models.deletion
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
    ]
