"""By what an element is found: its own words, the labels of its values, and the names of its unit, old ones too.

The names of a unit are kept once, with the unit, and not with each of its elements: a rename costs one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.search import index
from pendapa.kernel.search.spelling import corrected as mended
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.organisation.models import UnitAlias
from pendapa.regulations.metamodel import Metamodel

if TYPE_CHECKING:
    from pendapa.architecture.queries import Filters

ENUMS = frozenset({"enum", "enum_many"})


def label_texts(model: Metamodel, domain: str, attributes: dict[str, Any]) -> list[str]:
    """The labels, Indonesian and English, of those values that are on a list of the metamodel."""
    found: list[str] = []
    for key in _lists(model, domain) & attributes.keys():
        value = attributes[key]
        for one in value if isinstance(value, list) else (value,):
            found += _labels(model, domain, key, str(one))
    return found


@lru_cache(maxsize=512)
def _lists(model: Metamodel, domain: str) -> frozenset[str]:
    """Keys of the columns of a domain whose values come from a list."""
    try:
        return frozenset(c.key for c in model.domain(domain).columns if c.type in ENUMS)
    except KeyError:
        return frozenset()


@lru_cache(maxsize=16_384)
def _labels(model: Metamodel, domain: str, key: str, value: str) -> tuple[str, ...]:
    column = next(c for c in model.domain(domain).columns if c.key == key)
    known = column.match_value(value)
    if known is None:
        return ()
    both = {known.label.id, known.label.in_language("en")}
    return tuple(sorted(label for label in both if label.casefold() != value.casefold()))


def meant(institution: Institution, query: str) -> Q:
    """The condition on elements that a question means: each of its words is in their text or among the names of their unit."""
    return index.condition("element", query, "unit", "unit", institution.pk)


def corrected(actor: Actor, institution: Institution, filters: Filters) -> str | None:
    """What was meant by the words of a list that is empty; only words that show the actor something in this list."""
    from pendapa.architecture.queries import filtered

    def finds(asked: str) -> bool:
        return filtered(actor, institution, replace(filters, query=asked)).order_by().exists()

    return mended(institution.pk, filters.query, finds)


def _unit_text(row: Recorded) -> str:
    assert isinstance(row, Unit)
    names = UnitAlias.objects.filter(unit=row, deleted_at=None).order_by("pk").values_list("name", flat=True)
    return index.normalise(row.code, row.name, row.short_name, *names)


def _renamed(rows: Sequence[Recorded]) -> None:
    """Other names of units were written: their units are found by them from now on."""
    units = Unit.objects.filter(
        pk__in={row.unit_id for row in rows if isinstance(row, UnitAlias)}, deleted_at=None
    )
    for unit in units:
        index.write("unit", unit.institution_id, [(unit.pk, _unit_text(unit))], fresh=False)


def register() -> None:
    """Let units be found too, and kept right when their other names change; then what people do with a list."""
    from pendapa.architecture import bulk_edit, list_columns  # noqa: F401  (its job)

    history.registered("unit").text = _unit_text
    history.registered("unit_alias").after.append(_renamed)
    list_columns.register()
