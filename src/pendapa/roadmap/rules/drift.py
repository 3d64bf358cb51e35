"""How far a roadmap has moved from its baseline (*geseran dari baku*): dates in days, money in rupiah, what came and what went.

Pure: compares one initiative as it is with one as it was frozen, and adds the differences up. Unknown stays None.

What is **done** is measured by the day on which it was done, and not by the days that its plan names: where nobody knows that day,
nothing is told of its time. What is **cancelled** has left the plan: nothing is told of its time, its money counts as nought.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

DONE, CANCELLED = "done", "cancelled"
OVER = frozenset({DONE, CANCELLED})
SHELVED = frozenset({"postponed", CANCELLED})
"""States in which an initiative has left its path; the way from planned to done is no drift."""
LATER, SOONER = "later", "sooner"
MONTH = Fraction(146097, 4800)
"""Days of a mean month of the Gregorian calendar (400 years have 146,097 days)."""


@dataclass(frozen=True)
class Facts:
    """What is compared of one initiative. ``money`` is its ceiling (*pagu*) and ``cost`` its estimate, in rupiah, None: not
    known; ``done_on`` the day on which it was done, None also where that is not known; ``unit`` is the uid of its owner."""

    title: str = ""
    code: str = ""
    content: str = ""
    unit: str = ""
    unit_name: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    done_on: date | None = None
    money: Decimal | None = None
    cost: Decimal | None = None
    state: str = ""
    texts: tuple[str, ...] = ()
    goal: str = ""
    lifts: frozenset[str] = frozenset()
    targets: frozenset[tuple[str, str]] = frozenset()
    partners: frozenset[str] = frozenset()
    elements: frozenset[str] = frozenset()
    waits_for: frozenset[str] = frozenset()

    @property
    def start(self) -> date | None:
        """The start that counts: of what is done or cancelled none."""
        return None if self.state in OVER else self.starts_on

    @property
    def end(self) -> date | None:
        """The end that counts: of what is done the day on which it was, of what is cancelled none."""
        return self.done_on if self.state == DONE else None if self.state in OVER else self.ends_on

    @property
    def ceiling(self) -> Decimal | None:
        """The money that counts in a sum; None: not known."""
        return Decimal(0) if self.state == CANCELLED else self.money


PARTS = (
    "title", "code", "content", "unit", "starts_on", "ends_on", "done_on", "money", "cost", "state", "texts", "goal", "lifts", "targets",
    "partners", "elements", "waits_for",
)  # fmt: skip
"""The names that :attr:`Drift.changed` may hold, in the order in which they are told."""


@dataclass(frozen=True)
class Drift:
    """``start_days`` and ``end_days``: later is plus; ``money``: more is plus, in rupiah. None: one side is not known.

    ``added``: it is not in the baseline; ``removed``: it is no longer in the roadmap (then nothing else is told).
    """

    start_days: int | None = None
    end_days: int | None = None
    money: Decimal | None = None
    added: bool = False
    removed: bool = False
    changed: tuple[str, ...] = ()

    @property
    def way(self) -> str:
        """``later``, ``sooner`` or empty: by its end, and by its start where the end did not move or is not known."""
        days = self.end_days or self.start_days or 0
        return LATER if days > 0 else SOONER if days < 0 else ""

    @property
    def days(self) -> int:
        """The days that :attr:`way` speaks of."""
        return self.end_days or self.start_days or 0

    def __bool__(self) -> bool:
        return self.added or self.removed or bool(self.changed)


def facts(snapshot: Mapping[str, Any]) -> Facts:
    """What a snapshot of an initiative says, as far as it is compared. Missing parts are not known."""
    unit, goal = snapshot.get("unit") or {}, snapshot.get("goal") or {}
    return Facts(
        title=str(snapshot.get("title") or ""),
        code=str(snapshot.get("code") or ""),
        content=str(snapshot.get("content") or ""),
        unit=str(unit.get("uid") or ""),
        unit_name=str(unit.get("name") or ""),
        starts_on=_day(snapshot.get("starts_on")),
        ends_on=_day(snapshot.get("ends_on")),
        done_on=_day(snapshot.get("done_on")),
        money=money(snapshot),
        cost=_amount(snapshot.get("cost")),
        state=str(snapshot.get("state") or ""),
        texts=tuple(str(snapshot.get(name) or "") for name in ("description", "output", "note")),
        goal=str(goal.get("uid") or ""),
        lifts=frozenset(
            f"{one.get('instrument')} {one.get('indicator')} {one.get('from')} {one.get('to')}"
            for one in snapshot.get("lifts") or []
        ),
        targets=frozenset(
            (str(year), str(one.get("target") or "") if isinstance(one, Mapping) else str(one))
            for year, one in (snapshot.get("targets") or {}).items()
        ),
        partners=_uids(snapshot.get("partners")),
        elements=frozenset(f"{one.get('uid')} {one.get('effect')}" for one in snapshot.get("elements") or []),
        waits_for=_uids(snapshot.get("waits_for")),
    )


def money(snapshot: Mapping[str, Any]) -> Decimal | None:
    """The ceiling (*pagu*) in rupiah: what is planned over all years; None: it is not known. An estimate is no ceiling."""
    planned = [_amount(one.get("planned")) for one in snapshot.get("budgets") or []]
    known = [one for one in planned if one is not None]
    return sum(known, Decimal(0)) if known else None


def drift(now: Facts | Mapping[str, Any] | None, was: Facts | Mapping[str, Any] | None) -> Drift:
    """``now`` against ``was`` (facts or snapshots); None: it is not there. None on both sides is no drift."""
    if now is None or was is None:
        return Drift(added=was is None and now is not None, removed=now is None and was is not None)
    after = now if isinstance(now, Facts) else facts(now)
    before = was if isinstance(was, Facts) else facts(was)
    return Drift(
        start_days=_apart(after.start, before.start),
        end_days=_apart(after.end, before.end),
        money=_more(after, before),
        changed=tuple(name for name in PARTS if _differs(name, after, before)),
    )


@dataclass(frozen=True)
class Sum:
    """A roadmap against its baseline. ``money`` adds up what is known on both sides, with what came, went and was cancelled;
    ``unknown`` counts the initiatives whose money is not known on one side."""

    before: int = 0
    now: int = 0
    later: int = 0
    sooner: int = 0
    added: int = 0
    removed: int = 0
    owners: int = 0
    shelved: int = 0
    money: Decimal = Decimal(0)
    unknown: int = 0

    def __bool__(self) -> bool:
        moved = self.later + self.sooner + self.added + self.removed + self.owners + self.shelved
        return bool(moved or self.money or self.unknown)


def summed(pairs: Iterable[tuple[Facts | None, Facts | None]]) -> Sum:
    """Adds up pairs of (now, was)."""
    known = [(now, was, drift(now, was)) for now, was in pairs]
    change, unknown = Decimal(0), 0
    for now, was, _moved in known:
        after = Decimal(0) if now is None else now.ceiling
        before = Decimal(0) if was is None else was.ceiling
        if after is not None and before is not None:
            change += after - before
        elif after is not before:
            unknown += 1
    return Sum(
        before=sum(was is not None for _now, was, _moved in known),
        now=sum(now is not None for now, _was, _moved in known),
        later=sum(moved.way == LATER for _now, _was, moved in known),
        sooner=sum(moved.way == SOONER for _now, _was, moved in known),
        added=sum(moved.added for _now, _was, moved in known),
        removed=sum(moved.removed for _now, _was, moved in known),
        owners=sum("unit" in moved.changed for _now, _was, moved in known),
        shelved=sum(
            "state" in moved.changed and now is not None and now.state in SHELVED
            for now, _was, moved in known
        ),
        money=change,
        unknown=unknown,
    )


def months(days: int) -> int:
    """Whole months nearest to so many days, towards the larger at a half; 0 for less than half a month."""
    size = int(Fraction(abs(days)) / MONTH + Fraction(1, 2))
    return size if days >= 0 else -size


def _apart(now: date | None, was: date | None) -> int | None:
    return None if now is None or was is None else (now - was).days


def _more(now: Facts, was: Facts) -> Decimal | None:
    if now.money is None or was.money is None or CANCELLED in (now.state, was.state):
        return None
    return now.money - was.money


def _differs(name: str, now: Facts, was: Facts) -> bool:
    if name == "done_on":
        return DONE in (now.state, was.state) and bool(_apart(now.end, was.end))
    if name == "state":
        return now.state != was.state and bool({now.state, was.state} & SHELVED)
    if name == "unit" and not now.unit and not was.unit:
        return now.unit_name != was.unit_name
    return bool(getattr(now, name) != getattr(was, name))


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10]) if value else None


def _amount(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _uids(rows: Any) -> frozenset[str]:
    return frozenset(str(one.get("uid")) for one in rows or [])
