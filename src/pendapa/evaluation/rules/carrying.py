"""What goes along from one round to the next, over a crosswalk: evidence, explanations, duties. No Django.

Within one instrument everything keeps its place. Into another instrument the level that a piece proved and the code of an
item do not hold any more, so the piece is hung on the indicator as a whole; several sources of one target come together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pendapa.regulations.crosswalk import Pair
from pendapa.regulations.schema import Text

Kind = Literal["use", "explanation", "duty"]
Reason = Literal["none", "unknown", "gone", "rejected", "there", "written"]
LONGEST_PAGE = 60


@dataclass(frozen=True, slots=True)
class Use:
    """A piece (``evidence``: its key) on an indicator, as proof of ``level`` (0: the indicator as a whole)."""

    key: int
    indicator: str
    evidence: int
    level: int = 0
    item: str = ""
    page: str = ""
    note: str = ""
    state: str = "waiting"
    reason: str = ""
    title: str = ""

    @property
    def place(self) -> tuple[str, int, int, str]:
        """What can be there once only."""
        return self.indicator, self.evidence, self.level, self.item


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was written for an indicator."""

    indicator: str
    facts: tuple[Mapping[str, Any], ...] = ()
    analysis: str = ""

    def __bool__(self) -> bool:
        return bool(self.facts or self.analysis.strip())


@dataclass(frozen=True, slots=True)
class Charge:
    """A unit (its key) that answers, or helps to answer, for an indicator."""

    indicator: str
    unit: int
    lead: bool = True
    name: str = ""
    alive: bool = True


@dataclass(frozen=True, slots=True)
class Material:
    """What a round holds beyond its levels."""

    uses: tuple[Use, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    charges: tuple[Charge, ...] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """Something that does not go along, and why. ``why`` are the words of the crosswalk or of the assessors."""

    kind: Kind
    indicator: str
    what: str
    reason: Reason
    why: Text = field(default_factory=lambda: Text(""))


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be written. ``new`` things carry the indicator of the target; ``uses`` pairs each with its origin."""

    uses: tuple[tuple[Use, Use], ...]
    explanations: tuple[tuple[tuple[str, ...], Explanation], ...]
    charges: tuple[Charge, ...]
    left: tuple[Left, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.uses or self.explanations or self.charges)


def plan(
    way: Pair,
    source: Material,
    target: Material,
    numbers: Collection[str],
    *,
    rejected: bool = False,
) -> Plan:
    """What goes from ``source`` to ``target``, whose indicators are ``numbers``. Pieces that were rejected stay behind
    unless ``rejected``. What is there already is not doubled, what was written there is not touched."""
    left: list[Left] = []
    reach = _Reach(way, set(numbers), left)
    uses = _uses(reach, source.uses, target.uses, rejected)
    explanations = _explanations(reach, source.explanations, target.explanations)
    charges = _charges(reach, source.charges, target.charges)
    return Plan(uses, explanations, charges, tuple(left))


def suggested(way: Pair, levels: Mapping[str, str], there: Mapping[str, str]) -> dict[str, str]:
    """Levels that may be taken over as a start: only within one instrument, and only where there is none yet."""
    if way.source_id != way.target_id:
        return {}
    found = {n: level for n, level in levels.items() if (e := way.entries.get(n)) and e.targets == (n,)}
    return {number: level for number, level in found.items() if number not in there}


class _Reach:
    """Where things of an indicator go; what goes nowhere is noted."""

    def __init__(self, way: Pair, numbers: set[str], left: list[Left]) -> None:
        self.way, self.numbers, self.left = way, numbers, left
        self.same = way.source_id == way.target_id

    def targets(self, kind: Kind, indicator: str, what: str) -> tuple[str, ...]:
        entry = self.way.entries.get(indicator)
        if entry is None:
            self.left.append(Left(kind, indicator, what, "unknown"))
            return ()
        found = tuple(one for one in entry.targets if one in self.numbers)
        if not found:
            self.left.append(Left(kind, indicator, what, "gone" if entry.targets else "none", entry.why))
        return found


def _uses(
    reach: _Reach, source: Iterable[Use], target: Iterable[Use], rejected: bool
) -> tuple[tuple[Use, Use], ...]:
    there = {use.place for use in target}
    moved: dict[tuple[str, int, int, str], tuple[Use, Use]] = {}
    for use in source:
        if use.state == "rejected" and not rejected:
            reach.left.append(Left("use", use.indicator, use.title, "rejected", Text(use.reason)))
            continue
        targets = reach.targets("use", use.indicator, use.title)
        arrivals = [_arriving(use, number, reach.same) for number in targets]
        if targets and all(one.place in there for one in arrivals):
            reach.left.append(Left("use", use.indicator, use.title, "there"))
        for one in arrivals:
            if one.place in there:
                continue
            if one.place in moved:
                origin, first = moved[one.place]
                moved[one.place] = (origin, _together(first, one))
            else:
                moved[one.place] = (use, one)
    return tuple(moved.values())


def _arriving(use: Use, number: str, same: bool) -> Use:
    return Use(
        0, number, use.evidence, use.level if same else 0, use.item if same else "", use.page, use.note,
        title=use.title,
    )  # fmt: skip


def _together(one: Use, other: Use) -> Use:
    """The same piece from two places: both pages and both remarks are kept."""
    pages = "; ".join(dict.fromkeys(filter(None, (one.page, other.page))))
    notes = "\n".join(dict.fromkeys(filter(None, (one.note, other.note))))
    page = pages if len(pages) <= LONGEST_PAGE else one.page
    return Use(0, one.indicator, one.evidence, one.level, one.item, page, notes, title=one.title)


def _explanations(
    reach: _Reach, source: Iterable[Explanation], target: Iterable[Explanation]
) -> tuple[tuple[tuple[str, ...], Explanation], ...]:
    there = {one.indicator: one for one in target if one}
    coming: dict[str, list[Explanation]] = {}
    for one in source:
        if not one:
            continue
        for number in reach.targets("explanation", one.indicator, ""):
            coming.setdefault(number, []).append(one)
    found = []
    for number, parts in coming.items():
        made = _one_of(reach.way.source_id, number, parts)
        if number not in there:
            found.append((tuple(part.indicator for part in parts), made))
            continue
        same = (there[number].facts, there[number].analysis) == (made.facts, made.analysis)
        reason: Reason = "there" if same else "written"
        reach.left.extend(Left("explanation", part.indicator, number, reason) for part in parts)
    return tuple(found)


def _one_of(source_id: str, number: str, parts: list[Explanation]) -> Explanation:
    if len(parts) == 1:
        return Explanation(number, parts[0].facts, parts[0].analysis)
    facts: list[Mapping[str, Any]] = []
    for part in parts:
        facts += [fact for fact in part.facts if fact not in facts]
    told = [f"[{source_id} · {part.indicator}] {part.analysis}" for part in parts if part.analysis.strip()]
    return Explanation(number, tuple(facts), "\n\n".join(told))


def _charges(reach: _Reach, source: Iterable[Charge], target: Iterable[Charge]) -> tuple[Charge, ...]:
    target = tuple(target)
    there = {(one.indicator, one.unit) for one in target}
    led = {one.indicator for one in target if one.lead}
    found: dict[tuple[str, int], Charge] = {}
    for one in sorted(source, key=lambda charge: not charge.lead):
        if not one.alive:
            reach.left.append(Left("duty", one.indicator, one.name, "gone"))
            continue
        targets = reach.targets("duty", one.indicator, one.name)
        if targets and all((number, one.unit) in there for number in targets):
            reach.left.append(Left("duty", one.indicator, one.name, "there"))
        for number in targets:
            if (number, one.unit) in there or (number, one.unit) in found:
                continue
            lead = one.lead and number not in led
            found[number, one.unit] = Charge(number, one.unit, lead, one.name)
            if lead:
                led.add(number)
    return tuple(found.values())
