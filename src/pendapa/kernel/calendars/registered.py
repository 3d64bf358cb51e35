"""Holidays with the history, and their place in the navigation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.calendars.models import Holiday
from pendapa.kernel.calendars.permissions import HOLIDAYS
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.ui import navigation


def _names(row: Recorded) -> dict[str, str]:
    return {}


def _seen(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    return set(uids) if actor.may(HOLIDAYS, institution) else set()


def _words(field: str, value: Any, snapshot: dict[str, Any]) -> tuple[str, str] | None:
    if field == "works":
        return _("The office works on this day"), _("yes") if value else _("no")
    if field == "kind":
        return _("Kind"), str(dict(Holiday.KINDS).get(value, value))
    return None


history.register(
    Holiday, names=_names, visible=_seen, title=gettext_lazy("Day in the holiday calendar"), words=_words
)
navigation.add(
    "holidays",
    gettext_lazy("Holidays"),
    "calendar",
    "calendars:holidays",
    70,
    permission=HOLIDAYS,
    group=navigation.MORE,
)
