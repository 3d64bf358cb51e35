"""The place of proposals in the navigation."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from pendapa.kernel.permissions import DRAFTS
from pendapa.kernel.review import queries
from pendapa.kernel.review.rules import steps_of
from pendapa.kernel.ui import navigation


def _waiting(actor: Any, institution: Any) -> int | None:
    """How many proposals wait for this person; nothing where nothing is reviewed, without asking the database."""
    if not steps_of(institution.settings):
        return None
    return queries.waiting_for(actor, institution).count() or None


navigation.add(
    "review",
    _("Proposals"),
    "file-certificate",
    "review:list",
    15,
    permission=DRAFTS,
    group=navigation.MORE,
    badge=_waiting,
)
