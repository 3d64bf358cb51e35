"""What an OPD still has to do (*tugas OPD*), from every room, through one port: rooms offer, the page of the OPD shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution, Unit


@dataclass(frozen=True)
class Duty:
    """One duty: what, how many things it is about, where it is done, and why."""

    text: str
    count: int
    url: str
    why: str = ""


Provider = Callable[[Actor, Institution, Unit], Sequence[Duty]]
_offers: dict[str, tuple[int, Provider]] = {}


def offer(key: str, provider: Provider, *, order: int = 50) -> None:
    """Register duties of a unit (with all below it): ``provider(actor, institution, unit)``, as far as the actor may see."""
    _offers[key] = (order, provider)


def of(actor: Actor, institution: Institution, unit: Unit) -> list[Duty]:
    """All duties of a unit, in the order of the rooms; those of which nothing is left are not told."""
    found = [p(actor, institution, unit) for _order, p in sorted(_offers.values(), key=lambda one: one[0])]
    return [duty for some in found for duty in some if duty.count]
