"""Assessments of an institution: levels per indicator in a year, and published results known only as a figure."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.history.models import Recorded


class Assessment(Recorded):
    """One sheet of a cycle: the levels (*tingkat kematangan*) of a year under one instrument, as one stage sees them.

    ``notes`` maps indicators to the reason of their level.
    ``levels`` maps the indicator's number to its level as a decimal string (``{"1": "3", "35.1": "2"}``), so that no
    rounding happens on the way through the database.
    """

    STAGES = [
        ("self", _("Self-assessment")),
        ("internal", _("Internal assessors")),
        ("external", _("External result")),
    ]

    cycle = models.ForeignKey("evaluation.Cycle", on_delete=models.PROTECT, related_name="sheets")
    year = models.PositiveSmallIntegerField()
    instrument = models.CharField(max_length=40)
    stage = models.CharField(max_length=10, choices=STAGES, default="self")
    levels = models.JSONField(default=dict)
    notes = models.JSONField(default=dict)
    target = models.CharField(max_length=10, blank=True)
    is_public = models.BooleanField(default=False)

    recorded_type: ClassVar[str] = "assessment"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "year",
        "instrument",
        "stage",
        "levels",
        "notes",
        "target",
        "is_public",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "year", "instrument", "stage"],
                condition=Q(deleted_at=None),
                name="assessment_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.instrument} {self.year}"


class PublishedResult(Recorded):
    """An index that is known as a published figure only. ``year`` is empty where the source gives none: never invented.

    ``target`` is the index aimed at, where the same source names one.
    """

    year = models.PositiveSmallIntegerField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    instrument = models.CharField(max_length=40, blank=True)
    index = models.CharField(max_length=20)
    predicate = models.CharField(max_length=40, blank=True)
    target = models.CharField(max_length=20, blank=True)
    source = models.TextField()
    verified = models.BooleanField(default=False)
    is_public = models.BooleanField(default=True)

    recorded_type: ClassVar[str] = "published_result"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "year",
        "order",
        "instrument",
        "index",
        "predicate",
        "target",
        "source",
        "verified",
        "is_public",
    )

    def __str__(self) -> str:
        return f"{self.index} ({self.year or '—'})"
