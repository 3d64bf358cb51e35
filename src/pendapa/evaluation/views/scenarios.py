"""What if: move levels and see the index move; keep, share and compare what was tried.

Everything that is tried stands in the address, so that it can be sent on before it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from pendapa.evaluation.actions import scenarios as actions
from pendapa.evaluation.models import Assessment, Edition, Scenario
from pendapa.evaluation.permissions import PLAN, VIEW
from pendapa.evaluation.queries import assessments as sheets
from pendapa.evaluation.queries import scenarios as queries
from pendapa.evaluation.queries.assessments import short_title, words
from pendapa.evaluation.rules import scenarios as rules
from pendapa.evaluation.views import common
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.numbers import whole
from pendapa.kernel.refusing import Refused
from pendapa.kernel.ui import formats
from pendapa.regulations.instruments import Indicator, Instrument
from pendapa.regulations.schema import plain_number

MOST_COMPARED = 3


# ---- all of them


@page(VIEW)
@require_safe
def listing(request: PageRequest) -> HttpResponse:
    """Kept scenarios and where to set out from."""
    rows = list(queries.visible(request.actor, request.institution)[:300])
    shown = [
        {
            "row": row, "outcome": outcome, "own": queries.is_own(request.actor, row),
            "moved": len(rules.moves(queries.instrument(row), row.base, row.levels)),
            "predicate": _predicate(queries.instrument(row), outcome),
            "instrument": short_title(queries.instrument(row).title),
        }
        for row in rows
        for outcome in [queries.outcome(row)]
    ]  # fmt: skip
    starts = [
        {"name": _start_name(one), "url": _try(request, one.key), "empty": one.sheet is None}
        for one in queries.starts(request.actor, request.institution)
    ]
    return render(
        request,
        "evaluation/scenarios.html",
        common.room(request, "scenarios") | {"rows": shown, "starts": starts, "most": MOST_COMPARED},
    )


def _start_name(one: queries.Start) -> str:
    if one.sheet is None:
        return _("Empty: %(instrument)s") % {"instrument": short_title(one.instrument.title)}
    return f"{one.sheet.year} · {one.sheet.get_stage_display()} · {short_title(one.instrument.title)}"


def _try(request: PageRequest, key: str, **query: str) -> str:
    here = reverse("evaluation:scenario_try", args=[request.institution.code])
    return f"{here}?{urlencode({'dari': key, **{k: v for k, v in query.items() if v}})}"


# ---- one try, kept or not


@dataclass(frozen=True)
class Try:
    """What the page works on: where it set out from, the levels as they are tried, and the kept scenario if it is one."""

    instrument: Instrument
    edition: Edition | None
    base: dict[str, str]
    levels: dict[str, str]
    key: str
    kept: Scenario | None = None
    sheet: Assessment | None = None
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True)
class Slide:
    """An indicator as the page lets one move it."""

    indicator: Indicator
    name: str
    before: str
    now: str
    wrong: bool

    @property
    def number(self) -> str:
        return self.indicator.number

    @property
    def key(self) -> str:
        """For ids in HTML."""
        return self.indicator.number.replace(".", "-")


@page(VIEW)
@require_safe
def attempt(request: PageRequest) -> HttpResponse:
    """Levels of an assessment, or of nobody, to be moved."""
    key = request.GET.get("dari", "")[:80]
    start = queries.start(request.actor, request.institution, key) if key else None
    start = start or queries.newest(request.actor, request.institution)
    if start is None:
        return redirect("evaluation:scenarios", institution=request.institution.code)
    return _show(
        request,
        Try(start.instrument, start.edition, start.levels, start.levels, start.key, sheet=start.sheet),
    )


@page(VIEW)
@require_safe
def detail(request: PageRequest, uid: UUID) -> HttpResponse:
    """A kept scenario; it can be moved on without being changed."""
    return _show(request, _kept(queries.scenario(request.actor, request.institution, uid)))


def _kept(row: Scenario) -> Try:
    return Try(queries.instrument(row), row.edition, row.base, row.levels, str(row.uid), row)


def _show(
    request: PageRequest, tried: Try, faults: dict[str, str] | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    if any(name.startswith("level_") for name in request.GET):
        levels, wrong = _typed(tried.instrument, request.GET)
        tried = Try(**{**_fields(tried), "levels": levels, "wrong": tuple(wrong)})
        live = request.headers.get("HX-Request") == "true"
        if not wrong and not live:
            return redirect(_address(request, tried))
        if live:
            answer = render(
                request, "evaluation/scenario_outcome.html", _outcome(request, tried) | {"live": True}
            )
            answer["HX-Replace-Url"] = _address(request, tried)
            return answer
    elif "t" in request.GET:
        levels, wrong = rules.read(tried.instrument, request.GET["t"][:1000])
        tried = Try(**{**_fields(tried), "levels": levels, "wrong": tuple(wrong)})
    context = common.room(request, "scenarios") | _outcome(request, tried) | {
        "groups": _groups(tried), "faults": faults or {}, "name": more.get("name", ""),
        "whole": tried.instrument.scale.step is not None,
        "low": plain_number(tried.instrument.scale.min), "high": plain_number(tried.instrument.scale.max),
        "reset": _clean(request, tried), "here": _clean(request, tried).partition("?")[0], "doubts": sheets.unsettled(tried.instrument),
        "source": _source(tried), "stale": more.get("stale", False),
    }  # fmt: skip
    return render(request, "evaluation/scenario.html", context, status=status)


def _fields(tried: Try) -> dict[str, Any]:
    return {name: getattr(tried, name) for name in Try.__dataclass_fields__}


def _typed(instrument: Instrument, sent: Any) -> tuple[dict[str, str], list[str]]:
    """The levels of the form, and the numbers of those off the scale."""
    levels, wrong = {}, []
    for one in instrument.indicators:
        text = str(sent.get(f"level_{one.number}", "")).strip()[:20]
        if not text:
            continue
        level = rules.accepted(instrument, text)
        if level is None:
            wrong.append(one.number)
        else:
            levels[one.number] = level
    return levels, wrong


def _clean(request: PageRequest, tried: Try) -> str:
    """The page without anything tried."""
    if tried.kept is not None:
        return reverse("evaluation:scenario", args=[request.institution.code, tried.kept.uid])
    return _try(request, tried.key)


def _address(request: PageRequest, tried: Try) -> str:
    """The page with what is tried."""
    unchanged = tried.levels == (tried.kept.levels if tried.kept else tried.base)
    clean = _clean(request, tried)
    if unchanged:
        return clean
    return (
        clean + ("&" if "?" in clean else "?") + urlencode({"t": rules.write(tried.instrument, tried.levels)})
    )


def _outcome(request: PageRequest, tried: Try) -> dict[str, Any]:
    """What the levels give, for the page and for each answer to a moved level."""
    known, now = tried.instrument, rules.outcome(tried.instrument, tried.levels)
    before = rules.outcome(known, tried.base)
    was = {part.number: part for part in (*before.domains, *before.aspects)}
    moved = rules.moves(known, tried.base, tried.levels)
    parts = _parts(known, now)
    address = _address(request, tried)
    return {
        "tried": tried, "now": now, "before": before, "moved": moved, "moved_count": len(moved),
        "gain": now.index - before.index if now.index is not None and before.index is not None else None,
        "predicate": _predicate(known, now), "predicate_before": _predicate(known, before),
        "parts": [(kind, part, name, was.get(part.number) if kind == "aspect" else _domain(before, part))
                  for kind, part, name in parts],
        "moves": [(one, words(known.indicator(one.number).short_name)) for one in moved],
        "link": request.build_absolute_uri(address), "own": tried.kept is None or queries.is_own(request.actor, tried.kept),
        "changed": tried.kept is not None and tried.levels != tried.kept.levels,
        "packed": rules.write(known, tried.levels), "instrument_title": short_title(known.title),
        "plan_url": _plan_url(request, tried, before, now), "finding": _finding(known, before, now, len(moved)),
    }  # fmt: skip


def _parts(known: Instrument, now: rules.Outcome) -> list[tuple[str, rules.Standing, str]]:
    """Domains with their aspects below them; aspects alone where there are no domains."""
    aspects = {one.number: ("aspect", one, words(known.aspect(one.number).name)) for one in now.aspects}
    if not known.domains:
        return list(aspects.values())
    found = []
    for one in now.domains:
        domain = known.domain(one.number)
        found.append(("domain", one, words(domain.name)))
        found += [aspects[aspect.number] for aspect in domain.aspects]
    return found


def _domain(before: rules.Outcome, part: rules.Standing) -> rules.Standing | None:
    return next((one for one in before.domains if one.number == part.number), None)


def _predicate(known: Instrument, outcome: rules.Outcome) -> str:
    return "" if outcome.index is None else words(known.predicate_of(outcome.index).label)


def _finding(known: Instrument, before: rules.Outcome, now: rules.Outcome, moved: int) -> str:
    """What the page says, in one sentence."""
    language = formats.language()
    if now.index is None:
        facts = {"filled": now.filled, "total": now.total, "low": formats.number(now.low, language, 2)}
        facts["high"] = formats.number(now.high, language, 2)
        return (
            _(
                "%(filled)s of %(total)s indicators have a level: the index will lie between %(low)s and %(high)s."
            )
            % facts
        )
    facts = {"index": formats.number(now.index, language, 2), "predicate": _predicate(known, now), "n": moved}
    if before.index is None or not moved:
        return _("The index is %(index)s (%(predicate)s). Move a level and see what it does.") % facts
    facts["before"] = formats.number(before.index, language, 2)
    text = ngettext(
        "With %(n)s level moved, the index goes from %(before)s to %(index)s (%(predicate)s).",
        "With %(n)s levels moved, the index goes from %(before)s to %(index)s (%(predicate)s).",
        moved,
    )
    return text % facts


def _plan_url(request: PageRequest, tried: Try, before: rules.Outcome, now: rules.Outcome) -> str:
    """To the form of a plan: from the start to what is tried; where the start is not complete, from what was kept.

    Empty for who may not plan, and while levels are missing.
    """
    if not request.actor.may(PLAN, request.institution) or now.index is None:
        return ""
    here = reverse("evaluation:plan_new", args=[request.institution.code])
    if before.index is None:
        return f"{here}?{urlencode({'dari': tried.key})}" if tried.kept else ""
    query = {"target": rules.scoring.exact(now.index)}
    if tried.kept is None:
        query["dari"] = tried.key
    return f"{here}?{urlencode(query)}"


def _source(tried: Try) -> str:
    if tried.sheet is not None:
        return f"{tried.sheet.year}, {tried.sheet.get_stage_display()}"
    return ""


def _groups(tried: Try) -> list[dict[str, Any]]:
    return [
        {"number": aspect.number, "name": words(aspect.name), "slides": [_slide(tried, one) for one in aspect.indicators]}
        for aspect in tried.instrument.aspects
    ]  # fmt: skip


def _slide(tried: Try, one: Indicator) -> Slide:
    return Slide(
        one, words(one.short_name), tried.base.get(one.number, ""), tried.levels.get(one.number, ""),
        one.number in tried.wrong,
    )  # fmt: skip


# ---- keeping, sharing, deleting


@page(VIEW)
@require_POST
def save(request: PageRequest) -> HttpResponse:
    """Keep what is tried under a name."""
    key, name = request.POST.get("dari", "")[:80], request.POST.get("name", "")
    tried = _tried(request, key)
    levels, wrong = rules.read(tried.instrument, request.POST.get("levels", "")[:1000])
    tried = Try(**{**_fields(tried), "levels": levels, "wrong": tuple(wrong)})
    try:
        row = actions.keep(
            request.actor, request.institution, name, tried.instrument.id, tried.edition, tried.base, levels,
            shared=request.POST.get("shared") == "1",
        )  # fmt: skip
    except Refused as error:
        return _again(request, tried, error.faults, name=name)
    messages.success(request, _("“%(name)s” is kept.") % {"name": row.name})
    return redirect("evaluation:scenario", institution=request.institution.code, uid=row.uid)


def _tried(request: PageRequest, key: str) -> Try:
    """Where the try set out from: a kept scenario, an assessment, or an instrument."""
    try:
        return _kept(queries.scenario(request.actor, request.institution, UUID(key)))
    except ValueError:
        start = queries.start(request.actor, request.institution, key)
        return Try(start.instrument, start.edition, start.levels, start.levels, start.key, sheet=start.sheet)


def _again(
    request: PageRequest, tried: Try, faults: dict[str, str], status: int = 422, **more: Any
) -> HttpResponse:
    """The page with what was typed and what is wrong with it."""
    return _show(request, tried, faults, status, **more)


@page(VIEW)
@require_POST
def change(request: PageRequest, uid: UUID) -> HttpResponse:
    """Write over an own scenario, share it, stop sharing it, or delete it."""
    row = queries.scenario(request.actor, request.institution, uid)
    version, verb = whole(request.POST.get("version", "")) or 0, request.POST.get("verb", "")
    try:
        if verb == "delete":
            actions.delete(request.actor, row, version)
            messages.success(
                request, _("“%(name)s” is deleted. The history can bring it back.") % {"name": row.name}
            )
            return redirect("evaluation:scenarios", institution=request.institution.code)
        if verb in ("share", "unshare"):
            actions.change(request.actor, row, version, shared=verb == "share")
            told = _("Everybody here can read it now.") if verb == "share" else _("Only you can read it now.")
        elif verb == "levels":
            levels, _wrong = rules.read(queries.instrument(row), request.POST.get("levels", "")[:1000])
            actions.change(request.actor, row, version, levels=levels)
            told = _("The scenario holds these levels now.")
        else:
            raise NotFound
    except Refused as error:
        return _again(request, _kept(row), error.faults)
    except Conflict:
        return _again(request, _kept(row), {}, 409, stale=True)
    messages.success(request, told)
    return redirect("evaluation:scenario", institution=request.institution.code, uid=row.uid)


# ---- side by side


@page(VIEW)
@require_safe
def side_by_side(request: PageRequest) -> HttpResponse:
    """Two or three scenarios of one instrument beside each other."""
    uids = []
    for text in request.GET.getlist("s"):
        try:
            uids.append(UUID(text))
        except ValueError:
            continue
    rows = queries.some(request.actor, request.institution, list(dict.fromkeys(uids))[:MOST_COMPARED])
    alike = [row for row in rows if row.instrument == rows[0].instrument] if rows else []
    context = common.room(request, "scenarios") | {"rows": rows, "left_out": len(rows) - len(alike)}
    if len(alike) >= 2:
        context |= _beside(alike)
    return render(request, "evaluation/scenario_compare.html", context)


def _beside(rows: list[Scenario]) -> dict[str, Any]:
    known = queries.instrument(rows[0])
    outcomes = [queries.outcome(row) for row in rows]
    parts = []
    for kind, part, name in _parts(known, outcomes[0]):
        pools = [one.domains if kind == "domain" else one.aspects for one in outcomes]
        parts.append(
            (kind, part, name, [next((p for p in pool if p.number == part.number), None) for pool in pools])
        )
    lines = []
    for one in known.indicators:
        levels = [row.levels.get(one.number, "") for row in rows]
        if len(set(levels)) > 1:
            lines.append((one.number, words(one.short_name), levels))
    return {
        "columns": [(row, one, _predicate(known, one)) for row, one in zip(rows, outcomes, strict=True)],
        "parts": parts, "lines": lines, "same": len(known.indicators) - len(lines),
        "instrument_title": short_title(known.title), "base_row": rows[0],
    }  # fmt: skip
