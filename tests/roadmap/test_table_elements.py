"""The elements that initiatives make, change, retire or use: out into a file and back, whole; told apart or refused by row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pendapa.architecture.models import Element
from pendapa.kernel.access.actor import system
from pendapa.kernel.history import actions as history
from pendapa.kernel.history import undoing
from pendapa.kernel.tables import actions as imports
from pendapa.kernel.tables import queries as reports
from pendapa.kernel.tables.models import ImportBatch
from pendapa.roadmap.models import Initiative, InitiativeElement, Roadmap
from pendapa.roadmap.tables import touching
from tests.cast import Cast, cast
from tests.kernel.sheets import numbers
from tests.roadmap.frozen import initiative, roadmap
from tests.roadmap.initiatives import make_element, write
from tests.roadmap.test_import_printed import told
from tests.roadmap.test_table_waits import read, written

__all__ = ["cast"]
pytestmark = pytest.mark.django_db
HEADS = ["Nama Rencana", "Kode", "Tanggal Awal", "Tanggal Akhir", "SKPD", "Unsur arsitektur"]


def element(cast: Cast, code: str, name: str = "", **more: Any) -> Element:
    row: Element = make_element(cast, name or f"Nama {code}", **more)
    row.code = code
    history.write(system(), cast.institution, "edit", history.Writes(change=[row]))
    return row


def touch(cast: Cast, row: Initiative, *elements: tuple[Element, str]) -> None:
    for one, effect in elements:
        write(
            cast,
            InitiativeElement(institution=cast.institution, initiative=row, element=one, effect=effect),
        )


def touched(row: Initiative) -> dict[str, str]:
    rows = InitiativeElement.objects.filter(initiative__code=row.code, deleted_at=None)
    return dict(rows.values_list("element__code", "effect"))


def table(*rows: tuple[str, str, str], opd: str = "1.02") -> bytes:
    """A table of (title, code, its elements)."""
    out = io.StringIO()
    csv.writer(out).writerows(
        [HEADS, *([title, code, "1/1/2027", "31/12/2027", opd, cell] for title, code, cell in rows)]
    )
    return out.getvalue().encode()


def faults(batch: ImportBatch) -> list[tuple[int, str, str, str]]:
    found = reports.report(batch)["errors"]
    return [(one["row"], one["column"], one["value"], one["message"]) for one in found]


def plan(cast: Cast, who: str = "") -> Initiative:
    state = {"state": "draft"} if who else {}
    return initiative(cast, None if who else roadmap(cast), "Satu", code="A-1", budgets=(), **state)


@pytest.fixture
def whole(cast: Cast) -> list[Initiative]:
    """Initiatives with every way to touch, and with codes that a cell is bad at."""
    row = roadmap(cast)
    first = initiative(cast, row, "Portal layanan", content="governance")
    second = initiative(cast, row, "Jaringan; antardinas", content="infrastructure")
    initiative(cast, row, "Tanpa unsur")
    touch(
        cast, first,
        (element(cast, "DAA.01.01"), "change"), (element(cast, "DAA 02"), "new"), (element(cast, "=1+1"), "use"),
        (element(cast, "KODE; dua (dibuat)"), "retire"), (element(cast, "tidak ada"), "use"), (element(cast, "1.02"), "change"),
    )  # fmt: skip
    touch(
        cast, second,
        (element(cast, "SAMA", "Satu", domain="applications"), "change"), (element(cast, "SAMA", "Dua", domain="services"), "new"),
    )  # fmt: skip
    return [first, second]


@pytest.mark.parametrize(
    ("form", "language"),
    [("xlsx", "id"), ("xlsx", "en"), ("csv", "id"), ("csv", "en"), ("json", "id")],
)
def test_what_goes_out_comes_back_whole_and_is_the_same_in_every_row(
    cast: Cast, whole: list[Initiative], tmp_path: Path, form: str, language: str
) -> None:
    before = [touched(one) for one in whole]
    content = written(cast, form, language=language)
    batch = read(cast, tmp_path, form, content)
    assert (numbers(batch)["same"], told(batch), faults(batch)) == (3, "", [])
    Initiative.objects.all().delete()
    Roadmap.objects.all().delete()
    batch = read(cast, tmp_path, form, content)
    assert (numbers(batch)["new"], numbers(batch)["faulty"]) == (3, 0), faults(batch)
    imports.confirm(system("uji"), batch)
    assert [touched(one) for one in whole] == before and len(before[0]) == 6
    kinds = InitiativeElement.objects.filter(initiative__code=whole[1].code, deleted_at=None)
    assert set(kinds.values_list("element__domain", "effect")) == {
        ("applications", "change"),
        ("services", "new"),
    }
    assert numbers(read(cast, tmp_path, form, content))["same"] == 3
    assert history.verify(cast.institution) == []


def test_a_workbook_names_elements_by_code_with_what_is_done_to_them(
    cast: Cast, whole: list[Initiative]
) -> None:
    rows = list(openpyxl.load_workbook(io.BytesIO(written(cast, "xlsx"))).active.iter_rows(values_only=True))
    cells = {row[1]: row[rows[0].index("Unsur arsitektur")] for row in rows[1:]}
    assert cells["Portal layanan"].startswith("DAA.01.01 (diubah); DAA 02 (dibuat); ")
    assert cells["Jaringan; antardinas"] == "Aplikasi: SAMA (diubah); Layanan: SAMA (dibuat)"
    assert cells["Tanpa unsur"] is None


def test_what_the_table_changes_adds_and_leaves_out_is_shown_and_applied(cast: Cast, tmp_path: Path) -> None:
    one = plan(cast)
    touch(cast, one, (element(cast, "DAA.1"), "change"), (element(cast, "DAA.2"), "use"))
    element(cast, "DAA.3", "Basis data pasien")
    batch = read(
        cast, tmp_path, "csv", table(("Satu", "A-1", "DAA.1 (diakhiri)\nBasis data pasien (dibuat)"))
    )
    assert (numbers(batch)["changed"], told(batch), faults(batch)) == (1, "", [])
    page = cast.client("diskominfo").get(f"/di/uji/impor/{batch.uid}/?show=changed").content.decode()
    for text in ("DAA.1: Diubah", "DAA.2: Dipakai", "DAA.1: Dihentikan", "DAA.3: Dibuat"):
        assert text in page, text
    batch = imports.confirm(system("uji"), batch)
    assert touched(one) == {"DAA.1": "retire", "DAA.3": "new"}
    undoing.undo(system("uji"), batch.change_set)
    assert touched(one) == {"DAA.1": "change", "DAA.2": "use"}


@pytest.mark.parametrize(
    ("cell", "after"),
    [
        ("", {"DAA.1": "change"}),
        ("-", {"DAA.1": "change"}),
        ("tidak ada", {}),
        ("Nihil.", {}),
        ("daa.1", {"DAA.1": "change"}),
        ("1. DAA.1 Portal (upgrade)\n2. DAA.2 - baru", {"DAA.1": "change", "DAA.2": "new"}),
        ("DAA.1, DAA.2 (dipakai)", {"DAA.1": "change", "DAA.2": "use"}),
        ("Aplikasi: DAA.1 [RETIRE]", {"DAA.1": "retire"}),
        ("portal; DAA.1 (diubah)", {"DAA.1": "change"}),
        ("Sistem (baru)", {"DAA.2": "change"}),
    ],
)
def test_a_cell_is_understood_as_people_write_it(cast: Cast, tmp_path: Path, cell: str, after: Any) -> None:
    one = plan(cast)
    touch(cast, one, (element(cast, "DAA.1", "Portal"), "change"))
    element(cast, "DAA.2", "Sistem (baru)")
    batch = read(cast, tmp_path, "csv", table(("Satu", "A-1", cell), ("Dua", "A-2", "DAA.1 (dipakai)")))
    assert faults(batch) == []
    imports.confirm(system("uji"), batch)
    assert touched(one) == after


def test_what_is_done_to_a_new_one_is_told_when_the_cell_does_not_say_it(cast: Cast, tmp_path: Path) -> None:
    plan(cast)
    element(cast, "DAA.1")
    batch = read(cast, tmp_path, "csv", table(("Satu", "A-1", "DAA.1")))
    assert "DAA.1" in told(batch) and "diubah" in told(batch)


@pytest.mark.parametrize(
    ("cell", "value", "words"),
    [
        ("DAA.99 (diubah)", "DAA.99 (diubah)", ("DAA.99",)),
        ("DAA.1 (dibuat); DAA.99; Portal", "DAA.99", ("DAA.99",)),
        ("Kembar (diubah)", "Kembar (diubah)", ("DAA.7; DAA.8",)),
        ("KAMAR (diubah)", "KAMAR (diubah)", ("Aplikasi: KAMAR", "Layanan: KAMAR")),
        ("DAA.1 (dilupakan)", "DAA.1 (dilupakan)", ("dilupakan", "dibuat, diubah, dihentikan, dipakai")),
        ("DAA.1 (dibuat); DAA.1 (diakhiri)", "DAA.1 (diakhiri)", ("DAA.1",)),
        ("DAA.1 Kembar", "DAA.1 Kembar", ("DAA.1", "Portal")),
        ("x" * 9000, "x" * 500, ("x" * 80,)),
        ("' OR 1=1 --", "' OR 1=1 --", ("OR 1=1",)),
        ("%(value)s %s", "%(value)s %s", ("%(value)s %s",)),
        ("<b>x</b>", "<b>x</b>", ("<b>x</b>",)),
        ("(diubah)", "(diubah)", ("(diubah)",)),
        ("\N{ZERO WIDTH JOINER}🏛\N{VARIATION SELECTOR-16}", None, ("🏛",)),
    ],
)
def test_a_cell_that_names_nothing_or_several_is_a_fault_of_its_row_and_column(
    cast: Cast, tmp_path: Path, cell: str, value: str | None, words: tuple[str, ...]
) -> None:
    plan(cast)
    element(cast, "DAA.1", "Portal")
    element(cast, "DAA.7", "Kembar")
    element(cast, "DAA.8", "Kembar")
    for domain in ("applications", "services"):
        element(cast, "KAMAR", f"Kamar {domain}", domain=domain)
    batch = read(cast, tmp_path, "csv", table(("Dua", "A-2", ""), ("Satu", "A-1", cell)))
    assert (numbers(batch)["new"], numbers(batch)["faulty"]) == (1, 1)
    ((row, column, shown, message),) = faults(batch)
    assert (row, column) == (3, "Unsur arsitektur") and value in (None, shown), shown
    assert all(text in message for text in words), message
    with pytest.raises(imports.Refused):
        imports.confirm(system("uji"), batch)
    assert cast.client("diskominfo").get(f"/di/uji/impor/{batch.uid}/").status_code == 200


def test_what_one_may_not_see_is_answered_like_what_does_not_exist_and_stays(
    cast: Cast, tmp_path: Path
) -> None:
    one = plan(cast, who="operator")
    hidden = element(cast, "DAA.5", "Rahasia", unit=cast.other_unit, classification="restricted")
    element(cast, "DAA.6", "Milik")
    touch(cast, one, (hidden, "change"))

    def of(cell: str) -> tuple[ImportBatch, Callable[[str], str]]:
        batch = read(cast, tmp_path, "csv", table(("Satu", "A-1", cell)), who="operator")
        return batch, lambda code: "|".join(text for _row, _column, _value, text in faults(batch)).replace(
            code, "X"
        )

    for cell in ("DAA.5", "Rahasia", "DAA.5 Rahasia", "DAA.5 (dilupakan)", str(hidden.uid)):
        other = (
            cell.replace("DAA.5", "DAA.4")
            .replace("Rahasia", "Tidak ada di sini")
            .replace(str(hidden.uid), str(one.uid))
        )
        (seen, said), (_unknown, none) = of(cell), of(other)
        assert numbers(seen)["faulty"] == 1
        assert said(cell) == none(other), cell
    batch, _said = of("DAA.6 (dibuat)")
    page = cast.client("operator").get(f"/di/uji/impor/{batch.uid}/?show=changed").content.decode()
    assert "DAA.6: Dibuat" in page and "DAA.5" not in page and "Rahasia" not in page
    imports.confirm(cast.actor("operator"), batch)
    assert touched(one) == {"DAA.5": "change", "DAA.6": "new"}
    batch, _said = of("tidak ada")
    imports.confirm(cast.actor("operator"), batch)
    assert touched(one) == {"DAA.5": "change"}
    assert "DAA.5" not in written(cast, "csv", who="operator").decode()


def test_elements_of_a_document_are_read_from_their_list(cast: Cast, tmp_path: Path) -> None:
    one = plan(cast)
    touch(cast, one, (element(cast, "DAA.1"), "change"))
    element(cast, "DAA.2")
    document = json.loads(written(cast, "json"))
    (record,) = document["elements"]
    assert [(part["domain"], part["code"], part["effect"]) for part in record["elements"]] == [
        ("applications", "DAA.1", "change")
    ]

    def again(elements: Any) -> ImportBatch:
        record["elements"] = elements
        return read(cast, tmp_path, "json", json.dumps(document).encode())

    assert numbers(again([]))["same"] == 1
    for odd in ([1], [{"code": {"x": 1}}], "DAA.9", {"code": "DAA.9"}, [{"effect": "new"}]):
        assert numbers(again(odd))["faulty"] == 1, odd
    batch = again([{"code": "DAA.2", "effect": "new", "domain": "applications"}, "DAA.1"])
    assert numbers(batch)["changed"] == 1, faults(batch)
    imports.confirm(system("uji"), batch)
    assert touched(one) == {"DAA.1": "change", "DAA.2": "new"}


def test_an_element_that_goes_while_the_table_waits_is_told_and_nothing_is_written(
    cast: Cast, tmp_path: Path
) -> None:
    one = plan(cast)
    gone = element(cast, "DAA.1")
    batch = read(cast, tmp_path, "csv", table(("Satu", "A-1", "DAA.1 (dibuat)")))
    history.write(system(), cast.institution, "edit", history.Writes(delete=[gone]))
    with pytest.raises((imports.Refused, history.Conflict)):
        imports.confirm(system("uji"), batch)
    assert touched(one) == {}


def test_a_table_asks_the_database_the_same_for_one_row_as_for_many(
    cast: Cast, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    for n in range(30):
        element(cast, f"DAA.{n}", f"Aplikasi {n}")
    rows = [
        (f"Inisiatif {n}", f"A-{n}", f"DAA.{n} (dibuat); Aplikasi {(n + 1) % 30} (dipakai)")
        for n in range(30)
    ]
    with django_assert_max_num_queries(60):
        batch = read(cast, tmp_path, "csv", table(*rows))
    assert numbers(batch)["new"] == 30


def test_a_cell_of_thousands_of_names_is_told_in_twenty_faults(cast: Cast, tmp_path: Path) -> None:
    cell = ";".join(f"tak dikenal {n}" for n in range(600))
    batch = read(cast, tmp_path, "csv", table(("Satu", "A-1", cell)))
    assert (numbers(batch)["faulty"], len(faults(batch))) == (1, touching.MOST)


def test_words_behind_an_element_are_told_from_its_name() -> None:
    assert touching.said("Portal (upgrade)")[1:] == ("Portal", "change")
    assert touching.said("Portal (Beta)")[1:] == ("Portal (Beta)", "")
    assert touching.said("DAA.01: dibuat")[1:] == ("DAA.01", "new")
    assert touching.said("Aplikasi: SAMA (retired)")[1:] == ("Aplikasi: SAMA", "retire")
    assert touching.named("") is None and touching.named("  tidak  ada. ") == []
