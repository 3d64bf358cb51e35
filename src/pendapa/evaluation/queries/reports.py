"""What reports of a round read, as far as the actor may, in a fixed number of queries; and the documents that were made."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from pendapa.evaluation.models import Answer, Assessment, Cycle, Duty, EvidenceUse, Finding, Member
from pendapa.evaluation.permissions import PROOF, VIEW
from pendapa.evaluation.queries import assessments, editions, reach
from pendapa.evaluation.reports.kinds import BY_KEY, REPORTS, Report
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.documents import queries as documents
from pendapa.kernel.documents.models import GeneratedDocument
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations.instruments import Instrument


@dataclass(frozen=True)
class Material:
    """A round as its reader sees it. ``readable`` None: every indicator's explanation and evidence."""

    cycle: Cycle
    instrument: Instrument
    sheets: dict[str, Assessment]
    results: dict[str, assessments.Result]
    answers: dict[str, Answer]
    uses: dict[str, list[EvidenceUse]]
    duties: dict[str, list[Duty]]
    findings: list[Finding]
    members: list[Member]
    readable: set[str] | None

    def may_read(self, number: str) -> bool:
        """Whether explanation and reasons of an indicator are open to the reader."""
        return self.readable is None or number in self.readable

    @property
    def agreed(self) -> assessments.Result | None:
        """The result of the self-assessment: that of the internal assessors where they have finished, else one's own."""
        internal = self.results.get("internal")
        return internal if internal is not None and internal.complete else self.results.get("self")

    @property
    def newest(self) -> assessments.Result | None:
        """The external result where it is complete, else that of the self-assessment."""
        outer = self.results.get("external")
        return outer if outer is not None and outer.complete else self.agreed


def reads_all(actor: Actor, institution: Institution) -> bool:
    """May the actor read every explanation and every piece of evidence?"""
    return actor.scope(PROOF, institution).everything


def offered(actor: Actor, institution: Institution) -> list[Report]:
    """The reports that the actor may have made."""
    if not actor.may(VIEW, institution):
        return []
    return [one for one in REPORTS if _may(actor, institution, one)]


def report(actor: Actor, institution: Institution, key: str) -> Report:
    """One of those. Raises NotFound."""
    found = BY_KEY.get(key)
    if found is None or not actor.may(VIEW, institution) or not _may(actor, institution, found):
        raise NotFound
    return found


def _may(actor: Actor, institution: Institution, one: Report) -> bool:
    if one.whole:
        return reads_all(actor, institution)
    return one.key != "answers" or actor.may(PROOF, institution)


def material(actor: Actor, cycle: Cycle) -> Material:
    """Everything that reports of a round are made of. Eight queries."""
    institution = cycle.institution
    actor.require(VIEW, institution)
    rows = assessments.assessments(actor, institution)
    sheets = {row.stage: row for row in rows if row.cycle_id == cycle.pk}
    readable = reach.indicators(actor, cycle) if actor.may(PROOF, institution) else set()
    answers = {row.indicator: row for row in reach.answers(actor, institution).filter(cycle=cycle)}
    uses: dict[str, list[EvidenceUse]] = defaultdict(list)
    if actor.may(PROOF, institution):
        found = reach.uses(actor, institution).filter(cycle=cycle, evidence__deleted_at=None)
        found = found.select_related("evidence", "evidence__decree", "evidence__file", "evidence__unit")
        for use in found.order_by("level", "pk"):
            uses[use.indicator].append(use)
    duties: dict[str, list[Duty]] = defaultdict(list)
    for duty in (
        Duty.objects.filter(cycle=cycle, deleted_at=None).select_related("unit").order_by("-lead", "pk")
    ):
        duties[duty.indicator].append(duty)
    live = {"cycle": cycle, "deleted_at": None}
    return Material(
        cycle=cycle, instrument=editions.of(cycle), sheets=sheets,
        results={stage: assessments.result(row) for stage, row in sheets.items()},
        answers=answers, uses=dict(uses), duties=dict(duties),
        findings=list(Finding.objects.filter(**live).select_related("unit").order_by("kind", "pk")),
        members=list(Member.objects.filter(**live).order_by("pk")),
        readable=readable,
    )  # fmt: skip


# ---- what was made


def subject_of(cycle: Cycle) -> str:
    """How a document names its round."""
    return f"{cycle.year} {cycle.instrument}"


def made(actor: Actor, cycle: Cycle) -> list[GeneratedDocument]:
    """The actor's own reports of a round, newest first."""
    kinds = [one.kind for one in offered(actor, cycle.institution)]
    rows = documents.documents(actor, cycle.institution)
    return list(rows.filter(kind__in=kinds, subject=subject_of(cycle))[:20])


def document(actor: Actor, cycle: Cycle, uid: UUID) -> GeneratedDocument:
    """One of the actor's own reports of a round. Raises NotFound."""
    found = documents.document(actor, cycle.institution, uid)
    kinds = [one.kind for one in offered(actor, cycle.institution)]
    if found.subject != subject_of(cycle) or found.kind not in kinds:
        raise NotFound
    return found


def sight(actor: Actor, institution: Institution) -> str:
    """The same word for whoever reads the same: all, or the units and the indicators that are theirs today."""
    scope = actor.scope(PROOF, institution)
    if scope.everything:
        return "all"
    if not scope:
        return "levels"
    own = sorted(map(str, reach.duties(actor, institution).values_list("cycle", "indicator")))
    told = "\n".join([*sorted(scope.paths), *own])
    return "own " + hashlib.sha256(told.encode()).hexdigest()[:24]


for _one in REPORTS:
    documents.shows(_one.kind, sight)
