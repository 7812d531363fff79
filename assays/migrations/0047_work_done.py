from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_hospital_role"),
        ("assays", "0046_rereadings"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="workorder",
            name="assays_workorder_status_known",
        ),
        migrations.AlterField(
            model_name="workorder",
            name="status",
            field=models.CharField(
                choices=[
                    ("TOLD", "told"),
                    ("TAKEN", "taken"),
                    ("REFUSED", "refused"),
                    ("CANCELLING", "cancelling"),
                    ("CANCELLED", "cancelled"),
                    ("KEPT", "kept"),
                    ("DONE", "done"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="workorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        ["TOLD", "TAKEN", "REFUSED", "CANCELLING", "CANCELLED", "KEPT", "DONE"],
                    )
                ),
                name="assays_workorder_status_known",
            ),
        ),
    ]
