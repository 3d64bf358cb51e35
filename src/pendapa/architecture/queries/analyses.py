"""Numbers. What takes long is remembered until something of the institution changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import cache
from django.db.models import Avg, Count
from django.utils.translation import get_language

from pendapa.architecture.queries.lists import sight, visible
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.models import LedgerEntry
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs

KEPT = 24 * 3600
T = TypeVar("T")


def key_of(what: str, actor: Actor, institution: Institution, *more: str) -> str:
    """Names a result by everything it depends on. The ledger grows with each change set, in the order of commits."""
    last = (
        LedgerEntry.objects.filter(institution=institution)
        .order_by("-seq")
        .values_list("digest", flat=True)
        .first()
    )
    counted = str(institution.settings.get("completeness_counted", ""))
    parts = "\n".join([what, str(institution.pk), last or "", counted, sight(actor, institution), *more])
    return "architecture:" + hashlib.sha256(parts.encode()).hexdigest()


def remembered(key: str, compute: Callable[[], T]) -> T:
    known: T | None = cache.get(key)
    if known is None:
        known = compute()
        cache.set(key, known, KEPT)
    return known


def numbers(actor: Actor, institution: Institution) -> list[dict[str, Any]]:
    """The architecture in numbers: ``[{"domain", "label", "count", "completeness"}]`` for all six domains."""

    def count() -> dict[str, tuple[int, int]]:
        rows = (
            visible(actor, institution)
            .order_by()
            .values("domain")
            .annotate(n=Count("pk"), full=Avg("completeness"))
        )
        return {row["domain"]: (row["n"], round(row["full"])) for row in rows}

    found = remembered(key_of("numbers", actor, institution), count)
    language = get_language() or "id"
    return [
        {
            "domain": d.key,
            "label": d.label.in_language(language),
            "count": found[d.key][0] if d.key in found else 0,
            "completeness": found[d.key][1] if d.key in found else None,
        }
        for d in packs.metamodel().domains  # an overlay adds none
    ]
