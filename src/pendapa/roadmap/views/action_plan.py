"""Pages of the action plan: the list of actions, a new one, a changed one, many given to somebody else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.numbers import whole
from pendapa.kernel.refusing import blame
from pendapa.kernel.tenancy.models import Unit
from pendapa.roadmap.actions import action_plan as actions
from pendapa.roadmap.actions.action_plan_base import words
from pendapa.roadmap.forms_action_plan import ActionForm
from pendapa.roadmap.models import Action, Initiative
from pendapa.roadmap.permissions import ACT, VIEW
from pendapa.roadmap.queries import action_plan as queries
from pendapa.roadmap.queries import narrowing, reach
from pendapa.roadmap.rules import action_plan as rules
from pendapa.roadmap.rules import progress
from pendapa.roadmap.views import common

INVALID = 422
TONES = {
    "todo": ("line", "circle-dashed"),
    "doing": ("info", "player-play"),
    "done": ("ok", "circle-check"),
    "cancelled": ("line", "circle-x"),
}
WHOSE = {"saya": "mine", "opd": "unit", "semua": "all"}
SHOWN = {
    "terbuka": "open", "terlambat": "late", "tanpa-orang": "orphans", "selesai": "done", "dibatalkan": "cancelled",
    "semua": "",
}  # fmt: skip


def line(request: PageRequest, row: Action, gone: set[int]) -> dict[str, Any]:
    """An action as a row of a list; ``gone`` are the ids of those whose person can no longer do them."""
    tone, icon = TONES[row.state]
    done = sum(1 for item in row.checklist if item["done"])
    rests = row.initiative.state in progress.RESTING
    return {
        "row": row,
        "tone": tone,
        "icon": icon,
        "urgency": "" if rests else rules.urgency(row.state, row.due, timezone.localdate()),
        "left": row.pk in gone,
        "nobody": row.person_id is None and not row.person_name,
        "ticked": done,
        "may_write": queries.may_write(request.actor, row),
        "is_open": row.state in rules.OPEN,
    }


def back(request: PageRequest, fallback: str) -> str:
    """Where one was, if that is a page of ours."""
    asked = request.POST.get("next", "")
    safe = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if safe else fallback


Verb = Callable[..., HttpResponse]


def told_when_deleted(view: Verb) -> Verb:
    """Who works at an action that somebody just deleted is told who did; for all others it is not there."""

    @wraps(view)
    def inner(request: PageRequest, uid: UUID, **more: Any) -> HttpResponse:
        try:
            return view(request, uid, **more)
        except NotFound:
            # htmx would put a page of its own into the list that is drawn there.
            waits = request.method == "POST" and request.headers.get("HX-Request") != "true"
            gone = queries.deleted(request.actor, request.institution, uid) if waits else None
            if gone is None:
                raise
        row, who, at = gone
        facts = {"name": row.title, "who": who, "at": common.day(timezone.localtime(at).date())}
        said = _(
            "%(who)s deleted “%(name)s” on %(at)s. Nothing of yours was saved; the history can bring it back."
        )
        messages.warning(request, said % facts)
        return redirect("roadmap:actions", institution=request.institution.code)

    return inner


# ---- the list


@page(VIEW)
@require_safe
def listing(request: PageRequest) -> HttpResponse:
    """Actions by due day: mine, of my OPD, or all that I may see."""
    actor, institution = request.actor, request.institution
    asked = {name: request.GET.get(name, "")[:60].strip() for name in ("milik", "tampil", "sesudah")}
    asked["opd"] = common.opds(request)
    keys = _owners(request)
    mine_open = queries.mine(actor, institution).count()
    whose = asked["milik"] if asked["milik"] in keys else ("saya" if mine_open else keys[1])
    shown = asked["tampil"] if asked["tampil"] in SHOWN else "terbuka"
    filters = queries.Filters(WHOSE[whose], SHOWN[shown], asked["opd"], asked["sesudah"])
    found, following = queries.listed(actor, institution, filters)
    gone, titles = queries.left(institution, found), queries.titles(actor, institution, found)
    everything = queries.Filters(WHOSE[whose], "", asked["opd"])
    all_rows = queries.narrowed(actor, institution, everything)
    tally = queries.tally(all_rows)
    query = {"milik": whose, "tampil": shown, "opd": asked["opd"]}
    units = queries.units_of(actor, institution)
    lines = [line(request, row, gone) | {"initiative": titles.get(row.initiative_id, "")} for row in found]
    context = common.room(request, "actions") | {
        "lines": lines,
        "tally": tally,
        "finding": _finding(tally, WHOSE[whose], len(found), shown),
        "whose": whose,
        "shown": shown,
        "unit": asked["opd"],
        "owners": [(key, _address(query | {"milik": key}), key == whose) for key in keys],
        "states": [(key, _address(query | {"tampil": key}), key == shown) for key in SHOWN],
        "units": units,
        "beyond": _beyond(request, asked["opd"], units),
        "people": queries.people_of(actor, institution) if any(one["may_write"] for one in lines) else [],
        "next_url": _address(query | {"sesudah": following}) if following else "",
        "previous_url": _address(query) if asked["sesudah"] else "",
        "here": request.get_full_path(),
        "one_owner": whose == "saya",
        "calendar_url": _calendar(institution.code),
    }
    return render(request, "roadmap/actions.html", context)


def _beyond(request: PageRequest, chosen: str, units: list[Unit]) -> tuple[str, str] | None:
    """The OPD that are shown, where the choice does not offer them."""
    offered = [one.uid for one in units]
    if not chosen or chosen in map(str, offered):
        return None
    named = narrowing.units(request.institution, chosen)
    return common.beyond(chosen, ((one.uid, one.name) for one in named), offered)


def _owners(request: PageRequest) -> list[str]:
    """The choices of whose actions are shown: an office of the whole institution has no OPD of its own."""
    scope = request.actor.scope(ACT, request.institution)
    return [key for key in WHOSE if key != "opd" or (scope and not scope.everything)]


def _address(query: dict[str, str]) -> str:
    return "?" + urlencode({name: text for name, text in query.items() if text})


def _calendar(code: str) -> str:
    return reverse("feeds:list", args=[code])


def _finding(tally: rules.Counts, whose: str, here: int, shown: str) -> str:
    """What the list says, in one sentence."""
    if not tally.total:
        return _("No actions yet.")
    told = ngettext("%(n)s action is open", "%(n)s actions are open", tally.open) % {
        "n": common.number(tally.open)
    }
    if tally.late:
        told += ", " + ngettext("%(n)s of them late", "%(n)s of them late", tally.late) % {"n": common.number(tally.late)}  # fmt: skip
    return (
        told
        + "; "
        + ngettext("%(n)s is done.", "%(n)s are done.", tally.done) % {"n": common.number(tally.done)}
    )


@page(ACT)
@require_POST
def reassign(request: PageRequest) -> HttpResponse:
    """Give the ticked actions to somebody else."""
    to = back(request, reverse("roadmap:actions", args=[request.institution.code]))
    uids = [uid for text in request.POST.getlist("aksi")[:500] if (uid := _uid(text)) is not None]
    person = whole(request.POST.get("person", ""), digits=18)
    if not uids or person is None:
        messages.warning(request, _("Tick the actions and choose a person. Nothing was changed."))
        return redirect(to)
    try:
        count, refused = actions.reassign(request.actor, request.institution, uids, person)
    except actions.Refused as error:
        messages.error(request, f"{error} " + _("Nothing was changed."))
    except Conflict:
        messages.warning(
            request, _("Somebody changed one of these at this moment. Nothing was changed; try again.")
        )
    else:
        told = ngettext("%(n)s action has a new person.", "%(n)s actions have a new person.", count)
        messages.success(request, told % {"n": count})
        if refused:
            messages.warning(request, _("Not given, because this person has no role there: %(names)s.") % {"names": ", ".join(refused[:5])})  # fmt: skip
    return redirect(to)


def _uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


# ---- a new one, a changed one


@page(ACT)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PageRequest, uid: UUID) -> HttpResponse:
    """Plan an action under an initiative, or below another action (``?induk=``)."""
    initiative = reach.initiatives(request.actor, request.institution).filter(uid=uid).first()
    if initiative is None or not queries.may_plan(request.actor, initiative):
        raise NotFound
    above = _uid(request.GET.get("induk", ""))
    parent = queries.one(request.actor, request.institution, above) if above else None
    form = ActionForm(request.actor, initiative, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.create(request.actor, initiative, form.values(), parent)
        except actions.Refused as error:
            blame(form, error)
        else:
            messages.success(request, _("“%(name)s” is planned.") % {"name": row.title})
            _warn(request, row)
            return redirect("roadmap:action", institution=request.institution.code, uid=row.uid)
    return _form(request, form, initiative, parent=parent)


@page(ACT)
@require_http_methods(["GET", "HEAD", "POST"])
@told_when_deleted
def change(request: PageRequest, uid: UUID) -> HttpResponse:
    """Change what is planned; what others changed meanwhile stays, unless it is the same field."""
    row = queries.one(request.actor, request.institution, uid)
    if not queries.may_write(request.actor, row):
        raise NotFound
    posted = request.method == "POST"
    form = ActionForm(request.actor, row.initiative, request.POST if posted else None, row=row)
    version = (whole(request.POST.get("version", "")) or 0) if posted else row.version
    stale = False
    if posted and form.is_valid():
        try:
            changed = actions.change(request.actor, row, version, form.values())
        except actions.Refused as error:
            blame(form, error)
        except Conflict:
            stale, version = True, row.version
        else:
            messages.success(request, _("“%(name)s” is saved.") % {"name": changed.title})
            _warn(request, changed)
            return redirect("roadmap:action", institution=request.institution.code, uid=row.uid)
    return _form(request, form, row.initiative, row=row, version=version, stale=stale)


def _warn(request: PageRequest, row: Action) -> None:
    """Days that may stay but look wrong."""
    for name, text in warnings(row).items():
        label = _("Due") if name == "due" else _("Begins")
        messages.warning(
            request, _("%(field)s: %(why)s. It is saved all the same.") % {"field": label, "why": text}
        )


def warnings(row: Action) -> dict[str, str]:
    """What of an action's days looks wrong, in words."""
    parent_due = row.parent.due if row.parent is not None else None
    frame = rules.Frame(row.initiative.starts_on, row.initiative.ends_on, parent_due)
    return words(rules.warnings(rules.Values(row.title, starts_on=row.starts_on, due=row.due), frame))


def _form(
    request: PageRequest, form: ActionForm, initiative: Initiative, *, row: Action | None = None,
    parent: Action | None = None, version: int = 0, stale: bool = False,
) -> HttpResponse:  # fmt: skip
    context = common.room(request, "actions") | {
        "form": form,
        "initiative": initiative,
        "row": row,
        "parent": parent,
        "named": reach.initiatives(request.actor, request.institution).filter(pk=initiative.pk).exists(),
        "version": version,
        "stale": stale,
        "back_url": common.address(request.institution, "action", row.uid)
        if row
        else common.address(request.institution, "initiative", initiative.uid)
        or common.address(request.institution, "actions"),
    }
    failed = bool(form.errors) or stale
    return render(request, "roadmap/action_form.html", context, status=INVALID if failed else 200)
