"""The goal or IKU that an initiative serves: an element of the strategy map, by its code, its uid, or a name that only one bears.

An empty cell changes nothing, *tidak ada* takes it away. What the actor may not see stays, and is answered like what is absent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from pendapa.architecture.queries import visible
from pendapa.architecture.rules.keys import name_key
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tables.messages import Message, _, say
from pendapa.kernel.tables.ports import Draft
from pendapa.kernel.tenancy.models import Institution
from pendapa.roadmap.tables.columns import ELEMENTS_NONE

DOMAIN = "strategy"
_SHOWN, _NAMED = 80, 5
_UNKNOWN = _(
    "No goal or IKU of the strategy map has the code or the name %(value)s. Write its code as it stands there, or leave the cell empty."
)
_TWICE = _(
    "%(value)s is the name of several goals or IKU: %(codes)s. Write the code of the one that is meant."
)


class Goal(NamedTuple):
    """An element of the strategy map that the actor may see."""

    uid: UUID
    code: str
    name: str


class Goals:
    """The strategy map as an actor sees it; read once, when the first row names a goal."""

    def __init__(self, actor: Actor, institution: Institution) -> None:
        self._actor, self._institution = actor, institution

    @cached_property
    def by_uid(self) -> dict[UUID, Goal]:
        rows = visible(self._actor, self._institution).filter(domain=DOMAIN).order_by()
        return {told[0]: Goal(*told) for told in rows.values_list("uid", "code", "name")}

    @cached_property
    def _by_text(self) -> dict[str, list[Goal]]:
        """By uid and code, both with the name behind as well."""
        found: dict[str, list[Goal]] = defaultdict(list)
        for one in self.by_uid.values():
            for text in {str(one.uid), one.code, f"{one.code} {one.name}", f"{one.code} - {one.name}"}:
                found[" ".join(text.casefold().split())].append(one)
        return found

    @cached_property
    def _by_name(self) -> dict[str, list[Goal]]:
        found: dict[str, list[Goal]] = defaultdict(list)
        for one in self.by_uid.values():
            found[name_key(one.name)].append(one)
        return found

    def judge(self, drafts: Sequence[Draft], header: str) -> None:
        """Put the uid of what a row names into ``goal_uid`` of its values (empty: none); what is wrong is a fault of the row."""
        for draft in drafts:
            text = draft.values.get("goal", "")
            if not text:
                continue
            if " ".join(text.casefold().split()).strip(" .") in ELEMENTS_NONE:
                draft.values["goal_uid"] = ""
                continue
            found = self._find(text)
            if isinstance(found, Message):
                draft.fault(header, text, found)
            else:
                draft.values["goal_uid"] = str(found.uid)

    def _find(self, text: str) -> Goal | Message:
        found = self._by_text.get(" ".join(text.casefold().split())) or self._by_name.get(name_key(text), [])
        if len(found) == 1:
            return found[0]
        if found:
            codes = "; ".join(one.code or str(one.uid) for one in found[:_NAMED])
            return say(_TWICE, value=text[:_SHOWN], codes=codes)
        return say(_UNKNOWN, value=text[:_SHOWN])

    def wanted(self, before: UUID | None, told: str) -> UUID | None:
        """The goal after a row: what that names, none; one that may not be seen stays."""
        if told:
            return UUID(told)
        return before if before is not None and before not in self.by_uid else None

    def cells(self, uids: Iterable[UUID]) -> dict[UUID, str]:
        """How an export names those that may be seen: by code, by uid where the code would not be read back as the same."""
        seen = {uid: self.by_uid[uid] for uid in uids if uid in self.by_uid}
        return {uid: one.code if self._is_plain(one) else str(uid) for uid, one in seen.items()}

    def _is_plain(self, one: Goal) -> bool:
        text = " ".join(one.code.casefold().split())
        return bool(text) and text not in ELEMENTS_NONE and len(self._by_text[text]) == 1
