"""Commitments with the history, what of them waits for whom, what an OPD has to do, and where they go when units change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.history import undoing
from pendapa.kernel.history.models import Recorded, Revision
from pendapa.kernel.notices import ports as notices
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.kernel.ui import formats, onward
from pendapa.kernel.waiting import duties, ports
from pendapa.kernel.waiting.duties import Duty
from pendapa.kernel.waiting.ports import MOST, Waiting
from pendapa.roadmap.models import Commitment, Milestone
from pendapa.roadmap.permissions import ACT, ASSESS, REMIND, VIEW
from pendapa.roadmap.queries import commitments as queries
from pendapa.roadmap.queries import reach
from pendapa.roadmap.queries.items import is_uid
from pendapa.roadmap.rules import commitments as rules

# ---- history


def _names(row: Recorded) -> dict[str, str]:
    if isinstance(row, Milestone):
        named: dict[str, Any] = {"commitment": row.commitment, "file": row.file and row.file.name}
    else:
        assert isinstance(row, Commitment)
        # The initiative is not named here: who reads the commitment need not be let to read its initiative.
        named = {"unit": row.unit, "approved_by": row.approved_by}
    return {name: str(one) for name, one in named.items() if one}


def _seen(actor: Actor, institution: Institution) -> Q:
    """Only the own ones: what others opened to the public was not open while it was a draft."""
    scope = actor.scope(VIEW, institution)
    if not scope or scope.everything:
        return Q() if scope else Q(pk__in=[])
    return scope.filter()


def _visible(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    rows = Commitment.objects.filter(_seen(actor, institution), institution=institution, uid__in=uids)
    return set(rows.values_list("uid", flat=True))


def _visible_steps(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    held = Commitment.objects.filter(_seen(actor, institution), institution=institution)
    rows = Milestone.objects.filter(institution=institution, uid__in=uids, commitment__in=held)
    return set(rows.values_list("uid", flat=True))


history.register(
    Commitment,
    names=_names,
    visible=_visible,
    title=gettext_lazy("Commitment"),
    page="roadmap:commitment",
)
history.register(Milestone, names=_names, visible=_visible_steps, title=gettext_lazy("Milestone"))


@history.units_of(Milestone.recorded_type)
def _units(revisions: QuerySet[Revision]) -> set[int | None]:
    """Milestones belong to the unit of their commitment."""
    rows = Milestone.objects.filter(uid__in=revisions.values_list("target_uid", flat=True))
    return set(rows.values_list("commitment__unit", flat=True))


def _refuse() -> None:
    raise undoing.Refused(
        _("A commitment is approved, revised and assessed on its own page, and not by taking a change back.")
    )


@undoing.guard(Commitment.recorded_type)
def _agreed(actor: Actor, rows: Sequence[Recorded]) -> None:
    """Neither an approval nor its text goes or comes by taking a set back; a merged unit may come back."""
    for row in cast(Sequence[Commitment], rows):
        now = Commitment.objects.get(pk=row.pk)
        before, after = history.plain_values(now), history.plain_values(row)
        changed = {name for name in after if after[name] != before[name]}
        agreed = {now.state, row.state} & {*rules.COMMITTED, rules.PROPOSED}
        if agreed and changed != {"unit"}:
            _refuse()


@undoing.guard(Milestone.recorded_type)
def _agreed_step(actor: Actor, rows: Sequence[Recorded]) -> None:
    """A milestone of what was agreed keeps its text and its day; its realisation may be taken back."""
    for row in cast(Sequence[Milestone], rows):
        now = Milestone.objects.select_related("commitment").get(pk=row.pk)
        if now.commitment.state in (rules.DRAFT, rules.WITHDRAWN):
            continue
        same = (now.text, now.due, now.place) == (row.text, row.due, row.place)
        goes = history.plain_values(row) == history.plain_values(now)
        if goes or not same or now.deleted_at != row.deleted_at:
            _refuse()


# ---- what waits


def _url(institution: Institution, row: Commitment) -> str:
    return reverse("roadmap:commitment", args=[institution.code, row.uid])


def _waiting(actor: Actor, institution: Institution) -> list[Waiting]:
    """For a head what is to be approved, for an OPD milestones late or soon, for assessors what has ended."""
    if actor.user is None:
        return []
    found = [
        Waiting(
            title=row.title,
            detail=_("%(unit)s. Read it and commit to it, or give it back") % {"unit": row.unit.name},
            url=_url(institution, row),
            kind="commitment",
            action=_("Read and approve"),
        )
        for row in queries.waiting_for_head(actor, institution)[:MOST]
    ]
    return found + _of_steps(actor, institution) + _of_assessing(actor, institution)


def _of_steps(actor: Actor, institution: Institution) -> list[Waiting]:
    today, found = timezone.localdate(), []
    for row in queries.running(actor, institution):
        if not actor.may(ACT, institution, row.unit):
            continue
        for step in queries.steps(row):
            told = queries.reached(step)
            if told.late(today) or told.soon(today):
                found.append(
                    Waiting(
                        title=step.text,
                        detail=_("Milestone of “%(name)s”") % {"name": row.title},
                        url=f"{_url(institution, row)}#t-{step.uid}",
                        due=step.due,
                        kind="milestone",
                        action=_("Report it"),
                    )
                )
    return found


def _of_assessing(actor: Actor, institution: Institution) -> list[Waiting]:
    if not actor.scope(ASSESS, institution).everything:
        return []
    return [
        Waiting(
            title=row.title,
            detail=_("%(unit)s. Its period is over: say how far it came") % {"unit": row.unit.name},
            url=_url(institution, row),
            due=rules.assess_from(row.ends_on),
            urgency=ports.USUAL,
            kind="commitment",
            action=_("Assess"),
        )
        for row in queries.unassessed(actor, institution, timezone.localdate())[:MOST]
    ]


ports.offer("commitments", gettext_lazy("Commitments"), _waiting, order=22, icon="rosette-discount-check")


def _duties(actor: Actor, institution: Institution, unit: Unit) -> list[Duty]:
    """What an OPD has to do about its commitments."""
    today = timezone.localdate()
    rows = queries.visible(actor, institution).filter(
        unit__path__startswith=unit.path, state__in=(rules.APPROVED, rules.PROPOSED)
    )
    late, unproven, proposed, worst = 0, 0, 0, today
    for row in rows:
        one = queries.line(row, today)
        late, unproven = late + one.late, unproven + one.unproven
        proposed += row.state == rules.PROPOSED
        worst = min([worst, *(step.due for step in one.steps if one.late and step.late(today))])
    page = _of_office(institution, unit)
    return [
        Duty(_("Report late milestones of commitments"), late, f"{page}#perhatian", _since(worst) if late else ""),
        Duty(_("Prove what was committed to"), unproven, f"{page}#perhatian", _("No milestone has evidence")),
        Duty(_("Approve commitments"), proposed, f"{page}#proposed", ""),
    ]  # fmt: skip


def _of_office(institution: Institution, unit: Unit) -> str:
    return reverse("roadmap:commitment_unit", args=[institution.code, unit.uid])


def _since(day: date) -> str:
    return _("Was due on %(day)s") % {"day": formats.day(day, formats.language())}


duties.offer("commitments", _duties, order=40)


def _further(
    actor: Actor, institution: Institution, owner: Unit | None, words: Mapping[str, str]
) -> list[onward.Step]:
    """From the page of an OPD to its commitments, for who reads for that OPD."""
    if owner is None or not actor.may(VIEW, institution, owner):
        return []
    return [onward.Step(gettext_lazy("Commitments"), _of_office(institution, owner))]


onward.offer("unit", _further)


# ---- reminders


def _open(institution: Institution) -> QuerySet[Milestone]:
    """Milestones that heads committed to and that are not reached."""
    rows = Milestone.objects.filter(
        institution=institution, deleted_at=None, done_on=None,
        commitment__deleted_at=None, commitment__state=rules.APPROVED,
    )  # fmt: skip
    return rows.select_related("commitment__unit", "institution")


def _due(step: Milestone) -> notices.Due:
    held = step.commitment
    return notices.Due(
        key=f"milestone:{step.uid}",
        title=step.text,
        detail=_("Milestone of “%(name)s”") % {"name": held.title},
        path=f"{_url(step.institution, held)}#t-{step.uid}",
        due=step.due,
        unit=held.unit,
        of_head=True,
    )


def _dues(institution: Institution, day: date) -> list[notices.Due]:
    return [_due(step) for step in _open(institution).order_by("due", "pk")]


def _some(institution: Institution, keys: Collection[str]) -> list[notices.Due]:
    return [_due(step) for step in _open(institution).filter(uid__in=_uids(keys))]


def _readable(actor: Actor, institution: Institution, keys: Collection[str]) -> set[str]:
    rows = _open(institution).filter(
        uid__in=_uids(keys), commitment__in=reach.commitments(actor, institution)
    )
    return {f"milestone:{uid}" for uid in rows.values_list("uid", flat=True)}


def _uids(keys: Collection[str]) -> list[str]:
    return [uid for key in keys if is_uid(uid := key.partition(":")[2])]


notices.offer("milestone", _dues, some=_some, visible=_readable, permission=REMIND)
