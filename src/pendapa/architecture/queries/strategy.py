"""The strategy map as one may see it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from pendapa.architecture.queries.lists import is_uid, visible, visible_relations
from pendapa.architecture.rules.strategy import LEVELS, Branch, forest
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution, Unit

PARENT, SUPPORT = "strategy_parent", "indicator_process"
FIELDS = (
    "satuan_iku",
    "arah",
    "target_tahunan",
    "realisasi_tahunan",
    "target_triwulan",
    "realisasi_triwulan",
    "nilai_iku_target",
    "nilai_iku_realisasi",
)


@dataclass(frozen=True)
class StrategyMap:
    """Trees over the elements by id; ``processes`` are those that support an indicator, by its id.

    ``elements`` hold ``uid``, ``code``, ``name``, ``kind``, ``unit__name`` and the fields of an indicator.
    """

    trees: list[Branch]
    elements: dict[int, dict[str, Any]]
    processes: dict[int, list[dict[str, Any]]]

    def counts(self) -> dict[str, int]:
        """How many there are of each kind."""
        found = dict.fromkeys(LEVELS, 0)
        for element in self.elements.values():
            if element["kind"] in found:
                found[element["kind"]] += 1
        return found


def strategy_map(actor: Actor, institution: Institution, unit: str = "") -> StrategyMap:
    """All of the map that the actor may see; with the uid of a ``unit`` what it and those below it own, and what stands
    above that. Four queries at most."""
    live = visible(actor, institution).filter(domain="strategy")
    rows = live.order_by("name_key", "id").values(
        "id", "uid", "code", "name", "kind", "unit_id", "unit__name", "attributes"
    )
    known: dict[int, dict[str, Any]] = {row["id"]: dict(row) for row in rows}
    links = visible_relations(actor, institution)
    parents = [
        (low, high)
        for low, high in links.filter(type=PARENT).order_by("pk").values_list("source_id", "target_id")
        if low in known and high in known
    ]
    if unit:
        known = _of_unit(institution, unit, known, parents)
    levels = {kind: number for number, kind in enumerate(LEVELS)}
    keys = sorted(
        known, key=lambda pk: levels.get(known[pk]["kind"], len(LEVELS))
    )  # stable: by name within a kind
    elements = {pk: _element(row) for pk, row in known.items()}
    return StrategyMap(forest(keys, parents), elements, _processes(links, known))


def _element(row: dict[str, Any]) -> dict[str, Any]:
    kept = row.pop("attributes")
    return row | {name: kept.get(name) for name in FIELDS}


def _of_unit(
    institution: Institution, uid: str, known: dict[int, dict[str, Any]], parents: list[tuple[int, int]]
) -> dict[int, dict[str, Any]]:
    live = Unit.objects.filter(institution=institution)
    path = live.filter(uid=uid).values_list("path", flat=True).first() if is_uid(uid) else None
    units = set(live.filter(path__startswith=path).values_list("pk", flat=True)) if path else set()
    above = defaultdict(list)
    for low, high in parents:
        above[low].append(high)
    wanted: set[int] = set()
    level = [pk for pk, row in known.items() if row["unit_id"] in units]
    while level:
        wanted.update(level)
        level = [high for low in level for high in above[low] if high not in wanted]
    return {pk: row for pk, row in known.items() if pk in wanted}


def _processes(links: QuerySet[Any], known: dict[int, dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = links.filter(type=SUPPORT).order_by("target__name_key", "pk")
    for row in rows.values("source_id", "target__uid", "target__code", "target__name"):
        if row["source_id"] in known:
            found[row["source_id"]].append(
                {"uid": row["target__uid"], "code": row["target__code"], "name": row["target__name"]}
            )
    return dict(found)
