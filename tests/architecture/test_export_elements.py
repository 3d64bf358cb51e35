"""What goes out comes back in: an export is read by the import and changes nothing."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from pendapa.architecture import actions
from pendapa.architecture.columns import kind_for
from pendapa.architecture.models import Element
from pendapa.kernel.access.actor import system
from pendapa.kernel.tables import actions as imports
from pendapa.kernel.tables import queries as import_queries
from pendapa.kernel.tables.cells import Lookups, parse
from pendapa.kernel.tables.writing import template
from pendapa.regulations import packs
from tests.architecture.scene import join, make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
BASE = "/di/uji/arsitektur/ekspor/"


def fetched(client, query: str) -> bytes:
    answer = client.get(f"{BASE}?{query}")
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    return b"".join(answer.streaming_content)


def test_csv_holds_the_official_headers_codes_of_relations_and_no_formulas(cast: Cast) -> None:
    element = make(cast.unit, "=SUM(A1)", attributes={"fungsi": "-1+1", "basis": ["web", "mobile"]})
    join(element, "application_service", make(cast.unit, "Rawat jalan", "services"))
    rows = list(
        csv.reader(
            io.StringIO(
                fetched(cast.client("operator"), "domain=applications&format=csv").decode("utf-8-sig")
            ),
            delimiter=";",
        )
    )
    row = dict(zip(rows[0], rows[1], strict=True))
    assert row["Nama Aplikasi *"] == "'=SUM(A1)" and row["Fungsi Aplikasi"] == "'-1+1"
    assert (
        row["ID"] == "DAA-001"
        and row["Layanan terkait"] == "DAL-001"
        and row["Basis Aplikasi"] == "Web\nMobile"
    )


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_read_by_the_import_changes_nothing(cast: Cast, tmp_path: Path, form: str) -> None:
    attributes = {
        "fungsi": "Satu\ndua; tiga", "basis": ["web", "mobile"], "raa": "RAA.02", "tipe_lisensi": "Beli putus", "operator": "Budi",
        "nilai_spk": "148500000", "tahun_pembuatan": "2019", "url": "https://simpus.example", "bahasa_pemrograman": ["PHP"], "versi": "=1+1",
    }  # fmt: skip
    make(cast.unit, "SIMPUS", attributes=attributes)
    make(cast.other_unit, "-Nama aneh", attributes={"fungsi": "@x"})
    file = tmp_path / f"ekspor.{form}"
    file.write_bytes(fetched(cast.client("diskominfo"), f"domain=applications&format={form}"))
    batch = imports.read_file(system(), cast.institution, file, kind="auto")
    report = import_queries.report(batch)
    assert report["kind"] == "applications"
    assert (report["rows"], report["same"], report["faulty"]) == (2, 2, 0), (
        report["errors"] + report["warnings"]
    )


def test_kinds_of_infrastructure_come_back_as_well(cast: Cast, tmp_path: Path) -> None:
    make(cast.unit, "VM 1", "infrastructure", kind="server", attributes={"kapasitas_memori": "16 GB"})
    make(cast.unit, "Jaringan", "infrastructure", kind="jaringan_intra")
    file = tmp_path / "ekspor.xlsx"
    file.write_bytes(fetched(cast.client("operator"), "domain=infrastructure&format=xlsx"))
    report = import_queries.report(imports.read_file(system(), cast.institution, file, kind="infrastructure"))
    assert (report["rows"], report["same"]) == (2, 2), report


def test_an_export_holds_what_the_list_shows_and_one_may_see(cast: Cast) -> None:
    make(cast.unit, "Antrean Satu")
    make(cast.other_unit, "Antrean Dua")
    make(cast.unit, "Gudang")
    make(cast.other_unit, "Antrean Rahasia", classification="restricted")
    text = fetched(cast.client("operator"), "domain=applications&format=csv&q=antrean").decode()
    assert "Antrean Satu" in text and "Antrean Dua" in text and "Gudang" not in text and "Rahasia" not in text
    narrowed = fetched(
        cast.client("operator"), f"domain=applications&format=csv&unit={cast.unit.uid}"
    ).decode()
    assert "Gudang" in narrowed and "Antrean Dua" not in narrowed


def test_an_empty_domain_exports_as_an_empty_template(cast: Cast) -> None:
    assert (
        fetched(cast.client("operator"), "domain=security&format=csv")
        .decode("utf-8-sig")
        .startswith("ID;Nama Keamanan *")
    )


def test_a_search_over_all_domains_exports_a_workbook(cast: Cast) -> None:
    make(cast.unit, "Rawat jalan", "services")
    assert fetched(cast.client("operator"), "q=rawat").startswith(b"PK")


def test_deleted_elements_stay_out(cast: Cast) -> None:
    actions.delete_element(system(), make(cast.unit, "Dahulu"))
    assert Element.objects.count() == 1
    assert "Dahulu" not in fetched(cast.client("operator"), "domain=applications&format=csv").decode()


@pytest.mark.parametrize("language", ["id", "en"])
def test_what_a_template_offers_is_read_back_as_the_value(language: str) -> None:
    model = packs.metamodel()
    for kind in [kind_for(model, domain.key) for domain in model.domains]:
        offered = template(kind, language).choices
        for index, texts in offered.items():
            column = kind.columns[index]
            read = [parse(column, text, Lookups()).value for text in texts]
            assert read == [choice.value for choice in column.choices], (kind.key, column.name)
    assert "Tidak ada" in str(template(kind_for(model, "applications"), "id").choices)
