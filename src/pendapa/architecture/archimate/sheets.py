"""A model of the exchange format → sheets of the ordinary import: one of each domain, and one of relations.

A property becomes the cell of the column whose name it bears; what no column knows is kept as *sifat asal*, so that
nothing is lost. The number of a row is the line of the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pendapa.architecture.archimate import words
from pendapa.architecture.archimate.reading import Document
from pendapa.architecture.archimate.records import SPECIALIZATION, Link, Property, Thing, folded
from pendapa.architecture.columns import KIND_COLUMN, kind_for
from pendapa.kernel.tables.columns import Choice, Column, Kind
from pendapa.kernel.tables.headers import Binding, Recognised, Row
from pendapa.kernel.tables.headings import Headings, Slot
from pendapa.kernel.tables.messages import Finding, _, say
from pendapa.kernel.tables.names import Found, UnitIndex
from pendapa.regulations import packs
from pendapa.regulations.metamodel import Metamodel

RELATIONS = "archimate-relations"
ID, CLASSIFICATION, SINCE, UNTIL = "id_asal", "klasifikasi", "berlaku_sejak", "berlaku_sampai"
FROM, TO, TYPE, KEY, SAID = "dari", "ke", "tipe", "relasi", "atribut"
CODE_LIMIT = 60

_EXTRA = (
    Column(ID, {"id": "Pengenal ArchiMate", "en": "ArchiMate identifier"}, "text", official=False),
    Column(
        CLASSIFICATION,
        {"id": words.CLASSIFICATION, "en": "Openness"},
        "enum",
        values=(
            Choice("public", {"id": "Publik", "en": "Public"}),
            Choice("internal", {"id": "Internal", "en": "Internal"}),
            Choice("restricted", {"id": "Terbatas", "en": "Restricted"}),
        ),
        official=False,
    ),
    Column(SINCE, {"id": words.SINCE, "en": "Valid from"}, "date", official=False),
    Column(UNTIL, {"id": words.UNTIL, "en": "Valid until"}, "date", official=False),
    Column(words.TYPE_KEY, {"id": words.ORIGINAL, "en": "Original type"}, "text", official=False),
    Column(words.REST_KEY, {"id": "Sifat asal", "en": "Original properties"}, "long", official=False),
)
_NAMED = {words.CLASSIFICATION: CLASSIFICATION, words.SINCE: SINCE, words.UNTIL: UNTIL}


def key_of(domain: str) -> str:
    """The name of the table of a domain's elements as such a file brings them."""
    return f"archimate-{domain}"


@lru_cache(maxsize=256)
def element_kind(model: Metamodel, domain: str) -> Kind:
    """The columns of the domain, with those that only such a file fills."""
    plain = kind_for(model, domain)
    more = tuple(column for column in _EXTRA if column.name not in plain.by_name)
    return replace(plain, key=key_of(domain), columns=(*plain.columns, *more), needs=(ID,))


@lru_cache(maxsize=1)
def relation_kind() -> Kind:
    """Relations, a row each: what they are in the file; what they become here is found when they are judged."""
    columns = (
        Column("nama", {"id": "Relasi", "en": "Relation"}, "text", required=True),
        Column(TYPE, {"id": "Tipe ArchiMate", "en": "ArchiMate type"}, "text"),
        Column(FROM, {"id": "Pengenal sumber", "en": "Identifier of the source"}, "text"),
        Column(TO, {"id": "Pengenal tujuan", "en": "Identifier of the target"}, "text"),
        Column(KEY, {"id": words.RELATION, "en": "SPBE relation"}, "text"),
        Column(SAID, {"id": "Atribut", "en": "Attributes"}, "long"),
        Column(ID, {"id": "Pengenal ArchiMate", "en": "ArchiMate identifier"}, "text"),
    )
    label = {"id": "Relasi ArchiMate", "en": "ArchiMate relations"}
    return Kind(RELATIONS, label, columns, code_column=None, unit_column=None, needs=(ID,))


def sheets(document: Document, model: Metamodel, units: UnitIndex) -> list[Recognised]:
    """The sheets of a model in the order in which they are saved. ``units`` finds actors that are units."""
    owners = _owners(document, units)
    by_domain: dict[str, list[_Row]] = defaultdict(list)
    maker = _Maker(model)
    for thing in document.things:
        domain, row = maker.row(thing, owners.get(thing.id, ""))
        by_domain[domain].append(row)
    made = [
        _sheet(element_kind(model, domain.key), domain.label.id, by_domain[domain.key])
        for domain in model.all_domains
        if domain.key in by_domain
    ]
    names = {thing.id: thing.name or thing.id for thing in document.things}
    relations = [
        _Row(link.line, _relation_cells(link, names)) for link in document.links if _between(link, names)
    ]
    if relations:
        made.append(_sheet(relation_kind(), "Relasi ArchiMate", relations))
    if made:
        made[0].skipped += list(_left(document, names))
    return made


def _between(link: Link, names: Mapping[str, str]) -> bool:
    return link.source in names and link.target in names and link.source != link.target


def _left(document: Document, names: Mapping[str, str]) -> Iterator[Finding]:
    """What the register has no place for, told line by line."""
    for link in document.links:
        if not _between(link, names):
            told = _("A relation to itself or to another relation (%(type)s) is not taken over.")
            yield Finding(link.line, "", link.name or link.id, say(told, type=link.type))
    if document.views:
        told = _("%(count)s diagrams are not taken over; elements and relations are.")
        yield Finding(0, "", "views", say(told, count=document.views))


def _owners(document: Document, units: UnitIndex) -> dict[str, str]:
    """Element → name of the unit that is assigned to it: an actor whose name is that of one unit."""
    actors = {}
    for thing in document.things:
        if thing.type == "BusinessActor" and thing.name:
            found = units.find(name=thing.name)
            if isinstance(found, Found) and found.doubt is None:
                actors[thing.id] = thing.name
    owners: dict[str, str] = {}
    for link in document.links:
        if link.type == "Assignment" and link.source in actors:
            owners.setdefault(link.target, actors[link.source])
    return owners


@dataclass(frozen=True, slots=True)
class _Row:
    """A row by column; a cell that only a part of a column fills by (column, part)."""

    line: int
    cells: dict[tuple[str, str], str]


class _Maker:
    """Elements → rows."""

    def __init__(self, model: Metamodel) -> None:
        self._model = model
        self._pack = packs.archimate()
        self._domains = {domain.key: domain for domain in model.all_domains}
        self._codes: set[tuple[str, str]] = set()
        self._headings: dict[str, Headings] = {}
        self._slots: dict[tuple[str, str], Slot | None] = {}

    def row(self, thing: Thing, owner: str) -> tuple[str, _Row]:
        said = next((p.value for p in thing.properties if p.name == SPECIALIZATION), "")
        form = self._pack.read_element(thing.type, said)
        domain, kind, known = form.domain, form.kind, said.casefold() == form.specialization.casefold()
        if said and not known and said.casefold() in words.own_kinds(self._model):
            domain, kind = words.own_kinds(self._model)[said.casefold()]
            known = True
        cells: dict[tuple[str, str], str] = {
            ("nama", ""): thing.name or f"{thing.type} {thing.id}",
            (ID, ""): thing.id,
        }
        if thing.text:
            cells["uraian", ""] = thing.text
        if kind and len(self._domains[domain].kinds) > 1:
            cells[KIND_COLUMN, ""] = kind
        if thing.type != form.type or form is self._pack.outside:
            cells[words.TYPE_KEY, ""] = thing.type
        rest = self._properties(domain, thing, cells, known)
        if owner and ("opd", "") not in cells and ("opd", "code") not in cells:
            cells["opd", ""] = owner
        if rest:
            cells[words.REST_KEY, ""] = folded(rest)
        return domain, _Row(thing.line, cells)

    def _properties(
        self, domain: str, thing: Thing, cells: dict[tuple[str, str], str], known: bool
    ) -> list[Property]:
        """Put properties into cells; what finds no place comes back."""
        rest = []
        specialized = False
        for found in thing.properties:
            if found.name == SPECIALIZATION and known and not specialized:
                specialized = True
                continue
            slot = self._slot(domain, found.name)
            if slot is None or not self._take(domain, slot, found.value, cells):
                rest.append(found)
        return rest

    def _take(self, domain: str, slot: Slot, value: str, cells: dict[tuple[str, str], str]) -> bool:
        place = (slot.column, slot.part or "")
        if place in cells or slot.column == "nama" or not value.strip():
            return not value.strip()
        if slot.column == "id":
            if len(value) > CODE_LIMIT or (domain, value.casefold()) in self._codes:
                return False
            self._codes.add((domain, value.casefold()))
        cells[place] = value
        return True

    def _slot(self, domain: str, name: str) -> Slot | None:
        """The column that a property of this name fills."""
        place = (domain, name)
        if place not in self._slots:
            self._slots[place] = self._found(domain, name)
        return self._slots[place]

    def _found(self, domain: str, name: str) -> Slot | None:
        if name in _NAMED:
            return Slot(_NAMED[name])
        if name == words.REFERENCE:
            main = words.main_reference(self._domains[domain])
            return Slot(main) if main else None
        if name in (SPECIALIZATION, words.ORIGINAL):
            return None
        if domain not in self._headings:
            self._headings[domain] = Headings(kind_for(self._model, domain))
        match = self._headings[domain].find(name, loose=False)
        if match is None or match.quality < 1 or match.slot.level or match.slot.part == "name":
            return None
        column = kind_for(self._model, domain).by_name[match.slot.column]
        return match.slot if match.slot.part is None or column.type == "unit" else None


def _relation_cells(link: Link, names: Mapping[str, str]) -> dict[tuple[str, str], str]:
    name = f"{names[link.source]} → {names[link.target]}"
    said = [p for p in link.properties if p.name != words.RELATION]
    for key, value in (
        ("name", link.name),
        ("documentation", link.text),
        ("accessType", link.access),
        ("modifier", link.modifier),
        ("isDirected", "true" if link.directed else ""),
    ):
        if value:
            said.append(Property(key, value))
    cells = {
        "nama": name,
        TYPE: link.type,
        FROM: link.source,
        TO: link.target,
        KEY: next((p.value for p in link.properties if p.name == words.RELATION), ""),
        SAID: folded(said),
        ID: link.id,
    }
    return {(key, ""): value for key, value in cells.items() if value}


def _sheet(kind: Kind, name: str, rows: Sequence[_Row]) -> Recognised:
    """Rows as a sheet that was recognised: each filled column once, in the order of the kind."""
    filled = {place for row in rows for place in row.cells}
    order = {column.name: at for at, column in enumerate(kind.columns)}
    places = sorted((place for place in filled if place[0] in order), key=lambda p: (order[p[0]], p[1]))
    headers, bindings, used = [], [], set()
    for index, (column, part) in enumerate(places):
        text = kind.by_name[column].text("id") if not part else words.UNIT_CODE
        while text in used:
            text += " (2)"
        used.add(text)
        headers.append(text)
        bindings.append(Binding(index, text, column, part or None))  # type: ignore[arg-type]
    return Recognised(kind, name, 0, headers, tuple(bindings), _rows(rows, places), format="archimate")


def _rows(rows: Sequence[_Row], places: Sequence[tuple[str, str]]) -> Iterator[Row]:
    last = 0
    for row in rows:
        last = max(row.line, last + 1)
        yield Row(last, [row.cells.get(place, "") for place in places])
