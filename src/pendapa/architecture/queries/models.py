"""What elements hold under the fields, kinds and values of the metamodel: what a new overlay would touch.

For who keeps the model: that role sees every element of the institution.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from pendapa.architecture.models import Element
from pendapa.architecture.queries.analyses import key_of, remembered
from pendapa.architecture.queries.lists import visible
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations.metamodel import Metamodel
from pendapa.regulations.overlay_changes import Difference, differences

EXAMPLES = 5


@dataclass(frozen=True)
class Effect:
    """One difference, how many elements it touches, and some of them (``uid``, ``code``, ``name``)."""

    difference: Difference
    count: int
    examples: tuple[dict[str, Any], ...] = ()


def effects(
    actor: Actor, institution: Institution, before: Metamodel, after: Metamodel
) -> tuple[Effect, ...]:
    """What would become of the elements if ``after`` took the place of ``before``."""
    return tuple(_effect(actor, institution, one, before, after) for one in differences(before, after))


def _effect(
    actor: Actor, institution: Institution, one: Difference, before: Metamodel, after: Metamodel
) -> Effect:
    rows = visible(actor, institution).filter(domain=one.domain)
    if one.what == "value":
        return _of_value(rows, (before if one.how == "removed" else after), one)
    if one.what == "kind":
        rows = rows.filter(kind=one.key)
    elif one.how == "required":
        column = after.domain(one.domain).column(one.key)
        rows = rows.filter(kind__in=column.kinds) if column.kinds else rows
        rows = rows.exclude(attributes__has_key=one.key)
    else:
        rows = rows.filter(attributes__has_key=one.key)
    count = rows.order_by().count()
    return Effect(one, count, _examples(rows) if count else ())


def _examples(rows: QuerySet[Element]) -> tuple[dict[str, Any], ...]:
    found = rows.order_by("name_key", "id").values("uid", "code", "name")
    return tuple(dict(row) for row in found[:EXAMPLES])


def _of_value(rows: QuerySet[Element], model: Metamodel, one: Difference) -> Effect:
    """Elements that hold the value in any of its spellings, alone or among several."""
    column = model.domain(one.domain).column(one.column)
    held = rows.filter(attributes__has_key=one.column).order_by("name_key", "id")
    count = 0
    first: list[int] = []
    for pk, value in held.values_list("pk", f"attributes__{one.column}").iterator():
        texts = value if isinstance(value, list) else [value]
        if any((known := column.match_value(str(text))) and known.key == one.key for text in texts):
            count += 1
            if len(first) < EXAMPLES:
                first.append(pk)
    return Effect(one, count, _examples(rows.filter(pk__in=first)) if first else ())


def fields_in_use(actor: Actor, institution: Institution, domain: str) -> dict[str, int]:
    """How many elements of a domain hold something, by key of the field; those out of the model among them."""

    def count() -> dict[str, int]:
        held: Counter[str] = Counter()
        rows = (
            visible(actor, institution).filter(domain=domain).order_by().values_list("attributes", flat=True)
        )
        for attributes in rows.iterator():
            held.update(attributes.keys())
        return dict(held)

    return remembered(key_of("fields", actor, institution, domain), count)


def kinds_in_use(actor: Actor, institution: Institution) -> dict[tuple[str, str], int]:
    """How many elements there are by domain and kind."""
    rows = visible(actor, institution).order_by().values_list("domain", "kind").annotate(n=Count("pk"))
    return {(domain, kind): n for domain, kind, n in rows}
