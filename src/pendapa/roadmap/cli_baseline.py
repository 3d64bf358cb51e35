"""``pendapa roadmap baseline``: freeze the roadmap, or tell how far it has moved since it was frozen."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from pendapa.kernel.commands import Fault, Format, chosen, institution, ready, show, stop


def baseline(
    code: Annotated[str, typer.Option("--institution", help="Code of the institution")],
    name: Annotated[str, typer.Option("--name", help="Freeze the roadmap under this name")] = "",
    decree_number: Annotated[
        str, typer.Option("--decree-number", help="Number of the decree that sets it")
    ] = "",
    decree_on: Annotated[str, typer.Option("--decree-on", help="Day of the decree, such as 2026-08-14")] = "",
    year: Annotated[
        int, typer.Option("--year", help="The roadmap that begins in this year; else the current one")
    ] = 0,
    form: Annotated[Format | None, typer.Option("--format", help="table or json")] = None,
) -> None:
    """Freeze the roadmap as a baseline (with --name), or tell what has moved since the newest one with a decree (else the newest).

    Exit 1 where a baseline was tampered with, 2 where there is no roadmap or it cannot be frozen.
    """
    ready()
    from django.utils.translation import gettext

    if not name and (decree_number or decree_on):
        raise Fault(gettext("A decree belongs to a new baseline: give it a --name as well."))
    day = _day(decree_on)
    from pendapa.kernel.access.actor import system
    from pendapa.kernel.refusing import Refused
    from pendapa.roadmap.actions import baselines as actions
    from pendapa.roadmap.queries import baselines as queries
    from pendapa.roadmap.queries import roadmaps
    from pendapa.roadmap.wording_baselines import said

    place, actor = institution(code), system("pendapa roadmap baseline")
    known = [one for one in roadmaps.roadmaps(actor, place) if not year or one.first_year == year]
    roadmap = next(iter(known), None) if year else roadmaps.current(actor, place)
    if roadmap is None:
        raise Fault(gettext("%(place)s has no such roadmap yet.") % {"place": place.name})
    made = None
    if name:
        try:
            made = actions.freeze(actor, roadmap, name, decree_number, day)
        except Refused as refused:
            raise Fault("\n".join(refused.faults.values())) from refused
    row = made or queries.measure(roadmap)
    if row is None:
        text = gettext("“%(name)s” was never frozen. Freeze it with --name.")
        raise Fault(text % {"name": roadmap.title})
    told, intact = queries.since(actor, row), queries.verify(row)
    sums, counts = told.sums, queries.counts([row])[row.pk]
    show(
        {
            "roadmap": roadmap.title, "baseline": row.name, "decree_number": row.decree_number,
            "decree_on": row.decree_on.isoformat() if row.decree_on else None, "digest": row.digest,
            "intact": intact, "initiatives": counts.get("initiatives", 0), "ceiling": counts.get("ceiling"),
            "later": sums.later, "sooner": sums.sooner, "added": sums.added, "removed": sums.removed,
            "owners": sums.owners, "money": f"{sums.money.normalize():f}", "told": said(sums),
        },
        chosen(form),
    )  # fmt: skip
    if not intact:
        stop(1)


def _day(text: str) -> date | None:
    from django.utils.translation import gettext

    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        told = gettext("--decree-on: “%(given)s” is no day. Write it like 2026-08-14.")
        raise Fault(told % {"given": text[:20]}) from None
