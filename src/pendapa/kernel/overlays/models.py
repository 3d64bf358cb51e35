"""What is laid over the shipped packs: an institution's own fields and values, a newer national tree."""

from __future__ import annotations

from django.db import models


class Overlay(models.Model):
    """A version of what lies over one pack (*lapisan*); the newest one holds, older ones stay.

    Without ``institution`` it holds for the whole installation (a newer national reference tree). ``pack`` is
    ``metamodel``, ``references/RAB`` …; ``content`` has the shape of the pack's own file.
    """

    institution = models.ForeignKey(
        "kernel.Institution", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    pack = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    label = models.CharField(max_length=120, blank=True)
    content = models.JSONField()
    reason = models.TextField(blank=True)
    author = models.ForeignKey("kernel.User", on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "pack", "version"],
                condition=models.Q(institution__isnull=False),
                name="overlay_version_once",
            ),
            models.UniqueConstraint(
                fields=["pack", "version"],
                condition=models.Q(institution__isnull=True),
                name="overlay_national_version_once",
            ),
        ]
