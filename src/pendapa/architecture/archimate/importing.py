"""Staged rows of an exchange file → elements that keep the identifiers they came with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from pendapa.architecture import metamodel
from pendapa.architecture.archimate import identity, sheets, words
from pendapa.architecture.archimate.reading import read
from pendapa.architecture.archimate.records import Property, clean, folded, unfolded
from pendapa.architecture.archimate.relations import RelationSession
from pendapa.architecture.importer import ElementSession
from pendapa.architecture.models import Element
from pendapa.architecture.permissions import EDIT
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.actions import Writes
from pendapa.kernel.tables import cells
from pendapa.kernel.tables.headers import Recognised
from pendapa.kernel.tables.messages import _, say
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tables.ports import Change, Draft, Foreign, Importer, read_foreign, register
from pendapa.kernel.tenancy.models import Institution
from pendapa.organisation.queries import unit_index
from pendapa.regulations import packs

_OWN_PLACES = (sheets.ID, sheets.CLASSIFICATION, sheets.SINCE, sheets.UNTIL)


class ArchimateSession(ElementSession):
    """One domain of a model being imported. Rows are known by their identifier before their code or name."""

    def __init__(self, actor: Actor, batch: ImportBatch, domain: str) -> None:
        super().__init__(actor, batch, domain)
        self._kind = sheets.element_kind(self._model, domain)
        self._uids: dict[str, Any] = {}

    def interpret(self, draft: Draft, headers: Mapping[str, str]) -> None:
        before = len(draft.errors)
        super().interpret(draft, headers)
        identifier = draft.values.get(sheets.ID, "")
        if not draft.code_key and identifier:
            draft.code_key = f"{self._domain}:~{identifier}"[:80]
        if len(draft.errors) > before and identifier:
            # Of another unit: sound all the same where nothing of it would change, which `match` finds out.
            known = identity.find(self._actor, self._institution, "element", [identifier])
            if identifier in known:
                del draft.errors[before:]

    def match(self, drafts: Sequence[Draft]) -> None:
        identifiers = [draft.values.get(sheets.ID, "") for draft in drafts]
        known = identity.find(self._actor, self._institution, "element", identifiers)
        waiting = []
        for draft in drafts:
            element = known.get(draft.values.get(sheets.ID, ""))
            if element is None:
                waiting.append(draft)
            elif element.domain != self._domain:
                self._other_domain(draft, element)
            else:
                self._restore(draft, element)
                if self._scope.covers(element.unit):
                    waiting.append(draft)
                else:
                    self._of_another_unit(draft, element)
        super().match(waiting)

    def _other_domain(self, draft: Draft, element: Element) -> None:
        label = self._model.domain(element.domain).label.id
        told = _("In the register this is of the domain %(domain)s; that does not change by an import.")
        draft.fault(self._headers.get(sheets.ID, ""), draft.name, say(told, domain=label))
        draft.verdict = "faulty"

    def _of_another_unit(self, draft: Draft, element: Element) -> None:
        draft.target, draft.target_version = element.pk, element.version
        if not self._changes(element, draft.data, self._domain, {}):
            draft.verdict = "same"
            return
        told = _("You may write for your own unit only, not for %(unit)s.")
        draft.fault(self._headers["unit"], element.unit.name, say(told, unit=element.unit.name))
        draft.verdict = "faulty"

    def _restore(self, draft: Draft, element: Element) -> None:
        """Where a cell says what the register holds, as far as a file can hold it, take what the register holds."""
        if draft.code and draft.code != element.code:
            told = _("The code in the register is %(code)s and stays.")
            draft.doubt(self._headers["code"], draft.code, say(told, code=element.code))
        draft.code = element.code
        if " ".join(clean(element.name).split()) == draft.name:
            draft.name = element.name
        for_want_of_one = draft.values.get(words.TYPE_KEY) == packs.archimate().outside.type
        if for_want_of_one and words.TYPE_KEY not in element.attributes:
            del draft.values[words.TYPE_KEY]
        self._known_already(draft, element)
        for key, value in draft.values.items():
            stored = element.attributes.get(key)
            if stored in (None, value):
                continue
            column = self._kind.by_name[key]
            limit = self._kind.limit_of(column)
            if cells.parse(column, words.value_text(stored), self.lookups, limit=limit).value == value:
                draft.values[key] = stored

    def _known_already(self, draft: Draft, element: Element) -> None:
        """Attributes that no column knows went out under their keys; they are no properties of somebody else."""
        said = draft.values.get(words.REST_KEY)
        if not said:
            return
        rest = folded(
            Property(name, value)
            for name, value in unfolded(str(said))
            if name in self._kind.by_name or words.value_text(element.attributes.get(name)) != value
        )
        if rest:
            draft.values[words.REST_KEY] = rest
        else:
            del draft.values[words.REST_KEY]

    def _attributes(
        self, values: Mapping[str, Any], domain: str, there: Mapping[str, Any] | None = None
    ) -> tuple[dict[str, Any], str]:
        kept = {key: value for key, value in values.items() if key not in _OWN_PLACES}
        return super()._attributes(kept, domain, there)

    def _changes(
        self, element: Element, data: Mapping[str, Any], domain: str, loose: Mapping[str, list[str]]
    ) -> list[Change]:
        values = data["values"]
        found = super()._changes(element, data, domain, loose)
        said = values.get(sheets.CLASSIFICATION)
        if said in dict(Element.CLASSIFICATIONS) and said != element.classification:
            found.append(Change(sheets.CLASSIFICATION, element.classification, said))
        for key, stored in ((sheets.SINCE, element.valid_from), (sheets.UNTIL, element.valid_to)):
            day = words.day(values.get(key))
            if day is not None and day != stored:
                found.append(Change(key, stored, day.isoformat()))
        return found

    def save(self, rows: Iterator[list[StagedRow]]) -> Iterator[Writes]:
        return super().save(self._with_uids(rows))

    def _with_uids(self, rows: Iterator[list[StagedRow]]) -> Iterator[list[StagedRow]]:
        for chunk in rows:
            names = [name for row in chunk if not row.target and (name := row.data["values"].get(sheets.ID))]
            self._uids = identity.new_uids(self._institution, "element", names)
            yield chunk

    def _element(self, row: StagedRow, present: Mapping[int, Element]) -> Element:
        element = super()._element(row, present)
        values = row.data["values"]
        if not row.target:
            element.uid = self._uids.get(values.get(sheets.ID, ""), element.uid)
        if values.get(sheets.CLASSIFICATION) in dict(Element.CLASSIFICATIONS):
            element.classification = values[sheets.CLASSIFICATION]
        element.valid_from = words.day(values.get(sheets.SINCE)) or element.valid_from
        element.valid_to = words.day(values.get(sheets.UNTIL)) or element.valid_to
        return element


@receiver(post_save, sender=ImportBatch, dispatch_uid="architecture.archimate.identifiers")
def _keep_identifiers(instance: ImportBatch, **_facts: Any) -> None:
    """Remember under which identifiers things came once a batch is saved, those that wait in a draft too.

    What the sessions write is taken back where it becomes a draft; the state of the batch is what stays.
    """
    batch = instance
    if batch.state != "saved":
        return
    for number, facts in enumerate(batch.sheets):
        if not str(facts["kind"]).startswith("archimate-"):
            continue
        target = "relation" if facts["kind"] == sheets.RELATIONS else "element"
        rows = batch.rows.filter(sheet=number).exclude(verdict="faulty").order_by("row")
        named = [
            (values["values"].get(sheets.ID, ""), pk)
            for values, pk in rows.values_list("data", "target").iterator()
        ]
        _keep(batch.institution, target, [(name, pk) for name, pk in named if name])


def _keep(institution: Institution, target: str, named: list[tuple[str, int | None]]) -> None:
    size = 1000
    for begin in range(0, len(named), size):
        part = named[begin : begin + size]
        model = identity.MODELS[target]
        there = {pk for _name, pk in part if pk}
        uids = dict(model._default_manager.filter(pk__in=there).values_list("pk", "uid"))
        pairs = [(name, uids[pk]) for name, pk in part if pk in uids]
        fresh = identity.settled_uids(institution, target, [name for name, pk in part if not pk])
        identity.keep(institution, target, [*pairs, *fresh.items()])


# -- offered to the import ---------------------------------------------------------------------------------------------


def claims(head: bytes, name: str) -> bool:
    """Whether a file is for us: by its name, or because it says so at the beginning."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    ours = b"opengroup.org/xsd/archimate" in head or b"archimatetool.com" in head
    return name.lower().endswith((".xml", ".archimate")) or (start.startswith(b"<") and ours)


def tables(path: Path, institution: Institution) -> list[Recognised]:
    """The sheets of the model in the file. Raises ``Unreadable``."""
    document = read(path, packs.archimate())
    return sheets.sheets(document, metamodel.of(institution), unit_index(institution))


def _session(domain: str) -> Callable[[Actor, ImportBatch], ArchimateSession]:
    return lambda actor, batch: ArchimateSession(actor, batch, domain)


def _own_kind(domain: str) -> Callable[[Institution], Any]:
    return lambda institution: sheets.element_kind(metamodel.of(institution), domain)


def offer() -> None:
    """Register the tables that such files bring; no spreadsheet is ever taken for one of them."""
    pack = packs.metamodel()
    for order, domain in enumerate(pack.all_domains, start=50):
        register(
            Importer(
                sheets.element_kind(pack, domain.key),
                order,
                EDIT,
                _session(domain.key),
                "architecture:list",
                f"?domain={domain.key}",
                own_kind=_own_kind(domain.key),
                offered=False,
            )
        )
    relations = Importer(
        sheets.relation_kind(), 90, EDIT, RelationSession, "architecture:list", offered=False
    )
    register(relations)
    read_foreign(Foreign(claims, tables))
