"""Files that people hand in: kept under ``PENDAPA_HOME/files``, found again by uid, checked by digest."""

from __future__ import annotations

import uuid

from django.db import models


class StoredFile(models.Model):
    """One kept file. ``name`` is what the person called it and is never used as a path."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_by = models.ForeignKey("kernel.User", on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
