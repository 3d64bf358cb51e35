"""Pages on which people say what a header means that no pack knows, or which table a sheet is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.permissions import IMPORT
from pendapa.kernel.tables import actions, mapping
from pendapa.kernel.tables.columns import Kind
from pendapa.kernel.tables.forms import kind_choices
from pendapa.kernel.tables.headings import bind, is_counter
from pendapa.kernel.tables.models import ImportBatch
from pendapa.kernel.tables.ports import importer
from pendapa.kernel.tables.preview import Option, Where
from pendapa.kernel.tables.views import batch_of
from pendapa.kernel.ui import formats

LEAVE_OUT = "-"


@page(IMPORT)
@require_POST
def columns(request: PageRequest, uid: UUID, sheet: int) -> HttpResponse:
    """Say what headers of a sheet mean (``h3`` is the fourth header), or forget it (``forget`` holds its number)."""
    batch = batch_of(request, uid)
    if not 0 <= sheet < len(batch.sheets):
        raise NotFound
    headers = [header for header, _column in batch.sheets[sheet]["columns"]]
    forgotten = request.POST.get("forget", "")
    try:
        if forgotten.isdecimal() and int(forgotten[:6]) < len(headers):
            header = headers[int(forgotten[:6])]
            mapping.forget(request.actor, batch, sheet, header)
            messages.info(request, _("What “%(header)s” means was forgotten.") % {"header": header})
        elif choices := _chosen(request, headers):
            mapping.choose(request.actor, batch, sheet, choices)
            messages.info(
                request, _("The sheet was read again. What you chose is remembered for the next file.")
            )
        else:
            messages.info(request, _("Nothing was chosen."))
    except actions.Refused as refused:
        messages.error(request, str(refused))
    return redirect(_preview(batch) + Where(sheet, "").query())


def _chosen(request: PageRequest, headers: list[str]) -> dict[str, str]:
    """Header → column as it was chosen; what was left at "choose" is not in it."""
    given = ((header, request.POST.get(f"h{number}", "")) for number, header in enumerate(headers))
    return {header: "" if value == LEAVE_OUT else value for header, value in given if value}


@page(IMPORT)
def sheet(request: PageRequest, uid: UUID, number: int) -> HttpResponse:
    """Say which table a sheet is that was not recognised, and which of its headers is which column."""
    batch = batch_of(request, uid)
    unknown = (batch.problem or {}).get("unknown", [])
    if batch.state not in ("preview", "unreadable") or not 0 <= number < len(unknown):
        raise NotFound
    facts: dict[str, Any] = unknown[number]
    kinds = dict(kind_choices(request.actor, request.institution))
    asked = request.POST.get("kind") or request.GET.get("kind", "")
    kind = importer(asked).kind_of(batch.institution) if asked in kinds else None
    refused = ""
    if request.method == "POST" and kind is not None:
        headers = facts["headers"]
        try:
            mapping.explain(request.actor, batch.institution, kind, _chosen(request, headers), headers)
            return redirect(_preview(actions.read_again(request.actor, batch)))
        except actions.Refused as error:
            refused = str(error)
    context = {
        "batch": batch,
        "facts": facts,
        "kinds": kinds.items(),
        "kind": kind,
        "kind_label": kinds.get(asked, ""),
        "headers": _offered(kind, facts["headers"], request) if kind else [],
        "refused": refused,
    }
    return render(request, "imports/sheet.html", context, status=422 if refused else 200)


def _offered(kind: Kind, headers: list[str], request: PageRequest) -> list[dict[str, Any]]:
    """Each header with the columns that it may be; what the table knows by itself is chosen already."""
    found = bind(headers, kind)
    return [
        {
            "number": number,
            "header": header,
            "options": [
                Option(
                    one.name,
                    one.text(formats.language()),
                    one.name == (request.POST.get(f"h{number}") or (match.slot.column if match else "")),
                )
                for one in kind.columns
            ],
        }
        for number, (header, match) in enumerate(zip(headers, found, strict=True))
        if header and not is_counter(header)
    ]


def _preview(batch: ImportBatch) -> str:
    return reverse("imports:preview", args=[batch.institution.code, batch.uid])
