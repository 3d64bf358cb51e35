"""What the head of an OPD commits to (*komitmen*), with milestones and what came of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.history.models import Recorded


class Commitment(Recorded):
    """One commitment of an OPD head. Its approval keeps name, office (acting too), time and the hash of what was agreed:
    an approval in the application, no certified signature.

    ``completion`` has the values of the Open Government Partnership; ``no_evidence`` is one of them, and not the same as
    ``not_started``. Source: opengovpartnership.org/glossary/completion. Empty: not assessed yet.
    """

    STATES = [
        ("draft", _("Draft")),
        ("proposed", _("With the head of the agency")),
        ("approved", _("Committed")),
        ("ended", _("Ended")),
        ("withdrawn", _("Withdrawn")),
    ]
    COMPLETIONS = [
        ("no_evidence", _("No evidence available")),
        ("not_started", _("Not started")),
        ("limited", _("Limited")),
        ("substantial", _("Substantial")),
        ("complete", _("Complete")),
    ]

    unit = models.ForeignKey("kernel.Unit", on_delete=models.PROTECT, related_name="+")
    initiative = models.ForeignKey(
        "roadmap.Initiative", on_delete=models.SET_NULL, null=True, related_name="commitments"
    )
    title = models.CharField(max_length=300)
    problem = models.TextField(blank=True)
    text = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    evidence_asked = models.TextField(blank=True)
    state = models.CharField(max_length=9, choices=STATES, default="draft")
    approved_by = models.ForeignKey("kernel.User", on_delete=models.SET_NULL, null=True, related_name="+")
    approved_name = models.CharField(max_length=200, blank=True)
    approved_office = models.CharField(max_length=300, blank=True)
    approved_acting = models.BooleanField(default=False)
    approved_at = models.DateTimeField(null=True)
    approved_hash = models.CharField(max_length=64, blank=True)
    completion = models.CharField(max_length=11, choices=COMPLETIONS, blank=True)
    completion_note = models.TextField(blank=True)
    assessed_on = models.DateField(null=True)
    assessed_by = models.CharField(max_length=200, blank=True)
    public = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    recorded_type: ClassVar[str] = "commitment"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "unit", "initiative", "title", "problem", "text", "starts_on", "ends_on", "evidence_asked", "state", "approved_by",
        "approved_name", "approved_office", "approved_acting", "approved_at", "approved_hash", "completion",
        "completion_note", "assessed_on", "assessed_by", "public",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="commitment_dates"),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "ended"]) | ~Q(approved_hash=""),
                name="commitment_approved_says_what",
            ),
        ]
        indexes = [models.Index(fields=["institution", "state", "ends_on"], name="commitment_by_end")]

    def __str__(self) -> str:
        return self.title


class Milestone(Recorded):
    """A step of a commitment (*tonggak*) with its day; ``file`` or ``link`` is what proves it."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="milestones")
    place = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(max_length=400)
    due = models.DateField()
    done_on = models.DateField(null=True)
    file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    link = models.URLField(max_length=1000, blank=True)
    note = models.TextField(blank=True)

    recorded_type: ClassVar[str] = "milestone"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "commitment", "place", "text", "due", "done_on", "file", "link", "note",
    )  # fmt: skip

    class Meta:
        ordering = ["place", "due", "id"]

    def __str__(self) -> str:
        return self.text
