"""A file of the exchange format → elements and relations, or a refusal that names line, reason and what to do.

The file comes from anywhere: no document type, no entity and nothing from outside is ever taken, sizes are counted as they
pass, and what is kept is bounded. Diagrams are counted and left. The checks are our own: order of the parts,
identifiers once only, every reference to something that is there, types that the format has.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from sys import intern
from typing import NoReturn
from xml.parsers import expat

from pendapa.architecture.archimate.records import SPECIALIZATION, Link, Property, Thing, is_identifier
from pendapa.kernel.tables.messages import Unreadable, _, say
from pendapa.regulations.archimate import ACCESS_TYPES, ASSOCIATION, Archimate

XSI = "http://www.w3.org/2001/XMLSchema-instance"
XML = "http://www.w3.org/XML/1998/namespace"
CHUNK = 1 << 16
PARTS = (
    "name", "documentation", "properties", "metadata", "elements", "relationships", "organizations",
    "propertyDefinitions", "views",
)  # fmt: skip
_MANY = frozenset({"name", "documentation", "organizations"})
_REFERENCES = (
    "source", "target", "identifierRef", "propertyDefinitionRef", "elementRef", "relationshipRef", "viewRef", "conceptRef",
)  # fmt: skip
_ITEMS = {"elements": "element", "relationships": "relationship", "propertyDefinitions": "propertyDefinition"}
_INSIDE = {"name": 0, "documentation": 1, "properties": 2}

_AGAIN = _("Export the model again, in the ArchiMate Open Exchange format, and hand that in.")
_MEND = _("Open the model in the program it comes from, mend this, and export it again.")


@dataclass(frozen=True)
class Limits:
    """What is refused for its size: bytes of the file, parts inside one another, characters of one text, and numbers."""

    file_bytes: int = 100 << 20
    depth: int = 64
    text: int = 100_000
    characters: int = 80_000_000
    items: int = 200_000
    identifiers: int = 2_000_000
    properties: int = 1_000


@dataclass
class Document:
    """What a file says. ``name`` is that of the model; ``views`` counts the diagrams, which are not kept."""

    name: str = ""
    things: list[Thing] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    views: int = 0


def read(path: Path, pack: Archimate, limits: Limits | None = None) -> Document:
    """The model in the file. Raises `Unreadable`, whose reason begins with the line."""
    limits = limits or Limits()
    try:
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise Unreadable(
                say(
                    _("The file has %(size)s MB; at most %(limit)s MB are read."),
                    size=-(-size >> 20),
                    limit=limits.file_bytes >> 20,
                ),
                say(_("Export a part of the model, one folder after the other.")),
            )
        return _Reader(pack, limits).read(path)
    except OSError as error:
        raise Unreadable(
            say(_("The file cannot be opened: %(why)s."), why=error.strerror or str(error)),
            say(_("Check its path.")),
        ) from error


@dataclass
class _Item:
    """An element, a relation or a definition while it is being read."""

    tag: str
    line: int
    facts: dict[str, str]
    names: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    properties: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    rank: int = 0


class _Reader:
    def __init__(self, pack: Archimate, limits: Limits) -> None:
        self._pack, self._limits = pack, limits
        self._path: list[str] = []
        self._foreign = 0
        self._part = -1
        self._seen: set[str] = set()
        self._ids: dict[str, int] = {}
        self._wanted: dict[str, int] = {}
        self._definitions: dict[str, str] = {}
        self._item: _Item | None = None
        self._into: dict[str, str] | None = None
        self._language = ""
        self._buffer: list[str] = []
        self._length = self._total = 0
        self._names: dict[str, str] = {}
        self._elements: list[Thing] = []
        self._relations: list[Link] = []
        self._views = 0
        self._parser = self._make()

    def _make(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype
        parser.ExternalEntityRefHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        return parser

    def read(self, path: Path) -> Document:
        try:
            with path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    self._parser.Parse(chunk, False)
                self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            why = expat.ErrorString(error.code)
            self._refuse(
                _("Line %(line)s: The file is no sound XML: %(why)s."), _AGAIN, error.lineno, why=why
            )
        except (ValueError, LookupError) as error:  # an encoding that nobody knows
            self._refuse(_("Line %(line)s: The file is no sound XML: %(why)s."), _AGAIN, why=str(error)[:200])
        return self._document()

    def _refuse(self, reason: str, advice: str, line: int | None = None, **facts: object) -> NoReturn:
        line = self._parser.CurrentLineNumber if line is None else line
        raise Unreadable(say(reason, line=line, **facts), say(advice))

    def _doctype(self, *_facts: object) -> NoReturn:
        self._refuse(
            _(
                "Line %(line)s: A document type or entity is declared (DTD). Such files are never read, because they may do harm."
            ),
            _("Delete the DOCTYPE from the file, or export the model again without it."),
        )

    # -- tags ---------------------------------------------------------------------------------------------------------

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _space, name = tag.rpartition(" ")
        if not self._path:
            self._root(namespace, name)
        if len(self._path) >= self._limits.depth:
            self._refuse(
                _("Line %(line)s: More than %(limit)s parts lie inside one another."),
                _AGAIN,
                limit=self._limits.depth,
            )
        self._path.append(name)
        if self._foreign or namespace != self._pack.namespace:
            self._foreign += 1
            return
        self._identify(attributes)
        depth = len(self._path)
        if depth == 2:
            self._section(name)
        elif depth == 3 and _ITEMS.get(self._path[1]) == name:
            self._begin(name, attributes)
        elif depth == 3 and self._path[1] in _ITEMS:
            self._refuse(
                _("Line %(line)s: <%(tag)s> does not belong in <%(part)s>."),
                _MEND,
                tag=name,
                part=self._path[1],
            )
        elif depth == 4 and self._item is not None:
            self._inside(name)
        elif name == "property" and depth == 5 and self._item is not None:
            self._property(attributes)
        elif name == "view":
            self._views += 1
        if name in ("name", "documentation", "value"):
            self._language = attributes.get(f"{XML} lang", "").partition("-")[0].casefold()
            self._buffer, self._length = [], 0
            self._into = self._target(name, depth)

    def _root(self, namespace: str, name: str) -> None:
        if namespace == self._pack.namespace and name == "model":
            return
        if namespace.startswith("http://www.opengroup.org/xsd/archimate"):
            self._refuse(
                _(
                    "Line %(line)s: The file is in an old ArchiMate exchange format (%(namespace)s); version 3.0 and later is read."
                ),
                _("Open it in a present version of Archi or another tool, and export it again as version 3."),
                namespace=namespace,
            )
        if "archimatetool" in namespace:
            self._refuse(
                _("Line %(line)s: This is Archi's own file, not the exchange format."),
                _("In Archi choose File, Export, Open Exchange File, and hand that in."),
            )
        self._refuse(
            _("Line %(line)s: This is no ArchiMate model: the file begins with <%(tag)s>."),
            _("Hand in an ArchiMate Open Exchange file, or a table as .xlsx, .ods or .csv."),
            tag=name[:80],
        )

    def _identify(self, attributes: dict[str, str]) -> None:
        """Identifiers once only, and what must be there in the end."""
        line = self._parser.CurrentLineNumber
        identifier = attributes.get("identifier")
        if identifier is not None:
            if not is_identifier(identifier) or len(identifier) > 200:
                self._refuse(
                    _(
                        "Line %(line)s: “%(id)s” is no identifier: it must begin with a letter and hold no spaces."
                    ),
                    _MEND,
                    id=identifier[:80],
                )
            if identifier in self._ids:
                self._refuse(
                    _("Line %(line)s: The identifier %(id)s is there twice, first in line %(first)s."),
                    _MEND,
                    id=identifier[:80],
                    first=self._ids[identifier],
                )
            if len(self._ids) >= self._limits.identifiers:
                self._too_many(self._limits.identifiers)
            self._ids[identifier] = line
        for key in _REFERENCES:
            if key in attributes and attributes[key] not in self._wanted:
                self._count(attributes[key])
                self._wanted[attributes[key]] = line
                if len(self._wanted) > self._limits.identifiers:
                    self._too_many(self._limits.identifiers)

    def _section(self, name: str) -> None:
        if name not in PARTS:
            self._refuse(
                _("Line %(line)s: <%(tag)s> does not belong in <%(part)s>."),
                _MEND,
                tag=name[:80],
                part="model",
            )
        place = PARTS.index(name)
        if place < self._part:
            self._refuse(
                _("Line %(line)s: <%(tag)s> stands after <%(before)s>; the format wants it before."),
                _MEND,
                tag=name,
                before=PARTS[self._part],
            )
        if name in self._seen and name not in _MANY:
            self._refuse(_("Line %(line)s: <%(tag)s> is there twice."), _MEND, tag=name)
        self._part = place
        self._seen.add(name)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        kept = {
            key.rpartition(" ")[2]: value
            for key, value in attributes.items()
            if " " not in key or key == f"{XSI} type"
        }
        if not kept.get("identifier"):
            self._refuse(_("Line %(line)s: <%(tag)s> has no identifier."), _MEND, tag=name)
        for key, value in kept.items():
            if len(value) > 2000:
                self._refuse(_("Line %(line)s: The attribute %(name)s is too long."), _MEND, name=key[:80])
            self._count(value)
        if name != "propertyDefinition":
            kind = kept["type"] = kept.get("type", "").rpartition(":")[2]
            known = self._pack.types if name == "element" else self._pack.relation_types
            if kind not in known:
                self._refuse(
                    _("Line %(line)s: “%(type)s” is no type of ArchiMate 3 for <%(tag)s>."),
                    _MEND,
                    type=kind[:80],
                    tag=name,
                )
        if name == "relationship" and not (kept.get("source") and kept.get("target")):
            self._refuse(
                _("Line %(line)s: The relation %(id)s lacks its source or its target."),
                _MEND,
                id=kept["identifier"],
            )
        count = len(self._elements) if name == "element" else len(self._relations)
        if count >= self._limits.items:
            self._too_many(self._limits.items)
        self._item = _Item(name, self._parser.CurrentLineNumber, kept)

    def _inside(self, name: str) -> None:
        item = self._item
        assert item is not None
        rank = _INSIDE.get(name)
        if rank is None:
            return
        if rank < item.rank:
            self._refuse(
                _("Line %(line)s: <%(tag)s> stands after <%(before)s>; the format wants it before."),
                _MEND,
                tag=name,
                before=next(key for key, value in _INSIDE.items() if value == item.rank),
            )
        item.rank = rank

    def _property(self, attributes: dict[str, str]) -> None:
        item = self._item
        assert item is not None
        reference = attributes.get("propertyDefinitionRef", "")
        if not reference:
            self._refuse(_("Line %(line)s: A property does not say its definition."), _MEND)
        if len(item.properties) >= self._limits.properties:
            self._too_many(self._limits.properties)
        item.properties.append((reference, {}))

    def _target(self, name: str, depth: int) -> dict[str, str] | None:
        """Where the text of this tag goes; most of them go nowhere."""
        item = self._item
        if item is None:
            return self._names if depth == 2 and name == "name" else None
        if depth == 4:
            return {"name": item.names, "documentation": item.texts}.get(name)
        return item.properties[-1][1] if depth == 6 and name == "value" and item.properties else None

    def _characters(self, text: str) -> None:
        if self._into is None:
            return
        self._length += len(text)
        if self._length > self._limits.text:
            self._refuse(
                _("Line %(line)s: A text has more than %(limit)s characters."), _MEND, limit=self._limits.text
            )
        self._count(text)
        self._buffer.append(text)

    def _end(self, _tag: str) -> None:
        depth = len(self._path)
        name = self._path.pop()
        if self._foreign:
            self._foreign -= 1
            return
        if self._into is not None and name in ("name", "documentation", "value"):
            self._into.setdefault(self._language, "".join(self._buffer))
            self._into = None
        if depth == 3 and self._item is not None:
            self._finish(self._item)
            self._item = None

    def _finish(self, item: _Item) -> None:
        """Keep it in little room; the names of its properties are known only at the end of the file."""
        if item.tag == "propertyDefinition":
            self._definitions[item.facts["identifier"]] = _chosen(item.names)
        elif item.tag == "element":
            self._elements.append(self._thing(item))
        else:
            self._relations.append(self._link(item))

    # -- limits -------------------------------------------------------------------------------------------------------

    def _count(self, text: str) -> None:
        self._total += len(text)
        if self._total > self._limits.characters:
            self._refuse(
                _("Line %(line)s: The model is too large to be read at once."),
                _("Export a part of the model, one folder after the other."),
            )

    def _too_many(self, limit: int) -> NoReturn:
        self._refuse(
            _("Line %(line)s: There are more than %(limit)s of one sort; that is more than is read at once."),
            _("Export a part of the model, one folder after the other."),
            limit=limit,
        )

    # -- the end ------------------------------------------------------------------------------------------------------

    def _document(self) -> Document:
        if "elements" not in self._seen:
            self._refuse(_("Line %(line)s: The model has no <elements>."), _AGAIN)
        for reference, line in self._wanted.items():
            if reference not in self._ids:
                self._refuse(
                    _("Line %(line)s: It refers to %(id)s, which is nowhere in the file."),
                    _MEND,
                    line,
                    id=reference[:80],
                )
        concepts = {thing.id for thing in self._elements} | {link.id for link in self._relations}
        for item in self._relations:
            for end in (item.source, item.target):
                if end not in concepts:
                    self._refuse(
                        _("Line %(line)s: The relation leads to %(id)s, which is no element."),
                        _MEND,
                        item.line,
                        id=end[:80],
                    )
        for at, thing in enumerate(self._elements):
            self._elements[at] = replace(thing, properties=self._told(thing))
        for at, link in enumerate(self._relations):
            self._relations[at] = replace(link, properties=self._told(link))
        return Document(_chosen(self._names), self._elements, self._relations, self._views)

    def _thing(self, item: _Item) -> Thing:
        return Thing(
            item.facts["identifier"],
            intern(item.facts["type"]),
            _chosen(item.names),
            _chosen(item.texts),
            _by_reference(item),
            line=item.line,
        )

    def _link(self, item: _Item) -> Link:
        facts = item.facts
        access = facts.get("accessType", "") if facts["type"] == "Access" else ""
        return Link(
            facts["identifier"],
            intern(facts["type"]),
            facts["source"],
            facts["target"],
            _chosen(item.names),
            _chosen(item.texts),
            access if access in ACCESS_TYPES else "",
            facts.get("modifier", "") if facts["type"] == "Influence" else "",
            facts["type"] == ASSOCIATION and facts.get("isDirected") in ("true", "1"),
            _by_reference(item),
            item.line,
        )

    def _told(self, item: Thing | Link) -> tuple[Property, ...]:
        """Its properties by the names of their definitions."""
        found = []
        for reference, value in item.properties:
            if reference not in self._definitions:
                self._refuse(
                    _("Line %(line)s: A property refers to %(id)s, which is no definition."),
                    _MEND,
                    item.line,
                    id=reference,
                )
            name = SPECIALIZATION if reference == SPECIALIZATION else self._definitions[reference]
            found.append(Property(name or reference, value))
        return tuple(found)


def _by_reference(item: _Item) -> tuple[Property, ...]:
    return tuple(Property(intern(reference), _chosen(values)) for reference, values in item.properties)


def _chosen(texts: dict[str, str]) -> str:
    """Of a text in several languages the Indonesian, else the one of no language, else the first."""
    for language in ("id", ""):
        if language in texts:
            return texts[language]
    return next(iter(texts.values()), "")
