"""What an institution's results can be compared with: its own years, peers, published results, averages, public neighbours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pendapa.evaluation.models import Assessment, PeerResult, PublishedResult
from pendapa.evaluation.permissions import VIEW
from pendapa.evaluation.queries import assessments, editions
from pendapa.evaluation.rules import comparing as rules
from pendapa.evaluation.rules import scoring
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs
from pendapa.regulations.instruments import Instrument
from pendapa.regulations.results import Result, Series

STAGES = {"self": 0, "internal": 1, "external": 2}
PEERS = 5000
"""More rows than this of one kind are not laid on one page."""
JOB = "evaluation.peers"
REMARK = "founding documents of the project; no published source named"


@dataclass(frozen=True)
class Year:
    """One own year under one instrument. ``standing`` None: levels are missing; ``levels`` hold what there is."""

    year: int | None
    instrument: Instrument
    stage: str
    standing: rules.Standing | None
    levels: Mapping[str, Fraction]
    aspects: Mapping[str, Fraction]

    @property
    def key(self) -> str:
        return f"{self.year or 0}-{self.instrument.id}"


@dataclass(frozen=True)
class Ground:
    """Everything there is to compare, before a choice is made."""

    years: list[Year]
    others: list[rules.Standing]

    def instruments(self) -> list[str]:
        """Instruments with an own result first, then those of which only others have one."""
        own = [one.instrument.id for one in reversed(self.years)]
        more = [one.instrument for one in self.others]
        return list(dict.fromkeys([*own, *more]))


def ground(actor: Actor, institution: Institution) -> Ground:
    """Own years, oldest first, and others. Seven queries, however many rows. Raises NotFound without VIEW."""
    actor.require(VIEW, institution)
    rows = assessments.assessments(actor, institution)
    figures = assessments.published(actor, institution)
    others = [
        *_peers(institution), *_published(institution), *_here(institution), *averages(),
    ]  # fmt: skip
    return Ground(own_years(rows, figures, institution), others)


# ---- one's own


def own_years(
    rows: Iterable[Assessment], figures: Iterable[PublishedResult], institution: Institution
) -> list[Year]:
    """One a year and instrument: of several sheets the last one in which every level is set, else the fullest."""
    best: dict[tuple[int, str], tuple[tuple[bool, int, int], Assessment]] = {}
    for row in rows:
        model = editions.of(row)
        known = {one.number for one in model.indicators} & row.levels.keys()
        if not known:
            continue
        weight = (len(known) == len(model.indicators), STAGES[row.stage], len(known))
        key = (row.year, row.instrument)
        if key not in best or weight > best[key][0]:
            best[key] = (weight, row)
    years = [_year(row, institution) for _weight, row in best.values()]
    measured = {(one.year, one.instrument.id) for one in years if one.standing}
    for figure in figures:
        one = _figure(figure, institution)
        if one is not None and (one.year, one.instrument.id) not in measured:
            years = [y for y in years if (y.year, y.instrument.id) != (one.year, one.instrument.id)] + [one]
    return sorted(years, key=lambda one: (one.year or 0, one.instrument.id))


def _year(row: Assessment, institution: Institution) -> Year:
    model = editions.of(row)
    levels, aspects = rules.partly(model, row.levels)
    standing = None
    if len(levels) == len(model.indicators):
        score = scoring.score(model, levels=levels)
        standing = rules.Standing(
            key=f"own-{row.year}-{row.instrument}", name=institution.name, what="own", year=row.year,
            instrument=row.instrument, index=score.index, aspects=score.aspects, domains=score.domains,
            levels=levels, kind=institution.kind, source=str(row.get_stage_display()),
            verified=not assessments.unsettled(model),
        )  # fmt: skip
    return Year(row.year, model, row.stage, standing, levels, aspects)


def _figure(row: PublishedResult, institution: Institution) -> Year | None:
    if row.instrument not in packs.instrument_ids():
        return None
    standing = rules.Standing(
        key=f"figure-{row.pk}", name=institution.name, what="own", year=row.year, instrument=row.instrument,
        index=Fraction(row.index), kind=institution.kind, source=row.source, verified=row.verified,
    )  # fmt: skip
    return Year(row.year, packs.instrument(row.instrument), "published", standing, {}, {})


# ---- others


def peers(actor: Actor, institution: Institution) -> QuerySet[PeerResult]:
    """Results of others that somebody brought, newest year first. Raises NotFound without VIEW."""
    actor.require(VIEW, institution)
    rows = PeerResult.objects.filter(institution=institution, deleted_at=None)
    return rows.order_by("-year", "instrument", "name", "pk")


def _peers(institution: Institution) -> list[rules.Standing]:
    rows = PeerResult.objects.filter(institution=institution, deleted_at=None).order_by("pk")[:PEERS]
    return [_peer(row) for row in rows]


def _peer(row: PeerResult) -> rules.Standing:
    """Aspects of a result known by its levels are computed again, as they are not kept."""
    levels = _numbers(row.levels)
    aspects, domains = _numbers(row.aspects), _numbers(row.domains)
    if row.basis in ("levels", "aspects") and row.instrument in packs.instrument_ids():
        try:
            score = scoring.score(packs.instrument(row.instrument), **{row.basis: levels or aspects})
        except (
            scoring.ScoreError
        ):  # the pack has changed since; what was computed then still stands in the row
            pass
        else:
            aspects, domains = dict(score.aspects), dict(score.domains)
    return rules.Standing(
        key=f"peer-{row.pk}", name=row.name, what="peer", year=row.year, instrument=row.instrument,
        index=Fraction(row.index), aspects=aspects, domains=domains, levels=levels, kind=row.kind, region=row.region,
        source=row.source, verified=row.verified,
    )  # fmt: skip


def _numbers(kept: Mapping[str, str]) -> dict[str, Fraction]:
    return {number: Fraction(value) for number, value in kept.items()}


def _published(institution: Institution) -> list[rules.Standing]:
    """Single results of the pack of published ones, but the institution's own."""
    own = institution.name.casefold()
    series = [one for one in packs.results().institutions if one.name.id.casefold() != own]
    return [_result(one, result, "published") for one in series for result in one.results]


def averages() -> list[rules.Standing]:
    """Published averages of categories, with what is known to be wrong with them."""
    return [_result(one, result, "average") for one in packs.results().averages for result in one.results]


def _result(series: Series, result: Result, what: str) -> rules.Standing:
    source = _(result.source) if result.source == REMARK else result.source
    return rules.Standing(
        key=f"{what}-{series.key}-{result.order}", name=series.name.in_language(get_language() or "id"), what=what,
        year=result.year, instrument=result.instrument or "", index=result.index, aspects=result.aspects,
        domains=result.domains, kind=series.key if what == "average" else series.kind, region=series.region,
        source=source, verified=result.verified and result.consistent,
        fault=result.note if not result.consistent else "",
    )  # fmt: skip


def _here(institution: Institution) -> list[rules.Standing]:
    """Public results of other institutions of this installation, read as the public reads them."""
    rows = assessments.with_cycle(Assessment.objects.filter(is_public=True, deleted_at=None))
    rows = rows.exclude(institution=institution).select_related("institution")
    figures = PublishedResult.objects.filter(is_public=True, deleted_at=None).exclude(institution=institution)
    sheets: dict[Institution, list[Assessment]] = defaultdict(list)
    known: dict[Institution, list[PublishedResult]] = defaultdict(list)
    for row in rows.order_by("pk"):
        sheets[row.institution].append(row)
    for figure in figures.select_related("institution").order_by("pk"):
        known[figure.institution].append(figure)
    found = []
    for other in dict.fromkeys([*sheets, *known]):
        for year in own_years(sheets[other], known[other], other):
            if year.standing is not None:
                found.append(_of_other(year.standing, other))
    return found


def _of_other(one: rules.Standing, other: Institution) -> rules.Standing:
    return rules.Standing(
        key=f"here-{other.code}-{one.key}", name=other.name, what="here", year=one.year, instrument=one.instrument,
        index=one.index, aspects=one.aspects, domains=one.domains, levels=one.levels, kind=other.kind,
        source=one.source, verified=one.verified,
    )  # fmt: skip


# ---- a choice


@dataclass(frozen=True)
class Choice:
    """What is laid side by side: an instrument, an own year, an earlier one, a kind; all that stands under that instrument."""

    instrument: Instrument
    years: list[Year]
    now: Year | None
    before: Year | None
    kind: str
    kinds: list[str]
    others: list[rules.Standing]
    averages: list[rules.Standing]
    untied: list[rules.Standing]
    """Published results whose source names no instrument: told, and not compared."""
    elsewhere: list[Year]
    """Own years under other instruments: told, and never in one line with these."""


def choice(
    known: Ground,
    institution: Institution,
    instrument: str = "",
    year: str = "",
    before: str = "",
    kind: str = "",
) -> Choice | None:
    """The comparison asked for; what is not there falls back to the newest. None where there is nothing at all.

    ``kind`` empty: institutions of the own kind; "all": every kind.
    """
    ids = known.instruments()
    models = {one.instrument.id: one.instrument for one in known.years}
    for id in ids:
        if id in packs.instrument_ids():
            models.setdefault(id, packs.instrument(id))
    usable = [id for id in ids if id in models]
    if not usable:
        return None
    wanted = instrument if instrument in usable else usable[0]
    years = [one for one in known.years if one.instrument.id == wanted]
    now = _chosen(years, year) or next((one for one in reversed(years) if one.standing), None)
    now = now or (years[-1] if years else None)
    beside = [one for one in years if now and one is not now and one.aspects]
    earlier = [one for one in beside if now and (one.year or 0) < (now.year or 0)]
    past = _chosen(beside, before) or next(iter([*reversed(earlier), *beside]), None)
    under = [one for one in known.others if one.instrument == wanted]
    kinds = sorted({one.kind for one in under if one.what != "average" and one.kind})
    shown = kind if kind == "all" or kind in kinds else institution.kind
    others = [one for one in under if one.what != "average" and shown in ("all", one.kind)]
    return Choice(
        models[wanted], years, now, past, shown, kinds, _newest(others, now.year if now else None),
        _newest([one for one in under if one.what == "average"], now.year if now else None),
        [one for one in known.others if not one.instrument],
        [one for one in known.years if one.instrument.id != wanted],
    )  # fmt: skip


def _chosen(years: Iterable[Year], said: str) -> Year | None:
    return next((one for one in years if str(one.year or 0) == said), None)


def _newest(rows: Iterable[rules.Standing], year: int | None) -> list[rules.Standing]:
    """One a name: of the year asked for, else the nearest before it, else the nearest after."""
    best: dict[str, rules.Standing] = {}
    for row in rows:
        there = best.get(row.name)
        if there is None or _nearness(row, year) < _nearness(there, year):
            best[row.name] = row
    return sorted(best.values(), key=lambda one: (-one.index, one.name))


def _nearness(row: rules.Standing, year: int | None) -> tuple[int, int]:
    if row.year is None:
        return 3, 0
    if year is None:
        return 0, -row.year
    return (0, 0) if row.year == year else (1, year - row.year) if row.year < year else (2, row.year - year)


# ---- the work that brings peers


def batches(actor: Actor, institution: Institution, most: int = 5) -> list[Job]:
    """The actor's own last imports of results, newest first."""
    if actor.user is None:
        return []
    rows = Job.objects.filter(institution=institution, name=JOB, user=actor.user)
    return list(rows.order_by("-created_at", "-pk")[:most])
