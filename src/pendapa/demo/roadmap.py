"""The roadmap of the demo: a year of initiatives, actions and commitments, through the same verbs that people use.

What lies in the past is dated back afterwards: the verbs date everything on the day on which they are done.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from django.utils import timezone

from pendapa.architecture.models import Element
from pendapa.architecture.queries.gaps import Asked, catalogue
from pendapa.demo import facts
from pendapa.evaluation.actions import plans
from pendapa.evaluation.queries import plans as planned
from pendapa.evaluation.rules import problems
from pendapa.kernel.access import actor as actors
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.tenancy.models import Assignment, Institution, Unit, User
from pendapa.roadmap.actions import action_plan, commitments, initiatives, money, origins, roadmaps
from pendapa.roadmap.actions import action_plan_evidence as evidence
from pendapa.roadmap.models import Action, Commitment, Initiative, Milestone
from pendapa.roadmap.rules import action_plan as action_rules
from pendapa.roadmap.rules import commitments as commitment_rules
from pendapa.roadmap.rules import initiatives as rules

FILE = Path(__file__).resolve().parent / "roadmap.yaml"
MILLION = 1_000_000
TARGET_YEARS = 4
A_YEAR = 2_400 * MILLION
GAP = "application_without_process"
MIDDLE = 15
"""The day of the month on which things are due."""


@cache
def story() -> dict[str, Any]:
    """What the file tells."""
    told: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return told


def day(months: int, of: int = MIDDLE) -> date:
    """A day so many months from this one; ``of`` is its day, 0 the last."""
    today = timezone.localdate()
    place = today.year * 12 + today.month - 1 + months
    year, month = place // 12, place % 12 + 1
    return date(year, month, of or monthrange(year, month)[1])


class Teller:
    """Tells the story to an institution whose architecture and people are there."""

    def __init__(self, institution: Institution, users: Mapping[str, User]) -> None:
        self.institution = institution
        self.users = users
        self.walidata = self.actor("diskominfo@contoh.example")
        self.units = {one.code: one for one in Unit.objects.filter(institution=institution)}
        self.first_year = day(story()["decree"]["month"]).year
        self.made: dict[str, Initiative] = {}
        self.values: dict[str, rules.Values] = {}

    def actor(self, username: str) -> Actor:
        return actors.of(self.users[username])

    def tell(self) -> None:
        """All of it, in the order in which it happened."""
        for line in story()["programmes"]:
            self._programme(line)
        decree = story()["decree"]
        row = roadmaps.create(
            self.walidata, self.institution, title=story()["title"], first_year=self.first_year
        )
        for told in story()["initiatives"]:
            self._plan(told, row.uid)
        row.refresh_from_db()
        row = roadmaps.set_by_decree(self.walidata, row, row.version, decree["number"], day(decree["month"]))
        roadmaps.publish(self.walidata, row, row.version)
        for told in story()["initiatives"]:
            self._go_on(told)
        for told in story()["commitments"]:
            self._commit(told)
        self._from_gap()
        self._towards_the_target()

    # ---- the plan

    def _programme(self, line: Mapping[str, Any]) -> None:
        money.create(
            self.walidata,
            self.institution,
            money.Line(
                year=self.first_year + line["year"], code=line["code"], name=line["name"],
                unit=self.units[line["unit"]], ceiling=_rupiah(line.get("ceiling")), spent=_rupiah(line.get("spent")),
            ),
        )  # fmt: skip

    def _plan(self, told: Mapping[str, Any], roadmap: UUID) -> None:
        """As it was set by decree."""
        begin, end = told.get("was", told["months"])
        elements = {
            one.code: one.uid
            for one in Element.objects.filter(
                institution=self.institution,
                deleted_at=None,
                code__in=[told["goal"], *(code for code, _effect in told.get("elements", ()))],
            )
        }
        values = rules.Values(
            title=told["title"], content=told["content"], unit=self.units[told["unit"]].uid, roadmap=roadmap,
            partners=tuple(self.units[code].uid for code in told.get("partners", ())), goal_uid=elements[told["goal"]],
            lifts=tuple(rules.Lift(facts.INSTRUMENT, *one) for one in told.get("lifts", ())),
            starts_on=day(begin, 1), ends_on=day(end, 0),
            targets={self.first_year + year: rules.Target(aim) for year, (aim, _done) in told["targets"].items()},
            elements=tuple((elements[code], effect) for code, effect in told.get("elements", ())),
            waits_for=tuple(self.made[key].uid for key in told.get("waits_for", ()) if key in self.made),
            budgets=tuple(self._budgets(told, spent=False)), note=facts.REASON,
        )  # fmt: skip
        self.values[told["key"]] = values
        self.made[told["key"]] = initiatives.create(self.walidata, self.institution, values)

    def _budgets(self, told: Mapping[str, Any], *, spent: bool) -> list[rules.BudgetRow]:
        return [
            rules.BudgetRow(
                self.first_year + year, code, "apbd", _rupiah(planned),
                _rupiah(budgeted) if spent else None, _rupiah(used) if spent else None,
            )
            for code, years in told["money"].items()
            for year, (planned, budgeted, used) in years.items()
        ]  # fmt: skip

    # ---- a year later

    def _go_on(self, told: Mapping[str, Any]) -> None:
        """What came of it until today: days that moved, money, states, actions."""
        row = Initiative.objects.select_related("institution", "unit").get(pk=self.made[told["key"]].pk)
        begin, end = told["months"]
        waits = tuple(self.made[key].uid for key in told.get("waits_for", ()))
        values = replace(
            self.values[told["key"]], code=row.code, state=row.state, starts_on=day(begin, 1), ends_on=day(end, 0),
            targets={self.first_year + year: rules.Target(*pair) for year, pair in told["targets"].items()},
            budgets=tuple(self._budgets(told, spent=True)), waits_for=waits,
        )  # fmt: skip
        row = initiatives.change(self.walidata, row, row.version, values)
        for state in {"planned": (), "doing": ("doing",), "done": ("doing",)}[told["state"]]:
            row = initiatives.move(self.walidata, row, row.version, state)
        for one in told["actions"]:
            self._act(row, one)
        if told["state"] == "done":
            row = initiatives.move(self.walidata, row, row.version, "done")
        self.made[told["key"]] = row

    def _act(self, initiative: Initiative, told: Mapping[str, Any]) -> None:
        unit = self.units.get(told["unit"])
        person = self.users.get(told.get("person", ""))
        values = action_rules.Values(
            title=told["title"], unit=unit.pk if unit else None, person=person.pk if person else None,
            person_name="" if person or unit is None else f"Petugas {unit.short_name or unit.name}",
            due=day(told["due"]), checklist=tuple(told.get("checklist", ())),
            evidence_asked=told.get("evidence_asked", ""), repeats=told.get("repeats", ""),
        )  # fmt: skip
        row = action_plan.create(self.walidata, initiative, values)
        who = self._worker(unit)
        for item in row.checklist[: told.get("ticked", 0)]:
            item["done"] = True
        if told.get("ticked"):
            self._date_back(row, checklist=row.checklist)
        if told.get("evidence"):
            evidence.add_link(who, row, told["evidence"], told["title"])
        if told.get("state") == "doing":
            row.refresh_from_db()
            action_plan.begin(who, row, row.version)
        if "done" in told:
            row.refresh_from_db()
            done = action_plan.finish(who, row, row.version).action
            self._date_back(done, done_on=day(told["done"]))

    def _worker(self, unit: Unit | None) -> Actor:
        """Who does the work of an OPD, where it has an account in the demo; else the secretariat notes it for them."""
        held = Assignment.objects.filter(
            institution=self.institution, unit=unit, user__in=self.users.values()
        )
        one = held.order_by("pk").first() if unit is not None else None
        return actors.of(one.user) if one is not None else self.walidata

    # ---- commitments

    def _commit(self, told: Mapping[str, Any]) -> None:
        unit = self.units[told["unit"]]
        begin, end = (day(told["months"][0], 1), day(told["months"][1], 0))
        values = commitment_rules.Values(
            title=told["title"], text=told["text"], problem=told["problem"], starts_on=begin, ends_on=end,
            evidence_asked=told["evidence_asked"], public=told["public"],
            milestones=tuple(commitment_rules.Step(one["text"], day(one["due"])) for one in told["milestones"]),
        )  # fmt: skip
        row = commitments.draft(self.walidata, self.institution, unit, values, self.made[told["initiative"]])
        row = commitments.propose(self.walidata, row, row.version)
        if not told["head"]:
            return
        row = commitments.approve(self.actor(told["head"]), row, row.version)
        self._date_back(row, approved_at=_noon(begin))
        steps = Milestone.objects.filter(commitment=row).select_related("commitment__institution")
        for step, one in zip(steps.order_by("place"), told["milestones"], strict=True):
            if "done" in one:
                commitments.milestone_done(
                    self.walidata, step, step.version, day(one["done"]), link=one.get("link", "")
                )
        if "assessed" in told:
            row = Commitment.objects.select_related("institution", "unit").get(pk=row.pk)
            verdict = told["assessed"]
            commitments.assess(self.walidata, row, row.version, verdict["completion"], verdict["note"])

    # ---- what comes next

    def _from_gap(self) -> None:
        """The drafts that the gap catalogue gives: one rule, gathered."""
        found = catalogue(self.walidata, self.institution, Asked(rule=GAP)).rows
        if found:
            origins.from_gaps(self.walidata, self.institution, [one.uid for one in found[:5]], gathered=True)

    def _towards_the_target(self) -> None:
        """The cheapest plan from the last result to the target, computed and kept."""
        start = planned.start(self.walidata, self.institution, "")
        assert start is not None and start.sheet is not None
        asked = problems.Asked(
            target=facts.TARGET, years=TARGET_YEARS, first_year=start.sheet.year + 1,
            budgets=(Fraction(A_YEAR),) * TARGET_YEARS, max_rise=1,
        )  # fmt: skip
        document = problems.document(
            start.instrument, start.levels, asked,
            planned.values(self.walidata, self.institution, start.instrument), {}, timezone.localdate(),
        )  # fmt: skip
        plans.compute(
            self.walidata, self.institution, document, edition=start.edition, first_year=asked.first_year,
            at_once=True,
        )  # fmt: skip

    def _date_back(self, row: Action | Commitment, **fields: Any) -> None:
        now: Recorded = type(row).objects.select_related("institution", "unit").get(pk=row.pk)
        for name, value in fields.items():
            setattr(now, name, value)
        history.write(
            self.walidata, self.institution, "edit", history.Writes(change=[now]), reason=facts.REASON
        )
        row.version = now.version


def _rupiah(millions: int | None) -> Decimal | None:
    return None if millions is None else Decimal(millions * MILLION)


def _noon(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time(12)))
