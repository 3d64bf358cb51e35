"""Pages of commitments: by OPD, one with its milestones, and the forms."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.architecture.queries import offered_units
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.documents import making
from pendapa.kernel.files import serving
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.numbers import whole
from pendapa.kernel.refusing import Refused, blame
from pendapa.kernel.tenancy.models import Unit
from pendapa.regulations import packs
from pendapa.roadmap import paper_commitments as papers
from pendapa.roadmap.actions import commitments as actions
from pendapa.roadmap.forms_commitments import AssessForm, CommitmentForm, ReportForm, initial
from pendapa.roadmap.models import Commitment, Initiative, Milestone
from pendapa.roadmap.permissions import DRAFT_COMMITMENT, VIEW
from pendapa.roadmap.queries import commitments as queries
from pendapa.roadmap.queries import narrowing
from pendapa.roadmap.rules import commitments as rules
from pendapa.roadmap.views import common

PAGE = 20
"""OPD on one page."""
TONES = {
    "draft": ("line", "edit"),
    "proposed": ("info", "user"),
    "approved": ("info", "rosette-discount-check"),
    "ended": ("line", "archive"),
    "withdrawn": ("line", "x"),
}
COMPLETION_TONES = {
    "no_evidence": ("bad", "help-circle"),
    "not_started": ("bad", "circle-x"),
    "limited": ("warn", "alert-triangle"),
    "substantial": ("info", "trending-up"),
    "complete": ("ok", "circle-check"),
}
ABOUT = (
    ("late", gettext_lazy("Late milestones")),
    ("unproven", gettext_lazy("Without evidence")),
    ("unassessed", gettext_lazy("To be assessed")),
)
SAID = {
    "propose": gettext_lazy("It lies with the head of the agency now."),
    "approve": gettext_lazy("You have committed to it. The text does not change any more."),
    "give_back": gettext_lazy("Given back to be written anew."),
    "withdraw": gettext_lazy("Withdrawn. It can be taken up again."),
    "revise": gettext_lazy("It is a draft again and needs a new approval."),
    "end": gettext_lazy("It has ended."),
}


def completion_label(key: str) -> str:
    """A value of completion in the words of the pack."""
    found = next((one for one in queries.completions() if one.key == key), None)
    return found.label.in_language(get_language() or "id") if found else key


def _version(request: PageRequest) -> int:
    return whole(request.POST.get("version", "")) or 0


def _one(request: PageRequest, uid: UUID) -> Commitment:
    return queries.commitment(request.actor, request.institution, uid)


# ---- by OPD


@page(VIEW)
@require_safe
def listing(request: PageRequest) -> HttpResponse:
    """Commitments by OPD: those with something late or without evidence in front."""
    asked = {name: request.GET.get(name, "")[:40].strip() for name in ("keadaan", "perihal")}
    asked["opd"] = common.opds(request)
    filters, day = queries.Filters(asked["opd"], asked["keadaan"], asked["perihal"]), timezone.localdate()
    actor, institution = request.actor, request.institution
    groups = queries.by_unit(actor, institution, filters, day)
    start = whole(request.GET.get("mulai", "")) or 0
    query = {name: text for name, text in asked.items() if text}
    lines = [one for group in groups for one in group.lines]
    units = queries.units(actor, institution)
    context = common.room(request, "commitments") | {
        "groups": [(one, [drawn(line) for line in one.lines]) for one in groups[start : start + PAGE]],
        "finding": finding(lines),
        "count": len(lines),
        "filters": filters,
        "narrowed": bool(query),
        "units": units,
        "beyond": _beyond(request, filters, units),
        "states": [(queries.COMMITTED, _("Committed or ended")), *Commitment.STATES],
        "about": ABOUT,
        "previous": "?" + urlencode(query | {"mulai": max(start - PAGE, 0)}) if start else "",
        "next": "?" + urlencode(query | {"mulai": start + PAGE}) if start + PAGE < len(groups) else "",
        "may_write": actor.may(DRAFT_COMMITMENT, institution),
        "whole": actor.scope(VIEW, institution).everything,
    }
    return render(request, "roadmap/commitments.html", context)


def _beyond(request: PageRequest, filters: queries.Filters, units: list[Unit]) -> tuple[str, str] | None:
    """The OPD that are shown, where the choice does not offer them."""
    offered = [one.uid for one in units]
    if not filters.unit or filters.unit in map(str, offered):
        return None
    named = narrowing.units(request.institution, filters.unit)
    return common.beyond(filters.unit, ((one.uid, one.name) for one in named), offered)


def drawn(line: queries.Line) -> dict[str, Any]:
    """A commitment with the tone and the icon of its state, and where it was assessed ``completion``: tone, icon, words."""
    row = line.row
    tone, icon = TONES[row.state]
    told: dict[str, Any] = {"line": line, "row": row, "tone": tone, "icon": icon}
    if row.completion:
        told["completion"] = (*COMPLETION_TONES[row.completion], completion_label(row.completion))
    return told


def finding(lines: list[queries.Line]) -> str:
    """What the list says, in one sentence."""
    committed = sum(one.row.state in rules.COMMITTED for one in lines)
    late, unproven = sum(one.late for one in lines), sum(one.unproven for one in lines)
    told = [ngettext("%(n)s commitment stands", "%(n)s commitments stand", committed) % {"n": committed}]
    if waiting := sum(one.row.state == rules.PROPOSED for one in lines):
        told.append(
            ngettext("%(n)s waits for its head", "%(n)s wait for their heads", waiting) % {"n": waiting}
        )
    if late:
        told.append(ngettext("%(n)s milestone is late", "%(n)s milestones are late", late) % {"n": late})
    if unproven:
        told.append(
            ngettext("%(n)s is without evidence", "%(n)s are without evidence", unproven) % {"n": unproven}
        )
    return ", ".join(told) + "."


# ---- write


@page(DRAFT_COMMITMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PageRequest) -> HttpResponse:
    """Begin a commitment."""
    actor, institution = request.actor, request.institution
    today = timezone.localdate()
    units = [
        one
        for one in offered_units(actor, institution, DRAFT_COMMITMENT)
        if one.valid_to is None or one.valid_to >= today
    ]
    offered = queries.offered(actor, institution)
    year = timezone.localdate().year
    usual = {"starts_on": f"{year + 1}-01-01", "ends_on": f"{year + 1}-12-31"}
    usual |= {"unit": request.GET.get("opd", "")[:40], "initiative": request.GET.get("inisiatif", "")[:40]}
    form = _read(request, units, offered, 0, usual)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.draft(actor, institution, form.unit_chosen, form.values(), form.initiative_chosen)
        except Refused as error:
            form.refused(error)
        else:
            messages.success(request, _("The draft is kept. Hand it to the head when it is whole."))
            return _to(row)
    return _form(request, form)


@page(DRAFT_COMMITMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: PageRequest, uid: UUID) -> HttpResponse:
    """Write a draft anew."""
    row = _one(request, uid)
    if not actions.may_change(request.actor, row):
        return _closed(request, row)
    offered = queries.offered(request.actor, request.institution)
    linked = queries.linked(request.actor, row)
    if linked is not None and linked.pk not in {one.pk for one in offered}:
        offered.append(linked)
    steps = queries.steps(row)
    form = _read(request, [row.unit], offered, len(steps), initial(row, steps))
    stale = False
    if request.method == "POST" and form.is_valid():
        chosen = form.initiative_chosen
        if chosen is None and linked is None:
            chosen = row.initiative  # what one may not see is not taken off unseen
        try:
            row = actions.change(request.actor, row, _version(request), form.values(), chosen)
        except Refused as error:
            form.refused(error)
        except Conflict:
            row, stale = _one(request, uid), True
        else:
            messages.success(request, _("Saved."))
            return _to(row)
    return _form(request, form, row, stale=stale)


def _read(
    request: PageRequest, units: list[Unit], offered: list[Initiative], rows: int, known: dict[str, Any]
) -> CommitmentForm:
    """The form as it was sent; with more rows, and nothing told of what is not typed yet, where those were asked for."""
    if "more" in request.POST:
        return CommitmentForm(
            units, offered, rows=whole(request.POST.get("rows", ""), 2) or 0, initial=request.POST.dict()
        )
    return CommitmentForm(units, offered, request.POST or None, rows=rows, initial=known)


def _form(
    request: PageRequest, form: CommitmentForm, row: Commitment | None = None, *, stale: bool = False
) -> HttpResponse:
    fault = form.is_bound and bool(form.errors)
    kept = fault or "more" in request.POST
    version = _version(request) if kept else row.version if row else 0
    context = common.room(request, "commitments") | {
        "form": form, "row": row, "stale": stale, "version": version, "most": rules.MOST_MILESTONES,
    }  # fmt: skip
    return render(
        request, "roadmap/commitment_form.html", context, status=409 if stale else 422 if fault else 200
    )


def _closed(request: PageRequest, row: Commitment) -> HttpResponse:
    """What is no draft is shown, with why it is not changed; for others there is no such page."""
    if not request.actor.may(DRAFT_COMMITMENT, row.institution, row.unit):
        raise NotFound
    messages.warning(request, actions.fixed(row))
    return _to(row)


def _to(row: Commitment, anchor: str = "") -> HttpResponse:
    address = reverse("roadmap:commitment", args=[row.institution.code, row.uid])
    return redirect(address + (f"#{anchor}" if anchor else ""))


# ---- one


@page(VIEW)
@require_safe
def show(request: PageRequest, uid: UUID) -> HttpResponse:
    """One commitment: text, milestones, approval, what came of it."""
    return _detail(request, _one(request, uid))


def _detail(
    request: PageRequest, row: Commitment, *, faults: dict[str, str] | None = None, reason: str = "",
    bound: tuple[str, Any] | None = None, stale: bool = False,
) -> HttpResponse:  # fmt: skip
    actor, day = request.actor, timezone.localdate()
    line, kept = queries.line(row, day), dict([bound] if bound else [])
    verbs, linked = actions.may(actor, row), queries.linked(actor, row)
    context = common.room(request, "commitments") | drawn(line)
    context |= {
        "steps": [_step(request, row, one, day, kept.get(str(one.uid))) for one in queries.steps(row)],
        "verbs": verbs,
        "reasoned": {verb for verb in verbs if rules.needs_reason(row.state, verb)},
        "reason": reason,
        "barred": _barred(request, row, verbs),
        "may_change": actions.may_change(actor, row),
        "may_show": actions.may_show(actor, row),
        "assess": _assess_form(row, kept.get("assess")) if actions.may_assess(actor, row) else None,
        "assess_from": rules.assess_from(row.ends_on),
        "assess_months": packs.roadmap().assessing.months,
        "advised": rules.advice(line.steps) if row.state in rules.COMMITTED and row.ends_on < day else "",
        "intact": queries.verify(row),
        "alone": queries.approved_alone(row),
        "initiative": linked,
        "initiative_url": common.address(row.institution, "initiative", linked.uid) if linked else "",
        "public_url": _public_url(row),
        "trail": _trail(row),
        "is_own": actor.may(VIEW, row.institution, row.unit),
        "over": row.ends_on < day,
        "faults": faults or {},
        "stale": stale,
        "version": _version(request) if faults else row.version,
    }
    return render(
        request, "roadmap/commitment.html", context, status=409 if stale else 422 if faults or kept else 200
    )


def _public_url(row: Commitment) -> str:
    if not row.public or row.state not in rules.COMMITTED:
        return ""
    return reverse("portal:commitment", args=[row.institution.code, row.uid])


def _barred(request: PageRequest, row: Commitment, verbs: list[str]) -> str:
    """What is to be known before the own text is approved."""
    by = queries.approver(request.actor, row) if "approve" in verbs else None
    if by is None:
        if "approve" in verbs:
            verbs.remove("approve")
        return ""
    if by.barred:
        verbs.remove("approve")
        return _("You alone wrote this. Another head of this agency has an account and approves it.")
    if by.alone:
        return _(
            "You alone wrote this, and no other head of this agency has an account. The approval says so."
        )
    return ""


def _step(request: PageRequest, row: Commitment, one: Milestone, day: Any, bound: Any) -> dict[str, Any]:
    told = queries.reached(one)
    late = row.state in rules.COMMITTED and told.late(day)
    over = row.state == rules.ENDED
    form = None
    if actions.may_report(request.actor, row):
        known = {"done_on": one.done_on, "link": one.link, "note": one.note}
        form = bound or ReportForm(initial=known, auto_id=f"t_{one.pk}_%s")
    return {
        "row": one,
        "late": (day - one.due).days if late and not over else 0,
        "missed": late and over,
        "soon": row.state == rules.APPROVED and told.soon(day),
        "form": form,
        "open": bound is not None,
        "version": _version(request) if bound is not None else one.version,
    }


def _assess_form(row: Commitment, bound: Any) -> AssessForm:
    known = {"completion": row.completion, "note": row.completion_note}
    return cast(AssessForm, bound) if bound is not None else AssessForm(_choices(), initial=known)


def _choices() -> list[tuple[str, str]]:
    language = get_language() or "id"
    return [(one.key, one.label.in_language(language)) for one in queries.completions()]


def _trail(row: Commitment) -> list[dict[str, Any]]:
    states = dict(Commitment.STATES)
    return [
        {"told": one, "what": _("Assessed") if one.assessed else states.get(one.state, one.state)}
        for one in queries.trail(row)
    ]


@page(VIEW)
@require_POST
def move(request: PageRequest, uid: UUID) -> HttpResponse:
    """One of the verbs; what is missing is told on the page of the commitment."""
    row, verb = _one(request, uid), request.POST.get("verb", "")
    reason = request.POST.get("reason", "")
    if verb not in actions.VERBS:
        raise NotFound
    told = {"reason": reason} if verb in rules.REASONED else {}
    try:
        row = actions.VERBS[verb](request.actor, row, _version(request), **told)
    except Refused as error:
        return _detail(request, row, faults=error.faults, reason=reason)
    except Conflict:
        return _detail(request, _one(request, uid), reason=reason, stale=True)
    messages.success(request, str(SAID[verb]))
    return _to(row)


@page(VIEW)
@require_POST
def publish(request: PageRequest, uid: UUID) -> HttpResponse:
    """Open it to the public, or close it again."""
    row, public = _one(request, uid), "public" in request.POST
    try:
        actions.show(request.actor, row, _version(request), public)
    except Refused as error:
        return _detail(request, row, faults=error.faults)
    except Conflict:
        return _detail(request, _one(request, uid), stale=True)
    messages.success(
        request, _("Everybody can read it now.") if public else _("The public does not see it any more.")
    )
    return _to(row)


@page(VIEW)
@require_POST
def assess(request: PageRequest, uid: UUID) -> HttpResponse:
    """Say how far it came."""
    row = _one(request, uid)
    form = AssessForm(_choices(), request.POST)
    if form.is_valid():
        try:
            told = form.cleaned_data
            actions.assess(request.actor, row, _version(request), told["completion"], told["note"])
        except Refused as error:
            blame(form, error)
        except Conflict:
            return _detail(request, _one(request, uid), bound=("assess", form), stale=True)
        else:
            messages.success(request, _("The assessment is kept."))
            return _to(row, "capaian")
    elif not actions.may_assess(request.actor, row):
        raise NotFound
    return _detail(request, row, bound=("assess", form))


@page(VIEW)
@require_POST
def report(request: PageRequest, uid: UUID, step: UUID) -> HttpResponse:
    """Say what became of a milestone, with what proves it."""
    row = _one(request, uid)
    one = queries.milestone(row, step)
    form = ReportForm(request.POST, request.FILES, auto_id=f"t_{one.pk}_%s")
    stale = False
    if form.is_valid():
        told, sent = form.cleaned_data, form.cleaned_data["file"]
        proof = actions.Proof(sent.file, sent.name, sent.size) if sent else None
        try:
            actions.milestone_done(
                request.actor, one, _version(request), told["done_on"], note=told["note"], link=told["link"],
                proof=proof, drop_file=told["drop_file"],
            )  # fmt: skip
        except Refused as error:
            blame(form, error)
        except Conflict:
            row, stale = _one(request, uid), True
        else:
            messages.success(request, _("Saved."))
            return _to(row, f"t-{one.uid}")
    elif not actions.may_report(request.actor, row):
        raise NotFound
    return _detail(request, row, bound=(str(one.uid), form), stale=stale)


@page(VIEW)
@require_safe
def file(request: PageRequest, uid: UUID, step: UUID) -> HttpResponse:
    """The file of a milestone, for who reads for that OPD: to be saved, never shown in the page."""
    row = _one(request, uid)
    one = queries.milestone(row, step)
    if one.file is None or not request.actor.may(VIEW, row.institution, row.unit):
        raise NotFound
    return serving.served(one.file)


@page(VIEW)
@require_safe
def paper(request: PageRequest, uid: UUID) -> HttpResponse:
    """The commitment as a page to be signed on paper."""
    row = _one(request, uid)
    try:
        content = papers.pdf(row)
    except making.NotMade as error:
        messages.error(request, str(error))
        return _to(row)
    told = HttpResponse(content, content_type="application/pdf")
    told["Content-Disposition"] = f'attachment; filename="komitmen-{row.unit.code}-{row.ends_on.year}.pdf"'
    told["X-Content-Type-Options"] = "nosniff"
    return told
