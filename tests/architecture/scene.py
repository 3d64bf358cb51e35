"""Elements for the tests of the register, made by the room's own verbs."""

from __future__ import annotations

from typing import Any

from pendapa.architecture import actions
from pendapa.architecture.models import Element, Relation
from pendapa.kernel.access.actor import Actor, system
from pendapa.kernel.tenancy.models import Unit

KINDS = {"infrastructure": "server", "security": "audit_keamanan"}


def make(
    unit: Unit, name: str, domain: str = "applications", actor: Actor | None = None, **more: Any
) -> Element:
    """An element of ``unit``; servers and audits where the domain has several kinds."""
    more.setdefault("kind", KINDS.get(domain, ""))
    done = actions.create_element(actor or system(), unit.institution, domain, unit, name=name, **more)
    return done.row


def join(source: Element, type: str, target: Element) -> Relation:
    return actions.link(system(), source, type, target).row
