"""The views of a roadmap of 40 OPD with 2,000 initiatives and 20,000 actions, against an empty page plus the same SQL bare."""

from __future__ import annotations

from functools import cache

from bench import register, scene
from bench.bench_pages import _measured
from bench.harness import Result
from bench.roadmap import roadmap_scene

LIMIT = 3


@cache
def _filled(quick: bool) -> tuple[int, int]:
    count, actions = (400, 4_000) if quick else (2_000, 20_000)
    place, _units = scene.institution()
    roadmap_scene(place, count, actions)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return count, actions


def bench_views(quick: bool) -> list[Result]:
    """Table, timeline and its data, board, by OPD: at most three times."""
    count, actions = _filled(quick)
    client = register.client()
    base = "/di/bench/peta-rencana/"
    pages = {
        "table": base,
        "timeline": f"{base}linimasa/",
        "data of the timeline": f"{base}linimasa/data.json",
        "board": f"{base}papan/",
        "by OPD": f"{base}menurut-opd/",
    }
    return [
        _measured(f"{name}, {count} initiatives, {actions} actions", path, quick, client, LIMIT)
        for name, path in pages.items()
    ]
