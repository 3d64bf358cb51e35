"""What the roadmap holds for the matrix and for the doors: a unit's drafts, actions and commitments, and the papers of all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from pendapa.kernel.access.actor import system
from pendapa.kernel.calendars.models import Holiday
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.roadmap import models as m

BEGIN, END, DUE = date(2027, 1, 1), date(2027, 12, 31), date(2027, 6, 15)


@dataclass
class Planned:
    """The things of one unit, by what they are."""

    institution: Institution
    unit: Unit | None
    things: dict[str, Any] = field(default_factory=dict)

    def add(self, name: str, row: Recorded) -> Any:
        history.write(system(), self.institution, "edit", history.Writes(add=[row]), unit=self.unit)
        self.things[name] = row
        return row


def plan(institution: Institution, unit: Unit, word: str) -> dict[str, Any]:
    """What a unit keeps to itself: a draft with money, an action with evidence, a commitment with a milestone."""
    made, now, here = Planned(institution, unit), timezone.now(), {"institution": institution}
    initiative = made.add(
        "initiative",
        m.Initiative(
            **here, title=f"{word} inisiatif", note=f"{word} catatan", unit=unit, year=2027, starts_on=BEGIN,
            ends_on=END, created_at=now, lifts=[{"instrument": "spbe-2020", "indicator": "12", "from": "2", "to": "3"}],
        ),
    )  # fmt: skip
    made.add(
        "budget",
        m.Budget(**here, initiative=initiative, year=2027, programme_code="9.99.99", planned="7654321.00"),
    )
    action = made.add(
        "action",
        m.Action(
            **here, initiative=initiative, title=f"{word} aksi", unit=unit, person_name=f"{word} petugas", due=DUE,
            created_at=now, checklist=[{"text": f"{word} butir", "done": False}],
        ),
    )  # fmt: skip
    made.add(
        "piece",
        m.ActionEvidence(
            **here,
            action=action,
            title=f"{word} bukti aksi",
            link="https://contoh.example/bukti",
            given_at=now,
        ),
    )
    commitment = made.add(
        "commitment",
        m.Commitment(
            **here, unit=unit, initiative=initiative, title=f"{word} komitmen", text=f"{word} janji", starts_on=BEGIN,
            ends_on=END, created_at=now,
        ),
    )  # fmt: skip
    made.add("step", m.Milestone(**here, commitment=commitment, text=f"{word} tonggak", due=DUE))
    return made.things


def run(institution: Institution, word: str) -> dict[str, Any]:
    """What belongs to the institution as a whole: a roadmap that is being written, a baseline, a review, a line, a holiday."""
    made, now, here = Planned(institution, None), timezone.now(), {"institution": institution}
    roadmap = made.add(
        "roadmap",
        m.Roadmap(**here, title=f"{word} peta rencana", first_year=2026, last_year=2030, created_at=now),
    )
    made.add(
        "baseline", m.Baseline(**here, roadmap=roadmap, name=f"{word} baku", frozen_at=now, digest="0" * 64)
    )
    made.add("review", m.RoadmapReview(**here, roadmap=roadmap, kind="needed", held_on=DUE, findings=word))
    made.add("programme", m.Programme(**here, year=2027, code="1.02.03", name=f"{word} program"))
    made.add("holiday", Holiday(**here, day=DUE, name=f"{word} libur"))
    return made.things
