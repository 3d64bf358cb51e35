"""What OPD did: which of them did not report this quarter, and the league of what they can influence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from statistics import median
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from pendapa.analysis.queries.integration import integration
from pendapa.analysis.queries.opds import Opd, opd_of
from pendapa.analysis.rules.integration import Score
from pendapa.architecture import queries as architecture
from pendapa.cockpit.queries.extent import Extent
from pendapa.cockpit.rules import league as rules
from pendapa.cockpit.rules.quarters import Quarter, quarter_of
from pendapa.kernel.access.actor import Actor, system
from pendapa.kernel.history.models import Revision
from pendapa.kernel.tenancy.models import Assignment, Institution
from pendapa.roadmap.models import Action, ActionEvidence, Milestone
from pendapa.roadmap.queries import reach
from pendapa.roadmap.queries.action_plan import going

WINDOW = timedelta(days=365)
"""Actions and milestones that were due in so long a time count for timeliness."""


@dataclass(frozen=True)
class Silent:
    """Who did not report in a quarter: ``expected`` OPD have something running; ``rows`` of them wrote nothing of it."""

    quarter: Quarter
    expected: int
    rows: tuple[Opd, ...]


@dataclass(frozen=True)
class Units:
    """``count`` is the number of OPD; ``weights`` are those of the league by measure; ``compared`` is how many have a place, and
    ``median`` the score in their middle. For the head of an OPD ``count``, ``silent``, ``league`` and ``opds`` hold the own ones
    alone, while places, ``compared``, ``weights`` and ``median`` are those of all; the last two are empty and None where so few
    are compared that they would tell what single others have."""

    count: int
    silent: Silent
    league: tuple[rules.Placed, ...]
    weights: Mapping[str, rules.Weight]
    opds: Mapping[str, Opd]
    compared: int
    median: Fraction | None

    @property
    def ranked(self) -> tuple[rules.Placed, ...]:
        return tuple(one for one in self.league if one.place)


def units(actor: Actor, institution: Institution, day: date, own: Extent) -> Units:
    """A fixed number of queries, whatever there is. A place compares all OPD: it is counted of everything that there is, whoever
    asks, so that a head reads the same place as the leaders; what is not the head's own is taken away before it is handed out."""
    if not own.whole:
        actor = system()
    found = integration(actor, institution)
    opds = found.opds
    whole = architecture.completeness(actor, institution)
    complete = {one.uid: one.total for one in whole.units}
    kept, due = _kept(actor, institution, day)
    shared = {one.opd.pk: one.score for one in found.ranking}
    entrants = []
    for pk, opd in opds.items():
        counts = {}
        total = complete.get(opd.uid)
        if total is not None and total.completeness is not None:
            good = Fraction(total.count * total.completeness, 100)
            counts[rules.COMPLETENESS] = rules.Count(good, total.count)
        if due.get(pk):
            counts[rules.TIMELINESS] = rules.Count(Fraction(kept.get(pk, 0)), due[pk])
        score = shared.get(pk)
        if score is not None and score.known and score.data + score.applications:
            things = score.data + score.applications
            counts[rules.SHARING] = rules.Count(_share(score) * things, things)
        entrants.append(rules.Entrant(opd.uid, opd.name, counts))
    among = {pk: opd for pk, opd in opds.items() if own.whole or own.heads(pk)}
    by_uid = {opd.uid: opd for opd in among.values()}
    league = rules.league(entrants)
    scores = [one.score for one in league if one.score is not None]
    told = own.whole or len(scores) >= rules.TOLD
    return Units(
        len(among), _silent(actor, institution, among, day), tuple(one for one in league if one.entrant.key in by_uid),
        rules.weights(entrants) if told else {}, by_uid, len(scores), median(scores) if told and scores else None,
    )  # fmt: skip


def _share(score: Score) -> Fraction:
    """The mean of the two shares of the score of integration, exact."""
    pairs = ((score.shared, score.data), (score.connected, score.applications))
    shares = [Fraction(part, of) for part, of in pairs if of]
    return sum(shares, Fraction(0)) / len(shares)


def _kept(actor: Actor, institution: Institution, day: date) -> tuple[dict[int, int], dict[int, int]]:
    """By OPD: how many actions and milestones were done by their day, and how many were due. Two queries."""
    window = {"due__gte": day - WINDOW, "due__lt": day}
    on_time = Count("pk", filter=Q(done_on__lte=F("due")))
    actions = going(reach.actions(actor, institution).filter(**window).exclude(state="cancelled"))
    rows = list(
        actions.select_related(None).order_by().values_list("unit__path", "initiative__unit__path")
        .annotate(of=Count("pk"), good=on_time)
    )  # fmt: skip
    committed = reach.commitments(actor, institution).filter(state__in=("approved", "ended"))
    steps = Milestone.objects.filter(
        deleted_at=None, commitment__in=committed.select_related(None).order_by().values("pk"), **window
    )
    rows += [
        (path, None, of, good)
        for path, of, good in steps.order_by()
        .values_list("commitment__unit__path")
        .annotate(of=Count("pk"), good=on_time)
    ]
    kept: dict[int, int] = defaultdict(int)
    due: dict[int, int] = defaultdict(int)
    for own, owner, of, good in rows:
        path = own or owner
        if path:
            kept[opd_of(path)] += good
            due[opd_of(path)] += of
    return kept, due


# ---- who did not report


def _silent(actor: Actor, institution: Institution, opds: Mapping[int, Opd], day: date) -> Silent:
    """Six queries. Expected is an OPD with an initiative under way or an action that is open and begun; it has reported when since
    the quarter began somebody of an OPD planned or changed an action of it, wrote in an initiative or told what was spent, or
    evidence or a milestone was recorded."""
    quarter = quarter_of(day)
    running = reach.initiatives(actor, institution).filter(
        Q(starts_on=None) | Q(starts_on__lte=day),
        Q(ends_on=None) | Q(ends_on__gte=quarter.begin),
        state__in=("planned", "doing"),
    )
    begun = going(reach.actions(actor, institution)).filter(
        Q(starts_on=None) | Q(starts_on__lte=day), state__in=Action.OPEN
    )
    expected = _tops(_paths(running, "unit")) | _tops(_paths(begun, "unit", "initiative__unit"))
    told = _told(actor, institution, quarter)
    rows = [opds[pk] for pk in expected - told if pk in opds]
    known = len(expected & opds.keys())
    return Silent(quarter, known, tuple(sorted(rows, key=lambda one: one.name)))


def _told(actor: Actor, institution: Institution, quarter: Quarter) -> set[int]:
    """The OPD that reported in the quarter. Four queries.

    What the secretariat writes is no report of an OPD: it gives actions to other people, merges OPD, corrects money. Neither is
    what somebody takes back.
    """
    written = Revision.objects.filter(
        change_set__institution=institution, change_set__created_at__date__gte=quarter.begin,
        change_set__author__in=_of_opds(institution, quarter), verb__in=("add", "change"),
    ).exclude(change_set__kind="undo").order_by()  # fmt: skip

    def uids(kind: str) -> Any:
        return written.filter(target_type=kind).values("target_uid")

    live = {"institution": institution, "deleted_at": None}
    actions = reach.actions(actor, institution)
    initiatives = reach.initiatives(actor, institution)
    changed = uids("initiative").filter(verb="change")
    proofs = ActionEvidence.objects.filter(given_at__date__gte=quarter.begin, **live)
    steps = Milestone.objects.filter(done_on__gte=quarter.begin, **live)
    spent = uids("initiative_budget")
    return (
        _tops(_paths(actions.filter(uid__in=uids("action")), "unit", "initiative__unit"))
        | _tops(_paths(proofs, "action__unit", "action__initiative__unit"))
        | _tops(_paths(steps, "commitment__unit"))
        | _tops(_paths(initiatives.filter(Q(uid__in=changed) | Q(budgets__uid__in=spent)), "unit"))
    )


def _of_opds(institution: Institution, quarter: Quarter) -> Any:
    """The people who held a role in an OPD at some time since the quarter began."""
    held = Assignment.objects.filter(institution=institution, unit__isnull=False)
    return held.filter(Q(valid_to=None) | Q(valid_to__gte=quarter.begin)).values("user")


def _paths(rows: QuerySet[Any], *units: str) -> Iterable[tuple[str | None, ...]]:
    named = [f"{one}__path" for one in units]
    return rows.select_related(None).order_by().values_list(*named).distinct()


def _tops(rows: Iterable[tuple[str | None, ...]]) -> set[int]:
    """The OPD of each row: of its own unit, else of the one above it in the row."""
    return {opd_of(path) for row in rows if (path := next((one for one in row if one), None))}
