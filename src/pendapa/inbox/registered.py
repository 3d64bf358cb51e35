"""What this room registers with the ground floor: its right, and its place in the navigation with the number that waits."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pendapa.inbox.permissions import INBOX
from pendapa.kernel.ui import navigation
from pendapa.kernel.waiting import ports

navigation.add("inbox", _("Inbox"), "bell", "inbox:list", 5, permission=INBOX, badge=ports.badge)
