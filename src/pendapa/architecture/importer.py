"""Spreadsheet rows → elements and their relations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pendapa.architecture import coding, linking, metamodel
from pendapa.architecture.columns import KIND_COLUMN, kind_for, mixed_kind
from pendapa.architecture.models import Element, Relation
from pendapa.architecture.permissions import EDIT
from pendapa.architecture.queries import visible
from pendapa.architecture.rules.keys import name_key
from pendapa.architecture.rules.metamodel import only_kind, relation_columns
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.actions import Conflict, Writes
from pendapa.kernel.overlays import trees
from pendapa.kernel.tables.cells import Lookups
from pendapa.kernel.tables.columns import Kind
from pendapa.kernel.tables.messages import _, say
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tables.names import UnitRef
from pendapa.kernel.tables.ports import Change, Draft, Importer, reference_lists_by, register
from pendapa.kernel.tables.references import ReferenceIndex
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.organisation.importer import kept_promises, promised_units
from pendapa.organisation.queries import unit_index
from pendapa.regulations import packs
from pendapa.regulations.metamodel import Column

ORDER = (
    "processes",
    "services",
    "data",
    "infrastructure",
    "security",
    "applications",
    "strategy",
    "outside",
)
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
        self._brought: dict[str, set[str]] = {}
        self._next = coding.Codes(institution)
        self._headers: Mapping[str, str] = {}

    # -- judging ------------------------------------------------------------------------------------------------------

    def interpret(self, draft: Draft, headers: Mapping[str, str]) -> None:
        self._headers = headers
        domain = self._domain_of(draft)
        unit = self._units.get(draft.unit) if draft.unit else None
        if unit is not None and not self._scope.covers(unit):
            draft.fault(
                headers["unit"],
                unit.name,
                say(_("You may write for your own unit only, not for %(unit)s."), unit=unit.name),
            )
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
        for draft in drafts:
            domain = self._domain or draft.values["domain"]
            found = by_code.get((domain, draft.code)) if draft.code else None
            found = found or self._by_name(draft, domain, by_name)
            if found is None:
                draft.verdict = "new"
                waiting = Element(
                    institution=self._institution, unit=self._units[draft.unit or 0], domain=domain
                )
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
        said = links.read()
        self._doubt_what_names_nothing(said, of_element)
        loose = linking.loose(said)
        # What a cell named may have come into the register since: then the row changes by its relations alone.
        linked = {id(link.element) for link in linking.missing(said)}
        for draft, found in known:
            domain = self._domain or draft.values["domain"]
            changed = id(found) in linked or self._changes(found, draft.data, domain, loose[id(found)])
            draft.verdict = "changed" if changed else "same"

    def _doubt_what_names_nothing(
        self, said: Sequence[linking.Said], of_element: Mapping[int, tuple[Draft, Element]]
    ) -> None:
        """Tell texts that name no element, unless another sheet of the same file is about to bring it."""
        for one in said:
            if one.other is not None:
                continue
            domain = one.column.links_to.partition(".")[0]
            if domain not in self._brought:
                rows = self._batch.rows.filter(
                    verdict__in=["new", "changed"], name_key__startswith=f"{domain}:"
                )
                keys = rows.values_list("code_key", "name_key")
                self._brought[domain] = {
                    part for c, n in keys for part in (c.partition(":")[2], n.split(":", 2)[2])
                }
            if not {one.text.casefold(), name_key(one.text)} & self._brought[domain]:
                draft, _element = of_element[id(one.element)]
                told = say(
                    _("%(value)s names nothing in the register yet; it is kept as written."), value=one.text
                )
                draft.doubt(self._headers.get(one.column.key, ""), one.text, told)

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
        attributes, kind = self._attributes(data["values"], domain)
        before = {key: linking.texts_of(element.attributes.get(key)) for key in loose}
        unit = self._units[data["unit"]]
        pairs = [
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
        return [Change(column, before, after) for column, before, after in pairs if before != after]

    def changes(self, rows: Sequence[StagedRow]) -> dict[int, list[Change]]:
        """Of elements that the actor may change; of others nothing is told."""
        own = visible(self._actor, self._institution).filter(self._scope.filter("unit__"))
        present = own.select_related("unit").in_bulk([row.target for row in rows if row.target])
        known = [row for row in rows if row.target in present and row.data["unit"] in self._units]
        links = linking.Links(self._actor, self._institution)
        for row in known:
            links.note(present[row.target], row.data["values"])
        said = links.read()
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

    def _attributes(self, values: Mapping[str, Any], domain: str) -> tuple[dict[str, Any], str]:
        """Attributes as they are kept, and the kind. What a kind list does not know stays an attribute as written."""
        kept = {key: value for key, value in values.items() if key != "domain" or self._domain}
        kinds = {k.key for k in self._model.domain(domain).kinds}
        kind = only_kind(self._model, domain)
        if not kind and kept.get(KIND_COLUMN) in kinds:
            kind = kept.pop(KIND_COLUMN)
        return kept, kind

    # -- writing ------------------------------------------------------------------------------------------------------

    def save(self, rows: Iterator[list[StagedRow]]) -> Iterator[Writes]:
        links, said, held = linking.Links(self._actor, self._institution), [], []
        # The sheet of units was saved before this one: what it promised has a place of its own now.
        self._units |= kept_promises(self._batch)
        coming = self._coming()
        for chunk in rows:
            writes = Writes()
            present = Element.objects.select_related("unit").in_bulk([r.target for r in chunk if r.target])
            for row in chunk:
                element = self._element(row, present)
                (writes.change if row.target else writes.add).append(element)
                links.note(element, row.data["values"])
            read = links.read()
            later = [one for one in read if one.other is None and self._is_coming(one, coming)]
            _keep_loose(read, later)
            held += later
            said += [one for one in read if one.other is not None]
            yield writes
        for one in held:
            links.note(one.element, {one.column.key: one.text})
        again = links.read()
        said += [one for one in again if one.other is not None]
        relations: list[Relation] = linking.new_relations(said)
        if relations:
            yield Writes(add=list(relations))
        back = _put_back(again)
        if back:
            yield Writes(change=list(back))

    def _coming(self) -> set[str]:
        """Codes and names of the rows to be saved, where elements of this sheet may name one another."""
        if not any(column.links_to.partition(".")[0] == self._domain for column in self._relation_columns()):
            return set()
        rows = self._batch.rows.filter(verdict__in=["new", "changed"])
        rows = rows.filter(name_key__startswith=f"{self._domain}:")
        found: set[str] = set()
        for code, name in rows.values_list("code_key", "name_key").iterator():
            found |= {code.partition(":")[2], name.split(":", 2)[2]}
        return found - {""}

    def _relation_columns(self) -> tuple[Column, ...]:
        return relation_columns(self._model, self._domain) if self._domain else ()

    def _is_coming(self, said: linking.Said, coming: set[str]) -> bool:
        """Whether a text may name a row of the same sheet: that is settled when all of it is written."""
        inside = said.column.links_to.partition(".")[0] == self._domain
        return inside and (said.text.casefold() in coming or name_key(said.text) in coming)

    def _element(self, row: StagedRow, present: Mapping[int, Element]) -> Element:
        data = row.data
        domain = self._domain or data["values"]["domain"]
        attributes, kind = self._attributes(data["values"], domain)
        if row.target:
            element = present.get(row.target)
            if element is None or element.deleted_at or element.version != row.target_version:
                raise Conflict([data["name"]])
            element.attributes = element.attributes | attributes
            element.code = data["code"] or element.code
        else:
            element = Element(institution=self._institution, domain=domain, attributes=attributes)
            element.code = data["code"] or self._next.code(domain, attributes, self._units[data["unit"]])
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
