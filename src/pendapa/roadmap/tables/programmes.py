"""Rows of a list of budget lines (DPA) → programmes. A line is known by its year, OPD and code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.actions import Conflict, Writes
from pendapa.kernel.tables.cells import Lookups
from pendapa.kernel.tables.messages import _, say
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tables.names import UnitRef
from pendapa.kernel.tables.ports import Change, Draft
from pendapa.kernel.tenancy.models import Unit
from pendapa.organisation.importer import kept_promises, promised_units
from pendapa.organisation.queries import unit_index
from pendapa.roadmap.models import Programme
from pendapa.roadmap.permissions import EDIT
from pendapa.roadmap.rules import dirt
from pendapa.roadmap.rules import initiatives as rules
from pendapa.roadmap.tables.arranging import money_text
from pendapa.roadmap.tables.columns import SOURCE_WORDS
from pendapa.roadmap.tables.understanding import look

FIELDS = {
    "name": "program",
    "source": "sumber_dana",
    "nomenclature": "nomenklatur",
    "ceiling": "pagu_dpa",
    "spent": "realisasi_dpa",
}
Key = tuple[int, int | None, str]


class ProgrammeSession:
    """One list of budget lines being imported."""

    def __init__(self, actor: Actor, batch: ImportBatch) -> None:
        institution = batch.institution
        self._batch, self._institution = batch, institution
        self._allowed = actor.scope(EDIT, institution).everything
        promised = promised_units(batch)
        live = Unit.objects.filter(institution=institution, deleted_at=None)
        self._units = {one.pk: one for one in [*live, *promised]}
        self.default_unit = UnitRef(batch.unit.pk, batch.unit.name) if batch.unit else None
        self.lookups = Lookups(units=unit_index(institution, promised))
        self._headers: Mapping[str, str] = {}

    # -- judging ------------------------------------------------------------------------------------------------------

    def interpret(self, draft: Draft, headers: Mapping[str, str]) -> None:
        self._headers = headers
        if not self._allowed:
            draft.fault(
                headers["name"],
                draft.name,
                say(_("The lines of the budget are kept by the SPBE secretariat.")),
            )
        header = headers.get("unit", "")
        if draft.unit is None:  # a line of no OPD is one; a name that is not found is not
            nobody = [one for one in draft.errors if one["column"] in (header, "OPD") and not one["value"]]
            draft.errors = [one for one in draft.errors if one not in nobody]
        draft.values = self._read(draft, headers)
        self._check(draft, headers)
        draft.code_key = f"{draft.values.get('year')}:{draft.unit or 0}:{draft.code}"[:80]

    def _read(self, draft: Draft, headers: Mapping[str, str]) -> dict[str, Any]:
        values = draft.values
        told: dict[str, Any] = {}
        mine = {headers.get(name, "") for name in ("tahun", "pagu_dpa", "realisasi_dpa")} - {""}
        draft.warnings = [finding for finding in draft.warnings if finding["column"] not in mine]
        years = dirt.span(str(values.get("tahun") or ""))
        if years is not None and years[0] == years[1]:
            told["year"] = years[0]
        for column, key in (("pagu_dpa", "ceiling"), ("realisasi_dpa", "spent")):
            if column in values:
                text = str(values[column])
                found = dirt.rupiah(text)
                if found.value is not None:
                    told[key] = f"{found.value:f}"
                look(
                    draft,
                    headers.get(column, ""),
                    text,
                    found.key,
                    money_text(found.value) if found.value is not None else "",
                )
        if values.get("sumber_dana") in SOURCE_WORDS:
            told["source"] = values["sumber_dana"]
        if values.get("nomenklatur"):
            told["nomenclature"] = str(values["nomenklatur"])[:60]
        return told

    def _check(self, draft: Draft, headers: Mapping[str, str]) -> None:
        if "year" not in draft.values:
            draft.fault(
                headers.get("tahun", ""), "", say(_("The row says no year of the budget, such as 2027."))
            )
        found = dirt.programme(draft.code)
        draft.code = found.code
        if not rules.is_code(found.code):
            told = say(
                _("“%(value)s” is no code of the budget, such as 2.16.03 or 2.16.03.2.02.0014."),
                value=draft.code or "–",
            )
            draft.fault(headers["code"], draft.code, told)
        ceiling, spent = (draft.values.get(key) for key in ("ceiling", "spent"))
        if ceiling and spent and Decimal(spent) > Decimal(ceiling):
            told = say(
                _("Spent is %(spent)s, more than the ceiling of %(ceiling)s: check both."),
                spent=money_text(Decimal(spent)), ceiling=money_text(Decimal(ceiling)),
            )  # fmt: skip
            draft.doubt(headers.get("realisasi_dpa", ""), money_text(Decimal(spent)), told)

    def match(self, drafts: Sequence[Draft]) -> None:
        known = self._known(drafts)
        for draft in drafts:
            row = known.get(self._key(draft.data))
            if row is None:
                draft.verdict = "new"
                continue
            draft.target, draft.target_version = row.pk, row.version
            draft.verdict = "changed" if self._changes(row, draft.data) else "same"

    def _key(self, data: Mapping[str, Any]) -> Key:
        return data["values"]["year"], data["unit"], data["code"]

    def _known(self, drafts: Sequence[Draft]) -> dict[Key, Programme]:
        codes = {draft.code for draft in drafts}
        rows = Programme.objects.filter(institution=self._institution, deleted_at=None, code__in=codes)
        return {(row.year, row.unit_id, row.code): row for row in rows}

    def _told(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that a row tells; an empty cell changes nothing."""
        values = data["values"]
        told = {key: values[key] for key in ("source", "nomenclature") if key in values}
        return {
            "name": data["name"],
            **told,
            **{key: Decimal(values[key]) for key in ("ceiling", "spent") if key in values},
        }

    def _changes(self, row: Programme, data: Mapping[str, Any]) -> list[Change]:
        pairs = ((FIELDS[name], getattr(row, name), value) for name, value in self._told(data).items())
        return [Change(column, before, after) for column, before, after in pairs if before != after]

    def changes(self, rows: Sequence[StagedRow]) -> dict[int, list[Change]]:
        if not self._allowed:
            return {}
        own = Programme.objects.filter(institution=self._institution, deleted_at=None)
        present = own.in_bulk([row.target for row in rows if row.target])
        return {
            row.pk: [
                Change(one.column, _plain(one.before), _plain(one.after))
                for one in self._changes(present[row.target], row.data)
            ]
            for row in rows
            if row.target in present
        }

    # -- writing ------------------------------------------------------------------------------------------------------

    def save(self, rows: Iterator[list[StagedRow]]) -> Iterator[Writes]:
        self._units |= kept_promises(self._batch)
        for chunk in rows:
            writes = Writes()
            present = Programme.objects.in_bulk([row.target for row in chunk if row.target])
            for staged in chunk:
                row = present.get(staged.target or 0)
                if staged.target and (row is None or row.deleted_at or row.version != staged.target_version):
                    raise Conflict([staged.data["name"]])
                if row is None:
                    year, unit, code = self._key(staged.data)
                    row = Programme(year=year, unit=self._units[unit] if unit else None, code=code)
                    writes.add.append(row)
                else:
                    writes.change.append(row)
                row.institution = self._institution
                for name, value in self._told(staged.data).items():
                    setattr(row, name, value)
            yield writes


def _plain(value: Any) -> Any:
    return money_text(value) if isinstance(value, Decimal) else value
