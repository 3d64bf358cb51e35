"""The list: domains, filters, search, pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pendapa.architecture import list_columns, metamodel, queries, searching
from pendapa.architecture.permissions import EDIT, VIEW
from pendapa.architecture.queries import PAGE, Filters
from pendapa.architecture.rules import gaps as gap_rules
from pendapa.architecture.views import moments
from pendapa.architecture.views.common import (
    address,
    domain_of,
    filters_of,
    is_partial,
    language,
    room,
    unit_options,
)
from pendapa.architecture.views.rows import drawn
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.numbers import whole
from pendapa.kernel.saved import queries as saved
from pendapa.kernel.ui import formats
from pendapa.regulations.metamodel import Column, Domain


@require_safe
@page(VIEW)
def list_elements(request: PageRequest) -> HttpResponse:
    """Elements of one domain, or of all where words are searched; htmx gets the table alone."""
    filters, at = filters_of(request), moments.asked(request)
    if not at.is_now:
        return moments.list_at(request, filters, at)
    paging = bool(filters.after or filters.before)
    bar = saved.bar(request.actor, request.institution, list_columns.PLACE, _asked(request, filters))
    columns = list_columns.chosen(request.actor, request.institution, filters.domain, bar.chosen)
    found = queries.elements(
        request.actor,
        request.institution,
        filters,
        counted=not paging,
        columns=[column.key for column in columns],
    )
    start = _start(request, paging)
    context = _table(request, filters, found, start, columns) | {"bar": bar}
    if filters.query and not found.rows and not paging:
        context |= _mended(request, filters, columns)
    if is_partial(request):
        response = render(request, "architecture/rows.html", context)
    else:
        context |= room(request, filters.domain, context["total"]) | _filter_choices(request, filters)
        context |= moments.switcher(request, at)
        response = render(request, "architecture/list.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _start(request: HttpRequest, paging: bool) -> int:
    """How many rows came before, as the link that led here tells."""
    told = request.GET.get("at", "")
    return (whole(told) or 0) if paging else 0


def _asked(request: PageRequest, filters: Filters) -> dict[str, str]:
    """What the list shows, as its address says it: the domain that is shown without being asked for as well."""
    asked = {key: request.GET.get(key, "") for key in (*list_columns.PARAMETERS, saved.COLUMNS)}
    return asked | {"domain": filters.domain}


def _mended(request: PageRequest, filters: Filters, columns: Sequence[Column]) -> dict[str, Any]:
    """Where nothing is found: what was probably meant, as far as that shows the actor something in this list."""
    told = searching.corrected(request.actor, request.institution, filters)
    if not told:
        return {}
    again = replace(filters, query=told, after="", before="")
    keys = [column.key for column in columns]
    found = queries.elements(request.actor, request.institution, again, columns=keys)
    return _table(request, again, found, 0, columns) | {
        "typed": filters.query,
        "filters": filters,
        "mended": told,
    }


def _table(
    request: PageRequest, filters: Filters, found: queries.Page, start: int, columns: Sequence[Column] = ()
) -> dict[str, Any]:
    base, domain = address(request.institution, "list"), domain_of(request.institution, filters.domain)
    several = domain is None or len(domain.kinds) > 1
    gaps = queries.gaps_of_rows(found.rows)
    total = _number(found)
    return {
        "rows": drawn(
            metamodel.of(request.institution), found.rows, gaps, base, domain, columns, ticked=_may(request)
        ),
        "columns": [column.label.in_language(language()) for column in columns],
        "asked": _listed(filters),
        "change_url": address(request.institution, "change_many") if _may(request) else "",
        "filters": filters,
        "domain": domain,
        "what": domain.plural.in_language(language()) if domain else _("Elements"),
        "one": domain.label.in_language(language()) if domain else "",
        "several": several,
        "narrowed": bool(filters.query or filters.unit or filters.kind or filters.gap or filters.remap),
        "total": total,
        "range": _range(found, start, total),
        "next_url": _page_url(base, filters, start + PAGE, after=found.next) if found.next else "",
        "previous_url": _page_url(base, filters, max(start - PAGE, 0), before=found.previous)
        if found.previous
        else "",
        "clear_url": _page_url(base, Filters(domain=filters.domain)),
        "base": base,
    }


def _may(request: PageRequest) -> bool:
    return request.actor.may(EDIT, request.institution)


def _listed(filters: Filters) -> list[tuple[str, str]]:
    """The filters of a list as fields of a form."""
    asked = {
        "domain": filters.domain,
        "kind": filters.kind,
        "unit": filters.unit,
        "gap": filters.gap,
        "remap": "1" if filters.remap else "",
        "q": filters.query,
    }
    return [(key, value) for key, value in asked.items() if value]


def _number(found: queries.Page) -> str:
    if found.count is None:
        return ""
    count = formats.number(found.count, language())
    return _("more than %(count)s") % {"count": count} if found.capped else count


def _range(found: queries.Page, start: int, total: str) -> str:
    if not found.rows:
        return ""
    first, last = (formats.number(n, language()) for n in (start + 1, start + len(found.rows)))
    if found.previous and not start:  # somebody came by a link without its place
        return ""
    words = {"first": first, "last": last, "total": total}
    return _("%(first)s–%(last)s of %(total)s") % words if total else _("%(first)s–%(last)s") % words


def _page_url(base: str, filters: Filters, at: int = 0, **marks: str) -> str:
    asked = {
        "domain": filters.domain,
        "kind": filters.kind,
        "unit": filters.unit,
        "gap": filters.gap,
        "remap": "1" if filters.remap else "",
        "q": filters.query,
        "at": str(at or ""),
        **marks,
    }
    return f"{base}?{urlencode({key: value for key, value in asked.items() if value})}"


def _filter_choices(request: PageRequest, filters: Filters) -> dict[str, Any]:
    domain = domain_of(request.institution, filters.domain)
    export = {
        "domain": filters.domain,
        "kind": filters.kind,
        "unit": filters.unit,
        "gap": filters.gap,
        "remap": "1" if filters.remap else "",
        "q": filters.query,
    }
    return {
        "units": unit_options(request, filters.unit),
        "kinds": _kinds(domain),
        "gap_rules": [
            (rule.key, rule.message.in_language(language()))
            for rule in gap_rules.RULES
            if not filters.domain or filters.domain in rule.domains
        ],
        "xlsx_url": address(request.institution, "export", **export, format="xlsx"),
        "csv_url": address(request.institution, "export", **export, format="csv") if domain else "",
        "new_url": address(request.institution, "new", domain=filters.domain or "applications"),
        "gone": _gone(request),
    }


def _kinds(domain: Domain | None) -> list[tuple[str, str]]:
    if domain is None or len(domain.kinds) < 2:
        return []
    return [(kind.key, kind.label.in_language(language())) for kind in domain.kinds]


def _gone(request: HttpRequest) -> str:
    """The uid of what was just deleted, so that the page can offer to bring it back."""
    uid = request.GET.get("gone", "")
    return uid if uid and queries.is_uid(uid) else ""
