"""Which node a text speaks of: what is offered, for which reason, and what is not offered."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pendapa.architecture.rules.classify import LEAST, WEIGHTS, Classifier, stem
from pendapa.regulations import packs

WORDS = st.sampled_from([
    "pajak", "siswa", "sekolah", "pasien", "arsip", "perhubungan", "menghubungkan", "kerja", "umum",
    "data", "layanan", "koperasi", "tanah", "2024", "x", "rumah", "sakit",
])  # fmt: skip
TEXTS = st.dictionaries(
    st.sampled_from([*WEIGHTS, "other"]), st.lists(WORDS, max_size=8).map(" ".join), max_size=4
)


@pytest.fixture(scope="module")
def affairs() -> Classifier:
    return Classifier(packs.references(), "RAB")


@pytest.mark.parametrize(("name", "function", "code"), [
    ("SIMPUS", "Mencatat rekam medis pasien puskesmas", "RAB.04.01"), ("PPDB Daring", "", "RAB.06.01"),
    ("ATCS", "Memantau arus lalu lintas di persimpangan", "RAB.03.03"), ("e-BPHTB", "Mengelola data wajib pajak", "RAB.09.02"),
    ("JDIH", "Jaringan dokumentasi dan informasi hukum", "RAB.05.01"), ("Koperasi Sehat", "", "RAB.02.09"),
    ("SIAK", "Administrasi Kependudukan", "RAB.03.07"), ("LKPM", "Penanaman modal", "RAB.02.08"),
])  # fmt: skip
def test_a_text_leads_to_the_affair_it_speaks_of(
    affairs: Classifier, name: str, function: str, code: str
) -> None:
    best = affairs.candidates({"name": name, "function": function})[0]
    assert best.node.code == code and best.value == code


def test_the_reason_names_the_words_as_written_and_where_they_stand(affairs: Classifier) -> None:
    best = affairs.candidates({"name": "Data Siswa", "function": "Pelaporan pendidikan menengah"})[0]
    assert [tuple(reason) for reason in best.reasons] == [("pendidikan", "function"), ("siswa", "name")]


@pytest.mark.parametrize("text", [
    "Sistem informasi pelayanan publik", "Mengolah data, mencatat dan melayani.", "", "   ", "xyz 123",
    "Menghubungkan OPD", "Pengadaan", "Aplikasi umum pemerintah daerah",
])  # fmt: skip
def test_words_that_every_system_uses_lead_nowhere(affairs: Classifier, text: str) -> None:
    assert affairs.candidates({"name": text, "function": text}) == ()


def test_a_node_without_a_code_is_offered_by_its_name_and_none_is_invented() -> None:
    best = Classifier(packs.references(), "RAL").candidates(
        {"name": "Izin reklame", "function": "Perizinan"}
    )[0]
    assert best.node.code is None and best.value == best.node.name == "Perizinan dan Akreditasi"


def test_what_was_chosen_as_kind_of_application_speaks_against_the_other_kind() -> None:
    classifier = Classifier(packs.references(), "RAA")
    text = {"name": "SPSE", "function": "Pengadaan barang"}
    assert [one.value for one in classifier.candidates(text)] == ["RAA.01.02"]
    chosen = classifier.candidates(text | {"class": "Khusus"})
    assert [(one.value, one.reasons[0]) for one in chosen] == [("RAA.02", ("Khusus", "class"))]
    assert classifier.candidates(text | {"class": "Umum"})[0].value in ("RAA.01.02", "RAA.01")
    assert classifier.candidates({"name": "X", "class": "Lain"}) == ()


def test_another_name_of_the_node_counts_as_well(affairs: Classifier) -> None:
    node = next(node for node in packs.references().tree("RAB") if node.also)
    assert node in [one.node for one in affairs.candidates({"name": node.also[0]})]


def test_data_about_an_affair_leads_to_the_data_of_that_affair() -> None:
    best = Classifier(packs.references(), "RAD").candidates({"name": "Data siswa sekolah dasar"})[0]
    assert best.node.code == "RAD.06.01"


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.integers(1, 5))
def test_offers_are_few_ordered_reasoned_and_always_the_same(texts: dict[str, str], limit: int) -> None:
    classifier = Classifier(packs.references(), "RAB")
    found = classifier.candidates(texts, limit)
    assert len(found) <= limit and list(found) == sorted(found, key=lambda one: -one.score)
    for one in found:
        assert LEAST <= one.score <= 1 and one.node.tree == "RAB" and one.reasons
        for reason in one.reasons:
            assert all(word in texts[reason.where].split() for word in reason.words.split())
    assert Classifier(packs.references(), "RAB").candidates(dict(reversed(texts.items())), limit) == found


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    Classifier(packs.references(), "RAB").candidates({"name": text, "function": text})
    assert isinstance(stem(text), str)
