"""Signals in ``/api/v1``: what live records suggest for the indicators of an instrument."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from pendapa.evaluation.permissions import VIEW
from pendapa.evaluation.queries import signals as queries
from pendapa.kernel.access.actor import institution_for

router = Router()


class AskOut(Schema):
    """One threshold: what is asked, what is so now; ``holds`` is null where it is not known."""

    asked: str
    told: str
    holds: bool | None


class RungOut(Schema):
    """A level with what it asks beside the levels below it."""

    level: int
    holds: bool
    asks: list[AskOut]


class SignalOut(Schema):
    """``level`` is null where the records say too little; ``why_none`` is set where the indicator has no signal at all.

    Thresholds are the project's own reading: ``verified`` is always false. ``claimed`` is the level of the self-assessment.
    """

    number: str
    name: str
    level: int | None
    told: str
    url: str
    missing: list[str]
    next: str
    why_none: str
    rungs: list[RungOut]
    claimed: str | None
    above: bool
    verified: bool


class SignalsOut(Schema):
    """The indicators of one instrument; ``year`` is that of the round whose claims are told."""

    instrument: str
    year: int | None
    indicators: list[SignalOut]


@router.get("/institutions/{code}/signals", response=SignalsOut, summary="Signals of the indicators")
def signals(request: HttpRequest, code: str, instrument: str = "") -> dict[str, Any]:
    """What live records suggest. Without ``instrument`` that of the newest round."""
    actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(VIEW, institution)
    sheet = queries.sheet(actor, institution, instrument)
    lines = queries.lines(institution, sheet.instrument, sheet.levels, actor)
    return {
        "instrument": sheet.instrument.id,
        "year": sheet.year,
        "indicators": [_signal(line) for line in lines],
    }


def _signal(line: queries.Line) -> dict[str, Any]:
    signal = line.signal
    return {
        "number": line.number,
        "name": line.name,
        "level": signal.level if signal else None,
        "told": signal.told if signal else "",
        "url": signal.url if signal else "",
        "missing": list(signal.missing) if signal else [],
        "next": signal.next_told if signal else "",
        "why_none": line.none,
        "rungs": [
            {
                "level": rung.level,
                "holds": rung.holds,
                "asks": [{"asked": ask.asked, "told": ask.told, "holds": ask.holds} for ask in rung.asks],
            }
            for rung in (signal.rungs if signal else ())
        ],
        "claimed": line.claimed or None,
        "above": line.above,
        "verified": False,
    }
