"""The way of a request: draft → (head) → secretariat → recommendation → decision. Pure.

A *move* is one verb of one office out of some states into one. Who holds which office is for the caller to say.

    after("draft", "submit", {"head"}, headed=True)  →  "submitted"
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

DRAFT, AT_HEAD, SUBMITTED, RETURNED = "draft", "at_head", "submitted", "returned"
RECOMMENDED, DECIDED, WITHDRAWN = "recommended", "decided", "withdrawn"
STATES = (DRAFT, AT_HEAD, RETURNED, SUBMITTED, RECOMMENDED, DECIDED, WITHDRAWN)
OPEN = (DRAFT, RETURNED)
"""In these states, and in no other, the text may be changed."""

WRITER, HEAD, SECRETARIAT, LEADER, DECIDER = "writer", "head", "secretariat", "leader", "decider"
OFFICES = (WRITER, HEAD, SECRETARIAT, LEADER, DECIDER)

JUDGES = (SECRETARIAT, LEADER, DECIDER)
"""Offices that judge a request: nobody holds them over what they asked for."""
ASKING = ("begin", "hand_in", "submit")
"""Verbs of who asks."""

GO, CONDITIONS, NOT = "go", "conditions", "not"
VERDICTS = (GO, CONDITIONS, NOT)
AHEAD = (GO, CONDITIONS)
"""Verdicts that let the spending go ahead."""


@dataclass(frozen=True)
class Move:
    """``headed``: only where the unit has a head (True), only where it has none (False), or either (None)."""

    verb: str
    office: str
    states: tuple[str, ...]
    to: str
    headed: bool | None = None
    says: bool = False
    """Whether a word is due with it: why it is returned, what is recommended."""


MOVES = (
    Move("hand_in", WRITER, OPEN, AT_HEAD, headed=True),
    Move("submit", WRITER, (*OPEN, AT_HEAD), SUBMITTED, headed=False),
    Move("submit", HEAD, (*OPEN, AT_HEAD), SUBMITTED),
    Move("return", HEAD, (AT_HEAD,), RETURNED, says=True),
    Move("return", SECRETARIAT, (SUBMITTED, RECOMMENDED), RETURNED, says=True),
    Move("return", DECIDER, (RECOMMENDED,), RETURNED, says=True),
    Move("recommend", SECRETARIAT, (SUBMITTED, RECOMMENDED), RECOMMENDED, says=True),
    Move("decide", DECIDER, (RECOMMENDED,), DECIDED, says=True),
    Move("withdraw", WRITER, (DRAFT, AT_HEAD, RETURNED, SUBMITTED, RECOMMENDED), WITHDRAWN),
    Move("withdraw", HEAD, (DRAFT, AT_HEAD, RETURNED, SUBMITTED, RECOMMENDED), WITHDRAWN),
    Move("reopen", WRITER, (WITHDRAWN,), DRAFT),
    Move("reopen", HEAD, (WITHDRAWN,), DRAFT),
)
JUSTIFIABLE = (SUBMITTED, RECOMMENDED)
"""Where the leader may write why a request goes ahead although a check blocks it."""


class Impossible(ValueError):
    """No such move from here by this office. ``state`` and ``verb`` say which."""

    def __init__(self, state: str, verb: str) -> None:
        self.state, self.verb = state, verb
        super().__init__(f"{verb} cannot be done in the state {state}")


def moves(state: str, offices: Collection[str], *, headed: bool) -> tuple[Move, ...]:
    """What these offices may do with a request in ``state``; ``headed``: its unit has a head today."""
    return tuple(
        move
        for move in MOVES
        if state in move.states and move.office in offices and move.headed in (None, headed)
    )


def verbs(state: str, offices: Collection[str], *, headed: bool) -> tuple[str, ...]:
    """The same by their verbs, each once."""
    return tuple(dict.fromkeys(move.verb for move in moves(state, offices, headed=headed)))


def after(state: str, verb: str, offices: Collection[str], *, headed: bool) -> str:
    """The state after ``verb``. Raises :class:`Impossible`."""
    for move in moves(state, offices, headed=headed):
        if move.verb == verb:
            return move.to
    raise Impossible(state, verb)


def stopped(verdict: str, blocking: Collection[object], justification: str) -> bool:
    """Whether a check that blocks stops this verdict: it lets the spending go ahead, and no justification stands."""
    return verdict in AHEAD and bool(blocking) and not justification.strip()


def judging(offices: Collection[str], *, asked: bool) -> set[str]:
    """The offices that remain: nobody judges what they asked for themselves."""
    return {office for office in offices if not (asked and office in JUDGES)}
