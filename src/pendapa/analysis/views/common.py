"""What the pages of the analyses share: addresses and tabs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.access.pages import PageRequest
from pendapa.kernel.tenancy.models import Institution

# Name of the address, label, icon, what one learns there.
ANALYSES: tuple[tuple[str, Any, str, Any], ...] = (
    (
        "analysis:impact_choice",
        _("Impact"),
        "affiliate",
        _("What stops when one element stops, and whom it hits."),
    ),
    ("analysis:matrix", _("Matrix"), "grid-dots", _("Two domains against each other, and what is missing.")),
    (
        "analysis:landscape",
        _("Landscape"),
        "layout-grid",
        _("The capabilities of the reference architecture, coloured by what matters."),
    ),
    ("analysis:people", _("People"), "users", _("Who operates what, and what hangs on one person.")),
    (
        "analysis:integration",
        _("Integration"),
        "arrows-exchange",
        _("Which applications exchange data, and which are typed again."),
    ),
    (
        "analysis:security",
        _("Security coverage"),
        "shield-check",
        _("What stands without the seven kinds of security."),
    ),
    (
        "analysis:query",
        _("Ask"),
        "terminal-2",
        _("One line that filters, follows relations and shows columns."),
    ),
    (
        "analysis:documents",
        _("Documents"),
        "file-description",
        _("The architecture of a release as a book, to print and to sign."),
    ),
    (
        "architecture:gaps",
        _("Gaps"),
        "puzzle",
        _("What the architecture lacks, and what was decided about it."),
    ),
    (
        "architecture:twins",
        _("Twins"),
        "copy",
        _("Applications that do one job in several units."),
    ),
)


@dataclass(frozen=True)
class Analysis:
    """One analysis as a tab, and as a card of the overview."""

    name: str
    url: str
    label: Any
    icon: str
    told: Any
    current: bool


def language() -> str:
    return get_language() or "id"


def address(institution: Institution, name: str, *more: Any, **query: str) -> str:
    """``address(institution, "impact", uid, depth="3")``; the query leaves out what is empty."""
    asked = urlencode({key: value for key, value in query.items() if value})
    return reverse(f"analysis:{name}", args=[institution.code, *more]) + (f"?{asked}" if asked else "")


def analyses(institution: Institution, current: str = "") -> list[Analysis]:
    """All analyses that have a page, in their order; ``current`` is a name such as ``impact``."""
    found = []
    for name, label, icon, told in ANALYSES:
        try:
            url = reverse(name, args=[institution.code])
        except NoReverseMatch:
            continue
        found.append(Analysis(name, url, label, icon, told, name == f"analysis:{current}"))
    return found


def room(request: PageRequest, current: str = "") -> dict[str, Any]:
    """What every page of the room needs."""
    return {"tabs": analyses(request.institution, current)}
