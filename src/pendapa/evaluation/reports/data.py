"""What stands in the self-assessment report and the executive summary, shaped from what the actor may read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from pendapa.analysis.documents.blocks import Block, Heading, Paragraph, Remark, Table
from pendapa.evaluation.models import Answer, Assessment, EvidenceUse
from pendapa.evaluation.queries import assessments
from pendapa.evaluation.queries.reports import Material
from pendapa.evaluation.reports.layout import Paper
from pendapa.kernel.documents.rules import day_in_words
from pendapa.kernel.ui import formats
from pendapa.regulations.instruments import Indicator

STAGES = {"self": "Mandiri", "internal": "Asesor internal", "external": "Eksternal"}
USE_STATES = {"waiting": "belum dinilai", "accepted": "diterima", "revise": "revisi", "rejected": "ditolak"}
UNKNOWN = "belum diketahui"
NOT_A_SIGNATURE = (
    "Persetujuan di dalam aplikasi ini bukan tanda tangan elektronik tersertifikasi. Dokumen ini berlaku setelah "
    "ditandatangani menurut ketentuan tata naskah dinas."
)


def number(value: Any, places: int = 2) -> str:
    """A number as reports print it; what is not known says so."""
    return UNKNOWN if value is None else formats.number(value, "id", places)


def today() -> str:
    """The day of the report in words."""
    return day_in_words(timezone.localdate())


def day(value: date | None) -> str:
    return day_in_words(value) if value else "–"


def subtitle(found: Material) -> str:
    return f"{found.cycle.institution.name} Tahun {found.cycle.year}"


def facts(found: Material) -> list[tuple[str, str]]:
    """What stands at the head of every report of a round."""
    kind = {"monitoring": "Pemantauan", "evaluation": "Evaluasi"}[found.cycle.kind]
    return [("Instrumen", found.instrument.title.id), ("Jenis", kind), ("Keadaan data", today())]


def unverified(found: Material) -> list[str]:
    """What of the instrument no official text settles, as a note."""
    names = [one.name for one in assessments.doubts(found.instrument)]
    if not names:
        return []
    return [f"Belum terverifikasi terhadap naskah resmi: {', '.join(names)}."]


def index_sentence(result: assessments.Result | None) -> str:
    """The index in a sentence, or what is missing to it."""
    if result is None or not result.filled:
        return "Indeks belum diketahui: belum ada tingkat kematangan yang diisi."
    if result.index is None:
        return (
            f"Indeks belum diketahui: {result.filled} dari {result.total} indikator terisi; indeks akan berada di antara "
            f"{number(result.low)} dan {number(result.high)}."
        )
    doubt = (
        f" Catatan: menurut pembulatan predikatnya {result.rounding_doubt}." if result.rounding_doubt else ""
    )
    return f"Indeks {number(result.index)} dengan predikat {result.predicate}.{doubt}"


def results(found: Material) -> str:
    """What the self-assessment gives, and the external result where that is known."""
    said = [index_sentence(found.agreed)]
    outer = found.results.get("external")
    if outer is not None and outer.index is not None:
        if found.agreed is None:
            said = []
        said.append(f"Hasil eksternal: indeks {number(outer.index)} dengan predikat {outer.predicate}.")
    return " ".join(said)


def parts(found: Material) -> Table:
    """Domains and aspects with the values of each sheet that has any."""
    stages = [stage for stage in STAGES if stage in found.results and found.results[stage].filled]
    rows: list[list[str]] = []
    first = found.results[stages[0]] if stages else None
    for top in first.parts if first else ():
        groups = [
            (
                "Domain" if first and first.domains else "Aspek",
                "domains" if first and first.domains else "aspects",
                [top],
            )
        ]
        if first and first.domains:
            groups.append(("Aspek", "aspects", list(top.items)))
        for label, kind, members in groups:
            for one in members:
                values = []
                for stage in stages:
                    same = next(p for p in getattr(found.results[stage], kind) if p.number == one.number)
                    values.append("–" if same.value is None else number(same.value))
                rows.append(
                    [f"{label} {one.number}", one.name, formats.percent(one.weight, "id", 1), *values]
                )
    totals = [number(found.results[stage].index) for stage in stages]
    rows.append(["", "Indeks", formats.percent(100, "id", 1), *totals])
    heads = ("Bagian", "Nama", "Bobot", *(STAGES[stage] for stage in stages))
    widths = (1.3, 5, 1.1, *(1.2 for _stage in stages))
    return Table(heads, widths, rows, strong=1, numbers=frozenset(range(2, len(heads))))


def self_report(found: Material) -> Paper:
    """*Laporan penilaian mandiri*: levels, index, the explanation of each indicator, the evidence."""
    blocks: list[Block] = [
        Heading("1. Ringkasan", 1), Paragraph(results(found)), parts(found),
        Heading("2. Hasil per indikator", 1),
    ]  # fmt: skip
    for aspect in found.instrument.aspects:
        blocks.append(Heading(f"Aspek {aspect.number}: {aspect.name.id}", 2))
        blocks += [_indicator(found, one) for one in aspect.indicators]
    blocks += [Heading("3. Daftar bukti dukung", 1), *_evidence(found)]
    blocks += [Heading("4. Tim penilaian mandiri", 1), *team(found)]
    return Paper(
        "Laporan Penilaian Mandiri", subtitle(found), facts(found), blocks, today(), unverified(found)
    )


def _indicator(found: Material, one: Indicator) -> Table:
    lead = found.duties.get(one.number, [])
    rows = [["Bobot", formats.percent(one.weight, "id", 2)]]
    rows += [
        [f"Tingkat {STAGES[stage].lower()}", _level(found, sheet, one)] for stage, sheet in _ordered(found)
    ]
    if lead:
        rows.append(
            ["OPD", "; ".join(duty.unit.name + ("" if duty.lead else " (pendukung)") for duty in lead)]
        )
    if found.may_read(one.number):
        answer = found.answers.get(one.number)
        told = fact_lines(answer)
        rows.append(["Fakta", "\n".join(told) or UNKNOWN])
        rows.append(["Analisis", (answer.analysis if answer else "") or UNKNOWN])
        pieces = [piece_title(use) for use in found.uses.get(one.number, [])]
        rows.append(["Bukti dukung", "\n".join(pieces) or "belum ada"])
    return Table((f"Indikator {one.number}", one.name.id), (1, 4), rows, strong=0)


def _ordered(found: Material) -> list[tuple[str, Assessment]]:
    return [(stage, found.sheets[stage]) for stage in STAGES if stage in found.sheets]


def _level(found: Material, sheet: Assessment, one: Indicator) -> str:
    level = sheet.levels.get(one.number)
    if level is None:
        return UNKNOWN
    whole = level if level.isdecimal() else ""
    named = found.instrument.level_name(one, int(whole)) if whole else None
    text = level.replace(".", ",") + (f" – {named.id}" if named else "")
    reason = sheet.notes.get(one.number, "") if found.may_read(one.number) else ""
    reason = reason if isinstance(reason, str) else ""
    return f"{text}\nAlasan: {reason}" if reason else text


def fact_lines(answer: Answer | None) -> list[str]:
    """Each fact as one line: document, number, article, page."""
    lines = []
    for one in answer.facts if answer else []:
        said = [str(one.get("document") or "")]
        said += [
            f"{word} {one[key]}"
            for key, word in (("number", "Nomor"), ("article", "Pasal"), ("page", "hlm."))
            if one.get(key)
        ]
        lines.append(", ".join(part for part in said if part))
    return [line for line in lines if line]


def piece_title(use: EvidenceUse) -> str:
    """A piece in one line: title, level, place, state."""
    said = use.evidence.title
    if use.level:
        said += f" (tingkat {use.level})"
    if use.page:
        said += f", {use.page}"
    return f"{said} – {USE_STATES.get(use.state, use.state)}"


def _where(use: EvidenceUse) -> str:
    piece = use.evidence
    if piece.source == "link":
        return piece.url
    if piece.source == "decree" and piece.decree:
        return f"{piece.decree.kind} {piece.decree.number}"
    if piece.source == "record":
        # Its name may be closed to the reader; the title says what the agency wanted to say.
        return f"Catatan Pendapa (versi {piece.record_version})"
    return piece.file.name if piece.file else "berkas"


def _evidence(found: Material) -> list[Block]:
    rows: list[list[str]] = []
    for one in found.instrument.indicators:
        for use in found.uses.get(one.number, []):
            code = use.evidence.sha256[:12] or "–"
            rows.append(
                [
                    str(len(rows) + 1),
                    one.number,
                    f"{use.evidence.title}\n{_where(use)}",
                    day(use.evidence.dated),
                    USE_STATES.get(use.state, use.state),
                    code,
                ]
            )
    if not rows:
        return [Paragraph("Belum ada bukti dukung yang dilampirkan.")]
    heads = ("No.", "Indikator", "Bukti dukung", "Tanggal", "Keadaan", "SHA-256")
    return [
        Table(heads, (0.6, 1, 4.4, 1.5, 1.3, 1.5), rows, strong=2),
        Remark("Kolom SHA-256 memuat 12 tanda pertama sidik berkas, sehingga berkas yang diubah kemudian dapat dikenali."),
    ]  # fmt: skip


FUNCTIONS = {
    "coordinator": "Koordinator", "responsible": "Penanggung jawab", "data_entry": "Pelaksana entri data",
    "internal": "Asesor internal", "respondent": "Responden", "external": "Asesor eksternal",
}  # fmt: skip


def team(found: Material) -> list[Block]:
    """The members of the team as a table."""
    if not found.members:
        return [Paragraph("Tim belum dicatat.")]
    rows = [
        [str(place), one.name, one.office or "–", FUNCTIONS.get(one.function, one.function)]
        for place, one in enumerate(found.members, 1)
    ]
    return [Table(("No.", "Nama", "Jabatan", "Kedudukan"), (0.6, 3, 4, 2), rows, strong=1)]


# ---- the summary


def summary(found: Material, rises: Sequence[Any] = (), beside: Sequence[str] = ()) -> Paper:
    """*Ringkasan eksekutif*: ``rises`` are the single rises that add most, ``beside`` sentences that compare."""
    agreed = found.newest
    blocks: list[Block] = [
        Heading("Hasil", 1),
        Paragraph(" ".join([results(found), *beside])),
        parts(found),
    ]
    if agreed is not None and agreed.filled:
        blocks += _extremes(found, agreed)
    if rises:
        rows = [
            [one.number, one.name, f"{number(one.level, 0)} → {number(one.to, 0)}", f"+{number(one.gain, 3)}"]
            for one in rises
        ]
        blocks += [
            Heading("Kenaikan yang paling menambah indeks", 1),
            Table(("Indikator", "Nama", "Tingkat", "Tambahan"), (1, 5, 1.2, 1.2), rows, strong=1, numbers=frozenset({3})),
            Remark("Tambahan indeks bila indikator itu saja naik satu tingkat; biaya tidak diperhitungkan di sini."),
        ]  # fmt: skip
    for kind, title in (
        ("strength", "Kekuatan"),
        ("weakness", "Kelemahan"),
        ("recommendation", "Rekomendasi"),
    ):
        said = [one for one in found.findings if one.kind == kind]
        if said:
            blocks.append(Heading(title, 1))
            blocks += [Paragraph(f"{place}. {one.text}") for place, one in enumerate(said, 1)]
    return Paper("Ringkasan Eksekutif", subtitle(found), facts(found), blocks, today(), unverified(found))


def _extremes(found: Material, agreed: assessments.Result) -> list[Block]:
    """The aspects with the highest and the lowest values."""
    known = sorted(
        (p for p in agreed.aspects if p.value is not None), key=lambda p: (-(p.value or 0), p.number)
    )
    if len(known) < 2:
        return []
    best, worst = known[0], known[-1]
    text = (
        f"Aspek tertinggi: {best.name} ({number(best.value)}). Aspek terendah: {worst.name} ({number(worst.value)})."
        if best.value != worst.value
        else f"Semua aspek bernilai sama ({number(best.value)})."
    )
    return [Paragraph(text)]
