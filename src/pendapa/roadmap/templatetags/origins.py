"""``{% load origins %}{% origin_of row as born %}``: the page of what an initiative was made of."""

from __future__ import annotations

from typing import Any

from django import template

from pendapa.kernel.ui.onward import Step
from pendapa.roadmap.models import Initiative
from pendapa.roadmap.queries import origins as queries

register = template.Library()


@register.simple_tag(takes_context=True)
def origin_of(context: dict[str, Any], row: Initiative) -> Step | None:
    """What it was made of, with the address of its page; None where the actor may not read that."""
    return queries.born_of(context["request"].actor, row)
