"""Reads of cycles: which there are, where one stands, what is missing in it and with whom, as far as the actor may read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pendapa.evaluation.models import Answer, Assessment, Cycle, CycleEvent, Duty, Finding, Member
from pendapa.evaluation.permissions import AGREE, JUDGE, PROOF, RUN, VIEW
from pendapa.evaluation.queries import editions, reach
from pendapa.evaluation.queries.assessments import words
from pendapa.evaluation.rules import steps as rules
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.tenancy.models import Assignment, Institution, Unit, User
from pendapa.regulations import packs
from pendapa.regulations.cycle import CycleStep

DONE = ("ready", "valid")
"""States of an answer that was handed in."""
PERMISSION = {"coordinator": AGREE, "internal": JUDGE}
"""Who passes a step beside the secretariat; where the coordinator does it, the secretariat does not."""


def visible(actor: Actor, institution: Institution) -> QuerySet[Cycle]:
    """The cycles that the actor may read, with their edition but not the whole instrument in it."""
    rows = Cycle.objects.filter(institution=institution, deleted_at=None)
    rows = rows.select_related("edition", "institution").defer("edition__content", "edition__overlay")
    return rows if actor.may(VIEW, institution) else rows.none()


def cycle(actor: Actor, institution: Institution, year: int, instrument: str) -> Cycle:
    """One cycle. Raises NotFound for what is absent or not to be seen."""
    row = visible(actor, institution).filter(year=year, instrument=instrument).first()
    if row is None:
        raise NotFound
    return row


def cycles(actor: Actor, institution: Institution) -> list[Cycle]:
    """All cycles, the newest year first."""
    return list(visible(actor, institution).order_by("-year", "instrument"))


def is_guided(row: Cycle) -> bool:
    """The round was begun as one and goes step by step; otherwise its sheets were opened on their own."""
    return bool(row.steps_done)


def is_closed(row: Cycle) -> bool:
    """The round stands at its last step: nothing of it changes any more but the follow-up of its recommendations."""
    return is_guided(row) and rules.after(way(row), step(row).key) is None


# ---- steps


def way(row: Cycle) -> tuple[CycleStep, ...]:
    """The steps of the round, in their order."""
    return rules.way(packs.cycle(), row.kind, row.visit, row.step)


def step(row: Cycle) -> CycleStep:
    """The step at which the round stands."""
    return packs.cycle().step(rules.key_of(packs.cycle(), row.step))


def is_over(row: Cycle) -> bool:
    return rules.is_over(way(row), step(row).key)


def deadline(row: Cycle, key: str) -> date | None:
    """Until when a step is to be done, where somebody said so."""
    text = row.deadlines.get(key)
    return parse_date(text) if isinstance(text, str) else None


def may_pass(actor: Actor, row: Cycle) -> bool:
    """Is it for this actor to pass the step at which the round stands?"""
    who = step(row).who
    if who == rules.COORDINATOR:
        return actor.may(AGREE, row.institution)
    return any(actor.may(name, row.institution) for name in {RUN, PERMISSION.get(who, RUN)})


def may_send_back(actor: Actor, row: Cycle) -> bool:
    """Who passes the step may send it back as well, and the secretariat always."""
    return actor.may(RUN, row.institution) or may_pass(actor, row)


# ---- what stands and what is missing


def sees_all(actor: Actor, institution: Institution) -> bool:
    """Reads every explanation and every meeting, not only those of an own unit."""
    return actor.scope(PROOF, institution).everything


def facts(actor: Actor, row: Cycle) -> rules.Facts:
    """What stands in the round, in a fixed number of queries. What the actor may not read counts as done, so that it changes
    nothing that is told."""
    numbers = tuple(one.number for one in editions.of(row).indicators)
    whole = sees_all(actor, row.institution)
    sheets = Assessment.objects.filter(cycle=row, deleted_at=None).values_list("stage", "levels")
    answers = dict(reach.answers(actor, row.institution).filter(cycle=row).values_list("indicator", "state"))
    readable = set(numbers) if whole else reach.indicators(actor, row) or set()
    handed_in = {number for number, state in answers.items() if state in DONE}
    leads = Duty.objects.filter(cycle=row, lead=True, deleted_at=None).values_list("indicator", flat=True)
    events: Counter[str] = Counter()
    if whole:
        events.update(CycleEvent.objects.filter(cycle=row, deleted_at=None).values_list("kind", flat=True))
    else:
        events.update(kind for kind, _label in CycleEvent.KINDS)
    return rules.Facts(
        indicators=numbers,
        levels={stage: set(levels) for stage, levels in sheets},
        handed_in=handed_in | (set(numbers) - readable),
        returned={number for number, state in answers.items() if state == "returned"},
        leads=set(leads),
        functions=Counter(members_of(row).values_list("function", flat=True)),
        events=events,
        findings=Counter(findings_of(row).values_list("kind", flat=True)),
        consent=row.consent,
    )


def members_of(row: Cycle) -> QuerySet[Member]:
    return Member.objects.filter(cycle=row, deleted_at=None)


def findings_of(row: Cycle) -> QuerySet[Finding]:
    return Finding.objects.filter(cycle=row, deleted_at=None)


def lack_words(lack: rules.Lack, most: int = 8) -> str:
    """What is missing, as a sentence; at most so many indicators are named."""
    named = ", ".join(lack.numbers[:most]) + (" …" if len(lack.numbers) > most else "")
    told = {"n": lack.count, "named": named}
    if lack.key == "team":
        pack = packs.cycle()
        functions = [pack.function(name) for name in lack.names]
        named = ", ".join(words(one.label) for one in functions if one is not None)
        return _("The team lacks: %(named)s.") % {"named": named}
    sentences = {
        "duties": ngettext("%(n)s indicator has no unit that answers for it (%(named)s).", "%(n)s indicators have no unit that answers for them (%(named)s).", lack.count),
        "self_levels": ngettext("%(n)s indicator has no level of the self-assessment (%(named)s).", "%(n)s indicators have no level of the self-assessment (%(named)s).", lack.count),
        "internal_levels": ngettext("%(n)s indicator has no level of the internal assessors (%(named)s).", "%(n)s indicators have no level of the internal assessors (%(named)s).", lack.count),
        "external_levels": ngettext("%(n)s indicator has no level of the external result (%(named)s).", "%(n)s indicators have no level of the external result (%(named)s).", lack.count),
        "answers": ngettext("%(n)s answer was not handed in (indicator %(named)s).", "%(n)s answers were not handed in (indicators %(named)s).", lack.count),
        "consent": _("The coordinator has not agreed yet."),
        "interview": _("No interview is recorded."),
        "visit": _("No visit is recorded."),
        "findings": _("No strength, weakness or recommendation is recorded."),
    }  # fmt: skip
    return sentences[lack.key] % told


# ---- what is late, and with whom


@dataclass(frozen=True)
class UnitWork:
    """What a unit has still to do in a round: ``open`` of ``total`` indicators, ``due`` the earliest day of these."""

    unit: Unit
    total: int
    open: tuple[str, ...]
    due: date | None
    urgency: str

    @property
    def done(self) -> int:
        return self.total - len(self.open)


def units_at_work(actor: Actor, row: Cycle, facts: rules.Facts) -> list[UnitWork]:
    """Every unit that leads an indicator, late ones first; an OPD sees its own units only."""
    duties = reach.duties(actor, row.institution).filter(cycle=row, lead=True).select_related("unit")
    return work_of(list(duties), row, facts)


def work_of(duties: Collection[Duty], row: Cycle, facts: rules.Facts) -> list[UnitWork]:
    """The same from duties that were already read: an indicator is open without a level or without an answer."""
    levels, today = facts.levels.get("self", ()), timezone.localdate()
    place = {number: order for order, number in enumerate(facts.indicators)}
    held: dict[int, list[Duty]] = {}
    for duty in duties:
        held.setdefault(duty.unit_id, []).append(duty)
    usual, found = deadline(row, "self"), []
    for own in held.values():
        left = [one for one in own if one.indicator not in facts.handed_in or one.indicator not in levels]
        left = [one for one in left if one.indicator in place]
        due = min((day for one in left if (day := one.due or usual)), default=None)
        numbers = tuple(sorted((one.indicator for one in left), key=lambda number: place[number]))
        urgency = rules.urgency(due, today) if left else "usual"
        found.append(UnitWork(own[0].unit, len(own), numbers, due, urgency))
    rank = ("late", "soon", "usual")
    return sorted(
        found, key=lambda one: (rank.index(one.urgency), not one.open, one.due or date.max, one.unit.code)
    )


# ---- the page


@dataclass(frozen=True)
class Stage:
    """A step as the page draws it. ``state``: done, now, ahead."""

    step: CycleStep
    label: str
    about: str
    who: str
    state: str
    due: date | None
    urgency: str
    done_at: datetime | None


@dataclass(frozen=True)
class Passage:
    """A step that was passed or sent back, as the trail tells it."""

    at: datetime | None
    who: str
    what: str
    note: str
    back: bool


def stages(row: Cycle) -> list[Stage]:
    """Every step of the round with its deadline and when it was passed last."""
    pack, today, here = packs.cycle(), timezone.localdate(), step(row).key
    steps = way(row)
    now = [one.key for one in steps].index(here)
    passed = _passed(row)
    found = []
    for order, one in enumerate(steps):
        over = order == now == len(steps) - 1
        state = "done" if order < now or over else "now" if order == now else "ahead"
        due, who = deadline(row, one.key), pack.function(one.who)
        found.append(
            Stage(
                one, words(one.label), words(one.about), words(who.label) if who else "", state, due,
                "usual" if state == "done" else rules.urgency(due, today), passed.get(one.key),
            )
        )  # fmt: skip
    return found


def _passed(row: Cycle) -> dict[str, datetime | None]:
    """When each step was passed the last time; one that was sent back is not passed."""
    order = {one.key: place for place, one in enumerate(packs.cycle().steps)}
    found: dict[str, datetime | None] = {}
    for entry in row.steps_done:
        if entry.get("back"):
            to = order.get(entry.get("to", ""), 0)
            found = {key: at for key, at in found.items() if order.get(key, 0) < to}
        elif not entry.get("begun"):
            found[entry.get("step", "")] = parse_datetime(str(entry.get("at", "")))
    return found


def trail(row: Cycle) -> list[Passage]:
    """What was done with the steps, the latest first."""
    names = {one.key: words(one.label) for one in packs.cycle().steps}
    found = []
    for entry in reversed(row.steps_done):
        label = names.get(entry.get("step", ""), entry.get("step", ""))
        if entry.get("begun"):
            what = _("Begun")
        elif entry.get("back"):
            to = names.get(entry.get("to", ""), "")
            what = _("Sent back from “%(label)s” to “%(to)s”") % {"label": label, "to": to}
        elif "consent" in entry:
            what = _("Agreed; publication allowed") if entry["consent"] else _("Agreed; publication refused")
        else:
            what = _("“%(label)s” passed") % {"label": label}
        who = ", ".join(part for part in (entry.get("by", ""), entry.get("office", "")) if part)
        at = parse_datetime(str(entry.get("at", "")))
        found.append(Passage(at, who, what, entry.get("note", ""), bool(entry.get("back"))))
    return found


@dataclass(frozen=True)
class Standing:
    """Where a round stands, for one actor."""

    stages: list[Stage]
    now: Stage
    lacks: list[str]
    units: list[UnitWork]
    next: str
    may_pass: bool
    may_send_back: bool
    before: list[tuple[str, str]]
    over: bool

    @property
    def place(self) -> int:
        """Which step it is, counted from one."""
        return self.stages.index(self.now) + 1

    @property
    def late(self) -> list[UnitWork]:
        return [one for one in self.units if one.open and one.urgency == "late"]

    @property
    def open_units(self) -> list[UnitWork]:
        return [one for one in self.units if one.open]


def standing(actor: Actor, row: Cycle) -> Standing:
    """The whole of it, in a fixed number of queries."""
    known, here, steps = facts(actor, row), step(row), way(row)
    drawn = stages(row)
    follows = rules.after(steps, here.key)
    return Standing(
        stages=drawn,
        now=next(one for one in drawn if one.step.key == here.key),
        lacks=[lack_words(one) for one in rules.lacks(here, known)],
        units=units_at_work(actor, row, known),
        next=words(follows.label) if follows else "",
        may_pass=follows is not None and may_pass(actor, row),
        may_send_back=may_send_back(actor, row),
        before=[(one.key, words(one.label)) for one in rules.before(steps, here.key)],
        over=follows is None,
    )


def sheets(row: Cycle) -> dict[str, Assessment]:
    """The sheets of a round by their stage."""
    rows = Assessment.objects.filter(cycle=row, deleted_at=None).select_related("institution")
    return {one.stage: one for one in rows}


def returned(row: Cycle) -> set[str]:
    """Indicators whose answer was sent back to be revised."""
    rows = Answer.objects.filter(cycle=row, state="returned", deleted_at=None)
    return set(rows.values_list("indicator", flat=True))


def events(actor: Actor, row: Cycle) -> list[CycleEvent]:
    """Meetings, interviews and visits, the latest first; none for who may not read all of a round."""
    if not sees_all(actor, row.institution):
        return []
    return list(CycleEvent.objects.filter(cycle=row, deleted_at=None).order_by("-held_on", "-pk"))


def findings(actor: Actor, row: Cycle) -> list[Finding]:
    """Strengths, weaknesses and recommendations in the order of the indicators."""
    actor.require(VIEW, row.institution)
    place = {one.number: order for order, one in enumerate(editions.of(row).indicators)}
    rows = list(findings_of(row).select_related("unit", "cycle", "institution"))
    return sorted(rows, key=lambda one: (place.get(one.indicator, -1), one.pk))


def as_json(actor: Actor, row: Cycle) -> dict[str, Any]:
    """A round as the API tells it."""
    told = standing(actor, row)
    return {
        "year": row.year,
        "instrument": row.instrument,
        "kind": row.kind,
        "step": told.now.step.key,
        "guided": is_guided(row),
        "steps": [
            {
                "key": one.step.key, "label": one.label, "state": one.state, "who": one.step.who,
                "due": one.due.isoformat() if one.due else None, "late": one.urgency == "late",
            }
            for one in told.stages
        ],
        "missing": told.lacks,
        "units": [
            {
                "unit": one.unit.code, "name": one.unit.name, "indicators": one.total, "open": list(one.open),
                "due": one.due.isoformat() if one.due else None, "late": one.urgency == "late",
            }
            for one in told.units
        ],
        "consent": row.consent,
        "verified": packs.cycle().reserve(row.instrument) is None,
        "version": row.version,
    }  # fmt: skip


def fresh(row: Cycle) -> Cycle:
    """The round as it is now, to be written to with its institution held. Raises NotFound."""
    rows = Cycle.objects.select_related("institution", "edition").defer("edition__content")
    found = rows.filter(pk=row.pk, deleted_at=None).first()
    if found is None:
        raise NotFound
    return found


# ---- the team


def roles_of(institution: Institution, user: User) -> list[Assignment]:
    """The roles that a person holds in an institution today."""
    return [one for one in people(institution) if one.user_id == user.pk]


def people(institution: Institution) -> list[Assignment]:
    """Everybody who holds a role today, for the choice of a team, by name."""
    today = timezone.localdate()
    rows = Assignment.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=today),
        Q(valid_to=None) | Q(valid_to__gte=today),
        institution=institution, accepted_at__isnull=False, user__is_active=True,
    )  # fmt: skip
    return list(rows.select_related("user", "unit", "institution").order_by("user__name", "pk"))


def last_change(row: Cycle) -> datetime | None:
    """When the round came to the step at which it stands."""
    return parse_datetime(str(row.steps_done[-1].get("at", ""))) if row.steps_done else None
