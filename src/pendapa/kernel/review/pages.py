"""The decorator of pages on which a person works at the own proposal: they show the register as the draft would leave it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from pendapa.kernel.access.pages import PageRequest
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.review import actions, items, queries

View = Callable[..., HttpResponse]


def over(view: View) -> View:
    """Below ``page``: reading lays the actor's open draft under the view, as far as it touches the thing of the address;
    writing gathers what the view wrote into it. For whose changes are not reviewed nothing is different."""
    return _working(view, reading=True)


def gathered(view: View) -> View:
    """The same for a page whose reading shows nothing that a draft could change, such as an empty form."""
    return _working(view, reading=False)


def _working(view: View, *, reading: bool) -> View:
    @wraps(view)
    def inner(request: PageRequest, *args: Any, **named: Any) -> HttpResponse:
        if not actions.gathers(request.actor, request.institution):
            return view(request, *args, **named)
        uid = named.get("uid")
        if request.method in ("GET", "HEAD"):
            draft = queries.open_set(request.actor, request.institution) if reading else None
            if draft is None or (uid is not None and not items.touching(draft, uid)):
                return view(request, *args, **named)
            request.draft = draft  # type: ignore[attr-defined]
            with actions.laid_over(request.actor, draft, _about(request, uid)):
                return view(request, *args, **named)
        response, kept = actions.through(
            request.actor,
            request.institution,
            lambda: view(request, *args, **named),
            about=_about(request, uid),
        )
        if kept is not None:
            messages.info(request, told(kept))
        return response

    return inner


def _about(request: PageRequest, uid: UUID | None) -> set[str] | None:
    """The things that the address and the form name; all of them where the address names none."""
    if uid is None:
        return None
    said = {str(uid)}
    for text in [*request.POST.values(), *request.GET.values()]:
        try:
            said.add(str(UUID(str(text))))
        except ValueError:
            continue
    return said


def told(kept: ChangeSet) -> str:
    """That it went into the proposal, and where that is."""
    url = reverse("review:set", args=[kept.institution.code, kept.uid])
    link = format_html('<a href="{}">{}</a>', url, _("your proposal"))
    return format_html(_("It is kept in {}, and counts when it has been reviewed."), link)
