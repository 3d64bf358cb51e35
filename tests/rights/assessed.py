"""What the evaluation holds for the matrix and for the doors: a round with duties, answers, evidence, plans and papers."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from pendapa.evaluation import models as m
from pendapa.evaluation.actions import assessments
from pendapa.kernel.access.actor import system
from pendapa.kernel.files import store
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.tenancy.models import Institution, Unit, User

YEAR, INSTRUMENT = 2026, "spbe-2020"


@dataclass
class Assessed:
    """The things of one unit, by what they are."""

    institution: Institution
    unit: Unit
    owner: User
    things: dict[str, Any] = field(default_factory=dict)

    def add(self, name: str, row: Recorded) -> Any:
        history.write(
            system(),
            self.institution,
            "edit",
            history.Writes(add=[row]),
            unit=self.unit if getattr(row, "unit_id", None) else None,
        )
        self.things[name] = row
        return row


def assess(institution: Institution, unit: Unit, owner: User, number: str, word: str) -> dict[str, Any]:
    """A unit with a duty for indicator ``number`` of the round of 2026, and everything that hangs on it; texts hold ``word``."""
    sheet = m.Assessment.objects.filter(
        institution=institution, year=YEAR, instrument=INSTRUMENT, stage="self"
    ).first()
    sheet = sheet or assessments.open_assessment(system(), institution, YEAR, INSTRUMENT)
    made = Assessed(institution, unit, owner, {"assessment": sheet, "cycle": sheet.cycle, "number": number})
    made.add("duty", m.Duty(institution=institution, cycle=sheet.cycle, indicator=number, unit=unit))
    keep(made, word)
    return made.things


def keep(made: Assessed, word: str) -> None:
    """What a unit keeps to itself of a round: its explanation, its pieces, and files on their way."""
    institution, cycle, number = made.institution, made.things["cycle"], made.things["number"]
    day = timezone.now()
    made.add(
        "answer",
        m.Answer(institution=institution, cycle=cycle, indicator=number, analysis=f"{word} analisis"),
    )
    stored = store.keep(
        io.BytesIO(f"%PDF-1.4\n% {word}\n%%EOF\n".encode()), f"{word}.pdf", institution, made.owner, 1000
    )
    made.things["file"] = stored
    piece = m.Evidence(
        institution=institution,
        title=f"{word} bukti",
        source="file",
        file=stored,
        media="application/pdf",
        sha256=stored.sha256,
        unit=made.unit,
        created_at=day,
        author_name=made.owner.name,
    )
    made.add("evidence", piece)
    made.add(
        "use",
        m.EvidenceUse(
            institution=institution,
            cycle=cycle,
            indicator=number,
            evidence=piece,
            level=2,
            note=f"{word} catatan",
        ),
    )
    made.things["upload"] = m.Upload.objects.create(
        institution=institution,
        user=made.owner,
        name=f"{word}.pdf",
        size=100,
        cycle=cycle,
        begun_at=day,
        moved_at=day,
    )


def run(institution: Institution, owner: User, word: str) -> dict[str, Any]:
    """What belongs to the institution as a whole: the round's people and papers, a scenario, a plan, costs, results."""
    cycle = m.Cycle.objects.get(institution=institution, year=YEAR, instrument=INSTRUMENT)
    made = Assessed(institution, Unit.objects.filter(institution=institution).order_by("pk")[0], owner)
    day, scope = timezone.now(), {"institution": institution}
    made.add("member", m.Member(**scope, cycle=cycle, name=f"{word} anggota", function="internal"))
    made.add("event", m.CycleEvent(**scope, cycle=cycle, kind="interview", held_on=day.date(), minutes=word))
    made.add("finding", m.Finding(**scope, cycle=cycle, kind="recommendation", text=f"{word} saran"))
    stored = store.keep(io.BytesIO(b"%PDF-1.4\n%%EOF\n"), f"{word}-ba.pdf", institution, owner, 1000)
    made.add("paper", m.SignedPaper(**scope, cycle=cycle, kind="minutes", file=stored))
    made.add("decree", m.Decree(**scope, kind="Perbup", number=f"{word}/2025", title=f"{word} kebijakan"))
    made.add(
        "scenario",
        m.Scenario(
            **scope,
            name=f"{word} andaian",
            instrument=INSTRUMENT,
            author=owner,
            author_name=owner.name,
            created_at=day,
        ),
    )
    made.add(
        "plan",
        m.Plan(
            **scope,
            title=f"{word} rencana",
            instrument=INSTRUMENT,
            first_year=2027,
            problem={"instrument": INSTRUMENT},
            state="failed",
            author=owner,
            author_name=owner.name,
            created_at=day,
        ),
    )
    made.add("cost", m.StepCost(**scope, instrument=INSTRUMENT, indicator="11", level=3, cost=1))
    made.add(
        "peer",
        m.PeerResult(
            **scope,
            name=f"{word} tetangga",
            year=2025,
            instrument=INSTRUMENT,
            index="2.6",
            basis="printed",
            source=word,
        ),
    )
    made.things["edition"] = cycle.edition
    return made.things
