"""What the leader's cockpit is tried with: a roadmap with money, actions, commitments, a plan and an IKU, in the middle of a year."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from pendapa.architecture.models import Element
from pendapa.evaluation.models import Assessment, Plan
from pendapa.kernel.access import actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.roadmap.models import Action, Budget, Commitment, Initiative, Milestone, Roadmap

YEAR = 2026


def write(*rows: Any, change: bool = False, by: Any = None) -> None:
    """As the application writes: through the history."""
    writes = history.Writes(change=list(rows)) if change else history.Writes(add=list(rows))
    history.write(by or actor.system(), rows[0].institution, "edit", writes)


def moment(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 9))


def add_roadmap(here: Institution, state: str = "set") -> Roadmap:
    row = Roadmap(
        created_at=timezone.now(), institution=here, title="Peta Rencana 2026–2030", first_year=2026, last_year=2030, state=state,
        decree_number="45/2026" if state == "set" else "", decree_on=date(2026, 1, 10) if state == "set" else None,
    )  # fmt: skip
    write(row)
    return row


def add_initiative(
    unit: Unit, roadmap: Roadmap | None = None, title: str = "Satu data kesehatan", **more: Any
) -> Initiative:
    row = Initiative(
        institution=unit.institution, unit=unit, roadmap=roadmap, title=title, content="layanan", created_at=timezone.now(),
        **{"year": YEAR, "state": "doing", "starts_on": date(YEAR, 1, 5), "ends_on": date(YEAR, 12, 20)} | more,
    )  # fmt: skip
    write(row)
    return row


def add_budget(
    initiative: Initiative, planned: str, budgeted: str | None, spent: str | None, year: int = YEAR
) -> Budget:
    def amount(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    row = Budget(
        institution=initiative.institution, initiative=initiative, year=year, programme_code="2.16.03",
        planned=amount(planned), budgeted=amount(budgeted), spent=amount(spent),
    )  # fmt: skip
    write(row)
    return row


def add_action(initiative: Initiative, due: date, done: date | None = None, **more: Any) -> Action:
    row = Action(
        institution=initiative.institution, initiative=initiative, title=f"Aksi sampai {due}", unit=initiative.unit, due=due,
        state="done" if done else "todo", done_on=done, created_at=timezone.now(), **more,
    )  # fmt: skip
    write(row)
    return row


def add_commitment(
    unit: Unit, title: str = "Antrean satu pintu", steps: Any = (), state: str = "approved", **more: Any
) -> Commitment:
    """``steps`` are pairs of a due day and the day it was done (or None)."""
    row = Commitment(
        institution=unit.institution, unit=unit, title=title, text="Kami berkomitmen.", starts_on=date(YEAR, 1, 1),
        ends_on=date(YEAR, 12, 31), state=state, approved_hash="a" * 64 if state in ("approved", "ended") else "",
        created_at=more.pop("created_at", timezone.now()), **more,
    )  # fmt: skip
    write(row)
    for place, (due, done) in enumerate(steps):
        write(
            Milestone(
                institution=unit.institution,
                commitment=row,
                place=place,
                text=f"Tonggak {place + 1}",
                due=due,
                done_on=done,
            )
        )
    return row


def add_plan(sheet: Assessment, first_year: int, index: list[str], steps: list[dict[str, Any]], target: str = "3.5") -> Plan:  # fmt: skip
    row = Plan(
        institution=sheet.institution, title="Rencana ke target", instrument=sheet.instrument, edition=sheet.cycle.edition,
        first_year=first_year, problem={"levels": dict(sheet.levels), "target": target, "years": len(index), "costs": {}, "days": {}},
        result={"status": "optimal", "index": index, "steps": steps, "cost": "1", "bound": "1", "greedy_cost": None, "marginal": None, "levels": [dict(sheet.levels)] * len(index), "relax": []}, state="optimal", created_at=timezone.now(),
    )  # fmt: skip
    write(row)
    return row


def add_iku(unit: Unit, name: str, target: dict[str, str], result: dict[str, str], direction: str = "naik") -> Element:  # fmt: skip
    row = Element(
        institution=unit.institution, unit=unit, domain="strategy", kind="iku", code=f"IKU {name[-20:]}", name=name,
        attributes={"nama": name, "target_tahunan": target, "realisasi_tahunan": result, "arah": direction, "satuan_iku": "persen"},
    )  # fmt: skip
    row.derive()
    write(row)
    return row


def today() -> date:
    return timezone.localdate()


def ago(days: int) -> date:
    return today() - timedelta(days=days)
