"""The same people in every test: two operators of different OPD, a head, Diskominfo, Sekda, a verifier, an assessor, a
stranger, the public.

``cast`` makes them with an institution of three units and another institution with an operator of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client

from pendapa.kernel.access import actor
from pendapa.kernel.access.actor import PUBLIC, Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.tenancy.models import Assignment, Institution, Unit, User

PASSWORD = "kata-sandi-uji"


@dataclass
class Cast:
    """People by name (``operator`` belongs to ``unit``, ``other_operator`` to ``other_unit``) and their places."""

    institution: Institution
    other_institution: Institution
    unit: Unit
    subunit: Unit
    other_unit: Unit
    foreign_unit: Unit
    users: dict[str, User]

    def actor(self, who: str) -> Actor:
        """The actor of ``operator``, ``other_operator``, ``head``, ``diskominfo``, ``sekda``, ``verifier``, ``assessor``,
        ``stranger``, ``foreigner`` (operator of the other institution) or ``public``."""
        return PUBLIC if who == "public" else actor.of(self.users[who])

    def client(self, who: str) -> Client:
        """A browser of that person, signed in (the public is not)."""
        client = Client()
        if who != "public":
            client.force_login(self.users[who], backend="django.contrib.auth.backends.ModelBackend")
        return client


WHO = [
    "operator",
    "other_operator",
    "head",
    "diskominfo",
    "sekda",
    "verifier",
    "assessor",
    "stranger",
    "foreigner",
    "public",
]


def make_unit(institution: Institution, code: str, name: str, parent: Unit | None = None) -> Unit:
    """A unit written as the application writes it."""
    unit = Unit(institution=institution, code=code, name=name, parent=parent)
    unit.derive()
    history.write(actor.system(), institution, "edit", history.Writes(add=[unit]))
    unit.refresh_from_db()
    return unit


def make_cast() -> Cast:
    home = Institution.objects.create(code="uji", name="Kabupaten Uji")
    away = Institution.objects.create(code="lain", name="Kota Lain", kind="kota")
    unit = make_unit(home, "1.02", "Dinas Kesehatan")
    subunit = make_unit(home, "1.02.01", "UPT Puskesmas Uji", unit)
    other_unit = make_unit(home, "2.12", "Dinas Kependudukan dan Pencatatan Sipil")
    make_unit(home, "2.16", "Dinas Komunikasi dan Informatika")
    foreign_unit = make_unit(away, "1.02", "Dinas Kesehatan")
    people = {
        "operator": ("operator", home, unit),
        "other_operator": ("operator", home, other_unit),
        "head": ("head", home, unit),
        "diskominfo": ("diskominfo", home, None),
        "sekda": ("sekda", home, None),
        "verifier": ("verifier", home, None),
        "assessor": ("assessor", home, None),
        "stranger": None,
        "foreigner": ("operator", away, foreign_unit),
    }
    users = {}
    for who, place in people.items():
        users[who] = User.objects.create_user(f"{who}@uji.example", who.replace("_", " ").title(), PASSWORD)
        if place:
            role, institution, where = place
            Assignment.objects.create(user=users[who], institution=institution, unit=where, role=role)
    return Cast(home, away, unit, subunit, other_unit, foreign_unit, users)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()
