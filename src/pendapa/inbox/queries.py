"""Everything that waits for somebody, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.waiting import ports
from pendapa.kernel.waiting.ports import Group


@dataclass(frozen=True)
class Inbox:
    """The groups, most urgent first; how many things wait in all, and how many of them are late."""

    groups: list[Group]
    count: int
    late: int


def inbox(actor: Actor, institution: Institution) -> Inbox:
    """Ask every room; the number in the navigation says the same from now on."""
    groups = ports.groups(actor, institution)
    count = sum(group.count for group in groups)
    late = sum(row.count for group in groups for urgency, row in group.rows if urgency == ports.LATE)
    ports.keep(actor, institution, count)
    return Inbox(groups, count, late)
