"""What this room registers with the ground floor: its right, and the first place of the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pendapa.cockpit import permissions  # noqa: F401
from pendapa.kernel.ui import navigation

navigation.add("home", _("Home"), "home", "cockpit:home", 0)
