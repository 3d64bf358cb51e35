"""Calendar feeds (iCalendar, RFC 5545): what is due, offered by rooms, written so that calendar programs can subscribe to it.

All-day events and no to-dos: the calendars that people here use show events of a subscribed address and leave to-dos out
(docs/decisions/0162).
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution, Unit

log = logging.getLogger(__name__)

MOST = 2_000
"""Entries of one feed; the ones furthest away are left out."""
PAST = timedelta(days=90)
"""How long what is done stays in a feed."""
LONGEST_TITLE, LONGEST_DETAIL = 300, 2_000
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Entry:
    """One thing on a day. ``uid`` is stable, such as ``action-<uuid>``; ``path`` its page; ``state`` open, done or cancelled;
    ``version`` counts its changes and ``changed_at`` is the last of them."""

    uid: str
    title: str
    day: date
    detail: str
    path: str
    state: str
    version: int
    changed_at: datetime
    kind: str = ""


Provider = Callable[[Actor, Institution, Unit | None, date], Sequence[Entry]]
_offers: dict[str, Provider] = {}


def offer(key: str, provider: Provider) -> None:
    """Register what stands in calendars: ``provider(actor, institution, unit, since)`` gives what is due for the person itself,
    or for ``unit`` and all below it, as far as the actor may see it today; what is done only from ``since`` on."""
    _offers[key] = provider


def entries(actor: Actor, institution: Institution, unit: Unit | None, today: date) -> list[Entry]:
    """Everything due, by day, at most :data:`MOST`. A provider that fails harms no other."""
    found: list[Entry] = []
    for key, provider in sorted(_offers.items()):
        try:
            found += provider(actor, institution, unit, today - PAST)
        except Exception:
            log.exception("What is due could not be asked of %s", key)
    return sorted(found, key=lambda one: (one.day, one.uid))[:MOST]


# ---- secrets


def new_secret() -> str:
    """A secret that nobody guesses: 256 bits, in 43 characters."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_secret(text: str) -> bool:
    """Has it the shape of a secret?"""
    return _SECRET.fullmatch(text) is not None


# ---- writing


def write(name: str, about: str, rows: Sequence[Entry], base: str, language: str = "ID") -> bytes:
    """A calendar as bytes: CRLF lines of at most 75 octets, texts escaped. ``base`` leads to the pages, without a slash."""
    calendar = Calendar()
    for key, value in (
        ("prodid", f"-//Pendapa//Kalender//{language}"),
        ("version", "2.0"),
        ("calscale", "GREGORIAN"),
        ("name", _plain(name, LONGEST_TITLE)),
        ("x-wr-calname", _plain(name, LONGEST_TITLE)),
        ("description", _plain(about, LONGEST_DETAIL)),
        ("x-wr-caldesc", _plain(about, LONGEST_DETAIL)),
        ("x-published-ttl", "PT1H"),
    ):
        calendar.add(key, value)
    for row in rows:
        calendar.add_component(_event(row, base))
    return bytes(calendar.to_ical())


def _event(row: Entry, base: str) -> Event:
    event, at = Event(), row.changed_at.astimezone(UTC).replace(microsecond=0)
    title = _plain(row.title, LONGEST_TITLE)
    detail = "\n".join(part for part in (_plain(row.detail, LONGEST_DETAIL), base + row.path) if part)
    for key, value in (
        ("uid", f"{row.uid}@pendapa"),
        ("dtstamp", at),
        ("last-modified", at),
        ("sequence", row.version),
        ("summary", f"✓ {title}" if row.state == "done" else title),
        ("dtstart", row.day),
        ("dtend", row.day + timedelta(days=1)),
        ("description", detail),
        ("url", base + row.path),
        ("status", "CANCELLED" if row.state == "cancelled" else "CONFIRMED"),
        ("transp", "TRANSPARENT"),
    ):
        event.add(key, value)
    if row.kind:
        event.add("categories", [_plain(row.kind, 60)])
    return event


def _plain(text: str, most: int) -> str:
    """A text without control characters; a line break stays one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub(" ", lines)[:most]
