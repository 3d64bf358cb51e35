"""What happened to one element: its own revisions and those of its relations, told field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pendapa.architecture import metamodel
from pendapa.architecture.models import Element
from pendapa.architecture.queries.lists import Touching, touching
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.models import Revision
from pendapa.kernel.permissions import HISTORY
from pendapa.kernel.tables.periods import periods_text
from pendapa.regulations.metamodel import Metamodel
from pendapa.regulations.overlay import Laid


@dataclass(frozen=True)
class Change:
    """One field before and after; empty texts where there was nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Event:
    """One line of the feed: what was done (``verb``, or a relation and its other end), by whom, when."""

    verb: str
    who: str
    when: datetime
    kind: str
    changes: list[Change] = field(default_factory=list)
    more: int = 0
    relation: str = ""
    other: str = ""


CHANGES_SHOWN = 4


def snapshot_at(element: Element, version: int) -> dict[str, Any]:
    """The element as it was at a version; empty where that version never was."""
    found = (
        Revision.objects.filter(target_uid=element.uid, version=version)
        .values_list("snapshot", flat=True)
        .first()
    )
    return found or {}


def history_of(
    actor: Actor, element: Element, known: Touching | None = None, limit: int = 6
) -> list[Event] | None:
    """The latest events of an element, newest first; ``None`` for who may not read its history.

    ``known`` are its relations, where :func:`touching` read them already.
    """
    if not actor.may(HISTORY, element.institution, element.unit):
        return None
    rows = [row for row in (touching(actor, element) if known is None else known) if row["seen"]]
    # The newest few are enough for a feed.
    relations = {row["uid"]: row for row in sorted(rows, key=lambda row: -row["id"])[:50]}
    revisions = Revision.objects.filter(target_uid__in=[element.uid, *relations]).select_related("change_set")
    events = []
    for revision in revisions.order_by("-pk")[:limit]:
        if revision.target_uid == element.uid:
            events.append(_own(element, revision))
        else:
            events.append(_linked(metamodel.of_row(element), revision, relations[revision.target_uid]))
    return events


def _own(element: Element, revision: Revision) -> Event:
    changes: list[Change] = []
    if revision.verb == "change":
        changes = differences(
            metamodel.of_row(element),
            element.domain,
            snapshot_at(element, revision.version - 1),
            revision.snapshot,
        )
    shown = changes[:CHANGES_SHOWN]
    return _event(revision, changes=shown, more=len(changes) - len(shown))


def _linked(model: Metamodel, revision: Revision, row: Mapping[str, Any]) -> Event:
    kind = model.relation(row["type"])
    words = (kind.forward if row["outgoing"] else kind.backward).in_language(get_language() or "id")
    other = revision.snapshot.get("_names", {}).get("target" if row["outgoing"] else "source", "")
    return _event(revision, relation=words, other=other)


def _event(revision: Revision, **more: Any) -> Event:
    change_set = revision.change_set
    return Event(revision.verb, change_set.author_name, revision.recorded_from, change_set.kind, **more)


def differences(
    model: Metamodel, domain: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[Change]:
    """What differs between two snapshots of an element of ``domain``, under the names that people know."""
    found = [
        Change(label, old or "", new or "")
        for label, old, new in (
            (_("Name"), before.get("name"), after.get("name")),
            (_("Code"), before.get("code"), after.get("code")),
            (_("Unit"), before.get("_names", {}).get("unit"), after.get("_names", {}).get("unit")),
            (
                _("Kind"),
                kind_label(model, domain, before.get("kind")),
                kind_label(model, domain, after.get("kind")),
            ),
            (_("Openness"), openness(before.get("classification")), openness(after.get("classification"))),
            (_("Valid from"), plain(before.get("valid_from")), plain(after.get("valid_from"))),
            (_("Valid until"), plain(before.get("valid_to")), plain(after.get("valid_to"))),
        )
        if (old or "") != (new or "")
    ]
    old_ones, new_ones = before.get("attributes") or {}, after.get("attributes") or {}
    for key in dict.fromkeys([*old_ones, *new_ones]):
        if (old_ones.get(key) or "") != (new_ones.get(key) or ""):
            found.append(
                Change(column_label(model, domain, key), plain(old_ones.get(key)), plain(new_ones.get(key)))
            )
    return found


def plain(value: Any) -> str:
    """A value as a line of text."""
    if value is None or value == "":
        return ""
    if isinstance(value, Mapping):
        return periods_text(value)
    return ", ".join(map(plain, value)) if isinstance(value, list) else str(value)


def column_label(model: Metamodel, domain: str, key: str) -> str:
    """The name of a column, also of one out of use; its key where the model knows nothing of it."""
    try:
        column = model.domain(domain).column(key)
    except KeyError:
        retired = model.retired_columns.get((domain, key)) if isinstance(model, Laid) else None
        return retired.label.in_language(get_language() or "id") if retired else key
    return column.label.in_language(get_language() or "id")


def kind_label(model: Metamodel, domain: str, key: str | None) -> str:
    """The name of a kind, also of one out of use; its key where the model knows nothing of it."""
    try:
        kind = model.domain(domain).kind(key or "")
    except KeyError:
        retired = model.retired_kinds.get((domain, key or "")) if isinstance(model, Laid) else None
        return retired.label.in_language(get_language() or "id") if retired else key or ""
    return kind.label.in_language(get_language() or "id")


def openness(key: str | None) -> str:
    """A classification in words."""
    return str(dict(Element.CLASSIFICATIONS).get(key or "", ""))
