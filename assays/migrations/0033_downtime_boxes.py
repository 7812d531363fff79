from django.db import migrations, models


class Migration(migrations.Migration):
    """Lets a paper form say how many boxes it has, so that one that is gone is missed."""

    dependencies = [("assays", "0032_one_form_of_value")]

    operations = [
        migrations.AddField(
            model_name="downtimeform",
            name="box_count",
            field=models.PositiveIntegerField(
                help_text="How many boxes were printed; not known of forms made before it was kept.",
                null=True,
            ),
        ),
    ]
