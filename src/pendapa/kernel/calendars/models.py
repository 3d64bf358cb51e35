"""Holidays of an institution, and the secret addresses of calendar feeds."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.history.models import Recorded


class Holiday(Recorded):
    """A day on which the office of an institution does not work (*hari libur*), or works although the calendar of the pack
    says otherwise (``works``)."""

    KINDS = [
        ("national", _("National holiday")),
        ("joint", _("Joint leave (cuti bersama)")),
        ("local", _("Local holiday")),
    ]

    day = models.DateField()
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=KINDS, default="local")
    works = models.BooleanField(default=False)

    recorded_type: ClassVar[str] = "holiday"
    recorded_fields: ClassVar[tuple[str, ...]] = ("day", "name", "kind", "works")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "day"], condition=Q(deleted_at=None), name="holiday_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class Feed(models.Model):
    """A secret address at which a calendar program reads what is due: for a person, or for an OPD by one of its people.

    ``digest`` is the SHA-256 of the secret; the secret itself is shown once. It opens only what the person may still see.
    """

    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("kernel.User", on_delete=models.CASCADE, related_name="feeds")
    unit = models.ForeignKey("kernel.Unit", on_delete=models.CASCADE, null=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.unit_id or ''}"
