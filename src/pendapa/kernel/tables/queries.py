"""Reads of imports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.permissions import IMPORT, UNDO_ANY
from pendapa.kernel.tables import remarks
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tables.ports import Session, importer
from pendapa.kernel.tenancy.models import Institution, Unit

Remark = tuple[str, str]
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
    found = {row["sheet"]: {name: int(row[name]) for name in ("rows", *VERDICTS)} for row in rows}  # type: ignore[literal-required]
    return {
        number: found.get(number, dict.fromkeys(("rows", *VERDICTS), 0))
        for number in range(len(batch.sheets))
    }


def say(kept: dict[str, Any]) -> str:
    """A kept message in the language of now; parameters that come from a pack hold their languages themselves."""
    text, language = _(kept["msgid"]), (get_language() or "id")[:2]
    params = {
        n: v.get(language, v.get("id")) if isinstance(v, dict) else v
        for n, v in kept.get("params", {}).items()
    }
    return text % params if params else text.replace("%%", "%")


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
    whole = [
        *(remarks.of_file(batch.problem) if number == 0 else ()),
        *remarks.of_sheet(facts, numbers["rows"]),
    ]
    warnings = [_finding(one["row"], one, True) for one in (*whole, *facts["skipped"])]
    for row, faults, doubts in remarked.values_list("row", "errors", "warnings").iterator(1000):
        errors += [_finding(row, one, False) for one in faults]
        warnings += [_finding(row, one, True) for one in doubts]
    return {
        "kind": facts["kind"],
        "sheet": facts["sheet"],
        "header_row": facts["header_row"],
        "columns": dict(facts["columns"]),
        **numbers,
        "errors": errors,
        "warnings": sorted(warnings, key=lambda one: one["row"] or 0),
        "batch": handle,
    }


def _finding(row: int | None, kept: dict[str, Any], with_suggestion: bool) -> dict[str, Any]:
    told = {"row": row, "column": kept["column"], "value": kept["value"], "message": say(kept)}
    return told | {"suggestion": kept.get("suggestion")} if with_suggestion else told


def told(remarks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Kept findings with their sentences, for pages."""
    return [{**one, "message": say(one)} for one in remarks]


SEARCHED = 5000
"""How many rows with findings are looked through for those that say the same."""


def repeats_of(batch: ImportBatch, sheet: int, wanted: set[Remark]) -> dict[Remark, list[int]]:
    """Rows of the sheet by (header, value) of their findings: ``"also for rows 9, 22, 31"``. One query."""
    found: dict[Remark, list[int]] = {one: [] for one in wanted}
    if wanted:
        remarked = batch.rows.filter(sheet=sheet).exclude(errors=[], warnings=[]).order_by("row")
        for number, errors, warnings in remarked.values_list("row", "errors", "warnings")[:SEARCHED]:
            for one in {(remark["column"], remark["value"]) for remark in (*errors, *warnings)} & wanted:
                found[one].append(number)
    return found


def units(actor: Actor, institution: Institution) -> QuerySet[Unit]:
    """Units for which the actor may import."""
    open_ones = Q(valid_to=None) | Q(valid_to__gte=timezone.localdate())
    scope = actor.scope(IMPORT, institution)
    return Unit.objects.filter(
        scope.filter(""), open_ones, institution=institution, deleted_at=None
    ).order_by("name", "pk")


def unit_labels(institution: Institution) -> list[str]:
    """Names of the open units as a list offers them: where two have one name, their codes."""
    open_ones = Q(valid_to=None) | Q(valid_to__gte=timezone.localdate())
    found = Unit.objects.filter(open_ones, institution=institution, deleted_at=None).order_by("name", "pk")
    units = list(found.values_list("name", "code"))
    several = Counter(name for name, _code in units)
    return [code if several[name] > 1 and code else name for name, code in units]


def counts_of(batches: Sequence[ImportBatch]) -> dict[int, dict[str, int]]:
    """Numbers of verdicts of several batches, by their id. One query."""
    found = {one.pk: dict.fromkeys(VERDICTS, 0) for one in batches}
    rows = StagedRow.objects.filter(batch__in=found).order_by().values_list("batch", "verdict")
    for pk, verdict, number in rows.annotate(number=Count("pk")):
        found[pk][verdict] = number
    return found


def faulty_rows(batch: ImportBatch, sheet: int) -> Iterator[StagedRow]:
    """The faulty rows of a sheet, a chunk in memory at a time."""
    return batch.rows.filter(sheet=sheet, verdict="faulty").order_by("row").iterator(500)


def importer_session(actor: Actor, batch: ImportBatch, sheet: int) -> Session:
    """The room's session for a sheet: what it checks against, what a row would change."""
    room = importer(batch.sheets[sheet]["kind"])
    return room.session(actor, batch)
