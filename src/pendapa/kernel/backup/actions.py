"""One archive with database and files, readable without Pendapa: ``manifest.json``, ``data/*.jsonl``, ``files/``.

A line of ``data/<table>.jsonl`` is one row, so that any size passes in bounded memory and a backup taken on SQLite can be
restored on PostgreSQL. Sessions, sign-in attempts, live signs and queued tasks are left out: they belong to the moment.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.migrations.loader import MigrationLoader

from pendapa import __version__
from pendapa.kernel.files.models import StoredFile
from pendapa.kernel.files.store import path
from pendapa.kernel.tenancy.models import Institution, User

LEFT_OUT = {"sessions", "axes", "django_tasks_db", "contenttypes", "auth"}
BATCH = 1000


class Refused(Exception):
    """The backup or restore cannot be done; the text says why and what to do. Nothing was changed."""


def tables() -> list[type[models.Model]]:
    """The models that a backup holds."""
    kept = [m for m in apps.get_models() if m._meta.managed and m._meta.app_label not in LEFT_OUT]
    return [m for m in kept if m._meta.label != "kernel.StreamEvent"]


def _migrations() -> list[str]:
    """The newest migration of each app that a backup holds."""
    loader = MigrationLoader(connection)
    leaves = loader.graph.leaf_nodes()
    return sorted(f"{app}.{name}" for app, name in leaves if app not in LEFT_OUT)


def backup(target: Path) -> dict[str, int]:
    """Write the archive beside ``target`` and move it there when it is whole. Returns counts of rows and files."""
    if target.is_dir():
        raise Refused(f"{target} is a folder. Give the name of a file, e.g. {target / 'pendapa.zip'}.")
    if not target.parent.is_dir():
        raise Refused(f"There is no folder {target.parent}.")
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive, _one_moment():
            rows = sum(_write_table(archive, model) for model in tables())
            files = _write_files(archive)
            manifest = {
                "format": 1,
                "pendapa": __version__,
                "made_at": datetime.now(UTC).isoformat(),
                "migrations": _migrations(),
                "rows": rows,
                "files": files,
            }
            archive.writestr("manifest.json", json.dumps(manifest, indent=1))
        os.chmod(unfinished, 0o600)
        unfinished.replace(target)
    except OSError as error:
        raise Refused(f"{target}: {error.strerror}. Nothing was written.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return {"rows": rows, "files": files}


def _one_moment() -> Any:
    """A transaction that sees one state of the database throughout."""
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        block = transaction.atomic()
        return _Repeatable(block)
    return transaction.atomic()


class _Repeatable:
    """``transaction.atomic`` at REPEATABLE READ: later commits of others stay out of the backup."""

    def __init__(self, block: Any) -> None:
        self._block = block

    def __enter__(self) -> None:
        self._block.__enter__()
        if len(connection.savepoint_ids) == 0:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

    def __exit__(self, *error: Any) -> None:
        self._block.__exit__(*error)


def _write_table(archive: zipfile.ZipFile, model: type[models.Model]) -> int:
    fields = [f.attname for f in model._meta.concrete_fields]
    count = 0
    with archive.open(f"data/{model._meta.label_lower}.jsonl", "w", force_zip64=True) as out:
        for values in model._base_manager.order_by("pk").values_list(*fields).iterator(BATCH):
            line = json.dumps(dict(zip(fields, values, strict=True)), cls=DjangoJSONEncoder, ensure_ascii=False)
            out.write(line.encode() + b"\n")
            count += 1
    return count


def _write_files(archive: zipfile.ZipFile) -> int:
    count = 0
    for file in StoredFile.objects.order_by("pk").iterator():
        if path(file).exists():
            archive.write(path(file), f"files/{file.uid.hex}")
            count += 1
    return count


def restore(source: Path, *, replace: bool = False) -> dict[str, int]:
    """Put a backup back in one transaction. Raises :class:`Refused`, leaving everything as it was."""
    if not replace and (Institution.objects.exists() or User.objects.exists()):
        raise Refused("This home already holds data. Use an empty PENDAPA_HOME, or --replace to overwrite it.")
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest(archive)
            with transaction.atomic():
                _empty()
                rows = sum(_read_table(archive, model) for model in tables())
                if rows != manifest["rows"]:
                    raise Refused(f"The backup says {manifest['rows']} rows but holds {rows}: it is damaged.")
                _reset_sequences()
                files = _read_files(archive)
    except FileNotFoundError as error:
        raise Refused(f"There is no file {source}.") from error
    except (zipfile.BadZipFile, KeyError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise Refused(f"{source} is not a whole backup of Pendapa ({error}). Nothing was changed.") from error
    return {"rows": rows, "files": files}


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
    if manifest["migrations"] != _migrations():
        raise Refused(
            f"The backup was made by Pendapa {manifest['pendapa']}, whose tables differ from this version's "
            f"({__version__}). Install that version, restore there, then upgrade."
        )
    return manifest


def _empty() -> None:
    with connection.cursor() as cursor:
        for model in tables():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608


def _read_table(archive: zipfile.ZipFile, model: type[models.Model]) -> int:
    count, batch = 0, []
    for values in _lines(archive, model):
        batch.append(model(**values))
        count += 1
        if len(batch) == BATCH:
            _insert(model, batch)
            batch = []
    _insert(model, batch)
    return count


def _lines(archive: zipfile.ZipFile, model: type[models.Model]) -> Iterator[dict[str, Any]]:
    fields = {f.attname: f for f in model._meta.concrete_fields}
    with archive.open(f"data/{model._meta.label_lower}.jsonl") as lines:
        for line in lines:
            plain = json.loads(line)
            yield {
                name: value if isinstance(fields[name], models.JSONField) else fields[name].to_python(value)
                for name, value in plain.items()
            }


def _insert(model: type[models.Model], rows: list[models.Model]) -> None:
    """Insert with the moments as they were: ``auto_now_add`` must not make history younger."""
    stamps = [f for f in model._meta.concrete_fields if getattr(f, "auto_now_add", False)]
    for field in stamps:
        field.auto_now_add = False  # type: ignore[attr-defined]
    try:
        model._base_manager.bulk_create(rows)
    finally:
        for field in stamps:
            field.auto_now_add = True  # type: ignore[attr-defined]


def _reset_sequences() -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(statement)


def _read_files(archive: zipfile.ZipFile) -> int:
    """Files are new by name (their uid), so that a failed restore leaves nothing wrong behind."""
    root, count = Path(settings.MEDIA_ROOT), 0
    for file in StoredFile.objects.order_by("pk").iterator():
        name = file.uid.hex
        try:
            member = archive.open(f"files/{name}")
        except KeyError:
            continue
        place = root / name[:2] / name
        place.parent.mkdir(parents=True, exist_ok=True)
        with member, place.open("wb") as out:
            while chunk := member.read(1024 * 1024):
                out.write(chunk)
        count += 1
    return count
