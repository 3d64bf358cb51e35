"""Requests for the tests, made and moved by the room's own verbs."""

from __future__ import annotations

from typing import Any

from pendapa.clearance import actions, queries
from pendapa.clearance.models import ClearanceRequest
from pendapa.kernel.tenancy.models import Assignment, Unit
from tests.cast import Cast

RISK = {
    "uraian_kejadian": "Data pasien bocor",
    "jenis_risiko": "Risiko SPBE Negatif",
    "kategori_risiko": "Keamanan SPBE",
    "area_dampak": "Reputasi",
    "level_kemungkinan": "2",
    "level_dampak": "4",
}
"""One complete row."""


def full(unit: Unit, **more: Any) -> dict[str, Any]:
    """An answer to every required question."""
    answers: dict[str, Any] = {}
    for field in queries.pack().fields:
        if not field.required:
            continue
        told: Any = f"Isian {field.label.id.lower()}"
        if field.type == "unit":
            told = str(unit.uid)
        elif field.type == "units":
            told = [str(unit.uid)]
        elif field.type == "choice":
            told = field.options[-1].key
        answers[field.key] = told
    return answers | more


def begun(
    cast: Cast, who: str = "operator", title: str = "Antrean Puskesmas", **more: Any
) -> ClearanceRequest:
    unit = more.pop("unit", cast.other_unit if who == "other_operator" else cast.unit)
    return actions.begin(cast.actor(who), cast.institution, unit, title=title, year=more.pop("year", 2027))


def filled(
    cast: Cast, who: str = "operator", title: str = "Antrean Puskesmas", **answers: Any
) -> ClearanceRequest:
    """A request with everything required, still a draft."""
    row = begun(cast, who, title)
    actor = cast.actor(who)
    row = actions.save(actor, row, row.version, full(row.unit, judul=title, **answers))
    return actions.save_risks(actor, row, row.version, [RISK])


def submitted(cast: Cast, title: str = "Antrean Puskesmas", **answers: Any) -> ClearanceRequest:
    """Written by the operator, submitted by the head."""
    row = filled(cast, title=title, **answers)
    return actions.move(cast.actor("head"), row, "submit", row.version)


def recommended(
    cast: Cast, title: str = "Antrean Puskesmas", verdict: str = "go", **answers: Any
) -> ClearanceRequest:
    row = submitted(cast, title, **answers)
    return actions.recommend(cast.actor("diskominfo"), row, row.version, verdict, "Sesuai arsitektur.")


def decided(
    cast: Cast, title: str = "Antrean Puskesmas", verdict: str = "go", **answers: Any
) -> ClearanceRequest:
    row = recommended(cast, title, **answers)
    return actions.decide(cast.actor("sekda"), row, row.version, verdict, "Silakan dilanjutkan.")


def headless(cast: Cast) -> None:
    """Nobody is head any more."""
    Assignment.objects.filter(role="head").delete()
