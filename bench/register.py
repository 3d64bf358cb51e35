"""A register as large as a province's: elements of three domains, three times as many relations, all with their history.

Half of the elements are applications, a quarter services, a quarter data; every application serves three of the services
and uses three of the data. Written as the application writes: revisions, ledger, search index.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from bench import scene

if TYPE_CHECKING:
    from pendapa.architecture.models import Element
    from pendapa.kernel.history.actions import Writes

PART = 5000
DOMAINS = ("applications", "applications", "services", "data")
LINKS = (("application_service", "services"), ("application_data", "data"))


def size(quick: bool) -> int:
    """How many elements the register of all benches holds; relations are three times as many."""
    return 10_000 if quick else 100_000


@cache
def filled(count: int) -> int:
    """Fill the institution of the scene with ``count`` elements once a run; gives how many relations they have."""
    place, _units = scene.institution()
    from django.db import connection

    from pendapa.kernel.access.actor import system
    from pendapa.kernel.history import actions as history

    rows = _mixed(scene.made(count, "P", seed=2))
    links = _links(place, rows)
    history.write(system(), place, "import", _parts(rows, links))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return len(links)


def _mixed(rows: list[Element]) -> list[Element]:
    for number, row in enumerate(rows):
        row.domain = row.kind = DOMAINS[number % len(DOMAINS)]
    return rows


def _links(place: Any, rows: list[Element]) -> list[Any]:
    from pendapa.architecture.models import Relation

    by_domain = {domain: [row for row in rows if row.domain == domain] for domain in DOMAINS}
    found = []
    for number, source in enumerate(by_domain["applications"]):
        for kind, domain in LINKS:
            ends = by_domain[domain]
            for step in (0, 7, 77):
                target = ends[(number + step) % len(ends)]
                found.append(Relation(institution=place, type=kind, source=source, target=target))
    return found


def _parts(rows: list[Element], links: list[Any]) -> Iterator[Writes]:
    from pendapa.kernel.history.actions import Writes, chunks

    for part in chunks(rows, PART):
        yield Writes(add=list(part))
    for some in chunks(links, PART):
        for link in some:  # now that their ends have a key
            link.source, link.target = link.source, link.target
        yield Writes(add=list(some))


@cache
def client() -> Any:
    """A signed-in browser of Diskominfo; the empty page stands at ``/kosong/<institution>/``."""
    person = scene.person()
    from django.conf import settings
    from django.test import Client

    settings.ROOT_URLCONF = "bench.hall"
    settings.ALLOWED_HOSTS = ["testserver"]
    found = Client()
    found.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return found


@cache
def operator() -> Any:
    """Somebody of the first OPD, whose changes are reviewed."""
    place, units = scene.institution()
    from pendapa.kernel.tenancy.models import Assignment, User

    user = User.objects.create_user("operator@bench.example", "Operator", "tidak-dipakai")
    Assignment.objects.create(user=user, institution=place, role="operator", unit=units[0])
    return user
