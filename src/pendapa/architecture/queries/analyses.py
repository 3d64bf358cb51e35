"""Twins and numbers. What takes long is remembered until something of the institution changes."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import cache
from django.db.models import Avg, Count
from django.utils.translation import get_language

from pendapa.architecture.models import Element
from pendapa.architecture.queries.lists import (
    sight,
    visible,
    visible_relations,
)
from pendapa.architecture.rules import twins as twin_rules
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.models import LedgerEntry
from pendapa.kernel.tenancy.models import Institution, Unit, institution_names
from pendapa.regulations import packs

# So many applications are compared while a page waits; more only where somebody asks for the twins themselves.
AT_ONCE = 1_000
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


# --------------------------------------------------------------------------------------------------------------- twins


def twins(actor: Actor, institution: Institution) -> list[dict[str, Any]]:
    """Groups of applications of one kind in several OPD: ``[{"id", "score", "reasons", "members"}]``."""
    language = get_language() or "id"
    return [
        {
            **group,
            "reasons": [twin_rules.message(reason, language) for reason in group["reasons"]],
            "title": _title(group["reasons"], language),
        }
        for group in remembered(key_of("twins", actor, institution), lambda: _groups(actor, institution))
    ]


def _title(reasons: list[twin_rules.Reason], language: str) -> str:
    """What a group is about: its purpose, else the words of its names, else its first reason."""
    for key in ("purpose", "name"):
        for reason in reasons:
            if reason.key == key:
                return twin_rules.message(reason, language).partition(": ")[2].capitalize()
    return twin_rules.message(reasons[0], language) if reasons else ""


def twins_ready(actor: Actor, institution: Institution) -> bool:
    """Whether :func:`twins` answers at once: it is remembered, or there are few applications."""
    if cache.get(key_of("twins", actor, institution)) is not None:
        return True
    applications = visible(actor, institution).filter(domain="applications").order_by()
    return applications[: AT_ONCE + 1].count() <= AT_ONCE


def twins_of(actor: Actor, element: Element) -> list[dict[str, Any]]:
    """The groups that hold an element."""
    uid = str(element.uid)
    return [
        group for group in twins(actor, element.institution) if any(m["uid"] == uid for m in group["members"])
    ]


def _groups(actor: Actor, institution: Institution) -> list[dict[str, Any]]:
    rows = visible(actor, institution).filter(domain="applications").order_by("name_key", "id")
    fields = ("id", "uid", "code", "name", "attributes", "unit_id", "unit__name")
    values: list[dict[str, Any]] = [dict(row) for row in rows.values(*fields)]
    links: dict[tuple[int, str], set[str]] = defaultdict(set)
    wanted = visible_relations(actor, institution).filter(source__domain="applications")
    # The other end by its name: a shared process is told as a reason.
    for kind, source, name, code in wanted.values_list("type", "source_id", "target__name", "target__code"):
        links[source, kind].add(f"{name} ({code})")
    by_id = {str(row["id"]): row for row in values}
    units = (
        Unit.objects.filter(institution=institution, deleted_at=None)
        .order_by("pk")
        .values_list("name", flat=True)
    )
    found = twin_rules.find(
        [_application(row, links) for row in values], unit_names=[*units, *institution_names(institution)]
    )
    return [
        {
            "id": group.id,
            "score": round(group.score, 2),
            "reasons": list(group.reasons),
            "members": [_member(by_id[one.id]) for one in group.members],
        }
        for group in found
    ]


def _application(row: dict[str, Any], links: dict[tuple[int, str], set[str]]) -> twin_rules.Application:
    attributes, pk = row["attributes"], row["id"]
    return twin_rules.Application(
        id=str(pk),
        code=row["code"],
        name=row["name"],
        unit=str(row["unit_id"]),
        unit_name=row["unit__name"],
        function=_joined(attributes.get("fungsi")) or _joined(attributes.get("uraian")),
        kelas=_joined(attributes.get("kelas")),
        url=_joined(attributes.get("url")),
        reference=_joined(attributes.get("raa")),
        platform=_joined(attributes.get("basis")),
        processes=frozenset(links[pk, "application_process"]),
        services=frozenset(links[pk, "application_service"]),
        data=frozenset(links[pk, "application_data"]),
    )


def _joined(value: Any) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _member(row: dict[str, Any]) -> dict[str, Any]:
    return {"code": row["code"], "name": row["name"], "unit": row["unit__name"], "uid": str(row["uid"])}
