"""Pages of instruments: which there are, what in them is unverified, editions, ways from one to another, bringing in one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.evaluation.actions import editions as actions
from pendapa.evaluation.models import Cycle
from pendapa.evaluation.permissions import MODEL, RUN, VIEW
from pendapa.evaluation.queries import assessments as sheets
from pendapa.evaluation.queries import cycles, instruments
from pendapa.evaluation.queries.assessments import short_title, words
from pendapa.evaluation.views import common
from pendapa.evaluation.views.instrument_faults import told
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict
from pendapa.regulations import instrument_files, packs
from pendapa.regulations.crosswalk import Pair
from pendapa.regulations.errors import PackError
from pendapa.regulations.instruments import Domain, Indicator, Instrument

MOST_NOTE = 500


@dataclass(frozen=True)
class Way:
    """A way between two instruments as the list shows it."""

    source: Instrument
    target: Instrument
    over: list[str]
    without: int
    verified: bool


@page(VIEW)
@require_safe
def listing(request: PageRequest) -> HttpResponse:
    """Every instrument a round may begin with, and the ways between them."""
    rows = instruments.listing(request.institution)
    known = {row.instrument.id: row.instrument for row in rows}
    crosswalk = instruments.crosswalk(request.institution)
    ways = []
    for source in known.values():
        for target in known.values():
            if source.id != target.id and (way := crosswalk.way(source.id, target.id)) is not None:
                ways.append(_way(way, known))
    context = common.room(request, "instruments") | {
        "rows": [
            (
                row,
                [doubt.name for doubt in sheets.doubts(row.instrument)],
                instruments.in_doubt(row.instrument),
            )
            for row in rows
        ],
        "ways": ways,
        "may_model": request.actor.may(MODEL, request.institution),
        "behind": [cycle for row in rows for cycle in row.behind],
        "unverified": sum(
            1 for row in rows if sheets.doubts(row.instrument) or instruments.in_doubt(row.instrument)
        ),
    }
    return render(request, "evaluation/instruments.html", context)


def _way(way: Pair, known: dict[str, Instrument]) -> Way:
    return Way(
        known[way.source_id], known[way.target_id],
        [short_title(known[id].title) for id in way.over if id in known],
        sum(1 for entry in way.entries.values() if not entry.targets), way.verified,
    )  # fmt: skip


@page(VIEW)
@require_safe
def detail(request: PageRequest, id: str) -> HttpResponse:
    """One instrument: criteria of every level, what is unverified, its editions."""
    row = _row(request, id)
    instrument = row.instrument
    crosswalk = instruments.crosswalk(request.institution)
    heads: tuple[Domain | None, ...] = instrument.domains or (None,)
    groups = [(head, head.aspects if head else instrument.aspects) for head in heads]
    context = common.room(request, "instruments") | {
        "row": row,
        "instrument": instrument,
        "groups": [
            (head, [(aspect, [_line(instrument, one) for one in aspect.indicators]) for aspect in aspects])
            for head, aspects in groups
        ],
        "doubts": sheets.doubts(instrument),
        "unverified_lines": sum(
            1 for one in instrument.indicators if not one.provenance_of("criteria").verified
        ),
        "versions": instruments.versions(request.institution, id),
        "predicates": sorted(instrument.predicates, key=lambda one: one.min),
        "ways": [
            (other, crosswalk.way(id, other.instrument.id))
            for other in instruments.listing(request.institution)
            if other.instrument.id != id and crosswalk.way(id, other.instrument.id) is not None
        ],
        "may_model": request.actor.may(MODEL, request.institution),
    }
    return render(request, "evaluation/instruments_one.html", context)


def _line(instrument: Instrument, one: Indicator) -> dict[str, Any]:
    criteria = one.provenance_of("criteria")
    return {
        "one": one,
        "name": words(one.short_name),
        "levels": [
            (level.number, words(name) if (name := instrument.level_name(one, level.number)) else "",
             words(level.criterion), bool(level.criterion.en))
            for level in one.levels
        ],
        "verified": criteria.verified,
        "note": criteria.note,
        "source": criteria.source,
        "evidence_verified": one.provenance_of("evidence").verified,
        "weight_verified": one.provenance_of("weights").verified,
    }  # fmt: skip


@page(VIEW)
@require_safe
def crosswalk(request: PageRequest, source: str, target: str) -> HttpResponse:
    """Where each indicator of one instrument goes in the other, and what goes nowhere."""
    first, second = _row(request, source).instrument, _row(request, target).instrument
    way = instruments.crosswalk(request.institution).way(source, target)
    if way is None:
        raise NotFound
    there = {one.number: one for one in second.indicators}
    lines: list[dict[str, Any]] = []
    for one in first.indicators:
        entry = way.entries.get(one.number)
        targets = [there[number] for number in entry.targets if number in there] if entry else []
        lines.append(
            {
                "one": one,
                "targets": targets,
                "why": words(entry.why) if entry else "",
                "verified": bool(entry and entry.verified),
            }
        )
    reached = {one.number for line in lines for one in line["targets"]}
    back = instruments.crosswalk(request.institution).way(target, source)
    names = {row.instrument.id: row.instrument for row in instruments.listing(request.institution)}
    context = common.room(request, "instruments") | {
        "pack_note": packs.crosswalk().note,
        "source": first,
        "target": second,
        "way": way,
        "over": [short_title(names[id].title) for id in way.over if id in names],
        "lines": lines,
        "without": sum(1 for line in lines if not line["targets"]),
        "new": [one for one in second.indicators if one.number not in reached],
        "back": back is not None,
    }
    return render(request, "evaluation/instruments_crosswalk.html", context)


@page(VIEW)
@require_safe
def download(request: PageRequest, id: str) -> HttpResponse:
    """The edition in force as a YAML file, in the shape in which one is brought in."""
    _row(request, id)
    text = instrument_files.written(instruments.content_of(request.institution, id))
    answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{id}.yaml"'
    return answer


# ---- bringing in one


@page(MODEL)
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: PageRequest) -> HttpResponse:
    """A file; then what it would be; then its edition."""
    context: dict[str, Any] = common.room(request, "instruments") | {
        "note": " ".join(request.POST.get("note", "").split())[:MOST_NOTE]
    }
    if request.method != "POST":
        return render(request, "evaluation/instruments_import.html", context)
    upload = request.FILES.get("file")
    kept = request.POST.get("content", "")
    name = upload.name if upload is not None else request.POST.get("name", "")
    if upload is None and not kept.strip():
        context["faults"] = [_("Choose a file.")]
        return render(request, "evaluation/instruments_import.html", context, status=422)
    data = upload.read(instrument_files.MOST_BYTES + 1) if upload is not None else kept.encode()
    try:
        content = instrument_files.read(data, str(name))
        if request.POST.get("step") == "keep" and upload is None:
            made = actions.bring(request.actor, request.institution, content, str(name), note=context["note"])
            words_ = {"name": made.instrument, "number": made.number}
            messages.success(request, _("%(name)s stands as edition %(number)s.") % words_)
            return redirect("evaluation:instrument", request.institution.code, made.instrument)
        incoming = instruments.weigh(request.institution, content, str(name))
    except PackError as error:
        context["faults"] = told(error.faults)
        return render(request, "evaluation/instruments_import.html", context, status=422)
    context |= {
        "incoming": incoming,
        "content": instrument_files.written(content),
        "name": name,
        "doubts": [doubt.name for doubt in sheets.doubts(incoming.instrument)],
        "next": incoming.newest.number + 1 if incoming.newest else 1,
    }
    return render(request, "evaluation/instruments_import_preview.html", context)


# ---- a round and its edition


@page(VIEW)
@require_safe
def edition(request: PageRequest, year: int, instrument: str) -> HttpResponse:
    """Which edition a round keeps, and what it would mean to go to the one in force."""
    cycle = cycles.cycle(request.actor, request.institution, year, instrument)
    return _edition(request, cycle)


def _edition(
    request: PageRequest, cycle: Cycle, faults: tuple[str, ...] = (), status: int = 200
) -> HttpResponse:
    moving = instruments.moving(cycle)
    context = common.cycle_room(request, cycle) | {
        "moving": moving,
        "now_number": cycle.edition.number if cycle.edition else None,
        "same": not moving.changes,
        "may_run": request.actor.may(RUN, request.institution),
        "faults": faults,
    }
    return render(request, "evaluation/instruments_adopt.html", context, status=status)


@page(RUN)
@require_POST
def adopt(request: PageRequest, year: int, instrument: str) -> HttpResponse:
    """Move the round to the edition in force."""
    cycle = cycles.cycle(request.actor, request.institution, year, instrument)
    try:
        moved = actions.adopt(request.actor, cycle)
    except actions.Refused as error:
        return _edition(request, cycle, error.faults, 422)
    except Conflict:
        fault = _("Somebody changed the round meanwhile. Look at it again, then repeat it.")
        return _edition(request, cycle, (fault,), 409)
    number = moved.edition.number if moved.edition else 0
    messages.success(request, _("The round keeps edition %(number)s from now on.") % {"number": number})
    return redirect(reverse("evaluation:edition", args=[request.institution.code, year, instrument]))


def _row(request: PageRequest, id: str) -> instruments.Row:
    found = instruments.one(request.institution, id) if re.fullmatch(r"[a-z0-9-]{1,40}", id) else None
    if found is None:
        raise NotFound
    return found
