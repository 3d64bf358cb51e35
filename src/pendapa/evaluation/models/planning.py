"""What if, what it costs, and the computed plan to a target."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.history.models import Recorded


class Scenario(Recorded):
    """Levels as they might be (*andaikan*), kept under a name; ``base`` are the levels it set out from."""

    name = models.CharField(max_length=200)
    instrument = models.CharField(max_length=40)
    edition = models.ForeignKey("evaluation.Edition", on_delete=models.PROTECT, null=True, related_name="+")
    base = models.JSONField(default=dict)
    levels = models.JSONField(default=dict)
    author = models.ForeignKey("kernel.User", on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=200, blank=True)
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    recorded_type: ClassVar[str] = "scenario"
    recorded_fields: ClassVar[tuple[str, ...]] = ("name", "instrument", "edition", "base", "levels", "shared")

    def __str__(self) -> str:
        return self.name


class StepCost(Recorded):
    """What one step of an indicator, from ``level`` - 1 to ``level``, costs this institution (rupiah) and takes (person-days)."""

    instrument = models.CharField(max_length=40)
    indicator = models.CharField(max_length=10)
    level = models.PositiveSmallIntegerField()
    cost = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    days = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    note = models.CharField(max_length=300, blank=True)

    recorded_type: ClassVar[str] = "step_cost"
    recorded_fields: ClassVar[tuple[str, ...]] = ("instrument", "indicator", "level", "cost", "days", "note")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "instrument", "indicator", "level"],
                condition=Q(deleted_at=None),
                name="step_cost_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} → {self.level}"


class Plan(Recorded):
    """A computed plan: ``problem`` as `pendapa plan` reads it, ``result`` as it answers, ``first_year`` the year of step one.

    ``alternatives`` holds the next cheapest different plans, ``sent_at`` the moment it became drafts of initiatives, ``form``
    what the person asked for, in the words of the form (names of fields to text), ``job`` the work that computes it.
    """

    STATES = [
        ("computing", _("Being computed")),
        ("optimal", _("Proven cheapest")),
        ("infeasible", _("Cannot be reached")),
        ("failed", _("Failed")),
    ]

    title = models.CharField(max_length=200)
    instrument = models.CharField(max_length=40)
    edition = models.ForeignKey("evaluation.Edition", on_delete=models.PROTECT, null=True, related_name="+")
    first_year = models.PositiveSmallIntegerField()
    problem = models.JSONField()
    result = models.JSONField(default=dict)
    alternatives = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=STATES, default="computing")
    author = models.ForeignKey("kernel.User", on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    form = models.JSONField(default=dict)
    job = models.ForeignKey("kernel.Job", on_delete=models.SET_NULL, null=True, related_name="+")

    recorded_type: ClassVar[str] = "index_plan"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "title", "instrument", "edition", "first_year", "problem", "result", "alternatives", "state", "sent_at",
    )  # fmt: skip

    def __str__(self) -> str:
        return self.title
