"""Initiatives (*inisiatif strategis*): what is to be done, by whom, when, and what it lifts and changes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.history.models import Recorded


class Initiative(Recorded):
    """One initiative. ``cost`` in rupiah and ``days`` in person-days are estimates (None: not known).

    ``content`` is a key of the seven contents of the roadmap pack (*muatan*). ``lifts`` is a list of ``{"instrument",
    "indicator", "from", "to"}`` with levels as decimal strings; ``targets`` maps a year to ``{"target", "done"}``. ``year``
    is the year of its start. ``origin`` says where it was born, ``origin_uid`` of which gap, request or draft; ``plan`` is the
    uid of the computed plan that it comes from: one plan leaves one draft a step.
    """

    STATES = [
        ("draft", _("Draft")),
        ("planned", _("Planned")),
        ("doing", _("Under way")),
        ("done", _("Done")),
        ("postponed", _("Postponed")),
        ("cancelled", _("Cancelled")),
    ]
    ORIGINS = [
        ("hand", _("By hand")),
        ("gap", _("From a gap")),
        ("plan", _("From a plan to the target")),
        ("clearance", _("From a request for new spending")),
        ("import", _("From an import")),
    ]

    roadmap = models.ForeignKey(
        "roadmap.Roadmap", on_delete=models.PROTECT, null=True, related_name="initiatives"
    )
    code = models.CharField(max_length=30, blank=True)
    title = models.CharField(max_length=300)
    content = models.CharField(max_length=20, blank=True)
    description = models.TextField(blank=True)
    output = models.TextField(blank=True)
    goal = models.ForeignKey("architecture.Element", on_delete=models.SET_NULL, null=True, related_name="+")
    lifts = models.JSONField(default=list)
    unit = models.ForeignKey("kernel.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    year = models.PositiveSmallIntegerField()
    targets = models.JSONField(default=dict)
    cost = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    days = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    state = models.CharField(max_length=10, choices=STATES, default="draft")
    origin = models.CharField(max_length=10, choices=ORIGINS, default="hand")
    origin_uid = models.UUIDField(null=True)
    plan = models.UUIDField(null=True)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField()

    recorded_type: ClassVar[str] = "initiative"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "roadmap", "code", "title", "content", "description", "output", "goal", "lifts", "unit", "starts_on", "ends_on",
        "year", "targets", "cost", "days", "state", "origin", "origin_uid", "plan", "note",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "code"],
                condition=Q(deleted_at=None) & ~Q(code=""),
                name="initiative_code_once",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="initiative_dates",
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "year", "id"], name="initiative_by_year"),
            models.Index(fields=["institution", "plan"], name="initiative_of_plan"),
            models.Index(fields=["roadmap", "content", "starts_on"], name="initiative_of_roadmap"),
        ]

    def __str__(self) -> str:
        return self.title


class InitiativePartner(Recorded):
    """An OPD that takes part (*mitra*) in an initiative of another; it may read it and its actions."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="partners")
    unit = models.ForeignKey("kernel.Unit", on_delete=models.PROTECT, related_name="+")

    recorded_type: ClassVar[str] = "initiative_partner"
    recorded_fields: ClassVar[tuple[str, ...]] = ("initiative", "unit")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "unit"], condition=Q(deleted_at=None), name="partner_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.unit)


class InitiativeElement(Recorded):
    """An element of the architecture that an initiative makes, changes, retires or uses."""

    EFFECTS = [
        ("new", _("Made")),
        ("change", _("Changed")),
        ("retire", _("Retired")),
        ("use", _("Used")),
    ]

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="elements")
    element = models.ForeignKey("architecture.Element", on_delete=models.CASCADE, related_name="+")
    effect = models.CharField(max_length=6, choices=EFFECTS, default="change")

    recorded_type: ClassVar[str] = "initiative_element"
    recorded_fields: ClassVar[tuple[str, ...]] = ("initiative", "element", "effect")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "element"], condition=Q(deleted_at=None), name="initiative_element_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.element)


class Dependency(Recorded):
    """``initiative`` waits for the end of ``on``. No circles: the actions refuse them."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="waits_for")
    on = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="waited_for_by")

    recorded_type: ClassVar[str] = "dependency"
    recorded_fields: ClassVar[tuple[str, ...]] = ("initiative", "on")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "on"], condition=Q(deleted_at=None), name="dependency_once"
            ),
            models.CheckConstraint(condition=~Q(initiative=F("on")), name="dependency_on_another"),
        ]

    def __str__(self) -> str:
        return f"{self.initiative} ← {self.on}"
