"""What the matrix asks about: the cast, and for every kind of address a thing of the own unit, of another unit, of another
institution. A new parameter of an address gets its line in ``VALUES``."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

from pendapa.architecture.models import Element, Relation
from pendapa.evaluation.models import Assessment
from pendapa.kernel.access.actor import system
from pendapa.kernel.history import actions as history
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.tables import actions as imports
from pendapa.kernel.tenancy.models import Institution, Unit
from tests.cast import Cast, make_cast

PLACES = ("own", "other", "foreign")


@dataclass
class World:
    """``things[place][parameter]`` for the address of a thing at that place."""

    cast: Cast
    things: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)


def make_world() -> World:
    cast = make_cast()
    world = World(cast)
    sites = {
        "own": (cast.institution, cast.unit, "operator"),
        "other": (cast.institution, cast.other_unit, "other_operator"),
        "foreign": (cast.other_institution, cast.foreign_unit, "foreigner"),
    }
    for place, (institution, unit, owner) in sites.items():
        world.things[place] = _things(cast, institution, unit, owner, place)
    return world


def _things(cast: Cast, institution: Institution, unit: Unit, owner: str, place: str) -> dict[str, Any]:
    actor = cast.actor(owner)
    hidden = _element(institution, unit, f"{place}-1", "restricted")
    shown = _element(institution, unit, f"{place}-2", "internal")
    written = history.write(actor, institution, "edit", history.Writes(add=[hidden, shown]), unit=unit)
    relation = Relation(
        institution=institution,
        type="application_service",
        source=hidden,
        target=_service(institution, unit, place),
    )
    history.write(actor, institution, "edit", history.Writes(add=[relation.target, relation]), unit=unit)
    assessment = Assessment.objects.filter(institution=institution).first()
    if assessment is None:
        assessment = Assessment(institution=institution, year=2026, instrument="spbe-2020")
        history.write(system(), institution, "edit", history.Writes(add=[assessment]))
    sheet = f"Nama Aplikasi,OPD\nAplikasi {place},{unit.name}\nTanpa unit,Dinas Tak Ada\n".encode()
    batch = imports.receive(actor, institution, io.BytesIO(sheet), "daftar.csv", kind="applications")
    job = Job.objects.create(institution=institution, user=actor.user, name="import.read")
    return {
        "institution": institution,
        "unit": unit,
        "restricted": hidden,
        "internal": shown,
        "relation": relation,
        "change_set": written,
        "assessment": assessment,
        "batch": batch,
        "job": job,
        "user": cast.users[owner],
    }


def _element(institution: Institution, unit: Unit, code: str, classification: str) -> Element:
    element = Element(
        institution=institution,
        unit=unit,
        domain="applications",
        kind="applications",
        code=code,
        name=f"Rahasia {code}",
    )
    element.classification = classification
    element.derive()
    return element


def _service(institution: Institution, unit: Unit, place: str) -> Element:
    element = Element(
        institution=institution,
        unit=unit,
        domain="services",
        kind="services",
        code=f"L-{place}",
        name=f"Layanan {place}",
    )
    element.derive()
    return element
