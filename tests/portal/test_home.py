"""The front page: which one it is, in which language, and what it never shows."""

from __future__ import annotations

import pytest
from django.test import Client

from pendapa.kernel.tenancy.models import Institution, Unit
from tests.cast import Cast, cast, make_unit
from tests.portal.things import add_assessment, add_element, add_result

__all__ = ["cast"]


@pytest.fixture
def alone(db: None) -> Unit:
    """One institution with one agency."""
    here = Institution.objects.create(code="contoh", name="Kabupaten Contoh", is_demo=True)
    return make_unit(here, "1.02", "Dinas Kesehatan")


def page(path: str = "/", client: Client | None = None, status: int = 200) -> str:
    answer = (client or Client()).get(path)
    assert answer.status_code == status
    return answer.content.decode()


def test_with_one_institution_the_front_page_is_its_home_in_indonesian_without_a_redirect(
    alone: Unit,
) -> None:
    add_assessment(alone.institution, 2025, "3", target="3.5")
    text = page()
    assert '<html lang="id"' in text and "Kabupaten Contoh" in text
    assert "Indeks SPBE 3,00: Baik" in text and "Targetnya 3,50: kurang 0,50." in text
    assert "data contoh" in text and "Kabupaten ini rekaan" in text


def test_the_same_page_stands_in_english_under_en(alone: Unit) -> None:
    add_assessment(alone.institution, 2025, "3", target="3.5")
    text = page("/en/")
    assert '<html lang="en"' in text and "SPBE index 3.00: Good" in text
    assert "The target is 3.50: 0.50 is missing." in text


def test_with_several_institutions_the_front_page_lists_them(cast: Cast) -> None:
    add_result(cast.institution, "2.61", 2023)
    add_result(cast.other_institution, "1.23", 2022, public=False)
    text = page()
    assert "Kabupaten Uji" in text and "Kota Lain" in text and "/publik/uji/" in text
    assert "2,61" in text and "1,23" not in text


def test_the_list_of_institutions_goes_on_page_by_page(db: None) -> None:
    for number in range(61):
        Institution.objects.create(code=f"k{number:02}", name=f"Kabupaten {number:02}")
    first = page()
    assert "Kabupaten 59" in first and "Kabupaten 60" not in first and "?after=k59" in first
    assert "Kabupaten 60" in page("/?after=k59")
    assert page("/?after=zzz").count("Kabupaten") == 0


def test_with_no_institution_the_front_page_tells_the_three_commands(db: None) -> None:
    text = page()
    assert "pendapa createadmin" in text and "pendapa institution create" in text and "/masuk/" in text
    assert "Pendapa is running" in page("/en/")


def test_only_what_is_public_is_named_and_counted(alone: Unit) -> None:
    add_element(alone, "Antrean Puskesmas")
    add_element(alone, "Rekam Medis Rahasia", "restricted", "applications")
    add_element(alone, "Gaji Pegawai Dalam", "internal", "applications")
    for path in (
        "/",
        "/en/",
        "/publik/contoh/",
        "/publik/contoh/arsitektur/",
        "/publik/contoh/arsitektur/?q=rahasia",
    ):
        text = page(path)
        assert "Rekam Medis Rahasia" not in text and "Gaji Pegawai" not in text
    assert "Antrean Puskesmas" in page() and "1 elemen arsitektur terbuka" in page()
    assert "Aplikasi</span>" not in page("/publik/contoh/arsitektur/")


def test_an_unpublished_index_never_shows(alone: Unit) -> None:
    add_assessment(alone.institution, 2025, "4", public=False, target="4.5")
    add_result(alone.institution, "2.22", 2023, public=False)
    text = page()
    assert "Belum ada indeks yang diterbitkan" in text
    own = text[: text.index("Daerah lain dalam perjalanannya")]
    assert "4,00" not in own and "4,50" not in text and "2,22" not in text


def test_an_incomplete_assessment_shows_nothing_even_when_published(alone: Unit) -> None:
    add_assessment(alone.institution, 2025, "4", left_out=3)
    assert "Belum ada indeks yang diterbitkan" in page()


def test_a_signed_in_officer_sees_no_more_on_the_public_pages(cast: Cast) -> None:
    add_element(cast.unit, "Rekam Medis Rahasia", "restricted")
    add_assessment(cast.institution, 2025, "4", public=False)
    text = page("/publik/uji/", cast.client("diskominfo"))
    assert "Rekam Medis" not in text and "4,00" not in text[: text.index("Daerah lain dalam perjalanannya")]


def test_a_figure_without_a_year_is_called_earlier_and_an_unverified_one_is_marked(alone: Unit) -> None:
    add_result(alone.institution, "1.7", None, order=0)
    add_result(alone.institution, "2.6", None, order=1)
    add_result(alone.institution, "3.2", 2021, order=2, verified=True, source="Laporan 2021")
    text = page()
    assert text.count("sebelumnya") >= 2 and "Laporan 2021" in text and "belum terverifikasi" in text
    assert "Pada 2021 naik 0,60 dari nilai sebelumnya." in text


def test_a_fall_is_called_a_fall(alone: Unit) -> None:
    add_assessment(alone.institution, 2024, "4")
    add_assessment(alone.institution, 2025, "3")
    assert "Pada 2025 turun 1,00 dari 2024." in page()


def test_the_facts_for_comparison_carry_source_and_doubt(alone: Unit) -> None:
    text = page()
    assert "Kabupaten Trenggalek" in text and "1,7" in text and "3,2" in text
    assert "Kabupaten Mojokerto" in text and "1,55" in text and "target 4,0" in text
    assert "Rata-rata nasional" in text and "Laporan Hasil Evaluasi SPBE 2023" in text
    assert "Rata-rata Kabupaten" in text and "2,59" in text
    english = page("/en/")
    assert "Trenggalek Regency" in english and "no published source named" in english


def test_an_unknown_institution_is_not_found_like_every_unknown_page(alone: Unit) -> None:
    unknown, absent = (
        page("/publik/tidak-ada/", status=404),
        page("/publik/tidak-ada/arsitektur/", status=404),
    )
    assert unknown == absent == page("/entah/", status=404)


def test_the_code_of_an_institution_is_read_without_case(alone: Unit) -> None:
    assert "Kabupaten Contoh" in page("/publik/CONTOH/")


def test_others_are_plotted_and_a_year_that_no_source_gives_is_called_earlier(alone: Unit) -> None:
    text = page()
    plotted = text[text.index("Daerah lain dalam perjalanannya") :]
    label = plotted[plotted.index('aria-label="Kabupaten Trenggalek') :].split('"')[1]
    assert label.count("sebelumnya") == 2 and "2021" in label
    assert label.index("1,70") < label.index("2,60") < label.index("3,20")
