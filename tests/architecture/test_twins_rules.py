"""Twins: what makes two applications of different offices one kind, what does not, and how well the rule does it."""

from __future__ import annotations

import csv
import hashlib
import time
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pendapa.architecture.rules.twins import (
    THRESHOLD,
    Application,
    Corpus,
    Reason,
    find,
    message,
    pair_score,
)
from pendapa.architecture.rules.twins_words import PURPOSES

HERE = Path(__file__).resolve()
SAMPLES = HERE.parents[2].parent / "shared" / "samples"
PAIRS = HERE.with_name("denpasar_twin_pairs.csv")


def app(number: int, name: str, unit: str, function: str = "", **more: object) -> Application:
    return Application(str(number), f"A{number:03}", name, unit, unit, function, **more)  # type: ignore[arg-type]


def groups(*apps: Application) -> list[set[str]]:
    return [{member.id for member in twins.members} for twins in find(apps)]


# ------------------------------------------------------------------------------------------------ what twins are


def test_two_queue_systems_of_two_offices_are_twins_whatever_their_spelling() -> None:
    assert groups(app(1, "SIANTRI", "RSUD Contoh"), app(2, "Sistem Antrean Online", "Dinas Sosial")) == [
        {"1", "2"}
    ]


def test_a_name_in_other_words_is_found_by_its_function() -> None:
    assert groups(
        app(1, "Siboga", "Dinas A", "Memberikan informasi harga bahan pokok di pasar"),
        app(2, "Harga Pasar", "Dinas B", "Memantau harga kebutuhan pokok"),
        app(3, "Melati", "Dinas C", "Mencatat pasien rawat jalan"),
    ) == [{"1", "2"}]


def test_one_product_listed_by_two_units_is_found_by_its_name() -> None:
    found = find([app(1, "SIPADU", "Dinas A"), app(2, "Sipadu", "Dinas B")])
    assert [reason.key for reason in found[0].reasons] == ["name"]


def test_a_misspelt_name_is_nearly_the_same_name() -> None:
    assert groups(app(1, "Kelapa Gading Ceria", "Dinas A"), app(2, "Kelapa Gadng Ceria", "Dinas B")) == [
        {"1", "2"}
    ]


def test_two_names_at_one_address_are_twins() -> None:
    one = app(1, "Melati", "Dinas A", url="https://www.mawar.contoh.go.id/")
    two = app(2, "Kenanga", "Dinas B", url="http://mawar.contoh.go.id")
    assert [reason.key for reason in find([one, two])[0].reasons] == ["url"]


def test_one_process_and_one_service_make_twins_without_a_word_in_common() -> None:
    same = {"processes": frozenset({"PB-1"}), "services": frozenset({"LY-1"})}
    found = find([app(1, "Melati", "Dinas A", **same), app(2, "Kenanga", "Dinas B", **same)])
    assert {reason.key for reason in found[0].reasons} == {"process", "service"}


def test_the_systems_of_villages_are_one_kind_though_each_names_its_own_village() -> None:
    assert groups(
        app(1, "SIMAWAR (Sistem Informasi Kelurahan Sukamaju)", "Kecamatan Sukaraya"),
        app(2, "Layanan Warga", "Dinas A", "Mempermudah administrasi desa/kelurahan"),
    ) == [{"1", "2"}]


def test_websites_of_offices_are_one_kind_but_a_website_of_a_subject_is_not() -> None:
    assert groups(
        app(1, "Website Dinas Kesehatan", "Dinas Kesehatan"),
        app(2, "Website Dinas Sosial", "Dinas Sosial"),
        app(3, "Website Wisata Bahari", "Dinas Pariwisata"),
    ) == [{"1", "2"}]


def test_an_application_of_two_jobs_has_twins_in_both() -> None:
    found = {frozenset(group) for group in groups(
        app(1, "Sistem Gaji dan Pegawai", "Perumda A"), app(2, "SIMGAJI", "Badan B"), app(3, "SIMPEG", "Badan C")
    )}  # fmt: skip
    assert found == {frozenset({"1", "2"}), frozenset({"1", "3"})}


# -------------------------------------------------------------------------------------------- what twins are not


def test_generic_words_make_no_twins() -> None:
    assert not find(
        app(n, name, unit)
        for n, (name, unit) in enumerate(
            [
                ("Sistem Informasi Terpadu", "Dinas A"),
                ("Aplikasi Sistem Informasi", "Dinas B"),
                ("Sistem", "Dinas C"),
            ]
        )
    )


def test_versions_in_one_unit_are_not_twins() -> None:
    assert not find([app(1, "Lapor Mobile Android", "Dinas A"), app(2, "Lapor Mobile iOS", "Dinas A")])


def test_one_acronym_with_two_meanings_makes_no_twins() -> None:
    assert not find(
        [
            app(1, "SIMELON (Sistem Panen Melati)", "Dinas A", "Mencatat panen bunga melati petani"),
            app(2, "SIMELON (Sistem Kapal Nelayan)", "Dinas B", "Memantau kapal nelayan melaut"),
        ]
    )


def test_one_short_name_with_two_functions_makes_no_twins() -> None:
    assert not find(
        [
            app(1, "Simelon", "Dinas A", "Mencatat panen bunga melati petani"),
            app(2, "Simelon", "Dinas B", "Memantau kapal nelayan melaut"),
        ]
    )


def test_monitoring_of_two_subjects_makes_no_twins() -> None:
    assert not find([app(1, "Monev Sanitasi Sekolah", "Dinas A"), app(2, "Monev Koperasi Tani", "Dinas B")])


def test_payroll_and_personnel_are_two_jobs() -> None:
    assert not find([app(1, "SIMGAJI", "Dinas A"), app(2, "SIMPEG", "Dinas B")])


def test_modules_of_one_host_are_not_one_address() -> None:
    assert not find(
        [
            app(1, "Melati", "Dinas A", url="https://portal.contoh.go.id/melati"),
            app(2, "Kenanga", "Dinas B", url="https://portal.contoh.go.id/kenanga"),
        ]
    )


def test_a_national_level_of_the_reference_says_nothing_of_the_kind() -> None:
    pair = [app(n, name, f"Dinas {n}", reference="RAA.02.02") for n, name in enumerate(["Melati", "Kenanga"])]
    assert pair_score(pair[0], pair[1], Corpus(pair)) == (0.0, [])


def test_groups_do_not_chain() -> None:
    """A is like B and B is like C, but A and C do other jobs: they never stand in one group."""
    apps = [
        app(1, "Sistem Antrean", "Dinas A"),
        app(2, "Antrean dan Buku Tamu", "Dinas B"),
        app(3, "Buku Tamu", "Dinas C"),
    ]
    assert not any({"1", "3"} <= group for group in groups(*apps))


# ---------------------------------------------------------------------------------------------------- properties

NAMES = st.sampled_from(
    ["", " ", "Sistem Antrian", "SIMGAJI", "Bunga Melati", "Melati (Sistem Informasi Aset)", "SMS Gateway", "Web Dinas",
     "e-Arsip", "Aset dan Gaji", "Kelurahan Mawar", "É—ø", "((", "1", "Monev Kopi"]
)  # fmt: skip
TEXTS = st.one_of(NAMES, st.text(max_size=30))
CODES = st.frozensets(st.sampled_from(["P1", "P2", "P3"]), max_size=2)


@st.composite
def inventories(draw: st.DrawFn, least: int = 0) -> list[Application]:
    made = []
    for number in range(draw(st.integers(least, 9))):
        unit = draw(st.sampled_from(["Dinas A", "Badan B", "Kecamatan Mawar"]))
        url = draw(st.sampled_from(["", "-", "a.go.id", "https://a.go.id/", "10.0.0.1", "x"]))
        made.append(
            app(number, draw(TEXTS), unit, draw(TEXTS), url=url, processes=draw(CODES), data=draw(CODES))
        )
    return made


@settings(max_examples=80, deadline=None)
@given(inventories(least=2))
def test_a_pair_scores_the_same_from_both_sides(apps: list[Application]) -> None:
    corpus = Corpus(apps)
    for one, two in combinations(apps, 2):
        score, reasons = pair_score(one, two, corpus)
        assert (score, reasons) == pair_score(two, one, corpus)
        assert 0.0 <= score <= 1.0
        assert all(message(reason, language) for reason in reasons for language in ("id", "en"))


@settings(max_examples=80, deadline=None)
@given(inventories())
def test_every_group_spans_two_units_and_holds_each_application_once(apps: list[Application]) -> None:
    for twins in find(apps):
        assert len({member.unit for member in twins.members}) >= 2
        assert len({member.id for member in twins.members}) == len(twins.members)
        assert twins.reasons
        assert 0.0 < twins.score <= 1.0


@settings(max_examples=60, deadline=None)
@given(inventories().flatmap(lambda apps: st.tuples(st.just(apps), st.permutations(apps))))
def test_the_order_of_the_input_changes_nothing(both: tuple[list[Application], list[Application]]) -> None:
    assert find(both[0]) == find(both[1])


@given(inventories(least=1))
def test_an_application_is_never_its_own_twin(apps: list[Application]) -> None:
    corpus = Corpus(apps)
    assert all(pair_score(one, one, corpus) == (0.0, []) for one in apps)


def test_empty_names_are_fine() -> None:
    assert find([app(1, "", "Dinas A"), app(2, "", "Dinas B"), app(3, "-", "Dinas C", "-")]) == []
    assert find([]) == []


def test_the_id_stands_while_the_members_stand() -> None:
    one, two = app(1, "Sistem Antrean", "Dinas A"), app(2, "Antrian", "Dinas B")
    other = app(3, "Melati", "Dinas C")
    assert find([one, two])[0].id == find([other, two, one])[0].id


def test_groups_come_surest_first_then_by_code() -> None:
    apps = [
        app(n, name, f"Dinas {n}")
        for n, name in enumerate(["SMS Gateway", "Antrian", "SMS Gateway", "Siantre"])
    ]
    found = find(apps)
    assert [(-t.score, t.members[0].code) for t in found] == sorted(
        (-t.score, t.members[0].code) for t in found
    )


def test_five_thousand_applications_of_one_name_end_soon() -> None:
    apps = [app(n, "Sistem Antrian", f"Dinas {n % 40}", "Mengelola antrian") for n in range(5000)]
    start = time.perf_counter()
    found = find(apps)
    assert [len(twins.members) for twins in found] == [5000]
    assert time.perf_counter() - start < 60


# ------------------------------------------------------------------------------------------------------ messages


@pytest.mark.parametrize(
    ("reason", "indonesian", "english"),
    [
        (Reason("name", {"shared": "antrean"}), "Nama hampir sama: antrean", "Nearly the same name: antrean"),
        (
            Reason("purpose", {"class": "queue"}),
            "Fungsi umum yang sama: antrean",
            "The same general purpose: queue",
        ),
        (Reason("url", {"shared": "a.go.id"}), "Alamat yang sama: a.go.id", "The same address: a.go.id"),
    ],
)
def test_a_reason_is_told_in_both_languages(reason: Reason, indonesian: str, english: str) -> None:
    assert message(reason) == indonesian
    assert message(reason, "en") == english


def test_every_purpose_has_a_key_of_its_own_and_both_labels() -> None:
    assert len({purpose.key for purpose in PURPOSES}) == len(PURPOSES)
    assert all(purpose.label_id and purpose.label_en and purpose.patterns for purpose in PURPOSES)


# ----------------------------------------------------------------------------------- the real inventory, labelled


def _denpasar() -> tuple[list[Application], list[str]]:
    def told(value: str) -> str:
        return "" if value.strip() == "-" else value

    with (SAMPLES / "denpasar_aplikasi.csv").open(encoding="utf-8-sig") as file:
        apps = [
            Application(
                id=row["id_app"],
                code=row["id_app"],
                name=row["judul"],
                unit=row["unit_kode"],
                unit_name=row["unit_nama"],
                function=told(row["fungsi"]),
                url=told(row["link"]),
                kelas=row["klasifikasi_aplikasi"],
                origin=row["kategori_aplikasi"],
            )
            for row in csv.DictReader(file)
        ]
    with (SAMPLES / "denpasar_opd.csv").open(encoding="utf-8-sig") as file:
        return apps, [row["nama_opd"] for row in csv.DictReader(file)]


def _measure(said: set[frozenset[str]], pairs: list[tuple[str, str, bool]]) -> tuple[float, float]:
    """Precision and recall of what was said over labelled pairs."""
    twins = {frozenset((a, b)) for a, b, twin in pairs if twin}
    right = said & twins
    return len(right) / len(said & {frozenset(p[:2]) for p in pairs}), len(right) / len(twins)


def test_precision_and_recall_on_the_labelled_pairs_of_denpasar(capsys: pytest.CaptureFixture[str]) -> None:
    if not SAMPLES.is_dir():
        pytest.skip(f"the samples are not beside the checkout: {SAMPLES}")
    apps, units = _denpasar()
    by_id = {one.id: one for one in apps}
    with PAIRS.open() as file:
        pairs = [(row["a"], row["b"], row["twin"] == "1") for row in csv.DictReader(file)]
    assert len({frozenset(pair[:2]) for pair in pairs}) == len(pairs) >= 300
    corpus = Corpus(apps, units)
    by_pair = {
        frozenset((a, b)) for a, b, _ in pairs if pair_score(by_id[a], by_id[b], corpus)[0] >= THRESHOLD
    }
    by_group = {
        frozenset((a.id, b.id))
        for twins in find(apps, unit_names=units)
        for a, b in combinations(twins.members, 2)
        if a.unit != b.unit
    }
    halves: tuple[list[tuple[str, str, bool]], list[tuple[str, str, bool]]] = ([], [])
    for pair in pairs:
        halves[int(hashlib.sha256(f"{pair[0]}-{pair[1]}".encode()).hexdigest(), 16) % 2].append(pair)
    for way, said in (("pairs", by_pair), ("groups", by_group)):
        for name, chosen in (("tuned half", halves[0]), ("held half", halves[1]), ("all", pairs)):
            precision, recall = _measure(said, chosen)
            with capsys.disabled():
                print(
                    f"\ntwins of Denpasar, {way}, {name} ({len(chosen)}): precision {precision:.3f} recall {recall:.3f}"
                )
            assert precision >= 0.85
            assert recall >= 0.85
