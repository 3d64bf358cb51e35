"""Rows of the table of relations → relations with what they tell. They are written when all elements of the file are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from pendapa.architecture import import_circles, metamodel
from pendapa.architecture.columns import FROM, RELATIONS, TO, relation_kind
from pendapa.architecture.import_coming import Coming, kind_told
from pendapa.architecture.models import Element, Relation
from pendapa.architecture.permissions import EDIT
from pendapa.architecture.queries import visible
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.actions import Conflict, Writes, chunks
from pendapa.kernel.tables.cells import Lookups
from pendapa.kernel.tables.messages import _, say
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tables.names import UnitRef
from pendapa.kernel.tables.ports import Change, Draft, Importer, judge_whole, register
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs
from pendapa.regulations.metamodel import RelationType, normalise

ENDS = ("asal", "tujuan")
_BESIDE = frozenset({*ENDS, FROM, TO, *(f"{part}_{end}" for part in ("domain", "nama") for end in ENDS)})
Key = tuple[str, int, int]


class End(NamedTuple):
    """An end as the register has it, with what the file makes of it. Without a ``pk`` a row of the file brings it."""

    pk: int | None
    domain: str
    kind: str
    path: str
    name: str


class RelationSession:
    """The sheet of relations being imported."""

    default_unit: UnitRef | None = None

    def __init__(self, actor: Actor, batch: ImportBatch) -> None:
        self._actor, self._batch, self._institution = actor, batch, batch.institution
        self._model = metamodel.of(batch.institution)
        self._kind = relation_kind(self._model)
        self._scope = actor.scope(EDIT, batch.institution)
        self._coming = Coming.of(batch)
        self._domains = {domain.key for domain in self._model.all_domains}
        self._headers: Mapping[str, str] = {}
        self._waiting: Iterator[list[StagedRow]] = iter(())
        self.lookups = Lookups()

    def interpret(self, draft: Draft, headers: Mapping[str, str]) -> None:
        self._headers = headers
        values = draft.values
        for end in ENDS:
            if not values.get(end):
                draft.fault(headers.get(end, ""), "", say(_("The row names no element here.")))
        types = self._types(draft.name)
        if draft.name and not types:
            known = ", ".join(dict.fromkeys(t.forward.id for t in self._model.relations))
            told = say(_("%(value)s is no type of relation: %(known)s."), value=draft.name, known=known)
            draft.fault(headers["name"], draft.name, told)
        if not draft.errors:
            ends = "|".join(f"{values.get(f'domain_{end}', '')}:{values[end].casefold()}" for end in ENDS)
            draft.name_key = f"{RELATIONS}:{normalise(draft.name)}|{ends}"[:340]

    def _types(self, text: str) -> list[RelationType]:
        wanted = normalise(text)
        return [
            one
            for one in self._model.relations
            if wanted
            in (normalise(one.key), normalise(one.forward.id), normalise(one.forward.in_language("en")))
        ]

    def match(self, drafts: Sequence[Draft]) -> None:
        found = self._ends(draft.data for draft in drafts)
        brought = self._brought(drafts)
        keyed: list[tuple[Draft, Key, End]] = []
        for draft in drafts:
            ends = [self._end(found, brought, draft, end) for end in ENDS]
            if draft.errors or ends[0] is None or ends[1] is None:
                draft.verdict = "faulty"
            elif type_ := self._fitting(draft, ends[0], ends[1]):
                draft.verdict = "new"
                if ends[0].pk and ends[1].pk:
                    keyed.append((draft, (type_.key, ends[0].pk, ends[1].pk), ends[0]))
        known = self._known(key for _draft, key, _source in keyed)
        for draft, key, source in keyed:
            relation = known.get(key)
            if relation is not None:
                draft.target, draft.target_version = relation.pk, relation.version
                draft.verdict = "changed" if self._differences(relation, draft.data) else "same"
            if draft.verdict != "same" and not self._writes(source):
                told = say(_("You may write for your own unit only, not for %(unit)s."), unit=source.name)
                draft.fault(self._headers.get("asal", ""), draft.values["asal"], told)
                draft.verdict = "faulty"

    def _writes(self, source: End) -> bool:
        return self._scope.everything or source.path.startswith(self._scope.paths)

    def _end(
        self,
        found: Mapping[tuple[str, str], list[End]],
        brought: Mapping[tuple[str, str], End],
        draft: Draft,
        end: str,
    ) -> End | None:
        """The element at an end, as the file leaves it; nothing, with a fault in the draft, where there is none."""
        code, domain = draft.values[end], draft.values.get(f"domain_{end}", "")
        domains = [domain] if domain in self._domains else sorted(self._domains)
        header = self._headers.get(end, "")
        ends = [one for key in domains if (one := brought.get((key, code)))]
        changed = {one.pk for one in ends}
        ends += [
            one
            for one in found.get((domain if domain in self._domains else "", code.casefold()), [])
            if one.pk not in changed
        ]
        if len(ends) == 1:
            return ends[0]
        if ends:
            told = say(_("%(value)s is the code of several elements; tell the domain."), value=code)
            draft.fault(header, code, told)
        else:
            draft.fault(header, code, say(_("%(value)s is no code of an element."), value=code))
        return None

    def _brought(self, drafts: Iterable[Draft]) -> dict[tuple[str, str], End]:
        """Ends that rows of this file bring or change, by domain and code. All those rows are read before this sheet."""
        places: dict[tuple[int, int], str] = {}
        for draft in drafts:
            for end in ENDS:
                code, domain = draft.values.get(end, ""), draft.values.get(f"domain_{end}", "")
                for key in [domain] if domain in self._domains else self._domains:
                    if code and (place := self._coming.place_of_code(key, code)):
                        places[place] = key
        rows: list[StagedRow] = []
        for sheet in {place[0] for place in places}:
            numbers = [row for number, row in places if number == sheet]
            rows += self._batch.rows.filter(sheet=sheet, row__in=numbers)
        there = visible(self._actor, self._institution).select_related("unit")
        targets = there.in_bulk([row.target for row in rows if row.target])
        found = {}
        for row in rows:
            domain, code = places[row.sheet, row.row], row.data["code"]
            element = targets.get(row.target or 0)
            kind = kind_told(self._model, domain, row.data["values"]) or (element.kind if element else "")
            path = element.unit.path if element else ""
            if element or not row.target:
                found[domain, code] = End(
                    element.pk if element else None, domain, kind, path, row.data["name"]
                )
        return found

    def _fitting(self, draft: Draft, source: End, target: End) -> RelationType | None:
        types = self._types(draft.name)
        between = ((source.domain, source.kind), (target.domain, target.kind))
        fitting = [one for one in types if one.allows(*between)]
        same = (source.domain, draft.values["asal"]) == (target.domain, draft.values["tujuan"])
        if len(fitting) == 1 and not same:
            return fitting[0]
        words = {"type": draft.name, "source": source.name, "target": target.name}
        legal = [one.forward.id for one in self._model.relations if one.offered and one.allows(*between)]
        if legal and not same:
            told = say(
                _(
                    "The metamodel does not allow “%(type)s” between %(source)s and %(target)s. "
                    "Between these it allows: %(types)s."
                ),
                **words,
                types=", ".join(dict.fromkeys(legal)),
            )
        else:
            told = say(
                _("The metamodel does not allow “%(type)s” between %(source)s and %(target)s."), **words
            )
        draft.fault(self._headers["name"], draft.name, told)
        draft.verdict = "faulty"
        return None

    def _ends(self, data: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], list[End]]:
        """Elements by (domain or nothing, code in lower case), that the actor may see."""
        codes = {one["values"][end] for one in data for end in ENDS if one["values"].get(end)}
        found: dict[tuple[str, str], list[End]] = {}
        seen = visible(self._actor, self._institution)
        for some in chunks(sorted(codes), 500):
            rows = seen.filter(code__in=list(some)).values_list(
                "code", "pk", "domain", "kind", "unit__path", "name"
            )
            for code, pk, domain_of, kind, path, name in rows:
                end = End(pk, domain_of, kind, path, name)
                for domain in (end.domain, ""):
                    found.setdefault((domain, code.casefold()), []).append(end)
        return found

    def _known(self, keys: Iterable[Key]) -> dict[Key, Relation]:
        wanted = set(keys)
        found: dict[Key, Relation] = {}
        for some in chunks(sorted({source for _type, source, _target in wanted}), 500):
            for row in Relation.objects.filter(source__in=list(some), deleted_at=None):
                key = (row.type, row.source_id, row.target_id)
                if key in wanted:
                    found[key] = row
        return found

    def _told(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """What a row tells of the relation itself: by field, attributes under their keys."""
        values = data["values"]
        told = {key: value for key, value in values.items() if key not in _BESIDE}
        for column, name in ((FROM, "valid_from"), (TO, "valid_to")):
            try:
                told[name] = date.fromisoformat(str(values[column]))
            except (KeyError, ValueError):
                continue
        return told

    def _differences(self, relation: Relation, data: Mapping[str, Any]) -> list[Change]:
        before = {**relation.attributes, "valid_from": relation.valid_from, "valid_to": relation.valid_to}
        return [
            Change(key, before.get(key), value)
            for key, value in self._told(data).items()
            if before.get(key) != value and str(before.get(key) or "").split() != str(value).split()
        ]

    def changes(self, rows: Sequence[StagedRow]) -> dict[int, list[Change]]:
        present = Relation.objects.filter(institution=self._institution).in_bulk(
            [r.target for r in rows if r.target]
        )
        return {
            row.pk: self._differences(present[row.target], row.data) for row in rows if row.target in present
        }

    # -- writing ------------------------------------------------------------------------------------------------------

    def save(self, rows: Iterator[list[StagedRow]]) -> Iterator[Writes]:
        """Nothing yet: see :meth:`finish`."""
        self._waiting = rows
        yield from ()

    def finish(self) -> Iterator[Writes]:
        for chunk in self._waiting:
            yield self._writes_of(chunk)

    def _writes_of(self, chunk: Sequence[StagedRow]) -> Writes:
        found, writes = self._ends(row.data for row in chunk), Writes()
        keyed: dict[Key, StagedRow] = {}
        for row in chunk:
            draft = Draft(row.row, [], row.data["name"], values=row.data["values"])
            source, target = (self._end(found, {}, draft, end) for end in ENDS)
            type_ = self._fitting(draft, source, target) if source and target else None
            if type_ is None or not (source and target and source.pk and target.pk and self._writes(source)):
                raise Conflict([f"{row.data['values'].get('asal')} → {row.data['values'].get('tujuan')}"])
            keyed[type_.key, source.pk, target.pk] = row
        known = self._known(keyed)
        ends = Element.objects.in_bulk({pk for _type, *pair in keyed for pk in pair})
        for key, row in keyed.items():
            relation = known.get(key)
            if relation is not None and not self._differences(relation, row.data):
                continue  # a cell of the same file said it already
            (writes.change if relation else writes.add).append(self._filled(relation, key, row, ends))
        return writes

    def _filled(
        self, relation: Relation | None, key: Key, row: StagedRow, ends: Mapping[int, Element]
    ) -> Relation:
        if relation is None:
            relation = Relation(institution=self._institution, type=key[0])
        elif row.target and (relation.pk != row.target or relation.version != row.target_version):
            raise Conflict([str(row.data["values"]["asal"])])
        relation.source, relation.target = ends[key[1]], ends[key[2]]
        told = self._told(row.data)
        relation.valid_from = told.pop("valid_from", relation.valid_from)
        relation.valid_to = told.pop("valid_to", relation.valid_to)
        relation.attributes = relation.attributes | told
        return relation


def _own_kind(institution: Institution) -> Any:
    return relation_kind(metamodel.of(institution))


def offer() -> None:
    """Register the table of relations with the import, after all elements, and the look for circles after all."""
    kind = relation_kind(packs.metamodel())
    register(Importer(kind, 90, EDIT, RelationSession, "architecture:list", own_kind=_own_kind))
    judge_whole(import_circles.refuse_circles)
