"""The life of the OPD beyond the bare tree: the other names by which a unit is known."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from pendapa.kernel.history.models import Recorded


class UnitAlias(Recorded):
    """Another name (*nama lain*) of a unit, with the time in which it held. ``key`` is the matching key."""

    unit = models.ForeignKey("kernel.Unit", on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=300)
    key = models.CharField(max_length=300, db_index=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    recorded_type: ClassVar[str] = "unit_alias"
    recorded_fields: ClassVar[tuple[str, ...]] = ("unit", "name", "valid_from", "valid_to")
    derived_fields: ClassVar[tuple[str, ...]] = ("key",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "key"], condition=Q(deleted_at=None), name="unit_alias_once")
        ]

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        from pendapa.kernel.tables.names import unit_key
        from pendapa.kernel.tenancy.models import institution_names

        self.key = unit_key(self.name, institution_names(self.institution))[:300]
