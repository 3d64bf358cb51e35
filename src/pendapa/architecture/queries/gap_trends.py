"""How many gaps the frozen releases had, and how many there are now."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from pendapa.architecture import metamodel
from pendapa.architecture.models import Element, Release, ReleaseItem
from pendapa.architecture.queries.analyses import remembered
from pendapa.architecture.queries.conditions import DAYS, RESTRICTED, TYPES
from pendapa.architecture.queries.gaps import Asked, by_rule
from pendapa.architecture.queries.lists import could_see, seen
from pendapa.architecture.rules import gaps as gap_rules
from pendapa.architecture.rules.metamodel import completeness
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs
from pendapa.regulations.metamodel import Metamodel

_PAST = [
    rule
    for rule in gap_rules.RULES
    if not rule.checks and not any(one.type == "remap" for one in rule.conditions)
]
MOST = 8
"""The newest releases that are told."""


@dataclass(frozen=True)
class Point:
    """The gaps of one moment: of a release (its ``code``), or of now (``code`` empty). ``by_rule`` leaves out rules without
    gaps, and those that ask for checks of other parts: what these would have said of the past is not known."""

    code: str
    name: str
    on: date
    by_rule: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_rule.values())


def trends(actor: Actor, institution: Institution) -> list[Point]:
    """The newest releases, oldest first, then now. What one may not see now, or could not see then, is not counted."""
    newest = list(Release.objects.filter(institution=institution).order_by("-created_at", "-pk")[:MOST])
    unseen = _unseen(actor, institution)
    points = [
        Point(one.code, one.name, timezone.localdate(one.created_at), _count(actor, institution, one, unseen))
        for one in reversed(newest)
    ]
    plain = {rule.key for rule in _PAST}
    now = {key: n for key, n in by_rule(actor, institution, Asked()).items() if key in plain}
    return [*points, Point("", "", timezone.localdate(), now)]


def _unseen(actor: Actor, institution: Institution) -> frozenset[int]:
    condition = seen(actor, institution)
    if not condition:
        return frozenset()
    hidden = Element.objects.filter(~condition, institution=institution)
    return frozenset(hidden.values_list("pk", flat=True))


def _count(
    actor: Actor, institution: Institution, release: Release, unseen: frozenset[int]
) -> dict[str, int]:
    frozen = _then(institution, release)
    open_then = could_see(actor, institution)
    hidden = unseen | {
        pk
        for pk, unit in frozen.restricted.items()
        if not open_then({"classification": "restricted", "unit": unit})
    }
    counted = {key: sum(pk not in hidden for pk in pks) for key, pks in frozen.found.items()}
    return {key: number for key, number in counted.items() if number}


@dataclass(frozen=True)
class _Then:
    """All gaps of a release: the elements by rule, and the unit of those that were restricted then."""

    found: dict[str, list[int]]
    restricted: dict[int, int]


def _then(institution: Institution, release: Release) -> _Then:
    """A release does not change: it is read once for everybody, and again where other elements are restricted."""
    now = Element.objects.filter(institution=institution, classification=RESTRICTED).order_by("pk")
    hidden = frozenset(now.values_list("pk", flat=True))
    parts = f"{release.uid}\n{release.digest}\n{packs.gaps().digest}\n{sorted(hidden)}"
    key = "architecture:gaps-then:" + hashlib.sha256(parts.encode()).hexdigest()
    return remembered(key, lambda: _read(institution, release, hidden))


def _read(institution: Institution, release: Release, hidden: frozenset[int]) -> _Then:
    model = metamodel.of(institution)
    pks = dict(
        Element.objects.filter(institution=institution).values_list("uid", "pk").iterator(chunk_size=5000)
    )
    snapshots = {pks[uid]: snap for uid, snap in _snapshots(release, "element") if uid in pks}
    things = [_thing(model, pk, snapshot) for pk, snapshot in snapshots.items()]
    restricted = {pk: s["unit"] for pk, s in snapshots.items() if s.get("classification") == RESTRICTED}
    closed = hidden | restricted.keys()
    links: dict[int, list[gap_rules.Link]] = defaultdict(list)
    for _uid, relation in _snapshots(release, "relation"):
        source, target = snapshots.get(relation["source"]), snapshots.get(relation["target"])
        if relation["type"] in TYPES and source and target:
            told, dated = relation.get("attributes") or {}, target.get("attributes") or {}
            days = {name: dated.get(name) for name in DAYS}
            left, right, type_ = relation["source"], relation["target"], relation["type"]
            kinds = (source.get("kind") or "", target.get("kind") or "")
            links[left].append(gap_rules.Link(True, type_, kinds[1], told, days, hidden=right in closed))
            links[right].append(gap_rules.Link(False, type_, kinds[0], told, hidden=left in closed))
    found: dict[str, list[int]] = defaultdict(list)
    known = gap_rules.Known(timezone.localdate(release.created_at))
    for rule, pk in gap_rules.find(things, links, known, _PAST):
        found[rule.key].append(pk)
    return _Then(dict(found), restricted)


def _thing(model: Metamodel, pk: int, snapshot: Mapping[str, Any]) -> gap_rules.Thing:
    domain, kind = snapshot["domain"], snapshot.get("kind") or ""
    attributes = snapshot.get("attributes") or {}
    # Whether a national reference had changed under the mapping is not part of a snapshot.
    return gap_rules.Thing(
        pk, domain, attributes, kind, completeness=completeness(model, domain, kind, attributes)
    )


def _snapshots(release: Release, recorded_type: str) -> Iterator[tuple[UUID, dict[str, Any]]]:
    items = ReleaseItem.objects.filter(release=release, target_type=recorded_type).order_by()
    return items.values_list("target_uid", "revision__snapshot").iterator(chunk_size=2000)
