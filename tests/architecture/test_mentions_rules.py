"""Texts that name elements: what counts as a name, what does not, and how the reason is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.architecture.rules.mentions import AROUND, Mention, Name, Names, ways
from pendapa.architecture.rules.twins_words import GENERIC, SPELLING
from pendapa.regulations import packs

SIMPUS = Name(1, "DAA-001", "Aplikasi SIMPUS")
POOR = Name(2, "DAD-014", "Data Penduduk Miskin")
POPULATION = Name(3, "DAD-015", "Data Penduduk")
PERMIT = Name(4, "GSK-DAB 04.01.01.01", "Penerbitan izin mendirikan bangunan")
NAMES = Names([SIMPUS, POOR, POPULATION, PERMIT])


def keys(text: str, names: Names = NAMES) -> list[int]:
    return [mention.key for mention in names.find(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Terhubung dengan Aplikasi SIMPUS setiap malam.", [1]),
        ("Data dikirim ke simpus", [1]),
        ("memakai datanya, yaitu data penduduk miskin", [2]),
        ("sesuai DAD-014 dan daa-001", [2, 1]),
        ("proses GSK-DAB 04.01.01.01 di tingkat kecamatan", [4]),
        ("penerbitan ijin mendirikan bangunannya", [4]),
        ("PENERBITAN IZÍN MENDIRIKAN BANGUNAN", [4]),
        ("penduduk yang miskin", []),
        ("kesehatan masyarakat", []),
        ("", []),
    ],
)
def test_a_text_names_an_element_by_code_or_by_name(text: str, found: list[int]) -> None:
    assert keys(text) == found


def test_of_names_inside_one_another_the_longest_counts() -> None:
    assert keys("memuat data penduduk miskin") == [2]


def test_a_single_word_counts_only_where_it_is_long_and_rare() -> None:
    common = Names([Name(n, f"DAA-{n}", name) for n, name in enumerate(
        ["Presensi", "Presensi guru TK", "e-Presensi dinas", "Presensi ASN", "SIPD", "Srikandi"]
    )])  # fmt: skip
    assert keys("mencatat presensi pegawai dari SIPD dan Srikandi", common) == [5]


def test_numbers_and_words_without_meaning_are_no_names_and_no_codes() -> None:
    assert (
        keys("12 data aplikasi 2024", Names([Name(1, "12", "Aplikasi"), Name(2, "2024", "Data 2024")])) == []
    )


def test_two_elements_of_one_name_are_both_told_once() -> None:
    twins = Names([SIMPUS, Name(9, "DAA-009", "Simpus")])
    assert keys("SIMPUS, simpus, Simpus", twins) == [1, 9]


def test_the_reason_is_the_sentence_that_holds_the_words() -> None:
    text = "Dipakai bidang pelayanan. Tiap malam mengirim data ke SIMPUS milik dinas. Lalu direkap."
    assert NAMES.find(text) == [
        Mention(1, "SIMPUS", "name", "Tiap malam mengirim data ke SIMPUS milik dinas")
    ]


def test_a_long_sentence_is_told_around_the_words_alone() -> None:
    (mention,) = NAMES.find("kata " * 200 + "SIMPUS " + "lagi " * 200)
    assert "SIMPUS" in mention.fragment and len(mention.fragment) <= AROUND + 2
    assert mention.fragment.startswith("…kata") and mention.fragment.endswith("lagi…")


word = st.text("abcdefghijklmnopqrstuvwxyz", min_size=6, max_size=10).filter(
    lambda one: one not in GENERIC and one not in SPELLING and not one.endswith("nya")
)
words = st.lists(word, min_size=2, max_size=5, unique=True)


@given(words, st.text(max_size=60), st.text(max_size=60), st.sampled_from(["plain", "loud", "accents"]))
def test_a_name_of_several_words_is_found_wherever_it_stands(
    name: list[str], left: str, right: str, how: str
) -> None:
    written = {
        "plain": " ".join(name),
        "loud": " ".join(name).upper(),
        "accents": " ".join(f"{one[0]}\u0301{one[1:]}" for one in name),
    }
    (mention,) = Names([Name(7, "", " ".join(name))]).find(f"{left} | {written[how]} | {right}")
    assert mention.key == 7 and mention.words == written[how]


@given(st.lists(st.tuples(st.integers(1, 99), words), max_size=20), st.text(max_size=300))
def test_what_is_told_stands_in_the_text_and_each_element_once(
    names: list[tuple[int, list[str]]], text: str
) -> None:
    found = Names([Name(key, f"X-{key}", " ".join(name)) for key, name in names]).find(text)
    assert len({mention.key for mention in found}) == len(found)
    for mention in found:
        assert mention.words in text
        assert " ".join(mention.words.split()) in mention.fragment


def test_a_hundred_thousand_names_with_one_head_ask_no_more_of_a_text_than_a_few() -> None:
    many = Names(Name(n, f"DAD-{n}", f"data penduduk wilayah{n} tahunan") for n in range(100_000))
    assert many._lengths["data"] == [4]
    assert keys("memakai data penduduk wilayah77777 tahunan " * 20, many) == [77777]


def test_the_ways_to_join_two_elements_are_told_with_their_direction() -> None:
    found = ways(packs.metamodel(), ("applications", "applications"), ("services", "services"))
    assert [(kind.key, backward) for kind, backward in found] == [("application_service", False)]
    between = ways(packs.metamodel(), ("applications", "applications"), ("applications", "applications"))
    assert [(kind.key, backward) for kind, backward in between] == [
        ("application_flow", False),
        ("application_flow", True),
    ]
    assert ways(packs.metamodel(), ("outside", "outside"), ("services", "services")) == ()
