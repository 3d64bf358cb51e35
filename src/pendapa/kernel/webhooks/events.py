"""What webhooks are told of, in which shape: uids, codes and names of what is not restricted, and nothing else.

Whoever needs more asks the API with a key, which knows what its owner may see.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.history.models import ChangeSet, Revision
from pendapa.kernel.tenancy.models import Institution, Unit

TEST = "test"
APPLIED, SUBMITTED, RELEASED = "change_set.applied", "change_set.submitted", "release.created"
CREATED, CHANGED, DELETED = "element.created", "element.changed", "element.deleted"
KNOWN: dict[str, Any] = {
    APPLIED: _("A change took effect"),
    SUBMITTED: _("A change was handed in for review"),
    CREATED: _("Elements were created or brought back"),
    CHANGED: _("Elements were changed"),
    DELETED: _("Elements were deleted"),
    RELEASED: _("A release was made"),
}
_OF_VERB = {"add": CREATED, "restore": CREATED, "change": CHANGED, "delete": DELETED}
LISTED = 500
"""So many elements are told in one message; ``more`` counts the others."""
HIDDEN = "restricted"


def message(institution: Institution, event: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """A message of Standard Webhooks: type, time, and the data with the code of the institution."""
    told = {"institution": institution.code, **data}
    return {"type": event, "timestamp": timezone.now().isoformat(), "data": told}


def of_change_set(found: ChangeSet) -> dict[str, dict[str, Any]]:
    """What an applied set means to those who listen: event → data.

    A set of which nothing may be told makes no message at all.
    """
    told: dict[str, list[dict[str, Any]]] = {}
    counts: dict[str, int] = {}
    units = _units(found.institution_id)
    rows = Revision.objects.filter(change_set=found, target_type="element").order_by("pk")
    for uid, verb, version, snapshot in rows.values_list(
        "target_uid", "verb", "version", "snapshot"
    ).iterator(2000):
        if snapshot.get("classification") == HIDDEN or verb not in _OF_VERB:
            continue
        event = _OF_VERB[verb]
        counts[event] = counts.get(event, 0) + 1
        listed = told.setdefault(event, [])
        if len(listed) < LISTED:
            listed.append(_element(str(uid), version, snapshot, units))
    if not counts:
        return {}
    about = of_set(found)
    messages: dict[str, dict[str, Any]] = {
        APPLIED: {"change_set": about | {"elements": dict(sorted(counts.items()))}}
    }
    for event, elements in told.items():
        messages[event] = {
            "change_set": str(found.uid),
            "elements": elements,
            "more": counts[event] - len(elements),
        }
    return messages


def of_set(found: ChangeSet) -> dict[str, Any]:
    """A change set in short. Its title and reason are free texts, which may name anything: they stay in the house."""
    return {
        "uid": str(found.uid),
        "kind": found.kind,
        "state": found.state,
        "unit": found.unit.code if found.unit else None,
    }


def _units(institution_id: int) -> dict[int, str]:
    return dict(Unit.objects.filter(institution=institution_id).values_list("pk", "code"))


def _element(uid: str, version: int, snapshot: Mapping[str, Any], units: Mapping[int, str]) -> dict[str, Any]:
    return {
        "uid": uid,
        "code": snapshot.get("code", ""),
        "name": snapshot.get("name", ""),
        "domain": snapshot.get("domain", ""),
        "kind": snapshot.get("kind", ""),
        "unit": units.get(snapshot.get("unit", 0)),
        "version": version,
    }
