"""Pages of the register of decrees and policies."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.evaluation.actions import decrees as actions
from pendapa.evaluation.forms_evidence import RegisterForm, register_initial
from pendapa.evaluation.models import Decree
from pendapa.evaluation.permissions import ANSWER, VIEW
from pendapa.evaluation.queries import decrees as queries
from pendapa.evaluation.views import common
from pendapa.evaluation.views.serving import served
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.numbers import whole
from pendapa.kernel.refusing import blame


@page(VIEW)
@require_safe
def register(request: PageRequest) -> HttpResponse:
    """The register, newest entry first."""
    words, state = request.GET.get("q", "")[:200].strip(), request.GET.get("state", "")
    state = state if state in queries.STATES else ""
    found = queries.listed(request.actor, request.institution, words, state, request.GET.get("after", ""))
    kept = {key: value for key, value in {"q": words, "state": state}.items() if value}
    labels = {"holds": _("In force"), "soon": _("Ends soon"), "over": _("No longer in force")}
    states = [
        {
            "label": label,
            "count": found.counts[key],
            "current": key == state,
            "url": "?" + urlencode(({"q": words} if words else {}) | {"state": key}),
        }
        for key, label in labels.items()
    ]
    context = common.room(request, "decrees") | {
        "found": found,
        "words": words,
        "state": state,
        "states": states,
        "everything": "?" + urlencode({"q": words} if words else {}),
        "next_url": "?" + urlencode(kept | {"after": found.next}) if found.next else "",
        "may_add": request.actor.may(ANSWER, request.institution),
    }
    return render(request, "evaluation/decrees.html", context)


@page(ANSWER)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PageRequest) -> HttpResponse:
    """Enter a decree."""
    form = RegisterForm(request.actor, request.institution, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.add(request.actor, request.institution, **form.given)
        except actions.Refused as error:
            blame(form, error)
        else:
            messages.success(request, _("“%(name)s” is in the register.") % {"name": row})
            return redirect(_address(row))
    context = common.room(request, "decrees") | {"form": form}
    return render(request, "evaluation/decrees_new.html", context, status=422 if form.errors else 200)


@page(VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: PageRequest, uid: UUID) -> HttpResponse:
    """A decree, what points to it, and its form."""
    row = queries.one(request.actor, request.institution, uid)
    may_edit, status = queries.may_edit(request.actor, row), 200
    form = RegisterForm(request.actor, request.institution, initial=register_initial(row), me=row) if may_edit else None  # fmt: skip
    if request.method == "POST":
        if not may_edit:
            raise NotFound
        form, status = (
            RegisterForm(request.actor, request.institution, request.POST, request.FILES, me=row),
            422,
        )
        if form.is_valid():
            try:
                actions.change(request.actor, row, whole(request.POST.get("version", "")) or 0, **form.given)
            except actions.Refused as error:
                blame(form, error)
            except Conflict:
                form.add_error(None, _("Somebody changed this meanwhile. Look at it again."))
                status = 409
            else:
                messages.success(request, _("Saved."))
                return redirect(_address(row))
    context = common.room(request, "decrees") | {
        "row": row,
        "now": queries.state_of(row),
        "form": form,
        "pieces": queries.pieces(request.actor, row),
        "follows": list(row.replaced_by.filter(deleted_at=None)),
        "may_edit": may_edit,
    }
    return render(request, "evaluation/decrees_one.html", context, status=status)


@page(VIEW)
@require_safe
def file(request: PageRequest, uid: UUID) -> HttpResponse:
    """The decree itself. Everybody who reads the register reads it."""
    row = queries.one(request.actor, request.institution, uid)
    if row.file is None:
        raise NotFound
    return served(row.file, save="unduh" in request.GET)


@page(ANSWER)
@require_POST
def remove(request: PageRequest, uid: UUID) -> HttpResponse:
    """Take a decree out of the register."""
    row = queries.one(request.actor, request.institution, uid)
    try:
        actions.remove(request.actor, row, whole(request.POST.get("version", "")) or 0)
    except (actions.Refused, Conflict) as error:
        messages.warning(request, str(error))
        return redirect(_address(row))
    messages.success(
        request, _("“%(name)s” is out of the register; the history still knows it.") % {"name": row}
    )
    return redirect("evaluation:decrees", institution=request.institution.code)


def _address(row: Decree) -> str:
    return reverse("evaluation:decree", args=[row.institution.code, row.uid])
