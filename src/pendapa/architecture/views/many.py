"""Many elements at once: choose the field, look at what would change by name, confirm."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from pendapa.architecture import bulk_edit, queries
from pendapa.architecture.models import Element
from pendapa.architecture.permissions import EDIT
from pendapa.architecture.views.common import address, filters_of, language, room
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict, chunks
from pendapa.kernel.numbers import whole
from pendapa.kernel.refusing import Refused

SHOWN = 100
Rows = list[tuple[UUID, int]]


@require_http_methods(["GET", "HEAD", "POST"])
@page(EDIT)
def change_many(request: PageRequest) -> HttpResponse:
    """GET: which field and what value. POST: the preview; with ``confirm`` the change itself."""
    if request.method != "POST":
        return _ask(request, _chosen_rows(request))
    rows = _sent(request.POST.get("rows", ""))
    if request.POST.get("step") == "field":
        return _ask(request, rows)
    domain, key = request.POST.get("domain", "")[:20], request.POST.get("field", "")[:80]
    if not rows:
        messages.error(request, _("No element was chosen."))
        return HttpResponseRedirect(address(request.institution, "list"))
    try:
        chosen = bulk_edit.choose(
            request.actor,
            request.institution,
            _one_domain(request, rows, domain),
            key,
            request.POST.getlist("value"),
        )
        if request.POST.get("confirm") == "1":
            return _do(request, rows, domain, chosen)
    except Refused as refused:
        return _ask(request, rows, fault=str(refused), status=422)
    except Conflict as conflict:
        return _preview(
            request, rows, domain, chosen, status=409, fault=bulk_edit.stale_words(conflict.names)
        )
    return _preview(request, rows, domain, chosen)


def _do(request: PageRequest, rows: Rows, domain: str, chosen: bulk_edit.Chosen) -> HttpResponse:
    here = request.institution
    if len(rows) > bulk_edit.AT_ONCE:
        job = bulk_edit.start(request.actor, here, domain, dict(rows), chosen)
        return redirect("jobs:job", institution=here.code, uid=job.uid)
    made = bulk_edit.change_many(request.actor, here, dict(rows), chosen)
    number = len(made.row)
    if made.draft:
        told = ngettext(
            "The change of %(n)d element stands in your draft. It takes effect when it has been reviewed.",
            "The changes of %(n)d elements stand in your draft. They take effect when they have been reviewed.",
            number,
        )
        messages.success(request, told % {"n": number})
    elif made.change_set:
        told = ngettext("%(n)d element is changed.", "%(n)d elements are changed.", number)
        messages.success(request, told % {"n": number})
    else:
        messages.info(request, _("Nothing was changed."))
    return HttpResponseRedirect(address(here, "list", domain=domain))


def _chosen_rows(request: PageRequest) -> Rows:
    """The rows that the list sent: those ticked, or all of its filter that the actor may change."""
    asked = request.GET
    if asked.get("all") == "1":
        found = bulk_edit.candidates(request.actor, request.institution, filters_of(request))
    else:
        uids = [uid for uid in asked.getlist("uid")[: bulk_edit.MOST] if queries.is_uid(uid)]
        every = bulk_edit.candidates(request.actor, request.institution, queries.Filters())
        found = every.filter(uid__in=uids)
    return list(found.values_list("uid", "version")[: bulk_edit.MOST + 1])


def _sent(text: str) -> Rows:
    """``uid:version`` one after the other, as the page keeps them between its steps."""
    rows = []
    for one in text.split()[: bulk_edit.MOST + 1]:
        uid, _colon, version = one.partition(":")
        number = whole(version, digits=9)
        if queries.is_uid(uid) and number is not None:
            rows.append((UUID(uid), number))
    return rows


def _one_domain(request: PageRequest, rows: Rows, told: str = "") -> str:
    """The domain of the rows where they are of one; only then attributes can be changed."""
    found: set[str] = set()
    for some in chunks(rows, 500):
        mine = Element.objects.filter(
            institution=request.institution, uid__in=[uid for uid, _version in some]
        )
        found |= set(mine.order_by().values_list("domain", flat=True).distinct())
        if len(found) > 1:
            return ""
    return found.pop() if found else ""


def _ask(request: PageRequest, rows: Rows, fault: str = "", status: int = 200) -> HttpResponse:
    """Which field, and which value it is to have."""
    if len(rows) > bulk_edit.MOST:
        messages.error(
            request,
            _("These are more than %(most)d elements. Narrow the list first.") % {"most": bulk_edit.MOST},
        )
        return HttpResponseRedirect(address(request.institution, "list"))
    if not rows:
        messages.info(request, _("None of these elements is yours to change. Tick some first."))
        return HttpResponseRedirect(address(request.institution, "list"))
    domain = _one_domain(request, rows)
    asked = request.POST if request.method == "POST" else request.GET
    key = asked.get("field", "")
    fields = bulk_edit.fields(request.actor, request.institution, domain)
    key = key if key in dict(fields) else ""
    context = (
        room(request, domain)
        | _kept(request, rows, domain)
        | {
            "fields": fields,
            "field": key,
            "label": dict(fields).get(key, ""),
            "input": _input(request, domain, key) if key else None,
            "value": asked.get("value", "") if fault else "",
            "fault": fault,
        }
    )
    return render(request, "architecture/many.html", context, status=status)


def _input(request: PageRequest, domain: str, key: str) -> dict[str, Any]:
    """How the new value is asked: a choice, a day, or a text."""
    if key == "unit":
        units = bulk_edit.unit_options(request.actor, request.institution)
        return {
            "choices": [(str(uid), name) for uid, name in units.values_list("uid", "name")],
            "required": True,
        }
    if key == "classification":
        return {"choices": Element.CLASSIFICATIONS, "required": True}
    if key in bulk_edit.DATES:
        return {"type": "date"}
    column = bulk_edit.column(request.actor, request.institution, domain, key)
    if column is not None and column.type in ("enum", "enum_many"):
        choices = [(one.key, one.label.in_language(language())) for one in column.values]
        return {"choices": choices, "several": column.type == "enum_many"}
    return {"type": "text", "long": column is not None and column.type == "text"}


def _kept(request: PageRequest, rows: Rows, domain: str) -> dict[str, Any]:
    return {
        "count": len(rows),
        "kept": " ".join(f"{uid}:{version}" for uid, version in rows),
        "domain_key": domain,
        "domain_url": address(request.institution, "list", domain=domain),
        "here": address(request.institution, "change_many"),
        "names": _names(request, [uid for uid, _version in rows[:5]]),
    }


def _names(request: PageRequest, uids: Iterable[UUID]) -> list[str]:
    found = queries.visible(request.actor, request.institution).filter(uid__in=list(uids))
    return list(found.order_by("name_key", "id").values_list("name", flat=True))


def _preview(
    request: PageRequest,
    rows: Rows,
    domain: str,
    chosen: bulk_edit.Chosen,
    status: int = 200,
    fault: str = "",
) -> HttpResponse:
    """Old and new by name, with counts and what stands in the way."""
    plan = bulk_edit.plan(request.actor, request.institution, dict(rows), chosen)
    fine = {one.row.uid for one in plan.changed}
    context = (
        room(request, domain)
        | _kept(request, rows, domain)
        | {
            "plan": plan,
            "shown": plan.changed[:SHOWN],
            "more": max(len(plan.changed) - SHOWN, 0),
            "stale": ", ".join(plan.stale[:12]),
            "chosen": chosen,
            "fault": fault,
            # What cannot be changed so is left out by going on with the others.
            "fine": " ".join(f"{uid}:{version}" for uid, version in rows if uid in fine),
            "job": len(fine) > bulk_edit.AT_ONCE,
        }
    )
    return render(request, "architecture/many_preview.html", context, status=status)
