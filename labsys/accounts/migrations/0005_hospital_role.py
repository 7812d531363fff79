from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the role of hospital systems."""

    dependencies = [
        ("accounts", "0004_step_ups"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="rolegrant",
            name="accounts_rolegrant_role_known",
        ),
        migrations.AlterField(
            model_name="rolegrant",
            name="role",
            field=models.CharField(
                choices=[
                    ("phlebotomist", "phlebotomist"),
                    ("technologist", "technologist"),
                    ("pathologist", "laboratory doctor (pathologist)"),
                    ("ward_doctor", "ward doctor"),
                    ("nurse", "nurse"),
                    ("examining_physician", "examining physician"),
                    ("psychologist", "psychologist"),
                    ("screening_officer", "screening officer"),
                    ("gate_officer", "gate officer"),
                    ("infection_control", "infection-control officer"),
                    ("quality_manager", "quality manager"),
                    ("visiting_clinician", "visiting clinician"),
                    ("outside_scientist", "outside scientist"),
                    ("participant", "participant"),
                    ("privacy_officer", "privacy officer"),
                    ("auditor", "auditor"),
                    ("administrator", "administrator"),
                    ("instrument", "instrument"),
                    ("hospital_system", "hospital's system"),
                ],
                max_length=32,
            ),
        ),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "phlebotomist",
                            "technologist",
                            "pathologist",
                            "ward_doctor",
                            "nurse",
                            "examining_physician",
                            "psychologist",
                            "screening_officer",
                            "gate_officer",
                            "infection_control",
                            "quality_manager",
                            "visiting_clinician",
                            "outside_scientist",
                            "participant",
                            "privacy_officer",
                            "auditor",
                            "administrator",
                            "instrument",
                            "hospital_system",
                        ],
                    )
                ),
                name="accounts_rolegrant_role_known",
            ),
        ),
    ]
