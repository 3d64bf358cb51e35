"""Who operates what, as data. Names of people only to who may read personal data."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from pendapa.analysis.queries import people as queries
from pendapa.analysis.rules.people import Numbers
from pendapa.architecture.api.door import ABSENT, enter, unit_of
from pendapa.kernel.access.rest import ProblemOut, answer

router = Router()
LIMIT = 200


class StaffNumbers(Schema):
    """``none``: without a named operator; ``alone``: one person, nobody to stand in; ``covered``: at least two people."""

    things: int
    none: int
    alone: int
    covered: int


class StaffOfOpd(StaffNumbers):
    """``people`` and ``single_points`` are null for who may not read personal data."""

    uid: str
    name: str
    people: int | None
    single_points: int | None


class StaffThing(Schema):
    """``operators`` and ``substitutes`` are numbers of people."""

    uid: str
    code: str
    name: str
    domain: str
    unit: str
    state: str
    operators: int
    substitutes: int


class StaffPerson(Schema):
    """What a person operates, in all units; ``alone`` of it nobody else knows; ``things`` are codes."""

    name: str
    operates: int
    alone: int
    stands_in: int
    single_point: bool
    things: list[str]


class StaffSpread(Schema):
    """So many ``people`` operate ``things`` each, ``alone`` of these alone."""

    people: int
    things: int
    alone: int


class StaffOut(Schema):
    """``persons`` is null for who may not read personal data; what then is told of people is told of all units together."""

    named: bool
    numbers: StaffNumbers
    domains: dict[str, StaffNumbers]
    people: int
    single_points: int
    units: list[StaffOfOpd]
    spread: list[StaffSpread]
    persons: list[StaffPerson] | None


class StaffThings(Schema):
    """``next`` goes into ``after`` to read on; empty at the end."""

    items: list[StaffThing]
    next: str


@router.get(
    "/institutions/{code}/operators",
    response={200: StaffOut, 422: ProblemOut, **ABSENT},
    summary="Operators and substitutes",
)
def operators(request: HttpRequest, code: str, unit: str = "") -> HttpResponse:
    """What has no operator or no substitute, by OPD, and how much hangs on one person. ``unit`` is a uid or code."""
    actor, institution = enter(request, code)
    found = queries.people(actor, institution, str(unit_of(institution, unit).uid) if unit else "")
    return answer(
        {
            "named": found.named,
            "numbers": _numbers(found.numbers),
            "domains": {key: _numbers(one) for key, one in found.domains.items()},
            "people": found.count,
            "single_points": found.single_points,
            "units": [_of_opd(one) for one in found.opds],
            "spread": [
                {"people": one.people, "things": one.things, "alone": one.alone} for one in found.spread
            ],
            "persons": [_person(one) for one in found.persons] if found.named else None,
        }
    )


@router.get(
    "/institutions/{code}/operators/things",
    response={200: StaffThings, 422: ProblemOut, **ABSENT},
    summary="Things by operator and substitute",
)
def things(
    request: HttpRequest,
    code: str,
    unit: str = "",
    state: Literal["", "none", "alone", "covered"] = "",
    domain: Literal["", "applications", "services", "infrastructure"] = "",
    after: int = Query(0, ge=0, le=10_000_000),
    limit: int = Query(100, ge=1, le=LIMIT),
) -> HttpResponse:
    """Applications, services and infrastructure with the number of their operators and substitutes, by name."""
    actor, institution = enter(request, code)
    found = queries.people(actor, institution, str(unit_of(institution, unit).uid) if unit else "")
    rows = queries.of_state(found.things, state, domain)
    end = after + limit
    fields = ("uid", "code", "name", "domain", "unit", "state", "operators", "substitutes")
    items = [{name: getattr(row, name) for name in fields} for row in rows[after:end]]
    return answer({"items": items, "next": str(end) if end < len(rows) else ""})


def _numbers(one: Numbers) -> dict[str, int]:
    return {"things": one.things, "none": one.none, "alone": one.alone, "covered": one.covered}


def _of_opd(one: queries.OfOpd) -> dict[str, Any]:
    return {
        "uid": one.opd.uid,
        "name": one.opd.name,
        "people": one.people,
        "single_points": one.single_points,
    } | _numbers(one.numbers)


def _person(one: queries.Person) -> dict[str, Any]:
    return {
        "name": one.name,
        "operates": len(one.things),
        "alone": one.alone,
        "stands_in": one.stands_in,
        "single_point": one.is_single_point,
        "things": [thing.code for thing in one.things],
    }
