"""Reminders in words: subjects, rungs, and why a thing came to somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pendapa.kernel.notices.rules import HAND, LEFT, NO_HEAD, NOBODY, days_of
from pendapa.kernel.ui import formats


@dataclass(frozen=True)
class Line:
    """One thing of a digest as it is shown; ``late`` as of the day of the digest."""

    title: str
    detail: str
    url: str
    due: date
    late: bool
    rung: str
    why: str


def rung(key: str) -> str:
    """A rung in words."""
    if key == HAND:
        return _("reminded by hand")
    days = days_of(key)  # NOBODY is no rung to be named: why it comes is told beside it
    if days is None:
        return ""
    if days == 0:
        return _("due today")
    if days < 0:
        return ngettext(
            "%(n)d working day before it is due", "%(n)d working days before it is due", -days
        ) % {"n": -days}
    return ngettext("late by %(n)d working day", "late by %(n)d working days or more", days) % {"n": days}


def why(item: Mapping[str, Any]) -> str:
    """Why a thing came to this person and not to somebody else; empty where that is the usual way."""
    if item.get("why") == LEFT:
        who = item.get("who") or _("Who was to do it")
        return _("%(who)s holds no role here (any more): give it to somebody.") % {"who": who}
    if item.get("why") == NOBODY:
        return _("Nobody is to do it yet: give it to somebody.")
    if item.get("why") == NO_HEAD:
        return _("The unit has no head with an account, so it comes to you.")
    if item.get("by"):
        return _("%(who)s reminds you.") % {"who": item["by"]}
    return ""


def lines(items: Sequence[Mapping[str, Any]], day: date) -> list[Line]:
    """The things of a digest, the latest first."""
    found = []
    for item in items:
        due = date.fromisoformat(item["due"])
        found.append(
            Line(item["title"], item["detail"], item["url"], due, due < day, _told(item, due, day), why(item))
        )
    return sorted(found, key=lambda line: (line.due, line.title))


def _told(item: Mapping[str, Any], due: date, day: date) -> str:
    """The rung, where what it says is so on ``day``: it may be told late (after days without a server), and that of a due day on
    which nobody works is told before it."""
    days = days_of(item["rung"])
    if days is not None and ((days == 0 and due != day) or (days < 0 and due <= day)):
        return ""
    return rung(item["rung"])


def subject(items: Sequence[Mapping[str, Any]], day: date) -> str:
    """The subject of a digest, with its counts."""
    n = len(items)
    late = sum(date.fromisoformat(item["due"]) < day for item in items)
    words = {"n": n, "late": late, "day": formats.day(day, formats.language())}
    if late:
        return (
            ngettext("%(n)d reminder, %(late)d late (%(day)s)", "%(n)d reminders, %(late)d late (%(day)s)", n)
            % words
        )
    return ngettext("%(n)d reminder (%(day)s)", "%(n)d reminders (%(day)s)", n) % words
