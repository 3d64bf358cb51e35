"""Verbs of a cycle: begin one. The only writers."""

from __future__ import annotations

from pendapa.evaluation.actions import editions
from pendapa.evaluation.models import Cycle
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.tenancy.models import Institution


def ensure(
    actor: Actor, institution: Institution, year: int, instrument: str, *, step: str = "self"
) -> Cycle:
    """The cycle of a year under an instrument, begun at ``step`` where there is none. Rights are the caller's to check.

    To be called with the institution held, inside a transaction.
    """
    there = Cycle.objects.filter(institution=institution, year=year, instrument=instrument, deleted_at=None)
    found = there.select_related("edition").first()
    if found is not None:
        return found
    cycle = Cycle(
        institution=institution, year=year, instrument=instrument, step=step,
        edition=editions.frozen(actor, institution, instrument),
    )  # fmt: skip
    history.write(actor, institution, "edit", history.Writes(add=[cycle]))
    return cycle
