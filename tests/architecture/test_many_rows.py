"""Very many rows in one change set: what a large register needs of both databases."""

from __future__ import annotations

import pytest

from pendapa.architecture.models import Element, Relation
from pendapa.kernel.access.actor import system
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Revision
from tests.cast import Cast

pytestmark = pytest.mark.django_db
MANY = 1_200


def _elements(cast: Cast, domain: str, letter: str) -> list[Element]:
    rows = []
    for number in range(MANY):
        row = Element(institution=cast.institution, unit=cast.unit, domain=domain, kind=domain)
        row.code, row.name = f"{letter}-{number}", f"Nama {letter} {number}"
        row.derive()
        rows.append(row)
    history.write(system(), cast.institution, "edit", history.Writes(add=list(rows)))
    return rows


def test_more_than_a_thousand_relations_of_different_elements_go_and_come_back_in_one_set(cast: Cast) -> None:
    sources, targets = _elements(cast, "applications", "A"), _elements(cast, "services", "S")
    rows = [
        Relation(institution=cast.institution, type="application_service", source=source, target=target)
        for source, target in zip(sources, targets, strict=True)
    ]
    history.write(system(), cast.institution, "edit", history.Writes(add=list(rows)))
    read = list(Relation.objects.order_by("pk"))
    history.write(system(), cast.institution, "edit", history.Writes(delete=list(read)))
    assert not Relation.objects.filter(deleted_at=None).exists()
    history.write(system(), cast.institution, "edit", history.Writes(restore=list(read)))
    assert Relation.objects.filter(deleted_at=None, version=3).count() == MANY
    last = Revision.objects.filter(target_uid=read[-1].uid, recorded_to=None).get()
    assert last.snapshot["_names"] == {"source": sources[-1].name, "target": targets[-1].name}


def test_many_changed_rows_keep_each_its_own_values(cast: Cast) -> None:
    rows = _elements(cast, "applications", "A")
    for number, row in enumerate(rows):
        row.name, row.attributes = f"Baru {number}", {"fungsi": f"Fungsi “{number}”", "basis": ["web"]}
        row.derive()
    history.write(system(), cast.institution, "edit", history.Writes(change=list(rows)))
    kept = Element.objects.filter(pk__in=[row.pk for row in rows[::100]]).order_by("pk")
    for number, row in zip(range(0, MANY, 100), kept, strict=True):
        assert (row.name, row.version, row.unit_id) == (f"Baru {number}", 2, cast.unit.pk)
        assert row.attributes == {"fungsi": f"Fungsi “{number}”", "basis": ["web"]}
        assert row.name_key == rows[number].name_key and row.deleted_at is None
