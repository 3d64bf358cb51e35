"""The whole book of a release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from django.utils import timezone, translation

from pendapa.analysis.documents import chapters, findings
from pendapa.analysis.documents.blocks import Book, Chapter
from pendapa.analysis.documents.reading import Reader
from pendapa.analysis.documents.values import clean
from pendapa.architecture.models import Release
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.documents.rules import day_in_words

CHOSEN = (
    "strategy",
    "processes",
    "services",
    "data",
    "applications",
    "infrastructure",
    "security",
    "outside",
    "coverage",
    "gaps",
    "twins",
)
"""Chapters that can be chosen; what introduces them and the references are always there."""
FINDINGS = {"coverage": findings.coverage, "gaps": findings.gaps, "twins": findings.twins}
TITLE = "Dokumen Arsitektur SPBE"
Tell = Callable[[int, int, str], None]


def book(actor: Actor, release: Release, chosen: Sequence[str], tell: Tell) -> Book:
    """Shape the book of ``release`` as ``actor`` may see it. ``tell(done, total, step)`` counts elements."""
    with translation.override("id"):
        return _book(actor, release, [key for key in CHOSEN if not chosen or key in chosen], tell)


def _book(actor: Actor, release: Release, keys: Sequence[str], tell: Tell) -> Book:
    reader = Reader(actor, release)
    total = sum(n for domain, n in release.counts.items() if domain != "relations") or 1
    counts: Counter[str] = Counter()
    tell(0, total, "Membaca hubungan")
    made: list[Chapter] = []
    for domain in (reader.model.strategy, *reader.model.domains, reader.model.outside):
        if domain.key not in keys:
            counts[domain.key] = sum(1 for _one in reader.elements(domain.key))
            continue
        before, label = sum(counts.values()), domain.label.id
        chapter, counts[domain.key] = chapters.domain(reader, domain, _from(tell, before, total, label))
        tell(min(total, before + counts[domain.key]), total, label)
        if counts[domain.key] or domain.key not in ("strategy", "outside"):
            made.append(chapter)
    held = set(map(str, release.items.filter(target_type="element").values_list("target_uid", flat=True)))
    for key, shape in FINDINGS.items():
        if key in keys:
            tell(total, total, "Menyusun temuan")
            made.append(shape(reader, held))
    first = chapters.introduction(reader)
    first.blocks.extend(chapters.numbers(reader, counts))
    return _bound(actor, reader, [first, *made, chapters.references(reader)])


def _from(tell: Tell, before: int, total: int, step: str) -> Callable[[int], None]:
    """Tells how many are read in all, from how many of a domain are."""
    return lambda n: tell(before + n, total, step)


def _bound(actor: Actor, reader: Reader, found: Sequence[Chapter]) -> Book:
    release = reader.release
    day = day_in_words(timezone.localdate())
    decree = clean(release.decree_number) or "belum ada"
    dated = day_in_words(release.decree_date) if release.decree_date else "belum diketahui"
    facts = [
        (
            "Rilis",
            f"{clean(release.code)} – dibekukan {day_in_words(timezone.localtime(release.created_at).date())}",
        ),
        ("Penetapan", decree),
        ("Tanggal penetapan", dated),
        ("Dibuat", f"{day} oleh {clean(actor.name) or 'Pendapa'}"),
    ]
    warning = "" if release.decree_number else "Rilis ini belum ditetapkan dengan peraturan atau keputusan."
    return Book(TITLE, clean(reader.institution.name), clean(release.name), facts, day, found, warning)
