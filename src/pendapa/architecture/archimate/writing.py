"""Elements and relations → a file of the exchange format, piece by piece, the same for the same input.

What stands in the file and where follows ``archimate3_Diagram.xsd``: the order of the parts is fixed, identifiers are
once only over the whole file. Held in memory are the identifiers with their folders, not the elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from xml.sax.saxutils import escape

from pendapa.architecture.archimate.records import (
    OWN,
    RESERVED,
    SPECIALIZATION,
    Link,
    Property,
    Thing,
    clean,
    is_identifier,
)
from pendapa.regulations.archimate import Archimate

LANGUAGE = ' xml:lang="id"'
_PIECE = 1 << 16
_ESCAPES = {'"': "&quot;", "\r": "&#13;"}
_IN_ATTRIBUTES = {**_ESCAPES, "\n": "&#10;", "\t": "&#9;"}
_COLUMNS, _WIDTH, _HEIGHT, _GAP = 8, 160, 60, 40
VIEW_LIMIT = 400
"""Elements that one diagram shows at most."""


@dataclass(frozen=True)
class Head:
    """What the file says of itself. ``views`` are names of diagrams by the folder whose elements they show."""

    id: str
    name: str
    text: str = ""
    views: Mapping[str, str] = field(default_factory=dict)


def write(pack: Archimate, head: Head, things: Iterable[Thing], links: Iterable[Link]) -> Iterator[bytes]:
    """The file in pieces of UTF-8. Every relation must lead between elements that came before it."""
    buffer, size = [], 0
    for text in _Writer(pack).whole(head, things, links):
        buffer.append(text)
        size += len(text)
        if size >= _PIECE:
            yield "".join(buffer).encode()
            buffer, size = [], 0
    yield "".join(buffer).encode()


def usable(identifier: str) -> bool:
    """Whether a name that another program gave can stand in our file: no definition or view of ours has it."""
    return is_identifier(identifier) and identifier != SPECIALIZATION and not identifier.startswith(RESERVED)


class _Writer:
    def __init__(self, pack: Archimate) -> None:
        self._pack = pack
        self._definitions: dict[str, str] = {SPECIALIZATION: SPECIALIZATION}
        self._taken = {SPECIALIZATION}
        self._folders: dict[tuple[str, ...], list[str]] = {}
        self._links: list[str] = []
        self._shown: dict[str, list[str]] = {}
        self._drawn: dict[str, list[tuple[str, str, str]]] = {}
        self._view_of: dict[str, str] = {}

    def whole(self, head: Head, things: Iterable[Thing], links: Iterable[Link]) -> Iterator[str]:
        pack = self._pack
        yield '<?xml version="1.0" encoding="UTF-8"?>\n'
        yield (
            f'<model xmlns="{pack.namespace}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
            f' xsi:schemaLocation="{pack.namespace} {pack.schema}" identifier="{_attribute(head.id)}">\n'
        )
        yield _named("name", head.name) + _named("documentation", head.text)
        yield from self._things(head, things)
        yield from self._relations(links)
        yield from self._organizations()
        yield from self._property_definitions()
        yield from self._views(head)
        yield "</model>\n"

    def _things(self, head: Head, things: Iterable[Thing]) -> Iterator[str]:
        # The schema wants one element at least, or none of this part.
        waiting = iter(things)
        first = next(waiting, None)
        if first is None:
            return
        yield "<elements>\n"
        for thing in chain([first], waiting):
            self._folders.setdefault(thing.folder, []).append(thing.id)
            self._show(head, thing)
            yield (
                f'<element identifier="{_attribute(thing.id)}" xsi:type="{_attribute(thing.type)}">'
                f"{_named('name', thing.name or thing.id)}{_named('documentation', thing.text)}"
                f"{self._properties(thing.properties)}</element>\n"
            )
        yield "</elements>\n"

    def _show(self, head: Head, thing: Thing) -> None:
        for name in thing.folder:
            if name in head.views:
                shown = self._shown.setdefault(name, [])
                if len(shown) < VIEW_LIMIT:
                    shown.append(thing.id)
                    self._view_of[thing.id] = name
                return

    def _relations(self, links: Iterable[Link]) -> Iterator[str]:
        waiting = iter(links)
        first = next(waiting, None)
        if first is None:
            return
        yield "<relationships>\n"
        for link in chain([first], waiting):
            self._links.append(link.id)
            view = self._view_of.get(link.source)
            if view is not None and view == self._view_of.get(link.target):
                self._drawn.setdefault(view, []).append((link.id, link.source, link.target))
            yield f"{self._relation(link)}\n"
        yield "</relationships>\n"

    def _relation(self, link: Link) -> str:
        facts = {"identifier": link.id, "source": link.source, "target": link.target, "xsi:type": link.type}
        if link.type == "Access" and link.access:
            facts["accessType"] = link.access
        if link.type == "Influence" and link.modifier:
            facts["modifier"] = link.modifier
        if link.type == "Association" and link.directed:
            facts["isDirected"] = "true"
        said = "".join(f' {key}="{_attribute(value)}"' for key, value in facts.items())
        inside = f"{_named('name', link.name)}{_named('documentation', link.text)}{self._properties(link.properties)}"
        return f"<relationship{said}>{inside}</relationship>" if inside else f"<relationship{said} />"

    def _properties(self, properties: Iterable[Property]) -> str:
        said = "".join(
            f'<property propertyDefinitionRef="{self._definition(name)}">{_named("value", value, always=True)}</property>'
            for name, value in properties
        )
        return f"<properties>{said}</properties>" if said else ""

    def _definition(self, name: str) -> str:
        """The identifier of a property's definition: from its name, so that it stays the same between exports."""
        known = self._definitions.get(name)
        if known is None:
            words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "x"
            known, number = f"{RESERVED}prop-{words}", 1
            while known in self._taken:
                number += 1
                known = f"{RESERVED}prop-{words}--{number}"
            self._definitions[name] = known
            self._taken.add(known)
        return known

    def _organizations(self) -> Iterator[str]:
        tree: dict[str, dict] = {}
        for folder in sorted(self._folders):
            place = tree
            for name in folder:
                place = place.setdefault(name, {})
        if not tree and not self._links:
            return
        yield "<organizations>\n"
        yield from self._folder(tree, ())
        if self._links:
            yield f"<item>{_named('label', 'Relations')}\n"
            yield from (f'<item identifierRef="{_attribute(id)}" />\n' for id in self._links)
            yield "</item>\n"
        yield "</organizations>\n"

    def _folder(self, tree: dict[str, dict], path: tuple[str, ...]) -> Iterator[str]:
        for name, below in tree.items():
            here = (*path, name)
            yield f"<item>{_named('label', name)}\n"
            yield from self._folder(below, here)
            yield from (f'<item identifierRef="{_attribute(id)}" />\n' for id in self._folders.get(here, ()))
            yield "</item>\n"

    def _property_definitions(self) -> Iterator[str]:
        yield "<propertyDefinitions>\n"
        for name, identifier in self._definitions.items():
            words = "Specialization" if name == SPECIALIZATION else name
            yield (
                f'<propertyDefinition identifier="{identifier}" type="string">'
                f"<name>{_text(words)}</name></propertyDefinition>\n"
            )
        yield "</propertyDefinitions>\n"

    def _views(self, head: Head) -> Iterator[str]:
        if not self._shown:
            return
        yield "<views><diagrams>\n"
        for number, (folder, shown) in enumerate(self._shown.items(), 1):
            view = f"{RESERVED}view-{number}"
            yield f'<view identifier="{view}" xsi:type="Diagram">{_named("name", head.views[folder])}\n'
            nodes = {}
            for at, element in enumerate(shown):
                node = nodes[element] = f"{view}-node-{at + 1}"
                x = _GAP + (at % _COLUMNS) * (_WIDTH + _GAP)
                y = _GAP + (at // _COLUMNS) * (_HEIGHT + _GAP)
                yield (
                    f'<node identifier="{node}" elementRef="{_attribute(element)}" xsi:type="Element"'
                    f' x="{x}" y="{y}" w="{_WIDTH}" h="{_HEIGHT}" />\n'
                )
            for at, (link, source, target) in enumerate(self._drawn.get(folder, ())):
                yield (
                    f'<connection identifier="{view}-line-{at + 1}" relationshipRef="{_attribute(link)}"'
                    f' xsi:type="Relationship" source="{nodes[source]}" target="{nodes[target]}" />\n'
                )
            yield "</view>\n"
        yield "</diagrams></views>\n"


def own_identifier(uid: object) -> str:
    """The identifier of what has no name from elsewhere."""
    return f"{OWN}{uid}"


def _text(text: str) -> str:
    return escape(clean(text), _ESCAPES)


def _attribute(text: str) -> str:
    return escape(clean(text), _IN_ATTRIBUTES)


def _named(tag: str, text: str, *, always: bool = False) -> str:
    return f"<{tag}{LANGUAGE}>{_text(text)}</{tag}>" if text or always else ""
