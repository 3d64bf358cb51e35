"""The numbers behind the measures of the register, each read in a fixed number of queries over the whole institution."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery, Sum
from django.utils import timezone

from pendapa.architecture.models import Release, ReleaseItem, TwinMemory
from pendapa.architecture.permissions import VIEW
from pendapa.architecture.queries.lists import visible, visible_relations
from pendapa.architecture.queries.moments import release_counts
from pendapa.architecture.queries.national import national_matches
from pendapa.kernel.history.models import Review, Revision
from pendapa.kernel.measures import ports
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.regulations import packs

LOOK = ports.onlooker(VIEW)
FIELDS = tuple(one.key for one in packs.national().fields)
AUDITED = ("infrastructure", "applications", "security")
YEARS = 3
"""Audits of this year and the two before count."""
_NATIONAL_CENTRE = re.compile(r"pusat data nasional|national data cent|\bpdns?\b", re.IGNORECASE)
_LINKS = (
    "application_process", "application_service", "application_data", "application_splp", "application_cloud",
    "application_server", "application_network", "service_process", "indicator_process",
)  # fmt: skip


@dataclass
class Facts:
    """The register in numbers. ``counts`` and ``filled`` (mean percent) by OPD and domain, ``linked_units`` by type of relation
    and OPD, ``having`` by the name of a measure, ``national`` entries that name the National Data Centre."""

    opds: dict[int, str]
    counts: dict[tuple[int, str], int] = field(default_factory=dict)
    filled: dict[tuple[int, str], int] = field(default_factory=dict)
    sums: dict[str, tuple[int, int]] = field(default_factory=dict)
    linked_units: dict[tuple[str, int], int] = field(default_factory=dict)
    having: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    goals: int = 0
    national: int = 0

    def total(self, domain: str = "") -> int:
        """Elements of a domain, of the six domains, or the ``goals``: performance indicators of the strategy map."""
        if domain == "goals":
            return self.goals
        if domain:
            return self.sums.get(domain, (0, 0))[0]
        return sum(self.sums.get(one.key, (0, 0))[0] for one in packs.metamodel().domains)

    def mean(self, domain: str) -> int | None:
        """Mean share of filled fields of a domain in whole percent; None where it has no elements."""
        number, full = self.sums.get(domain, (0, 0))
        return round(full / number) if number else None


def facts(institution: Institution) -> Facts:
    """The numbers; read once for all measures that are read together. Seven queries."""
    return ports.once("architecture.facts", institution, lambda: _facts(institution))


def _facts(institution: Institution) -> Facts:
    tops = Unit.objects.filter(institution=institution, parent=None, deleted_at=None).order_by("name", "pk")
    found = Facts(dict(tops.values_list("pk", "name")))
    rows = visible(LOOK, institution).order_by()
    added: dict[tuple[int, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    totals: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for path, domain, number, full in rows.values_list("unit__path", "domain").annotate(
        n=Count("pk"), full=Sum("completeness")
    ):
        place = _top(path), domain
        added[place] = (added[place][0] + number, added[place][1] + full)
        totals[domain] = (totals[domain][0] + number, totals[domain][1] + full)
    found.counts = {place: number for place, (number, _full) in added.items()}
    found.filled = {place: round(full / number) for place, (number, full) in added.items()}
    found.sums = dict(totals)
    _link(institution, found)
    _describe(institution, found)
    _place(institution, found)
    return found


def _top(path: str) -> int:
    return int(path.split("/")[1])


def _link(institution: Institution, found: Facts) -> None:
    links = visible_relations(LOOK, institution).filter(type__in=_LINKS).order_by()
    sources: dict[str, int] = defaultdict(int)
    for type_, path, number in links.values_list("type", "source__unit__path").annotate(
        n=Count("source", distinct=True)
    ):
        place = type_, _top(path)
        found.linked_units[place] = found.linked_units.get(place, 0) + number
        sources[type_] += number
    targets = dict(links.values_list("type").annotate(n=Count("target", distinct=True)))
    found.having |= {
        "services_with_process": sources["service_process"],
        "services_with_application": targets.get("application_service", 0),
        "processes_with_application": targets.get("application_process", 0),
        "applications_with_service": sources["application_service"],
        "applications_with_process": sources["application_process"],
        "applications_with_data": sources["application_data"],
        "applications_on_cloud": sources["application_cloud"],
        "applications_on_bus": sources["application_splp"],
        "goals_supported": sources["indicator_process"],
    }


def _describe(institution: Institution, found: Facts) -> None:
    """What the elements say of themselves."""
    mapped = Q()
    for domain in packs.metamodel().domains:
        key = domain.reference.lower()
        if key:
            mapped |= Q(domain=domain.key, attributes__has_key=key)
    services, processes = Q(domain="services"), Q(domain="processes")
    told = {
        "mapped": mapped,
        "services_mapped": services & Q(attributes__has_key="ral"),
        "services_electronic": services & Q(attributes__metode="elektronik"),
        "processes_mapped": processes & Q(attributes__has_key="rab"),
        "processes_improved": processes & Q(attributes__status_arsitektur__in=("upgrade", "new")),
        "goals": Q(domain="strategy", kind="iku"),
    }
    rows = visible(LOOK, institution).order_by()
    known = rows.aggregate(**{name: Count("pk", filter=condition) for name, condition in told.items()})
    found.goals = known.pop("goals")
    found.having |= known


def _place(institution: Institution, found: Facts) -> None:
    """Infrastructure by kind, and what names the National Data Centre: the project's own reading of free texts."""
    rows = visible(LOOK, institution).order_by()
    infrastructure = rows.filter(domain="infrastructure")
    found.kinds = dict(infrastructure.values_list("kind").annotate(n=Count("pk")))
    texts: list[tuple[Any, ...]] = list(
        infrastructure.filter(kind__in=("komputasi_awan", "fasilitas_komputasi")).values_list(
            "name", "attributes__tipe_government_cloud", "attributes__nama_pemilik", "attributes__lokasi"
        )
    )
    places = rows.filter(domain="applications", attributes__has_key="lokasi_server")
    texts += list(places.values_list("attributes__lokasi_server"))
    found.national = sum(any(_NATIONAL_CENTRE.search(str(one or "")) for one in some) for some in texts)


def verified(institution: Institution) -> set[int]:
    """OPD with applications all of which were verified as they stand, or stand so in a release with a decree. One query."""
    now = Revision.objects.filter(target_type="element", target_uid=OuterRef("uid"), recorded_to=None)
    agreed = Review.objects.filter(change_set=OuterRef("change_set"), step="verify", verdict="agreed")
    decreed = ReleaseItem.objects.filter(revision=OuterRef("pk")).exclude(release__decree_number="")
    good = now.filter(Exists(agreed) | Exists(decreed))
    rows = visible(LOOK, institution).filter(domain="applications").order_by()
    counted: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for path, number, sound in (
        rows.annotate(sound=Exists(good))
        .values_list("unit__path")
        .annotate(n=Count("pk"), good=Count("pk", filter=Q(sound=True)))
    ):
        counted[_top(path)][0] += number
        counted[_top(path)][1] += sound
    return {pk for pk, (number, sound) in counted.items() if number == sound}


@dataclass(frozen=True)
class KnownRelease:
    """The newest release: its decree (empty without), its age in whole months, elements by domain as an onlooker sees them, and
    how many releases have a decree."""

    name: str
    decree: str
    months: int
    counts: dict[str, int]
    decreed: int


def release(institution: Institution) -> KnownRelease | None:
    """The newest release; None where there is none. Four queries."""
    return ports.once("architecture.release", institution, lambda: _release(institution))


def _release(institution: Institution) -> KnownRelease | None:
    rows = Release.objects.filter(institution=institution)
    newest = rows.order_by("-created_at", "-pk").first()
    if newest is None:
        return None
    today, day = timezone.localdate(), newest.decree_date or timezone.localdate(newest.created_at)
    months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    return KnownRelease(
        newest.name,
        newest.decree_number,
        max(months, 0),
        release_counts(LOOK, institution, newest),
        rows.exclude(decree_number="").count(),
    )


def audits(institution: Institution) -> dict[str, set[int]]:
    """Years with a recorded audit of the last three, by what was audited: what the record covers, or the kind that it names;
    every one is an audit of security. Two queries."""
    return ports.once("architecture.audits", institution, lambda: _audits(institution))


def _audits(institution: Institution) -> dict[str, set[int]]:
    rows = visible(LOOK, institution).filter(domain="security", kind="audit_keamanan").order_by()
    this = timezone.localdate().year
    links = visible_relations(LOOK, institution).filter(type="secured_by", target__kind="audit_keamanan")
    about: dict[int, set[str]] = defaultdict(set)
    for pk, domain in links.order_by().values_list("target", "source__domain").distinct():
        about[pk].add(domain)
    found: dict[str, set[int]] = defaultdict(set)
    for pk, held, kind in rows.values_list("pk", "attributes__tanggal_kegiatan", "attributes__jenis_audit"):
        year = str(held or "")[:4]
        if not year.isdigit() or not this - YEARS < int(year) <= this:
            continue
        said = str(kind or "").casefold()
        found["security"].add(int(year))
        if "infrastructure" in about[pk] or "infrastruktur" in said:
            found["infrastructure"].add(int(year))
        if "applications" in about[pk] or "aplikasi" in said:
            found["applications"].add(int(year))
    return dict(found)


@dataclass
class OfField:
    """National shared applications of a field that are in the register, and the exchanges recorded for them."""

    names: list[str] = field(default_factory=list)
    exchanges: int = 0


def national(institution: Institution) -> dict[str, OfField]:
    """By field of Perpres 95/2018 Pasal 63(3); fields without one are left out. Four queries."""
    return ports.once("architecture.national", institution, lambda: _national(institution))


def _national(institution: Institution) -> dict[str, OfField]:
    found: dict[str, OfField] = defaultdict(OfField)
    fields: dict[str, list[str]] = {}
    for one in national_matches(LOOK, institution):
        if not one["uses"]:
            continue
        fields[one["uid"]] = list(one["field_keys"])
        for key in one["field_keys"]:
            if one["national_name"] not in found[key].names:
                found[key].names.append(one["national_name"])
    links = visible_relations(LOOK, institution).filter(
        type="application_flow", attributes__lewat__in=("SPLP", "API")
    )
    for ends in links.order_by().values_list("source__uid", "target__uid"):
        for key in {key for end in ends for key in fields.get(str(end), ())}:
            found[key].exchanges += 1
    return dict(found)


def marks(institution: Institution) -> str:
    """What moves these measures without an entry in the ledger: releases, and the comparison of applications. One query."""
    newest = Release.objects.filter(institution=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    compared = TwinMemory.objects.filter(institution=OuterRef("pk")).values("made_at")[:1]
    row = (
        Institution.objects.filter(pk=institution.pk)
        .values_list(Subquery(newest), Subquery(compared))
        .first()
    )
    return str(row)
