"""OPD (the tops of the tree of units) and the part of the tree that an analysis is narrowed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pendapa.architecture.queries import is_uid
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.tenancy.models import Institution, Unit


@dataclass(frozen=True)
class Opd:
    """One OPD: primary key, uid and name."""

    pk: int
    uid: str
    name: str


def opds(institution: Institution) -> Mapping[int, Opd]:
    """All OPD by primary key, in the order of their names: one query."""
    tops = Unit.objects.filter(institution=institution, parent=None, deleted_at=None).order_by("name", "pk")
    return {pk: Opd(pk, str(uid), name) for pk, uid, name in tops.values_list("pk", "uid", "name")}


def opd_of(path: str) -> int:
    """The primary key of the OPD above a unit: ``/12/40/`` → 12."""
    return int(path.split("/")[1])


def path_of(institution: Institution, uid: str) -> str:
    """The path of a unit, empty for none asked; :class:`NotFound` for one that is not there."""
    if not uid:
        return ""
    live = Unit.objects.filter(institution=institution, deleted_at=None)
    path = live.filter(uid=uid).values_list("path", flat=True).first() if is_uid(uid) else None
    if path is None:
        raise NotFound
    return path
