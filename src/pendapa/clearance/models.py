"""Requests for new IT spending, what was said about them, what was known at a moment, and the files beside them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pendapa.clearance.rules import flow
from pendapa.kernel.history.models import Recorded


class ClearanceRequest(Recorded):
    """One request (*permohonan rekomendasi*) of a unit for a budget year.

    ``answers`` is keyed by the questions of the pack, ``risks`` a list of rows by its columns. ``number`` runs within
    ``number_year`` and is given when it first reaches the secretariat; the letter has a number of its own. ``letter`` keeps
    how the letter was set when it was decided: ``number``, ``day`` and ``official``.
    """

    STATES = [
        (flow.DRAFT, _("Being written")),
        (flow.AT_HEAD, _("With the head of the agency")),
        (flow.RETURNED, _("Returned to be completed")),
        (flow.SUBMITTED, _("With the secretariat")),
        (flow.RECOMMENDED, _("Waits for the decision")),
        (flow.DECIDED, _("Decided")),
        (flow.WITHDRAWN, _("Withdrawn")),
    ]
    VERDICTS = [
        (flow.GO, _("Recommended")),
        (flow.CONDITIONS, _("Recommended with conditions")),
        (flow.NOT, _("Not recommended")),
    ]
    DECISIONS = [
        (flow.GO, _("Goes ahead")),
        (flow.CONDITIONS, _("Goes ahead with conditions")),
        (flow.NOT, _("Does not go ahead")),
    ]

    unit = models.ForeignKey("kernel.Unit", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    answers = models.JSONField(default=dict)
    risks = models.JSONField(default=list)
    state = models.CharField(max_length=12, choices=STATES, default=flow.DRAFT)
    number_year = models.PositiveSmallIntegerField(null=True)
    number = models.PositiveIntegerField(null=True)
    verdict = models.CharField(max_length=12, choices=VERDICTS, blank=True)
    verdict_text = models.TextField(blank=True)
    justification = models.TextField(blank=True)
    decision = models.CharField(max_length=12, choices=DECISIONS, blank=True)
    decision_text = models.TextField(blank=True)
    letter_year = models.PositiveSmallIntegerField(null=True)
    letter_number = models.PositiveIntegerField(null=True)
    letter = models.JSONField(default=dict)
    author = models.ForeignKey("kernel.User", on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=200, blank=True)
    submitter = models.ForeignKey("kernel.User", on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    moved_at = models.DateTimeField()

    recorded_type: ClassVar[str] = "clearance_request"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "unit",
        "year",
        "title",
        "answers",
        "risks",
        "state",
        "number_year",
        "number",
        "verdict",
        "verdict_text",
        "justification",
        "decision",
        "decision_text",
        "letter_year",
        "letter_number",
        "letter",
    )
    derived_fields: ClassVar[tuple[str, ...]] = ("submitter", "moved_at")
    took_part: tuple[int, bool] | None = None
    """A person, and whether they ever began, handed in or submitted it: what was read along for a reader."""
    moving: bool = False
    """Set by the verbs of this room: what else writes a request may change only what is still being written."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "number_year", "number"],
                condition=Q(number__isnull=False),
                name="clearance_number_once",
            ),
            models.UniqueConstraint(
                fields=["institution", "letter_year", "letter_number"],
                condition=Q(letter_number__isnull=False),
                name="clearance_letter_once",
            ),
            models.CheckConstraint(
                condition=~Q(state=flow.DECIDED) | ~Q(decision=""), name="clearance_decided_says_what"
            ),
        ]
        indexes = [models.Index(fields=["institution", "state", "-id"], name="clearance_by_state")]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        """The number within its year, such as ``2026-0007``; empty until it has one."""
        return f"{self.number_year}-{self.number:04d}" if self.number else ""

    @property
    def is_open(self) -> bool:
        """Its text may be changed."""
        return self.state in flow.OPEN


class ClearanceStep(models.Model):
    """One word on a request on its way: who did what in which office. Not a certified signature."""

    VERBS = [
        ("begin", _("Begun")),
        ("hand_in", _("Handed to the head")),
        ("submit", _("Submitted")),
        ("return", _("Returned")),
        ("recommend", _("Recommendation")),
        ("justify", _("Justification")),
        ("decide", _("Decision")),
        ("withdraw", _("Withdrawn")),
        ("reopen", _("Taken up again")),
    ]

    request = models.ForeignKey(ClearanceRequest, on_delete=models.CASCADE, related_name="steps")
    verb = models.CharField(max_length=12, choices=VERBS)
    verdict = models.CharField(max_length=12, blank=True)
    by = models.ForeignKey("kernel.User", on_delete=models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=200, blank=True)
    office = models.CharField(max_length=300, blank=True)
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["request", "at"], name="clearance_step_of")]


class ClearanceFacts(models.Model):
    """What was known when a request was submitted or decided, whoever may see it: readers get their cut of it."""

    MOMENTS = [("submitted", _("When it was submitted")), ("decided", _("When it was decided"))]

    request = models.ForeignKey(ClearanceRequest, on_delete=models.CASCADE, related_name="kept_facts")
    moment = models.CharField(max_length=10, choices=MOMENTS)
    facts = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["request", "moment", "-id"], name="clearance_facts_of")]


class ClearanceFile(Recorded):
    """A file beside a request: terms of reference, cost-benefit analysis. ``type`` is what it is by its content."""

    request = models.ForeignKey(ClearanceRequest, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=8)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    moving: bool = False

    recorded_type: ClassVar[str] = "clearance_file"
    recorded_fields: ClassVar[tuple[str, ...]] = ("request", "kind", "name", "type", "size", "sha256")

    class Meta:
        indexes = [models.Index(fields=["request", "id"], name="clearance_file_of")]

    def __str__(self) -> str:
        return self.name
