"""Installations that have the body's former function get the one that `0001_initial` makes now."""

from django.db import migrations

from labsys.audit import sql


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(sql.BODY, migrations.RunSQL.noop)]
