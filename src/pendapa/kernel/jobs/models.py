"""Work that takes longer than a request: rows people can watch and cancel; django-tasks runs them."""

from __future__ import annotations

import uuid

from django.db import models


class Job(models.Model):
    """One piece of background work, with progress. ``result`` and ``error`` are for people to read; ``worker`` is the
    process that runs it (:mod:`pendapa.kernel.jobs.workers`)."""

    STATES = [(s, s) for s in ("waiting", "running", "done", "failed", "cancelled")]

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="jobs")
    user = models.ForeignKey("kernel.User", on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=80)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=STATES, default="waiting")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    step = models.CharField(max_length=120, blank=True)
    cancel_asked = models.BooleanField(default=False)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    worker = models.CharField(max_length=200, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["institution", "-created_at"], name="job_recent")]

    @property
    def is_over(self) -> bool:
        return self.state in {"done", "failed", "cancelled"}

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0
