"""What several pages do: run an action from a form, and say clearly why it was refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from pendapa.kernel.history.actions import Conflict
from pendapa.organisation.actions import Refused

INVALID = 422


def submit(
    request: HttpRequest,
    form: forms.Form,
    run: Callable[[dict[str, Any]], HttpResponse],
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """Show a form, or run it; a refusal comes back above the fields with all that was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            return run(form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        except Conflict:
            form.add_error(
                None,
                _(
                    "Somebody changed this unit since you opened the page; nothing was saved. Open it anew and look at the change first."
                ),
            )
    return render(request, template, {"form": form, **context}, status=INVALID if form.errors else 200)
