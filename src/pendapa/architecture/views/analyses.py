"""Twins of the whole register."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pendapa.architecture import metamodel, queries
from pendapa.architecture.models import Element
from pendapa.architecture.permissions import VIEW
from pendapa.architecture.rules.keys import name_key
from pendapa.architecture.views.common import (
    address,
    domain_of,
    is_partial,
    language,
    room,
    written,
)
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.numbers import whole
from pendapa.kernel.ui import formats
from pendapa.regulations.metamodel import Metamodel

GROUPS_SHOWN = 20
COMPARED = (
    "fungsi",
    "uraian",
    "raa",
    "basis",
    "bahasa_pemrograman",
    "basis_data",
    "url",
    "status_aktif",
    "kelas",
    "operator",
)


@require_safe
@page(VIEW)
def twins(request: PageRequest) -> HttpResponse:
    """Groups of applications of one kind in several OPD, surest first."""
    ready = request.GET.get("now") == "1" or queries.twins_ready(request.actor, request.institution)
    found = queries.twins(request.actor, request.institution) if ready else []
    groups = [_told(request, group) for group in found]
    words = request.GET.get("unit", "")[:300]
    units = sorted({member["unit"] for group in groups for member in group["members"]})
    if words:
        groups = [group for group in groups if any(member["unit"] == words for member in group["members"])]
    start = _start(request.GET.get("at", ""))
    shown = groups[start : start + GROUPS_SHOWN]
    context = room(request, "twins") | {
        "ready": ready,
        "groups": shown,
        "count": len(groups),
        "members": len({member["uid"] for group in groups for member in group["members"]}),
        "units": units,
        "unit": words,
        "compared": queries.visible(request.actor, request.institution).filter(domain="applications").count(),
        "next_url": address(request.institution, "twins", unit=words, at=str(start + GROUPS_SHOWN))
        if start + GROUPS_SHOWN < len(groups)
        else "",
        "previous_url": address(
            request.institution, "twins", unit=words, at=str(max(start - GROUPS_SHOWN, 0) or "")
        )
        if start
        else "",
        "range": _("%(first)s–%(last)s of %(total)s")
        % {"first": start + 1, "last": start + len(shown), "total": len(groups)},
    }
    return render(request, "architecture/twins.html", context)


def _start(text: str) -> int:
    return whole(text) or 0


def _told(request: PageRequest, group: dict[str, Any]) -> dict[str, Any]:
    base = address(request.institution, "list")
    members = [{**member, "url": f"{base}{member['uid']}/"} for member in group["members"]]
    return group | {
        "members": members,
        "units": len({member["unit"] for member in members}),
        "url": address(request.institution, "twin", group["id"]),
        "likeness": formats.number(group["score"], language(), 2),
    }


@require_safe
@page(VIEW)
def twin(request: PageRequest, group: str) -> HttpResponse:
    """One group: its members side by side, and where they agree."""
    groups = queries.twins(request.actor, request.institution)
    place = next((i for i, one in enumerate(groups) if one["id"] == group), None)
    if place is None:
        raise NotFound
    told = _told(request, groups[place])
    members = told["members"]
    found = queries.visible(request.actor, request.institution).filter(uid__in=[m["uid"] for m in members])
    elements = {str(element.uid): element for element in found.select_related("unit")}
    ordered = [elements[member["uid"]] for member in members if member["uid"] in elements]
    neighbours = {
        "previous_url": address(request.institution, "twin", groups[place - 1]["id"]) if place else "",
        "next_url": address(request.institution, "twin", groups[place + 1]["id"])
        if place + 1 < len(groups)
        else "",
    }
    context = (
        room(request, "twins")
        | neighbours
        | {
            "group": told,
            "number": place + 1,
            "count": len(groups),
            "lines": [*_related(request, ordered), *_compared(metamodel.of(request.institution), ordered)],
            "completeness": [element.completeness for element in ordered],
        }
    )
    return render(request, "architecture/twin.html", context)


def _related(request: PageRequest, elements: list[Element]) -> list[dict[str, Any]]:
    """What each is linked with, by kind of relation; what several share is marked."""
    ids = {element.pk: place for place, element in enumerate(elements)}
    seen = queries.visible_relations(request.actor, request.institution).filter(source__in=ids)
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


def _compared(model: Metamodel, elements: list[Element]) -> list[dict[str, Any]]:
    """The fields that tell applications apart; what several write alike is marked."""
    domain = model.domain("applications")
    lines = []
    for key in COMPARED:
        column = domain.column(key)
        values = [element.attributes.get(key) for element in elements]
        if column.type == "text" and any(values):
            texts = [str(value or "") for value in values]
            lines.append(
                {"label": column.label.in_language(language()), "between": " ", "cells": _shared_words(texts)}
            )
        elif any(values):
            texts = [str(value).casefold() if value else "" for value in values]
            cells = [
                [(written(column, value), texts.count(text) > 1)] if value else []
                for value, text in zip(values, texts, strict=True)
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
    """The twins of one application: a piece of its page, or a page of its own without scripts."""
    element = queries.element(request.actor, request.institution, uid)
    ready = not is_partial(request) or queries.twins_ready(request.actor, request.institution)
    groups = [_told(request, group) for group in queries.twins_of(request.actor, element)] if ready else []
    for group in groups:
        group["others"] = [member for member in group["members"] if member["uid"] != str(element.uid)]
    context = {
        "element": element,
        "groups": groups,
        "ready": ready,
        "base": address(request.institution, "list"),
    }
    if is_partial(request):
        return render(request, "architecture/element_twins.html", context)
    domain = domain_of(request.institution, element.domain)
    more = {"domain_name": domain.plural.in_language(language()) if domain else ""}
    return render(request, "architecture/element_twins_page.html", room(request, "twins") | context | more)
