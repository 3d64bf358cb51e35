"""A roadmap of some years, what it was when it was set by decree, and its reviews."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.history.models import Recorded


class Roadmap(Recorded):
    """One roadmap (*peta rencana*) of ``first_year`` to ``last_year``. Source: Perpres 95/2018, article 19 (five years).

    ``decree_number`` and ``decree_on`` are those of the decree that set it; ``public`` shows it to everybody.
    """

    STATES = [
        ("draft", _("Being written")),
        ("set", _("Set by decree")),
        ("ended", _("Ended")),
    ]

    title = models.CharField(max_length=200)
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=5, choices=STATES, default="draft")
    decree_number = models.CharField(max_length=120, blank=True)
    decree_on = models.DateField(null=True)
    public = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField()

    recorded_type: ClassVar[str] = "roadmap"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "title", "first_year", "last_year", "state", "decree_number", "decree_on", "public", "note",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "first_year"], condition=Q(deleted_at=None), name="roadmap_once"
            ),
            models.CheckConstraint(condition=Q(last_year__gte=F("first_year")), name="roadmap_years"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def years(self) -> range:
        """Its years."""
        return range(self.first_year, self.last_year + 1)


class Baseline(Recorded):
    """The roadmap as it was frozen (*baku*), with the decree. Its items never change; every view can show drift from it.

    ``digest`` is the SHA-256 of its items, ``counts`` holds ``initiatives`` and ``ceiling`` (rupiah, decimal string).
    """

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="baselines")
    name = models.CharField(max_length=200)
    decree_number = models.CharField(max_length=120, blank=True)
    decree_on = models.DateField(null=True)
    frozen_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)

    recorded_type: ClassVar[str] = "baseline"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "roadmap", "name", "decree_number", "decree_on", "frozen_at", "digest", "counts",
    )  # fmt: skip

    def __str__(self) -> str:
        return self.name


class BaselineItem(models.Model):
    """One initiative as it was in a baseline: its recorded fields, budget by year, targets, owner by name."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    baseline = models.ForeignKey(Baseline, on_delete=models.CASCADE, related_name="items")
    initiative_uid = models.UUIDField()
    snapshot = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["baseline", "initiative_uid"], name="baseline_item_once")
        ]

    def __str__(self) -> str:
        return str(self.snapshot.get("title", self.initiative_uid))


class RoadmapReview(Recorded):
    """A review (*reviu*) of a roadmap. Source: Perpres 95/2018, article 19: mid-term, in the last year, or when needed."""

    KINDS = [("midterm", _("Mid-term")), ("final", _("Last year")), ("needed", _("When needed"))]

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="reviews")
    kind = models.CharField(max_length=8, choices=KINDS)
    held_on = models.DateField()
    findings = models.TextField(blank=True)
    decisions = models.TextField(blank=True)
    baseline = models.ForeignKey(Baseline, on_delete=models.SET_NULL, null=True, related_name="+")

    recorded_type: ClassVar[str] = "roadmap_review"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "roadmap", "kind", "held_on", "findings", "decisions", "baseline",
    )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.held_on}"
