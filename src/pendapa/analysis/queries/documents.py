"""What the book of a release reads beside the release itself, and which documents and releases there are."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q

from pendapa.architecture import deciding_twins, queries
from pendapa.architecture.models import GapDecision, Release, TwinDecision
from pendapa.architecture.queries import moments
from pendapa.architecture.queries.lists import sight
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.documents import queries as documents
from pendapa.kernel.documents.models import GeneratedDocument
from pendapa.kernel.tenancy.models import Institution

KIND = "architecture"
documents.shows(KIND, sight)


class Decided(NamedTuple):
    """What was decided about a gap."""

    decision: str
    owner: str
    due: date | None
    reason: str


class Twin(NamedTuple):
    """What was decided about two applications, or one and a national one; ``first`` and ``second`` are names."""

    first: str
    second: str
    decision: str
    reason: str


def gaps(actor: Actor, institution: Institution) -> list[dict[str, Any]]:
    """Every open gap that the actor may see: ``uid``, ``code``, ``name``, ``unit``, ``rule``, ``message``."""
    return queries.gaps(actor, institution)


def gap_decisions(actor: Actor, institution: Institution) -> dict[tuple[str, str], Decided]:
    """Decisions by uid of the element and rule, about what the actor may see. Where nobody is named, the agency owns it."""
    live = GapDecision.objects.filter(
        institution=institution, deleted_at=None, element__in=queries.visible(actor, institution)
    )
    rows = live.values_list("element__uid", "rule", "decision", "owner", "unit__name", "due", "reason")
    return {
        (str(uid), rule): Decided(decision, owner or unit or "", due, reason)
        for uid, rule, decision, owner, unit, due, reason in rows
    }


def twins(actor: Actor, institution: Institution) -> list[dict[str, Any]]:
    """Groups of applications that look alike. Many applications that were never compared are compared now."""
    try:
        return queries.twins(actor, institution)
    except queries.NotCompared:
        deciding_twins.compare(institution)
        return queries.twins(actor, institution)


def twin_decisions(actor: Actor, institution: Institution) -> list[Twin]:
    """Decisions about twins, both of whom the actor may see, as well as what they go into; by name."""
    seen = queries.visible(actor, institution)
    live = TwinDecision.objects.filter(institution=institution, deleted_at=None, first__in=seen)
    rows = live.filter(Q(second=None) | Q(second__in=seen), Q(into=None) | Q(into__in=seen))
    told = rows.order_by("first__name_key", "pk").values_list(
        "first__name", "second__name", "national", "decision", "reason"
    )
    return [
        Twin(first, second or national, decision, reason)
        for first, second, national, decision, reason in told
    ]


def releases(actor: Actor, institution: Institution) -> list[Release]:
    """The releases that a book can be made of, newest first."""
    return list(moments.releases(actor, institution))


def made(actor: Actor, institution: Institution, limit: int = 50) -> list[GeneratedDocument]:
    """The actor's own books, newest first."""
    return list(documents.documents(actor, institution).filter(kind=KIND)[:limit])
