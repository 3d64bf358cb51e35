"""The action plan (*rencana aksi*) as pure rules: what a person sets, dates, checklists, repetition. No Django.

following(date(2027, 1, 31), "monthly", date(2027, 2, 28))  →  2027-03-31
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

OPEN = ("todo", "doing")
STATES = (*OPEN, "done", "cancelled")
MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}
FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_ITEMS, LONGEST_ITEM, LONGEST_TEXT = 100, 300, 20_000
SOON_DAYS = 7
Item = dict[str, Any]
"""One line of a checklist: ``{"text": str, "done": bool}``."""


@dataclass(frozen=True)
class Values:
    """What a person sets of an action. ``unit`` and ``person`` are ids (None: nobody); ``checklist`` are the texts of its items.

    ``person_name`` is taken as typed only where ``person`` is None: somebody without an account.
    """

    title: str
    description: str = ""
    unit: int | None = None
    person: int | None = None
    person_name: str = ""
    starts_on: date | None = None
    due: date | None = None
    checklist: tuple[str, ...] = ()
    evidence_asked: str = ""
    repeats: str = ""
    repeats_until: date | None = None


@dataclass(frozen=True)
class Frame:
    """What an action hangs under: the period of its initiative, and the due day of the action above it."""

    starts_on: date | None = None
    ends_on: date | None = None
    parent_due: date | None = None


def tidy(values: Values) -> Values:
    """The same without outer and double spaces, and without empty or repeated items."""
    items = dict.fromkeys(" ".join(text.split()) for text in values.checklist)
    return replace(
        values,
        title=" ".join(values.title.split()),
        description=values.description.strip(),
        person_name="" if values.person is not None else " ".join(values.person_name.split()),
        checklist=tuple(text for text in items if text),
        evidence_asked=values.evidence_asked.strip(),
        repeats_until=values.repeats_until if values.repeats else None,
    )


def faults(values: Values) -> dict[str, str]:
    """What cannot be kept: field to the key of why. ``values`` are :func:`tidy`."""
    found = {}
    if not values.title:
        found["title"] = "title_missing"
    elif len(values.title) > 300:
        found["title"] = "title_long"
    for name in ("starts_on", "due", "repeats_until"):
        day = getattr(values, name)
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            found[name] = "year"
    if values.starts_on and values.due and values.starts_on > values.due and "due" not in found:
        found["due"] = "due_before_start"
    if len(values.person_name) > 200:
        found["person_name"] = "name_long"
    for name in ("description", "evidence_asked"):
        if len(getattr(values, name)) > LONGEST_TEXT:
            found[name] = "text_long"
    if len(values.checklist) > MOST_ITEMS:
        found["checklist"] = "items_many"
    elif any(len(text) > LONGEST_ITEM for text in values.checklist):
        found["checklist"] = "item_long"
    return found | _repeating(values)


def _repeating(values: Values) -> dict[str, str]:
    if not values.repeats:
        return {}
    if values.repeats not in MONTHS:
        return {"repeats": "repeats_unknown"}
    if values.due is None:
        return {"due": "repeats_without_due"}
    if values.repeats_until is not None and values.repeats_until < values.due:
        return {"repeats_until": "until_before_due"}
    return {}


def warnings(values: Values, frame: Frame) -> dict[str, str]:
    """What may be kept but is told: dates outside the period of the initiative, or after the action above."""
    found = {}
    for name in ("starts_on", "due"):
        day = getattr(values, name)
        if day is None:
            continue
        if frame.starts_on is not None and day < frame.starts_on:
            found[name] = "before_initiative"
        elif frame.ends_on is not None and day > frame.ends_on:
            found[name] = "after_initiative"
    if values.due and frame.parent_due and values.due > frame.parent_due and "due" not in found:
        found["due"] = "after_parent"
    return found


# ---- repetition


def following(first: date, repeats: str, after: date) -> date:
    """The next day of a series that began on ``first``, later than ``after``; the 31st becomes the last day of short months."""
    step = MONTHS[repeats]
    passed = (after.year - first.year) * 12 + after.month - first.month
    count = max(passed // step, 0)
    while (day := _moved(first, count * step)) <= after:
        count += 1
    return day


def _moved(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


def next_of(first: date, repeats: str, due: date, until: date | None, ends_on: date | None) -> date | None:
    """The due day of the next action; None where the series is over. Without ``until`` it ends with the initiative."""
    day = following(first, repeats, due)
    last = until or ends_on
    return None if day.year > LAST_YEAR or (last is not None and day > last) else day


# ---- checklists


def fresh(texts: Iterable[str]) -> list[Item]:
    """A checklist of which nothing is done yet."""
    return [{"text": text, "done": False} for text in texts]


def texts(items: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The texts of a checklist."""
    return tuple(str(item["text"]) for item in items)


def rewritten(items: Sequence[Mapping[str, Any]], wanted: Sequence[str]) -> list[Item]:
    """The checklist with other texts: what keeps its text keeps its tick."""
    ticked = {item["text"] for item in items if item["done"]}
    return [{"text": text, "done": text in ticked} for text in wanted]


def ticked(items: Sequence[Mapping[str, Any]], index: int, text: str, done: bool) -> list[Item] | None:
    """The checklist with one item ticked or not. ``text`` is what the person saw: the item is found by it where the list was
    changed meanwhile. None where there is no such item any more."""
    places = [n for n, item in enumerate(items) if item["text"] == text]
    if not places:
        return None
    at = index if index in places else places[0]
    return [
        {"text": item["text"], "done": done if n == at else bool(item["done"])}
        for n, item in enumerate(items)
    ]


# ---- how far


@dataclass(frozen=True)
class Counts:
    """How many actions there are: ``late`` are among the ``open`` ones; cancelled ones do not count."""

    done: int = 0
    open: int = 0
    late: int = 0

    @property
    def total(self) -> int:
        return self.done + self.open

    @property
    def progress(self) -> int | None:
        """Hundredths that are done, rounded down; None without actions."""
        return self.done * 100 // self.total if self.total else None


def urgency(state: str, due: date | None, today: date) -> str:
    """``late``, ``soon`` (within a week) or empty."""
    if state not in OPEN or due is None:
        return ""
    left = (due - today).days
    return "late" if left < 0 else "soon" if left <= SOON_DAYS else ""
