from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0029_reminders_by_mail"),
        ("patients", "0006_applied_messages"),
    ]

    # The table is the registry's now and stands under its new name.
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel("AppliedMessage")]
        )
    ]
