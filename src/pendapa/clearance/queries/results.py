"""What came of the checks, as one reader may know it: live, and as it was when a request was submitted or decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse

from pendapa.architecture.queries import visible
from pendapa.architecture.rules import twins
from pendapa.clearance.models import ClearanceRequest
from pendapa.clearance.queries.facts import gather
from pendapa.clearance.queries.requests import pack
from pendapa.clearance.rules import checks
from pendapa.clearance.rules.checks import Evidence, Facts, Result
from pendapa.kernel.access.actor import Actor, system
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.ui import formats

TONES = {checks.PASSED: "ok", checks.FAILED: "warn", checks.UNKNOWN: "line"}


@dataclass(frozen=True)
class Found:
    """One piece of evidence, with the address of the element where it is one."""

    name: str
    code: str
    unit: str
    detail: str
    url: str
    domain: str
    verified: bool
    score: float
    reasons: list[str]


@dataclass(frozen=True)
class Shown:
    """One check in words. ``tone`` is that of its chip."""

    key: str
    label: str
    outcome: str
    effect: str
    blocks: bool
    reason: str
    advice: str
    verified: bool
    source: str
    evidence: list[Found] = field(default_factory=list)

    @property
    def tone(self) -> str:
        return "bad" if self.blocks else TONES[self.outcome]


@dataclass(frozen=True)
class Kept:
    """What was known at a moment."""

    moment: str
    at: datetime
    checks: list[Shown]


def live(actor: Actor, row: ClearanceRequest) -> list[Shown]:
    """The checks as they stand now, as the actor may know them."""
    return shown(row.institution, judged(actor, row.institution, gather(row)))


def kept(actor: Actor, row: ClearanceRequest) -> list[Kept]:
    """The checks as they were when the request was last submitted and decided, judged by the rules of today, as the actor
    may know them now."""
    newest: dict[str, Any] = {}
    for one in row.kept_facts.order_by("pk"):
        newest[one.moment] = one
    return [
        Kept(
            one.moment,
            one.at,
            shown(row.institution, judged(actor, row.institution, checks.facts_of(one.facts))),
        )
        for one in newest.values()
    ]


def judged(actor: Actor, institution: Institution, known: Facts) -> list[Result]:
    """The outcomes for the actor: what one may not see is said as nothing. At most one query."""
    named = checks.uids(known)
    seen = set()
    if named:
        found = visible(actor, institution).filter(uid__in=named).values_list("uid", flat=True)
        seen = {str(uid) for uid in found}
    return checks.run(pack().checks, checks.seen_by(known, seen))


def national_warning(row: ClearanceRequest) -> list[Result]:
    """The checks that stop a recommendation, whoever asks."""
    return checks.blocking(judged(system(), row.institution, gather(row)))


def shown(institution: Institution, results: Sequence[Result]) -> list[Shown]:
    """Outcomes in the language of the page."""
    language = formats.language()
    return [
        Shown(
            key=one.key,
            label=one.check.label.in_language(language),
            outcome=one.outcome,
            effect=one.effect,
            blocks=one.blocks,
            reason=one.reason(language),
            advice=one.advice(language),
            verified=one.check.verified,
            source=one.check.source,
            evidence=[_found(institution, piece, language) for piece in one.evidence],
        )
        for one in results
    ]


def _found(institution: Institution, one: Evidence, language: str) -> Found:
    url = one.url
    if one.uid:
        url = reverse("architecture:detail", args=[institution.code, one.uid])
    told = [twins.message(twins.Reason(key, dict(params)), language) for key, params in one.reasons]
    return Found(one.name, one.code, one.unit, one.detail, url, one.domain, one.verified, one.score, told)
