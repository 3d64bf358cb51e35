"""The inbox: one page for what waits for a person, from all rooms."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pendapa.inbox import queries
from pendapa.inbox.permissions import INBOX
from pendapa.kernel.access.pages import PageRequest, page


@require_safe
@never_cache
@page(INBOX)
def inbox(request: PageRequest) -> HttpResponse:
    """Grouped by what there is to do, late and oldest first; htmx gets the groups alone."""
    found = queries.inbox(request.actor, request.institution)
    part = request.headers.get("HX-Request") == "true"
    response = render(request, "inbox/groups.html" if part else "inbox/inbox.html", {"inbox": found})
    patch_vary_headers(response, ["HX-Request"])
    return response
