"""The gap catalogue as pages: its rules as doors, the gaps of the open one, decisions, the trend over releases, the export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from pendapa.architecture import deciding, metamodel, queries
from pendapa.architecture.gap_forms import DecisionForm
from pendapa.architecture.models import GapDecision
from pendapa.architecture.permissions import EDIT, VIEW
from pendapa.architecture.queries.gap_trends import Point, trends
from pendapa.architecture.queries.gaps import (
    ALL,
    CLOSED,
    DECISIONS,
    LATELY_CLOSED,
    LATELY_OPENED,
    OPEN,
    STATES,
    Asked,
    Finding,
    by_rule,
    catalogue,
    figures,
    findings,
    told,
)
from pendapa.architecture.queries.gaps import rules as rules_here
from pendapa.architecture.rules import gaps as gap_rules
from pendapa.architecture.views.common import address, domains, language, room, unit_options
from pendapa.architecture.views.exports import _file as file_of
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.refusing import Refused, blame
from pendapa.kernel.tables.writing import Sheet
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.ui import formats, onward
from pendapa.regulations.gaps import Rule

SEVERITY = {
    "high": gettext_lazy("serious"),
    "medium": gettext_lazy("middling"),
    "low": gettext_lazy("of the description"),
}
DECISION_WORDS = {
    "": gettext_lazy("All decisions"),
    "none": gettext_lazy("Undecided"),
    "close": gettext_lazy("To be closed"),
    "postpone": gettext_lazy("Postponed"),
    "accept": gettext_lazy("Accepted"),
    "late": gettext_lazy("Past their day"),
}
STATE_WORDS = {
    OPEN: gettext_lazy("Open gaps"),
    LATELY_CLOSED: gettext_lazy("Closed in 90 days"),
    LATELY_OPENED: gettext_lazy("Opened in 90 days"),
    CLOSED: gettext_lazy("Closed gaps"),
    ALL: gettext_lazy("Open and closed"),
}
TONES = {
    "close": ("info", "target-arrow"),
    "postpone": ("warn", "clock-pause"),
    "accept": ("line", "circle-check"),
}
NAMED, SHOWN, DOORS = 12, 25, 12


# ------------------------------------------------------------------------------------------------------------- the page


@require_safe
@page(VIEW)
def gaps(request: PageRequest) -> HttpResponse:
    """Rules with their counts as doors; the gaps of the open one, each with what was decided about it."""
    asked, actor, here = _asked(request), request.actor, request.institution
    counted = by_rule(actor, here, asked)
    # What is only badly described stands last, however much of it there is.
    ordered = sorted(_rules(asked), key=lambda rule: (rule.severity == "low", -counted.get(rule.key, 0)))
    first = next((rule for rule in ordered if counted.get(rule.key)), ordered[0])
    chosen = queries.rule(asked.rule) if asked.rule else first
    of_rule = replace(asked, rule=chosen.key)
    after = request.GET.get("after", "")[:400]
    found = catalogue(actor, here, of_rule, after=after, size=SHOWN)
    doors = [_door(here, rule, counted, of_rule) for rule in ordered]
    live = [door for door in doors if door["count"] or door["current"]]
    numbers = figures(actor, here, asked)
    kept = _kept(of_rule)
    became = onward.became(actor, here, "gap", [one.uid for one in found.rows])
    rows = [_row(request, one) | {"became": became.get(one.uid)} for one in found.rows]
    context = room(request, "gaps") | {
        "doors": live[:DOORS],
        "more": live[DOORS:],
        "more_open": any(door["current"] for door in live[DOORS:]),
        "shut": [door for door in doors if not door["count"] and not door["current"]],
        "chosen": _told_rule(chosen),
        "chosen_count": counted.get(chosen.key, 0),
        "total": sum(counted.values()),
        "found_rules": sum(1 for number in counted.values() if number),
        "rule_count": len(ordered),
        "numbers": numbers,
        "less": -numbers.month,
        "year": timezone.localdate().year,
        "rows": rows,
        "may_decide": any(row["mine"] for row in rows),
        "onward": onward.steps(actor, here, "gap", kept) if found.rows and asked.state == OPEN else [],
        "next_url": address(here, "gaps", **kept, after=found.next) if found.next else "",
        "previous_url": address(here, "gaps", **kept) if after else "",
        "range": _("%(count)s on this page") % {"count": formats.number(len(found.rows), language())},
        "asked": of_rule,
        "narrowed": bool(asked.unit or asked.domain or asked.decision or asked.state != OPEN),
        "clear_url": address(here, "gaps", rule=chosen.key),
        "units": unit_options(request, asked.unit),
        "domains": [(d.key, d.label.in_language(language())) for d in metamodel.of(here).all_domains],
        "decisions": DECISION_WORDS.items(),
        "states": STATE_WORDS.items(),
        "xlsx_url": address(here, "export_gaps", **_kept(asked), format="xlsx"),
        "csv_url": address(here, "export_gaps", **_kept(asked), format="csv"),
        "trends_url": address(here, "gap_trends"),
        "decide_url": address(here, "decide_gaps"),
        "kept": kept.items(),
    }
    return render(request, "architecture/gaps.html", context)


def _asked(request: PageRequest) -> Asked:
    """The filters of the address; unknown words of a list narrow nothing."""
    given = request.GET
    domain, decision, state = given.get("domain", ""), given.get("decision", ""), given.get("state", "")
    known = {d.key for d in metamodel.of(request.institution).all_domains}
    return Asked(
        rule=given.get("rule", "")[:60],
        unit=given.get("unit", "")[:40],
        domain=domain if domain in known else "",
        decision=decision if decision in DECISIONS else "",
        state=state if state in STATES else OPEN,
    )


def _kept(asked: Asked) -> dict[str, str]:
    """What is asked as the words of an address; that the open ones are meant needs none."""
    state = "" if asked.state == OPEN else asked.state
    return {
        "rule": asked.rule,
        "unit": asked.unit,
        "domain": asked.domain,
        "decision": asked.decision,
        "state": state,
    }


def _rules(asked: Asked) -> list[Rule]:
    """The rules of the domain; that of the address stays, so that it opens."""
    return [
        rule
        for rule in rules_here()
        if not asked.domain or asked.domain in rule.domains or rule.key == asked.rule
    ] or rules_here()


def _door(here: Institution, rule: Rule, counted: Mapping[str, int], asked: Asked) -> dict[str, Any]:
    most, number = max(counted.values(), default=0), counted.get(rule.key, 0)
    return {
        "label": rule.message.in_language(language()),
        "count": number,
        "share": round(100 * number / most) if most else 0,
        "url": address(here, "gaps", **_kept(asked) | {"rule": rule.key}),
        "current": rule.key == asked.rule,
    }


def _told_rule(rule: Rule) -> dict[str, Any]:
    """The open rule in words, with where it comes from."""
    return {
        "label": rule.message.in_language(language()),
        "about": rule.about.in_language(language()),
        "advice": rule.advice.in_language(language()),
        "severity": SEVERITY[rule.severity],
        "source": rule.source,
        "verified": rule.verified,
        "key": rule.key,
    }


def _row(request: PageRequest, one: Finding) -> dict[str, Any]:
    """One gap as the list tells it; what can be done about it only to who may."""
    here, scope = request.institution, request.actor.scope(EDIT, request.institution)
    mine = one.closed_on is None and (scope.everything or one.unit_path.startswith(scope.paths or ("\x00",)))
    decided = one.decided
    tone, icon = TONES[decided.decision] if decided else ("", "")
    return {
        "gap": one,
        "url": address(here, "detail", one.element),
        "mine": mine,
        "mend": mend_url(here, one.rule, one.domain, one.element) if mine and one.rule else "",
        "mend_word": _mend_word(one.rule) if one.rule else "",
        "days": (timezone.localdate() - one.opened_on).days,
        "decided": decided,
        "tone": tone,
        "icon": icon,
        "choices": [
            (label, address(here, "decide_gaps", gap=one.uid, decision=key, **_back(request)))
            for key, label in GapDecision.DECISIONS
        ],
        "change_url": address(here, "decide_gaps", gap=one.uid, decision=decided.decision, **_back(request))
        if decided
        else "",
    }


def _back(request: PageRequest) -> dict[str, str]:
    """Where a decision leads back to."""
    return {name: request.GET.get(name, "")[:60] for name in ("rule", "unit", "domain", "state")} | {
        "only": request.GET.get("decision", "")[:20]
    }


# ---------------------------------------------------------------------------------------------------------------- mending


def mend_url(here: Institution, rule: Rule, domain: str, uid: str) -> str:
    """The page where a gap of an element is closed: its link, its field, its twins, or the element itself."""
    way = _mended_by(rule)
    if rule.checks and domain == "applications":
        return address(here, "element_twins", uid)
    if way is None:
        return address(here, "detail", uid)
    if way.type in ("linked", "every_kind"):
        side = "in" if way.way == "in" else "out"
        return address(here, "link", uid) + f"?type={side}:{min(way.types)}"
    field = gap_rules.MAPPED.get(domain, "") if way.type in ("mapped", "remap") else "".join(way.fields[:1])
    return address(here, "edit", uid) + (f"#id_a_{field}" if field else "")


def _mended_by(rule: Rule) -> Any:
    """The condition whose fulfilment closes the gap; nothing where it must cease to hold at a relation."""
    if rule.needs:
        return rule.needs[0]
    return next((one for one in rule.where if one.type in ("past", "value", "filled", "remap")), None)


def _mend_word(rule: Rule) -> str:
    way = _mended_by(rule)
    if way is None:
        return _("Open")
    return _("Link") if way.type in ("linked", "every_kind") else _("Fill in")


# --------------------------------------------------------------------------------------------------------------- deciding


@require_http_methods(["GET", "HEAD", "POST"])
@page(EDIT)
def decide_gaps(request: PageRequest) -> HttpResponse:
    """One decision about one gap or about the ticked ones: what it asks follows from the decision."""
    given = request.POST if request.method == "POST" else request.GET
    here, actor = request.institution, request.actor
    uids = list(dict.fromkeys(given.getlist("gap")))[: deciding.MOST]
    found = findings(actor, here, uids)
    if not uids:
        messages.error(request, _("No gap was chosen."))
        return HttpResponseRedirect(_list_url(request, given))
    scope = actor.scope(EDIT, here)
    if len(found) != len(uids) or not (
        scope.everything or all(one.unit_path.startswith(scope.paths) for one in found)
    ):
        raise NotFound
    if request.method == "POST" and given.get("withdraw") == "1":
        done = deciding.withdraw(actor, here, uids)
        messages.success(request, _counted_back(len(done.row)))
        return HttpResponseRedirect(_list_url(request, given))
    decision = given.get("decision", "")
    decision = decision if decision in dict(GapDecision.DECISIONS) else deciding.CLOSE
    units = queries.offered_units(actor, here)
    form = DecisionForm(decision, units, request.POST or None, initial=_initial(found, decision))
    if request.method == "POST" and form.is_valid():
        try:
            done = deciding.decide(actor, here, uids, decision=decision, **form.cleaned_data)
        except Refused as refused:
            blame(form, refused)
        else:
            messages.success(request, _counted(len(done.row)))
            return HttpResponseRedirect(_list_url(request, given))
    return render(
        request,
        "architecture/gap_decide.html",
        _decide_context(request, given, found, decision, form),
        status=422 if request.method == "POST" else 200,
    )


def _decide_context(
    request: PageRequest, given: Any, found: list[Finding], decision: str, form: DecisionForm
) -> dict[str, Any]:
    here = request.institution
    hidden = {name: given.get(name, "")[:60] for name in ("rule", "unit_filter", "domain", "only", "state")}
    hidden["unit_filter"] = hidden["unit_filter"] or (request.GET.get("unit", "")[:40])
    rules = {one.key: one.rule for one in found if one.rule}
    marks = "&".join(f"gap={one.uid}" for one in found)
    base = address(here, "decide_gaps")
    return room(request, "gaps") | {
        "found": found[:NAMED],
        "count": len(found),
        "more": max(len(found) - NAMED, 0),
        "uids": [one.uid for one in found],
        "rules": [rule.message.in_language(language()) for rule in rules.values()],
        "decision": decision,
        "choices": [(key, label, f"{base}?{marks}&decision={key}") for key, label in GapDecision.DECISIONS],
        "form": form,
        "hidden": hidden.items(),
        "back": _list_url(request, given),
        "decided": any(one.decided for one in found),
        "gaps_url": address(here, "gaps"),
    }


def _initial(found: list[Finding], decision: str) -> dict[str, Any]:
    """What was decided before, where it was alike; else the unit of the element is to close it."""
    known = {(d.unit_uid, d.owner, d.due, d.reason) for one in found if (d := one.decided)}
    if len(known) == 1 and all(one.decided for one in found):
        unit, owner, due, reason = known.pop()
        return {"unit": unit, "owner": owner, "due": due, "reason": reason}
    units = {one.unit_uid for one in found}
    return {"unit": units.pop()} if decision == deciding.CLOSE and len(units) == 1 else {}


def _list_url(request: PageRequest, given: Any) -> str:
    unit = given.get("unit_filter", "") if request.method == "POST" else given.get("unit", "")
    return address(
        request.institution,
        "gaps",
        rule=given.get("rule", "")[:60],
        unit=unit[:40],
        domain=given.get("domain", "")[:20],
        decision=given.get("only", "")[:20],
        state=given.get("state", "")[:20],
    )


def _counted(number: int) -> str:
    said = ngettext("Decided about %(n)d gap.", "Decided about %(n)d gaps.", number)
    return said % {"n": number}


def _counted_back(number: int) -> str:
    said = ngettext(
        "The decision about %(n)d gap is taken back.",
        "The decisions about %(n)d gaps are taken back.",
        number,
    )
    return said % {"n": number}


# ----------------------------------------------------------------------------------------------------------------- trends

WIDTH, HEIGHT, FOOT, HEAD = 640, 180, 26, 22


@require_safe
@page(VIEW)
def gap_trends(request: PageRequest) -> HttpResponse:
    """How many gaps each release had, and how many there are now: columns, and a table by rule."""
    points = trends(request.actor, request.institution)
    keys = {key for point in points for key in point.by_rule}
    rules = [rule for rule in gap_rules.RULES if rule.key in keys]
    first, last = points[0], points[-1]
    context = room(request, "gaps") | {
        "points": points,
        "columns": _columns(points),
        "width": WIDTH,
        "height": HEIGHT,
        "base_y": HEIGHT - FOOT,
        "lines": [
            (
                rule.message.in_language(language()),
                address(request.institution, "gaps", rule=rule.key),
                [point.by_rule.get(rule.key, 0) for point in points],
            )
            for rule in sorted(rules, key=lambda rule: -last.by_rule.get(rule.key, 0))
        ],
        "first": first,
        "last": last,
        "change": abs(last.total - first.total),
        "rises": last.total > first.total,
        "gaps_url": address(request.institution, "gaps"),
        "releases_url": address(request.institution, "releases"),
    }
    return render(request, "architecture/gap_trends.html", context)


def _columns(points: list[Point]) -> list[dict[str, Any]]:
    """The columns of the chart, in the units of its drawing."""
    most, step = max((point.total for point in points), default=0) or 1, WIDTH / len(points)
    wide = min(64.0, step * 0.6)
    drawn = []
    for place, point in enumerate(points):
        tall = (HEIGHT - FOOT - HEAD) * point.total / most
        drawn.append(
            {
                "x": f"{place * step + (step - wide) / 2:.1f}",
                "y": f"{HEIGHT - FOOT - tall:.1f}",
                "width": f"{wide:.1f}",
                "height": f"{tall:.1f}",
                "middle": f"{place * step + step / 2:.1f}",
                "label_y": f"{HEIGHT - FOOT - tall - 7:.1f}",
                "total": point.total,
                "name": point.code or _("now"),
            }
        )
    return drawn


# ----------------------------------------------------------------------------------------------------------------- export


@require_safe
@page(VIEW)
def export_gaps(request: PageRequest) -> HttpResponse:
    """The gaps of the filters with what was decided about them; ``state=all`` takes the closed ones too."""
    asked = _asked(request)
    everything = replace(asked, rule=asked.rule if asked.rule in gap_rules.BY_KEY else "")
    found = catalogue(request.actor, request.institution, everything)
    labels = {domain.key: domain.label.in_language(language()) for domain in domains(request.institution)}
    headers = [
        _("Gap"), _("Code"), _("Name"), _("Domain"), _("Unit"), _("What to do"), _("Weight"), _("Open since"), _("Closed on"),
        _("Decision"), _("Unit that closes it"), _("In charge"), _("Until"), _("Why"), _("Rule"), _("Source of the rule"),
        _("Verified"),
    ]  # fmt: skip
    rows = (_exported(one, labels) for one in found.rows)
    sheet = Sheet(_("Gaps"), headers, rows, {0: 34.0, 2: 40.0, 4: 34.0, 5: 44.0, 10: 34.0, 13: 40.0})
    form = "csv" if request.GET.get("format") == "csv" else "xlsx"
    return file_of(request, sheet if form == "csv" else [sheet], form, "celah")


def _exported(one: Finding, labels: Mapping[str, str]) -> list[Any]:
    said, decided = told(one), one.decided
    rule = one.rule
    return [
        said["message"], one.code, one.name, labels.get(one.domain, one.domain), one.unit, said["advice"],
        str(SEVERITY[rule.severity]) if rule else "", said["opened_on"], said["closed_on"] or "",
        decided.label if decided else "", said["decided_unit"], said["owner"], said["due"] or "", said["reason"],
        one.key, rule.source if rule else "", (_("yes") if rule.verified else _("no")) if rule else "",
    ]  # fmt: skip
