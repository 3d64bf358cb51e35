"""The room's part of ``/api/v1``: institutions and their units. People are not told here."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from pendapa.kernel.access.actor import institution_for, institutions
from pendapa.kernel.tenancy.models import Institution
from pendapa.organisation import queries

router = Router(tags=["organisation"])


class InstitutionOut(Schema):
    """A tenant in which the actor holds a role."""

    code: str
    name: str
    kind: str
    is_demo: bool


class UnitOut(Schema):
    """A unit; ``parent`` is the uid of the one above it, ``depth`` 0 an OPD."""

    uid: UUID
    code: str
    name: str
    short_name: str
    kind: str
    parent: UUID | None
    depth: int
    valid_from: date | None
    valid_to: date | None


class AliasOut(Schema):
    """Another name of a unit and the time in which it held."""

    name: str
    valid_from: date | None
    valid_to: date | None


class UnitDetailOut(UnitOut):
    """A unit with its other names."""

    aliases: list[AliasOut]


@router.get("/institutions", response=list[InstitutionOut], summary="Institutions in which you hold a role")
def list_institutions(request: HttpRequest) -> Any:
    return institutions(request.actor)  # type: ignore[attr-defined]


@router.get(
    "/institutions/{code}/units",
    response=list[UnitOut],
    summary="All units, each followed by what stands below it",
)
def list_units(request: HttpRequest, code: str, closed: bool = False) -> Any:
    rows = queries.tree(request.actor, _institution(request, code), closed=closed)  # type: ignore[attr-defined]
    uids = {row.unit.pk: row.unit.uid for row in rows}
    return [_unit(row.unit, row.depth, uids.get(row.unit.parent_id or 0)) for row in rows]


@router.get(
    "/institutions/{code}/units/{uuid:uid}", response=UnitDetailOut, summary="One unit with its other names"
)
def get_unit(request: HttpRequest, code: str, uid: UUID) -> Any:
    found = queries.find_unit(request.actor, _institution(request, code), uid)  # type: ignore[attr-defined]
    depth = found.path.count("/") - 2
    names = [
        {"name": a.name, "valid_from": a.valid_from, "valid_to": a.valid_to} for a in queries.aliases(found)
    ]
    return _unit(found, depth, found.parent.uid if found.parent else None) | {"aliases": names}


def _institution(request: HttpRequest, code: str) -> Institution:
    return institution_for(request.actor, code)  # type: ignore[attr-defined]


def _unit(unit: Any, depth: int, parent: UUID | None) -> dict[str, Any]:
    return {
        "uid": unit.uid,
        "code": unit.code,
        "name": unit.name,
        "short_name": unit.short_name,
        "kind": unit.kind,
        "parent": parent,
        "depth": depth,
        "valid_from": unit.valid_from,
        "valid_to": unit.valid_to,
    }
