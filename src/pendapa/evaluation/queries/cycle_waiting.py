"""What a round lets wait: for who passes its step, for units with indicators still open, for assessors, for follow-up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pendapa.evaluation.models import Assessment, Cycle, Duty, Finding
from pendapa.evaluation.permissions import AGREE, ANSWER, JUDGE, RUN
from pendapa.evaluation.queries import cycles, editions, reach
from pendapa.evaluation.queries.assessments import short_title, words
from pendapa.evaluation.rules import steps as rules
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.kernel.ui import formats
from pendapa.kernel.waiting.duties import Duty as UnitDuty
from pendapa.kernel.waiting.ports import Waiting


@dataclass
class _Round:
    """An open round with what must be known of it, read for all rounds at once."""

    row: Cycle
    levels: dict[str, set[str]] = field(default_factory=dict)
    handed_in: set[str] = field(default_factory=set)
    returned: set[str] = field(default_factory=set)
    duties: list[Duty] = field(default_factory=list)

    @property
    def name(self) -> str:
        title = short_title(editions.of(self.row).title)
        return _("Assessment %(year)s (%(instrument)s)") % {"year": self.row.year, "instrument": title}

    def url(self, name: str = "round") -> str:
        return reverse(
            f"evaluation:{name}", args=[self.row.institution.code, self.row.year, self.row.instrument]
        )

    def facts(self) -> rules.Facts:
        numbers = tuple(one.number for one in editions.of(self.row).indicators)
        return rules.Facts(numbers, self.levels, self.handed_in, self.returned)

    def open_for_units(self) -> list[cycles.UnitWork]:
        """What units have still to do: all that is open while the sheet is, later only what was returned."""
        step = cycles.step(self.row)
        if rules.may_be_set(step, "self", returned=False):
            duties = self.duties
        elif rules.may_be_set(step, "self", returned=True):
            duties = [one for one in self.duties if one.indicator in self.returned]
        else:
            return []
        return [one for one in cycles.work_of(duties, self.row, self.facts()) if one.open]


def open_rounds(actor: Actor, institution: Institution) -> list[_Round]:
    """Guided rounds that are not over, with sheets, answers and duties as far as the actor may read: four queries."""
    rows = [one for one in cycles.visible(actor, institution) if cycles.is_guided(one)]
    found = {one.pk: _Round(one) for one in rows if not cycles.is_over(one)}
    if not found:
        return []
    sheets = Assessment.objects.filter(cycle__in=found, deleted_at=None)
    for cycle, stage, levels in sheets.values_list("cycle", "stage", "levels"):
        found[cycle].levels[stage] = set(levels)
    answers = reach.answers(actor, institution).filter(cycle__in=found)
    for cycle, number, state in answers.values_list("cycle", "indicator", "state"):
        if state in cycles.DONE:
            found[cycle].handed_in.add(number)
        elif state == "returned":
            found[cycle].returned.add(number)
    duties = reach.duties(actor, institution).filter(cycle__in=found, lead=True)
    for duty in duties.select_related("unit"):
        found[duty.cycle_id].duties.append(duty)
    return list(found.values())


def waiting(actor: Actor, institution: Institution) -> list[Waiting]:
    """Rows of the inbox: the step that this person passes, indicators still open, recommendations to follow up."""
    if actor.user is None:
        return []
    rows = []
    for one in open_rounds(actor, institution):
        rows += _of_step(actor, one)
        rows += _of_units(actor, one)
    return rows + _of_findings(actor, institution)


def count(actor: Actor, institution: Institution) -> int:
    """How many things wait, from the same few queries."""
    return sum(row.count for row in waiting(actor, institution))


def _of_step(actor: Actor, one: _Round) -> list[Waiting]:
    """For who does the step: the coordinator, the assessors, else the secretariat."""
    row, step = one.row, cycles.step(one.row)
    who = {"coordinator": AGREE, "internal": JUDGE}.get(step.who, RUN)
    if not actor.may(who, row.institution):
        return []
    detail, number = words(step.about), 1
    if step.who == "internal":
        left = len(set(one.facts().indicators) - one.levels.get("internal", set()))
        if left:
            number = left
            detail = ngettext(
                "%(n)s indicator has no level of the internal assessors yet.",
                "%(n)s indicators have no level of the internal assessors yet.",
                left,
            ) % {"n": left}
    elif step.who == "respondent":
        late = [unit for unit in one.open_for_units() if unit.urgency == "late"]
        if late:
            detail = ngettext(
                "%(n)s unit is late (%(names)s).", "%(n)s units are late (%(names)s).", len(late)
            ) % {"n": len(late), "names": _named(late)}
    title = _("%(round)s: %(step)s") % {"round": one.name, "step": words(step.label)}
    since = cycles.last_change(row)
    return [
        Waiting(
            title, detail, one.url(), since=since, due=cycles.deadline(row, step.key), kind="round",
            count=number, action=_("Open the round"),
        )
    ]  # fmt: skip


def _named(units: Sequence[cycles.UnitWork], most: int = 3) -> str:
    names = [one.unit.name for one in units[:most]]
    return ", ".join(names) + (" …" if len(units) > most else "")


def _of_units(actor: Actor, one: _Round) -> list[Waiting]:
    """For operators and heads: the indicators of their units that are still open."""
    scope = actor.scope(ANSWER, one.row.institution)
    if scope.everything or not scope:
        return []
    rows = []
    for work in one.open_for_units():
        if not scope.covers(work.unit):
            continue
        n = len(work.open)
        said = ngettext(
            "%(n)s indicator needs a level and an answer (%(named)s).",
            "%(n)s indicators need a level and an answer (%(named)s).",
            n,
        ) % {"n": n, "named": ", ".join(work.open[:8]) + (" …" if n > 8 else "")}
        title = _("%(round)s: answers of %(unit)s") % {"round": one.name, "unit": work.unit.name}
        rows.append(
            Waiting(
                title, said, _table(one), since=cycles.last_change(one.row), due=work.due, kind="answers",
                count=n, action=_("Answer"),
            )
        )  # fmt: skip
    return rows


def _table(one: _Round) -> str:
    return one.url("cycle")


def _of_findings(actor: Actor, institution: Institution) -> list[Waiting]:
    """Recommendations that a unit of the actor has still to follow up; the round may be over."""
    scope = actor.scope(ANSWER, institution)
    if not scope or scope.everything:
        return []
    rows = Finding.objects.filter(institution=institution, kind="recommendation", deleted_at=None)
    rows = rows.filter(scope.filter()).exclude(state="done").exclude(unit=None)
    return [
        Waiting(
            _("Recommendation of %(year)s for %(unit)s") % {"year": one.cycle.year, "unit": one.unit.name},
            one.text[:200],
            reverse("evaluation:findings", args=[institution.code, one.cycle.year, one.cycle.instrument])
            + f"#f-{one.uid}",
            due=one.due,
            kind="finding",
            action=_("Follow up"),
        )
        for one in rows.select_related("cycle", "unit")
        if one.unit is not None
    ]


def duties(actor: Actor, institution: Institution, unit: Unit) -> list[UnitDuty]:
    """What a unit (with those below it) has to do in the rounds: answers, and recommendations."""
    found = []
    for one in open_rounds(actor, institution):
        work = [each for each in one.open_for_units() if each.unit.path.startswith(unit.path)]
        if number := sum(len(each.open) for each in work):
            due = min((each.due for each in work if each.due), default=None)
            text = _("Answer indicators: %(round)s") % {"round": one.name}
            found.append(UnitDuty(text, number, _table(one), _until(due)))
    rows = Finding.objects.filter(
        institution=institution, kind="recommendation", deleted_at=None, unit__path__startswith=unit.path
    ).exclude(state="done")
    counted: dict[tuple[int, str], list[date | None]] = defaultdict(list)
    for year, instrument, due in rows.values_list("cycle__year", "cycle__instrument", "due"):
        counted[(year, instrument)].append(due)
    for (year, instrument), days in sorted(counted.items()):
        url = reverse("evaluation:findings", args=[institution.code, year, instrument])
        due = min((day for day in days if day), default=None)
        text = _("Follow up recommendations of %(year)s") % {"year": year}
        found.append(UnitDuty(text, len(days), url, _until(due)))
    return found


def _until(due: date | None) -> str:
    if due is None:
        return ""
    told = {"day": formats.day(due, formats.language())}
    return _("Was due on %(day)s") % told if due < timezone.localdate() else _("Until %(day)s") % told
