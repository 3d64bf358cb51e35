"""Words of proposals for templates."""

from __future__ import annotations

from django import template

from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.review import queries

register = template.Library()


@register.filter
def proposal_title(found: ChangeSet) -> str:
    """What a set is about."""
    return queries.title(found)


@register.filter
def step_label(step: str) -> str:
    """A step of the review in words."""
    return queries.step_label(step)


@register.filter
def written(counts: dict[str, int]) -> dict[str, int]:
    """Counts by verb without those that are nought."""
    return {verb: n for verb, n in (counts or {}).items() if n}
