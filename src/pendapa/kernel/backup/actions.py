"""One archive with database and files, readable without Pendapa: ``manifest.json``, ``data/*.jsonl``, ``files/``.

A line of ``data/<table>.jsonl`` is one row, so that any size passes in bounded memory and a backup taken on SQLite can be
restored on PostgreSQL. Sessions, sign-in attempts, live signs and queued tasks are left out: they belong to the moment.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, OperationalError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader

from pendapa import __version__
from pendapa.kernel.files.models import StoredFile
from pendapa.kernel.files.store import path
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.tenancy.models import Institution, User

LEFT_OUT = {"sessions", "axes", "django_tasks_db", "contenttypes", "auth"}
BATCH, FORMAT = 1000, 1
# All that a damaged, foreign or tampered archive can lead to.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, LookupError, TypeError, ValueError,
    ValidationError, DatabaseError,
)  # fmt: skip


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
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive, _one_moment():
            rows = sum(_write_table(archive, model) for model in tables())
            files = _write_files(archive)
            manifest = {
                "format": FORMAT,
                "pendapa": __version__,
                "made_at": datetime.now(UTC).isoformat(),
                "migrations": _migrations(),
                "rows": rows,
                "files": files,
            }
            archive.writestr("manifest.json", json.dumps(manifest, indent=1))
        unfinished.replace(target)
    except OSError as error:
        raise Refused(f"{target}: {error.strerror}. Nothing was written.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return {"rows": rows, "files": files}


@contextmanager
def _one_moment() -> Iterator[None]:
    """Reads of one state of the database throughout, which hold up no writer."""
    if connection.in_atomic_block:
        yield
        return
    begin = (
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if connection.vendor == "postgresql" else "BEGIN"
    )
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _write_table(archive: zipfile.ZipFile, model: type[models.Model]) -> int:
    fields = [f.attname for f in model._meta.concrete_fields]
    count = 0
    with archive.open(f"data/{model._meta.label_lower}.jsonl", "w", force_zip64=True) as out:
        for values in model._base_manager.order_by("pk").values_list(*fields).iterator(BATCH):
            line = json.dumps(
                dict(zip(fields, values, strict=True)), cls=DjangoJSONEncoder, ensure_ascii=False
            )
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
    old = [path(file) for file in StoredFile.objects.iterator()]
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest(archive)
            if not replace and (Institution.objects.exists() or User.objects.exists()):
                raise Refused(
                    "This home already holds data. Use an empty PENDAPA_HOME, or --replace to overwrite it."
                )
            with transaction.atomic():
                _empty()
                rows = sum(_read_table(archive, model) for model in tables())
                if rows != manifest["rows"]:
                    raise Refused(f"The backup says {manifest['rows']} rows but holds {rows}: it is damaged.")
                _reset_sequences()
                jobs.forget_queue()
                files = _read_files(archive)
                if files != manifest["files"]:
                    raise Refused(
                        f"The backup says {manifest['files']} files but holds {files}: it is damaged."
                    )
    except FileNotFoundError as error:
        raise Refused(f"There is no file {source}.") from error
    except OSError as error:
        raise Refused(f"{error.filename or source}: {error.strerror}. The data are as they were.") from error
    except OperationalError as error:
        raise Refused(
            f"The database does not answer: {_shortly(error)}. The data are as they were."
        ) from error
    except DAMAGED as error:
        raise Refused(
            f"{source} is not a whole backup of Pendapa ({_shortly(error)}). Nothing was changed."
        ) from error
    kept = {path(file) for file in StoredFile.objects.iterator()}
    for place in old:
        if place not in kept:
            place.unlink(missing_ok=True)
    return {"rows": rows, "files": files}


def _shortly(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
    if manifest["format"] != FORMAT or manifest["migrations"] != _migrations():
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
    """Each file is checked by its digest before it takes its place; a place is never taken by anything else."""
    count = 0
    for file in StoredFile.objects.order_by("pk").iterator():
        try:
            member = archive.open(f"files/{file.uid.hex}")
        except KeyError:
            continue
        place = path(file)
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished = place.with_name(f".{place.name}.unfinished")
        digest = hashlib.sha256()
        try:
            with member, unfinished.open("wb") as out:
                while chunk := member.read(1024 * 1024):
                    digest.update(chunk)
                    out.write(chunk)
            if digest.hexdigest() != file.sha256:
                raise Refused(f"The file '{file.name}' in the backup is damaged. Nothing was changed.")
            unfinished.replace(place)
        finally:
            unfinished.unlink(missing_ok=True)
        count += 1
    return count
