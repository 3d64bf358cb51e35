"""Who answers for an indicator, and the explanation that was written for it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pendapa.evaluation.models.cycles import Cycle
from pendapa.kernel.history.models import Recorded


class Duty(Recorded):
    """A unit answers (``lead``) or helps to answer for an indicator until ``due``."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="duties")
    indicator = models.CharField(max_length=10)
    unit = models.ForeignKey("kernel.Unit", on_delete=models.PROTECT, related_name="+")
    lead = models.BooleanField(default=True)
    due = models.DateField(null=True)

    recorded_type: ClassVar[str] = "duty"
    recorded_fields: ClassVar[tuple[str, ...]] = ("cycle", "indicator", "unit", "lead", "due")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "indicator", "unit"], condition=Q(deleted_at=None), name="duty_once"
            ),
            models.UniqueConstraint(
                fields=["cycle", "indicator"], condition=Q(deleted_at=None, lead=True), name="duty_one_lead"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}"


class Answer(Recorded):
    """The explanation (*penjelasan*) of one indicator by the pattern fact + analysis.

    ``facts`` is a list of ``{"document", "number", "article", "page", "evidence"}`` (``evidence``: uid or empty), ``analysis``
    the conclusion against the criterion. The claimed level stands in the self-assessment sheet, its reason in that sheet's
    notes. Source: Pedoman MenPANRB 3/2024, Fakta + Analisis.
    """

    STATES = [
        ("draft", _("Being written")),
        ("ready", _("Handed in")),
        ("returned", _("Returned")),
        ("valid", _("Validated")),
    ]

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="answers")
    indicator = models.CharField(max_length=10)
    facts = models.JSONField(default=list)
    analysis = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=STATES, default="draft")
    remark = models.TextField(blank=True)
    changed_at = models.DateTimeField(null=True)

    recorded_type: ClassVar[str] = "answer"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "cycle",
        "indicator",
        "facts",
        "analysis",
        "state",
        "remark",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "indicator"], condition=Q(deleted_at=None), name="answer_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator}"
