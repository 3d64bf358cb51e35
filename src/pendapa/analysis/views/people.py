"""Who operates what, who stands in, and what hangs on one person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pendapa.analysis.queries import people as queries
from pendapa.analysis.rules import people as rules
from pendapa.analysis.views.common import address, language, room
from pendapa.analysis.views.tables import FORMATS, OPDS, download, part
from pendapa.architecture import metamodel
from pendapa.architecture.permissions import EDIT, VIEW
from pendapa.architecture.views.common import address as register
from pendapa.architecture.views.common import unit_options
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.tables.writing import Sheet

PERSONS = 10
"""Persons on a page; each carries a list of things."""
LISTED = 30
"""Things listed for one person."""
_NUMBERS = {"applications": 4, "services": 2, "infrastructure": 5}


@require_safe
@page(VIEW)
def people(request: PageRequest) -> HttpResponse:
    """Single points of knowledge, load of each person, OPD, and the things without operator or substitute."""
    unit = request.GET.get("unit", "")[:40]
    found = queries.people(request.actor, request.institution, unit)
    form = request.GET.get("format", "")
    if form in FORMATS:
        return download(request, _sheets(request, found), form, "orang")
    state, domain = _chosen(request, "state", rules.STATES), _chosen(request, "domain", rules.DOMAINS)
    listed = queries.of_state(found.things, state, domain) if state else _open(found.things, domain)

    def url(**more: str) -> str:
        return address(
            request.institution, "people", **{"unit": unit, "state": state, "domain": domain, **more}
        )

    context = room(request, "people") | {
        "found": found,
        "many": rules.MANY,
        "units": unit_options(request, unit),
        "unit": unit,
        "state": state,
        "domain": domain,
        "domains": _domains(request),
        "persons": part(request, [_person(request, one) for one in found.persons], "p", url, PERSONS),
        "opds": part(
            request, [{"row": one, "url": url(unit=one.opd.uid)} for one in found.opds], "o", url, OPDS
        ),
        "things": part(request, listed, "at", url),
        "kept": [("state", state), ("domain", domain)],
        "xlsx_url": url(format="xlsx"),
        "csv_url": url(format="csv"),
    }
    context["rows"] = _rows(request, context["things"].rows)
    return render(request, "analysis/people.html", context)


def _open(things: list[queries.Thing], domain: str) -> list[queries.Thing]:
    """What lacks somebody: no operator first, then no substitute."""
    return [thing for state in (rules.NONE, rules.ALONE) for thing in queries.of_state(things, state, domain)]


def _chosen(request: PageRequest, name: str, known: tuple[str, ...]) -> str:
    said = request.GET.get(name, "")
    return said if said in known else ""


def _domains(request: PageRequest) -> list[tuple[str, str, int]]:
    model = metamodel.of(request.institution)
    return [(key, model.domain(key).plural.in_language(language()), _NUMBERS[key]) for key in rules.DOMAINS]


def _person(request: PageRequest, one: queries.Person) -> dict[str, Any]:
    return {"person": one, "base": register(request.institution, "list"), "listed": one.things[:LISTED]}


def _rows(request: PageRequest, things: Any) -> list[dict[str, Any]]:
    base = register(request.institution, "list")
    scope = request.actor.scope(EDIT, request.institution)

    def mend(thing: queries.Thing) -> str:
        mine = scope.everything or thing.path.startswith(scope.paths)
        field = "operator" if thing.state == rules.NONE else "operator_pengganti"
        return f"{base}{thing.uid}/ubah/#id_a_{field}" if mine and thing.state != rules.COVERED else ""

    numbers = {key: (label, number) for key, label, number in _domains(request)}
    return [
        {"thing": thing, "url": f"{base}{thing.uid}/", "mend": mend(thing), "domain": numbers[thing.domain]}
        for thing in things
    ]


def _state_word(state: str) -> str:
    words: dict[str, Callable[[], str]] = {
        rules.NONE: lambda: _("No operator"),
        rules.ALONE: lambda: _("No substitute"),
        rules.COVERED: lambda: _("Covered"),
    }
    return words[state]()


def _sheets(request: PageRequest, found: queries.People) -> list[Sheet]:
    """Things, persons (where names may be known) or how loads spread, and OPD."""
    labels = {key: label for key, label, _number in _domains(request)}
    things = Sheet(
        _("Operators"),
        [_("Code"), _("Name"), _("Domain"), _("Unit"), _("State"), _("Operators (people)"), _("Substitutes (people)")],
        ([t.code, t.name, labels[t.domain], t.unit, _state_word(t.state), t.operators, t.substitutes] for t in found.things),
        {1: 40.0, 3: 40.0},
    )  # fmt: skip
    persons = Sheet(
        _("Load of each person"),
        [_("Person"), _("Operates"), _("Alone"), _("Stands in"), _("Units"), _("Things")],
        ([one.name, len(one.things), one.alone, one.stands_in, one.units, "\n".join(t.name for t in one.things)]
         for one in found.persons),
        {0: 34.0, 5: 60.0},
    )  # fmt: skip
    spread = Sheet(
        _("How the load is spread"),
        [_("People"), _("Operates"), _("Alone")],
        ([one.people, one.things, one.alone] for one in found.spread),
    )
    return [things, persons if found.named else spread, _opd_sheet(found)]


def _opd_sheet(found: queries.People) -> Sheet:
    headers = [_("Unit"), _("Things"), _("No operator"), _("No substitute"), _("Covered")]
    rows = [
        [one.opd.name, one.numbers.things, one.numbers.none, one.numbers.alone, one.numbers.covered]
        + ([one.people, one.single_points] if found.named else [])
        for one in found.opds
    ]
    more = [_("People"), _("Single points of knowledge")] if found.named else []
    return Sheet(_("By unit"), headers + more, rows, {0: 44.0})
