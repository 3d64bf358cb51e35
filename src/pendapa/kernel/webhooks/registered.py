"""What webhooks listen to, and their place in the navigation."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from pendapa.kernel.events import bus
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.ui import navigation
from pendapa.kernel.webhooks import actions, events, queries
from pendapa.kernel.webhooks.models import Webhook
from pendapa.kernel.webhooks.permissions import MANAGE


@bus.on("history.written")
def _written(institution_id: int, change_set_id: int, **_more: Any) -> None:
    if not _anybody_listens(institution_id):
        return
    found = ChangeSet.objects.select_related("institution", "unit").get(pk=change_set_id)
    actions.announce(found.institution, events.of_change_set(found))


@bus.on("change_set.submitted")
def _submitted(change_set_id: int, **_more: Any) -> None:
    found = ChangeSet.objects.select_related("institution", "unit").get(pk=change_set_id)
    actions.announce(found.institution, {events.SUBMITTED: {"change_set": events.of_set(found)}})


def _anybody_listens(institution_id: int) -> bool:
    return Webhook.objects.filter(institution=institution_id, disabled_at=None).exists()


navigation.add(
    "webhooks",
    _("Webhooks"),
    "affiliate",
    "webhooks:list",
    60,
    permission=MANAGE,
    group=navigation.MORE,
    badge=queries.disabled,
)
