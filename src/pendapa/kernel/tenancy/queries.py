"""Reads about institutions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Count

from pendapa.kernel.tenancy.models import Institution, Unit

Counter = Callable[[], dict[int, int]]
_counters: dict[str, Counter] = {}


def counter(name: str) -> Callable[[Counter], Counter]:
    """Decorator: a room's count of its things per institution, shown by :func:`institutions`."""

    def keep(function: Counter) -> Counter:
        _counters[name] = function
        return function

    return keep


@counter("units")
def _units() -> dict[int, int]:
    live = Unit.objects.filter(deleted_at=None).order_by()
    return dict(live.values_list("institution").annotate(n=Count("pk")))


def institutions() -> list[dict[str, Any]]:
    """All institutions: ``[{"code", "name", "kind", "units", "elements"}]``, by code."""
    counts = {name: count() for name, count in _counters.items()}
    return [
        {"code": i.code, "name": i.name, "kind": i.kind}
        | {name: n.get(i.pk, 0) for name, n in counts.items()}
        for i in Institution.objects.order_by("code")
    ]
