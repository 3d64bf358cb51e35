"""What rooms above the ground floor have to tell to webhooks."""

from __future__ import annotations

from typing import Any

from pendapa.architecture.models import Release
from pendapa.kernel.events import bus
from pendapa.kernel.webhooks import actions, events


@bus.on("release.created")
def _released(release_id: int, **_more: Any) -> None:
    found = Release.objects.select_related("institution").get(pk=release_id)
    told = {name: getattr(found, name) for name in ("code", "name", "decree_number", "digest")}
    day = found.decree_date.isoformat() if found.decree_date else None
    release = told | {"uid": str(found.uid), "decree_date": day}
    actions.announce(found.institution, {events.RELEASED: {"release": release}})
