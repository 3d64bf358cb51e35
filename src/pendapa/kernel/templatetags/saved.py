"""``{% load saved %}{% saved_bar bar %}``: kept lists and the choice of columns above a list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django import template
from django.middleware.csrf import get_token
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

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


@register.filter
def column_choices(columns: Iterable[tuple[str, Any, bool]]) -> SafeString:
    """The boxes of the column chooser. Put together by hand: there are some sixty on every list."""
    ticked = {True: mark_safe(" checked"), False: ""}
    return format_html_join(
        "",
        '<label class="check small"><input type="checkbox" name="column" value="{}"{}>{}</label>',
        ((key, ticked[bool(chosen)], label) for key, label, chosen in columns),
    )
