"""The place of the history in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pendapa.kernel.permissions import HISTORY
from pendapa.kernel.ui import navigation

navigation.add(
    "history", _("History"), "history", "history:list", 20, permission=HISTORY, group=navigation.MORE
)
