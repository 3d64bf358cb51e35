"""Berita acara, consent to publish, and recommendations with their follow-up."""

from __future__ import annotations

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from pendapa.analysis.documents.blocks import Block, Heading, Paragraph, Table
from pendapa.evaluation.queries.reports import Material
from pendapa.evaluation.reports import data
from pendapa.evaluation.reports.layout import Paper, Signer
from pendapa.kernel.documents.rules import Letterhead, day_in_words

BLANK = "." * 40
STATES = {"open": "belum dimulai", "doing": "dikerjakan", "done": "selesai"}


def signer(found: Material, head: Letterhead) -> Signer:
    """The coordinator of the round, else the official of the letterhead; room to write in where nobody is named."""
    named = next((one for one in found.members if one.function == "coordinator"), None)
    if named is not None:
        return Signer(named.office or "Koordinator", named.name)
    official = head.official
    if official.office or official.name:
        office = " ".join(part for part in (official.acting, official.office) if part)
        return Signer(office or "Koordinator", official.name or BLANK, official.nip)
    return Signer("Koordinator", BLANK)


def _agreed_note(found: Material) -> list[str]:
    """Who agreed inside the application, and when; nothing where nobody has yet."""
    steps = [one for one in found.cycle.steps_done if one.get("step") == "agreement" and not one.get("back")]
    if not steps:
        return []
    at = parse_datetime(str(steps[-1].get("at") or ""))
    when = f" pada {day_in_words(timezone.localtime(at).date())}" if at else ""
    return [f"Disetujui di dalam aplikasi oleh {steps[-1].get('by') or 'koordinator'}{when}."]


def minutes(found: Material, head: Letterhead) -> Paper:
    """*Berita acara penilaian mandiri*."""
    agreed, cycle = found.agreed, found.cycle
    opening = (
        f"Pada hari ini, {data.today()}, telah dilaksanakan penilaian mandiri {cycle.institution.name} tahun {cycle.year} "
        f"menurut {found.instrument.regulation.name} oleh tim asesor internal, dengan hasil sebagai berikut."
    )
    blocks: list[Block] = [Paragraph(opening), Paragraph(data.index_sentence(agreed)), data.parts(found)]
    blocks += [Heading("Tingkat kematangan per indikator", 2), _levels(found)]
    blocks += [Heading("Tim", 2), *data.team(found)]
    blocks.append(
        Paragraph(
            "Tim menyatakan bahwa jawaban, penjelasan, dan bukti dukung telah diperiksa sesuai dengan keadaan yang ada. Demikian "
            "berita acara ini dibuat untuk digunakan sebagaimana mestinya."
        )
    )
    notes = [*_agreed_note(found), data.NOT_A_SIGNATURE, *data.unverified(found)]
    return Paper(
        "Berita Acara Penilaian Mandiri", data.subtitle(found), data.facts(found), blocks, data.today(), notes,
        signer(found, head),
    )  # fmt: skip


def _levels(found: Material) -> Table:
    stages = [stage for stage in ("self", "internal") if stage in found.sheets]
    rows = [
        [one.number, one.name.id, *((found.sheets[stage].levels.get(one.number) or "–").replace(".", ",") for stage in stages)]
        for one in found.instrument.indicators
    ]  # fmt: skip
    heads = ("No.", "Indikator", *(data.STAGES[stage] for stage in stages))
    widths = (0.7, 6, *(1.2 for _stage in stages))
    return Table(heads, widths, rows, numbers=frozenset(range(2, len(heads))))


def consent(found: Material, head: Letterhead) -> Paper:
    """*Pernyataan persetujuan publikasi*: as the coordinator said; both words to choose from where nothing was said."""
    cycle = found.cycle
    word = {True: "MENYETUJUI", False: "TIDAK MENYETUJUI", None: "MENYETUJUI / TIDAK MENYETUJUI *)"}[
        cycle.consent
    ]
    who = signer(found, head)
    blocks: list[Block] = [
        Paragraph(f"Yang bertanda tangan di bawah ini, {who.name}, selaku {who.office} pada {cycle.institution.name},"),
        Paragraph(f"dengan ini {word} publikasi hasil penilaian mandiri tahun {cycle.year} menurut {found.instrument.title.id}."),
        Paragraph(data.index_sentence(found.agreed)),
    ]  # fmt: skip
    if cycle.consent_text:
        blocks.append(Paragraph(f"Keterangan: {cycle.consent_text}"))
    blocks.append(Paragraph("Demikian pernyataan ini dibuat untuk digunakan sebagaimana mestinya."))
    notes = ["*) Coret yang tidak perlu."] if cycle.consent is None else _agreed_note(found)
    notes += [data.NOT_A_SIGNATURE, *data.unverified(found)]
    return Paper(
        "Pernyataan Persetujuan Publikasi", data.subtitle(found), data.facts(found), blocks, data.today(), notes, who
    )  # fmt: skip


def followup(found: Material) -> Paper:
    """Recommendations with who follows them up, until when, and how far that is."""
    blocks: list[Block] = []
    said = [one for one in found.findings if one.kind == "recommendation"]
    done = sum(1 for one in said if one.state == "done")
    late = sum(1 for one in said if one.due and one.due < timezone.localdate() and one.state != "done")
    if said:
        text = f"{len(said)} rekomendasi: {done} selesai ditindaklanjuti, {late} melewati tenggat."
        rows = [
            [
                str(place), one.indicator or "–", one.text, one.unit.name if one.unit else "belum ditetapkan",
                data.day(one.due), f"{STATES[one.state]}\n{one.follow_up}".strip(),
            ]
            for place, one in enumerate(said, 1)
        ]  # fmt: skip
        heads = ("No.", "Indikator", "Rekomendasi", "OPD", "Tenggat", "Tindak lanjut")
        blocks += [Paragraph(text), Table(heads, (0.6, 1, 4, 2, 1.4, 2.4), rows)]
    else:
        blocks.append(Paragraph("Belum ada rekomendasi yang dicatat."))
    for kind, title in (("strength", "Kekuatan"), ("weakness", "Kelemahan")):
        told = [one for one in found.findings if one.kind == kind]
        if told:
            rows = [[str(place), one.indicator or "–", one.text] for place, one in enumerate(told, 1)]
            blocks += [Heading(title, 2), Table(("No.", "Indikator", "Uraian"), (0.6, 1, 7), rows)]
    return Paper(
        "Rekomendasi dan Tindak Lanjut", data.subtitle(found), data.facts(found), blocks, data.today(), data.unverified(found)
    )  # fmt: skip
