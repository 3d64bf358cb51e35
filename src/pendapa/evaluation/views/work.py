"""The table of a cycle with everything beside its indicators, and the page of one indicator."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from pendapa.evaluation.actions import assessments as levels_actions
from pendapa.evaluation.actions import work as actions
from pendapa.evaluation.models import Answer, Assessment, Cycle
from pendapa.evaluation.permissions import RUN, VIEW
from pendapa.evaluation.queries import cycles, evidence, signals
from pendapa.evaluation.queries import work as queries
from pendapa.evaluation.queries.assessments import STAGE_ORDER, unsettled, words
from pendapa.evaluation.queries.work import Row, Table
from pendapa.evaluation.rules import answers as rules
from pendapa.evaluation.views import work_words
from pendapa.evaluation.views.common import cycle_room
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.numbers import whole

FILTERS = {
    "": gettext_lazy("All"),
    "belum": gettext_lazy("Not yet assessed"),
    "sinyal": gettext_lazy("Differs from the signal"),
    "bukti": gettext_lazy("Evidence lacking"),
    "terlambat": gettext_lazy("Late"),
    "saya": gettext_lazy("Mine"),
}


def address(cycle: Cycle, name: str = "cycle", *more: str) -> str:
    """A page of a cycle."""
    return reverse(f"evaluation:{name}", args=[cycle.institution.code, cycle.year, cycle.instrument, *more])


def find(request: PageRequest, year: int, instrument: str) -> Cycle:
    """Raises NotFound."""
    return cycles.cycle(request.actor, request.institution, year, instrument)


# ---- the table


@page(VIEW)
@require_safe
def cycle(request: PageRequest, year: int, instrument: str) -> HttpResponse:
    """Every indicator with its three values, its signal and its evidence; and the index as it moves."""
    row = find(request, year, instrument)
    table = queries.table(request.actor, row)
    show = request.GET.get("tampil", "")
    show = show if show in FILTERS else ""
    own = bool(queries.own_paths(request.actor, row))
    filters = [(name, label, table.count(name)) for name, label in FILTERS.items() if name != "saya" or own]
    context = cycle_room(request, row, "cycle") | {
        "table": table,
        "result": table.result,
        "towards": table.towards,
        "instrument": table.instrument,
        "scale": table.instrument.scale,
        "whole": table.instrument.scale.step is not None,
        "groups": _groups(table, show),
        "filters": filters,
        "show": show,
        "step": work_words.step_of(row),
        "basis": work_words.basis(table),
        "may_check": actions.may_check(request.actor, row),
        "may_run": request.actor.may(RUN, request.institution),
        "unsettled": unsettled(table.instrument),
        "today": timezone.localdate(),
        "links": _links(row),
    }
    return render(request, "evaluation/cycle.html", context)


def _links(row: Cycle) -> dict[str, str]:
    """Doors to pages of other parts, where they are there."""
    found = {}
    wanted: dict[str, list[Any]] = {
        "scenarios": [row.institution.code],
        "reports": [row.institution.code, row.year, row.instrument],
    }
    for name, args in wanted.items():
        try:
            found[name] = reverse(f"evaluation:{name}", args=args)
        except NoReverseMatch:
            continue
    return found


def _groups(table: Table, show: str) -> list[dict[str, Any]]:
    """Domains with their aspects and rows that the filter keeps; an instrument without domains is one group without head."""
    rows = {row.number: row for row in table.rows if row.shows(show)}
    top = int(table.instrument.scale.max)
    tops: list[tuple[Any, Any]] = [(part, part.items) for part in table.result.domains]
    groups = []
    for domain, aspects in tops or [(None, table.result.aspects)]:
        shown = []
        for aspect in aspects:
            own = [
                (
                    rows[one.number],
                    work_words.chip_of(rows[one.number]),
                    work_words.ladder_of(rows[one.number], top),
                )
                for one in aspect.items
                if one.number in rows
            ]
            if own:
                shown.append((aspect, own))
        if shown:
            total = sum(part.total for part in aspects)
            groups.append({"domain": domain, "aspects": shown, "total": total})
    return groups


@page(VIEW)
@require_safe
def in_short(request: PageRequest, year: int, instrument: str, number: str) -> HttpResponse:
    """What opens below a row of the table; empty when it is closed again."""
    row = find(request, year, instrument)
    queries.indicator_of(row, number)
    if request.GET.get("tutup"):
        return HttpResponse("")
    return render(request, "evaluation/indicator_short.html", _about(request, row, number))


# ---- one indicator


@dataclass(frozen=True)
class Rung:
    """A level with its criterion, and how far evidence stands for it."""

    value: int
    name: str
    text: str
    translated: bool
    reached: bool
    claimed: bool
    suggested: bool
    state: str
    tone: str


@dataclass
class Value:
    """One of the three values as the page shows it; ``typed`` and ``fault`` where it could not be saved."""

    stage: str
    label: Any
    level: str
    note: str
    version: int
    may: bool
    fault: str = ""


@page(VIEW)
@require_safe
def indicator(request: PageRequest, year: int, instrument: str, number: str) -> HttpResponse:
    """Criteria, signal, evidence, explanation, three values with their reasons and how they came to be."""
    return indicator_page(request, find(request, year, instrument), number)


def indicator_page(
    request: PageRequest,
    row: Cycle,
    number: str,
    *,
    values: dict[str, dict[str, str]] | None = None,
    written: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; ``values`` is what was typed for a level that could not be saved, ``written`` the same of the explanation."""
    about = _about(request, row, number)
    before, after = queries.neighbours(about["instrument"], number)
    table: Table = about["table"]
    context = cycle_room(request, row, "cycle") | about | {
        "values": _values(request, table, table.row(number), values or {}),
        "moves": queries.moves(table.sheets, number, table.row(number).readable),
        "before": before,
        "after": after,
        "index": about["line"].indicator.external_index,
    }  # fmt: skip
    if about["line"].readable:
        context |= explanation_context(request, row, number, about, written or {})
    return render(request, "evaluation/indicator.html", context, status=status)


def _about(request: PageRequest, row: Cycle, number: str) -> dict[str, Any]:
    """What the short and the long view of an indicator share."""
    queries.indicator_of(row, number)
    table = queries.table(request.actor, row)
    line = table.row(number)
    instrument = table.instrument
    aspect = next(one for one in instrument.aspects if any(i.number == number for i in one.indicators))
    return {
        "cycle": row,
        "number": number,
        "table": table,
        "line": line,
        "instrument": instrument,
        "aspect": aspect,
        "whole": instrument.scale.step is not None,
        "rungs": _rungs(table, line),
        "criteria_from": line.indicator.provenance_of("criteria"),
        "evidence_from": line.indicator.provenance_of("evidence"),
        "pieces": table.pieces.get(number, []),
        "may_check": actions.may_check(request.actor, row),
        "may_return": actions.may_return(request.actor, row),
        "may_answer": actions.may_answer(request.actor, row, number),
        "may_write": evidence.may_write(request.actor, row, number),
        "may_judge": evidence.may_judge(request.actor, row),
        "finding": work_words.finding(line),
        "why_none": signals.why_none(row.instrument, number) if line.signal is None else "",
    }


def _rungs(table: Table, line: Row) -> list[Rung]:
    here = line.whole or 0
    found = []
    for one in line.indicator.levels:
        named = table.instrument.level_name(line.indicator, one.number)
        state, tone = work_words.rung_state(line, one.number)
        found.append(
            Rung(
                value=one.number, name=words(named) if named else "", text=words(one.criterion),
                translated=bool(one.criterion.en), reached=bool(line.level) and one.number <= here,
                claimed=line.levels["self"] != "" and int(Fraction(line.levels["self"])) == one.number,
                suggested=line.signal is not None and line.signal.level == one.number, state=state, tone=tone,
            )
        )  # fmt: skip
    return found


def _values(request: PageRequest, table: Table, line: Row, typed: dict[str, dict[str, str]]) -> list[Value]:
    labels = dict(Assessment.STAGES)
    found = []
    for stage in STAGE_ORDER:
        sheet = table.sheets.get(stage)
        given = typed.get(stage, {})
        found.append(
            Value(
                stage=stage, label=labels[stage],
                level=given.get("level", sheet.levels.get(line.number, "") if sheet else ""),
                note=given.get("note", sheet.notes.get(line.number, "") if sheet and line.readable else ""),
                version=sheet.version if sheet else 0,
                may=actions.may_set(request.actor, table.cycle, stage, line.number), fault=given.get("fault", ""),
            )
        )  # fmt: skip
    return found


@page(VIEW)
@require_POST
def level(request: PageRequest, year: int, instrument: str, number: str, stage: str) -> HttpResponse:
    """One level of one sheet with its reason."""
    row = find(request, year, instrument)
    queries.indicator_of(row, number)
    given = request.POST.get("level", "").strip()[:40]
    note = request.POST.get("note", "")
    version = whole(request.POST.get("version", "")) or 0
    typed = {"level": given.replace(",", "."), "note": note}
    try:
        actions.set_level(request.actor, row, stage, number, given or None, note, version)
    except levels_actions.Refused as error:
        typed["fault"] = " ".join(error.faults.values())
        return indicator_page(request, row, number, values={stage: typed}, status=422)
    except levels_actions.LevelsChanged as error:
        who = error.who.get(number) or _("somebody else")
        typed["fault"] = _(
            "%(who)s set it to %(theirs)s meanwhile. Yours is still typed here; save again to use it."
        ) % {"who": who, "theirs": error.theirs.get(number) or "–"}
        return indicator_page(request, row, number, values={stage: typed}, status=409)
    except Conflict:
        typed["fault"] = _(
            "Somebody else changed the reason meanwhile. Yours is still typed here; save again to use it."
        )
        return indicator_page(request, row, number, values={stage: typed}, status=409)
    messages.success(request, _("The level of indicator %(number)s is saved.") % {"number": number})
    return redirect(address(row, "indicator", number) + "#nilai")


# ---- the explanation, as the page and its live parts show it


def explanation_context(
    request: PageRequest, row: Cycle, number: str, about: dict[str, Any], written: dict[str, Any]
) -> dict[str, Any]:
    """What the form and the view of an explanation need; ``written`` holds what was typed but not kept."""
    line: Row = about["line"]
    answer: Answer | None = line.answer
    kept_facts = written.get("facts", answer.facts if answer else [])
    analysis = written.get("analysis", answer.analysis if answer else "")
    facts = rules.facts_of(kept_facts)
    writable = about["may_answer"] and (answer is None or answer.state in queries.WORKING)
    shown = [*facts, rules.Fact()] if writable and len(facts) < rules.MOST_FACTS else facts
    if writable and written.get("more") and len(shown) < rules.MOST_FACTS:
        shown = [*shown, rules.Fact()]
    return {
        "answer": answer,
        "answer_version": written.get("version", answer.version if answer else 0),
        "facts": list(enumerate(shown)),
        "analysis": analysis,
        "writable": writable,
        "piece_choices": queries.piece_titles(request.actor, row, number) if writable else {},
        "answer_faults": written.get("faults", {}),
        "clash": written.get("clash"),
        **preview_context(line, facts, analysis),
    }


def preview_context(line: Row, facts: list[rules.Fact], analysis: str) -> dict[str, Any]:
    """The sentence that it becomes, and what could be better."""
    criteria = {one.number: one.criterion.id for one in line.indicator.levels}
    claimed = line.levels["self"]
    found = rules.hints(
        facts, analysis, int(Fraction(claimed)) if claimed else None, criteria,
        line.proof.proven if line.proof else (),
    )  # fmt: skip
    return {
        "sentences": [text for fact in facts if (text := rules.fact_sentence(fact))],
        "shown_analysis": analysis.strip(),
        "whole_text": rules.explanation(facts, analysis),
        "hints": [work_words.hint(one) for one in found],
    }


def line_of(request: PageRequest, row: Cycle, number: str) -> Row:
    """One line of the table. Raises NotFound also where explanation and evidence are closed to the actor."""
    if not queries.may_read(request.actor, row, number):
        raise NotFound
    return queries.table(request.actor, row).row(number)
