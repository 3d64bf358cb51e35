"""The gaps of the demo over a year: found at different times, some closed by what operators wrote, some decided.

The register is loaded in one day; when its gaps were found and closed is dated back afterwards.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from pendapa.architecture import deciding
from pendapa.architecture.models import Element, Gap
from pendapa.architecture.queries import keeping
from pendapa.architecture.queries.gaps import Asked, catalogue
from pendapa.demo import facts
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.tenancy.models import Institution, Unit

FOUND = (340, 340, 250, 250, 250, 160, 160, 160, 110, 70, 30)
"""Days ago on which gaps were found, one after the other; most of them long ago."""
SUBSTITUTES, CLOSED = 8, (80, 61, 44, 20)
"""Of how many applications somebody wrote the substitute of the operator, and how many days ago."""
DECIDED, POSTPONED = 14, 3
"""So many gaps are to be closed, so many are put off; none is late yet."""
RULE = "application_without_substitute"
TO_CLOSE, PUT_OFF = "official_fields_missing", "application_without_data"


def close(walidata: Actor, institution: Institution) -> None:
    """What some gaps asked for is written, before the release is frozen."""
    found = catalogue(walidata, institution, Asked(rule=RULE)).rows[:SUBSTITUTES]
    rows = Element.objects.filter(pk__in=[one.element_id for one in found]).select_related("unit")
    changed = list(rows.order_by("pk"))
    for row in changed:
        row.attributes = {**row.attributes, "operator_pengganti": f"Operator kedua {row.unit}"}
    history.write(walidata, institution, "edit", history.Writes(change=list(changed)), reason=facts.REASON)


def tell(walidata: Actor, institution: Institution) -> None:
    """Date back when gaps were found and closed, and decide some; once everything else stands."""
    keeping.keep(institution)
    today, closed = timezone.localdate(), 0
    gaps = list(Gap.objects.filter(institution=institution).order_by("pk"))
    for place, gap in enumerate(gaps):
        gap.opened_on = today - timedelta(days=FOUND[place % len(FOUND)])
        if gap.closed_on is not None:
            gap.closed_on = today - timedelta(days=CLOSED[closed % len(CLOSED)])
            gap.opened_on = min(gap.opened_on, gap.closed_on - timedelta(days=90))
            closed += 1
    Gap.objects.bulk_update(gaps, ["opened_on", "closed_on"])
    _decide(walidata, institution)


def _decide(walidata: Actor, institution: Institution) -> None:
    """Decisions of the secretariat: each OPD closes its own by a day; some wait for next year's budget."""
    today = timezone.localdate()
    due, later = today + timedelta(days=75), today + timedelta(days=200)
    units = {str(one.uid): one for one in Unit.objects.filter(institution=institution)}
    of: dict[str, list[str]] = {}
    for one in catalogue(walidata, institution, Asked(rule=TO_CLOSE)).rows[:DECIDED]:
        if one.unit_uid:
            of.setdefault(one.unit_uid, []).append(one.uid)
    for uid, gaps in of.items():
        unit = units[uid]
        deciding.decide(
            walidata, institution, gaps, decision="close", unit=unit, owner=f"Sekretaris {unit.name}", due=due
        )
    waiting = [one.uid for one in catalogue(walidata, institution, Asked(rule=PUT_OFF)).rows[:POSTPONED]]
    if waiting:
        why = "Menunggu anggaran tahun depan"
        deciding.decide(walidata, institution, waiting, decision="postpone", due=later, reason=why)
