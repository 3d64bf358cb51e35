"""Rows of a printed roadmap → initiatives with their money and partners.

The secretariat writes all; an OPD drafts of its own units. A row belongs to an initiative by its code, else by its title in its
OPD. New ones go into the roadmap whose years hold their start; where the institution has none at all, one is begun with them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone, translation

from pendapa.architecture.models import Element
from pendapa.architecture.queries import visible as visible_elements
from pendapa.architecture.rules.keys import name_key
from pendapa.evaluation.queries import assessments, editions
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.actions import Conflict, Writes, plain_values
from pendapa.kernel.tables.cells import Lookups
from pendapa.kernel.tables.messages import Message, Words, _, say
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tables.names import UnitRef
from pendapa.kernel.tables.ports import Change, Draft
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.organisation.importer import kept_promises, promised_units
from pendapa.organisation.queries import unit_index
from pendapa.regulations import packs
from pendapa.regulations.instruments import Instrument
from pendapa.roadmap.models import (
    Budget,
    Dependency,
    Initiative,
    InitiativeElement,
    InitiativePartner,
    Programme,
    Roadmap,
)
from pendapa.roadmap.queries import initiative_facts, reach
from pendapa.roadmap.queries.initiatives import Parts, values_of
from pendapa.roadmap.rules import initiatives as rules
from pendapa.roadmap.tables import owning, touching, waiting
from pendapa.roadmap.tables.columns import ELEMENTS, GOAL, SPAN
from pendapa.roadmap.tables.differing import COLUMNS, differences
from pendapa.roadmap.tables.goals import Goals
from pendapa.roadmap.tables.merging import merged, noted
from pendapa.roadmap.tables.rights import Rights
from pendapa.roadmap.tables.understanding import Reader
from pendapa.roadmap.wording_initiatives import told as fault_words


@dataclass(frozen=True)
class Known:
    """An initiative that stands, with what the table tells of."""

    row: Initiative
    values: rules.Values
    parts: Parts
    seen: frozenset[UUID] = frozenset()
    """The elements among its parts that the actor may see."""


class InitiativeSession:
    """One printed roadmap being imported."""

    def __init__(self, actor: Actor, batch: ImportBatch) -> None:
        institution = batch.institution
        self._actor, self._batch, self._institution = actor, batch, institution
        self._rights = Rights(actor, institution)
        self._units = {one.pk: one for one in Unit.objects.filter(institution=institution, deleted_at=None)}
        promised = promised_units(batch)
        self._units |= {one.pk: one for one in promised}
        self.default_unit = UnitRef(batch.unit.pk, batch.unit.name) if batch.unit else None
        self.lookups = Lookups(units=unit_index(institution, promised))
        self._reader = Reader(self.lookups, _instruments(actor, institution))
        self._roadmaps = [one for one in reach.roadmaps(actor, institution) if one.state != "ended"]
        self._goals = Goals(actor, institution)
        self._headers: Mapping[str, str] = {}
        self._taken: set[int] = set()
        self._given: dict[int, list[str]] = {}

    # -- judging ------------------------------------------------------------------------------------------------------

    def interpret(self, draft: Draft, headers: Mapping[str, str]) -> None:
        self._headers = headers
        owning.find(draft, headers.get("unit", ""), self.lookups, self._rights.whole)
        draft.values = self._reader.read(draft, headers)
        if draft.code.isdigit() and len(draft.code) < 5:
            draft.code = ""  # a number of the row, no code
        if len(draft.code) > 30:
            draft.fault(headers["code"], draft.code, say(_("A code has at most 30 characters.")))
        if draft.code:
            draft.code_key = draft.code.casefold()
        if draft.name:
            draft.name_key = f"{draft.unit or 0}:{name_key(draft.name)}"

    def match(self, drafts: Sequence[Draft]) -> None:
        found = {draft.row: self._existing(draft) for draft in drafts}
        known = self._known([row for row in found.values() if row is not None])
        lines = _Lines(self._institution, drafts, known.values())
        self._name_elements(drafts, {n: known[row.pk] for n, row in found.items() if row is not None})
        self._goals.judge(drafts, self._headers.get(GOAL, ""))
        for draft in drafts:
            row = found[draft.row]
            before = known[row.pk] if row is not None else None
            if row is not None:
                self._taken.add(row.pk)
                draft.target, draft.target_version = row.pk, row.version
            after, untold = self._after(draft.data, before)
            for year in untold:
                told = say(
                    _(
                        "The money of %(year)s stands in several rows: change it on the page of the initiative."
                    ),
                    year=year,
                )
                draft.doubt(self._headers.get("pagu", ""), str(year), told)
            if before is None and (line := draft.values.get("several")):
                draft.doubt(self._headers.get("program", ""), line, say(_SEVERAL, value=line[9:200]))
            if before is not None and after == before.values and not draft.errors:
                draft.verdict = "same"
                continue
            draft.verdict = "new" if before is None else "changed"
            self._judge(draft, after, before, lines)
            if draft.errors:
                draft.verdict = "faulty"

    def _name_elements(self, drafts: Sequence[Draft], known: Mapping[int, Known]) -> None:
        def stood(draft: Draft) -> dict[UUID, str]:
            return dict(known[draft.row].values.elements) if draft.row in known else {}

        header = self._headers.get(ELEMENTS, "")
        touching.judge(self._actor, self._institution, drafts, header, stood)

    def _judge(self, draft: Draft, after: rules.Values, before: Known | None, lines: _Lines) -> None:
        """Faults and doubts of the values that would stand; who may write them."""
        unit = self._units.get(draft.unit or 0)
        stood = before.row if before else None
        if (wrong := self._rights.owner(unit, draft.code, stood)) is not None:
            draft.fault(self._headers.get(wrong.column, ""), wrong.value, wrong.why)
            return
        if stood is not None and draft.code and _is_another(draft, stood):
            owner = stood.unit.name if stood.unit else "–"
            draft.fault(
                self._headers["code"],
                draft.code,
                say(_ANOTHER, code=draft.code, title=stood.title[:120], unit=owner),
            )
        roadmap = self._roadmap_of(after, before)
        facts = rules.Facts(
            years=roadmap.years if roadmap else self._nearest_years(),
            contents=frozenset(one.key for one in packs.roadmap().contents),
            scales=self._scales,
            left=unit.valid_to if unit is not None and after.state not in ("done", "cancelled") else None,
            on=timezone.localdate(),
            codes=lines.codes,
            lines={key: rules.Line(None) for key in lines.keys},
            before=before.values.budgets if before else (),
        )
        for one in rules.faults(after, facts):
            self._tell(draft, one, draft.fault)
        for one in rules.doubts(after, facts):
            if one.key != "code_missing":
                self._tell(draft, one, draft.doubt)
        for wrong in self._rights.values(after, stood):
            draft.fault(self._headers.get(wrong.column, ""), wrong.value, wrong.why)

    def _tell(self, draft: Draft, fault: rules.Fault, tell: Any) -> None:
        column = COLUMNS.get(fault.field.partition(".")[0], "")
        name = {"title": "name", "code": "code", "unit": "unit"}.get(fault.field, column)
        header = self._headers.get(name, "")
        if not header and fault.field in ("starts_on", "ends_on"):
            header = self._headers.get(SPAN, "")
        value = str(next(iter(fault.facts.values()), ""))
        tell(header, value, _in_words(fault))

    def _roadmap_of(self, after: rules.Values, before: Known | None) -> Roadmap | None:
        """Its own; of a new one that whose years hold its start, one that is being written first. Only the
        secretariat puts initiatives into a roadmap."""
        if before is not None or not self._rights.whole:
            return before.row.roadmap if before else None
        year = rules.start_year(after, timezone.localdate().year)
        holding = [one for one in self._roadmaps if year in one.years]
        return next((one for one in holding if one.state == "draft"), next(iter(holding), None))

    def _nearest_years(self) -> range | None:
        """Years that would do, where none of the roadmaps does."""
        return self._roadmaps[0].years if self._roadmaps else None

    # -- what stands ----------------------------------------------------------------------------------------------------

    @cached_property
    def _register(self) -> tuple[dict[str, Initiative], dict[str, list[Initiative]]]:
        """The initiatives that the actor may read, by code and by title. One query."""
        rows = list(self._readable())
        by_name: dict[str, list[Initiative]] = defaultdict(list)
        for row in rows:
            by_name[name_key(row.title)].append(row)
        return {row.code.casefold(): row for row in rows if row.code}, by_name

    @cached_property
    def _by_uid(self) -> dict[UUID, Initiative]:
        return {row.uid: row for rows in self._register[1].values() for row in rows}

    @cached_property
    def _finder(self) -> waiting.Finder:
        return waiting.Finder((uid, uid, row.code, row.title) for uid, row in self._by_uid.items())

    def _readable(self) -> QuerySet[Initiative]:
        return reach.initiatives(self._actor, self._institution).select_related("unit", "roadmap", "goal")

    def _existing(self, draft: Draft) -> Initiative | None:
        by_code, by_name = self._register
        if draft.code and (found := by_code.get(draft.code.casefold())) is not None:
            return found
        named = [row for row in by_name.get(name_key(draft.name), ()) if row.pk not in self._taken]
        if draft.unit is not None:
            named = [row for row in named if row.unit_id in (draft.unit, None)]
        if draft.code:
            named = [row for row in named if not row.code]
        return named[0] if len(named) == 1 else None

    def _known(self, rows: Sequence[Initiative]) -> dict[int, Known]:
        """With what the table tells of; five queries a chunk."""
        ids = [row.pk for row in rows]
        live = {"initiative__in": ids, "deleted_at": None}
        partners: dict[int, list[InitiativePartner]] = defaultdict(list)
        for one in InitiativePartner.objects.filter(**live).select_related("unit").order_by("pk"):
            partners[one.initiative_id].append(one)
        budgets: dict[int, list[Budget]] = defaultdict(list)
        for money in Budget.objects.filter(**live).order_by("year", "programme_code", "pk"):
            budgets[money.initiative_id].append(money)
        waits: dict[int, list[Dependency]] = defaultdict(list)
        for way in Dependency.objects.filter(**live, on__deleted_at=None).select_related("on").order_by("pk"):
            waits[way.initiative_id].append(way)
        touched: dict[int, list[InitiativeElement]] = defaultdict(list)
        held = InitiativeElement.objects.filter(**live, element__deleted_at=None)
        for part in held.select_related("element").order_by("pk"):
            touched[part.initiative_id].append(part)
        seen = visible_elements(self._actor, self._institution).filter(pk__in=held.values("element"))
        open_to = frozenset(seen.values_list("uid", flat=True))
        found = {}
        for row in rows:
            parts = Parts(partners[row.pk], touched[row.pk], waits[row.pk], budgets[row.pk])
            found[row.pk] = Known(row, values_of(row, parts), parts, open_to)
        return found

    @cached_property
    def _scales(self) -> dict[tuple[str, str], initiative_facts.Scale]:
        return {
            (name, one.number): initiative_facts.scale_of(instrument)
            for name, instrument in editions.known(self._institution).items()
            for one in instrument.indicators
        }

    def _after(self, data: Mapping[str, Any], before: Known | None) -> tuple[rules.Values, list[int]]:
        """The values that would stand after a row of the table."""
        unit = self._units.get(data["unit"] or 0)
        told = data["values"]
        partners = (
            [self._units[pk].uid for pk in told["partners"] if pk in self._units]
            if "partners" in told
            else None
        )
        base = before.values if before else self._fresh(told)
        code = data["code"] or base.code
        after, untold = merged(base, data["name"], code, told, unit.uid if unit else None, partners)
        after = noted(before.values if before else None, after, told.get("several", ""))
        if "waits" in told:
            uids = waiting.wanted(base.waits_for, told["waits"], self._finder, self._by_uid.__contains__)
            after = replace(after, waits_for=uids)
        if "touched" in told:
            seen = before.seen if before else frozenset[UUID]()
            after = replace(
                after, elements=touching.wanted(base.elements, told["touched"], seen.__contains__)
            )
        if "goal_uid" in told:
            after = replace(after, goal_uid=self._goals.wanted(base.goal_uid, told["goal_uid"]))
        return after, untold

    def _fresh(self, told: Mapping[str, Any]) -> rules.Values:
        """What a new one starts from: the secretariat brings a plan, an OPD drafts."""
        return rules.Values(title="", state="planned" if self._rights.whole else "draft", origin="import")

    def changes(self, rows: Sequence[StagedRow]) -> dict[int, list[Change]]:
        """Of initiatives that the actor may change; of others nothing is told."""
        present = self._readable().in_bulk([row.target for row in rows if row.target])
        known = self._known([row for row in present.values() if self._rights.reach(row.unit)])
        names = {unit.uid: unit.name for unit in self._units.values()}
        names |= {uid: row.code or row.title for uid, row in self._by_uid.items()}
        names |= {uid: one.code or one.name for uid, one in self._elements_of(rows, known.values()).items()}
        if any("goal_uid" in row.data["values"] for row in rows):
            names |= {uid: one.code or one.name for uid, one in self._goals.by_uid.items()}
        found = {}
        for row in rows:
            before = known.get(row.target or 0)
            if before is not None:
                after, _untold = self._after(row.data, before)
                found[row.pk] = list(differences(before.values, after, names))
        return found

    def _elements_of(self, rows: Iterable[StagedRow], known: Iterable[Known] = ()) -> dict[UUID, Element]:
        """What the rows name, and what stands there that the actor may see."""
        uids = {UUID(uid) for row in rows for uid, _effect in row.data["values"].get("touched", ())}
        uids |= {UUID(uid) for row in rows if (uid := row.data["values"].get("goal_uid"))}
        return touching.elements_of(self._actor, self._institution, uids.union(*(one.seen for one in known)))

    # -- writing ------------------------------------------------------------------------------------------------------

    def save(self, rows: Iterator[list[StagedRow]]) -> Iterator[Writes]:
        self._units |= kept_promises(self._batch)
        told: list[tuple[Initiative, list[str]]] = []
        for chunk in rows:
            yield from self._begin_roadmap(chunk)
            present = self._readable().in_bulk([row.target for row in chunk if row.target])
            known = self._known(list(present.values()))
            elements = self._elements_of(chunk)
            writes, rest = Writes(), Writes()
            for staged in chunk:
                before = known.get(staged.target or 0)
                if staged.target and (before is None or before.row.version != staged.target_version):
                    raise Conflict([staged.data["name"]])
                after, _untold = self._after(staged.data, before)
                unit, stood = self._units.get(staged.data["unit"] or 0), before.row if before else None
                self._rights.insist(unit, staged.data["code"], after, stood)
                row = self._row(after, before)
                self._set_goal(row, after.goal_uid, elements)
                if texts := staged.data["values"].get("waits"):
                    told.append((row, texts))
                (writes.add if before is None else writes.change).append(row)
                parts = before.parts if before else Parts([], [], [], [])
                self._parts(row, after, parts, rest)
                if "touched" in staged.data["values"]:
                    touching.write(row, after.elements, parts.elements, elements, rest)
            self._link(rest)
            yield writes
            if rest:
                yield rest
        yield from waiting.written(self._actor, self._institution, told)

    def _begin_roadmap(self, chunk: Sequence[StagedRow]) -> Iterator[Writes]:
        """The first roadmap of an institution comes with its table: it begins in the first year that a row tells."""
        if self._roadmaps or not self._rights.whole:
            return
        years = [rules.start_year(self._after(row.data, None)[0], 0) for row in chunk]
        first = min([year for year in years if year], default=timezone.localdate().year)
        last = first + packs.roadmap().years - 1
        title = f"Peta Rencana SPBE {first}–{last}"
        row = Roadmap(
            institution=self._institution,
            title=title,
            first_year=first,
            last_year=last,
            created_at=timezone.now(),
        )
        self._roadmaps = [row]
        yield Writes(add=[row])

    def _row(self, after: rules.Values, before: Known | None) -> Initiative:
        roadmap = self._roadmap_of(after, before)
        row = (
            before.row if before else Initiative(origin="import", created_at=timezone.now(), roadmap=roadmap)
        )
        row.institution = self._institution
        for name in ("title", "content", "description", "output", "starts_on", "ends_on", "cost", "days", "state", "note"):  # fmt: skip
            setattr(row, name, getattr(after, name))
        row.unit = next((one for one in self._units.values() if one.uid == after.unit), row.unit)
        row.year = rules.start_year(
            replace(after, year=None), before.row.year if before else timezone.localdate().year
        )
        row.lifts = [
            {
                "instrument": one.instrument,
                "indicator": one.indicator,
                "from": one.level_from,
                "to": one.level_to,
            }
            for one in after.lifts
        ]
        row.targets = {
            str(year): {"target": one.target, "done": one.done} for year, one in after.targets.items()
        }
        row.code = after.code or self._next_code(row.year)
        return row

    @staticmethod
    def _set_goal(row: Initiative, uid: UUID | None, elements: Mapping[UUID, Element]) -> None:
        """The goal as it is wanted. Raises Conflict for one that went meanwhile."""
        if uid == (row.goal.uid if row.goal else None):
            return
        if uid is not None and uid not in elements:
            raise Conflict([row.title])
        row.goal = elements[uid] if uid is not None else None

    def _next_code(self, year: int) -> str:
        """The next free code of a year; a code that was ever given does not come again. One query a year."""
        if year not in self._given:
            used = Initiative.objects.filter(institution=self._institution, code__startswith=f"PR-{year}-")
            self._given[year] = list(used.values_list("code", flat=True))
            self._given[year] += [
                row.data["code"] for row in self._batch.rows.exclude(data__code="").only("data")
            ]
        code = rules.next_code(year, self._given[year])
        self._given[year] = [code]
        return code

    def _parts(self, row: Initiative, after: rules.Values, known: Parts, writes: Writes) -> None:
        """Partners and money as they are wanted; what the table does not tell of stays."""
        by_uid = {one.uid: one for one in self._units.values()}
        partners = {one.unit.uid: one for one in known.partners}
        for uid in after.partners:
            if partners.pop(uid, None) is None and uid in by_uid:
                writes.add.append(
                    InitiativePartner(institution=self._institution, initiative=row, unit=by_uid[uid])
                )
        writes.delete += list(partners.values())
        for n, wanted in enumerate(after.budgets):
            there = known.budgets[n] if n < len(known.budgets) else None
            one = there or Budget(institution=self._institution, initiative=row, year=wanted.year)
            before = plain_values(one) if there else None
            one.institution = self._institution
            for name in ("programme_code", "source", "planned", "budgeted", "spent"):
                setattr(one, name, getattr(wanted, name))
            if there is None:
                writes.add.append(one)
            elif plain_values(one) != before:
                writes.change.append(one)
        for gone in writes.delete:
            gone.institution = self._institution

    def _link(self, writes: Writes) -> None:
        """The lines of the budget behind the codes; a query for each OPD."""
        by_unit: dict[int, list[Budget]] = defaultdict(list)
        for one in [*writes.add, *writes.change]:
            if isinstance(one, Budget):
                by_unit[one.initiative.unit_id or 0].append(one)
        for rows in by_unit.values():
            told = [rules.BudgetRow(one.year, one.programme_code) for one in rows]
            lines = initiative_facts.programmes(self._institution, told, rows[0].initiative.unit)
            for one in rows:
                one.programme = lines.get((one.year, one.programme_code))


_SEVERAL = _(
    "%(value)s are several codes of the budget: the money of the row has none, they were added to the note. Make a row of each."
)
_ANOTHER = _(
    "The code %(code)s is that of another initiative, “%(title)s” of %(unit)s. Leave the code empty to make a new one of this row, or "
    "correct the code; what gets another name as well as another owner is changed on its page."
)


def _is_another(draft: Draft, stood: Initiative) -> bool:
    """Does a row that was found by its code name another thing: by its title as well as by its owner?"""
    moved = draft.unit is not None and stood.unit_id not in (None, draft.unit)
    return moved and name_key(draft.name) != name_key(stood.title)


class _Lines:
    """Codes that somebody knows, among those of some rows and those that their initiatives hold already. Two queries."""

    def __init__(self, institution: Institution, drafts: Iterable[Draft], known: Iterable[Known]) -> None:
        asked = {str(draft.values["code"]) for draft in drafts if draft.values.get("code")}
        asked |= {row.programme_code for one in known for row in one.values.budgets if row.programme_code}
        self.codes: frozenset[str] = initiative_facts.codes(institution, asked) if asked else frozenset()
        lines = Programme.objects.filter(institution=institution, deleted_at=None, code__in=asked)
        self.keys: set[tuple[int, str]] = set(lines.values_list("year", "code")) if asked else set()


def _instruments(actor: Actor, institution: Institution) -> dict[str, Instrument]:
    """The instruments that there are, the one of the current assessment first, then the newest regulation."""
    known = editions.known(institution)
    current = assessments.current(actor, institution)
    first = current.cycle.instrument if current is not None else ""
    return {id_: known[id_] for id_ in sorted(known, key=lambda one: (one != first, one))}


def _in_words(fault: rules.Fault) -> Message:
    """The words of the form, in both languages: they wait for whoever looks."""
    words = {}
    for language in ("id", "en"):
        with translation.override(language):
            words[language] = str(fault_words(fault))
    return say("%(why)s", why=Words(words))
