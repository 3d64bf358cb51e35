"""How far an initiative is (*capaian*) and whether it is late (*terlambat*). Pure.

percent("doing", done=3, counted=4)  →  75
percent("doing")                     →  None: nobody can know
late("doing", date(2027, 3, 31), date(2027, 4, 1))  →  True
"""

from __future__ import annotations

from datetime import date

RUNNING = ("planned", "doing")
"""States in which an end that has passed makes late: a draft binds nobody, and what is put off was put off by decision."""
RESTING = ("postponed", "cancelled")
"""States in which nobody waits for the actions below: they are neither late nor reminded of."""
_WITHOUT_ACTIONS = {"draft": 0, "planned": 0, "done": 100}


def percent(state: str, done: int = 0, counted: int = 0) -> int | None:
    """Whole percents of the actions that are done, rounded down: 100 only when all are.

    ``counted`` are the leaves (actions without children) that are not cancelled, ``done`` those of them that are done. Without
    any the state tells; None where it does not.
    """
    if counted:
        return 100 * done // counted
    return _WITHOUT_ACTIONS.get(state)


def late(state: str, ends_on: date | None, day: date) -> bool:
    """Is its end behind ``day`` while it is not done?"""
    return ends_on is not None and ends_on < day and state in RUNNING
