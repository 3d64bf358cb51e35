"""``{% load comments %}{% comments element %}``: what was said about a recorded thing, and the form to say more."""

from __future__ import annotations

from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.utils.html import conditional_escape, format_html, urlize
from django.utils.safestring import SafeString, mark_safe

from pendapa.kernel.comments import queries, rules
from pendapa.kernel.comments.permissions import COMMENT
from pendapa.kernel.comments.queries import Said, Thread
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded

register = template.Library()


@register.inclusion_tag("comments/block.html", takes_context=True)
def comments(context: dict[str, Any], row: Recorded) -> dict[str, Any]:
    """The block of a page whose view has let the actor see ``row``; empty where comments are not the actor's to read."""
    request = context["request"]
    return block(request, row)


def block(request: Any, row: Recorded, **more: Any) -> dict[str, Any]:
    """What ``comments/block.html`` needs; views give ``text``, ``fault`` and ``picked`` of what could not be said.

    Who belongs to the institution is asked, not only ``row``: the page of a thing may be open to more people.
    """
    may = request.actor.may(COMMENT, request.institution)
    known = queries.thread(request.actor, row) if may else Thread(row.recorded_type, row.uid)
    return {
        "request": request,
        "institution": request.institution,
        "thread": known,
        "may": may,
        "title": history.registered(row.recorded_type).title,
        "limit": rules.LIMIT,
        "back": queries.page_of(request.institution, row),
        "csrf_token": get_token(request),
        **more,
    }


@register.filter
def spoken(one: Said) -> SafeString:
    """The text of a comment as HTML: escaped, lines kept, addresses linked, calls marked."""
    told = []
    for called, part in rules.pieces(one.text, one.calls):
        if called:
            told.append(format_html('<b style="white-space:normal">{}</b>', part))
        else:
            told.append(mark_safe(urlize(part, nofollow=True, autoescape=True)))  # noqa: S308 (escapes by itself)
    return mark_safe("".join(map(conditional_escape, told)).replace("\n", "<br>"))  # noqa: S308 (of escaped parts)
