"""The matrix of two domains."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from pendapa.analysis.queries import matrix as queries
from pendapa.architecture import metamodel
from pendapa.architecture.api.door import ABSENT, enter
from pendapa.kernel.access.rest import ProblemOut, answer

router = Router()
LIMIT = 200


class ThingOut(Schema):
    """``linked``: with how many of the other side; 0 is what is missing."""

    uid: str
    code: str
    name: str
    unit: str
    linked: int


class StepOut(Schema):
    uid: str
    domain: str
    code: str
    name: str


class AxisOut(Schema):
    """``total`` and ``empty`` count all, ``shown`` what ``show`` leaves; ``items`` are those of this page."""

    key: str
    label: str
    total: int
    empty: int
    shown: int
    page: int
    pages: int
    items: list[ThingOut]


class CellOut(Schema):
    """``row`` and ``column`` are uids. ``direct``: relations between the two, read from the row. ``ways``: the first of
    ``count`` ways through others, each with the elements in between."""

    row: str
    column: str
    direct: list[str]
    count: int
    ways: list[list[StepOut]]


class MatrixOut(Schema):
    """``path`` is the way that was taken, ``paths`` are all there are, the best first."""

    path: str
    paths: list[str]
    rows: AxisOut
    columns: AxisOut
    cells: list[CellOut]


@router.get(
    "/institutions/{code}/matrix",
    response={200: MatrixOut, 422: ProblemOut, **ABSENT},
    summary="Two domains against each other",
)
def matrix(
    request: HttpRequest,
    code: str,
    rows: str = Query(
        "processes", description="A domain, or a kind of it: applications, infrastructure.server"
    ),
    columns: str = Query("applications", description="The same"),
    through: str = Query(
        "", description="direct, a domain, or two with a comma between them; empty: the best"
    ),
    unit: str = Query("", description="uid of a unit: it and all below it"),
    show: Literal["", "linked", "missing"] = "",
    row_page: int = Query(1, ge=1, le=1_000_000),
    column_page: int = Query(1, ge=1, le=1_000_000),
    limit: int = Query(100, ge=1, le=LIMIT, description="So many rows and so many columns on a page"),
) -> HttpResponse:
    """Which elements of one domain are linked with which of another, directly or through one or two domains in between,
    and which with none. Cells that hold nothing are left out."""
    actor, institution = enter(request, code)
    chosen = queries.choice(institution, rows, columns, through)
    where = queries.unit_of(institution, unit)
    found = queries.matrix(
        actor,
        institution,
        chosen,
        unit=where,
        show=show,
        row_page=row_page,
        column_page=column_page,
        size=(limit, limit),
    )
    uids = {line.thing.pk: line.thing.uid for axis in (found.rows, found.columns) for line in axis.lines}
    model = metamodel.of(institution)
    return answer(
        {
            "path": chosen.path.key,
            "paths": [path.key for path in chosen.offered],
            "rows": _axis(found.rows, queries.label(model, chosen.rows)),
            "columns": _axis(found.columns, queries.label(model, chosen.columns)),
            "cells": [_cell(uids[row], uids[column], cell) for (row, column), cell in found.cells.items()],
        }
    )


def _axis(axis: queries.Axis, label: str) -> dict[str, Any]:
    items = [
        {
            "uid": line.thing.uid,
            "code": line.thing.code,
            "name": line.thing.name,
            "unit": line.thing.unit,
            "linked": line.linked,
        }
        for line in axis.lines
    ]
    counts = {name: getattr(axis, name) for name in ("total", "empty", "shown", "page", "pages")}
    return {"key": axis.side.key, "label": label, **counts, "items": items}


def _cell(row: str, column: str, cell: queries.Cell) -> dict[str, Any]:
    ways = [
        [{"uid": one.uid, "domain": one.domain, "code": one.code, "name": one.name} for one in way]
        for way in cell.ways
    ]
    return {
        "row": row,
        "column": column,
        "direct": [hop.type for hop in cell.direct],
        "count": cell.count,
        "ways": ways,
    }
