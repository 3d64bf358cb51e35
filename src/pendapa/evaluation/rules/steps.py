"""The way of a round (*putaran penilaian*): where it stands, what is missing to pass a step, who may write in it. No Django.

Steps come from the cycle pack (:func:`pendapa.regulations.packs.cycle`); nothing of a regulation stands here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from pendapa.regulations.cycle import CyclePack, CycleStep

SOON = timedelta(days=7)
COORDINATOR = "coordinator"
TEAM = ("coordinator", "responsible", "internal")
"""Functions without which no round begins: Pasal 4 and the annex of PermenPANRB 59/2020."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a round. ``levels`` maps a sheet to the indicators that have a level in it; ``handed_in`` and
    ``returned`` are indicators by their answer; ``leads`` those with a unit that answers; ``functions``, ``events`` and
    ``findings`` count by kind. ``consent`` is None until the coordinator has spoken."""

    indicators: tuple[str, ...]
    levels: Mapping[str, Collection[str]] = field(default_factory=dict)
    handed_in: Collection[str] = ()
    returned: Collection[str] = ()
    leads: Collection[str] = ()
    functions: Mapping[str, int] = field(default_factory=dict)
    events: Mapping[str, int] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)
    consent: bool | None = None


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that must stand before the step is passed: a key of ``NEEDS`` of the pack and what it is about.

    ``numbers`` are indicators, ``names`` functions or kinds of findings.
    """

    key: str
    numbers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.numbers) or len(self.names)


def key_of(pack: CyclePack, step: str) -> str:
    """The step under its key in the pack; a round that was opened as a sheet carries the name of that sheet.

    What the pack does not know (any more) counts as its first step.
    """
    if any(one.key == step for one in pack.steps):
        return step
    return next((one.key for one in pack.steps if step in one.sheets), pack.steps[0].key)


def way(pack: CyclePack, kind: str, visit: bool, step: str) -> tuple[CycleStep, ...]:
    """The steps of a round, with the one at which it stands even where its kind would skip it."""
    here = key_of(pack, step)
    usual = {one.key for one in pack.steps_of(kind, visit)}
    return tuple(one for one in pack.steps if one.key in usual or one.key == here)


def after(steps: Sequence[CycleStep], step: str) -> CycleStep | None:
    """The step that follows; None after the last."""
    keys = [one.key for one in steps]
    place = keys.index(step) + 1
    return steps[place] if place < len(steps) else None


def before(steps: Sequence[CycleStep], step: str) -> tuple[CycleStep, ...]:
    """The steps to which a round may be sent back."""
    return tuple(steps[: [one.key for one in steps].index(step)])


def is_over(steps: Sequence[CycleStep], step: str) -> bool:
    """The round stands at its last step."""
    return steps[-1].key == step


def may_be_set(step: CycleStep, sheet: str, returned: bool) -> bool:
    """May levels of a sheet be set in this step? ``returned``: the answer of the indicator was sent back to be revised."""
    return sheet in step.sheets or (returned and sheet in step.revisions)


def lacks(step: CycleStep, facts: Facts) -> tuple[Lack, ...]:
    """What is missing to pass ``step``, in the order of the pack."""
    found = (_lack(need, facts) for need in step.needs)
    return tuple(one for one in found if one is not None)


def _lack(need: str, facts: Facts) -> Lack | None:
    if need.endswith("_levels"):
        return _numbers(need, facts, facts.levels.get(need.removesuffix("_levels"), ()))
    if need == "answers":
        return _numbers(need, facts, facts.handed_in)
    if need == "duties":
        return _numbers(need, facts, facts.leads)
    if need == "team":
        absent = tuple(one for one in TEAM if not facts.functions.get(one))
        return Lack(need, names=absent) if absent else None
    if need == "findings":
        # Strengths and weaknesses may be none in a good or a bad year; that there is no finding at all is an omission.
        return None if any(facts.findings.values()) else Lack(need)
    if need == "consent":
        return Lack(need) if facts.consent is None else None
    return None if facts.events.get(need) else Lack(need)


def _numbers(need: str, facts: Facts, there: Collection[str]) -> Lack | None:
    known = set(there)
    missing = tuple(number for number in facts.indicators if number not in known)
    return Lack(need, missing) if missing else None


def urgency(due: date | None, today: date) -> str:
    """``late`` after the day, ``soon`` in the week before it (the day itself included), else ``usual``."""
    if due is None:
        return "usual"
    if due < today:
        return "late"
    return "soon" if due - today <= SOON else "usual"


def disordered(steps: Sequence[CycleStep], deadlines: Mapping[str, date]) -> dict[str, str]:
    """Steps whose deadline lies before that of an earlier step, each with the earlier step."""
    found: dict[str, str] = {}
    last: tuple[str, date] | None = None
    for step in steps:
        due = deadlines.get(step.key)
        if due is None:
            continue
        if last is not None and due < last[1]:
            found[step.key] = last[0]
        else:
            last = step.key, due
    return found
