"""Spreadsheet rows → elements and their relations."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pendapa.architecture import coding, linking, metamodel
from pendapa.architecture.columns import CLASSIFICATION, FROM, KIND_COLUMN, TO, kind_for, mixed_kind
from pendapa.architecture.import_coming import Coming, kind_told
from pendapa.architecture.import_links import unmade, with_known
from pendapa.architecture.models import Element, Relation
from pendapa.architecture.permissions import EDIT
from pendapa.architecture.queries import readable, visible
from pendapa.architecture.rules.keys import name_key
from pendapa.architecture.rules.metamodel import only_kind
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.actions import Conflict, Writes, chunks
from pendapa.kernel.overlays import trees
from pendapa.kernel.tables.cells import Lookups, parse
from pendapa.kernel.tables.cleaning import clean
from pendapa.kernel.tables.columns import Column as TableColumn
from pendapa.kernel.tables.columns import Kind
from pendapa.kernel.tables.escape import escape
from pendapa.kernel.tables.messages import _, say
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tables.names import UnitRef
from pendapa.kernel.tables.periods import laid
from pendapa.kernel.tables.ports import Change, Draft, Importer, reference_lists_by, register
from pendapa.kernel.tables.references import ReferenceIndex
from pendapa.kernel.tables.writing import text_of
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.organisation.importer import kept_promises, promised_units
from pendapa.organisation.queries import unit_index
from pendapa.regulations import packs

HELD = 2000
ORDER = ("processes", "services", "data", "infrastructure", "security", "applications", "strategy", "outside")
"""What others point at is saved first."""


class ElementSession:
    """One sheet of elements of ``domain`` (or of several, told per row) being imported."""

    def __init__(self, actor: Actor, batch: ImportBatch, domain: str = "") -> None:
        institution, unit = batch.institution, batch.unit
        self._actor = actor
        self._batch = batch
        self._institution = institution
        self._domain = domain
        self._model = metamodel.of(institution)
        self._scope = actor.scope(EDIT, institution)
        self._units = {u.pk: u for u in Unit.objects.filter(institution=institution, deleted_at=None)}
        promised = promised_units(batch)
        self._units |= {u.pk: u for u in promised}
        self._domains = {d.key for d in self._model.domains}
        self.default_unit = UnitRef(unit.pk, unit.name) if unit else None
        references = trees.references_now()
        self.lookups = Lookups(
            references={tree: ReferenceIndex(tree, references.entries(tree)) for tree in references.trees},
            units=unit_index(institution, promised),
        )
        self._taken: set[int] = set()
        self._coming = Coming.of(batch)
        self._held: list[linking.Said] = []
        self.unsettled = array("I")  # rows with texts that a row further down may bear
        self._next = coding.Codes(institution)
        self._headers: Mapping[str, str] = {}

    # -- judging ------------------------------------------------------------------------------------------------------

    def interpret(self, draft: Draft, headers: Mapping[str, str]) -> None:
        self._headers = headers
        domain = self._domain_of(draft)
        unit = self._units.get(draft.unit) if draft.unit else None
        if draft.code:
            draft.code_key = f"{domain}:{draft.code.casefold()}"[:80]
        if draft.name and unit is not None:
            draft.name_key = f"{domain}:{unit.pk}:{name_key(draft.name)}"

    def _domain_of(self, draft: Draft) -> str:
        if self._domain:
            return self._domain
        domain = draft.values.get("domain", "")
        if domain not in self._domains and not any(e["column"] == "Domain" for e in draft.errors):
            names = ", ".join(d.label.id for d in self._model.domains)
            draft.fault(
                "Domain",
                str(domain or ""),
                say(_("The row must say its domain: %(domains)s."), domains=names),
            )
        return str(domain)

    def match(self, drafts: Sequence[Draft]) -> None:
        by_code, by_name = self._existing(drafts)
        links = linking.Links(self._actor, self._institution)
        known: list[tuple[Draft, Element]] = []
        of_element: dict[int, tuple[Draft, Element]] = {}
        others: list[tuple[Draft, Element | None]] = []
        for draft in drafts:
            domain, unit = self._domain or draft.values["domain"], self._units[draft.unit or 0]
            found = by_code.get((domain, draft.code)) if draft.code else None
            if not self._scope.covers(unit):
                others.append((draft, found or by_name.get((domain, draft.unit, name_key(draft.name)))))
                continue
            found = found or self._by_name(draft, domain, by_name)
            if found is None:
                draft.verdict = "new"
                waiting = Element(institution=self._institution, unit=unit, domain=domain)
                waiting.kind = self._attributes(draft.values, domain)[1]
                of_element[id(waiting)] = (draft, waiting)
                links.note(waiting, draft.values)
            elif not self._scope.covers(found.unit):
                taken = say(_("The code %(code)s is in use by another unit."), code=draft.code)
                draft.fault(self._headers["code"], draft.code, taken)
                draft.verdict = "faulty"
            else:
                self._taken.add(found.pk)
                draft.target, draft.target_version = found.pk, found.version
                known.append((draft, found))
                of_element[id(found)] = (draft, found)
                links.note(found, draft.values)
        said = self._read(links)
        coming = self._look_further(said, of_element)
        loose = linking.loose(said)
        # What a cell named may have come into the register since: then the row changes by its relations alone.
        linked = {id(link.element) for link in linking.missing(said)} | coming
        for draft, found in known:
            domain = self._domain or draft.values["domain"]
            changed = id(found) in linked or self._changes(found, draft.data, domain, loose[id(found)])
            draft.verdict = "changed" if changed else "same"
        self._match_others(others)

    def _match_others(self, pairs: Sequence[tuple[Draft, Element | None]]) -> None:
        """Rows of units that are not the actor's: those that say what the actor sees there anyway are passed over.

        All others are refused alike, whether what they name is hidden, or another's, or not there.
        """
        there = {found.pk: found for _draft, found in pairs if found is not None}
        seen: set[int] = set()
        for some in chunks(sorted(there), 500):
            seen |= set(
                visible(self._actor, self._institution).filter(pk__in=some).values_list("pk", flat=True)
            )
        shown = [one for one in there.values() if one.pk in seen and not self._scope.covers(one.unit)]
        # What is compared is what the actor may read: nothing can be found out by guessing.
        attributes = readable(self._actor, self._institution, shown)
        for one in shown:
            one.attributes = attributes[one.pk]
        links = linking.Links(self._actor, self._institution)
        for draft, found in pairs:
            if found is not None and found.pk in attributes:
                links.note(found, draft.values)
        said = self._read(links)
        loose = linking.loose(unmade(said, linking.missing(said)))
        for draft, found in pairs:
            domain = self._domain or draft.values["domain"]
            if (
                found is not None
                and found.pk in attributes
                and found.pk not in self._taken
                and not self._changes(found, draft.data, domain, loose[id(found)])
            ):
                self._taken.add(found.pk)
                draft.target, draft.target_version, draft.verdict = found.pk, found.version, "same"
                continue
            unit = self._units[draft.unit or 0].name
            told = say(_("You may write for your own unit only, not for %(unit)s."), unit=unit)
            draft.fault(self._headers["unit"], unit, told)
            draft.verdict = "faulty"

    def _read(self, links: linking.Links) -> list[linking.Said]:
        """What cells said, those settled that name what is linked already."""
        return with_known(self._actor, self._institution, links.read())

    def _look_further(
        self, said: Sequence[linking.Said], of_element: Mapping[int, tuple[Draft, Element]]
    ) -> set[int]:
        """Texts that name no element: those that another row of the file bears make their row one that changes (given by
        ``id()`` of the element); what might yet come is looked at again when all of the file is read; others are told."""
        coming, waiting = set(), set()
        for one in said:
            domain = one.column.links_to.partition(".")[0]
            if one.other is not None or not one.text:
                continue
            draft, element = of_element[id(one.element)]
            if self._coming.brings(domain, one.text):
                coming.add(id(element))
            elif self._coming.may_bring(domain):
                waiting.add(draft.row)
            else:
                told = say(
                    _("%(value)s names nothing in the register yet; it is kept as written."), value=one.text
                )
                draft.doubt(self._headers.get(one.column.key, ""), one.text, told)
        self.unsettled.extend(sorted(waiting))
        return coming

    def _by_name(self, draft: Draft, domain: str, by_name: Mapping[Any, Element]) -> Element | None:
        """The element of that name in the unit; a row with a code of its own takes only one whose code we made."""
        found = by_name.get((domain, draft.unit, name_key(draft.name)))
        if found is None or found.pk in self._taken:
            return None
        if draft.code and not coding.is_made_code(domain, found.code, self._institution):
            same = say(_("The same name stands in this unit with the code %(code)s."), code=found.code)
            draft.doubt(self._headers["name"], draft.name, same)
            return None
        return found

    def _existing(self, drafts: Sequence[Draft]) -> tuple[dict[Any, Element], dict[Any, Element]]:
        """Two queries a chunk: what has these codes, what has these names in these units."""
        live = Element.objects.filter(institution=self._institution, deleted_at=None).select_related("unit")
        if self._domain:
            live = live.filter(domain=self._domain)
        codes = {d.code for d in drafts if d.code}
        names = {name_key(d.name) for d in drafts}
        by_code = {(e.domain, e.code): e for e in live.filter(code__in=codes)} if codes else {}
        by_name: dict[Any, Element] = {}
        for element in live.filter(name_key__in=names).order_by("-pk"):
            by_name[element.domain, element.unit_id, element.name_key] = element
        return by_code, by_name

    def _changes(
        self, element: Element, data: Mapping[str, Any], domain: str, loose: Mapping[str, list[str]]
    ) -> list[Change]:
        """What would be written over: an empty cell changes nothing.

        Of the columns that name other elements only the texts that name nothing are kept: they are compared with ``loose``.
        """
        kind_of_table = kind_for(self._model, domain)
        attributes, kind = self._attributes(data["values"], domain, element.attributes)
        before = {key: linking.texts_of(element.attributes.get(key)) for key in loose}
        unit = self._units[data["unit"]]
        pairs: list[tuple[str, Any, Any]] = [
            (kind_of_table.name_column, element.name, data["name"]),
            (kind_of_table.code_column or "", element.code, data["code"] or element.code),
            (
                kind_of_table.unit_column or "",
                element.unit.name,
                unit.name if unit.pk != element.unit_id else element.unit.name,
            ),
            (KIND_COLUMN, element.kind, kind or element.kind),
            *(
                (key, element.attributes.get(key), value)
                for key, value in attributes.items()
                if key not in loose
            ),
            *(
                (key, before[key], texts)
                for key, texts in loose.items()
                if sorted(before[key]) != sorted(texts)
            ),
        ]
        known = kind_of_table.by_name
        fields = self._fields(data["values"])
        pairs += [(name, self._field(element, name), value) for name, value in fields.items()]
        return [
            Change(column, before, after)
            for column, before, after in pairs
            if before != after and not self._reads_as(known.get(column), before, after)
        ]

    def _reads_as(self, column: TableColumn | None, before: Any, after: Any) -> bool:
        """Whether what is stored, written into a cell and read again, is what the cell says: then nothing changes."""
        if column is None or before in (None, "", []):
            return False
        text = clean(escape(text_of(before)))[0]
        if column.type in ("text", "code", "unit") or column.name in ("nama", "id", "opd"):
            return " ".join(text.split()) == " ".join(str(after).split())
        return parse(column, text, self.lookups).value == after

    @staticmethod
    def _fields(values: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of every element that stand beside its attributes; what cannot be read is passed over."""
        found: dict[str, Any] = {}
        if values.get(CLASSIFICATION) in dict(Element.CLASSIFICATIONS):
            found[CLASSIFICATION] = values[CLASSIFICATION]
        for name in (FROM, TO):
            try:
                found[name] = date.fromisoformat(str(values[name]))
            except (KeyError, ValueError):
                continue
        return found

    @staticmethod
    def _field(element: Element, name: str) -> Any:
        return {
            CLASSIFICATION: element.classification,
            FROM: element.valid_from,
            TO: element.valid_to,
        }[name]

    def changes(self, rows: Sequence[StagedRow]) -> dict[int, list[Change]]:
        """Of elements that the actor may change; of others nothing is told."""
        own = visible(self._actor, self._institution).filter(self._scope.filter("unit__"))
        present = own.select_related("unit").in_bulk([row.target for row in rows if row.target])
        known = [row for row in rows if row.target in present and row.data["unit"] in self._units]
        links = linking.Links(self._actor, self._institution)
        for row in known:
            links.note(present[row.target], row.data["values"])
        said = self._read(links)
        loose, fresh = linking.loose(said), defaultdict[int, dict[str, list[str]]](dict)
        for link in linking.missing(said):
            fresh[id(link.element)].setdefault(link.column.key, []).append(link.text)
        found = {}
        for row in known:
            element = present[row.target]
            left, more = loose[id(element)], fresh[id(element)]
            domain = self._domain or row.data["values"]["domain"]
            plain = [one for one in self._changes(element, row.data, domain, left) if one.column not in more]
            found[row.pk] = plain + [
                Change(key, element.attributes.get(key), [*texts, *left[key]]) for key, texts in more.items()
            ]
        return found

    def _attributes(
        self, values: Mapping[str, Any], domain: str, there: Mapping[str, Any] | None = None
    ) -> tuple[dict[str, Any], str]:
        """Attributes as they are kept, and the kind. What a kind list does not know stays an attribute as written; quarters that
        stand over headings of their own are laid over those that are ``there``."""
        beside = (CLASSIFICATION, FROM, TO) if self._domain else (CLASSIFICATION, FROM, TO, "domain")
        known = there or {}
        kept = {key: laid(known.get(key), value) for key, value in values.items() if key not in beside}
        kind = kind_told(self._model, domain, kept)
        if kind and not only_kind(self._model, domain):
            del kept[KIND_COLUMN]
        return kept, kind

    # -- writing ------------------------------------------------------------------------------------------------------

    def save(self, rows: Iterator[list[StagedRow]]) -> Iterator[Writes]:
        links = linking.Links(self._actor, self._institution)
        # The sheet of units was saved before this one: what it promised has a place of its own now.
        self._units |= kept_promises(self._batch)
        for chunk in rows:
            writes = Writes()
            present = Element.objects.select_related("unit").in_bulk([r.target for r in chunk if r.target])
            for row in chunk:
                element = self._element(row, present)
                (writes.change if row.target else writes.add).append(element)
                links.note(element, row.data["values"])
            read = self._read(links)
            later = [one for one in read if one.other is None and self._is_coming(one)]
            _keep_loose(read, later)
            self._held += later
            yield writes
            relations: list[Relation] = linking.new_relations(one for one in read if one.other is not None)
            if relations:
                yield Writes(add=list(relations))

    def finish(self) -> Iterator[Writes]:
        """When every sheet is written: link what named a row that came later, give back what hoped in vain."""
        links, held = linking.Links(self._actor, self._institution), self._held
        self._held = []
        for some in chunks(held, HELD):
            for one in some:
                links.note(one.element, {one.column.key: one.text})
            read = self._read(links)
            relations: list[Relation] = linking.new_relations(one for one in read if one.other is not None)
            if relations:
                yield Writes(add=list(relations))
            back = _put_back(read)
            if back:
                yield Writes(change=list(back))

    def _is_coming(self, said: linking.Said) -> bool:
        """Whether a text may name a row of this file: that is settled when all of it is written."""
        return self._coming.brings(said.column.links_to.partition(".")[0], said.text)

    def _element(self, row: StagedRow, present: Mapping[int, Element]) -> Element:
        data = row.data
        domain = self._domain or data["values"]["domain"]
        element = present.get(row.target) if row.target else None
        attributes, kind = self._attributes(data["values"], domain, element.attributes if element else None)
        if row.target:
            if element is None or element.deleted_at or element.version != row.target_version:
                raise Conflict([data["name"]])
            element.attributes = element.attributes | attributes
            element.code = data["code"] or element.code
        else:
            element = Element(institution=self._institution, domain=domain, attributes=attributes)
            element.code = data["code"] or self._next.code(domain, attributes, self._units[data["unit"]])
        fields = self._fields(data["values"])
        element.classification = fields.get(CLASSIFICATION, element.classification)
        element.valid_from = fields.get(FROM, element.valid_from)
        element.valid_to = fields.get(TO, element.valid_to)
        element.institution = self._institution  # whose metamodel it is then needs no query
        element.kind = kind or element.kind
        element.name, element.unit = data["name"], self._units[data["unit"]]
        element.derive()
        return element


def _keep_loose(said: Sequence[linking.Said], later: Sequence[linking.Said]) -> None:
    """Leave in the attributes of the elements only the texts that name nothing, but not those settled later."""
    elements, waiting = {id(one.element): one.element for one in said}, {id(one) for one in later}
    for one, columns in linking.loose(one for one in said if id(one) not in waiting).items():
        elements[one].attributes = {k: v for k, v in elements[one].attributes.items() if k not in columns}
        elements[one].attributes |= {key: texts for key, texts in columns.items() if texts}
    for link in later:
        texts = linking.texts_of(link.element.attributes.get(link.column.key))
        left = [text for text in texts if text != link.text]
        link.element.attributes |= {link.column.key: left}
        if not left:
            del link.element.attributes[link.column.key]


def _put_back(said: Sequence[linking.Said]) -> list[Element]:
    """Elements that get back the texts of which one hoped in vain that a row of the sheet bears them."""
    changed: dict[int, Element] = {}
    for one in said:
        if one.other is None:
            changed[one.element.pk] = one.element
            texts = linking.texts_of(one.element.attributes.get(one.column.key))
            one.element.attributes = one.element.attributes | {one.column.key: [*texts, one.text]}
    return list(changed.values())


def _session(domain: str) -> Callable[[Actor, ImportBatch], ElementSession]:
    return lambda actor, batch: ElementSession(actor, batch, domain)


def _own_kind(domain: str) -> Callable[[Institution], Kind]:
    def own_kind(institution: Institution) -> Kind:
        model = metamodel.of(institution)
        return kind_for(model, domain) if domain else mixed_kind(model)

    return own_kind


def offer() -> None:
    """Register the six tables and the mixed one with the import, each as the institution's metamodel has it."""
    pack = packs.metamodel()
    for order, domain in enumerate(ORDER, start=10):
        register(
            Importer(
                kind_for(pack, domain),
                order,
                EDIT,
                _session(domain),
                "architecture:list",
                f"?domain={domain}",
                _own_kind(domain),
            )
        )
    register(
        Importer(
            mixed_kind(pack),
            30,
            EDIT,
            _session(""),
            "architecture:list",
            own_kind=_own_kind(""),
        )
    )


@reference_lists_by
def _reference_lists(institution: Institution | None) -> dict[str, list[str]]:
    """The national references as cells name them: "RAB.06 Kesehatan"; those without a code by their name."""
    known = trees.references_now()
    return {tree: [entry.label for entry in known.entries(tree)] for tree in known.trees}
