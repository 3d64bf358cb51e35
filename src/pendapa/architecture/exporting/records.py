"""What goes out, as plain records: the register as it is now, or as a release froze it. A chunk in memory at a time.

Only what the actor may see: hidden elements, relations with a hidden end, personal data and texts that name something
hidden stay out of both.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from pendapa.architecture import metamodel, queries
from pendapa.architecture.models import Element, Relation, Release, ReleaseItem
from pendapa.architecture.queries import Filters
from pendapa.architecture.queries.lists import _seer as seer
from pendapa.architecture.rules.keys import name_key
from pendapa.architecture.rules.metamodel import relation_columns
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.actions import chunks
from pendapa.kernel.history.models import Revision
from pendapa.kernel.tenancy.models import Institution, Unit

CHUNK = 500


class ElementRecord(NamedTuple):
    """One element. ``unit`` is written so that it is found again: by name, by code where two units have one name.

    ``links`` holds the codes of what it is linked with, by the column that names it.
    """

    uid: UUID
    version: int
    domain: str
    kind: str
    code: str
    name: str
    unit: str
    classification: str
    valid_from: str
    valid_to: str
    attributes: Mapping[str, Any]
    links: Mapping[str, Sequence[str]]


class End(NamedTuple):
    """One end of a relation."""

    uid: UUID
    domain: str
    code: str
    name: str


class RelationRecord(NamedTuple):
    """One relation, with both ends."""

    uid: UUID
    version: int
    type: str
    source: End
    target: End
    attributes: Mapping[str, Any]
    valid_from: str
    valid_to: str


class Source(Protocol):
    """Where records come from."""

    def elements(self, domain: str) -> Iterator[ElementRecord]:
        """The elements of a domain in the order of their names."""

    def relations(self, domains: Sequence[str]) -> Iterator[RelationRecord]:
        """Relations that lead from an element of these domains."""


@dataclass(frozen=True)
class _Around:
    """What every record needs: whose it is, and how units are written."""

    actor: Actor
    institution: Institution

    def units(self) -> dict[int, str]:
        rows = list(
            Unit.objects.filter(institution=self.institution).values_list("pk", "name", "code", "deleted_at")
        )
        several = Counter(name for _pk, name, _code, gone in rows if gone is None)
        return {pk: code if several[name] > 1 and code else name for pk, name, code, _gone in rows}


class Live:
    """The register as it is now, narrowed to ``filters`` (but for the domain, which is asked for)."""

    def __init__(self, actor: Actor, institution: Institution, filters: Filters | None = None) -> None:
        self._actor, self._institution = actor, institution
        self._filters = filters or Filters()
        self._model = metamodel.of(institution)
        self._units = _Around(actor, institution).units()

    def elements(self, domain: str) -> Iterator[ElementRecord]:
        for some in chunks(self._ids(domain), CHUNK):
            elements = Element.objects.select_related("unit").in_bulk(list(some))
            for element in elements.values():
                element.institution = self._institution
            links = self._links(domain, list(some))
            attributes = queries.readable(self._actor, self._institution, list(elements.values()))
            for pk in some:
                if pk in elements:  # else it was deleted for good meanwhile
                    yield self._record(elements[pk], attributes[pk], links[pk])

    def _ids(self, domain: str) -> list[int]:
        asked = replace(self._filters, domain=domain, after="", before="")
        found = queries.filtered(self._actor, self._institution, asked).order_by("name_key", "id")
        return list(found.values_list("pk", flat=True))

    def _record(
        self, element: Element, attributes: Mapping[str, Any], links: Mapping[str, list[str]]
    ) -> ElementRecord:
        return ElementRecord(
            element.uid,
            element.version,
            element.domain,
            element.kind,
            element.code,
            element.name,
            self._units[element.unit_id],
            element.classification,
            _day(element.valid_from),
            _day(element.valid_to),
            attributes,
            links,
        )

    def _links(self, domain: str, ids: list[int]) -> dict[int, dict[str, list[str]]]:
        """Codes of what the elements are linked with, by the column that holds that relation."""
        found: dict[int, dict[str, list[str]]] = defaultdict(dict)
        seen = queries.visible_relations(self._actor, self._institution).order_by("pk")
        for column in relation_columns(self._model, domain):
            own, other = ("target", "source") if column.backward else ("source", "target")
            ends, _dot, kind = column.links_to.partition(".")
            there = {f"{own}__in": ids, f"{other}__domain": ends} | ({f"{other}__kind": kind} if kind else {})
            rows = seen.filter(type=column.relation, **there)
            for pk, code in rows.values_list(f"{own}_id", f"{other}__code"):
                found[pk].setdefault(column.key, []).append(code)
        return found

    def relations(self, domains: Sequence[str]) -> Iterator[RelationRecord]:
        for domain in domains:
            for some in chunks(self._ids(domain), CHUNK):
                seen = queries.visible_relations(self._actor, self._institution)
                rows = seen.filter(source__in=list(some)).select_related("source", "target").order_by("pk")
                for row in rows:
                    yield RelationRecord(
                        row.uid,
                        row.version,
                        row.type,
                        _end(row.source),
                        _end(row.target),
                        row.attributes,
                        _day(row.valid_from),
                        _day(row.valid_to),
                    )


def _end(element: Element) -> End:
    return End(element.uid, element.domain, element.code, element.name)


def _day(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value or "")


class Frozen:
    """A release: the snapshots of its revisions. Units are written as they were called then."""

    def __init__(self, actor: Actor, release: Release) -> None:
        self._actor, self._release = actor, release
        self._institution = release.institution
        self._model = metamodel.of(release.institution)
        units = Unit.objects.filter(institution=release.institution)
        self._paths = dict(units.values_list("pk", "path"))
        self._sees = seer(actor, release.institution)

    def _items(self, type_: str) -> Any:
        return ReleaseItem.objects.filter(release=self._release, target_type=type_)

    def _may_see(self, snapshot: Mapping[str, Any]) -> bool:
        return self._sees(snapshot["classification"], self._paths.get(snapshot["unit"], ""))

    def _ids(self, domain: str) -> list[int]:
        """Revisions of the elements of a domain, by name."""
        rows = self._items("element").filter(revision__snapshot__domain=domain)
        named = rows.values_list("revision_id", "revision__snapshot__name").iterator(2000)
        return [pk for _name, pk in sorted((name_key(str(name)), pk) for pk, name in named)]

    def elements(self, domain: str) -> Iterator[ElementRecord]:
        for some in chunks(self._ids(domain), CHUNK):
            revisions = Revision.objects.in_bulk(list(some))
            shown = [revisions[pk] for pk in some if self._may_see(revisions[pk].snapshot)]
            rows = {one.target_uid: self._as_element(one) for one in shown}
            attributes = queries.readable(self._actor, self._institution, list(rows.values()))
            links = self._links(domain, rows)
            for one in shown:
                row = rows[one.target_uid]
                yield ElementRecord(
                    one.target_uid,
                    one.version,
                    row.domain,
                    row.kind,
                    row.code,
                    row.name,
                    one.snapshot.get("_names", {}).get("unit", ""),
                    row.classification,
                    one.snapshot.get("valid_from") or "",
                    one.snapshot.get("valid_to") or "",
                    attributes[row.pk],
                    links[row.pk],
                )

    def _as_element(self, revision: Revision) -> Element:
        """A snapshot in the shape of an element, for what is asked of elements. It is never saved."""
        facts = revision.snapshot
        row = Element(
            pk=revision.pk,
            uid=revision.target_uid,
            institution=self._institution,
            domain=facts["domain"],
            kind=facts["kind"],
            code=facts["code"],
            name=facts["name"],
            attributes=facts["attributes"],
            classification=facts["classification"],
        )
        row.unit = Unit(
            pk=facts["unit"], institution=self._institution, path=self._paths.get(facts["unit"], "")
        )
        return row

    def _links(self, domain: str, rows: Mapping[UUID, Element]) -> dict[int, dict[str, list[str]]]:
        found: dict[int, dict[str, list[str]]] = defaultdict(dict)
        columns = relation_columns(self._model, domain)
        if not columns or not rows:
            return found
        for relation in self._touching(list(rows)):
            for column in columns:
                own, other = (relation.source, relation.target)
                if column.backward:
                    own, other = other, own
                ends, _dot, kind = column.links_to.partition(".")
                fits = relation.type == column.relation and own.end.uid in rows
                if fits and other.end.domain == ends and kind in ("", other.kind):
                    found[rows[own.end.uid].pk].setdefault(column.key, []).append(other.end.code)
        return found

    def relations(self, domains: Sequence[str]) -> Iterator[RelationRecord]:
        for domain in domains:
            for some in chunks(self._ids(domain), CHUNK):
                uids = Revision.objects.filter(pk__in=list(some)).values_list("target_uid", flat=True)
                for one in self._touching(list(uids), only_sources=True):
                    yield RelationRecord(
                        one.revision.target_uid,
                        one.revision.version,
                        one.type,
                        one.source.end,
                        one.target.end,
                        one.revision.snapshot["attributes"],
                        one.revision.snapshot.get("valid_from") or "",
                        one.revision.snapshot.get("valid_to") or "",
                    )

    def _touching(self, uids: Sequence[UUID], *, only_sources: bool = False) -> list[_Frozen]:
        """Relations of the release at these elements, both of whose ends are in it and may be seen."""
        live = Relation.objects.filter(institution=self._institution)
        of_source = live.filter(source__uid__in=uids).values_list("uid", flat=True)
        wanted = set(of_source)
        if not only_sources:
            wanted |= set(live.filter(target__uid__in=uids).values_list("uid", flat=True))
        found: list[Revision] = []
        for some in chunks(sorted(wanted), CHUNK):
            items = self._items("relation").filter(target_uid__in=list(some)).select_related("revision")
            found += [item.revision for item in items]
        ends = self._ends({pk for one in found for pk in (one.snapshot["source"], one.snapshot["target"])})
        return [
            _Frozen(one, one.snapshot["type"], ends[one.snapshot["source"]], ends[one.snapshot["target"]])
            for one in sorted(found, key=lambda one: one.pk)
            if one.snapshot["source"] in ends and one.snapshot["target"] in ends
        ]

    def _ends(self, ids: set[int]) -> dict[int, _FrozenEnd]:
        found = {}
        for some in chunks(sorted(ids), CHUNK):
            uids = dict(Element.objects.filter(pk__in=list(some)).values_list("uid", "pk"))
            items = self._items("element").filter(target_uid__in=list(uids)).select_related("revision")
            for item in items:
                facts = item.revision.snapshot
                if self._may_see(facts):
                    end = End(item.target_uid, facts["domain"], facts["code"], facts["name"])
                    found[uids[item.target_uid]] = _FrozenEnd(end, facts["kind"])
        return found


class _FrozenEnd(NamedTuple):
    end: End
    kind: str


class _Frozen(NamedTuple):
    revision: Revision
    type: str
    source: _FrozenEnd
    target: _FrozenEnd
