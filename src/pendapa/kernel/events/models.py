"""What live pages listen to: a short-lived row an event, read by every server process."""

from __future__ import annotations

from django.db import models


class StreamEvent(models.Model):
    """A sign that something changed; the page asks for the news itself, so no content travels here."""

    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=40)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
