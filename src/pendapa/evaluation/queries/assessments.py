"""Reads of assessments: who may see which, the score as it stands, the history, the way to the target.

The public (and everybody without a role in the institution) sees what is published, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from pendapa.evaluation.models import Assessment, PublishedResult
from pendapa.evaluation.permissions import VIEW
from pendapa.evaluation.queries import editions
from pendapa.evaluation.rules import scoring as rules
from pendapa.kernel.access.actor import PUBLIC, Actor, NotFound
from pendapa.kernel.history.models import Revision
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs
from pendapa.regulations.instruments import TOTAL, Aspect, Domain, Indicator, Instrument
from pendapa.regulations.schema import Text

# What counts more where a year has several figures: the ministry's own, then what was checked by others.
_WEIGHT = {"self": 0, "internal": 1, "published": 2, "external": 3}
STAGE_ORDER = ("self", "internal", "external")


def words(text: Text) -> str:
    """Words of a pack in the language of the page."""
    return text.in_language(get_language() or "id")


def short_title(text: Text) -> str:
    """What stands behind the dash of an instrument's title: its regulation."""
    whole = words(text)
    return whole.rpartition(" - ")[2] or whole


# ---- which assessments there are


def assessments(actor: Actor, institution: Institution) -> list[Assessment]:
    """The newest year first, and in a year the last stage first."""
    rows = list(_visible(actor, institution).order_by("-year", "instrument", "stage", "pk"))
    return sorted(rows, key=lambda row: (-row.year, row.instrument, -STAGE_ORDER.index(row.stage)))


def assessment(actor: Actor, institution: Institution, year: int, instrument: str, stage: str) -> Assessment:
    """One assessment. Raises NotFound for what is absent or not to be seen."""
    row = _visible(actor, institution).filter(year=year, instrument=instrument, stage=stage).first()
    if row is None:
        raise NotFound
    return row


def current(actor: Actor, institution: Institution) -> Assessment | None:
    """The one to work on: of the newest year, the last stage in which a level was set."""
    return current_of(assessments(actor, institution))


def current_of(rows: Sequence[Assessment]) -> Assessment | None:
    """The same, among assessments that were already read."""
    newest = [row for row in rows if row.year == rows[0].year]
    return next((row for row in newest if row.levels), newest[-1] if newest else None)


def levels_at(row: Assessment, version: int) -> dict[str, str]:
    """The levels as they stood in an earlier version; empty where there was none."""
    if version == row.version:
        return dict(row.levels)
    revision = Revision.objects.filter(target_uid=row.uid, version=version).first()
    return dict(revision.snapshot.get("levels", {})) if revision else {}


def others_since(actor: Actor, row: Assessment, version: int, part: str = "levels") -> dict[str, str]:
    """Indicators whose level (or reason: ``part`` "notes") somebody else changed after ``version``, with who did it last.

    An unknown version is as old as can be: everything counts as changed.
    """
    if row.version == version:
        return {}
    revisions = Revision.objects.filter(target_uid=row.uid, version__gte=version).select_related("change_set")
    since = list(revisions.order_by("version"))
    if not since or since[0].version != version:
        return {indicator.number: "" for indicator in editions.of(row).indicators}
    who: dict[str, str] = {}
    for before, after in pairwise(since):
        mine = actor.user is not None and after.change_set.author_id == actor.user.pk
        old, new = before.snapshot.get(part, {}), after.snapshot.get(part, {})
        for number in {*old, *new}:
            if old.get(number) == new.get(number):
                continue
            if mine:
                who.pop(number, None)
            else:
                who[number] = after.change_set.author_name
    return who


def _visible(actor: Actor, institution: Institution) -> QuerySet[Assessment]:
    rows = with_cycle(Assessment.objects.filter(institution=institution, deleted_at=None))
    rows = rows.select_related("institution")
    return rows if actor.may(VIEW, institution) else rows.filter(is_public=True)


def with_cycle(rows: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """Reads the cycle and its edition along, but not the whole instrument in it."""
    return rows.select_related("cycle", "cycle__edition").defer(
        "cycle__edition__content", "cycle__edition__overlay", "cycle__general", "cycle__steps_done"
    )


# ---- the score as it stands


@dataclass(frozen=True)
class Part:
    """A domain or an aspect: its value is there once all its indicators have a level."""

    number: str
    name: str
    weight: Fraction
    value: Fraction | None
    filled: int
    total: int
    items: tuple[Any, ...] = ()  # aspects of a domain, indicators of an aspect

    @property
    def display(self) -> str:
        return "" if self.value is None else rules.display(self.value)


@dataclass(frozen=True)
class Result:
    """The score of an assessment, also while levels are missing.

    ``index`` is None until all levels are there; ``low`` and ``high`` then tell where it will lie, whatever is filled in.
    """

    assessment: Assessment
    instrument: Instrument
    score: rules.Score | None
    low: Fraction
    high: Fraction
    filled: int
    total: int
    missing: tuple[Indicator, ...]
    domains: tuple[Part, ...]
    aspects: tuple[Part, ...]

    @property
    def complete(self) -> bool:
        return self.score is not None

    @property
    def index(self) -> Fraction | None:
        return self.score.index if self.score else None

    @property
    def display(self) -> str:
        """Rounded as reports print it, with a decimal point; empty while incomplete."""
        return self.score.index_display if self.score else ""

    @property
    def low_display(self) -> str:
        return rules.display(self.low)

    @property
    def high_display(self) -> str:
        return rules.display(self.high)

    @property
    def predicate(self) -> str:
        """In the language of the page; empty while incomplete."""
        return words(self.instrument.predicate_of(self.score.index).label) if self.score else ""

    @property
    def parts(self) -> tuple[Part, ...]:
        """The uppermost parts: domains, or aspects where the instrument has no domains."""
        return self.domains or self.aspects

    @property
    def rounding_doubt(self) -> str:
        """The predicate that the displayed index would have, where it is not the true one's."""
        if not self.score:
            return ""
        shown = self.instrument.predicate_of(Fraction(self.display))
        return "" if shown.name == self.score.predicate else words(shown.label)


def result(row: Assessment) -> Result:
    """The exact score of an assessment, with what is still missing. Asks nothing of the database."""
    instrument = editions.of(row)
    levels = {n: v for n, v in row.levels.items() if n in {one.number for one in instrument.indicators}}
    missing = tuple(one for one in instrument.indicators if one.number not in levels)
    bounds = rules.bounds(instrument, levels)
    aspects = {aspect.number: _aspect(aspect, levels) for aspect in instrument.aspects}
    return Result(
        assessment=row,
        instrument=instrument,
        score=None if missing else rules.score(instrument, levels=levels),
        low=bounds.low,
        high=bounds.high,
        filled=len(levels),
        total=len(instrument.indicators),
        missing=missing,
        domains=tuple(_domain(domain, aspects) for domain in instrument.domains),
        aspects=tuple(aspects.values()),
    )


def _aspect(aspect: Aspect, levels: dict[str, str]) -> Part:
    given = [(Fraction(levels[one.number]), one.weight) for one in aspect.indicators if one.number in levels]
    return _part(aspect, given, len(given), len(aspect.indicators), aspect.indicators)


def _domain(domain: Domain, aspects: dict[str, Part]) -> Part:
    own = tuple(aspects[aspect.number] for aspect in domain.aspects)
    given = [(part.value, part.weight) for part in own if part.value is not None]
    return _part(domain, given, sum(p.filled for p in own), sum(p.total for p in own), own)


def _part(
    of: Aspect | Domain,
    given: list[tuple[Fraction, Fraction]],
    filled: int,
    total: int,
    items: tuple[Any, ...],
) -> Part:
    value = None
    if filled == total:
        value = sum((value * weight for value, weight in given), Fraction(0)) / of.weight
    return Part(of.number, words(of.name), of.weight, value, filled, total, items)


# ---- over the years


@dataclass(frozen=True)
class HistoryPoint:
    """An index of a year (None: the source gives none) as charts and tables take it.

    ``kind`` is the stage of an own assessment, or "published". ``value`` is for drawing, ``index`` is exact.
    """

    year: int | None
    index: Fraction
    kind: str
    instrument: str
    predicate: str
    source: str
    verified: bool
    is_public: bool

    @property
    def value(self) -> Decimal:
        return Decimal(rules.display(self.index, 12))

    @property
    def when(self) -> str:
        return str(self.year) if self.year is not None else pgettext("year unknown", "earlier")

    @property
    def what(self) -> str:
        if self.kind == "published":
            return _("Published figure")
        return str(dict(Assessment.STAGES)[self.kind])

    @property
    def instrument_title(self) -> str:
        known = self.instrument in packs.instrument_ids()
        return short_title(packs.instrument(self.instrument).title) if known else ""


@dataclass(frozen=True)
class History:
    """``points``: one a year, in order, those without a year first. ``figures``: every known figure, for a table."""

    points: tuple[HistoryPoint, ...]
    figures: tuple[HistoryPoint, ...]
    target: Decimal | None = None

    @property
    def last(self) -> HistoryPoint | None:
        return self.points[-1] if self.points else None


def history(actor: Actor, institution: Institution) -> History:
    """Complete own assessments and published figures; for the public only what is public."""
    return history_of(assessments(actor, institution), published(actor, institution))


def public_history(institution: Institution) -> History:
    """What everybody may see."""
    return history(PUBLIC, institution)


def published(actor: Actor, institution: Institution) -> list[PublishedResult]:
    """Published figures, in the order of the source."""
    rows = PublishedResult.objects.filter(institution=institution, deleted_at=None)
    if not actor.may(VIEW, institution):
        rows = rows.filter(is_public=True)
    return list(rows.order_by("order", "pk"))


def history_of(rows: Sequence[Assessment], results: Sequence[PublishedResult]) -> History:
    """The history of assessments and figures that were already read."""
    figures = [point for point in (_own_point(row) for row in rows) if point is not None]
    figures += [_published_point(row) for row in results]
    undated = [point for point in figures if point.year is None]
    dated = [(point.year, point) for point in figures if point.year is not None]
    dated.sort(key=lambda pair: (pair[0], _WEIGHT[pair[1].kind]))
    by_year = dict(dated)  # of several in a year the weightiest comes last and stays
    aim = next((row.target for row in rows if row.target), "")
    aim = aim or next((row.target for row in reversed(results) if row.target), "")
    return History(
        points=(*undated, *by_year.values()),
        figures=(*undated, *(point for _year, point in dated)),
        target=Decimal(aim) if aim else None,
    )


def _own_point(row: Assessment) -> HistoryPoint | None:
    score = result(row).score
    if score is None:
        return None
    instrument = editions.of(row)
    return HistoryPoint(
        year=row.year, index=score.index, kind=row.stage, instrument=row.instrument,
        predicate=words(instrument.predicate_of(score.index).label), source="",
        verified=not unsettled(instrument), is_public=row.is_public,
    )  # fmt: skip


def _published_point(row: PublishedResult) -> HistoryPoint:
    return HistoryPoint(
        year=row.year, index=Fraction(row.index), kind="published", instrument=row.instrument,
        predicate=_predicate_word(row), source=row.source, verified=row.verified, is_public=row.is_public,
    )  # fmt: skip


def _predicate_word(row: PublishedResult) -> str:
    if row.instrument in packs.instrument_ids():
        for predicate in packs.instrument(row.instrument).predicates:
            if predicate.name == row.predicate:
                return words(predicate.label)
    return row.predicate


# ---- on the way to the target


@dataclass(frozen=True)
class Rise:
    """One indicator one level higher: what it adds to the index."""

    number: str
    name: str
    level: Fraction
    to: Fraction
    gain: Fraction

    @property
    def gain_display(self) -> str:
        return rules.display(self.gain, 3)


@dataclass(frozen=True)
class Towards:
    """The way to the target. ``missing`` is 0 when it is reached, None without a target or while levels are missing.

    ``steps`` is an estimate without costs: how many single rises reach the target when the largest is always taken.
    It is None where the target is reached or nothing can be said yet.
    """

    target: Fraction | None
    index: Fraction | None
    missing: Fraction | None
    rises: tuple[Rise, ...] = field(default=())
    steps: int | None = None

    @property
    def reached(self) -> bool:
        return self.missing == 0

    @property
    def missing_display(self) -> str:
        """Rounded up: what is missing is never shown smaller than it is."""
        if self.missing is None:
            return ""
        return rules.display(Fraction((self.missing * 100).__ceil__(), 100))


def towards(row: Assessment, most: int = 8) -> Towards:
    """Distance to the target and the ``most`` single rises that add most, equal ones in the instrument's order."""
    known = result(row)
    target = Fraction(row.target) if row.target else None
    if known.score is None:
        return Towards(target, None, None)
    far = rules.distance(known.instrument, row.levels, row.target or known.instrument.scale.max)
    rises = [_rise(known.instrument, step) for step in far.steps if step.gain]
    missing = far.missing if target is not None else None
    ranked = sorted(rises, key=lambda rise: -rise.gain)[:most]
    return Towards(target, known.score.index, missing, tuple(ranked), _steps(known.instrument, far, missing))


def _rise(instrument: Instrument, step: rules.Step) -> Rise:
    indicator = instrument.indicator(step.number)
    height = step.gain * TOTAL / indicator.weight
    return Rise(step.number, words(indicator.short_name), step.level, step.level + height, step.gain)


def _steps(instrument: Instrument, far: rules.Distance, missing: Fraction | None) -> int | None:
    """Take the largest single rise again and again until the target is reached."""
    if not missing:
        return None
    heap = [(-step.gain, order, step.room) for order, step in enumerate(far.steps) if step.gain]
    heapify(heap)
    count = 0
    while missing > 0 and heap:
        gain, order, room = heappop(heap)
        missing, room, count = missing + gain, room + gain, count + 1
        if room > 0:
            heappush(heap, (-min(-gain, room), order, room))
    return count if missing <= 0 else None


# ---- what no source settles


@dataclass(frozen=True)
class Doubt:
    """A group of values of an instrument that no text settles; ``scoring`` tells that the index rests on it."""

    name: str
    sources: tuple[str, ...]
    note: str
    scoring: bool


_SCORING = ("structure", "weights", "scale", "formula", "predicates")


def doubts(instrument: Instrument) -> list[Doubt]:
    """Every group of values that is not verified."""
    names = {
        "regulation": _("the regulation itself"),
        "structure": _("domains and aspects"),
        "weights": _("weights"),
        "names": _("names of the indicators"),
        "scale": _("scale"),
        "formula": _("formula"),
        "rounding": _("rounding"),
        "predicates": _("bounds of the predicates"),
        "criteria": _("criteria of the levels"),
        "evidence": _("evidence"),
    }
    return [
        Doubt(names[group], place.sources, place.note, group in _SCORING)
        for group, place in instrument.groups.items()
        if not place.verified
    ]


def unsettled(instrument: Instrument) -> list[str]:
    """Names of the groups that the index rests on and that are not verified."""
    return [doubt.name for doubt in doubts(instrument) if doubt.scoring]


def siblings(rows: Iterable[Assessment], row: Assessment) -> list[Assessment]:
    """The other stages of the same year and instrument, in their order."""
    same = [
        one for one in rows if one.pk != row.pk and (one.year, one.instrument) == (row.year, row.instrument)
    ]
    return sorted(same, key=lambda one: STAGE_ORDER.index(one.stage))
