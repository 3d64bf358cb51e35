"""Where one goes on from a page: rooms above offer further steps for things of rooms below, whose pages show them.

onward.offer("gap", steps, became)                        # the room above, at start
onward.steps(actor, institution, "gap", {"rule": "…"})    # the page below: [Step("Make initiatives of these", url)]
onward.became(actor, institution, "gap", ["<uid>"])       # {"<uid>": Step("Antrean Puskesmas", url)}

The kinds are ``gap`` (words: ``rule``, ``unit``, ``domain``, ``decision``), ``request`` (word: ``uid``) and ``unit`` (no words).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution, Unit


@dataclass(frozen=True)
class Step:
    """A place to go to: what it is called, and its address."""

    label: Any  # may be lazily translated
    url: str


Steps = Callable[[Actor, Institution, Unit | None, Mapping[str, str]], Sequence[Step]]
Became = Callable[[Actor, Institution, Collection[str]], Mapping[str, Step]]
_offers: dict[str, list[tuple[Steps, Became | None]]] = {}


def offer(kind: str, steps: Steps, became: Became | None = None) -> None:
    """Register what can be done next with things of a kind; the same function again changes nothing.

    ``steps(actor, institution, owner, words)`` gives the steps that the actor may take, for things of that unit (None: of any),
    narrowed by the words of the page, and asks nothing of the database. ``became(actor, institution, uids)`` says what things
    became already, as far as the actor may see it, in one query.
    """
    known = _offers.setdefault(kind, [])
    if all(one != steps for one, _told in known):
        known.append((steps, became))


def withdraw(kind: str, steps: Steps) -> None:
    """Take an offer back (for rooms that are switched off)."""
    _offers[kind] = [pair for pair in _offers.get(kind, []) if pair[0] != steps]


def steps(
    actor: Actor,
    institution: Institution,
    kind: str,
    words: Mapping[str, str] | None = None,
    owner: Unit | None = None,
) -> list[Step]:
    """The further steps that are open to the actor; empty words narrow nothing."""
    given = {name: word for name, word in (words or {}).items() if word}
    return [
        step for offered, _told in _offers.get(kind, []) for step in offered(actor, institution, owner, given)
    ]


def became(actor: Actor, institution: Institution, kind: str, uids: Collection[str]) -> dict[str, Step]:
    """What things became already, by their uid; one query for each room that tells it, none for no things."""
    found: dict[str, Step] = {}
    for _offered, told in _offers.get(kind, []) if uids else []:
        if told is not None:
            found |= told(actor, institution, uids)
    return found
