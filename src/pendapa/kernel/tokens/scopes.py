"""What a key may be allowed: permissions with a name for people, told by those who assemble the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pendapa.kernel.access.actor import Actor, grants
from pendapa.kernel.tenancy.models import Institution


@dataclass(frozen=True)
class Offer:
    """A permission as the page of keys shows it; ``label`` and ``hint`` are translated lazily."""

    permission: str
    label: Any
    hint: Any = ""
    usual: bool = False


_offers: dict[str, Offer] = {}


def offer(permission: str, label: Any, hint: Any = "", *, usual: bool = False) -> None:
    """Name a permission that the API asks for; ``usual`` ones are ticked beforehand."""
    _offers[permission] = Offer(permission, label, hint, usual)


def offered(actor: Actor, institution: Institution) -> list[Offer]:
    """Those of which the actor holds at least a part in ``institution``."""
    return [one for one in _offers.values() if actor.may(one.permission, institution)]


def label(permission: str) -> str:
    """The name of a permission for people; itself where nobody named it."""
    known = _offers.get(permission)
    return str(known.label) if known else permission


def held(actor: Actor, institution: Institution) -> set[str]:
    """All permissions of which the actor holds at least a part."""
    return {permission for permission in grants() if actor.may(permission, institution)}
