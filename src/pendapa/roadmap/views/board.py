"""The board: initiatives by state, moved by a form that needs no script (and by dragging where there is one)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pendapa.kernel.access.actor import Scope
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.numbers import whole
from pendapa.kernel.refusing import Refused
from pendapa.roadmap.actions import initiatives as actions
from pendapa.roadmap.models import Initiative
from pendapa.roadmap.permissions import ACT, EDIT, VIEW
from pendapa.roadmap.queries import initiatives as initiatives
from pendapa.roadmap.queries.items import Item
from pendapa.roadmap.rules import initiatives as rules
from pendapa.roadmap.views import common

CARDS = 25
"""How many cards a column shows; the table shows the others."""


@page(VIEW)
@require_safe
def board(request: PageRequest) -> HttpResponse:
    """A column a state, the most urgent cards first: late, then by their end."""
    view = common.shown(request)
    edit, act = (request.actor.scope(name, request.institution) for name in (EDIT, ACT))
    urls = common.initiative_addresses(request.institution)
    columns = []
    for state, rows in common.of_states(view.items).items():
        rows.sort(key=lambda one: (not one.late, one.until is None, one.until or view.day, one.code, one.id))
        query = {name: text for name, text in view.query.items() if name != common.NAMES["state"]}
        columns.append({
            "state": state,
            "label": common.state_label(state),
            "tone": common.TONES[state],
            "icon": common.ICONS.get(state),
            "count": len(rows),
            "cards": [_card(one, urls, _moves(one, edit, act)) for one in rows[:CARDS]],
            "more": max(len(rows) - CARDS, 0),
            "more_url": common.address(request.institution, "list", **query, **{common.NAMES["state"]: state}),
        })  # fmt: skip
    context = common.context(request, "board", view) | {"columns": columns, "back": urlencode(view.query)}
    return render(request, "roadmap/board.html", context)


@page(VIEW)
@require_POST
def move(request: PageRequest) -> HttpResponse:
    """Bring one initiative to another state, and back to the board as it was."""
    asked = request.POST
    row = initiatives.initiative(request.actor, request.institution, asked.get("uid", "")[:40])
    state = asked.get("status", "")[:20]
    try:
        actions.move(request.actor, row, whole(asked.get("version", "")) or 0, state)
    except Refused as refused:
        messages.error(request, f"“{row.title}”: {refused}")
    except Conflict:
        messages.warning(
            request,
            _("Somebody changed “%(name)s” meanwhile. Look at how it stands now, then move it again.")
            % {"name": row.title},
        )
    else:
        told = _("“%(name)s” is now: %(state)s.")
        messages.success(request, told % {"name": row.title, "state": common.state_label(state)})
    kept = {
        name: text
        for name, text in parse_qsl(asked.get("kembali", "")[:1000])
        if name in (common.WHICH, *common.NAMES.values())
    }
    return redirect(common.address(request.institution, "board", **kept) + f"#k-{row.uid}")


def _moves(one: Item, edit: Scope, act: Scope) -> list[tuple[str, Any]]:
    """Where the actor may bring it; the same rule as :func:`..queries.initiatives.moves`, without a question a card."""
    known = dict(Initiative.STATES)
    if edit.everything:
        ways = list(rules.MOVES[one.state])
    elif one.unit is not None and (
        act.everything or any(one.unit.path.startswith(path) for path in act.paths)
    ):
        ways = [to for to in rules.MOVES[one.state] if rules.may_go(one.state, to, as_owner=True)]
    else:
        ways = []
    return [(to, known[to]) for to in ways]


def _card(one: Item, urls: str, moves: list[tuple[str, Any]]) -> dict[str, Any]:
    return {
        "uid": one.uid,
        "version": one.version,
        "url": urls.replace("{}", str(one.uid)),
        "title": one.title,
        "sub": " · ".join(part for part in (one.code, one.unit_short) if part),
        "ends": common.day(one.ends_on) if one.ends_on and not one.done_on else "",
        "done_on": common.day(one.done_on) if one.done_on else "",
        "planned_until": common.planned_until(one.planned_until),
        "progress": one.progress,
        "late": one.late,
        "drift": common.drifted(one.drift),
        "drift_tone": "ok" if one.drift is not None and one.drift.way == "sooner" else "bad",
        "moves": moves,
    }
