"""The pages of the import: who may open them, what they show, what they do, with and without a script."""

from __future__ import annotations

import io
import re
from html import unescape

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pendapa.architecture.models import Element
from pendapa.kernel.history import actions as history
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.tables import actions
from pendapa.kernel.tables.models import ImportBatch
from tests.cast import WHO, Cast
from tests.kernel.sheets import APPLICATIONS, csv_of, hand_in, numbers, row_of, saved, verdicts, xlsx_of

HOME = "/en/di/uji/impor/"
MAY = {"operator", "other_operator", "head", "diskominfo"}
DIRTY = csv_of(
    APPLICATIONS,
    ["", "SIMPUS", "Dinas Kesehatan", "Mencatat", 2019],
    ["", "Antrean", "Dinkes PPKB", "", ""],
    ["", "Rujukan", "Dinkes PPKB", "", "2O21"],
    ["", "", "Dinas Kesehatan", "", ""],
    ["", "Farmasi", "Dinas Kesehatann", "", ""],
)


def address(batch: ImportBatch, then: str = "", before: str = "/en") -> str:
    return f"{before}/di/uji/impor/{batch.uid}/{then}"


def text_of(response) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", " ", response.content.decode())).split())


def upload(client, content: bytes, name: str = "aplikasi.csv", **fields):
    file = SimpleUploadedFile(name, content)
    return client.post(HOME + "baru/", {"file": file, "kind": "auto"} | fields)


# ---- who


@pytest.mark.parametrize("who", WHO)
def test_the_front_page_opens_for_who_may_import(cast: Cast, who):
    response = cast.client(who).get(HOME)
    if who == "public":
        assert response.status_code == 302
        assert response["Location"].startswith("/en/masuk/")
    else:
        assert response.status_code == (200 if who in MAY else 404)


@pytest.mark.parametrize("who", sorted(set(WHO) - {"diskominfo", "operator", "public"}))
@pytest.mark.parametrize(
    "then", ["", "simpan/", "buang/", "batalkan/", "periksa/", "unit/", "baris/0/3/", "galat.xlsx"]
)
def test_an_import_of_somebody_else_is_not_there(cast: Cast, who, then):
    batch = hand_in(cast, DIRTY, "operator")
    client = cast.client(who)
    response = (
        client.get(address(batch, then)) if then in ("", "galat.xlsx") else client.post(address(batch, then))
    )
    assert response.status_code == 404
    assert (ImportBatch.objects.get(pk=batch.pk).state, row_of(batch, 3).cells[2]) == (
        "preview",
        "Dinkes PPKB",
    )


def test_the_secretariat_may_open_and_save_what_an_operator_handed_in(cast: Cast):
    batch = hand_in(cast, csv_of(APPLICATIONS, ["", "A", "1.02", "", ""]), "operator")
    client = cast.client("diskominfo")
    assert client.get(address(batch)).status_code == 200
    client.post(address(batch, "simpan/"))
    assert ImportBatch.objects.get(pk=batch.pk).state == "saved"


def test_what_changes_something_takes_no_get(cast: Cast):
    batch = hand_in(cast, DIRTY)
    client = cast.client("diskominfo")
    for then in ("simpan/", "buang/", "batalkan/", "periksa/", "unit/", "baris/0/3/"):
        assert client.get(address(batch, then)).status_code == 405


def test_a_file_must_come_with_the_token_of_the_page(cast: Cast):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.users["diskominfo"], backend="django.contrib.auth.backends.ModelBackend")
    assert upload(client, DIRTY).status_code == 403
    assert not ImportBatch.objects.exists()


# ---- handing in


def test_a_file_leads_to_its_preview_and_nothing_is_saved(cast: Cast):
    client = cast.client("diskominfo")
    response = upload(client, DIRTY, "Daftar <b> FINAL (2).csv")
    batch = ImportBatch.objects.get()
    assert response["Location"] == address(batch)
    seen = text_of(client.get(response["Location"]))
    assert "Daftar <b> FINAL (2).csv" in client.get(response["Location"]).content.decode().replace(
        "&lt;", "<"
    ).replace("&gt;", ">")
    assert "Nothing has been saved yet." in seen
    assert "column headers in row 1 · 5 rows" in seen
    assert not Element.objects.exists()


def test_without_a_file_or_with_an_empty_one_the_form_says_so(cast: Cast):
    client = cast.client("operator")
    response = client.post(HOME + "baru/", {"kind": "auto"})
    assert (response.status_code, "Choose a file first." in text_of(response)) == (422, True)
    response = upload(client, b"")
    assert (response.status_code, "The file is empty." in text_of(response)) == (422, True)
    assert not ImportBatch.objects.exists()


def test_a_file_that_is_too_large_is_refused_with_the_limit(cast: Cast, monkeypatch):
    monkeypatch.setattr(actions, "MAX_FILE", 1024 * 1024)
    response = upload(cast.client("operator"), b"x" * (1024 * 1024 + 1))
    assert response.status_code == 422
    assert "larger than 1 MB" in text_of(response)
    assert not ImportBatch.objects.exists()


def test_an_unreadable_file_says_what_why_what_to_do_and_what_did_not_change(cast: Cast):
    client = cast.client("operator")
    response = client.get(upload(client, b"%PDF-1.7", "daftar.xlsx")["Location"])
    seen = text_of(response)
    assert response.status_code == 200
    assert "The file cannot be read" in seen
    assert "PDF" in seen
    assert "Nothing was changed." in seen


def test_only_units_that_the_person_writes_for_are_offered_and_taken(cast: Cast):
    seen = text_of(cast.client("operator").get(HOME))
    assert "UPT Puskesmas Uji" in seen
    assert "Dinas Komunikasi" not in seen
    assert "Dinas Komunikasi" in text_of(cast.client("diskominfo").get(HOME))
    response = upload(cast.client("operator"), DIRTY, unit=cast.other_unit.pk)
    assert response.status_code == 422
    assert not ImportBatch.objects.exists()


def test_only_tables_that_the_person_may_write_are_offered(cast: Cast):
    assert 'value="units"' not in cast.client("operator").get(HOME).content.decode()
    assert 'value="units"' in cast.client("diskominfo").get(HOME).content.decode()
    assert cast.client("operator").get(HOME + "templat/units.xlsx").status_code == 404
    assert cast.client("diskominfo").get(HOME + "templat/pasword.xlsx").status_code == 404


@pytest.mark.parametrize(
    "kind", ["units", "processes", "services", "data", "applications", "infrastructure", "security"]
)
def test_each_table_has_an_empty_template_that_the_import_knows(cast: Cast, kind):
    client = cast.client("diskominfo")
    response = client.get(f"{HOME}templat/{kind}.xlsx")
    assert response["Content-Disposition"] == f'attachment; filename="pendapa-{kind}.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    page = book.worksheets[1]
    named = [cell.value for cell in page[1]]
    row = ["Sesuatu" if text.startswith("Name") else "1.02" if "OPD)" in text else None for text in named]
    page.append(row)
    target = io.BytesIO()
    book.save(target)
    batch = hand_in(cast, target.getvalue(), name="templat.xlsx")
    assert [facts["kind"] for facts in batch.sheets] == [kind]
    assert len(verdicts(batch)) == 1, "the example is left out"
    assert None not in dict(batch.sheets[0]["columns"]).values()


# ---- the preview


def test_counts_are_filters_and_faults_come_first(cast: Cast):
    client, batch = cast.client("diskominfo"), hand_in(cast, DIRTY)
    seen = text_of(client.get(address(batch)))
    assert "4 faulty rows" in seen
    assert "SIMPUS" not in seen
    assert "SIMPUS" in text_of(client.get(address(batch, "?show=new")))
    assert "5 rows" in text_of(client.get(address(batch, "?show=all")))
    assert "No row here." in text_of(client.get(address(batch, "?show=changed")))


@pytest.mark.parametrize(
    "query", ["?show=nonsense", "?sheet=99", "?sheet=-1", "?after=x", "?after=99999999999999999", "?sheet=²"]
)
def test_a_strange_address_shows_a_page_all_the_same(cast: Cast, query):
    assert cast.client("diskominfo").get(address(hand_in(cast, DIRTY), query)).status_code == 200


def test_each_finding_has_its_cell_its_value_and_a_field(cast: Cast):
    response = cast.client("diskominfo").get(address(hand_in(cast, DIRTY)))
    html, seen = response.content.decode(), text_of(response)
    for place in ("C3", "C4", "B5", "C6"):
        assert f'<b class="mono">{place}</b>' in html
    assert "No unit is named Dinkes PPKB." in seen
    assert "C3 also for 1 row with the same: 4" in seen
    assert 'name="c2"' in html
    assert re.search(r'<option value="Dinas Kesehatan" selected>Dinas Kesehatan \(9\d%\)', html)
    assert "As in row 3" in seen
    assert "1 doubt besides" in seen


def test_columns_tell_what_they_became_and_what_is_left_out(cast: Cast):
    batch = hand_in(cast, csv_of(["Nama Apliaksi", "OPD Pengampu", "Catatan dapur"], ["A", "1.02", "x"]))
    seen = text_of(cast.client("diskominfo").get(address(batch)))
    assert "Columns: 2 of 3 recognised" in seen
    assert "1 column is not imported." in seen
    assert "Catatan dapur left out" in seen


def test_a_workbook_with_several_tables_has_a_tab_for_each(cast: Cast):
    content = xlsx_of(
        Aplikasi=[["Nama Aplikasi", "OPD"], ["A", "1.02"]],
        Layanan=[["Nama Layanan", "OPD"], ["B", "Tak ada"]],
        Petunjuk=[["Bacalah ini"]],
    )
    batch = hand_in(cast, content, name="semua.xlsx")
    client = cast.client("diskominfo")
    first, second = text_of(client.get(address(batch))), text_of(client.get(address(batch, "?sheet=1")))
    assert "Petunjuk" not in first
    assert ("sheet “Layanan”" in first, "sheet “Aplikasi”" in second) == (True, True)
    assert "Download 1 faulty row" in second
    assert f"{address(batch)}?show=faulty#r2" in client.get(address(batch, "?sheet=1")).content.decode()


def test_a_changed_row_shows_what_stands_there_and_what_would(cast: Cast):
    saved(cast, csv_of(APPLICATIONS, ["K-1", "SIMPUS", "1.02", "Lama", 2019]))
    batch = hand_in(cast, csv_of(APPLICATIONS, ["K-1", "SIMPUS", "1.02", "Baru <i>", 2020]))
    html = cast.client("diskominfo").get(address(batch, "?show=changed")).content.decode()
    assert "<del>Lama</del>" in html
    assert "<ins>Baru &lt;i&gt;</ins>" in html
    assert ("<del>2019</del>" in html, "<ins>2020</ins>" in html) == (True, True)


def test_long_lists_are_paged_by_row_number_both_ways(cast: Cast):
    rows = (["", f"Aplikasi {n}", "1.02", "", ""] for n in range(120))
    batch, client = hand_in(cast, csv_of(APPLICATIONS, *rows)), cast.client("diskominfo")

    def shown(query):
        html = client.get(address(batch, query)).content.decode()
        return re.findall(r'<tr id="r(\d+)">', html), dict(
            re.findall(r'rel="(prev|next)" href="([^"]+)"', html)
        )

    first, links = shown("?show=all")
    assert (first[0], first[-1], len(first), list(links)) == ("2", "51", 50, ["next"])
    second, links = shown(links["next"].replace("&amp;", "&"))
    assert (second[0], second[-1], list(links)) == ("52", "101", ["prev", "next"])
    third, links = shown(links["next"].replace("&amp;", "&"))
    assert (third[0], third[-1], list(links)) == ("102", "121", ["prev"])
    assert shown(links["prev"].replace("&amp;", "&"))[0] == second


def test_the_number_of_queries_does_not_grow_with_the_rows(cast: Cast, django_assert_max_num_queries):
    rows = (["", f"Aplikasi {n}", f"Dinas Antah {n % 7}", "", "2O19"] for n in range(60))
    batch, client = hand_in(cast, csv_of(APPLICATIONS, *rows)), cast.client("diskominfo")
    client.get(address(batch))  # the number beside the inbox is kept from here on
    with django_assert_max_num_queries(24):
        client.get(address(batch))


# ---- mending


def test_a_cell_is_mended_in_place_and_the_rows_with_the_same_follow(cast: Cast):
    batch, client = hand_in(cast, DIRTY), cast.client("diskominfo")
    fields = {"c2": "Dinas Kesehatan", "also2": "1"}
    response = client.post(address(batch, "baris/0/3/?show=faulty"), fields, headers={"HX-Request": "true"})
    html, seen = response.content.decode(), text_of(response)
    assert "<html" not in html
    assert 'id="pratinjau"' in html
    assert "Row 3 is in order. 1 more row was changed with it." in seen
    assert verdicts(batch) == {2: "new", 3: "new", 4: "new", 5: "faulty", 6: "faulty"}
    assert re.findall(r'<tr id="r(\d+)">', html) == ["3", "4", "5", "6"]  # what was mended stays in sight
    assert "3 rows ready to be saved: 3 new, 0 changed." in seen
    assert not Element.objects.exists()


def test_mending_works_without_a_script(cast: Cast):
    batch, client = hand_in(cast, DIRTY), cast.client("diskominfo")
    response = client.post(address(batch, "baris/0/5/?show=faulty"), {"c1": "Gizi"})
    assert response["Location"] == address(batch, "?show=faulty#r5")
    assert verdicts(batch)[5] == "new"
    assert "Row 5 is in order." in text_of(client.get(address(batch)))


def test_applying_nothing_changes_nothing_and_says_so(cast: Cast):
    batch, client = hand_in(cast, DIRTY), cast.client("diskominfo")
    response = client.post(
        address(batch, "baris/0/3/"), {"c2": "Dinkes PPKB"}, headers={"HX-Request": "true"}
    )
    assert "Nothing was changed in row 3" in text_of(response)
    assert verdicts(batch)[3] == "faulty"


def test_strange_fields_are_ignored_and_a_row_that_is_not_there_is_not_found(cast: Cast):
    batch, client = hand_in(cast, DIRTY), cast.client("diskominfo")
    fields = {"c": "x", "c-1": "x", "c999999": "x", "cx": "x", "c²": "x", "c44": "x"}
    assert client.post(address(batch, "baris/0/3/"), fields).status_code == 302
    assert row_of(batch, 3).cells[:3] == ["", "Antrean", "Dinkes PPKB"]
    assert client.post(address(batch, "baris/0/99/"), {"c1": "x"}).status_code == 404
    assert client.post(address(batch, "baris/7/3/"), {"c1": "x"}).status_code == 404


def test_another_name_of_a_unit_is_remembered_where_that_was_ticked(cast: Cast):
    from pendapa.organisation.models import UnitAlias

    batch, client = hand_in(cast, DIRTY), cast.client("diskominfo")
    fields = {"c2": "Dinas Kesehatan", "remember2": "1"}
    response = client.post(address(batch, "baris/0/3/"), fields, headers={"HX-Request": "true"})
    assert "is remembered as another name of Dinas Kesehatan" in text_of(response)
    assert UnitAlias.objects.get().name == "Dinkes PPKB"
    again = hand_in(cast, DIRTY)
    assert verdicts(again)[3] == "new"


def test_an_operator_is_not_offered_to_rename_units_and_cannot(cast: Cast):
    from pendapa.organisation.models import UnitAlias

    batch, client = hand_in(cast, DIRTY, "operator"), cast.client("operator")
    assert "remember2" not in client.get(address(batch)).content.decode()
    response = client.post(address(batch, "baris/0/3/"), {"c2": "Dinas Kesehatan", "remember2": "1"})
    assert response.status_code in (302, 404)
    assert not UnitAlias.objects.exists()


def test_an_operator_is_offered_the_own_units_only(cast: Cast):
    batch = hand_in(cast, DIRTY, "operator")
    html = cast.client("operator").get(address(batch)).content.decode()
    assert '<option value="UPT Puskesmas Uji">UPT Puskesmas Uji</option>' in html
    assert "Dinas Komunikasi" not in html


def test_of_units_with_one_name_the_code_tells_which_is_meant(cast: Cast):
    from tests.cast import make_unit

    make_unit(cast.institution, "9.99", "Dinas Kesehatan", cast.other_unit)
    batch, client = (
        hand_in(cast, csv_of(APPLICATIONS, ["", "A", "Dinas Kesehatan", "", ""])),
        cast.client("diskominfo"),
    )
    html = client.get(address(batch)).content.decode()
    assert '<option value="9.99">Dinas Kesehatan (9.99)</option>' in html
    client.post(address(batch, "baris/0/2/"), {"c2": "9.99"})
    assert verdicts(batch) == {2: "new"}


def test_where_there_are_many_units_the_name_is_typed(cast: Cast, monkeypatch):
    from pendapa.kernel.tables import preview

    monkeypatch.setattr(preview, "ALL_UNITS", 2)
    html = cast.client("diskominfo").get(address(hand_in(cast, DIRTY))).content.decode()
    assert 'list="unit-names"' in html
    assert 'name="c2" value="Dinas Kesehatan"' in html
    assert '<datalist id="unit-names">' in html


def test_a_sheet_without_a_unit_column_asks_whose_it_is(cast: Cast):
    batch, client = (
        hand_in(cast, csv_of(["Nama Aplikasi", "Fungsi Aplikasi"], ["A", "x"])),
        cast.client("diskominfo"),
    )
    assert "This sheet has no column for the unit." in text_of(client.get(address(batch)))
    client.post(address(batch, "unit/"), {"unit": cast.other_unit.pk})
    assert verdicts(batch) == {2: "new"}
    client.post(address(batch, "unit/"), {"unit": cast.foreign_unit.pk})
    assert verdicts(batch) == {2: "faulty"}


# ---- saving and taking back


def test_good_rows_are_saved_and_faulty_ones_stay_behind_where_that_was_asked(cast: Cast):
    batch, client = hand_in(cast, DIRTY), cast.client("diskominfo")
    assert "Save 1, leave 4" in text_of(client.get(address(batch)))
    client.post(address(batch, "simpan/"))
    assert not Element.objects.exists()
    assert "4 rows are faulty" in text_of(client.get(address(batch)))
    client.post(address(batch, "simpan/"), {"skip": "1"})
    assert [element.name for element in Element.objects.all()] == ["SIMPUS"]
    seen = text_of(client.get(address(batch)))
    assert "1 row saved" in seen
    assert "4 faulty rows stayed behind" in seen
    assert "Undo this import" in seen


def test_saving_twice_says_that_it_was_saved(cast: Cast):
    batch, client = hand_in(cast, csv_of(APPLICATIONS, ["", "A", "1.02", "", ""])), cast.client("diskominfo")
    client.post(address(batch, "simpan/"))
    client.post(address(batch, "simpan/"))
    assert Element.objects.count() == 1
    assert "no longer waiting" in text_of(client.get(address(batch)))


def test_a_file_that_brings_nothing_new_has_nothing_to_save(cast: Cast):
    saved(cast, csv_of(APPLICATIONS, ["", "A", "1.02", "", ""]))
    seen = text_of(
        cast.client("diskominfo").get(address(hand_in(cast, csv_of(APPLICATIONS, ["", "A", "1.02", "", ""]))))
    )
    assert "Nothing needs to be saved." in seen
    assert "Save 0" not in seen


def test_undo_says_how_many_were_taken_back_and_names_those_kept(cast: Cast):
    batch = saved(cast, csv_of(APPLICATIONS, ["", "A", "1.02", "", ""], ["", "B", "1.02", "", ""]))
    edited = Element.objects.get(name="B")
    edited.attributes = {"fungsi": "disunting"}
    history.write(cast.actor("operator"), cast.institution, "edit", history.Writes(change=[edited]))
    client = cast.client("diskominfo")
    seen = text_of(client.post(address(batch, "batalkan/")))
    assert "1 row was taken back." in seen
    assert re.search(r"What stays .* B DAA-002 .*by Operator", seen)
    assert [element.name for element in Element.objects.filter(deleted_at=None)] == ["B"]
    assert "The import was taken back in part" in text_of(client.get(address(batch)))
    assert "Taken back in part" in text_of(client.get(HOME))


def test_an_operator_takes_back_the_own_import_but_not_that_of_others(cast: Cast):
    content = csv_of(APPLICATIONS, ["", "A", "1.02", "", ""])
    own, others = (
        saved(cast, content, "operator"),
        saved(cast, csv_of(APPLICATIONS, ["", "B", "1.02", "", ""])),
    )
    client = cast.client("operator")
    assert client.post(address(others, "batalkan/")).status_code == 404
    assert client.post(address(own, "batalkan/")).status_code == 200
    assert [element.name for element in Element.objects.filter(deleted_at=None)] == ["B"]


def test_a_discarded_import_is_gone_from_the_list(cast: Cast):
    batch, client = hand_in(cast, DIRTY, name="buang.csv"), cast.client("diskominfo")
    assert client.post(address(batch, "buang/"))["Location"] == HOME
    seen = text_of(client.get(HOME))
    assert "buang.csv was discarded. Nothing of it was saved." in seen
    assert client.get(address(batch)).status_code == 404
    assert "None yet." in text_of(client.get(HOME))


def test_the_list_tells_states_and_counts_of_ones_own_imports(cast: Cast):
    saved(cast, DIRTY, name="tersimpan.csv")
    hand_in(cast, DIRTY, name="menunggu.csv")
    hand_in(cast, b"%PDF", name="rusak.xlsx")
    hand_in(cast, DIRTY, "operator", name="operator.csv")
    seen = text_of(cast.client("diskominfo").get(HOME))
    for name, state in (
        ("tersimpan.csv", "Saved"),
        ("menunggu.csv", "Not saved yet"),
        ("rusak.xlsx", "Could not be read"),
    ):
        assert re.search(rf"{re.escape(name)} .*? {state}", seen)
    mine = text_of(cast.client("operator").get(HOME))
    assert ("operator.csv" in mine, "tersimpan.csv" in mine) == (True, False)


def test_after_a_refusal_the_preview_shows_what_is_stored_now(cast: Cast):
    content = csv_of(APPLICATIONS, ["", "A", "1.02", "", ""])
    batch, client = hand_in(cast, content), cast.client("diskominfo")
    saved(cast, content)
    response = client.post(address(batch, "simpan/"), follow=True)
    seen = text_of(response)
    assert "has changed since the file was read" in seen
    assert "Nothing needs to be saved." in seen
    assert Element.objects.count() == 1


# ---- downloads


def test_faulty_rows_come_back_as_a_workbook_with_what_is_wrong(cast: Cast):
    content = csv_of(APPLICATIONS, ["", "=1+1", "Antah", "'@x", ""], ["", "Baik", "1.02", "", ""])
    batch, client = hand_in(cast, content), cast.client("diskominfo")
    response = client.get(address(batch, "galat.xlsx"))
    assert response.headers["Content-Disposition"].startswith("attachment")
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    page = book.worksheets[0]
    assert [cell.value for cell in page[1]] == APPLICATIONS and page.max_row == 2
    assert page["B2"].value == "'=1+1" and page["B2"].comment is None
    assert page["C2"].comment.text.startswith("No unit is named Antah.")
    assert page["C2"].fill.fgColor.rgb != page["B2"].fill.fgColor.rgb
    assert book.sheetnames[-1] == "Petunjuk"
    again = hand_in(cast, response.content, name="galat.xlsx")
    assert len(again.sheets) == 1 and again.problem is None
    assert row_of(again, 2).cells[1] == "=1+1" and numbers(again)["faulty"] == 1
    page["C2"].value = "Dinas Kesehatan"
    mended = io.BytesIO()
    book.save(mended)
    assert verdicts(hand_in(cast, mended.getvalue(), name="galat.xlsx")) == {2: "new"}


def test_a_cell_that_looks_like_a_formula_is_shown_and_kept_as_text(cast: Cast):
    names = ["=1+1", "+62 811", "-5 layanan", "@kota"]
    batch = hand_in(cast, csv_of(APPLICATIONS, *(["", name, "1.02", "", ""] for name in names)))
    html = cast.client("diskominfo").get(address(batch, "?show=all")).content.decode()
    assert all(f">{name}<" in html for name in names)
    actions.confirm(cast.actor("diskominfo"), batch)
    assert sorted(Element.objects.values_list("name", flat=True)) == sorted(names)


# ---- many rows


def test_many_rows_show_their_progress_and_lead_to_the_preview(cast: Cast, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 3)
    client = cast.client("diskominfo")
    url = upload(client, DIRTY)["Location"]
    page = client.get(url)
    assert "The file is being read" in text_of(page)
    assert 'hx-trigger="every 2s"' in page.content.decode()
    part = client.get(url + "?wait=1", headers={"HX-Request": "true"})
    assert ("<html" in part.content.decode(), 'id="kerja"' in part.content.decode()) == (False, True)
    jobs.run(Job.objects.get())
    done = client.get(url + "?wait=1", headers={"HX-Request": "true"})
    assert (done["HX-Redirect"], done.content) == (url, b"")
    assert "4 faulty rows" in text_of(client.get(url))


def test_reading_can_be_cancelled_from_its_page(cast: Cast, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 3)
    client = cast.client("diskominfo")
    url = upload(client, DIRTY)["Location"]
    assert client.post(url + "buang/")["Location"] == HOME
    assert Job.objects.get().cancel_asked


def test_saving_that_came_to_nothing_says_why(cast: Cast, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 1)
    batch, client = hand_in(cast, csv_of(APPLICATIONS, ["", "A", "1.02", "", ""])), cast.client("diskominfo")
    monkeypatch.setattr(actions, "AT_ONCE", 0)
    client.post(address(batch, "simpan/"))
    assert "The rows are being saved" in text_of(client.get(address(batch)))
    Job.objects.update(state="failed", error="OperationalError")
    seen = text_of(client.get(address(batch)))
    assert "Saving was interrupted. Nothing was saved; you can try again." in seen
    assert "1 row ready to be saved" in seen
