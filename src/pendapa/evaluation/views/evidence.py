"""Pages of evidence: the library, one piece, and the evidence of one indicator."""

from __future__ import annotations

from typing import Any, BinaryIO, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.evaluation.actions import evidence as actions
from pendapa.evaluation.actions import uploads
from pendapa.evaluation.forms_evidence import FORMS, FileForm, PieceForm, UseForm, own_units
from pendapa.evaluation.models import Cycle, Evidence, EvidenceUse, Upload
from pendapa.evaluation.permissions import ANSWER, JUDGE, PROOF
from pendapa.evaluation.queries import cycles, editions, evidence_words, reach, records
from pendapa.evaluation.queries import evidence as queries
from pendapa.evaluation.views import common
from pendapa.evaluation.views.serving import served
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.numbers import whole
from pendapa.kernel.refusing import blame
from pendapa.kernel.ui import formats
from pendapa.regulations import packs

# ---- the library


@page(PROOF)
@require_safe
def library(request: PageRequest) -> HttpResponse:
    """All pieces that one may read, newest first."""
    filters = _filters(request)
    after = request.GET.get("after", "")
    found = queries.library(request.actor, request.institution, filters, after)
    kept = {
        "q": filters.words, "source": filters.source, "nature": filters.nature, "unit": filters.unit,
        "unused": "1" if filters.unused else "",
    }  # fmt: skip
    kept = {key: value for key, value in kept.items() if value}
    context = common.room(request, "evidence") | {
        "found": found,
        "filters": filters,
        "asked": bool(kept),
        "sources": evidence_words.sources(),
        "natures": Evidence.NATURES,
        "units": own_units(request.actor, request.institution),
        "next_url": "?" + urlencode(kept | {"after": found.next}) if found.next else "",
        "first_url": ("?" + urlencode(kept)) if after else "",
        "may_add": request.actor.may(ANSWER, request.institution),
        "pack": packs.evidence(),
        "on_way": _on_way(request),
        "rounds": cycles.visible(request.actor, request.institution).order_by("-year", "instrument")[:8],
    }
    return render(request, "evaluation/evidence.html", context)


def _filters(request: PageRequest) -> queries.Filters:
    get = request.GET.get
    unit = get("unit", "")
    try:
        unit = str(UUID(unit)) if unit else ""
    except ValueError:
        unit = ""
    return queries.Filters(
        words=get("q", "")[:200].strip(),
        source=get("source", "") if get("source", "") in dict(Evidence.SOURCES) else "",
        nature=get("nature", "") if get("nature", "") in dict(Evidence.NATURES) else "",
        unit=unit,
        unused=get("unused") == "1",
    )


def _on_way(request: PageRequest) -> list[Upload]:
    """One's own half uploads."""
    if request.actor.user is None or not request.actor.may(ANSWER, request.institution):
        return []
    mine = Upload.objects.filter(institution=request.institution, user=request.actor.user, file=None)
    return list(mine.order_by("-moved_at")[: uploads.MOST])


# ---- hand in


@page(ANSWER)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PageRequest) -> HttpResponse:
    """Hand in a piece for the library."""
    return _adding(request, None, "")


@page(PROOF)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PageRequest, year: int, instrument: str, number: str) -> HttpResponse:
    """The evidence of one indicator, and one piece more: a new one, or one of the library."""
    cycle = _cycle(request, year, instrument, number)
    if request.method == "POST" or request.GET.get("source"):
        if not reach.may_write(request.actor, cycle, number):
            raise NotFound
        return _adding(request, cycle, number)
    return _of_indicator(request, cycle, number)


def _adding(request: PageRequest, cycle: Cycle | None, number: str) -> HttpResponse:
    source = request.POST.get("source") or request.GET.get("source", "file")
    if source not in FORMS:
        raise NotFound
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = FORMS[source](request.actor, request.institution, data, files)
    use = UseForm(cycle, number, data) if cycle else None
    same: Evidence | None = None
    if data is not None and form.is_valid() and (use is None or use.is_valid()):
        try:
            row, begun = _kept(request, source, form)
        except actions.Refused as error:
            same = error.evidence if isinstance(error, actions.Same) else None
            blame(form, error)
        else:
            return _after(request, cycle, number, row, begun, use)
    words = request.GET.get("q", "")[:200]
    found = (
        records.find(request.actor, request.institution, words) if source == "record" and data is None else []
    )
    context = _frame(request, cycle, number) | {
        "form": form,
        "use": use,
        "source": source,
        "sources": evidence_words.sources(),
        "same": same,
        "words": words,
        "found": found,
        "chosen": request.POST.get("record", "") or request.GET.get("record", ""),
        "pack": packs.evidence(),
        "accept": ",".join(f".{one.key}" for one in packs.evidence().files.types) + ",.jpeg",
        "on_way": _on_way(request) if source == "file" else [],
        "upload_url": reverse("evaluation:upload_begin", args=[request.institution.code]),
    }
    if source == "record" and context["chosen"]:
        form.fields["record"].initial = context["chosen"]
    return render(request, "evaluation/evidence_new.html", context, status=200 if data is None else 422)


def _kept(request: PageRequest, source: str, form: PieceForm) -> tuple[Evidence, Any]:
    """The piece that was handed in, and when its upload began."""
    actor, institution, data = request.actor, request.institution, form.cleaned_data
    told = {"title": data["title"], "nature": data["nature"], "unit": form.chosen_unit}
    if source == "link":
        return actions.add_link(actor, institution, data["url"], dated=data["dated"], **told), None
    if source == "decree":
        decree = form.chosen_decree  # type: ignore[attr-defined]
        if decree is None:
            raise actions.Refused({"decree": _("Choose one of the list.")})
        return actions.add_decree(actor, institution, decree, **told), None
    if source == "record":
        return actions.add_record(actor, institution, data["record"], dated=data["dated"], **told), None
    assert isinstance(form, FileForm)
    if data["upload"]:
        return _from_upload(request, data, told)
    sent = data["file"]
    if sent is None:
        raise actions.Refused({"file": _("Choose a file first.")})
    return actions.add_file(
        actor, institution, cast(BinaryIO, sent), sent.name, sent.size, dated=data["dated"], **told
    ), None


def _from_upload(request: PageRequest, data: dict[str, Any], told: dict[str, Any]) -> tuple[Evidence, Any]:
    actor, institution = request.actor, request.institution
    try:
        upload = uploads.find(actor, institution, UUID(data["upload"]))
    except (ValueError, NotFound):
        raise actions.Refused(
            {"file": _("This upload is not known any more. Choose the file again.")}
        ) from None
    with uploads.opened(upload) as content:
        try:
            row = actions.add_file(
                actor, institution, content, upload.name, upload.size, dated=data["dated"], **told
            )
        except actions.Refused as error:
            if "file" in error.faults:  # these bytes will never do
                uploads.done(upload)
            raise
    uploads.done(upload)
    return row, upload.begun_at


def _after(
    request: PageRequest, cycle: Cycle | None, number: str, row: Evidence, begun: Any, use: UseForm | None
) -> HttpResponse:  # fmt: skip
    if cycle is None or use is None:
        messages.success(request, _("“%(name)s” is in the library.") % {"name": row.title})
        return redirect(address(row))
    _hung(request, cycle, number, row, begun, use)
    return redirect(_indicator_url(cycle, number))


def _hung(
    request: PageRequest, cycle: Cycle, number: str, row: Evidence, begun: Any, use: UseForm
) -> EvidenceUse | None:  # fmt: skip
    """Hang it on and tell; what was handed in stays in the library whatever happens."""
    try:
        hung = actions.hang(request.actor, cycle, number, row, begun_at=begun, **use.given)
    except actions.Refused as error:
        told = _("“%(name)s” is kept in the library, but not as evidence here: %(why)s")
        messages.warning(request, told % {"name": row.title, "why": error})
        return None
    if hung.late:
        told = _("“%(name)s” came after the deadline, but was begun before it: taken, and marked as late.")
        messages.warning(request, told % {"name": row.title})
    else:
        messages.success(
            request,
            _("“%(name)s” is evidence of indicator %(number)s.") % {"name": row.title, "number": number},
        )
    return hung


# ---- one piece


@page(PROOF)
@require_safe
def detail(request: PageRequest, uid: UUID) -> HttpResponse:
    """A piece: what it is, shown where a page can show it, and where it is used."""
    return _detail(request, queries.one(request.actor, request.institution, uid))


def _detail(
    request: PageRequest, row: Evidence, form: PieceForm | None = None, *, stale: bool = False, status: int = 200
) -> HttpResponse:  # fmt: skip
    may_edit = queries.may_edit(request.actor, row)
    if may_edit and form is None:
        initial = {"title": row.title, "nature": row.nature, "dated": row.dated, "unit": str(row.unit.uid) if row.unit else ""}  # fmt: skip
        form = PieceForm(request.actor, request.institution, initial=initial)
    file = row.file or (row.decree.file if row.decree else None)
    media = row.media or ("application/pdf" if file and file.name.lower().endswith(".pdf") else "")
    context = common.room(request, "evidence") | {
        "row": row,
        "file": file,
        "gone": queries.is_gone(row),
        "shown": media in packs.evidence().files.shown,
        "is_picture": media.startswith("image/"),
        "pinned": records.pinned(request.actor, row) if row.source == "record" else None,
        "uses": queries.uses_of(request.actor, row),
        "places": queries.open_places(request.actor, request.institution)
        if request.actor.may(ANSWER, request.institution)
        else [],
        "form": form,
        "may_edit": may_edit,
        "stale": stale,
        "icon": queries.ICONS[row.source],
        "source_label": dict(evidence_words.sources())[row.source],
    }
    return render(request, "evaluation/evidence_one.html", context, status=status)


@page(ANSWER)
@require_POST
def change(request: PageRequest, uid: UUID) -> HttpResponse:
    """Change what is said of a piece."""
    row = queries.one(request.actor, request.institution, uid)
    form = PieceForm(request.actor, request.institution, request.POST)
    if not queries.may_edit(request.actor, row):
        raise NotFound
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.change(
                request.actor, row, _version(request), title=data["title"], nature=data["nature"],
                dated=data["dated"], unit=form.chosen_unit,
            )  # fmt: skip
        except actions.Refused as error:
            blame(form, error)
        except Conflict:
            return _detail(request, queries.one(request.actor, request.institution, uid), form, stale=True, status=409)  # fmt: skip
        else:
            messages.success(request, _("Saved."))
            return redirect(address(row))
    return _detail(request, row, form, status=422)


@page(ANSWER)
@require_POST
def remove(request: PageRequest, uid: UUID) -> HttpResponse:
    """Take a piece out of the library."""
    row = queries.one(request.actor, request.institution, uid)
    try:
        actions.remove(request.actor, row, _version(request))
    except (actions.Refused, Conflict) as error:
        messages.warning(request, _told(error))
        return redirect(address(row))
    messages.success(request, _("“%(name)s” is out of the library; the history still knows it.") % {"name": row.title})  # fmt: skip
    return redirect("evaluation:evidence", institution=request.institution.code)


@page(ANSWER)
@require_POST
def check(request: PageRequest, uid: UUID) -> HttpResponse:
    """Try a link again."""
    row = queries.one(request.actor, request.institution, uid)
    actions.check_link(request.actor, row)
    messages.info(request, _("The link is being tried. What came of it will stand here in a moment."))
    return redirect(address(row))


@page(ANSWER)
@require_POST
def use(request: PageRequest, uid: UUID) -> HttpResponse:
    """Use a piece for one more indicator: ``place`` is "2026/spbe-2020/11"."""
    row = queries.one(request.actor, request.institution, uid)
    name, _slash, number = request.POST.get("place", "").rpartition("/")
    if not name:
        messages.warning(request, _("Choose an indicator."))
        return redirect(address(row))
    cycle = queries.cycle_named(request.actor, request.institution, name)
    _known(cycle, number)
    if not reach.may_write(request.actor, cycle, number):
        raise NotFound
    form = UseForm(cycle, number, request.POST)
    if form.is_valid():
        _hung(request, cycle, number, row, None, form)
    else:
        messages.warning(request, "; ".join(str(one) for some in form.errors.values() for one in some))
    return redirect(_indicator_url(cycle, number) if "stay" not in request.POST else address(row))


@page(PROOF)
@require_safe
def file(request: PageRequest, uid: UUID) -> HttpResponse:
    """The file of a piece: PDF and pictures inside the page, everything else to be saved."""
    row = queries.one(request.actor, request.institution, uid)
    kept = row.file or (row.decree.file if row.decree else None)
    if kept is None:
        raise NotFound
    return served(kept, row.media, save="unduh" in request.GET)


# ---- the evidence of one indicator


def _of_indicator(
    request: PageRequest, cycle: Cycle, number: str, *, note: str = "", status: int = 200
) -> HttpResponse:
    """Its pieces with their forms, and pieces of the library that could serve as well."""
    words = request.GET.get("q", "")[:200].strip()
    pieces = queries.of_cycle(request.actor, cycle, [number]).get(number, [])
    may_write = queries.may_write(request.actor, cycle, number)
    found = None
    if may_write and words:
        hung = {piece.evidence.pk for piece in pieces}
        some = queries.library(request.actor, request.institution, queries.Filters(words=words), size=12)
        found = [row for row in some.rows if row.pk not in hung]
    passed = queries.deadline_passed(cycle, timezone.localdate())
    context = _frame(request, cycle, number) | {
        "pieces": pieces,
        "summary": queries.summed(pieces),
        "may_write": may_write,
        "may_judge": queries.may_judge(request.actor, cycle),
        "words": words,
        "found": found,
        "sources": evidence_words.sources(),
        "passed": passed if passed and queries.bound_by_deadline(request.actor, cycle) else None,
        "note": note,
    }
    return render(request, "evaluation/evidence_indicator.html", context, status=status)


@page(PROOF)
@require_http_methods(["GET", "HEAD", "POST"])
def use_one(request: PageRequest, year: int, instrument: str, number: str, uid: UUID) -> HttpResponse:
    """Say better what a piece proves."""
    cycle = _cycle(request, year, instrument, number)
    row = queries.one_use(request.actor, cycle, number, uid)
    if not queries.may_write(request.actor, cycle, number):
        raise NotFound
    initial = {name: getattr(row, name) for name in ("level", "page", "item", "note")}
    form = UseForm(cycle, number, request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.change_use(request.actor, row, _version(request), **form.given)
            except actions.Refused as error:
                blame(form, error)
            except Conflict:
                form.add_error(None, _("Somebody changed this meanwhile. Look at it again."))
                status = 409
            else:
                messages.success(request, _("Saved. It waits for the assessors again."))
                return redirect(_indicator_url(cycle, number))
    context = _frame(request, cycle, number) | {"form": form, "row": row}
    return render(request, "evaluation/evidence_use.html", context, status=status)


@page(JUDGE)
@require_POST
def judge(request: PageRequest, year: int, instrument: str, number: str, uid: UUID) -> HttpResponse:
    """Accepted, to be revised, or rejected."""
    cycle = _cycle(request, year, instrument, number)
    row = queries.one_use(request.actor, cycle, number, uid)
    try:
        actions.judge(request.actor, row, _version(request), request.POST.get("state", ""), request.POST.get("reason", ""))  # fmt: skip
    except (actions.Refused, Conflict) as error:
        messages.warning(request, _told(error))
    else:
        messages.success(request, _("Saved: “%(name)s”.") % {"name": row.evidence.title})
    return redirect(_indicator_url(cycle, number))


@page(ANSWER)
@require_POST
def take_off(request: PageRequest, year: int, instrument: str, number: str, uid: UUID) -> HttpResponse:
    """Take a piece off an indicator."""
    cycle = _cycle(request, year, instrument, number)
    row = queries.one_use(request.actor, cycle, number, uid)
    try:
        actions.take_off(request.actor, row, _version(request))
    except (actions.Refused, Conflict) as error:
        messages.warning(request, _told(error))
    else:
        messages.success(request, _("“%(name)s” is taken off; it stays in the library.") % {"name": row.evidence.title})  # fmt: skip
    return redirect(_indicator_url(cycle, number))


# ---- shared


def address(row: Evidence) -> str:
    """The page of a piece."""
    return reverse("evaluation:evidence_one", args=[row.institution.code, row.uid])


def _cycle(request: PageRequest, year: int, instrument: str, number: str) -> Cycle:
    """The cycle, where the actor may read the evidence of the indicator at all, wholly or in part."""
    cycle = cycles.cycle(request.actor, request.institution, year, instrument)
    cycle.institution = request.institution
    _known(cycle, number)
    return cycle


def _known(cycle: Cycle, number: str) -> None:
    if number not in {one.number for one in editions.of(cycle).indicators}:
        raise NotFound


def _indicator_url(cycle: Cycle, number: str) -> str:
    return reverse(
        "evaluation:evidence_add", args=[cycle.institution.code, cycle.year, cycle.instrument, number]
    )


def _frame(request: PageRequest, cycle: Cycle | None, number: str) -> dict[str, Any]:
    """Tabs, and the indicator where there is one."""
    if cycle is None:
        return common.room(request, "evidence")
    indicator = editions.of(cycle).indicator(number)
    language = formats.language()
    return common.cycle_room(request, cycle) | {
        "number": number,
        "indicator": indicator,
        "indicator_name": indicator.short_name.in_language(language),
        "asked": indicator.evidence,
        "asked_doubt": not indicator.provenance_of("evidence").verified,
    }


def _version(request: PageRequest) -> int:
    return whole(request.POST.get("version", "")) or 0


def _told(error: Exception) -> str:
    if isinstance(error, Conflict):
        return _(
            "Somebody else was quicker and changed this: look at it again, nothing of yours was written."
        )
    return str(error)
