"""What this room registers with the ground floor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pendapa.evaluation import permissions
from pendapa.evaluation.models import Assessment, PublishedResult
from pendapa.evaluation.queries import reach
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.ui import navigation


def _names(row: Recorded) -> dict[str, str]:
    return {}


def _seen(model: type[Assessment] | type[PublishedResult]) -> history.Visible:
    """Who may read assessments may read their past; others only what is public today."""

    def visible(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
        found = model.objects.filter(institution=institution, uid__in=uids)
        if not actor.may(permissions.VIEW, institution):
            found = found.filter(is_public=True)
        return set(found.values_list("uid", flat=True))

    return visible


def _words(field: str, value: Any, snapshot: dict[str, Any]) -> tuple[str, str] | None:
    """Levels go by the number of their indicator."""
    part, _dot, number = field.partition(".")
    if part == "levels" and number:
        return gettext("Indicator %(number)s") % {"number": number}, str(value or "–")
    if part == "notes" and number:
        return gettext("Reason of indicator %(number)s") % {"number": number}, str(value or "–")
    return None


def _then(actor: Actor, institution: Institution) -> Callable[[dict[str, Any]], bool]:
    """The past of a sheet shows to an OPD as long as it holds no reasons of other units' indicators."""
    if actor.scope(permissions.PROOF, institution).everything:
        return lambda snapshot: True
    own = set(reach.duties(actor, institution).values_list("cycle__year", "cycle__instrument", "indicator"))

    def could(snapshot: dict[str, Any]) -> bool:
        sheet = snapshot.get("year"), snapshot.get("instrument")
        return all((*sheet, number) in own for number in snapshot.get("notes") or {})

    return could


history.register(
    Assessment,
    names=_names,
    visible=_seen(Assessment),
    title=_("Assessment"),
    words=_words,
    then=_then,
)
history.register(PublishedResult, names=_names, visible=_seen(PublishedResult), title=_("Published figure"))
navigation.add("evaluation", _("Assessment"), "stairs-up", "evaluation:list", 30, permission=permissions.VIEW)
