"""Gaps, twins and numbers. What takes long is remembered until something of the institution changes."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.core.cache import cache
from django.db.models import Avg, Count, Q
from django.utils.translation import get_language

from pendapa.architecture.models import Element, Relation
from pendapa.architecture.queries.lists import (
    Filters,
    Touching,
    filtered,
    lacks,
    sight,
    visible,
    visible_relations,
)
from pendapa.architecture.rules import gaps as gap_rules
from pendapa.architecture.rules import twins as twin_rules
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history.models import LedgerEntry
from pendapa.kernel.tenancy.models import Institution, Unit, institution_names
from pendapa.regulations import packs

# So many applications are compared while a page waits; more only where somebody asks for the twins themselves.
AT_ONCE = 1_000
KEPT = 24 * 3600
T = TypeVar("T")


def key_of(what: str, actor: Actor, institution: Institution, *more: str) -> str:
    """Names a result by everything it depends on. The ledger grows with each change set, in the order of commits."""
    last = (
        LedgerEntry.objects.filter(institution=institution)
        .order_by("-seq")
        .values_list("digest", flat=True)
        .first()
    )
    counted = str(institution.settings.get("completeness_counted", ""))
    parts = "\n".join([what, str(institution.pk), last or "", counted, sight(actor, institution), *more])
    return "architecture:" + hashlib.sha256(parts.encode()).hexdigest()


def remembered(key: str, compute: Callable[[], T]) -> T:
    known: T | None = cache.get(key)
    if known is None:
        known = compute()
        cache.set(key, known, KEPT)
    return known


def numbers(actor: Actor, institution: Institution) -> list[dict[str, Any]]:
    """The architecture in numbers: ``[{"domain", "label", "count", "completeness"}]`` for all six domains."""

    def count() -> dict[str, tuple[int, int]]:
        rows = (
            visible(actor, institution)
            .order_by()
            .values("domain")
            .annotate(n=Count("pk"), full=Avg("completeness"))
        )
        return {row["domain"]: (row["n"], round(row["full"])) for row in rows}

    found = remembered(key_of("numbers", actor, institution), count)
    language = get_language() or "id"
    return [
        {
            "domain": d.key,
            "label": d.label.in_language(language),
            "count": found[d.key][0] if d.key in found else 0,
            "completeness": found[d.key][1] if d.key in found else None,
        }
        for d in packs.metamodel().domains  # an overlay adds none
    ]


# ---------------------------------------------------------------------------------------------------------------- gaps


def rule(key: str) -> gap_rules.Rule:
    """One rule of the catalogue; :class:`NotFound` for an unknown one."""
    found = gap_rules.BY_KEY.get(key)
    if found is None:
        raise NotFound
    return found


def gaps(
    actor: Actor, institution: Institution, *, rule: str = "", unit: Unit | None = None
) -> list[dict[str, Any]]:
    """All gaps the actor may see: ``[{"rule", "code", "name", "kind", "unit", "message", …}]``. Two queries."""
    rules = [r for r in gap_rules.RULES if not rule or r.key == rule]
    rows = visible(actor, institution).filter(domain__in={r.domain for r in rules}).order_by("name_key", "id")
    if unit is not None:
        rows = rows.filter(unit__path__startswith=unit.path)
    told = [f"attributes__{name}" for name in _attributes(rules)]
    found = list(rows.values("id", "uid", "domain", "code", "name", "unit__name", "unit__uid", *told))
    outgoing, incoming = _relation_types(Relation.objects.filter(institution=institution, deleted_at=None))
    by_id = {row["id"]: row for row in found}
    language = get_language() or "id"
    return [
        {
            "rule": one.key,
            "code": by_id[pk]["code"],
            "name": by_id[pk]["name"],
            "kind": by_id[pk]["domain"],
            "unit": by_id[pk]["unit__name"],
            "message": words(one.message, language),
            "advice": words(one.advice, language),
            "uid": str(by_id[pk]["uid"]),
            "unit_uid": str(by_id[pk]["unit__uid"]),
        }
        for one, pk in gap_rules.find(map(_thing, found), outgoing, incoming)
        if not rule or one.key == rule
    ]


def words(text: Any, language: str) -> str:
    """A text of the catalogue in the language, or in English."""
    return str(text[language.partition("-")[0]] if language.startswith("id") else text["en"])


def gaps_of_rows(rows: list[dict[str, Any]]) -> dict[int, list[gap_rules.Rule]]:
    """The gaps of the rows of a page, by id: rows as :func:`elements` gives them. One query, none for other domains."""
    asked = {r.domain for r in gap_rules.RULES}
    things = [_thing(row) for row in rows if row["domain"] in asked]
    if not things:
        return {}
    closing = Q(pk__in=[])
    for domain in dict.fromkeys(thing.domain for thing in things):
        ids, rules = (
            [thing.id for thing in things if thing.domain == domain],
            [r for r in gap_rules.RULES if r.domain == domain],
        )
        for end, types in (
            ("source", {t for r in rules for t in r.outgoing}),
            ("target", {t for r in rules for t in r.incoming}),
        ):
            if types:
                closing |= Q(**{f"{end}__in": ids}, type__in=sorted(types))
    near = Relation.objects.filter(closing, deleted_at=None)
    found: dict[int, list[gap_rules.Rule]] = defaultdict(list)
    for one, pk in gap_rules.find(things, *_relation_types(near)):
        found[pk].append(one)
    return found


def gaps_of_element(element: Element, known: Touching) -> list[gap_rules.Rule]:
    """The gaps of one element whose relations were read by :func:`touching`; hidden ones close a gap as well."""
    there = [row for row in known if row["live"]]
    outgoing = {element.pk: {row["type"] for row in there if row["outgoing"]}}
    incoming = {element.pk: {row["type"] for row in there if not row["outgoing"]}}
    thing = gap_rules.Thing(element.pk, element.domain, element.attributes)
    return [one for one, _pk in gap_rules.find([thing], outgoing, incoming)]


def gap_numbers(actor: Actor, institution: Institution, unit: str = "") -> dict[str, int]:
    """How many gaps there are by rule, and under ``elements`` and ``units`` in how many of them. Counted in the database."""

    def count() -> dict[str, int]:
        rows = filtered(actor, institution, Filters(unit=unit)).filter(
            domain__in={r.domain for r in gap_rules.RULES}
        )
        wanted = {r.key: Count("pk", filter=lacks(r)) for r in gap_rules.RULES}
        any_gap = Q()
        for one in gap_rules.RULES:
            any_gap |= lacks(one)
        open_ones = rows.filter(any_gap).order_by()
        wide = open_ones.aggregate(elements=Count("pk"), units=Count("unit", distinct=True))
        return dict(rows.order_by().aggregate(**wanted)) | dict(wide)

    return remembered(key_of("gaps", actor, institution, unit), count)


def _attributes(rules: Iterable[gap_rules.Rule]) -> list[str]:
    return list(dict.fromkeys(name for one in rules for name in one.attributes))


def _thing(row: dict[str, Any]) -> gap_rules.Thing:
    names = _attributes(gap_rules.RULES)
    return gap_rules.Thing(row["id"], row["domain"], {name: row.get(f"attributes__{name}") for name in names})


def _relation_types(relations: Any) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
    outgoing: dict[int, set[str]] = defaultdict(set)
    incoming: dict[int, set[str]] = defaultdict(set)
    for kind, source, target in relations.values_list("type", "source_id", "target_id"):
        outgoing[source].add(kind)
        incoming[target].add(kind)
    return outgoing, incoming


# --------------------------------------------------------------------------------------------------------------- twins


def twins(actor: Actor, institution: Institution) -> list[dict[str, Any]]:
    """Groups of applications of one kind in several OPD: ``[{"id", "score", "reasons", "members"}]``."""
    language = get_language() or "id"
    return [
        {
            **group,
            "reasons": [twin_rules.message(reason, language) for reason in group["reasons"]],
            "title": _title(group["reasons"], language),
        }
        for group in remembered(key_of("twins", actor, institution), lambda: _groups(actor, institution))
    ]


def _title(reasons: list[twin_rules.Reason], language: str) -> str:
    """What a group is about: its purpose, else the words of its names, else its first reason."""
    for key in ("purpose", "name"):
        for reason in reasons:
            if reason.key == key:
                return twin_rules.message(reason, language).partition(": ")[2].capitalize()
    return twin_rules.message(reasons[0], language) if reasons else ""


def twins_ready(actor: Actor, institution: Institution) -> bool:
    """Whether :func:`twins` answers at once: it is remembered, or there are few applications."""
    if cache.get(key_of("twins", actor, institution)) is not None:
        return True
    applications = visible(actor, institution).filter(domain="applications").order_by()
    return applications[: AT_ONCE + 1].count() <= AT_ONCE


def twins_of(actor: Actor, element: Element) -> list[dict[str, Any]]:
    """The groups that hold an element."""
    uid = str(element.uid)
    return [
        group for group in twins(actor, element.institution) if any(m["uid"] == uid for m in group["members"])
    ]


def _groups(actor: Actor, institution: Institution) -> list[dict[str, Any]]:
    rows = visible(actor, institution).filter(domain="applications").order_by("name_key", "id")
    fields = ("id", "uid", "code", "name", "attributes", "unit_id", "unit__name")
    values: list[dict[str, Any]] = [dict(row) for row in rows.values(*fields)]
    links: dict[tuple[int, str], set[str]] = defaultdict(set)
    wanted = visible_relations(actor, institution).filter(source__domain="applications")
    # The other end by its name: a shared process is told as a reason.
    for kind, source, name, code in wanted.values_list("type", "source_id", "target__name", "target__code"):
        links[source, kind].add(f"{name} ({code})")
    by_id = {str(row["id"]): row for row in values}
    units = (
        Unit.objects.filter(institution=institution, deleted_at=None)
        .order_by("pk")
        .values_list("name", flat=True)
    )
    found = twin_rules.find(
        [_application(row, links) for row in values], unit_names=[*units, *institution_names(institution)]
    )
    return [
        {
            "id": group.id,
            "score": round(group.score, 2),
            "reasons": list(group.reasons),
            "members": [_member(by_id[one.id]) for one in group.members],
        }
        for group in found
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
        kelas=_joined(attributes.get("kelas")),
        url=_joined(attributes.get("url")),
        reference=_joined(attributes.get("raa")),
        platform=_joined(attributes.get("basis")),
        processes=frozenset(links[pk, "application_process"]),
        services=frozenset(links[pk, "application_service"]),
        data=frozenset(links[pk, "application_data"]),
    )


def _joined(value: Any) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _member(row: dict[str, Any]) -> dict[str, Any]:
    return {"code": row["code"], "name": row["name"], "unit": row["unit__name"], "uid": str(row["uid"])}
