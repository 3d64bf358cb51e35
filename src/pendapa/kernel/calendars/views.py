"""The page of the holidays of an institution: a year, adding, changing, taking back."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.calendars import actions, queries
from pendapa.kernel.calendars.forms import HolidayForm
from pendapa.kernel.calendars.models import Holiday
from pendapa.kernel.calendars.permissions import HOLIDAYS, KEEP_HOLIDAYS
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.refusing import blame

INVALID, TAKEN = 422, 409


@require_safe
@never_cache
@page(HOLIDAYS)
def holidays(request: PageRequest) -> HttpResponse:
    """All days off of a year (``?tahun=2026``), those of the nation and the own ones."""
    found = queries.year(request.actor, request.institution, _year(request.GET.get("tahun", "")))
    facts = {
        "found": found,
        "before": found.year - 1 if found.year > queries.FIRST_YEAR else None,
        "after": found.year + 1 if found.year < queries.LAST_YEAR else None,
        "writes": request.actor.may(KEEP_HOLIDAYS, request.institution),
        "today": timezone.localdate(),
        "week": queries.workdays(request.institution),
    }
    return render(request, "calendars/holidays.html", facts)


def _year(text: str) -> int:
    number = (
        int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else timezone.localdate().year
    )
    return min(max(number, queries.FIRST_YEAR), queries.LAST_YEAR)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(KEEP_HOLIDAYS)
def new(request: PageRequest) -> HttpResponse:
    """Say that a day is off; ``?hari=2026-12-24`` names a day of the national calendar that is to be worked."""
    if request.method != "POST":
        return _form(request, HolidayForm(initial=_proposed(request.GET.get("hari", ""))))
    form = HolidayForm(request.POST)
    if form.is_valid():
        try:
            made = actions.add(request.actor, request.institution, form.values())
        except actions.Refused as refused:
            blame(form, refused)
        else:
            messages.success(request, _("Kept: %(name)s.") % {"name": made.name})
            return _to_year(request, made.day)
    return _form(request, form)


def _proposed(text: str) -> dict[str, Any]:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return {}
    known = queries.national(day.year).get(day)
    return {"day": day, "name": known[0], "kind": known[1], "works": True} if known else {"day": day}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(KEEP_HOLIDAYS)
def edit(request: PageRequest, uid: UUID) -> HttpResponse:
    """Change the own word on a day."""
    row = queries.holiday(request.actor, request.institution, uid)
    if request.method != "POST":
        fields = ("day", "name", "kind", "works", "version")
        return _form(request, HolidayForm(initial={name: getattr(row, name) for name in fields}), row)
    form = HolidayForm(request.POST)
    if form.is_valid():
        try:
            made = actions.change(request.actor, row, form.cleaned_data["version"] or 0, form.values())
        except actions.Refused as refused:
            blame(form, refused)
        except Conflict:
            form.add_error(
                None,
                _(
                    "Somebody else changed this day meanwhile. What you typed stands below; it now says: %(now)s."
                )
                % {"now": row},
            )
            # Whoever saves again has seen what it says now.
            data = request.POST.copy()
            data["version"] = str(row.version)
            form.data = data
            return _form(request, form, row, TAKEN)
        else:
            messages.success(request, _("Kept: %(name)s.") % {"name": made.name})
            return _to_year(request, made.day)
    return _form(request, form, row)


@require_POST
@page(KEEP_HOLIDAYS)
def remove(request: PageRequest, uid: UUID) -> HttpResponse:
    """Take the own word back."""
    row = queries.holiday(request.actor, request.institution, uid)
    version = request.POST.get("version", "")
    try:
        actions.remove(request.actor, row, int(version) if version.isdecimal() and len(version) < 9 else 0)
    except Conflict:
        messages.warning(request, _("Somebody else changed this day meanwhile. Nothing was removed."))
    else:
        messages.success(
            request, _("Removed: %(name)s. The national calendar counts again.") % {"name": row.name}
        )
    return _to_year(request, row.day)


def _form(
    request: PageRequest, form: HolidayForm, row: Holiday | None = None, status: int = INVALID
) -> HttpResponse:
    facts = {"form": form, "row": row, "year": row.day.year if row else timezone.localdate().year}
    return render(request, "calendars/form.html", facts, status=status if form.errors else 200)


def _to_year(request: PageRequest, day: date) -> HttpResponse:
    return redirect(f"{reverse('calendars:holidays', args=[request.institution.code])}?tahun={day.year}")
