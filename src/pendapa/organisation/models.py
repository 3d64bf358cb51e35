"""The life of the OPD beyond the bare tree: other names of a unit, names of people, accounts on their way."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

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
            models.UniqueConstraint(
                fields=["unit", "key"], condition=Q(deleted_at=None), name="unit_alias_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        from pendapa.kernel.tables.names import unit_key
        from pendapa.kernel.tenancy.models import institution_names

        self.key = unit_key(self.name, institution_names(self.institution))[:300]


class Succession(Recorded):
    """What became of a unit (*perubahan kelembagaan*): merged into, split off to, or renamed, on a day, by a decree."""

    KINDS = [("merge", _("Merged")), ("split", _("Split")), ("rename", _("Renamed"))]

    kind = models.CharField(max_length=10, choices=KINDS)
    source = models.ForeignKey("kernel.Unit", on_delete=models.CASCADE, related_name="successions")
    target = models.ForeignKey("kernel.Unit", on_delete=models.CASCADE, related_name="preceded_by")
    on = models.DateField()
    decree = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)

    recorded_type: ClassVar[str] = "succession"
    recorded_fields: ClassVar[tuple[str, ...]] = ("kind", "source", "target", "on", "decree", "note")

    def __str__(self) -> str:
        return f"{self.source.name} → {self.target.name}"


class KnownName(models.Model):
    """The name by which an institution knows a person whose account it did not make.

    The account's own name was given elsewhere and is not told to whoever can guess a sign-in name.
    """

    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("kernel.User", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "user"], name="known_name_once")]


class AccountBatch(models.Model):
    """A spreadsheet of people between upload and confirmation, as written. Old ones are thrown away.

    ``rows``: ``[{"row", "name", "username", …}]``. ``made``: ids of the accounts that were made and whose links may still be
    fetched by ``author``, until ``made_at`` is an hour ago.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey("kernel.User", on_delete=models.CASCADE, related_name="+")
    filename = models.CharField(max_length=200)
    rows = models.JSONField(default=list)
    made = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    made_at = models.DateTimeField(null=True)
