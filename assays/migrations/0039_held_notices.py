import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Lets a notice say that a value told before its release is held, or stands after that."""

    dependencies = [
        ("accounts", "0004_step_ups"),
        ("assays", "0038_target_step_ups"),
        ("patients", "0003_beside_tables"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="correctionnotice",
            name="assays_correctionnotice_once_per_reader",
        ),
        migrations.AddField(
            model_name="correctionnotice",
            name="cleared",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to="assays.resultholdclear",
            ),
        ),
        migrations.AddField(
            model_name="correctionnotice",
            name="hold",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to="assays.resulthold",
            ),
        ),
        migrations.AddIndex(
            model_name="resulthold",
            index=models.Index(
                condition=models.Q(("kind", "MANUAL")),
                fields=["recorded_at"],
                name="assays_resulthold_by_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="correctionnotice",
            constraint=models.UniqueConstraint(
                fields=(
                    "withdrawn",
                    "replacement",
                    "comment",
                    "doubt",
                    "hold",
                    "cleared",
                    "reader",
                    "told_in",
                ),
                name="assays_correctionnotice_once_per_reader",
                nulls_distinct=False,
            ),
        ),
    ]
