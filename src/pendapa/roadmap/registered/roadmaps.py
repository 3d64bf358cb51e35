"""Roadmap documents with the history."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.tenancy.models import Institution
from pendapa.roadmap.models import Roadmap
from pendapa.roadmap.permissions import VIEW


def _visible(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    """Those set by decree, also deleted ones; drafts to who answers for the institution."""
    scope = actor.scope(VIEW, institution)
    rows = Roadmap.objects.filter(institution=institution, uid__in=uids)
    if not scope:
        return set()
    rows = rows if scope.everything else rows.exclude(state="draft")
    return set(rows.values_list("uid", flat=True))


history.register(Roadmap, names=lambda row: {}, visible=_visible, title=_("Roadmap"), page="roadmap:roadmap")
