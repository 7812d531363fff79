from django.db import migrations, models

from labsys.audit import sql


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        *(
            migrations.RunSQL(statement, migrations.RunSQL.noop)
            for statement in sql.FORWARD[:-1]
        ),
        migrations.RunSQL(sql.FORWARD[-1], sql.BACKWARD),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("actor", models.BigIntegerField()),
                ("on_behalf_of", models.BigIntegerField(null=True)),
                ("action", models.TextField()),
                ("reason", models.TextField()),
                ("op", models.TextField()),
                ("model", models.TextField()),
                ("pk_of", models.BigIntegerField(db_column="pk")),
                ("body", models.JSONField()),
            ],
            options={
                "db_table": "audit_event",
                "managed": False,
                "verbose_name": "change",
                "verbose_name_plural": "changes",
            },
        ),
        migrations.CreateModel(
            name="ReadEvent",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("actor", models.BigIntegerField()),
                ("purpose", models.TextField()),
                ("model", models.TextField()),
                ("pk_of", models.BigIntegerField(db_column="pk")),
                ("person_id", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "read_event",
                "managed": False,
                "verbose_name": "look at a record",
                "verbose_name_plural": "looks at records",
            },
        ),
    ]
