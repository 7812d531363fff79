
import django.db.models.deletion
import labsys.lib.fields
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
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
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'persons',
            },
        ),
        migrations.CreateModel(
            name='Species',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.SlugField(max_length=32, unique=True)),
                ('name', models.CharField(max_length=80)),
            ],
            options={
                'verbose_name': 'species',
                'verbose_name_plural': 'species',
            },
        ),
        migrations.CreateModel(
            name='CanonicalPerson',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='read_as', serialize=False, to='patients.person')),
            ],
            options={
                'db_table': 'patients_canonicalperson',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='BirthRecord',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('birth_date', models.DateField(blank=True, null=True)),
                ('birth_precision', models.CharField(choices=[('DAY', 'exact'), ('MONTH', 'month known'), ('YEAR', 'year known'), ('ESTIMATED', 'estimated'), ('UNKNOWN', 'unknown')], max_length=9)),
                ('birth_uncertainty_days', models.PositiveIntegerField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='birth_records', to='patients.person')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
            options={
                'verbose_name': 'birth record',
                'verbose_name_plural': 'birth records',
            },
        ),
        migrations.CreateModel(
            name='Encounter',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('started_at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('is_open', models.BooleanField(default=True, editable=False)),
                ('recorded_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='encounters', to='patients.person')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
            options={
                'verbose_name': 'ward stay',
                'verbose_name_plural': 'ward stays',
            },
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
            options={
                'verbose_name': 'end of a ward stay',
                'verbose_name_plural': 'ends of ward stays',
            },
        ),
        migrations.CreateModel(
            name='IdentityEvent',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('status', models.CharField(choices=[('CONFIRMED', 'confirmed'), ('DOUBTED', 'in doubt')], max_length=9)),
                ('basis', models.CharField(help_text='What was checked, e.g. document and face.', max_length=200)),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identity_events', to='patients.person')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
            options={
                'verbose_name': 'identity check',
                'verbose_name_plural': 'identity checks',
            },
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
            options={
                'verbose_name': 'place',
                'verbose_name_plural': 'places',
            },
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
            options={
                'verbose_name': 'care assignment',
                'verbose_name_plural': 'care assignments',
            },
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
            options={
                'verbose_name': 'own login',
                'verbose_name_plural': 'own logins',
            },
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
            options={
                'verbose_name': 'identifier',
                'verbose_name_plural': 'identifiers',
            },
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
            options={
                'verbose_name': 'link of entries',
                'verbose_name_plural': 'links of entries',
            },
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
            options={
                'verbose_name': 'name',
                'verbose_name_plural': 'names',
            },
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
            options={
                'verbose_name': 'undone link',
                'verbose_name_plural': 'undone links',
            },
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
                ('is_retraction', models.BooleanField(default=False, help_text='The row it corrects was entered in error and nothing replaces it.')),
                ('recorded_at', models.DateTimeField()),
                ('corrects', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='patients.pregnancyestimate')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pregnancy_estimates', to='patients.person')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
            options={
                'verbose_name': 'pregnancy estimate',
                'verbose_name_plural': 'pregnancy estimates',
            },
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
            options={
                'verbose_name': 'quarantine order',
                'verbose_name_plural': 'quarantine orders',
            },
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
            options={
                'verbose_name': 'lift of a quarantine',
                'verbose_name_plural': 'lifts of quarantines',
            },
        ),
        migrations.AddField(
            model_name='person',
            name='species',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.species'),
        ),
        migrations.CreateModel(
            name='CareGrant',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('reason', models.TextField()),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='care_grants', to='patients.person')),
                ('principal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='care_grants', to='accounts.principal')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
            options={
                'verbose_name': 'care grant',
                'verbose_name_plural': 'care grants',
                'constraints': [models.CheckConstraint(condition=models.Q(('until__gte', models.F('since'))), name='patients_caregrant_ends_after_start')],
            },
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
                ('is_retraction', models.BooleanField(default=False, help_text='The row it corrects was entered in error and nothing replaces it.')),
                ('recorded_at', models.DateTimeField()),
                ('corrects', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='patients.exposure')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exposures', to='patients.person')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('source_person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exposures_caused', to='patients.person')),
            ],
            options={
                'verbose_name': 'exposure',
                'verbose_name_plural': 'exposures',
                'constraints': [models.CheckConstraint(condition=models.Q(('is_retraction', False), ('corrects__isnull', False), _connector='OR'), name='patients_exposure_retracts_a_row'), models.CheckConstraint(condition=models.Q(('last_at__gte', models.F('first_at'))), name='patients_exposure_ends_after_start'), models.CheckConstraint(condition=models.Q(('source_person', None), models.Q(('source_person', models.F('person')), _negated=True), _connector='OR'), name='patients_exposure_other_source')],
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
                ('is_retraction', models.BooleanField(default=False, help_text='The row it corrects was entered in error and nothing replaces it.')),
                ('recorded_at', models.DateTimeField()),
                ('corrects', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='patients.intervention')),
                ('operator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interventions', to='patients.person')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.principal')),
            ],
            options={
                'verbose_name': 'intervention',
                'verbose_name_plural': 'interventions',
                'constraints': [models.CheckConstraint(condition=models.Q(('is_retraction', False), ('corrects__isnull', False), _connector='OR'), name='patients_intervention_retracts_a_row'), models.CheckConstraint(condition=models.Q(models.Q(('dose', None), ('dose_unit', '')), models.Q(('dose__isnull', False), models.Q(('dose_unit', ''), _negated=True)), _connector='OR'), name='patients_intervention_dose_with_unit'), models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='patients_intervention_ends_after_start')],
            },
        ),
        migrations.AddIndex(
            model_name='encounter',
            index=models.Index(fields=['location', 'person'], name='patients_encounter_ward'),
        ),
        migrations.AddIndex(
            model_name='encounter',
            index=models.Index(condition=models.Q(('is_open', True)), fields=['location'], include=('person', 'started_at'), name='patients_encounter_now'),
        ),
        migrations.AddConstraint(
            model_name='encounter',
            constraint=models.UniqueConstraint(condition=models.Q(('is_open', True)), fields=('person',), name='patients_encounter_one_open'),
        ),
        migrations.AddConstraint(
            model_name='careassignment',
            constraint=models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='patients_careassignment_ends_after_start'),
        ),
        migrations.AddIndex(
            model_name='personidentifier',
            index=models.Index(fields=['value'], name='patients_personidentifier_val'),
        ),
        migrations.AddConstraint(
            model_name='personidentifier',
            constraint=models.UniqueConstraint(fields=('system', 'value'), name='patients_personidentifier_unique_in_system'),
        ),
        migrations.AddConstraint(
            model_name='personlink',
            constraint=models.CheckConstraint(condition=models.Q(('duplicate', models.F('survivor')), _negated=True), name='patients_personlink_two_entries'),
        ),
        migrations.AddConstraint(
            model_name='pregnancyestimate',
            constraint=models.CheckConstraint(condition=models.Q(('is_retraction', False), ('corrects__isnull', False), _connector='OR'), name='patients_pregnancyestimate_retracts_a_row'),
        ),
        migrations.AddConstraint(
            model_name='pregnancyestimate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('gestation_days', None), ('uncertainty_days', None)), models.Q(('gestation_days__isnull', False), ('gestation_days__lte', 330), ('status', 'PREGNANT'), ('uncertainty_days__isnull', False)), _connector='OR'), name='patients_pregnancyestimate_gestation_with_uncertainty'),
        ),
        migrations.AddConstraint(
            model_name='quarantineorder',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at', None), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='patients_quarantineorder_ends_after_start'),
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
    ]
