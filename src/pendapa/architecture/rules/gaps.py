"""Gaps (*celah*): what the integrated architecture lacks, said per element, by the rules of the pack.

The same conditions as those of the database (:mod:`pendapa.architecture.queries.conditions`), on plain values: for the
catalogue, for one element, and for releases of long ago. See docs/decisions/0142-the-gap-catalogue.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from pendapa.regulations import packs
from pendapa.regulations.gaps import Condition, Rule
from pendapa.regulations.metamodel import Column

RULES: tuple[Rule, ...] = packs.gaps().rules
BY_KEY: Mapping[str, Rule] = packs.gaps().by_key
PLACE: Mapping[str, int] = {rule.key: place for place, rule in enumerate(RULES)}
CHECKS: frozenset[str] = frozenset(name for rule in RULES for name in rule.checks)

DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
MAPPED: Mapping[str, str] = {d.key: d.reference.lower() for d in packs.metamodel().domains}
"""The field of the national reference, by domain."""


@dataclass(frozen=True)
class Link:
    """A live relation as one of its ends sees it: ``kind`` and ``days`` are of the other end, ``told`` of the relation.

    ``hidden`` says that the other end is restricted: such a link meets a need, but no gap is found because of it, or the gap
    would tell that it is there.
    """

    out: bool
    type: str
    kind: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)
    days: Mapping[str, Any] = field(default_factory=dict)
    hidden: bool = False


@dataclass(frozen=True)
class Thing:
    """What the rules need of an element."""

    id: int
    domain: str
    attributes: Mapping[str, Any]
    kind: str = ""
    remap: bool = False
    completeness: int = 100


@dataclass(frozen=True)
class Known:
    """What is known beside the elements: the day, and which of them the checks of other parts name (by check)."""

    today: date
    checked: Mapping[str, Collection[int]] = field(default_factory=dict)


def find(
    things: Iterable[Thing],
    links: Mapping[int, Sequence[Link]],
    known: Known,
    rules: Sequence[Rule] = RULES,
) -> list[tuple[Rule, int]]:
    """All gaps as (rule, id of the element), in the order of ``things``, then of the catalogue."""
    by_domain: dict[str, list[Rule]] = {}
    for rule in rules:
        for domain in rule.domains:
            by_domain.setdefault(domain, []).append(rule)
    return [
        (rule, thing.id)
        for thing in things
        for rule in by_domain.get(thing.domain, ())
        if has(rule, thing, links.get(thing.id, ()), known)
    ]


def has(rule: Rule, thing: Thing, links: Sequence[Link], known: Known) -> bool:
    """Whether an element of one of the rule's domains has the gap."""
    if rule.kinds and thing.kind not in rule.kinds:
        return False
    shown = [link for link in links if not link.hidden]
    return all(holds(one, thing, shown, known) for one in rule.where) and not any(
        holds(one, thing, links, known) for one in rule.needs
    )


def holds(condition: Condition, thing: Thing, links: Sequence[Link], known: Known) -> bool:
    """One condition, on one element."""
    return _READINGS[condition.type](condition, thing, links, known)


def fields_of(domain: str) -> tuple[str, ...]:
    """The attributes that the rules read of the elements of a domain; of all domains for none."""
    return _fields().get(domain, ())


@lru_cache
def _fields() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {"": {}}
    for domain in packs.metamodel().all_domains:
        found[domain.key] = {}
    for rule in RULES:
        for domain_key in rule.domains:
            names = set(rule.fields)
            if any(one.type == "mapped" for one in rule.conditions):
                names.add(MAPPED[domain_key])
            for name in sorted(names):
                found[domain_key][name] = found[""][name] = None
    return {key: tuple(names) for key, names in found.items()}


def cutoff(today: date, years: int) -> str:
    """The day so many years before, as it is written."""
    try:
        return today.replace(year=today.year - years).isoformat()
    except ValueError:  # the 29th of February
        return today.replace(year=today.year - years, day=28).isoformat()


def spellings(domains: Collection[str], name: str, values: Sequence[str]) -> frozenset[str]:
    """In which words a field of these domains may hold one of the values, in small letters."""
    columns = (d.column(name) for d in packs.metamodel().all_domains if d.key in domains)
    return frozenset(word for column in columns for word in _words(column, values))


def told_spellings(types: Sequence[str], name: str, values: Sequence[str]) -> frozenset[str]:
    """The same for what a relation of one of the types tells."""
    relations = packs.metamodel().relations
    columns = (c for r in relations if r.key in types for c in r.columns if c.key == name)
    return frozenset(word for column in columns for word in _words(column, values))


def _words(column: Column, values: Sequence[str]) -> Iterable[str]:
    for value in column.values:
        if value.key in values:
            words = (value.key, value.label.id, value.label.en, *value.also)
            yield from (word.casefold() for word in words if word)


_spellings, _told_spellings = lru_cache(spellings), lru_cache(told_spellings)


def _said(value: Any, words: Collection[str]) -> bool:
    return isinstance(value, str) and value.casefold() in words


def _day(value: Any) -> str:
    return value if isinstance(value, str) and re.match(DAY, value) else ""


def _linked(one: Condition, thing: Thing, links: Sequence[Link], known: Known) -> bool:
    return any(_fits(one, link, known) for link in links)


def _fits(one: Condition, link: Link, known: Known) -> bool:
    if link.out is not (one.way == "out") or link.type not in one.types:
        return False
    if one.kinds and link.kind not in one.kinds:
        return False
    for name, values in one.told.items():
        if not _said(link.told.get(name), _told_spellings(one.types, name, values)):
            return False
    return not one.recent or _day(link.days.get(one.recent)) >= cutoff(known.today, one.years)


def _filled(one: Condition, thing: Thing, links: Sequence[Link], known: Known) -> bool:
    return any(thing.attributes.get(name) for name in one.fields)


def _value(one: Condition, thing: Thing, links: Sequence[Link], known: Known) -> bool:
    words = _spellings((thing.domain,), one.fields[0], one.values)
    return _said(thing.attributes.get(one.fields[0]), words)


def _past(one: Condition, thing: Thing, links: Sequence[Link], known: Known) -> bool:
    day = _day(thing.attributes.get(one.fields[0]))
    return bool(day) and day < cutoff(known.today, one.years)


def level_pattern(least: int) -> str:
    """The beginning of a text that names a national reference of at least this level: ``RAB.02.01`` is of the second."""
    return rf"^[A-Z]{{3}}(\.[0-9]+){{{least},}}"


def _level(one: Condition, thing: Thing, links: Sequence[Link], known: Known) -> bool:
    value = thing.attributes.get(one.fields[0])
    return isinstance(value, str) and re.match(level_pattern(one.least), value) is not None


def _mapped(one: Condition, thing: Thing, links: Sequence[Link], known: Known) -> bool:
    return bool(thing.attributes.get(MAPPED[thing.domain]))


def _several(one: Condition, thing: Thing, links: Sequence[Link], known: Known) -> bool:
    counted = Counter(link.type for link in links if link.out and link.type in one.types)
    return any(number > 1 for number in counted.values())


def _every_kind(one: Condition, thing: Thing, links: Sequence[Link], known: Known) -> bool:
    there = {link.kind for link in links if link.out and link.type in one.types}
    return there.issuperset(one.kinds)


_READINGS: Mapping[str, Callable[[Condition, Thing, Sequence[Link], Known], bool]] = {
    "linked": _linked,
    "filled": _filled,
    "value": _value,
    "past": _past,
    "level": _level,
    "remap": lambda one, thing, links, known: thing.remap,
    "mapped": _mapped,
    "complete": lambda one, thing, links, known: thing.completeness >= one.least,
    "several": _several,
    "every_kind": _every_kind,
    "found": lambda one, thing, links, known: thing.id in known.checked.get(one.by, ()),
}
