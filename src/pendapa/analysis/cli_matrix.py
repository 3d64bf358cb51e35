"""``pendapa matrix ROWS COLS``: two domains against each other, and what is linked with nothing."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pendapa.kernel.commands import Fault, Format, chosen, complain, institution, ready, show

if TYPE_CHECKING:
    from pendapa.analysis.queries.matrix import Whole

LINE = ("code", "name", "unit", "linked")


class MatrixFormat(StrEnum):
    """How the matrix is told."""

    table = "table"
    json = "json"
    csv = "csv"


def matrix(
    rows: Annotated[
        str,
        typer.Argument(
            help="A domain (processes, services, data, applications, infrastructure, security, strategy) or a kind of it "
            "(infrastructure.server)",
            metavar="ROWS",
        ),
    ],
    columns: Annotated[str, typer.Argument(help="The same", metavar="COLS")],
    code: Annotated[str, typer.Option("--institution", help="Code of the institution")],
    through: Annotated[
        str,
        typer.Option(
            "--through", help="direct, a domain, or two with a comma between them (default: the best)"
        ),
    ] = "",
    unit: Annotated[str, typer.Option("--unit", help="Only this unit and all below it (its code)")] = "",
    form: Annotated[
        MatrixFormat | None,
        typer.Option("--format", help="table, json or csv (table on a terminal, json elsewhere)"),
    ] = None,
) -> None:
    """Which elements of one domain are linked with which of another, and which with none."""
    ready()
    from pendapa.analysis.queries import matrix as queries
    from pendapa.kernel.access.actor import system
    from pendapa.kernel.refusing import Refused

    place = institution(code)
    try:
        taken = queries.choice(place, rows, columns, through)
        found = queries.whole(system("pendapa matrix"), place, taken, unit=_unit(place, unit))
    except Refused as refused:
        raise Fault(str(refused)) from refused
    if form is MatrixFormat.csv:
        from pendapa.analysis.queries.matrix_sheets import pairs_sheet
        from pendapa.architecture import metamodel
        from pendapa.kernel.tables.writing import write_csv

        write_csv(sys.stdout.buffer, pairs_sheet(metamodel.of(place), found), mark=False)
        return
    told = chosen(Format(form.value) if form else None)
    if told is Format.json:
        show(_json(found), told)
        return
    show(_lines(found), told, LINE)
    complain(_said(found))


def _unit(place: Any, code: str) -> Any:
    if not code:
        return None
    from pendapa.kernel.tenancy.models import Unit

    found = Unit.objects.filter(institution=place, deleted_at=None, code__iexact=code).first()
    if found is None:
        from django.utils.translation import gettext

        raise Fault(gettext("No unit has the code “%(code)s”.") % {"code": code[:60]})
    return found


def _json(found: Whole) -> dict[str, Any]:
    taken = found.found.choice
    return {
        "rows": taken.rows.key,
        "columns": taken.columns.key,
        "path": taken.path.key,
        "paths": [path.key for path in taken.offered],
        "cells": [
            {
                "row": row.code,
                "column": column.code,
                "direct": [hop.type for hop in cell.direct],
                "count": cell.count,
                "ways": [[one.code for one in way] for way in cell.ways],
            }
            for row, column, cell in found.pairs()
        ],
        "total": {"rows": len(found.rows), "columns": len(found.columns)},
        "empty": {
            "rows": [one.code for one in found.empty_rows],
            "columns": [one.code for one in found.empty_columns],
        },
    }


def _lines(found: Whole) -> list[dict[str, Any]]:
    """A line for each row with the codes that it is linked with, and how."""
    from django.utils.translation import gettext

    from pendapa.analysis.queries.matrix_sheets import mark

    linked: dict[int, list[str]] = {}
    for row, column, cell in found.pairs():
        linked.setdefault(row.pk, []).append(f"{column.code} {mark(cell)}")
    none = gettext("none yet")
    return [
        {"code": row.code, "name": row.name, "unit": row.unit, "linked": linked.get(row.pk, none)}
        for row in found.rows
    ]


def _said(found: Whole) -> str:
    from django.utils.translation import gettext

    words = {
        "rows": f"{len(found.empty_rows)}/{len(found.rows)}",
        "columns": f"{len(found.empty_columns)}/{len(found.columns)}",
    }
    return (
        gettext("Linked with nothing: rows %(rows)s, columns %(columns)s. ● direct, ◇ through others.")
        % words
    )
