"""Verbs of the work on indicators: divide them among units, write and check explanations, set a level with its reason.

An explanation is a draft until it is handed in; who checks it returns it with a remark or validates it. Changes of two
people are merged field by field; where both changed the same field nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.evaluation.actions import assessments, cycles
from pendapa.evaluation.models import Answer, Assessment, Cycle, Duty
from pendapa.evaluation.permissions import JUDGE, RUN
from pendapa.evaluation.queries import editions, reach
from pendapa.evaluation.queries import work as queries
from pendapa.evaluation.queries.evidence import CLOSED
from pendapa.evaluation.queries.work import Share
from pendapa.evaluation.rules import answers as rules
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.events import bus
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded, Revision
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.organisation.queries import live_units

STAGES = ("self", "internal", "external")
MOST_NOTE = 2_000


class SharesChanged(history.Conflict):
    """Somebody else divided these indicators otherwise meanwhile; nothing was written. ``theirs`` maps numbers to shares."""

    def __init__(self, theirs: dict[str, Share]) -> None:
        self.theirs = theirs
        super().__init__(list(theirs))


class AnswerChanged(history.Conflict):
    """Somebody else changed the same fields of an explanation; nothing was written. ``base``, ``theirs`` and ``mine`` map
    the fields in conflict (``facts``, ``analysis``) to their values, ``who`` wrote theirs."""

    def __init__(
        self, answer: Answer, base: dict[str, Any], theirs: dict[str, Any], mine: dict[str, Any], who: str
    ) -> None:
        self.answer, self.base, self.theirs, self.mine, self.who = answer, base, theirs, mine, who
        super().__init__([str(answer)])


# ---- who may


def may_set(actor: Actor, cycle: Cycle, stage: str, number: str) -> bool:
    """May the actor set the level of an indicator on a sheet now?"""
    return cycles.may_set(actor, cycle, stage, number)


def may_answer(actor: Actor, cycle: Cycle, number: str) -> bool:
    """May the actor write the explanation now? Who may write it at all, while its level may be claimed."""
    if number not in {one.number for one in editions.of(cycle).indicators}:
        return False
    return reach.may_write(actor, cycle, number) and may_set(actor, cycle, "self", number)


def may_check(actor: Actor, cycle: Cycle) -> bool:
    """May the actor return and validate explanations: the internal assessors and the secretariat."""
    return actor.may(JUDGE, cycle.institution) or actor.may(RUN, cycle.institution)


def may_return(actor: Actor, cycle: Cycle) -> bool:
    """May the actor return explanations now: only while the step lets the unit revise them."""
    return may_check(actor, cycle) and cycles.takes_revisions(cycle)


# ---- dividing


def divide(
    actor: Actor, cycle: Cycle, wanted: Mapping[str, Share], seen: Mapping[str, Share] | None = None
) -> int:
    """Give indicators to units; an empty share takes an indicator away from all. Returns how many indicators changed.

    ``seen`` holds the shares as they were read: others' changes since raise :class:`SharesChanged`. Raises
    :class:`Refused` with a fault for each indicator. One change set, or nothing.
    """
    actor.require(RUN, cycle.institution)
    _check_shares(cycle, wanted)
    with transaction.atomic():
        hold(cycle.institution)
        rows = list(Duty.objects.filter(cycle=cycle, deleted_at=None).select_related("unit"))
        now = queries.shares(rows)
        changed = {n: share for n, share in wanted.items() if now.get(n, Share()) != share}
        if seen is not None:
            theirs = {n: now.get(n, Share()) for n in changed if now.get(n, Share()) != seen.get(n, Share())}
            if theirs:
                raise SharesChanged(theirs)
        if not changed:
            return 0
        history.write(actor, cycle.institution, "edit", _duty_writes(cycle, rows, changed))
        bus.emit(
            "evaluation.duties_changed", institution_id=cycle.institution_id, cycle_uid=str(cycle.uid),
            indicators=sorted(changed),
        )  # fmt: skip
    return len(changed)


def _check_shares(cycle: Cycle, wanted: Mapping[str, Share]) -> None:
    known = {one.number for one in editions.of(cycle).indicators}
    asked = {unit for share in wanted.values() for unit in share.units}
    live = set(live_units(cycle.institution).filter(pk__in=asked).values_list("pk", flat=True))
    kept = set(
        Duty.objects.filter(cycle=cycle, unit__in=asked - live, deleted_at=None).values_list(
            "unit", flat=True
        )
    )
    faults = {}
    for number, share in wanted.items():
        if number not in known:
            faults[number] = _("Indicator %(number)s is not in this instrument.") % {"number": number[:20]}
        elif set(share.units) - live - kept:
            faults[number] = _("Indicator %(number)s: this unit is not there, or it is closed.") % {
                "number": number
            }
        elif share.helpers and share.lead is None:
            faults[number] = _(
                "Indicator %(number)s: choose the unit that answers before those that help."
            ) % {"number": number}
        elif share.due and share.lead is None:
            faults[number] = _("Indicator %(number)s: a due date needs the unit that answers.") % {
                "number": number
            }
    if faults:
        raise Refused(faults)


def _duty_writes(cycle: Cycle, rows: Iterable[Duty], changed: Mapping[str, Share]) -> list[history.Writes]:
    """Those that go before those that stay, a lead that becomes a helper before the new lead: one lead at any moment."""
    there = {(row.indicator, row.unit_id): row for row in rows if row.indicator in changed}
    gone: list[Recorded] = []
    stepped_down: list[Recorded] = []
    raised: list[Recorded] = []
    added: list[Recorded] = []
    for (number, unit), row in there.items():
        share = changed[number]
        if unit not in share.units:
            gone.append(row)
            continue
        lead = unit == share.lead
        if (row.lead, row.due) != (lead, share.due):
            before, row.lead, row.due = row.lead, lead, share.due
            (stepped_down if before and not lead else raised).append(row)
    for number, share in changed.items():
        for unit in share.units:
            if (number, unit) not in there:
                added.append(
                    Duty(institution=cycle.institution, cycle=cycle, indicator=number, unit_id=unit,
                         lead=unit == share.lead, due=share.due)
                )  # fmt: skip
    parts = [history.Writes(delete=gone), history.Writes(change=stepped_down)]
    parts += [history.Writes(change=raised), history.Writes(add=added)]
    return [part for part in parts if part]


# ---- explanations


def write_answer(
    actor: Actor, cycle: Cycle, number: str, facts: object, analysis: str, version: int
) -> Answer:
    """Keep what was written; ``version`` is the one that was read, 0 where there was none. A returned one becomes a draft.

    Raises NotFound for whom the indicator is closed, :class:`Refused`, and :class:`AnswerChanged`.
    """
    _require_writer(actor, cycle, number)
    mine = {"facts": _checked_facts(actor, cycle, number, facts), "analysis": _checked_analysis(analysis)}
    with transaction.atomic():
        hold(cycle.institution)
        row = Answer.objects.filter(cycle=cycle, indicator=number, deleted_at=None).first()
        if row is None:
            return _first(actor, cycle, number, mine)
        if row.state in ("ready", "valid"):
            raise Refused({"state": _("It was handed in meanwhile. Take it back to go on writing.")})
        merged = _merged(actor, row, version, mine)
        if (row.facts, row.analysis) == (merged["facts"], merged["analysis"]):
            return row
        row.facts, row.analysis, row.changed_at = merged["facts"], merged["analysis"], timezone.now()
        history.write(actor, cycle.institution, "edit", history.Writes(change=[row]))
    return row


def _require_writer(actor: Actor, cycle: Cycle, number: str) -> None:
    """NotFound by right; where the step has closed the sheet meanwhile, words say so and what was typed stays."""
    known = {one.number for one in editions.of(cycle).indicators}
    if number not in known or not reach.may_write(actor, cycle, number):
        raise NotFound
    if not may_set(actor, cycle, "self", number):
        raise Refused({"state": cycles.closed_words(cycle, "self")})


def _first(actor: Actor, cycle: Cycle, number: str, mine: dict[str, Any]) -> Answer:
    row = Answer(
        institution=cycle.institution, cycle=cycle, indicator=number, changed_at=timezone.now(), **mine
    )
    if mine["facts"] or mine["analysis"]:
        history.write(actor, cycle.institution, "edit", history.Writes(add=[row]))
    return row


def _merged(actor: Actor, row: Answer, version: int, mine: dict[str, Any]) -> dict[str, Any]:
    theirs = {"facts": row.facts, "analysis": row.analysis}
    if row.version == version:
        return mine
    seen = Revision.objects.filter(target_uid=row.uid, version=version).first()
    # An unknown version is as old as can be: an empty explanation.
    base = {name: seen.snapshot.get(name) for name in theirs} if seen else {"facts": [], "analysis": ""}
    last = (
        Revision.objects.filter(target_uid=row.uid, version=row.version).select_related("change_set").first()
    )
    if last is not None and actor.user is not None and last.change_set.author_id == actor.user.pk and seen:
        # One's own words from another tab do not clash with themselves when nobody else wrote in between.
        between = Revision.objects.filter(target_uid=row.uid, version__gt=version)
        if not between.exclude(change_set__author=actor.user).exists():
            return mine
    merged, clashes = rules.merge(base, theirs, mine)
    if clashes:
        raise AnswerChanged(
            row,
            {name: base[name] for name in clashes},
            {name: theirs[name] for name in clashes},
            {name: mine[name] for name in clashes},
            last.change_set.author_name if last else "",
        )
    return merged


def _checked_facts(actor: Actor, cycle: Cycle, number: str, given: object) -> list[dict[str, str]]:
    try:
        facts = rules.read_facts(given)
    except rules.BadFacts as error:
        said = {
            "many": _("At most %(n)s facts fit. Put what belongs together into one.")
            % {"n": rules.MOST_FACTS},
            "long": _("Row %(row)s: the text is too long."),
            "shape": _("Row %(row)s is no fact: document, number, article, page, evidence, each a text."),
        }
        texts = [
            said[what] % {"row": row} if what != "many" else said[what] for row, _f, what in error.faults
        ]
        raise Refused({"facts": " ".join(dict.fromkeys(texts))}) from None
    known = queries.piece_titles(actor, cycle, number) if any(fact["evidence"] for fact in facts) else {}
    for fact in facts:
        uid = fact["evidence"]
        if uid and uid not in known and not _was_there(cycle, number, uid):
            raise Refused({"facts": _("This piece of evidence does not belong to indicator %(number)s.") % {"number": number}})  # fmt: skip
        if uid and not fact["document"]:
            fact["document"] = known.get(uid, "")[: rules.LIMITS["document"]]
    return facts


def _was_there(cycle: Cycle, number: str, uid: str) -> bool:
    """A piece that was taken away since stays in the fact that names it."""
    row = Answer.objects.filter(cycle=cycle, indicator=number, deleted_at=None).first()
    return row is not None and any(fact.get("evidence") == uid for fact in row.facts)


def _checked_analysis(text: object) -> str:
    kept = str(text or "").replace("\r\n", "\n").replace("\0", "").strip()
    if len(kept) > rules.MOST_ANALYSIS:
        raise Refused(
            {"analysis": _("The analysis has %(n)s characters; %(most)s fit. Shorten it, or put parts into a document.")
             % {"n": len(kept), "most": rules.MOST_ANALYSIS}}
        )  # fmt: skip
    return kept


def hand_in(actor: Actor, cycle: Cycle, number: str, version: int) -> Answer:
    """The explanation is ready to be checked. Raises NotFound, :class:`Refused` for an empty one, Conflict."""
    _require_writer(actor, cycle, number)
    return _move(actor, cycle, number, version, ("draft", "returned"), "ready")


def take_back(actor: Actor, cycle: Cycle, number: str, version: int) -> Answer:
    """Back to the writers before anybody validated it. Raises as :func:`hand_in`."""
    _require_writer(actor, cycle, number)
    return _move(actor, cycle, number, version, ("ready",), "draft")


def send_back(actor: Actor, cycle: Cycle, number: str, remark: str, version: int) -> Answer:
    """Return it with a remark that says what is missing. Raises as :func:`hand_in`, and :class:`Refused` without remark or
    in a step in which nobody could revise it."""
    _require_checker(actor, cycle)
    if not cycles.takes_revisions(cycle):
        raise Refused({"state": cycles.closed_words(cycle, "self")})
    text = remark.replace("\0", "").strip()
    if not text:
        raise Refused({"remark": _("Say what is missing, so that the unit knows what to do.")})
    if len(text) > MOST_NOTE:
        raise Refused({"remark": _("At most %(most)s characters fit.") % {"most": MOST_NOTE}})
    return _move(actor, cycle, number, version, ("ready", "valid"), "returned", remark=text)


def validate(actor: Actor, cycle: Cycle, number: str, version: int) -> Answer:
    """The explanation holds. Raises as :func:`hand_in`."""
    _require_checker(actor, cycle)
    return _move(actor, cycle, number, version, ("ready",), "valid", remark="")


def _require_checker(actor: Actor, cycle: Cycle) -> None:
    if not may_check(actor, cycle):
        raise NotFound


def _move(
    actor: Actor,
    cycle: Cycle,
    number: str,
    version: int,
    fro: Sequence[str],
    to: str,
    remark: str | None = None,
) -> Answer:
    with transaction.atomic():
        hold(cycle.institution)
        row = Answer.objects.filter(cycle=cycle, indicator=number, deleted_at=None).first()
        if row is None:
            if number not in {one.number for one in editions.of(cycle).indicators} or to != "ready":
                raise NotFound
            raise Refused({"state": _("Nothing is written yet: give a fact or an analysis first.")})
        if row.version != version:
            raise history.Conflict([str(row)])
        now = Cycle.objects.get(pk=cycle.pk)
        if queries.cycles.is_guided(now) and now.step in CLOSED:
            raise Refused({"state": _("The result of this round is in: its explanations stay as they are.")})
        if row.state not in fro:
            raise Refused({"state": _("This is not possible now: the explanation is “%(state)s”.") % {"state": row.get_state_display()}})  # fmt: skip
        if to == "ready" and not (row.facts or row.analysis):
            raise Refused({"state": _("Nothing is written yet: give a fact or an analysis first.")})
        row.state, row.changed_at = to, timezone.now()
        if remark is not None:
            row.remark = remark
        history.write(actor, cycle.institution, "edit", history.Writes(change=[row]), reason=remark or "")
        bus.emit(
            "evaluation.answer_moved", institution_id=cycle.institution_id, cycle_uid=str(cycle.uid),
            indicator=number, state=to,
        )  # fmt: skip
    return row


# ---- levels


def sheet_of(actor: Actor, cycle: Cycle, stage: str, number: str) -> Assessment:
    """The sheet of a stage, begun where there is none by whoever may set this level. Raises NotFound."""
    with transaction.atomic():
        hold(cycle.institution)
        there = queries.sheets(actor, cycle).get(stage)
        if there is not None:
            return there
        _require_reach(actor, cycle, stage, number)
        if not may_set(actor, cycle, stage, number):
            raise Refused({"sheet": cycles.closed_words(cycle, stage)})
        row = Assessment(
            institution=cycle.institution,
            cycle=cycle,
            year=cycle.year,
            instrument=cycle.instrument,
            stage=stage,
        )
        history.write(actor, cycle.institution, "edit", history.Writes(add=[row]))
        return row


def set_level(
    actor: Actor, cycle: Cycle, stage: str, number: str, level: str | None, note: str, version: int
) -> Assessment:
    """One level of one sheet with its reason; ``version`` is that of the sheet as it was read (0: there was none).

    Raises NotFound, :class:`Refused` (faults under the number or ``note``), LevelsChanged where somebody else set this
    level or wrote another reason since.
    """
    _require_reach(actor, cycle, stage, number)
    text = note.replace("\r\n", "\n").replace("\0", "").strip()
    if stage != "self" and level and not text:
        raise Refused({"note": _("Give the reason of the level: the unit must understand it.")})
    with transaction.atomic():
        row = sheet_of(actor, cycle, stage, number)
        reasons = {number: text if level else ""}
        return assessments.set_levels(actor, row, {number: level}, version or 1, reasons=reasons)


def _require_reach(actor: Actor, cycle: Cycle, stage: str, number: str) -> None:
    """By right, whatever the step: that it is closed is said in words."""
    own = cycles.reachable(actor, cycle, stage) if stage in STAGES else set()
    if own is not None and number not in own:
        raise NotFound
