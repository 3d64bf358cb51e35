"""What the pages of the register share: tabs, addresses, filters, and how a value is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pendapa.architecture import metamodel
from pendapa.architecture.permissions import CODES, EDIT, MODEL, REFERENCES
from pendapa.architecture.queries import Filters, offered_units
from pendapa.kernel.access.pages import PageRequest
from pendapa.kernel.numbers import whole
from pendapa.kernel.overlays import trees
from pendapa.kernel.tables.periods import periods_text
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.ui.templatetags.ui import rupiah
from pendapa.regulations.metamodel import Column, Domain

FIRST = "applications"


def language() -> str:
    return get_language() or "id"


def address(institution: Institution, name: str, *more: Any, **query: str) -> str:
    """``address(institution, "detail", uid)``; the query leaves out what is empty."""
    asked = urlencode({key: value for key, value in query.items() if value})
    return reverse(f"architecture:{name}", args=[institution.code, *more]) + (f"?{asked}" if asked else "")


def import_address(institution: Institution) -> str:
    """Where spreadsheets are handed in; empty in an installation without that page."""
    try:
        return reverse("imports:list", args=[institution.code])
    except NoReverseMatch:
        return ""


def domains(institution: Institution) -> tuple[Domain, ...]:
    return metamodel.of(institution).domains


def domain_of(institution: Institution, key: str) -> Domain | None:
    """Any domain that an element may belong to, the six and the two beside them; ``None`` for an unknown key."""
    return next((domain for domain in metamodel.of(institution).all_domains if domain.key == key), None)


@dataclass(frozen=True)
class Tab:
    url: str
    label: str
    number: int  # of the domain's colour; 0 for the analyses
    current: bool
    count: str = ""
    aside: bool = False  # the first of those that stand at the other end


def tabs(institution: Institution, current: str, count: str = "") -> list[Tab]:
    """The six domains and the strategy map, then the analyses; what lies outside only while one is there. Only the open one carries a number: it was counted anyway."""
    base = address(institution, "list")
    found = [
        Tab(
            f"{base}?domain={d.key}",
            d.plural.in_language(language()),
            number,
            d.key == current,
            count if d.key == current else "",
        )
        for number, d in enumerate(domains(institution), 1)
    ]
    model = metamodel.of(institution)
    strategy = model.strategy.plural.in_language(language())
    found.append(Tab(address(institution, "strategy"), strategy, 0, current == model.strategy.key))
    if current == model.outside.key:
        found.append(Tab(f"{base}?domain={current}", model.outside.plural.in_language(language()), 0, True))
    for key, label in (("gaps", _("Gaps")), ("twins", _("Twins"))):
        found.append(Tab(address(institution, key), label, 0, key == current, aside=key == "gaps"))
    return found


def room(request: PageRequest, current: str, count: str = "") -> dict[str, Any]:
    """What every page of the room needs."""
    institution = request.institution
    may_edit = request.actor.may(EDIT, institution)
    return {
        "tabs": tabs(institution, current, count),
        "base": address(institution, "list"),
        "may_edit": may_edit,
        "import_url": import_address(institution) if may_edit else "",
        "model_url": address(institution, "model") if request.actor.may(MODEL, institution) else "",
        "references_url": address(institution, "references")
        if request.actor.may(REFERENCES, institution)
        else "",
        "codes_url": address(institution, "codes") if request.actor.may(CODES, institution) else "",
    }


def filters_of(request: PageRequest) -> Filters:
    """Filters from the address. Without domain and words it is the list of applications."""
    asked = request.GET
    words, domain = asked.get("q", "").strip()[:200], asked.get("domain", "")
    if domain_of(request.institution, domain) is None:
        domain = "" if words or asked.get("remap") == "1" else FIRST
    return Filters(
        domain=domain,
        kind=asked.get("kind", "")[:40],
        unit=asked.get("unit", "")[:40],
        query=words,
        gap=asked.get("gap", "")[:60],
        remap=asked.get("remap") == "1",
        after=asked.get("after", "")[:400],
        before=asked.get("before", "")[:400],
    )


def unit_options(request: PageRequest, chosen: str) -> SafeString:
    """All units, by name, as the options of a filter. Put together by hand: there may be hundreds on every page."""
    units = offered_units(request.actor, request.institution).values_list("uid", "name")
    options = (
        f'<option value="{uid}"{" selected" if str(uid) == chosen else ""}>{escape(name)}</option>'
        for uid, name in units
    )
    return mark_safe("".join(options))  # noqa: S308 (escaped above)


def is_partial(request: HttpRequest) -> bool:
    """Whether htmx asks for a piece of the page."""
    return request.headers.get("HX-Request") == "true"


# -- values -----------------------------------------------------------------------------------------------------------


def written(column: Column, value: Any) -> SafeString | str:
    """A kept value as people read it: labels of lists, names of references, money, links; several in a row."""
    if isinstance(value, Mapping):
        return periods_text(value)
    if isinstance(value, list):
        return format_html_join(", ", "{}", ((_one(column, item),) for item in value))
    return _one(column, value)


def _one(column: Column, value: Any) -> SafeString | str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = str(value)
    if column.type in ("enum", "enum_many"):
        known = column.match_value(text)
        return known.label.in_language(language()) if known else text
    if column.type == "reference":
        node = trees.references_now().lookup(text, column.reference)
        return node.label if node else text
    if column.type == "money" and whole(text, digits=18) is not None:
        return rupiah(text)
    if column.type == "number" and column.unit:
        return f"{text} {column.unit}"
    if column.type == "url" and text.lower().startswith(("http://", "https://")):
        return format_html('<a href="{0}" rel="noopener nofollow">{0}</a>', text)
    return text
