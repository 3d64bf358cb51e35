"""What stops when one element stops, and what it rests on: a graph, a list with the way to each, and the same as files."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from pendapa.analysis.queries import impact as queries
from pendapa.analysis.queries.impact import Asked, Impact, Pictured, Row, Tie
from pendapa.analysis.queries.impact_pictures import graph_of
from pendapa.analysis.rules.impact import BOTH, DEEPEST, DOWN, UP
from pendapa.analysis.views import tables
from pendapa.analysis.views.common import address, language, room
from pendapa.architecture import metamodel
from pendapa.architecture.permissions import VIEW
from pendapa.architecture.rules.moments import NOW
from pendapa.architecture.views import moments
from pendapa.architecture.views.common import address as register_address
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.numbers import whole
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tables.writing import Sheet
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.ui import formats, graphs
from pendapa.kernel.ui.templatetags.ui import DOMAINS
from pendapa.regulations.metamodel import Metamodel

WIDE = 720.0
"""Pixels of a drawing beside the list."""
DRAWN_IN_FILES = 150
OPDS_SHOWN = 8
FILES = {"svg": "image/svg+xml", "mermaid": "text/vnd.mermaid; charset=utf-8"}


@require_safe
@page(VIEW)
def impact_choice(request: PageRequest) -> HttpResponse:
    """Which element is asked about."""
    words = request.GET.get("q", "").strip()[:200]
    found = queries.offered(request.actor, request.institution, words)
    keep = {name: request.GET.get(name, "") for name in ("direction", "depth")}
    context = room(request, "impact_choice") | {
        "words": words,
        "offered": [
            (thing, DOMAINS[thing.domain][0], address(request.institution, "impact", thing.uid, **keep))
            for thing in found
        ],
        "register_url": register_address(request.institution, "list"),
    }
    return render(request, "analysis/impact_choice.html", context)


@require_safe
@page(VIEW)
def impact(request: PageRequest, uid: UUID) -> HttpResponse:
    """The page, or with ``format`` the drawing (svg, mermaid) or the list (xlsx, csv)."""
    asked, refused = _asked(request)
    found = queries.impact(request.actor, request.institution, uid, asked)
    form = "" if refused else request.GET.get("format", "")
    if form in FILES:
        return _drawing_file(request, found, form)
    if form in tables.FORMATS:
        return _list_file(request, found, form)
    status = 422 if refused else 200
    return render(request, "analysis/impact.html", _context(request, found, refused), status=status)


def _asked(request: PageRequest) -> tuple[Asked, str]:
    """What the address asks for; where it cannot be read, the usual question and why."""
    told = request.GET
    depth = told.get("depth", "3")
    at = moments.asked(request)
    try:
        return queries.asked(
            request.institution,
            direction=told.get("direction", DOWN),
            depth=depth if whole(depth) is None else whole(depth),
            domains=told.getlist("domain"),
            kinds=told.getlist("relation"),
            moment=at,
        ), ""
    except Refused as refused:
        return Asked(moment=at), str(refused)


def _query(asked: Asked) -> list[tuple[str, str]]:
    """The question as the address has it, without what is usual."""
    pairs = [("direction", asked.direction)] if asked.direction != DOWN else []
    pairs += [("depth", str(asked.depth))] if asked.depth != 3 else []
    pairs += [("domain", one) for one in sorted(asked.domains)]
    pairs += [("relation", one) for one in sorted(asked.kinds)]
    return pairs + ([("pada", asked.moment.key)] if asked.moment != NOW else [])


def _url(institution: Institution, uid: str, asked: Asked, **more: str) -> str:
    """The address of this question about an element, with some parts of it changed."""
    kept = [(name, value) for name, value in _query(asked) if name not in more]
    told = urlencode([*kept, *((name, value) for name, value in more.items() if value)])
    return address(institution, "impact", uid) + (f"?{told}" if told else "")


# ------------------------------------------------------------------------------------------------------------- the page


def _context(request: PageRequest, found: Impact, refused: str) -> dict[str, Any]:
    place, asked, root = request.institution, found.asked, found.root
    model = metamodel.of(place)
    start = whole(request.GET.get("after", "")) or 0
    if start >= found.sums.total:
        start = 0
    rows = queries.rows(found, start)
    nodes, ties = queries.picture(found)
    boxes, arrows = _graph(request, found, nodes, ties)

    def url(**more: str) -> str:
        return _url(place, root.uid, asked, **more)

    end = start + len(rows)
    hit = queries.opds_hit(found)
    context = room(request, "impact_choice") | moments.switcher(request, asked.moment)
    context |= {
        "found": found,
        "root": root,
        "root_url": _detail(place, root.uid, asked),
        "choice_url": address(place, "impact_choice"),
        "refused": refused,
        "title": _title(found),
        "parts": _parts(model, found),
        "sums": found.sums,
        "opds": [(one, register_address(place, "unit", one.uid)) for one in hit[:OPDS_SHOWN]],
        "opds_more": hit[OPDS_SHOWN:],
        "opd_count": len(hit),
        "directions": [
            (word, icon, url(direction="" if key == DOWN else key), key == asked.direction)
            for key, icon, word in (
                (DOWN, "arrow-down", _("What depends on it")),
                (UP, "arrow-up", _("What it rests on")),
                (BOTH, "", _("Both")),
            )
        ],
        "depths": [(n, url(depth="" if n == 3 else str(n)), n == asked.depth) for n in range(1, DEEPEST + 1)],
        "domains": [(d.key, d.label.in_language(language()), d.key in asked.domains) for d in model.domains],
        "relations": [
            (one.key, _relation_words(one), one.key in asked.kinds)
            for one in model.relations
            if one.depends != "none"
        ],
        "keep": [(k, v) for k, v in _query(asked) if k not in ("domain", "relation")],
        "moment_keep": [(k, v) for k, v in _query(asked) if k != "pada"],
        "now_url": url(pada=""),
        "clear_url": _url(place, root.uid, Asked(asked.direction, asked.depth, moment=asked.moment)),
        "narrowed": bool(asked.domains or asked.kinds),
        "groups": _groups(request, found, rows),
        "drawing": graphs.svg(graphs.layout(boxes, arrows, widest=WIDE), _said(found, len(nodes))),
        "drawn": len(nodes) - 1,
        "legend": _legend(nodes),
        "text": _range(start, end, found.sums.total),
        "next_url": url(after=str(end)) if end < found.sums.total else "",
        "previous_url": url(after=str(max(start - queries.PAGE, 0) or "")) if start else "",
    }
    return context | {f"{form}_url": url(format=form) for form in ("svg", "mermaid", "xlsx", "csv")}


def _detail(place: Institution, uid: str, asked: Asked) -> str:
    return register_address(place, "detail", uid, pada=asked.moment.key)


def _title(found: Impact) -> str:
    words = {"name": found.root.name}
    if found.asked.direction == UP:
        return _("What %(name)s rests on") % words
    if found.asked.direction == BOTH:
        return _("What hangs together with %(name)s") % words
    return _("If %(name)s stops") % words


def _parts(model: Metamodel, found: Impact) -> list[str]:
    """The elements hit, by domain, as "3 applications"."""
    counted = found.sums.domains
    parts = []
    for domain in model.all_domains:
        many = counted[domain.key]
        if many:
            label = domain.label if many == 1 else domain.plural
            word = formats.in_sentence(label.in_language(language()))
            parts.append(f"{formats.number(many, language())} {word}")
    return parts


def _said(found: Impact, nodes: int) -> str:
    """The drawing in words."""
    count = ngettext("%(n)s element", "%(n)s elements", nodes - 1) % {
        "n": formats.number(nodes - 1, language())
    }
    return f"{_title(found)}: {count}"


def _range(start: int, end: int, total: int) -> str:
    shown = {
        "first": formats.number(start + 1, language()),
        "last": formats.number(end, language()),
        "total": formats.number(total, language()),
    }
    return _("%(first)s–%(last)s of %(total)s") % shown if start or end < total else ""


def _groups(request: PageRequest, found: Impact, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows by direction and distance, each with the way to it."""
    groups = []
    for (way, distance), some in groupby(rows, key=lambda row: (row.way, row.distance)):
        steps = ngettext("%(n)s step", "%(n)s steps", distance) % {"n": distance}
        if found.asked.direction == BOTH:
            steps += " · " + (_("depends on it") if way == DOWN else _("it rests on this"))
        groups.append({"title": steps, "rows": [_line(request, found, row) for row in some]})
    return groups


def _line(request: PageRequest, found: Impact, row: Row) -> dict[str, Any]:
    return {
        "thing": row.thing,
        "number": DOMAINS[row.thing.domain][0],
        "domain": DOMAINS[row.thing.domain][1],
        "url": _detail(request.institution, row.thing.uid, found.asked),
        "impact_url": _url(request.institution, row.thing.uid, found.asked),
        "path": " › ".join(thing.name for thing in row.path),
        "keys": " ".join([*(thing.uid for thing in row.path), row.thing.uid]),
    }


def _relation_words(one: Any) -> str:
    return str(one.forward.in_language(language())) + f" ({one.key})"


# ---------------------------------------------------------------------------------------------------------- the drawing


def _graph(
    request: PageRequest, found: Impact, nodes: Sequence[Pictured], ties: Sequence[Tie]
) -> tuple[list[graphs.Node], list[graphs.Edge]]:
    """Boxes and arrows. A box leads to the impact of its own element, that of the root to its page."""
    place, root, asked = request.institution, found.root.uid, found.asked

    def link(uid: str) -> str:
        return _detail(place, uid, asked) if uid == root else _url(place, uid, asked)

    return graph_of(found, nodes, ties, link)


def _legend(nodes: Sequence[Pictured]) -> list[tuple[int, str]]:
    there = {node.thing.domain for node in nodes}
    return [(number, str(word)) for key, (number, word) in DOMAINS.items() if key in there]


def _drawing_file(request: PageRequest, found: Impact, form: str) -> HttpResponse:
    nodes, ties = queries.picture(found, DRAWN_IN_FILES)
    boxes, arrows = _graph(request, found, nodes, ties)
    if form == "svg":
        base = request.build_absolute_uri("/").rstrip("/")
        picture = graphs.layout(boxes, arrows)
        text = str(graphs.svg(picture, _said(found, len(nodes)), standalone=True, base=base, words=True))
    else:
        text = graphs.mermaid(boxes, arrows)
    response = HttpResponse(text, content_type=FILES[form])
    response["Content-Disposition"] = content_disposition_header(
        True, f"{_file_name(found)}.{'svg' if form == 'svg' else 'mmd'}"
    )
    return response


def _file_name(found: Impact) -> str:
    return f"dampak-{slugify(found.root.code) or found.root.uid}"


def _list_file(request: PageRequest, found: Impact, form: str) -> HttpResponse:
    ways = {DOWN: _("depends on it"), UP: _("it rests on this")}
    headers = [_("Steps"), _("Direction"), _("Domain"), _("Code"), _("Name"), _("Unit"), _("Path")]
    rows = [
        (
            row.distance,
            ways[row.way],
            str(DOMAINS[row.thing.domain][1]),
            row.thing.code,
            row.thing.name,
            row.thing.unit,
            " › ".join(thing.name for thing in row.path),
        )
        for row in queries.rows(found, size=None)
    ]
    sheet = Sheet(_("Impact"), headers, rows, {1: 16.0, 2: 18.0, 4: 40.0, 5: 34.0, 6: 60.0})
    return tables.download(request, [sheet], form, _file_name(found))
