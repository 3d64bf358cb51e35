"""The metamodel: what a spreadsheet's header means, and how elements may be related."""

import csv
from pathlib import Path

import pytest

from pendapa.regulations import packs
from pendapa.regulations.metamodel import normalise

SHARED = Path(__file__).parents[3] / "shared"
needs_samples = pytest.mark.skipif(
    not SHARED.exists(),
    reason="NOT TESTED: ../shared with the real header layouts is not beside the checkout",
)
SHEETS = {
    "Proses Bisnis": "processes", "Layanan SPBE": "services", "Data dan Informasi": "data", "Aplikasi": "applications",
    "DAB": "processes", "DAL": "services", "DAD": "data", "DAA": "applications", "DAK": "security",
    "aplikasi + detail_aplikasi (table columns)": "applications",
}  # fmt: skip


@pytest.fixture(scope="module")
def model():
    return packs.metamodel()


def test_the_six_domains_carry_the_words_of_the_import_and_their_official_prefixes(model):
    assert [(domain.key, domain.prefix, domain.reference) for domain in model.domains] == [
        ("processes", "DAB", "RAB"), ("services", "DAL", "RAL"), ("data", "DAD", "RAD"),
        ("applications", "DAA", "RAA"), ("infrastructure", "DAI", "RAI"), ("security", "DAK", "RAK"),
    ]  # fmt: skip


def test_infrastructure_has_twelve_kinds_security_seven_and_the_others_one(model):
    assert [len(domain.kinds) for domain in model.domains] == [1, 1, 1, 1, 12, 7]
    assert model.domain("applications").kinds[0].key == "applications"


def test_the_strategy_map_has_its_five_objects(model):
    assert [kind.key for kind in model.strategy.kinds] == [
        "visi",
        "misi",
        "tujuan",
        "sasaran_strategis",
        "iku",
    ]


@pytest.mark.parametrize(("domain", "header", "column", "part", "level"), [
    ("services", "Metode Layaan", "metode", "value", 0),
    ("services", "Kementrian Terkait", "instansi_terkait", "value", 0),
    ("applications", "Produsen Aplikasi", "unit_pengembang", "value", 0),
    ("applications", "judul", "nama", "value", 0),
    ("applications", "unit_nama", "opd", "name", 0),
    ("applications", "unit_kode", "opd", "code", 0),
    ("applications", "sts_aktif", "status_aktif", "value", 0),
    ("applications", "NAMA BASIS DATA *", "basis_data", "value", 0),
    ("applications", "raa  level_3", "raa", "value", 3),
    ("processes", "SKPD", "opd", "value", 0),
    ("processes", "Kode OPD", "opd", "code", 0),
    ("security", "OPD Pengampu / Penanggung Jawab", "opd", "value", 0),
    ("applications", "klasifikasi_aplikasi", "kelas", "value", 0),
])  # fmt: skip
def test_a_header_finds_its_column_however_it_is_spelt(model, domain, header, column, part, level):
    match = model.domain(domain).match_header(header)
    assert (match.column.key, match.header.part, match.header.level) == (column, part, level)


def test_a_header_that_is_not_known_finds_nothing(model):
    assert model.domain("applications").match_header("Warna kesukaan") is None
    assert model.is_ignored("No.") and not model.is_ignored("Nama Aplikasi")


@needs_samples
def test_every_header_of_the_real_templates_is_known():
    model = packs.metamodel()
    unknown = []
    with (SHARED / "samples" / "template_headers.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            domain = SHEETS.get(row["sheet"])
            header = row["header"]
            # "(kolom per jenis)" is a remark of whoever copied the sheet, not a header
            if not domain or header == "(kolom per jenis)" or model.is_ignored(header):
                continue
            if model.domain(domain).match_header(header) is None:
                unknown.append((row["sheet"], header))
    assert unknown == []


@needs_samples
@pytest.mark.parametrize(("sample", "domain"), [
    ("denpasar_aplikasi.csv", "applications"), ("layanan_diskominfo_kab_mojokerto.csv", "services"),
])  # fmt: skip
def test_every_header_of_the_real_lists_is_known(model, sample, domain):
    with (SHARED / "samples" / sample).open(encoding="utf-8-sig") as file:
        headers = next(csv.reader(file))
    assert [header for header in headers if model.domain(domain).match_header(header) is None] == []


@needs_samples
def test_one_sheet_for_all_domains_is_known_in_each(model):
    with (SHARED / "samples" / "template_headers.csv").open(encoding="utf-8") as file:
        sheet = [
            row["header"] for row in csv.DictReader(file) if row["sheet"] == "Matriks_Penyelarasan_6_Domain"
        ]
    for domain in model.domains:
        unknown = [
            header for header in sheet if not domain.match_header(header) and not model.is_ignored(header)
        ]
        assert unknown == [], domain.key


@pytest.mark.parametrize(("column", "words", "key"), [
    ("basis", "Website", "web"), ("basis", "Dekstop", "desktop"), ("status_aktif", "Non-Aktif", "naktif"),
    ("interoperabilitas", "noada", "belum"), ("tipe_lisensi", "Proprietary", "Propietary"), ("kelas", "UMUM", "Umum"),
])  # fmt: skip
def test_a_value_is_recognised_in_the_spellings_that_occur(model, column, words, key):
    assert model.domain("applications").column(column).match_value(words).key == key


def test_a_value_outside_the_list_is_not_forced_into_it(model):
    assert model.domain("applications").column("basis").match_value("Teleks") is None


def test_a_sign_that_belongs_to_a_name_is_not_lost(model):
    languages = model.domain("applications").column("bahasa_pemrograman")
    assert languages.match_value("c#").key == "C#" and languages.match_value("C") is None


def test_no_list_of_values_claims_to_be_official(model):
    for domain in model.domains:
        for column in domain.columns:
            if column.values:
                assert not column.values_verified and column.values_source, column.key


def test_columns_of_local_tools_are_kept_and_marked_as_not_official(model):
    applications = model.domain("applications")
    for key in (
        "tahun",
        "kinerja_strategic",
        "kelas",
        "kategori",
        "versi",
        "os_server",
        "lokasi_server",
        "sumber_dana",
        "operator",
    ):
        assert not applications.column(key).official
    assert applications.column("fungsi").official


def test_every_column_kind_and_relation_can_be_asked_for_its_source_and_flag(model):
    things = [model, *model.relations]
    for domain in model.all_domains:
        things += [domain, *domain.kinds, *domain.columns]
    assert all(isinstance(thing.verified, bool) and thing.source for thing in things)


def test_a_kind_has_its_own_columns(model):
    infrastructure = model.domain("infrastructure")
    server = {column.key for column in infrastructure.columns_of("server")}
    licence = {column.key for column in infrastructure.columns_of("sistem_operasi")}
    assert "kapasitas_memori" in server and "jenis_lisensi" not in server
    assert "jenis_lisensi" in licence and "kapasitas_memori" not in licence
    assert {"id", "nama", "uraian", "opd", "rai"} <= server & licence


def test_every_relation_column_names_a_relation_that_touches_its_domain(model):
    named = {column.relation for domain in model.all_domains for column in domain.columns} - {""}
    assert named <= {relation.key for relation in model.relations}
    # Those that no column of a table names are made on a page, or by the import of a foreign file.
    assert {r.key for r in model.relations} - named == {"application_flow", "foreign_relation"}


def test_a_relation_allows_only_its_ends(model):
    on_server = model.relation("application_server")
    assert on_server.allows(("applications", "applications"), ("infrastructure", "server"))
    assert not on_server.allows(("applications", "applications"), ("infrastructure", "periferal"))
    assert not on_server.allows(("services", "services"), ("infrastructure", "server"))
    assert model.relation("secured_by").allows(("infrastructure", "server"), ("security", "audit_keamanan"))


def test_the_relations_of_an_element_are_found_from_both_ends(model):
    found = {(relation.key, backward) for relation, backward in model.relations_of("processes")}
    assert ("application_process", True) in found and ("service_process", True) in found
    assert ("runs_software", False) in {
        (r.key, back) for r, back in model.relations_of("infrastructure", "server")
    }


def test_words_are_compared_without_case_accents_signs_and_spaces():
    assert normalise("  *OPD Pengampu / Penanggung_Jawab ") == normalise("opd pengampu penanggung jawab")


def test_labels_are_there_in_both_languages(model):
    for domain in model.all_domains:
        for thing in (domain, *domain.kinds, *domain.columns):
            assert thing.label.id and thing.label.en, thing.key


def test_a_dash_says_nothing(model):
    assert model.is_empty(" - ") and model.is_empty("") and not model.is_empty("0")
