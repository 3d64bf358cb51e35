"""What initiatives can be made of: open gaps, decided requests for new spending, drafts that a plan left; and where a request
stands in the roadmap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from pendapa.architecture.models import Gap
from pendapa.architecture.permissions import VIEW as ARCHITECTURE
from pendapa.architecture.queries.gaps import Asked, Finding, catalogue, seen_gaps, words
from pendapa.architecture.queries.gaps import rule as gap_rule
from pendapa.architecture.queries.gaps import rules as gap_rules
from pendapa.architecture.queries.lists import is_uid
from pendapa.architecture.rules.keys import name_key
from pendapa.clearance import queries as clearance
from pendapa.clearance.models import ClearanceRequest
from pendapa.clearance.ports import Line
from pendapa.clearance.rules import flow
from pendapa.evaluation.queries import plans
from pendapa.kernel.access.actor import Actor, Scope
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.kernel.ui import formats
from pendapa.kernel.ui.onward import Step
from pendapa.roadmap.models import Budget, Initiative, InitiativeElement, InitiativePartner, Roadmap
from pendapa.roadmap.permissions import EDIT, PROPOSE
from pendapa.roadmap.queries import reach
from pendapa.roadmap.rules import origins as rules

PAGE, FAR = 30, 2000
AHEAD = (flow.GO, flow.CONDITIONS)


def reachable(actor: Actor, institution: Institution) -> Scope:
    """For which units the actor may write drafts of initiatives."""
    scope = actor.scope(EDIT, institution)
    return scope if scope.everything else actor.scope(PROPOSE, institution)


# ------------------------------------------------------------------------------------------------------------------ gaps


@dataclass(frozen=True)
class OpenGap:
    """An open gap with the unit that would own what closes it (``owner``: the one that was decided, else that of the element).

    ``initiative`` is the one it became already; ``may``: the actor may make one of it.
    """

    gap: Finding
    owner: Unit | None
    initiative: Initiative | None
    may: bool


def open_gaps(
    actor: Actor, institution: Institution, asked: Asked, after: str = "", size: int = PAGE
) -> tuple[list[OpenGap], str]:
    """A page of the open gaps that the actor may see, and the mark of the next one. A fixed number of queries."""
    found = catalogue(actor, institution, asked, after=after, size=size)
    return with_initiatives(actor, institution, found.rows), found.next


def with_initiatives(actor: Actor, institution: Institution, found: Sequence[Finding]) -> list[OpenGap]:
    """Gaps with what they became, and who would own it."""
    scope, made = reachable(actor, institution), turned(actor, institution, found)
    uids = {(one.decided.unit_uid if one.decided else "") or one.unit_uid for one in found}
    units = {
        str(unit.uid): unit
        for unit in Unit.objects.filter(institution=institution, uid__in=uids, deleted_at=None)
    }
    rows = []
    for one in found:
        owner = units.get((one.decided.unit_uid if one.decided else "") or one.unit_uid)
        initiative = made.get(one.uid)
        rows.append(OpenGap(one, owner, initiative, initiative is None and scope.covers(owner)))
    return rows


def turned(actor: Actor, institution: Institution, found: Iterable[Finding]) -> dict[str, Initiative]:
    """The initiatives that gaps became, by the uid of the gap, as far as the actor may see them.

    One initiative may close several gaps of a rule: it was born of one of them and names the elements of all.
    """
    gaps = list(found)
    if not gaps:
        return {}
    born = reach.initiatives(actor, institution).filter(origin="gap").exclude(state="cancelled")
    links = InitiativeElement.objects.filter(
        element__in={one.element_id for one in gaps},
        initiative__in=born.order_by().values("pk"),
        deleted_at=None,
    ).select_related("initiative", "initiative__unit")
    known = list(links.order_by("-initiative_id"))
    origins = {uid for link in known if (uid := link.initiative.origin_uid) is not None}
    rule_of = dict(Gap.objects.filter(institution=institution, uid__in=origins).values_list("uid", "rule"))
    by_place = {
        (rule_of[link.initiative.origin_uid], link.element_id): link.initiative
        for link in known
        if link.initiative.origin_uid in rule_of
    }
    return {
        one.uid: by_place[one.key, one.element_id] for one in gaps if (one.key, one.element_id) in by_place
    }


def gaps_became(actor: Actor, institution: Institution, uids: Collection[str]) -> dict[str, tuple[str, str]]:
    """Uid and title of the initiatives that gaps became, by the uid of the gap (see :func:`turned`); one query."""
    born = reach.initiatives(actor, institution).filter(origin="gap").exclude(state="cancelled")
    origin = Gap.objects.filter(institution=institution, uid=OuterRef("initiative__origin_uid"))
    links = InitiativeElement.objects.filter(initiative__in=born.order_by().values("pk"), deleted_at=None)
    rows = (
        links.annotate(gap=F("element__gaps__uid"), gap_rule=F("element__gaps__rule"))
        .annotate(of_rule=Subquery(origin.values("rule")[:1]))
        .filter(gap__in=list(uids), of_rule=F("gap_rule"))
        .order_by("initiative_id")
    )
    found = rows.values_list("gap", "initiative__uid", "initiative__title")
    return {str(gap): (str(uid), title) for gap, uid, title in found}


# -------------------------------------------------------------------------------------------------------------- requests


def requests_became(
    actor: Actor, institution: Institution, uids: Collection[str]
) -> dict[str, tuple[str, str]]:
    """Uid and title of the initiatives that requests became, by the uid of the request; one query."""
    born = reach.initiatives(actor, institution).filter(origin="clearance", origin_uid__in=list(uids))
    found = born.exclude(state="cancelled").values_list("origin_uid", "uid", "title")
    return {str(request): (str(uid), title) for request, uid, title in found}


@dataclass(frozen=True)
class Request:
    """A request that was decided to go ahead; ``initiative`` is the one it became; ``lines`` name it in the roadmap."""

    row: ClearanceRequest
    initiative: Initiative | None
    may: bool


def requests(actor: Actor, institution: Institution) -> list[Request]:
    """The requests that were decided to go ahead and that the actor may read, the newest first."""
    rows = clearance.visible(actor, institution).filter(state=flow.DECIDED, decision__in=AHEAD)
    return _requests(actor, institution, list(rows.select_related("unit").order_by("-year", "-pk")))


def request(actor: Actor, institution: Institution, uid: UUID | str) -> Request | None:
    """One of them; None where it is none."""
    rows = clearance.visible(actor, institution).filter(state=flow.DECIDED, decision__in=AHEAD, uid=uid)
    return next(iter(_requests(actor, institution, list(rows.select_related("unit")))), None)


def _requests(actor: Actor, institution: Institution, rows: list[ClearanceRequest]) -> list[Request]:
    scope = reachable(actor, institution)
    born = reach.initiatives(actor, institution).filter(origin="clearance").exclude(state="cancelled")
    made = {one.origin_uid: one for one in born.filter(origin_uid__in=[row.uid for row in rows])}
    return [Request(row, made.get(row.uid), row.uid not in made and scope.covers(row.unit)) for row in rows]


# ----------------------------------------------------------------------------------------------------------------- plans


def plan_drafts(actor: Actor, institution: Institution) -> QuerySet[Initiative]:
    """Drafts that computed plans left and that stand in no roadmap yet, by plan and year."""
    rows = reach.initiatives(actor, institution).filter(plan__isnull=False, roadmap=None, state="draft")
    return rows.order_by("plan", "year", "pk")


def drafts_left(actor: Actor, institution: Institution, plan: str = "") -> list[Initiative]:
    """The same, of one plan (uid, or what is none: nothing) or of all; at most :data:`FAR`."""
    rows = plan_drafts(actor, institution)
    if plan:
        rows = rows.filter(plan=plan) if is_uid(plan) else rows.none()
    return list(rows[:FAR])


# ------------------------------------------------------------------------------------------------------- where it was born


def born_of(actor: Actor, row: Initiative) -> Step | None:
    """The gaps of the same rule and OPD, the request or the plan of which an initiative was made, where the actor may read it;
    None otherwise, and for what was written by hand. One query at most."""
    here = row.institution
    if row.origin == "gap" and row.origin_uid and actor.may(ARCHITECTURE, here):
        found = seen_gaps(actor, here).filter(uid=row.origin_uid)
        for key, unit, name in found.values_list("rule", "element__unit__uid", "element__unit__name"):
            if any(one.key == key for one in gap_rules()):
                message = words(gap_rule(key).message, formats.language())
                return Step(f"{message} · {name}", _link("architecture:gaps", here, rule=key, unit=str(unit)))
    elif row.origin == "clearance" and row.origin_uid:
        asked = clearance.visible(actor, here).filter(uid=row.origin_uid)
        for title in asked.values_list("title", flat=True):
            return Step(title, reverse("clearance:detail", args=[here.code, row.origin_uid]))
    elif row.origin == "plan" and row.plan:
        known = plans.visible(actor, here).filter(uid=row.plan)
        for title in known.values_list("title", flat=True):
            return Step(title, reverse("evaluation:plan", args=[here.code, row.plan]))
    return None


def _link(name: str, institution: Institution, **asked: str) -> str:
    return f"{reverse(name, args=[institution.code])}?{urlencode(asked)}"


# ------------------------------------------------------------------------------------------------- requests in a roadmap


def lines_of_request(institution: Institution, unit: Unit, year: int, title: str) -> list[Line] | None:
    """The initiatives of the roadmap of ``year`` that name a request: by the same title, or, of its own unit, by a title that
    holds the other. None where no roadmap of that year is set by decree. Drafts are not told: a decree is published."""
    decreed = Roadmap.objects.filter(
        institution=institution, state="set", deleted_at=None, first_year__lte=year, last_year__gte=year
    )
    documents = list(decreed.values_list("pk", flat=True))
    if not documents:
        return None
    partner = InitiativePartner.objects.filter(initiative=OuterRef("pk"), deleted_at=None)
    rows = (
        Initiative.objects.filter(_in_year(year), roadmap__in=documents, deleted_at=None)
        .exclude(state__in=("draft", "cancelled"))
        .annotate(helps=Exists(partner.filter(unit__path__startswith=unit.path)))
        .order_by("starts_on", "pk")
    )
    wanted = name_key(title)
    found = []
    for uid, name, code, path, helps in rows.values_list("uid", "title", "code", "unit__path", "helps"):
        key = name_key(name)
        own = helps or bool(path and (path.startswith(unit.path) or unit.path.startswith(path)))
        if rules.same_title(wanted, key) or (own and rules.within(wanted, key)):
            url = reverse("roadmap:initiative", args=[institution.code, uid])
            found.append(Line(f"{code} {name}".strip(), url))
    return found


def _in_year(year: int) -> Q:
    """Initiatives on which there is work, or for which there is money, in a year."""
    dated = Q(starts_on__year__lte=year, ends_on__year__gte=year)
    paid = Exists(Budget.objects.filter(initiative=OuterRef("pk"), year=year, deleted_at=None))
    return dated | Q(year=year) | Q(paid)


def by_plan(rows: Iterable[Initiative]) -> dict[UUID, list[Initiative]]:
    """Drafts by the plan that left them."""
    found: dict[UUID, list[Initiative]] = defaultdict(list)
    for row in rows:
        if row.plan is not None:
            found[row.plan].append(row)
    return dict(found)
