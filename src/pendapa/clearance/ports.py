"""What other rooms offer to clearance: the roadmap (*peta rencana*) of a year, once there is a room that keeps one.

ports.offer_roadmap(lambda institution, unit, year, title: [Line("Pengembangan SIMPUS", url)])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pendapa.kernel.tenancy.models import Institution, Unit


@dataclass(frozen=True)
class Line:
    """A line of the roadmap that a request stands in; ``url`` is its page for officers."""

    name: str
    url: str = ""


Roadmap = Callable[[Institution, Unit, int, str], Sequence[Line] | None]
_roadmap: list[Roadmap] = []


def offer_roadmap(provider: Roadmap) -> None:
    """Register ``provider(institution, unit, year, title)``: the lines of that year which name the request, none where
    the roadmap does not hold it, ``None`` where there is no roadmap of that year. The last one given holds.

    Every reader of the request is told of the lines, so they hold nothing that is restricted.
    """
    _roadmap[:] = [provider]


def withdraw_roadmap() -> None:
    """Take the offer back (for tests and rooms that are switched off)."""
    _roadmap.clear()


def roadmap(institution: Institution, unit: Unit, year: int, title: str) -> Sequence[Line] | None:
    """Where the roadmap of ``year`` names the request; ``None`` where there is no roadmap."""
    return _roadmap[0](institution, unit, year, title) if _roadmap else None
