"""Questions that people keep under a name, for themselves or for everybody here."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pendapa.architecture.permissions import VIEW
from pendapa.kernel.saved import ports

PLACE = "analysis:query"
PARAMETERS = ("tanya", "tampilan")
KEPT = 400
"""Characters of a question that can be kept: a kept list holds no longer parameters."""


def register() -> None:
    """Let people keep questions. Who opens a shared one sees what that person may see."""
    ports.register(ports.Place(PLACE, _("Ask"), VIEW, PARAMETERS))
