"""What the pages of the room share: tabs, the roadmap and the filters that an address names, and how things are said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from pendapa.kernel.access.pages import PageRequest
from pendapa.kernel.permissions import IMPORT
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.ui import formats
from pendapa.regulations import packs
from pendapa.roadmap.models import Baseline, Initiative, Roadmap
from pendapa.roadmap.permissions import EDIT, PROPOSE, VIEW
from pendapa.roadmap.queries import baselines, narrowing, roadmaps
from pendapa.roadmap.queries import items as queries
from pendapa.roadmap.queries.items import EVERY, LOOSE, NO_CONTENT, Filters, Item, Office, Totals
from pendapa.roadmap.rules import drift as drifts
from pendapa.roadmap.wording_baselines import against

# Name of the address and label; those at the front show the same initiatives and keep the filters.
VIEWS = (
    ("timeline", gettext_lazy("Timeline")),
    ("board", gettext_lazy("Board")),
    ("list", gettext_lazy("Table")),
    ("by_unit", gettext_lazy("By OPD")),
    ("money", gettext_lazy("Budget")),
)
OTHERS = (
    ("actions", gettext_lazy("Action plan")),
    ("commitments", gettext_lazy("Commitments")),
    ("roadmaps", gettext_lazy("Documents")),
)
NAMES = {
    "year": "tahun", "unit": "opd", "content": "muatan", "state": "status", "late": "terlambat", "text": "q",
    "plan": "rencana", "partner": "mitra",
}  # fmt: skip
"""What a filter is called in an address."""
WHICH = "peta"
MOST_OPDS = 20
"""So many OPD an address may name."""
TONES = {
    "draft": "line",
    "planned": "info",
    "doing": "info",
    "done": "ok",
    "postponed": "warn",
    "cancelled": "line",
}
ICONS = {"doing": "player-play", "planned": "calendar", "postponed": "clock-pause", "cancelled": "circle-x"}


@dataclass(frozen=True)
class Tab:
    url: str
    label: Any
    current: bool


@dataclass(frozen=True)
class Shown:
    """What a view shows: of which roadmap (None: of several), narrowed how, and the same in numbers; ``measure`` is the baseline
    that drift is told from."""

    roadmap: Roadmap | None
    filters: Filters
    items: list[Item]
    totals: Totals
    offices: dict[int, Office]
    day: date
    query: dict[str, str]
    narrowed: bool
    measure: Baseline | None = None


def language() -> str:
    return get_language() or "id"


def address(institution: Institution, name: str, *more: Any, **query: Any) -> str:
    """An address of the room, without what is empty in the query; empty where there is no such page."""
    try:
        url = reverse(f"roadmap:{name}", args=[institution.code, *more])
    except NoReverseMatch:
        return ""
    asked = urlencode({key: value for key, value in query.items() if value})
    return f"{url}?{asked}" if asked else url


def room(request: PageRequest, current: str = "") -> dict[str, Any]:
    """What every page of the room needs: its tabs. Those that show the same initiatives keep the filters of the address."""
    query = asked(request)
    found = []
    for names, kept in ((VIEWS, query), (OTHERS, {})):
        for name, label in names:
            url = address(request.institution, name, **kept)
            if url:
                found.append(Tab(url, label, name == current))
    return {"tabs": found}


def asked(request: PageRequest) -> dict[str, str]:
    """The filters of the address as they stand there, without those that are empty."""
    texts = {name: request.GET.get(name, "")[:80].strip() for name in (WHICH, *NAMES.values())}
    texts[NAMES["unit"]] = opds(request)
    return {name: text for name, text in texts.items() if text}


def opds(request: PageRequest) -> str:
    """The OPD that the address names, as one text: who heads several opens lists of all of them."""
    texts = [text for one in request.GET.getlist(NAMES["unit"])[:MOST_OPDS] if (text := one.strip())]
    return narrowing.BETWEEN.join(texts)[: MOST_OPDS * 40]


def beyond(chosen: str, named: Iterable[tuple[UUID, str]], offered: Iterable[UUID]) -> tuple[str, str] | None:
    """What a choice of OPD has to offer besides ``offered`` so that it tells what is ``chosen``: the text of the address and the
    names; None where it stands there already or is nothing."""
    uids = narrowing.uids(chosen)
    names = [name for uid, name in named if uid in uids]
    if not names or (len(names) == 1 and uids[0] in set(offered)):
        return None
    told = ", ".join(names)
    # How many they are stands in front: a choice is often narrower than two names.
    return chosen, told if len(names) == 1 else f"{len(names)} OPD: {told}"


def shown(request: PageRequest, *, paid: bool = False) -> Shown:
    """The initiatives of the address: of the roadmap that it names, else of the one that holds now. A year keeps what runs in it,
    with ``paid`` what has money in it.

    The drafts of one plan are shown whatever roadmap they are in.
    """
    query, day = asked(request), timezone.localdate()
    texts: dict[str, Any] = {name: query.get(word, "") for name, word in NAMES.items()}
    filters = Filters(**texts, paid=paid)
    roadmap, filters = _chosen(request, query.get(WHICH, ""), filters)
    known = queries.offices(request.institution)
    measure = baselines.measure(roadmap) if roadmap is not None else None
    found = queries.items(
        request.actor, request.institution, roadmap, filters, day=day, known=known, against=measure
    )
    narrowed = any(query.get(word) for word in NAMES.values())
    return Shown(roadmap, filters, found, queries.totals(found), known, day, query, narrowed, measure)


def _chosen(request: PageRequest, which: str, filters: Filters) -> tuple[Roadmap | None, Filters]:
    if which == LOOSE:
        return None, replace(filters, loose=True)
    if which == EVERY or (filters.plan and not which):
        return None, filters
    if which:
        return roadmaps.roadmap(request.actor, request.institution, which), filters
    return roadmaps.current(request.actor, request.institution), filters


def context(request: PageRequest, tab: str, view: Shown) -> dict[str, Any]:
    """What the pages that show initiatives need: tabs, head, filters."""
    institution = request.institution
    choices = roadmaps.roadmaps(request.actor, institution)
    pairs = queries.spread(request.actor, institution)
    used = {unit for unit, _year in pairs if unit is not None}
    tops = used | {view.offices[unit].top for unit in used}
    units = sorted((view.offices[unit] for unit in tops if unit in view.offices), key=lambda one: one.name)
    years = set(view.roadmap.years) if view.roadmap else {year for _unit, year in pairs}
    return room(request, tab) | {
        "shown": view,
        "roadmap": view.roadmap,
        "filters": view.filters,
        "totals": view.totals,
        "measured": against(view.measure) if view.measure else "",
        "narrowed": view.narrowed,
        "partner": next((one for one in view.offices.values() if str(one.uid) == view.filters.partner), None),
        "any": bool(pairs),
        "which": view.query.get(WHICH, "") or (str(view.roadmap.uid) if view.roadmap else EVERY),
        "which_is_chosen": bool(view.query.get(WHICH)),
        "choices": choices,
        "years": sorted(years),
        "units": units,
        "beyond": beyond(
            view.filters.unit,
            ((one.uid, one.name) for one in view.offices.values()),
            [one.uid for one in units],
        ),
        "contents": contents(),
        "states": Initiative.STATES,
        "finding": finding(view),
        "query": urlencode(view.query),
        "whole": request.actor.scope(VIEW, institution).everything,
        "may_edit": request.actor.scope(EDIT, institution).everything,
        "new_url": address(institution, "new") if request.actor.scope(PROPOSE, institution) else "",
        "import_url": _importing(request),
        "export_url": address(institution, "export", "xlsx", **view.query),
        "list_url": address(institution, "list", **view.query),
        "clear_url": address(institution, tab, **{WHICH: view.query.get(WHICH, "")}),
    }


def _importing(request: PageRequest) -> str:
    """Where the printed table is handed in, for those who may."""
    if not request.actor.may(IMPORT, request.institution):
        return ""
    return reverse("imports:list", args=[request.institution.code]) + "?" + urlencode({"kind": "initiatives"})


def contents() -> list[tuple[str, str]]:
    """The contents (*muatan*) of the pack with their labels, and last what has none."""
    known = [(one.key, one.label.in_language(language())) for one in packs.roadmap().contents]
    return [*known, (NO_CONTENT, _("Without a content"))]


def initiative_addresses(institution: Institution) -> str:
    """The address of an initiative, with ``{}`` for its uid; empty where there is no such page."""
    url = address(institution, "initiative", UUID(int=0))
    return url.replace(str(UUID(int=0)), "{}")


def finding(view: Shown) -> str:
    """What the view says, in one sentence."""
    totals = view.totals
    parts = [ngettext("%(n)s initiative", "%(n)s initiatives", totals.count) % {"n": number(totals.count)}]
    if totals.late:
        parts.append(ngettext("%(n)s late", "%(n)s are late", totals.late) % {"n": number(totals.late)})
    if totals.done:
        parts.append(ngettext("%(n)s done", "%(n)s are done", totals.done) % {"n": number(totals.done)})
    if totals.money.planned is not None:
        parts.append(_("ceiling %(sum)s") % {"sum": rupiah(totals.money.planned)})
    elif totals.cost is not None:
        parts.append(_("estimated cost %(sum)s") % {"sum": rupiah(totals.cost)})
    later = sum(1 for one in view.items if one.drift is not None and one.drift.way == drifts.LATER)
    sooner = sum(1 for one in view.items if one.drift is not None and one.drift.way == drifts.SOONER)
    if later or sooner:
        moved = _("since the baseline %(later)s later and %(sooner)s sooner")
        parts.append(moved % {"later": number(later), "sooner": number(sooner)})
    return ", ".join(parts) + "."


def drifted(drift: Any) -> str:
    """The drift of one initiative from the baseline in words; empty where it did not move or there is no baseline."""
    if drift is None:
        return ""
    if drift.added:
        return _("not in the baseline")
    if not drift.way:
        return ""
    size, months = abs(drift.days), abs(drifts.months(drift.days))
    if drift.way == drifts.LATER:
        if not months:
            return ngettext("%(n)s day later", "%(n)s days later", size) % {"n": size}
        return ngettext("%(n)s month later", "%(n)s months later", months) % {"n": months}
    if not months:
        return ngettext("%(n)s day sooner", "%(n)s days sooner", size) % {"n": size}
    return ngettext("%(n)s month sooner", "%(n)s months sooner", months) % {"n": months}


def number(value: int) -> str:
    return formats.number(value, formats.language(), 0)


def rupiah(value: Any) -> str:
    return formats.rupiah(value, formats.language(), True)


def day(value: date | None) -> str:
    return formats.day(value, formats.language()) if value else _("not known yet")


def planned_until(value: date | None) -> str:
    """Beside the day on which something was done: until when it was planned; empty where that is the same."""
    return _("planned until %(day)s") % {"day": day(value)} if value else ""


def state_label(state: str) -> str:
    return str(dict(Initiative.STATES).get(state, state))


def of_states(rows: Sequence[Item]) -> dict[str, list[Item]]:
    """The same by state, every state of the table in its order."""
    found: dict[str, list[Item]] = {key: [] for key, _label in Initiative.STATES}
    for one in rows:
        found[one.state].append(one)
    return found
