"""The yearly round of an assessment: steps, people, meetings, signed papers, and what came of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.history.models import Recorded


class Cycle(Recorded):
    """One round (*putaran penilaian*) of a year under one instrument; its three sheets of levels are `Assessment` rows.

    ``step`` is a key of the cycle pack, ``deadlines`` maps steps to ISO dates: they are set by letter each year, so they are
    data. ``general`` holds the general questions (*pertanyaan umum*). ``consent`` is the coordinator's word on publication
    (None: not yet said), an approval in the application and no certified signature.
    """

    KINDS = [("monitoring", _("Monitoring")), ("evaluation", _("Evaluation"))]

    year = models.PositiveSmallIntegerField()
    instrument = models.CharField(max_length=40)
    edition = models.ForeignKey("evaluation.Edition", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=KINDS, default="evaluation")
    step = models.CharField(max_length=20, default="self")
    visit = models.BooleanField(default=False)
    deadlines = models.JSONField(default=dict)
    general = models.JSONField(default=dict)
    previous = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    consent = models.BooleanField(null=True)
    consent_text = models.TextField(blank=True)
    steps_done = models.JSONField(default=list)
    """Each passed step: ``{"step", "at", "by", "office", "note"}``; going back adds an entry with ``"back": true``."""

    recorded_type: ClassVar[str] = "cycle"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "year", "instrument", "edition", "kind", "step", "visit", "deadlines", "general", "previous", "consent",
        "consent_text", "steps_done",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "year", "instrument"], condition=Q(deleted_at=None), name="cycle_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.instrument} {self.year}"


class Member(Recorded):
    """A person in the team of a cycle: coordinator, responsible officer, data entry, internal or external assessor.

    ``function`` is a key of the cycle pack. ``name`` and ``office`` are kept as they were, also for people without account.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey("kernel.User", on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=200)
    office = models.CharField(max_length=300, blank=True)
    function = models.CharField(max_length=20)
    field = models.CharField(max_length=60, blank=True)

    recorded_type: ClassVar[str] = "cycle_member"
    recorded_fields: ClassVar[tuple[str, ...]] = ("cycle", "user", "name", "office", "function", "field")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "user", "function"],
                condition=Q(deleted_at=None, user__isnull=False),
                name="member_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class CycleEvent(Recorded):
    """A meeting, an interview (*interviu*) or a visit (*visitasi*) with its minutes.

    ``clarifications`` maps indicators to what was said of them.
    """

    KINDS = [("meeting", _("Meeting")), ("interview", _("Interview")), ("visit", _("Visit"))]

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=KINDS)
    held_on = models.DateField()
    place = models.CharField(max_length=300, blank=True)
    present = models.TextField(blank=True)
    minutes = models.TextField(blank=True)
    clarifications = models.JSONField(default=dict)

    recorded_type: ClassVar[str] = "cycle_event"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "cycle", "kind", "held_on", "place", "present", "minutes", "clarifications",
    )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.held_on}"


class SignedPaper(Recorded):
    """A signed paper of a cycle: berita acara, consent to publish, or the ministry's result.

    ``signatures`` is what the check of the PDF found: a list of ``{"signer", "at", "intact", "trusted", "covers", "reason"}``.
    """

    KINDS = [
        ("minutes", _("Official record (berita acara)")),
        ("consent", _("Consent to publish")),
        ("result", _("Result of the ministry")),
    ]

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="papers")
    kind = models.CharField(max_length=10, choices=KINDS)
    file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="+")
    signatures = models.JSONField(default=list)
    checked_at = models.DateTimeField(null=True)

    recorded_type: ClassVar[str] = "signed_paper"
    recorded_fields: ClassVar[tuple[str, ...]] = ("cycle", "kind", "file", "signatures")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}"


class Finding(Recorded):
    """A strength, a weakness or a recommendation of a result, and what is done about it (*tindak lanjut*)."""

    KINDS = [
        ("strength", _("Strength")),
        ("weakness", _("Weakness")),
        ("recommendation", _("Recommendation")),
    ]
    STATES = [("open", _("Not begun")), ("doing", _("Being done")), ("done", _("Done"))]

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=14, choices=KINDS)
    indicator = models.CharField(max_length=10, blank=True)
    text = models.TextField()
    unit = models.ForeignKey("kernel.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    due = models.DateField(null=True)
    state = models.CharField(max_length=5, choices=STATES, default="open")
    follow_up = models.TextField(blank=True)

    recorded_type: ClassVar[str] = "finding"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "cycle", "kind", "indicator", "text", "unit", "due", "state", "follow_up",
    )  # fmt: skip

    def __str__(self) -> str:
        return self.text[:80]
