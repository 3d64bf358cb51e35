"""What changes is remembered: change sets, revisions and the chained ledger of digests.

A change set (*set perubahan*) is the only way to write a recorded thing. Each write leaves one revision with a full
snapshot; each applied set leaves one ledger entry whose digest covers the salted digests of all its revisions and the
entry before. The ledger holds digests only, so that a value can be erased when the law asks.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Recorded(models.Model):
    """Base of everything written through change sets. ``recorded_fields`` are the fields a snapshot holds."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("kernel.Institution", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    deleted_at = models.DateTimeField(null=True, blank=True)

    recorded_type: ClassVar[str] = ""
    recorded_fields: ClassVar[tuple[str, ...]] = ()
    derived_fields: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def derive(self) -> None:
        """Compute ``derived_fields`` (keys for matching and order) from the recorded ones."""


class ChangeSet(models.Model):
    """One act of writing, with author and reason: proposed, reviewed, applied, and taken back.

    A set that nobody has to review is applied at once. Otherwise it is a ``draft`` that gathers :class:`ChangeItem` rows;
    ``submitted``, it waits at ``step`` (see :mod:`pendapa.kernel.history.review`); ``agreed``, it has passed all steps and
    waits for ``effective_on`` (to-be); ``applied``, its items have become revisions. ``created_at`` is when it took effect,
    until then when it was begun.
    """

    KINDS = [("edit", "edit"), ("import", "import"), ("plan", "plan"), ("undo", "undo")]
    STATES = [
        ("draft", _("Draft")),
        ("submitted", _("Under review")),
        ("returned", _("Returned")),
        ("agreed", _("Agreed, not yet in force")),
        ("withdrawn", _("Withdrawn")),
        ("applied", _("Applied")),
        ("undone", _("Taken back")),
        ("partly_undone", _("Partly taken back")),
    ]
    WRITTEN: ClassVar[tuple[str, ...]] = ("applied", "undone", "partly_undone")
    OPEN: ClassVar[tuple[str, ...]] = ("draft", "returned")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        "kernel.Institution", on_delete=models.CASCADE, related_name="change_sets"
    )
    kind = models.CharField(max_length=12, choices=KINDS)
    state = models.CharField(max_length=16, choices=STATES, default="applied")
    step = models.CharField(max_length=12, blank=True)
    author = models.ForeignKey("kernel.User", on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=200)
    unit = models.ForeignKey("kernel.Unit", on_delete=models.SET_NULL, null=True, related_name="+")
    title = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    effective_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    drafted_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    undoes = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="undone_by")
    counts = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["institution", "-created_at", "-id"], name="changeset_recent"),
            models.Index(fields=["institution", "state", "step"], name="changeset_waiting"),
        ]


class ChangeItem(models.Model):
    """What a set proposes for one thing. ``base_version`` is the version it was written against (0: it is new).

    ``patch`` holds new values by field, those inside a JSON field as ``attributes.basis``; what points to another recorded
    thing is ``{"uid": …, "name": …}``. ``name`` is what people read.
    """

    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="items")
    target_type = models.CharField(max_length=40)
    target_uid = models.UUIDField()
    verb = models.CharField(max_length=10)  # add | change | delete | restore
    base_version = models.PositiveIntegerField(default=0)
    patch = models.JSONField(default=dict)
    name = models.CharField(max_length=620, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change_set", "target_uid"], name="changeitem_once"),
        ]
        indexes = [models.Index(fields=["target_uid"], name="changeitem_target")]


class Review(models.Model):
    """One word on a set on its way: who said what, in which office. Approval here is not a certified signature."""

    VERDICTS = [
        ("submitted", _("Handed in")),
        ("agreed", _("Agreed")),
        ("returned", _("Returned")),
        ("commented", _("Comment")),
        ("skipped", _("Step skipped")),
        ("withdrawn", _("Withdrawn")),
        ("applied", _("Applied")),
    ]

    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="reviews")
    step = models.CharField(max_length=12, blank=True)
    verdict = models.CharField(max_length=12, choices=VERDICTS)
    by = models.ForeignKey("kernel.User", on_delete=models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=200, blank=True)
    office = models.CharField(max_length=300, blank=True)
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["change_set", "at"], name="review_of_set")]


class Revision(models.Model):
    """The state of one thing after one write, with the names of what it points to."""

    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="revisions")
    target_type = models.CharField(max_length=40)
    target_uid = models.UUIDField()
    version = models.PositiveIntegerField()
    verb = models.CharField(max_length=10)  # add | change | delete | restore
    snapshot = models.JSONField()
    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target_uid", "version"], name="revision_target_version")
        ]


class LedgerEntry(models.Model):
    """A link of the institution's chain: ``digest = sha256(previous + seq + what + digests of the set's revisions)``."""

    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="ledger")
    seq = models.PositiveBigIntegerField()
    change_set = models.ForeignKey(ChangeSet, on_delete=models.SET_NULL, null=True, related_name="ledger")
    what = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "seq"], name="ledger_institution_seq")]
