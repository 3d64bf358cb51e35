import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("architecture", "0005_gap_mark"),
        ("kernel", "0003_drafts_keys_and_more"),
    ]

    operations = [
        migrations.CreateModel(
            name="TwinMemory",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("compared", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                (
                    "institution",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="kernel.institution",
                    ),
                ),
            ],
        ),
    ]
