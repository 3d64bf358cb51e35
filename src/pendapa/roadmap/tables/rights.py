"""Who may write what through a table: the same as on the page. The secretariat writes every initiative; an OPD begins drafts of its
own units and changes them, and whether they enter the plan is not its to say. Asked in the preview and once more when it is saved.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from django.utils.translation import gettext

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tables.holding import Refused
from pendapa.kernel.tables.messages import Message, Words, _, say
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.roadmap.models import Action, Initiative
from pendapa.roadmap.permissions import EDIT, PROPOSE, VIEW
from pendapa.roadmap.queries import reach
from pendapa.roadmap.queries.initiatives import may_change, moves
from pendapa.roadmap.rules import initiatives as rules
from pendapa.roadmap.tables.columns import STATES, STATES_EN

_OTHERS = _("You may write drafts of your own units only, not this initiative of %(unit)s.")
_NO_DRAFT = _(
    "This initiative is no draft any more: the SPBE secretariat changes it. What was done, reached and spent you tell on its page."
)
_BY_SECRETARIAT = _(
    "Only the SPBE secretariat takes an initiative into the plan and brings it to this state. Leave the cell empty or write "
    "%(draft)s; it stays a draft until then."
)
_NO_WAY = _("An initiative cannot go from this state to the one of the table; change it on its page.")
_OPEN = _("It cannot be done while actions under it are open: finish or cancel them first.")
_USED = _(
    "The code %(code)s is used already. Leave the cell empty, then the next free one is given, or ask the SPBE secretariat for one."
)
_SAVING = _("“%(name)s” was not saved, nor was any other row: %(why)s Look at the preview again.")
_DRAFT = Words({"id": STATES["draft"][0], "en": STATES_EN["draft"]})


class Refusal(NamedTuple):
    """Why a row may not be written: the column that says it, what stands there, and the words."""

    column: str
    value: str
    why: Message


class Rights:
    """What an actor may write; the codes and the open actions are read once, when the first row asks."""

    def __init__(self, actor: Actor, institution: Institution) -> None:
        self._actor, self._institution = actor, institution
        self.whole = actor.scope(EDIT, institution).everything
        self._scope = actor.scope(PROPOSE, institution)

    def reach(self, unit: Unit | None) -> bool:
        """Do initiatives of the unit belong to those of the actor?"""
        return self.whole or (unit is not None and self._scope.covers(unit))

    def owner(self, unit: Unit | None, code: str, before: Initiative | None) -> Refusal | None:
        """Why the row of ``unit`` is not the actor's to write; ``before`` is what stands, found by ``code`` where there is one."""
        if before is not None and not may_change(self._actor, before):
            if self.reach(before.unit):
                return Refusal("name", before.title, say(_NO_DRAFT))
            owner = before.unit.name if before.unit else "–"
            by_code = bool(code and before.code)
            return Refusal(
                "code" if by_code else "unit", code if by_code else owner, say(_OTHERS, unit=owner)
            )
        if not self.reach(unit):
            owner = unit.name if unit else "–"
            return Refusal("unit", owner, say(_OTHERS, unit=owner))
        return None

    def values(self, after: rules.Values, before: Initiative | None) -> Iterator[Refusal]:
        """What the row may not bring about: a state that is not the actor's to give, a code that is used already."""
        if (why := self._state(after.state, before)) is not None:
            yield Refusal("status", str(dict(Initiative.STATES)[after.state]), why)
        if (before is None or after.code != before.code) and after.code.casefold() in self._unseen_codes:
            yield Refusal("code", after.code, say(_USED, code=after.code))

    def insist(self, unit: Unit | None, code: str, after: rules.Values, before: Initiative | None) -> None:
        """Raise Refused unless the row may be saved: whoever saves may be somebody else than who looked at the preview."""
        wrong = self.owner(unit, code, before) or next(self.values(after, before), None)
        if wrong is not None:
            why = wrong.why.render(gettext)
            raise Refused(gettext(_SAVING) % {"name": after.title, "why": why})

    def _state(self, state: str, before: Initiative | None) -> Message | None:
        if before is None:
            return None if self.whole or state == "draft" else say(_BY_SECRETARIAT, draft=_DRAFT)
        if state == before.state:
            return None
        if state not in moves(self._actor, before):
            return say(_NO_WAY) if self.whole else say(_BY_SECRETARIAT, draft=_DRAFT)
        return say(_OPEN) if state == "done" and before.pk in self._open else None

    @cached_property
    def _open(self) -> set[int]:
        """Initiatives under which actions are open. One query."""
        rows = Action.objects.filter(institution=self._institution, deleted_at=None, state__in=Action.OPEN)
        return set(rows.values_list("initiative", flat=True))

    @cached_property
    def _unseen_codes(self) -> frozenset[str]:
        """Codes of initiatives that the actor may not read: that they are used is all that is told. One query, of an OPD only."""
        if self._actor.scope(VIEW, self._institution).everything:
            return frozenset()
        rows = Initiative.objects.filter(institution=self._institution, deleted_at=None).exclude(code="")
        seen = reach.initiatives(self._actor, self._institution).order_by().values("pk")
        codes = rows.exclude(pk__in=seen).values_list("code", flat=True)
        return frozenset(code.casefold() for code in codes)
