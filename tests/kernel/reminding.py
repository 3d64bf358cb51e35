"""A room of the tests' own that says what is due."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pendapa.kernel.access.actor import INSTITUTION, UNIT, Actor, grant
from pendapa.kernel.notices import ports
from pendapa.kernel.notices.ports import Due
from pendapa.kernel.tenancy.models import Institution
from tests.cast import Cast

grant("test.remind", {"head": UNIT, "diskominfo": INSTITUTION, "sekda": INSTITUTION})
DUE = date(2026, 11, 18)
"""A Wednesday; the national calendar has no day off around it."""


def moment(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Asia/Jakarta"))


class Room:
    """What is due, to be filled by a test; ``hidden`` are pairs of user id and key that a person may not read."""

    def __init__(self) -> None:
        self.dues: dict[int, list[Due]] = {}
        self.hidden: set[tuple[int, str]] = set()

    def offer(self, key: str = "task", **more: Any) -> None:
        options = {"visible": self.visible, "permission": "test.remind"} | more
        ports.offer(key, self.provide, **options)

    def provide(self, institution: Institution, day: date) -> list[Due]:
        return self.dues.get(institution.pk, [])

    def visible(self, actor: Actor, institution: Institution, keys: Collection[str]) -> set[str]:
        user = actor.user.pk if actor.user else 0
        return {key for key in keys if (user, key) not in self.hidden}

    def add(self, cast: Cast, number: int = 1, who: str | None = "operator", **more: Any) -> Due:
        given = {
            "key": f"task:{number}", "title": f"Susun SOP {number}", "detail": "Rencana aksi", "path": "/di/uji/beranda/",
            "due": DUE, "unit": cast.unit, "person": cast.users[who] if who else None,
        } | more  # fmt: skip
        due = Due(**given)
        self.dues.setdefault(cast.institution.pk, []).append(due)
        return due


@pytest.fixture
def room() -> Iterator[Room]:
    """The only room that offers something."""
    kept = dict(ports._offers)
    ports._offers.clear()
    there = Room()
    there.offer()
    yield there
    ports._offers.clear()
    ports._offers.update(kept)
