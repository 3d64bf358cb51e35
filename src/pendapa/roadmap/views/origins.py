"""Pages where initiatives are born: from open gaps, from decided requests for new spending, from the drafts of a plan."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from pendapa.architecture.queries import offered_units
from pendapa.architecture.queries.gaps import DECISIONS, Asked, by_rule, words
from pendapa.architecture.queries.gaps import rules as gap_rules
from pendapa.architecture.views.gaps import DECISION_WORDS
from pendapa.clearance.rules import flow
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.numbers import whole
from pendapa.kernel.refusing import Refused
from pendapa.roadmap.actions import origins as actions
from pendapa.roadmap.models import Initiative, Roadmap
from pendapa.roadmap.permissions import EDIT, PROPOSE
from pendapa.roadmap.queries import origins as queries
from pendapa.roadmap.queries import roadmaps
from pendapa.roadmap.rules import origins as rules
from pendapa.roadmap.views import common

ALL = "semua"


def _all_url(request: PageRequest) -> str:
    """The same page with everything ticked, for those without scripts."""
    return "?" + urlencode(request.GET.dict() | {"centang": ALL})


def _all(request: PageRequest) -> bool:
    return request.method != "POST" and request.GET.get("centang") == ALL


def _room(request: PageRequest, here: str) -> dict[str, Any]:
    """Tabs, and the doors to the three places where initiatives are born."""
    doors = [
        ("from_gaps", _("From gaps"), True),
        ("from_requests", _("From requests"), True),
        (
            "from_plans",
            _("From plans"),
            request.actor.scope(EDIT, request.institution).everything,
        ),
    ]
    shown = [
        (common.address(request.institution, name), label, name == here) for name, label, may in doors if may
    ]
    return common.room(request) | {"doors": shown, "here": here}


# ------------------------------------------------------------------------------------------------------------------ gaps


@page(PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def from_gaps(request: PageRequest) -> HttpResponse:
    """Open gaps to be ticked; what became an initiative already says so."""
    error, ticked, status = "", set(request.POST.getlist("celah")), 200
    if request.method == "POST":
        try:
            made = actions.from_gaps(
                request.actor, request.institution, sorted(ticked), gathered=request.POST.get("satu") == "1"
            )
        except Refused as refused:
            error, status = " ".join(refused.faults.values()), 422
        else:
            _tell(request, made)
            return _to_made(request, made, "from_gaps")
    given = request.POST if request.method == "POST" else request.GET
    asked = Asked(
        rule=given.get("aturan", "")[:60], unit=given.get("opd", _own(request))[:40], domain=given.get("domain", "")[:40],
        decision=decision if (decision := given.get("putusan", "")) in DECISIONS else "",
    )  # fmt: skip
    rows, following = queries.open_gaps(
        request.actor, request.institution, asked, given.get("dari", "")[:400]
    )
    kept = {name: text for name, text in _asked(asked).items() if text}
    if _all(request):
        ticked = {one.gap.uid for one in rows if one.may}
    counts = by_rule(request.actor, request.institution, asked)
    language = common.language()
    known = [(one.key, words(one.message, language), counts.get(one.key, 0)) for one in gap_rules()]
    context = _room(request, "from_gaps") | {
        "rows": [_gap(request, one, language) for one in rows],
        "ticked": ticked,
        "error": error,
        "asked": asked,
        "kept": kept,
        "open": counts.get(asked.rule, 0) if asked.rule else sum(counts.values()),
        "turned": sum(1 for one in rows if one.initiative is not None),
        "any_may": any(one.may for one in rows),
        "gathered": request.POST.get("satu") == "1",
        "rules": [one for one in known if one[2] or one[0] == asked.rule],
        "units": offered_units(request.actor, request.institution),
        "decisions": DECISION_WORDS.items(),
        "all_url": _all_url(request),
        "next": "?" + urlencode({**kept, "dari": following}) if following else "",
        "catalogue_url": reverse("architecture:gaps", args=[request.institution.code]),
    }
    return render(request, "roadmap/origin_gaps.html", context, status=status)


def _own(request: PageRequest) -> str:
    """The OPD (uid) of whom answers for one alone: what others decide is shown when it is asked for."""
    scope = queries.reachable(request.actor, request.institution)
    if scope.everything or request.method == "POST":
        return ""
    roles = request.actor.roles(request.institution)
    mine = {one.unit.path: one.unit for one in roles if one.unit is not None}
    found = [mine[path] for path in scope.paths if path in mine]
    return str(found[0].uid) if len(found) == 1 else ""


def _asked(asked: Asked) -> dict[str, str]:
    return {address: getattr(asked, name) for name, address in rules.WORDS.items()}


def _gap(request: PageRequest, one: queries.OpenGap, language: str) -> dict[str, Any]:
    rule = one.gap.rule
    return {
        "one": one,
        "gap": one.gap,
        "message": words(rule.message, language) if rule else one.gap.key,
        "element_url": reverse("architecture:detail", args=[request.institution.code, one.gap.element]),
        "url": common.address(request.institution, "initiative", one.initiative.uid)
        if one.initiative
        else "",
    }


def _tell(request: PageRequest, made: actions.Made) -> None:
    count = len(made.initiatives)
    if count:
        told = ngettext(
            "%(n)s draft of an initiative is made.", "%(n)s drafts of initiatives are made.", count
        )
        messages.success(request, told % {"n": count})
    if made.before:
        told = ngettext(
            "%(n)s had become an initiative before and was left as it is.",
            "%(n)s had become initiatives before and were left as they are.",
            made.before,
        )
        messages.warning(request, told % {"n": made.before})


def _to_made(request: PageRequest, made: actions.Made, back: str) -> HttpResponse:
    """To the one that was made, else back to where more can be made."""
    if len(made.initiatives) == 1:
        url = common.address(request.institution, "initiative", made.initiatives[0].uid)
        if url:
            return redirect(url)
    return redirect(f"roadmap:{back}", request.institution.code)


# -------------------------------------------------------------------------------------------------------------- requests


@page(PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def from_requests(request: PageRequest) -> HttpResponse:
    """Requests that were decided to go ahead."""
    if request.method == "POST":
        made = actions.from_request(
            request.actor, request.institution, _uid(request.POST.get("permohonan", ""))
        )
        _tell(request, made)
        return _to_made(request, made, "from_requests")
    rows = queries.requests(request.actor, request.institution)
    wanted = request.GET.get("permohonan", "")
    if wanted:
        rows = [one for one in rows if str(one.row.uid) == wanted]
    context = _room(request, "from_requests") | {
        "rows": [
            {
                "one": one,
                "row": one.row,
                "conditions": one.row.decision == flow.CONDITIONS,
                "request_url": reverse("clearance:detail", args=[request.institution.code, one.row.uid]),
                "url": common.address(request.institution, "initiative", one.initiative.uid)
                if one.initiative
                else "",
            }
            for one in rows
        ],
        "open": sum(1 for one in rows if one.initiative is None),
        "narrowed": bool(wanted),
    }
    return render(request, "roadmap/origin_requests.html", context)


def _uid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


# ----------------------------------------------------------------------------------------------------------------- plans


@page(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def from_plans(request: PageRequest) -> HttpResponse:
    """Drafts that plans left, to be taken into a roadmap with their days."""
    errors: dict[str, str] = {}
    status, stale = 200, False
    given = request.POST if request.method == "POST" else request.GET
    wanted, unit, number = (given.get(name, "")[:40] for name in ("rencana", "opd", "indikator"))
    if request.method == "POST":
        try:
            count = _take(request)
        except Refused as refused:
            errors, status = refused.faults, 422
        except Conflict:
            stale, status = True, 409
        else:
            told = ngettext(
                "%(n)s initiative is in the roadmap now.", "%(n)s initiatives are in the roadmap now.", count
            )
            messages.success(request, told % {"n": count})
            return redirect(common.address(request.institution, "from_plans", rencana=wanted))
    known = queries.drafts_left(request.actor, request.institution, wanted)
    rows = [
        one for one in known if rules.fits(str(one.unit.uid) if one.unit else "", one.lifts, unit, number)
    ]
    open_ = [one for one in roadmaps.roadmaps(request.actor, request.institution) if one.state != "ended"]
    context = _room(request, "from_plans") | {
        "plans": [
            {"uid": plan, "rows": [_draft(request, one, errors) for one in some]}
            for plan, some in queries.by_plan(rows[: actions.MOST]).items()
        ],
        "count": len(rows),
        "left_off": max(len(rows) - actions.MOST, 0),
        "shown": min(len(rows), actions.MOST),
        "unit": unit,
        "number": number,
        "kept": {name: text for name, text in (("opd", unit), ("indikator", number)) if text},
        "all_url": _all_url(request),
        "everything_url": common.address(request.institution, "from_plans", rencana=wanted),
        "taken_url": common.address(request.institution, "list", rencana=wanted) if wanted else "",
        "roadmaps": open_,
        "chosen": request.POST.get("peta", ""),
        "error": " ".join(text for key, text in errors.items() if key in ("", "drafts", "peta")),
        "bad": any(key not in ("", "drafts", "peta") for key in errors),
        "stale": stale,
        "wanted": wanted,
        "new_roadmap_url": common.address(request.institution, "roadmaps"),
    } | _choices(known)  # fmt: skip
    return render(request, "roadmap/origin_plans.html", context, status=status)


def _choices(known: list[Initiative]) -> dict[str, Any]:
    """By which agency and which indicator drafts can be chosen."""
    units = {one.unit for one in known if one.unit is not None}
    return {
        "known": known,
        "units": sorted(units, key=lambda unit: (unit.name, unit.pk)),
        "numbers": rules.indicators(one.lifts for one in known),
        "nobody": rules.NOBODY,
        "any_nobody": any(one.unit is None for one in known),
    }


def _take(request: PageRequest) -> int:
    roadmap = _roadmap(request)
    drafts, faults = [], {}
    for text in request.POST.getlist("draf"):
        uid, days = _uid(text), {}
        for name in ("mulai", "selesai"):
            given = request.POST.get(f"{name}-{uid}", "").strip()
            try:
                days[name] = parse_date(given) if given else None
            except ValueError:
                days[name] = None
            if given and days[name] is None:
                faults[str(uid)] = _("“%(given)s” is no day. Accepted: 2027-01-31.") % {"given": given[:20]}
        version = whole(request.POST.get(f"versi-{uid}", "")) or 0
        drafts.append(actions.Taken(uid, version, days["mulai"], days["selesai"]))
    if faults:
        raise Refused(faults)
    return actions.take_drafts(request.actor, roadmap, drafts)


def _roadmap(request: PageRequest) -> Roadmap:
    given = request.POST.get("peta", "")
    if not given:
        raise Refused({"peta": _("Choose the roadmap into which they go.")})
    return roadmaps.roadmap(request.actor, request.institution, given)


def _draft(request: PageRequest, row: Initiative, errors: dict[str, str]) -> dict[str, Any]:
    uid = str(row.uid)
    first, last = rules.whole_year(row.year)
    return {
        "row": row,
        "ticked": uid in request.POST.getlist("draf") or _all(request),
        "starts_on": _typed(request, f"mulai-{uid}", row.starts_on or first),
        "ends_on": _typed(request, f"selesai-{uid}", row.ends_on or last),
        "error": errors.get(uid, ""),
        "url": common.address(request.institution, "initiative", row.uid),
        "lifts": [
            (str(one.get("indicator", "")), str(one.get("from") or ""), str(one.get("to") or ""))
            for one in row.lifts
        ],
    }


def _typed(request: PageRequest, name: str, default: date) -> str:
    return request.POST.get(name, default.isoformat())[:20]
