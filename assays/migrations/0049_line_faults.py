from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assays", "0048_result_sent_once"),
    ]

    operations = [
        migrations.AddField(
            model_name="endpointstate",
            name="last_error_values",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
