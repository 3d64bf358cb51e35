"""Verbs about twins: decide what becomes of them, ask again, and compare all of a large inventory.

A decision is about a pair of applications, or about one and a national shared application; that of a group is those of its
pairs. Who may edit all of them decides: Diskominfo everywhere, an operator where all are the own. Nothing else is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import combinations
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.architecture.models import Element, TwinDecision, TwinMemory
from pendapa.architecture.outcomes import Outcome, reviewed
from pendapa.architecture.permissions import EDIT, VIEW
from pendapa.architecture.queries import keeping, twin_memory
from pendapa.architecture.queries import twin_groups as queries
from pendapa.architecture.rules.twins import Memory
from pendapa.kernel.access.actor import Actor, NotFound, system
from pendapa.kernel.events import bus
from pendapa.kernel.history import actions as history
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs

MOST = 40
"""So many applications are decided about at once: each pair of them is a decision."""
REASON = 2000
Elements = Sequence[Element]


@reviewed
def decide_twins(
    actor: Actor,
    institution: Institution,
    members: Iterable[str | UUID],
    decision: str,
    *,
    others: Iterable[str | UUID] = (),
    into: str | UUID | None = None,
    due: date | None = None,
    reason: str = "",
) -> Outcome:
    """Decide each pair among ``members`` (uids), or, where ``others`` are named, each of a member with one of the others.

    ``merge`` needs ``into`` (one of all named) and ``due``; ``keep`` needs a reason. What was decided of a pair before is
    replaced. ``row`` is the list of decisions. Raises :class:`Refused`; :class:`NotFound` where one is not the actor's to edit.
    """
    reason = _checked(decision, due, reason)
    with transaction.atomic():
        hold(institution)
        ours = queries.members(actor, institution, dict.fromkeys(map(str, members)))
        theirs = queries.members(actor, institution, dict.fromkeys(map(str, others)))
        for element in (*ours, *theirs):
            actor.require(EDIT, institution, element.unit)
        pairs = _pairs_of(ours, theirs)
        kept = _kept(decision, into, [*ours, *theirs])
        said = {"decision": decision, "into": kept, "due": due, "reason": reason}
        return _write(actor, institution, [(a, b, "") for a, b in pairs], said)


@reviewed
def decide_national(
    actor: Actor,
    institution: Institution,
    member: str | UUID,
    national: str,
    decision: str,
    *,
    due: date | None = None,
    reason: str = "",
) -> Outcome:
    """Decide about an application and a national one (its code): ``merge`` means to replace it by the national one."""
    reason = _checked(decision, due, reason)
    if national not in packs.national().by_code:
        known = ", ".join(packs.national().by_code)
        words = {"said": national[:60], "known": known}
        raise Refused(_("“%(said)s” is not known here (there are: %(known)s).") % words, "national")
    with transaction.atomic():
        hold(institution)
        (element,) = queries.members(actor, institution, [member])
        actor.require(EDIT, institution, element.unit)
        said = {"decision": decision, "into": None, "due": due, "reason": reason}
        return _write(actor, institution, [(element, None, national)], said)


@reviewed
def ask_again(
    actor: Actor, institution: Institution, decisions: Iterable[UUID], *, reason: str = ""
) -> Outcome:
    """Take decisions (uids) away, so that their pairs are asked about again."""
    with transaction.atomic():
        hold(institution)
        rows = [queries.decision_of(actor, institution, uid) for uid in dict.fromkeys(decisions)]
        for row in rows:
            for element in (row.first, row.second):
                if element is not None:
                    actor.require(EDIT, institution, element.unit)
        if not rows:
            raise NotFound
        change_set = history.write(
            actor, institution, "edit", history.Writes(delete=list(rows)), reason=reason
        )
    bus.emit("architecture.changed", institution_id=institution.pk)
    return Outcome(rows, change_set)


def may_decide(actor: Actor, institution: Institution, elements: Iterable[Element]) -> bool:
    """Whether the actor may decide about all of these."""
    return all(actor.may(EDIT, institution, element.unit) for element in elements)


def _checked(decision: str, due: date | None, reason: str) -> str:
    known = dict(TwinDecision.DECISIONS)
    if decision not in known:
        words = {"said": decision[:60], "known": ", ".join(known)}
        raise Refused(_("“%(said)s” is not known here (there are: %(known)s).") % words, "decision")
    reason = reason.replace("\x00", "").strip()
    if len(reason) > REASON:
        raise Refused(_("The reason is longer than %(limit)d characters.") % {"limit": REASON}, "reason")
    if decision == "merge" and due is None:
        raise Refused(_("Say by when they are to be merged."), "due")
    if decision == "merge" and due is not None and due < timezone.localdate():
        raise Refused(_("That day is past. Choose today or a later day."), "due")
    if decision == "keep" and not reason:
        raise Refused(_("Say why both are kept: whoever reads it later asks for the reason."), "reason")
    return reason


def _pairs_of(ours: Elements, theirs: Elements) -> list[tuple[Element, Element]]:
    if len(ours) + len(theirs) > MOST:
        words = {"limit": MOST, "count": len(ours) + len(theirs)}
        raise Refused(
            _("%(count)d applications are too many for one decision; choose at most %(limit)d.") % words,
            "members",
        )
    if theirs:
        pairs = [(a, b) for a in ours for b in theirs if a.pk != b.pk]
    else:
        pairs = list(combinations(ours, 2))
    if not pairs:
        raise Refused(_("Choose at least two applications."), "members")
    return list({(min(a.pk, b.pk), max(a.pk, b.pk)): _ordered(a, b) for a, b in pairs}.values())


def _ordered(a: Element, b: Element) -> tuple[Element, Element]:
    return (a, b) if a.pk < b.pk else (b, a)


def _kept(decision: str, into: str | UUID | None, named: Elements) -> Element | None:
    if decision != "merge":
        return None
    found = next((element for element in named if str(element.uid) == str(into)), None)
    if found is None:
        raise Refused(_("Say which of the chosen applications goes on."), "into")
    return found


def _write(
    actor: Actor,
    institution: Institution,
    pairs: Sequence[tuple[Element, Element | None, str]],
    said: dict[str, Any],
) -> Outcome:
    """One change set: new decisions, and those that say something else than before."""
    before = _before(institution, pairs)
    writes, rows = history.Writes(), []
    for first, second, national in pairs:
        row = before.get((first.pk, second.pk if second else None, national))
        if row is None:
            row = TwinDecision(institution=institution, first=first, second=second, national=national, **said)
            writes.add.append(row)
        elif any(getattr(row, name) != value for name, value in said.items()):
            for name, value in said.items():
                setattr(row, name, value)
            writes.change.append(row)
        rows.append(row)
    if not writes:
        return Outcome(rows, None)
    units = {element.unit_id for pair in pairs for element in pair[:2] if element is not None}
    unit = pairs[0][0].unit if len(units) == 1 else None
    try:
        change_set = history.write(actor, institution, "edit", writes, reason=said["reason"][:500], unit=unit)
    except IntegrityError as error:  # two who decide at once: the database says
        raise history.Conflict([str(pairs[0][0])]) from error
    bus.emit("architecture.changed", institution_id=institution.pk)
    return Outcome(rows, change_set)


def _before(
    institution: Institution, pairs: Sequence[tuple[Element, Element | None, str]]
) -> dict[tuple[int, int | None, str], TwinDecision]:
    firsts = [first.pk for first, _second, _national in pairs]
    live = TwinDecision.objects.filter(institution=institution, deleted_at=None, first__in=firsts)
    related = live.select_related("first__unit", "second__unit", "into")
    return {(row.first_id, row.second_id, row.national): row for row in related}


# ---- comparing all


def compare(institution: Institution, tell: Callable[[int, int], None] | None = None) -> None:
    """Compare all applications and remember what it leaves, for the pages of everybody."""
    actor = system()
    rows = twin_memory.rows_of(actor, institution)
    apps = queries.comparable(twin_memory.applications(actor, institution, rows).values())
    made = Memory.made(apps.values(), twin_memory.names_of_units(institution), tell=tell)
    made.groups()  # what grouping asks is remembered as well
    kept = {"made_at": timezone.now(), "compared": len(apps), "content": twin_memory.packed(made)}
    with transaction.atomic():
        TwinMemory.objects.update_or_create(institution=institution, defaults=kept)
        keeping.again(institution)  # which twins are undecided is known now, and no ledger tells it
        bus.emit("architecture.changed", institution_id=institution.pk)


def ask_to_compare(actor: Actor, institution: Institution) -> Job:
    """The job that compares all: the one that waits or runs, or a new one."""
    actor.require(VIEW, institution)
    with transaction.atomic():
        hold(institution)
        return queries.comparing(institution) or jobs.start(queries.JOB, institution, actor)


@jobs.register(queries.JOB, gettext_lazy("Comparing the applications for twins"))
def run(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """The runner."""
    step = _("Comparing the applications")
    compare(job.institution, lambda done, total: progress(done, total, step))
    return {"url": reverse("architecture:twins", args=[job.institution.code])}
