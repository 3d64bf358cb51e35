import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0005_holidays_and_notices"),
    ]

    operations = [
        migrations.AddField(
            model_name="told",
            name="due",
            field=models.DateField(default=datetime.date(2000, 1, 1)),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(
            model_name="told",
            name="told_once_a_rung",
        ),
        migrations.AddConstraint(
            model_name="told",
            constraint=models.UniqueConstraint(
                fields=("institution", "user", "key", "rung", "due"), name="told_once_a_rung"
            ),
        ),
    ]
