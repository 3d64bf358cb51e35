"""Addresses of other rooms, by what one finds there. A room that is not in the house has no door: an empty address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from pendapa.evaluation.models import Assessment
from pendapa.kernel.tenancy.models import Institution


def door(name: str, institution: Institution, *args: Any, **query: Any) -> str:
    """Address of a page of the institution; parts of ``query`` that are empty are left out, those that hold several stand there
    once for each."""
    try:
        address = reverse(name, args=[institution.code, *args])
    except NoReverseMatch:
        return ""
    asked = urlencode({key: value for key, value in query.items() if value}, doseq=True)
    return f"{address}?{asked}" if asked else address


def assessment(institution: Institution, row: Assessment | None) -> str:
    """The page of an assessment; the list of all where there is none."""
    if row is None:
        return door("evaluation:list", institution)
    return door("evaluation:detail", institution, row.year, row.instrument, row.stage)


def importing(institution: Institution, kind: str = "") -> str:
    """Where a spreadsheet is handed in."""
    return door("imports:list", institution, kind=kind)


def import_batch(institution: Institution, uid: Any) -> str:
    """The preview of one import; it opens at the faulty rows where there are some."""
    return door("imports:preview", institution, uid)


def public(institution: Institution) -> str:
    """What everybody sees of the institution."""
    return reverse("portal:institution", args=[institution.code])


def anywhere(name: str) -> str:
    """A page outside institutions."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
