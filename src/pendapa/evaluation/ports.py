"""What this room asks of rooms above it: somebody who keeps the steps of a plan as drafts of initiatives.

ports.initiatives.register(maker)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol
from uuid import UUID

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution, Unit


@dataclass(frozen=True)
class Draft:
    """One step of a plan as an initiative: levels as decimal strings, cost in rupiah, days in person-days."""

    title: str
    instrument: str
    indicator: str
    level_from: str
    level_to: str
    unit: Unit | None
    year: int
    cost: Fraction | None
    days: Fraction | None


class Maker(Protocol):
    """The room that keeps initiatives."""

    def may(self, actor: Actor, institution: Institution) -> bool:
        """May the actor leave drafts there?"""

    def make(self, actor: Actor, institution: Institution, plan: UUID, drafts: Sequence[Draft]) -> int:
        """Keep the drafts of a plan, all or none, and tell how many. Raises NotFound for who may not."""

    def address(self, actor: Actor, institution: Institution, plan: UUID) -> str:
        """The page where the actor goes on with the drafts of a plan, or reads them."""


class _Initiatives:
    """Holds the one room that keeps initiatives; the last one registered. ``maker`` is None where there is none."""

    def __init__(self) -> None:
        self.maker: Maker | None = None

    def register(self, maker: Maker) -> None:
        self.maker = maker

    def withdraw(self) -> None:
        """Take it back (for tests and rooms that are switched off)."""
        self.maker = None


initiatives = _Initiatives()
