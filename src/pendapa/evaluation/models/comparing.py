"""Results of other institutions to compare with, and the index as a performance indicator of the strategy map."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from pendapa.kernel.history.models import Recorded


class PeerResult(Recorded):
    """A result of another institution, as this one has it from a named source.

    ``levels``, ``aspects`` and ``domains`` are what is known, numbers as decimal strings; ``index`` is computed from them,
    or printed where only that is known (``basis`` "printed").
    """

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40, blank=True)
    region = models.CharField(max_length=80, blank=True)
    year = models.PositiveSmallIntegerField()
    instrument = models.CharField(max_length=40)
    levels = models.JSONField(default=dict)
    aspects = models.JSONField(default=dict)
    domains = models.JSONField(default=dict)
    index = models.CharField(max_length=40)
    basis = models.CharField(max_length=10)
    predicate = models.CharField(max_length=40, blank=True)
    source = models.TextField()
    verified = models.BooleanField(default=False)

    recorded_type: ClassVar[str] = "peer_result"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "name", "kind", "region", "year", "instrument", "levels", "aspects", "domains", "index", "basis", "predicate",
        "source", "verified",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "name", "year", "instrument"],
                condition=Q(deleted_at=None),
                name="peer_result_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"


class IkuLink(Recorded):
    """Which performance indicator (*IKU*) of the strategy map the index is: ``element`` is the uid of that element."""

    element = models.UUIDField()
    instrument = models.CharField(max_length=40, blank=True)

    recorded_type: ClassVar[str] = "iku_link"
    recorded_fields: ClassVar[tuple[str, ...]] = ("element", "instrument")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution"], condition=Q(deleted_at=None), name="iku_link_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.element)
