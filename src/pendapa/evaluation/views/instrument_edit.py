"""Pages on which an institution lays a new year's criteria over an instrument: form, what it does, keep."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pendapa.evaluation.actions import editions as actions
from pendapa.evaluation.permissions import MODEL
from pendapa.evaluation.queries import instruments
from pendapa.evaluation.queries.assessments import words
from pendapa.evaluation.views import common
from pendapa.evaluation.views.instrument_faults import told
from pendapa.evaluation.views.instruments import MOST_NOTE
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.regulations.errors import PackError
from pendapa.regulations.instruments import Indicator, Instrument
from pendapa.regulations.schema import Text, plain_number

MOST_TEXT = 4000
ABOUT = "instansi"


@page(MODEL)
@require_http_methods(["GET", "HEAD", "POST"])
def indicator(request: PageRequest, id: str, number: str) -> HttpResponse:
    """Name, criteria and evidence of one indicator."""
    row = _row(request, id)
    one = next((one for one in row.instrument.indicators if one.number == number), None)
    if one is None:
        raise NotFound
    given = _typed_indicator(request.POST) if request.method == "POST" else _of_indicator(one)
    context = {"one": one, "given": given, "levels": _level_fields(row.instrument, one, given)}
    if request.method != "POST":
        return _form(request, row, "evaluation/instruments_edit.html", context)
    change = {"indicators": {number: _indicator_change(one, given)}}
    return _preview(request, row, change, "evaluation/instruments_edit.html", context)


@page(MODEL)
@require_http_methods(["GET", "HEAD", "POST"])
def frame(request: PageRequest, id: str) -> HttpResponse:
    """Weights, bounds of the predicates, remarks."""
    row = _row(request, id)
    overlay = instruments.overlay_of(request.institution, id)
    posted = request.POST if request.method == "POST" else None
    fields = _frame_fields(row.instrument, posted)
    notes = posted.get("notes", "") if posted is not None else _notes_text(overlay)
    context = fields | {"notes": notes, "given": dict(posted.items()) if posted is not None else {}}
    if posted is None:
        return _form(request, row, "evaluation/instruments_frame.html", context)
    now = {one["name"]: one["value"] for one in _all_fields(_frame_fields(row.instrument, None))}
    return _preview(request, row, _frame_change(posted, now), "evaluation/instruments_frame.html", context)


@page(MODEL)
@require_POST
def keep(request: PageRequest, id: str) -> HttpResponse:
    """Keep what the preview showed as the next edition."""
    row = _row(request, id)
    try:
        change = json.loads(request.POST.get("change", ""))
        number = int(request.POST.get("number", ""))
    except (ValueError, RecursionError):
        raise NotFound from None
    if not isinstance(change, dict):
        raise NotFound
    note = request.POST.get("note", "")[:MOST_NOTE]
    try:
        made = actions.edit(request.actor, request.institution, id, change, number, note=note)
    except (PackError, actions.Refused) as error:
        faults = told(error.faults) if isinstance(error, PackError) else list(error.faults)
        messages.error(request, " ".join(faults))
        return redirect("evaluation:instrument", request.institution.code, id)
    messages.success(
        request,
        _("Edition %(number)s of %(name)s holds for rounds that begin from now on.")
        % {"number": made.number, "name": row.instrument.id},
    )
    return redirect("evaluation:instrument", request.institution.code, id)


def _form(
    request: PageRequest, row: instruments.Row, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    more = common.room(request, "instruments") | {"row": row, "instrument": row.instrument}
    return render(request, template, more | context, status=status)


def _preview(
    request: PageRequest,
    row: instruments.Row,
    change: Mapping[str, Any],
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """What the change would do; or the form again with every fault, and all that was typed."""
    try:
        incoming = instruments.weigh_change(request.institution, row.instrument.id, change)
    except PackError as error:
        return _form(request, row, template, context | {"faults": told(error.faults)}, 422)
    if incoming.same:
        return _form(request, row, template, context | {"faults": [_("Nothing would change.")]}, 422)
    number = incoming.newest.number if incoming.newest else 0
    more = common.room(request, "instruments") | {
        "row": row,
        "instrument": row.instrument,
        "incoming": incoming,
        "change": json.dumps(change, ensure_ascii=False),
        "number": number,
        "next": number + 1,
        "note": " ".join(request.POST.get("note", "").split())[:MOST_NOTE],
    }
    return render(request, "evaluation/instruments_preview.html", more)


# ---- one indicator


def _of_indicator(one: Indicator) -> dict[str, Any]:
    return {
        "name": one.name.id,
        "evidence": "\n".join(one.evidence),
        "levels": {str(level.number): level.criterion.id for level in one.levels},
    }


def _typed_indicator(posted: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": " ".join(_clean(posted, "name").split()),
        "evidence": _clean(posted, "evidence"),
        "levels": {
            key.removeprefix("level_"): " ".join(_clean(posted, key).split())
            for key in posted
            if key.startswith("level_")
        },
        "source": _clean(posted, "source").strip(),
        "verified": posted.get("verified") == "on",
        "note": posted.get("note", ""),
    }


def _clean(posted: Mapping[str, str], key: str) -> str:
    return posted.get(key, "").replace("\x00", "").replace("\r\n", "\n")[:MOST_TEXT]


def _level_fields(
    instrument: Instrument, one: Indicator, given: Mapping[str, Any]
) -> list[tuple[int, str, str]]:
    found = []
    for level in one.levels:
        name = instrument.level_name(one, level.number)
        found.append((level.number, words(name) if name else "", given["levels"].get(str(level.number), "")))
    return found


def _indicator_change(one: Indicator, given: Mapping[str, Any]) -> dict[str, Any]:
    """Only what was typed differently, so that translations of untouched words stay."""
    change: dict[str, Any] = {}
    if given["name"] != one.name.id:
        change["name"] = {"id": given["name"]}
        change["short_name"] = {"id": given["name"]}
    known = {str(level.number): level.criterion for level in one.levels}
    levels = {n: text for n, text in given["levels"].items() if text != known.get(n, Text("")).id}
    if levels:
        change["levels"] = levels
    evidence = [line.strip() for line in given["evidence"].split("\n") if line.strip()]
    if evidence != list(one.evidence):
        change["evidence"] = evidence
    if given.get("source"):
        change["from"] = {"verified": bool(given.get("verified")), "source": given["source"]}
    return change


# ---- weights and bounds


def _frame_fields(instrument: Instrument, posted: Mapping[str, str] | None) -> dict[str, Any]:
    def field(kind: str, number: str, label: str, value: str) -> dict[str, str]:
        name = f"{kind}:{number}"
        return {"name": name, "label": label, "value": value if posted is None else posted.get(name, "")}

    parts = []
    for head in instrument.domains or (None,):
        for aspect in head.aspects if head else instrument.aspects:
            fields = [
                field("indicators", one.number, words(one.short_name), plain_number(one.weight))
                for one in aspect.indicators
            ]
            parts.append(
                {
                    "number": aspect.number,
                    "name": words(aspect.name),
                    "field": field("aspects", aspect.number, "", plain_number(aspect.weight)),
                    "fields": fields,
                }
            )
    domains = [
        field("domains", one.number, words(one.name), plain_number(one.weight)) for one in instrument.domains
    ]
    bounds = [
        (words(one.label), field("min", one.name, "", plain_number(one.min)), field("max", one.name, "", plain_number(one.max)))
        for one in sorted(instrument.predicates, key=lambda one: one.min)
    ]  # fmt: skip
    return {"parts": parts, "domains": domains, "bounds": bounds}


def _all_fields(fields: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    yield from fields["domains"]
    for part in fields["parts"]:
        yield part["field"]
        yield from part["fields"]
    for _label, low, high in fields["bounds"]:
        yield low
        yield high


def _frame_change(posted: Mapping[str, str], now: Mapping[str, str]) -> dict[str, Any]:
    """Only what was typed differently."""
    told = _clean(posted, "source").strip()
    origin = {"from": {"verified": posted.get("verified") == "on", "source": told}} if told else {}
    change: dict[str, Any] = {}
    for name, given in posted.items():
        kind, colon, number = name.partition(":")
        value = given.strip().replace(",", ".")
        if not colon or value == now.get(name):
            continue
        if kind in ("domains", "aspects", "indicators"):
            change.setdefault(kind, {})[number] = {"weight": value} | origin
        elif kind in ("min", "max"):
            change.setdefault("predicates", {}).setdefault(number, dict(origin))[kind] = value
    lines = [line.strip() for line in _clean(posted, "notes").split("\n") if line.strip()]
    change["notes"] = [{"about": ABOUT, "text": line} for line in lines]
    return change


def _notes_text(overlay: Mapping[str, Any]) -> str:
    return "\n".join(note["text"] for note in overlay.get("notes") or [])


def _row(request: PageRequest, id: str) -> instruments.Row:
    found = instruments.one(request.institution, id)
    if found is None:
        raise NotFound
    return found
