"""The action plan (*rencana aksi*): who does what under an initiative until when, and what proves it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.history.models import Recorded


class Action(Recorded):
    """One action. ``person_name`` is kept as it was, also for people without an account or who left.

    ``checklist`` is a list of ``{"text", "done"}``. ``repeats`` makes the next of a ``series`` when one is done, until
    ``repeats_until``. ``change_set`` is the proposal that makes the to-be of its elements as-is.
    """

    STATES = [
        ("todo", _("Not begun")),
        ("doing", _("Being done")),
        ("done", _("Done")),
        ("cancelled", _("Cancelled")),
    ]
    REPEATS = [
        ("", _("Once")),
        ("monthly", _("Every month")),
        ("quarterly", _("Every quarter")),
        ("yearly", _("Every year")),
    ]
    OPEN: ClassVar[tuple[str, ...]] = ("todo", "doing")

    initiative = models.ForeignKey("roadmap.Initiative", on_delete=models.CASCADE, related_name="actions")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    unit = models.ForeignKey("kernel.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey("kernel.User", on_delete=models.SET_NULL, null=True, related_name="+")
    person_name = models.CharField(max_length=200, blank=True)
    starts_on = models.DateField(null=True)
    due = models.DateField(null=True)
    state = models.CharField(max_length=9, choices=STATES, default="todo")
    checklist = models.JSONField(default=list)
    evidence_asked = models.TextField(blank=True)
    result = models.TextField(blank=True)
    repeats = models.CharField(max_length=9, choices=REPEATS, blank=True, default="")
    repeats_until = models.DateField(null=True)
    series = models.UUIDField(null=True)
    change_set = models.ForeignKey("kernel.ChangeSet", on_delete=models.SET_NULL, null=True, related_name="+")
    done_on = models.DateField(null=True)
    done_by = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    recorded_type: ClassVar[str] = "action"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "initiative", "parent", "title", "description", "unit", "person", "person_name", "starts_on", "due", "state",
        "checklist", "evidence_asked", "result", "repeats", "repeats_until", "series", "change_set", "done_on", "done_by",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "due"],
                condition=Q(deleted_at=None, series__isnull=False),
                name="action_of_series",
            )
        ]
        indexes = [
            models.Index(fields=["institution", "state", "due", "id"], name="action_by_due"),
            models.Index(fields=["initiative", "due"], name="action_of_initiative"),
            models.Index(fields=["person", "state"], name="action_of_person"),
        ]

    def __str__(self) -> str:
        return self.title


class ActionEvidence(Recorded):
    """What proves an action: a file, or a link."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="evidence")
    title = models.CharField(max_length=300)
    file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    link = models.URLField(max_length=1000, blank=True)
    given_by = models.CharField(max_length=200, blank=True)
    given_at = models.DateTimeField()

    recorded_type: ClassVar[str] = "action_evidence"
    recorded_fields: ClassVar[tuple[str, ...]] = ("action", "title", "file", "link", "given_by", "given_at")

    def __str__(self) -> str:
        return self.title
