"""Pages of the import: hand in a file, see what is wrong, mend it, save, take it back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history import undoing
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.jobs import signs
from pendapa.kernel.permissions import IMPORT
from pendapa.kernel.review import actions as review
from pendapa.kernel.tables import actions, queries, questions
from pendapa.kernel.tables.forms import UploadForm, kind_choices
from pendapa.kernel.tables.models import ImportBatch
from pendapa.kernel.tables.ports import importer, remember_unit
from pendapa.kernel.tables.preview import SHOWS, Preview, Where, letter
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Unit
from pendapa.kernel.ui import formats

RECENT = 20
UNPROCESSABLE = 422
_CELL = re.compile("c[0-9]{1,5}")


# ---- handing in


@page(IMPORT)
@require_safe
def imports(request: PageRequest) -> HttpResponse:
    """A place for the file, and the imports so far."""
    return _front(request, _form(request))


@page(IMPORT)
def new(request: PageRequest) -> HttpResponse:
    """Take a file in; what is in it shows on the page of its preview."""
    if request.method != "POST":
        return _front(request, _form(request))
    form = _form(request, request.POST, request.FILES)
    if form.is_valid():
        try:
            return redirect(_preview_url(_receive(request, form)))
        except actions.Refused as refused:
            form.add_error("file", str(refused))
    return _front(request, form, UNPROCESSABLE)


def _form(request: PageRequest, *data: Any) -> UploadForm:
    own = actions.own_unit(request.actor, request.institution)
    kind = request.GET.get("kind", "")
    return UploadForm(
        *data, actor=request.actor, institution=request.institution, initial={"unit": own, "kind": kind}
    )


def _receive(request: PageRequest, form: UploadForm) -> ImportBatch:
    file: UploadedFile = form.cleaned_data["file"]
    return actions.receive(
        request.actor,
        request.institution,
        cast(BinaryIO, file),
        file.name or "",
        kind=form.cleaned_data["kind"],
        unit=form.cleaned_data["unit"],
    )


def _front(request: PageRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    before = request.GET.get("before", "")
    found = queries.batches(request.actor, request.institution).exclude(state="discarded").order_by("-pk")
    if before.isdecimal():
        found = found.filter(pk__lt=int(before[:18]))
    batches = list(found[: RECENT + 1])
    counts = queries.counts_of(batches[:RECENT])
    rows = [
        {"batch": one, "counts": counts[one.pk], "state": _state(one), "may_undo": _may_ask(request, one)}
        for one in batches[:RECENT]
    ]
    context = {
        "form": form,
        "rows": rows,
        "kinds": kind_choices(request.actor, request.institution),
        "older": f"?before={batches[RECENT - 1].pk}" if len(batches) > RECENT else "",
        "newer": reverse("imports:list", args=[request.institution.code]) if before else "",
        "limit": actions.MAX_FILE // 1024 // 1024,
    }
    return render(request, "imports/list.html", context, status=status)


def _state(batch: ImportBatch) -> str:
    """The state as people are told: a saved import may have been taken back since."""
    if batch.state == "saved" and batch.change_set is not None and batch.change_set.state != "applied":
        return batch.change_set.state
    return batch.state


def _may_ask(request: PageRequest, batch: ImportBatch) -> bool:
    """Whether a list offers to take it back; what the import wrote is looked at when somebody asks."""
    made = batch.change_set
    return made is not None and made.state != "undone" and undoing.may_ask(request.actor, made)


def _may_undo(request: PageRequest, batch: ImportBatch) -> bool:
    made = batch.change_set
    return made is not None and made.state != "undone" and undoing.may_undo(request.actor, made)


# ---- looking and mending


@page(IMPORT)
@require_safe
def preview(request: PageRequest, uid: UUID) -> HttpResponse:
    """What the file holds and what would happen; while a job works on it, how far that is; afterwards, what came of it."""
    batch = batch_of(request, uid)
    actions.settle(batch)
    asked_by_script = "HX-Request" in request.headers
    if batch.state in ("reading", "saving"):
        if batch.job is not None:
            signs.freshen(batch.job)
        name = "imports/working_part.html" if asked_by_script else "imports/working.html"
        return render(request, name, {"batch": batch})
    if asked_by_script and request.GET.get("wait"):
        response = HttpResponse()
        response["HX-Redirect"] = _preview_url(batch)
        return response
    if batch.state == "preview":
        return _show(request, Preview(request.actor, batch, _where(request, batch)))
    if batch.state == "unreadable":
        kept = batch.problem or {}
        problem = {name: queries.say(kept[name]) for name in ("reason", "advice") if name in kept}
        context = {"batch": batch, "problem": problem, "unknown": kept.get("unknown", [])}
        return render(request, "imports/unreadable.html", context)
    if batch.state == "discarded":
        raise NotFound
    return _saved(request, batch)


def batch_of(request: PageRequest, uid: UUID) -> ImportBatch:
    return queries.batch(request.actor, request.institution, str(uid))


def _preview_url(batch: ImportBatch, query: str = "") -> str:
    return reverse("imports:preview", args=[batch.institution.code, batch.uid]) + query


def _where(request: PageRequest, batch: ImportBatch) -> Where:
    """The part that the address names; without one, what needs doing first."""
    sheet = _number(request.GET.get("sheet"), len(batch.sheets) - 1)
    show = request.GET.get("show", "")
    if show not in SHOWS:
        faulty = batch.rows.filter(sheet=sheet, verdict="faulty").exists()
        show = "faulty" if faulty else "all"
    return Where(sheet, show, _number(request.GET.get("after"), 10**9))


def _number(text: str | None, most: int) -> int:
    return min(int(text[:10]), max(most, 0)) if text and text.isdecimal() else 0


def _show(request: PageRequest, seen: Preview, said: str = "", status: int = 200) -> HttpResponse:
    batch, code = seen.batch, seen.batch.institution.code
    context = {
        "batch": batch,
        "seen": seen,
        "said": said,
        "ready": seen.total("new", "changed"),
        "proposes": review.gathers(request.actor, request.institution),
        "new_rows": seen.total("new"),
        "changed_rows": seen.total("changed"),
        "faulty_rows": seen.total("faulty"),
        "figures": _figures(seen),
        "shows": _shows(seen),
        "tabs": _tabs(seen),
        "next_fault": _next_fault(seen),
        "trouble": _trouble(batch),
        "questions": questions.questions(request.actor, batch),
        "units": queries.units(seen.actor, batch.institution) if seen.lacks_unit else None,
        "here": _preview_url(batch, seen.where.query(after=seen.where.after)),
        "repair_base": reverse("imports:repair", args=[code, batch.uid, seen.where.sheet, 0])[: -len("0/")],
        "query": seen.where.query(after=seen.where.after),
    }
    name = "imports/preview_part.html" if "HX-Request" in request.headers else "imports/preview.html"
    return render(request, name, context, status=status)


def _trouble(batch: ImportBatch) -> str:
    """Why saving in the background came to nothing."""
    job = batch.job
    if job is None or job.name != "import.save" or job.state not in ("failed", "cancelled"):
        return ""
    for_people = " " in job.error  # else the name of a fault of the software, which tells people nothing
    return job.error if for_people else _("Saving was interrupted. Nothing was saved; you can try again.")


def _figures(seen: Preview) -> list[dict[str, Any]]:
    told = (
        ("faulty", _("Faulty, to be mended"), "bad", "alert-octagon"),
        ("new", _("New, will be added"), "ok", "plus"),
        ("changed", _("Changed, will be updated"), "warn", "arrows-exchange"),
        ("same", _("Same, left alone"), "plain", "equal"),
    )
    return [
        {
            "value": seen.here[verdict],
            "label": label,
            "tone": tone if seen.here[verdict] or tone != "bad" else "plain",
            "icon": icon,
            "url": _preview_url(seen.batch, seen.where.query(show=verdict)),
            "current": seen.where.show == verdict,
        }
        for verdict, label, tone, icon in told
    ]


def _shows(seen: Preview) -> list[dict[str, Any]]:
    """The short choice above the table."""
    offered = [
        ("faulty", _("Faulty"), seen.here["faulty"]),
        ("remarked", _("To look at"), seen.remarked),
        ("all", _("All"), seen.here["rows"]),
    ]
    return [
        {
            "label": label,
            "count": count,
            "url": _preview_url(seen.batch, seen.where.query(show=show)),
            "current": seen.where.show == show,
        }
        for show, label, count in offered
        if count or show == "all"
    ]


def _tabs(seen: Preview) -> list[dict[str, Any]]:
    """The sheets of a workbook that holds several."""
    if len(seen.batch.sheets) < 2:
        return []
    return [
        {
            "label": facts["sheet"],
            "rows": seen.counts[number]["rows"],
            "faulty": seen.counts[number]["faulty"],
            "url": _preview_url(seen.batch, Where(number, "").query()),
            "current": number == seen.where.sheet,
        }
        for number, facts in enumerate(seen.batch.sheets)
    ]


def _next_fault(seen: Preview) -> str:
    """Address of the first faulty row; on this page only its place."""
    if seen.first_fault is None:
        return ""
    sheet, row = seen.first_fault
    if any(shown.number == row for shown in seen.rows) and sheet == seen.where.sheet:
        return f"#r{row}"
    return _preview_url(seen.batch, Where(sheet, "faulty").query()) + f"#r{row}"


@page(IMPORT)
@require_POST
def repair(request: PageRequest, uid: UUID, sheet: int, row: int) -> HttpResponse:
    """Mend cells of one row: ``c4`` is the text of the fifth column, ``also4`` does the same in the rows with the same fault,
    ``remember4`` keeps what was written as another name of the unit."""
    batch = batch_of(request, uid)
    staged = batch.rows.filter(sheet=sheet, row=row).first()
    if staged is None:
        raise NotFound
    before = {index: actions.cell(staged, index) for index in range(len(staged.cells))}
    given = {int(name[1:]): str(text) for name, text in request.POST.items() if _CELL.fullmatch(name)}
    fixes = {index: text for index, text in given.items() if text.strip() != before.get(index, "").strip()}
    where = Where(sheet, *_seen_from(request))
    try:
        if not fixes:
            said = _("Nothing was changed in row %(row)s: fill in a field first.") % {"row": row}
            mended = [row]
        else:
            also = _also(request, batch, sheet, staged.errors + staged.warnings, fixes)
            with transaction.atomic():
                hold(batch.institution)
                written = actions.repair(request.actor, batch, sheet, row, fixes, also)
                remembered = _remember(request, before, fixes)
            mended = [one.row for one in written]
            said = " ".join([_mended(written[0].row, written[0].verdict, len(written) - 1), *remembered])
    except actions.Refused as refused:
        messages.error(request, str(refused))
        return _go(request, _preview_url(batch))
    if "HX-Request" not in request.headers:
        messages.info(request, said)
        return redirect(_preview_url(batch, where.query(after=where.after)) + f"#r{row}")
    return _show(request, Preview(request.actor, batch, where, mended), said)


def _seen_from(request: PageRequest) -> tuple[str, int]:
    show = request.GET.get("show", "all")
    return show if show in SHOWS else "all", _number(request.GET.get("after"), 10**9)


def _also(
    request: PageRequest,
    batch: ImportBatch,
    sheet: int,
    remarks: Iterable[dict[str, Any]],
    fixes: dict[int, str],
) -> dict[int, list[int]]:
    """For each mended cell the rows that have the same finding, where that was ticked."""
    positions = {header: index for index, _letter, header, _column in bound(batch, sheet)}
    keys = {
        (one["column"], one["value"])
        for one in remarks
        if (index := positions.get(one["column"])) in fixes and request.POST.get(f"also{index}")
    }
    same = queries.repeats_of(batch, sheet, keys)
    also: dict[int, list[int]] = {}
    for (header, _value), rows in same.items():
        also.setdefault(positions[header], []).extend(rows)
    return also


def bound(batch: ImportBatch, sheet: int) -> Iterable[tuple[int, str, str, str]]:
    for index, header, column, *_part in batch.sheets[sheet]["bindings"]:
        yield index, letter(index), header, column


def _remember(request: PageRequest, before: dict[int, str], fixes: dict[int, str]) -> list[str]:
    """Keep old texts as other names of the chosen units, where that was ticked; what to say about it."""
    told = []
    for index, text in fixes.items():
        if request.POST.get(f"remember{index}") and before.get(index):
            names = {"old": before[index][:300], "unit": text}
            refused = remember_unit(request.actor, request.institution, names["old"], text)
            told.append(refused or _("“%(old)s” is remembered as another name of %(unit)s.") % names)
    return told


def _mended(row: int, verdict: str, more: int) -> str:
    if verdict == "faulty":
        said = _("Row %(row)s is still faulty.") % {"row": row}
    else:
        said = _("Row %(row)s is in order.") % {"row": row}
    if more:
        said += " " + ngettext(
            "%(count)s more row was changed with it.", "%(count)s more rows were changed with it.", more
        ) % {"count": more}
    return said


def _go(request: PageRequest, url: str) -> HttpResponse:
    """Send the browser elsewhere, also when a script asked."""
    if "HX-Request" not in request.headers:
        return HttpResponseRedirect(url)
    response = HttpResponse()
    response["HX-Redirect"] = url
    return response


@page(IMPORT)
@require_POST
def set_unit(request: PageRequest, uid: UUID) -> HttpResponse:
    """Say whose the rows are that name no unit."""
    batch = batch_of(request, uid)
    chosen = request.POST.get("unit", "")
    units = queries.units(request.actor, request.institution)
    unit: Unit | None = (
        units.filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 18 else None
    )
    try:
        actions.set_unit(request.actor, batch, unit)
    except actions.Refused as refused:
        messages.error(request, str(refused))
    return _go(request, _preview_url(batch))


@page(IMPORT)
@require_POST
def recheck(request: PageRequest, uid: UUID) -> HttpResponse:
    """Compare all rows with the register as it is now."""
    batch = batch_of(request, uid)
    try:
        actions.recheck(request.actor, batch)
    except actions.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.info(request, _("All rows were compared with what is stored now."))
    return _go(request, _preview_url(batch))


# ---- saving, throwing away, taking back


@page(IMPORT)
@require_POST
def confirm(request: PageRequest, uid: UUID) -> HttpResponse:
    """Save the good rows; the faulty ones stay behind where that was asked."""
    batch = batch_of(request, uid)
    answers = request.POST.getlist("jawab")
    try:
        actions.confirm_by_size(
            request.actor, batch, skip_errors=bool(request.POST.get("skip")), answers=answers
        )
    except actions.Refused as refused:
        messages.error(request, str(refused))
    return redirect(_preview_url(batch))


@page(IMPORT)
@require_POST
def stop(request: PageRequest, uid: UUID) -> HttpResponse:
    """Stop saving: all of it is taken back, and the preview is there again."""
    batch = batch_of(request, uid)
    actions.stop(request.actor, batch)
    return redirect(_preview_url(batch))


@page(IMPORT)
@require_POST
def discard(request: PageRequest, uid: UUID) -> HttpResponse:
    """Throw a waiting import away."""
    batch = batch_of(request, uid)
    try:
        actions.discard(request.actor, batch)
    except actions.Refused as refused:
        messages.error(request, str(refused))
        return redirect(_preview_url(batch))
    messages.info(request, _("%(file)s was discarded. Nothing of it was saved.") % {"file": batch.file_name})
    return redirect("imports:list", institution=request.institution.code)


@page(IMPORT)
@require_POST
def undo(request: PageRequest, uid: UUID) -> HttpResponse:
    """Take a saved import back and say what stays."""
    batch = batch_of(request, uid)
    if batch.change_set is None:
        raise NotFound
    try:
        undone, draft = review.undo(request.actor, batch.change_set)
    except undoing.Refused as refused:
        messages.error(request, str(refused))
        return redirect(_preview_url(batch))
    if draft is not None:
        return redirect("review:set", institution=batch.institution.code, uid=draft.uid)
    return _saved(request, batch, undone)


def _saved(request: PageRequest, batch: ImportBatch, undone: undoing.Undone | None = None) -> HttpResponse:
    proposed = batch.change_set
    if proposed is not None and proposed.state not in ChangeSet.WRITTEN:
        return redirect("review:set", institution=batch.institution.code, uid=proposed.uid)
    totals = dict.fromkeys(queries.VERDICTS, 0)
    for numbers in queries.counts(batch).values():
        for verdict in totals:
            totals[verdict] += numbers[verdict]
    context = {
        "batch": batch,
        "state": _state(batch),
        "counts": totals,
        "saved": totals["new"] + totals["changed"],
        "undone": undone,
        "kept": [
            {"code": getattr(row, "code", ""), "name": str(row), "reason": why} for row, why in undone.named
        ]
        if undone
        else [],
        "unnamed": undoing.unnamed(undone) if undone else "",
        "may_undo": _may_undo(request, batch),
        "lists": _lists(batch),
    }
    return render(request, "imports/saved.html", context)


def _lists(batch: ImportBatch) -> list[dict[str, str]]:
    """Where what was saved can be seen."""
    found: dict[str, dict[str, str]] = {}
    for facts in batch.sheets:
        room = importer(facts["kind"])
        kind = room.kind
        url = reverse(room.place, args=[batch.institution.code]) + room.query
        found.setdefault(kind.key, {"url": url, "label": kind.label.get(formats.language(), kind.key)})
    return list(found.values())
