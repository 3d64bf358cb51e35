"""What this room registers with the ground floor: its recorded things, what keeps them alive, its counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from pendapa.architecture import (
    coding,
    importer,
    measures,  # noqa: F401  (what it tells the evaluation)
    metamodel,
    permissions,
    references,
    relation_importer,
    searching,
)
from pendapa.architecture.archimate import importing as archimate
from pendapa.architecture.models import Element, GapDecision, Relation, TwinDecision
from pendapa.architecture.queries import checks, gap_waiting, national, twin_groups
from pendapa.architecture.queries.lists import could_see, seen, visible_relations
from pendapa.architecture.queries.past import column_label, kind_label, openness, plain
from pendapa.architecture.queries.units import unit_duties
from pendapa.architecture.rules.gaps import BY_KEY
from pendapa.architecture.rules.metamodel import unsearched_keys
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded, Revision
from pendapa.kernel.search import index
from pendapa.kernel.tables.periods import periods_text
from pendapa.kernel.tenancy import queries as tenancy
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.kernel.ui import navigation
from pendapa.kernel.waiting import duties, ports
from pendapa.regulations import packs
from pendapa.regulations.metamodel import Metamodel


def _element_names(row: Recorded) -> dict[str, str]:
    assert isinstance(row, Element)
    return {"unit": row.unit.name}


def _relation_names(row: Recorded) -> dict[str, str]:
    assert isinstance(row, Relation)
    return {"source": row.source.name, "target": row.target.name}


def _element_text(row: Recorded) -> str:
    assert isinstance(row, Element)
    hidden = unsearched_keys(metamodel.of_row(row), row.domain)
    told = {k: v for k, v in row.attributes.items() if k not in hidden}
    labels = searching.label_texts(metamodel.of_row(row), row.domain, told)
    return index.normalise(row.code, row.name, *_texts(told), *labels)


def _texts(attributes: dict[str, Any]) -> list[str]:
    texts: list[str] = []
    for value in attributes.values():
        if isinstance(value, dict):
            texts.append(periods_text(value))
        else:
            texts += [str(v) for v in value] if isinstance(value, list) else [str(value)]
    return texts


def _element_words(field: str, value: Any, snapshot: dict[str, Any]) -> tuple[str, str] | None:
    """Label and text of a field, where the model's own would not do: attributes go by their official names."""
    if field.startswith("attributes."):
        return _column_label(snapshot, field.partition(".")[2]), plain(value)
    told = {
        "domain": (_("Domain"), _domain_label(value)),
        "kind": (_("Kind"), _kind_label(snapshot, value)),
        "classification": (_("Openness"), openness(value)),
    }
    return told.get(field)


def _column_label(snapshot: dict[str, Any], key: str) -> str:
    domain, pack = snapshot.get("domain", ""), packs.metamodel()
    told = column_label(pack, domain, key)
    # Only what the pack does not name costs a look at the overlay.
    return column_label(_model(snapshot), domain, key) if told == key else told


def _kind_label(snapshot: dict[str, Any], key: str | None) -> str:
    domain, pack = snapshot.get("domain", ""), packs.metamodel()
    told = kind_label(pack, domain, key)
    return kind_label(_model(snapshot), domain, key) if key and told == key else told


def _model(snapshot: dict[str, Any]) -> Metamodel:
    """The metamodel of the institution that a snapshot of an element is of, told by its unit."""
    institution = _institution_of(snapshot["unit"]) if snapshot.get("unit") else None
    return metamodel.of_id(institution) if institution else packs.metamodel()


def _institution_of(unit: int | str) -> int | None:
    """The institution of a unit, named by its number in a revision and by its uid in a proposal. A unit never moves to
    another institution: what was found is kept."""
    if unit not in _homes:
        rows = Unit.objects.filter(pk=unit) if isinstance(unit, int) else Unit.objects.filter(uid=unit)
        found = rows.values_list("institution", flat=True).first()
        if found is None:
            return None
        _homes[unit] = found
    return _homes[unit]


_homes: dict[int | str, int] = {}


def _domain_label(key: str) -> str:
    try:
        return packs.metamodel().domain(key).label.in_language(get_language() or "id")
    except KeyError:
        return str(key or "")


def _relation_words(field: str, value: Any, snapshot: dict[str, Any]) -> tuple[str, str] | None:
    if field.startswith("attributes."):
        return _told_of_relation(snapshot.get("type", ""), field.partition(".")[2], value)
    if field != "type":
        return None
    try:
        return _("Relation"), packs.metamodel().relation(value).forward.in_language(get_language() or "id")
    except KeyError:
        return _("Relation"), str(value or "")


def _told_of_relation(type: str, key: str, value: Any) -> tuple[str, str]:
    """Label and text of what a relation itself tells; as kept where the pack does not know it."""
    language = get_language() or "id"
    try:
        column = packs.metamodel().relation(type).column(key)
    except KeyError:
        return key, plain(value)
    known = column.match_value(value) if column.values and isinstance(value, str) else None
    return column.label.in_language(language), known.label.in_language(language) if known else plain(value)


def _seen_elements(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    """Deleted ones too: that they are gone is part of their history."""
    found = Element.objects.filter(seen(actor, institution), institution=institution, uid__in=uids)
    return set(found.values_list("uid", flat=True))


def _seen_relations(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    ends = seen(actor, institution, "source__") & seen(actor, institution, "target__")
    found = Relation.objects.filter(ends, institution=institution, uid__in=uids)
    return set(found.values_list("uid", flat=True))


history.register(
    Element,
    names=_element_names,
    text=_element_text,
    visible=_seen_elements,
    title=gettext_lazy("Element"),
    words=_element_words,
    page="architecture:detail",
    then=could_see,
).after.append(references.follow)
history.register(
    Relation,
    joins=("source", "target"),
    names=_relation_names,
    visible=_seen_relations,
    title=gettext_lazy("Relation"),
    words=_relation_words,
)


def _decision_names(row: Recorded) -> dict[str, str]:
    assert isinstance(row, GapDecision)
    return {"element": row.element.name} | ({"unit": row.unit.name} if row.unit else {})


def _decision_words(field: str, value: Any, snapshot: dict[str, Any]) -> tuple[str, str] | None:
    if field == "rule":
        known = BY_KEY.get(value)
        return _("Gap"), known.message.in_language(get_language() or "id") if known else str(value or "")
    told = {
        "decision": (_("Decision"), str(dict(GapDecision.DECISIONS).get(value, value or ""))),
        "owner": (_("In charge"), plain(value)),
        "due": (_("Until"), plain(value)),
        "reason": (_("Why"), plain(value)),
    }
    return told.get(field)


def _seen_decisions(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    """A decision is seen with the element that it is about."""
    of_seen = seen(actor, institution, "element__")
    found = GapDecision.objects.filter(of_seen, institution=institution, uid__in=uids)
    return set(found.values_list("uid", flat=True))


history.register(
    GapDecision,
    names=_decision_names,
    visible=_seen_decisions,
    title=gettext_lazy("Decision about a gap"),
    words=_decision_words,
)


def _twin_names(row: Recorded) -> dict[str, str]:
    assert isinstance(row, TwinDecision)
    ends = {"first": row.first, "second": row.second, "into": row.into}
    return {name: element.name for name, element in ends.items() if element is not None}


def _twin_words(field: str, value: Any, snapshot: dict[str, Any]) -> tuple[str, str] | None:
    told = {
        "first": _("Application"),
        "second": _("Beside"),
        "into": _("Goes on"),
    }
    if field in told:
        return told[field], str(snapshot.get("_names", {}).get(field, "") if value else "")
    if field == "national":
        known = packs.national().by_code.get(str(value or ""))
        return _("National application"), known.name if known else str(value or "")
    words = {
        "decision": (_("Decision"), _twin_decided(value, snapshot)),
        "due": (_("Until"), plain(value)),
        "reason": (_("Why"), plain(value)),
    }
    return words.get(field)


def _twin_decided(value: Any, snapshot: dict[str, Any]) -> str:
    words = national.decision_words() if snapshot.get("national") else twin_groups.decision_words()
    return words.get(str(value), str(value or ""))


def _seen_twins(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    """A decision is seen by who sees all that it names."""
    found = TwinDecision.objects.filter(institution=institution, uid__in=uids)
    for end in ("first", "second", "into"):
        # Where all is seen the condition is empty, and "or" with it would leave the other part alone.
        if condition := seen(actor, institution, f"{end}__"):
            found = found.filter(Q(**{f"{end}__isnull": True}) | condition)
    return set(found.values_list("uid", flat=True))


history.register(
    TwinDecision,
    names=_twin_names,
    visible=_seen_twins,
    title=gettext_lazy("Decision about twins"),
    words=_twin_words,
)
navigation.add(
    "architecture",
    gettext_lazy("Architecture"),
    "sitemap",
    "architecture:list",
    20,
    permission=permissions.VIEW,
)
navigation.search("architecture:list")


@history.blocker("element")
def _relations(rows: Sequence[Recorded]) -> dict[UUID, history.Held]:
    """An element that others point at stays, unless only relations that go with it hold it."""
    held: dict[UUID, history.Held] = {}
    ids = {r.pk for r in rows}
    live = Relation.objects.filter(deleted_at=None)
    for chunk in history.chunks(sorted(ids), history.CHUNK):
        for relation in live.filter(Q(source__in=chunk) | Q(target__in=chunk)).select_related(
            "source", "target"
        ):
            for end, other in ((relation.source, relation.target), (relation.target, relation.source)):
                if end.pk in ids and other.pk not in ids:
                    held[end.uid] = history.Held(_("linked with %(name)s"), other)
    return held


@history.units_of("relation")
def _units_of_relations(revisions: QuerySet[Revision]) -> set[int | None]:
    """Relations belong to the units of the elements from which they lead."""
    sources = list(revisions.values_list("snapshot__source", flat=True).distinct())
    units: set[int | None] = set()
    for chunk in history.chunks(sources, history.CHUNK):
        units |= set(Element.objects.filter(pk__in=chunk).order_by().values_list("unit", flat=True))
    return units


@history.units_of("twin_decision")
def _units_of_twins(revisions: QuerySet[Revision]) -> set[int | None]:
    """A decision belongs to the units of what it is about."""
    ends = revisions.values_list("snapshot__first", "snapshot__second").distinct()
    elements = sorted({pk for pair in ends for pk in pair if pk})
    units: set[int | None] = set()
    for chunk in history.chunks(elements, history.CHUNK):
        units |= set(Element.objects.filter(pk__in=chunk).order_by().values_list("unit", flat=True))
    return units


@history.units_of("gap_decision")
def _units_of_decisions(revisions: QuerySet[Revision]) -> set[int | None]:
    """A decision belongs to the unit of the element that it is about, whoever is to close the gap."""
    elements = list(revisions.values_list("snapshot__element", flat=True).distinct())
    units: set[int | None] = set()
    for chunk in history.chunks(elements, history.CHUNK):
        units |= set(Element.objects.filter(pk__in=chunk).order_by().values_list("unit", flat=True))
    return units


@history.settler("element")
def _free_codes(institution: Institution, rows: Sequence[Recorded]) -> None:
    """A code that the register made for a proposal, and gave to something else meanwhile, is made anew."""
    fresh = [row for row in rows if isinstance(row, Element)]
    taken: set[tuple[str, str]] = set()
    for some in history.chunks(sorted({row.code for row in fresh}), history.CHUNK):
        used = Element.objects.filter(institution=institution, code__in=some)
        taken |= set(used.exclude(uid__in=[row.uid for row in fresh]).values_list("domain", "code"))
    codes = coding.Codes(institution)
    for row in fresh:
        if (row.domain, row.code) in taken and coding.is_made_code(row.domain, row.code, institution):
            row.code = codes.code(row.domain, row.attributes, row.unit)
        taken.add((row.domain, row.code))


@history.dependents_of("element")
def _dependents(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The names of what is linked with elements, as far as the actor may see it."""
    found: dict[UUID, list[str]] = defaultdict(list)
    live = visible_relations(actor, institution)
    for some in history.chunks(list(uids), history.CHUNK):
        touching = live.filter(Q(source__uid__in=some) | Q(target__uid__in=some)).order_by("pk")
        rows = touching.values_list("source__uid", "source__name", "target__uid", "target__name")
        for source, source_name, target, target_name in rows:
            if source in some:
                found[source].append(target_name)
            if target in some:
                found[target].append(source_name)
    return found


@history.blocker("unit")
def _elements(rows: Sequence[Recorded]) -> dict[UUID, history.Held]:
    live = Element.objects.filter(deleted_at=None, unit__in=[r.pk for r in rows]).order_by()
    first = dict(live.values_list("unit__uid").annotate(first=Min("pk")))
    known = Element.objects.in_bulk(first.values())
    why = _("holds elements of the architecture, such as %(name)s")
    return {uid: history.Held(why, known[pk]) for uid, pk in first.items()}


@tenancy.counter("elements")
def _count() -> dict[int, int]:
    live = Element.objects.filter(deleted_at=None).order_by()
    return dict(live.values_list("institution").annotate(n=Count("pk")))


importer.offer()
searching.register()
relation_importer.offer()
archimate.offer()
duties.offer("architecture", unit_duties, order=20)
ports.offer(
    "gaps",
    gettext_lazy("Gaps whose day has come"),
    gap_waiting.waiting,
    count=gap_waiting.waiting_count,
    order=40,
    icon="puzzle",
)
checks.register("twin_undecided", twin_groups.undecided)
checks.register("national_duplicate", national.duplicates)
