"""Writing a request: begin it, fill it in step by step, its risks, its files."""

from __future__ import annotations

from typing import Any, BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.architecture.queries import is_uid, offered_units
from pendapa.clearance import actions, attaching, forms, queries
from pendapa.clearance.models import ClearanceRequest
from pendapa.clearance.permissions import VIEW, WRITE
from pendapa.clearance.rules import attachments
from pendapa.clearance.views.common import one, steps_of, to, version_of
from pendapa.clearance.views.lists import risk_rows
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.files import serving
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.numbers import whole
from pendapa.kernel.ui import formats
from pendapa.regulations.clearance import Step


@require_http_methods(["GET", "HEAD", "POST"])
@page(WRITE)
def begin(request: PageRequest) -> HttpResponse:
    """Title, unit and budget year: enough to begin."""
    actor, institution = request.actor, request.institution
    units = list(offered_units(actor, institution, WRITE))
    typed = {
        "judul": "",
        "unit": str(units[0].uid) if units else "",
        "year": str(timezone.localdate().year + 1),
    }
    faults: dict[str, str] = {}
    if request.method == "POST":
        typed = {key: request.POST.get(key, "") for key in typed}
        unit = next((unit for unit in units if str(unit.uid) == typed["unit"]), None)
        if unit is None:
            faults["unit"] = _("Choose one of the list.")
        else:
            try:
                year = whole(typed["year"], digits=4) or 0
                row = actions.begin(actor, institution, unit, title=typed["judul"], year=year)
            except actions.Refused as error:
                faults = error.faults
            else:
                return to(row, "step", queries.pack().steps[0].key)
    facts = {
        "typed": typed,
        "faults": faults,
        "units": units,
        "basis": queries.pack().basis.text.in_language(formats.language()),
    }
    return render(request, "clearance/begin.html", facts, status=422 if faults else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@page(WRITE)
def step(request: PageRequest, uid: UUID, step: str) -> HttpResponse:
    """One step of the form: what is typed is kept as far as it goes; nothing need be complete."""
    row, wanted = _writable(request, uid), queries.pack().step(step)
    if wanted is None:
        raise NotFound
    if request.method != "POST":
        return _step(request, row, wanted, row.answers)
    typed = forms.sent(wanted, request.POST)
    found = request.POST.get("cari", "")
    looked = {found: request.POST.get(f"cari-{found}", "")} if found else {}
    year = whole(request.POST["year"], digits=4) or 0 if "year" in request.POST else None
    try:
        saved = actions.save(request.actor, row, version_of(request), typed, year=year)
    except actions.Refused as error:
        return _step(
            request, row, wanted, typed, faults=error.faults, version=version_of(request), status=422
        )
    except actions.Stale as error:
        return _step(request, error.row, wanted, typed, stale=error, status=409)
    if looked:
        return _step(request, saved, wanted, saved.answers, found=looked)
    messages.success(request, _("Saved.") if saved.version != row.version else _("Nothing was changed."))
    if "stay" in request.POST:
        return to(row, "step", wanted.key)
    keys = [one.key for one in queries.pack().steps]
    place = keys.index(wanted.key) + 1
    return to(row, "step", keys[place]) if place < len(keys) else to(row, "risks")


def _writable(request: PageRequest, uid: UUID) -> ClearanceRequest:
    """The request, where the actor may write it at all: else it is as if it were not there."""
    row = one(request, uid)
    request.actor.require(WRITE, row.institution, row.unit)
    return row


def _step(
    request: PageRequest,
    row: ClearanceRequest,
    wanted: Step,
    answers: Any,
    *,
    faults: dict[str, str] | None = None,
    found: dict[str, str] | None = None,
    stale: actions.Stale | None = None,
    version: int | None = None,
    status: int = 200,
) -> HttpResponse:
    language = formats.language()
    drawn = forms.step_form(request.actor, request.institution, wanted, answers, faults, found, row.unit)
    several = {field.key for field in wanted.fields if field.type in forms.SEVERAL}
    theirs = []
    if stale is not None:
        for key, value in stale.theirs.items():
            field = queries.pack().field(key)
            told = _("%(n)s chosen") % {"n": len(value)} if isinstance(value, list) else value
            theirs.append((field.label.in_language(language), told))
    facts = {
        "row": row,
        "step": wanted,
        "label": wanted.label.in_language(language),
        "note": wanted.note if not wanted.verified else "",
        "form": drawn,
        "fields": [
            (drawn[field.key], field, field.key in several, (found or {}).get(field.key, ""))
            for field in wanted.fields
        ],
        "steps": steps_of(row, wanted.key),
        "first": wanted.key == queries.pack().steps[0].key,
        "year": request.POST.get("year", row.year),
        "year_fault": (faults or {}).get("year", ""),
        "theirs": theirs,
        "stale": stale is not None,
        "version": row.version if version is None else version,
        "closed": not row.is_open,
    }
    return render(request, "clearance/step.html", facts, status=status)


@require_safe
@page(WRITE)
def find(request: PageRequest, uid: UUID, step: str, key: str) -> HttpResponse:
    """Things that can be named in a question, as one types; a piece of the page."""
    row, wanted = _writable(request, uid), queries.pack().step(step)
    field = next((one for one in wanted.fields if one.key == key), None) if wanted else None
    if field is None or field.type not in forms.SEVERAL:
        raise NotFound
    words = request.GET.get(f"cari-{key}", "")[:200]
    chosen = [one for one in request.GET.getlist(key) if is_uid(one)]
    found = forms.offered(request.actor, row.institution, field, chosen, words)
    return render(request, "clearance/found.html", {"found": found, "key": key, "words": words})


@require_http_methods(["GET", "HEAD", "POST"])
@page(WRITE)
def risks(request: PageRequest, uid: UUID) -> HttpResponse:
    """The list of risks, with one more empty row."""
    row = _writable(request, uid)
    if request.method != "POST":
        return _risks(request, row, row.risks)
    typed = forms.sent_risks(request.POST)
    try:
        saved = actions.save_risks(request.actor, row, version_of(request), typed)
    except actions.Refused as error:
        return _risks(request, row, typed, faults=error.faults, version=version_of(request), status=422)
    except Conflict:
        now = one(request, uid)
        return _risks(request, now, typed, stale=True, status=409)
    messages.success(request, _("Saved.") if saved.version != row.version else _("Nothing was changed."))
    return to(row, "risks") if "more" in request.POST else to(row, "files")


def _risks(
    request: PageRequest,
    row: ClearanceRequest,
    rows: list[dict[str, str]],
    *,
    faults: dict[str, str] | None = None,
    stale: bool = False,
    version: int | None = None,
    status: int = 200,
) -> HttpResponse:
    pack, told = queries.pack(), faults or {}
    shown = [
        (forms.risk_form(n, risk, told), risk, any(key.startswith(f"{n}.") for key in told))
        for n, risk in enumerate(rows)
    ]
    if len(shown) < pack.risks.most:
        shown.append((forms.risk_form(len(shown), {}, {}), {}, False))
    facts = {
        "row": row,
        "shown": shown,
        "steps": steps_of(row, "risks"),
        "label": pack.risks.label.in_language(formats.language()),
        "note": pack.risks.note,
        "fault": told.get("", ""),
        "stale": stale,
        "risks": risk_rows(row) if stale else [],
        "version": row.version if version is None else version,
        "closed": not row.is_open,
    }
    return render(request, "clearance/risks.html", facts, status=status)


# ---- files


@require_http_methods(["GET", "HEAD", "POST"])
@page(WRITE)
def attach(request: PageRequest, uid: UUID) -> HttpResponse:
    """The files beside the request, and one more."""
    row, faults = _writable(request, uid), {}
    kind = request.POST.get("kind", "")
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None or not upload.name:
            faults = {"file": _("Choose a file first.")}
        else:
            try:
                file = attaching.attach(
                    request.actor, row, kind, upload.name, upload.size or 0, cast(BinaryIO, upload)
                )
            except actions.Refused as error:
                faults = error.faults
            else:
                messages.success(request, _("“%(name)s” is kept.") % {"name": file.name})
                return to(row, "files")
    language = formats.language()
    kinds = [(one.key, one.label.in_language(language)) for one in queries.pack().file_kinds]
    facts = {
        "row": row,
        "files": queries.attachments(row),
        "kinds": kinds,
        "file_kinds": dict(kinds),
        "kind": kind,
        "faults": faults,
        "steps": steps_of(row, "files"),
        "at_files": True,
        "label": _("Files"),
        "most": attachments.LARGEST >> 20,
        "closed": not row.is_open,
    }
    return render(request, "clearance/files.html", facts, status=422 if faults else 200)


@require_POST
@page(WRITE)
def detach(request: PageRequest, uid: UUID, file: UUID) -> HttpResponse:
    """Take a file away."""
    row = _writable(request, uid)
    try:
        attaching.detach(request.actor, row, file)
    except actions.Refused as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("The file is taken away; the history still knows it."))
    return to(row, "files")


@require_safe
@page(VIEW)
def download(request: PageRequest, uid: UUID, file: UUID) -> HttpResponse:
    """A file of a request that one may read: to be saved, never shown in the page."""
    found = queries.attachment(one(request, uid), file)
    return serving.served(found.file, attachments.TYPES[found.type], name=found.name)
