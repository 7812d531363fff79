import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Lets a signature of a row of limits name the password that was given again for it."""

    dependencies = [
        ("accounts", "0004_step_ups"),
        ("assays", "0033_downtime_boxes"),
    ]

    operations = [
        migrations.AddField(
            model_name="rangesignature",
            name="step_up",
            field=models.ForeignKey(
                db_index=False,
                help_text="The password given again; rows signed before it was asked for have none.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.stepup",
            ),
        ),
    ]
