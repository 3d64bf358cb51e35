"""Commitments (*komitmen*): which verb may follow which state, what may not be kept, the text that is hashed. Pure.

    check(Values(title="…", text="…", starts_on=…, ends_on=…, milestones=(Step("…", date(2027, 3, 31)),)))  →  []
    digest(Values(…))  →  "9f86d081…", the SHA-256 of :func:`canonical`

What is hashed is what was agreed: title, problem, text, period, evidence asked, milestones with their days. Realisation,
evidence, the state, the unit (which may be merged into another) and whether it is public are not part of it.
"""

from __future__ import annotations

import calendar
import hashlib
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pendapa.regulations import packs

DRAFT, PROPOSED, APPROVED, ENDED, WITHDRAWN = "draft", "proposed", "approved", "ended", "withdrawn"
COMMITTED = (APPROVED, ENDED)
"""What stands as agreed: its text and milestones do not change; what was reached and what proves it may."""
NO_EVIDENCE = "no_evidence"
SOON_DAYS = 14
MOST_MILESTONES, LONGEST_TITLE, LONGEST_STEP, LONGEST_TEXT = 20, 300, 400, 20_000
FIRST_YEAR, LAST_YEAR = 2000, 2100
FORMAT = "pendapa-komitmen-1"

_MOVES = {
    "propose": ((DRAFT,), PROPOSED),
    "give_back": ((PROPOSED,), DRAFT),
    "approve": ((PROPOSED,), APPROVED),
    "end": ((APPROVED,), ENDED),
    "withdraw": ((DRAFT, PROPOSED, APPROVED), WITHDRAWN),
    "revise": ((APPROVED, WITHDRAWN), DRAFT),
}
VERBS = tuple(_MOVES)
REASONED = ("give_back", "withdraw", "revise")
"""Verbs that ask for a reason; to withdraw what is no more than a draft needs none."""


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone (*tonggak*) as it is agreed; ``uid`` of one that is kept already."""

    text: str
    due: date | None
    uid: str = ""


@dataclass(frozen=True, slots=True)
class Values:
    """What people write of a commitment. ``public``: it is shown to everybody once it is approved."""

    title: str
    text: str
    starts_on: date | None
    ends_on: date | None
    problem: str = ""
    evidence_asked: str = ""
    milestones: tuple[Step, ...] = ()
    public: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: with which field (``milestone-2`` is the third), by which key, about what."""

    field: str
    key: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """What became of a milestone."""

    due: date
    done_on: date | None = None
    proven: bool = False

    def late(self, day: date) -> bool:
        return self.done_on is None and self.due < day

    def soon(self, day: date) -> bool:
        return self.done_on is None and 0 <= (self.due - day).days <= SOON_DAYS


def after(state: str, verb: str) -> str | None:
    """The state that ``verb`` leads to from ``state``; None where it may not follow."""
    allowed, to = _MOVES[verb]
    return to if state in allowed else None


def verbs(state: str) -> tuple[str, ...]:
    """The verbs that may follow ``state``."""
    return tuple(verb for verb in VERBS if after(state, verb))


def needs_reason(state: str, verb: str) -> bool:
    """Must somebody say why?"""
    return verb in REASONED and not (verb == "withdraw" and state == DRAFT)


def tidy(values: Values) -> Values:
    """The same as it is kept: composed signs, plain line ends, no blanks around; milestones without any word fall away."""
    steps = (Step(_one_line(one.text), one.due, one.uid) for one in values.milestones)
    return Values(
        _one_line(values.title), _plain(values.text), values.starts_on, values.ends_on, _plain(values.problem),
        _plain(values.evidence_asked), tuple(one for one in steps if one.text or one.due), values.public,
    )  # fmt: skip


def check(values: Values, *, whole: bool = False) -> list[Fault]:
    """What is wrong with tidy values; ``whole``: also what must stand before it is handed to the head."""
    faults = []
    if not values.title:
        faults.append(Fault("title", "missing"))
    for name, text, most in (
        ("title", values.title, LONGEST_TITLE), ("text", values.text, LONGEST_TEXT),
        ("problem", values.problem, LONGEST_TEXT), ("evidence_asked", values.evidence_asked, LONGEST_TEXT),
    ):  # fmt: skip
        if len(text) > most:
            faults.append(Fault(name, "long", str(most)))
    if not values.text:
        faults.append(Fault("text", "missing"))
    for name, day in (("starts_on", values.starts_on), ("ends_on", values.ends_on)):
        if day is None:
            faults.append(Fault(name, "missing"))
        elif not FIRST_YEAR <= day.year <= LAST_YEAR:
            faults.append(Fault(name, "year", f"{FIRST_YEAR}–{LAST_YEAR}"))
    if values.starts_on and values.ends_on and values.ends_on < values.starts_on:
        faults.append(Fault("ends_on", "before"))
    if len(values.milestones) > MOST_MILESTONES:
        faults.append(Fault("milestones", "many", str(MOST_MILESTONES)))
    if whole and not values.milestones:
        faults.append(Fault("milestones", "none"))
    return faults + [
        fault for place, one in enumerate(values.milestones) for fault in _step(place, one, values)
    ]


def _step(place: int, step: Step, values: Values) -> list[Fault]:
    name = f"milestone-{place}"
    if not step.text:
        return [Fault(name, "missing")]
    if len(step.text) > LONGEST_STEP:
        return [Fault(name, "long", str(LONGEST_STEP))]
    if step.due is None:
        return [Fault(name, "no_day")]
    outside = (values.starts_on and step.due < values.starts_on) or (
        values.ends_on and step.due > values.ends_on
    )
    return [Fault(name, "outside")] if outside else []


def canonical(values: Values) -> str:
    """What is hashed: JSON with sorted keys, no blanks, UTF-8; texts as :func:`tidy` leaves them, days as ISO text."""
    kept = tidy(values)
    document = {
        "format": FORMAT,
        "title": kept.title,
        "problem": kept.problem,
        "text": kept.text,
        "period": [_iso(kept.starts_on), _iso(kept.ends_on)],
        "evidence": kept.evidence_asked,
        "milestones": [[one.text, _iso(one.due)] for one in kept.milestones],
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(values: Values) -> str:
    """SHA-256 of :func:`canonical` in hexadecimal digits."""
    return hashlib.sha256(canonical(values).encode()).hexdigest()


def advice(milestones: Sequence[Reached]) -> str:
    """What the assessor is advised: ``no_evidence`` where nothing proves any milestone, else nothing. A person decides."""
    return "" if any(one.proven for one in milestones) else NO_EVIDENCE


def without_evidence(milestones: Sequence[Reached], day: date) -> bool:
    """Something is due or said to be done, and nothing proves anything."""
    begun = any(one.due <= day or one.done_on for one in milestones)
    return begun and not any(one.proven for one in milestones)


def assess_from(ends_on: date) -> date:
    """The day from which assessing is advised: the months of the pack after the period, at the latest the last of that month."""
    months = packs.roadmap().assessing.months
    place = ends_on.year * 12 + ends_on.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(ends_on.day, calendar.monthrange(year, month + 1)[1]))


def _plain(text: str) -> str:
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def _one_line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
