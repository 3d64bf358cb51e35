"""`pendapa evidence check ASSESSMENT`: what an assessor would reject, before one sees it."""

from __future__ import annotations

from typing import Annotated

import typer

from pendapa.kernel.commands import Fault, Format, chosen, complain, institution, ready, show, stop

evidence_app = typer.Typer(help="Evidence of assessments.", no_args_is_help=True)
PROBLEMS = 3


@evidence_app.callback()
def _evidence() -> None:
    """Evidence of assessments."""


@evidence_app.command("check")
def check(
    assessment: Annotated[
        str, typer.Argument(help="Year and instrument of the round, such as 2026/spbe-2020")
    ],
    place: Annotated[
        str,
        typer.Option("--institution", help="Code of the institution; not needed where there is one alone"),
    ] = "",
    form: Annotated[Format | None, typer.Option("--format", help="table or json")] = None,
) -> None:
    """Check all evidence of a round. Exit 0: nothing found; 3: something that would be rejected or warns; 2: no such round."""
    ready()
    from pendapa.evaluation.queries import evidence as queries
    from pendapa.kernel.access.actor import NotFound, system

    where = institution(place) if place else _only()
    try:
        cycle = queries.cycle_named(system(), where, assessment)
    except NotFound:
        raise Fault(_unknown(assessment, where.pk), 2) from None
    found = queries.check(system(), cycle)
    shape = chosen(form)
    if found or shape is Format.json:
        show(found, shape, columns=("indicator", "level", "evidence", "problem", "rejects", "text"))
    rejects = sum(1 for one in found if one["rejects"])
    complain(f"{assessment}: {len(found)} problems, {rejects} of them known reasons for rejection.")
    if found:
        stop(PROBLEMS)


def _only():  # type: ignore[no-untyped-def]
    from pendapa.kernel.tenancy.models import Institution

    found = list(Institution.objects.order_by("code")[:50])
    if len(found) != 1:
        codes = ", ".join(one.code for one in found) or "none"
        raise Fault(f"Say which institution with --institution. There are: {codes}.", 2)
    return found[0]


def _unknown(name: str, place: int) -> str:
    from pendapa.evaluation.models import Cycle

    rows = Cycle.objects.filter(institution=place, deleted_at=None).order_by("-year", "instrument")
    known = ", ".join(f"{row.year}/{row.instrument}" for row in rows.defer("general")[:20]) or "none yet"
    return f"No round is called {name[:60]!r}. There are: {known}."
