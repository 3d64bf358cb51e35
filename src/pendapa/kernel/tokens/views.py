"""One's own keys: the list, making one, revoking one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.kernel.access.actor import institution_for, institutions
from pendapa.kernel.refusing import blame
from pendapa.kernel.tokens import actions, queries
from pendapa.kernel.tokens.forms import KeyForm

INVALID = 422


@require_safe
@never_cache
@login_required
def keys(request: Any) -> HttpResponse:
    """The person's keys, newest first, and for which institutions one can be made."""
    shown = {"keys": queries.own(request.actor), "institutions": institutions(request.actor)[:50]}
    return render(request, "tokens/list.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def new(request: Any, institution: str) -> HttpResponse:
    """Ask for name, scopes and term; what comes back shows the key, this once."""
    here = institution_for(request.actor, institution)
    form = KeyForm(request.actor, here, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make(request.actor, here, **form.cleaned_data)
        except actions.Refused as refused:
            blame(form, refused)
        else:
            return render(request, "tokens/made.html", {"made": made, "base": _base(request, here.code)})
    status = INVALID if form.errors else 200
    return render(request, "tokens/form.html", {"form": form, "place": here}, status=status)


def _base(request: HttpRequest, code: str) -> str:
    return request.build_absolute_uri(f"/api/v1/institutions/{code}/")


@require_POST
@login_required
def revoke(request: Any, uid: UUID) -> HttpResponse:
    """End a key; pressing twice does no more."""
    ended = actions.revoke(request.actor, uid)
    messages.success(request, _("The key %(name)s holds no more.") % {"name": ended.name})
    return redirect("tokens:list")
