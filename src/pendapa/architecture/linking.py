"""Codes that the register gives by itself, and cells that name other elements."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pendapa.architecture.models import Element, Relation
from pendapa.architecture.queries import visible
from pendapa.architecture.rules.keys import name_key
from pendapa.architecture.rules.metamodel import RELATIONS, attribute_columns
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.actions import chunks
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs
from pendapa.regulations.metamodel import Column


def is_made_code(domain: str, code: str) -> bool:
    """Whether ``code`` looks like one given by the register (``DAA-001``)."""
    return re.fullmatch(rf"{packs.metamodel().domain(domain).prefix}-\d+", code) is not None


class Codes:
    """The next free codes of an institution; never one that was used before, deleted elements included."""

    def __init__(self, institution: Institution) -> None:
        self._institution = institution
        self._last: dict[str, int] = {}

    def code(self, domain: str) -> str:
        """``DAA-001``, ``DAA-002`` …"""
        prefix = packs.metamodel().domain(domain).prefix
        if domain not in self._last:
            used = Element.objects.filter(
                institution=self._institution, domain=domain, code__startswith=f"{prefix}-"
            )
            numbers = (code[len(prefix) + 1 :] for code in used.values_list("code", flat=True).iterator())
            self._last[domain] = max((int(number) for number in numbers if number.isdigit()), default=0)
        self._last[domain] += 1
        return f"{prefix}-{self._last[domain]:03d}"


class Link(NamedTuple):
    """What one text of a relation column leads to."""

    element: int
    column: str
    text: str
    relation: Relation


class Links:
    """Cells of relation columns, gathered while elements are written and turned into relations at the end.

    A text that names no element of the register stays in the element's attributes as written.
    """

    def __init__(self, actor: Actor, institution: Institution) -> None:
        self._actor = actor
        self._institution = institution
        self._named: dict[Column, list[tuple[Element, str]]] = defaultdict(list)

    def note(self, element: Element, values: Mapping[str, Any]) -> None:
        """Remember what the relation columns of ``element`` say."""
        for column in attribute_columns(element.domain):
            if column.type in RELATIONS and (said := values.get(column.key)):
                self._named[column] += [
                    (element, text) for text in ([said] if isinstance(said, str) else said)
                ]

    def resolve(self) -> list[Relation]:
        """New relations for all texts that name exactly one element the actor may see."""
        return _with_ends([link.relation for link in self.missing()])

    def missing(self) -> list[Link]:
        """What the texts say and the register does not hold yet."""
        return _without_known(
            [link for column, named in self._named.items() for link in self._of_column(column, named)]
        )

    def _of_column(self, column: Column, named: Iterable[tuple[Element, str]]) -> Iterable[Link]:
        domain, _dot, kind = column.links_to.partition(".")
        targets = _Targets(self._actor, self._institution, domain, kind, {text for _element, text in named})
        for element, text in named:
            other = targets.find(text, element)
            if other is not None and other != element.pk:
                source, target = (other, element.pk) if column.backward else (element.pk, other)
                relation = Relation(institution=self._institution, type=column.relation)
                relation.source_id, relation.target_id = source, target
                yield Link(element.pk, column.key, text, relation)


class _Targets:
    """Elements of a domain by code or name; a name in the own unit comes before the same name elsewhere."""

    def __init__(
        self, actor: Actor, institution: Institution, domain: str, kind: str, texts: set[str]
    ) -> None:
        self._by_code: dict[str, int] = {}
        self._by_name: dict[str, list[tuple[int, int]]] = defaultdict(list)
        seen = visible(actor, institution).filter(domain=domain)
        if kind:
            seen = seen.filter(kind=kind)
        keys = sorted({name_key(text) for text in texts})
        for chunk in chunks(sorted(texts), 500):
            self._by_code.update(seen.filter(code__in=chunk).values_list("code", "pk"))
        for chunk in chunks(keys, 500):
            for key, pk, unit in seen.filter(name_key__in=chunk).values_list("name_key", "pk", "unit_id"):
                self._by_name[key].append((pk, unit))

    def find(self, text: str, near: Element) -> int | None:
        if text in self._by_code:
            return self._by_code[text]
        named = self._by_name.get(name_key(text), [])
        own = [pk for pk, unit in named if unit == near.unit_id]
        if len(own) == 1:
            return own[0]
        return named[0][0] if len(named) == 1 else None


def _without_known(links: list[Link]) -> list[Link]:
    """Leave out relations that stand already and repeats."""
    fresh = {(r.type, r.source_id, r.target_id): link for link in links for r in [link.relation]}
    for chunk in chunks(sorted({source for _type, source, _target in fresh}), 500):
        known = Relation.objects.filter(source__in=chunk, deleted_at=None)
        for key in known.values_list("type", "source_id", "target_id"):
            fresh.pop(key, None)
    return list(fresh.values())


def _with_ends(relations: list[Relation]) -> list[Relation]:
    """Load both ends at once: the history names them."""
    ends: dict[int, Element] = {}
    for chunk in chunks(sorted({pk for r in relations for pk in (r.source_id, r.target_id)}), 500):
        ends.update(Element.objects.in_bulk(list(chunk)))
    for relation in relations:
        relation.source, relation.target = ends[relation.source_id], ends[relation.target_id]
    return relations
