"""What this room registers with the ground floor: its rights, the first place of the navigation, and the leader's cockpit."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pendapa.cockpit.permissions import LEADER
from pendapa.cockpit.queries import reports
from pendapa.kernel.notices import ports as notices
from pendapa.kernel.ui import navigation
from pendapa.roadmap.permissions import REMIND

navigation.add("home", _("Home"), "home", "cockpit:home", 0)
navigation.add("leader", _("Cockpit"), "layout-dashboard", "cockpit:leader", 5, permission=LEADER)
notices.offer("report", reports.by_ladder, some=reports.some, visible=reports.readable, permission=REMIND)
