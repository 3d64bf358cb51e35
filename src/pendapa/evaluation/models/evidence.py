"""Evidence (*bukti dukung*), where it is used, the register of decrees, and uploads on their way."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pendapa.evaluation.models.cycles import Cycle
from pendapa.kernel.history.models import Recorded


class Decree(Recorded):
    """A decree or a policy (*produk hukum, kebijakan*): number, what it regulates, until when it holds.

    ``reviewed_on`` is the day of its last review. ``kind`` is free: Perbup, Kepbup, SE, SOP.
    """

    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=80)
    title = models.CharField(max_length=400)
    scope = models.TextField(blank=True)
    set_on = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    reviewed_on = models.DateField(null=True)
    unit = models.ForeignKey("kernel.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    replaces = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="replaced_by")
    file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")

    recorded_type: ClassVar[str] = "decree"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "kind", "number", "title", "scope", "set_on", "valid_until", "reviewed_on", "unit", "replaces", "file",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "kind", "number"], condition=Q(deleted_at=None), name="decree_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Evidence(Recorded):
    """One piece: a file, a link, a decree of the register, or a record of Pendapa itself pinned at its version.

    It belongs to ``unit`` (none: to the institution as a whole) and serves many indicators and years by `EvidenceUse`.
    ``nature`` tells which rule of age applies (policy, review, audit, report, other); ``dated`` is the day on the document.
    ``record_type``/``record_uid``/``record_version`` name a revision of the history, ``record_name`` its name then.
    ``sha256`` is that of the file, or of the pinned revision. ``link_state`` is what the last check of the link found.
    ``pages`` counts those of a PDF (None: not known).
    """

    SOURCES = [
        ("file", _("File")),
        ("link", _("Link")),
        ("decree", _("Decree")),
        ("record", _("Record of Pendapa")),
    ]
    NATURES = [
        ("policy", _("Policy")),
        ("review", _("Review")),
        ("audit", _("Audit")),
        ("report", _("Report or minutes")),
        ("screen", _("Screen of an application")),
        ("other", _("Other")),
    ]

    title = models.CharField(max_length=300)
    source = models.CharField(max_length=6, choices=SOURCES)
    nature = models.CharField(max_length=6, choices=NATURES, default="other")
    unit = models.ForeignKey("kernel.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    dated = models.DateField(null=True)
    file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    media = models.CharField(max_length=120, blank=True)
    pages = models.PositiveIntegerField(null=True)
    url = models.CharField(max_length=1000, blank=True)
    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, null=True, related_name="pieces")
    record_type = models.CharField(max_length=40, blank=True)
    record_uid = models.UUIDField(null=True)
    record_version = models.PositiveIntegerField(null=True)
    record_name = models.CharField(max_length=620, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    link_state = models.CharField(max_length=120, blank=True)
    link_checked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    author_name = models.CharField(max_length=200, blank=True)

    recorded_type: ClassVar[str] = "evidence"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "title", "source", "nature", "unit", "dated", "file", "url", "decree", "record_type", "record_uid",
        "record_version", "record_name", "sha256",
    )  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["institution", "-id"], name="evidence_recent"),
            models.Index(fields=["institution", "sha256"], name="evidence_digest"),
        ]

    def __str__(self) -> str:
        return self.title


class EvidenceUse(Recorded):
    """A piece as evidence of one indicator in one cycle, and what the assessors said of it.

    ``level`` is the level it proves (0: the indicator as a whole), ``item`` a code of the instrument (Pemdi: "I1-L2-02").
    ``carried_from`` points to the use in an earlier cycle from which it was taken over. ``late``: hung on after the deadline,
    with an upload that was begun before it.
    """

    STATES = [
        ("waiting", _("Not assessed")),
        ("accepted", _("Accepted")),
        ("revise", _("To be revised")),
        ("rejected", _("Rejected")),
    ]

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="uses")
    indicator = models.CharField(max_length=10)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="uses")
    level = models.PositiveSmallIntegerField(default=0)
    item = models.CharField(max_length=20, blank=True)
    page = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=STATES, default="waiting")
    reason = models.TextField(blank=True)
    judged_by = models.CharField(max_length=200, blank=True)
    judged_at = models.DateTimeField(null=True)
    carried_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    late = models.BooleanField(default=False)

    recorded_type: ClassVar[str] = "evidence_use"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "cycle", "indicator", "evidence", "level", "item", "page", "note", "state", "reason", "judged_by",
        "carried_from", "late",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "indicator", "evidence", "level", "item"],
                condition=Q(deleted_at=None),
                name="evidence_use_once",
            )
        ]
        indexes = [models.Index(fields=["cycle", "indicator"], name="evidence_use_of")]

    def __str__(self) -> str:
        return f"{self.indicator}"


class Upload(models.Model):
    """A file on its way, in pieces: what was received stays when the line breaks. ``received`` in bytes."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("kernel.User", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    fingerprint = models.CharField(max_length=80, blank=True)
    cycle = models.ForeignKey(Cycle, on_delete=models.SET_NULL, null=True, related_name="+")
    file = models.ForeignKey("kernel.StoredFile", on_delete=models.SET_NULL, null=True, related_name="+")
    begun_at = models.DateTimeField()
    moved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["institution", "user", "-moved_at"], name="upload_of_user")]
