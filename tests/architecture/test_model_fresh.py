"""Which metamodel holds: never a stale one, and no query for each element."""

from __future__ import annotations

import pytest

from pendapa.architecture import metamodel
from pendapa.architecture.models import Element
from pendapa.kernel.overlays.models import Overlay
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs
from pendapa.regulations.overlay import put
from tests.cast import Cast

pytestmark = pytest.mark.django_db
CONTENT = put({}, "applications", "columns", {"key": "kontrak", "label": {"id": "Kontrak"}, "type": "string"})


def elsewhere(cast: Cast, version: int, content: dict) -> None:
    """What another process keeps: nothing here is told."""
    Overlay.objects.create(
        institution=cast.institution, pack="metamodel", version=version, content=content, author_name="X"
    )


def known(institution: Institution) -> bool:
    return any(c.key == "kontrak" for c in metamodel.of(institution).domain("applications").columns)


def test_what_another_process_kept_holds_in_the_next_request(cast: Cast) -> None:
    client, page = cast.client("operator"), "/di/uji/arsitektur/baru/?domain=applications"
    assert "Kontrak" not in client.get(page).content.decode()
    elsewhere(cast, 1, CONTENT)
    assert "Kontrak" in client.get(page).content.decode()
    elsewhere(cast, 2, {})
    assert "Kontrak" not in client.get(page).content.decode()


def test_an_institution_read_again_has_the_newest(cast: Cast) -> None:
    assert not known(Institution.objects.get(pk=cast.institution.pk))
    elsewhere(cast, 1, CONTENT)
    assert known(Institution.objects.get(pk=cast.institution.pk))


def test_a_request_asks_once_however_many_elements_it_derives(cast: Cast, django_assert_num_queries) -> None:
    metamodel._begin()  # the signal itself would close the connection of the test
    try:
        with django_assert_num_queries(1):
            for _number in range(5):
                row = Element(
                    institution_id=cast.institution.pk, domain="applications", name="x", attributes={}
                )
                row.derive()
    finally:
        metamodel._end()


def test_the_pack_stands_where_nothing_lies_over_it(cast: Cast) -> None:
    assert metamodel.of(cast.institution) is packs.metamodel()


@pytest.mark.hostile
def test_an_overlay_that_the_pack_no_longer_takes_stops_nobody(cast: Cast) -> None:
    broken = put(CONTENT, "applications", "columns", {"key": "uraian", "retired": True})
    elsewhere(cast, 1, broken)
    assert known(cast.institution)
    page = cast.client("diskominfo").get("/di/uji/arsitektur/model/").content.decode()
    assert "applications columns uraian" in page


def test_who_may_not_read_personal_data_does_not_see_what_nobody_knows(cast: Cast) -> None:
    row = Element(
        institution=cast.institution, unit=cast.unit, domain="applications", code="A-1", name="SIMPUS"
    )
    row.attributes = {"nik_lama": "3516000"}
    row.derive()
    row.save()
    page = f"/di/uji/arsitektur/{row.uid}/"
    assert "3516000" in cast.client("operator").get(page).content.decode()
    assert "3516000" not in cast.client("assessor").get(page).content.decode()
