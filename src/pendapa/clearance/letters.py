"""The letter of a decision (*surat rekomendasi*), in Indonesian, on the institution's letterhead and by its own template.

Approval inside the application is not a certified electronic signature, and the letter says so.
"""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import override

from pendapa.architecture.models import Element
from pendapa.clearance import queries
from pendapa.clearance.models import ClearanceRequest
from pendapa.clearance.rules import checks, flow
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.documents.letters import letter_docx, letter_pdf
from pendapa.kernel.documents.rules import Check, Letter, Official, day_in_words

DECIDED = {
    flow.GO: "DILANJUTKAN",
    flow.CONDITIONS: "DILANJUTKAN DENGAN SYARAT",
    flow.NOT: "TIDAK DILANJUTKAN",
}
TEXT = {
    flow.GO: "Pertimbangan:",
    flow.CONDITIONS: "Syarat dan pertimbangan:",
    flow.NOT: "Alasan:",
}
OUTCOMES = {checks.PASSED: "Terpenuhi", checks.FAILED: "Tidak terpenuhi", checks.UNKNOWN: "Belum diketahui"}
NOT_A_SIGNATURE = (
    "Persetujuan di dalam aplikasi ini bukan tanda tangan elektronik tersertifikasi. Surat ini berlaku setelah "
    "ditandatangani menurut ketentuan tata naskah dinas."
)
BLANK = "." * 40
MAKERS = {"pdf": letter_pdf, "docx": letter_docx}


def made(row: ClearanceRequest, form: str) -> bytes:
    """The letter as ``pdf`` or ``docx``. Raises NotFound for anything not decided, ``making.NotMade``."""
    if row.state != flow.DECIDED or form not in MAKERS:
        raise NotFound
    return MAKERS[form](row.institution, letter(row))


def letter(row: ClearanceRequest) -> Letter:
    """The letter of a decided request: number, day and official as they were set when it was decided."""
    with override("id"):
        return _letter(row)


def _letter(row: ClearanceRequest) -> Letter:
    pack = queries.pack()
    day = date.fromisoformat(row.letter["day"])
    steps = {one.verb: one for one in row.steps.order_by("at", "pk")}
    asked = steps["submit"].at if "submit" in steps else row.created_at
    opening = (
        f"Menindaklanjuti permohonan nomor {row.reference} tanggal {_day(asked)} mengenai rekomendasi belanja teknologi "
        f"informasi dan komunikasi untuk “{row.title}” tahun anggaran {row.year}, disampaikan bahwa permohonan "
        f"tersebut dinyatakan {DECIDED[row.decision]}."
    )
    body = [
        opening,
        TEXT[row.decision],
        *_paragraphs(row.decision_text),
    ]
    if row.justification:
        body += ["Pertimbangan Sekretaris Daerah:", *_paragraphs(row.justification)]
    known = row.kept_facts.filter(moment="decided").order_by("-pk").first()
    told = _checks(row, checks.facts_of(known.facts)) if known else ()
    if told:
        body.append("Hasil pemeriksaan otomatis pada hari keputusan:")
    decided = steps.get("decide")
    notes = (
        [f"Diputuskan di dalam aplikasi oleh {decided.by_name} pada {_day(decided.at)}."] if decided else []
    )
    notes += [NOT_A_SIGNATURE, pack.basis.text.id]
    return Letter(
        subject=f"Rekomendasi belanja TIK: {row.title}",
        day=day,
        number=row.letter["number"],
        nature="Biasa",
        addressee=(f"Kepala {row.unit.name}", "di tempat"),
        body=tuple(body),
        checks=told,
        closing=("Demikian disampaikan untuk menjadi perhatian.",),
        notes=tuple(notes),
        official=_official(row),
    )


def _official(row: ClearanceRequest) -> Official:
    """Who signs, as it stood at the decision; room to write in where nobody was named."""
    named = Official(**row.letter["official"])
    return named if named.office or named.name else Official(office="Pejabat yang berwenang", name=BLANK)


def _checks(row: ClearanceRequest, known: checks.Facts) -> tuple[Check, ...]:
    """The checks as anybody may know them: what is restricted is not named."""
    named = checks.uids(known)
    shown = Element.objects.filter(institution=row.institution, deleted_at=None, uid__in=named)
    shown = shown.exclude(classification="restricted")
    open_ones = {str(uid) for uid in shown.values_list("uid", flat=True)}
    results = checks.run(queries.pack().checks, checks.masked(known, open_ones))
    return tuple(Check(one.check.label.id, OUTCOMES[one.outcome], one.reason("id")) for one in results)


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split("\n") if part.strip()]


def _day(at: object) -> str:
    return day_in_words(timezone.localtime(at).date())  # type: ignore[arg-type]
