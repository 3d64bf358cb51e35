"""The landscape: a national reference tree as boxes in boxes, what stands in each, and how warm it is by one measure.

A box holds the elements that are mapped to its node or to one below, with what those lead to: the services that carry out
a process, the applications that support a process or serve a service, the applications that work on data.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from statistics import median
from typing import Any

from pendapa.regulations.references import Node

LEVELS = 3
"""Levels that are drawn; what is mapped below counts in the box above."""
MEASURES = ("completeness", "age", "cost", "contract", "risk", "satisfaction", "gaps")
RISKS = ("rendah", "sedang", "tinggi", "sangat_tinggi")

STEPS: Mapping[str, tuple[tuple[Fraction, int], ...]] = {
    name: tuple((Fraction(str(least)), step) for least, step in steps)
    for name, steps in {
        "completeness": ((0, 1), (20, 2), (40, 3), (60, 4), (80, 5)),
        "age": ((0, 1), (2, 2), (4, 3), (7, 4), (10, 5)),
        "cost": ((0, 1), (50_000_000, 2), (250_000_000, 3), (1_000_000_000, 4), (5_000_000_000, 5)),
        "contract": ((0, 1), (50_000_000, 2), (250_000_000, 3), (1_000_000_000, 4), (5_000_000_000, 5)),
        "risk": ((1, 1), (2, 2), (3, 4), (4, 5)),
        # PermenPANRB 14/2017: not good, less good, good, very good.
        "satisfaction": ((25, 1), (65, 2), ("76.61", 4), ("88.31", 5)),
        "gaps": ((0, 1), (1, 2), (3, 3), (6, 4), (11, 5)),
    }.items()
}
"""By measure: from which value on a box has which of the five tones."""
LOW_IS_BAD = frozenset({"completeness", "satisfaction"})
OF: Mapping[str, tuple[str, ...]] = {
    "age": ("applications",),
    "cost": ("applications",),
    "contract": ("applications",),
    "risk": ("applications",),
    "satisfaction": ("services",),
}
"""The domains that a measure asks; the others ask all."""
LEADS = (
    # relation, the end from which it is followed, the domain of that end
    ("service_process", "target", "processes"),
    ("application_process", "target", "processes"),
    ("application_service", "target", "services"),
    ("application_data", "target", "data"),
)
"""Relations that lead from what is mapped to what stands in the same box, all towards their source."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What the measures need of an element; ``None`` is not known. ``risk`` is 1 (low) to 4 (very high)."""

    pk: int
    domain: str
    completeness: int = 0
    year: int | None = None
    cost: Fraction | None = None
    contract: Fraction | None = None
    risk: int | None = None
    satisfaction: Fraction | None = None
    gaps: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """A measure of a box: the value, of how many elements it is known, and of how many it was asked."""

    value: Fraction | None
    known: int
    asked: int


@dataclass(frozen=True, slots=True)
class Box:
    """A node with what stands in it (ids, those of the boxes inside too)."""

    node: Node
    things: frozenset[int]
    mapped: int
    inside: tuple[Box, ...]

    def each(self) -> list[Box]:
        """The box and all inside, outer ones first."""
        return [self, *(one for box in self.inside for one in box.each())]


# --------------------------------------------------------------------------------------------------------------- values


def year(values: Iterable[Any], today: date) -> int | None:
    """The latest year that can be meant; a year to come, or before computers, is none."""
    found = [number for number in map(_number, values) if number is not None and number.denominator == 1]
    return max((int(one) for one in found if 1950 <= one <= today.year), default=None)


def money(value: Any) -> Fraction | None:
    """Rupiah; a text that is no number, or below zero, is not known."""
    found = _number(value)
    return found if found is not None and found >= 0 else None


def risk(value: Any) -> int | None:
    text = str(value or "").strip().lower().replace(" ", "_")
    return RISKS.index(text) + 1 if text in RISKS else None


def satisfaction(value: Any) -> Fraction | None:
    """The value of the survey (SKM): 25 to 100 and nothing else."""
    found = _number(value)
    return found if found is not None and 25 <= found <= 100 else None


def _number(value: Any) -> Fraction | None:
    if value is None or isinstance(value, bool):
        return None
    text = str(value).strip()
    if len(text) > 24:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return Fraction(found) if found.is_finite() and abs(found.adjusted()) < 24 else None


# ---------------------------------------------------------------------------------------------------------------- boxes


def boxes(
    nodes: Sequence[Node], mapped: Mapping[str, Collection[int]], leads: Mapping[int, Collection[int]]
) -> tuple[Box, ...]:
    """The tree as boxes, each with what is mapped to it (by key of the node) and what that leads to."""
    by_code = {node.code: node for node in nodes if node.code}
    below: dict[str | None, list[Node]] = defaultdict(list)
    own: dict[str, set[int]] = defaultdict(set)
    for node in nodes:
        drawn = _drawn(node, by_code)
        own[drawn.key].update(mapped.get(node.key, ()))
        if drawn is node:
            below[node.parent].append(node)

    def box(node: Node) -> Box:
        inside = tuple(box(one) for one in below[node.code]) if node.code else ()
        here = own[node.key]
        things = here | reach(here, leads)
        for one in inside:
            things |= one.things
        return Box(node, frozenset(things), len(here) + sum(one.mapped for one in inside), inside)

    return tuple(box(node) for node in below[None])


def _drawn(node: Node, by_code: Mapping[str, Node]) -> Node:
    """The node itself, or the one above it that is still drawn."""
    while node.level > LEVELS and node.parent and node.parent in by_code:
        node = by_code[node.parent]
    return node


def reach(start: Collection[int], leads: Mapping[int, Collection[int]]) -> set[int]:
    """All that some elements lead to, step by step; themselves only where something leads back to them."""
    found: set[int] = set()
    edge = set(start)
    while edge:
        edge = {other for one in edge for other in leads.get(one, ())} - found
        found |= edge
    return found


# -------------------------------------------------------------------------------------------------------------- measures


def read(measure: str, things: Iterable[Thing], today: date) -> Reading:
    """A measure of some elements: mean completeness in percent, middle age in years, sums of rupiah, the highest risk, mean
    satisfaction, the number of gaps. Nothing known is ``None``, never 0."""
    asked = [one for one in things if one.domain in OF.get(measure, (one.domain,))]
    known = [value for one in asked if (value := _value(measure, one, today)) is not None]
    if not known:
        return Reading(None, 0, len(asked))
    if measure in ("completeness", "satisfaction"):
        value = sum(known, Fraction(0)) / len(known)
    elif measure == "age":
        value = Fraction(median(known))
    elif measure == "risk":
        value = max(known)
    else:
        value = sum(known, Fraction(0))
    return Reading(value, len(known), len(asked))


def _value(measure: str, one: Thing, today: date) -> Fraction | None:
    if measure == "age":
        return None if one.year is None else Fraction(today.year - one.year)
    value = getattr(one, measure)
    return None if value is None else Fraction(value)


def step(measure: str, value: Fraction | None) -> int:
    """The tone of a value, 1 (lightest) to 5; 0 where nothing is known."""
    if value is None:
        return 0
    return max((step for least, step in STEPS[measure] if value >= least), default=STEPS[measure][0][1])


def worst(measure: str, found: Sequence[tuple[Box, Reading]]) -> tuple[Box, Reading] | None:
    """The box that the measure speaks worst of; of equal ones the first. None where nothing is known."""
    known = [(box, reading, reading.value) for box, reading in found if reading.value is not None]
    if not known:
        return None
    choose = min if measure in LOW_IS_BAD else max
    box, reading, _value = choose(known, key=lambda one: one[2])
    return box, reading
