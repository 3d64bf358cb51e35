"""What this room registers with the ground floor: its recorded things, what keeps them alive, its counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from pendapa.architecture import importer, permissions  # noqa: F401
from pendapa.architecture.models import Element, Relation
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.search import index
from pendapa.kernel.tenancy import queries as tenancy


def _element_names(row: Recorded) -> dict[str, str]:
    assert isinstance(row, Element)
    return {"unit": row.unit.name}


def _relation_names(row: Recorded) -> dict[str, str]:
    assert isinstance(row, Relation)
    return {"source": row.source.name, "target": row.target.name}


def _element_text(row: Recorded) -> str:
    assert isinstance(row, Element)
    return index.normalise(row.code, row.name, *_texts(row.attributes))


def _texts(attributes: dict[str, Any]) -> list[str]:
    texts: list[str] = []
    for value in attributes.values():
        texts += [str(v) for v in value] if isinstance(value, list) else [str(value)]
    return texts


history.register(Element, names=_element_names, text=_element_text)
history.register(Relation, names=_relation_names)


@history.blocker("element")
def _relations(rows: Sequence[Recorded]) -> dict[UUID, str]:
    """An element that others point at stays, unless only relations that go with it hold it."""
    held: dict[UUID, str] = {}
    ids = {r.pk for r in rows}
    live = Relation.objects.filter(deleted_at=None)
    for chunk in history.chunks(sorted(ids), history.CHUNK):
        for relation in live.filter(Q(source__in=chunk) | Q(target__in=chunk)).select_related("source", "target"):
            for end, other in ((relation.source, relation.target), (relation.target, relation.source)):
                if end.pk in ids and other.pk not in ids:
                    held[end.uid] = _("linked with %(name)s") % {"name": other.name}
    return held


@history.blocker("unit")
def _elements(rows: Sequence[Recorded]) -> dict[UUID, str]:
    live = Element.objects.filter(deleted_at=None, unit__in=[r.pk for r in rows]).order_by()
    counted = live.values_list("unit__uid").annotate(n=Count("pk"))
    return {uid: _("holds %(count)d elements of the architecture") % {"count": n} for uid, n in counted}


@tenancy.counter("elements")
def _count() -> dict[int, int]:
    live = Element.objects.filter(deleted_at=None).order_by()
    return dict(live.values_list("institution").annotate(n=Count("pk")))


importer.offer()
