"""What the home shows, through the actor's rights. The number of queries does not grow with the register."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db.models import Avg, Count

from pendapa.architecture import permissions as architecture_rights
from pendapa.architecture import queries as architecture
from pendapa.architecture.rules import gaps as gap_rules
from pendapa.cockpit.rules import home as rules
from pendapa.evaluation import permissions as evaluation_rights
from pendapa.evaluation.models import Assessment
from pendapa.evaluation.queries import assessments as evaluation
from pendapa.evaluation.rules.scoring import display
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.models import LedgerEntry
from pendapa.kernel.permissions import IMPORT
from pendapa.kernel.tables import queries as tables
from pendapa.kernel.tables.models import ImportBatch
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.organisation import permissions as organisation_rights
from pendapa.organisation import queries as organisation
from pendapa.regulations import packs

A_DAY = 24 * 3600


@dataclass(frozen=True)
class Index:
    """The index today: of the assessment to work on, or of the last figure that is known."""

    current: Assessment | None
    result: evaluation.Result | None
    towards: evaluation.Towards | None
    history: evaluation.History
    bands: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True)
class Domain:
    """One line of completeness: of the own agency and, beside it, of the institution."""

    key: str
    label: str
    count: int
    completeness: int | None
    wide_count: int
    wide_completeness: int | None


@dataclass(frozen=True)
class Home:
    """Everything of the page that is asked at once; twins and changes come after it."""

    own: Unit | None
    facts: rules.Facts
    index: Index
    domains: tuple[Domain, ...]
    gaps: tuple[tuple[gap_rules.Rule, int], ...]
    elements_with_gaps: int
    agencies: tuple[rules.Agency, ...]
    batch: ImportBatch | None

    @property
    def total(self) -> int:
        return sum(one.count for one in self.domains)

    @property
    def completeness(self) -> int | None:
        return _mean((one.count, one.completeness) for one in self.domains)

    @property
    def wide_completeness(self) -> int | None:
        return _mean((one.wide_count, one.wide_completeness) for one in self.domains)

    @property
    def unit_uid(self) -> str:
        """What lists are narrowed to: the own agency, or nothing."""
        return str(self.own.uid) if self.own else ""


def home(actor: Actor, institution: Institution) -> Home:
    """All facts of the home page of ``actor``."""
    own, rights = own_unit(actor, institution), rights_of(actor, institution)
    index = index_of(actor, institution)
    batch, waiting = _waiting(actor, institution) if rights.imports else (None, None)
    domains = _domains(actor, institution, own)
    numbers = architecture.gap_numbers(actor, institution, str(own.uid) if own else "")
    gaps = tuple((rule, numbers[rule.key]) for rule in gap_rules.RULES)
    agencies = _agencies(actor, institution) if rights.everywhere else ()
    facts = rules.Facts(
        rights=rights,
        units=len(agencies) if rights.everywhere else _units(institution, own),
        elements={one.key: one.count for one in domains},
        completeness={one.key: one.completeness for one in domains},
        # What is only badly described is no first step, however much of it there is.
        gaps={rule.key: count for rule, count in gaps if rule.severity != "low"},
        waiting=waiting,
        assessed=_assessed(index),
        agencies_without_data=sum(1 for one in agencies if not one.elements),
    )
    return Home(own, facts, index, domains, gaps, numbers["elements"], agencies, batch)


def _units(institution: Institution, own: Unit | None) -> int:
    """Units of the own agency, itself among them; of the institution for who has none."""
    below = {"path__startswith": own.path} if own else {}
    return organisation.live_units(institution).filter(**below).count()


def own_unit(actor: Actor, institution: Institution) -> Unit | None:
    """The agency of who works for one; None for who works for the institution."""
    if actor.scope(architecture_rights.RESTRICTED, institution).everything:
        return None
    return next((held.unit for held in actor.roles(institution) if held.unit), None)


def rights_of(actor: Actor, institution: Institution) -> rules.Rights:
    """What the person may do, in the words of the rules."""
    return rules.Rights(
        imports=actor.may(IMPORT, institution),
        units=actor.may(organisation_rights.MANAGE, institution),
        edits=actor.may(architecture_rights.EDIT, institution),
        assesses=actor.may(evaluation_rights.EDIT, institution),
        publishes=actor.may(evaluation_rights.PUBLISH, institution),
        everywhere=actor.scope(architecture_rights.RESTRICTED, institution).everything,
    )


# ---- the index


def index_of(actor: Actor, institution: Institution) -> Index:
    """Two queries; the scores are computed from what was read."""
    rows = evaluation.assessments(actor, institution)
    known = evaluation.history_of(rows, evaluation.published(actor, institution))
    current = evaluation.current_of(rows)
    result = evaluation.result(current) if current else None
    towards = evaluation.towards(current) if current else None
    last = known.last.instrument if known.last else ""
    instrument = (
        result.instrument
        if result
        else packs.instrument(last if last in packs.instrument_ids() else "spbe-2020")
    )
    bands = tuple(
        (evaluation.words(one.label), Decimal(display(one.min, 4))) for one in instrument.predicates
    )
    return Index(current, result, towards, known, bands)


def _assessed(index: Index) -> rules.Assessed | None:
    row, known = index.current, index.result
    if row is None or known is None:
        return None
    missing = index.towards.missing if index.towards else None
    return rules.Assessed(len(known.missing), known.total, bool(row.target), row.is_public, bool(missing))


# ---- imports


def _waiting(actor: Actor, institution: Institution) -> tuple[ImportBatch | None, rules.Waiting | None]:
    """The own newest import that nobody has confirmed yet."""
    found = tables.batches(actor, institution).filter(state="preview", user=actor.user).first()
    if found is None:
        return None, None
    sheets = tables.counts(found).values()
    faulty = sum(one["faulty"] for one in sheets)
    return found, rules.Waiting(str(found.uid), faulty, sum(one["new"] + one["changed"] for one in sheets))


# ---- the register


def _domains(actor: Actor, institution: Institution, own: Unit | None) -> tuple[Domain, ...]:
    wide = architecture.numbers(actor, institution)
    narrow = _numbers_of(actor, institution, own) if own else None
    found = []
    for one in wide:
        count, full = (
            (one["count"], one["completeness"]) if narrow is None else narrow.get(one["domain"], (0, None))
        )
        found.append(Domain(one["domain"], str(one["label"]), count, full, one["count"], one["completeness"]))
    return tuple(found)


def _numbers_of(actor: Actor, institution: Institution, unit: Unit) -> dict[str, tuple[int, int]]:
    below = Unit.objects.filter(institution=institution, path__startswith=unit.path)
    rows = architecture.visible(actor, institution).filter(unit__in=below).order_by()
    counted = rows.values("domain").annotate(n=Count("pk"), full=Avg("completeness"))
    return {row["domain"]: (row["n"], round(row["full"])) for row in counted}


def _mean(pairs: Any) -> int | None:
    told = [(count, share) for count, share in pairs if count and share is not None]
    return round(sum(n * share for n, share in told) / sum(n for n, _share in told)) if told else None


def _agencies(actor: Actor, institution: Institution) -> tuple[rules.Agency, ...]:
    """The agencies at the top of the tree with what stands below each; for who sees the whole register."""
    last = (
        LedgerEntry.objects.filter(institution=institution)
        .order_by("-seq")
        .values_list("digest", flat=True)
        .first()
    )
    key = f"cockpit:agencies:{institution.pk}:{last or ''}"
    counted = cache.get(key)
    if counted is None:
        rows = architecture.visible(actor, institution).order_by().values_list("unit")
        counted = {
            unit: (n, full) for unit, n, full in rows.annotate(n=Count("pk"), full=Avg("completeness"))
        }
        cache.set(key, counted, A_DAY)
    units = (
        organisation.live_units(institution).order_by("pk").values_list("pk", "uid", "name", "parent", "path")
    )
    own: dict[int, list[tuple[int, float]]] = {}
    tops = []
    for pk, uid, name, parent, path in units:
        if parent is None:
            tops.append((pk, uid, name))
        if pk in counted:
            own.setdefault(int(path.strip("/").partition("/")[0] or pk), []).append(counted[pk])
    return tuple(
        rules.Agency(str(uid), name, sum(n for n, _full in own.get(pk, ())), _mean(own.get(pk, ())))
        for pk, uid, name in tops
    )
