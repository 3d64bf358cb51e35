"""What the roadmap says for the signals of the evaluation: of the one set by decree that holds this year, and nothing of drafts.

An OPD reads the initiatives of a roadmap that was set, so these are told to everybody; actions and commitments of others it does
not read, so what counts those is told to who reads the roadmap of all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from pendapa.architecture.models import Element
from pendapa.kernel.measures import ports
from pendapa.kernel.measures.ports import Reading
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.regulations import packs
from pendapa.roadmap.models import (
    Action,
    Baseline,
    Budget,
    Commitment,
    Initiative,
    InitiativeElement,
    InitiativePartner,
    Programme,
    Roadmap,
    RoadmapReview,
)
from pendapa.roadmap.permissions import VIEW
from pendapa.roadmap.queries.action_plan import going

ROOM = "roadmap"
YEARS = 3
"""So many budget years back the evaluation asks for consistency (“RKA 3 tahun terakhir”)."""


@dataclass(frozen=True)
class Facts:
    """The roadmap that holds this year (None: none is set by decree), and its initiatives that were not given up.

    ``running`` are those that run this year; ``paid`` those of them with money in this year's budget; ``rowed`` those with a
    budget row of any year, ``aligned`` those of them of which a row stands in a line of the budget; ``years`` are the last budget
    years in which initiatives had money, also those of a roadmap before it.
    """

    roadmap: Roadmap | None = None
    contents: frozenset[str] = frozenset()
    count: int = 0
    running: int = 0
    paid: int = 0
    rowed: int = 0
    aligned: int = 0
    partnered: int = 0
    processes: int = 0
    years: tuple[int, ...] = ()
    unaligned: tuple[str, ...] = ()
    alone: tuple[str, ...] = field(default=())


def facts(institution: Institution) -> Facts:
    """Counted once while measures are read together; a fixed number of queries."""
    return ports.once("roadmap.facts", institution, lambda: _facts(institution))


_FIELDS = (
    "content", "starts_on", "ends_on", "year", "rowed", "aligned", "paid", "partnered", "process", "state", "unit__name",
)  # fmt: skip


def _facts(institution: Institution) -> Facts:
    year = timezone.localdate().year
    decreed = Roadmap.objects.filter(
        institution=institution, state="set", deleted_at=None, first_year__lte=year, last_year__gte=year
    )
    roadmap = decreed.order_by("-decree_on", "-pk").first()
    if roadmap is None:
        return Facts()
    budgets = Budget.objects.filter(initiative=OuterRef("pk"), deleted_at=None)
    partners = InitiativePartner.objects.filter(initiative=OuterRef("pk"), deleted_at=None)
    rows = _initiatives(roadmap).annotate(
        rowed=Exists(budgets),
        aligned=Exists(budgets.filter(Exists(_lines(institution)))),
        paid=Exists(budgets.filter(year=year, budgeted__gt=0)),
        partnered=Exists(partners),
        process=Exists(_changes(institution)),
    )
    known = list(rows.order_by("unit__name", "pk").values(*_FIELDS))
    running = [one for one in known if _runs(one["starts_on"], one["ends_on"], one["year"], year)]
    spent = Budget.objects.filter(
        institution=institution, deleted_at=None, budgeted__gt=0, initiative__deleted_at=None,
        initiative__roadmap__state__in=("set", "ended"), initiative__roadmap__deleted_at=None,
    ).exclude(initiative__state__in=("draft", "cancelled"))  # fmt: skip
    years = spent.filter(year__range=(year - YEARS + 1, year)).values_list("year", flat=True).distinct()
    return Facts(
        roadmap=roadmap,
        contents=frozenset(one["content"] for one in known if one["content"]),
        count=len(known),
        running=len(running),
        paid=sum(one["paid"] for one in running),
        rowed=sum(one["rowed"] for one in known),
        aligned=sum(one["aligned"] for one in known),
        partnered=sum(one["partnered"] for one in known),
        processes=sum(one["process"] and one["state"] in ("doing", "done") for one in known),
        years=tuple(sorted(years)),
        unaligned=_units(one["unit__name"] for one in known if one["rowed"] and not one["aligned"]),
        alone=_units(one["unit__name"] for one in known if not one["partnered"]),
    )


def _lines(institution: Institution) -> QuerySet[Programme]:
    """The lines of the budget of the year and code of a row of money, also where they came after it."""
    known = Programme.objects.filter(institution=institution, deleted_at=None)
    return known.filter(year=OuterRef("year"), code=OuterRef("programme_code"))


def _initiatives(roadmap: Roadmap) -> QuerySet[Initiative]:
    rows = Initiative.objects.filter(roadmap=roadmap, deleted_at=None)
    return rows.exclude(state__in=("draft", "cancelled"))


def _changes(institution: Institution) -> QuerySet[InitiativeElement]:
    """Business processes that an initiative makes or changes; restricted ones change no signal."""
    open_ = Element.objects.filter(institution=institution, domain="processes", deleted_at=None)
    open_ = open_.exclude(classification="restricted")
    return InitiativeElement.objects.filter(
        initiative=OuterRef("pk"),
        deleted_at=None,
        effect__in=("new", "change"),
        element__in=open_.values("pk"),
    )


def _runs(starts_on: date | None, ends_on: date | None, own: int, year: int) -> bool:
    first = starts_on.year if starts_on else own
    return first <= year <= (ends_on.year if ends_on else first)


def _units(names: object) -> tuple[str, ...]:
    found = [str(name) for name in names if name]  # type: ignore[attr-defined]
    return tuple(dict.fromkeys(found))


def _page(institution: Institution, name: str = "list") -> str:
    return reverse(f"roadmap:{name}", args=[institution.code])


def _nothing() -> str:
    return _("No roadmap of this year is set by decree here.")


# ---- readings of what everybody may see


def _set(institution: Institution) -> Reading:
    known = facts(institution).roadmap
    if known is None:
        return Reading(None, _nothing(), None, _page(institution))
    told = _("The roadmap %(first)s–%(last)s was set by %(decree)s.") % {
        "first": known.first_year, "last": known.last_year, "decree": known.decree_number,
    }  # fmt: skip
    return ports.flag(True, told, _page(institution))


def _contents(institution: Institution) -> Reading:
    known = facts(institution)
    if known.roadmap is None:
        return Reading(None, _nothing(), None, _page(institution))
    every, language = packs.roadmap().contents, get_language() or "id"
    lacking = tuple(one.label.in_language(language) for one in every if one.key not in known.contents)
    told = _("%(part)s of the %(whole)s contents of the roadmap have an initiative.")
    part = len(every) - len(lacking)
    return ports.count(part, told % {"part": part, "whole": len(every)}, _page(institution), lacking)


def _reviews(institution: Institution) -> Sequence[RoadmapReview]:
    roadmap = facts(institution).roadmap
    rows = RoadmapReview.objects.filter(roadmap=roadmap, deleted_at=None).order_by("-held_on", "-pk")
    return ports.once("roadmap.reviews", institution, lambda: list(rows) if roadmap else [])


def _reviewed(institution: Institution) -> Reading:
    roadmap = facts(institution).roadmap
    if roadmap is None:
        return Reading(None, _nothing(), None, _page(institution))
    held, url = _reviews(institution), reverse("roadmap:baselines", args=[institution.code, roadmap.uid])
    if not held:
        return ports.flag(False, _("The roadmap was not reviewed yet."), url)
    return ports.flag(
        True, _("The roadmap was last reviewed in %(year)s.") % {"year": held[0].held_on.year}, url
    )


def _renewed(institution: Institution) -> Reading:
    roadmap = facts(institution).roadmap
    if roadmap is None:
        return Reading(None, _nothing(), None, _page(institution))
    held, url = _reviews(institution), reverse("roadmap:baselines", args=[institution.code, roadmap.uid])
    if not held:
        return ports.flag(False, _("The roadmap was not reviewed yet."), url)
    frozen = Baseline.objects.filter(roadmap=roadmap, deleted_at=None)
    newer = frozen.filter(
        Q(frozen_at__date__gt=held[-1].held_on) | Q(pk__in=[one.baseline_id for one in held])
    )
    last = newer.order_by("-frozen_at").first()
    if last is None:
        return ports.flag(False, _("No baseline was frozen after a review."), url)
    return ports.flag(
        True, _("After a review the roadmap was frozen anew: “%(name)s”.") % {"name": last}, url
    )


def _budget_years(institution: Institution) -> Reading:
    known = facts(institution)
    if known.roadmap is None:
        return Reading(None, _nothing(), None, _page(institution))
    told = _("In %(part)s of the last %(whole)s years initiatives had money in the budget.")
    told = told % {"part": len(known.years), "whole": YEARS}
    return ports.unless_bare(ports.count(len(known.years), told, _page(institution, "money")))


def _budgeted(institution: Institution) -> Reading:
    known = facts(institution)
    told = _("%(part)s of %(whole)s initiatives of this year have money in this year's budget.")
    nothing = _("No initiative of a roadmap set by decree runs this year.")
    return ports.unless_bare(ports.share(
        known.paid, known.running, told % {"part": known.paid, "whole": known.running}, nothing,
        _page(institution, "money"),
    ))  # fmt: skip


def _aligned(institution: Institution) -> Reading:
    known = facts(institution)
    told = _(
        "%(part)s of %(whole)s initiatives with money stand in a line of the budget by their programme code."
    )
    nothing = _("No initiative of a roadmap set by decree has money yet.")
    return ports.unless_bare(ports.share(
        known.aligned, known.rowed, told % {"part": known.aligned, "whole": known.rowed}, nothing,
        _page(institution, "money"), known.unaligned,
    ))  # fmt: skip


def _partnered(institution: Institution) -> Reading:
    known = facts(institution)
    told = _("In %(part)s of %(whole)s initiatives another OPD takes part.")
    nothing = _("No initiative of a roadmap set by decree is there.")
    return ports.unless_bare(ports.share(
        known.partnered, known.count, told % {"part": known.partnered, "whole": known.count}, nothing,
        _page(institution), known.alone,
    ))  # fmt: skip


def _processes(institution: Institution) -> Reading:
    known = facts(institution)
    if known.roadmap is None:
        return Reading(None, _nothing(), None, _page(institution))
    told = _("%(n)s initiatives that run or are done make or change business processes.")
    return ports.unless_bare(ports.count(known.processes, told % {"n": known.processes}, _page(institution)))


# ---- readings of what only some may see


def _committed(institution: Institution) -> Reading:
    """OPD whose head committed to something that holds today. Two queries."""
    today = timezone.localdate()
    tops = dict(
        Unit.objects.filter(institution=institution, parent=None, deleted_at=None)
        .filter(Q(valid_to=None) | Q(valid_to__gte=today)).order_by("name", "pk").values_list("pk", "name")
    )  # fmt: skip
    held = Commitment.objects.filter(
        institution=institution, deleted_at=None, state="approved", starts_on__lte=today, ends_on__gte=today
    )
    paths = held.order_by().values_list("unit__path", flat=True).distinct()
    having = {int(path.split("/")[1]) for path in paths}
    lacking = tuple(name for pk, name in tops.items() if pk not in having)
    part, whole = len(tops) - len(lacking), len(tops)
    told = _("The heads of %(part)s of %(whole)s OPD have committed to something that holds today.")
    return ports.unless_bare(ports.share(
        part, whole, told % {"part": part, "whole": whole}, _("No OPD is registered."),
        _page(institution, "commitments"), lacking,
    ))  # fmt: skip


def _of_roadmap(roadmap: Roadmap) -> QuerySet[Action]:
    rows = Action.objects.filter(initiative__in=_initiatives(roadmap).values("pk"), deleted_at=None)
    return rows.exclude(state="cancelled")


def _planned(institution: Institution) -> Reading:
    known, url = facts(institution), _page(institution, "actions")
    part = 0
    if known.roadmap is not None:
        year = timezone.localdate().year
        planned = _initiatives(known.roadmap).filter(
            Exists(_of_roadmap(known.roadmap).filter(initiative=OuterRef("pk")))
        )
        part = sum(_runs(*one, year) for one in planned.values_list("starts_on", "ends_on", "year"))
    told = _("%(part)s of %(whole)s initiatives of this year have an action plan.")
    return ports.unless_bare(ports.share(
        part, known.running, told % {"part": part, "whole": known.running},
        _("No initiative of a roadmap set by decree runs this year."), url,
    ))  # fmt: skip


def _on_time(institution: Institution) -> Reading:
    """Of the actions that were due this year until today, those that were done by their day. One due today may still be; those
    of an initiative that was put off or given up are waited for by nobody."""
    roadmap, url, today = facts(institution).roadmap, _page(institution, "actions"), timezone.localdate()
    nothing = _("No action of a roadmap set by decree was due this year yet.")
    if roadmap is None:
        return Reading(None, nothing, 0, url)
    due = going(_of_roadmap(roadmap)).filter(due__range=(date(today.year, 1, 1), today))
    due = due.exclude(due=today, state__in=Action.OPEN)
    part, whole = due.filter(state="done", done_on__lte=F("due")).count(), due.count()
    lacking = due.exclude(state="done", done_on__lte=F("due")).order_by("unit__name")
    told = _("%(part)s of %(whole)s actions that were due this year were done in time.")
    names = _units(lacking.values_list("unit__name", flat=True).distinct()[: ports.MISSING + 1])
    return ports.share(part, whole, told % {"part": part, "whole": whole}, nothing, url, names)


def _marks(institution: Institution) -> str:
    """What is due and which year runs moves with the day, without an entry in the ledger."""
    return timezone.localdate().isoformat()


for _key, _title, _unit, _read in (
    ("set", gettext_lazy("A roadmap of this year is set by decree"), "flag", _set),
    ("contents", gettext_lazy("Contents of the roadmap with an initiative"), "count", _contents),
    ("reviewed", gettext_lazy("The roadmap was reviewed"), "flag", _reviewed),
    ("renewed", gettext_lazy("The roadmap was frozen anew after a review"), "flag", _renewed),
    ("budget_years", gettext_lazy("Of the last three years those with initiatives in the budget"), "count", _budget_years),
    ("budgeted", gettext_lazy("Initiatives of this year with money in its budget"), "share", _budgeted),
    ("aligned", gettext_lazy("Initiatives with money that stand in a line of the budget"), "share", _aligned),
    ("with_partners", gettext_lazy("Initiatives in which another OPD takes part"), "share", _partnered),
    ("process_initiatives", gettext_lazy("Initiatives under way or done that change business processes"), "count", _processes),
):  # fmt: skip
    ports.register(f"{ROOM}.{_key}", _title, _unit, ROOM, _read)
for _key, _title, _unit, _read in (
    ("units_committed", gettext_lazy("OPD whose head has committed to something"), "share", _committed),
    ("with_actions", gettext_lazy("Initiatives of this year with an action plan"), "share", _planned),
    ("actions_on_time", gettext_lazy("Actions due this year that were done in time"), "share", _on_time),
):
    ports.register(f"{ROOM}.{_key}", _title, _unit, ROOM, _read, needs=VIEW)
ports.stamp(ROOM, _marks)
