"""Staged rows of an exchange file → relations: a type of ours where both ends fit, else kept as a foreign one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pendapa.architecture import metamodel
from pendapa.architecture.archimate import identity, sheets, words
from pendapa.architecture.archimate.records import Property, folded, unfolded
from pendapa.architecture.columns import KIND_COLUMN, _column
from pendapa.architecture.models import Element, Relation
from pendapa.architecture.permissions import EDIT
from pendapa.architecture.queries import visible_relations
from pendapa.architecture.rules.metamodel import only_kind
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.actions import Conflict, Writes, chunks
from pendapa.kernel.tables import cells
from pendapa.kernel.tables.cells import Lookups
from pendapa.kernel.tables.messages import _, say
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tables.names import UnitRef
from pendapa.kernel.tables.ports import Change, Draft
from pendapa.kernel.tenancy.models import Unit
from pendapa.regulations import packs
from pendapa.regulations.archimate import ASSOCIATION
from pendapa.regulations.metamodel import RelationType

_PLACES = ("name", "documentation", "accessType", "modifier", "isDirected")
_HIGHEST = 100


@dataclass(slots=True)
class _End:
    """One end of a relation: a row of this file. ``pk`` where it is in the register already."""

    identifier: str
    name: str
    verdict: str
    domain: str
    kind: str
    unit: int | None
    pk: int | None

    @property
    def key(self) -> object:
        return self.pk or self.identifier


class _Meaning(NamedTuple):
    """What a row is here: type, ends in our direction, the access type that goes without saying."""

    type: str
    source: _End
    target: _End
    access: str = ""

    @property
    def key(self) -> tuple[str, object, object]:
        return self.type, self.source.key, self.target.key


class RelationSession:
    """The relations of a model being imported, after its elements."""

    lookups = Lookups()
    default_unit: UnitRef | None = None

    def __init__(self, actor: Actor, batch: ImportBatch) -> None:
        self._actor, self._batch, self._institution = actor, batch, batch.institution
        self._model = metamodel.of(batch.institution)
        self._pack = packs.archimate()
        self._types = {relation.key: relation for relation in self._model.relations}
        self._scope = actor.scope(EDIT, batch.institution)
        self._units = {u.pk: u for u in Unit.objects.filter(institution=batch.institution)}
        self._headers: Mapping[str, str] = {}
        self._staged: dict[str, _End] | None = None
        self._claimed: dict[tuple[str, object, object], str] = {}
        self._up: dict[str, dict[object, set[object]]] = {}

    # -- judging ------------------------------------------------------------------------------------------------------

    def interpret(self, draft: Draft, headers: Mapping[str, str]) -> None:
        self._headers = headers
        draft.code_key = f"relation:{draft.values.get(sheets.ID, '')}"[:80]

    def match(self, drafts: Sequence[Draft]) -> None:
        identifiers = [draft.values.get(sheets.ID, "") for draft in drafts]
        known = identity.find(self._actor, self._institution, "relation", identifiers)
        meanings = {id(draft): self._meanings(draft.values) for draft in drafts}
        stored = self._stored([one for some in meanings.values() for one in some])
        for draft in drafts:
            relation = known.get(draft.values.get(sheets.ID, ""))
            options = meanings[id(draft)]
            if relation is not None and any(self._is(relation, one) for one in options):
                self._known(draft, relation, options)
            else:
                self._unknown(draft, options, stored)

    def _is(self, relation: Relation, meaning: _Meaning) -> bool:
        ends = {meaning.source.pk, meaning.target.pk}
        return {relation.source_id, relation.target_id} == ends

    def _known(self, draft: Draft, relation: Relation, options: Sequence[_Meaning]) -> None:
        access = next((one.access for one in options if one.type == relation.type), "")
        self._claimed.setdefault((relation.type, relation.source_id, relation.target_id), "")
        draft.target, draft.target_version = relation.pk, relation.version
        draft.verdict = "changed" if self._differs(relation, draft.values, access) else "same"
        units = (relation.source.unit, relation.target.unit)
        if draft.verdict == "changed" and not any(self._scope.covers(unit) for unit in units):
            self._not_yours(draft, units[0])

    def _unknown(
        self, draft: Draft, options: Sequence[_Meaning], stored: Mapping[tuple[str, object, object], Relation]
    ) -> None:
        if not options:
            draft.fault(
                self._headers["name"], draft.name, say(_("An end of it is not in the file any more."))
            )
            draft.verdict = "faulty"
            return
        mine = draft.values.get(sheets.ID, "")
        for one in options:
            taken = self._claimed.setdefault(one.key, mine)
            if taken != mine:
                continue
            relation = stored.get(one.key)
            if relation is not None:
                self._known(draft, relation, options)
                return
            self._new(draft, one)
            return
        told = _("Between the two stands such a relation already; the register keeps one of a kind.")
        draft.doubt(self._headers["name"], draft.name, say(told))
        draft.verdict = "same"

    def _new(self, draft: Draft, meaning: _Meaning) -> None:
        draft.verdict = "new"
        for end in (meaning.source, meaning.target):
            if end.verdict == "faulty":
                told = _("It is saved only together with %(name)s, whose row is faulty.")
                draft.doubt(self._headers["name"], draft.name, say(told, name=end.name))
        unit = self._units.get(meaning.source.unit or 0)
        if unit is not None and meaning.source.verdict != "faulty" and not self._scope.covers(unit):
            self._not_yours(draft, unit)

    def _not_yours(self, draft: Draft, unit: Unit) -> None:
        told = _("You may write for your own unit only, not for %(unit)s.")
        draft.fault(self._headers["name"], draft.name, say(told, unit=unit.name))
        draft.verdict = "faulty"

    # -- ends ---------------------------------------------------------------------------------------------------------

    @property
    def _ends(self) -> Mapping[str, _End]:
        """The elements of this file by their identifier. Read once a session."""
        if self._staged is None:
            self._staged = {}
            rows = self._batch.rows.order_by("sheet", "row")
            fields = ("sheet", "verdict", "data", "target")
            for sheet, verdict, data, target in rows.values_list(*fields).iterator(chunk_size=2000):
                domain = self._domain(sheet)
                identifier = data["values"].get(sheets.ID, "")
                if domain and identifier:
                    kind = only_kind(self._model, domain) or data["values"].get(KIND_COLUMN, "")
                    self._staged[identifier] = _End(
                        identifier, data["name"], verdict, domain, kind, data["unit"], target
                    )
            self._as_stored()
        return self._staged

    def _domain(self, sheet: int) -> str:
        kind = str(self._batch.sheets[sheet]["kind"]) if sheet < len(self._batch.sheets) else sheets.RELATIONS
        return "" if kind == sheets.RELATIONS else kind.removeprefix("archimate-")

    def _as_stored(self) -> None:
        """Kind and unit of what is in the register are those of the register."""
        by_pk = {end.pk: end for end in (self._staged or {}).values() if end.pk}
        for part in chunks(sorted(by_pk), 500):
            rows = Element.objects.filter(pk__in=part).values_list("pk", "kind", "unit_id", "domain")
            for pk, kind, unit, domain in rows:
                end = by_pk[pk]
                end.kind, end.unit, end.domain = kind or end.kind, unit, domain

    def _stored(self, meanings: Sequence[_Meaning]) -> dict[tuple[str, object, object], Relation]:
        """What of the meanings is in the register."""
        sources = sorted({one.source.pk for one in meanings if one.source.pk and one.target.pk})
        found: dict[tuple[str, object, object], Relation] = {}
        seen = visible_relations(self._actor, self._institution).select_related(
            "source__unit", "target__unit"
        )
        for part in chunks(sources, 400):
            for relation in seen.filter(source__in=part):
                found[relation.type, relation.source_id, relation.target_id] = relation
        return found

    # -- meaning ------------------------------------------------------------------------------------------------------

    def _meanings(self, values: Mapping[str, Any]) -> list[_Meaning]:
        """What a row may be here, the likeliest first; a foreign relation last. Nothing where an end is missing."""
        source, target = (
            self._ends.get(values.get(sheets.FROM, "")),
            self._ends.get(values.get(sheets.TO, "")),
        )
        if source is None or target is None:
            return []
        found = list(self._own(values, source, target))
        return [*found, _Meaning(self._pack.outside_relation, source, target)]

    def _own(self, values: Mapping[str, Any], source: _End, target: _End) -> Iterator[_Meaning]:
        type, said = values.get(sheets.TYPE, ""), values.get(sheets.KEY, "")
        readings = list(self._pack.readings(type))
        if said:
            if said == self._pack.outside_relation:
                return
            readings = [pair for pair in readings if pair[0] == said]
            if type == ASSOCIATION and said in self._types and self._fits(said, source, target):
                yield _Meaning(said, source, target)
        for key, form in readings:
            ends = [(target, source) if form.reversed else (source, target)]
            if type == ASSOCIATION:
                ends.append(ends[0][::-1])
            for start, end in ends:
                if self._fits(key, start, end):
                    yield _Meaning(key, start, end, form.access)
                    break

    def _fits(self, key: str, source: _End, target: _End) -> bool:
        kind = self._types.get(key)
        if kind is None or not kind.offered:
            return False
        if not kind.allows((source.domain, source.kind), (target.domain, target.kind)):
            return False
        return not kind.tree or not self._circle(kind, source, target)

    def _circle(self, kind: RelationType, source: _End, target: _End) -> bool:
        """Whether the relation would lead from the source back to it; if not, it counts from now on."""
        if kind.key not in self._up:
            above: dict[object, set[object]] = defaultdict(set)
            live = Relation.objects.filter(institution=self._institution, type=kind.key, deleted_at=None)
            for start, end in live.values_list("source", "target"):
                above[start].add(end)
            self._up[kind.key] = above
        above = self._up[kind.key]
        level, met = {target.key}, set()
        for _step in range(_HIGHEST):
            if source.key in level:
                return True
            met |= level
            level = {up for one in level for up in above.get(one, ())} - met
            if not level:
                above[source.key].add(target.key)
                return False
        return True

    # -- attributes ---------------------------------------------------------------------------------------------------

    def _attributes(self, type: str, values: Mapping[str, Any], access: str) -> dict[str, Any]:
        """The attributes of a relation as the row tells them; days under the names of their columns."""
        kind = self._types.get(type)
        said = unfolded(values.get(sheets.SAID, ""))
        foreign = type == self._pack.outside_relation
        kept: dict[str, Any] = {}
        rest: list[Property] = []
        if foreign:
            kept[words.TYPE_KEY] = values.get(sheets.TYPE, "")
        for name, value in said:
            column = words.relation_column(kind, name) if kind and name not in _PLACES else None
            if name in (words.SINCE, words.UNTIL):
                kept[name] = value
            elif foreign and name == words.ORIGINAL:
                kept[words.TYPE_KEY] = value
            elif name in _PLACES:
                self._take_place(kind, name, value, access, kept, rest)
            elif column is not None and column.key not in kept and not foreign:
                parsed = cells.parse(_column(column), value, Lookups()).value
                if parsed is not None:
                    kept[column.key] = parsed
            else:
                rest.append(Property(name, value))
        label = kept.get(words.NAME_KEY)
        if label and kind and label in (kind.forward.id, words.value_text(kept.get("data"))):
            del kept[words.NAME_KEY]
        elif label and kind and not kept.get("data") and any(c.key == "data" for c in kind.columns):
            kept["data"] = kept.pop(words.NAME_KEY)
        if rest:
            kept[words.REST_KEY] = folded(rest)
        return kept

    def _take_place(
        self,
        kind: RelationType | None,
        name: str,
        value: str,
        access: str,
        kept: dict[str, Any],
        rest: list[Property],
    ) -> None:
        """What stands in a place of its own in the file: the name, how data is worked on."""
        if name == "name":
            kept[words.NAME_KEY] = value
            return
        if name == "accessType" and kind is not None and kind.key != self._pack.outside_relation:
            if value in (access, "Access"):
                return
            ours = {there: here for here, there in self._pack.access_values.items()}
            if value in ours and any(c.key == self._pack.access_attribute for c in kind.columns):
                kept[self._pack.access_attribute] = ours[value]
                return
        rest.append(Property(name, value))

    def _differs(self, relation: Relation, values: Mapping[str, Any], access: str) -> list[Change]:
        """What the row would change; what it does not mention stays."""
        found = []
        told = self._attributes(relation.type, values, access)
        for key, day in ((words.SINCE, relation.valid_from), (words.UNTIL, relation.valid_to)):
            fresh = words.day(told.pop(key, None))
            if fresh is not None and fresh != day:
                found.append(Change(key, day, fresh.isoformat()))
        for key, value in told.items():
            stored = relation.attributes.get(key)
            if words.value_text(stored) != words.value_text(value):
                found.append(Change(key, stored, value))
        return found

    def changes(self, rows: Sequence[StagedRow]) -> dict[int, list[Change]]:
        """What the changed rows would change, of relations that the actor sees."""
        seen = visible_relations(self._actor, self._institution).in_bulk([r.target for r in rows if r.target])
        return {
            row.pk: self._differs(seen[row.target], row.data["values"], self._access(row, seen[row.target]))
            for row in rows
            if row.target in seen
        }

    def _access(self, row: StagedRow, relation: Relation) -> str:
        type = row.data["values"].get(sheets.TYPE, "")
        readings = self._pack.readings(type)
        return next((form.access for key, form in readings if key == relation.type), "")

    # -- writing ------------------------------------------------------------------------------------------------------

    def save(self, rows: Iterator[list[StagedRow]]) -> Iterator[Writes]:
        self._staged, self._claimed, self._up = None, {}, {}
        for chunk in rows:
            present = Relation.objects.select_related("source", "target").in_bulk(
                [row.target for row in chunk if row.target]
            )
            writes = Writes(change=[self._changed(row, present) for row in chunk if row.target])
            writes.add = list(self._added([row for row in chunk if not row.target]))
            if writes:
                yield writes

    def _changed(self, row: StagedRow, present: Mapping[int, Relation]) -> Relation:
        relation = present.get(row.target or 0)
        if relation is None or relation.deleted_at or relation.version != row.target_version:
            raise Conflict([row.data["name"]])
        for change in self._differs(relation, row.data["values"], self._access(row, relation)):
            if change.column in (words.SINCE, words.UNTIL):
                name = "valid_from" if change.column == words.SINCE else "valid_to"
                setattr(relation, name, words.day(change.after))
            else:
                relation.attributes = relation.attributes | {change.column: change.after}
        return relation

    def _added(self, rows: Sequence[StagedRow]) -> Iterator[Relation]:
        meanings = [(row, self._meanings(row.data["values"])) for row in rows]
        ends = self._written(
            [end for _row, some in meanings for one in some for end in (one.source, one.target)]
        )
        names = [row.data["values"].get(sheets.ID, "") for row in rows]
        uids = identity.new_uids(self._institution, "relation", names)
        stored = self._stored([one for _row, some in meanings for one in some])
        for row, options in meanings:
            mine = row.data["values"].get(sheets.ID, "")
            for one in options:
                source, target = ends.get(one.source.identifier), ends.get(one.target.identifier)
                if source is None or target is None:
                    break  # its end was left out
                key = (one.type, source.pk, target.pk)
                if key in stored or self._claimed.setdefault(key, mine) != mine:
                    continue
                yield self._relation(one, source, target, row.data["values"], uids[mine])
                break

    def _relation(
        self, meaning: _Meaning, source: Element, target: Element, values: Mapping[str, Any], uid: Any
    ) -> Relation:
        relation = Relation(
            institution=self._institution, uid=uid, type=meaning.type, source=source, target=target
        )
        told = self._attributes(meaning.type, values, meaning.access)
        relation.valid_from = words.day(told.pop(words.SINCE, None))
        relation.valid_to = words.day(told.pop(words.UNTIL, None))
        relation.attributes = told
        return relation

    def _written(self, ends: Sequence[_End]) -> dict[str, Element]:
        """The elements of these rows as they stand in the register now; those that were left out are missing."""
        found: dict[str, Element] = {}
        known = {end.identifier: end.pk for end in ends if end.pk}
        rows = Element.objects.filter(deleted_at=None).in_bulk(sorted(set(known.values())))
        found |= {name: rows[pk] for name, pk in known.items() if pk in rows}
        fresh = sorted({end.identifier for end in ends if not end.pk and end.verdict == "new"})
        uids = identity.settled_uids(self._institution, "element", fresh)
        by_uid = {
            row.uid: row
            for part in chunks(sorted(uids.values()), 400)
            for row in Element.objects.filter(uid__in=part, deleted_at=None)
        }
        return found | {name: by_uid[uid] for name, uid in uids.items() if uid in by_uid}
