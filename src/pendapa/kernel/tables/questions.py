"""What an import asks before it is saved: a room registers what would be too much to happen by mistake.

A question names what would happen; nothing is saved until its key is among the answers (a ticked box, a flag of the command).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tables.models import ImportBatch


@dataclass(frozen=True)
class Question:
    """One thing to be said yes to. ``key`` is the answer that is awaited; ``flag`` what the command line takes for it."""

    key: str
    text: str
    yes: str
    details: Sequence[str] = ()
    flag: str = ""


Asker = Callable[[Actor, ImportBatch, int], list[Question]]
_askers: dict[str, list[Asker]] = {}


def asks(kind: str) -> Callable[[Asker], Asker]:
    """Decorator: ``f(actor, batch, sheet) -> [Question]`` for sheets of that kind of table."""

    def keep(function: Asker) -> Asker:
        _askers.setdefault(kind, []).append(function)
        return function

    return keep


def questions(actor: Actor, batch: ImportBatch) -> list[Question]:
    """All that an import in preview asks; none for most."""
    return [
        question
        for number, facts in enumerate(batch.sheets)
        for ask in _askers.get(facts["kind"], ())
        for question in ask(actor, batch, number)
    ]


def unanswered(actor: Actor, batch: ImportBatch, answers: Collection[str]) -> list[Question]:
    """Those that nobody said yes to."""
    return [question for question in questions(actor, batch) if question.key not in answers]
