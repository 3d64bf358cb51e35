"""Feeds: the calendar behind a secret address, and the page on which one makes and revokes them."""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.calendars import actions_feeds as actions
from pendapa.kernel.calendars import feeds
from pendapa.kernel.calendars import queries_feeds as queries
from pendapa.kernel.calendars.permissions import HOLIDAYS

INVALID = 422


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """What is due, as a calendar program reads it: no session, in Indonesian, with the rights that its owner has now."""
    found = queries.opened(secret)
    try:
        actions.read(found.feed)
    except actions.TooOften:
        return HttpResponse(status=429, headers={"Retry-After": "3600", "Cache-Control": "private, no-store"})
    unit, institution = found.feed.unit, found.feed.institution
    with translation.override("id"):
        rows = feeds.entries(found.actor, institution, unit, timezone.localdate())
        name = _("Due: %(whose)s") % {"whose": unit.name if unit else found.feed.user.name}
        about = _("Actions and milestones in Pendapa, %(institution)s. Read only.") % {"institution": institution.name}  # fmt: skip
        body = feeds.write(name, about, rows, request.build_absolute_uri("/").rstrip("/"))
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["ETag"] = tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        answer = HttpResponse(status=304, headers={"ETag": tag})
    else:
        answer["Content-Disposition"] = 'inline; filename="pendapa.ics"'
    answer["Cache-Control"] = "private, max-age=900"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer


@never_cache
@page(HOLIDAYS)
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: PageRequest) -> HttpResponse:
    """One's own feeds; POST makes one and shows its address, this once."""
    actor, institution = request.actor, request.institution
    units, fault = queries.units(actor, institution), ""
    chosen = request.POST.get("unit", "")[:40]
    if request.method == "POST":
        try:
            made = actions.make(actor, institution, UUID(chosen) if chosen else None)
        except actions.Refused as refused:
            fault = str(refused)
        except ValueError:
            fault = _("Choose an agency in which you hold a role.")
        else:
            address = request.build_absolute_uri(reverse("calendar_feed", args=[made.secret]))
            return render(request, "calendars/made.html", {"made": made, "address": address})
    context = {"feeds": queries.own(actor, institution), "units": units, "fault": fault, "chosen": chosen}
    return render(request, "calendars/feeds.html", context, status=INVALID if fault else 200)


@require_POST
@page(HOLIDAYS)
def revoke(request: PageRequest, number: int) -> HttpResponse:
    """End a feed."""
    actions.revoke(request.actor, request.institution, number)
    messages.success(request, _("The calendar address holds no more."))
    return redirect("feeds:list", institution=request.institution.code)
