"""Reads of evidence, always through `reach`: the library, one piece, the pieces of a cycle with what is wrong with them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from pendapa.evaluation.models import Cycle, Decree, Evidence, EvidenceUse
from pendapa.evaluation.permissions import ANSWER, JUDGE, RUN
from pendapa.evaluation.queries import cycles as cycle_queries
from pendapa.evaluation.queries import editions, evidence_words, reach
from pendapa.evaluation.rules import evidence as rules
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.files import store
from pendapa.kernel.history.models import Revision
from pendapa.kernel.numbers import whole
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs

SIZE = 25
LINK_FINE = "ok"
CLOSED = ("result", "closed")
ICONS = {"file": "file-text", "link": "link", "decree": "gavel", "record": "sitemap"}


@dataclass(frozen=True)
class Told:
    """Something wrong with a piece, in words; ``tone`` of its chip: bad or warn."""

    key: str
    rejects: bool
    label: str
    text: str
    verified: bool

    @property
    def tone(self) -> str:
        return "bad" if self.rejects else "warn"


@dataclass(frozen=True)
class Piece:
    """A use of a piece of evidence as pages show it."""

    use: EvidenceUse
    evidence: Evidence
    problems: tuple[Told, ...]

    @property
    def title(self) -> str:
        return self.evidence.title

    @property
    def state(self) -> str:
        return self.use.state

    @property
    def tone(self) -> str:
        """Of the chip of its state: ok, warn, bad, line."""
        return {"accepted": "ok", "revise": "warn", "rejected": "bad"}.get(self.use.state, "line")

    @property
    def icon(self) -> str:
        return ICONS.get(self.evidence.source, "file-text")


@dataclass(frozen=True)
class Summary:
    """The evidence of one indicator in numbers; ``warning`` is the label of its worst warning, ``tone`` that of a chip."""

    total: int
    states: dict[str, int]
    warning: str
    rejects: bool
    tone: str


# ---- the pieces of a cycle


def uses(actor: Actor, institution: Institution) -> QuerySet[EvidenceUse]:
    """Uses that the actor may read, with everything that a page shows of them."""
    replaced = Prefetch("evidence__decree__replaced_by", Decree.objects.filter(deleted_at=None))
    found = reach.uses(actor, institution).filter(evidence__deleted_at=None)
    return found.select_related(
        "evidence", "evidence__file", "evidence__unit", "evidence__decree", "evidence__decree__file"
    ).prefetch_related(replaced)


def of_cycle(
    actor: Actor, cycle: Cycle, numbers: Iterable[str] | None = None, on: date | None = None
) -> dict[str, list[Piece]]:
    """The pieces of each indicator as far as the actor may read them, lowest level first, in a fixed number of queries."""
    rows = uses(actor, cycle.institution).filter(cycle=cycle)
    if numbers is not None:
        rows = rows.filter(indicator__in=list(numbers))
    by: dict[str, list[EvidenceUse]] = defaultdict(list)
    for row in rows.order_by("level", "item", "pk"):
        row.cycle = cycle
        by[row.indicator].append(row)
    instrument, pack, day = editions.of(cycle), packs.evidence(), on or counting_day(cycle)
    asked = {one.number: one.evidence for one in instrument.indicators}
    found = {}
    for number, held in by.items():
        facts = [facts_of(row) for row in held]
        found[number] = [
            Piece(row, row.evidence, _told(rules.problems(fact, facts, asked.get(number, ()), pack, day, cycle.instrument)))
            for row, fact in zip(held, facts, strict=True)
        ]  # fmt: skip
    return found


def summary(actor: Actor, cycle: Cycle) -> dict[str, Summary]:
    """Counts by state and the worst warning of each indicator that has pieces."""
    return {number: summed(pieces) for number, pieces in of_cycle(actor, cycle).items()}


def summed(pieces: Sequence[Piece]) -> Summary:
    """The same of some pieces."""
    states = Counter(piece.state for piece in pieces)
    told = [one for piece in pieces if piece.state != "accepted" for one in piece.problems]
    told += [one for piece in pieces if piece.state == "accepted" for one in piece.problems]
    worst = next((one for one in told if one.rejects), told[0] if told else None)
    rejects = worst is not None and worst.rejects
    if rejects or states["rejected"]:
        tone = "bad"
    elif worst or states["revise"]:
        tone = "warn"
    else:
        tone = "ok" if pieces and states["accepted"] == len(pieces) else "line"
    return Summary(len(pieces), dict(states), worst.label if worst else "", rejects, tone)


def counting_day(cycle: Cycle) -> date:
    """The day on which evidence of a cycle is to count: today, and for a year that is over its last day."""
    today = timezone.localdate()
    return min(today, date(cycle.year, 12, 31))


def facts_of(row: EvidenceUse) -> rules.Facts:
    """What the rules ask of a use."""
    piece = row.evidence
    decree = piece.decree
    texts = [piece.title, piece.file.name if piece.file else "", row.note]
    replaced = ""
    if decree is not None:
        texts += [f"{decree.kind} {decree.number}", decree.title]
        replaced = ", ".join(str(one) for one in decree.replaced_by.all())
    return rules.Facts(
        nature=piece.nature, source=piece.source, dated=piece.dated or (decree.set_on if decree else None),
        level=row.level, page=row.page, pages=piece.pages, state=row.state, texts=tuple(texts),
        valid_until=decree.valid_until if decree else None, replaced_by=replaced,
        link_down=piece.link_state if piece.source == "link" and piece.link_state != LINK_FINE else "",
        gone=is_gone(piece),
    )  # fmt: skip


def is_gone(piece: Evidence) -> bool:
    """Its file was deleted from the storage behind our back."""
    file = piece.file or (piece.decree.file if piece.decree else None)
    return file is not None and not store.path(file).exists()


def _told(found: Sequence[rules.Problem]) -> tuple[Told, ...]:
    pack = packs.evidence()
    return tuple(
        Told(
            one.key,
            one.rejects,
            evidence_words.label(one.key),
            evidence_words.sentence(one),
            pack.reasons[one.key].verified,
        )
        for one in found
    )


# ---- rights and time


def may_write(actor: Actor, cycle: Cycle, number: str) -> bool:
    """May the actor hang evidence on an indicator, now or with an upload that was begun in time?"""
    return cycle.step not in CLOSED and reach.may_write(actor, cycle, number)


def may_judge(actor: Actor, cycle: Cycle) -> bool:
    """May the actor say what the assessors think of evidence?"""
    return cycle.step not in CLOSED and actor.may(JUDGE, cycle.institution)


def own_uses(actor: Actor, pieces: Sequence[EvidenceUse]) -> set[UUID]:
    """Those of the uses that the actor handed in, or whose piece is the actor's work: nobody judges these himself."""
    if actor.user is None or not pieces:
        return set()
    uids = {row.uid for row in pieces} | {row.evidence.uid for row in pieces}
    written = Revision.objects.filter(
        Q(target_type="evidence") | Q(target_type="evidence_use", verb="add"),
        target_uid__in=uids,
        change_set__author=actor.user,
    )
    mine = set(written.values_list("target_uid", flat=True))
    return {row.uid for row in pieces if row.uid in mine or row.evidence.uid in mine}


def deadline_passed(cycle: Cycle, day: date) -> date | None:
    """The deadline of the step at which the cycle stands, where it was over before ``day``."""
    try:
        until = date.fromisoformat(str(cycle.deadlines.get(cycle.step, "")))
    except ValueError:
        return None
    return until if day > until else None


def bound_by_deadline(actor: Actor, cycle: Cycle) -> bool:
    """The secretariat, which runs the cycle, may still add something afterwards; agencies may not."""
    return not actor.may(RUN, cycle.institution)


# ---- the library


@dataclass(frozen=True)
class Filters:
    """What the library is asked for; empty: everything."""

    words: str = ""
    source: str = ""
    nature: str = ""
    unit: str = ""
    unused: bool = False


@dataclass(frozen=True)
class Library:
    """A page, newest first; ``next`` is the mark of the one after it."""

    rows: list[Evidence]
    next: str
    total: int


def visible(actor: Actor, institution: Institution) -> QuerySet[Evidence]:
    """Pieces that the actor may read, with what a page shows of them."""
    return reach.evidence(actor, institution).select_related("file", "unit", "decree", "decree__file")


def library(
    actor: Actor, institution: Institution, filters: Filters, after: str = "", size: int = SIZE
) -> Library:
    """One page of the library. A bad mark is no mark."""
    found = visible(actor, institution).filter(_asked(filters))
    # Only uses that the actor may read count: those of another agency are not told by a number either.
    live = reach.uses(actor, institution).filter(evidence=OuterRef("pk")).order_by()
    if filters.unused:
        found = found.filter(~Exists(live))
    total = found.count()
    mark = whole(after, digits=18) if after else None
    if mark is not None:
        found = found.filter(pk__lt=mark)
    rows = list(found.order_by("-pk")[: size + 1])
    counts = dict(
        reach.uses(actor, institution)
        .filter(evidence__in=[row.pk for row in rows])
        .values_list("evidence")
        .annotate(n=Count("pk"))
    )
    for row in rows:
        row.used = counts.get(row.pk, 0)  # type: ignore[attr-defined]
        row.icon = ICONS.get(row.source, "file-text")  # type: ignore[attr-defined]
    return Library(rows[:size], str(rows[size - 1].pk) if len(rows) > size else "", total)


def _asked(filters: Filters) -> Q:
    wanted = Q()
    for word in filters.words.split()[:8]:
        wanted &= (
            Q(title__icontains=word) | Q(file__name__icontains=word) | Q(decree__number__icontains=word)
            | Q(decree__title__icontains=word) | Q(url__icontains=word)
        )  # fmt: skip
    if filters.source:
        wanted &= Q(source=filters.source)
    if filters.nature:
        wanted &= Q(nature=filters.nature)
    if filters.unit:
        wanted &= Q(unit__uid=filters.unit)
    return wanted


def one(actor: Actor, institution: Institution, uid: UUID | str) -> Evidence:
    """One piece. Raises NotFound when absent or not to be seen."""
    row = visible(actor, institution).filter(uid=uid).first()
    if row is None:
        raise NotFound
    row.institution = institution
    return row


def one_use(actor: Actor, cycle: Cycle, number: str, uid: UUID | str) -> EvidenceUse:
    """One use of an indicator. Raises NotFound when absent or not to be seen."""
    row = uses(actor, cycle.institution).filter(cycle=cycle, indicator=number, uid=uid).first()
    if row is None:
        raise NotFound
    row.institution, row.cycle = cycle.institution, cycle
    return row


def uses_of(actor: Actor, row: Evidence) -> list[Piece]:
    """Where a piece is used, as far as the actor may read it, newest year first."""
    held = list(
        uses(actor, row.institution)
        .filter(evidence=row)
        .select_related("cycle", "cycle__edition")
        .defer("cycle__edition__content", "cycle__edition__overlay")
        .order_by("-cycle__year", "indicator", "level")
    )
    found, known = [], {}
    for use in held:
        use.cycle.institution = row.institution
        if use.cycle_id not in known:
            mine = {one.indicator for one in held if one.cycle_id == use.cycle_id}
            pieces = of_cycle(actor, use.cycle, mine)
            known[use.cycle_id] = {one.use.pk: one for some in pieces.values() for one in some}
        found.append(known[use.cycle_id].get(use.pk) or Piece(use, row, ()))
    return found


def may_edit(actor: Actor, row: Evidence) -> bool:
    """May the actor change the piece itself?"""
    return actor.may(ANSWER, row.institution, row.unit)


def same_content(actor: Actor, institution: Institution, sha256: str) -> Evidence | None:
    """The oldest piece with the very same content, of those that the actor may read."""
    return visible(actor, institution).filter(sha256=sha256).order_by("pk").first() if sha256 else None


def open_places(actor: Actor, institution: Institution) -> list[tuple[Cycle, list[tuple[str, str]]]]:
    """Cycles with the indicators on which the actor may hang evidence now."""
    found = []
    for cycle in cycle_queries.visible(actor, institution).exclude(step__in=CLOSED).order_by("-year", "pk"):
        known = reach.indicators(actor, cycle, ANSWER)
        offered: list[tuple[str, str]] = [
            (one.number, one.short_name.id)
            for one in editions.of(cycle).indicators
            if known is None or one.number in known
        ]
        if offered:
            found.append((cycle, offered))
    return found


def cycle_named(actor: Actor, institution: Institution, name: str) -> Cycle:
    """The cycle written ``2026/spbe-2020``. Raises NotFound."""
    year, _slash, instrument = name.partition("/")
    number = whole(year, digits=4)
    if number is None:
        raise NotFound
    return cycle_queries.cycle(actor, institution, number, instrument.strip("/"))


def check(actor: Actor, cycle: Cycle) -> list[dict[str, Any]]:
    """Everything that is wrong with the evidence of a cycle, one line a problem, in the order of the indicators."""
    held = of_cycle(actor, cycle)
    return [
        {
            "indicator": one.number,
            "level": piece.use.level,
            "item": piece.use.item,
            "evidence": piece.title,
            "uid": str(piece.evidence.uid),
            "problem": told.key,
            "rejects": told.rejects,
            "text": told.text,
        }
        for one in editions.of(cycle).indicators
        for piece in held.get(one.number, [])
        for told in piece.problems
    ]
