"""The gap catalogue: its gaps, its rules, the trend over releases, and decisions."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from pendapa.architecture import deciding, metamodel, queries
from pendapa.architecture.api.door import ABSENT, WRITING, enter, known, marked, set_of, unit_of
from pendapa.architecture.queries.gap_trends import trends
from pendapa.architecture.queries.gaps import DECISIONS, OPEN, STATES, Asked, catalogue
from pendapa.architecture.queries.gaps import rules as rules_here
from pendapa.architecture.queries.gaps import told as told_gap
from pendapa.kernel.access.rest import IDEMPOTENCY, answer
from pendapa.regulations.gaps import SEVERITIES
from pendapa.regulations.schema import Text

router = Router()
PLACE = "/institutions/{code}/gaps"
LIMIT = 500


class Gap(Schema):
    """``uid`` is that of the element, ``gap`` that of the gap. ``verified`` says whether a source settles the rule. What was
    decided stands from ``decision`` on; ``late`` where its day has passed."""

    rule: str
    code: str
    name: str
    kind: str
    unit: str
    message: str
    advice: str
    uid: str
    unit_uid: str
    gap: str
    severity: str
    verified: bool
    opened_on: date
    closed_on: date | None
    decision: str | None
    decided_unit: str
    owner: str
    due: date | None
    reason: str
    late: bool


class GapRule(Schema):
    key: str
    domains: list[str]
    kinds: list[str]
    severity: str
    message: dict[str, str]
    about: dict[str, str]
    advice: dict[str, str]
    source: str
    verified: bool
    note: str


class GapPoint(Schema):
    """``release`` is its code; empty for now."""

    release: str
    name: str
    on: date
    total: int
    by_rule: dict[str, int]


class DecisionIn(Schema):
    """``gaps`` are uids of gaps. ``close`` asks for ``unit`` (uid or code), ``owner`` and ``due``; ``postpone`` for ``due`` and
    ``reason``; ``accept`` for ``reason``; ``withdraw`` takes back what was decided."""

    gaps: list[str] = Field(min_length=1, max_length=deciding.MOST)
    decision: str
    unit: str = ""
    owner: str = Field("", max_length=deciding.OWNER_LIMIT)
    due: date | None = None
    reason: str = Field("", max_length=deciding.REASON_LIMIT)


class SetOut(Schema):
    uid: str
    state: str


class DecisionOut(Schema):
    """``change_set`` is empty where nothing differed."""

    decided: int
    change_set: SetOut | None


@router.get(PLACE, response={200: list[Gap], **ABSENT}, summary="Gaps")
def gaps(
    request: HttpRequest,
    code: str,
    rule: str = "",
    unit: str = "",
    domain: str = "",
    decision: str = "",
    severity: str = "",
    state: str = OPEN,
    after: str = "",
    limit: int = Query(0, ge=0, le=LIMIT),
) -> HttpResponse:
    """What the elements lack, by name. ``decision`` is ``none``, ``close``, ``postpone``, ``accept`` or ``late``; ``state`` is
    ``open``, ``closed``, ``closed-90`` or ``opened-90`` (in the last 90 days), or ``all``. With ``limit`` a page, and the address of the next one in the header ``Link``."""
    actor, institution = enter(request, code)
    if domain:
        known("domain", domain, [one.key for one in metamodel.of(institution).all_domains])
    known("decision", decision, DECISIONS)
    known("severity", severity, SEVERITIES)
    known("state", state, STATES)
    marked(after, named=True)
    asked = Asked(
        rule=queries.rule(rule).key if rule else "",
        unit=str(unit_of(institution, unit).uid) if unit else "",
        domain=domain,
        decision=decision,
        severity=severity,
        state=state,
    )
    found = catalogue(actor, institution, asked, after=after, size=limit or None)
    response = answer([told_gap(one) for one in found.rows])
    if found.next:
        more = request.GET.copy()
        more["after"] = found.next
        address = request.build_absolute_uri(f"{request.path}?{urlencode(more.dict())}")
        response["Link"] = f'<{address}>; rel="next"'
    return response


@router.get(PLACE + "/rules", response={200: list[GapRule], **ABSENT}, summary="Rules of gaps")
def rules(request: HttpRequest, code: str) -> HttpResponse:
    """The rules by which gaps are found here, each with its source."""
    enter(request, code)
    return answer(
        [
            {
                "key": one.key,
                "domains": list(one.domains),
                "kinds": list(one.kinds),
                "severity": one.severity,
                "message": _both(one.message),
                "about": _both(one.about),
                "advice": _both(one.advice),
                "source": one.source,
                "verified": one.verified,
                "note": one.note,
            }
            for one in rules_here()
        ]
    )


def _both(text: Text) -> dict[str, str]:
    return {"id": text.id, "en": text.in_language("en")}


@router.get(PLACE + "/trends", response={200: list[GapPoint], **ABSENT}, summary="Gaps over the releases")
def over_releases(request: HttpRequest, code: str) -> HttpResponse:
    """How many gaps the newest releases had, oldest first, and how many there are now; by the rules of today."""
    actor, institution = enter(request, code)
    return answer(
        [
            {"release": p.code, "name": p.name, "on": p.on, "total": p.total, "by_rule": dict(p.by_rule)}
            for p in trends(actor, institution)
        ]
    )


@router.post(
    PLACE + "/decisions",
    response={200: DecisionOut, **WRITING},
    summary="Decide about gaps",
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def decide(request: HttpRequest, code: str, body: DecisionIn) -> HttpResponse:
    """One decision about one gap or many; it takes effect at once, and deciding again changes it."""
    actor, institution = enter(request, code)
    if body.decision == "withdraw":
        done = deciding.withdraw(actor, institution, body.gaps)
    else:
        unit = unit_of(institution, body.unit) if body.unit else None
        done = deciding.decide(
            actor,
            institution,
            body.gaps,
            decision=body.decision,
            unit=unit,
            owner=body.owner,
            due=body.due,
            reason=body.reason,
        )
    return answer({"decided": len(done.row), "change_set": set_of(done.change_set)})
