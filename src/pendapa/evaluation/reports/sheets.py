"""All answers of a round as a workbook: one line an indicator, one line a piece of evidence, as far as the reader may."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from pendapa.evaluation.queries.reports import Material
from pendapa.evaluation.reports import data
from pendapa.evaluation.reports.layout import clean
from pendapa.kernel.tables import writing

ANSWERS = {
    "draft": "sedang ditulis",
    "ready": "diserahkan",
    "returned": "dikembalikan",
    "valid": "divalidasi",
}
CLOSED = "tidak terbuka untuk Anda"


def write(found: Material, out: IO[bytes]) -> None:
    """Write the workbook."""
    heads = ["Nomor", "Indikator", "Aspek", "Bobot", "OPD"]
    for stage in data.STAGES.values():
        heads += [f"Tingkat {stage.lower()}", f"Alasan {stage.lower()}"]
    heads += ["Fakta", "Analisis", "Keadaan jawaban", "Catatan", "Jumlah bukti"]
    widths = {1: 45.0, 2: 30.0, 4: 30.0, 11: 50.0, 12: 60.0}
    answers = writing.Sheet("Jawaban", heads, _answers(found), widths)
    pieces = writing.Sheet(
        "Bukti dukung",
        ["Indikator", "Tingkat", "Butir", "Judul", "Jenis", "Halaman", "Tanggal", "Tautan", "Keadaan", "Alasan", "SHA-256"],
        _pieces(found), {3: 50.0, 7: 40.0, 9: 40.0, 10: 66.0},
    )  # fmt: skip
    writing.write_xlsx(out, [answers, pieces])


def _answers(found: Material) -> Iterator[list[Any]]:
    for aspect in found.instrument.aspects:
        for one in aspect.indicators:
            open_ = found.may_read(one.number)
            duties = found.duties.get(one.number, [])
            row: list[Any] = [
                one.number, one.name.id, aspect.name.id, data.formats.percent(one.weight, "id", 2),
                "; ".join(duty.unit.name for duty in duties),
            ]  # fmt: skip
            for stage in data.STAGES:
                sheet = found.sheets.get(stage)
                level = sheet.levels.get(one.number, "") if sheet else ""
                reason = sheet.notes.get(one.number, "") if sheet and open_ else ""
                row += [level.replace(".", ","), _cell(reason)]
            answer = found.answers.get(one.number)
            if not open_:
                yield [*row, CLOSED, CLOSED, "", "", ""]
                continue
            row += [_cell("\n".join(data.fact_lines(answer))), _cell(answer.analysis if answer else "")]
            row += [ANSWERS.get(answer.state, "") if answer else "", _cell(answer.remark if answer else "")]
            yield [*row, str(len(found.uses.get(one.number, [])))]


def _pieces(found: Material) -> Iterator[list[Any]]:
    for one in found.instrument.indicators:
        for use in found.uses.get(one.number, []):
            piece = use.evidence
            yield [
                one.number, str(use.level) if use.level else "", use.item, _cell(piece.title),
                str(piece.get_nature_display()), use.page, piece.dated.isoformat() if piece.dated else "", piece.url,
                data.USE_STATES.get(use.state, use.state), _cell(use.reason), piece.sha256,
            ]  # fmt: skip


def _cell(text: object) -> str:
    return clean(text)[: writing.CELL_LIMIT - 1]
