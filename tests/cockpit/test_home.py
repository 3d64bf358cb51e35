"""The officers' home: who comes in, what stands there, what it costs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from pendapa.architecture.models import Element
from pendapa.architecture.queries import keeping
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tenancy.models import Assignment, Institution, User
from tests.cast import Cast, cast
from tests.portal.things import add_assessment, add_element, add_result

__all__ = ["cast"]
HOME = "/di/uji/beranda/"
MEMBERS = ["operator", "other_operator", "head", "diskominfo", "sekda", "assessor"]
# With an empty cache. It is the same for one element and for many.
# With the badge of the inbox counted anew, which is done once in half a minute.
QUERIES = {"operator": 33, "head": 35, "diskominfo": 31, "sekda": 23, "assessor": 23}


def page(cast: Cast, who: str, path: str = HOME) -> str:
    answer = cast.client(who).get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def things(text: str) -> list[str]:
    """The titles of the three things."""
    inner = text.partition("three-list")[2].partition("</ol>")[0]
    return [strip_tags(title) for title in re.findall(r"<h[23]>(.*?)</h[23]>", inner)]


def waiting(cast: Cast, who: str, faulty: int = 2, ready: int = 5) -> ImportBatch:
    batch = ImportBatch.objects.create(
        institution=cast.institution,
        user=cast.users[who],
        file_name="aplikasi.xlsx",
        state="preview",
        sheets=[{}],
    )
    rows = [
        StagedRow(batch=batch, row=n, verdict="faulty" if n < faulty else "new", cells=[], data={})
        for n in range(faulty + ready)
    ]
    StagedRow.objects.bulk_create(rows)
    return batch


def test_everybody_with_a_role_comes_in_and_finds_three_things(cast: Cast) -> None:
    add_element(cast.unit, "SIMPUS", domain="applications")
    for who in MEMBERS:
        for path in (HOME, f"/en{HOME}"):
            assert len(things(page(cast, who, path))) == 3, (who, path)


def test_strangers_and_foreigners_find_nothing_and_the_public_signs_in(cast: Cast) -> None:
    absent = cast.client("stranger").get("/di/tidak-ada/beranda/")
    for who in ("stranger", "foreigner"):
        for path in (HOME, f"{HOME}kembaran/", f"{HOME}perubahan/"):
            answer = cast.client(who).get(path)
            assert answer.status_code == 404 and answer.content == absent.content
    assert Client().get(HOME)["Location"].startswith("/masuk/")


def test_a_new_institution_tells_its_secretariat_what_to_do_first(db: None) -> None:
    here = Institution.objects.create(code="uji", name="Kabupaten Uji")
    user = User.objects.create_user("d@uji.example", "D", "x")
    Assignment.objects.create(user=user, institution=here, role="diskominfo")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    text = client.get(HOME).content.decode()
    assert things(text) == ["Impor daftar OPD", "Impor inventaris aplikasi", "Mulai penilaian tahun ini"]
    assert "/di/uji/impor/?kind=units" in text and "Belum ada indeks yang diketahui" in text
    assert "Belum ada OPD." in text


def test_an_operator_without_applications_is_asked_for_the_own_ones(cast: Cast) -> None:
    add_element(cast.other_unit, "SIAK", domain="applications")
    assert things(page(cast, "operator"))[0] == "Impor aplikasi Dinas Kesehatan"


def test_an_import_that_waits_is_the_first_thing_of_who_handed_it_in_and_of_nobody_else(cast: Cast) -> None:
    batch = waiting(cast, "operator")
    text = page(cast, "operator")
    assert things(text)[0] == "Perbaiki 2 baris galat pada aplikasi.xlsx"
    assert f"/di/uji/impor/{batch.uid}/" in text and "5 baris lain sudah siap" in text
    assert "aplikasi.xlsx" not in page(cast, "diskominfo")
    batch.rows.filter(verdict="faulty").delete()
    assert things(page(cast, "operator"))[0] == "Tegaskan impor aplikasi.xlsx"


def test_missing_levels_are_counted_and_the_index_is_told_as_an_honest_interval(cast: Cast) -> None:
    add_element(cast.unit, "SIMPUS", domain="applications")
    add_assessment(cast.institution, 2026, "3", public=False, left_out=7, target="3.5")
    add_result(cast.institution, "2.61", 2023)
    text = page(cast, "assessor")
    assert things(text)[0] == "Isi tingkat 7 indikator"
    assert re.search(r'class="big"[^>]*>2,\d\d–3,\d\d<', text) and "40 dari 47 indikator" in text
    assert "Indeks terakhir yang diketahui 2,61 (2023)" in text
    assert "/di/uji/penilaian/2026/spbe-2020/self/" in text


def test_a_complete_index_stands_there_with_predicate_and_distance(cast: Cast) -> None:
    add_assessment(cast.institution, 2026, "3", public=False, target="3.5")
    text = page(cast, "sekda")
    assert re.search(r'class="big"[^>]*>3,00<', text) and "<b>Baik</b>" in text and "kurang 0,50" in text
    assert "Putuskan apakah indeks diterbitkan" in things(text)


def test_figures_of_other_regencies_stay_on_the_public_page(cast: Cast) -> None:
    assert "Trenggalek" not in page(cast, "sekda") and "Mojokerto" not in page(cast, "diskominfo")


def test_operators_see_the_gaps_of_their_own_agency_and_leaders_those_of_all(cast: Cast) -> None:
    add_element(cast.unit, "Antrean")
    add_element(cast.subunit, "Rujukan")
    add_element(cast.other_unit, "Akta")
    own = page(cast, "operator")
    assert "Celah Dinas Kesehatan" in own and "Layanan belum didukung aplikasi: 2" in own
    assert f"/di/uji/arsitektur/celah/?rule=service_without_application&amp;unit={cast.unit.uid}" in own
    assert "Layanan belum didukung aplikasi: 1" in page(cast, "other_operator")
    assert "Layanan belum didukung aplikasi: 3" in page(cast, "sekda")


def test_what_is_restricted_elsewhere_is_not_counted(cast: Cast) -> None:
    add_element(cast.other_unit, "Rahasia", "restricted")
    for who, seen in (("assessor", 0), ("other_operator", 1), ("diskominfo", 1)):
        text = page(cast, who)
        assert ("Layanan belum didukung aplikasi" in text) is bool(seen), who


def test_agencies_without_data_are_named_to_who_answers_for_all(cast: Cast) -> None:
    add_element(cast.subunit, "SIMPUS", domain="applications")
    text = page(cast, "diskominfo")
    assert "2 OPD belum menyerahkan data" in text
    table = text.partition('id="agencies"')[2]
    # What stands below an agency counts for it.
    assert table.index("Dinas Komunikasi") < table.index("Dinas Kesehatan")
    assert 'id="agencies"' not in page(cast, "operator")


def test_an_operator_sees_the_own_completeness_beside_that_of_all(cast: Cast) -> None:
    add_element(cast.unit, "SIMPUS", domain="applications")
    add_element(cast.other_unit, "SIAK", domain="applications")
    assert "rata-rata semua OPD" in page(cast, "operator")
    assert "rata-rata semua OPD" not in page(cast, "sekda")


def test_all_numbers_are_doors(cast: Cast) -> None:
    add_element(cast.unit, "SIMPUS", domain="applications")
    text = page(cast, "diskominfo")
    figures = text.partition('class="figs')[2].partition("</section>")[0]
    assert figures.count("<a href=") >= 4 and 'href=""' not in text


def test_twins_and_changes_come_after_the_page(cast: Cast) -> None:
    add_element(cast.unit, "Sistem Informasi Kepegawaian", domain="applications")
    add_element(cast.other_unit, "Sistem Informasi Kepegawaian", domain="applications")
    text = page(cast, "diskominfo")
    assert f'hx-get="{HOME}kembaran/"' in text and f'hx-get="{HOME}perubahan/"' in text
    assert "1 kelompok kembaran berisi 2 aplikasi sejenis" in page(cast, "sekda", f"{HOME}kembaran/")
    changed = page(cast, "diskominfo", f"{HOME}perubahan/")
    assert "Sistem Informasi Kepegawaian" in changed and "/di/uji/riwayat/" in changed


def test_who_may_not_read_the_history_is_not_offered_it(cast: Cast) -> None:
    assert "perubahan/" not in page(cast, "assessor")
    assert cast.client("assessor").get(f"{HOME}perubahan/").status_code == 404


def test_changes_of_other_agencies_do_not_show_to_an_operator(cast: Cast) -> None:
    add_element(cast.other_unit, "Rahasia Dukcapil", "restricted")
    assert "Rahasia Dukcapil" not in page(cast, "operator", f"{HOME}perubahan/")


@pytest.mark.parametrize("who", sorted(QUERIES))
def test_the_home_asks_a_fixed_number_of_queries(cast: Cast, who: str) -> None:
    add_element(cast.unit, "SIMPUS", domain="applications")
    add_assessment(cast.institution, 2026, "3", target="3.5")
    few = _asked(cast, who)
    for number in range(25):
        add_element(cast.unit if number % 2 else cast.other_unit, f"Aplikasi {number}", domain="applications")
        add_element(cast.subunit, f"Layanan {number}")
    assert len(few) == len(_asked(cast, who)) == QUERIES[who], "\n".join(few)


def _asked(cast: Cast, who: str) -> list[str]:
    client = cast.client(who)
    cache.clear()
    keeping.keep(cast.institution)  # the catalogue of gaps follows once after a change
    with CaptureQueriesContext(connection) as queries:
        client.get(HOME)
    return [query["sql"][:200] for query in queries]


def test_a_second_look_counts_nothing_again(cast: Cast) -> None:
    add_element(cast.unit, "SIMPUS", domain="applications")
    client = cast.client("diskominfo")
    client.get(HOME)
    with CaptureQueriesContext(connection) as queries:
        client.get(HOME)
    assert not any(Element._meta.db_table in query["sql"] for query in queries)


def _navigation(text: str) -> Any:
    return re.search(r'<nav class="side".*?</nav>', text, re.S)


def test_home_is_the_first_place_and_marked_as_here(cast: Cast) -> None:
    side = _navigation(page(cast, "operator"))
    assert side and re.search(r'<a href="/di/uji/beranda/" aria-current="page">', side[0])
