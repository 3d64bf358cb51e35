"""Lists as people like them: filters and columns under a name, shared or not."""

from __future__ import annotations

import uuid

from django.db import models


class SavedView(models.Model):
    """A list (*tampilan tersimpan*) at ``place`` (the name of its address): ``query`` by parameter, ``columns`` in order.

    Without a name it is what the owner last chose for that place. ``shared`` shows it to everybody of the institution.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey("kernel.User", on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=80)
    name = models.CharField(max_length=120, blank=True)
    query = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "owner", "place", "name"], name="saved_view_name_once"
            )
        ]
