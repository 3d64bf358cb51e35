"""What this room registers with the ground floor."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.access.actor import Actor, office
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded, Revision
from pendapa.kernel.tables.models import ImportBatch
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.kernel.ui import navigation
from pendapa.kernel.waiting.ports import Waiting, offer
from pendapa.organisation import importer, life, queries
from pendapa.organisation import measures as measures  # (what it tells the evaluation)
from pendapa.organisation.actions.life import put_roles
from pendapa.organisation.models import Succession, UnitAlias
from pendapa.organisation.permissions import VIEW


def _names(row: Recorded) -> dict[str, str]:
    assert isinstance(row, UnitAlias)
    return {"unit": row.unit.name}


def _seen(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    """The tree of OPD is open to everybody who holds a role."""
    if not actor.may(VIEW, institution):
        return set()
    return set(UnitAlias.objects.filter(institution=institution, uid__in=uids).values_list("uid", flat=True))


def _succession_names(row: Recorded) -> dict[str, str]:
    assert isinstance(row, Succession)
    return {"source": row.source.name, "target": row.target.name}


def _seen_successions(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    """What became of an OPD is open to everybody who knows the tree."""
    if not actor.may(VIEW, institution):
        return set()
    return set(Succession.objects.filter(institution=institution, uid__in=uids).values_list("uid", flat=True))


history.register(UnitAlias, names=_names, visible=_seen, title=_("Other name of a unit"))
history.register(
    Succession, names=_succession_names, visible=_seen_successions, title=_("Institutional change")
)


@history.units_of("succession")
def _units_of_successions(revisions: QuerySet[Revision]) -> set[int | None]:
    ends = revisions.values_list("snapshot__source", "snapshot__target").distinct()
    return {unit for pair in ends for unit in pair}


@history.blocker("unit")
def _successions(rows: Sequence[Recorded]) -> dict[UUID, history.Held]:
    """What another unit became, or came from, stays."""
    ids = [row.pk for row in rows]
    live = Succession.objects.filter(deleted_at=None).select_related("source", "target")
    held: dict[UUID, history.Held] = {}
    for one in live.filter(Q(source__in=ids) | Q(target__in=ids)):
        for end, other in ((one.source, one.target), (one.target, one.source)):
            if end.pk in ids and other.pk not in ids:
                held[end.uid] = history.Held(gettext("what became of %(name)s leads to it"), other)
    return held


def _with_successions(rows: Sequence[Recorded]) -> None:
    put_roles([row for row in rows if isinstance(row, Succession)])


history.registered("succession").after.append(_with_successions)


def _take_along(rows: Sequence[Recorded]) -> None:
    """What stands below a moved unit gets its new path, whoever moved it: a form, an import, an undo."""
    above = {row.pk: row.path for row in rows if isinstance(row, Unit)}
    while above:
        stale = []
        for chunk in history.chunks(list(above), history.CHUNK):
            for unit in Unit.objects.filter(parent__in=chunk):
                path = f"{above[unit.parent_id]}{unit.pk}/" if unit.parent_id else unit.path
                if unit.path != path:
                    unit.path = path
                    stale.append(unit)
        Unit.objects.bulk_update(stale, ["path"], batch_size=200)
        above = {unit.pk: unit.path for unit in stale}


history.registered("unit").after.append(_take_along)

navigation.add(
    "organisation",
    _("Organisation"),
    "building-community",
    "organisation:tree",
    10,
    permission=VIEW,
    group="more",
)

importer.offer()


def _acting(actor: Actor, institution: Institution) -> list[Waiting]:
    """Acting roles that end, have ended without a successor, or have no end, for who manages the people."""
    rows = []
    for one in queries.acting(actor, institution):
        held = one.person.assignment
        told = {
            None: gettext("It has no last day. An acting role holds for a time: give it one."),
            True: gettext("It has ended and nobody holds the office. Give it to somebody."),
            False: gettext("Prolong it in time, or hand the office over."),
        }[None if one.days is None else one.days < 0]
        rows.append(
            Waiting(
                title=f"{office(held)}: {one.person.name}",
                detail=told,
                url=reverse("organisation:office", args=[institution.code, held.pk]),
                due=held.valid_to,
                kind="acting",
                action=gettext("Look at the office"),
            )
        )
    return rows


@life.mover
def _imports(actor: Actor, institution: Institution, moves: life.Moves) -> life.Moved:
    """Imports in preview whose rows name no unit belong to who takes the rest over; their rows are judged again then."""
    moved = life.Moved()
    for unit, rule in moves.items():
        if rule.rest is not None:
            waiting = ImportBatch.objects.filter(institution=institution, unit=unit)
            for batch in waiting.filter(state__in=("reading", "preview")):
                moved.plain.append(life.set_plain(batch, unit_id=rule.rest.pk))
    return moved


offer("acting", _("Acting roles"), _acting, order=60, icon="clock")
