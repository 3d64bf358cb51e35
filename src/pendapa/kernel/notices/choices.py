"""What an institution chose for its reminders: ladder, quiet hours, days of work, ways. The pack's where it chose nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pendapa.kernel.notices.rules import Step
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs

KEY = "reminders"


@dataclass(frozen=True)
class Choices:
    """``quiet_from`` until ``quiet_until``: hours in which no message leaves the house (equal: none). ``workdays``: ISO weekdays.
    ``email`` and ``whatsapp``: whether the institution uses that way at all. ``changed`` says who set it and when."""

    steps: tuple[Step, ...]
    quiet_from: int
    quiet_until: int
    workdays: frozenset[int]
    email: bool = True
    whatsapp: bool = False
    changed: Mapping[str, str] | None = None

    def as_json(self) -> dict[str, Any]:
        """As it stands in ``Institution.settings``."""
        return {
            "ladder": [{"days": step.days, "to": step.to} for step in sorted(self.steps)],
            "quiet": {"from": self.quiet_from, "until": self.quiet_until},
            "workdays": sorted(self.workdays),
            "email": self.email,
            "whatsapp": self.whatsapp,
        }

    @property
    def mark(self) -> str:
        """Changes when the choices do: what a form shows back to say on which state it was filled in."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()


def usual() -> Choices:
    """What the pack says."""
    pack = packs.reminders()
    steps = tuple(Step(rung.days, rung.to) for rung in pack.ladder)
    return Choices(steps, pack.quiet_from, pack.quiet_until, frozenset(pack.workdays))


def of(institution: Institution) -> Choices:
    """The choices of an institution."""
    kept, base = institution.settings.get(KEY) or {}, usual()
    quiet = kept.get("quiet") or {}
    return Choices(
        steps=tuple(sorted(Step(one["days"], one["to"]) for one in kept.get("ladder", ()))) or base.steps,
        quiet_from=quiet.get("from", base.quiet_from),
        quiet_until=quiet.get("until", base.quiet_until),
        workdays=frozenset(kept.get("workdays") or base.workdays),
        email=kept.get("email", base.email),
        whatsapp=kept.get("whatsapp", base.whatsapp),
        changed=kept.get("changed"),
    )
