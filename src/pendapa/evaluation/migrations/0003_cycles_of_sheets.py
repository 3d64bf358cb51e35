"""Each sheet of levels that was there gets its cycle. The shipped pack stays its instrument (no edition)."""

from django.db import migrations

ORDER = ("self", "internal", "external")
# Where a round stands by its last sheet: what the ministry said was recorded from its review of documents on.
STEPS = {"self": "self", "internal": "internal", "external": "document"}


def give_cycles(apps, schema_editor):
    Assessment = apps.get_model("evaluation", "Assessment")
    Cycle = apps.get_model("evaluation", "Cycle")
    made, last = {}, {}
    rows = sorted(Assessment.objects.filter(cycle=None), key=lambda row: (row.deleted_at is not None, row.pk))
    for row in rows:
        key = (row.institution_id, row.year, row.instrument)
        if key not in made:
            made[key] = Cycle.objects.create(
                institution_id=row.institution_id,
                year=row.year,
                instrument=row.instrument,
                step=STEPS[row.stage],
            )
            last[key] = row.stage
        cycle = made[key]
        if row.deleted_at is None and ORDER.index(row.stage) > ORDER.index(last[key]):
            cycle.step, last[key] = STEPS[row.stage], row.stage
            cycle.save(update_fields=["step"])
        row.cycle = cycle
        row.save(update_fields=["cycle"])


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0002_cycles_and_evidence")]
    operations = [migrations.RunPython(give_cycles, migrations.RunPython.noop)]
