"""Initiatives (*inisiatif strategis*): what is to be done in a year so that an indicator rises."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.history.models import Recorded


class Initiative(Recorded):
    """One initiative. ``cost`` in rupiah and ``days`` in person-days (None: not known); levels as decimal strings.

    ``plan`` is the uid of the computed plan that it comes from; one plan leaves one draft a step.
    """

    STATES = [("draft", _("Draft"))]

    title = models.CharField(max_length=300)
    instrument = models.CharField(max_length=40, blank=True)
    indicator = models.CharField(max_length=10, blank=True)
    level_from = models.CharField(max_length=10, blank=True)
    level_to = models.CharField(max_length=10, blank=True)
    unit = models.ForeignKey("kernel.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    year = models.PositiveSmallIntegerField()
    cost = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    days = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    state = models.CharField(max_length=10, choices=STATES, default="draft")
    plan = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    recorded_type: ClassVar[str] = "initiative"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "title", "instrument", "indicator", "level_from", "level_to", "unit", "year", "cost", "days", "state", "plan",
    )  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["institution", "year", "id"], name="initiative_by_year"),
            models.Index(fields=["institution", "plan"], name="initiative_of_plan"),
        ]

    def __str__(self) -> str:
        return self.title
