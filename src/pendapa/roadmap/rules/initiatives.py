"""What an initiative must hold: dates, years, money, levels, codes, and what waits for what. Pure; words are given elsewhere.

:func:`faults` says what cannot stay, :func:`doubts` what may stay but should be looked at, :func:`circle` what waits for itself.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

LONGEST_TITLE, LONGEST_TEXT, LONGEST_TARGET, MOST_ROWS = 300, 20_000, 400, 60
FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_MONEY, MOST_DAYS = Decimal(10) ** 16, Decimal(10) ** 8
SOURCES = ("apbd", "apbn", "dak", "other")
EFFECTS = ("new", "change", "retire", "use")
ORIGINS = ("hand", "gap", "plan", "clearance", "import")
STATES = ("draft", "planned", "doing", "done", "postponed", "cancelled")
MOVES: Mapping[str, tuple[str, ...]] = {
    "draft": ("planned", "cancelled"),
    "planned": ("doing", "postponed", "cancelled", "draft"),
    "doing": ("done", "postponed", "cancelled"),
    "done": ("doing",),
    "postponed": ("planned", "doing", "cancelled"),
    "cancelled": ("draft", "planned"),
}
"""Where an initiative may go from each state."""
BY_OWNER = (("planned", "doing"), ("doing", "done"), ("postponed", "doing"))
"""Moves that the owner makes as well: they report what is done, they do not change the plan."""
_CODE = re.compile(r"[0-9]{1,2}(\.[0-9]{1,2}){1,4}(\.[0-9]{4,6})?")
_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Lift:
    """An indicator that is lifted: levels as decimal strings, ``level_from`` empty where not known."""

    instrument: str
    indicator: str
    level_from: str = ""
    level_to: str = ""


@dataclass(frozen=True)
class Target:
    """What is aimed at in a year, and what was reached (*realisasi*); texts."""

    target: str = ""
    done: str = ""


@dataclass(frozen=True)
class BudgetRow:
    """Money of a year, by SIPD code and source, in rupiah; None: not known. ``planned`` is the *pagu indikatif*."""

    year: int
    programme_code: str = ""
    source: str = "apbd"
    planned: Decimal | None = None
    budgeted: Decimal | None = None
    spent: Decimal | None = None

    @property
    def key(self) -> tuple[int, str, str]:
        return self.year, self.programme_code, self.source


@dataclass(frozen=True)
class Values:
    """What a person sets of an initiative; all but the title may be left out. Things are named by their uids."""

    title: str
    content: str = ""
    description: str = ""
    output: str = ""
    goal_uid: UUID | None = None
    lifts: tuple[Lift, ...] = ()
    unit: UUID | None = None
    partners: tuple[UUID, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    year: int | None = None
    targets: Mapping[int, Target] = made(default_factory=dict)
    cost: Decimal | None = None
    days: Decimal | None = None
    note: str = ""
    state: str = "draft"
    roadmap: UUID | None = None
    code: str = ""
    elements: tuple[tuple[UUID, str], ...] = ()
    waits_for: tuple[UUID, ...] = ()
    budgets: tuple[BudgetRow, ...] = ()
    origin: str = "hand"
    origin_uid: UUID | None = None
    plan: UUID | None = None


@dataclass(frozen=True)
class Fault:
    """What is wrong: the field (``budgets.0.planned`` in a row, rows from 0), a key of its words, and their facts."""

    field: str
    key: str
    facts: Mapping[str, Any] = made(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A line of the budget: its ceiling, and what other initiatives take of it (planned, budgeted), in rupiah."""

    ceiling: Decimal | None
    planned: Decimal = Decimal(0)
    budgeted: Decimal = Decimal(0)
    spent: Decimal = Decimal(0)


@dataclass(frozen=True)
class Facts:
    """What the values are held against. ``scales`` maps an indicator to the lowest, the highest level and the step (None: any
    number between); ``lines`` a year and code to the budget line; ``codes`` are those of any year, of the pack too.

    ``left`` is the last day of the owner where it is ended, ``on`` the day on which that counts. ``before`` are the budget rows
    and levels that stand there already: an old fault is no reason to refuse a new word elsewhere.
    """

    years: range | None = None
    contents: frozenset[str] = frozenset()
    scales: Mapping[tuple[str, str], tuple[Decimal, Decimal, Decimal | None]] = made(default_factory=dict)
    lines: Mapping[tuple[int, str], Line] = made(default_factory=dict)
    codes: frozenset[str] = frozenset()
    left: date | None = None
    on: date = date.max
    before: tuple[BudgetRow, ...] = ()


def faults(values: Values, facts: Facts) -> list[Fault]:
    """All that cannot stay, in the order of the form."""
    return [
        *_texts(values),
        *_choices(values, facts),
        *_dates(values, facts),
        *_targets(values, facts),
        *_lifts(values, facts),
        *_money(values, facts),
        *_rows(values),
    ]


def report_faults(values: Values, facts: Facts) -> list[Fault]:
    """What cannot stay of a report: numbers below zero, spending above a ceiling, words that are too long."""
    found = []
    for n, row in enumerate(values.budgets):
        found += _amount(f"budgets.{n}.spent", row.spent, MOST_MONEY)
    for n, (_year, one) in enumerate(sorted(values.targets.items())):
        if len(one.done) > LONGEST_TARGET:
            found.append(Fault(f"targets.{n}.done", "long", {"most": LONGEST_TARGET, "n": len(one.done)}))
    return found + over_ceiling(values.budgets, facts)


def doubts(values: Values, facts: Facts) -> list[Fault]:
    """What is kept all the same, and worth a look: codes that nobody knows, spending above what the budget holds."""
    found = []
    for n, row in enumerate(values.budgets):
        code = row.programme_code
        if code and is_code(code) and (row.year, code) not in facts.lines and code not in facts.codes:
            found.append(Fault(f"budgets.{n}.programme_code", "code_unknown", {"code": code}))
        if not code and (row.planned or row.budgeted):
            found.append(Fault(f"budgets.{n}.programme_code", "code_missing", {"year": row.year}))
        given = row.budgeted if row.budgeted is not None else row.planned
        if row.spent is not None and given is not None and row.spent > given:
            found.append(Fault(f"budgets.{n}.spent", "spent_over", {"sum": row.spent, "most": given}))
    return found


def circle(edges: Iterable[tuple[UUID, UUID]], new: Iterable[tuple[UUID, UUID]]) -> list[UUID] | None:
    """A circle that one of the ``new`` edges closes, the first one again at the end; None where there is none.

    An edge leads from what waits to what it waits for. Circles among the old edges alone are not told.
    """
    added = list(new)
    ways: dict[UUID, list[UUID]] = {}
    for one, on in [*edges, *added]:
        ways.setdefault(one, []).append(on)
    for one, on in added:
        back = _way(ways, on, one)
        if back is not None:
            return [one, *back]
    return None


def may_go(state: str, to: str, as_owner: bool = False) -> bool:
    """May an initiative go from ``state`` to ``to``, perhaps by its owner alone?"""
    return (state, to) in BY_OWNER if as_owner else to in MOVES.get(state, ())


def is_code(text: str) -> bool:
    """Has it the shape of a SIPD code, of a sub kegiatan or shorter?

    >>> is_code("2.16.03.2.02.0014"), is_code("2.16.03"), is_code("2.16.03.2.02.14"), is_code("dua")
    (True, True, False, False)
    """
    return _CODE.fullmatch(text) is not None


def tidy(text: str) -> str:
    """Words as they are kept: no control signs, one kind of line end, nothing around."""
    return _UNSAFE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def next_code(year: int, used: Iterable[str]) -> str:
    """The code after the highest of its year that was ever used.

    >>> next_code(2027, ["PR-2027-001", "PR-2027-007", "PR-2026-090", "lain"])
    'PR-2027-008'
    """
    head = f"PR-{year}-"
    tails = [one[len(head) :] for one in used if one.startswith(head)]
    numbers = [int(tail) for tail in tails if tail.isascii() and tail.isdigit() and len(tail) <= 9]
    return f"{head}{max(numbers, default=0) + 1:03d}"


def start_year(values: Values, default: int) -> int:
    """The year that an initiative is listed under: of its start, as it was given, of its first money or target."""
    if values.starts_on is not None:
        return values.starts_on.year
    if values.year is not None:
        return values.year
    known = [row.year for row in values.budgets] + list(values.targets)
    return min(known) if known else default


# ---- one part each


def _texts(values: Values) -> list[Fault]:
    found = []
    if not values.title:
        found.append(Fault("title", "title_empty"))
    if len(values.title) > LONGEST_TITLE:
        found.append(Fault("title", "long", {"most": LONGEST_TITLE, "n": len(values.title)}))
    for name in ("description", "output", "note"):
        if len(text := getattr(values, name)) > LONGEST_TEXT:
            found.append(Fault(name, "long", {"most": LONGEST_TEXT, "n": len(text)}))
    return found


def _choices(values: Values, facts: Facts) -> list[Fault]:
    found = []
    if values.content and values.content not in facts.contents:
        found.append(Fault("content", "choice"))
    if values.state not in STATES:
        found.append(Fault("state", "choice"))
    if values.origin not in ORIGINS:
        found.append(Fault("origin", "choice"))
    if facts.left is not None and facts.left < facts.on:
        found.append(Fault("unit", "owner_left", {"day": facts.left}))
    found += [
        Fault(f"elements.{n}.effect", "choice")
        for n, (_uid, effect) in enumerate(values.elements)
        if effect not in EFFECTS
    ]
    return found


def _dates(values: Values, facts: Facts) -> list[Fault]:
    found = []
    for name in ("starts_on", "ends_on"):
        day: date | None = getattr(values, name)
        if day is not None and not _in(day.year, facts):
            found.append(Fault(name, "day_outside", {"day": day, **_period(facts)}))
    if values.starts_on and values.ends_on and values.ends_on < values.starts_on:
        found.append(Fault("ends_on", "end_first", {"start": values.starts_on, "end": values.ends_on}))
    if values.year is not None and not _in(values.year, facts):
        found.append(Fault("year", "year_outside", {"year": values.year, **_period(facts)}))
    return found


def _targets(values: Values, facts: Facts) -> list[Fault]:
    found = []
    for n, (year, one) in enumerate(sorted(values.targets.items())):
        if not _in(year, facts):
            found.append(Fault(f"targets.{n}.year", "year_outside", {"year": year, **_period(facts)}))
        for name, text in (("target", one.target), ("done", one.done)):
            if len(text) > LONGEST_TARGET:
                found.append(Fault(f"targets.{n}.{name}", "long", {"most": LONGEST_TARGET, "n": len(text)}))
    return found


def _lifts(values: Values, facts: Facts) -> list[Fault]:
    found, seen = [], set()
    for n, lift in enumerate(values.lifts):
        at, key = f"lifts.{n}", (lift.instrument, lift.indicator)
        scale = facts.scales.get(key)
        if scale is None:
            found.append(Fault(f"{at}.indicator", "indicator_unknown", {"indicator": lift.indicator[:20]}))
            continue
        if key in seen:
            found.append(Fault(f"{at}.indicator", "indicator_twice", {"indicator": lift.indicator}))
        seen.add(key)
        low, high = (_level(text, scale) for text in (lift.level_from, lift.level_to))
        bounds = {"low": scale[0], "high": scale[1]}
        if lift.level_from and low is None:
            found.append(Fault(f"{at}.level_from", "level_off", {"given": lift.level_from[:20], **bounds}))
        if lift.level_to and high is None:
            found.append(Fault(f"{at}.level_to", "level_off", {"given": lift.level_to[:20], **bounds}))
        if low is not None and high is not None and high <= low:
            found.append(Fault(f"{at}.level_to", "level_down", {"low": low, "high": high}))
    return found


def _level(text: str, scale: tuple[Decimal, Decimal, Decimal | None]) -> Decimal | None:
    """The level that the text writes; None where the scale has no such one."""
    if not re.fullmatch(r"[0-9]{1,3}([.,][0-9]{1,6})?", text):
        return None
    value, (low, high, step) = Decimal(text.replace(",", ".")), scale
    if not low <= value <= high or (step is not None and (value - low) % step):
        return None
    return value


def _money(values: Values, facts: Facts) -> list[Fault]:
    found, seen = [], set()
    for name, most in (("cost", MOST_MONEY), ("days", MOST_DAYS)):
        found += _amount(name, getattr(values, name), most)
    before = set(facts.before)
    for n, row in enumerate(values.budgets):
        at = f"budgets.{n}"
        if not _in(row.year, facts):
            found.append(Fault(f"{at}.year", "year_outside", {"year": row.year, **_period(facts)}))
        if row.programme_code and not is_code(row.programme_code) and row not in before:
            found.append(Fault(f"{at}.programme_code", "code_shape", {"code": row.programme_code[:40]}))
        if row.source not in SOURCES:
            found.append(Fault(f"{at}.source", "choice"))
        if row.key in seen:
            found.append(Fault(f"{at}.year", "budget_twice", {"year": row.year}))
        seen.add(row.key)
        for part in ("planned", "budgeted", "spent"):
            found += _amount(f"{at}.{part}", getattr(row, part), MOST_MONEY)
    return found + over_ceiling(values.budgets, facts)


def over_ceiling(rows: Iterable[BudgetRow], facts: Facts) -> list[Fault]:
    """What is above the ceiling of a budget line, together with what other initiatives take of it; told once a line.

    What is not more than stood there before is not told: lowering it is how it comes right.
    """
    found, told = [], set()
    given = list(rows)
    for n, row in enumerate(given):
        line = facts.lines.get((row.year, row.programme_code))
        if line is None or line.ceiling is None:
            continue
        for part in ("planned", "budgeted", "spent"):
            own, stood = _sum(given, row, part), _sum(facts.before, row, part)
            others: Decimal = getattr(line, part)
            key = (row.year, row.programme_code, part)
            if own + others <= line.ceiling or own <= stood or key in told:
                continue
            told.add(key)
            facts_of = {"code": row.programme_code, "year": row.year, "ceiling": line.ceiling}
            facts_of |= {"own": own, "others": others}
            found.append(Fault(f"budgets.{n}.{part}", "over_ceiling", facts_of))
    return found


def _sum(rows: Iterable[BudgetRow], like: BudgetRow, part: str) -> Decimal:
    same = [row for row in rows if (row.year, row.programme_code) == (like.year, like.programme_code)]
    return sum((getattr(row, part) or Decimal(0) for row in same), Decimal(0))


def _amount(name: str, value: Decimal | None, most: Decimal) -> list[Fault]:
    if value is None:
        return []
    if not value.is_finite() or value < 0:
        return [Fault(name, "negative")]
    return [Fault(name, "too_much", {"most": most})] if value >= most else []


def _rows(values: Values) -> list[Fault]:
    found = []
    for name in ("lifts", "partners", "elements", "waits_for", "budgets", "targets"):
        if (n := len(getattr(values, name))) > MOST_ROWS:
            found.append(Fault(name, "rows", {"most": MOST_ROWS, "n": n}))
    if values.unit is not None and values.unit in values.partners:
        found.append(Fault("partners", "partner_owner"))
    return found


def _in(year: int, facts: Facts) -> bool:
    return year in facts.years if facts.years is not None else FIRST_YEAR <= year <= LAST_YEAR


def _period(facts: Facts) -> dict[str, int]:
    years = facts.years or range(FIRST_YEAR, LAST_YEAR + 1)
    return {"first": years[0], "last": years[-1]}


def _way(ways: Mapping[UUID, list[UUID]], start: UUID, end: UUID) -> list[UUID] | None:
    """The shortest way along the edges, both ends included."""
    came: dict[UUID, UUID | None] = {start: None}
    open_ = deque([start])
    while open_:
        node = open_.popleft()
        if node == end:
            found: list[UUID] = []
            at: UUID | None = node
            while at is not None:
                found.append(at)
                at = came[at]
            return found[::-1]
        for after in ways.get(node, ()):
            if after not in came:
                came[after] = node
                open_.append(after)
    return None
