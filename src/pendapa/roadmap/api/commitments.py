"""The room's part of ``/api/v1``: commitments with their milestones, as far as one may read them. Days as ISO text."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from pendapa.kernel.access.actor import institution_for
from pendapa.kernel.access.rest import AbsentOut
from pendapa.roadmap.models import Commitment, Milestone
from pendapa.roadmap.permissions import VIEW
from pendapa.roadmap.queries import commitments as queries

router = Router()
MOST = 200


class MilestoneOut(Schema):
    """A milestone; ``proven``: a file or a link is kept. Days that are not known are null."""

    uid: str
    text: str
    due: date
    done_on: date | None
    late: bool
    proven: bool
    link: str | None


class ApprovalOut(Schema):
    """An approval within the application, no certified signature; ``intact``: the text still has this SHA-256."""

    name: str
    office: str
    acting: bool
    at: datetime
    sha256: str
    intact: bool


class CommitmentOut(Schema):
    """``completion`` is null until somebody assessed it; ``unit`` is the code of the OPD."""

    uid: str
    unit: str
    title: str
    problem: str
    text: str
    evidence_asked: str
    starts_on: date
    ends_on: date
    state: str
    public: bool
    approval: ApprovalOut | None
    completion: str | None
    assessed_on: date | None
    milestones: list[MilestoneOut]
    version: int


class Commitments(Schema):
    """``next`` is the ``after`` of the next page, empty on the last; ``total`` counts all of them."""

    items: list[CommitmentOut]
    total: int
    next: str


class LateOut(Schema):
    """What is late in an OPD (``unit`` its code): milestones, the days of the oldest one, commitments without any evidence."""

    unit: str
    name: str
    commitments: int
    late: int
    longest: int
    without_evidence: int


@router.get(
    "/institutions/{code}/commitments", response={200: Commitments, 404: AbsentOut}, summary="Commitments"
)
def commitments(
    request: HttpRequest,
    code: str,
    state: str = Query("", max_length=10),
    after: int = Query(0, ge=0, le=10**9),
) -> dict[str, Any]:
    """Those that end first in front; an OPD reads its own and what others opened to the public."""
    actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(VIEW, institution)
    rows, day = queries.visible(actor, institution), timezone.localdate()
    if state:
        rows = rows.filter(state=state)
    total = rows.count()
    following = str(after + MOST) if after + MOST < total else ""
    return {
        "items": [_out(row, day) for row in rows[after : after + MOST]],
        "total": total,
        "next": following,
    }


@router.get(
    "/institutions/{code}/commitments/late",
    response={200: list[LateOut], 404: AbsentOut},
    summary="Late commitments by OPD",
)
def late(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """OPD with milestones that are late or commitments without evidence, the worst first."""
    actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(VIEW, institution)
    found = queries.late(actor, institution, timezone.localdate())
    return [
        {
            "unit": one.unit_code, "name": one.unit, "commitments": one.commitments, "late": one.late,
            "longest": one.longest, "without_evidence": one.without_evidence,
        }
        for one in found
    ]  # fmt: skip


@router.get(
    "/institutions/{code}/commitments/{uid}",
    response={200: CommitmentOut, 404: AbsentOut},
    summary="A commitment",
)
def commitment(request: HttpRequest, code: str, uid: str) -> dict[str, Any]:
    """One commitment with its milestones."""
    actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(VIEW, institution)
    return _out(queries.commitment(actor, institution, uid), timezone.localdate())


def _out(row: Commitment, day: date) -> dict[str, Any]:
    return {
        "uid": str(row.uid), "unit": row.unit.code, "title": row.title, "problem": row.problem, "text": row.text,
        "evidence_asked": row.evidence_asked, "starts_on": row.starts_on, "ends_on": row.ends_on, "state": row.state,
        "public": row.public, "approval": _approval(row), "completion": row.completion or None,
        "assessed_on": row.assessed_on, "milestones": [_step(row, one, day) for one in queries.steps(row)],
        "version": row.version,
    }  # fmt: skip


def _approval(row: Commitment) -> dict[str, Any] | None:
    if row.approved_at is None:
        return None
    return {
        "name": row.approved_name, "office": row.approved_office, "acting": row.approved_acting,
        "at": row.approved_at, "sha256": row.approved_hash, "intact": bool(queries.verify(row)),
    }  # fmt: skip


def _step(row: Commitment, one: Milestone, day: date) -> dict[str, Any]:
    told = queries.reached(one)
    return {
        "uid": str(one.uid), "text": one.text, "due": one.due, "done_on": one.done_on, "late": row.state == "approved" and told.late(day),
        "proven": told.proven, "link": one.link or None,
    }  # fmt: skip
