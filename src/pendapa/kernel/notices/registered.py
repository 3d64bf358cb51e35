"""Unread digests in the inbox, the work of the clock, and the place of reminders in the navigation."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.notices import clock, queries, words  # noqa: F401  (the clock registers its jobs)
from pendapa.kernel.notices.permissions import REMINDERS
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.ui import navigation
from pendapa.kernel.waiting.ports import LATE, USUAL, Waiting, offer

NAMED = 3


def _digests(actor: Actor, institution: Institution) -> list[Waiting]:
    """The own digests that were not read."""
    rows = []
    for one in queries.unread(actor, institution):
        titles = [item["title"] for item in one.items]
        more = len(titles) - NAMED
        named = "; ".join(titles[:NAMED])
        late = any(date.fromisoformat(item["due"]) < one.day for item in one.items)
        rows.append(
            Waiting(
                title=words.subject(one.items, one.day),
                detail=_("%(names)s and %(n)s more") % {"names": named, "n": more} if more > 0 else named,
                url=reverse("notices:digest", args=[institution.code, one.uid]),
                since=one.created_at,
                urgency=LATE if late else USUAL,
                kind="reminders",
                action=_("See what is due"),
                read_url=reverse("notices:read", args=[institution.code, one.uid]),
            )
        )
    return rows


offer(
    "reminders",
    gettext_lazy("Reminders"),
    _digests,
    count=lambda actor, institution: queries.unread(actor, institution).count(),
    order=10,
    icon="clock",
)
navigation.add(
    "reminders",
    gettext_lazy("Reminders"),
    "clock",
    "notices:mine",
    65,
    permission=REMINDERS,
    group=navigation.MORE,
)
