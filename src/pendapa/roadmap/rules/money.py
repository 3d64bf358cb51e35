"""Money of the roadmap, added up: planned, in the budget, spent; what a rupiah does for the index; spending twice. Pure.

All amounts are rupiah. A sum is None where nothing of it is known, and :attr:`Sums.unknown` counts what is missing from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

PARTS = ("planned", "budgeted", "spent")
BILLION = 10**9


@dataclass(frozen=True)
class Share:
    """What an initiative asks, gets and spends in a year under a code; ``unit`` is the uid of its owner, None where none;
    ``line`` the id of the budget line in which it stands, None where it is linked with none."""

    initiative: UUID
    unit: UUID | None
    year: int
    code: str = ""
    source: str = "apbd"
    planned: Decimal | None = None
    budgeted: Decimal | None = None
    spent: Decimal | None = None
    line: int | None = None


@dataclass(frozen=True)
class Sums:
    """``count`` initiatives; ``unknown`` of them have no planned amount here. Rupiah, None: nothing known."""

    count: int = 0
    planned: Decimal | None = None
    budgeted: Decimal | None = None
    spent: Decimal | None = None
    unknown: int = 0

    @property
    def used(self) -> Fraction | None:
        """What was spent of what is in the budget, 0 to 1 and more; None where one of them is not known."""
        if self.spent is None or not self.budgeted:
            return None
        return Fraction(self.spent) / Fraction(self.budgeted)


def total(values: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what is known; None where nothing is.

    >>> total([None, Decimal(2), Decimal(3)]), total([None])
    (Decimal('5'), None)
    """
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def sums(shares: Iterable[Share], initiatives: Iterable[UUID] = ()) -> Sums:
    """All of them in one; ``initiatives`` counts some that have no share."""
    rows = list(shares)
    asked = {row.initiative for row in rows if row.planned is not None}
    there = {row.initiative for row in rows} | set(initiatives)
    amounts = {part: total(getattr(row, part) for row in rows) for part in PARTS}
    return Sums(len(there), unknown=len(there - asked), **amounts)


def grouped(shares: Iterable[Share], key: Callable[[Share], object]) -> dict[object, Sums]:
    """By ``key``, in the order in which the keys come."""
    found: dict[object, list[Share]] = defaultdict(list)
    for row in shares:
        found[key(row)].append(row)
    return {one: sums(rows) for one, rows in found.items()}


# ---- the effect on the index


@dataclass(frozen=True)
class Effect:
    """What an initiative gives the index, alone: ``gain`` in points; ``per_billion`` in points per Rp 1 miliar.

    ``why`` says why it is not known: ``no_lift``, ``no_level``, ``no_assessment``, ``other_instrument``, ``reached`` (the level
    stands there already), ``no_cost``, ``free``.
    """

    initiative: UUID
    gain: Fraction | None = None
    cost: Decimal | None = None
    why: str = ""

    @property
    def per_billion(self) -> Fraction | None:
        if self.gain is None or not self.gain or not self.cost:
            return None
        return self.gain / Fraction(self.cost) * BILLION


@dataclass(frozen=True)
class Raise:
    """An indicator that an initiative lifts, to a level (a decimal string; empty: not said)."""

    instrument: str
    indicator: str
    level_to: str = ""


def raised(
    levels: Mapping[str, str], raises: Iterable[Raise], instrument: str
) -> tuple[dict[str, str] | None, str]:
    """The levels with those of ``raises`` that are higher; else None and why not, by the keys of :class:`Effect`."""
    rows = list(raises)
    if not rows:
        return None, "no_lift"
    own = [row for row in rows if row.instrument == instrument]
    if not own:
        return None, "other_instrument"
    if all(not row.level_to for row in own):
        return None, "no_level"
    higher = {
        row.indicator: row.level_to
        for row in own
        if row.level_to
        and row.indicator in levels
        and Fraction(row.level_to.replace(",", ".")) > Fraction(str(levels[row.indicator]))
    }
    if not higher:
        return None, "reached"
    return {**levels, **higher}, ""


# ---- spending twice


@dataclass(frozen=True)
class Group:
    """Applications that look alike: ``members`` by uid with their names; ``kept`` is the one into which the others are to be
    merged (empty: not decided); ``undecided`` whether pairs of it still wait for a decision."""

    key: str
    title: str
    members: Mapping[str, str]
    kept: str = ""
    undecided: bool = True


@dataclass(frozen=True)
class Double:
    """Initiatives that spend on several members of a group, or on one that is to be merged away. ``leaving`` are the uids of
    initiatives that spend on such a one; ``planned`` the sum of what all of them ask, each counted once."""

    group: Group
    initiatives: tuple[UUID, ...]
    leaving: tuple[UUID, ...] = ()
    planned: Decimal | None = None


def doubles(
    groups: Sequence[Group],
    touched: Mapping[str, Iterable[UUID]],
    planned: Mapping[UUID, Decimal | None],
    ends: Iterable[tuple[str, UUID]] = (),
) -> list[Double]:
    """Where money goes twice, the dearest first. ``touched``: by uid of an element, the initiatives that make, change or use
    it; ``ends``: pairs of element and initiative where the initiative retires it, which is no spending on it."""
    retired = set(ends)
    found = []
    for group in groups:
        spends = {
            member: [one for one in touched.get(member, ()) if (member, one) not in retired]
            for member in group.members
        }
        on = [member for member, ones in spends.items() if ones]
        leaving = {one for member in on for one in spends[member] if group.kept and member != group.kept}
        if len(on) < 2 and not leaving:
            continue
        who = sorted({one for member in on for one in spends[member]}, key=str)
        sum_ = total(planned.get(one) for one in who)
        found.append(Double(group, tuple(who), tuple(sorted(leaving, key=str)), sum_))
    return sorted(found, key=lambda one: (-(one.planned or 0), one.group.title))


@dataclass(frozen=True)
class Line:
    """A line of the budget by its id, with its ceiling in rupiah (None: not known). Two OPD may each have one of the same code."""

    id: int
    year: int
    code: str
    ceiling: Decimal | None = None

    def holds(self, share: Share) -> bool:
        """Does the share stand in this line? One that is linked with none may stand in any line of its code and year."""
        return (self.year, self.code) == (share.year, share.code) and share.line in (None, self.id)


@dataclass(frozen=True)
class Ceiling:
    """A budget line over its ceiling: what is ``taken`` (the larger of planned and budgeted), in rupiah."""

    code: str
    year: int
    ceiling: Decimal
    taken: Decimal
    initiatives: tuple[UUID, ...] = field(default=())


def over(shares: Iterable[Share], lines: Iterable[Line]) -> list[Ceiling]:
    """Lines of which more is asked, or given, than their ceiling; the worst first."""
    by_key: dict[tuple[int, str], list[Share]] = defaultdict(list)
    for row in shares:
        by_key[row.year, row.code].append(row)
    found = []
    for line in lines:
        rows = [row for row in by_key.get((line.year, line.code), ()) if line.holds(row)]
        taken = max(total(getattr(row, part) for row in rows) or Decimal(0) for part in PARTS)
        if line.ceiling is not None and taken > line.ceiling:
            who = tuple(sorted({row.initiative for row in rows}, key=str))
            found.append(Ceiling(line.code, line.year, line.ceiling, taken, who))
    return sorted(found, key=lambda one: (one.ceiling - one.taken, one.year, one.code))
