"""Which element or relation an identifier of a file means, and what identifier goes out for it.

What another program named keeps that name (:class:`ForeignId`), so that its file brings the same things again and gets
its own identifiers back. What has no name from elsewhere goes by ours: ``id-`` and the uid.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID, uuid5

from django.db.models import QuerySet

from pendapa.architecture.archimate.records import OWN
from pendapa.architecture.archimate.writing import own_identifier, usable
from pendapa.architecture.models import Element, ForeignId, Relation
from pendapa.architecture.queries import is_uid, visible, visible_relations
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.actions import chunks
from pendapa.kernel.tenancy.models import Institution

SYSTEM = "archimate"
MODELS: dict[str, type[Element] | type[Relation]] = {"element": Element, "relation": Relation}
_ROOT = UUID("6f1d2c0e-54a7-5b1e-9a55-8d0f3a1c7b42")
_TRIES = 50


def _seen(actor: Actor, institution: Institution, target: str) -> QuerySet[Any]:
    if target == "element":
        return visible(actor, institution).select_related("unit")
    return visible_relations(actor, institution).select_related("source__unit", "target__unit")


def find(actor: Actor, institution: Institution, target: str, identifiers: Collection[str]) -> dict[str, Any]:
    """What the identifiers mean among what the actor sees: identifier → row. Set-based."""
    names: dict[UUID, list[str]] = {}
    for chunk in chunks(sorted(set(identifiers)), 400):
        known = ForeignId.objects.filter(
            institution=institution, system=SYSTEM, value__in=chunk, target_type=target
        )
        for value, uid in known.values_list("value", "target_uid"):
            names.setdefault(uid, []).append(value)
    told = {value for values in names.values() for value in values}
    # A name that is kept for something gone or hidden is no name of ours either, unless it is that very thing.
    for identifier in identifiers:
        own = own_uid(identifier)
        if own is not None and identifier not in told:
            names.setdefault(own, []).append(identifier)
    found = {}
    for part in chunks(sorted(names), 400):
        for row in _seen(actor, institution, target).filter(uid__in=part):
            for value in names[row.uid]:
                found[value] = row
    return found


def own_uid(identifier: str) -> UUID | None:
    """The uid in an identifier of ours."""
    text = identifier.removeprefix(OWN)
    return UUID(text) if identifier.startswith(OWN) and len(text) == 36 and is_uid(text) else None


def identifiers(institution: Institution, target: str, uids: Sequence[UUID]) -> dict[UUID, str]:
    """What goes out for these: the name from elsewhere where there is one that can stand in a file, else ours."""
    out = {uid: own_identifier(uid) for uid in uids}
    for part in chunks(sorted(uids), 400):
        known = ForeignId.objects.filter(
            institution=institution, system=SYSTEM, target_type=target, target_uid__in=part
        )
        pairs = [
            (value, uid)
            for value, uid in known.order_by("-pk").values_list("value", "target_uid")
            if usable(value)
        ]
        borrowed = _alive({u for value, uid in pairs if (u := own_uid(value)) is not None and u != uid})
        out |= {uid: value for value, uid in pairs if own_uid(value) not in borrowed}
    return out


def _alive(uids: Iterable[UUID]) -> set[UUID]:
    wanted = sorted(uids)
    return {
        uid
        for model in MODELS.values()
        for part in chunks(wanted, 400)
        for uid in model._default_manager.filter(uid__in=part).values_list("uid", flat=True)
    }


def new_uids(institution: Institution, target: str, names: Collection[str]) -> dict[str, UUID]:
    """Uids for new things by the names they come with: always the same ones, until something has them.

    A draft and the writing that follows it reckon alike.
    """
    out: dict[str, UUID] = {}
    open_ = set(names)
    for attempt in range(_TRIES):
        uids = {name: uuid5(_ROOT, f"{institution.pk}/{target}/{attempt}/{name}") for name in sorted(open_)}
        taken = _taken(target, uids.values())
        out |= {name: uid for name, uid in uids.items() if uid not in taken}
        open_ = {name for name, uid in uids.items() if uid in taken}
        if not open_:
            break
    return out


def settled_uids(institution: Institution, target: str, names: Collection[str]) -> dict[str, UUID]:
    """The uids that `new_uids` gave, whether they were written meanwhile or wait in a draft."""
    out = new_uids(institution, target, names)
    model = MODELS[target]
    for attempt in range(_TRIES):
        uids = {uuid5(_ROOT, f"{institution.pk}/{target}/{attempt}/{name}"): name for name in sorted(names)}
        live = {
            uid
            for part in chunks(sorted(uids), 400)
            for uid in model._default_manager.filter(uid__in=part, deleted_at=None).values_list(
                "uid", flat=True
            )
        }
        out |= {uids[uid]: uid for uid in live}
        names = {name for uid, name in uids.items() if uid in _taken(target, uids)}
        if not names:
            break
    return out


def _taken(target: str, uids: Iterable[UUID]) -> set[UUID]:
    model = MODELS[target]
    return {
        uid
        for part in chunks(sorted(uids), 400)
        for uid in model._default_manager.filter(uid__in=part).values_list("uid", flat=True)
    }


def keep(institution: Institution, target: str, pairs: Iterable[tuple[str, UUID]]) -> None:
    """Remember names from elsewhere. A name of something that lives is not taken from it."""
    fresh = {value: uid for value, uid in pairs if own_uid(value) != uid}
    for chunk in chunks(sorted(fresh), 400):
        known = {
            row.value: row
            for row in ForeignId.objects.filter(institution=institution, system=SYSTEM, value__in=chunk)
        }
        living = set(_living(row for row in known.values()))
        changed = []
        for value, row in known.items():
            if row.target_uid not in living and row.target_uid != fresh[value]:
                row.target_type, row.target_uid = target, fresh[value]
                changed.append(row)
        ForeignId.objects.bulk_update(changed, ["target_type", "target_uid"])
        ForeignId.objects.bulk_create(
            ForeignId(
                institution=institution,
                system=SYSTEM,
                value=value,
                target_type=target,
                target_uid=fresh[value],
            )
            for value in chunk
            if value not in known
        )


def _living(rows: Iterable[ForeignId]) -> Iterator[UUID]:
    uids = sorted({row.target_uid for row in rows})
    for model in MODELS.values():
        for part in chunks(uids, 400):
            live = model._default_manager.filter(uid__in=part, deleted_at=None)
            yield from live.values_list("uid", flat=True)
