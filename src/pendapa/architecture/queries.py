"""Reads of the register, always through what the actor may see."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet
from django.utils.translation import get_language

from pendapa.architecture.models import Element, Relation
from pendapa.architecture.permissions import RESTRICTED, VIEW
from pendapa.architecture.rules import gaps as gap_rules
from pendapa.architecture.rules import twins as twin_rules
from pendapa.architecture.rules.keys import name_key
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.search import index
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.regulations import packs

PAGE = 50
COUNT_LIMIT = 10_000


def _seen(actor: Actor, institution: Institution, prefix: str = "") -> Q:
    """The condition on an element (at ``prefix``) that the actor may see it."""
    if not actor.may(VIEW, institution):
        return Q(**{f"{prefix}classification": "public"})
    restricted = actor.scope(RESTRICTED, institution)
    if restricted.everything:
        return Q()
    return ~Q(**{f"{prefix}classification": "restricted"}) | restricted.filter(f"{prefix}unit__")


def visible(actor: Actor, institution: Institution) -> QuerySet[Element]:
    """Live elements of ``institution`` that ``actor`` may see."""
    live = Element.objects.filter(institution=institution, deleted_at=None)
    return live.filter(_seen(actor, institution))


def visible_relations(actor: Actor, institution: Institution) -> QuerySet[Relation]:
    """Live relations both of whose ends ``actor`` may see."""
    live = Relation.objects.filter(
        institution=institution, deleted_at=None, source__deleted_at=None, target__deleted_at=None
    )
    return live.filter(_seen(actor, institution, "source__"), _seen(actor, institution, "target__"))


def element(actor: Actor, institution: Institution, uid: str) -> Element:
    """One element by uid; :class:`NotFound` when absent or not to be seen."""
    found = visible(actor, institution).select_related("unit").filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to. ``after`` is the keyset mark ``name_key|id`` of the last row shown."""

    domain: str = ""
    kind: str = ""
    unit: str = ""
    query: str = ""
    gap: str = ""
    after: str = ""
    before: str = ""


@dataclass(frozen=True)
class Page:
    """One page of a list: lean rows, marks for the neighbours, and a count capped at ``COUNT_LIMIT``."""

    rows: list[dict[str, Any]]
    next: str
    previous: str
    count: int
    capped: bool


LEAN = ("id", "uid", "domain", "kind", "code", "name", "name_key", "classification", "completeness", "unit__name", "unit__uid")


def filtered(actor: Actor, institution: Institution, filters: Filters) -> QuerySet[Element]:
    """Elements of a list, without order and page."""
    rows = visible(actor, institution)
    if filters.domain:
        rows = rows.filter(domain=filters.domain)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.unit:
        unit = Unit.objects.filter(institution=institution, uid=filters.unit).first() if _is_uid(filters.unit) else None
        rows = rows.filter(unit__path__startswith=unit.path) if unit else rows.none()
    if filters.query.strip():
        rows = rows.filter(pk__in=index.matching("element", filters.query))
    return rows


def _is_uid(text: str) -> bool:
    from uuid import UUID

    try:
        UUID(text)
    except ValueError:
        return False
    return True


def elements(actor: Actor, institution: Institution, filters: Filters, size: int = PAGE) -> Page:
    """A page of elements in the order of their names, by keyset."""
    found = filtered(actor, institution, filters)
    count = found[: COUNT_LIMIT + 1].count()
    forward = not filters.before
    rows = list(_beyond(found, filters).values(*LEAN)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if not forward:
        rows.reverse()
    first, last = (_mark(rows[0]), _mark(rows[-1])) if rows else ("", "")
    has_next, has_previous = (more, bool(filters.after)) if forward else (True, more)
    return Page(
        rows,
        next=last if has_next else "",
        previous=first if has_previous else "",
        count=min(count, COUNT_LIMIT),
        capped=count > COUNT_LIMIT,
    )


def _beyond(found: QuerySet[Element], filters: Filters) -> QuerySet[Element]:
    mark = filters.before or filters.after
    key, _, pk = mark.rpartition("|")
    if pk.isdigit():
        # The redundant first bound lets both databases walk the index instead of filtering all of it.
        if filters.before:
            found = found.filter(name_key__lte=key).filter(Q(name_key__lt=key) | Q(name_key=key, id__lt=int(pk)))
        else:
            found = found.filter(name_key__gte=key).filter(Q(name_key__gt=key) | Q(name_key=key, id__gt=int(pk)))
    return found.order_by("-name_key", "-id") if filters.before else found.order_by("name_key", "id")


def _mark(row: dict[str, Any]) -> str:
    return f"{row['name_key']}|{row['id']}"


def relations_of(actor: Actor, element: Element) -> list[dict[str, Any]]:
    """Relations of one element seen from it: ``[{"label", "type", "uid", "outgoing", "other": {…}}]``."""
    seen = visible_relations(actor, element.institution).filter(Q(source=element) | Q(target=element))
    metamodel, language = packs.metamodel(), get_language() or "id"
    shown = []
    for relation in seen.select_related("source__unit", "target__unit").order_by("type", "pk"):
        outgoing = relation.source_id == element.pk
        kind = metamodel.relation(relation.type)
        other = relation.target if outgoing else relation.source
        label = (kind.forward if outgoing else kind.backward).in_language(language)
        shown.append({"label": label, "type": relation.type, "uid": relation.uid, "outgoing": outgoing, "other": other})
    return shown


def numbers(actor: Actor, institution: Institution) -> list[dict[str, Any]]:
    """The architecture in numbers: ``[{"domain", "label", "count", "completeness"}]`` for all six domains."""
    rows = visible(actor, institution).order_by().values("domain").annotate(n=Count("pk"), full=Avg("completeness"))
    found = {row["domain"]: row for row in rows}
    language = get_language() or "id"
    return [
        {
            "domain": d.key,
            "label": d.label.in_language(language),
            "count": found[d.key]["n"] if d.key in found else 0,
            "completeness": round(found[d.key]["full"]) if d.key in found else None,
        }
        for d in packs.metamodel().domains
    ]


def gaps(actor: Actor, institution: Institution, *, rule: str = "", unit: Unit | None = None) -> list[dict[str, Any]]:
    """All gaps the actor may see: ``[{"rule", "code", "name", "kind", "unit", "message", …}]``. Two queries."""
    domains = {r.domain for r in gap_rules.RULES if not rule or r.key == rule}
    rows = visible(actor, institution).filter(domain__in=domains).order_by("name_key", "id")
    if unit is not None:
        rows = rows.filter(unit__path__startswith=unit.path)
    elements = {
        row["id"]: row for row in rows.values("id", "uid", "domain", "code", "name", "attributes", "unit__name", "unit__uid")
    }
    outgoing, incoming = _relation_types(actor, institution)
    things = [gap_rules.Thing(pk, row["domain"], row["attributes"]) for pk, row in elements.items()]
    language = get_language() or "id"
    return [
        {
            "rule": found.key,
            "code": elements[pk]["code"],
            "name": elements[pk]["name"],
            "kind": elements[pk]["domain"],
            "unit": elements[pk]["unit__name"],
            "message": found.message[language],
            "advice": found.advice[language],
            "uid": str(elements[pk]["uid"]),
            "unit_uid": str(elements[pk]["unit__uid"]),
        }
        for found, pk in gap_rules.find(things, outgoing, incoming)
        if not rule or found.key == rule
    ]


def _relation_types(actor: Actor, institution: Institution) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
    outgoing: dict[int, set[str]] = defaultdict(set)
    incoming: dict[int, set[str]] = defaultdict(set)
    # A relation to something hidden still closes the gap of what one sees: that it exists is a fact about the seen end,
    # but nothing of the other end is told.
    live = Relation.objects.filter(institution=institution, deleted_at=None)
    for kind, source, target in live.values_list("type", "source_id", "target_id").iterator(5000):
        outgoing[source].add(kind)
        incoming[target].add(kind)
    return outgoing, incoming


def twins(actor: Actor, institution: Institution) -> list[dict[str, Any]]:
    """Groups of applications of one kind in several OPD: ``[{"id", "score", "reasons", "members"}]``. Two queries."""
    rows = visible(actor, institution).filter(domain="applications")
    values = list(rows.values("id", "uid", "code", "name", "attributes", "unit_id", "unit__name"))
    links: dict[tuple[int, str], set[str]] = defaultdict(set)
    wanted = visible_relations(actor, institution).filter(source__domain="applications")
    for kind, source, target in wanted.values_list("type", "source_id", "target_id"):
        links[source, kind].add(str(target))
    language = get_language() or "id"
    by_id = {str(row["id"]): row for row in values}
    return [
        {
            "id": group.id,
            "score": round(group.score, 2),
            "reasons": [twin_rules.message(reason, language) for reason in group.reasons],
            "members": [_member(by_id[one.id]) for one in group.members],
        }
        for group in twin_rules.find([_application(row, links) for row in values])
    ]


def _application(row: dict[str, Any], links: dict[tuple[int, str], set[str]]) -> twin_rules.Application:
    attributes, pk = row["attributes"], row["id"]
    return twin_rules.Application(
        id=str(pk),
        code=row["code"],
        name=row["name"],
        unit=str(row["unit_id"]),
        unit_name=row["unit__name"],
        function=_joined(attributes.get("fungsi")) or _joined(attributes.get("uraian")),
        url=_joined(attributes.get("url")),
        reference=_joined(attributes.get("raa")),
        processes=frozenset(links[pk, "application_process"]),
        services=frozenset(links[pk, "application_service"]),
        data=frozenset(links[pk, "application_data"]),
    )


def _joined(value: Any) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _member(row: dict[str, Any]) -> dict[str, Any]:
    return {"code": row["code"], "name": row["name"], "unit": row["unit__name"], "uid": str(row["uid"])}


def by_name(institution: Institution, domain: str, name: str) -> QuerySet[Element]:
    """Live elements of a domain with this name; for actions, which check rights themselves."""
    return Element.objects.filter(institution=institution, domain=domain, name_key=name_key(name), deleted_at=None)
