"""Templates: what is offered, locked and shown; filled in they come back through the import."""

from __future__ import annotations

import io

import openpyxl
import pytest

from pendapa.kernel.access.actor import system
from pendapa.kernel.tables import actions as imports
from pendapa.kernel.tables.downloads import template_sheets
from pendapa.kernel.tables.ports import importer, importers
from pendapa.kernel.tables.writing import write_xlsx
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def book_of(cast: Cast | None, *kinds: str):
    target = io.BytesIO()
    write_xlsx(target, template_sheets(cast.institution if cast else None, kinds, "id"))
    return openpyxl.load_workbook(target)


def test_headers_are_locked_and_cells_below_are_open(cast: Cast) -> None:
    page = book_of(cast, "applications").worksheets[1]
    assert page.protection.sheet and page["A1"].protection.locked
    assert (
        not page.column_dimensions["B"].protection.locked if page.column_dimensions["B"].has_style else True
    )
    assert not page["B2"].protection.locked


def offered_in(book, kind: str, column_name: str) -> list[str]:
    """What a cell of the column may be chosen from."""
    table = importer(kind).kind
    page, header = book[table.label["id"]], table.column(column_name).text()
    column = next(c.column_letter for c in page[1] if c.value.rstrip(" *") == header)
    rule = next(v for v in page.data_validations.dataValidation if f"{column}2" in v.sqref)
    if rule.formula1.startswith('"'):
        return rule.formula1.strip('"').split(",")
    sheet, _mark, cells = rule.formula1.lstrip("=").partition("!")
    return [row[0].value for row in book[sheet.strip("'")][cells.replace("$", "")]]


def test_lists_references_and_units_are_offered(cast: Cast) -> None:
    book = book_of(cast, "applications", "processes")
    assert "Dinas Kesehatan" in offered_in(book, "applications", "opd")
    assert "RAA.01 Aplikasi Umum" in offered_in(book, "applications", "raa")
    assert "Web" in " ".join(offered_in(book, "applications", "basis"))
    assert any(text.startswith("RAB.") for text in offered_in(book, "processes", "rab"))
    assert book["Daftar pilihan"].sheet_state == "hidden"


def test_what_a_column_wants_stands_in_a_comment_and_in_the_instructions(cast: Cast) -> None:
    book = book_of(cast, "applications")
    comments = {cell.value: cell.comment.text for cell in book["Aplikasi"][1] if cell.comment}
    assert "Nama Aplikasi *" in comments and "Layanan terkait" in comments
    told = [row[1] for row in book["Petunjuk"].iter_rows(values_only=True)]
    assert "Nama Aplikasi *" in told


def test_without_an_institution_no_unit_is_offered(cast: Cast) -> None:
    book = book_of(None, "applications")
    with pytest.raises(StopIteration):
        offered_in(book, "applications", "opd")


def test_the_workbook_of_all_tables_is_recognised_sheet_by_sheet_and_its_examples_are_left_out(
    cast: Cast, tmp_path
) -> None:
    kinds = [one.kind.key for one in importers() if one.kind.key != "elements"]
    file = tmp_path / "semua.xlsx"
    with file.open("wb") as out:
        write_xlsx(out, template_sheets(cast.institution, kinds, "id"))
    batch = imports.read_file(system(), cast.institution, file, kind="auto")
    assert sorted(facts["kind"] for facts in batch.sheets) == sorted(kinds)
    assert not batch.rows.exists() and batch.problem is None
