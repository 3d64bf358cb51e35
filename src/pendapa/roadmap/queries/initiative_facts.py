"""What the values of an initiative are held against: years, scales, budget lines with what others take of them, codes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import F, Q, Sum
from django.utils import timezone

from pendapa.evaluation.queries import editions
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.regulations import packs
from pendapa.regulations.instruments import Instrument
from pendapa.roadmap.models import Budget, Initiative, Programme, Roadmap
from pendapa.roadmap.rules import initiatives as rules

Key = tuple[int, str]
Scale = tuple[Decimal, Decimal, Decimal | None]


def facts(
    institution: Institution,
    values: rules.Values,
    roadmap: Roadmap | None,
    unit: Unit | None,
    programmes: Mapping[Key, Programme],
    row: Initiative | None = None,
    before: rules.Values | None = None,
) -> rules.Facts:
    """Everything that :func:`rules.faults` asks for, in a fixed number of queries. ``row`` is what stands there already."""
    ended = unit.valid_to if unit is not None and values.state not in ("done", "cancelled") else None
    return rules.Facts(
        years=roadmap.years if roadmap is not None else None,
        contents=frozenset(one.key for one in packs.roadmap().contents),
        scales=_scales(institution, values, before),
        lines=lines(institution, programmes, row),
        codes=codes(institution, (one.programme_code for one in values.budgets)),
        left=ended,
        on=timezone.localdate(),
        before=before.budgets if before is not None else (),
    )


def programmes(
    institution: Institution, budgets: Iterable[rules.BudgetRow], unit: Unit | None
) -> dict[Key, Programme]:
    """The budget line of each year and code: the nearest of the owner and the units above it, else that of no unit, else the
    only one with that code."""
    keys = {(one.year, one.programme_code) for one in budgets if one.programme_code}
    if not keys:
        return {}
    rows = Programme.objects.filter(
        institution=institution, deleted_at=None, year__in={year for year, _code in keys},
        code__in={code for _year, code in keys},
    )  # fmt: skip
    by_key: dict[Key, list[Programme]] = defaultdict(list)
    for one in rows.select_related("unit").order_by("pk"):
        by_key[one.year, one.code].append(one)
    found = {key: nearest(by_key.get(key, []), unit) for key in keys}
    return {key: one for key, one in found.items() if one is not None}


def nearest(known: list[Programme], unit: Unit | None) -> Programme | None:
    """Of the lines of one year and code the one of an initiative of ``unit``, as :func:`programmes` says."""
    if unit is not None:
        own = [one for one in known if one.unit is not None and unit.path.startswith(one.unit.path)]
        if own:
            return max(own, key=lambda one: len(one.unit.path) if one.unit else 0)
    common = [one for one in known if one.unit_id is None]
    if common:
        return common[0]
    return known[0] if len(known) == 1 else None


def lines(
    institution: Institution, programmes: Mapping[Key, Programme], row: Initiative | None
) -> dict[Key, rules.Line]:
    """Ceilings with what the other initiatives take of them; cancelled ones take nothing."""
    if not programmes:
        return {}
    ids = {one.pk: key for key, one in programmes.items()}
    named = Q(pk__in=[])
    for year, code in programmes:
        loose = Q(programme=None) | Q(programme__deleted_at__isnull=False)
        named |= loose & Q(year=year, programme_code=code)
    others = Budget.objects.filter(
        Q(programme__in=list(ids)) | named,
        institution=institution,
        deleted_at=None,
        initiative__deleted_at=None,
    ).exclude(initiative__state="cancelled")
    if row is not None:
        others = others.exclude(initiative=row.pk)
    sums = others.values("year", code=F("programme_code")).annotate(
        planned=Sum("planned"), budgeted=Sum("budgeted"), spent=Sum("spent")
    )
    taken: dict[Key, Mapping[str, Any]] = {(one["year"], one["code"]): one for one in sums}
    found = {}
    for key, one in programmes.items():
        sums_of: Mapping[str, Any] = taken.get(key, {})
        parts = [sums_of.get(part) or Decimal(0) for part in ("planned", "budgeted", "spent")]
        found[key] = rules.Line(one.ceiling, *parts)
    return found


def codes(institution: Institution, asked: Iterable[str]) -> frozenset[str]:
    """Those of the asked codes that somebody knows: a budget line of any year, or the pack."""
    wanted = {one for one in asked if one}
    if not wanted:
        return frozenset()
    own = Programme.objects.filter(institution=institution, deleted_at=None, code__in=wanted)
    seen = {one.code for one in packs.roadmap().programmes}
    return frozenset(own.values_list("code", flat=True)) | (wanted & seen)


def scale_of(instrument: Instrument) -> Scale:
    """Lowest and highest level and the step between two of them."""
    low, high, step = instrument.scale.min, instrument.scale.max, instrument.scale.step
    return _decimal(low), _decimal(high), None if step is None else _decimal(step)


def _scales(
    institution: Institution, values: rules.Values, before: rules.Values | None
) -> dict[tuple[str, str], Scale]:
    """Of the instruments in use; what stood there before stays, also where its instrument is known no more."""
    found: dict[tuple[str, str], Scale] = {}
    asked = {one.instrument for one in values.lifts}
    known = editions.known(institution) if asked else {}
    for name in asked & set(known):
        scale = scale_of(known[name])
        found |= {(name, one.number): scale for one in known[name].indicators}
    for one in before.lifts if before is not None else ():
        found.setdefault((one.instrument, one.indicator), (Decimal(0), Decimal(1000), None))
    return found


def _decimal(value: object) -> Decimal:
    exact = Fraction(str(value))
    return Decimal(exact.numerator) / Decimal(exact.denominator)
