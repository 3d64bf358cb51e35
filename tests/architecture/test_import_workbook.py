"""Workbooks of several sheets: what one row names may stand in any sheet of the file, in any order."""

from __future__ import annotations

from pathlib import Path

import pytest

from pendapa.architecture.models import Element, Relation
from pendapa.kernel.access.actor import system
from pendapa.kernel.tables import actions as imports
from pendapa.kernel.tables import queries
from pendapa.kernel.tables.models import ImportBatch
from tests.architecture.scene import make
from tests.cast import Cast
from tests.kernel.sheets import xlsx_of

pytestmark = pytest.mark.django_db

PROCESSES = ["Kode Proses Bisnis", "Nama Proses Bisnis", "OPD"]
SERVICES = ["Kode", "Nama Layanan", "OPD", "Aplikasi terkait"]
APPLICATIONS = ["Kode", "Nama Aplikasi", "OPD", "Layanan terkait"]


def read(cast: Cast, tmp_path: Path, **sheets) -> ImportBatch:
    file = tmp_path / "buku.xlsx"
    file.write_bytes(xlsx_of(**sheets))
    return imports.read_file(system(), cast.institution, file, kind="auto")


def links() -> set[tuple[str, str]]:
    return set(Relation.objects.values_list("source__name", "target__name"))


def test_a_text_may_name_a_row_of_a_later_sheet_by_name_or_code(cast: Cast, tmp_path: Path) -> None:
    batch = read(
        cast,
        tmp_path,
        Layanan=[SERVICES, ["L1", "Rawat jalan", "1.02", "SIMPUS"], ["L2", "Rawat inap", "1.02", "A-9"]],
        Aplikasi=[APPLICATIONS, ["", "SIMPUS", "1.02", ""], ["A-9", "SIRS", "1.02", ""]],
    )
    assert not batch.rows.exclude(warnings=[]).exists(), "nothing to doubt: the file brings what it names"
    imports.confirm(system(), batch)
    assert links() == {("SIMPUS", "Rawat jalan"), ("SIRS", "Rawat inap")}
    service = Element.objects.get(name="Rawat jalan")
    assert "aplikasi" not in service.attributes


def test_what_no_sheet_brings_is_told_and_kept_as_written(cast: Cast, tmp_path: Path) -> None:
    batch = read(
        cast,
        tmp_path,
        Layanan=[SERVICES, ["L1", "Rawat jalan", "1.02", "Entah apa"]],
        Aplikasi=[APPLICATIONS, ["", "SIMPUS", "1.02", ""]],
    )
    doubts = [queries.say(one) for row in batch.rows.all() for one in row.warnings]
    assert len(doubts) == 1 and "Entah apa" in doubts[0]
    imports.confirm(system(), batch)
    assert Element.objects.get(name="Rawat jalan").attributes["aplikasi"] == ["Entah apa"]


def test_a_row_that_is_there_already_is_linked_with_what_the_file_brings(cast: Cast, tmp_path: Path) -> None:
    make(cast.unit, "Rawat jalan", "services", code="L1")
    sheets = {
        "Layanan": [SERVICES, ["L1", "Rawat jalan", "1.02", "SIMPUS"]],
        "Aplikasi": [APPLICATIONS, ["A-1", "SIMPUS", "1.02", ""]],
    }
    batch = read(cast, tmp_path, **sheets)
    assert dict(batch.rows.values_list("data__name", "verdict")) == {
        "Rawat jalan": "changed",
        "SIMPUS": "new",
    }
    imports.confirm(system(), batch)
    assert links() == {("SIMPUS", "Rawat jalan")}
    again = read(cast, tmp_path, **sheets)
    assert set(again.rows.values_list("verdict", flat=True)) == {"same"}


def test_both_ends_may_name_one_another(cast: Cast, tmp_path: Path) -> None:
    batch = read(
        cast,
        tmp_path,
        Layanan=[SERVICES, ["L1", "Rawat jalan", "1.02", "SIMPUS"]],
        Aplikasi=[APPLICATIONS, ["A-1", "SIMPUS", "1.02", "L1"]],
        Relasi=[
            ["Jenis relasi", "Kode asal", "Kode tujuan"],
            ["melayani", "A-1", "L1"],
        ],
    )
    imports.confirm(system(), batch)
    assert Relation.objects.count() == 1


def test_the_sheet_of_relations_brings_what_a_relation_tells(cast: Cast, tmp_path: Path) -> None:
    sheets = {
        "Aplikasi": [APPLICATIONS, ["A-1", "SIMPUS", "1.02", ""], ["A-2", "SIRS", "1.02", ""]],
        "Relasi": [
            ["Domain asal", "Kode asal", "Jenis relasi", "Kode tujuan", "Lewat", "Sejak"],
            ["Aplikasi", "A-1", "mengirim data ke", "A-2", "API langsung", "17 Agustus 2024"],
            ["Aplikasi", "A-1", "mengirim data ke", "A-77", "", ""],
            ["Aplikasi", "A-1", "memeluk", "A-2", "", ""],
            ["Aplikasi", "A-2", "melayani", "A-1", "", ""],
        ],
    }
    batch = read(cast, tmp_path, **sheets)
    told = {
        row.row: [queries.say(one) for one in row.errors]
        for row in batch.rows.filter(sheet=1, verdict="faulty")
    }
    assert sorted(told) == [3, 4, 5], told
    assert "A-77" in told[3][0] and "memeluk" in told[4][0]
    assert "melayani" in told[5][0] and "mengirim data ke" in told[5][0]
    imports.confirm(system(), batch, skip_errors=True)
    relation = Relation.objects.get()
    assert (relation.type, relation.attributes) == (
        "application_flow",
        {"lewat": "API", "sejak": "2024-08-17"},
    )
    again = read(cast, tmp_path, **sheets)
    assert again.rows.get(sheet=1, row=2).verdict == "same"
    assert again.rows.get(sheet=1, row=5).verdict == "faulty"


def test_an_operator_links_from_the_own_elements_only(cast: Cast, tmp_path: Path) -> None:
    own, other = make(cast.unit, "SIMPUS", code="A-1"), make(cast.other_unit, "SIAK", code="A-2")
    hidden = make(cast.other_unit, "Rahasia", code="A-3", classification="restricted")
    assert own and other and hidden
    file = tmp_path / "relasi.xlsx"
    rows = [("A-1", "A-2"), ("A-2", "A-1"), ("A-1", "A-3")]
    file.write_bytes(
        xlsx_of(
            Relasi=[
                ["Jenis relasi", "Kode asal", "Kode tujuan"],
                *(["mengirim data ke", *pair] for pair in rows),
            ]
        )
    )
    batch = imports.read_file(cast.actor("operator"), cast.institution, file, kind="auto")
    verdicts = dict(batch.rows.values_list("row", "verdict"))
    assert verdicts == {2: "new", 3: "faulty", 4: "faulty"}
    unknown = batch.rows.get(row=4).errors[0]
    assert unknown["msgid"] % unknown["params"] == "A-3 is no code of an element."


def test_a_relation_is_judged_by_what_the_file_makes_of_its_ends(cast: Cast, tmp_path: Path) -> None:
    """The kinds that count are those of the file, of new rows and of changed ones."""
    make(cast.unit, "Gedung", "infrastructure", code="I-2", kind="jaringan_intra")
    sheets = {
        "Infrastruktur": [
            ["Kode", "Nama Infrastruktur", "Jenis", "OPD"],
            ["I-1", "VM 1", "Server", "1.02"],
            ["I-2", "Gedung", "Fasilitas Komputasi", "1.02"],
        ],
        "Relasi": [
            ["Jenis relasi", "Kode asal", "Kode tujuan"],
            ["ditempatkan di", "I-1", "I-2"],
            ["ditempatkan di", "I-2", "I-1"],
            ["ditempatkan di", "VM 1", "I-2"],
        ],
    }
    batch = read(cast, tmp_path, **sheets)
    assert dict(batch.rows.filter(sheet=1).values_list("row", "verdict")) == {
        2: "new",
        3: "faulty",
        4: "faulty",  # a name is no code, also where the file brings it
    }
    imports.confirm(system(), batch, skip_errors=True)
    assert links() == {("VM 1", "Gedung")}
