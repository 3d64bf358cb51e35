"""Dividing the indicators of a cycle among units: one page for all, and the same as a table to take along and bring back."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.evaluation import forms_work as forms
from pendapa.evaluation.actions import assessments as levels_actions
from pendapa.evaluation.actions import work as actions
from pendapa.evaluation.models import Cycle
from pendapa.evaluation.permissions import RUN, VIEW
from pendapa.evaluation.queries import editions
from pendapa.evaluation.queries import work as queries
from pendapa.evaluation.queries.assessments import words
from pendapa.evaluation.queries.work import Share
from pendapa.evaluation.views import work
from pendapa.evaluation.views.common import cycle_room
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.tables import names, reading, writing
from pendapa.organisation.queries import live_units, unit_index

MOST_BYTES = 2 * 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def duties(request: PageRequest, year: int, instrument: str) -> HttpResponse:
    """Which unit answers for which indicator, which help, until when. POST keeps all that was changed."""
    row = work.find(request, year, instrument)
    if request.method != "POST":
        return _shown(request, row)
    numbers = [one.number for one in editions.of(row).indicators]
    wanted, seen, faults = forms.shares_from(request.POST, numbers)
    # What the form shows unchanged is not this person's doing: others may have set it since.
    mine = {n: share for n, share in wanted.items() if share != seen[n]}
    if faults:
        return _shown(request, row, typed=wanted, seen=seen, faults=faults, status=422)
    try:
        n = actions.divide(request.actor, row, mine, seen)
    except levels_actions.Refused as error:
        return _shown(request, row, typed=wanted, seen=seen, faults=error.faults, status=422)
    except actions.SharesChanged as error:
        told = {
            n: _("Somebody else changed this meanwhile; your choice is still here: save again to use it.")
            for n in error.theirs
        }
        return _shown(request, row, typed=mine, faults=told, status=409)
    said = ngettext("%(n)s indicator is divided anew.", "%(n)s indicators are divided anew.", n) % {"n": n}
    messages.success(request, said if n else _("Nothing was changed."))
    return redirect(work.address(row, "duties"))


def _shown(
    request: PageRequest,
    row: Cycle,
    *,
    typed: Mapping[str, Share] | None = None,
    seen: Mapping[str, Share] | None = None,
    faults: Mapping[str, str] | None = None,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    instrument = editions.of(row)
    rows = queries.duty_rows(request.actor, row)
    now = queries.shares(rows)
    last = queries.last_shares(request.actor, row)
    units = {one.pk: one for one in live_units(request.institution).order_by("name", "pk")}
    used = {row.unit_id: row.unit for row in rows}
    known = {**{pk: one.name for pk, one in units.items()}, **{pk: one.name for pk, one in used.items()}}
    take_last = bool(request.GET.get("seperti-lalu"))
    lines: list[dict[str, Any]] = []
    for aspect in instrument.aspects:
        for one in aspect.indicators:
            share = (typed or {}).get(one.number, now.get(one.number, Share()))
            suggested = last.get(one.number)
            if take_last and suggested and share.lead is None and not typed:
                share = suggested
            lines.append({
                "indicator": one, "number": one.number, "name": words(one.short_name), "share": share, "aspect": aspect,
                "helpers": [(pk, known[pk]) for pk in share.helpers if pk in known],
                "was": known.get(suggested.lead) if suggested and suggested.lead is not None else "",
                "seen": forms.code_of((seen or {}).get(one.number, now.get(one.number, Share()))),
                "fault": (faults or {}).get(one.number, ""),
            })  # fmt: skip
    chosen = {line["share"].lead for line in lines}
    context = cycle_room(request, row, "duties") | {
        "lines": lines,
        "units": [
            (pk, name)
            for pk, name in known.items()
            if pk not in units or units[pk].parent_id is None or pk in chosen
        ],
        "every_unit": list(known.items()),
        "divided": sum(1 for one in instrument.indicators if one.number in now),
        "total": len(instrument.indicators),
        "agencies": len({share.lead for share in now.values()}),
        "fault": (faults or {}).get("", ""),
        "fault_count": len(faults or {}),
        "has_last": bool(last),
        "notice": notice,
        "status": status,
    }
    return render(request, "evaluation/duties.html", context, status=status)


# ---- as a table


@page(VIEW)
@require_safe
def download(request: PageRequest, year: int, instrument: str, form: str) -> HttpResponse:
    """The division as xlsx or csv: indicator, unit, helpers, due date. The same table is read back."""
    row = work.find(request, year, instrument)
    if form not in ("xlsx", "csv"):
        raise NotFound
    known = queries.duties_of(request.actor, row)
    body = []
    for one in editions.of(row).indicators:
        charge = known.get(one.number)
        body.append([
            one.number, one.short_name.id, charge.lead.name if charge and charge.lead else "",
            "; ".join(unit.name for unit in charge.helpers) if charge else "",
            charge.due.isoformat() if charge and charge.due else "",
        ])  # fmt: skip
    headers = ["Indikator", "Nama indikator", "OPD", "OPD pendamping", "Tenggat"]
    sheet = writing.Sheet("Pembagian", headers, body, widths={0: 10, 1: 52, 2: 46, 3: 46, 4: 14})
    file = tempfile.TemporaryFile()  # noqa: SIM115 (closed below)
    if form == "csv":
        writing.write_csv(file, sheet)
    else:
        writing.write_xlsx(file, [sheet])
    file.seek(0)
    kind = "text/csv; charset=utf-8" if form == "csv" else XLSX
    name = f"pembagian-{row.instrument}-{row.year}.{form}"
    with file:
        response = HttpResponse(file.read(), content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@page(RUN)
@require_POST
def read_table(request: PageRequest, year: int, instrument: str) -> HttpResponse:
    """Read a table of the division and show it in the form, unsaved: nothing is kept before somebody has looked at it."""
    row = work.find(request, year, instrument)
    upload = request.FILES.get("table")
    if upload is None:
        return _shown(request, row, faults={"": _("Choose a file first: xlsx, ods or csv.")}, status=422)
    if upload.size is None or upload.size > MOST_BYTES:
        told = _("The file is larger than 2 MB; a division is a small table. Nothing was changed.")
        return _shown(request, row, faults={"": told}, status=422)
    suffix = Path(upload.name or "").suffix[:8] or ".csv"
    with tempfile.NamedTemporaryFile(suffix=suffix) as kept:
        for chunk in upload.chunks():
            kept.write(chunk)
        kept.flush()
        try:
            typed, faults = _read(row, Path(kept.name))
        except reading.Unreadable as error:
            return _shown(request, row, faults={"": str(error)}, status=422)
    now = queries.shares(queries.duty_rows(request.actor, row))
    n = sum(1 for number, share in typed.items() if share != now.get(number, Share()))
    said = ngettext(
        "The table would change %(n)s indicator. Nothing is saved yet: look at it below and save.",
        "The table would change %(n)s indicators. Nothing is saved yet: look at them below and save.",
        n,
    ) % {"n": n}  # fmt: skip
    return _shown(request, row, typed=typed, faults=faults, notice=said, status=422 if faults else 200)


def _read(row: Cycle, path: Path) -> tuple[dict[str, Share], dict[str, str]]:
    """Shares by indicator and faults by indicator (or "" for the whole table). Raises Unreadable."""
    numbers = {one.number for one in editions.of(row).indicators}
    index = unit_index(row.institution)
    for grid in reading.read(path):
        columns: dict[str, int] = {}
        typed: dict[str, Share] = {}
        faults: dict[str, str] = {}
        for line in grid.rows:
            if not {"indicator", "unit"} <= set(columns):
                columns = forms.columns_of(line.cells)
                continue
            cells = forms.cells_of(line.cells, columns)
            number = cells["indicator"].removesuffix(".0")
            if number not in numbers:
                told = _("Row %(row)s: “%(given)s” is no indicator of this instrument.")
                faults[""] = told % {"row": line.number, "given": cells["indicator"][:20]}
                continue
            typed[number], fault = _share(index, cells)
            if fault:
                faults[number] = fault
        if columns:
            return typed, faults
    return {}, {
        "": _(
            "No sheet has the columns Indikator and OPD in one row. Take the table from this page as a pattern."
        )
    }


def _share(index: names.UnitIndex, cells: Mapping[str, str]) -> tuple[Share, str]:
    due, fault = forms.day_of(cells["due"])
    helpers = [one for one in cells["helpers"].replace("\n", ";").split(";") if one.strip()]
    found: list[int | None] = []
    for text in [cells["unit"], *helpers]:
        if not text.strip():
            found.append(None)
            continue
        match = index.find(name=text.strip())
        if not isinstance(match, names.Found):
            match = index.find(code=text.strip())
        if isinstance(match, names.Found):
            found.append(int(match.id))
        else:
            found.append(None)
            fault = fault or _("“%(given)s” is no unit here. Write its name or its code.") % {
                "given": text[:80]
            }
    lead, rest = found[0], [one for one in found[1:] if one is not None and one != found[0]]
    return Share(lead, tuple(sorted(set(rest))), due if lead is not None else None), fault
