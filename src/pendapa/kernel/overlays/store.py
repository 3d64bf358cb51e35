"""What lies over a shipped pack: read the newest version, keep a new one, tell everybody.

Who may lay something over a pack is for the room to say that owns it; here it is only kept and announced.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.events import bus
from pendapa.kernel.overlays.models import Overlay
from pendapa.kernel.tenancy.models import Institution


def versions(pack: str, institution: Institution | int | None = None) -> QuerySet[Overlay]:
    """All versions over ``pack``, newest first; without ``institution`` those of the whole installation."""
    return Overlay.objects.filter(pack=pack, institution=institution).order_by("-version")


def newest(pack: str, institution: Institution | None = None) -> Overlay | None:
    """The version that holds; ``None`` where the pack stands as shipped."""
    return versions(pack, institution).first()


@transaction.atomic
def keep(
    actor: Actor,
    institution: Institution | None,
    pack: str,
    content: dict[str, Any],
    *,
    label: str = "",
    reason: str = "",
) -> Overlay:
    """Keep ``content`` as the next version; the event ``overlay.kept`` (``overlay_id``, ``pack``) follows the commit."""
    last = versions(pack, institution).select_for_update().first()
    kept = Overlay.objects.create(
        institution=institution,
        pack=pack,
        version=last.version + 1 if last else 1,
        label=label,
        content=content,
        reason=reason,
        author=actor.user,
        author_name=actor.name,
    )
    bus.emit("overlay.kept", overlay_id=kept.pk, pack=pack)
    return kept
