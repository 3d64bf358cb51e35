"""Cells that name other elements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pendapa.architecture import metamodel
from pendapa.architecture.models import Element, Relation
from pendapa.architecture.permissions import EDIT
from pendapa.architecture.queries import visible
from pendapa.architecture.rules.keys import name_key
from pendapa.architecture.rules.metamodel import relation_columns
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.actions import chunks
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations.metamodel import Column


class Said(NamedTuple):
    """One text of a relation column, and the element of the register that it names, if it names one."""

    element: Element
    column: Column
    text: str
    other: int | None

    def relation(self) -> Relation:
        """The relation that it says. The element must have been written."""
        relation = Relation(institution_id=self.element.institution_id, type=self.column.relation)
        assert self.other is not None
        ends = (self.element.pk, self.other)
        relation.source_id, relation.target_id = ends[::-1] if self.column.backward else ends
        return relation


class Links:
    """Cells of relation columns, gathered element by element and read together.

    A text that names exactly one element the actor may link becomes a relation, and only that. A text that names none
    stays in the element's attributes as written.
    """

    def __init__(self, actor: Actor, institution: Institution) -> None:
        self._actor = actor
        self._institution = institution
        self._model = metamodel.of(institution)
        self._named: dict[Column, list[tuple[Element, str]]] = defaultdict(list)

    def note(self, element: Element, values: Mapping[str, Any]) -> None:
        """Remember what the relation columns of ``element`` say."""
        for column in relation_columns(self._model, element.domain):
            self._named[column] += [(element, text) for text in texts_of(values.get(column.key))]

    def read(self) -> list[Said]:
        """What was noted since the last time, with what each text names."""
        named, self._named = self._named, defaultdict(list)
        return [said for column, texts in named.items() if texts for said in self._of_column(column, texts)]

    def _of_column(self, column: Column, named: Sequence[tuple[Element, str]]) -> Iterable[Said]:
        targets = _Targets(self._actor, self._institution, column, {text for _element, text in named})
        for element, text in named:
            yield Said(element, column, text, targets.find(text, element))


def texts_of(value: Any) -> list[str]:
    """The texts of a relation column."""
    return [value] if isinstance(value, str) and value else [str(one) for one in value or ()]


def loose(said: Iterable[Said]) -> dict[int, dict[str, list[str]]]:
    """The texts that name nothing, by ``id()`` of the element and by column; a column whose texts all do is empty."""
    found: dict[int, dict[str, list[str]]] = defaultdict(dict)
    for one in said:
        left = found[id(one.element)].setdefault(one.column.key, [])
        if one.other is None:
            left.append(one.text)
    return found


def missing(said: Iterable[Said]) -> list[Said]:
    """What the texts say and the register does not hold yet, each relation once. The elements must have been written."""
    fresh = {}
    for one in said:
        if one.other is not None:
            relation = one.relation()
            fresh[relation.type, relation.source_id, relation.target_id] = one
    for chunk in chunks(sorted({source for _type, source, _target in fresh}), 500):
        known = Relation.objects.filter(source__in=chunk, deleted_at=None)
        for key in known.values_list("type", "source_id", "target_id"):
            fresh.pop(key, None)
    return list(fresh.values())


def new_relations(said: Iterable[Said]) -> list[Relation]:
    """Relations for what is missing."""
    return _with_ends([one.relation() for one in missing(said)])


class _Targets:
    """Elements that a column may link with, by code or name; a name in the own unit comes before the same elsewhere.

    The actor sees them; where the column holds the relation's other end they are the source, which must be the actor's
    to edit.
    """

    def __init__(
        self, actor: Actor, institution: Institution, column: Column, texts: Collection[str]
    ) -> None:
        self._column = column
        self._relation = metamodel.of(institution).relation(column.relation)
        self._by_code: dict[str, tuple[int, str]] = {}
        self._by_name: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
        self._domain, _dot, kind = column.links_to.partition(".")
        seen = visible(actor, institution).filter(domain=self._domain)
        if kind:
            seen = seen.filter(kind=kind)
        if column.backward:
            seen = seen.filter(actor.scope(EDIT, institution).filter("unit__"))
        keys = sorted({name_key(text) for text in texts})
        for chunk in chunks(sorted(texts), 500):
            for code, pk, of_kind in seen.filter(code__in=chunk).values_list("code", "pk", "kind"):
                self._by_code[code] = (pk, of_kind)
        for chunk in chunks(keys, 500):
            found = seen.filter(name_key__in=chunk)
            for key, pk, of_kind, unit in found.values_list("name_key", "pk", "kind", "unit_id"):
                self._by_name[key].append((pk, of_kind, unit))

    def find(self, text: str, near: Element) -> int | None:
        found = self._by_code.get(text) or self._named(text, near)
        return found[0] if found and found[0] != near.pk and self._allowed(near, found[1]) else None

    def _named(self, text: str, near: Element) -> tuple[int, str] | None:
        named = self._by_name.get(name_key(text), [])
        own = [one for one in named if one[2] == near.unit_id]
        only = own if len(own) == 1 else named
        return only[0][:2] if len(only) == 1 else None

    def _allowed(self, near: Element, kind: str) -> bool:
        """Whether the metamodel lets the two stand in this relation."""
        ends = ((near.domain, near.kind), (self._domain, kind))
        source, target = reversed(ends) if self._column.backward else ends
        return self._relation.allows(source, target)


def _with_ends(relations: list[Relation]) -> list[Relation]:
    """Load both ends at once: the history names them."""
    ends: dict[int, Element] = {}
    for chunk in chunks(sorted({pk for r in relations for pk in (r.source_id, r.target_id)}), 500):
        ends.update(Element.objects.in_bulk(list(chunk)))
    for relation in relations:
        relation.source, relation.target = ends[relation.source_id], ends[relation.target_id]
    return relations
