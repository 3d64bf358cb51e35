"""``{% load saved %}{% saved_bar bar %}``: kept lists and the choice of columns above a list."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.middleware.csrf import get_token

from pendapa.kernel.saved.queries import Bar

register = template.Library()


@register.inclusion_tag("saved/bar.html", takes_context=True)
def saved_bar(context: dict[str, Any], bar: Bar) -> dict[str, Any]:
    """``bar`` is what :func:`pendapa.kernel.saved.queries.bar` gave to the view."""
    request = context["request"]
    return {
        "bar": bar,
        "query": urlencode(bar.query),
        "institution": request.institution,
        "csrf_token": get_token(request),
    }
