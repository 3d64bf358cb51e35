"""Recorded things for the tests of the ground floor: elements and relations, written as the application writes them."""

from __future__ import annotations

from typing import Any

from pendapa.architecture.models import Element, Relation
from pendapa.kernel.access.actor import Actor, system
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.tenancy.models import Unit

SYSTEM = system("uji")


def element(unit: Unit, code: str, name: str = "", **values: Any) -> Element:
    """An application of ``unit`` that is not written yet."""
    made = Element(
        institution=unit.institution,
        unit=unit,
        domain="applications",
        code=code,
        name=name or f"Aplikasi {code}",
    )
    for field, value in values.items():
        setattr(made, field, value)
    made.derive()
    return made


def relation(source: Element, target: Element, kind: str = "application_application") -> Relation:
    return Relation(institution=source.institution, type=kind, source=source, target=target)


def write(
    actor: Actor, unit: Unit, kind: str = "edit", reason: str = "", within: Unit | None = None, **rows: Any
) -> ChangeSet:
    """``write(actor, unit, add=[…])``; ``within`` is the unit of the set."""
    return history.write(actor, unit.institution, kind, history.Writes(**rows), reason=reason, unit=within)


def edit(actor: Actor, row: Element, **values: Any) -> ChangeSet:
    """Change fields of the row as it stands now."""
    fresh = type(row)._default_manager.get(pk=row.pk)
    for field, value in values.items():
        setattr(fresh, field, value)
    fresh.derive()
    done = history.write(actor, fresh.institution, "edit", history.Writes(change=[fresh]))
    row.refresh_from_db()
    return done
