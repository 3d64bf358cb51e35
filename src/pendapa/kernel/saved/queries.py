"""Reads of kept lists: the own ones and those that were shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.saved.models import SavedView
from pendapa.kernel.saved.permissions import SAVE, TIDY
from pendapa.kernel.saved.ports import Place, place
from pendapa.kernel.tenancy.models import Institution

COLUMNS = "kolom"
"""The parameter that carries chosen columns in an address; ``-`` chooses none."""
NONE = "-"


@dataclass(frozen=True)
class Kept:
    """A kept list as pages show it: ``url`` opens it, ``current`` when it is the one that is open."""

    uid: UUID
    name: str
    url: str
    shared: bool
    mine: bool
    owner: str
    current: bool
    removable: bool


@dataclass(frozen=True)
class Bar:
    """What a list page needs: kept lists, columns to choose from (key, label, chosen), and the list as it is now."""

    place: str
    views: list[Kept]
    columns: list[tuple[str, str, bool]]
    chosen: tuple[str, ...]
    query: dict[str, str]
    here: str

    @property
    def kept_columns(self) -> str:
        return ",".join(self.chosen) or NONE


def visible(actor: Actor, institution: Institution) -> QuerySet[SavedView]:
    """Named lists that the actor owns or that were shared."""
    if actor.user is None or not actor.may(SAVE, institution):
        return SavedView.objects.none()
    named = SavedView.objects.filter(institution=institution).exclude(name="")
    return named.filter(Q(owner=actor.user) | Q(shared=True)).select_related("owner").order_by("name", "pk")


def bar(actor: Actor, institution: Institution, name: str, query: Mapping[str, Any]) -> Bar:
    """The bar of the list ``name`` asked with ``query`` (its parameters, and ``kolom``). One query."""
    where = place(name)
    filters, rows = where.filters(query), []
    if actor.user is not None and actor.may(SAVE, institution):
        mine = Q(place=where.name) & (Q(owner=actor.user) | Q(shared=True)) & ~Q(name="")
        last = Q(place=where.key(query), owner=actor.user, name="")
        found = SavedView.objects.filter(mine | last, institution=institution)
        rows = list(found.select_related("owner").order_by("name", "pk"))
    offered = list(where.columns(actor, institution, filters)) if where.columns else []
    chosen = _chosen(where, query.get(COLUMNS), [row for row in rows if not row.name], offered)
    keys = [key for key, _label in offered]
    told = [(key, label, key in chosen) for key, label in offered]
    here = address(institution, where, filters, chosen if query.get(COLUMNS) else None)
    views = [_kept(row, actor, institution, where, keys, (filters, chosen)) for row in rows if row.name]
    return Bar(where.name, views, told, chosen, filters, here)


def _chosen(
    where: Place, asked: str | None, last: Sequence[SavedView], offered: Sequence[tuple[str, str]]
) -> tuple[str, ...]:
    """The columns to show: those the address names, else those of last time; in their order, of those that are offered."""
    known = {key for key, _label in offered}
    wanted = asked.split(",")[:100] if asked else (last[0].columns if last else [])
    return tuple(dict.fromkeys(key for key in wanted if key in known))[: where.most]


def _kept(
    row: SavedView,
    actor: Actor,
    institution: Institution,
    where: Place,
    offered: Sequence[str] | None = None,
    now: tuple[dict[str, str], tuple[str, ...]] | None = None,
) -> Kept:
    filters, columns = where.filters(row.query), tuple(str(one) for one in row.columns)
    mine = actor.user is not None and row.owner_id == actor.user.pk
    shown = tuple(one for one in columns if offered is None or one in offered)
    return Kept(
        uid=row.uid,
        name=row.name,
        url=address(institution, where, filters, columns),
        shared=row.shared,
        mine=mine,
        owner=row.owner.name,
        current=now == (filters, shown),
        removable=mine or (row.shared and actor.may(TIDY, institution)),
    )


def kept(actor: Actor, institution: Institution, name: str) -> list[Kept]:
    """All lists of a place that the actor may open, own ones first."""
    where = place(name)
    actor.require(where.permission, institution)
    found = visible(actor, institution).filter(place=where.name)
    return sorted((_kept(row, actor, institution, where) for row in found), key=lambda one: not one.mine)


def view(actor: Actor, institution: Institution, uid: UUID | str) -> SavedView:
    """One named list; :class:`NotFound` when absent or neither own nor shared."""
    found = visible(actor, institution).filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found


def address(
    institution: Institution, where: Place, filters: Mapping[str, str], columns: Sequence[str] | None = None
) -> str:
    """The list with these filters; ``columns`` go along where they are given."""
    asked = dict(filters)
    if columns is not None and where.columns:
        asked[COLUMNS] = ",".join(columns) or NONE
    base = reverse(where.name, args=[institution.code])
    return f"{base}?{urlencode(asked)}" if asked else base
