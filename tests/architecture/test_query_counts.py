"""How many queries each page and each address of the API asks: pinned, and the same for one row as for many."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pendapa.architecture import queries
from pendapa.architecture.models import Element, Relation
from pendapa.architecture.queries import keeping
from pendapa.kernel.access.actor import system
from pendapa.kernel.history import actions as history
from pendapa.kernel.waiting import ports
from tests.architecture.scene import make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
# Session, user, roles and institution are four of them; which overlay the institution has, one more.
PINNED = {
    "": 10,
    "?domain=infrastructure": 10,
    "?q=aplikasi": 11,
    "?unit={unit}&q=aplikasi&domain=applications": 13,
    "{uid}/": 13,
    "{uid}/ubah/": 9,
    "{uid}/hubungkan/?type=out:application_data": 9,
    "{uid}/hapus/": 9,
    "celah/": 15,
    "kembaran/": 13,
    "{uid}/kembaran/": 18,
    "baru/?domain=applications": 8,
    "api:elements": 12,
    "api:elements/{uid}": 7,
    "api:gaps": 7,
    "api:twins": 9,
}


# A list that goes over its page is counted, which is one more.
OVER_A_PAGE = {"", "?domain=infrastructure", "?q=aplikasi", "?unit={unit}&q=aplikasi&domain=applications"}


@pytest.fixture(params=[1, 60], ids=["one row", "many rows"])
def scene(request: pytest.FixtureRequest, cast: Cast) -> dict[str, str]:
    parts: dict[str, list[Element]] = {}
    for domain, kind in (
        ("applications", "applications"),
        ("services", "services"),
        ("infrastructure", "server"),
    ):
        parts[domain] = [_element(cast, domain, kind, number) for number in range(request.param)]
        history.write(system(), cast.institution, "edit", history.Writes(add=list(parts[domain])))
    relations = [
        Relation(institution=cast.institution, type="application_service", source=source, target=target)
        for source, target in zip(parts["applications"], parts["services"], strict=True)
    ]
    history.write(system(), cast.institution, "edit", history.Writes(add=list(relations)))
    keeping.keep(cast.institution)  # the catalogue of gaps follows once after a change
    many = "yes" if request.param > 50 else ""
    return {"uid": str(parts["applications"][0].uid), "unit": str(cast.unit.uid), "many": many}


def _element(cast: Cast, domain: str, kind: str, number: int) -> Element:
    made = Element(institution=cast.institution, unit=cast.unit, domain=domain, kind=kind, code=f"X-{number}")
    made.name = f"Aplikasi {number}"
    made.derive()
    return made


@pytest.mark.parametrize("address", PINNED)
def test_each_page_asks_what_is_pinned(cast: Cast, scene: dict[str, str], address: str) -> None:
    client = cast.client("diskominfo")
    path = address.format(**scene)
    path = f"/api/v1/institutions/uji/{path[4:]}" if path.startswith("api:") else f"/di/uji/arsitektur/{path}"
    cache.clear()
    ports.badge(cast.actor("diskominfo"), cast.institution)  # what waits is counted once in half a minute
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(path).status_code == 200
    pinned = PINNED[address] + bool(scene["many"] and address in OVER_A_PAGE)
    told = "\n".join(query["sql"][:300] for query in asked.captured_queries)
    assert len(asked) == pinned, f"{len(asked)} queries, {pinned} pinned:\n{told}"


def test_what_is_remembered_costs_one_query(cast: Cast, django_assert_num_queries) -> None:
    make(cast.unit, "SIMPUS")
    for ask in (queries.twins, queries.gap_numbers, queries.numbers):
        ask(system(), cast.institution)
        with django_assert_num_queries(1):
            ask(system(), cast.institution)
