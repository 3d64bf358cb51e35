"""Chapters of what the register itself found: gaps with their decisions, twins. As they stand on the day the book is made,
for elements that the release holds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from pendapa.analysis.documents.blocks import Chapter, Heading, Paragraph, Table
from pendapa.analysis.documents.chapters import number
from pendapa.analysis.documents.reading import Reader
from pendapa.analysis.documents.values import clean
from pendapa.analysis.queries import documents as queries
from pendapa.analysis.queries.security import security, without
from pendapa.analysis.rules.security import KINDS
from pendapa.kernel.documents.rules import day_in_words

DECISIONS = {"close": "Ditutup", "postpone": "Ditunda", "accept": "Diterima"}
TWIN_DECISIONS = {"merge": "Digabung", "keep": "Tetap terpisah", "different": "Bukan kembaran"}
OPEN = "Belum diputuskan"


def gaps(reader: Reader, held: set[str]) -> Chapter:
    """The catalogue of gaps: by rule and agency in numbers, then one row for each element that has any."""
    found = [gap for gap in queries.gaps(reader.actor, reader.institution) if gap["uid"] in held]
    decided = queries.gap_decisions(reader.actor, reader.institution)
    made = Chapter("gaps", "Katalog celah")
    if not found:
        made.blocks.append(Paragraph("Tidak ada celah pada unsur rilis ini."))
        return made
    elements = {gap["uid"] for gap in found}
    settled = sum((gap["uid"], gap["rule"]) in decided for gap in found)
    made.blocks += [
        Paragraph(
            f"Ditemukan {number(len(found))} celah pada {number(len(elements))} unsur; {number(settled)} di antaranya sudah "
            "diputuskan. Celah yang ditunda tetap dicatat."
        ),
        Heading("Celah menurut aturan"),
        _by_rule(found, decided),
        Heading("Celah menurut perangkat daerah"),
    ]
    by_unit: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for gap in found:
        by_unit[clean(gap["unit"])][gap["uid"]].append(gap)
    for unit in sorted(by_unit, key=str.casefold):
        made.blocks += [Heading(unit, 3), _of_unit(by_unit[unit], decided)]
    return made


def _by_rule(found: Sequence[dict[str, Any]], decided: Mapping[tuple[str, str], queries.Decided]) -> Table:
    counts = Counter(gap["rule"] for gap in found)
    settled = Counter(gap["rule"] for gap in found if (gap["uid"], gap["rule"]) in decided)
    words = {gap["rule"]: clean(gap["message"]) for gap in found}
    rows = [(words[rule], number(n), number(settled[rule])) for rule, n in counts.most_common()]
    return Table(("Celah", "Jumlah", "Diputuskan"), (5, 1, 1), rows, numbers=frozenset({1, 2}))


def _of_unit(
    elements: Mapping[str, list[dict[str, Any]]], decided: Mapping[tuple[str, str], queries.Decided]
) -> Table:
    rows = []
    for uid, several in elements.items():
        told = []
        for gap in several:
            known = decided.get((uid, gap["rule"]))
            told.append(f"{clean(gap['message'])}{_decision(known)}")
        rows.append((f"{clean(several[0]['name'])}\n{clean(several[0]['code'])}", "; ".join(told)))
    return Table(("Nama dan ID", "Celah dan keputusan"), (3, 7), rows, strong=0)


def _decision(known: queries.Decided | None) -> str:
    if known is None:
        return ""
    parts = [DECISIONS.get(known.decision, known.decision).lower()]
    if known.owner:
        parts.append(f"penanggung jawab {clean(known.owner)}")
    if known.due:
        parts.append(f"paling lambat {day_in_words(known.due)}")
    if known.reason:
        parts.append(clean(known.reason))
    return f" [{'; '.join(parts)}]"


def coverage(reader: Reader, held: set[str]) -> Chapter:
    """Which applications and data of the release stand without the seven kinds of security, by agency."""
    made = Chapter("coverage", "Cakupan keamanan")
    things = [one for one in security(reader.actor, reader.institution).things if one.uid in held]
    if not things:
        made.blocks.append(Paragraph("Rilis ini tidak memuat aplikasi maupun data."))
        return made
    bare = len(without(things, "bare"))
    labels = {kind.key: kind.label.id for kind in reader.model.domain("security").kinds}
    made.blocks += [
        Paragraph(
            f"Dari {number(len(things))} aplikasi dan data, {number(bare)} belum memiliki satu pun dari tujuh jenis keamanan. "
            "Angka berikut menunjukkan berapa yang belum memilikinya."
        ),
        Table(
            ("Jenis keamanan", "Belum ada", "Dari"),
            (5, 1, 1),
            [(labels[kind], number(len(without(things, kind))), number(len(things))) for kind in KINDS],
            numbers=frozenset({1, 2}),
            share=0.6,
        ),
        Heading("Menurut perangkat daerah"),
    ]
    by_unit: dict[str, list[Any]] = defaultdict(list)
    for one in things:
        by_unit[clean(one.unit)].append(one)
    rows = [
        [
            unit,
            number(len(own)),
            number(len(without(own, "bare"))),
            *(number(len(without(own, kind))) for kind in KINDS),
        ]
        for unit, own in sorted(by_unit.items(), key=lambda pair: pair[0].casefold())
    ]
    heads = (
        "Perangkat daerah",
        "Aplikasi dan data",
        "Tanpa satu pun",
        *(f"Tanpa {labels[kind].lower()}" for kind in KINDS),
    )
    made.blocks.append(Table(heads, (4, *([1.4] * 9)), rows, numbers=frozenset(range(1, 10))))
    return made


def twins(reader: Reader, held: set[str]) -> Chapter:
    """Applications that look alike, with why and what was decided."""
    made = Chapter("twins", "Aplikasi kembaran")
    groups = [
        g
        for g in queries.twins(reader.actor, reader.institution)
        if any(m["uid"] in held for m in g["members"])
    ]
    decisions = queries.twin_decisions(reader.actor, reader.institution)
    if not groups and not decisions:
        made.blocks.append(Paragraph("Tidak ditemukan aplikasi kembaran pada unsur rilis ini."))
        return made
    members = sum(len(group["members"]) for group in groups)
    made.blocks.append(
        Paragraph(
            f"Ditemukan {number(len(groups))} kelompok berisi {number(members)} aplikasi yang tampak mengerjakan hal yang sama."
        )
    )
    if groups:
        rows = []
        for place, group in enumerate(groups, 1):
            names = "; ".join(
                f"{clean(m['name'])} ({clean(m['code'])}, {clean(m['unit'])})" for m in group["members"]
            )
            rows.append((number(place), names, "; ".join(clean(str(reason)) for reason in group["reasons"])))
        made.blocks.append(Table(("No.", "Aplikasi", "Alasan"), (0.6, 5, 4), rows))
    if decisions:
        told = [
            (
                clean(one.first),
                clean(one.second),
                TWIN_DECISIONS.get(one.decision, one.decision),
                clean(one.reason),
            )
            for one in decisions
        ]
        made.blocks += [
            Heading("Keputusan"),
            Table(("Aplikasi", "Dengan", "Keputusan", "Alasan"), (3, 3, 1.5, 4), told, strong=2),
        ]
    return made
