"""What this room registers with the ground floor."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.kernel.ui import navigation
from pendapa.organisation import importer
from pendapa.organisation.models import UnitAlias
from pendapa.organisation.permissions import VIEW


def _names(row: Recorded) -> dict[str, str]:
    assert isinstance(row, UnitAlias)
    return {"unit": row.unit.name}


def _seen(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    """The tree of OPD is open to everybody who holds a role."""
    if not actor.may(VIEW, institution):
        return set()
    return set(UnitAlias.objects.filter(institution=institution, uid__in=uids).values_list("uid", flat=True))


history.register(UnitAlias, names=_names, visible=_seen, title=_("Other name of a unit"))


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
