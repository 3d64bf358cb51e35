"""Gaps whose day comes or has passed: told to who is to close them, and counted among the duties of an OPD."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pendapa.architecture.models import Gap, GapDecision
from pendapa.architecture.permissions import EDIT
from pendapa.architecture.queries.lists import seen
from pendapa.architecture.rules.gaps import BY_KEY
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.kernel.waiting.ports import MOST, Waiting

AHEAD = timedelta(days=7)


def due_decisions(actor: Actor, institution: Institution, ahead: timedelta = AHEAD) -> QuerySet[GapDecision]:
    """Decisions about gaps that are still open, with a day that has passed or comes soon; as far as the actor may see them."""
    still = Gap.objects.filter(rule=OuterRef("rule"), element=OuterRef("element"), closed_on=None)
    return GapDecision.objects.filter(
        seen(actor, institution, "element__"),
        Exists(still),
        institution=institution,
        deleted_at=None,
        due__lt=timezone.localdate() + ahead,
    )


def _mine(actor: Actor, institution: Institution) -> QuerySet[GapDecision]:
    """Those of the units that are the actor's: the one that closes the gap, else that of the element."""
    scope = actor.scope(EDIT, institution)
    if not scope:
        return GapDecision.objects.none()
    found = due_decisions(actor, institution)
    if scope.everything:
        return found
    return found.filter(scope.filter("unit__") | (Q(unit=None) & scope.filter("element__unit__")))


def waiting(actor: Actor, institution: Institution) -> list[Waiting]:
    """What the inbox tells."""
    language, page = get_language() or "id", reverse("architecture:gaps", args=[institution.code])
    rows = []
    for one in _mine(actor, institution).select_related("element", "unit").order_by("due", "pk")[:MOST]:
        known = BY_KEY.get(one.rule)
        what = known.message.in_language(language) if known else one.rule
        asked = _("To be looked at again.") if one.decision == "postpone" else _("To be closed.")
        who = one.owner or (one.unit.name if one.unit else "")
        rows.append(
            Waiting(
                title=f"{one.element.name}: {what}",
                detail=f"{asked} {who}".strip(),
                url=f"{page}?rule={one.rule}&decision={one.decision}",
                due=one.due,
                kind=one.decision,
                action=_("See the gap"),
            )
        )
    return rows


def waiting_count(actor: Actor, institution: Institution) -> int:
    """How many there are, without making the rows."""
    return _mine(actor, institution).count()


def late_of(actor: Actor, institution: Institution, unit: Unit) -> int:
    """How many decisions of an OPD, itself and all below it, are past their day."""
    late = due_decisions(actor, institution, timedelta(0))
    path = unit.path
    return late.filter(
        Q(unit__path__startswith=path) | Q(unit=None, element__unit__path__startswith=path)
    ).count()
