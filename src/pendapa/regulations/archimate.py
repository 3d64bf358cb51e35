"""ArchiMate: which type and which relation stand for what the register holds, and the way back.

    pack = packs.archimate()
    pack.element("infrastructure", "server").type          # "Node"
    pack.read_element("Node", "Komputasi awan")            # ("infrastructure", "komputasi_awan")
    pack.allows("Node", "Serving", "ApplicationComponent") # True

No regulation maps SPBE to ArchiMate: the whole pack is `verified: false`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from pendapa.regulations.errors import Fault
from pendapa.regulations.reader import Cursor, read_yaml
from pendapa.regulations.schema import Provenance, Sourced, Text

if TYPE_CHECKING:
    from pendapa.regulations.metamodel import Metamodel

ASSOCIATION = "Association"
"""The relation that is allowed between any two elements."""
ACCESS_TYPES = ("Access", "Read", "Write", "ReadWrite")


@dataclass(frozen=True, slots=True)
class ElementForm(Sourced):
    """What stands for one kind of one domain (`kind` empty: for the domain, where the kind is not told).

    `reads` are the types of a foreign file that mean the same.
    """

    domain: str
    kind: str
    type: str
    specialization: str
    reads: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Form:
    """A relation of ArchiMate. `reversed`: it leads from our target to our source. `access`: its access type, if any."""

    type: str
    reversed: bool = False
    access: str = ""


@dataclass(frozen=True, slots=True)
class RelationForm(Sourced):
    """What stands for one relation type: the first of `forms` that is allowed; `reads` are understood as well."""

    relation: str
    forms: tuple[Form, ...]
    reads: tuple[Form, ...]
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class Archimate(Sourced):
    """The pack. `types` gives the folder of every element type, in order; `access_values` our value → access type."""

    id: str
    title: Text
    namespace: str
    schema: str
    types: Mapping[str, str]
    relation_types: tuple[str, ...]
    elements: tuple[ElementForm, ...]
    relations: tuple[RelationForm, ...]
    outside: ElementForm
    outside_relation: str
    access_attribute: str
    access_values: Mapping[str, str]
    allowed: frozenset[tuple[str, str, str]]
    provenance: Provenance
    file: Path

    @cached_property
    def _elements(self) -> Mapping[tuple[str, str], ElementForm]:
        return {(one.domain, one.kind): one for one in self.elements}

    @cached_property
    def _by_specialization(self) -> Mapping[str, ElementForm]:
        return {one.specialization.casefold(): one for one in self.elements if one.specialization}

    @cached_property
    def _by_type(self) -> Mapping[str, ElementForm]:
        return {type: one for one in self.elements for type in one.reads}

    @cached_property
    def _relations(self) -> Mapping[str, RelationForm]:
        return {one.relation: one for one in self.relations}

    def element(self, domain: str, kind: str = "") -> ElementForm:
        """What is written for a kind; for one that the pack does not know that of its domain, else the outside's."""
        return self._elements.get((domain, kind)) or self._elements.get((domain, "")) or self.outside

    def read_element(self, type: str, specialization: str = "") -> ElementForm:
        """What an element of a file is here: by its specialization, else by its type; the outside where none fits."""
        return (
            self._by_specialization.get(specialization.casefold()) or self._by_type.get(type) or self.outside
        )

    def relation(self, key: str) -> RelationForm | None:
        """What is written for a relation type; `None` where the pack has nothing for it."""
        return self._relations.get(key)

    def allows(self, source: str, relation: str, target: str) -> bool:
        """Whether our own table lets the relation lead from one element type to another."""
        return relation == ASSOCIATION or (source, relation, target) in self.allowed

    def form(self, key: str, source: str, target: str) -> Form:
        """The first form of a relation type that is allowed between two element types; an association where none is."""
        known = self._relations.get(key)
        for form in known.forms if known else ():
            start, end = (target, source) if form.reversed else (source, target)
            if self.allows(start, form.type, end):
                return form
        return Form(ASSOCIATION)

    def readings(self, type: str) -> Iterator[tuple[str, Form]]:
        """Relation types that an ArchiMate relation may mean, the likelier first: (key, form)."""
        for written in (True, False):
            for one in self.relations:
                for form in one.forms if written else one.reads:
                    if form.type == type:
                        yield one.relation, form


def load_archimate(file: Path) -> Archimate:
    """Read and check the pack. Raises PackError with every fault."""
    root = Cursor(read_yaml(file), file)
    root.keys(
        {"id", "title", "sources", "namespace", "schema", "types", "relation_types", "elements", "outside",
         "relations", "access", "allowed"}
    )  # fmt: skip
    root.raise_faults()
    base = root.provenance(Provenance(False))
    types = {
        type: group.at("folder").string()
        for group in root.at("types").items()
        if group.keys({"folder", "types"})
        for type in group.at("types").strings()
    }
    outside, access = root.at("outside"), root.at("access")
    outside.keys({"domain", "type", "relation"})
    access.keys({"attribute", "values"})
    pack = Archimate(
        id=root.at("id").string(),
        title=root.at("title").text(),
        namespace=root.at("namespace").string(),
        schema=root.at("schema").string(),
        types=MappingProxyType(types),
        relation_types=root.at("relation_types").strings(),
        elements=tuple(_element(item, base) for item in root.at("elements").items()),
        relations=tuple(_relation(item, base) for item in root.at("relations").items()),
        outside=ElementForm(
            outside.at("domain").string(), "", outside.at("type").string(), "", (), outside.provenance(base)
        ),
        outside_relation=outside.at("relation").string(),
        access_attribute=access.at("attribute").string(),
        access_values=MappingProxyType({str(k): v.string() for k, v in access.at("values").pairs()}),
        allowed=frozenset(one for item in root.at("allowed").items() for one in _allowed(item)),
        provenance=base,
        file=file,
    )
    root.raise_faults()
    _check(root, pack)
    root.raise_faults()
    return pack


def _element(cursor: Cursor, base: Provenance) -> ElementForm:
    cursor.keys({"domain", "type"}, {"kind", "specialization", "reads"})
    return ElementForm(
        domain=cursor.at("domain").string(),
        kind=cursor.at("kind").string(),
        type=cursor.at("type").string(),
        specialization=cursor.at("specialization").string(),
        reads=cursor.at("reads").strings(),
        provenance=cursor.provenance(base),
    )


def _relation(cursor: Cursor, base: Provenance) -> RelationForm:
    cursor.keys({"relation", "forms"}, {"reads"})
    return RelationForm(
        relation=cursor.at("relation").string(),
        forms=tuple(_form(item) for item in cursor.at("forms").items()),
        reads=tuple(_form(item) for item in cursor.at("reads").items()),
        provenance=cursor.provenance(base),
    )


def _form(cursor: Cursor) -> Form:
    cursor.keys({"type"}, {"reversed", "access"})
    access = cursor.at("access").choice(ACCESS_TYPES) if cursor.has("access") else ""
    return Form(cursor.at("type").string(), cursor.at("reversed").flag(), access)


def _allowed(cursor: Cursor) -> Iterator[tuple[str, str, str]]:
    cursor.keys({"relation", "source", "target"})
    relation = cursor.at("relation").string()
    for source in cursor.at("source").strings():
        for target in cursor.at("target").strings():
            yield source, relation, target


def _check(root: Cursor, pack: Archimate) -> None:
    """Names of types and relations that the format has; every way back leads to one place."""
    used = {(one.type, f"element {one.domain}.{one.kind}") for one in (*pack.elements, pack.outside)}
    used |= {(type, f"element {one.domain}.{one.kind}") for one in pack.elements for type in one.reads}
    used |= {(type, "allowed") for source, _, target in pack.allowed for type in (source, target)}
    for type, place in sorted(used):
        if type not in pack.types:
            root.fault(f"unknown type {type!r}", place)
    named = {(f.type, f"relation {one.relation}") for one in pack.relations for f in (*one.forms, *one.reads)}
    named |= {(relation, "allowed") for _, relation, _ in pack.allowed}
    for relation, place in sorted(named):
        if relation not in pack.relation_types:
            root.fault(f"unknown relation {relation!r}", place)
    for what, keys in (
        ("kind", [f"{one.domain}.{one.kind}" for one in pack.elements]),
        ("specialization", [one.specialization.casefold() for one in pack.elements if one.specialization]),
        ("type that is read", [type for one in pack.elements for type in one.reads]),
        ("relation", [one.relation for one in pack.relations]),
    ):
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            root.fault(f"the {what} is there twice", key)
    for one in pack.relations:
        directions: dict[str, bool] = {}
        for form in (*one.forms, *one.reads):
            if directions.setdefault(form.type, form.reversed) != form.reversed:
                root.fault(
                    f"{form.type} stands for it in both directions: no way back", f"relation {one.relation}"
                )


def faults_against(pack: Archimate, metamodel: Metamodel) -> Iterator[Fault]:
    """What the pack names and the metamodel does not have."""
    known = {domain.key: {kind.key for kind in domain.kinds} for domain in metamodel.all_domains}
    for one in (*pack.elements, pack.outside):
        if one.domain not in known:
            yield Fault(pack.file, f"element {one.domain}", f"unknown domain {one.domain!r}")
        elif one.kind and one.kind not in known[one.domain]:
            yield Fault(pack.file, f"element {one.domain}", f"unknown kind {one.kind!r}")
    relations = {relation.key for relation in metamodel.relations}
    for key in (*(one.relation for one in pack.relations), pack.outside_relation):
        if key not in relations:
            yield Fault(pack.file, f"relation {key}", f"unknown relation {key!r}")
