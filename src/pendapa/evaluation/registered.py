"""What this room registers with the ground floor."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pendapa.evaluation import permissions
from pendapa.evaluation.models import Assessment, PublishedResult
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.ui import navigation


def _names(row: Recorded) -> dict[str, str]:
    return {}


history.register(Assessment, names=_names)
history.register(PublishedResult, names=_names)
navigation.add("evaluation", _("Assessment"), "stairs-up", "evaluation:list", 30, permission=permissions.VIEW)
