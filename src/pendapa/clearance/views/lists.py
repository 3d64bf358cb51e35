"""The list of requests, and one request with its checks."""

from __future__ import annotations

import tempfile
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pendapa.architecture.models import Element
from pendapa.architecture.queries import offered_units, visible
from pendapa.clearance import letters, queries
from pendapa.clearance.models import ClearanceRequest
from pendapa.clearance.permissions import VIEW, WRITE
from pendapa.clearance.queries import Filters
from pendapa.clearance.rules import checks, flow, form
from pendapa.clearance.views.common import chip_of, one, steps_of
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.files import serving
from pendapa.kernel.numbers import whole
from pendapa.kernel.permissions import HISTORY
from pendapa.kernel.tables.writing import Sheet, write_csv, write_xlsx
from pendapa.kernel.tenancy.models import Unit
from pendapa.kernel.ui import formats, onward
from pendapa.regulations.clearance import Field

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
EXPORTED = 10_000


def _filters(request: PageRequest) -> Filters:
    state = request.GET.get("state", "")
    return Filters(
        state=state if state in flow.STATES else "",
        unit=request.GET.get("unit", "").strip(),
        year=whole(request.GET.get("year", ""), digits=4),
        after=whole(request.GET.get("after", ""), digits=18) or 0,
    )


@require_safe
@page(VIEW)
def listing(request: PageRequest) -> HttpResponse:
    """Requests, newest first, by state, agency and budget year."""
    actor, institution, filters = request.actor, request.institution, _filters(request)
    found = queries.listed(actor, institution, filters)
    asked = {"unit": filters.unit, "year": str(filters.year or "")}
    kept = {key: value for key, value in asked.items() if value}
    states = [
        {
            "key": key,
            "label": label,
            "count": found.counts.get(key, 0),
            "current": key == filters.state,
            "url": "?" + urlencode(kept | ({"state": key} if key != filters.state else {})),
        }
        for key, label in ClearanceRequest.STATES
        if found.counts.get(key)
    ]
    facts = {
        "rows": [(row, chip_of(row)) for row in found.rows],
        "states": states,
        "total": found.total,
        "filters": filters,
        "everything": "?" + urlencode(kept),
        "units": list(offered_units(actor, institution, VIEW)),
        "years": queries.years(actor, institution),
        "may_begin": actor.may(WRITE, institution),
        "basis": queries.pack().basis.text.in_language(formats.language()),
        "next_url": "?" + urlencode(kept | {"state": filters.state, "after": found.next})
        if found.next
        else "",
        "query": urlencode(kept | ({"state": filters.state} if filters.state else {})),
    }
    return render(request, "clearance/list.html", facts)


@require_safe
@page(VIEW)
def export(request: PageRequest) -> HttpResponse:
    """The list as a spreadsheet: ``format`` is xlsx or csv."""
    kind = "csv" if request.GET.get("format") == "csv" else "xlsx"
    found = queries.listed(request.actor, request.institution, _filters(request), EXPORTED)
    headers = [_("Number of the request"), _("Budget year"), _("Title"), _("Unit"), _("State"), _("Recommendation"), _("Decision"),
               _("Ceiling (rupiah)"), _("Programme code"), _("Number of the letter"), _("Last step")]  # fmt: skip
    rows = (
        [
            row.reference, row.year, row.title, row.unit.name, str(row.get_state_display()),
            str(row.get_verdict_display()), str(row.get_decision_display()), row.answers.get("pagu", ""),
            row.answers.get("kode_program", ""), row.letter.get("number", ""),
            timezone.localtime(row.moved_at).date().isoformat(),
        ]
        for row in found.rows
    )  # fmt: skip
    sheet = Sheet(_("Clearance"), headers, rows, {2: 40.0, 3: 36.0, 4: 28.0})
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    if kind == "csv":
        write_csv(file, sheet)
    else:
        write_xlsx(file, [sheet])
    name = f"{request.institution.code}-rekomendasi-tik-{timezone.localdate().isoformat()}.{kind}"
    return serving.sent(file, name, TYPES[kind])


@require_safe
@page(VIEW)
def detail(request: PageRequest, uid: Any) -> HttpResponse:
    """One request: what was asked, the checks with their evidence, what was said, and what one may do."""
    row = one(request, uid)
    return render(request, "clearance/detail.html", detail_facts(request, row))


def detail_facts(request: PageRequest, row: ClearanceRequest, **more: Any) -> dict[str, Any]:
    """All that the page of a request shows; the verbs' own pages add what went wrong."""
    actor, pack, language = request.actor, queries.pack(), formats.language()
    live = queries.live(actor, row)
    missing = form.missing(pack, row.answers)
    return {
        "row": row,
        "version": row.version,
        "state_chip": chip_of(row),
        "checks": live,
        "blocking": [check for check in live if check.blocks],
        "tally": [
            (outcome, sum(1 for check in live if check.outcome == outcome)) for outcome in checks.OUTCOMES
        ],
        "kept": queries.kept(actor, row),
        "steps": steps_of(row),
        "missing": len(missing) + (0 if any(form.complete(pack.risks.columns, r) for r in row.risks) else 1),
        "groups": _answers(request, row),
        "risks": risk_rows(row),
        "risk_label": pack.risks.label.in_language(language),
        "files": queries.attachments(row),
        "file_kinds": {kind.key: kind.label.in_language(language) for kind in pack.file_kinds},
        "trail": queries.trail(row),
        "verbs": queries.verbs(actor, row),
        "may_write": queries.may_write(actor, row),
        "headed": queries.headed(row.unit),
        "history_url": _history(request, row),
        **_onward(request, row),
        "basis": pack.basis.text.in_language(language),
        "basis_source": pack.basis.source,
        "signature": letters.NOT_A_SIGNATURE,
        **more,
    }


def _onward(request: PageRequest, row: ClearanceRequest) -> dict[str, Any]:
    """What a request that goes ahead became in a room above, else what it can become."""
    if row.state != flow.DECIDED or row.decision not in flow.AHEAD:
        return {}
    actor, institution, uid = request.actor, request.institution, str(row.uid)
    became = onward.became(actor, institution, "request", [uid]).get(uid)
    return {
        "became": became,
        "onward": [] if became else onward.steps(actor, institution, "request", {"uid": uid}, row.unit),
    }


def _history(request: PageRequest, row: ClearanceRequest) -> str:
    """The page with every change of a request, for who may read the history."""
    if not request.actor.may(HISTORY, request.institution, row.unit):
        return ""
    return reverse("history:list", args=[row.institution.code]) + f"?unit={row.unit.uid}"


def _answers(request: PageRequest, row: ClearanceRequest) -> list[dict[str, Any]]:
    """The answers in words, step by step; things that the actor may not see are not named."""
    pack, language = queries.pack(), formats.language()
    uids = [
        uid for field in pack.fields if field.type == "elements" for uid in row.answers.get(field.key) or ()
    ]
    things = {
        str(thing.uid): thing
        for thing in visible(request.actor, row.institution).filter(uid__in=uids).order_by("name_key", "id")
    }
    asked = [field for field in pack.fields if field.type in ("unit", "units")]
    wanted = [uid for field in asked for uid in _several(row.answers.get(field.key))]
    units = dict(Unit.objects.filter(institution=row.institution, uid__in=wanted).values_list("uid", "name"))
    names = {str(uid): name for uid, name in units.items()}
    return [
        {
            "label": step.label.in_language(language),
            "note": step.note if not step.verified else "",
            "answers": [
                {
                    "label": field.label.in_language(language),
                    "required": field.required,
                    "type": field.type,
                    "value": _value(field, row.answers.get(field.key), things, names, language),
                }
                for field in step.fields
            ],
        }
        for step in pack.steps
    ]


def _several(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []


def _value(field: Field, value: Any, things: dict[str, Element], units: dict[str, str], language: str) -> Any:
    if not value:
        return ""
    if field.type == "elements":
        return [things[uid] for uid in _several(value) if uid in things]
    if field.type in ("unit", "units"):
        return ", ".join(units[uid] for uid in _several(value) if uid in units)
    if field.type == "money":
        return formats.rupiah(int(value), language)
    option = field.option(str(value))
    return option.label.in_language(language) if option else value


def risk_rows(row: ClearanceRequest) -> list[dict[str, Any]]:
    """The list of risks in words."""
    pack, language = queries.pack(), formats.language()
    return [
        {
            "name": risk.get("uraian_kejadian", ""),
            "size": form.size(risk),
            "cells": [
                (column.label.in_language(language), _cell(column, risk[column.key]))
                for column in pack.risks.columns
                if risk.get(column.key) and column.key != "uraian_kejadian"
            ],
        }
        for risk in row.risks
    ]


def _cell(column: Field, value: str) -> str:
    if column.type == "level" and value.isdigit() and 1 <= int(value) <= len(column.options):
        return f"{value} · {column.options[int(value) - 1].key}"
    return value
