"""Cells that name other elements become relations, whichever file comes first."""

from __future__ import annotations

from pendapa.architecture.models import Element, Relation
from pendapa.kernel.history.models import Revision
from pendapa.kernel.history.undoing import undo
from pendapa.kernel.tables import actions
from pendapa.kernel.tables.models import ImportBatch
from pendapa.kernel.tenancy.models import Unit
from tests.cast import Cast
from tests.kernel.sheets import csv_of, hand_in, numbers, row_of, saved, xlsx_of

HEADER = ["Kode", "Nama Aplikasi", "OPD", "Layanan", "Infrastruktur Server"]
SERVICES = csv_of(["Kode Layanan", "Nama Layanan", "OPD"], ["L-1", "Rujukan pasien", "Dinas Kesehatan"])
APPLICATION = csv_of(HEADER, ["A-1", "Rujukan Daring", "Dinas Kesehatan", "Rujukan pasien", ""])


def live() -> list[tuple[str, str, str]]:
    found = Relation.objects.filter(deleted_at=None).order_by("pk")
    return [(r.type, r.source.name, r.target.name) for r in found]


def test_a_name_in_a_cell_becomes_a_relation(cast: Cast) -> None:
    saved(cast, SERVICES)
    saved(cast, APPLICATION)
    assert live() == [("application_service", "Rujukan Daring", "Rujukan pasien")]


def test_a_code_in_a_cell_becomes_the_same_relation(cast: Cast) -> None:
    saved(cast, SERVICES)
    saved(cast, csv_of(HEADER, ["A-1", "Rujukan Daring", "Dinas Kesehatan", "L-1", ""]))
    assert live() == [("application_service", "Rujukan Daring", "Rujukan pasien")]


def test_what_is_not_in_the_register_yet_stays_as_written(cast: Cast) -> None:
    saved(cast, APPLICATION)
    assert live() == []
    assert Element.objects.get(code="A-1").attributes["layanan"] == ["Rujukan pasien"]


def test_the_same_file_links_what_came_later_and_then_changes_nothing(cast: Cast) -> None:
    saved(cast, APPLICATION)
    saved(cast, SERVICES)
    batch = hand_in(cast, APPLICATION)
    assert row_of(batch, 2).verdict == "changed"
    actions.confirm(cast.actor("diskominfo"), batch)
    assert live() == [("application_service", "Rujukan Daring", "Rujukan pasien")]
    assert numbers(hand_in(cast, APPLICATION))["same"] == 1


def test_two_rows_never_take_one_element(cast: Cast) -> None:
    saved(cast, csv_of(HEADER, ["", "Rujukan Daring", "Dinas Kesehatan", "", ""]))
    batch = hand_in(
        cast,
        csv_of(
            HEADER,
            ["A-1", "Rujukan Daring", "Dinas Kesehatan", "", ""],
            ["A-2", "Rujukan Daring", "Dinas Kesehatan", "", ""],
        ),
    )
    assert [row_of(batch, n).verdict for n in (2, 3)] == ["changed", "new"]
    actions.confirm(cast.actor("diskominfo"), batch)
    assert sorted(Element.objects.values_list("code", flat=True)) == ["A-1", "A-2"]


def test_a_hidden_element_of_another_unit_is_not_linked_by_guessing_its_name(cast: Cast) -> None:
    saved(
        cast,
        csv_of(["Kode Layanan", "Nama Layanan", "OPD"], ["L-9", "Layanan rahasia", cast.other_unit.name]),
    )
    Element.objects.filter(code="L-9").update(classification="restricted")
    saved(
        cast,
        csv_of(HEADER, ["A-1", "Rujukan Daring", "Dinas Kesehatan", "Layanan rahasia", ""]),
        who="operator",
    )
    assert live() == []


def test_a_workbook_may_bring_its_units_along(cast: Cast) -> None:
    """Applications find the units that the first sheet of the same workbook would add."""
    workbook = xlsx_of(
        Aplikasi=[["Nama Aplikasi", "OPD"], ["Terminal Pintar", "Dinas Perhubungan"], ["Uji Kir", "Dishub"]],
        OPD=[["Kode OPD", "Nama OPD", "Nama Pendek"], ["2.15", "Dinas Perhubungan", "Dishub"]],
    )
    saved(cast, workbook, name="semua.xlsx")
    found = dict(Element.objects.values_list("name", "unit__code"))
    assert found == {"Terminal Pintar": "2.15", "Uji Kir": "2.15"}


def test_an_operator_cannot_promise_units(cast: Cast) -> None:
    workbook = xlsx_of(
        OPD=[["Kode OPD", "Nama OPD"], ["9.99", "Dinas Baru"]],
        Aplikasi=[["Nama Aplikasi", "OPD"], ["Diselundupkan", "Dinas Baru"]],
    )
    batch = hand_in(cast, workbook, "operator", name="semua.xlsx")
    assert {row.verdict for row in batch.rows.all()} == {"faulty"}


def test_the_kind_of_infrastructure_is_read_in_its_usual_words(cast: Cast) -> None:
    saved(
        cast,
        csv_of(
            ["Nama Infrastruktur", "Jenis", "OPD"],
            ["Ruang server", "Fasilitas Komputasi", "Dinas Kesehatan"],
            ["Basis data pusat", "DBMS", "Dinas Kesehatan"],
        ),
    )
    assert dict(Element.objects.values_list("name", "kind")) == {
        "Ruang server": "fasilitas_komputasi",
        "Basis data pusat": "sistem_database",
    }


def kept(code: str) -> object:
    return Element.objects.get(code=code).attributes.get("layanan")


def test_a_text_that_became_a_relation_is_not_kept_beside_it(cast: Cast) -> None:
    saved(cast, SERVICES)
    both = csv_of(HEADER, ["A-1", "Rujukan Daring", "Dinas Kesehatan", '"L-1;Tiada"', ""])
    saved(cast, both)
    assert kept("A-1") == ["Tiada"] and len(live()) == 1
    assert numbers(hand_in(cast, both))["same"] == 1
    saved(cast, APPLICATION)
    assert kept("A-1") is None
    assert numbers(hand_in(cast, APPLICATION))["same"] == 1
    assert "layanan" not in Revision.objects.filter(target_type="element").last().snapshot["attributes"]


def test_rows_of_one_sheet_may_name_one_another(cast: Cast) -> None:
    header = ["Kode", "Nama Infrastruktur", "Jenis", "OPD", "Fasilitas Komputasi"]
    sheet = csv_of(
        header,
        ["I-1", "VM 1", "server", "Dinas Kesehatan", "Ruang server"],
        ["I-2", "VM 2", "server", "Dinas Kesehatan", "I-1"],
        ["I-3", "Ruang server", "fasilitas_komputasi", "Dinas Kesehatan", ""],
    )
    batch = saved(cast, sheet, name="infrastruktur.csv")
    assert live() == [("hosted_in", "VM 1", "Ruang server")]
    texts = {e.code: e.attributes.get("fasilitas_komputasi") for e in Element.objects.all()}
    assert texts == {"I-1": None, "I-2": ["I-1"], "I-3": None}
    first = Revision.objects.filter(target_type="element", change_set=batch.change_set, version=1)
    assert not [one for one in first if one.snapshot["attributes"].get("fasilitas_komputasi")]
    assert numbers(hand_in(cast, sheet, name="infrastruktur.csv"))["same"] == 3


def test_a_relation_that_begins_in_another_unit_is_not_made_from_this_side(cast: Cast) -> None:
    saved(
        cast,
        csv_of(
            ["Kode", "Nama Aplikasi", "OPD"],
            ["A-1", "Rujukan Daring", cast.unit.name],
            ["A-2", "Akta Daring", cast.other_unit.name],
        ),
    )
    splp = csv_of(
        ["Kode", "Nama Infrastruktur", "Jenis", "OPD", "Aplikasi"],
        ["I-1", "SPLP", "sistem_penghubung_layanan", cast.unit.name, '"A-1;A-2"'],
    )
    saved(cast, splp, "operator", name="infrastruktur.csv")
    assert live() == [("application_splp", "Rujukan Daring", "SPLP")]
    assert Element.objects.get(code="I-1").attributes["aplikasi"] == ["A-2"]


def test_no_relation_is_made_that_the_metamodel_does_not_allow(cast: Cast) -> None:
    saved(
        cast,
        csv_of(
            ["Kode", "Nama Infrastruktur", "Jenis", "OPD", "Fasilitas Komputasi"],
            ["I-1", "Ruang", "fasilitas_komputasi", "Dinas Kesehatan", ""],
            ["I-2", "Intra", "jaringan_intra", "Dinas Kesehatan", "I-1"],
        ),
        name="infrastruktur.csv",
    )
    assert live() == []


def test_odd_and_endless_numbers_in_codes_stop_no_counting(cast: Cast) -> None:
    codes = ["DAA-²", "DAA-" + "9" * 50, "DAA-999999999", "DAA-1000000000"]
    header = ["Kode", "Nama Aplikasi", "OPD"]
    saved(cast, csv_of(header, *([code, f"Aplikasi {n}", "Dinas Kesehatan"] for n, code in enumerate(codes))))
    saved(cast, csv_of(header, *(["", name, "Dinas Kesehatan"] for name in ("Satu", "Dua"))))
    saved(cast, csv_of(header, ["", "Tiga", "Dinas Kesehatan"]))
    made = (
        Element.objects.filter(name__in=["Satu", "Dua", "Tiga"]).order_by("pk").values_list("code", flat=True)
    )
    assert list(made) == ["DAA-1000000001", "DAA-1000000002", "DAA-1000000003"]


def undone(cast: Cast, batch: ImportBatch) -> tuple[int, list[str]]:
    assert batch.change_set is not None
    done = undo(cast.actor("diskominfo"), batch.change_set)
    return done.count, [str(row) for row, _why in done.named]


def test_imports_are_taken_back_one_after_the_other(cast: Cast) -> None:
    """What the undo of the second put back is again as the first left it: nobody has edited it."""
    saved(cast, SERVICES)
    first = saved(cast, APPLICATION)
    second = saved(cast, csv_of(HEADER, ["A-1", "Rujukan Baru", "Dinas Kesehatan", "Rujukan pasien", ""]))
    assert undone(cast, second) == (1, [])
    assert undone(cast, first) == (1, [])
    assert not Element.objects.filter(code="A-1", deleted_at=None).exists()


def test_undo_counts_rows_and_what_joins_them_goes_along(cast: Cast) -> None:
    saved(cast, SERVICES)
    assert undone(cast, saved(cast, APPLICATION)) == (1, [])
    assert live() == []


def test_a_row_that_is_kept_keeps_its_relations(cast: Cast) -> None:
    saved(cast, SERVICES)
    batch = saved(cast, APPLICATION)
    saved(cast, csv_of(HEADER, ["A-1", "Rujukan Baru", "Dinas Kesehatan", "", ""]))
    assert undone(cast, batch) == (0, ["Rujukan Baru"])
    assert live() == [("application_service", "Rujukan Baru", "Rujukan pasien")]


def test_a_text_that_names_nothing_is_told_and_kept(cast: Cast) -> None:
    saved(cast, SERVICES)
    batch = hand_in(
        cast, csv_of(HEADER, ["A-1", "Rujukan Daring", "Dinas Kesehatan", "Rujukan pasien | Tak ada", ""])
    )
    (doubt,) = row_of(batch, 2).warnings
    assert (doubt["column"], doubt["value"]) == ("Layanan", "Tak ada")
    actions.confirm(cast.actor("diskominfo"), batch)
    assert Element.objects.get(code="A-1").attributes["layanan"] == ["Tak ada"]


def test_what_another_sheet_of_the_file_brings_is_no_doubt(cast: Cast) -> None:
    workbook = xlsx_of(
        Layanan=[["Kode Layanan", "Nama Layanan", "OPD"], ["L-1", "Rujukan pasien", "Dinas Kesehatan"]],
        Aplikasi=[HEADER, ["A-1", "Rujukan Daring", "Dinas Kesehatan", "Rujukan pasien", ""]],
    )
    batch = hand_in(cast, workbook, name="semua.xlsx")
    assert [row.warnings for row in batch.rows.all()] == [[], []]
    actions.confirm(cast.actor("diskominfo"), batch)
    assert live() == [("application_service", "Rujukan Daring", "Rujukan pasien")]


def test_a_parent_that_is_no_unit_is_told(cast: Cast) -> None:
    batch = hand_in(
        cast,
        csv_of(
            ["Kode OPD", "Nama OPD", "OPD induk"], ["7", "Satu", "99"], ["8", "Dua", "8"], ["9", "Tiga", "7"]
        ),
        name="opd.csv",
    )
    assert [len(row_of(batch, n).warnings) for n in (2, 3, 4)] == [1, 1, 0]
    actions.confirm(cast.actor("diskominfo"), batch)
    found = dict(Unit.objects.filter(code__in="789").values_list("code", "parent__code"))
    assert found == {"7": None, "8": None, "9": "7"}
