"""Word forms and slips of the pen: what people here really type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.kernel.search import index, spelling
from pendapa.kernel.search.stems import stem

FAMILIES = """
pelayanan melayani layanan dilayani pelayan | penduduk kependudukan | pegawai kepegawaian | lapor laporan pelaporan melaporkan
izin perizinan mengizinkan | adu aduan pengaduan mengadu | nilai penilaian menilai dinilai | rencana perencanaan merencanakan
kelola pengelolaan mengelola dikelola | periksa pemeriksaan memeriksa diperiksa | kirim pengiriman mengirim dikirim
tata penataan menata | terima penerimaan menerima | awas pengawasan mengawasi pengawas | didik pendidikan mendidik
pustaka perpustakaan kepustakaan | bayar pembayaran membayar | arsip kearsipan pengarsipan | tetap penetapan menetapkan
pemerintah pemerintahan perintah | sehat kesehatan menyehatkan | tugas penugasan menugaskan | wisata pariwisata
rujuk rujukan merujuk | milik kepemilikan pemilik | simpan penyimpanan menyimpan | hitung perhitungan penghitungan menghitung
"""
APART = """
data dana | kota kotak | desa desain | sekolah seko | aplikasi aplikator | dinas dinamis | surat surau | pesan pesisir | berita berat
"""


@pytest.mark.parametrize(
    "family", [one.strip() for line in FAMILIES.split("\n") for one in line.split("|") if one.strip()]
)
def test_forms_of_one_word_share_a_stem(family: str) -> None:
    assert len({stem(word) for word in family.split()}) == 1


@pytest.mark.parametrize("pair", [one.strip() for one in APART.split("|")])
def test_different_words_do_not(pair: str) -> None:
    one, other = pair.split()
    assert stem(one) != stem(other)


@given(st.text(max_size=45))
def test_every_word_has_a_stem_and_short_or_foreign_ones_are_their_own(text: str) -> None:
    for word in index.normalise(text).split():
        assert stem(word)
        if len(word) < 4 or not word.isascii():
            assert stem(word) == word


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("Sistem Pelayanan Terpadu", "melayani", True),
        ("Sistem Pelayanan Terpadu", "layanan terpadu", True),
        ("Layanan Terpadu", "pelayan", True),
        ("Administrasi Kependudukan", "penduduk", True),
        ("Data Penduduk", "kependudukan", True),
        ("Buku Tamu", "kependudukan", False),
        ("Data Dasar", "dana", False),
        ("Perizinan Usaha", "izin usaha", True),
        ("Perizinan Usaha", "izin tambang", False),
        ("SIMPEG", "simpeg", True),
    ],
)
def test_a_question_finds_other_forms_of_its_words(text: str, query: str, found: bool, cast) -> None:  # type: ignore[no-untyped-def]
    index.write("uji", cast.institution.pk, [(7, index.normalise(text))], fresh=True)
    assert index.matching("uji", query).exists() is found


@pytest.mark.django_db
def test_nobody_meets_the_marks_of_stems_by_typing(cast) -> None:  # type: ignore[no-untyped-def]
    index.write("uji", cast.institution.pk, [(7, index.normalise("Melayani Warga"))], fresh=True)
    for typed in ("x", "s", "sh", "0", "la"):
        assert not index.matching("uji", typed).exists()


WORDS = "simpeg kepegawaian pelayanan puskesmas kependudukan anggaran simpus perizinan perjalanan"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sipeg", "simpeg"),
        ("simpge", "simpeg"),
        ("pelayannan", "pelayanan"),
        ("puskesmes", "puskesmas"),
        ("pukesmas", "puskesmas"),
        ("kependudkan", "kependudukan"),
        ("angaran", "anggaran"),
        ("prizinan", "perizinan"),
        ("pejalanan", "perjalanan"),
        ("kepegawain", "kepegawaian"),
    ],
)
def test_the_nearest_word_comes_first(cast, typed: str, meant: str) -> None:  # type: ignore[no-untyped-def]
    index.write("uji", cast.institution.pk, [(1, index.normalise(WORDS))], fresh=True)
    assert next(iter(spelling.nearest(cast.institution.pk, typed))) == meant


@pytest.mark.django_db
def test_words_of_another_institution_are_no_help(cast) -> None:  # type: ignore[no-untyped-def]
    index.write("uji", cast.other_institution.pk, [(1, "jembatan")], fresh=True)
    assert not list(spelling.nearest(cast.institution.pk, "jembotan"))


@pytest.mark.django_db
def test_a_word_is_kept_once_however_often_it_is_written(cast) -> None:  # type: ignore[no-untyped-def]
    from pendapa.kernel.search.models import SearchWord

    for number in range(3):
        index.write("uji", cast.institution.pk, [(number, "puskesmas keliling 12 ab a1b2")], fresh=False)
    kept = SearchWord.objects.filter(institution=cast.institution, word__startswith="puskes")
    assert kept.count() == 1
    assert not SearchWord.objects.filter(word__in=["12", "ab", "a1b2"]).exists()


def test_words_that_find_something_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        spelling, "nearest", lambda institution, word: {"sipeg": ["simpeg", "sipeg2"]}.get(word, [])
    )
    assert (
        spelling.corrected(1, "data sipeg", lambda asked: asked in {"data", "simpeg", "data simpeg"})
        == "data simpeg"
    )
    assert spelling.corrected(1, "data simpeg", lambda asked: asked in {"data", "simpeg"}) is None
    assert spelling.corrected(1, "data entah", lambda asked: asked == "data") is None
