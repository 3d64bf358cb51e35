"""What Django cannot say: full-text index, order by bytes, on each database in its own words."""

from django.db import migrations

SQLITE = [
    "CREATE VIRTUAL TABLE kernel_search_fts USING fts5("
    "text, content='kernel_searchentry', content_rowid='id', tokenize='unicode61 remove_diacritics 2', prefix='2 3')",
    "CREATE TRIGGER kernel_search_added AFTER INSERT ON kernel_searchentry BEGIN "
    "INSERT INTO kernel_search_fts(rowid, text) VALUES (new.id, new.text); END",
    "CREATE TRIGGER kernel_search_removed AFTER DELETE ON kernel_searchentry BEGIN "
    "INSERT INTO kernel_search_fts(kernel_search_fts, rowid, text) VALUES ('delete', old.id, old.text); END",
    "CREATE TRIGGER kernel_search_changed AFTER UPDATE ON kernel_searchentry BEGIN "
    "INSERT INTO kernel_search_fts(kernel_search_fts, rowid, text) VALUES ('delete', old.id, old.text); "
    "INSERT INTO kernel_search_fts(rowid, text) VALUES (new.id, new.text); END",
]
POSTGRESQL = [
    "CREATE INDEX kernel_search_text ON kernel_searchentry USING gin (to_tsvector('simple', text))",
    # Order by bytes, as SQLite does, so that both databases show the same rows in the same order.
    'ALTER TABLE kernel_unit ALTER COLUMN name TYPE varchar(300) COLLATE "C"',
    'ALTER TABLE kernel_unit ALTER COLUMN code TYPE varchar(60) COLLATE "C"',
    'ALTER TABLE kernel_unit ALTER COLUMN path TYPE varchar(400) COLLATE "C"',
]


def forward(apps, schema_editor):
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in statements:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
