"""The register, or a release of it, as a file of the exchange format: what the actor may see, and nothing else.

    b"".join(export(actor, institution))
    for piece in export(actor, institution, release=release): ...

Relations that our own table does not allow go out as associations that name our type: nothing is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from pendapa.architecture import metamodel
from pendapa.architecture.archimate import identity, words
from pendapa.architecture.archimate.records import RESERVED, SPECIALIZATION, Link, Property, Thing, unfolded
from pendapa.architecture.archimate.writing import Head, write
from pendapa.architecture.models import Element, Release, ReleaseItem
from pendapa.architecture.permissions import RESTRICTED, VIEW
from pendapa.architecture.queries import readable, visible, visible_relations
from pendapa.architecture.queries.lists import seen
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.regulations import packs
from pendapa.regulations.archimate import ASSOCIATION, Archimate, Form
from pendapa.regulations.metamodel import Metamodel

CHUNK = 500
CONTENT_TYPE = "application/xml"


@dataclass(frozen=True, slots=True)
class ElementRecord:
    """One element on its way out. ``attributes`` are those the reader may read."""

    uid: UUID
    domain: str
    kind: str
    code: str
    name: str
    unit: str
    unit_code: str
    attributes: Mapping[str, Any]
    classification: str
    valid_from: date | str | None
    valid_to: date | str | None


@dataclass(frozen=True, slots=True)
class RelationRecord:
    """One relation on its way out, by the uids of its ends."""

    uid: UUID
    type: str
    source: UUID
    target: UUID
    attributes: Mapping[str, Any]
    valid_from: date | str | None
    valid_to: date | str | None


def export(actor: Actor, institution: Institution, *, release: Release | None = None) -> Iterator[bytes]:
    """The file in pieces. Raises ``NotFound`` (before the first piece) where the actor sees no architecture here, and for
    a release of another institution."""
    if not actor.may(VIEW, institution):
        raise NotFound
    if release is not None and release.institution_id != institution.pk:
        raise NotFound
    return _pieces(actor, institution, release)


def file_name(institution: Institution, release: Release | None = None) -> str:
    """What the file is called."""
    return f"arsitektur-{institution.code}{f'-{release.code}' if release else ''}.xml"


def _pieces(actor: Actor, institution: Institution, release: Release | None) -> Iterator[bytes]:
    if release is None:
        elements, relations = _elements(actor, institution), _relations(actor, institution)
    else:
        elements = _released_elements(actor, institution, release)
        relations = _released_relations(institution, release)
    out = _Out(institution)
    yield from write(out.pack, out.head(release), out.things(elements), out.links(relations))


# -- where records come from ------------------------------------------------------------------------------------------


def _elements(actor: Actor, institution: Institution) -> Iterator[ElementRecord]:
    """By primary key, so that whatever is written meanwhile moves no page."""
    shown, last = visible(actor, institution).select_related("unit").order_by("pk"), 0
    while rows := list(shown.filter(pk__gt=last)[:CHUNK]):
        last = rows[-1].pk
        yield from _records(actor, institution, rows)


def _records(actor: Actor, institution: Institution, rows: list[Element]) -> Iterator[ElementRecord]:
    for row in rows:
        row.institution = institution
    read = readable(actor, institution, rows)
    for row in rows:
        yield ElementRecord(
            row.uid, row.domain, row.kind, row.code, row.name, row.unit.name, row.unit.code, read[row.pk],
            row.classification, row.valid_from, row.valid_to,
        )  # fmt: skip


def _relations(actor: Actor, institution: Institution) -> Iterator[RelationRecord]:
    shown, last = visible_relations(actor, institution).order_by("pk"), 0
    fields = ("pk", "uid", "type", "source__uid", "target__uid", "attributes", "valid_from", "valid_to")
    while rows := list(shown.filter(pk__gt=last).values_list(*fields)[:CHUNK]):
        last = rows[-1][0]
        yield from (RelationRecord(*row[1:]) for row in rows)


def _released(release: Release, target: str) -> Iterator[list[ReleaseItem]]:
    items = ReleaseItem.objects.filter(release=release, target_type=target).select_related("revision")
    last = 0
    while rows := list(items.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        last = rows[-1].pk
        yield rows


def _released_elements(actor: Actor, institution: Institution, release: Release) -> Iterator[ElementRecord]:
    """As they were frozen; but what the actor may not see now, or could not have seen then, stays hidden."""
    units = {unit.pk: unit for unit in Unit.objects.filter(institution=institution)}
    for items in _released(release, "element"):
        uids = [item.target_uid for item in items]
        known = {row.uid: row for row in Element.objects.filter(institution=institution, uid__in=uids)}
        now = Element.objects.filter(seen(actor, institution), institution=institution, uid__in=uids)
        may = set(now.values_list("uid", flat=True))
        rows = [
            row
            for item in items
            if item.target_uid in may
            and (row := _as_it_was(known[item.target_uid], item.revision.snapshot, units)) is not None
            and _may_see(actor, row)
        ]
        yield from _records(actor, institution, rows)


def _as_it_was(row: Element, snapshot: Mapping[str, Any], units: Mapping[int, Unit]) -> Element | None:
    unit = units.get(snapshot.get("unit") or 0)
    if unit is None:
        return None
    row.unit = unit
    for name in ("domain", "kind", "code", "name", "attributes", "classification", "valid_from", "valid_to"):
        setattr(row, name, snapshot.get(name))
    row.attributes = row.attributes or {}
    return row


def _may_see(actor: Actor, row: Element) -> bool:
    """Whether the actor may see a row with these values: asked in the same words as of the register."""
    return row.classification != "restricted" or actor.may(RESTRICTED, row.institution, row.unit)


def _released_relations(institution: Institution, release: Release) -> Iterator[RelationRecord]:
    for items in _released(release, "relation"):
        shots = [(item.target_uid, item.revision.snapshot) for item in items]
        ends = {shot[end] for _uid, shot in shots for end in ("source", "target")}
        uids = dict(Element.objects.filter(institution=institution, pk__in=ends).values_list("pk", "uid"))
        for uid, shot in shots:
            if shot["source"] in uids and shot["target"] in uids:
                yield RelationRecord(
                    uid, shot["type"], uids[shot["source"]], uids[shot["target"]], shot.get("attributes") or {},
                    shot.get("valid_from"), shot.get("valid_to"),
                )  # fmt: skip


# -- records → the words of the format ---------------------------------------------------------------------------------


class _Out:
    """Turns records into elements and relations of the format; remembers what went out, because relations need it."""

    def __init__(self, institution: Institution) -> None:
        self.pack: Archimate = packs.archimate()
        self._model: Metamodel = metamodel.of(institution)
        self._institution = institution
        self._domains = {domain.key: domain for domain in self._model.all_domains}
        self._went: dict[UUID, tuple[str, str]] = {}

    def head(self, release: Release | None) -> Head:
        place = self._institution
        name = f"Arsitektur SPBE {place.name}"
        text = ""
        if release is not None:
            name = f"{name}: {release.name}"
            text = " ".join(
                filter(None, [release.decree_number, str(release.decree_date or ""), release.note])
            )
        views = {domain.label.id: domain.label.id for domain in self._domains.values()}
        return Head(f"{RESERVED}model-{place.pk}", name, text, views)

    def things(self, records: Iterable[ElementRecord]) -> Iterator[Thing]:
        for part in chunks_of(records):
            ids = identity.identifiers(self._institution, "element", [one.uid for one in part])
            for one in part:
                thing = self._thing(one, ids[one.uid])
                self._went[one.uid] = (thing.id, thing.type)
                yield thing

    def _thing(self, one: ElementRecord, identifier: str) -> Thing:
        kind, specialization = self._type(one)
        domain = self._domains.get(one.domain)
        named = words.labels(domain) if domain else {}
        rest = unfolded(words.value_text(one.attributes.get(words.REST_KEY)))
        said = [Property(SPECIALIZATION, specialization)] if specialization else []
        said += [Property(named.get("id", "ID"), one.code), Property(named.get("opd", "OPD"), one.unit)]
        said += [Property(words.UNIT_CODE, one.unit_code)]
        for key, value in self._in_order(one, named):
            if key not in ("uraian", words.REST_KEY, words.TYPE_KEY) and (text := words.value_text(value)):
                said.append(Property(named.get(key, key), text))
        said += [Property(words.CLASSIFICATION, one.classification), *_period(one)]
        said += [found for found in rest if not (specialization and found.name == SPECIALIZATION)]
        return Thing(
            identifier,
            kind,
            one.name,
            words.value_text(one.attributes.get("uraian")),
            tuple(said),
            self._folder(one, kind),
        )

    def _type(self, one: ElementRecord) -> tuple[str, str]:
        """Type and specialization. The type that a file brought is kept where it still means the same."""
        form = self.pack.element(one.domain, one.kind)
        original = str(one.attributes.get(words.TYPE_KEY) or "")
        specialization = form.specialization
        if one.kind and form.domain == one.domain and form.kind != one.kind and form.specialization:
            specialization = self._own_kind(one) or specialization
        if form is self.pack.outside:
            return (original if original in self.pack.types else form.type), ""
        meant = self.pack.read_element(original, specialization) if original in self.pack.types else None
        return (original if meant is form else form.type), specialization

    def _own_kind(self, one: ElementRecord) -> str:
        """The label of a kind that the institution added."""
        try:
            return self._domains[one.domain].kind(one.kind).label.id
        except KeyError:
            return ""

    def _in_order(self, one: ElementRecord, named: Mapping[str, str]) -> list[tuple[str, Any]]:
        order = {key: at for at, key in enumerate(named)}
        return sorted(one.attributes.items(), key=lambda pair: (order.get(pair[0], len(order)), pair[0]))

    def _folder(self, one: ElementRecord, kind: str) -> tuple[str, ...]:
        """The folder of the type, as the Archi tool has it; in it the domain; in that the reference code."""
        domain = self._domains.get(one.domain)
        label = domain.label.id if domain else one.domain
        code = str(one.attributes.get(words.main_reference(domain)) or "") if domain else ""
        return tuple(part for part in (self.pack.types.get(kind, "Other"), label, code) if part)

    def links(self, records: Iterable[RelationRecord]) -> Iterator[Link]:
        for part in chunks_of(records):
            shown = [one for one in part if one.source in self._went and one.target in self._went]
            ids = identity.identifiers(self._institution, "relation", [one.uid for one in shown])
            for one in shown:
                yield self._link(one, ids[one.uid])

    def _link(self, one: RelationRecord, identifier: str) -> Link:
        (source, source_type), (target, target_type) = self._went[one.source], self._went[one.target]
        rest = {
            name: value
            for name, value in unfolded(words.value_text(one.attributes.get(words.REST_KEY)))
            if name in _OWN_PLACES
        }
        form, said = self._form(one, source_type, target_type)
        if form.reversed:
            source, target = target, source
        access = rest.get("accessType", "")
        told = str(one.attributes.get(self.pack.access_attribute) or "")
        return Link(
            identifier,
            form.type,
            source,
            target,
            self._name(one),
            rest.get("documentation", ""),
            self.pack.access_values.get(told) or access or form.access or self._any_access(one),
            rest.get("modifier", ""),
            rest.get("isDirected") == "true",
            (*said, *self._attributes(one, form), *_period(one)),
        )

    def _any_access(self, one: RelationRecord) -> str:
        """Said aloud for our own relations, because readers take silence for writing."""
        return "" if one.type == self.pack.outside_relation else "Access"

    def _form(self, one: RelationRecord, source: str, target: str) -> tuple[Form, list[Property]]:
        if one.type != self.pack.outside_relation:
            return self.pack.form(one.type, source, target), [Property(words.RELATION, one.type)]
        original = str(one.attributes.get(words.TYPE_KEY) or "")
        if original in self.pack.relation_types and self.pack.allows(source, original, target):
            return Form(original), []
        return Form(ASSOCIATION), [Property(words.ORIGINAL, original)] if original else []

    def _name(self, one: RelationRecord) -> str:
        if one.type == self.pack.outside_relation:
            return str(one.attributes.get(words.NAME_KEY) or "")
        if one.attributes.get(words.NAME_KEY):
            return str(one.attributes[words.NAME_KEY])
        if one.attributes.get("data"):
            return words.value_text(one.attributes["data"])
        try:
            return self._model.relation(one.type).forward.id
        except KeyError:
            return one.type

    def _attributes(self, one: RelationRecord, form: Form) -> Iterator[Property]:
        left = {words.TYPE_KEY, words.NAME_KEY}
        access = self.pack.access_attribute
        if form.type == "Access" and one.attributes.get(access) in self.pack.access_values:
            left.add(access)
        try:
            named = {c.key: c.label.id for c in self._model.relation(one.type).columns}
        except KeyError:
            named = {}
        for key, value in sorted(one.attributes.items()):
            text = words.value_text(value)
            if key == words.REST_KEY:
                yield from (found for found in unfolded(text) if found.name not in _OWN_PLACES)
            elif text and key not in left:
                yield Property(named.get(key, key), text)


_OWN_PLACES = frozenset({"documentation", "accessType", "modifier", "isDirected"})
"""What a relation says in places of its own rather than in properties."""


def _period(one: ElementRecord | RelationRecord) -> Iterator[Property]:
    for name, value in ((words.SINCE, one.valid_from), (words.UNTIL, one.valid_to)):
        if value:
            yield Property(name, value if isinstance(value, str) else value.isoformat())


def chunks_of(records: Iterable[Any]) -> Iterator[list[Any]]:
    """Records in lists of a bounded size."""
    part: list[Any] = []
    for one in records:
        part.append(one)
        if len(part) >= CHUNK:
            yield part
            part = []
    if part:
        yield part
