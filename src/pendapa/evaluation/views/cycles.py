"""Pages of a round: where it stands, its team, meetings and papers; and its findings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.evaluation.actions import cycles as actions
from pendapa.evaluation.actions import papers as paper_actions
from pendapa.evaluation.actions import rounds
from pendapa.evaluation.forms_cycles import (
    BackForm,
    BeginForm,
    DeadlinesForm,
    EventForm,
    MemberForm,
    PaperForm,
)
from pendapa.evaluation.models import Cycle, CycleEvent
from pendapa.evaluation.permissions import AGREE, JUDGE, RUN, VIEW
from pendapa.evaluation.queries import cycles as queries
from pendapa.evaluation.queries import editions, papers
from pendapa.evaluation.queries.assessments import words
from pendapa.evaluation.views import common
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.files import serving
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.numbers import whole
from pendapa.kernel.refusing import Refused, blame
from pendapa.kernel.tenancy.models import User
from pendapa.regulations import packs

ANYWHERE = "__all__"


def version_of(request: PageRequest) -> int:
    """The version that the form was made from; without a number it is as old as can be."""
    return whole(request.POST.get("version", "")) or 0


def one(request: PageRequest, year: int, instrument: str) -> Cycle:
    """The round of the address. Raises NotFound."""
    return queries.cycle(request.actor, request.institution, year, instrument)


def to_round(row: Cycle, anchor: str = "") -> HttpResponse:
    """Go to the page of the round."""
    return redirect(address(row) + (f"#{anchor}" if anchor else ""))


def address(row: Cycle, name: str = "round", *more: Any) -> str:
    return reverse(f"evaluation:{name}", args=[row.institution.code, row.year, row.instrument, *more])


# ---- begin


@require_http_methods(["GET", "HEAD", "POST"])
@page(RUN)
def begin(request: PageRequest) -> HttpResponse:
    """Begin a round; one that is there already is simply shown."""
    earlier = queries.cycles(request.actor, request.institution)
    form = BeginForm(request.institution, earlier, request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        before = next((one for one in earlier if str(one.uid) == given["previous"]), None)
        try:
            row = actions.begin(
                request.actor, request.institution, given["year"], given["instrument"], given["kind"],
                previous=before,
            )  # fmt: skip
        except actions.AlreadyBegun as error:
            messages.info(request, _("This round was there already."))
            row = error.cycle
        except Refused as error:
            blame(form, error)
        if form.is_valid():
            row.institution = request.institution
            return to_round(row)
    context = common.room(request, "list") | {"form": form}
    return render(request, "evaluation/round_begin.html", context, status=422 if form.is_bound else 200)


# ---- the round


@page(VIEW)
@require_safe
def show(request: PageRequest, year: int, instrument: str) -> HttpResponse:
    """Where the round stands, what is missing, with whom; its team, meetings, papers and trail."""
    return _round(request, one(request, year, instrument))


def _round(request: PageRequest, row: Cycle, *, status: int = 200, **bound: Any) -> HttpResponse:
    """The page; ``bound`` holds the form that was refused, ``faults`` what is missing, ``stale`` that it changed meanwhile."""
    actor = request.actor
    standing = queries.standing(actor, row)
    runs, agrees = actor.may(RUN, row.institution), actor.may(AGREE, row.institution)
    closed = queries.is_closed(row)
    reserve = packs.cycle().reserve(row.instrument)
    kind = packs.cycle().kind(row.kind)
    context = common.cycle_room(request, row, "round") | {
        "standing": standing,
        "guided": queries.is_guided(row),
        "kind": words(kind.label) if kind else row.kind,
        "instrument": editions.of(row),
        "trail": queries.trail(row),
        "team": _team(row),
        "doubts": [one for one in queries.way(row) if not one.verified],
        "reserve": words(reserve.text) if reserve else "",
        "sources": packs.cycle().source,
        "sees_all": queries.sees_all(actor, row.institution),
        "events": queries.events(actor, row),
        "papers": papers.papers(actor, row),
        "agreeing": standing.may_pass and "consent" in standing.now.step.needs,
        "may_run": runs,
        "may_team": (runs or agrees) and not closed,
        "may_papers": runs or agrees,
        "may_events": (runs or actor.may(JUDGE, row.institution)) and not closed,
        "faults": {},
        "stale": False,
        "note": "",
        "back": BackForm(standing.before) if standing.may_send_back and standing.before else None,
        "deadlines": DeadlinesForm(row) if runs else None,
        "member": MemberForm(row.institution) if (runs or agrees) and not closed else None,
        "event": EventForm(),
        "paper": PaperForm(),
        "page": {
            name: address(row, f"round_{name}") for name in ("step", "deadlines", "member", "event", "paper")
        },
        "findings_url": address(row, "findings"),
    }
    return render(request, "evaluation/round.html", context | bound, status=status)


def _team(row: Cycle) -> list[dict[str, Any]]:
    """Functions with who holds them, in the order of the pack."""
    pack = packs.cycle()
    held: dict[str, list[dict[str, Any]]] = {}
    for member in queries.members_of(row).order_by("pk"):
        field = pack.field(member.field)
        held.setdefault(member.function, []).append(
            {"row": member, "field": words(field.label) if field else ""}
        )
    return [
        {"label": words(one.label), "about": words(one.about), "members": held.get(one.key, [])}
        for one in pack.functions
    ]


def _try(
    request: PageRequest,
    row: Cycle,
    work: Callable[[], object],
    said: str,
    anchor: str = "",
    **bound: forms.Form,
) -> HttpResponse:
    """Do it and go back to the page; where it is refused, show the form as it was typed."""
    name, form = next(iter(bound.items()), ("", None))
    try:
        if form is None or form.is_valid():
            work()
            messages.success(request, said)
            return to_round(row, anchor)
    except Refused as error:
        if form is None:
            return _round(request, row, faults=error.faults, status=422)
        blame(form, error, "step_" if name == "deadlines" else "")
    except Conflict:
        fresh = one(request, row.year, row.instrument)
        return _round(request, fresh, stale=True, status=409, **bound)
    return _round(request, row, status=422, open=name, **bound)


@page(VIEW)
@require_POST
def step(request: PageRequest, year: int, instrument: str) -> HttpResponse:
    """Pass the step, agree, or send it back."""
    row, version = one(request, year, instrument), version_of(request)
    verb, note = request.POST.get("verb", ""), request.POST.get("note", "")
    if verb == "back":
        form = BackForm(queries.standing(request.actor, row).before, request.POST)
        return _try(
            request, row,
            lambda: actions.send_back(
                request.actor, row, version, form.cleaned_data["to"], form.cleaned_data["reason"]
            ),
            _("Sent back."), back=form,
        )  # fmt: skip
    if verb == "agree":
        consent = {"yes": True, "no": False}.get(request.POST.get("consent", ""))
        if consent is None:
            faults = {"consent": _("Say whether the result may be published.")}
            return _round(request, row, faults=faults, note=note, status=422)
        return _try(
            request, row, lambda: actions.agree(request.actor, row, version, consent, note), _("Agreed.")
        )
    return _try(
        request, row, lambda: actions.pass_step(request.actor, row, version, note), _("The step is passed.")
    )


@page(RUN)
@require_POST
def deadlines(request: PageRequest, year: int, instrument: str) -> HttpResponse:
    """Until when each step is to be done."""
    row = one(request, year, instrument)
    form = DeadlinesForm(row, request.POST)
    return _try(
        request, row,
        lambda: actions.set_deadlines(
            request.actor, row, form.deadlines(), version_of(request), visit=form.cleaned_data.get("visit", False)
        ),
        _("The deadlines are saved."), "deadlines", deadlines=form,
    )  # fmt: skip


# ---- team


@page(VIEW)
@require_POST
def member(request: PageRequest, year: int, instrument: str) -> HttpResponse:
    """Take somebody into the team."""
    row = one(request, year, instrument)
    rounds.require_any(request.actor, row.institution, RUN, AGREE)
    form = MemberForm(row.institution, request.POST)

    def work() -> None:
        given = form.cleaned_data
        user = User.objects.get(pk=given["user"]) if given["user"] else None
        rounds.add_member(
            request.actor, row, given["function"], user=user, name=given["name"], office_name=given["office"],
            field=given["field"],
        )  # fmt: skip

    return _try(request, row, work, _("The team is changed."), "team", member=form)


@page(VIEW)
@require_POST
def member_remove(request: PageRequest, year: int, instrument: str, uid: UUID) -> HttpResponse:
    """Take somebody out of the team."""
    row = one(request, year, instrument)
    return _try(
        request,
        row,
        lambda: rounds.remove_member(request.actor, row, uid),
        _("The team is changed."),
        "team",
    )


# ---- meetings, interviews, visits


@page(VIEW)
@require_POST
def event(request: PageRequest, year: int, instrument: str) -> HttpResponse:
    """Record a meeting, an interview or a visit."""
    row = one(request, year, instrument)
    rounds.require_any(request.actor, row.institution, RUN, JUDGE)
    form = EventForm(request.POST)
    return _try(request, row, lambda: _save_event(request, row, form), _("Recorded."), "events", event=form)


def _save_event(
    request: PageRequest, row: Cycle, form: EventForm, uid: UUID | None = None, version: int = 0
) -> CycleEvent:
    given = form.cleaned_data
    return rounds.save_event(
        request.actor, row, given["kind"], given["held_on"], place=given["place"], present=given["present"],
        minutes=given["minutes"], clarifications=form.said(), uid=uid, version=version,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@page(VIEW)
def event_edit(request: PageRequest, year: int, instrument: str, uid: UUID) -> HttpResponse:
    """Correct what was recorded of a meeting, or take it away."""
    row = one(request, year, instrument)
    rounds.require_any(request.actor, row.institution, RUN, JUDGE)
    known = rounds.part(CycleEvent, row, uid)
    stale = False
    if request.method == "POST" and request.POST.get("verb") == "remove":
        said = _("Taken away. The history keeps it.")
        return _try(request, row, lambda: rounds.remove_event(request.actor, row, uid), said, "events")
    form = (
        EventForm(request.POST)
        if request.method == "POST"
        else EventForm(initial=EventForm.initial_of(known))
    )
    if form.is_valid():
        try:
            _save_event(request, row, form, uid, version_of(request))
            messages.success(request, _("Recorded."))
            return to_round(row, "events")
        except Refused as error:
            blame(form, error)
        except Conflict:
            stale = True
    status = 409 if stale else 422 if form.is_bound else 200
    context = common.cycle_room(request, row, "round")
    context |= {"form": form, "event": known, "stale": stale, "round_url": address(row)}
    return render(request, "evaluation/round_event.html", context, status=status)


# ---- signed papers


@page(VIEW)
@require_POST
def paper(request: PageRequest, year: int, instrument: str) -> HttpResponse:
    """Keep a signed PDF and check its signatures."""
    row = one(request, year, instrument)
    rounds.require_any(request.actor, row.institution, RUN, AGREE)
    form = PaperForm(request.POST, request.FILES)

    def work() -> None:
        file = form.cleaned_data["file"]
        paper_actions.add(request.actor, row, form.cleaned_data["kind"], file.name, file)

    return _try(
        request, row, work, _("The file is kept and its signatures were checked."), "papers", paper=form
    )


@page(VIEW)
@require_safe
def paper_file(request: PageRequest, year: int, instrument: str, uid: UUID) -> HttpResponse:
    """The PDF itself."""
    kept = papers.paper(request.actor, one(request, year, instrument), uid).file
    return serving.served(kept, "application/pdf")


@page(VIEW)
@require_POST
def paper_verb(request: PageRequest, year: int, instrument: str, uid: UUID) -> HttpResponse:
    """Check a paper again, or take it away."""
    row = one(request, year, instrument)
    rounds.require_any(request.actor, row.institution, RUN, AGREE)
    if request.POST.get("verb") == "remove":
        return _try(
            request, row, lambda: paper_actions.remove(request.actor, row, uid),
            _("Taken away. The history keeps it."), "papers",
        )  # fmt: skip
    return _try(
        request, row, lambda: paper_actions.check_again(request.actor, row, uid),
        _("The signatures were checked again."), "papers",
    )  # fmt: skip
