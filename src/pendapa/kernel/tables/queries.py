"""Reads of imports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.permissions import IMPORT, UNDO_ANY
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tenancy.models import Institution

VERDICTS = ("new", "changed", "same", "faulty")


def batches(actor: Actor, institution: Institution) -> QuerySet[ImportBatch]:
    """Imports that the actor may open: the own ones; all of them for who may undo any."""
    found = ImportBatch.objects.filter(institution=institution).select_related("change_set", "unit", "job")
    if actor.may(UNDO_ANY, institution):
        return found.order_by("-created_at", "-pk")
    if actor.user is None or not actor.may(IMPORT, institution):
        return found.none()
    return found.filter(user=actor.user).order_by("-created_at", "-pk")


def batch(actor: Actor, institution: Institution, uid: str) -> ImportBatch:
    """One import; :class:`NotFound` when absent or not the actor's."""
    found = batches(actor, institution).filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found


def counts(batch: ImportBatch) -> dict[int, dict[str, int]]:
    """Per sheet: rows, new, changed, same, faulty. One query."""
    wanted = {verdict: Count("pk", filter=Q(verdict=verdict)) for verdict in VERDICTS}
    rows = batch.rows.order_by().values("sheet").annotate(rows=Count("pk"), **wanted)
    found = {row.pop("sheet"): row for row in rows}
    return {number: found.get(number, dict.fromkeys(("rows", *VERDICTS), 0)) for number in range(len(batch.sheets))}


def say(kept: dict[str, Any]) -> str:
    """A kept message in the language of now."""
    text = _(kept["msgid"])
    return text % kept["params"] if kept.get("params") else text.replace("%%", "%")


def report(batch: ImportBatch) -> dict[str, Any]:
    """What the import found: the JSON of ``pendapa import``; several sheets of a workbook under ``sheets``."""
    numbers = counts(batch)
    handle = str(batch.change_set.uid) if batch.change_set else None
    sheets = [_sheet_report(batch, n, facts, numbers[n], handle) for n, facts in enumerate(batch.sheets)]
    return sheets[0] if len(sheets) == 1 else {"sheets": sheets, "batch": handle}


def _sheet_report(
    batch: ImportBatch, number: int, facts: dict[str, Any], numbers: dict[str, int], handle: str | None
) -> dict[str, Any]:
    remarked = batch.rows.filter(sheet=number).exclude(errors=[], warnings=[]).order_by("row")
    errors: list[dict[str, Any]] = []
    warnings = [_finding(one["row"], one, True) for one in facts["skipped"]]
    for row, faults, doubts in remarked.values_list("row", "errors", "warnings").iterator(1000):
        errors += [_finding(row, one, False) for one in faults]
        warnings += [_finding(row, one, True) for one in doubts]
    return {
        "kind": facts["kind"],
        "sheet": facts["sheet"],
        "header_row": facts["header_row"],
        "columns": facts["columns"],
        **numbers,
        "errors": errors,
        "warnings": sorted(warnings, key=lambda one: one["row"]),
        "batch": handle,
    }


def _finding(row: int, kept: dict[str, Any], with_suggestion: bool) -> dict[str, Any]:
    told = {"row": row, "column": kept["column"], "value": kept["value"], "message": say(kept)}
    return told | {"suggestion": kept.get("suggestion")} if with_suggestion else told


def same_fault(batch: ImportBatch, row: StagedRow, column: str, value: str, limit: int = 200) -> list[int]:
    """Other rows of the sheet with the same fault: ``"also for rows 9, 22, 31"``."""
    others = batch.rows.filter(sheet=row.sheet, verdict="faulty").exclude(pk=row.pk).order_by("row")
    found = []
    for number, errors in others.values_list("row", "errors").iterator(1000):
        if any(one["column"] == column and one["value"] == value for one in errors):
            found.append(number)
            if len(found) == limit:
                break
    return found


def told(remarks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Kept findings with their sentences, for pages."""
    return [{**one, "message": say(one)} for one in remarks]
