"""What initiatives can be made of: open gaps, decided requests for new spending, drafts that a plan left; and where a request
stands in the roadmap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from pendapa.architecture.models import Gap
from pendapa.architecture.queries.gaps import Asked, Finding, catalogue
from pendapa.architecture.rules.keys import name_key
from pendapa.clearance import queries as clearance
from pendapa.clearance.models import ClearanceRequest
from pendapa.clearance.ports import Line
from pendapa.clearance.rules import flow
from pendapa.kernel.access.actor import Actor, Scope
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.roadmap.models import Budget, Initiative, InitiativeElement, InitiativePartner, Roadmap
from pendapa.roadmap.permissions import EDIT, PROPOSE
from pendapa.roadmap.queries import reach
from pendapa.roadmap.rules import origins as rules

PAGE = 30
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


# -------------------------------------------------------------------------------------------------------------- requests


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
