"""The live stream's writing side."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from pendapa.kernel.events.models import StreamEvent

KEEP = timedelta(minutes=10)


def publish(institution_id: int, topic: str, payload: dict[str, Any] | None = None) -> None:
    """Leave a sign for live pages; old signs are swept on the way.

    Everybody of the institution gets it, so that it names nothing: the pages ask for their news through their own doors.
    """
    StreamEvent.objects.create(institution_id=institution_id, topic=topic, payload=payload or {})
    StreamEvent.objects.filter(created_at__lt=timezone.now() - KEEP).delete()
