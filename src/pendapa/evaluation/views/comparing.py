"""Compare: own years, institutions of one kind, national averages; and the table of others' results."""

from __future__ import annotations

import io
from collections.abc import Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pendapa.evaluation.actions import peers as actions
from pendapa.evaluation.models import PeerResult
from pendapa.evaluation.permissions import RUN, VIEW
from pendapa.evaluation.queries import assessments
from pendapa.evaluation.queries import comparing as queries
from pendapa.evaluation.queries.assessments import short_title, words
from pendapa.evaluation.rules import comparing as rules
from pendapa.evaluation.rules import peers as table
from pendapa.evaluation.views.common import room
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.jobs import queries as jobs
from pendapa.kernel.jobs import signs
from pendapa.kernel.numbers import whole
from pendapa.kernel.tables import writing
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.ui import formats
from pendapa.regulations import packs
from pendapa.regulations.instruments import Instrument

NEAR, BARS = 12, 25
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(VIEW)
@require_safe
def compare(request: PageRequest) -> HttpResponse:
    """Everything that stands under one instrument side by side; other instruments are told apart."""
    known = queries.ground(request.actor, request.institution)
    asked = {name: request.GET.get(short, "")[:40] for name, short in ASKED.items()}
    chosen = queries.choice(known, request.institution, **asked)
    context = room(request, "compare") | {
        "choice": chosen,
        "may_run": request.actor.may(RUN, request.institution),
        "models": [(id, _title(id, known)) for id in known.instruments() if id],
        "kind_labels": _kinds(chosen.kinds if chosen else []),
    }
    if chosen is not None:
        context |= _sections(chosen, request.institution)
    return render(request, "evaluation/compare.html", context)


ASKED = {"instrument": "instrumen", "year": "tahun", "before": "dengan", "kind": "jenis"}


def _title(id: str, known: queries.Ground) -> str:
    own = next((one.instrument for one in known.years if one.instrument.id == id), None)
    if own is None and id in packs.instrument_ids():
        own = packs.instrument(id)
    return short_title(own.title) if own else id


def _kinds(kinds: Sequence[str]) -> list[tuple[str, str]]:
    labels = dict(Institution.KINDS)
    return [(kind, str(labels.get(kind, kind))) for kind in kinds]


def _sections(chosen: queries.Choice, institution: Institution) -> dict[str, Any]:
    model, now = chosen.instrument, chosen.now
    own = now.standing if now else None
    near = rules.neighbours(model, own, chosen.others) if own else []
    mean = next((one for one in chosen.averages if one.kind == institution.kind), None)
    mean = mean or next((one for one in chosen.averages if one.kind == "nasional"), None)
    return {
        "instrument": model,
        "now": now,
        "own": own,
        "said": _finding(chosen, own, mean),
        "unsettled": assessments.unsettled(model),
        "slope": _slope(chosen),
        "heat": _heat(chosen),
        "years": [
            (one, one.standing, words(model.predicate_of(one.standing.index).label) if one.standing else "")
            for one in chosen.years
        ],
        "elsewhere": [(one, one.standing) for one in chosen.elsewhere],
        "bars": _bars(chosen, own),
        "rows": _rows(chosen, own),
        "radar": _radar(model, own, mean, near),
        "near": [_near(model, one) for one in near if one.aspects][:NEAR],
        "near_more": max(0, len([one for one in near if one.aspects]) - NEAR),
        "aspects": [(aspect.number, words(aspect.name)) for aspect in model.aspects],
        "median": rules.median(one.index for one in chosen.others),
    }


def _figure(value: Fraction, places: int = 2) -> str:
    return formats.number(value, formats.language(), places)


def _signed(value: Fraction) -> str:
    """With its sign; what rounds to nothing has none."""
    shown = formats.number(abs(value), formats.language(), 2)
    if not any(letter in "123456789" for letter in shown):
        return shown
    return f"{'+' if value > 0 else formats.MINUS}{shown}"


def _finding(chosen: queries.Choice, own: rules.Standing | None, mean: rules.Standing | None) -> str:
    """The whole page in two sentences."""
    if own is None:
        return _("There is no complete result of your own under this instrument yet.")
    said = [_("%(year)s: index %(index)s.") % {"year": own.year or _("Earlier"), "index": _figure(own.index)}]
    if mean is not None:
        facts = {
            "by": _figure(abs(own.index - mean.index)),
            "who": formats.in_sentence(mean.name),
            "year": mean.year or "–",
            "index": _figure(mean.index),
        }
        if own.index > mean.index:
            said.append(_("That is %(by)s above %(who)s %(year)s (%(index)s).") % facts)
        elif own.index < mean.index:
            said.append(_("That is %(by)s below %(who)s %(year)s (%(index)s).") % facts)
        else:
            said.append(_("That equals %(who)s %(year)s (%(index)s).") % facts)
    if chosen.others:
        place, of = rules.place(own, chosen.others)
        said.append(_("Place %(place)s of %(of)s institutions compared here.") % {"place": place, "of": of})
    return " ".join(said)


def _slope(chosen: queries.Choice) -> dict[str, Any] | None:
    now, before = chosen.now, chosen.before
    if now is None or before is None or not now.aspects:
        return None
    names = {aspect.number: words(aspect.name) for aspect in chosen.instrument.aspects}
    found = rules.moves(list(names), before.aspects, now.aspects)
    return {
        "before": before.year,
        "after": now.year,
        "parts": [(f"{one.number} {names[one.number]}", one.before, one.after) for one in found],
        "rows": [(one, names[one.number], None if one.by is None else _signed(one.by)) for one in found],
    }


def _heat(chosen: queries.Choice) -> dict[str, Any] | None:
    """Indicators × years, under their aspects."""
    years = [one for one in chosen.years if one.levels]
    if not years:
        return None
    drawn: list[tuple[str, Any]] = []
    rows = []
    for aspect in chosen.instrument.aspects:
        drawn.append((f"{aspect.number}. {words(aspect.name)}", None))
        for one in aspect.indicators:
            values = [year.levels.get(one.number) for year in years]
            drawn.append((f"{one.number}  {words(one.short_name)}", values))
            rows.append((one.number, words(one.short_name), values))
    return {"columns": [one.year for one in years], "drawn": drawn, "rows": rows}


def _bars(chosen: queries.Choice, own: rules.Standing | None) -> list[tuple[str, Fraction, str]]:
    """Own result, others and averages, the highest first; of very many those around the own one."""
    found = [
        (_named(one), one.index, "average" if one.what == "average" else "other") for one in chosen.others
    ]
    found += [(_named(one), one.index, "average") for one in chosen.averages]
    if own is not None:
        found.append((_named(own), own.index, "own"))
    found.sort(key=lambda one: (-one[1], one[2] != "own", one[0]))
    if len(found) <= BARS:
        return found
    at = next((place for place, one in enumerate(found) if one[2] == "own"), 0)
    first = max(0, min(at - BARS // 2, len(found) - BARS))
    return found[first : first + BARS]


def _named(one: rules.Standing) -> str:
    return f"{one.name} {one.year}" if one.year else one.name


def _rows(chosen: queries.Choice, own: rules.Standing | None) -> list[dict[str, Any]]:
    ranked = [one for one in (own, *chosen.others, *chosen.averages) if one is not None]
    ranked.sort(key=lambda one: (-one.index, one.what != "own", one.name))
    return [
        {
            "one": one,
            "from_own": "" if own is None or one is own else _signed(one.index - own.index),
            "predicate": words(chosen.instrument.predicate_of(one.index).label),
        }
        for one in ranked
    ]


def _radar(
    model: Instrument, own: rules.Standing | None, mean: rules.Standing | None, near: Sequence[rules.Distance]
) -> dict[str, Any] | None:
    """Own aspects, the average of the kind, and the nearest neighbour of whom aspects are known."""
    if own is None or not own.aspects or len(model.aspects) < 3:
        return None
    closest = next((one.other for one in near if one.aspects), None)
    shown = [one for one in (own, mean, closest) if one is not None and one.aspects]
    numbers = [aspect.number for aspect in model.aspects]
    return {
        "axes": numbers,
        "profiles": [(_named(one), [one.aspects.get(n) for n in numbers]) for one in shown],
        "rows": [
            (aspect.number, words(aspect.name), [one.aspects.get(aspect.number) for one in shown])
            for aspect in model.aspects
        ],
        "low": model.scale.min,
        "high": model.scale.max,
        "faults": [(one.name, one.fault) for one in shown if one.fault],
    }


def _near(model: Instrument, found: rules.Distance) -> dict[str, Any]:
    return {
        "one": found.other,
        "apart": found.apart,
        "index": _signed(found.index),
        "aspects": [
            (_signed(by), "above" if by > 0 else "below" if by < 0 else "")
            if (by := found.aspects.get(aspect.number)) is not None
            else ("–", "")
            for aspect in model.aspects
        ],
    }


# ---- results of others


@page(VIEW)
@require_safe
def peers(request: PageRequest) -> HttpResponse:
    """The results of others that are kept here, and where a table of them is handed in."""
    return _peers(request)


def _peers(request: PageRequest, error: str = "", field: str = "", status: int = 200) -> HttpResponse:
    rows = list(queries.peers(request.actor, request.institution)[:500])
    may_run = request.actor.may(RUN, request.institution)
    works = [_work(job) for job in queries.batches(request.actor, request.institution)] if may_run else []
    typed = {name: request.POST.get(name, "")[:200] for name in ("instrument", "year", "source")}
    context = room(request, "compare") | {
        "rows": [(row, Fraction(row.index), _kind(row)) for row in rows],
        "total": queries.peers(request.actor, request.institution).count() if len(rows) == 500 else len(rows),
        "may_run": may_run,
        "works": works,
        "models": [(one.id, short_title(one.title)) for one in packs.instruments()],
        "typed": typed | ({} if typed["instrument"] else {"instrument": "spbe-2020"}),
        "error": error,
        "field": field,
    }
    return render(request, "evaluation/peers.html", context, status=status)


def _kind(row: PeerResult) -> str:
    return str(dict(Institution.KINDS).get(row.kind, row.kind))


def _work(job: Any) -> dict[str, Any]:
    signs.freshen(job)
    told = jobs.told(job)
    result = job.result if isinstance(job.result, dict) else {}
    return told | {
        "url": "",
        "name": job.arguments.get("called", ""),
        "result": result,
        "faults": [(one, _why(one)) for one in result.get("faults", [])],
    }


def _why(fault: dict[str, Any]) -> str:
    """What is wrong and what is accepted, in the language of the page."""
    facts = {"given": fault["given"], "accepted": fault["accepted"]}
    told = {
        "empty": _("The row has no name."),
        "long": _("The name is longer than %(accepted)s characters."),
        "no source": _("No source is named. Fill in the column “Sumber”, or the source in the form."),
        "yes or no": _("“%(given)s” is neither yes nor no. Accepted: ya, tidak."),
        "unknown kind": _("“%(given)s” is no kind of institution. Accepted: %(accepted)s."),
        "no year": _("“%(given)s” is no year. Accepted: %(accepted)s."),
        "unknown instrument": _("“%(given)s” is no known instrument. Accepted: %(accepted)s."),
        "not in instrument": _("The instrument %(accepted)s has no such part. Leave the cell empty."),
        "off the scale": _("“%(given)s” is off the scale. Accepted: %(accepted)s."),
        "nothing complete": _("Neither all levels nor all aspects nor all domains are filled, and no index is printed. %(accepted)s levels are missing."),
        "does not agree": _("The printed index %(given)s is not what its parts give: %(accepted)s. Correct it, or leave it empty so that the computed one counts."),
        "twice": _("The same institution, year and instrument stand in row %(accepted)s already."),
    }.get(fault["why"], fault["why"])  # fmt: skip
    return told % facts


@page(RUN)
@require_POST
def peers_bring(request: PageRequest) -> HttpResponse:
    """Hand in a table; a job computes it."""
    file = request.FILES.get("file")
    said = request.POST.get("year", "").strip()
    year = whole(said) if said else None
    if file is None:
        return _peers(request, _("Choose a file."), "file", 422)
    if said and year is None:
        text = _("“%(given)s” is no year. Accepted: %(accepted)s.") % {
            "given": said[:20], "accepted": f"{table.FIRST_YEAR}–{table.LAST_YEAR}",
        }  # fmt: skip
        return _peers(request, text, "year", 422)
    try:
        actions.bring(
            request.actor, request.institution, file, file.name or "", year=year,
            instrument=request.POST.get("instrument", "")[:40], source=request.POST.get("source", ""),
            language=get_language() or "id",
        )  # fmt: skip
    except actions.Refused as error:
        return _peers(request, str(error), error.field, 422)
    return redirect("evaluation:peers", institution=request.institution.code)


@page(RUN)
@require_POST
def peers_remove(request: PageRequest, uid: UUID) -> HttpResponse:
    """Take one result away."""
    try:
        row = actions.remove(
            request.actor, request.institution, str(uid), whole(request.POST.get("version", "")) or 0
        )
        messages.success(request, _("%(name)s is taken away. The history can bring it back.") % {"name": row})
    except Conflict:
        messages.warning(request, _("This result was changed meanwhile. Look at it again."))
    return redirect("evaluation:peers", institution=request.institution.code)


@page(VIEW)
@require_safe
def peers_template(request: PageRequest) -> HttpResponse:
    """The empty table with its headings, one column for each indicator."""
    wanted = request.GET.get("instrumen", "spbe-2020")
    model = packs.instrument(wanted if wanted in packs.instrument_ids() else "spbe-2020")
    heads = ["Nama instansi", "Jenis", "Wilayah", "Tahun", "Instrumen", "Sumber", "Terverifikasi", "Indeks"]
    parts = [f"Domain {one.number}" for one in model.domains] + [
        f"Aspek {one.number}" for one in model.aspects
    ]
    levels = [one.number for one in model.indicators]
    sheet = writing.Sheet(
        "Hasil instansi", [*heads, *parts, *levels], (), {0: 40.0, 5: 40.0}, {1: list(table.KINDS)}
    )
    out = io.BytesIO()
    writing.write_xlsx(out, [sheet])
    answer = HttpResponse(out.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="hasil-instansi-{model.id}.xlsx"'
    return answer
