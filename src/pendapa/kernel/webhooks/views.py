"""The pages of webhooks: the list, registering, one with what was sent to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.refusing import blame
from pendapa.kernel.webhooks import actions, events, queries
from pendapa.kernel.webhooks.forms import WebhookForm
from pendapa.kernel.webhooks.models import Webhook
from pendapa.kernel.webhooks.permissions import MANAGE

INVALID = 422


@require_safe
@never_cache
@page(MANAGE)
def webhooks(request: PageRequest) -> HttpResponse:
    """All webhooks of the institution, with what went wrong."""
    found = list(queries.all_of(request.actor, request.institution))
    return render(request, "webhooks/list.html", {"webhooks": found})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(MANAGE)
def new(request: PageRequest) -> HttpResponse:
    """Register one; what comes back shows its secret, this once."""
    form = WebhookForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.register(request.actor, request.institution, **form.cleaned_data)
        except actions.Refused as refused:
            blame(form, refused)
        else:
            return render(request, "webhooks/secret.html", {"webhook": made})
    return render(request, "webhooks/form.html", {"form": form}, status=INVALID if form.errors else 200)


@require_safe
@never_cache
@page(MANAGE)
def webhook(request: PageRequest, uid: UUID) -> HttpResponse:
    """One webhook and its newest messages."""
    found = queries.one(request.actor, request.institution, uid)
    listens = [events.KNOWN.get(one, one) for one in found.events]
    shown: dict[str, Any] = {"webhook": found, "listens": listens, "deliveries": queries.deliveries(found)}
    return render(request, "webhooks/one.html", shown)


@require_POST
@page(MANAGE)
def test(request: PageRequest, uid: UUID) -> HttpResponse:
    """Send a test message."""
    found = queries.one(request.actor, request.institution, uid)
    actions.send_test(request.actor, found)
    messages.success(request, _("A test message is on its way. Open this page again in a moment."))
    return _back(request, found)


@require_POST
@page(MANAGE)
def switch(request: PageRequest, uid: UUID) -> HttpResponse:
    """Off, or on again."""
    found = queries.one(request.actor, request.institution, uid)
    on = request.POST.get("on") == "1"
    actions.switch(request.actor, found, on=on)
    messages.success(request, _("The webhook is on.") if on else _("The webhook is off."))
    return _back(request, found)


@require_POST
@never_cache
@page(MANAGE)
def secret(request: PageRequest, uid: UUID) -> HttpResponse:
    """Another secret, shown this once."""
    found = queries.one(request.actor, request.institution, uid)
    actions.new_secret(request.actor, found)
    return render(request, "webhooks/secret.html", {"webhook": found})


@require_POST
@page(MANAGE)
def redeliver(request: PageRequest, uid: UUID, delivery: int) -> HttpResponse:
    """Send one message again."""
    found = queries.one(request.actor, request.institution, uid)
    actions.redeliver(request.actor, found, delivery)
    messages.success(request, _("The message is on its way again."))
    return _back(request, found)


def _back(request: PageRequest, found: Webhook) -> HttpResponse:
    return redirect("webhooks:one", request.institution.code, found.uid)
