"""Verbs of the gap catalogue: decide about gaps, and take decisions back.

To close (who, by when), to postpone (until when, why) or to accept (why). A decision says nothing of the register itself,
so it takes effect at once and goes through no review; it is a recorded thing with history and undo. One live decision a
gap: deciding again changes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.architecture.models import Element, GapDecision
from pendapa.architecture.outcomes import Outcome
from pendapa.architecture.permissions import EDIT
from pendapa.architecture.queries.gaps import Finding, findings
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution, Unit

CLOSE, POSTPONE, ACCEPT = "close", "postpone", "accept"
OWNER_LIMIT, REASON_LIMIT = 200, 4000
MOST = 5_000
"""So many gaps at once."""


def decide(
    actor: Actor,
    institution: Institution,
    gaps: Sequence[str | UUID],
    *,
    decision: str,
    unit: Unit | None = None,
    owner: str = "",
    due: date | None = None,
    reason: str = "",
) -> Outcome:
    """Decide alike about open gaps, by their uids. ``row`` of the outcome is the list of decisions that were written.

    ``close`` asks for ``unit`` (who closes it), ``owner`` (the office in charge, in words) and ``due``; ``postpone`` for
    ``due`` and ``reason``; ``accept`` for ``reason``. Raises :class:`Refused` with the field at fault, and
    :class:`NotFound` where one of the gaps is not to be seen, is closed, or is not the actor's to decide.
    """
    owner, reason = " ".join(owner.replace("\x00", "").split()), reason.replace("\x00", "").strip()
    _check(institution, decision, unit, owner, due, reason)
    with transaction.atomic():
        hold(institution)
        found = _mine(actor, institution, gaps)
        known, elements = _live(found), _elements(found)
        writes, same = history.Writes(), []
        for one in found:
            row = known.get((one.key, one.element_id)) or GapDecision(
                institution=institution, rule=one.key, element=elements[one.element_id]
            )
            before = (row.decision, row.unit_id, row.owner, row.due, row.reason)
            row.decision, row.unit, row.owner, row.due, row.reason = decision, unit, owner, due, reason
            if row._state.adding:
                writes.add.append(row)
            elif before != (decision, unit.pk if unit else None, owner, due, reason):
                writes.change.append(row)
            else:
                same.append(row)
        done = _write(actor, institution, writes, reason)
    return Outcome([*writes.add, *writes.change, *same], done)


def withdraw(actor: Actor, institution: Institution, gaps: Sequence[str | UUID]) -> Outcome:
    """Take back what was decided about gaps: they are undecided again. ``row`` is the list of decisions taken back."""
    with transaction.atomic():
        hold(institution)
        rows = list(_live(_mine(actor, institution, gaps)).values())
        return Outcome(rows, _write(actor, institution, history.Writes(delete=list(rows)), ""))


def _write(actor: Actor, institution: Institution, writes: history.Writes, reason: str) -> Any:
    if not writes:
        return None
    rows = [*writes.add, *writes.change, *writes.delete]
    units = {row.element.unit for row in rows if isinstance(row, GapDecision)}
    unit = units.pop() if len(units) == 1 else None
    return history.write(actor, institution, "edit", writes, reason=reason[:300], unit=unit)


def _mine(actor: Actor, institution: Institution, gaps: Sequence[str | UUID]) -> list[Finding]:
    """The open gaps, where the actor may decide about all of them."""
    wanted = {str(uid) for uid in gaps}
    if not wanted:
        raise Refused(_("No gap was chosen."))
    if len(wanted) > MOST:
        raise Refused(_("At most %(most)d gaps at once; decide in parts.") % {"most": MOST})
    found = findings(actor, institution, sorted(wanted))
    scope = actor.scope(EDIT, institution)
    if {one.uid for one in found} != wanted:
        raise NotFound
    if not scope.everything and not all(one.unit_path.startswith(scope.paths) for one in found):
        raise NotFound
    return found


def _live(found: Sequence[Finding]) -> dict[tuple[str, int], GapDecision]:
    """The decisions there are about these gaps, by rule and element."""
    wanted = {(one.key, one.element_id) for one in found}
    known: dict[tuple[str, int], GapDecision] = {}
    for some in history.chunks(sorted({element for _rule, element in wanted}), history.CHUNK):
        live = GapDecision.objects.filter(Q(element__in=some), deleted_at=None)
        for row in live.select_related("element__unit", "unit"):
            if (row.rule, row.element_id) in wanted:
                known[row.rule, row.element_id] = row
    return known


def _elements(found: Sequence[Finding]) -> dict[int, Element]:
    rows: dict[int, Element] = {}
    for some in history.chunks(sorted({one.element_id for one in found}), history.CHUNK):
        rows |= {row.pk: row for row in Element.objects.filter(pk__in=some).select_related("unit")}
    return rows


def _check(
    institution: Institution, decision: str, unit: Unit | None, owner: str, due: date | None, reason: str
) -> None:
    """What each decision must say."""
    known = dict(GapDecision.DECISIONS)
    if decision not in known:
        words = {"said": decision[:40], "known": ", ".join(known)}
        raise Refused(_("“%(said)s” is not a decision. Accepted: %(known)s.") % words, "decision")
    if unit is not None and (unit.institution_id != institution.pk or unit.deleted_at is not None):
        raise NotFound
    if decision == CLOSE and unit is None:
        raise Refused(_("Say which unit closes it."), "unit")
    if decision == CLOSE and not owner:
        raise Refused(_("Say which office is in charge."), "owner")
    if decision in (CLOSE, POSTPONE) and due is None:
        raise Refused(_("Say until when."), "due")
    if due is not None and due < timezone.localdate():
        raise Refused(_("This day has passed."), "due")
    if decision in (POSTPONE, ACCEPT) and not reason:
        raise Refused(_("Say why: the decision is read again later."), "reason")
    if len(owner) > OWNER_LIMIT:
        raise Refused(_("The text is longer than %(limit)d characters.") % {"limit": OWNER_LIMIT}, "owner")
    if len(reason) > REASON_LIMIT:
        raise Refused(_("The text is longer than %(limit)d characters.") % {"limit": REASON_LIMIT}, "reason")
