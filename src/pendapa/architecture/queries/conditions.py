"""The conditions of gap rules as the database reads them: the same answer as :mod:`pendapa.architecture.rules.gaps`.

A relation to something restricted meets a need: that it exists is a fact about the seen end, but nothing of the other end is
told. No gap is found because of one: the gap would tell that it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, IExact, LessThan, Regex
from django.utils import timezone

from pendapa.architecture.models import Element, Gap, Relation
from pendapa.architecture.rules import gaps as rules
from pendapa.regulations.gaps import Condition, Rule

NEVER = Q(pk__in=[])
RESTRICTED = "restricted"


def lacks(rule: Rule, today: date | None = None) -> Q:
    """A gap rule as a condition on elements, on a day. What a check of another part names is read from the catalogue."""
    today = today or timezone.localdate()
    condition = Q(domain__in=rule.domains)
    if rule.kinds:
        condition &= Q(kind__in=rule.kinds)
    for one in rule.where:
        condition &= _reading(rule, one, today, shown=True)
    for one in rule.needs:
        condition &= ~_reading(rule, one, today, shown=False)
    return condition


def _reading(rule: Rule, one: Condition, today: date, *, shown: bool) -> Q:
    if one.type == "found":
        return Q(Exists(Gap.objects.filter(rule=rule.key, element=OuterRef("pk"), closed_on=None)))
    return _READINGS[one.type](rule, one, today, shown)


def _any(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, NEVER)


def _text(name: str, of: str = "attributes") -> Coalesce:
    # Never null: what is not true must be false, also where it is negated.
    return Coalesce(KeyTextTransform(name, of), Value(""), output_field=TextField())


def _said(text: Coalesce, words: Iterable[str]) -> Q:
    return _any(Q(IExact(text, word)) for word in sorted(words))


def _relations(one: Condition, shown: bool, end: str = "source") -> QuerySet[Relation]:
    """Its relations of the types; with ``shown`` only those whose other end is not restricted."""
    there = Relation.objects.filter(**{end: OuterRef("pk")}, type__in=one.types, deleted_at=None)
    other = "target" if end == "source" else "source"
    return there.exclude(**{f"{other}__classification": RESTRICTED}) if shown else there


def _linked(rule: Rule, one: Condition, today: date, shown: bool) -> Q:
    end, other = ("source", "target") if one.way == "out" else ("target", "source")
    there = _relations(one, shown, end)
    if one.kinds:
        there = there.filter(**{f"{other}__kind__in": one.kinds})
    for name, values in one.told.items():
        there = there.filter(_said(_text(name), rules.told_spellings(one.types, name, values)))
    if one.recent:
        day = _text(one.recent, f"{other}__attributes")
        since = rules.cutoff(today, one.years)
        there = there.filter(Q(Regex(day, rules.DAY)) & Q(GreaterThanOrEqual(day, since)))
    return Q(Exists(there))


def _full(name: str) -> Q:
    key = f"attributes__{name}"
    return ~(Q(**{f"{key}__isnull": True}) | Q(**{key: None}) | Q(**{key: ""}) | Q(**{key: []}))


def _past(rule: Rule, one: Condition, today: date, shown: bool) -> Q:
    day = _text(one.fields[0])
    return Q(Regex(day, rules.DAY)) & Q(LessThan(day, rules.cutoff(today, one.years)))


def _several(rule: Rule, one: Condition, today: date, shown: bool) -> Q:
    more = Relation.objects.filter(
        source=OuterRef("source"), type=OuterRef("type"), deleted_at=None, pk__gt=OuterRef("pk")
    )
    if shown:
        more = more.exclude(target__classification=RESTRICTED)
    return Q(Exists(_relations(one, shown).filter(Exists(more))))


def _every_kind(rule: Rule, one: Condition, today: date, shown: bool) -> Q:
    there = (Q(Exists(_relations(one, shown).filter(target__kind=kind))) for kind in one.kinds)
    return reduce(and_, there, Q())


def _value(rule: Rule, one: Condition, today: date, shown: bool) -> Q:
    return _said(_text(one.fields[0]), rules.spellings(rule.domains, one.fields[0], one.values))


_READINGS: Mapping[str, Callable[[Rule, Condition, date, bool], Q]] = {
    "linked": _linked,
    "filled": lambda rule, one, today, shown: _any(_full(name) for name in one.fields),
    "value": _value,
    "past": _past,
    "level": lambda rule, one, today, shown: Q(Regex(_text(one.fields[0]), rules.level_pattern(one.least))),
    "remap": lambda rule, one, today, shown: Q(remap=True),
    "mapped": lambda rule, one, today, shown: _any(
        Q(domain=domain) & _full(rules.MAPPED[domain]) for domain in rule.domains
    ),
    "complete": lambda rule, one, today, shown: Q(completeness__gte=one.least),
    "several": _several,
    "every_kind": _every_kind,
}


# ------------------------------------------------------------------------------------------------------ reading the links

TYPES: frozenset[str] = frozenset(name for rule in rules.RULES for name in rule.types)
TOLD: tuple[str, ...] = tuple(
    dict.fromkeys(name for rule in rules.RULES for one in rule.conditions for name in one.told)
)
DAYS: tuple[str, ...] = tuple(
    dict.fromkeys(one.recent for rule in rules.RULES for one in rule.conditions if one.recent)
)
_CLOSELY: frozenset[str] = frozenset(
    name
    for rule in rules.RULES
    for one in rule.conditions
    if one.told or one.recent or one.kinds
    for name in one.types
)
"""Types of relations of which more is read than that they are there."""


def links_of(ids: Iterable[int]) -> dict[int, list[rules.Link]]:
    """What the rules need of the relations of a few elements, by element. One query."""
    wanted = sorted(set(ids))
    touching = Q(source__in=wanted) | Q(target__in=wanted)
    found: dict[int, list[rules.Link]] = {}
    _gather(found, _closely(Relation.objects.filter(touching, type__in=TYPES, deleted_at=None)))
    return found


def links_of_all(institution: Any) -> dict[int, list[rules.Link]]:
    """The same of all elements of an institution. Three queries."""
    live = Relation.objects.filter(institution=institution, deleted_at=None)
    found: dict[int, list[rules.Link]] = {}
    plain = live.filter(type__in=TYPES - _CLOSELY).order_by()
    rows = plain.values_list("type", "source_id", "target_id").iterator(chunk_size=5000)
    restricted = Element.objects.filter(institution=institution, classification=RESTRICTED)
    hidden = set(restricted.order_by().values_list("pk", flat=True))
    # Most relations tell nothing of their own: what is equal is kept once.
    same = {
        (out, type_, hides): rules.Link(out, type_, hidden=hides)
        for type_ in TYPES
        for out in (True, False)
        for hides in (True, False)
    }
    for type_, source, target in rows:
        found.setdefault(source, []).append(same[True, type_, target in hidden])
        found.setdefault(target, []).append(same[False, type_, source in hidden])
    _gather(found, _closely(live.filter(type__in=_CLOSELY)))
    return found


_CLASSES = ("source__classification", "target__classification")


def _closely(relations: QuerySet[Relation]) -> QuerySet[Any, Any]:
    more = {f"told_{name}": F(f"attributes__{name}") for name in TOLD}
    more |= {f"day_{name}": F(f"target__attributes__{name}") for name in DAYS}
    plain = ("type", "source_id", "target_id", "source__kind", "target__kind", *_CLASSES)
    return relations.order_by().annotate(**more).values_list(*plain, *more)


def _gather(found: dict[int, list[rules.Link]], rows: QuerySet[Any, Any]) -> None:
    for row in rows.iterator(chunk_size=5000):
        type_, source, target, source_kind, target_kind, source_class, target_class, *more = row
        told = dict(zip(TOLD, more[: len(TOLD)], strict=True))
        days = dict(zip(DAYS, more[len(TOLD) :], strict=True))
        out = rules.Link(True, type_, target_kind, told, days, hidden=target_class == RESTRICTED)
        back = rules.Link(False, type_, source_kind, told, hidden=source_class == RESTRICTED)
        found.setdefault(source, []).append(out)
        found.setdefault(target, []).append(back)
