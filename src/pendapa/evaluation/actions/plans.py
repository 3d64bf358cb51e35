"""Verbs of plans: compute one in the background, hand its steps on as drafts of initiatives, delete it. The only writers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.evaluation import ports
from pendapa.evaluation.models import Edition, Plan
from pendapa.evaluation.permissions import PLAN
from pendapa.evaluation.queries import editions, plans
from pendapa.evaluation.queries.assessments import words
from pendapa.evaluation.rules import planning, problems
from pendapa.evaluation.rules.problem import Problem
from pendapa.evaluation.rules.scoring import exact
from pendapa.kernel.access import actor as actors
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations.instruments import Instrument

JOB = "evaluation.plan"
MOST_AT_ONCE = 3
"""Plans of one person that may be computed at the same time."""
OTHERS = 3
SECONDS = 300.0
"""How long one proof may take."""
FURTHER = (Fraction(5, 100), Fraction(1, 10))
"""How much higher targets the page prices."""


class AlreadySent(Refused):
    """The plan left its drafts before."""


def compute(
    actor: Actor,
    institution: Institution,
    problem: Mapping[str, Any],
    *,
    edition: Edition | None,
    first_year: int,
    title: str = "",
    form: Mapping[str, Any] | None = None,
    at_once: bool = False,
) -> Plan:
    """Keep what is asked for and compute it in the background. Raises :class:`Refused` for a problem that cannot be read.

    ``problem`` is what `pendapa plan` reads; ``form`` the words of the form, for another try. ``at_once``: here and now, for
    who has no worker beside it.
    """
    actor.require(PLAN, institution)
    instrument = _known(institution, problem, edition)
    try:
        problem = problems.written_out(problem, planning.read_problem(problem, instrument))
    except planning.PlanError as error:
        raise Refused({f"problem_{place}": fault for place, fault in enumerate(error.faults)}) from error
    row = Plan(
        institution=institution, title=" ".join(title.split())[:200] or _titled(problem, first_year),
        instrument=instrument.id, edition=edition, first_year=first_year, problem=problem,
        form=dict(form or {}), author=actor.user, author_name=actor.name, created_at=timezone.now(),
    )  # fmt: skip
    with transaction.atomic():
        hold(institution)
        mine = Plan.objects.filter(institution=institution, author=actor.user, deleted_at=None)
        if mine.filter(job__state__in=["waiting", "running"]).count() >= MOST_AT_ONCE:
            raise Refused(
                {
                    "title": _("%(n)s of your plans are still being computed. Wait for one, or stop one.")
                    % {"n": MOST_AT_ONCE}
                }
            )
        row.job = jobs.start(JOB, institution, actor, queue=not at_once, plan=str(row.uid))
        history.write(actor, institution, "edit", history.Writes(add=[row]))
    if at_once:
        jobs.run(row.job)
        row.refresh_from_db()
    return row


def _known(institution: Institution, problem: Mapping[str, Any], edition: Edition | None) -> Instrument:
    id = str(problem.get("instrument", ""))
    if edition is not None and edition.instrument == id:
        return editions.in_edition(id, edition)
    found = editions.known(institution).get(id)
    if found is None:
        raise Refused({"instrument": _("“%(given)s” is no known instrument.") % {"given": id[:40]}})
    return found


def _titled(problem: Mapping[str, Any], first_year: int) -> str:
    last = first_year + int(problem.get("years") or 1) - 1
    if problem.get("target") is not None:
        return _("To %(target)s in %(year)s") % {
            "target": str(problem["target"]).replace(".", ","),
            "year": last,
        }
    if problem.get("predicate"):
        return _("To %(target)s in %(year)s") % {"target": problem["predicate"], "year": last}
    return _("The most index until %(year)s for the money there is") % {"year": last}


# ---- in the background


@jobs.register(JOB, title=gettext_lazy("Computing a plan to a target"))
def _in_job(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    actor = actors.of(job.user) if job.user else actors.system()
    row = Plan.objects.filter(uid=job.arguments["plan"], institution=job.institution, deleted_at=None).first()
    if row is None or not actor.may(PLAN, job.institution):
        raise jobs.ForPeople(_("The plan is gone, or you may no longer see it."))
    try:
        row.result, row.alternatives = _solve(row, progress)
        row.state = row.result["status"]
    except jobs.Cancelled:
        _finish(actor, row, state="failed")
        raise
    except planning.NotProven as error:
        _finish(actor, row, state="failed")
        raise jobs.ForPeople(
            _("No plan could be proven the cheapest. Ask for fewer years or fewer limits, and try again.")
        ) from error
    _finish(actor, row)
    return {"url": reverse("evaluation:plan", args=[job.institution.code, row.uid])}


def _solve(row: Plan, progress: jobs.Progress) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The answer, and what stands beside it: greedy, the usual habit, the next cheapest different plans."""
    # The solver is loaded where it is needed, not with every command.
    from pendapa.evaluation.rules import solving

    instrument = plans.instrument(row)
    progress(0, 3, _("Looking for the cheapest plan"), force=True)
    problem = planning.read_problem(row.problem, instrument)
    solved = solving.solve(problem, SECONDS)
    result = planning.as_json(solved)
    beside: list[dict[str, Any]] = []
    progress(2, 3, _("Looking for other plans"), force=True)
    if solved.optimal:
        if solved.greedy is not None and solved.greedy.optimal:
            beside.append({"kind": "greedy", **planning.as_json(solved.greedy)})
        beside += _habit(problem)
        beside += [
            {"kind": "other", **planning.as_json(one)}
            for one in solving.alternatives(problem, solved, OTHERS, SECONDS)
        ]
        beside += _higher(problem)
    progress(3, 3, force=True)
    return result, beside


def _habit(problem: Problem) -> list[dict[str, Any]]:
    found = problems.lowest_first(problem)
    if found is None:
        return []
    index, cost, reached = found
    return [
        {"kind": "lowest", "index": [exact(one) for one in index], "cost": exact(cost), "reached": reached}
    ]


def _higher(problem: Problem) -> list[dict[str, Any]]:
    """What a little more target costs; nothing where it cannot be reached or proven."""
    from pendapa.evaluation.rules import solving

    found = []
    for more in FURTHER:
        if problem.target is None or problem.target + more > problem.instrument.scale.max:
            break
        try:
            higher = solving.solve(replace(problem, target=problem.target + more), SECONDS)
        except planning.NotProven:
            break
        if higher.cost is None:
            break
        found.append({"kind": "higher", "target": exact(problem.target + more), "cost": exact(higher.cost)})
    return found


def _finish(actor: Actor, row: Plan, state: str | None = None) -> None:
    """Write what came of it, unless somebody deleted the plan meanwhile."""
    with transaction.atomic():
        hold(row.institution)
        now = Plan.objects.select_for_update().filter(pk=row.pk, deleted_at=None).first()
        if now is None:
            return
        now.result, now.alternatives, now.state = row.result, row.alternatives, state or row.state
        history.write(actor, row.institution, "edit", history.Writes(change=[now]))


# ---- what comes of it


def send(actor: Actor, plan: Plan) -> int:
    """Leave every step of a plan as a draft of an initiative, once; gives how many.

    Raises :class:`AlreadySent`, :class:`Refused` for a plan that is none, NotFound for who may not.
    """
    actor.require(PLAN, plan.institution)
    maker = ports.initiatives.maker
    if maker is None or not maker.may(actor, plan.institution):
        raise NotFound
    with transaction.atomic():
        hold(plan.institution)
        row = (
            Plan.objects.select_related("edition", "institution").filter(pk=plan.pk, deleted_at=None).first()
        )
        if row is None:
            raise NotFound
        if row.sent_at is not None:
            raise AlreadySent({"plan": _("This plan left its drafts before; nothing was added.")})
        drafts = drafts_of(actor, row)
        if row.state != "optimal" or not drafts:
            raise Refused({"plan": _("This plan holds no steps that could become initiatives.")})
        made = maker.make(actor, row.institution, row.uid, drafts)
        row.sent_at = timezone.now()
        history.write(actor, row.institution, "edit", history.Writes(change=[row]))
    return made


def drafts_of(actor: Actor, plan: Plan) -> list[ports.Draft]:
    """The steps of a plan as drafts; the unit is the one that answers for the indicator in the last cycle."""
    instrument, units = plans.instrument(plan), plans.leaders(actor, plan.institution, plan.instrument)
    days = plan.problem.get("days", {})
    found = []
    for step in plan.result.get("steps", []):
        indicator = instrument.indicator(step["indicator"])
        taken = days.get(step["indicator"], {}).get(step["to"])
        title = _("Raise “%(name)s” from level %(before)s to %(after)s") % {
            "name": words(indicator.short_name), "before": step["from"].replace(".", ","), "after": step["to"],
        }  # fmt: skip
        found.append(
            ports.Draft(
                title[:300],
                plan.instrument,
                indicator.number,
                step["from"],
                step["to"],
                units.get(indicator.number),
                plan.first_year + step["year"] - 1,
                Fraction(step["cost"]),
                None if taken is None else Fraction(taken),
            )
        )
    return found


def delete(actor: Actor, plan: Plan, version: int) -> None:
    """Take a plan away; its drafts stay, and the history can bring it back. Raises Conflict."""
    actor.require(PLAN, plan.institution)
    with transaction.atomic():
        hold(plan.institution)
        row = Plan.objects.select_related("institution").filter(pk=plan.pk, deleted_at=None).first()
        if row is None:
            raise NotFound
        row.version = version
        history.write(actor, row.institution, "edit", history.Writes(delete=[row]))
