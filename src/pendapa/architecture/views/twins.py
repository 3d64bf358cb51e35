"""Twins: the groups, one group with the decision about it, and those of one application."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from pendapa.architecture import deciding_twins, metamodel
from pendapa.architecture import queries as register
from pendapa.architecture.models import Element, TwinDecision
from pendapa.architecture.outcomes import Outcome
from pendapa.architecture.permissions import VIEW
from pendapa.architecture.queries import national
from pendapa.architecture.queries import twin_groups as queries
from pendapa.architecture.queries.lists import visible, visible_relations
from pendapa.architecture.rules.keys import name_key
from pendapa.architecture.views.common import address, domain_of, is_partial, language, room, written
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history import actions as history
from pendapa.kernel.numbers import whole
from pendapa.kernel.refusing import Refused
from pendapa.kernel.ui import formats
from pendapa.regulations.metamodel import Metamodel

GROUPS_SHOWN = 20
COMPARED = (
    "fungsi", "uraian", "raa", "basis", "bahasa_pemrograman", "basis_data", "url", "status_aktif", "kelas", "kategori",
    "biaya_tahunan", "nilai_spk", "nilai_manfaat", "nilai_teknis", "operator",
)  # fmt: skip
TONES = {"invest": "ok", "migrate": "info", "tolerate": "line", "eliminate": "bad"}
ICONS = {"invest": "trending-up", "migrate": "arrow-right", "tolerate": "clock", "eliminate": "circle-x"}


def quadrant_word(key: str) -> str:
    """A quadrant in words."""
    told = {
        "invest": _("Invest"),
        "migrate": _("Migrate"),
        "tolerate": _("Tolerate"),
        "eliminate": _("Eliminate"),
    }
    return told.get(key, "")


def part_tabs(request: PageRequest, current: str) -> list[dict[str, Any]]:
    """The parts of the analysis, beside one another."""
    here = request.institution
    parts = (
        ("open", _("To be decided"), address(here, "twins")),
        ("decided", _("Decided"), address(here, "twins", state="decided")),
        ("national", _("National applications"), address(here, "twins_national")),
        ("quadrant", _("TIME quadrant"), address(here, "twins_quadrant")),
    )
    return [{"label": label, "url": url, "current": key == current} for key, label, url in parts]


def money_told(saving: Mapping[str, Any]) -> str:
    """What would be saved, in words: "Rp 12.000.000 a year", "at least …", "not known yet"."""
    tongue, parts = language(), []
    if saving["yearly"]:
        parts.append(_("%(sum)s a year") % {"sum": formats.rupiah(saving["yearly"], tongue)})
    if saving["contract"]:
        parts.append(_("%(sum)s of contract value") % {"sum": formats.rupiah(saving["contract"], tongue)})
    if not parts:
        return _("not known yet")
    told = _(" and ").join(parts)
    return _("at least %(told)s") % {"told": told} if saving["at_least"] else told


@require_safe
@page(VIEW)
def twins(request: PageRequest) -> HttpResponse:
    """Groups of applications of one kind in several OPD, surest first: those to be decided, or those that are."""
    here = request.institution
    state = queries.DECIDED if request.GET.get("state") == "decided" else queries.OPEN
    found, waiting = _asked(request)
    unit = request.GET.get("unit", "")[:40]
    units = sorted({(m["unit"], m["unit_uid"]) for group in found for m in group["members"]})
    mine = [g for g in found if not unit or any(m["unit_uid"] == unit for m in g["members"])]
    groups = [_told(request, group) for group in mine if group["state"] == state]
    start = whole(request.GET.get("at", "")) or 0
    shown = groups[start : start + GROUPS_SHOWN]
    keep = {"unit": unit, "state": state if state == queries.DECIDED else ""}
    last = start + GROUPS_SHOWN
    context = room(request, "twins") | waiting | {
        "parts": part_tabs(request, state),
        "state": state,
        "groups": shown,
        "count": len(groups),
        "other_count": sum(group["state"] != state for group in mine),
        "members": len({m["uid"] for group in groups for m in group["members"]}),
        "saving": money_told(queries.total_saving(groups)),
        "units": units,
        "unit": unit,
        "compared": visible(request.actor, here).filter(domain="applications").count(),
        "next_url": address(here, "twins", at=str(last), **keep) if last < len(groups) else "",
        "previous_url": address(here, "twins", at=str(max(start - GROUPS_SHOWN, 0) or ""), **keep) if start else "",
        "range": _("%(first)s–%(last)s of %(total)s")
        % {"first": start + 1, "last": start + len(shown), "total": len(groups)},
        "xlsx_url": address(here, "export_twins", format="xlsx"),
        "csv_url": address(here, "export_twins", format="csv"),
    }  # fmt: skip
    return render(request, "architecture/twins.html", context)


def _asked(request: PageRequest) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """All groups, and what the page says where they are not those of now: a job compares, or has to be asked to."""
    here = request.institution
    try:
        groups = queries.twins(request.actor, here, queries.ALL)
    except queries.NotCompared:
        groups, ready, current = [], False, False
    else:
        ready, current = True, queries.is_current(request.actor, here)
    job = None if current else queries.comparing(here)
    return groups, {
        "ready": ready,
        "current": current,
        "job": job,
        "compare_url": address(here, "compare_twins"),
    }


@require_POST
@page(VIEW)
def compare_twins(request: PageRequest) -> HttpResponse:
    """Ask for all to be compared by a job; its page is for who started it."""
    job = deciding_twins.ask_to_compare(request.actor, request.institution)
    if job.user_id and request.actor.user is not None and job.user_id == request.actor.user.pk:
        return redirect("jobs:job", institution=request.institution.code, uid=job.uid)
    return redirect(address(request.institution, "twins"))


def _told(request: PageRequest, group: Mapping[str, Any]) -> dict[str, Any]:
    base = address(request.institution, "list")
    members = [
        {
            **member,
            "url": f"{base}{member['uid']}/",
            "time": quadrant_word(member["quadrant"]),
            "tone": TONES.get(member["quadrant"], "line"),
            "icon": ICONS.get(member["quadrant"], ""),
        }
        for member in group["members"]
    ]
    return {
        **group,
        "members": members,
        "units": len({member["unit_uid"] for member in members}),
        "url": address(request.institution, "twin", group["id"]),
        "likeness": formats.number(group["score"], language(), 2),
        "saving_told": money_told(group["saving"]),
        "others_count": len(members) - 1,
    }


@require_safe
@page(VIEW)
def twin(request: PageRequest, group: str) -> HttpResponse:
    """One group: its members side by side, where they agree, and the form of the decision."""
    return _group_page(request, group)


def _group_page(
    request: PageRequest, group: str, fault: Refused | None = None, status: int = 200
) -> HttpResponse:
    groups = _groups_of(request)
    place = next((i for i, one in enumerate(groups) if one["id"] == group), None)
    if place is None:
        raise NotFound
    told = _told(request, groups[place])
    beside = [one for one in groups if one["state"] == told["state"]]
    number = next(i for i, one in enumerate(beside) if one["id"] == group)
    ordered = queries.members(request.actor, request.institution, [m["uid"] for m in told["members"]])
    given = request.POST if request.method == "POST" else None
    chosen = given.getlist("member") if given else [m["uid"] for m in told["members"]]
    context = room(request, "twins") | {
        "group": told,
        "number": number + 1,
        "count": len(beside),
        "previous_url": address(request.institution, "twin", beside[number - 1]["id"]) if number else "",
        "next_url": address(request.institution, "twin", beside[number + 1]["id"]) if number + 1 < len(beside) else "",
        "lines": [*_related(request, ordered), *_compared(request, metamodel.of(request.institution), ordered)],
        "completeness": [element.completeness for element in ordered],
        "may_decide": deciding_twins.may_decide(request.actor, request.institution, ordered),
        "too_many": len(ordered) > deciding_twins.MOST,
        "most": deciding_twins.MOST,
        "decide_url": address(request.institution, "decide_twins", group),
        "again_url": address(request.institution, "ask_twins_again"),
        "choices": TwinDecision.DECISIONS,
        "chosen": chosen,
        "decision": given.get("decision", "") if given else "merge",
        "into": given.get("into", "") if given else _fullest(ordered),
        "due": given.get("due", "") if given else "",
        "reason": given.get("reason", "") if given else "",
        "today": timezone.localdate().isoformat(),
        "fault": fault,
    }  # fmt: skip
    return render(request, "architecture/twin.html", context, status=status)


def _groups_of(request: PageRequest) -> list[dict[str, Any]]:
    try:
        return queries.twins(request.actor, request.institution, queries.ALL)
    except queries.NotCompared:
        raise NotFound from None


def _fullest(elements: list[Element]) -> str:
    """What is offered to go on: the application of which most is known."""
    return str(max(elements, key=lambda element: element.completeness).uid) if elements else ""


@require_POST
@page(VIEW)
def decide_twins(request: PageRequest, group: str) -> HttpResponse:
    """Record what was decided about the chosen members, then the next group that waits."""
    groups = _groups_of(request)
    found = next((one for one in groups if one["id"] == group), None)
    if found is None:
        raise NotFound
    everybody = [member["uid"] for member in found["members"]]
    chosen = [uid for uid in everybody if uid in request.POST.getlist("member")]
    decision = request.POST.get("decision", "")
    # Some that are no twins of the rest: each of them with each of the rest.
    others = [uid for uid in everybody if uid not in chosen] if decision == "different" else []
    try:
        done = deciding_twins.decide_twins(
            request.actor,
            request.institution,
            chosen,
            decision,
            others=others if chosen else (),
            into=request.POST.get("into", ""),
            due=asked_day(request.POST.get("due", "")),
            reason=request.POST.get("reason", ""),
        )
    except Refused as refused:
        return _group_page(request, group, refused, 422)
    except history.Conflict:
        return _group_page(
            request, group, Refused(_("Somebody decided this meanwhile. Look at it again.")), 409
        )
    tell_decided(request, done)
    left = queries.twins(request.actor, request.institution) if not done.draft else []
    return redirect(address(request.institution, "twin", left[0]["id"]) if left else address(request.institution, "twins"))  # fmt: skip


def asked_day(text: str) -> date | None:
    """A day of a form; raises :class:`Refused` for one that cannot be."""
    if not text.strip():
        return None
    try:
        found = parse_date(text.strip())
    except ValueError:
        found = None
    if found is None:
        raise Refused(_("“%(said)s” is not a day. Write it as 2027-12-31.") % {"said": text[:40]}, "due")
    return found


def tell_decided(request: HttpRequest, done: Outcome) -> None:
    """What was recorded, or where it waits."""
    if done.draft:
        messages.info(request, _("The decision was put into your proposal; it counts once that is agreed."))
    elif done.change_set is None:
        messages.info(request, _("Just this was decided already."))
    else:
        told = ngettext(
            "Decided for %(count)d pair. It will not be asked again.",
            "Decided for %(count)d pairs. They will not be asked again.",
            len(done.row),
        )
        messages.success(request, told % {"count": len(done.row)})


@require_POST
@page(VIEW)
def ask_twins_again(request: PageRequest) -> HttpResponse:
    """Take decisions away; what they were about is asked again."""
    uids = [UUID(uid) for uid in request.POST.getlist("decided") if register.is_uid(uid)]
    done = deciding_twins.ask_again(request.actor, request.institution, uids)
    if done.draft:
        messages.info(request, _("The decision was put into your proposal; it counts once that is agreed."))
    else:
        messages.success(request, _("The decision was taken back. It is asked about again."))
    part = "twins_national" if request.POST.get("part") == "national" else "twins"
    return redirect(address(request.institution, part))


def _related(request: PageRequest, elements: list[Element]) -> list[dict[str, Any]]:
    """What each is linked with, by kind of relation; what several share is marked."""
    ids = {element.pk: place for place, element in enumerate(elements)}
    seen = visible_relations(request.actor, request.institution).filter(source__in=ids)
    cells: dict[str, list[list[str]]] = {}
    for kind, source, name in seen.order_by("type", "target__name_key").values_list(
        "type", "source_id", "target__name"
    ):
        cells.setdefault(kind, [[] for _element in elements])[ids[source]].append(name)
    lines = []
    for kind, columns in cells.items():
        words = metamodel.of(request.institution).relation(kind).forward.in_language(language())
        shared = {
            name for column in columns for name in column if sum(name in other for other in columns) > 1
        }
        marked = [[(name, name in shared) for name in column] for column in columns]
        lines.append({"label": words, "between": ", ", "cells": marked})
    return lines


def _compared(request: PageRequest, model: Metamodel, elements: list[Element]) -> list[dict[str, Any]]:
    """The fields that tell applications apart, as far as the actor may read them; what several write alike is marked."""
    domain, lines = model.domain("applications"), []
    told = register.readable(request.actor, request.institution, elements)
    for key in COMPARED:
        column = domain.column(key)
        found = [told[element.pk].get(key) for element in elements]
        if column.type == "text" and any(found):
            texts = [str(value or "") for value in found]
            lines.append(
                {"label": column.label.in_language(language()), "between": " ", "cells": _shared_words(texts)}
            )
        elif any(found):
            texts = [str(value).casefold() if value else "" for value in found]
            cells = [
                [(written(column, value), texts.count(text) > 1)] if value else []
                for value, text in zip(found, texts, strict=True)
            ]
            lines.append({"label": column.label.in_language(language()), "between": ", ", "cells": cells})
    return lines


def _shared_words(texts: list[str]) -> list[list[tuple[str, bool]]]:
    """Texts in runs of words, those marked that another text holds as well; short words say nothing."""
    held = [set(name_key(text).split()) for text in texts]
    cells = []
    for place, text in enumerate(texts):
        others = set().union(*(words for number, words in enumerate(held) if number != place))
        told = [(word, len(word) > 3 and name_key(word) in others) for word in text.split()]
        runs = groupby(told, itemgetter(1))
        cells.append([(" ".join(word for word, _shared in run), shared) for shared, run in runs])
    return cells


@require_safe
@page(VIEW)
def element_twins(request: PageRequest, uid: UUID) -> HttpResponse:
    """The twins of one application and the national one it may duplicate: a piece of its page, or a page of its own."""
    element = register.element(request.actor, request.institution, uid)
    ready = queries.twins_ready(request.actor, request.institution)
    found = queries.twins_of(request.actor, element, queries.ALL) if ready else []
    groups = [_told(request, group) for group in found]
    for group in groups:
        group["others"] = [member for member in group["members"] if member["uid"] != str(element.uid)]
    matches = national.national_matches(request.actor, request.institution) if ready else []
    context = {
        "element": element,
        "groups": groups,
        "matches": [one for one in matches if one["uid"] == str(element.uid)],
        "national_url": address(request.institution, "twins_national"),
        "twins_url": address(request.institution, "twins"),
        "ready": ready,
        "base": address(request.institution, "list"),
    }
    if is_partial(request):
        return render(request, "architecture/element_twins.html", context)
    domain = domain_of(request.institution, element.domain)
    more = {"domain_name": domain.plural.in_language(language()) if domain else ""}
    return render(request, "architecture/element_twins_page.html", room(request, "twins") | context | more)
