"""What all verbs of an import need: the batch under lock, and its rows in parts."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from pendapa.kernel import refusing
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.permissions import IMPORT, UNDO_ANY
from pendapa.kernel.tables.models import ImportBatch, StagedRow


class Refused(refusing.Refused):
    """The import as a whole cannot go on, unlike what a verb refuses for one of its rows. Nothing was saved."""


def locked(actor: Actor, batch: ImportBatch, *states: str) -> ImportBatch:
    """The batch under lock, if the actor may go on with it and it is in one of ``states``."""
    actor.require(IMPORT, batch.institution)
    fresh = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    own = actor.system or (actor.user is not None and fresh.user_id == actor.user.pk)
    if not own and not actor.may(UNDO_ANY, batch.institution):
        raise NotFound
    if fresh.state not in states:
        raise Refused(_("This import is no longer waiting: it was saved or discarded meanwhile."))
    return fresh


def parts(waiting: QuerySet[StagedRow], size: int = 2000) -> Iterator[list[StagedRow]]:
    """The rows in the order of the sheet, at most ``size`` at once."""
    last = 0
    while rows := list(waiting.filter(row__gt=last).order_by("row")[:size]):
        last = rows[-1].row
        yield rows
