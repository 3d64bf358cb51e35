"""The list of OPD → units."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.utils.translation import gettext

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.actions import Conflict, Writes
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.numbers import whole
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tables.cells import Lookups
from pendapa.kernel.tables.columns import Column, Kind
from pendapa.kernel.tables.messages import _, say
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tables.names import Found, unit_key
from pendapa.kernel.tables.ports import (
    Change,
    Draft,
    Importer,
    UnitMemory,
    keep_unit_memory,
    register,
    unit_finder,
)
from pendapa.kernel.tables.questions import Question, asks
from pendapa.kernel.tenancy.models import Institution, Unit, institution_names
from pendapa.organisation.actions.units import add_alias
from pendapa.organisation.permissions import MANAGE
from pendapa.organisation.queries import not_over, unit_index
from pendapa.organisation.rules.life import suspicious

KIND = Kind(
    "units",
    {"id": "Daftar OPD", "en": "List of OPD"},
    (
        Column(
            "nama",
            {"id": "Nama OPD", "en": "Name of the OPD"},
            required=True,
            synonyms=(
                "Nama Perangkat Daerah",
                "Nama SKPD",
                "Nama Unit",
                "Nama Unit Kerja",
                "Perangkat Daerah",
                "Unit Kerja",
                "OPD",
                "SKPD",
                "nama_opd",
            ),
        ),
        Column(
            "kode",
            {"id": "Kode OPD", "en": "Code of the OPD"},
            "code",
            required=True,
            synonyms=(
                "Kode",
                "Kode Perangkat Daerah",
                "Kode SKPD",
                "Kode Unit",
                "Kode Unit Kerja",
                "kode_opd",
            ),
        ),
        Column(
            "nama_pendek",
            {"id": "Nama pendek", "en": "Short name"},
            synonyms=("Singkatan", "Akronim", "Nama Singkat", "nama_pendek", "Alias"),
            limit=120,
        ),
        Column(
            "jenis",
            {"id": "Jenis OPD", "en": "Kind of OPD"},
            synonyms=("Jenis", "Jenis Perangkat Daerah"),
            limit=40,
        ),
        Column(
            "induk",
            {"id": "OPD induk", "en": "Parent OPD"},
            synonyms=("Induk", "Kode Induk", "Unit Induk", "Perangkat Daerah Induk"),
        ),
    ),
    code_column="kode",
    unit_column=None,
    sheet_names=("OPD", "Daftar OPD", "Perangkat Daerah", "SKPD"),
)

# By the names that PP 18/2016 gives the bodies of a region; in practice also UPT, kelurahan and companies.
_BODIES = (
    ("sekretariat dprd", "sekretariat_dprd"), ("sekretariat daerah", "sekretariat_daerah"), ("dinas", "dinas"), ("badan", "badan"),
    ("bagian", "bagian"), ("inspektorat", "inspektorat"), ("kecamatan", "kecamatan"), ("kelurahan", "kelurahan"),
    ("rumah sakit", "rumah_sakit"), ("rsud", "rumah_sakit"), ("uptd", "upt"), ("upt", "upt"), ("satuan polisi", "satpol_pp"),
)  # fmt: skip


_MADE = re.compile(r"OPD-[0-9]+")
"""A code that the register gave by itself."""


class UnitSession:
    """One list of units being imported."""

    default_unit = None

    def __init__(self, actor: Actor, batch: ImportBatch) -> None:
        institution = batch.institution
        self._institution = institution
        self._allowed = actor.may(MANAGE, institution)
        self._names = institution_names(institution)
        self.lookups = Lookups()
        self._headers: Mapping[str, str] = {}

    def interpret(self, draft: Draft, headers: Mapping[str, str]) -> None:
        self._headers = headers
        if not self._allowed:
            draft.fault(
                headers["name"], draft.name, say(_("The list of OPD is kept by the SPBE secretariat."))
            )
        if draft.code:
            draft.code_key = draft.code.casefold()[:80]
        if draft.name:
            draft.name_key = unit_key(draft.name, self._names)[:300]

    def match(self, drafts: Sequence[Draft]) -> None:
        """By code; without one, or where the register had made up the code, by name."""
        live = Unit.objects.filter(institution=self._institution, deleted_at=None).select_related("parent")
        by_code = {u.code: u for u in live.filter(code__in={d.code for d in drafts if d.code})}
        by_name: dict[str, list[Unit]] = {}
        for unit in live.filter(name_key__in={d.name_key for d in drafts}).order_by("pk"):
            by_name.setdefault(unit.name_key, []).append(unit)
        for draft in drafts:
            named = by_name.get(draft.name_key, [])
            found = by_code.get(draft.code) if draft.code else None
            if draft.code and found is None:
                made = [unit for unit in named if _MADE.fullmatch(unit.code)]
                found = made[0] if len(made) == 1 else None
                if named and found is None:
                    same = say(
                        _("The same name stands in the list with the code %(code)s."), code=named[0].code
                    )
                    draft.doubt(self._headers["name"], draft.name, same)
            elif not draft.code and len(named) == 1:
                found = named[0]
            elif not draft.code and named:
                several = say(_("%(count)s units have this name; write the code."), count=len(named))
                draft.fault(self._headers["name"], draft.name, several)
                draft.verdict = "faulty"
                continue
            if found is None:
                draft.verdict = "new"
                continue
            draft.target, draft.target_version = found.pk, found.version
            draft.verdict = "changed" if self._changes(found, draft.data) else "same"
        self._doubt_parents(drafts)

    def _doubt_parents(self, drafts: Sequence[Draft]) -> None:
        """Tell parents that neither the register nor this list knows, and a unit that names itself."""
        told = {d.values["induk"] for d in drafts if d.values.get("induk")}
        if not told:
            return
        keys = {unit_key(text, self._names) for text in told}
        live = Unit.objects.filter(institution=self._institution, deleted_at=None)
        known = set(live.filter(code__in=told).values_list("code", flat=True))
        known |= set(live.filter(name_key__in=keys).values_list("name_key", flat=True))
        known |= {text for d in drafts for text in (d.code, d.name_key)}
        for draft in drafts:
            parent = draft.values.get("induk")
            if not parent:
                continue
            key = unit_key(parent, self._names)
            if parent == draft.code or key == draft.name_key or not {parent, key} & known:
                nothing = say(
                    _("%(value)s is no other unit; the unit stands without a parent."), value=parent
                )
                draft.doubt(self._headers.get("induk", ""), parent, nothing)

    def _changes(self, unit: Unit, data: Mapping[str, Any]) -> list[Change]:
        """What would be written over: an empty cell changes nothing, nor does a parent that is not there."""
        values = data["values"]
        above = unit.parent.name if unit.parent else ""
        parent = self._new_parent(unit, values.get("induk"))
        pairs = (
            ("nama", unit.name, data["name"]),
            ("kode", unit.code, data["code"] or unit.code),
            ("nama_pendek", unit.short_name, values.get("nama_pendek") or unit.short_name),
            ("jenis", unit.kind, values.get("jenis") or unit.kind),
            ("induk", above, parent.name if parent else above),
        )
        return [Change(column, before, after) for column, before, after in pairs if before != after]

    def changes(self, rows: Sequence[StagedRow]) -> dict[int, list[Change]]:
        if not self._allowed:
            return {}
        own = Unit.objects.filter(institution=self._institution, deleted_at=None)
        present = own.select_related("parent").in_bulk([row.target for row in rows if row.target])
        return {row.pk: self._changes(present[row.target], row.data) for row in rows if row.target in present}

    @cached_property
    def _standing(self) -> tuple[dict[str, Unit], dict[str, list[Unit]]]:
        """The units that are there, by code and by name. One query."""
        units = list(Unit.objects.filter(institution=self._institution, deleted_at=None).order_by("pk"))
        by_name: dict[str, list[Unit]] = {}
        for unit in units:
            by_name.setdefault(unit.name_key, []).append(unit)
        return {unit.code: unit for unit in units}, by_name

    def _new_parent(self, unit: Unit, told: str | None) -> Unit | None:
        """Another parent that stands already and not below the unit itself; ``None`` when the place stays."""
        if not told:
            return None
        by_code, by_name = self._standing
        named = by_name.get(unit_key(told, self._names)[:300], [])
        parent = by_code.get(told) or (named[0] if len(named) == 1 else None)
        if parent is None or parent.pk == unit.parent_id or parent.path.startswith(unit.path):
            return None
        return parent

    def save(self, rows: Iterator[list[StagedRow]]) -> Iterator[Writes]:
        """New units level by level, so that a parent has its place before its children; then the changed ones."""
        staged = [row for chunk in rows for row in chunk]
        known = {u.code: u for u in Unit.objects.filter(institution=self._institution, deleted_at=None)}
        codes = _Codes(self._institution)
        fresh: dict[str, tuple[Unit, dict[str, Any]]] = {}
        for row in staged:
            if not row.target:
                unit = self._fill(Unit(institution=self._institution), row.data, codes)
                fresh[unit.code] = (unit, row.data["values"])
        parents = {code: self._parent(unit, values, known, fresh) for code, (unit, values) in fresh.items()}
        placed: set[str] = set()
        for level in _levels(parents, set(fresh)):
            for code in level:
                unit, parent = fresh[code][0], parents[code]
                if parent in fresh:
                    unit.parent = fresh[parent][0] if parent in placed else None  # None: a circle ends here
                else:
                    unit.parent = known.get(parent or "")
            placed.update(level)
            yield Writes(add=[fresh[code][0] for code in level])
        changed = [row for row in staged if row.target]
        if changed:
            yield Writes(change=self._changed(changed, codes))

    def _fill(self, unit: Unit, data: Mapping[str, Any], codes: _Codes) -> Unit:
        values = data["values"]
        unit.name = data["name"]
        unit.code = data["code"] or unit.code or codes.next()
        unit.short_name = (values.get("nama_pendek") or unit.short_name)[:120]
        unit.kind = (values.get("jenis") or unit.kind or _body(unit.name))[:40]
        unit.derive()
        return unit

    def _changed(self, rows: Sequence[StagedRow], codes: _Codes) -> list[Recorded]:
        present = Unit.objects.select_related("parent").in_bulk([row.target for row in rows])
        changed: list[Recorded] = []
        for row in rows:
            unit = present.get(row.target)
            if unit is None or unit.version != row.target_version or unit.deleted_at:
                raise Conflict([row.data["name"]])
            unit.institution = self._institution
            unit.parent = self._new_parent(unit, row.data["values"].get("induk")) or unit.parent
            changed.append(self._fill(unit, row.data, codes))
        return changed

    def _parent(
        self,
        unit: Unit,
        values: Mapping[str, Any],
        known: Mapping[str, Unit],
        fresh: Mapping[str, tuple[Unit, dict[str, Any]]],
    ) -> str | None:
        """Code of the parent: told by the row, else the unit whose code this one prolongs by two digits."""
        told = values.get("induk")
        if told:
            if told != unit.code and (told in fresh or told in known):
                return str(told)
            key = unit_key(told, self._names)
            named = [c for c, (u, _v) in fresh.items() if u.name_key == key] + [
                c for c, u in known.items() if u.name_key == key
            ]
            return named[0] if len(named) == 1 and named[0] != unit.code else None
        code = unit.code
        if (
            code.isdigit()
            and len(code) % 2 == 0
            and len(code) > 6
            and (code[:-2] in fresh or code[:-2] in known)
        ):
            return code[:-2]
        dotted = code.rpartition(".")[0]
        return dotted if dotted and (dotted in fresh or dotted in known) else None


@asks(KIND.key)
def ask_renames(actor: Actor, batch: ImportBatch, sheet: int) -> list[Question]:
    """A list that gives many OPD other names is stopped: most often its column of codes has slipped."""
    if not actor.may(MANAGE, batch.institution):
        return []
    live = Unit.objects.filter(not_over(), institution=batch.institution, deleted_at=None)
    waiting = batch.rows.filter(sheet=sheet, verdict="changed").order_by("row")
    known = live.in_bulk()
    renamed = [
        (known[row.target], row.data["name"])
        for row in waiting.iterator()
        if row.target in known and known[row.target].name_key != row.name_key
    ]
    if not suspicious(len(renamed), len(known)):
        return []
    text = gettext(
        "This list would give %(renamed)s of %(all)s units another name. That is what happens when the column of codes "
        "has slipped by a row: look at the names before you save."
    )
    told = {"renamed": len(renamed), "all": len(known)}
    yes = gettext("Yes, these units really have other names now.")
    lines = [f"{unit.code}: {unit.name} → {name}" for unit, name in renamed]
    return [Question("renames", text % told, yes, lines, "--allow-renames")]


class _Codes:
    """``OPD-001`` … for units that came without a code."""

    def __init__(self, institution: Institution) -> None:
        used = Unit.objects.filter(institution=institution, code__startswith="OPD-").values_list(
            "code", flat=True
        )
        self._last = max((whole(c[4:]) or 0 for c in used), default=0)

    def next(self) -> str:
        self._last += 1
        return f"OPD-{self._last:03d}"


def _levels(parents: Mapping[str, str | None], fresh: set[str]) -> Iterator[list[str]]:
    """Codes grouped so that each parent stands in an earlier group; a circle is broken at its first member."""
    waiting, done = dict(parents), set[str]()
    while waiting:
        level = [code for code, parent in waiting.items() if parent not in fresh or parent in done]
        if not level:
            level = [next(iter(waiting))]
        for code in level:
            del waiting[code]
        done.update(level)
        yield level


def _body(name: str) -> str:
    """What kind of body a name speaks of; empty when it does not."""
    words = " ".join(name.lower().replace(".", " ").split())
    return next((kind for start, kind in _BODIES if words.startswith(start)), "")


def promised_units(batch: ImportBatch) -> list[Unit]:
    """Units that the batch itself would add: other sheets of the same workbook may name them already.

    They are not stored; their id is that of their staged row, below nought.
    """
    return [
        Unit(
            pk=-row.pk,
            institution=batch.institution,
            code=row.data["code"],
            name=row.data["name"],
            short_name=row.data["values"].get("nama_pendek", ""),
            path="/promised/",
        )
        for row in _unit_rows(batch)
    ]


def kept_promises(batch: ImportBatch) -> dict[int, Unit]:
    """Promised id → the unit, once the sheet of units is saved."""
    rows = list(_unit_rows(batch))
    live = Unit.objects.filter(institution=batch.institution, deleted_at=None).order_by("-pk")
    by_code, by_name = {u.code: u for u in live}, {u.name_key: u for u in live}
    found = {-row.pk: by_code.get(row.data["code"]) or by_name.get(row.name_key) for row in rows}
    return {promised: unit for promised, unit in found.items() if unit is not None}


def _unit_rows(batch: ImportBatch) -> Iterator[StagedRow]:
    sheets = [number for number, facts in enumerate(batch.sheets) if facts["kind"] == KIND.key]
    if sheets:
        yield from batch.rows.filter(sheet__in=sheets, verdict="new").order_by("sheet", "row")


@unit_finder
def find_unit(institution: Institution, name: str) -> tuple[Unit | None, list[str]]:
    """The unit that a name or code means, else the nearest names."""
    found = unit_index(institution).find(name=name)
    if isinstance(found, Found):
        return Unit.objects.get(pk=found.id), []
    near = getattr(found, "suggestions", ()) or getattr(found, "candidates", ())
    return None, [str(getattr(one, "name", one)) for one in near]


def _may_remember(actor: Actor, institution: Institution) -> bool:
    return actor.may(MANAGE, institution)


def _remember(actor: Actor, institution: Institution, text: str, unit_name: str) -> str:
    """Keep ``text`` as another name of the unit that is found by ``unit_name``; why not, where it may not be."""
    unit, _nearest = find_unit(institution, unit_name)
    if unit is None:
        return ""
    try:
        add_alias(actor, institution, unit, name=text)
    except Refused as refused:
        return str(refused)
    return ""


def offer() -> None:
    """Register the table with the import, and the memory for names of units."""
    register(Importer(KIND, 0, MANAGE, UnitSession, "organisation:tree"))
    keep_unit_memory(UnitMemory(_may_remember, _remember))
