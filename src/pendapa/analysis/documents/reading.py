"""A release as the maker of the book may see it: elements by domain, and what each is linked with.

What is restricted today stays out as well, even where the release froze it as open.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property
from uuid import UUID

from pendapa.architecture import metamodel
from pendapa.architecture.exporting.records import ElementRecord, Frozen
from pendapa.architecture.models import Element, Release
from pendapa.architecture.permissions import RESTRICTED
from pendapa.architecture.queries.lists import seen
from pendapa.kernel.access.actor import Actor
from pendapa.regulations.metamodel import Metamodel

FLOW = "application_flow"
SHOWN = 12
"""So many codes of one relation stand in a row; of more the number is told."""


class Reader:
    """Reads a release for one actor; relations are read once and kept as codes."""

    def __init__(self, actor: Actor, release: Release) -> None:
        self.actor, self.release, self.institution = actor, release, release.institution
        self.model: Metamodel = metamodel.of(release.institution)
        self._source = Frozen(actor, release)

    @cached_property
    def _open(self) -> set[UUID] | None:
        """What the actor may see today; None: everything."""
        if self.actor.scope(RESTRICTED, self.institution).everything:
            return None
        rows = Element.objects.filter(seen(self.actor, self.institution), institution=self.institution)
        return set(rows.values_list("uid", flat=True))

    def elements(self, domain: str) -> Iterator[ElementRecord]:
        """The elements of a domain, by name."""
        for record in self._source.elements(domain):
            if self._open is None or record.uid in self._open:
                yield record

    @cached_property
    def _links(self) -> tuple[dict[UUID, dict[str, list[str]]], Counter[tuple[str, str]], Counter[str]]:
        near: dict[UUID, dict[str, list[str]]] = defaultdict(dict)
        between: Counter[tuple[str, str]] = Counter()
        types: Counter[str] = Counter()
        labels = {one.key: (one.forward.id, one.backward.id) for one in self.model.relations}
        flows = self.flows
        for one in self._source.relations([domain.key for domain in self.model.all_domains]):
            if self._open is not None and not (one.source.uid in self._open and one.target.uid in self._open):
                continue
            forward, backward = labels.get(one.type, (one.type, one.type))
            near[one.source.uid].setdefault(forward, []).append(one.target.code)
            near[one.target.uid].setdefault(backward, []).append(one.source.code)
            between[one.source.domain, one.target.domain] += 1
            types[one.type] += 1
            if one.type == FLOW:
                flows.append((one.source.code, one.source.name, one.target.code, one.target.name))
        return near, between, types

    @cached_property
    def flows(self) -> list[tuple[str, str, str, str]]:
        """Which application sends data to which: code and name of both. Filled when relations are read."""
        return []

    def near(self, uid: UUID) -> str:
        """What an element is linked with, in words: ``didukung aplikasi: DAA-001, DAA-002``."""
        found = self._links[0].get(uid)
        if not found:
            return ""
        return "; ".join(f"{label}: {_codes(codes)}" for label, codes in found.items())

    @property
    def between(self) -> Counter[tuple[str, str]]:
        """Relations by the domains of their ends."""
        return self._links[1]

    @property
    def types(self) -> Counter[str]:
        """Relations by type."""
        return self._links[2]


def _codes(codes: list[str]) -> str:
    shown = ", ".join(codes[:SHOWN])
    return f"{shown}, dan {len(codes) - SHOWN} lainnya" if len(codes) > SHOWN else shown
