"""Reads of the work on indicators: who answers, what was explained, and the table of a cycle with everything beside it.

Levels, duties and signals are seen by all who may read assessments; explanations and evidence only as far as
:mod:`pendapa.evaluation.queries.reach` lets the actor read. What is not to be read is neither counted nor told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from itertools import pairwise
from typing import Any

from django.utils import timezone

from pendapa.evaluation.models import Answer, Assessment, Cycle, Duty
from pendapa.evaluation.permissions import VIEW
from pendapa.evaluation.queries import assessments, cycles, editions, evidence, reach, signals
from pendapa.evaluation.queries.assessments import STAGE_ORDER, Result, Towards, words
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history.models import Revision
from pendapa.kernel.tenancy.models import Unit
from pendapa.regulations.instruments import Indicator, Instrument

WORKING = ("draft", "returned")
DONE = ("ready", "valid")
STAGE_OF = {
    "preparation": "self", "self": "self", "internal": "internal", "validation": "internal", "agreement": "internal",
}  # fmt: skip
"""Whose levels are being filled in at a step; every later step is about the external ones."""
SHOWS = ("", "belum", "sinyal", "bukti", "saya", "terlambat")
"""Words of the filters as they stand in addresses."""


# ---- duties


@dataclass(frozen=True)
class Share:
    """Who answers for an indicator: ids of units, and until when. Empty: nobody yet."""

    lead: int | None = None
    helpers: tuple[int, ...] = ()
    due: date | None = None

    @property
    def units(self) -> tuple[int, ...]:
        return (*((self.lead,) if self.lead is not None else ()), *self.helpers)


@dataclass(frozen=True)
class Charge:
    """The same with the units themselves; ``mine``: one of them is the actor's own."""

    lead: Unit | None
    helpers: tuple[Unit, ...]
    due: date | None
    mine: bool

    def late(self, today: date) -> bool:
        return self.due is not None and self.due < today


def shares(rows: Iterable[Duty]) -> dict[str, Share]:
    """Duties by indicator, as :func:`pendapa.evaluation.actions.work.divide` takes them."""
    leads: dict[str, int] = {}
    helpers: dict[str, list[int]] = {}
    due: dict[str, date | None] = {}
    for row in rows:
        if row.lead:
            leads[row.indicator], due[row.indicator] = row.unit_id, row.due
        else:
            helpers.setdefault(row.indicator, []).append(row.unit_id)
            due.setdefault(row.indicator, row.due)
    return {n: Share(leads.get(n), tuple(sorted(helpers.get(n, ()))), due[n]) for n in due}


def duty_rows(actor: Actor, cycle: Cycle) -> list[Duty]:
    """The duties of a cycle with their units. One query; none of them for who may not read assessments."""
    if not actor.may(VIEW, cycle.institution):
        return []
    rows = Duty.objects.filter(cycle=cycle, deleted_at=None).select_related("unit")
    return list(rows.order_by("unit__name", "pk"))


def duties_of(actor: Actor, cycle: Cycle) -> dict[str, Charge]:
    """Who answers for which indicator: number → :class:`Charge`. One query."""
    return charges(actor, cycle, duty_rows(actor, cycle))


def charges(actor: Actor, cycle: Cycle, rows: Iterable[Duty]) -> dict[str, Charge]:
    """The same of duties that were already read."""
    own = own_paths(actor, cycle)
    found: dict[str, list[Duty]] = {}
    for row in rows:
        found.setdefault(row.indicator, []).append(row)
    return {
        number: Charge(
            lead=next((row.unit for row in those if row.lead), None),
            helpers=tuple(row.unit for row in those if not row.lead),
            due=next((row.due for row in those if row.due), None),
            mine=any(row.unit.path.startswith(path) for row in those for path in own),
        )
        for number, those in found.items()
    }


def own_paths(actor: Actor, cycle: Cycle) -> tuple[str, ...]:
    """Paths of the units in which the actor holds a role."""
    roles = [] if actor.system else actor.roles(cycle.institution)
    return tuple(one.unit.path for one in roles if one.unit is not None)


def last_shares(actor: Actor, cycle: Cycle) -> dict[str, Share]:
    """How the cycle before this one was divided, as a suggestion; due dates are not carried over. One query or none."""
    if cycle.previous_id is None or not actor.may(VIEW, cycle.institution):
        return {}
    known = {one.number for one in editions.of(cycle).indicators}
    rows = Duty.objects.filter(cycle=cycle.previous_id, cycle__instrument=cycle.instrument, deleted_at=None)
    rows = rows.filter(unit__deleted_at=None, unit__valid_to=None)
    return {
        n: Share(one.lead, one.helpers)
        for n, one in shares(rows).items()
        if n in known and one.lead is not None
    }


# ---- explanations and levels


def may_read(actor: Actor, cycle: Cycle, number: str) -> bool:
    """May the actor read explanation and evidence of an indicator?"""
    known = reach.indicators(actor, cycle)
    return known is None or number in known


def answers_of(actor: Actor, cycle: Cycle) -> dict[str, Answer]:
    """The explanations of a cycle that the actor may read."""
    rows = reach.answers(actor, cycle.institution).filter(cycle=cycle)
    return {row.indicator: row for row in rows}


def answer_of(actor: Actor, cycle: Cycle, number: str) -> Answer | None:
    """One explanation; None where nothing is written. Raises NotFound where the actor may not read it, and for no indicator."""
    indicator_of(cycle, number)
    if not may_read(actor, cycle, number):
        raise NotFound
    return Answer.objects.filter(cycle=cycle, indicator=number, deleted_at=None).first()


def indicator_of(cycle: Cycle, number: str) -> Indicator:
    """Raises NotFound."""
    found = next((one for one in editions.of(cycle).indicators if one.number == number), None)
    if found is None:
        raise NotFound
    return found


def sheets(actor: Actor, cycle: Cycle) -> dict[str, Assessment]:
    """The sheets of a cycle by stage. One query."""
    if not actor.may(VIEW, cycle.institution):
        return {}
    rows = Assessment.objects.filter(cycle=cycle, deleted_at=None)
    found = {row.stage: row for row in rows}
    for row in found.values():
        row.cycle, row.institution = cycle, cycle.institution
    return {stage: found[stage] for stage in STAGE_ORDER if stage in found}


def running(known: Mapping[str, Assessment]) -> dict[str, tuple[str, str]]:
    """The last word on each indicator: number → (level, stage); external before internal before self."""
    return {
        number: (level, stage)
        for stage in STAGE_ORDER
        if stage in known
        for number, level in known[stage].levels.items()
    }


def together(cycle: Cycle, known: Mapping[str, Assessment]) -> Assessment:
    """A sheet that is not stored: of each indicator the last word, and the target that was set last."""
    target = next((known[s].target for s in reversed(STAGE_ORDER) if s in known and known[s].target), "")
    return Assessment(
        institution=cycle.institution, cycle=cycle, year=cycle.year, instrument=cycle.instrument, target=target,
        levels={number: level for number, (level, _stage) in running(known).items()},
    )  # fmt: skip


def stage_of(cycle: Cycle) -> str:
    """Whose levels are being filled in now."""
    return STAGE_OF.get(cycles.step(cycle).key, "external")


# ---- evidence and signals, as the table needs them


@dataclass(frozen=True)
class Proof:
    """The evidence of an indicator as far as the actor may read: counts by state, and levels by their best state."""

    states: Mapping[str, int] = field(default_factory=dict)
    levels: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    warning: str = ""
    rejects: bool = False

    @property
    def count(self) -> int:
        return sum(self.states.values())

    @property
    def lacking(self) -> bool:
        """Nothing hangs there, or something was not accepted."""
        return not self.count or bool(self.states.get("revise") or self.states.get("rejected"))

    @property
    def proven(self) -> set[int]:
        """Levels for which a piece stands that nobody rejected."""
        return {n for n, states in self.levels.items() if n and set(states) - {"rejected"}}


def proof_of(pieces: Sequence[evidence.Piece]) -> Proof:
    """The pieces of one indicator in numbers."""
    states: dict[str, int] = {}
    levels: dict[int, dict[str, int]] = {}
    for piece in pieces:
        states[piece.state] = states.get(piece.state, 0) + 1
        at = levels.setdefault(piece.use.level, {})
        at[piece.state] = at.get(piece.state, 0) + 1
    summary = evidence.summed(pieces)
    return Proof(states, levels, summary.warning, summary.rejects)


def piece_titles(actor: Actor, cycle: Cycle, number: str) -> dict[str, str]:
    """Titles of the pieces of an indicator that the actor may read, by uid."""
    rows = reach.uses(actor, cycle.institution).filter(
        cycle=cycle, indicator=number, evidence__deleted_at=None
    )
    return {str(uid): title for uid, title in rows.values_list("evidence__uid", "evidence__title")}


# ---- the table


@dataclass(frozen=True)
class Row:
    """An indicator of the table. ``levels`` by stage; ``level`` is the last word; ``proof`` and ``answer`` are None where
    the actor may not read them (or there is none); ``claim`` is the level above the signal, else empty."""

    indicator: Indicator
    name: str
    levels: Mapping[str, str]
    level: str
    stage: str
    charge: Charge | None
    readable: bool
    proof: Proof | None
    answer: Answer | None
    signal: signals.Signal | None
    unset: bool
    differs: bool
    claim: str
    lacking: bool
    late: bool

    @property
    def number(self) -> str:
        return self.indicator.number

    @property
    def key(self) -> str:
        return self.number.replace(".", "-")

    @property
    def whole(self) -> int | None:
        """The level as the ladder draws it: rounded down where it has decimals."""
        return int(Fraction(self.level)) if self.level else None

    @property
    def mine(self) -> bool:
        return self.charge is not None and self.charge.mine

    def shows(self, show: str) -> bool:
        """Does a filter keep it?"""
        kept = {
            "belum": self.unset, "sinyal": self.differs, "bukti": self.lacking, "saya": self.mine,
            "terlambat": self.late,
        }  # fmt: skip
        return kept.get(show, True)


@dataclass(frozen=True)
class Table:
    """A cycle with everything beside its indicators. ``basis`` counts the indicators by the stage of their last word;
    ``before`` is the index of the cycle before this one where it is known."""

    cycle: Cycle
    instrument: Instrument
    sheets: Mapping[str, Assessment]
    result: Result
    towards: Towards
    rows: tuple[Row, ...]
    stage: str
    basis: Mapping[str, int]
    before: Fraction | None
    readable: set[str] | None
    pieces: Mapping[str, list[evidence.Piece]]

    @property
    def change(self) -> Fraction | None:
        if self.before is None or self.result.index is None:
            return None
        return self.result.index - self.before

    def count(self, show: str) -> int:
        return sum(1 for row in self.rows if row.shows(show))

    def row(self, number: str) -> Row:
        """Raises NotFound."""
        found = next((row for row in self.rows if row.number == number), None)
        if found is None:
            raise NotFound
        return found


def table(actor: Actor, cycle: Cycle) -> Table:
    """Everything of a cycle, in a fixed number of queries. The cycle was found by :func:`.cycles.cycle`."""
    instrument = editions.of(cycle)
    known = sheets(actor, cycle)
    merged = together(cycle, known)
    last = running(known)
    duties = duties_of(actor, cycle)
    readable = reach.indicators(actor, cycle)
    pieces = evidence.of_cycle(actor, cycle)
    answers = answers_of(actor, cycle)
    told = signals.of(cycle.institution, cycle.instrument, instrument, actor=actor)
    stage, today = stage_of(cycle), timezone.localdate()
    rows = []
    for one in instrument.indicators:
        may = readable is None or one.number in readable
        held = pieces.get(one.number, [])
        proof = proof_of(held) if held or may else None
        level, by = last.get(one.number, ("", ""))
        rows.append(
            _row(one, known, level, by, duties.get(one.number), may, proof, answers.get(one.number),
                 told.get(one.number), stage, today)
        )  # fmt: skip
    basis: dict[str, int] = {}
    for _level, by in last.values():
        basis[by] = basis.get(by, 0) + 1
    return Table(
        cycle, instrument, known, assessments.result(merged), assessments.towards(merged), tuple(rows), stage,
        basis, _before(actor, cycle), readable, pieces,
    )  # fmt: skip


def _row(
    one: Indicator,
    known: Mapping[str, Assessment],
    level: str,
    by: str,
    charge: Charge | None,
    may: bool,
    proof: Proof | None,
    answer: Answer | None,
    signal: signals.Signal | None,
    stage: str,
    today: date,
) -> Row:
    levels = {s: known[s].levels.get(one.number, "") if s in known else "" for s in STAGE_ORDER}
    suggested = signal.level if signal is not None else None
    claim = levels["self"]
    answered = answer is not None and answer.state in DONE
    return Row(
        indicator=one, name=words(one.short_name), levels=levels, level=level, stage=by, charge=charge,
        readable=may, proof=proof, answer=answer, signal=signal, unset=not levels[stage],
        differs=bool(level) and suggested is not None and int(Fraction(level)) != suggested,
        claim=claim if signals.above(signal, claim or None) else "",
        lacking=may and proof is not None and proof.lacking,
        late=may and charge is not None and charge.late(today) and not answered,
    )  # fmt: skip


def _before(actor: Actor, cycle: Cycle) -> Fraction | None:
    """The index of the cycle before this one, by its last words; None while it is not known."""
    if cycle.previous_id is None:
        return None
    rows = assessments.with_cycle(Assessment.objects.filter(cycle=cycle.previous_id, deleted_at=None))
    known = {row.stage: row for row in rows.select_related("institution")}
    if not known:
        return None
    previous = next(iter(known.values())).cycle
    return assessments.result(together(previous, known)).index


# ---- one indicator


@dataclass(frozen=True)
class Move:
    """One change of a level or of its reason, newest first."""

    at: datetime
    who: str
    stage: str
    before: str
    after: str
    note: str


def moves(known: Mapping[str, Assessment], number: str, reasons: bool, most: int = 30) -> list[Move]:
    """How the three values of an indicator came to be, newest first. One query.

    Without ``reasons`` only the levels are told: a reason speaks of explanation and evidence.
    """
    by_uid = {row.uid: row.stage for row in known.values()}
    rows = Revision.objects.filter(target_uid__in=by_uid).select_related("change_set")
    found: dict[Any, list[Revision]] = {}
    for row in rows.order_by("version"):
        found.setdefault(row.target_uid, []).append(row)
    told = []
    for uid, revisions in found.items():
        for before, after in pairwise([None, *revisions]):
            old, new = _at(before, number, reasons), _at(after, number, reasons)
            if old != new and after is not None:
                told.append(
                    Move(
                        after.change_set.created_at,
                        after.change_set.author_name,
                        by_uid[uid],
                        old[0],
                        new[0],
                        new[1],
                    )
                )
    return sorted(told, key=lambda one: one.at, reverse=True)[:most]


def _at(revision: Revision | None, number: str, reasons: bool) -> tuple[str, str]:
    if revision is None:
        return "", ""
    snapshot = revision.snapshot
    return snapshot.get("levels", {}).get(number, ""), snapshot.get("notes", {}).get(
        number, ""
    ) if reasons else ""


def neighbours(instrument: Instrument, number: str) -> tuple[Indicator | None, Indicator | None]:
    """The indicators before and after it."""
    every = instrument.indicators
    place = next(i for i, one in enumerate(every) if one.number == number)
    return (every[place - 1] if place else None, every[place + 1] if place + 1 < len(every) else None)
