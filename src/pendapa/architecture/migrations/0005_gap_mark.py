import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("architecture", "0004_gaps_and_twins"),
        ("kernel", "0003_drafts_keys_and_more"),
    ]

    operations = [
        migrations.CreateModel(
            name="GapMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.PositiveBigIntegerField(default=0)),
                ("on", models.DateField(null=True)),
                ("rules", models.CharField(blank=True, max_length=64)),
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
