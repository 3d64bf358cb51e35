"""Which applications exchange data, what is typed again, whose the data are, and how far each OPD shares."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pendapa.analysis.queries import integration as queries
from pendapa.analysis.rules import integration as rules
from pendapa.analysis.views.common import address, language, room
from pendapa.analysis.views.integration_map import NODES, drawing
from pendapa.analysis.views.tables import FORMATS, OPDS, download, part
from pendapa.architecture import metamodel
from pendapa.architecture.permissions import VIEW
from pendapa.architecture.views.common import address as register
from pendapa.architecture.views.common import unit_options
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.tables.writing import Sheet

ACROSS = 16
"""OPD on each side of the matrix on the page; the export has all."""
_TONES = {rules.SPLP: "ok", rules.API: "ok", rules.FILE: "warn", rules.HAND: "bad", "": "line"}
OWNERS = ("none", "several")


@require_safe
@page(VIEW)
def integration(request: PageRequest) -> HttpResponse:
    """Map, ranking, matrix, exchanges, and data that are typed again, without owner, or of several."""
    unit = request.GET.get("unit", "")[:40]
    way = _chosen(request, "way", (*rules.WAYS, "unknown"))
    owner = _chosen(request, "owner", OWNERS) or OWNERS[0]
    found = queries.integration(request.actor, request.institution, unit)
    chosen = _application(request, found)
    if chosen:
        found = queries.around(found, chosen)
    form = request.GET.get("format", "")
    if form in FORMATS:
        return download(request, _sheets(request, found), form, "integrasi")

    def url(**more: str) -> str:
        asked = {"unit": unit, "way": way, "owner": request.GET.get("owner", "") and owner}
        asked["app"] = chosen.uid if chosen else ""
        return address(request.institution, "integration", **asked | more)

    ways = dict(_ways(request))
    exchanges = part(request, queries.by_way(found.exchanges, way), "at", url)
    again, none = part(request, found.typed_again, "t", url), part(request, found.without_owner, "d", url)
    graph, told = drawing(request, found, unit, chosen, ways)
    context = room(request, "integration") | _score(request, found, url) | _matrix(found)
    context |= {
        "found": found,
        "automatic": found.ways[rules.SPLP] + found.ways[rules.API],
        "by_hand": found.ways[rules.HAND],
        "ways": [(key, ways[key], found.ways["" if key == "unknown" else key]) for key in ways],
        "units": unit_options(request, unit),
        "kept": [("way", way)],
        "unit": unit,
        "way": way,
        "chosen": chosen,
        "owner": owner,
        "owners": [("none", _("No owner"), len(found.without_owner)), ("several", _("Several owners"), len(found.several))],
        "owner_urls": {key: url(owner=key) + "#pemilik" for key in OWNERS},
        "map": graph,
        "map_told": told,
        "nodes": NODES,
        "legend": _legend(request, bool(unit or chosen)),
        "exchanges": exchanges,
        "rows": [{"one": one, "way": ways[one.way or "unknown"], "tone": _TONES[one.way]} for one in exchanges.rows],
        "again": again,
        "none": none,
        "several": part(request, found.several, "s", url),
        "base": register(request.institution, "list"),
        "url": address(request.institution, "integration"),
        "xlsx_url": url(format="xlsx"),
        "csv_url": url(format="csv"),
    }  # fmt: skip
    return render(request, "analysis/integration.html", context)


def _chosen(request: PageRequest, name: str, known: tuple[str, ...]) -> str:
    said = request.GET.get(name, "")
    return said if said in known else ""


def _application(request: PageRequest, found: queries.Integration) -> queries.Thing | None:
    """The application in the middle of the map; :class:`NotFound` for one that is not to be seen."""
    asked = request.GET.get("app", "")
    if not asked:
        return None
    for one in found.applications.values():
        if one.uid == asked:
            return one
    raise NotFound


def _ways(request: PageRequest) -> list[tuple[str, str]]:
    """The ways by which data flow with their labels, then that it is not known."""
    relation = metamodel.of(request.institution).relation("application_flow")
    column = next((column for column in relation.columns if column.key == "lewat"), None)
    labels = {value.key: value.label.in_language(language()) for value in column.values} if column else {}
    return [*((key, labels.get(key, key)) for key in rules.WAYS), ("unknown", _("not known yet"))]


def _legend(request: PageRequest, applications: bool) -> list[tuple[int, SafeString | str]]:
    if not applications:
        return [(0, _("OPD"))]
    return [(4, metamodel.of(request.institution).domain("applications").label.in_language(language()))]


def _score(request: PageRequest, found: queries.Integration, url: Any) -> dict[str, Any]:
    known = [one for one in found.ranking if one.score.value is not None]
    first = known[0] if known else None
    return {
        "ranking": part(request, [(one, url(unit=one.opd.uid)) for one in found.ranking], "o", url, OPDS),
        "first": first,
        "equal": sum(one.place == 1 for one in known) - 1,
        "scored": len(known),
        "unscored": len(found.ranking) - len(known),
        "mean": round(sum(one.score.value or 0 for one in known) / len(known)) if known else None,
    }


def _matrix(found: queries.Integration) -> dict[str, Any]:
    """The OPD with the most exchanges against each other: rows send, columns receive."""
    every = queries.between(found.matrix, len(found.opds) + 1)
    shown = [opd for opd in every[:ACROSS] if opd in found.opds]
    return {
        "across": [(number, found.opds[opd].name) for number, opd in enumerate(shown, 1)],
        "matrix": [
            {
                "number": number,
                "name": found.opds[source].name,
                "cells": [(found.matrix.get((source, target), 0), source == target, found.opds[target].name) for target in shown],
            }
            for number, source in enumerate(shown, 1)
        ],
        "matrix_more": len(every) - len(shown),
    }  # fmt: skip


def _sheets(request: PageRequest, found: queries.Integration) -> list[Sheet]:
    """Exchanges, scores, matrix, data."""
    ways = dict(_ways(request))
    exchanges = Sheet(
        _("Exchanges"),
        [_("From"), _("Unit"), _("To"), _("Unit"), _("Data"), _("By way of"), _("Since")],
        (
            [e.source.name, e.source.unit, e.target.name, e.target.unit, e.data, ways[e.way or "unknown"], e.since]
            for e in found.exchanges
        ),
        {0: 36.0, 2: 36.0, 4: 40.0},
    )  # fmt: skip
    return [exchanges, _score_sheet(found), _matrix_sheet(found), _data_sheet(found)]


def _score_sheet(found: queries.Integration) -> Sheet:
    headers = [_("OPD"), _("Score"), _("Data"), _("Data used by other OPD"), _("Applications")]
    rows = (
        [one.opd.name, _value(one.score), one.score.data, one.score.shared, one.score.applications, one.score.connected]
        for one in found.ranking
    )  # fmt: skip
    return Sheet(_("Score of sharing"), [*headers, _("Applications by SPLP or API")], rows, {0: 44.0})


def _value(score: rules.Score) -> int | str:
    return _("not known yet") if score.value is None else score.value


def _matrix_sheet(found: queries.Integration) -> Sheet:
    every = [opd for opd in queries.between(found.matrix, len(found.opds) + 1) if opd in found.opds]
    rows = (
        [found.opds[source].name, *(found.matrix.get((source, target), 0) for target in every)]
        for source in every
    )
    return Sheet(_("OPD by OPD"), [_("From / to"), *(found.opds[opd].name for opd in every)], rows, {0: 44.0})


def _data_sheet(found: queries.Integration) -> Sheet:
    rows = [[one.code, one.name, one.unit, _("No owner"), ""] for one in found.without_owner]
    for word, some in ((_("Several owners"), found.several), (_("Typed again"), found.typed_again)):
        for one in some:
            names = "\n".join(f"{app.name} ({app.unit})" for app in one.writers)
            rows.append([one.data.code, one.data.name, one.data.unit, word, names])
    headers = [_("Code"), _("Data"), _("Unit"), _("Finding"), _("Applications that write it")]
    return Sheet(_("Data"), headers, rows, {1: 40.0, 2: 40.0, 4: 60.0})
