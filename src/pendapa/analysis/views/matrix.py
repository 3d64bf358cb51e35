"""The matrix of two domains: who is linked with whom, directly or through others, and what is linked with nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from pendapa.analysis.queries import matrix as queries
from pendapa.analysis.queries.matrix_sheets import PAIR_LIMIT, book, pairs_sheet
from pendapa.analysis.views.common import language, room
from pendapa.architecture import metamodel
from pendapa.architecture.permissions import EDIT, VIEW
from pendapa.architecture.views.common import is_partial, unit_options
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.files import serving
from pendapa.kernel.numbers import whole as number_of
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tables.downloads import XLSX
from pendapa.kernel.tables.writing import write_csv, write_xlsx
from pendapa.kernel.ui.templatetags.ui import angka
from pendapa.regulations.metamodel import Metamodel

FIRST = ("processes", "applications")
LISTED = 40
"""So many of what is missing stand on a page."""
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}


@require_safe
@page(VIEW)
def matrix(request: PageRequest) -> HttpResponse:
    """The page, one opened cell of it (``cell``, for htmx), or the whole of it as a file (``format``)."""
    asked, note = request.GET, ""
    rows, columns = asked.get("rows", "") or FIRST[0], asked.get("columns", "") or FIRST[1]
    try:
        chosen, note = _choice(request, rows, columns, asked.get("through", ""))
        unit = queries.unit_of(request.institution, asked.get("unit", ""))
        if asked.get("format") in TYPES:
            return _file(request, chosen, unit)
    except Refused as refused:
        return _refused(request, str(refused))
    if is_partial(request) and asked.get("cell"):
        return render(request, "analysis/matrix_cell.html", {"opened": _opened(request, chosen)})
    return render(request, "analysis/matrix.html", _context(request, chosen, unit, note))


def _choice(request: PageRequest, rows: str, columns: str, through: str) -> tuple[queries.Choice, str]:
    """The choice; where rows or columns were changed and the way of before does not lead there, the best way and why."""
    try:
        return queries.choice(request.institution, rows, columns, through), ""
    except Refused as refused:
        known = {domain.key for domain in metamodel.of(request.institution).all_domains} | {queries.DIRECT}
        if refused.field != "through" or not set(through.split(",")) <= known:
            raise
        model = metamodel.of(request.institution)
        best = queries.choice(request.institution, rows, columns)
        words = {"rows": queries.label(model, best.rows), "columns": queries.label(model, best.columns)}
        return best, _(
            "The way asked for does not lead from %(rows)s to %(columns)s; this is the best one."
        ) % words


def _refused(request: PageRequest, message: str) -> HttpResponse:
    chosen = queries.choice(request.institution, *FIRST)
    context = room(request, "matrix") | _form(request, chosen) | {"refused": message}
    return render(request, "analysis/matrix.html", context, status=422)


# ------------------------------------------------------------------------------------------------------------- the page


def _context(request: PageRequest, chosen: queries.Choice, unit: Any, note: str) -> dict[str, Any]:
    show = request.GET.get("show", "")
    show = show if show in queries.SHOW else ""
    found = queries.matrix(
        request.actor,
        request.institution,
        chosen,
        unit=unit,
        show=show,
        row_page=number_of(request.GET.get("r", "1")) or 1,
        column_page=number_of(request.GET.get("c", "1")) or 1,
        size=(LISTED, LISTED) if show == "missing" else (queries.ROWS, queries.COLUMNS),
    )
    model = metamodel.of(request.institution)
    context = room(request, "matrix") | _form(request, chosen)
    return context | {
        "note": note,
        "found": found,
        "finding": _finding(model, found),
        "unit": unit,
        "axes": [_axis(request, found.rows, "r"), _axis(request, found.columns, "c")],
        "lines": _lines(request, model, found),
        "headers": [_header(request, line) for line in found.columns.lines],
        "lists": _lists(request, chosen, found) if show == "missing" else [],
        "opened": _opened(request, chosen) if request.GET.get("cell") else None,
        "xlsx_url": _here(request, format="xlsx", r="", c="", cell=""),
        "csv_url": _here(request, format="csv", r="", c="", cell=""),
    }


def _form(request: PageRequest, chosen: queries.Choice) -> dict[str, Any]:
    model = metamodel.of(request.institution)
    through = [
        (path.key, queries.path_label(model, path).capitalize(), path == chosen.path)
        for path in chosen.offered
    ]
    show = request.GET.get("show", "")
    return {
        "printed": timezone.localdate(),
        "here": reverse("analysis:matrix", args=[request.institution.code]),
        "chosen": chosen,
        "rows_label": queries.label(model, chosen.rows),
        "columns_label": queries.label(model, chosen.columns),
        "way_label": queries.path_label(model, chosen.path),
        "row_choices": _sides(model, chosen.rows.key),
        "column_choices": _sides(model, chosen.columns.key),
        "through_choices": through,
        "show": show if show in queries.SHOW else "",
        "units": unit_options(request, request.GET.get("unit", "")),
        "turned_url": _here(
            request,
            rows=chosen.columns.key,
            columns=chosen.rows.key,
            through=",".join(reversed(chosen.path.through)) or queries.DIRECT,
            r="",
            c="",
            cell="",
        ),
    }


def _sides(model: Metamodel, current: str) -> list[tuple[str, str, bool]]:
    """Domains, and under those of several kinds each kind of it."""
    found = []
    for domain in (*model.domains, model.strategy):
        found.append((domain.key, domain.plural.in_language(language()), domain.key == current))
        if len(domain.kinds) > 1:
            for kind in domain.kinds:
                key = f"{domain.key}.{kind.key}"
                found.append((key, f"– {kind.label.in_language(language())}", key == current))
    return found


def _here(request: PageRequest, **changes: str) -> str:
    """This address with some of its query changed; what is empty is left out."""
    kept = {key: value for key, value in request.GET.items() if key not in ("format", *changes)}
    asked = urlencode({key: value for key, value in (kept | changes).items() if value})
    return "?" + asked


def _finding(model: Metamodel, found: queries.Matrix) -> str:
    """What is missing, in one sentence with numbers."""
    rows, columns = queries.label(model, found.choice.rows), queries.label(model, found.choice.columns)
    if found.choice.rows == found.choice.columns:
        return _empty(found.rows, rows, _("other %(what)s") % {"what": columns})
    return f"{_empty(found.rows, rows, columns)} {_empty(found.columns, columns, rows)}"


def _empty(axis: queries.Axis, own: str, other: str) -> str:
    words = {"n": angka(axis.empty), "total": angka(axis.total), "own": own, "other": other}
    if not axis.total:
        return _("There are no %(own)s yet.") % words
    if not axis.empty:
        return _("All %(total)s %(own)s have %(other)s.") % words
    return (
        ngettext(
            "%(n)s of %(total)s %(own)s has no %(other)s yet.",
            "%(n)s of %(total)s %(own)s have no %(other)s yet.",
            axis.empty,
        )
        % words
    )


def _axis(request: PageRequest, axis: queries.Axis, name: str) -> dict[str, Any]:
    """Where the pages of the rows, or of the columns, go on."""
    model = metamodel.of(request.institution)
    size = (
        LISTED if request.GET.get("show") == "missing" else (queries.ROWS if name == "r" else queries.COLUMNS)
    )
    first = (axis.page - 1) * size + 1
    words = {"from": angka(first), "to": angka(first + len(axis.lines) - 1), "all": angka(axis.shown)}
    words["what"] = queries.label(model, axis.side)
    return {
        "text": _("%(from)s–%(to)s of %(all)s %(what)s") % words if axis.lines else "",
        "previous": _here(request, **{name: str(axis.page - 1), "cell": ""}) if axis.page > 1 else "",
        "next": _here(request, **{name: str(axis.page + 1), "cell": ""}) if axis.page < axis.pages else "",
        "pages": axis.pages,
    }


def _url(request: PageRequest, thing: queries.Thing) -> str:
    return reverse("architecture:detail", args=[request.institution.code, thing.uid])


def _header(request: PageRequest, line: queries.Line) -> dict[str, Any]:
    return {"thing": line.thing, "linked": line.linked, "url": _url(request, line.thing)}


def _lines(request: PageRequest, model: Metamodel, found: queries.Matrix) -> Iterator[dict[str, Any]]:
    labels = {hop: queries.hop_label(model, hop) for cell in found.cells.values() for hop in cell.direct}
    here = _here(request, cell="")
    for line in found.rows.lines:
        cells: list[dict[str, Any]] = []
        for column in found.columns.lines:
            cell = found.cells.get((line.thing.pk, column.thing.pk))
            if cell is None:
                cells.append({"name": column.thing.name})
                continue
            cells.append(
                {
                    "name": column.thing.name,
                    "direct": bool(cell.direct),
                    "count": cell.count,
                    "title": _title(labels, cell),
                    "url": f"{here}{'&' if here != '?' else ''}cell={line.thing.uid}.{column.thing.uid}",
                }
            )
        yield _header(request, line) | {"cells": cells}


def _title(labels: dict[Any, str], cell: queries.Cell) -> str:
    """What a cell tells when it is pointed at: the relations, and the first of the ways."""
    told = [labels[hop] for hop in cell.direct]
    told += [" → ".join(f"{thing.name} ({thing.code})" for thing in way) for way in cell.ways]
    if cell.count > len(cell.ways):
        told.append(_("and %(n)s more") % {"n": angka(cell.count - len(cell.ways))})
    return "\n".join(told)


def _opened(request: PageRequest, chosen: queries.Choice) -> dict[str, Any] | None:
    """One cell with all that lies between its two elements."""
    row, _dot, column = request.GET["cell"].partition(".")
    found = queries.cell(request.actor, request.institution, chosen, row, column)
    if found is None:
        return None
    first, second, cell = found
    model = metamodel.of(request.institution)
    return {
        "row": _header(request, queries.Line(first, 0)),
        "column": _header(request, queries.Line(second, 0)),
        "direct": [queries.hop_label(model, hop) for hop in cell.direct],
        "count": cell.count,
        "ways": [[_header(request, queries.Line(one, 0)) for one in way] for way in cell.ways],
        "more": cell.count - len(cell.ways),
        "close": _here(request, cell=""),
    }


def _lists(request: PageRequest, chosen: queries.Choice, found: queries.Matrix) -> list[dict[str, Any]]:
    """The rows and the columns that are linked with nothing, each with the page where a link is made by who may."""
    model, scope = metamodel.of(request.institution), request.actor.scope(EDIT, request.institution)
    hop = chosen.direct.steps[0][0] if chosen.direct else None
    lists = []
    for number, axis in enumerate((found.rows, found.columns)):
        lines = []
        for line in axis.lines:
            url = _url(request, line.thing)
            mine = scope.everything or any(line.thing.path.startswith(path) for path in scope.paths)
            out = hop is not None and hop.backward == bool(number)
            mend = f"{url}hubungkan/?type={'out' if out else 'in'}:{hop.type}" if hop and mine else ""
            lines.append(_header(request, line) | {"mend": mend})
        other = (found.columns, found.rows)[number]
        words = {"own": queries.label(model, axis.side), "other": queries.label(model, other.side)}
        if chosen.rows == chosen.columns:
            words["other"] = _("other %(what)s") % {"what": words["other"]}
        lists.append(
            {"title": _("%(own)s without %(other)s") % words, "count": axis.empty, "lines": lines}
            | {"axis": _axis(request, axis, "rc"[number]), "all": _("All have %(other)s.") % words}
        )
    return lists[:1] if chosen.rows == chosen.columns else lists


# ------------------------------------------------------------------------------------------------------------ the files


def _file(request: PageRequest, chosen: queries.Choice, unit: Any) -> HttpResponse:
    """The whole matrix; :class:`Refused` where a workbook cannot hold it."""
    form = request.GET["format"]
    found = queries.whole(request.actor, request.institution, chosen, unit=unit)
    if form == "xlsx" and found.count(PAIR_LIMIT) > PAIR_LIMIT:
        words = {"n": angka(PAIR_LIMIT)}
        raise Refused(
            _(
                "More than %(n)s pairs are linked: a workbook cannot hold them. Take the table of text (csv), or one unit."
            )
            % words,
            "format",
        )
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    model = metamodel.of(request.institution)
    if form == "csv":
        write_csv(file, pairs_sheet(model, found))
    else:
        write_xlsx(file, book(model, found))
    name = f"{request.institution.code}-matriks-{chosen.rows.key}-{chosen.columns.key}-{timezone.localdate().isoformat()}.{form}"
    return serving.sent(file, name, TYPES[form])
