"""An OPD as the register sees it: its elements by domain, what they lack, what changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pendapa.architecture import metamodel
from pendapa.architecture.permissions import EDIT
from pendapa.architecture.queries.gap_waiting import late_of
from pendapa.architecture.queries.gaps import gap_numbers, words
from pendapa.architecture.queries.lists import is_uid, visible
from pendapa.architecture.rules import gaps as gap_rules
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history import queries as history
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.kernel.waiting.duties import Duty

TOLD_SETS = 8
LEAST = 50
"""Below this share of filled fields an element is told as one to be completed, in percent."""


@dataclass(frozen=True)
class OfDomain:
    """One domain of an OPD: how many elements, and their mean completeness (``None`` where there are none)."""

    key: str
    label: str
    count: int
    completeness: int | None


@dataclass(frozen=True)
class UnitView:
    """An OPD with all units below it."""

    unit: Unit
    domains: list[OfDomain]
    gaps: list[dict[str, Any]]
    changes: list[history.Set]
    may_edit: bool

    @property
    def total(self) -> int:
        return sum(one.count for one in self.domains)


def unit_view(actor: Actor, institution: Institution, uid: UUID | str) -> UnitView:
    """What the register knows of an OPD, as far as the actor may see it. Raises :class:`NotFound`."""
    unit = Unit.objects.filter(institution=institution, uid=uid).first() if is_uid(uid) else None
    if unit is None:
        raise NotFound
    rows = visible(actor, institution).filter(unit__path__startswith=unit.path).order_by()
    numbers = {
        row["domain"]: (row["n"], round(row["full"]))
        for row in rows.values("domain").annotate(n=Count("pk"), full=Avg("completeness"))
    }
    language = get_language() or "id"
    domains = [
        OfDomain(
            d.key,
            d.plural.in_language(language),
            numbers.get(d.key, (0, None))[0],
            numbers.get(d.key, (0, None))[1],
        )
        for d in metamodel.of(institution).all_domains
        if d.key in numbers or d in metamodel.of(institution).domains
    ]
    counted = gap_numbers(actor, institution, str(unit.uid))
    gaps = [
        {
            "key": rule.key,
            "message": words(rule.message, language),
            "count": counted[rule.key],
        }
        for rule in gap_rules.RULES
        if counted.get(rule.key)
    ]
    gaps.sort(key=lambda gap: -counted[str(gap["key"])])
    changes = history.of_unit(actor, institution, unit, TOLD_SETS)
    return UnitView(unit, domains, gaps, changes, actor.may(EDIT, institution, unit))


def unit_duties(actor: Actor, institution: Institution, unit: Unit) -> list[Duty]:
    """What the register asks of an OPD: gaps to close, mappings to mend, elements to complete."""
    base = reverse("architecture:list", args=[institution.code])
    rows = visible(actor, institution).filter(unit__path__startswith=unit.path).order_by()
    counted = gap_numbers(actor, institution, str(unit.uid))
    poor = rows.filter(completeness__lt=LEAST, domain__in=[d.key for d in metamodel.of(institution).domains])
    first = poor.values_list("domain", flat=True).order_by("domain").first() or "applications"
    return [
        Duty(
            _("Close gaps of elements"),
            counted.get("elements", 0),
            reverse("architecture:gaps", args=[institution.code]) + f"?unit={unit.uid}",
            _("Something that belongs to them is missing in the register."),
        ),
        Duty(
            _("Gaps past their day"),
            late_of(actor, institution, unit),
            reverse("architecture:gaps", args=[institution.code]) + "?decision=late",
            _("They were to be closed or looked at again by then."),
        ),
        Duty(
            _("Map again"),
            rows.filter(remap=True).count(),
            f"{base}?unit={unit.uid}&remap=1",
            _("A national reference changed under their mapping."),
        ),
        Duty(
            _("Complete elements of which less than half is known"),
            poor.count(),
            f"{base}?unit={unit.uid}&domain={first}",
            _("Official fields are empty."),
        ),
    ]
