"""Writing an explanation: kept as one types, shown as the sentence it becomes, handed in, returned, validated."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pendapa.evaluation.actions import work as actions
from pendapa.evaluation.forms_work import facts_from
from pendapa.evaluation.models import Answer, Cycle
from pendapa.evaluation.permissions import PROOF
from pendapa.evaluation.queries import work as queries
from pendapa.evaluation.rules import answers as rules
from pendapa.evaluation.views import work
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.numbers import whole

VERBS = ("hand_in", "take_back", "send_back", "validate")


def _version(request: PageRequest) -> int:
    return whole(request.POST.get("answer_version", "")) or 0


def _typed(request: PageRequest) -> tuple[list[dict[str, str]], str]:
    return facts_from(request.POST), request.POST.get("analysis", "")


def _clash(error: actions.AnswerChanged) -> dict[str, Any]:
    """What both changed: as it was, theirs, mine; facts as their sentences."""
    labels = {"facts": _("Facts"), "analysis": _("Analysis")}

    def told(name: str, value: Any) -> str:
        if name == "analysis":
            return str(value or "")
        return "\n".join(filter(None, (rules.fact_sentence(one) for one in rules.facts_of(value or ()))))

    return {
        "who": error.who or _("somebody else"),
        "fields": [
            (
                labels[name],
                told(name, error.base[name]),
                told(name, error.theirs[name]),
                told(name, error.mine[name]),
            )
            for name in error.theirs
        ],
    }


@page(PROOF)
@require_POST
def save(request: PageRequest, year: int, instrument: str, number: str) -> HttpResponse:
    """The whole form without scripts: keep it, perhaps add a row (``more``), perhaps hand it in (``hand_in``)."""
    row = work.find(request, year, instrument)
    facts, analysis = _typed(request)
    try:
        answer = actions.write_answer(request.actor, row, number, facts, analysis, _version(request))
        if request.POST.get("hand_in"):
            actions.hand_in(request.actor, row, number, answer.version if answer.pk else 0)
    except actions.Refused as error:
        return _again(request, row, number, {"faults": error.faults}, 422)
    except actions.AnswerChanged as error:
        # The next saving is made upon what stands now, knowing it.
        more = {"clash": _clash(error), "version": error.answer.version}
        return _again(request, row, number, more, 409)
    except Conflict:
        return _again(request, row, number, {"faults": {"state": _("Somebody changed this meanwhile.")}}, 409)
    if request.POST.get("more"):
        return work.indicator_page(request, row, number, written={"more": True})
    said = _("The explanation is handed in.") if request.POST.get("hand_in") else _("The draft is kept.")
    messages.success(request, said)
    return redirect(work.address(row, "indicator", number) + "#penjelasan")


def _again(request: PageRequest, row: Cycle, number: str, more: dict[str, Any], status: int) -> HttpResponse:
    facts, analysis = _typed(request)
    written = {"facts": [one for one in facts if any(one.values())], "analysis": analysis} | more
    return work.indicator_page(request, row, number, written=written, status=status)


@page(PROOF)
@require_POST
def live(request: PageRequest, year: int, instrument: str, number: str) -> HttpResponse:
    """The same as one types: answers with the preview, what to say, and the version that now stands."""
    row = work.find(request, year, instrument)
    facts, analysis = _typed(request)
    context: dict[str, Any] = {"kind": "ok", "said": _("Draft kept"), "answer_version": _version(request)}
    status = 200
    try:
        answer: Answer = actions.write_answer(request.actor, row, number, facts, analysis, _version(request))
        context["answer_version"] = answer.version if answer.pk else 0
    except actions.Refused as error:
        context |= {"kind": "bad", "said": " ".join(error.faults.values())}
        status = 422
    except actions.AnswerChanged as error:
        context |= {"kind": "warn", "said": _("Not kept: somebody else wrote here."), "clash": _clash(error)}
        context["answer_version"] = error.answer.version
        status = 409
    return _shown(request, row, number, facts, analysis, context, status)


@page(PROOF)
@require_POST
def preview(request: PageRequest, year: int, instrument: str, number: str) -> HttpResponse:
    """The sentence that it becomes and the hints; keeps nothing."""
    row = work.find(request, year, instrument)
    facts, analysis = _typed(request)
    return _shown(request, row, number, facts, analysis, {}, 200)


def _shown(
    request: PageRequest,
    row: Cycle,
    number: str,
    facts: Any,
    analysis: str,
    context: dict[str, Any],
    status: int,
) -> HttpResponse:
    line = work.line_of(request, row, number)
    shown = work.preview_context(line, rules.facts_of(facts), analysis[: 2 * rules.MOST_ANALYSIS])
    return render(
        request, "evaluation/indicator_preview.html", shown | context | {"live": True}, status=status
    )


@page(PROOF)
@require_POST
def move(request: PageRequest, year: int, instrument: str, number: str) -> HttpResponse:
    """Hand in, take back, return with a remark, validate."""
    row = work.find(request, year, instrument)
    if not queries.may_read(request.actor, row, number):
        raise NotFound
    verb, version = request.POST.get("verb", ""), _version(request)
    if verb not in VERBS:
        raise NotFound
    try:
        if verb == "send_back":
            actions.send_back(request.actor, row, number, request.POST.get("remark", ""), version)
        else:
            getattr(actions, verb)(request.actor, row, number, version)
    except actions.Refused as error:
        faults = error.faults | {"typed": request.POST.get("remark", "")}
        return work.indicator_page(request, row, number, written={"faults": faults}, status=422)
    except Conflict:
        fault = {
            "state": _(
                "Somebody changed this meanwhile. Look at what stands now, then press the button again."
            )
        }
        fault["typed"] = request.POST.get("remark", "")
        return work.indicator_page(request, row, number, written={"faults": fault}, status=409)
    said = {
        "hand_in": _("The explanation is handed in."), "take_back": _("You can go on writing."),
        "send_back": _("The explanation is returned with your remark."), "validate": _("The explanation is validated."),
    }  # fmt: skip
    messages.success(request, said[verb])
    return redirect(work.address(row, "indicator", number) + "#penjelasan")
