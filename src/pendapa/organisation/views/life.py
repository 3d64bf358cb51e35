"""Merging, splitting, and taking back; each shows first what it would do and is saved from there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history import undoing
from pendapa.kernel.tenancy.models import Assignment, Unit
from pendapa.organisation import actions, forms, life, queries
from pendapa.organisation.actions import NewUnit, Outcome, Part
from pendapa.organisation.permissions import MANAGE
from pendapa.organisation.views.shared import INVALID

SHOWN = 400
"""So many things a page lets hand over one by one; the others go with the rest."""


@require_http_methods(["GET", "HEAD", "POST"])
@page(MANAGE)
def merge(request: PageRequest, uid: UUID) -> HttpResponse:
    """Say into which unit this one goes; look at what that does; save."""
    found = queries.find_unit(request.actor, request.institution, uid)
    rows = queries.tree(request.actor, request.institution)
    form = forms.MergeForm(request.POST or None, units=rows, source=found)

    def run(dry: bool) -> Outcome:
        told = form.cleaned_data
        target = told["target"] or NewUnit(told["name"], told["code"], kind=found.kind, parent=found.parent)
        sources = [found, *(form.units[one] for one in told["others"])]
        sources = [unit for unit in sources if not isinstance(target, Unit) or unit.pk != target.pk]
        how = {name: told[name] for name in ("on", "decree", "reason")}
        return actions.merge(request.actor, request.institution, sources, target, **how, dry_run=dry)

    title = _("Merge: %(unit)s") % {"unit": found.name}
    return _steps(request, found, form, run, "organisation/merge.html", {"title": title})


@require_http_methods(["GET", "HEAD", "POST"])
@page(MANAGE)
def split(request: PageRequest, uid: UUID) -> HttpResponse:
    """Name the parts; say what goes where; look at what that does; save."""
    found = queries.find_unit(request.actor, request.institution, uid)
    rows = queries.tree(request.actor, request.institution)
    form = forms.SplitForm(request.POST or None, units=rows, source=found)
    title = _("Split: %(unit)s") % {"unit": found.name}
    if request.method == "POST" and form.is_valid() and request.POST.get("step") == "parts":
        parts = form.parts()
        if len(parts) >= (2 if form.cleaned_data["closes"] else 1):
            return render(request, "organisation/hand.html", _hand(request, found, form, title))
        form.add_error(
            None,
            _("A unit that ends is split into at least two: name two parts."),
        )

    def run(dry: bool) -> Outcome:
        told = form.cleaned_data
        how = {name: told[name] for name in ("on", "decree", "reason", "closes")}
        parts = _parts(request, found, form)
        return actions.split(request.actor, request.institution, found, parts, **how, dry_run=dry)

    return _steps(request, found, form, run, "organisation/split.html", {"title": title})


def _steps(
    request: PageRequest,
    found: Unit,
    form: django_forms.Form,
    run: Callable[[bool], Outcome],
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """Form → preview → saved. A refusal comes back above the form with all that was typed."""
    back = reverse("organisation:unit", args=[request.institution.code, found.uid])
    context |= {"form": form, "unit": found, "back": back}
    if request.method == "POST" and request.POST.get("step") != "change" and form.is_valid():
        saves = request.POST.get("step") == "save"
        try:
            outcome = run(not saves)
        except actions.Refused as refused:
            form.add_error(None, str(refused))
        else:
            if not saves:
                return render(request, "organisation/changeover.html", context | _told(request, outcome))
            messages.success(request, _("Done. It stands in the history and can be taken back as a whole."))
            to = outcome.targets[0]
            return redirect("organisation:unit", request.institution.code, to.uid)
    status = INVALID if request.method == "POST" and form.errors else 200
    return render(request, template, context, status=status)


def _told(request: PageRequest, outcome: Outcome) -> dict[str, Any]:
    plan = outcome.plan
    return {
        "outcome": outcome,
        "plan": plan,
        "carried": _carried(request),
        "total": sum(one.count for one in outcome.counts),
        "moving": sum(seat.how == "moves" for seat in plan.seats),
    }


def _carried(request: PageRequest) -> list[tuple[str, str]]:
    """What was told on the pages before, to be sent along."""
    leave = {"csrfmiddlewaretoken", "step"}
    return [(name, value) for name, values in request.POST.lists() if name not in leave for value in values]


# ---- what goes where


def _hand(request: PageRequest, found: Unit, form: forms.SplitForm, title: str) -> dict[str, Any]:
    things = life.things_of(request.actor, request.institution, found)
    groups: dict[str, list[dict[str, str]]] = {}
    for unit in _below(request, found):
        groups.setdefault(_("Units below"), []).append(_row(request, f"u-{unit.uid}", unit.name, unit.code))
    for one in _people(request, found):
        name = queries.known_name(request.institution, one.user)
        groups.setdefault(_("People and roles"), []).append(
            _row(request, f"p-{one.pk}", name, str(one.get_role_display()))
        )
    for thing in things[:SHOWN]:
        groups.setdefault(thing.kind, []).append(_row(request, f"t-{thing.uid}", thing.name, thing.code))
    parts = [(str(n), unit.name if unit else name) for n, unit, name, _code in form.parts()]
    closes = form.cleaned_data["closes"]
    rest = _("with the rest: %(unit)s") % {"unit": parts[0][1]} if closes else _("stays")
    return {
        "title": title,
        "unit": found,
        "back": reverse("organisation:unit", args=[request.institution.code, found.uid]),
        "groups": groups,
        "parts": parts,
        "rest": rest,
        "more": max(len(things) - SHOWN, 0),
        "carried": [pair for pair in _carried(request) if pair[0][:2] not in ("u-", "p-", "t-")],
    }


def _row(request: PageRequest, field: str, name: str, sub: str) -> dict[str, str]:
    return {"field": field, "name": name, "sub": sub, "value": request.POST.get(field, "")}


def _below(request: PageRequest, found: Unit) -> list[Unit]:
    detail = queries.unit(request.actor, request.institution, found.uid)
    return [row.unit for row in detail.children if not row.closed]


def _people(request: PageRequest, found: Unit) -> Iterable[Assignment]:
    held = found.assignments.filter(queries.not_over(), institution=request.institution)
    return held.select_related("user").order_by("role", "user__name", "pk")


def _parts(request: PageRequest, found: Unit, form: forms.SplitForm) -> list[Part]:
    """The parts with what the page before handed to each."""
    handed = {name: value for name, value in _carried(request) if value and name[:2] in ("u-", "p-", "t-")}
    units = {f"u-{unit.uid}": unit for unit in _below(request, found)}
    people = {f"p-{one.pk}": one for one in _people(request, found)}
    parts = []
    for number, unit, name, code in form.parts():
        mine = [field for field, value in handed.items() if value == str(number)]
        if any(field[:2] == "u-" and field not in units for field in mine):
            raise NotFound
        if any(field[:2] == "p-" and field not in people for field in mine):
            raise NotFound
        try:
            things = [UUID(field[2:]) for field in mine if field[:2] == "t-"]
        except ValueError:
            raise NotFound from None
        parts.append(
            Part(
                unit or NewUnit(name, code, kind=found.kind, parent=found.parent),
                subunits=[units[field] for field in mine if field in units],
                things=things,
                people=[people[field] for field in mine if field in people],
            )
        )
    return parts


# ---- taking back


@require_POST
@page(MANAGE)
def take_back(request: PageRequest, uid: UUID, change: UUID) -> HttpResponse:
    """Take a merge, a split or a renaming back whole."""
    found = queries.find_unit(request.actor, request.institution, uid)
    made = queries.change_of(request.actor, request.institution, found, change)
    try:
        done = actions.take_back(request.actor, made)
    except undoing.Refused as refused:
        messages.error(request, str(refused))
        return redirect("organisation:unit", request.institution.code, found.uid)
    for row, why in done.named[:5]:
        messages.warning(request, _("%(name)s stays as it is: %(why)s.") % {"name": row, "why": why})
    if not done.kept:
        messages.success(request, _("The change is taken back; everything is where it was before."))
    found.refresh_from_db()
    if found.deleted_at:
        return redirect("organisation:tree", request.institution.code)
    return redirect("organisation:unit", request.institution.code, found.uid)
