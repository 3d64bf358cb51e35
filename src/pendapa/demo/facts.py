"""What the demo holds beside its spreadsheets: other names of units, who may see what, four years of assessments.

All of it is invented.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import MappingProxyType

DATA = Path(__file__).resolve().parent / "data"
REASON = "data contoh (rekaan)"

# In the order in which they are read: what others point to comes first.
FILES = (
    "01_daftar_opd.xlsx",
    "04_proses_bisnis.xlsx",
    "09_peta_strategi.csv",
    "03_layanan.csv",
    "07_keamanan.csv",
    "05_data.ods",
    "06_infrastruktur.xlsx",
    "02_aplikasi_diskominfo.xlsx",
    "10_pengelolaan_aplikasi.csv",
    "11_pengguna_layanan.csv",
    "12_data_pribadi.csv",
    "13_pengelola_infrastruktur.csv",
    "14_aliran_data.csv",
)
WAITING, WAITING_FOR = "08_aplikasi_dinkes.xlsx", "operator.dinkes@contoh.example"
WAITING_ROWS = MappingProxyType({"rows": 48, "new": 29, "changed": 6, "same": 6, "faulty": 7})

# Code of the unit and a name under which it is found as well.
ALIASES = (
    ("2.03", "Dinas Pertanian dan Perkebunan"),
    ("1.01", "Dinas Pendidikan"),
    ("2.08", "Dinas Kominfo"),
    ("3.03", "Dinas Perdagangan"),
    ("5.02", "Badan Pengelola Keuangan"),
)

PUBLIC_DOMAINS = ("services",)
PUBLIC = frozenset(
    f"APL-{number:04d}"
    for number in (1, 2, 13, 17, 22, 25, 28, 31, 32, 33, 38, 43, 45, 46, 47, 50, 53, 60, 61, 62)
) | frozenset(f"DT-{number:02d}" for number in (2, 7, 9, 10, 13, 14, 15, 18, 20, 21, 22, 23, 24, 30, 31, 32))
RESTRICTED = frozenset(
    (
        "APL-0057",
        "DT-01",
        "DT-04",
        "DT-08",
        "DT-11",
        "DT-12",
        "DT-28",
        "IF-15",
        "IF-17",
        "KM-06",
        "KM-07",
        "KM-09",
    )
)

# An application, what its operator changes in it, and the service that it serves since.
EDITED = ("APL-0001", {"versi": "3.1"}, "application_service", "LY-03")

# The release that an invented regulation set; what is planned for next year; what waits for the head.
RELEASE = (
    "2026",
    "Arsitektur SPBE 2026–2030",
    "Peraturan Bupati Contoh Nomor 12 Tahun 2026 (rekaan)",
    date(2026, 2, 2),
)
PLANNED = (
    "Antrean Terpadu Puskesmas",
    {"uraian": "Antrean daring satu pintu untuk semua puskesmas", "status_arsitektur": "new"},
)
PROPOSED = ("APL-0001", {"fungsi": "Rekam medis elektronik dan rujukan antarpuskesmas"})
PROPOSED_WHY = "Fungsi rujukan berjalan sejak bulan lalu"

INSTRUMENT = "spbe-2020"
TARGET = "3.5"
# Year → stage and the levels of the 47 indicators, aspect by aspect; a dot is not assessed yet.
ASSESSMENTS = MappingProxyType(
    {
        2023: ("external", "2212212212 1221 2211 21 11111111 111 2322211322 222232"),
        2024: ("external", "2222222213 2222 2212 22 12121121 111 3322322332 323322"),
        2025: ("external", "3323222323 2332 3222 32 22222122 211 3333333332 334333"),
        2026: ("self", "3333322323 3332 3232 32 2222..2. 2.. 4333.33..3 34.33."),
    }
)
