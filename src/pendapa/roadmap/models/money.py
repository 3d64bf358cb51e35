"""Money: the programmes of the budget, and what of them goes to which initiative in which year. All in rupiah."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.history.models import Recorded

SOURCES = [("apbd", "APBD"), ("apbn", "APBN"), ("dak", "DAK"), ("other", _("Other"))]


class Programme(Recorded):
    """A line of the budget (*program, kegiatan, sub kegiatan*) of a year: code by the SIPD nomenclature, ceiling, spent.

    ``nomenclature`` names the version of the codes (the ministry changes them by decree), such as ``900.1.15.5-1317/2023``.
    """

    year = models.PositiveSmallIntegerField()
    unit = models.ForeignKey("kernel.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=400)
    nomenclature = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=6, choices=SOURCES, default="apbd")
    ceiling = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    spent = models.DecimalField(max_digits=18, decimal_places=2, null=True)

    recorded_type: ClassVar[str] = "programme"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "year", "unit", "code", "name", "nomenclature", "source", "ceiling", "spent",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "year", "code", "unit"],
                condition=Q(deleted_at=None, unit__isnull=False),
                name="programme_once_in_unit",
            ),
            models.UniqueConstraint(
                fields=["institution", "year", "code"],
                condition=Q(deleted_at=None, unit__isnull=True),
                name="programme_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Budget(Recorded):
    """What an initiative asks and gets in a year: ``planned`` (*pagu indikatif*), ``budgeted`` (*masuk APBD*), ``spent`` (*realisasi*).

    ``programme_code`` is the SIPD code as it was given; ``programme`` the line of the budget with that code, where there is one.
    """

    initiative = models.ForeignKey("roadmap.Initiative", on_delete=models.CASCADE, related_name="budgets")
    year = models.PositiveSmallIntegerField()
    programme = models.ForeignKey(Programme, on_delete=models.SET_NULL, null=True, related_name="budgets")
    programme_code = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=6, choices=SOURCES, default="apbd")
    planned = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    budgeted = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    spent = models.DecimalField(max_digits=18, decimal_places=2, null=True)

    recorded_type: ClassVar[str] = "initiative_budget"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "initiative", "year", "programme", "programme_code", "source", "planned", "budgeted", "spent",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "year", "programme_code", "source"],
                condition=Q(deleted_at=None),
                name="initiative_budget_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.programme_code}"
