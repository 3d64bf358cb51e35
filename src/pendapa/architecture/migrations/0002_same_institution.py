"""A relation joins two elements of its own institution: held by the database, not only by the code."""

from django.db import migrations

from pendapa.architecture.migrations._triggers import SQLITE

POSTGRESQL = [
    "ALTER TABLE architecture_element ADD CONSTRAINT element_in_institution UNIQUE (institution_id, id)",
    *(
        f"ALTER TABLE architecture_relation ADD CONSTRAINT relation_{end}_institution "
        f"FOREIGN KEY (institution_id, {end}_id) REFERENCES architecture_element (institution_id, id) "
        "DEFERRABLE INITIALLY DEFERRED"
        for end in ("source", "target")
    ),
    'ALTER TABLE architecture_element ALTER COLUMN name_key TYPE varchar(300) COLLATE "C"',
    'ALTER TABLE architecture_element ALTER COLUMN code TYPE varchar(60) COLLATE "C"',
]


def forward(apps, schema_editor):
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in statements:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("architecture", "0001_initial")]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
