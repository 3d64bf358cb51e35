"""Words of units for templates."""

from __future__ import annotations

from django import template

from pendapa.organisation.rules import kinds

register = template.Library()


@register.filter
def jenis(kind: str) -> str:
    """``{{ unit.kind|jenis }}``: the kind in words."""
    return kinds.words(kind)
