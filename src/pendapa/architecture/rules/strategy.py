"""The strategy map as a tree, and how an indicator stands against its targets. Plain values, nothing of a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Literal

LEVELS = ("visi", "misi", "tujuan", "sasaran_strategis", "iku")
"""From the top down, as the SIA-SPBE manual lists them."""

Verdict = Literal["met", "missed", ""]


@dataclass
class Branch:
    """An element (by its key) with what hangs under it."""

    key: int
    below: list[Branch] = field(default_factory=list)


def forest(keys: Sequence[int], parents: Iterable[tuple[int, int]]) -> list[Branch]:
    """``keys`` in the order in which they are to stand, with (child, parent) pairs, as trees.

    Who has several parents stands under each; who has none among ``keys`` is a root. A circle, which no action lets in, is
    cut where it would come round, so that nothing is lost and nothing is endless.
    """
    place = {key: index for index, key in enumerate(keys)}
    above: dict[int, list[int]] = defaultdict(list)
    below: dict[int, list[int]] = defaultdict(list)
    for child, parent in parents:
        if child in place and parent in place and child != parent:
            above[child].append(parent)
            below[parent].append(child)
    for children in below.values():
        children.sort(key=place.__getitem__)
    told: set[int] = set()
    roots = [_branch(key, below, (), told) for key in keys if not above[key]]
    # What is left hangs in circles.
    for key in keys:
        if key not in told:
            roots.append(_branch(key, below, (), told))
    return roots


def _branch(key: int, below: Mapping[int, list[int]], way: tuple[int, ...], told: set[int]) -> Branch:
    told.add(key)
    way = (*way, key)
    return Branch(key, [_branch(child, below, way, told) for child in below.get(key, ()) if child not in way])


def size(branch: Branch) -> int:
    """How many stand in a tree, its root among them."""
    return 1 + sum(size(one) for one in branch.below)


def depth_for(trees: Sequence[Branch], most: int) -> int:
    """Down to which depth (the roots are 1) trees can be shown whole without showing more than ``most``; at least 1."""
    level, depth, shown = list(trees), 0, 0
    while level and (depth == 0 or shown + len(level) <= most):
        shown += len(level)
        depth += 1
        level = [one for branch in level for one in branch.below]
    return depth


def branch_of(trees: Iterable[Branch], key: int) -> Branch | None:
    """The tree that begins at ``key``, wherever it stands."""
    for tree in trees:
        found = tree if tree.key == key else branch_of(tree.below, key)
        if found is not None:
            return found
    return None


@dataclass(frozen=True)
class Standing:
    """One period of an indicator (``2026``, ``2026-TW3``): target and result as they are kept, and as numbers where they are
    numbers."""

    period: str
    target: str
    result: str
    target_number: Decimal | None
    result_number: Decimal | None
    verdict: Verdict

    @property
    def gap(self) -> Decimal | None:
        """Result minus target; None where one of the two is no number or not known."""
        if self.target_number is None or self.result_number is None:
            return None
        return self.result_number - self.target_number


def standings(targets: object, results: object, direction: str) -> list[Standing]:
    """The periods of an indicator in order. ``targets`` and ``results`` are values of type ``yearly``, or both ``quarterly``;
    anything else counts for nothing. Without a direction, or where one of the two is no number, nothing is judged."""
    wanted, reached = _mapping(targets), _mapping(results)
    found = []
    for period in sorted(wanted.keys() | reached.keys()):
        target, result = wanted.get(period, ""), reached.get(period, "")
        numbers = _number(target), _number(result)
        found.append(Standing(period, target, result, *numbers, verdict(*numbers, direction)))
    return found


def standing(found: Iterable[Standing], period: str) -> Standing:
    """The one of a period; with nothing known where it is not among ``found``."""
    empty = Standing(period, "", "", None, None, "")
    return next((one for one in found if one.period == period), empty)


def last_result(found: Sequence[Standing], before: str) -> Standing | None:
    """The newest earlier period that has a result."""
    return next((one for one in reversed(found) if one.period < before and one.result), None)


def verdict(target: Decimal | None, result: Decimal | None, direction: str) -> Verdict:
    """Whether a result meets its target: at least it (*naik*), at most it (*turun*), just it (*tetap*)."""
    if target is None or result is None:
        return ""
    kept = {"naik": result >= target, "turun": result <= target, "tetap": result == target}
    if direction not in kept:
        return ""
    return "met" if kept[direction] else "missed"


def _mapping(value: object) -> dict[str, str]:
    return {str(period): str(one) for period, one in value.items()} if isinstance(value, Mapping) else {}


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


@dataclass(frozen=True)
class Bar:
    """One year of the chart, in hundredths of its height above and below the line of nought."""

    year: str
    x: int
    target_y: str
    result_y: str
    result_height: str
    has_target: bool
    has_result: bool
    verdict: Verdict


STEP, TALL = 34, 44
"""Width of a year and height of the chart, in units of the drawing."""


def bars(found: Sequence[Standing]) -> list[Bar]:
    """Results as bars from nought, targets as lines across, all on one scale. Nothing where a value is below nought or
    nothing is a number: a chart that cannot begin at nought would mislead."""
    numbers = [n for year in found for n in (year.target_number, year.result_number) if n is not None]
    if not numbers or min(numbers) < 0 or max(numbers) == 0:
        return []
    highest = max(numbers)
    drawn = []
    for index, year in enumerate(found):
        target, result = (
            None if n is None else n / highest * TALL for n in (year.target_number, year.result_number)
        )
        drawn.append(
            Bar(
                year.period,
                index * STEP,
                target_y=_n(TALL - (target or Decimal(0))),
                result_y=_n(TALL - (result or Decimal(0))),
                result_height=_n(result or Decimal(0)),
                has_target=target is not None,
                has_result=result is not None,
                verdict=year.verdict,
            )
        )
    return drawn


def _n(value: Decimal) -> str:
    return f"{value:.1f}"
