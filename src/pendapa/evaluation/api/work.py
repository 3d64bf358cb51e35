"""The work on indicators in ``/api/v1``: the table of a round, explanations, and the division among units.

Levels are decimal strings. What a key's person may not read is absent: ``answer`` and ``evidence`` are null then.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema

from pendapa.evaluation.actions import work as actions
from pendapa.evaluation.api.cycles import ONE, WRITING, _one
from pendapa.evaluation.models import Answer, Cycle
from pendapa.evaluation.permissions import RUN
from pendapa.evaluation.queries import editions
from pendapa.evaluation.queries import work as queries
from pendapa.evaluation.queries.work import Row, Share
from pendapa.evaluation.rules import answers as rules
from pendapa.evaluation.rules import scoring
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.access.rest import (
    IDEMPOTENCY,
    IF_MATCH,
    IF_NONE_MATCH,
    AbsentOut,
    Problem,
    asked_version,
    single,
)
from pendapa.organisation.queries import live_units

router = Router()
ANSWER = ONE + "/indicators/{number}/answer"


class DutyOut(Schema):
    """Codes of the units; ``lead`` answers, ``helpers`` help, ``due`` is a day or null."""

    lead: str | None
    helpers: list[str]
    due: str | None


class EvidenceCount(Schema):
    """Pieces by state, as far as you may read them; ``proven`` are levels for which a piece stands that nobody rejected."""

    total: int
    states: dict[str, int]
    proven: list[int]
    warning: str


class IndicatorRow(Schema):
    """An indicator with its three values (empty: none), the level that live records suggest, its duty, and what of
    explanation and evidence you may read."""

    number: str
    name: str
    weight: str
    levels: dict[str, str]
    signal: int | None
    claim_above_signal: bool
    duty: DutyOut | None
    answer: str | None
    evidence: EvidenceCount | None


class TableOut(Schema):
    """The table of a round; ``index`` is null while levels are missing. ``basis`` counts whose values it is made of."""

    index: str | None
    low: str
    high: str
    basis: dict[str, int]
    indicators: list[IndicatorRow]


class FactIn(Schema):
    """One document; ``evidence`` is the uid of a piece of this indicator, or empty."""

    document: str = ""
    number: str = ""
    article: str = ""
    page: str = ""
    evidence: str = ""


class AnswerIn(Schema):
    facts: list[FactIn] = []
    analysis: str = ""


class AnswerOut(Schema):
    """An explanation; ``state`` is empty where nothing is written yet. ``text`` is the sentence it becomes."""

    indicator: str
    state: str
    facts: list[FactIn]
    analysis: str
    text: str
    remark: str
    version: int


class DutyIn(Schema):
    """Codes of units; ``lead`` null takes the indicator away from all."""

    lead: str | None = None
    helpers: list[str] = []
    due: date | None = None


class DutiesIn(Schema):
    """The indicators to divide anew; those not named stay as they are."""

    duties: dict[str, DutyIn]


@router.get(ONE + "/indicators", response={200: TableOut, 404: AbsentOut}, summary="Indicators of a round")
def table(request: HttpRequest, code: str, year: int, instrument: str) -> HttpResponse:
    """Every indicator with its values, its signal, its duty, and evidence in numbers."""
    actor, row = _one(request, code, year, instrument)
    found = queries.table(actor, row)
    return JsonResponse({
        "index": None if found.result.index is None else scoring.exact(found.result.index),
        "low": scoring.exact(found.result.low), "high": scoring.exact(found.result.high),
        "basis": dict(found.basis), "indicators": [_row(one) for one in found.rows],
    })  # fmt: skip


def _row(one: Row) -> dict[str, Any]:
    proof, charge = one.proof, one.charge
    return {
        "number": one.number,
        "name": one.indicator.name.id,
        "weight": scoring.exact(one.indicator.weight),
        "levels": dict(one.levels),
        "signal": one.signal.level if one.signal is not None else None,
        "claim_above_signal": bool(one.claim),
        "duty": None if charge is None else {
            "lead": charge.lead.code if charge.lead else None, "helpers": [unit.code for unit in charge.helpers],
            "due": charge.due.isoformat() if charge.due else None,
        },
        "answer": one.answer.state if one.answer is not None else None,
        "evidence": None if proof is None else {
            "total": proof.count, "states": dict(proof.states), "proven": sorted(proof.proven), "warning": proof.warning,
        },
    }  # fmt: skip


@router.get(
    ANSWER,
    response={200: AnswerOut, 304: None, 404: AbsentOut},
    summary="Explanation of an indicator",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
def answer(request: HttpRequest, code: str, year: int, instrument: str, number: str) -> HttpResponse:
    """Facts and analysis, and the sentence that they become."""
    actor, row = _one(request, code, year, instrument)
    return _answered(request, number, queries.answer_of(actor, row, number))


@router.put(
    ANSWER,
    response={200: AnswerOut, **WRITING},
    summary="Write the explanation of an indicator",
    openapi_extra={"parameters": [IF_MATCH, IDEMPOTENCY]},
)
def write(
    request: HttpRequest, code: str, year: int, instrument: str, number: str, body: AnswerIn
) -> HttpResponse:
    """Keeps a draft; a returned one is written anew. Version 0 is that of an explanation that is not there yet."""
    actor, row = _one(request, code, year, instrument)
    before = queries.answer_of(actor, row, number)
    version = asked_version(request, before.version if before else 0)
    facts = [fact.dict() for fact in body.facts]
    kept = actions.write_answer(actor, row, number, facts, body.analysis, version)
    return _answered(request, number, kept if kept.pk else None)


@router.post(
    ANSWER + "/hand-in",
    response={200: AnswerOut, **WRITING},
    summary="Hand in the explanation of an indicator",
    openapi_extra={"parameters": [IF_MATCH, IDEMPOTENCY]},
)
def hand_in(request: HttpRequest, code: str, year: int, instrument: str, number: str) -> HttpResponse:
    """It is ready to be checked by the assessors and the secretariat."""
    actor, row = _one(request, code, year, instrument)
    before = queries.answer_of(actor, row, number)
    version = asked_version(request, before.version if before else 0)
    return _answered(request, number, actions.hand_in(actor, row, number, version))


def _answered(request: HttpRequest, number: str, found: Answer | None) -> HttpResponse:
    facts = rules.facts_of(found.facts if found else ())
    analysis = found.analysis if found else ""
    body = {
        "indicator": number,
        "state": found.state if found else "",
        "facts": [{name: getattr(fact, name) for name in rules.FIELDS} for fact in facts],
        "analysis": analysis,
        "text": rules.explanation(facts, analysis),
        "remark": found.remark if found else "",
        "version": found.version if found else 0,
    }
    return single(request, body, found.version if found else 0)


@router.get(
    ONE + "/duties", response={200: dict[str, DutyOut], 404: AbsentOut}, summary="Division of a round"
)
def duties(request: HttpRequest, code: str, year: int, instrument: str) -> HttpResponse:
    """Which unit answers for which indicator, which help, until when. Indicators of nobody are absent."""
    actor, row = _one(request, code, year, instrument)
    return JsonResponse(_duties(actor, row))


@router.post(
    ONE + "/duties",
    response={200: dict[str, DutyOut], **WRITING},
    summary="Divide the indicators of a round",
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def divide(request: HttpRequest, code: str, year: int, instrument: str, body: DutiesIn) -> HttpResponse:
    """By the secretariat; all or nothing."""
    actor, row = _one(request, code, year, instrument)
    actor.require(RUN, row.institution)
    units = dict(live_units(row.institution).values_list("code", "pk"))
    known = {one.number for one in editions.of(row).indicators}
    wanted: dict[str, Share] = {}
    errors = []
    for number, one in body.duties.items():
        codes = [*([one.lead] if one.lead is not None else []), *one.helpers]
        if number not in known:
            told = _("Indicator %(number)s is not in this instrument.") % {"number": number[:20]}
            errors.append({"field": number[:20], "message": told})
        for unit in codes:
            if unit not in units:
                told = _("“%(given)s” is no unit here. Write its name or its code.") % {"given": unit[:80]}
                errors.append({"field": number[:20], "message": told})
        lead = units.get(one.lead or "")
        helpers = sorted({units[unit] for unit in one.helpers if unit in units} - {lead})
        wanted[number] = Share(lead, tuple(helpers), one.due)
    if errors:
        raise Problem(422, "Unprocessable", _("Nothing was divided."), errors)
    actions.divide(actor, row, wanted)
    return JsonResponse(_duties(actor, row))


def _duties(actor: Actor, row: Cycle) -> dict[str, Any]:
    return {
        number: {
            "lead": one.lead.code if one.lead else None, "helpers": [unit.code for unit in one.helpers],
            "due": one.due.isoformat() if one.due else None,
        }
        for number, one in queries.duties_of(actor, row).items()
    }  # fmt: skip
