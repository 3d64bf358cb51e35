"""Small filters of this room's pages."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import get_language

from pendapa.evaluation.models import Assessment
from pendapa.evaluation.queries.assessments import short_title, words
from pendapa.kernel.ui import formats
from pendapa.regulations.schema import Text, plain_number

register = template.Library()


@register.filter
def weight(value: Fraction) -> str:
    """Points of 100 as a share: 1,3 %; one that never ends (10/3) with two places."""
    language = formats.language()
    places = 2 if "/" in plain_number(value) else len(plain_number(value).partition(".")[2])
    return formats.percent(value, language, places)


@register.filter
def typed(level: Any) -> str:
    """A level as one types it in the language of the page."""
    text = str(level or "")
    return text.replace(".", ",") if (get_language() or "id").startswith("id") else text


@register.filter
def pack_words(text: Text) -> str:
    """Words of a pack in the language of the page."""
    return words(text)


@register.filter
def pack_short(text: Text) -> str:
    """Which regulation an instrument follows, where the whole title would be too long."""
    return short_title(text)


@register.filter
def slugged(number: str) -> str:
    """An indicator's number inside an id."""
    return number.replace(".", "-")


@register.filter
def assessment_url(row: Assessment) -> str:
    """The page of an assessment."""
    return reverse("evaluation:detail", args=[row.institution.code, row.year, row.instrument, row.stage])
