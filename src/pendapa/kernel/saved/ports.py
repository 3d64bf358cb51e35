"""Which lists can be kept: rooms register theirs at start."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.tenancy.models import Institution

Columns = Callable[[Actor, Institution, Mapping[str, str]], Sequence[tuple[str, str]]]
Query = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """A list that people may keep as they like it.

    ``name`` is the name of its address (it takes the institution's code), ``permission`` what one needs to see it,
    ``parameters`` those of its address that are filters. ``columns(actor, institution, query)`` gives key and label of
    what may be chosen for the list that ``query`` asks for. ``scope`` is the parameter by whose value the chosen columns
    are remembered (each domain has its own); ``label`` is what people call the list.
    """

    name: str
    label: Any
    permission: str
    parameters: tuple[str, ...]
    columns: Columns | None = None
    scope: str = ""
    most: int = 12

    def filters(self, query: Query) -> dict[str, str]:
        """The filters in ``query``, without what is empty, too long, or no filter of this list."""
        found = {key: str(query.get(key) or "").replace("\x00", "").strip() for key in self.parameters}
        return {key: value for key, value in found.items() if value and len(value) <= 400}

    def key(self, query: Query) -> str:
        """Under which the last choice of columns is remembered."""
        return f"{self.name}#{self.filters(query).get(self.scope, '')}"[:80]


_places: dict[str, Place] = {}


def register(place: Place) -> None:
    """Let people keep this list; the same name again replaces it."""
    _places[place.name] = place


def place(name: str) -> Place:
    """A registered list; :class:`NotFound` otherwise."""
    try:
        return _places[name]
    except KeyError:
        raise NotFound from None
