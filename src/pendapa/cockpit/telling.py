"""The cockpit as plain data: what the command and the API answer, and what PDF and slides are made of.

Exact numbers are decimal strings (12 places where they repeat), days are ISO dates, and what is not known is null.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from pendapa.cockpit.queries import standing
from pendapa.cockpit.queries.figures import Iku, InQuarter
from pendapa.cockpit.queries.leader import Cockpit
from pendapa.cockpit.queries.pending import Decision
from pendapa.cockpit.rules.league import MEASURES, Placed
from pendapa.evaluation.queries.assessments import words
from pendapa.evaluation.rules.scoring import exact
from pendapa.roadmap.queries.commitments import Late


def as_json(found: Cockpit) -> dict[str, Any]:
    """``{"index", "path", "commitments", "iku", "budget", "gaps", "decisions", "units"}`` and the keys of rooms that offer a part."""
    own = {
        "index": _index(found),
        "path": _path(found),
        "commitments": _commitments(found),
        "iku": {"on": _day(found), "year": found.day.year, "rows": [_iku(one) for one in found.iku]},
        "budget": _budget(found),
        "gaps": _gaps(found),
        "decisions": _decisions(found),
        "units": _units(found),
    }
    return own | {shown.key: _part(shown.part) for shown in found.parts}


def _day(found: Cockpit) -> str:
    return found.day.isoformat()


def _number(value: Any) -> str | None:
    return None if value is None else exact(Fraction(value))


def _index(found: Cockpit) -> dict[str, Any]:
    index, now = found.index, standing.value_of(found.index)
    result, last = index.result, index.history.last
    whole = result is not None and result.index is not None
    target = standing.target_of(index)
    predicate = result.predicate if result is not None and whole else last.predicate if last else ""
    instrument = result.instrument if result is not None else None
    return {
        "on": _day(found),
        "value": _number(now),
        "year": standing.year_of(index),
        "predicate": predicate or None,
        "stage": index.current.stage if whole and index.current else last.kind if last else None,
        "instrument": instrument.id if instrument else last.instrument or None if last else None,
        "instrument_title": words(instrument.title) if instrument else None,
        "verified": last.verified if last and now is not None else None,
        "levels": None if result is None else {
            "year": index.current.year if index.current else None, "filled": result.filled, "total": result.total,
            "low": _number(result.low), "high": _number(result.high),
        },
        "target": _number(target),
        "missing": _number(max(target - now, Fraction(0))) if target is not None and now is not None else None,
        "trend": [
            {"year": one.year, "index": _number(one.index), "kind": one.kind, "predicate": one.predicate, "verified": one.verified}
            for one in index.history.points
        ],
    }  # fmt: skip


def _path(found: Cockpit) -> dict[str, Any]:
    path = found.path
    return {
        "on": _day(found),
        "year": path.year,
        "plan": path.course.key if path.course else None,
        "title": path.title or None,
        "begins": path.course.first_year if path.course else None,
        "points": [{"year": year, "index": _number(value)} for year, value in (path.course.points() if path.course else [])],
        "target": _number(path.target),
        "target_year": path.target_year,
        "expected": _number(path.expected),
        "gap": _number(path.gap),
        "holding": [
            {"indicator": one.number, "name": one.name, "level": one.level, "to": _number(one.to), "year": one.year,
             "gain": _number(one.gain)}
            for one in path.holding
        ],
    }  # fmt: skip


def _commitments(found: Cockpit) -> dict[str, Any]:
    known = found.commitments
    return {
        "on": _day(found), "committed": known.committed, "late": known.late, "without_evidence": known.without_evidence,
        "units": [_late(one) for one in known.rows],
    }  # fmt: skip


def _late(one: Late) -> dict[str, Any]:
    return {
        "uid": str(one.unit_uid), "unit": one.unit, "late": one.late, "longest_days": one.longest,
        "without_evidence": one.without_evidence,
    }  # fmt: skip


def _iku(one: Iku) -> dict[str, Any]:
    last = {"year": int(one.last[0]), "result": one.last[1]} if one.last else None
    return {
        "uid": str(one.element.uid), "name": one.element.name, "unit": one.element.unit.name if one.element.unit else None,
        "measured_in": one.unit_of_measure or None, "target": one.target or None, "result": one.result or None,
        "gap": _number(one.gap), "verdict": one.verdict or None, "last": last, "is_index": one.is_index,
        "quarter": _in_quarter(one.quarter),
    }  # fmt: skip


def _in_quarter(one: InQuarter) -> dict[str, Any]:
    last = {"number": one.last[0].number, "result": one.last[1]} if one.last else None
    return {
        "year": one.quarter.year, "number": one.quarter.number, "target": one.target or None, "result": one.result or None,
        "gap": _number(one.gap), "verdict": one.verdict or None, "last": last,
    }  # fmt: skip


def _budget(found: Cockpit) -> dict[str, Any]:
    money = found.budget
    return {
        "on": _day(found), "year": money.year, "roadmap": money.roadmap.title if money.roadmap else None,
        "initiatives": money.initiatives, "planned": _number(money.planned), "budgeted": _number(money.budgeted),
        "spent": _number(money.spent), "share": _number(money.share), "gain": _number(money.gain),
        "per_hundredth": _number(money.per_hundredth),
    }  # fmt: skip


def _gaps(found: Cockpit) -> dict[str, Any]:
    gaps = found.gaps
    return {
        "on": _day(found), "open": gaps.open, "opened_90_days": gaps.opened, "closed_90_days": gaps.closed,
        "to_close": gaps.to_close, "late": gaps.late, "undecided": gaps.undecided,
    }  # fmt: skip


def _decisions(found: Cockpit) -> dict[str, Any]:
    known = found.decisions
    return {
        "on": _day(found), "count": known.count, "more": known.more, "mine": known.mine, "oldest_days": known.oldest,
        "rows": [_decision(one) for one in known.rows],
    }  # fmt: skip


def _decision(one: Decision) -> dict[str, Any]:
    return {
        "kind": one.kind, "title": one.title, "unit": one.unit or None, "at": one.at,
        "since": one.since.isoformat() if one.since else None, "days": one.days, "mine": one.mine, "url": one.url,
    }  # fmt: skip


def _units(found: Cockpit) -> dict[str, Any]:
    known = found.units
    quarter = known.silent.quarter
    return {
        "on": _day(found),
        "count": known.count,
        "quarter": f"{quarter.year}-Q{quarter.number}",
        "expected": known.silent.expected,
        "silent": [{"uid": one.uid, "unit": one.name} for one in known.silent.rows],
        "weights": {
            name: {"mean": _number(one.mean), "middle": _number(one.middle)} for name, one in known.weights.items()
        },
        "league": [_placed(one) for one in known.league],
        "compared": known.compared,
        "median": _number(known.median),
        "own": None if found.own.whole else [{"uid": str(one.uid), "unit": one.name} for one in found.own.units],
        "late_actions": _actions(found),
    }  # fmt: skip


def _actions(found: Cockpit) -> dict[str, Any] | None:
    """Those of the OPD that somebody heads; null for the whole institution."""
    if found.actions is None:
        return None
    return {
        "count": found.actions.count,
        "rows": [
            {"uid": str(one.uid), "title": one.title, "person": one.person or None, "due": one.due.isoformat(), "days": one.days}
            for one in found.actions.rows
        ],
    }  # fmt: skip


def _placed(one: Placed) -> dict[str, Any]:
    measures = {}
    for name in MEASURES:
        count = one.entrant.count(name)
        measures[name] = {
            "share": _number(count.share),
            "of": count.of,
            "counted": _number(one.counted.get(name)) if count.of else None,
        }
    return {
        "uid": one.entrant.key, "unit": one.entrant.name, "place": one.place or None, "score": _number(one.score),
        "measures": measures,
    }  # fmt: skip


def _part(part: Any) -> dict[str, Any]:
    """A part of another room; null where the room could not be asked."""
    if part is None:
        return {"value": None}
    return {"value": part.value, "label": str(part.label), **part.data}
