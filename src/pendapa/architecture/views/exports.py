"""The register and its gaps as spreadsheets. What goes out comes back in: the columns are those of the import."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from django.http import FileResponse, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pendapa.architecture import metamodel, queries
from pendapa.architecture.columns import KIND_COLUMN, kind_for
from pendapa.architecture.linking import texts_of
from pendapa.architecture.models import Element
from pendapa.architecture.permissions import VIEW
from pendapa.architecture.queries import Filters
from pendapa.architecture.rules.metamodel import relation_columns
from pendapa.architecture.views.common import domains, filters_of, language
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import chunks
from pendapa.kernel.tables.writing import (
    CELL_LIMIT,
    Sheet,
    template,
    text_of,
    values_of,
    write_csv,
    write_xlsx,
)
from pendapa.regulations.metamodel import Metamodel

CHUNK = 500


@require_safe
@page(VIEW)
def export(request: PageRequest) -> HttpResponse:
    """The elements of the list, all columns: one domain as csv or xlsx, several as a workbook."""
    filters = filters_of(request)
    wanted = [filters.domain] if filters.domain else _wanted(request, filters)
    sheets = (_sheet(request, filters, domain) for domain in wanted)
    if request.GET.get("format") == "csv" and filters.domain:
        return _file(request, next(sheets), "csv", filters.domain)
    return _file(request, sheets, "xlsx", filters.domain or "arsitektur")


def _wanted(request: PageRequest, filters: Filters) -> list[str]:
    """The six and the strategy map; what lies outside only where there is some."""
    model = metamodel.of(request.institution)
    outside = queries.filtered(request.actor, request.institution, replace(filters, domain=model.outside.key))
    return [d.key for d in (*model.domains, model.strategy)] + (
        [model.outside.key] if outside.exists() else []
    )


def _sheet(request: PageRequest, filters: Filters, domain: str) -> Sheet:
    narrowed = Filters(
        domain=domain, kind=filters.kind, unit=filters.unit, query=filters.query, gap=filters.gap
    )
    return template(kind_for(metamodel.of(request.institution), domain), language(), _rows(request, narrowed))


def _rows(request: PageRequest, filters: Filters) -> Iterator[list[Any]]:
    model = metamodel.of(request.institution)
    kind = kind_for(model, filters.domain)
    found = queries.filtered(request.actor, request.institution, filters).order_by("name_key", "id")
    ids = list(found.values_list("pk", flat=True))
    for some in chunks(ids, CHUNK):
        elements = Element.objects.select_related("unit").in_bulk(list(some))
        links = _links(request, filters.domain, list(some))
        attributes = queries.readable(request.actor, request.institution, list(elements.values()))
        for pk in some:
            if pk in elements:  # else it was deleted for good meanwhile
                yield [
                    _cell(value)
                    for value in values_of(kind, _record(model, elements[pk], attributes[pk], links[pk]))
                ]


def _record(
    model: Metamodel, element: Element, attributes: dict[str, Any], links: dict[str, list[str]]
) -> dict[str, Any]:
    """An element as its row. What names others: codes of those it is linked with, and texts that name none."""
    several = len(model.domain(element.domain).kinds) > 1
    own = {"id": element.code, "nama": element.name, "opd": element.unit.name}
    if several and element.kind:
        own[KIND_COLUMN] = element.kind
    named = {key: [*codes, *texts_of(attributes.get(key))] for key, codes in links.items()}
    return attributes | named | own


def _links(request: PageRequest, domain: str, ids: list[int]) -> dict[int, dict[str, list[str]]]:
    """Codes of what the elements are linked with, by the column that holds that relation."""
    found: dict[int, dict[str, list[str]]] = defaultdict(dict)
    seen = queries.visible_relations(request.actor, request.institution).order_by("pk")
    for column in relation_columns(metamodel.of(request.institution), domain):
        own, other = ("target", "source") if column.backward else ("source", "target")
        ends, _dot, kind = column.links_to.partition(".")
        there = {f"{own}__in": ids, f"{other}__domain": ends} | ({f"{other}__kind": kind} if kind else {})
        rows = seen.filter(type=column.relation, **there)
        for pk, code in rows.values_list(f"{own}_id", f"{other}__code"):
            found[pk].setdefault(column.key, []).append(code)
    return found


def _cell(value: Any) -> Any:
    """A value as a cell holds it; a text longer than any cell is cut, and says so."""
    text = text_of(value)
    return text if len(text) < CELL_LIMIT else text[: CELL_LIMIT - 20] + " […]"


@require_safe
@page(VIEW)
def export_gaps(request: PageRequest) -> HttpResponse:
    """All open gaps: rule, element, unit, what to do."""
    unit = None
    if uid := request.GET.get("unit", ""):
        unit = (
            queries.offered_units(request.actor, request.institution).filter(uid=uid).first()
            if queries.is_uid(uid)
            else None
        )
    found = queries.gaps(request.actor, request.institution, unit=unit)
    names = ("message", "code", "name", "kind", "unit", "advice", "rule")
    labels = {domain.key: domain.label.in_language(language()) for domain in domains(request.institution)}
    headers = [_("Gap"), _("Code"), _("Name"), _("Domain"), _("Unit"), _("What to do"), _("Rule")]
    rows = ([labels[one[name]] if name == "kind" else one[name] for name in names] for one in found)
    sheet = Sheet(_("Gaps"), headers, rows, {0: 34.0, 2: 40.0, 4: 34.0, 5: 44.0})
    form = "csv" if request.GET.get("format") == "csv" else "xlsx"
    return _file(request, sheet if form == "csv" else [sheet], form, "celah")


def _file(request: PageRequest, content: Any, form: str, what: str) -> HttpResponse:
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    if form == "csv":
        write_csv(file, content)
    else:
        write_xlsx(file, content)
    file.seek(0)
    name = f"{request.institution.code}-{what}-{timezone.localdate().isoformat()}.{form}"
    types = {
        "csv": "text/csv; charset=utf-8",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
    response = FileResponse(file, as_attachment=True, filename=name, content_type=types[form])
    return cast(HttpResponse, response)  # a stream has the same interface to all that stands between
