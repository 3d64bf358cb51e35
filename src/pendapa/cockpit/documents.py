"""The page for the weekly meeting (one sheet of A4, PDF), and the way to both documents of the cockpit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pendapa.cockpit import facts as told
from pendapa.cockpit import slides
from pendapa.cockpit.facts import Facts
from pendapa.cockpit.queries.leader import Cockpit
from pendapa.kernel.documents import making

TEMPLATE = Path(__file__).parent / "typst" / "kokpit.typ"
FORMS = ("pdf", "pptx")
MOST = tuple(range(14, 3, -1))
"""So many rows of each table, the most first: the template takes as many as one page holds. What is left out is counted in its
place."""
LONGEST = 110
"""Longer names are cut with an ellipsis on this sheet alone."""


def make(found: Cockpit, form: str) -> bytes:
    """The cockpit as ``pdf`` or ``pptx``. Raises :class:`making.NotMade`."""
    known = told.facts(found)
    if form == "pptx":
        return slides.deck(known)
    return making.pdf(TEMPLATE, sheet(known), seconds=30)


def file_name(found: Cockpit, form: str) -> str:
    """``kokpit-uji-2026-11-23.pdf``"""
    return f"kokpit-{found.institution.code.lower()}-{found.day.isoformat()}.{form}"


def sheet(known: Facts) -> dict[str, Any]:
    """What the template prints: texts only, so that whatever stands in a name stays a name."""
    data = known.data
    return {
        "judul": "Kokpit SPBE",
        "instansi": known.institution,
        "tanggal": known.day,
        "contoh": known.demo,
        "sendiri": data["units"]["own"] is not None,
        "temuan": known.finding,
        "indeks": told.index_line(known),
        "target": told.target_line(known),
        "jalur": known.course,
        "grafik": told.drawing(known),
        "angka": told.numbers(known),
        "komitmen_kosong": "Tidak ada yang terlambat." if data["commitments"]["committed"] else "Belum ada komitmen kepala OPD.",
        "iku_judul": told.iku_title(known),
        "iku_tahun": str(data["iku"]["year"]),
        "iku_triwulan": told.iku_by_quarter(known),
        "anggaran": told.budget(known) if data["budget"]["initiatives"] else [],
        "anggaran_tahun": str(data["budget"]["year"]),
        "celah": told.gaps(known),
        "lapor": told.silent_line(known),
        "liga_ket": told.league_line(known),
        "tabel": [_tables(known, most) for most in MOST],
    }  # fmt: skip


def _tables(known: Facts, most: int) -> dict[str, Any]:
    """The tables with so many rows each."""
    return {
        "baris": most,
        "komitmen": _cut(told.commitments(known, most)),
        "aksi": _cut(told.actions(known, most)) if known.data["units"]["late_actions"] else [],
        "iku": _cut(told.iku(known, most)),
        "keputusan": _cut(told.decisions(known, most)),
        "belum_lapor": [_short(one) for one in told.silent(known, most)],
        "liga": _cut(told.league(known, most)),
    }


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _cut(rows: list[list[str]]) -> list[list[str]]:
    return [[_short(one) for one in row] for row in rows]
