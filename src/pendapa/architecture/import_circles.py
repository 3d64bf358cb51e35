"""Trees that a file would close to a circle: told when all of it is read, on the row that closes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pendapa.architecture import linking, metamodel
from pendapa.architecture.columns import KIND_COLUMN, RELATIONS
from pendapa.architecture.import_coming import Coming, kind_told
from pendapa.architecture.models import Element, Relation
from pendapa.architecture.queries import visible
from pendapa.architecture.rules.metamodel import relation_columns
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.actions import chunks
from pendapa.kernel.tables.messages import _, say
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tables.ports import note
from pendapa.regulations.metamodel import Column, RelationType, normalise

CHUNK = 1000
Node = int | tuple[int, int]
"""An element of the register by its id, or a row of the file by sheet and row."""


class Step(NamedTuple):
    """One step up a tree, as a row says it."""

    row: StagedRow
    header: str
    text: str
    type: str
    low: Node
    up: Node


class Trees:
    """Who stands above whom: what the register holds, and what the rows add that passed already."""

    def __init__(self, batch: ImportBatch, types: Sequence[str]) -> None:
        self._above: dict[tuple[str, Node], list[Node]] = defaultdict(list)
        live = Relation.objects.filter(
            institution=batch.institution_id, type__in=types, deleted_at=None, target__deleted_at=None
        )
        for type_, low, up in live.values_list("type", "source", "target").iterator(2000):
            self._above[type_, low].append(up)

    def add(self, step: Step) -> list[Node]:
        """The way from the lower end over the upper one back to itself, where the step closes it; else it is taken."""
        way: dict[Node, Node] = {}
        waiting = [step.up]
        while waiting and step.low not in way and step.up != step.low:
            here = waiting.pop()
            for up in self._above[step.type, here]:
                if up not in way and up != step.up:
                    way[up] = here
                    waiting.append(up)
        if step.low not in way and step.up != step.low:
            self._above[step.type, step.low].append(step.up)
            return []
        found = [step.low]
        while found[-1] != step.up:
            found.append(way[found[-1]])
        return [step.low, *reversed(found)]


class Reader:
    """The steps that the rows of a batch say, in the order in which they are saved."""

    def __init__(self, batch: ImportBatch, actor: Actor) -> None:
        self._batch, self._actor = batch, actor
        self._model = metamodel.of(batch.institution)
        self.types = [one.key for one in self._model.relations if one.tree]
        self._coming = Coming(batch)
        self._known: dict[tuple[int, int], tuple[Node, str]] = {}
        self.names: dict[Node, str] = {}

    def sheets(self) -> list[int]:
        """The sheets that can say a step."""
        return [number for number, facts in enumerate(self._batch.sheets) if self._says(facts)]

    def _says(self, facts: Mapping[str, Any]) -> bool:
        bound = {binding[2] for binding in facts["bindings"]}
        if facts["kind"] == RELATIONS:
            return bool(self.types)
        return any(column.key in bound for column in self._columns(facts["kind"]))

    def _columns(self, domain: str) -> list[Column]:
        if domain not in {one.key for one in self._model.all_domains}:
            return []
        return [one for one in relation_columns(self._model, domain) if one.relation in self.types]

    def steps(self, number: int) -> Iterator[Step]:
        facts = self._batch.sheets[number]
        headers = {binding[2]: binding[1] for binding in facts["bindings"]}
        of_kind = self._of_relations if facts["kind"] == RELATIONS else self._of_elements
        last = 0
        rows = self._batch.rows.filter(sheet=number, verdict__in=["new", "changed"]).order_by("row")
        while some := list(rows.filter(row__gt=last)[:CHUNK]):
            last = some[-1].row
            yield from of_kind(some, headers, facts["kind"])

    def _of_elements(
        self, rows: Sequence[StagedRow], headers: Mapping[str, str], domain: str
    ) -> Iterator[Step]:
        keys = {column.key for column in self._columns(domain)}
        rows = [row for row in rows if keys & set(row.data["values"])]
        there = Element.objects.select_related("unit").in_bulk([row.target for row in rows if row.target])
        links = linking.Links(self._actor, self._batch.institution)
        of_element: dict[int, StagedRow] = {}
        kept = []  # an id() is only good while its element lives
        for row in rows:
            values, element = row.data["values"], there.get(row.target or 0)
            element = element or Element(institution=self._batch.institution, unit_id=row.data["unit"])
            element.domain, element.kind = domain, kind_told(self._model, domain, values) or element.kind
            of_element[id(element)] = row
            kept.append(element)
            links.note(element, {key: values[key] for key in keys & set(values)})
            self.names[_node(row)] = row.data["name"]
        said = links.read()
        domains = {one.column: one.column.links_to.partition(".")[0] for one in said}
        places = {id(one): self._coming.place(domains[one.column], one.text) for one in said}
        self._learn(place for place in places.values() if place)
        for one in said:
            row, column, place = of_element[id(one.element)], one.column, places[id(one)]
            other = one.other or (place and self._fits(one, place, domains[column]))
            if other:
                low, up = (other, _node(row)) if column.backward else (_node(row), other)
                yield Step(row, headers.get(column.key, ""), one.text, column.relation, low, up)

    def _fits(self, said: linking.Said, place: tuple[int, int], domain: str) -> Node | None:
        """The element that the row at ``place`` brings, where the metamodel lets the two stand so."""
        node, kind = self._known[place]
        ends = ((said.element.domain, said.element.kind), (domain, kind))
        low, up = ends[::-1] if said.column.backward else ends
        allowed = not kind or self._model.relation(said.column.relation).allows(low, up)
        return node if allowed else None

    def _of_relations(
        self, rows: Sequence[StagedRow], headers: Mapping[str, str], _kind: str
    ) -> Iterator[Step]:
        types = {key: one for one in self._model.relations if one.tree for key in _spellings(one)}
        rows = [row for row in rows if normalise(row.data["name"]) in types]
        codes = {row.data["values"][end] for row in rows for end in ("asal", "tujuan")}
        live = visible(self._actor, self._batch.institution)
        known: dict[tuple[str, str], Node] = {}
        for some in chunks(sorted(codes), 500):
            for pk, domain, code in live.filter(code__in=list(some)).values_list("pk", "domain", "code"):
                known[domain, code] = known["", code] = pk
        places = [
            place
            for row in rows
            for end in ("asal", "tujuan")
            for key in self._keys(row.data["values"], end)
            if (place := self._coming.place_of_code(key, row.data["values"][end]))
        ]
        self._learn(places)
        for row in rows:
            ends = [self._end(known, row.data["values"], end) for end in ("asal", "tujuan")]
            type_ = types[normalise(row.data["name"])].key
            if ends[0] is not None and ends[1] is not None:
                text = row.data["values"]["tujuan"]
                yield Step(row, headers.get("tujuan", ""), text, type_, ends[0], ends[1])

    def _keys(self, values: Mapping[str, Any], end: str) -> list[str]:
        domain = values.get(f"domain_{end}", "")
        return [domain] if domain else [one.key for one in self._model.all_domains]

    def _end(self, known: Mapping[tuple[str, str], Node], values: Mapping[str, Any], end: str) -> Node | None:
        for key in self._keys(values, end):
            place = self._coming.place_of_code(key, values[end])
            if place is not None:
                return self._known[place][0]
        return known.get((values.get(f"domain_{end}", ""), values[end]))

    def _learn(self, places: Iterable[tuple[int, int]]) -> None:
        """What the rows at these places are: the element that they change, or themselves; and of what kind."""
        by_sheet: dict[int, set[int]] = defaultdict(set)
        for sheet, number in places:
            if (sheet, number) not in self._known:
                by_sheet[sheet].add(number)
        for sheet, numbers in by_sheet.items():
            for some in chunks(sorted(numbers), 500):
                for row in self._batch.rows.filter(sheet=sheet, row__in=list(some)):
                    kind = row.data["values"].get(KIND_COLUMN, "")
                    self._known[sheet, row.row] = (_node(row), kind)
                    self.names[_node(row)] = row.data["name"]


def _node(row: StagedRow) -> Node:
    return row.target or (row.sheet, row.row)


def _spellings(type_: RelationType) -> set[str]:
    return {normalise(text) for text in (type_.key, type_.forward.id, type_.forward.in_language("en"))}


def refuse_circles(batch: ImportBatch, actor: Actor) -> list[StagedRow]:
    """The rows that would let an element stand above itself, each with the fault that names the way."""
    reader = Reader(batch, actor)
    sheets = reader.sheets()
    if not sheets:
        return []
    trees, faulty = Trees(batch, reader.types), []
    for number in sheets:
        for step in reader.steps(number):
            if way := trees.add(step):
                told = say(
                    _("“%(source)s” would come to stand above itself: %(path)s."),
                    source=_names(batch, actor, reader, way[:1])[0],
                    path=" → ".join(_names(batch, actor, reader, way)),
                )
                step.row.errors = [*step.row.errors, note(step.header, step.text, told)]
                step.row.verdict = "faulty"
                faulty.append(step.row)
    return list({row.pk: row for row in faulty}.values())


def _names(batch: ImportBatch, actor: Actor, reader: Reader, nodes: Sequence[Node]) -> list[str]:
    """How the elements are called, in the file or in the register; hidden ones are not named."""
    ids = [node for node in nodes if isinstance(node, int) and node not in reader.names]
    seen = visible(actor, batch.institution).in_bulk(ids)
    told = {pk: element.name for pk, element in seen.items()}
    return [
        reader.names.get(node) or (told.get(node) if isinstance(node, int) else None) or "…" for node in nodes
    ]
