"""A commitment on paper (*lembar komitmen*), in Indonesian, on the letterhead of the institution: to be signed by hand."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from pendapa.analysis.documents.blocks import Block, Heading, Paragraph, Table
from pendapa.evaluation.reports.layout import Paper, Signer, to_pdf
from pendapa.kernel.documents import queries as documents
from pendapa.kernel.documents.rules import day_in_words
from pendapa.regulations import packs
from pendapa.roadmap.models import Commitment
from pendapa.roadmap.queries import commitments as queries
from pendapa.roadmap.rules import commitments as rules

BLANK = "." * 40
NOT_A_SIGNATURE = (
    "Persetujuan di dalam aplikasi ini bukan tanda tangan elektronik tersertifikasi. Lembar ini berlaku setelah "
    "ditandatangani menurut ketentuan tata naskah dinas."
)


def pdf(row: Commitment) -> bytes:
    """The page as PDF. Raises ``making.NotMade``."""
    return to_pdf(_paper(row))


def _paper(row: Commitment) -> Paper:
    committed = row.state in rules.COMMITTED
    facts = [
        ("Perangkat daerah", row.unit.name),
        ("Masa", f"{day_in_words(row.starts_on)} s.d. {day_in_words(row.ends_on)}"),
        ("Keadaan", "Disetujui" if committed else "RANCANGAN, belum disetujui"),
    ]
    completion = packs.roadmap().completion(row.completion)
    if completion is not None:
        told = f" (dinilai {day_in_words(row.assessed_on)})" if row.assessed_on else ""
        facts.append(("Capaian", completion.label.id + told))
    office = row.approved_office if committed else f"Kepala {row.unit.name}"
    return Paper(
        title="Komitmen",
        subtitle=row.title,
        facts=facts,
        blocks=_blocks(row),
        day=day_in_words(_local(row.approved_at) if row.approved_at else timezone.localdate()),
        notes=_notes(row, committed),
        signer=Signer(office, row.approved_name if committed else BLANK),
        head=documents.letterhead(row.institution),
    )


def _blocks(row: Commitment) -> list[Block]:
    blocks: list[Block] = []
    for title, text in (
        ("Masalah", row.problem),
        ("Komitmen", row.text),
        ("Bukti yang diminta", row.evidence_asked),
    ):
        parts = [" ".join(part.split()) for part in text.split("\n") if part.strip()]
        if parts:
            blocks += [Heading(title), *(Paragraph(part) for part in parts)]
    steps = queries.steps(row)
    if steps:
        rows = [
            [str(place), one.text, day_in_words(one.due), day_in_words(one.done_on) if one.done_on else "–"]
            for place, one in enumerate(steps, 1)
        ]
        heads = ["No.", "Tonggak", "Jatuh tempo", "Tercapai"]
        blocks += [Heading("Tonggak"), Table(heads, [0.6, 5, 2, 2], rows)]
    return blocks


def _notes(row: Commitment, committed: bool) -> list[str]:
    if not committed or row.approved_at is None:
        return [NOT_A_SIGNATURE]
    at = timezone.localtime(row.approved_at)
    told = (
        f"Disetujui di dalam aplikasi oleh {row.approved_name}, {row.approved_office}, pada {day_in_words(at.date())} "
        f"pukul {at:%H.%M}. SHA-256 naskah: {row.approved_hash}."
    )
    return [told, NOT_A_SIGNATURE]


def _local(at: datetime) -> date:
    return timezone.localtime(at).date()
