"""Pages of assessments. A level is saved as it is chosen; without scripts one button saves them all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from pendapa.evaluation.actions import assessments as actions
from pendapa.evaluation.actions import cycles
from pendapa.evaluation.forms import OpenForm, PublishedForm
from pendapa.evaluation.models import Assessment
from pendapa.evaluation.permissions import EDIT, PUBLISH, RUN, VIEW
from pendapa.evaluation.queries import assessments as queries
from pendapa.evaluation.queries.assessments import words
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.numbers import whole
from pendapa.kernel.refusing import blame
from pendapa.regulations import packs
from pendapa.regulations.instruments import Indicator, Instrument
from pendapa.regulations.schema import plain_number

# ---- the list


@page(VIEW)
@require_safe
def listing(request: PageRequest) -> HttpResponse:
    """All assessments, the history as a chart, and where to begin a new one."""
    return _listing(request)


def _listing(
    request: PageRequest,
    opening: OpenForm | None = None,
    recording: PublishedForm | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = queries.assessments(request.actor, request.institution)
    known = queries.history_of(rows, queries.published(request.actor, request.institution))
    may_edit = request.actor.may(EDIT, request.institution)
    context = {
        "rows": [(row, queries.result(row), queries.towards(row)) for row in rows],
        "current": queries.current_of(rows),
        "history": known,
        "bands": _bands(),
        "opening": opening or (OpenForm() if may_edit else None),
        "recording": recording or (PublishedForm() if may_edit else None),
        "recording_open": recording is not None,
        "may_publish": request.actor.may(PUBLISH, request.institution),
        "may_run": request.actor.may(RUN, request.institution),
    }
    return render(request, "evaluation/list.html", context, status=status)


@page(EDIT)
@require_POST
def open_one(request: PageRequest) -> HttpResponse:
    """Begin the assessment of a year; one that is there already is simply shown."""
    form = OpenForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            row = actions.open_assessment(
                request.actor, request.institution, given["year"], given["instrument"], given["stage"]
            )
        except actions.AlreadyOpen as error:
            messages.info(request, _("This assessment was there already."))
            row = error.assessment
        except actions.Refused as error:
            blame(form, error)
        if form.is_valid():
            return redirect(address(row))
    return _listing(request, opening=form, status=422)


@page(EDIT)
@require_POST
def record(request: PageRequest) -> HttpResponse:
    """Keep a published figure; only who may publish may show it to the public."""
    form = PublishedForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        shown = given["is_public"] and request.actor.may(PUBLISH, request.institution)
        try:
            actions.record_published(
                request.actor, request.institution, given["year"], given["index"], instrument=given["instrument"],
                source=given["source"], verified=given["verified"], is_public=shown,
            )  # fmt: skip
        except actions.Refused as error:
            blame(form, error)
        else:
            messages.success(request, _("The published figure is in the history."))
            return redirect("evaluation:list", institution=request.institution.code)
    return _listing(request, recording=form, status=422)


def _bands() -> list[tuple[str, Any]]:
    """Where each predicate begins, in the language of the page; all instruments share the names and bounds."""
    predicates = sorted(packs.instrument("spbe-2020").predicates, key=lambda one: one.min)
    return [(words(one.label), plain_number(one.min)) for one in predicates]


# ---- one assessment


@dataclass(frozen=True)
class Rung:
    """A level that can be chosen; its name where the instrument gives one."""

    value: str
    name: str
    on: bool


@dataclass
class Line:
    """An indicator as the page shows it."""

    indicator: Indicator
    name: str
    level: str
    rungs: list[Rung]
    criteria: list[tuple[Any, str, bool]]
    others: list[tuple[str, str]]
    verified: bool
    evidence_verified: bool
    note: str
    fault: str = ""
    conflict: str = ""

    @property
    def number(self) -> str:
        return self.indicator.number

    @property
    def key(self) -> str:
        """For ids in HTML."""
        return _key(self.number)


def _key(number: str) -> str:
    return number.replace(".", "-")


def address(row: Assessment, name: str = "detail") -> str:
    """The page of an assessment, or what is posted to."""
    return reverse(f"evaluation:{name}", args=[row.institution.code, row.year, row.instrument, row.stage])


@page(VIEW)
@require_safe
def detail(request: PageRequest, year: int, instrument: str, stage: str) -> HttpResponse:
    """Domains, aspects and indicators with their levels, and the index as it moves."""
    rows = queries.assessments(request.actor, request.institution)
    row = next(
        (one for one in rows if (one.year, one.instrument, one.stage) == (year, instrument, stage)), None
    )
    if row is None:
        raise NotFound
    return _detail(request, row, rows)


def _detail(
    request: PageRequest,
    row: Assessment,
    rows: list[Assessment],
    *,
    typed: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
    conflicts: dict[str, str] | None = None,
    target: str | None = None,
    stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    result = queries.result(row)
    known = queries.history_of(rows, queries.published(request.actor, request.institution))
    others = queries.siblings(rows, row)
    lines = {
        one.number: _line(row, result.instrument, one, others, typed or {}, faults or {}, conflicts or {})
        for one in result.instrument.indicators
    }
    only_missing = request.GET.get("tampil") == "belum"
    may_edit, closed = _opened(request, row)
    context = _bar(row, result) | {
        "may_edit": may_edit,
        "may_target": request.actor.may(EDIT, request.institution),
        "closed": closed,
        "round_url": reverse("evaluation:round", args=[request.institution.code, row.year, row.instrument]),
        "may_publish": request.actor.may(PUBLISH, request.institution),
        "groups": _groups(result, lines, only_missing),
        "only_missing": only_missing,
        "others": others,
        "history": known,
        "bands": _bands(),
        "doubts": queries.doubts(result.instrument),
        "notes": result.instrument.notes,
        "unknown": result.instrument.unknown,
        "faults": faults or {},
        "conflicts": conflicts or {},
        "stale": stale,
        "target_typed": row.target.replace(".", ",") if target is None else target,
        "predicates": sorted(result.instrument.predicates, key=lambda one: one.min)[1:],
        "page": {name: address(row, name) for name in ("detail", "levels", "target", "publish")},
    }
    return render(request, "evaluation/detail.html", context, status=status)


def _opened(request: PageRequest, row: Assessment) -> tuple[bool, str]:
    """Whether levels may be set on this page now, and why not where only the step of the round stands in the way."""
    own = cycles.reachable(request.actor, row.cycle, row.stage)
    if not request.actor.may(EDIT, request.institution) or (own is not None and not own):
        return False, ""
    now = cycles.open_now(row.cycle, row.stage)
    return (True, "") if now is None or now else (False, cycles.closed_words(row.cycle, row.stage))


def _bar(row: Assessment, result: queries.Result) -> dict[str, Any]:
    """What the bar on top needs, for the page and for each answer to a saved level."""
    return {
        "assessment": row,
        "result": result,
        "instrument": result.instrument,
        "instrument_title": words(result.instrument.title),
        "towards": queries.towards(row),
        "unsettled": queries.unsettled(result.instrument),
        "scale": result.instrument.scale,
        "whole": result.instrument.scale.step is not None,
    }


def _line(
    row: Assessment,
    instrument: Instrument,
    indicator: Indicator,
    others: list[Assessment],
    typed: dict[str, str],
    faults: dict[str, str],
    conflicts: dict[str, str],
) -> Line:
    level = typed.get(indicator.number, row.levels.get(indicator.number, ""))
    rungs = []
    for one in indicator.levels:
        named = instrument.level_name(indicator, one.number)
        rungs.append(Rung(str(one.number), words(named) if named else "", level == str(one.number)))
    criteria = indicator.provenance_of("criteria")
    return Line(
        indicator=indicator,
        name=words(indicator.short_name),
        level=level,
        rungs=rungs,
        criteria=[
            (rung, words(one.criterion), bool(one.criterion.en))
            for rung, one in zip(rungs, indicator.levels, strict=True)
        ],
        others=[(_stage(one.stage), one.levels.get(indicator.number, "")) for one in others],
        verified=criteria.verified,
        evidence_verified=indicator.provenance_of("evidence").verified,
        note=criteria.note,
        fault=faults.get(indicator.number, ""),
        conflict=conflicts.get(indicator.number, ""),
    )


def _stage(stage: str) -> str:
    """A stage in one word, above a column."""
    return {"self": _("Own"), "internal": _("Internal"), "external": _("External")}[stage]


def _groups(result: queries.Result, lines: dict[str, Line], only_missing: bool) -> list[dict[str, Any]]:
    """Domains with their aspects and lines; an instrument without domains is one group without a head."""
    heads: list[tuple[queries.Part | None, tuple[queries.Part, ...]]]
    heads = [(part, part.items) for part in result.domains] or [(None, result.aspects)]
    groups = []
    for domain, aspects in heads:
        shown = []
        for aspect in aspects:
            own = [lines[one.number] for one in aspect.items]
            if only_missing:
                own = [line for line in own if line.number not in result.assessment.levels]
            if own:
                shown.append((aspect, own))
        if shown:
            groups.append({"domain": domain, "aspects": shown})
    return groups


# ---- saving


@page(EDIT)
@require_POST
def levels(request: PageRequest, year: int, instrument: str, stage: str) -> HttpResponse:
    """One level as it was chosen (``only``), or the whole form."""
    row = queries.assessment(request.actor, request.institution, year, instrument, stage)
    version = _version(request, row)
    given = {
        name.removeprefix("level_"): str(value).strip()
        for name, value in request.POST.items()
        if name.startswith("level_")
    }
    only = request.POST.get("only", "")
    if only and request.headers.get("HX-Request") == "true":
        return _save_one(request, row, only, given.get(only, ""), version)
    before = queries.levels_at(row, version)
    # What the form shows unchanged is not this person's doing: others may have set it since.
    mine: dict[str, str | None] = {n: v for n, v in given.items() if v.replace(",", ".") != before.get(n, "")}
    try:
        saved = actions.set_levels(request.actor, row, mine, version)
    except actions.Refused as error:
        return _again(request, row, typed=given, faults=error.faults, status=422)
    except actions.LevelsChanged as error:
        # Others' levels are shown, one's own stay chosen where nobody else was.
        typed = {n: v or "" for n, v in mine.items() if n not in error.theirs}
        conflicts = {n: _theirs(error, n, mine.get(n) or "") for n in error.theirs}
        return _again(request, error.assessment, typed=typed, conflicts=conflicts, status=409)
    if saved.version == row.version:
        messages.info(request, _("Nothing was changed."))
    else:
        n = len(mine)
        said = ngettext("%(n)s level saved.", "%(n)s levels saved.", n) % {"n": n}
        messages.success(request, said)
    return redirect(address(row))


def _save_one(request: PageRequest, row: Assessment, number: str, level: str, version: int) -> HttpResponse:
    """Answers with the bar, the parts' values, what others changed meanwhile, and what to say beside the indicator."""
    said, kind, status = _("Saved"), "ok", 200
    try:
        row = actions.set_levels(request.actor, row, {number: level}, version)
    except actions.Refused as error:
        said, kind, status = " ".join(error.faults.values()), "bad", 422
    except actions.LevelsChanged as error:
        row = error.assessment
        said, kind, status = _theirs(error, number, level), "warn", 409
    result = queries.result(row)
    others = queries.others_since(request.actor, row, version)
    redraw = [one for one in result.instrument.indicators if one.number in others]
    context = _bar(row, result) | {
        "key": _key(number) if any(one.number == number for one in result.instrument.indicators) else "",
        "lines": [_line(row, result.instrument, one, [], {}, {}, {}) for one in redraw],
        "said": said, "kind": kind, "may_edit": True, "page": {"levels": address(row, "levels")},
    }  # fmt: skip
    return render(request, "evaluation/saved.html", context, status=status)


def _theirs(error: actions.LevelsChanged, number: str, mine: str) -> str:
    facts = {
        "who": error.who.get(number) or _("somebody else"),
        "theirs": error.theirs[number] or "–",
        "mine": mine or "–",
    }
    return (
        _("%(who)s set it to %(theirs)s meanwhile. Your %(mine)s is not saved; choose it again to use it.")
        % facts
    )


def _again(request: PageRequest, row: Assessment, **what: Any) -> HttpResponse:
    row.institution = request.institution
    rows = queries.assessments(request.actor, request.institution)
    return _detail(request, next((one for one in rows if one.pk == row.pk), row), rows, **what)


@page(EDIT)
@require_POST
def target(request: PageRequest, year: int, instrument: str, stage: str) -> HttpResponse:
    """Which index is aimed at."""
    row = queries.assessment(request.actor, request.institution, year, instrument, stage)
    typed = request.POST.get("target", "")
    try:
        actions.set_target(request.actor, row, typed, _version(request, row))
    except actions.Refused as error:
        return _again(request, row, faults=error.faults, target=typed, status=422)
    except Conflict:
        return _again(request, row, target=typed, stale=True, status=409)
    messages.success(request, _("The target is saved.") if typed.strip() else _("The target is taken away."))
    return redirect(address(row) + "#target")


@page(PUBLISH)
@require_POST
def publish(request: PageRequest, year: int, instrument: str, stage: str) -> HttpResponse:
    """Show it to the public, or take it back."""
    row = queries.assessment(request.actor, request.institution, year, instrument, stage)
    wanted = request.POST.get("public") == "1"
    verb = actions.publish if wanted else actions.unpublish
    try:
        verb(request.actor, row, _version(request, row))
    except actions.Refused as error:
        return _again(request, row, faults=error.faults, status=422)
    except Conflict:
        return _again(request, row, stale=True, status=409)
    messages.success(
        request, _("The public can see it now.") if wanted else _("The public no longer sees it.")
    )
    return redirect(address(row))


def _version(request: PageRequest, row: Assessment) -> int:
    """The version that the form was made from; without a number the form is as old as can be."""
    text = request.POST.get("version", "")
    return whole(text) or 0
