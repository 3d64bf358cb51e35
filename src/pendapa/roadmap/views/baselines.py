"""Pages of baselines (*baku*) and reviews (*reviu*) of a roadmap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.numbers import whole
from pendapa.kernel.refusing import Refused
from pendapa.regulations import packs
from pendapa.roadmap.actions import baselines as actions
from pendapa.roadmap.actions import reviews as review_actions
from pendapa.roadmap.forms_baselines import DecreeForm, FreezeForm, ReviewForm
from pendapa.roadmap.models import Baseline, Roadmap, RoadmapReview
from pendapa.roadmap.permissions import SET
from pendapa.roadmap.permissions import VIEW as READ
from pendapa.roadmap.queries import baselines as queries
from pendapa.roadmap.queries import roadmaps as documents
from pendapa.roadmap.rules import drift as rules
from pendapa.roadmap.views import common
from pendapa.roadmap.wording_baselines import PARTS, said

PAGE = 100
Row = queries.Row
NARROW: dict[str, tuple[Any, Callable[[Row], bool]]] = {
    "mundur": (gettext_lazy("Later"), lambda row: row.drift.way == rules.LATER),
    "maju": (gettext_lazy("Sooner"), lambda row: row.drift.way == rules.SOONER),
    "pagu": (gettext_lazy("Ceiling"), lambda row: "money" in row.drift.changed),
    "pemilik": (gettext_lazy("Owner"), lambda row: "unit" in row.drift.changed),
    "tambah": (gettext_lazy("Added"), lambda row: row.drift.added),
    "keluar": (gettext_lazy("Taken out"), lambda row: row.drift.removed),
}
"""What the table of a baseline can be narrowed to, by the word of the address."""
SHOWN_ALONE = ("unit", "starts_on", "ends_on", "done_on", "money")


# --------------------------------------------------------------------------------------------------------- all of a roadmap


@page(READ)
@require_safe
def listing(request: PageRequest, uid: UUID) -> HttpResponse:
    """The baselines of a roadmap, which of them is the measure, and its reviews, with the forms for who may."""
    return _listing(request, queries.roadmap(request.actor, request.institution, uid))


def _listing(
    request: PageRequest,
    row: Roadmap,
    *,
    freezing: FreezeForm | None = None,
    reviewing: ReviewForm | None = None,
    changing: tuple[UUID, ReviewForm] | None = None,
    stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    known, may = queries.of_roadmap(row), request.actor.may(SET, request.institution)
    measure, counts = queries.measured(known), queries.counts(known)
    sums = queries.since(request.actor, measure).sums if measure else None
    labels = {one.key: one.label.in_language(common.language()) for one in packs.roadmap().reviews}
    held = []
    for review in queries.reviews(row):
        form = ReviewForm(row=review, prefix=str(review.uid)[:8])
        opened = changing is not None and changing[0] == review.uid
        held.append(
            (
                review,
                labels.get(review.kind, review.kind),
                changing[1] if opened and changing else form,
                opened,
            )
        )
    days = [(review.kind, review.held_on) for review, _label, _form, _open in held]
    context = common.room(request, "roadmaps") | {
        "roadmap": row,
        "baselines": [(one, counts[one.pk]) for one in known],
        "measure": measure,
        "said": said(sums) if sums is not None else "",
        "reviews": held,
        "asked": documents.reviews(row, days),
        "may": may,
        "freezing": freezing or FreezeForm(),
        "freezing_open": freezing is not None,
        "reviewing": reviewing or ReviewForm(prefix="baru"),
        "reviewing_open": reviewing is not None,
        "stale": stale,
        "document_url": common.address(request.institution, "roadmap", row.uid),
        "documents_url": common.address(request.institution, "roadmaps"),
    }
    return render(request, "roadmap/baselines.html", context, status=status)


@page(SET)
@require_POST
def freeze(request: PageRequest, uid: UUID) -> HttpResponse:
    """Keep the roadmap as it is."""
    row = queries.roadmap(request.actor, request.institution, uid)
    form = FreezeForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        try:
            made = actions.freeze(request.actor, row, told["name"], told["decree_number"], told["decree_on"])
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(
                request, _("“%(name)s” is frozen; it does not change any more.") % {"name": made}
            )
            return redirect("roadmap:baseline", request.institution.code, row.uid, made.uid)
    return _listing(request, row, freezing=form, status=422)


# ----------------------------------------------------------------------------------------------------------------- one


@page(READ)
@require_safe
def show(request: PageRequest, uid: UUID, baseline: UUID) -> HttpResponse:
    """What has moved since a baseline, or between it and another one."""
    row = queries.roadmap(request.actor, request.institution, uid)
    return _show(request, row, queries.baseline(request.actor, row, baseline))


@page(SET)
@require_POST
def decree(request: PageRequest, uid: UUID, baseline: UUID) -> HttpResponse:
    """Record the decree that set what was frozen before it."""
    row = queries.roadmap(request.actor, request.institution, uid)
    known = queries.baseline(request.actor, row, baseline)
    form, version = DecreeForm(request.POST), whole(request.POST.get("version", "")) or 0
    if not form.is_valid():
        return _show(request, row, known, deciding=form, status=422)
    told = form.cleaned_data
    try:
        actions.decree(request.actor, known, version, told["decree_number"], told["decree_on"])
    except Refused as refused:
        form.refuse(refused)
        return _show(request, row, known, deciding=form, status=422)
    except Conflict:
        return _show(request, row, known, deciding=form, stale=True, status=409)
    messages.success(request, _("The decree of “%(name)s” is recorded.") % {"name": known})
    return redirect("roadmap:baseline", request.institution.code, row.uid, known.uid)


def _show(
    request: PageRequest,
    row: Roadmap,
    known: Baseline,
    *,
    deciding: DecreeForm | None = None,
    stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    newer = _beside(request, row, known)
    told = queries.between(request.actor, known, newer) if newer else queries.since(request.actor, known)
    which = request.GET.get("jenis", "")
    moved = told.moved
    chosen = [one for one in moved if which not in NARROW or NARROW[which][1](one)]
    start = whole(request.GET.get("mulai", "")) or 0
    every = queries.of_roadmap(row)
    measure = queries.measured(every)
    kept = {"dengan": str(newer.uid) if newer else "", "jenis": which if which in NARROW else ""}
    context = common.room(request, "roadmaps") | {
        "roadmap": row,
        "baseline": known,
        "newer": newer,
        "others": [one for one in every if one.pk != known.pk],
        "is_measure": measure is not None and measure.pk == known.pk,
        "may": request.actor.may(SET, request.institution),
        "deciding": deciding or DecreeForm(),
        "deciding_open": deciding is not None,
        "stale": stale,
        "said": said(told.sums),
        "sums": told.sums,
        "moved": len(moved),
        "still": len(told.rows) - len(moved),
        "intact": queries.verify(known),
        "rows": [_line(request, one) for one in chosen[start : start + PAGE]],
        "segments": _segments(kept, moved),
        "all_url": _query({**kept, "jenis": ""}),
        "which": kept["jenis"],
        "previous": _query({**kept, "mulai": str(max(start - PAGE, 0))}) if start else "",
        "next": _query({**kept, "mulai": str(start + PAGE)}) if start + PAGE < len(chosen) else "",
        "documents_url": common.address(request.institution, "roadmaps"),
        "document_url": common.address(request.institution, "roadmap", row.uid),
    }
    return render(request, "roadmap/baseline.html", context, status=status)


def _beside(request: PageRequest, row: Roadmap, known: Baseline) -> Baseline | None:
    text = request.GET.get("dengan", "")
    if not text:
        return None
    try:
        wanted = UUID(text)
    except ValueError:
        raise NotFound from None
    found = queries.baseline(request.actor, row, wanted)
    return found if found.pk != known.pk else None


def _query(given: dict[str, str]) -> str:
    return "?" + urlencode({name: text for name, text in given.items() if text})


def _segments(kept: dict[str, str], moved: list[Row]) -> list[dict[str, Any]]:
    """The ways to narrow the table that find something, with how many."""
    found = []
    for key, (label, test) in NARROW.items():
        count = sum(1 for one in moved if test(one))
        if count:
            url = _query({**kept, "jenis": key})
            found.append({"url": url, "label": label, "count": count, "current": kept["jenis"] == key})
    return found


def _line(request: PageRequest, row: Row) -> dict[str, Any]:
    """One initiative of the table, in words; before and after where both are told."""
    now, was, drift = row.now, row.was, row.drift
    both = now is not None and was is not None
    facts = now or was or rules.Facts()
    line: dict[str, Any] = {
        "row": row,
        "url": common.address(request.institution, "initiative", row.uid) if row.live else "",
        "unit": facts.unit_name,
        "when": common.drifted(drift) if both else "",
        "tone": {rules.LATER: "bad", rules.SOONER: "ok"}.get(drift.way, ""),
        "start": facts.starts_on,
        "end": facts.ends_on,
        "done_on": facts.done_on,
        "money": facts.money,
        "others": [PARTS[name] for name in drift.changed if name not in SHOWN_ALONE],
    }
    if now is not None and was is not None:
        line |= {
            "was_unit": was.unit_name if "unit" in drift.changed else None,
            "was_start": was.starts_on,
            "was_end": was.ends_on,
            "start_moved": "starts_on" in drift.changed,
            "end_moved": "ends_on" in drift.changed,
            "was_money": was.money,
            "money_moved": "money" in drift.changed,
            "more": drift.money is not None and drift.money > 0,
            "difference": abs(drift.money) if drift.money is not None else None,
        }
    return line


# -------------------------------------------------------------------------------------------------------------- reviews


@page(SET)
@require_POST
def review(request: PageRequest, uid: UUID) -> HttpResponse:
    """Keep a review."""
    row = queries.roadmap(request.actor, request.institution, uid)
    form = ReviewForm(request.POST, prefix="baru")
    if form.is_valid():
        try:
            review_actions.add(request.actor, row, form.values())
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The review is kept."))
            return redirect("roadmap:baselines", request.institution.code, row.uid)
    return _listing(request, row, reviewing=form, status=422)


@page(SET)
@require_POST
def change_review(request: PageRequest, uid: UUID, review: UUID) -> HttpResponse:
    """Set what a review says, or take it away."""
    row = queries.roadmap(request.actor, request.institution, uid)
    found = next((one for one in queries.reviews(row) if one.uid == review), None)
    if found is None:
        raise NotFound
    version = whole(request.POST.get("version", "")) or 0
    if request.POST.get("verb") == "remove":
        try:
            review_actions.delete(request.actor, found, version)
        except Conflict:
            return _listing(request, row, stale=True, status=409)
        messages.success(request, _("The review is taken away. The history can bring it back."))
        return redirect("roadmap:baselines", request.institution.code, row.uid)
    return _save_review(request, row, found, version)


def _save_review(request: PageRequest, row: Roadmap, found: RoadmapReview, version: int) -> HttpResponse:
    form = ReviewForm(request.POST, row=found, prefix=str(found.uid)[:8])
    stale, status = False, 422
    if form.is_valid():
        try:
            review_actions.change(request.actor, found, version, form.values())
        except Refused as refused:
            form.refuse(refused)
        except Conflict:
            stale, status = True, 409
        else:
            messages.success(request, _("The review is kept."))
            return redirect("roadmap:baselines", request.institution.code, row.uid)
    return _listing(request, row, changing=(found.uid, form), stale=stale, status=status)
