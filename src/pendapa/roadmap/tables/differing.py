"""How a preview shows what a row of a roadmap table would change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from pendapa.kernel.tables.ports import Change
from pendapa.roadmap.models import InitiativeElement
from pendapa.roadmap.rules import initiatives as rules

COLUMNS = {
    "title": "rencana", "code": "kode", "content": "muatan", "description": "uraian", "output": "keluaran",
    "note": "keterangan", "unit": "opd", "partners": "mitra", "starts_on": "tanggal_awal", "ends_on": "tanggal_akhir",
    "cost": "estimasi", "state": "status", "lifts": "indikator", "budgets": "pagu", "targets": "target_lain",
    "waits_for": "menunggu", "elements": "unsur", "goal_uid": "sasaran", "days": "hari_orang",
}  # fmt: skip
"""Where a value of an initiative stands in the table."""


def differences(before: rules.Values, after: rules.Values, names: Mapping[UUID, str]) -> Iterator[Change]:
    """Column by column. ``names`` are those of units, initiatives and elements by their uids, as far as they may be told."""
    for name, column in COLUMNS.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Change(column, _shown(name, old, names), _shown(name, new, names))


def _shown(name: str, value: Any, names: Mapping[UUID, str]) -> Any:
    """A value as the preview shows it beside the other."""
    if value is None or isinstance(value, str):
        return value
    if name in ("unit", "goal_uid"):
        return names.get(value, "" if name == "unit" else "…")
    if name in ("partners", "waits_for"):
        return [names.get(one, "…") for one in value]
    if name == "elements":
        effects = dict(InitiativeElement.EFFECTS)
        return [f"{names[uid]}: {effects.get(effect, effect)}" for uid, effect in value if uid in names]
    if name == "targets":
        return [
            f"{year}: {one.target}" + (f" ({one.done})" if one.done else "") for year, one in value.items()
        ]
    if name == "lifts":
        return [f"{one.indicator} ({one.level_from or '?'} → {one.level_to or '?'})" for one in value]
    if name == "budgets":
        return [_money(one) for one in value]
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _money(row: rules.BudgetRow) -> str:
    def short(value: Decimal | None) -> str:
        return "–" if value is None else f"{value:,.0f}".replace(",", ".")

    amounts = " / ".join(short(one) for one in (row.planned, row.budgeted, row.spent))
    return " ".join(
        part for part in (f"{row.year}:", amounts, row.programme_code, row.source.upper()) if part
    )
