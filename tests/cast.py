"""The same people in every test: two operators of different OPD, a head, Diskominfo, Sekda, a verifier, an assessor, a
stranger, the public.

``cast`` makes them with an institution of three units and another institution with an operator of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.contrib.auth.hashers import make_password
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
    return make_units(institution, (code, name), parent=parent)[0]


def make_units(institution: Institution, *named: tuple[str, str], parent: Unit | None = None) -> list[Unit]:
    """Units of one parent, code and name each, in one change as the application writes them."""
    units = [Unit(institution=institution, code=code, name=name, parent=parent) for code, name in named]
    for unit in units:
        unit.derive()
    history.write(actor.system(), institution, "edit", history.Writes(add=units))
    for unit in units:
        unit.refresh_from_db()
    return units


def make_cast() -> Cast:
    home = Institution.objects.create(code="uji", name="Kabupaten Uji")
    away = Institution.objects.create(code="lain", name="Kota Lain", kind="kota")
    unit, other_unit, _ = make_units(
        home,
        ("1.02", "Dinas Kesehatan"),
        ("2.12", "Dinas Kependudukan dan Pencatatan Sipil"),
        ("2.16", "Dinas Komunikasi dan Informatika"),
    )
    subunit = make_unit(home, "1.02.01", "UPT Puskesmas Uji", unit)
    foreign_unit = make_unit(away, "1.02", "Dinas Kesehatan")
    places = {
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
    users = make_people(*places)
    Assignment.objects.bulk_create(
        Assignment(user=users[who], institution=place[1], unit=place[2], role=place[0])
        for who, place in places.items()
        if place
    )
    return Cast(home, away, unit, subunit, other_unit, foreign_unit, users)


def make_people(*names: str) -> dict[str, User]:
    """Accounts that all have :data:`PASSWORD`, hashed once."""
    secret = make_password(PASSWORD)
    people = [
        User(username=f"{who}@uji.example", name=who.replace("_", " ").title(), password=secret)
        for who in names
    ]
    return dict(zip(names, User.objects.bulk_create(people), strict=True))


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()
