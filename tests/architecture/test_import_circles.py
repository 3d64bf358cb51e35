"""A file that would let an element stand above itself: the row that closes the circle is faulty, with the way named."""

from __future__ import annotations

from pathlib import Path

import pytest

from pendapa.architecture.models import Element, Relation
from pendapa.kernel.access.actor import system
from pendapa.kernel.tables import actions as imports
from pendapa.kernel.tables.models import ImportBatch
from tests.architecture.scene import join, make
from tests.cast import Cast
from tests.kernel.sheets import xlsx_of

pytestmark = pytest.mark.django_db
HEADER = ["Kode", "Nama", "Tingkat", "OPD", "Unsur Induk"]
RELATIONS = ["Jenis relasi", "Kode asal", "Kode tujuan"]


def read(cast: Cast, tmp_path: Path, who: str = "", **sheets) -> ImportBatch:
    file = tmp_path / "strategi.xlsx"
    file.write_bytes(xlsx_of(**sheets))
    actor = cast.actor(who) if who else system()
    return imports.read_file(actor, cast.institution, file, kind="auto")


def told(batch: ImportBatch) -> dict[tuple[int, int], list[str]]:
    return {
        (row.sheet, row.row): [one["msgid"] % one["params"] for one in row.errors]
        for row in batch.rows.filter(verdict="faulty")
    }


def turned(cast: Cast) -> None:
    """A mission under a vision; the files of the tests turn the kinds round."""
    vision, mission = (make(cast.unit, k.title(), "strategy", kind=k, code=k) for k in ("visi", "misi"))
    join(mission, "strategy_parent", vision)


TURNED = [["visi", "Visi", "Misi", "1.02", "misi"], ["misi", "Misi", "Visi", "1.02", ""]]
WAY = "“Visi” would come to stand above itself: Visi → Misi → Visi."


def test_a_parent_in_a_cell_that_closes_a_circle_is_faulty(cast: Cast, tmp_path: Path) -> None:
    turned(cast)
    batch = read(cast, tmp_path, Strategi=[HEADER, *TURNED])
    assert told(batch) == {(0, 2): [WAY]}
    imports.confirm(system(), batch, skip_errors=True)
    assert Relation.objects.count() == 1


def test_a_row_of_relations_that_closes_a_circle_is_faulty(cast: Cast, tmp_path: Path) -> None:
    turned(cast)
    rows = [[*row[:4], ""] for row in TURNED]
    batch = read(
        cast, tmp_path, Strategi=[HEADER, *rows], Relasi=[RELATIONS, ["berada di bawah", "visi", "misi"]]
    )
    assert told(batch) == {(1, 2): [WAY]}


def test_a_chain_of_new_parts_is_no_circle(cast: Cast, tmp_path: Path) -> None:
    rows = [
        ["T", "Tujuan", "Tujuan", "1.02", "M"],
        ["M", "Misi", "Misi", "1.02", "V"],
        ["V", "Visi", "Visi", "1.02", ""],
    ]
    batch = read(cast, tmp_path, Strategi=[HEADER, *rows], Relasi=[RELATIONS, ["berada di bawah", "M", "V"]])
    assert not told(batch)
    imports.confirm(system(), batch)
    assert Relation.objects.count() == 2


def test_the_fault_goes_when_the_row_is_mended(cast: Cast, tmp_path: Path) -> None:
    turned(cast)
    batch = read(cast, tmp_path, Strategi=[HEADER, *TURNED])
    imports.recheck(system(), batch)
    assert told(batch) == {(0, 2): [WAY]}
    imports.repair(system(), batch, 0, 3, {2: "Misi"})  # then the other may not stand under it at all
    assert not told(batch)
    (row,) = imports.repair(system(), batch, 0, 3, {2: "Visi"})
    assert told(batch) == {(0, 2): [WAY]} and row.verdict == "changed"
    (row,) = imports.repair(system(), batch, 0, 2, {4: ""})
    assert not told(batch) and row.verdict == "changed"


def test_a_circle_through_something_hidden_does_not_name_it(cast: Cast, tmp_path: Path) -> None:
    vision = make(cast.unit, "Visi", "strategy", kind="visi", code="V")
    hidden = make(cast.other_unit, "Misi gelap", "strategy", kind="misi", classification="restricted")
    aim = make(cast.unit, "Tujuan", "strategy", kind="tujuan", code="T")
    join(aim, "strategy_parent", hidden)
    join(hidden, "strategy_parent", vision)
    rows = [["V", "Visi", "Misi", cast.unit.name, "T"], ["T", "Tujuan", "Visi", cast.unit.name, ""]]
    file = tmp_path / "strategi.xlsx"
    file.write_bytes(xlsx_of(Strategi=[HEADER, *rows]))
    with file.open("rb") as source:
        batch = imports.receive(cast.actor("operator"), cast.institution, source, file.name)
    assert told(batch) == {(0, 2): ["“Visi” would come to stand above itself: Visi → Tujuan → … → Visi."]}
    assert Element.objects.count() == 3
