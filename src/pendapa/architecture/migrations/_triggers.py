"""What holds a relation to its own institution on SQLite. Taken away while a table is rebuilt, and put back."""

MESSAGE = "a relation joins elements of one institution"
SQLITE = [
    f"CREATE TRIGGER relation_one_institution_{when.lower()} BEFORE {when} ON architecture_relation "
    "WHEN (SELECT institution_id FROM architecture_element WHERE id = new.source_id) IS NOT new.institution_id "
    "OR (SELECT institution_id FROM architecture_element WHERE id = new.target_id) IS NOT new.institution_id "
    f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    for when in ("INSERT", "UPDATE")
]
DROP = [f"DROP TRIGGER IF EXISTS relation_one_institution_{when}" for when in ("insert", "update")]


def take_away(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for statement in DROP:
            schema_editor.execute(statement, params=None)


def put_back(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for statement in SQLITE:
            schema_editor.execute(statement, params=None)
