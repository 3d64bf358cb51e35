"""Units are recorded like everything else."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded, Revision
from pendapa.kernel.tenancy.models import Assignment, Institution, Unit


def _names(row: Recorded) -> dict[str, str]:
    assert isinstance(row, Unit)
    return {"parent": row.parent.name} if row.parent_id and row.parent else {}


def _place(rows: Sequence[Recorded]) -> None:
    """Write the tree paths; parents come before their children in ``rows`` or stand already."""
    units = [row for row in rows if isinstance(row, Unit)]
    for unit in units:
        unit.path = f"{unit.parent.path if unit.parent_id and unit.parent else '/'}{unit.pk}/"
    Unit.objects.bulk_update(units, ["path"], batch_size=200)


def _seen(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    """Who holds a role in the institution knows its units."""
    return set(uids) if actor.belongs(institution) else set()


known = history.register(Unit, names=_names, visible=_seen, title=gettext_lazy("Unit"))
known.after.append(_place)


@history.units_of("unit")
def _selves(revisions: QuerySet[Revision]) -> set[int | None]:
    units = Unit.objects.filter(uid__in=revisions.values("target_uid"))
    return set(units.values_list("pk", flat=True))


@history.blocker("unit")
def _people(rows: Sequence[Recorded]) -> dict[UUID, history.Held]:
    held = Assignment.objects.filter(unit__in=[r.pk for r in rows]).values_list("unit__uid", flat=True)
    return {uid: history.Held(_("people hold a role in it")) for uid in held}


@history.blocker("unit")
def _children(rows: Sequence[Recorded]) -> dict[UUID, history.Held]:
    ids = [r.pk for r in rows]
    live = Unit.objects.filter(deleted_at=None, parent__in=ids).exclude(pk__in=ids)
    why = history.Held(_("other units stand below it"))
    return dict.fromkeys(live.values_list("parent__uid", flat=True), why)
