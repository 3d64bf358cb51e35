"""What of the action plan is due: in the inbox of a person, on the page of an OPD, in calendars."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import UNIT, Actor, grants
from pendapa.kernel.calendars.feeds import MOST, Entry
from pendapa.kernel.history.actions import CHUNK, chunks
from pendapa.kernel.history.models import Revision
from pendapa.kernel.notices.ports import Due
from pendapa.kernel.notices.rules import FARTHEST
from pendapa.kernel.tenancy.models import Institution, Unit, User
from pendapa.kernel.waiting.duties import Duty
from pendapa.kernel.waiting.ports import MOST as MOST_WAITING
from pendapa.kernel.waiting.ports import Waiting
from pendapa.roadmap.models import Action, InitiativePartner, Milestone
from pendapa.roadmap.permissions import DRAFT_COMMITMENT
from pendapa.roadmap.queries import action_plan as queries
from pendapa.roadmap.queries import reach
from pendapa.roadmap.rules import action_plan as rules
from pendapa.roadmap.rules import progress

# ---- inbox and duties


def _soon(actor: Actor, institution: Institution) -> QuerySet[Action]:
    """The open actions of the actor that are late or due within a week."""
    until = timezone.localdate() + timedelta(days=rules.SOON_DAYS)
    return queries.going(queries.mine(actor, institution)).filter(due__lte=until)


def waiting(actor: Actor, institution: Institution) -> list[Waiting]:
    """Rows of the inbox: the own actions that are late or due soon."""
    rows = list(_soon(actor, institution)[:MOST_WAITING])
    titles = queries.titles(actor, institution, rows)
    return [
        Waiting(
            title=row.title,
            detail=titles.get(row.initiative_id, ""),
            url=reverse("roadmap:action", args=[institution.code, row.uid]),
            due=row.due,
            kind="action",
            action=_("Open the action"),
        )
        for row in rows
    ]


def count(actor: Actor, institution: Institution) -> int:
    """How many there are."""
    return _soon(actor, institution).count()


def duties(actor: Actor, institution: Institution, unit: Unit) -> list[Duty]:
    """What a unit (with those below it) has still to do: late actions, open ones, and those that nobody will do."""
    rows = queries.of_units(reach.actions(actor, institution), [unit])
    told = queries.tally(rows)
    lost = queries.orphans(rows, institution).count() if told.open else 0
    base = reverse("roadmap:actions", args=[institution.code]) + f"?milik=semua&opd={unit.uid}"
    return [
        Duty(_("Late actions"), told.late, f"{base}&tampil=terlambat"),
        Duty(_("Open actions"), told.open, f"{base}&tampil=terbuka"),
        Duty(_("Actions without a person"), lost, f"{base}&tampil=tanpa-orang"),
    ]


# ---- reminders


# An action without a day of its own is asked for by the end of its initiative, or else the ladder would never find what has
# neither day nor person.
_UNTIL: Any = Coalesce("due", "initiative__ends_on")


def _to_remind(institution: Institution) -> QuerySet[Action]:
    """Open actions with a day until which they are asked for, of initiatives that are there and go on."""
    rows = queries.going(Action.objects.filter(
        institution=institution, deleted_at=None, initiative__deleted_at=None, state__in=rules.OPEN
    ))  # fmt: skip
    return rows.exclude(due=None, initiative__ends_on=None)


def _dues(institution: Institution, rows: QuerySet[Action]) -> list[Due]:
    """By due day; people and units are read once, not with each of some thousand rows."""
    names = (
        "uid",
        "title",
        _UNTIL,
        "unit",
        "person",
        "person_name",
        "initiative",
        "initiative__title",
        "initiative__unit",
    )
    found = list(rows.order_by(_UNTIL, "pk").values_list(*names))
    if not found:
        return []
    units = Unit.objects.in_bulk({one[at] for one in found for at in (3, 8)} - {None})
    people = User.objects.in_bulk({one[4] for one in found} - {None})
    partners = defaultdict(list)
    joins = InitiativePartner.objects.filter(institution=institution, deleted_at=None)
    for initiative, path in joins.values_list("initiative", "unit__path"):
        partners[initiative].append(path)
    nobody = UUID(int=0)
    page = reverse("roadmap:action", args=[institution.code, nobody]).replace(str(nobody), "{}")
    told = []
    for uid, title, due, unit_pk, person_pk, person_name, initiative, name, owner_pk in found:
        unit, owner = units.get(unit_pk), units.get(owner_pk)
        # The name of an initiative goes with its action to those who take part in it alone.
        paths = [*([owner.path] if owner else []), *partners.get(initiative, ())]
        takes_part = unit is None or any(unit.path.startswith(path) for path in paths)
        told.append(
            Due(
                key=f"action:{uid}", title=title, detail=name if takes_part else "", path=page.format(uid), due=due,
                unit=unit or owner, person=people.get(person_pk), person_name=person_name,
            )
        )  # fmt: skip
    return told


def dues(institution: Institution, day: date) -> list[Due]:
    """What reminders tell of: open actions that are due before the farthest rung of any ladder."""
    until = day + timedelta(days=2 * FARTHEST)
    return _dues(
        institution,
        _to_remind(institution).filter(Q(due__lte=until) | Q(due=None, initiative__ends_on__lte=until)),
    )


def some_dues(institution: Institution, keys: Collection[str]) -> list[Due]:
    """Those of ``keys``."""
    return _dues(institution, _to_remind(institution).filter(uid__in=_uids(keys)))


def readable(actor: Actor, institution: Institution, keys: Collection[str]) -> set[str]:
    """Those of ``keys`` that the actor may read."""
    rows = reach.actions(actor, institution).filter(uid__in=_uids(keys))
    return {f"action:{uid}" for uid in rows.values_list("uid", flat=True)}


def readable_to_many(
    institution: Institution, asked: Sequence[tuple[Actor, Collection[str]]]
) -> set[tuple[int, str]]:
    """The same of many people at once, as pairs of the id of the user and the key."""
    seen = reach.actions_of_many(institution, [(actor, _uids(keys)) for actor, keys in asked])
    return {(user, f"action:{uid}") for user, uid in seen}


def _uids(keys: Collection[str]) -> list[UUID]:
    """The uids of keys; what is no such key is left out."""
    found = []
    for key in keys:
        with suppress(ValueError):
            found.append(UUID(key.partition(":")[2]))
    return found


# ---- calendars


def calendar(actor: Actor, institution: Institution, unit: Unit | None, since: date) -> list[Entry]:
    """Actions with a due day: of the person, or of a unit and all below it; done and cancelled ones from ``since`` on."""
    rows = (
        reach.actions(actor, institution)
        .exclude(due=None)
        .filter(Q(state__in=rules.OPEN) | Q(due__gte=since))
    )
    if unit is not None:
        rows = queries.of_units(rows, [unit])
    else:
        rows = rows.filter(person=actor.user) if actor.user else rows.none()
    found = list(rows.order_by("due", "pk")[:MOST])
    changed, titles = _changed(found), queries.titles(actor, institution, found)
    return [
        Entry(
            uid=f"action-{row.uid}",
            title=row.title,
            day=row.due,
            detail=" · ".join(part for part in (titles.get(row.initiative_id, ""), row.person_name, row.unit.name if row.unit else "") if part),
            path=reverse("roadmap:action", args=[institution.code, row.uid]),
            state=row.state if row.state in ("done", "cancelled") else "cancelled" if row.initiative.state in progress.RESTING else "open",
            version=row.version,
            changed_at=changed.get(row.uid, row.created_at),
            kind=_("Action plan"),
        )
        for row in found
        if row.due is not None
    ]  # fmt: skip


def milestones(actor: Actor, institution: Institution, unit: Unit | None, since: date) -> list[Entry]:
    """Milestones of what was committed to: of the OPD in which the person holds a role, or of a unit and all below it."""
    commitments = reach.commitments(actor, institution).filter(state="approved")
    if unit is not None:
        commitments = commitments.filter(unit__path__startswith=unit.path)
    else:
        commitments = commitments.filter(_own_units(actor, institution))
    rows = Milestone.objects.filter(
        Q(done_on=None) | Q(due__gte=since), commitment__in=commitments.values("pk"), deleted_at=None
    )
    found = list(rows.select_related("commitment__unit").order_by("due", "pk")[:MOST])
    changed = _changed(found)
    return [
        Entry(
            uid=f"milestone-{row.uid}",
            title=row.text,
            day=row.due,
            detail=f"{row.commitment.title} · {row.commitment.unit.name}",
            path=_commitment(institution, row.commitment.uid),
            state="done" if row.done_on else "open",
            version=row.version,
            changed_at=changed.get(row.uid, row.commitment.created_at),
            kind=_("Commitment"),
        )
        for row in found
    ]


def _own_units(actor: Actor, institution: Institution) -> Q:
    """The units in which the actor itself works: somebody who answers for the whole institution has none."""
    holds = {role for role, how in grants()[DRAFT_COMMITMENT].items() if how == UNIT}
    within = Q(pk__in=[])
    for role in actor.roles(institution):
        if role.unit is not None and role.role in holds:
            within |= Q(unit__path__startswith=role.unit.path)
    return within


def _commitment(institution: Institution, uid: UUID) -> str:
    return reverse("roadmap:commitment", args=[institution.code, uid])


def _changed(rows: Sequence[Action] | Sequence[Milestone]) -> dict[UUID, datetime]:
    """When each was last written: a calendar program compares it."""
    found: dict[UUID, datetime] = {}
    for some in chunks([row.uid for row in rows], CHUNK):
        now = Revision.objects.filter(target_uid__in=some, recorded_to=None)
        found |= dict(now.values_list("target_uid", "recorded_from"))
    return found
