"""National shared applications: which local one does their work, which one is them, and how well the rule tells."""

from __future__ import annotations

import csv

import pytest

from pendapa.architecture.rules.national import General, matches, national_of, uses
from pendapa.regulations import packs
from tests.architecture.test_twins_rules import HERE, SAMPLES, _denpasar, app

CATALOGUE = [
    General(one.code, one.name, one.fields, one.names, one.hosts) for one in packs.national().applications
]
LABELS = HERE.with_name("denpasar_national.csv")


def test_a_local_archive_does_the_work_of_the_national_one_and_says_why() -> None:
    (match,) = matches(app(1, "Smart Arsip", "Dinas Arsip", "Mengolah arsip surat"), CATALOGUE)
    assert (match.code, match.uses, match.fields) == ("srikandi", False, ("records",))
    assert dict(match.reasons[0].params) == {"class": "records"}


@pytest.mark.parametrize(
    "name", ["SRIKANDI", "Aplikasi Srikandi", "E-Arsip (SRIKANDI)", "SRIKANDI Kabupaten Contoh"]
)
def test_the_national_one_under_its_name_is_used_and_duplicates_nothing(name: str) -> None:
    one = app(1, name, "Dinas Arsip", "Mengelola arsip")
    assert uses(one, CATALOGUE) and national_of(one, CATALOGUE) == ()


def test_the_national_one_is_known_by_its_address() -> None:
    assert uses(app(1, "Naskah Dinas", "Dinas A", url="https://srikandi.arsip.go.id/"), CATALOGUE)


def test_a_longer_word_that_begins_so_is_another_name() -> None:
    assert not uses(app(1, "SIPDES", "Dinas A"), CATALOGUE)


@pytest.mark.parametrize(
    "more",
    [{"origin": "Pusat"}, {"kelas": "Umum"}, {"kelas": "umum", "origin": "Pusat"}],
)
def test_what_is_of_the_centre_or_general_is_no_duplicate(more: dict[str, str]) -> None:
    assert national_of(app(1, "Simpeg", "Dinas A", **more), CATALOGUE) == ()


def test_a_local_one_that_calls_itself_general_is_compared() -> None:
    assert national_of(app(1, "Simpeg", "Dinas A", kelas="Umum", origin="Lokal"), CATALOGUE) == ("siasn",)


def test_a_regional_company_is_no_office_of_the_region() -> None:
    assert national_of(app(1, "Simpeg", "PDAM Kota A"), CATALOGUE) == ()


def test_monitoring_of_one_subject_is_not_monitoring_of_development() -> None:
    assert national_of(app(1, "Simonev Narkoba", "Dinas A"), CATALOGUE) == ()
    assert national_of(app(1, "Simonev", "Dinas A", "Memantau realisasi pembangunan"), CATALOGUE) == (
        "e-monev",
    )


def test_precision_and_recall_on_the_labelled_applications_of_denpasar(
    capsys: pytest.CaptureFixture[str],
) -> None:
    if not SAMPLES.is_dir():
        pytest.skip(f"the samples are not beside the checkout: {SAMPLES}")
    by_id = {one.id: one for one in _denpasar()[0]}
    with LABELS.open() as file:
        labels = list(csv.DictReader(file))
    assert len({row["id"] for row in labels}) == len(labels) >= 30
    said, true = set(), {(row["id"], row["national"]) for row in labels if row["relation"] == "duplicate"}
    used, truly = set(), {(row["id"], row["national"]) for row in labels if row["relation"] == "uses"}
    for row in labels:
        for match in matches(by_id[row["id"]], CATALOGUE):
            (used if match.uses else said).add((row["id"], match.code))
    precision, recall = len(said & true) / len(said), len(said & true) / len(true)
    with capsys.disabled():
        print(f"\nnational of Denpasar ({len(labels)}): precision {precision:.3f} recall {recall:.3f}")
    assert precision >= 0.85 and recall >= 0.85
    assert used == truly
