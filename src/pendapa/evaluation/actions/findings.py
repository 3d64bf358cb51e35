"""Verbs of findings: strengths, weaknesses, recommendations, and what is done about them. The only writers."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from pendapa.evaluation.actions.rounds import MOST_TEXT, part, refuse_closed, require_any
from pendapa.evaluation.models import Cycle, Finding
from pendapa.evaluation.permissions import ANSWER, JUDGE, RUN
from pendapa.evaluation.queries import cycles as queries
from pendapa.evaluation.queries import editions
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Unit


def save(
    actor: Actor,
    cycle: Cycle,
    kind: str,
    text: str,
    *,
    indicator: str = "",
    unit: Unit | None = None,
    due: date | None = None,
    uid: UUID | None = None,
    version: int = 0,
) -> Finding:
    """Enter a finding, or correct one (``uid`` at ``version``). ``unit`` follows up a recommendation until ``due``.

    Raises :class:`Refused`, NotFound, Conflict.
    """
    require_any(actor, cycle.institution, RUN, JUDGE)
    faults = {}
    if kind not in dict(Finding.KINDS):
        faults["kind"] = _("Choose one of the list.")
    if not text.strip():
        faults["text"] = _("Write what was found.")
    elif len(text) > MOST_TEXT:
        faults["text"] = _("The text is longer than %(most)s characters.") % {"most": MOST_TEXT}
    if indicator and indicator not in {one.number for one in editions.of(cycle).indicators}:
        faults["indicator"] = _("Indicator %(number)s is not in this instrument.") % {
            "number": indicator[:20]
        }
    if unit is not None and (unit.institution_id != cycle.institution_id or unit.deleted_at is not None):
        faults["unit"] = _("Choose one of the list.")
    if kind != "recommendation" and (unit is not None or due is not None):
        faults["kind"] = _("Only a recommendation is followed up by a unit until a day.")
    if faults:
        raise Refused(faults)
    with transaction.atomic():
        hold(cycle.institution)
        row = queries.fresh(cycle)
        refuse_closed(row)
        finding = part(Finding, row, uid) if uid else Finding(institution=row.institution, cycle=row)
        if uid:
            finding.version = version
        finding.kind, finding.text, finding.indicator = kind, text.strip(), indicator
        finding.unit, finding.due = unit, due
        writes = history.Writes(change=[finding]) if uid else history.Writes(add=[finding])
        history.write(actor, row.institution, "edit", writes)
    return finding


def may_follow_up(actor: Actor, finding: Finding) -> bool:
    """The unit itself (and who stands above it in the same agency), and the secretariat."""
    if finding.kind != "recommendation":
        return False
    if actor.may(RUN, finding.institution):
        return True
    return finding.unit is not None and actor.may(ANSWER, finding.institution, finding.unit)


def follow_up(actor: Actor, cycle: Cycle, uid: UUID, version: int, state: str, text: str) -> Finding:
    """Say how far a recommendation is. Raises :class:`Refused`, NotFound for other units' recommendations, Conflict."""
    with transaction.atomic():
        hold(cycle.institution)
        finding = part(Finding, cycle, uid)
        if not may_follow_up(actor, finding):
            raise NotFound
        faults = {}
        if state not in dict(Finding.STATES):
            faults["state"] = _("Choose one of the list.")
        if state == "done" and not text.strip():
            faults["follow_up"] = _("Say what was done, so that others can check it.")
        if len(text) > MOST_TEXT:
            faults["follow_up"] = _("The text is longer than %(most)s characters.") % {"most": MOST_TEXT}
        if faults:
            raise Refused(faults)
        finding.version, finding.state, finding.follow_up = version, state, text.strip()
        history.write(actor, cycle.institution, "edit", history.Writes(change=[finding]), unit=finding.unit)
    return finding


def remove(actor: Actor, cycle: Cycle, uid: UUID) -> None:
    """Take a finding away; the history keeps it. Raises :class:`Refused`, NotFound."""
    require_any(actor, cycle.institution, RUN, JUDGE)
    with transaction.atomic():
        hold(cycle.institution)
        refuse_closed(queries.fresh(cycle))
        history.write(actor, cycle.institution, "edit", history.Writes(delete=[part(Finding, cycle, uid)]))
