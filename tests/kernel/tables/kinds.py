"""Kinds of tables as the metamodel makes them, small, for the tests of reading and recognising."""

from __future__ import annotations

from pathlib import Path

import pytest

from pendapa.kernel.tables.columns import Choice, Column, Heading, Kind

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "samples"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples do not lie beside the checkout")


def sample(name: str) -> Path:
    return SAMPLES / name


def col(name: str, label: str, english: str = "", type_: str = "text", *synonyms, **rest) -> Column:
    labels = {"id": label, "en": english or label}
    return Column(name, labels, type_, synonyms=tuple(synonyms), **rest)  # type: ignore[arg-type]


def common(prefix: str, what: str) -> list[Column]:
    return [
        col("id", "Kode", "Code", "code", f"Kode {what}", f"ID {what}", "ID", "id app", "Kode Komponen Instansi"),
        col("uraian", "Uraian", "Description", "long", f"Uraian {what}", "Deskripsi", "Keterangan", "Ringkasan"),
        col("opd", "Perangkat Daerah", "Agency", "unit", "OPD", "SKPD", "Unit", "Nama OPD", Heading("Kode OPD", "code"),
            "OPD Penanggung Jawab", "OPD Pengampu"),
        col("tahun", "Tahun", "Year", "year"),
        col(prefix.lower(), f"Referensi {prefix}", f"{prefix} reference", "reference", reference=prefix),
    ]  # fmt: skip


UNITS = Kind(
    "units",
    {"id": "Perangkat daerah", "en": "Agencies"},
    (
        col("id", "Kode", "Code", "code", "Kode OPD", "Kode SKPD", "Kode Unit", "esakip opd id"),
        col(
            "nama",
            "Nama",
            "Name",
            "text",
            "Nama OPD",
            "Nama SKPD",
            "Nama Perangkat Daerah",
            "OPD",
            "Perangkat Daerah",
        ),
        col("nama_pendek", "Nama pendek", "Short name", "text", "Singkatan", "Alias"),
        col("jenis", "Jenis", "Kind", "text", "Jenis OPD"),
        col("induk", "Induk", "Parent", "text", "OPD Induk"),
    ),
    unit_column=None,
    sheet_names=("OPD", "Daftar OPD"),
)

PROCESSES = Kind(
    "processes",
    {"id": "Proses bisnis", "en": "Business processes"},
    (
        *common("RAB", "Proses Bisnis"),
        col(
            "nama",
            "Nama proses bisnis",
            "Process name",
            "text",
            "Proses Bisnis",
            "Nama Bisnis",
            "Nama",
            "Judul",
        ),
        col("sasaran_strategis", "Sasaran strategis", "Strategic goal", "text", "Sasaran"),
        col("iku", "Indikator", "Indicator", "text", "IKU"),
        col("iku_target", "Nilai IKU target", "Target", "number", "Target"),
        col("iku_realisasi", "Nilai IKU realisasi", "Result", "number", "Realisasi"),
        col("bidang_urusan", "Bidang urusan", "Field of affairs"),
    ),
    sheet_names=("DAB", "Proses Bisnis"),
)

SERVICES = Kind(
    "services",
    {"id": "Layanan", "en": "Services"},
    (
        *common("RAL", "Layanan"),
        col("nama", "Nama layanan", "Service name", "text", "Nama", "Judul"),
        col("tujuan", "Tujuan layanan", "Purpose", "long", "Tujuan"),
        col("fungsi", "Fungsi layanan", "Function", "long", "Fungsi"),
        col("instansi_terkait", "Kementerian terkait", "Ministry concerned"),
        col("urusan", "Urusan pemerintahan", "Affairs", "text", "Urusan"),
        col("target", "Target layanan", "Target group", "text", "Pengguna"),
        col("metode", "Metode layanan", "Method", "enum", values=("elektronik", "non elektronik")),
        col("luaran", "Luaran", "Output", "long"),
        col("unit_pelaksana", "Unit pelaksana", "Executing unit", "unit"),
        col("penanggung_jawab", "Penanggung jawab", "Responsible unit", "unit"),
        col("potensi_manfaat", "Potensi manfaat", "Benefit", "long"),
        col("potensi_risiko", "Potensi risiko", "Risk", "long"),
        col("mitigasi_risiko", "Mitigasi risiko", "Mitigation", "long"),
        col("proses_bisnis", "Proses bisnis", "Processes", "relation"),
    ),
    sheet_names=("DAL", "Layanan SPBE"),
)

DATA = Kind(
    "data",
    {"id": "Data dan informasi", "en": "Data and information"},
    (
        *common("RAD", "Data"),
        col("nama", "Nama data", "Data name", "text", "Nama", "Judul"),
        col("tujuan", "Tujuan data", "Purpose", "long", "Tujuan"),
        col("sifat", "Sifat data", "Openness", "enum", values=("terbuka", "terbatas", "tertutup")),
        col("jenis", "Jenis data", "Kind", "enum", values=("tabular", "geospasial")),
        col("validitas", "Validitas data", "Validity"),
        col("produsen", "Produsen data", "Producer", "unit", "Penghasil Data"),
        col("penanggung_jawab", "Penanggung jawab data", "Custodian", "unit", "Wali Data"),
        col("informasi_input", "Informasi terkait input", "Information in", "long", "Input Data"),
        col("informasi_output", "Informasi terkait output", "Information out", "long", "Output Data"),
        col("interoperabilitas", "Interoperabilitas", "Interoperability"),
        col("layanan", "Layanan", "Service", "relation"),
    ),
    sheet_names=("DAD", "Data dan Informasi"),
)

APPLICATIONS = Kind(
    "applications",
    {"id": "Aplikasi", "en": "Applications"},
    (
        *common("RAA", "Aplikasi"),
        col("nama", "Nama aplikasi", "Application name", "text", "Nama", "Judul", "Nama Sistem"),
        col("fungsi", "Fungsi aplikasi", "Function", "long", "Fungsi", "infofungsi"),
        col("luaran", "Luaran", "Output", "long", "Output"),
        col("kelas", "Klasifikasi aplikasi", "Class", "enum", "Jenis Aplikasi", values=("umum", "khusus")),
        col("basis", "Basis aplikasi", "Platform", "enum_many", "Media",
            values=(Choice("web", synonyms=("website",)), "mobile", "desktop", "lainnya")),
        col("tipe_lisensi", "Tipe lisensi aplikasi", "Licence", "enum", values=("Open Source", "Proprietary")),
        col("bahasa_pemrograman", "Bahasa pemrograman", "Languages", "enum_many", "Pemrograman",
            values=("PHP", "JavaScript/TypeScript", "Python", "Java", "C#", "Swift", "Lainnya")),
        col("kerangka_pengembangan", "Kerangka pengembangan", "Framework"),
        col("basis_data", "Basis data", "Database", "text", "Nama Basis Data", "db"),
        col("url", "Alamat aplikasi", "Address", "url", "Link", "URL"),
        col("unit_pengembang", "Unit pengembang", "Developer", "unit_many", "Produsen Aplikasi"),
        col("unit_pengguna", "Unit pengguna", "Users", "unit_many"),
        col("unit_operasional", "Unit kerja operasional", "Operator", "unit"),
        col("status_aktif", "Status aktif", "Active", "boolean", "sts aktif", "Status"),
        col("tahun_pembuatan", "Tahun pembuatan", "Year built", "year", "thn pembuatan"),
        col("dasar_hukum", "Dasar hukum", "Legal basis", "text", "dasarhukum"),
        col("os_server", "OS server", "Server OS"),
        col("lokasi_server", "Lokasi server", "Server place", "text", "loka server"),
        col("nilai", "Nilai", "Cost", "money", "nilai spk", "Biaya"),
        col("sumber_dana", "Sumber dana", "Funding", "text", "sumberdana spk"),
        col("versi", "Versi", "Version", "text", "version"),
        col("interoperabilitas", "Interoperabilitas", "Interoperability", "text", "Integrasi"),
        col("informasi_input", "Informasi terkait input", "Information in", "long", "Input"),
        col("informasi_output", "Informasi terkait output", "Information out", "long"),
        col("server", "Infrastruktur server", "Server", "relation"),
        col("layanan", "Layanan", "Services", "relation"),
        col("data", "Data", "Data", "relation"),
    ),
    sheet_names=("DAA", "Aplikasi"),
)  # fmt: skip

INFRASTRUCTURE = Kind(
    "infrastructure",
    {"id": "Infrastruktur", "en": "Infrastructure"},
    (
        *common("RAI", "Infrastruktur"),
        col("nama", "Nama infrastruktur", "Name", "text", "Nama", "Nama Perangkat"),
        col("jenis", "Jenis infrastruktur", "Kind", "text", "Jenis"),
        col("lokasi", "Lokasi", "Place"),
    ),
    sheet_names=("DAI", "Infrastruktur"),
)

SECURITY = Kind(
    "security",
    {"id": "Keamanan", "en": "Security"},
    (
        *common("RAK", "Keamanan"),
        col("nama", "Nama keamanan", "Name", "text", "Nama", "Nama Kontrol"),
        col("jenis", "Jenis keamanan", "Kind", "text", "Jenis"),
        col("tanggal", "Tanggal kegiatan", "Date", "date"),
    ),
    sheet_names=("DAK", "Keamanan"),
)

ELEMENTS = Kind(
    "elements",
    {"id": "Enam domain", "en": "Six domains"},
    (
        col("id", "Kode", "Code", "code", "Kode Komponen Instansi"),
        col("nama", "Nama objek", "Name", "text", "Nama Objek / Sistem Instansi", "Nama"),
        col("domain", "Domain", "Domain", "text"),
        col("referensi", "Kode referensi", "Reference", "text", "Kode Referensi SIA-SPBE"),
        col("opd", "Perangkat Daerah", "Agency", "unit", "OPD", "OPD Pengampu"),
    ),
    needs=("domain",),
    sheet_names=("Matriks Penyelarasan 6 Domain",),
)

KINDS = (UNITS, PROCESSES, SERVICES, DATA, APPLICATIONS, INFRASTRUCTURE, SECURITY, ELEMENTS)
