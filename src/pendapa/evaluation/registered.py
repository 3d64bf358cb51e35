"""What this room registers with the ground floor."""

from __future__ import annotations

from pendapa.evaluation import permissions  # noqa: F401
from pendapa.evaluation.models import Assessment, PublishedResult
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded


def _names(row: Recorded) -> dict[str, str]:
    return {}


history.register(Assessment, names=_names)
history.register(PublishedResult, names=_names)
