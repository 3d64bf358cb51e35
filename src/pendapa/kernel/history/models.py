"""What changes is remembered: change sets, revisions and the chained ledger of digests.

A change set (*set perubahan*) is the only way to write a recorded thing. Each write leaves one revision with a full
snapshot; each applied set leaves one ledger entry whose digest covers the salted digests of all its revisions and the
entry before. The ledger holds digests only, so that a value can be erased when the law asks.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


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
    """One act of writing, with author and reason; what an import or an edit did, and what undo takes back."""

    KINDS = [("edit", "edit"), ("import", "import"), ("plan", "plan"), ("undo", "undo")]
    STATES = [("applied", "applied"), ("undone", "undone"), ("partly_undone", "partly undone")]

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        "kernel.Institution", on_delete=models.CASCADE, related_name="change_sets"
    )
    kind = models.CharField(max_length=12, choices=KINDS)
    state = models.CharField(max_length=16, choices=STATES, default="applied")
    author = models.ForeignKey("kernel.User", on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=200)
    unit = models.ForeignKey("kernel.Unit", on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField()
    undoes = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="undone_by")
    counts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["institution", "-created_at", "-id"], name="changeset_recent")]


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
