"""Editions of instruments, with the history."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from pendapa.evaluation.models import Edition
from pendapa.evaluation.permissions import VIEW
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.tenancy.models import Institution


def _names(row: Recorded) -> dict[str, str]:
    return {}


def _visible(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    if not actor.may(VIEW, institution):
        return set()
    rows = Edition.objects.filter(institution=institution, uid__in=uids)
    return set(rows.values_list("uid", flat=True))


history.register(Edition, names=_names, visible=_visible, title=_("Edition of an instrument"))
