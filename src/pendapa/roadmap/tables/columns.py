"""The columns of the printed roadmap and of the list of budget lines: one definition for template, import and export.

The order is that of the printed table (*Nama Rencana, Target a year, Tanggal Awal, Tanggal Akhir, SKPD, Program, Keterangan*);
what this application keeps beyond it follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial

from pendapa.kernel.tables.columns import Choice, Column, Heading, Kind
from pendapa.regulations import packs
from pendapa.roadmap.tables import scaling
from pendapa.roadmap.tables.arranging import arrange

INITIATIVES, PROGRAMMES = "initiatives", "programmes"
NAME, TARGET, OTHER_TARGET = "rencana", "target_", "target_lain"
WAITS = "menunggu"
SPAN = "jadwal"
GOAL, DAYS = "sasaran", "hari_orang"
ELEMENTS = "unsur"
ELEMENTS_NONE = frozenset({"tidak ada", "nihil", "tanpa unsur", "no elements"})
"""What a cell says that takes every element away; an empty one changes nothing."""
PLANNED, BUDGETED, SPENT, REACHED = "pagu", "masuk_apbd", "realisasi", "capaian"
PARTNER_CODES = {"id": "Kode-kode mitra", "en": "Unit codes of those who take part"}
"""Above the codes of those whose names stand in the column of the partners, in the same order."""
YEAR_WORDS = {
    "pagu": ("Pagu", "Planned"), "masuk_apbd": ("Masuk APBD", "In the budget"), "realisasi": ("Realisasi", "Spent"),
    "capaian": ("Capaian", "Reached"), "target_lain": ("Target", "Target"),
}  # fmt: skip
"""Above a value of one year, in Indonesian and in English."""
MONEY = {PLANNED: "planned", BUDGETED: "budgeted", SPENT: "spent"}
_FIRST, _LAST, _LONGEST = 2018, 2046, 6
STATES = {
    "draft": ("Konsep", "Draf", "Usulan", "Draft"),
    "planned": ("Direncanakan", "Rencana", "Planned", "Belum dimulai", "Budgeted", "Dianggarkan"),
    "doing": ("Berjalan", "Sedang berjalan", "Proses", "Dalam proses", "Ongoing", "On going", "On progress"),
    "done": ("Selesai", "Tuntas", "Completed", "Terlaksana"),
    "postponed": ("Ditunda", "Tunda", "Delayed", "Tertunda"),
    "cancelled": ("Dibatalkan", "Batal", "Cancelled"),
}
"""States as tables write them; the first is how an export writes them in Indonesian."""
STATES_EN = {
    "draft": "Draft", "planned": "Planned", "doing": "Under way", "done": "Done", "postponed": "Postponed",
    "cancelled": "Cancelled",
}  # fmt: skip
CONTENT_NAMES = {
    "audit": ("Audit Teknologi Informasi dan Komunikasi", "Audit Teknologi Informasi dan Komunikasi SPBE", "Audit TIK SPBE"),
    "services": ("Layanan SPBE (Administrasi dan Publik)", "Layanan SPBE Administrasi dan Publik", "Layanan Administrasi dan Publik"),
    "security": ("Keamanan Informasi", "Keamanan Informasi SPBE"),
}  # fmt: skip
"""Further names of the contents, as decrees write them."""
SOURCE_WORDS = {"apbd": ("APBD", "APBD Kabupaten", "APBD Kota", "APBD Provinsi", "PAD"), "apbn": ("APBN",), "dak": ("DAK", "Dana Alokasi Khusus", "DAK Fisik"), "other": ("Lainnya", "Lain-lain", "Hibah", "CSR", "BLUD")}  # fmt: skip


@lru_cache(maxsize=64)
def initiative_kind(first: int, last: int) -> Kind:
    """The printed table with a column of targets for each year from ``first`` to ``last``."""
    return Kind(
        INITIATIVES,
        {"id": "Peta Rencana", "en": "Roadmap"},
        (
            _text(NAME, "Nama Rencana", "Initiative", *_NAMES, required=True),
            *(_target(year) for year in range(first, last + 1)),
            _dated("tanggal_awal", "Tanggal Awal", "Start", *_STARTS),
            _dated("tanggal_akhir", "Tanggal Akhir", "End", *_ENDS),
            _unit("SKPD", *_UNITS),
            _text("program", "Program", "Programme", *_PROGRAMMES, long=True, help=_PROGRAMME_HELP),
            _text("keterangan", "Keterangan", "Note", "Catatan", "Ket.", long=True),
            *_further(),
        ),
        name_column=NAME,
        code_column="kode",
        unit_column="opd",
        sheet_names=("Peta Rencana", "Roadmap", "Peta Rencana SPBE", "Peta Rencana Program 5 Tahun"),
        arrange=arrange,
    )


@lru_cache(maxsize=1)
def programme_kind() -> Kind:
    """The lines of the budget (DPA): year, OPD, code, name, ceiling, spent."""
    return Kind(
        PROGRAMMES,
        {"id": "Program dan kegiatan (DPA)", "en": "Budget lines (DPA)"},
        (
            Column("tahun", {"id": "Tahun", "en": "Year"}, "year", required=True, synonyms=("Tahun Anggaran", "TA")),
            _unit("OPD", *_UNITS),
            Column("kode_program", {"id": "Kode", "en": "Code"}, "code", required=True, synonyms=_CODES),
            _text("program", "Nama program, kegiatan, atau sub kegiatan", "Name", *_LINES, required=True, limit=400),
            _money("pagu_dpa", "Pagu (Rp)", "Ceiling (Rp)", *_CEILINGS),
            _money("realisasi_dpa", "Realisasi (Rp)", "Spent (Rp)", "Realisasi", "Realisasi Anggaran", "Realisasi Keuangan"),
            Column("sumber_dana", {"id": "Sumber dana", "en": "Source"}, "enum", values=_sources(), synonyms=("Sumber",)),
            _text("nomenklatur", "Versi nomenklatur", "Version of the codes", "Nomenklatur", limit=60),
        ),
        name_column="program",
        code_column="kode_program",
        unit_column="opd",
        sheet_names=("DPA", "Program", "Program dan kegiatan", "Anggaran"),
        needs=("kode_program", "pagu_dpa"),
        arrange=partial(scaling.arrange, ("pagu_dpa", "realisasi_dpa")),
    )  # fmt: skip


_SPANS = (
    "Jadwal Pelaksanaan", "Waktu Pelaksanaan", "Waktu", "Periode", "Periode Pelaksanaan", "Tahun Pelaksanaan",
    "Rencana Waktu", "Rencana Waktu Pelaksanaan", "Target Waktu", "Jangka Waktu", "Masa Pelaksanaan", "Timeline", "Time Frame",
    "Period",
)  # fmt: skip
"""Above a cell that holds a whole span, beside *Jadwal*."""


def _under(*words: str) -> tuple[str, ...]:
    """Headings of an end where a merged one stands above it: "Waktu Pelaksanaan" over "Awal" and "Akhir"."""
    return tuple(f"{span} {word}" for span in ("Jadwal", *_SPANS) for word in words)


_STARTS = ("Tanggal Mulai", "Mulai", "Waktu Mulai", "Tgl Mulai", *_under("Awal", "Mulai", "Start"))
_ENDS = (
    "Tanggal Selesai",
    "Selesai",
    "Waktu Selesai",
    "Tgl Akhir",
    *_under("Akhir", "Selesai", "Berakhir", "End"),
)
_NAMES = (
    "Nama Rencana Aksi", "Nama Inisiatif", "Inisiatif", "Inisiatif Strategis", "Nama Inisiatif Strategis",
    "Nama Program / Inisiatif Strategis", "Program / Inisiatif Strategis", "Rencana", "Nama Kegiatan Rencana",
    "Uraian Rencana", "Rencana Strategis SPBE", "Kegiatan Peta Rencana",
)  # fmt: skip
_UNITS = (
    "OPD", "Perangkat Daerah", "OPD Penanggung Jawab", "Perangkat Daerah Penanggung Jawab", "SKPD Penanggung Jawab",
    "Penanggung Jawab", "Unit Kerja", "Unit Penanggung Jawab", "OPD Pelaksana", "Pelaksana", "PD", "SKPD",
)  # fmt: skip
_PROGRAMMES = (
    "Kode Rekening Program DPA", "Kode Rekening", "Kode Program", "Program/Kegiatan", "Program dan Kegiatan",
    "Program / Kegiatan / Sub Kegiatan", "Sub Kegiatan", "Kode Sub Kegiatan", "Nomenklatur", "Program RPJMD",
)  # fmt: skip
_PROGRAMME_HELP = {
    "id": "Kode SIPD, boleh dengan namanya: 2.16.03 Program Pengelolaan Aplikasi Informatika.",
    "en": "SIPD code, its name may stand beside it: 2.16.03 Program Pengelolaan Aplikasi Informatika.",
}
_CODES = (
    "Kode Rekening", "Kode Program", "Kode Kegiatan", "Kode Sub Kegiatan", "Kode Program/Kegiatan/Sub Kegiatan",
    "Kode Rekening Program", "Kode Nomenklatur",
)  # fmt: skip
_LINES = (
    "Nama Program", "Nama Kegiatan", "Nama Sub Kegiatan", "Program", "Uraian", "Program/Kegiatan/Sub Kegiatan",
    "Program / Kegiatan", "Program, Kegiatan, dan Sub Kegiatan", "Nomenklatur Program", "Sub Kegiatan",
)  # fmt: skip
_CEILINGS = (
    "Pagu",
    "Pagu Anggaran",
    "Pagu DPA",
    "Pagu Indikatif",
    "Anggaran",
    "Jumlah Anggaran",
    "Anggaran (Rp)",
)


def _further() -> Iterator[Column]:
    """What stands beyond the printed table."""
    yield Column("kode", {"id": "Kode", "en": "Code"}, "code", synonyms=("Kode Inisiatif", "No Inisiatif", "ID Inisiatif", "Kode Rencana"))  # fmt: skip
    yield Column("muatan", {"id": "Muatan", "en": "Content"}, "enum", values=_contents(), synonyms=("Muatan Peta Rencana", "Muatan SPBE"), help={"id": "Satu dari tujuh muatan Peta Rencana.", "en": "One of the seven contents of a roadmap."})  # fmt: skip
    yield _text("aspek", "Aspek", "Aspect", "Aspek SPBE", "Domain/Aspek", "Aspek Penilaian", long=True)
    yield _text("indikator", "Indikator", "Indicator", "Indikator SPBE", "Indikator Penilaian", "Indikator yang Dinaikkan", long=True, help={"id": "Nomor dan tingkat, satu baris satu indikator: Indikator 11 (2 → 3).", "en": "Number and levels, one a line: Indikator 11 (2 → 3)."})  # fmt: skip
    yield _text("keluaran", "Keluaran", "Output", "Output", "Luaran", "Target Layanan yang Dihasilkan", "Hasil", long=True)  # fmt: skip
    yield _text("uraian", "Uraian", "Description", "Deskripsi", "Penjelasan", long=True)
    yield Column("mitra", {"id": "Mitra", "en": "Partners"}, "unit_many", synonyms=("OPD Mitra", "OPD Pendukung", "Mitra OPD", "Perangkat Daerah Terkait", "OPD Terkait", "SKPD Pendukung", Heading(PARTNER_CODES["id"], "code"), Heading(PARTNER_CODES["en"], "code")))  # fmt: skip
    yield _text("domain_arsitektur", "Keterkaitan domain", "Domains", "Keterkaitan 6 Domain", "Domain Arsitektur", "Domain", long=True)  # fmt: skip
    yield _money("estimasi", "Estimasi biaya (Rp)", "Estimated cost (Rp)", *_COSTS)
    yield _yearly(PLANNED, "Pagu indikatif per tahun (Rp)", "Planned by year (Rp)", ("Pagu", "Pagu Indikatif", "Anggaran", "Kebutuhan Anggaran", "Biaya", "Rencana Anggaran", "Alokasi", "Indikasi Anggaran"), "Planned", alone=_ASKED)  # fmt: skip
    yield _yearly(BUDGETED, "Masuk APBD per tahun (Rp)", "In the budget by year (Rp)", ("Masuk APBD", "DPA", "Pagu DPA", "APBD", "Anggaran DPA"), "In the budget")  # fmt: skip
    yield _yearly(SPENT, "Realisasi per tahun (Rp)", "Spent by year (Rp)", ("Realisasi", "Realisasi Anggaran", "Serapan"), "Spent", alone=_SPENT)  # fmt: skip
    yield _yearly(REACHED, "Capaian per tahun", "Reached by year", ("Capaian", "Realisasi Target", "Capaian Target"), "Reached", alone=("Capaian Kinerja", "Realisasi Kinerja", "Capaian Kinerja Tahun"))  # fmt: skip
    yield Column("sumber_dana", {"id": "Sumber dana", "en": "Source"}, "enum", values=_sources(), synonyms=("Sumber Pendanaan", "Sumber Anggaran", "Pendanaan"))  # fmt: skip
    yield Column("status", {"id": "Status", "en": "State"}, "enum", values=_states(), synonyms=("Status Perencanaan", "Status Pelaksanaan"))  # fmt: skip
    yield _yearly(OTHER_TARGET, "Target tahun lain", "Targets of other years", ("Target", "Tahapan", "Target Tahun", "Tahun", "Tahun Pelaksanaan", "Rencana Target", ""), "Target", ("Target", "Tahapan", "Target per tahun", "Target Tahunan"))  # fmt: skip
    yield _text(GOAL, "Sasaran atau IKU", "Goal or IKU", "IKU", "Kode IKU", "Kode Sasaran", "Kode Sasaran atau IKU", "IKU yang Didukung", "Sasaran/IKU", help={"id": "Kode sasaran atau IKU di peta strategi, atau namanya. tidak ada: dikosongkan.", "en": "Code of the goal or IKU in the strategy map, or its name. tidak ada: taken away."})  # fmt: skip
    yield Column(DAYS, {"id": "Hari-orang", "en": "Person-days"}, "number", synonyms=("Hari Orang", "Orang-hari", "Orang Hari", "Jumlah Hari-orang", "Man-days", "Man days", "HOK"))  # fmt: skip
    yield _text(WAITS, "Menunggu", "Waits for", "Ketergantungan", "Bergantung pada", "Prasyarat", "Kode Prasyarat", "Dependencies", "Depends on", long=True, help={"id": "Kode inisiatif yang harus selesai lebih dahulu: PR-2026-001; PR-2026-004.", "en": "Codes of initiatives that must end before: PR-2026-001; PR-2026-004."})  # fmt: skip
    yield _text(SPAN, "Jadwal", "Schedule", *_SPANS, help={"id": "Sebagai ganti Tanggal Awal dan Akhir: 2026-2028, TW I - TW III 2027, Maret 2027 s.d. Juni 2028.", "en": "Instead of start and end: 2026-2028, TW I - TW III 2027, Maret 2027 s.d. Juni 2028."})  # fmt: skip
    yield _text(ELEMENTS, "Unsur arsitektur", "Elements of the architecture", "Unsur", "Elemen Arsitektur", "Unsur To-Be", "Objek To-Be", "Objek Arsitektur", "Unsur yang Diubah", help={"id": "Kode dan apa yang dilakukan: DAA.01.01 (diubah); DAL.02 (dibuat). Juga: dihentikan, dipakai.", "en": "Code and what is done to it: DAA.01.01 (changed); DAL.02 (made). Also: retired, used."})  # fmt: skip


_SUMS = ("Anggaran", "Biaya", "Dana", "Pendanaan", "Belanja")
_KINDS = (
    "", "Kebutuhan", "Indikasi", "Indikasi Kebutuhan", "Rencana", "Estimasi", "Perkiraan", "Proyeksi", "Alokasi", "Kerangka", "Pagu",
    "Pagu Indikatif",
)  # fmt: skip
_ASKED = (
    *(f"{kind} {sum_}{year}".strip() for kind in _KINDS for sum_ in (*_SUMS, "Anggaran Biaya") for year in ("", " Tahun")),
    *("Pagu Tahun", "Pagu Indikatif Tahun", "Alokasi Tahun", "RAB"),
)  # fmt: skip
_SPENT = tuple(
    f"{kind} {sum_}{year}"
    for kind in ("Realisasi", "Serapan")
    for sum_ in (*_SUMS, "Keuangan")
    for year in ("", " Tahun")
)
"""Money as groups over columns of years call it: what is asked for, and what was spent."""

_COSTS = (
    "Estimasi", "Estimasi Biaya", "Estimasi Alokasi", "Estimasi Alokasi (Rp)", "Estimasi Anggaran", "Total Anggaran",
    "Jumlah Anggaran", "Anggaran", "Anggaran (Rp)", "Biaya", "Pagu", "Pagu Indikatif", "Kebutuhan Anggaran", "Total",
    "Jumlah", "Total (Rp)", "Jumlah (Rp)", "Perkiraan Biaya", "Rencana Anggaran",
)  # fmt: skip


def _text(
    name: str, id_: str, en: str, *synonyms: str, required: bool = False, long: bool = False, limit: int | None = None,
    help: dict[str, str] | None = None,
) -> Column:  # fmt: skip
    return Column(
        name,
        {"id": id_, "en": en},
        "long" if long else "text",
        required,
        synonyms=synonyms,
        limit=limit,
        help=help,
    )


def _unit(label: str, *synonyms: str) -> Column:
    return Column("opd", {"id": label, "en": "Agency"}, "unit", required=True, synonyms=synonyms)


def _dated(name: str, id_: str, en: str, *synonyms: str) -> Column:
    return Column(name, {"id": id_, "en": en}, "date", synonyms=synonyms)


def _money(name: str, id_: str, en: str, *synonyms: str) -> Column:
    return Column(name, {"id": id_, "en": en}, "money", synonyms=synonyms)


def _target(year: int) -> Column:
    words = ("Target Tahun", "Tahapan", "Tahun", "Tahun Pelaksanaan", "Rencana Target", "Th", "TA", "")
    label = f"Target {year}"
    return Column(f"{TARGET}{year}", {"id": label, "en": label}, "long", synonyms=tuple(f"{w} {year}".strip() for w in words))  # fmt: skip


def _yearly(
    name: str,
    id_: str,
    en: str,
    words: tuple[str, ...],
    en_word: str,
    plain: tuple[str, ...] = (),
    alone: tuple[str, ...] = (),
) -> Column:
    return Column(
        name, {"id": id_, "en": en}, "yearly", synonyms=(*plain, id_.removesuffix(" (Rp)"), *_year_headings(tuple(dict.fromkeys((*words, en_word)))), *_lone_years(alone, words)),
        help={"id": "Satu sel: 2027: …; 2028: …, atau satu kolom per tahun.", "en": "One cell: 2027: …; 2028: …, or a column a year."},
        shares=True,
    )  # fmt: skip


def year_header(column: str, year: int, language: str) -> str:
    """What an export writes above a yearly value of one year; the import knows it."""
    return f"{YEAR_WORDS[column][language == 'en']} {year}"


def _year_headings(words: tuple[str, ...]) -> Iterator[Heading]:
    """ "Target 2027", "Target (2027-2028)" and the like, each with its years as the level."""
    for first in range(_FIRST, _LAST + 1):
        for last in range(first, min(first + _LONGEST, _LAST + 1)):
            level = first if first == last else first * 10_000 + last
            texts = (f"{first}",) if first == last else (f"{first}-{last}", f"{first} s.d. {last}")
            yield from (Heading(f"{word} {text}".strip(), level=level) for word in words for text in texts)


def _lone_years(words: tuple[str, ...], known: tuple[str, ...]) -> Iterator[Heading]:
    """Further words above a year, as groups over columns of years have them; of one year only."""
    for word in dict.fromkeys(words):
        if word not in known:
            yield from (Heading(f"{word} {year}", level=year) for year in range(_FIRST, _LAST + 1))


def _contents() -> tuple[Choice, ...]:
    found = []
    for one in packs.roadmap().contents:
        label = {"id": one.label.in_language("id"), "en": one.label.in_language("en")}
        bare = label["id"].removesuffix(" SPBE")
        further = CONTENT_NAMES.get(one.key, ())
        found.append(Choice(one.key, label, (bare, f"Muatan {bare}", f"{bare} Pemerintah Digital", *further)))
    return tuple(found)


def _states() -> tuple[Choice, ...]:
    return tuple(Choice(key, {"id": w[0], "en": STATES_EN[key]}, w[1:]) for key, w in STATES.items())


def _sources() -> tuple[Choice, ...]:
    return tuple(
        Choice(key, {"id": w[0], "en": "Other" if key == "other" else w[0]}, w[1:])
        for key, w in SOURCE_WORDS.items()
    )
