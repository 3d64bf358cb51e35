"""What every command needs: Django ready on a migrated database, output as table or JSON, clean failures.

Importing this module is light; Django is loaded by :func:`ready`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NoReturn

import typer

if TYPE_CHECKING:
    from pendapa.kernel.tenancy.models import Institution


WIDEST = 8
"""As many columns as one thing may have beside one another in a table."""


class Format(StrEnum):
    """How a command answers."""

    table = "table"
    json = "json"


def chosen(form: Format | None) -> Format:
    """What was asked for; else a table on a terminal and JSON for programs."""
    return form or (Format.table if sys.stdout.isatty() else Format.json)


class Fault(Exception):
    """A failure to tell people: what, why and what to do. ``code`` is the exit status."""

    def __init__(self, message: str, code: int = 2) -> None:
        self.code = code
        super().__init__(message)


def ready(migrate: bool = True) -> None:
    """Load Django, bring the database up to date, speak the installation's language."""
    import django
    from django.utils import translation

    django.setup()
    if migrate:
        bring_up_to_date()
    translation.activate(os.environ.get("PENDAPA_LANGUAGE", "id"))


def bring_up_to_date(verbosity: int = 0) -> int:
    """Apply migrations that are missing; how many there were. Raises :class:`Fault` when there is no database."""
    from django.core.management import call_command
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing:
            call_command("migrate", interactive=False, verbosity=verbosity)
    except DatabaseError as error:
        raise Fault(
            f"The database does not answer: {str(error).strip().splitlines()[0]}. "
            "Check DATABASE_URL (or the rights on PENDAPA_HOME) and try again."
        ) from error
    return len(missing)


def institution(code: str) -> Institution:
    """The institution called ``code``, or a fault that names those there are."""
    from django.utils.translation import gettext

    from pendapa.kernel.tenancy.models import Institution

    found = Institution.objects.filter(code__iexact=code).first()
    if found is None:
        known = ", ".join(Institution.objects.values_list("code", flat=True)[:20]) or gettext("none yet")
        text = gettext(
            "No institution “%(code)s” (there are: %(known)s). Make one with: pendapa institution create CODE NAME"
        )
        raise Fault(text % {"code": code, "known": known})
    return found


def show(data: Any, form: Format, columns: Sequence[str] = (), title: str = "") -> None:
    """Print ``data`` (a list of mappings, or one mapping) on stdout; a mapping too wide for a terminal goes down the page."""
    if form is Format.json:
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n")
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    if isinstance(data, dict) and not columns and len(data) > WIDEST:
        data = [{"name": name, "value": value} for name, value in data.items()]
    rows = data if isinstance(data, list) else [data]
    table = Table(title=title or None, title_justify="left")
    names = list(columns) or list(dict.fromkeys(k for row in rows for k in row))
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(escape(_plain(row.get(name))) for name in names))
    Console(file=sys.stdout).print(table)


def _plain(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, list):
        return "; ".join(_plain(v) for v in value)
    if isinstance(value, dict):
        return str(
            value.get("name")
            or value.get("message")
            or ", ".join(f"{k}: {_plain(v)}" for k, v in value.items())
        )
    # A file may hold control characters: printed raw they would command the terminal.
    return "".join(c if c.isprintable() or c == "\n" else "␀" if c == "\0" else "�" for c in str(value))


def complain(message: str) -> None:
    """One line on stderr."""
    sys.stderr.write(message.rstrip() + "\n")


def stop(code: int) -> NoReturn:
    """End with an exit status."""
    raise typer.Exit(code)


def bar(label: str) -> AbstractContextManager[Any]:
    """A progress bar on a terminal (on stderr); elsewhere silent. Call it with ``(done, total, step)``."""
    from pendapa.kernel.progress import Bar

    return Bar(label)
