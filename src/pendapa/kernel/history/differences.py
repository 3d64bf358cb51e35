"""What differs between two snapshots of a thing, field by field and in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from pendapa.kernel.history import actions
from pendapa.kernel.history.models import Revision
from pendapa.kernel.ui import formats

LONGEST = 600
LABELS = {
    "name": gettext_lazy("Name"),
    "code": gettext_lazy("Code"),
    "unit": gettext_lazy("Unit"),
    "parent": gettext_lazy("Unit above"),
    "kind": gettext_lazy("Kind"),
    "domain": gettext_lazy("Domain"),
    "type": gettext_lazy("Type"),
    "source": gettext_lazy("From"),
    "target": gettext_lazy("To"),
    "short_name": gettext_lazy("Short name"),
    "classification": gettext_lazy("Classification"),
    "valid_from": gettext_lazy("Valid from"),
    "valid_to": gettext_lazy("Valid to"),
}


@dataclass(frozen=True)
class Difference:
    """One field: its label and its texts; empty where there was or is nothing."""

    field: str
    label: str
    before: str
    after: str


def differences(revision: Revision, before: dict[str, Any] | None) -> list[Difference]:
    """Field by field what a write changed, against the snapshot before it."""
    return between(revision.target_type, before or {}, revision.snapshot)


def between(recorded_type: str, before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """Field by field what differs between two snapshots of a thing, in words."""
    known = actions.registered(recorded_type)
    was, now = flat(before), flat(after)
    order = {name: place for place, name in enumerate(known.model.recorded_fields)}
    # What is pointed to may bear another name now.
    references, shown = actions.references(known.model), []
    for name in sorted(
        dict.fromkeys([*now, *was]), key=lambda name: order.get(name.partition(".")[0], len(order))
    ):
        if was.get(name) == now.get(name) and name not in references:
            continue
        label, new = told(known, name, now.get(name), after)
        before_label, old = told(known, name, was.get(name), before)
        if old != new:
            shown.append(Difference(name, label or before_label, old, new))
    return shown


def flat(snap: dict[str, Any]) -> dict[str, Any]:
    """The fields of a snapshot; those inside a JSON field as ``attributes.basis``."""
    flat: dict[str, Any] = {}
    for name, value in snap.items():
        if name == "_names":
            continue
        if isinstance(value, dict):
            flat |= {f"{name}.{key}": inner for key, inner in value.items()}
        else:
            flat[name] = value
    return flat


def told(known: actions.Registered, name: str, value: Any, snap: dict[str, Any]) -> tuple[str, str]:
    """Label and text of one value, in the words of its room where it has some."""
    own = known.words(name, value, snap) if known.words else None
    label, text = own or (_label(name), _text(known, name, value, snap))
    return label, text if len(text) <= LONGEST else text[:LONGEST] + " …"


def _label(name: str) -> str:
    return str(LABELS.get(name) or name.rpartition(".")[2].replace("_", " ").capitalize())


def _text(known: actions.Registered, name: str, value: Any, snap: dict[str, Any]) -> str:
    if value in (None, "", []):
        return ""
    if "." not in name:
        model_field = known.model._meta.get_field(name)
        if isinstance(model_field, models.ForeignKey):
            return str(snap.get("_names", {}).get(name) or f"#{value}")
        if isinstance(model_field, models.DateField):
            return formats.day(date.fromisoformat(str(value)[:10]), (get_language() or "id")[:2])
        if isinstance(model_field, models.Field) and model_field.choices:
            return str(dict(model_field.flatchoices).get(value, value))
    return plain(value)


def plain(value: Any) -> str:
    """Any value as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "; ".join(plain(one) for one in value)
    return str(value)
