"""What live records suggest for every indicator of an instrument, beside what is claimed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pendapa.evaluation.permissions import VIEW
from pendapa.evaluation.queries import signals as queries
from pendapa.evaluation.queries.assessments import short_title
from pendapa.evaluation.queries.signals import Line
from pendapa.evaluation.views.common import room
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.regulations import packs

SHOWN = ("", "sinyal", "klaim", "tanpa")
"""All indicators, those with a level suggested, those claimed above it, those without a signal."""


@page(VIEW)
@require_safe
def listing(request: PageRequest) -> HttpResponse:
    """All indicators with their signal now, what the next level asks, or why there is no signal."""
    sheet = queries.sheet(request.actor, request.institution, request.GET.get("instrumen", "")[:40])
    lines = queries.lines(request.institution, sheet.instrument, sheet.levels, request.actor)
    shown = request.GET.get("tampil", "")
    shown = shown if shown in SHOWN else ""
    parts = {
        "": lines,
        "sinyal": [one for one in lines if one.signal and one.signal.level is not None],
        "klaim": [one for one in lines if one.above],
        "tanpa": [one for one in lines if one.signal is None],
    }
    context = room(request, "signals") | {
        "sheet": sheet,
        "title": short_title(sheet.instrument.title),
        "models": [(one, short_title(packs.instrument(one).title)) for one in queries.instruments()],
        "shown": shown,
        "counts": {key or "semua": len(some) for key, some in parts.items()},
        "quiet": sum(one.signal is not None and one.signal.level is None for one in lines),
        "total": len(lines),
        "groups": list(_by_aspect(parts[shown])),
        "top": int(sheet.instrument.scale.max),
    }
    return render(request, "evaluation/signals.html", context)


def _by_aspect(lines: list[Line]) -> Iterator[tuple[str, list[Line]]]:
    for aspect, some in groupby(lines, key=lambda one: one.aspect):
        yield aspect, list(some)
