"""Verbs of commitments: write, propose, approve, give back, withdraw, revise, end, assess, show; milestones done. The only writers.

A commitment that was approved does not change: to change it is to revise it, which makes it a draft again that needs a new
approval. What was reached and what proves it is written beside it and touches no hash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from pendapa.evaluation.actions import keeping, links
from pendapa.kernel.access.actor import Actor, NotFound, office
from pendapa.kernel.events import bus
from pendapa.kernel.files import taking
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.kernel.ui import formats
from pendapa.roadmap.models import Commitment, Initiative, Milestone
from pendapa.roadmap.permissions import ACT, ASSESS, COMMIT, DRAFT_COMMITMENT, SET
from pendapa.roadmap.queries import commitments as queries
from pendapa.roadmap.queries import reach
from pendapa.roadmap.rules import commitments as rules

MOST_NOTE = 4000


@dataclass(frozen=True)
class Proof:
    """A file that proves a milestone, as it came."""

    content: BinaryIO
    name: str
    size: int


# ---- the text


def draft(
    actor: Actor,
    institution: Institution,
    unit: Unit,
    values: rules.Values,
    initiative: Initiative | None = None,
) -> Commitment:
    """Begin a commitment of an OPD. Raises :class:`Refused` (also for an OPD that has ended), NotFound for a unit that one may not
    write for."""
    actor.require(DRAFT_COMMITMENT, institution, unit)
    if unit.valid_to is not None and unit.valid_to < timezone.localdate():
        told = {"name": unit.name, "day": formats.day(unit.valid_to, formats.language())}
        raise Refused(
            {"unit": _("“%(name)s” ended on %(day)s. Choose the unit that took its work over.") % told}
        )
    kept = _checked(values)
    with transaction.atomic():
        hold(institution)
        _may_link(actor, institution, initiative)
        row = Commitment(institution=institution, unit=unit, initiative=initiative, created_at=timezone.now())
        _set(row, kept)
        steps = [_step(row, place, one) for place, one in enumerate(kept.milestones)]
        history.write(
            actor,
            institution,
            "edit",
            [history.Writes(add=[row]), history.Writes(add=list(steps))],
            unit=unit,
        )
    return row


def change(
    actor: Actor,
    commitment: Commitment,
    version: int,
    values: rules.Values,
    initiative: Initiative | None = None,
) -> Commitment:
    """Write a draft anew, with its milestones. Raises :class:`Refused` (also for what is no draft), Conflict, NotFound."""
    with _at(actor, commitment, version, DRAFT_COMMITMENT) as row:
        kept = _checked(values)
        if row.state != rules.DRAFT:
            raise Refused({"state": fixed(row)})
        if initiative is None or initiative.pk != row.initiative_id:
            _may_link(actor, row.institution, initiative)
        row.initiative = initiative
        _set(row, kept)
        history.write(actor, row.institution, "edit", _steps(row, kept), unit=row.unit)
    return row


def _checked(values: rules.Values, *, whole: bool = False) -> rules.Values:
    kept = rules.tidy(values)
    faults: dict[str, str] = {}
    for fault in rules.check(kept, whole=whole):
        faults.setdefault(fault.field, fault_text(fault))
    if faults:
        raise Refused(faults)
    return kept


def fault_text(fault: rules.Fault) -> str:
    """What is wrong, and what would be right."""
    missing = {
        "title": _("Give the commitment a title."),
        "text": _("Write what the agency commits to."),
        "starts_on": _("Say on which day the period begins."),
        "ends_on": _("Say on which day the period ends."),
    }
    told = {
        "long": _("The text is longer than %(most)s characters.") % {"most": fault.about},
        "before": _("The period ends before it begins."),
        "year": _("The year is not within %(years)s.") % {"years": fault.about},
        "many": _(
            "More than %(most)s milestones: keep those that show the way, and put the rest into the action plan."
        )
        % {"most": fault.about},
        "none": _(
            "A commitment needs a milestone at least: a step with its day, by which others can see how far it is."
        ),
        "no_day": _("Say until when this milestone is to be reached."),
        "outside": _("This day lies outside the period of the commitment."),
        "missing": missing.get(fault.field) or _("Say what is to be reached on this day."),
    }
    place = fault.field.removeprefix("milestone-")
    if place != fault.field:
        return _("Milestone %(n)s: %(fault)s") % {"n": int(place) + 1, "fault": told[fault.key]}
    return told[fault.key]


def fixed(row: Commitment) -> str:
    """Why its text cannot be changed now."""
    if row.state in rules.COMMITTED:
        return _(
            "What was committed to does not change. Revise it: it becomes a draft that needs a new approval."
        )
    if row.state == rules.PROPOSED:
        return _("It lies with the head of the agency. It can be changed when the head gives it back.")
    return _("It was withdrawn. Take it up again first.")


def _may_link(actor: Actor, institution: Institution, initiative: Initiative | None) -> None:
    if initiative is None:
        return
    if not reach.initiatives(actor, institution).filter(pk=initiative.pk).exists():
        raise Refused({"initiative": _("Choose one of the list.")})


def _set(row: Commitment, kept: rules.Values) -> None:
    assert kept.starts_on and kept.ends_on  # (checked before)
    row.title, row.problem, row.text = kept.title, kept.problem, kept.text
    row.starts_on, row.ends_on = kept.starts_on, kept.ends_on
    row.evidence_asked, row.public = kept.evidence_asked, kept.public


def _step(row: Commitment, place: int, one: rules.Step) -> Milestone:
    assert one.due
    return Milestone(institution=row.institution, commitment=row, place=place, text=one.text, due=one.due)


def _steps(row: Commitment, kept: rules.Values) -> list[history.Writes]:
    """The commitment, and its milestones as they differ: its version guards them all."""
    known = {str(one.uid): one for one in queries.steps(row)}
    added, changed = [], []
    for place, one in enumerate(kept.milestones):
        there = known.pop(one.uid, None)
        if there is None:
            added.append(_step(row, place, one))
        elif (there.text, there.due, there.place) != (one.text, one.due, place):
            assert one.due
            there.text, there.due, there.place = one.text, one.due, place
            changed.append(there)
    vars(row).pop("steps", None)
    return [
        history.Writes(change=[row]),
        history.Writes(add=list(added), change=list(changed), delete=list(known.values())),
    ]


# ---- its way


def propose(actor: Actor, commitment: Commitment, version: int) -> Commitment:
    """Hand it to the head of the OPD. Raises :class:`Refused` where it has no milestone."""
    with _at(actor, commitment, version, DRAFT_COMMITMENT) as row:
        _checked(queries.values(row), whole=True)
        _go(actor, row, "propose")
    return row


def approve(actor: Actor, commitment: Commitment, version: int) -> Commitment:
    """Commit to it as head of that OPD (acting, too): keeps name, office, time and the SHA-256 of what was agreed.

    Who alone wrote it does not approve it while another head has an account. Raises :class:`Refused`, NotFound, Conflict.
    """
    with _at(actor, commitment, version, COMMIT) as row:
        by = queries.approver(actor, row)
        if by is None or actor.user is None:
            raise NotFound
        if rules.after(row.state, "approve") is None:
            raise Refused({"state": _out_of_turn(row)})
        if by.barred:
            raise Refused(
                {
                    "own": _(
                        "You alone wrote this. Another head of this agency has an account and approves it."
                    )
                }
            )
        kept = _checked(queries.values(row), whole=True)
        with override("id"):
            row.approved_office = office(by.assignment)[:300]
        row.approved_by, row.approved_name = actor.user, actor.user.name[:200]
        row.approved_acting, row.approved_at = by.assignment.acting, timezone.now()
        row.approved_hash = rules.digest(kept)
        _go(actor, row, "approve")
    return row


def give_back(actor: Actor, commitment: Commitment, version: int, reason: str) -> Commitment:
    """The head gives it back to be written anew, and says why."""
    with _at(actor, commitment, version, COMMIT) as row:
        _go(actor, row, "give_back", reason)
    return row


def withdraw(actor: Actor, commitment: Commitment, version: int, reason: str = "") -> Commitment:
    """Do without it: a draft by who writes it, what was committed to by the head alone, with a reason."""
    with _at(actor, commitment, version, DRAFT_COMMITMENT) as row:
        if row.state == rules.APPROVED:
            actor.require(COMMIT, row.institution, row.unit)
        _go(actor, row, "withdraw", reason)
    return row


def revise(actor: Actor, commitment: Commitment, version: int, reason: str) -> Commitment:
    """Make it a draft again: what was approved by the head alone. The approval falls away; the history keeps it."""
    with _at(actor, commitment, version, DRAFT_COMMITMENT) as row:
        if row.state == rules.APPROVED:
            actor.require(COMMIT, row.institution, row.unit)
        row.approved_by, row.approved_name, row.approved_office = None, "", ""
        row.approved_acting, row.approved_at, row.approved_hash = False, None, ""
        _go(actor, row, "revise", reason)
    return row


def end(actor: Actor, commitment: Commitment, version: int) -> Commitment:
    """Close it when its period is over, by its head or who assesses. Raises :class:`Refused` before that."""
    with _at(actor, commitment, version, COMMIT, ASSESS) as row:
        if row.state == rules.APPROVED:
            _refuse_running(row, timezone.localdate())
        _go(actor, row, "end")
    return row


VERBS: dict[str, Callable[..., Commitment]] = {
    "propose": propose,
    "approve": approve,
    "give_back": give_back,
    "withdraw": withdraw,
    "revise": revise,
    "end": end,
}


def may(actor: Actor, row: Commitment) -> list[str]:
    """The verbs that are open to the actor now, without looking at what is missing."""
    institution, unit = row.institution, row.unit
    write = actor.may(DRAFT_COMMITMENT, institution, unit)
    head = actor.may(COMMIT, institution, unit)
    over = timezone.localdate() > row.ends_on
    held = {
        "propose": write,
        "give_back": head,
        "approve": head and actor.user is not None,
        "end": over and (head or actor.may(ASSESS, institution, unit)),
        "withdraw": write if row.state != rules.APPROVED else head,
        "revise": write if row.state != rules.APPROVED else head,
    }
    return [verb for verb in rules.verbs(row.state) if held[verb]]


def may_change(actor: Actor, row: Commitment) -> bool:
    """May the actor write its text now?"""
    return row.state == rules.DRAFT and actor.may(DRAFT_COMMITMENT, row.institution, row.unit)


def may_report(actor: Actor, row: Commitment) -> bool:
    """May the actor say what was reached, and prove it?"""
    return row.state in rules.COMMITTED and actor.may(ACT, row.institution, row.unit)


def may_assess(actor: Actor, row: Commitment) -> bool:
    """May the actor say now how far it came?"""
    over = timezone.localdate() > row.ends_on
    return row.state in rules.COMMITTED and over and actor.may(ASSESS, row.institution, row.unit)


def may_show(actor: Actor, row: Commitment) -> bool:
    """May the actor open it to the public, or close it again?"""
    held = actor.may(COMMIT, row.institution, row.unit) or actor.may(SET, row.institution, row.unit)
    return row.state in rules.COMMITTED and held


# ---- what came of it


def assess(actor: Actor, commitment: Commitment, version: int, completion: str, note: str = "") -> Commitment:
    """Say how far it came, in the values of the pack; that ends it. Another value than advised needs a note.

    Raises :class:`Refused` before the period is over, NotFound, Conflict.
    """
    with _at(actor, commitment, version, ASSESS) as row:
        today, note = timezone.localdate(), note.strip()
        if row.state not in rules.COMMITTED:
            raise Refused({"state": _("Only what was committed to is assessed.")})
        _refuse_running(row, today)
        faults = {}
        if completion not in {one.key for one in queries.completions()}:
            faults["completion"] = _("Choose one of the list.")
        advised = rules.advice([queries.reached(one) for one in queries.steps(row)])
        if advised and completion != advised and not note:
            faults["note"] = _("No milestone has evidence. Say on what your assessment rests.")
        if len(note) > MOST_NOTE:
            faults["note"] = _("The text is longer than %(most)s characters.") % {"most": MOST_NOTE}
        if faults:
            raise Refused(faults)
        row.completion, row.completion_note = completion, note
        row.assessed_on, row.assessed_by, row.state = today, actor.name[:200], rules.ENDED
        history.write(actor, row.institution, "edit", history.Writes(change=[row]), unit=row.unit)
        _told(row, "assess")
    return row


def show(actor: Actor, commitment: Commitment, version: int, public: bool) -> Commitment:
    """Open what was committed to, to everybody, or close it: by the head, the secretariat or the leader."""
    with _at(actor, commitment, version, COMMIT, SET) as row:
        if row.state not in rules.COMMITTED:
            raise Refused({"state": _("Only what was committed to is shown to the public.")})
        if row.public != public:
            row.public = public
            history.write(actor, row.institution, "edit", history.Writes(change=[row]), unit=row.unit)
    return row


def milestone_done(
    actor: Actor, milestone: Milestone, version: int, done_on: date | None, *, note: str = "", link: str = "",
    proof: Proof | None = None, drop_file: bool = False,
) -> Milestone:  # fmt: skip
    """Say that a milestone was reached (None: not yet, after all), and prove it with a file or a link.

    A file takes the place of the one before; ``drop_file`` takes it off. Raises :class:`Refused`, NotFound, Conflict.
    """
    link, note = link.strip(), note.strip()
    looked = keeping.looked_at(proof.content, proof.name, proof.size) if proof is not None else None
    with _at(actor, milestone.commitment, None, ACT) as row, ExitStack() as undone:
        step = queries.milestone(row, milestone.uid)
        _refuse_report(row, done_on, note, link)
        if looked is not None:
            step.file = undone.enter_context(taking.kept(looked, row.institution, actor.user))
        elif drop_file:
            step.file = None
        step.version, step.done_on, step.note, step.link = version, done_on, note, link
        history.write(actor, row.institution, "edit", history.Writes(change=[step]), unit=row.unit)
    return step


def _refuse_report(row: Commitment, done_on: date | None, note: str, link: str) -> None:
    faults = {}
    if row.state not in rules.COMMITTED:
        faults["state"] = _("Milestones are reported once the head has committed to them.")
    if done_on is not None and done_on > timezone.localdate():
        faults["done_on"] = _("This day is still to come. Say it when the milestone is reached.")
    if done_on is not None and done_on.year < rules.FIRST_YEAR:
        faults["done_on"] = _("The year is not within %(years)s.") % {
            "years": f"{rules.FIRST_YEAR}–{rules.LAST_YEAR}"
        }
    if len(note) > MOST_NOTE:
        faults["note"] = _("The text is longer than %(most)s characters.") % {"most": MOST_NOTE}
    if link:
        try:
            links.parts(link)
        except links.Forbidden as error:
            faults["link"] = str(error)
    if faults:
        raise Refused(faults)


# ---- shared


@contextmanager
def _at(actor: Actor, commitment: Commitment, version: int | None, *rights: str) -> Iterator[Commitment]:
    """The commitment as it is now, at the version that it was read at, held until the transaction ends. NotFound for what
    the actor may not see, or without any of ``rights`` over its OPD."""
    with transaction.atomic():
        hold(commitment.institution)
        row = queries.commitment(actor, commitment.institution, commitment.uid)
        if not any(actor.may(right, row.institution, row.unit) for right in rights):
            raise NotFound
        if version is not None and row.version != version:
            raise history.Conflict([str(row)])
        yield row


def _go(actor: Actor, row: Commitment, verb: str, reason: str = "") -> None:
    """Move on, or refuse. ``reason`` stands in the history."""
    to, reason = rules.after(row.state, verb), reason.strip()
    if to is None:
        raise Refused({"state": _out_of_turn(row)})
    if rules.needs_reason(row.state, verb) and not reason:
        raise Refused({"reason": _("Say why, so that others can follow it.")})
    if len(reason) > MOST_NOTE:
        raise Refused({"reason": _("The text is longer than %(most)s characters.") % {"most": MOST_NOTE}})
    row.state = to
    history.write(actor, row.institution, "edit", history.Writes(change=[row]), reason=reason, unit=row.unit)
    _told(row, verb)


def _told(row: Commitment, verb: str) -> None:
    bus.emit(
        "roadmap.commitment", institution_id=row.institution_id, commitment_uid=str(row.uid), verb=verb,
        unit_id=row.unit_id,
    )  # fmt: skip


def _out_of_turn(row: Commitment) -> str:
    told: dict[str, Any] = {"state": row.get_state_display()}
    return _("This cannot be done now: the commitment stands at “%(state)s”.") % told


def _refuse_running(row: Commitment, day: date) -> None:
    if day <= row.ends_on:
        raise Refused({"state": _("The period runs until %(day)s. It is assessed and ended after that.") % {"day": formats.day(row.ends_on, formats.language())}})  # fmt: skip
