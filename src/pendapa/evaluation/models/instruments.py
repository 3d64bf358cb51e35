"""Versions of an instrument as an institution uses it: a pack with what is laid over it, or one of its own."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from pendapa.kernel.history.models import Recorded


class Edition(Recorded):
    """One frozen version (*edisi*) of an instrument. An assessment keeps the one with which it began.

    ``content`` is the whole pack as its YAML reads, ``overlay`` what an institution laid over the shipped one (empty for
    an imported instrument), ``digest`` the SHA-256 of ``content`` in canonical JSON. Rows are never changed, only added.
    """

    instrument = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    content = models.JSONField()
    overlay = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField()

    recorded_type: ClassVar[str] = "instrument_edition"
    recorded_fields: ClassVar[tuple[str, ...]] = ("instrument", "number", "overlay", "digest", "note")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "instrument", "number"], name="edition_once")
        ]

    def __str__(self) -> str:
        return f"{self.instrument} ({self.number})"
