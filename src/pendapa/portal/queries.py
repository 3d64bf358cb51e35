"""What everybody may read: published assessments and figures, public elements, facts that others published."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext_noop, pgettext
from django.utils.translation import gettext as _

from pendapa.architecture import queries as architecture
from pendapa.evaluation.models import Assessment, PublishedResult
from pendapa.evaluation.queries import assessments as evaluation
from pendapa.evaluation.rules.scoring import display
from pendapa.kernel.access.actor import PUBLIC
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs
from pendapa.regulations.results import Result, Series

FEW, ROWS, PLACES = 12, 50, 60
NEIGHBOURS = ("trenggalek", "mojokerto")
SERVICES, APPLICATIONS = "services", "applications"
# The packs write a source as it is called; this one is a remark and is said in the language of the page.
REMARK = gettext_noop("founding documents of the project; no published source named")


@dataclass(frozen=True)
class Home:
    """The public home: what is published of the index, and what is public of the architecture."""

    history: evaluation.History
    bands: tuple[tuple[str, Decimal], ...]
    numbers: list[dict[str, Any]]
    services: list[dict[str, Any]]

    @property
    def total(self) -> int:
        return sum(one["count"] for one in self.numbers)

    @property
    def unverified(self) -> bool:
        return any(not figure.verified for figure in self.history.figures)


def some_institutions() -> list[Institution]:
    """None, one or two of them: enough to know which front page is meant. One query."""
    return list(Institution.objects.order_by("code")[:2])


def home(institution: Institution) -> Home:
    """A fixed number of queries, whatever the size of the institution."""
    known = evaluation.public_history(institution)
    return Home(
        history=known,
        bands=bands(known),
        numbers=architecture.numbers(PUBLIC, institution),
        services=_first(institution),
    )


def _first(institution: Institution) -> list[dict[str, Any]]:
    """The first services and, where they are few, applications, by name."""
    found = [
        architecture.elements(
            PUBLIC, institution, architecture.Filters(domain=domain), FEW, counted=False
        ).rows
        for domain in (SERVICES, APPLICATIONS)
    ]
    return [row for rows in found for row in rows][:FEW]


def bands(known: evaluation.History) -> tuple[tuple[str, Decimal], ...]:
    """Names of the predicates and where each begins, of the instrument of the newest value."""
    last = known.last.instrument if known.last else ""
    instrument = packs.instrument(last if last in packs.instrument_ids() else "spbe-2020")
    return tuple((evaluation.words(one.label), Decimal(display(one.min, 4))) for one in instrument.predicates)


# ---- the list


@dataclass(frozen=True)
class Listing:
    """A page of the public architecture with the numbers of its domains."""

    page: architecture.Page
    numbers: list[dict[str, Any]]
    domain: str
    label: str


def listing(institution: Institution, domain: str, q: str, after: str, before: str) -> Listing | None:
    """None for a domain that does not exist."""
    numbers = architecture.numbers(PUBLIC, institution)
    labels = {one["domain"]: one["label"] for one in numbers}
    if domain and domain not in labels:
        return None
    filters = architecture.Filters(domain=domain, query=q, after=after, before=before)
    page = architecture.elements(PUBLIC, institution, filters, ROWS)
    return Listing(page, numbers, domain, str(labels.get(domain, "")))


# ---- several institutions


@dataclass(frozen=True)
class Directory:
    """Institutions by code, with the newest published index of each; ``next`` is the mark of the next page."""

    rows: list[tuple[Institution, evaluation.HistoryPoint | None]]
    next: str


def directory(after: str = "") -> Directory:
    """Three queries, however many institutions there are."""
    found = list(Institution.objects.filter(code__gt=after).order_by("code")[: PLACES + 1])
    shown = found[:PLACES]
    assessments: dict[int, list[Assessment]] = defaultdict(list)
    results: dict[int, list[PublishedResult]] = defaultdict(list)
    published = {"institution__in": shown, "deleted_at": None, "is_public": True}
    for row in Assessment.objects.filter(**published).order_by("-year", "pk"):
        assessments[row.institution_id].append(row)
    for result in PublishedResult.objects.filter(**published).order_by("order", "pk"):
        results[result.institution_id].append(result)
    rows = [(one, evaluation.history_of(assessments[one.pk], results[one.pk]).last) for one in shown]
    return Directory(rows, shown[-1].code if len(found) > PLACES else "")


# ---- facts that others published


@dataclass(frozen=True)
class Fact:
    """A series of published indices: ``values`` from the oldest on, ``when`` of the last, with what is doubtful."""

    name: str
    values: tuple[Decimal, ...]
    years: tuple[int | None, ...]
    when: str
    target: Decimal | None
    source: str
    source_language: str
    verified: bool
    undated: bool
    note: str

    @property
    def last(self) -> Decimal:
        return self.values[-1]

    @property
    def points(self) -> list[dict[str, Any]]:
        """For a drawing; a year that the source does not give stays empty. None where one value stands alone."""
        if len(self.values) == 1 and self.target is None:
            return []
        return [{"year": y, "value": v} for y, v in zip(self.years, self.values, strict=True)]


def comparison(kind: str) -> list[Fact]:
    """Trenggalek, Mojokerto, the national average and that of the institution's own kind, where there is one."""
    published = packs.results()
    own = [series for series in published.averages if series.key == kind]
    facts = [_series(published.institution(key)) for key in NEIGHBOURS]
    return [*facts, *(_average(series) for series in (published.average("nasional"), *own))]


def _series(series: Series) -> Fact:
    """All values of one institution, those without a year first as the source has them."""
    return _fact(series, series.results)


def _average(series: Series) -> Fact:
    """The newest value of an average that a text settles."""
    settled = [one for one in series.results if one.verified and one.consistent]
    return _fact(series, (settled or list(series.results))[-1:])


def _fact(series: Series, results: Any) -> Fact:
    last: Result = results[-1]
    remark = last.source == REMARK
    return Fact(
        name=series.name.in_language(get_language() or "id"),
        values=tuple(Decimal(one.printed) for one in results),
        years=tuple(one.year for one in results),
        when=str(last.year) if last.year else pgettext("year unknown", "earlier"),
        target=Decimal(display(series.target, 1)) if series.target is not None else None,
        source=_(last.source) if remark else last.source,
        source_language="" if remark else "id",
        verified=all(one.verified for one in results),
        undated=any(one.year is None for one in results),
        note="" if last.year is None else last.note,
    )
