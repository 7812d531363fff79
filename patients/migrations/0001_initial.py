
import django.db.models.deletion
import labsys.lib.fields
import labsys.lib.triggers
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Species',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.SlugField(max_length=32, unique=True)),
                ('name', models.CharField(max_length=80)),
            ],
            options={
                'verbose_name_plural': 'species',
            },
        ),
        migrations.CreateModel(
            name='Encounter',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('started_at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
        ),
        migrations.CreateModel(
            name='EncounterEnd',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('ended_at', models.DateTimeField()),
                ('disposition', models.CharField(choices=[('DISCHARGED', 'discharged'), ('TRANSFERRED', 'transferred'), ('DECEASED', 'deceased'), ('ERROR', 'entered in error')], max_length=11)),
                ('recorded_at', models.DateTimeField()),
                ('encounter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='end', to='patients.encounter')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
        ),
        migrations.CreateModel(
            name='Location',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.SlugField(max_length=32, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('HOSPITAL', 'hospital'), ('WARD', 'ward'), ('ROOM', 'room'), ('BED', 'bed'), ('LABORATORY', 'laboratory'), ('OTHER', 'other place')], max_length=10)),
                ('is_active', models.BooleanField(default=True)),
                ('recorded_at', models.DateTimeField()),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='patients.location')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
        ),
        migrations.AddField(
            model_name='encounter',
            name='location',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='encounters', to='patients.location'),
        ),
        migrations.CreateModel(
            name='CareAssignment',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField()),
                ('principal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='care_assignments', to='accounts.principal')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('location', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='care_assignments', to='patients.location')),
            ],
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('mrn', models.CharField(max_length=12, unique=True, verbose_name='MRN')),
                ('sex', models.CharField(choices=[('F', 'female'), ('M', 'male'), ('O', 'other'), ('U', 'unknown')], default='U', max_length=1)),
                ('birth_date', models.DateField(blank=True, null=True)),
                ('birth_precision', models.CharField(choices=[('DAY', 'exact'), ('MONTH', 'month known'), ('YEAR', 'year known'), ('ESTIMATED', 'estimated'), ('UNKNOWN', 'unknown')], default='UNKNOWN', max_length=9)),
                ('birth_uncertainty_days', models.PositiveIntegerField(blank=True, help_text='For an estimated date: it may be off by this many days.', null=True)),
                ('deceased_on', models.DateField(blank=True, null=True)),
                ('placeholder', models.CharField(blank=True, help_text='How an unnamed person is told apart, e.g. where found.', max_length=80)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('species', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.species')),
            ],
            options={
                'verbose_name_plural': 'persons',
            },
        ),
        migrations.CreateModel(
            name='Intervention',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('FILTRATION', 'filtration'), ('CHARCOAL', 'activated charcoal'), ('KILL_CODE', 'kill code'), ('SET_POINT', 'controller set-point'), ('SEDATION', 'sedation'), ('HORMONE_LOWERING', 'hormone lowering'), ('TRANSFUSION', 'transfusion'), ('OTHER', 'other')], max_length=16)),
                ('detail', models.CharField(blank=True, max_length=200)),
                ('dose', labsys.lib.fields.ExactDecimalField(blank=True, decimal_places=18, max_digits=38, null=True)),
                ('dose_unit', models.CharField(blank=True, max_length=40)),
                ('intended_effect', models.CharField(blank=True, max_length=200)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField()),
                ('corrects', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='patients.intervention')),
                ('operator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interventions', to='patients.person')),
            ],
        ),
        migrations.CreateModel(
            name='IdentityEvent',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('status', models.CharField(choices=[('CONFIRMED', 'confirmed'), ('DOUBTED', 'in doubt')], max_length=9)),
                ('basis', models.CharField(help_text='What was checked, e.g. document and face.', max_length=200)),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identity_events', to='patients.person')),
            ],
        ),
        migrations.CreateModel(
            name='Exposure',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('event', models.CharField(blank=True, max_length=200)),
                ('agent', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('CONTACT', 'contact with a person'), ('BLOOD', 'blood or body fluid'), ('PLACE', 'presence in a place'), ('DEVICE', 'contaminated device or material'), ('OTHER', 'other')], max_length=8)),
                ('certainty', models.CharField(choices=[('CONFIRMED', 'confirmed'), ('PROBABLE', 'probable'), ('POSSIBLE', 'possible'), ('EXCLUDED', 'excluded')], max_length=9)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('corrects', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='patients.exposure')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exposures', to='patients.person')),
                ('source_person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exposures_caused', to='patients.person')),
            ],
        ),
        migrations.AddField(
            model_name='encounter',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='encounters', to='patients.person'),
        ),
        migrations.CreateModel(
            name='CareGrant',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('reason', models.TextField()),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('principal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='care_grants', to='accounts.principal')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='care_grants', to='patients.person')),
            ],
        ),
        migrations.CreateModel(
            name='BirthRecord',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('birth_date', models.DateField(null=True)),
                ('birth_precision', models.CharField(choices=[('DAY', 'exact'), ('MONTH', 'month known'), ('YEAR', 'year known'), ('ESTIMATED', 'estimated'), ('UNKNOWN', 'unknown')], max_length=9)),
                ('birth_uncertainty_days', models.PositiveIntegerField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='birth_records', to='patients.person')),
            ],
        ),
        migrations.CreateModel(
            name='PersonAccount',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('recorded_at', models.DateTimeField()),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='account', to='patients.person')),
                ('principal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='person_account', to='accounts.principal')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
        ),
        migrations.CreateModel(
            name='PersonIdentifier',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('system', models.CharField(max_length=120)),
                ('value', models.CharField(max_length=80)),
                ('recorded_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identifiers', to='patients.person')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
        ),
        migrations.CreateModel(
            name='PersonLink',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('reason', models.TextField()),
                ('recorded_at', models.DateTimeField()),
                ('duplicate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links_away', to='patients.person')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('survivor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links_here', to='patients.person')),
            ],
        ),
        migrations.CreateModel(
            name='PersonName',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('use', models.CharField(choices=[('OFFICIAL', 'official'), ('USUAL', 'usual'), ('FORMER', 'former')], default='OFFICIAL', max_length=8)),
                ('family', models.CharField(max_length=80)),
                ('given', models.CharField(blank=True, max_length=80)),
                ('recorded_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='names', to='patients.person')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
        ),
        migrations.CreateModel(
            name='PersonUnlink',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('reason', models.TextField()),
                ('recorded_at', models.DateTimeField()),
                ('link', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='unlink', to='patients.personlink')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
        ),
        migrations.CreateModel(
            name='PregnancyEstimate',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('status', models.CharField(choices=[('PREGNANT', 'pregnant'), ('NOT_PREGNANT', 'not pregnant'), ('ENDED', 'pregnancy ended')], max_length=12)),
                ('gestation_days', models.PositiveSmallIntegerField(blank=True, help_text='Estimated gestation at that moment; empty = unknown.', null=True)),
                ('uncertainty_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('method', models.CharField(blank=True, max_length=80)),
                ('observed_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('corrects', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='patients.pregnancyestimate')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pregnancy_estimates', to='patients.person')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
        ),
        migrations.CreateModel(
            name='QuarantineOrder',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('HOME', 'home'), ('INSTITUTIONAL', 'institutional'), ('HOSPITAL', 'hospital'), ('OTHER', 'other')], max_length=13)),
                ('place', models.CharField(blank=True, max_length=200)),
                ('agent', models.CharField(blank=True, max_length=80)),
                ('reason', models.TextField()),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField()),
                ('location', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.location')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quarantine_orders', to='patients.person')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
        ),
        migrations.CreateModel(
            name='QuarantineLift',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('lifted_at', models.DateTimeField()),
                ('reason', models.TextField()),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='lift', to='patients.quarantineorder')),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='species',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.species', 'name')", func='-', hash='22caa4a09669a3e1a5b9361954cad62a0665b6f3', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_814d5', table='patients_species', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='species',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.species', 'name')", func='-', hash='0e3dabcacdf2a126b7d2391466bc8181e66ccb39', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_08053', table='patients_species', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='species',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.species', '', '', '')", func='-', hash='4c3b7406596d3e3176733341893b461d57388839', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_2c543', referencing='REFERENCING NEW TABLE AS new_rows ', table='patients_species', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='species',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.species', '', '', '')", func='-', hash='759a221192cb397fa3e4950c2b24b069c05ea691', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_4d858', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='patients_species', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='encounterend',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.encounterend', '')", func='-', hash='b44d788d8c749917d8afe022bc169d67b16106ae', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_fba0c', table='patients_encounterend', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='encounterend',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.encounterend', '')", func='-', hash='9eaa4fe64cd015115129455238bee36db8df90be', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_ebbce', table='patients_encounterend', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='encounterend',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.encounterend', '', '', '')", func='-', hash='74dc1057fd88b93516eb67c9e8f38812fbc672d1', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_5efdf', referencing='REFERENCING NEW TABLE AS new_rows ', table='patients_encounterend', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='encounterend',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.encounterend', '', '', '')", func='-', hash='1716155b2ec5a72bc0317f33ea6e44d828b9a97e', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_3a709', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='patients_encounterend', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='location',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.location', 'is_active')", func='-', hash='b868e226e6940543abfb2e3f16ba6e3d54fd4106', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_489dc', table='patients_location', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='location',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.location', 'is_active')", func='-', hash='03a5f2325e0f6f7a19ec613554ab3b80ed3fc2ef', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_e6b6f', table='patients_location', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='location',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.location', '', '', '')", func='-', hash='8d8567b2334ec99480b5385cdab4d93e87e08c1a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_d380b', referencing='REFERENCING NEW TABLE AS new_rows ', table='patients_location', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='location',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.location', '', '', '')", func='-', hash='4509bc2d54cdf5167faff095feba3c24e4ad6f67', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_2cc7b', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='patients_location', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='careassignment',
            constraint=models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='patients_careassignment_ends_after_start'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='careassignment',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.careassignment', 'until')", func='-', hash='7ee94c6e775957a19c5a48ff089799a47eb94779', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_bc322', table='patients_careassignment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='careassignment',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.careassignment', 'until')", func='-', hash='5681560585a729b7c71967fe02dd597114b4bdbf', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_93269', table='patients_careassignment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='careassignment',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.careassignment', '', '', '')", func='-', hash='efe3e26aea932dc6199be625158b89e806be749a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_4b899', referencing='REFERENCING NEW TABLE AS new_rows ', table='patients_careassignment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='careassignment',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.careassignment', '', '', '')", func='-', hash='1f3221172a14ac201765ceb8d914f100c871666d', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_ec752', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='patients_careassignment', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='intervention',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('dose', None), ('dose_unit', '')), models.Q(('dose__isnull', False), models.Q(('dose_unit', ''), _negated=True)), _connector='OR'), name='patients_intervention_dose_with_unit'),
        ),
        migrations.AddConstraint(
            model_name='intervention',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='patients_intervention_ends_after_start'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='intervention',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.intervention', '')", func='-', hash='3c596e645ab795b3683d7190753974ec91a98bb3', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_453b8', table='patients_intervention', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='intervention',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.intervention', '')", func='-', hash='cb9aa88147359f101d7daaaea16ee1cc8ec3d27e', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_6dfe8', table='patients_intervention', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='intervention',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.intervention', '', '', '')", func='-', hash='a3b38a6e13fc61d9298f6591a68c6bbcc4aa2a66', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_8699d', referencing='REFERENCING NEW TABLE AS new_rows ', table='patients_intervention', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='intervention',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.intervention', '', '', '')", func='-', hash='500871b8751d1c269485c5fa96383fe0324a62cf', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_dcbc9', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='patients_intervention', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identityevent',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.identityevent', '')", func='-', hash='37f786ec45df4a72818f8b1397e57bad54a0dbe7', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_afb15', table='patients_identityevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identityevent',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.identityevent', '')", func='-', hash='dcf4c76dd4d27cf49624513a275af35fb43166c3', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_d7607', table='patients_identityevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identityevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.identityevent', '', '', '')", func='-', hash='2a919cbd69e44369204b08a11b55f0a81a2ff517', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_5d0f9', referencing='REFERENCING NEW TABLE AS new_rows ', table='patients_identityevent', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identityevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.identityevent', '', '', '')", func='-', hash='809c39ca5a84e24daee6c08c09f48b50746c7669', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_9e50f', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='patients_identityevent', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='exposure',
            constraint=models.CheckConstraint(condition=models.Q(('last_at__gte', models.F('first_at'))), name='patients_exposure_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='exposure',
            constraint=models.CheckConstraint(condition=models.Q(('source_person', None), models.Q(('source_person', models.F('person')), _negated=True), _connector='OR'), name='patients_exposure_other_source'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exposure',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.exposure', '')", func='-', hash='b4f267dfd3865c6d974a70c03f26c6d6173a75b6', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_453b5', table='patients_exposure', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exposure',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.exposure', '')", func='-', hash='680a3b01b4175bb7683f3a7a11af8bee6e839bb7', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_0417f', table='patients_exposure', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exposure',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.exposure', '', '', '')", func='-', hash='cd26ddf7695f2e25911595f9e05e80c67256a2db', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_64e4d', referencing='REFERENCING NEW TABLE AS new_rows ', table='patients_exposure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exposure',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.exposure', '', '', '')", func='-', hash='dcd92ed6a0b8a17c5d2c7759e6fdd80d66a26ed2', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_424dd', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='patients_exposure', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='encounter',
            index=models.Index(fields=['location', 'person'], name='patients_encounter_ward'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='encounter',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.encounter', '')", func='-', hash='85f622aac785f1edcd3e681621490ab2b23cf8c1', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_5d427', table='patients_encounter', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='encounter',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.encounter', '')", func='-', hash='f5b545f14d89302e6cdd376411362bf64f8ae20b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_d4422', table='patients_encounter', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='encounter',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.encounter', '', '', '')", func='-', hash='1a24339120845da05cb7f9b023e5dfde142ecdf1', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_21bc2', referencing='REFERENCING NEW TABLE AS new_rows ', table='patients_encounter', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='encounter',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.encounter', '', '', '')", func='-', hash='2248c664bb09a112e06702595ed53cc802c763d6', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_6c01a', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='patients_encounter', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='caregrant',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.caregrant', 'until')", func='-', hash='efb72c78b4e8109fee74a9453a43b13bbf0e05b7', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_4427d', table='patients_caregrant', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='caregrant',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.caregrant', 'until')", func='-', hash='29b67720b2de7c3ffd27b7a77148c48bfc73dfe0', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_39c98', table='patients_caregrant', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='caregrant',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.caregrant', '', '', '')", func='-', hash='87b50d487669a02bfe0d8131437f047b8da4cce7', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_3be65', referencing='REFERENCING NEW TABLE AS new_rows ', table='patients_caregrant', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='caregrant',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.caregrant', '', '', '')", func='-', hash='16aa18e14859c80eb2f4e0bd818d7eadac5bc574', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_20b9f', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='patients_caregrant', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='birthrecord',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.birthrecord', '')", func='-', hash='70addc7a8b935ab633106b0b3a5e282c721d1b08', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_b3bcb', table='patients_birthrecord', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='birthrecord',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.birthrecord', '')", func='-', hash='69c6a607fac531e863a60b67433101cad1a0ee7b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_e2e72', table='patients_birthrecord', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='birthrecord',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.birthrecord', '', '', '')", func='-', hash='48384912f28dd2f71400906b4b71766a51522931', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_dc531', referencing='REFERENCING NEW TABLE AS new_rows ', table='patients_birthrecord', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='birthrecord',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.birthrecord', '', '', '')", func='-', hash='71db62c5b37e17d692198c9d7f2253fd988b68d8', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_a0cb0', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='patients_birthrecord', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personaccount',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.personaccount', '')", func='-', hash='b48d9e926043a442cd54f49cba3084481b171d20', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_c5c9b', table='patients_personaccount', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personaccount',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.personaccount', '')", func='-', hash='846365eccf8b752a4ad9eb9b31b3bc369c6574ac', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_75b91', table='patients_personaccount', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personaccount',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.personaccount', '', '', '')", func='-', hash='376000bb017a5b646a3b69b193a6cad5bb34763e', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_a8165', referencing='REFERENCING NEW TABLE AS new_rows ', table='patients_personaccount', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personaccount',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.personaccount', '', '', '')", func='-', hash='e428cb06299385d4996ef19ac5e7b31458b99712', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_51400', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='patients_personaccount', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='personidentifier',
            constraint=models.UniqueConstraint(fields=('system', 'value'), name='patients_personidentifier_unique_in_system'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personidentifier',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.personidentifier', '')", func='-', hash='18ab4ed8dce7ae600d4fcc24fef4f9fb4e104d0b', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_96eda', table='patients_personidentifier', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personidentifier',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.personidentifier', '')", func='-', hash='a117cc148172dae591485ea2112c034dd3701658', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_1cf6b', table='patients_personidentifier', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personidentifier',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.personidentifier', '', '', '')", func='-', hash='34f9dfd1912bc45ac5af07cb638d2711ef516bfe', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_2dfa7', referencing='REFERENCING NEW TABLE AS new_rows ', table='patients_personidentifier', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personidentifier',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.personidentifier', '', '', '')", func='-', hash='66a3ad6780fa295ab0faa9861e743dc14260b67e', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_0fd5c', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='patients_personidentifier', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='personlink',
            constraint=models.CheckConstraint(condition=models.Q(('duplicate', models.F('survivor')), _negated=True), name='patients_personlink_two_entries'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personlink',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.personlink', '')", func='-', hash='65b1609866be50adbb582527b6cd41b28ade3bc9', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_a66e3', table='patients_personlink', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personlink',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.personlink', '')", func='-', hash='71cc0a5cb52d6bdfd6d9acb139e66dcb5b8eb30e', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_d44a4', table='patients_personlink', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personlink',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.personlink', '', '', '')", func='-', hash='82963884d3cdd743b8c6f57e3dd9200501e21f25', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_27be5', referencing='REFERENCING NEW TABLE AS new_rows ', table='patients_personlink', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personlink',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.personlink', '', '', '')", func='-', hash='b06a907aeaad8d36e5e8273206faf578628ef2e0', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_a5987', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='patients_personlink', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personname',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.personname', '')", func='-', hash='2506231a48dfdcba2ce708378adac9da1282aafc', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_5ba59', table='patients_personname', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personname',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.personname', '')", func='-', hash='bbcc90cadc17f57746aed39c248051c344e8db02', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_a1e8b', table='patients_personname', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personname',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.personname', '', '', '')", func='-', hash='29ad0c174f14aba4d9d014acc102eaa2c84752f4', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_1e19a', referencing='REFERENCING NEW TABLE AS new_rows ', table='patients_personname', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personname',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.personname', '', '', '')", func='-', hash='3cddc822a45cd265852e6223d1889e720ea83c86', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_516be', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='patients_personname', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personunlink',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.personunlink', '')", func='-', hash='d54e33c5fca8ce042d3cd5b39887b7977b4a7b74', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_a4f65', table='patients_personunlink', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personunlink',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.personunlink', '')", func='-', hash='7cf0397caf6b81d6bd0fa17b3060b92bd9c5c883', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_689f0', table='patients_personunlink', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personunlink',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.personunlink', '', '', '')", func='-', hash='9d8640ac4251413d825dc929b55b81831bdc4e26', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_590c9', referencing='REFERENCING NEW TABLE AS new_rows ', table='patients_personunlink', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personunlink',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.personunlink', '', '', '')", func='-', hash='fa46d08794708b84de19608068f92385c05c278f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_d9d61', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='patients_personunlink', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='pregnancyestimate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('gestation_days', None), ('uncertainty_days', None)), models.Q(('gestation_days__isnull', False), ('gestation_days__lte', 330), ('status', 'PREGNANT'), ('uncertainty_days__isnull', False)), _connector='OR'), name='patients_pregnancyestimate_gestation_with_uncertainty'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pregnancyestimate',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.pregnancyestimate', '')", func='-', hash='30928aace4789a64673b0b6945a093675b639e97', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_65e15', table='patients_pregnancyestimate', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pregnancyestimate',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.pregnancyestimate', '')", func='-', hash='899c972d06e04adc54202ba129dce1a6b00905d6', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_53048', table='patients_pregnancyestimate', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pregnancyestimate',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.pregnancyestimate', '', '', '')", func='-', hash='9348520317f8d7cb9b38406982d08204af7b538f', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_4f82f', referencing='REFERENCING NEW TABLE AS new_rows ', table='patients_pregnancyestimate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pregnancyestimate',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.pregnancyestimate', '', '', '')", func='-', hash='11ecee2eb091280144c3f6a20563402c496a7cc9', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_9642f', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='patients_pregnancyestimate', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='quarantineorder',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at', None), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='patients_quarantineorder_ends_after_start'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='quarantineorder',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.quarantineorder', '')", func='-', hash='73598c60a3cdb6b01bc6d3feb99dd4ea37d30fde', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_649f0', table='patients_quarantineorder', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='quarantineorder',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.quarantineorder', '')", func='-', hash='e1742aa9ddd7f24a7c5cd224231dceeef92d0793', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_77ce4', table='patients_quarantineorder', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='quarantineorder',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.quarantineorder', '', '', '')", func='-', hash='98218700ba0e3d442591499ebc5d665fd2aca59c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_83606', referencing='REFERENCING NEW TABLE AS new_rows ', table='patients_quarantineorder', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='quarantineorder',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.quarantineorder', '', '', '')", func='-', hash='e66093a5ba669fa9e7de8be0415c82d09e7f421a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_5b2b6', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='patients_quarantineorder', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='quarantinelift',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.quarantinelift', '')", func='-', hash='e888cb3dc913560d9a625014cb681bdeafc100cf', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_130a5', table='patients_quarantinelift', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='quarantinelift',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.quarantinelift', '')", func='-', hash='9ba255b06148c1487cad7532294cd8963c1d54d8', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_288b8', table='patients_quarantinelift', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='quarantinelift',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.quarantinelift', '', '', '')", func='-', hash='50c50148172aaeda56d4472a1c2e531e1092d1a4', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_b36f2', referencing='REFERENCING NEW TABLE AS new_rows ', table='patients_quarantinelift', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='quarantinelift',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.quarantinelift', '', '', '')", func='-', hash='e8d9553d51d303f574dacd1c17446692b9a6dec9', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_73e41', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='patients_quarantinelift', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('sex__in', ['F', 'M', 'O', 'U'])), name='patients_person_sex_known'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('birth_date', None), ('birth_precision', 'UNKNOWN')), models.Q(('birth_date__isnull', False), models.Q(('birth_precision', 'UNKNOWN'), _negated=True)), _connector='OR'), name='patients_person_birth_precision_stated'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('birth_precision', 'ESTIMATED'), ('birth_uncertainty_days__isnull', False)), models.Q(models.Q(('birth_precision', 'ESTIMATED'), _negated=True), ('birth_uncertainty_days', None)), _connector='OR'), name='patients_person_birth_uncertainty_stated'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='person',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.person', 'birth_date,birth_precision,birth_uncertainty_days,deceased_on,sex,species_id')", func='-', hash='8f47a8129ddd50eb5b6d2e9321190aba22caaf1a', operation='UPDATE OR DELETE', pgid='pgtrigger_guard_33af6', table='patients_person', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='person',
            trigger=pgtrigger.compiler.Trigger(name='guard_truncate', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_guard('patients.person', 'birth_date,birth_precision,birth_uncertainty_days,deceased_on,sex,species_id')", func='-', hash='3eec2678147dfac0fb6da2f9d56a6bc0dc3baa2c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_guard_truncate_4795a', table='patients_person', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='person',
            trigger=pgtrigger.compiler.Trigger(name='audit_insert', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.person', '', '', '')", func='-', hash='10818dbc403394802d91e52217c23f5b3106d358', level='STATEMENT', operation='INSERT', pgid='pgtrigger_audit_insert_34916', referencing='REFERENCING NEW TABLE AS new_rows ', table='patients_person', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='person',
            trigger=pgtrigger.compiler.Trigger(name='audit_update', sql=labsys.lib.triggers.CallTriggerSql(execute="labsys_audit_record('patients.person', '', '', '')", func='-', hash='5f23bf52999a467ec0b20bff2bd22db39bbac8bf', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_audit_update_2132a', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='patients_person', when='AFTER')),
        ),
    ]
