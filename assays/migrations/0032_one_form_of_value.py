from django.db import migrations, models
from django.db.models import Q

NAME = "assays_controlmeasurement_one_form_of_value"


class Migration(migrations.Migration):
    """Writes the constraint of control measurements as that of results: the table stays as it is."""

    dependencies = [("assays", "0031_lean_indexes")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint(model_name="controlmeasurement", name=NAME),
                migrations.AddConstraint(
                    model_name="controlmeasurement",
                    constraint=models.CheckConstraint(
                        condition=Q(
                            kind="NUMERIC",
                            value__isnull=False,
                            value_code="",
                            value_text="",
                            absent_reason="",
                        )
                        & ~Q(unit="")
                        | Q(
                            kind="CODED",
                            value=None,
                            comparator="",
                            value_text="",
                            absent_reason="",
                        )
                        & ~Q(value_code="")
                        | Q(
                            kind="TEXT",
                            value=None,
                            comparator="",
                            value_code="",
                            absent_reason="",
                        )
                        & ~Q(value_text="")
                        | Q(kind="ABSENT", value=None, comparator="", value_code="", value_text="")
                        & ~Q(absent_reason=""),
                        name=NAME,
                    ),
                ),
            ]
        )
    ]
