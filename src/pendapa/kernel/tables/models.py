"""Where an import waits for confirmation: nothing here is part of the register yet.

A batch (*impor*) holds the sheets of one file; a staged row keeps the cells as written, what was understood, every
fault and every doubt. ``row`` is the number that the spreadsheet shows.
"""

from __future__ import annotations

import uuid

from django.db import models


class ImportBatch(models.Model):
    """One file on its way in. ``sheets`` describes each sheet: kind, name, header row, columns, bindings, notes."""

    STATES = [(s, s) for s in ("reading", "preview", "saving", "saved", "discarded", "unreadable")]

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="imports")
    user = models.ForeignKey("kernel.User", on_delete=models.SET_NULL, null=True, related_name="+")
    user_name = models.CharField(max_length=200, blank=True)
    unit = models.ForeignKey("kernel.Unit", on_delete=models.SET_NULL, null=True, related_name="+")
    file = models.ForeignKey("kernel.StoredFile", on_delete=models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(max_length=255)
    kind = models.CharField(max_length=20, default="auto")
    sheet = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=12, choices=STATES, default="reading")
    problem = models.JSONField(null=True)
    sheets = models.JSONField(default=list)
    job = models.ForeignKey("kernel.Job", on_delete=models.SET_NULL, null=True, related_name="+")
    change_set = models.ForeignKey(
        "kernel.ChangeSet", on_delete=models.SET_NULL, null=True, related_name="batches"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["institution", "-created_at"], name="import_recent")]


class StagedRow(models.Model):
    """One row of a sheet. ``cells`` are the texts by column position; ``data`` what they mean, by field."""

    VERDICTS = [(s, s) for s in ("new", "changed", "same", "faulty")]

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    sheet = models.PositiveSmallIntegerField(default=0)
    row = models.PositiveIntegerField()
    verdict = models.CharField(max_length=8, choices=VERDICTS)
    cells = models.JSONField()
    data = models.JSONField()
    errors = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    target = models.BigIntegerField(null=True)
    target_version = models.PositiveIntegerField(null=True)
    code_key = models.CharField(max_length=80, blank=True)
    name_key = models.CharField(max_length=340, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "sheet", "row"], name="staged_row_once")]
        indexes = [models.Index(fields=["batch", "verdict", "sheet", "row"], name="staged_by_verdict")]


class HeaderMemory(models.Model):
    """Which column an institution means by a header that no pack knows, as somebody there said once."""

    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    header = models.CharField(max_length=200)  # normalised as headers are compared
    column = models.CharField(max_length=80)  # empty: to be left out
    author_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "kind", "header"], name="header_memory_once")
        ]
