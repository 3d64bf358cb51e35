"""Elements and drafts go along when the unit that they belong to is merged or split."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from pendapa.architecture.models import Element
from pendapa.architecture.queries import visible
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.models import ChangeItem, ChangeSet
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.organisation import life
from pendapa.organisation.life import Counted, Moved, Moves, Plain, Thing
from pendapa.regulations import packs

NAMED = 12
WAITING = ("draft", "returned", "submitted", "agreed")


@life.mover
def move(actor: Actor, institution: Institution, moves: Moves) -> Moved:
    """Live elements to their new unit; drafts on their way follow, and stay valid for what was moved under them.

    Deleted elements stay where they were: that is where they were when they went.
    """
    done = Moved()
    rules = {unit.pk: rule for unit, rule in moves.items()}
    live = Element.objects.filter(institution=institution, unit__in=list(rules), deleted_at=None)
    before: dict[UUID, int] = {}
    for element in live.select_related("unit").order_by("pk"):
        to = rules[element.unit_id].of(element.uid)
        if to is not None and to.pk != element.unit_id:
            element.institution = institution
            element.unit = to
            before[element.uid] = element.version
            done.writes.change.append(element)
    done.plain += _drafts(institution, moves)
    done.plain += _items(institution, moves, before)
    return done


def _drafts(institution: Institution, moves: Moves) -> list[Plain]:
    """Drafts of a unit that ends belong to who takes the rest over."""
    plain = []
    for unit, rule in moves.items():
        if rule.rest is None:
            continue
        for draft in ChangeSet.objects.filter(institution=institution, state__in=WAITING, unit=unit):
            plain.append(life.set_plain(draft, unit_id=rule.rest.pk))
    return plain


def _items(institution: Institution, moves: Moves, before: dict[UUID, int]) -> list[Plain]:
    """What drafts say of a unit that ends means its successor; what they were written against has moved, not changed."""
    plain: list[Plain] = []
    heirs: dict[str, Unit] = {str(unit.uid): rule.rest for unit, rule in moves.items() if rule.rest}
    waiting = ChangeItem.objects.filter(
        change_set__institution=institution, change_set__state__in=WAITING, target_type="element"
    )
    for item in waiting.order_by("pk").iterator():
        told = item.patch.get("unit")
        heir = heirs.get(str(told.get("uid"))) if isinstance(told, dict) else None
        if heir is not None:
            wanted: dict[str, Any] = {"uid": str(heir.uid), "name": heir.name}
            plain.append(Plain(item._meta.label_lower, item.pk, {"patch.unit": told}, {"patch.unit": wanted}))
            item.patch = {**item.patch, "unit": wanted}
            item.save(update_fields=["patch"])
        if before.get(item.target_uid) == item.base_version and not told:
            ChangeItem.objects.filter(pk=item.pk).update(base_version=item.base_version + 1)
    return plain


@life.counter
def count(actor: Actor, institution: Institution, moves: Moves) -> list[Counted]:
    """Elements by domain and by where they go."""
    rules = {unit.pk: rule for unit, rule in moves.items()}
    going: dict[tuple[str, str], list[str]] = defaultdict(list)
    live = Element.objects.filter(institution=institution, unit__in=list(rules), deleted_at=None)
    for domain, name, uid, unit in (
        live.order_by("domain", "name_key", "pk").values_list("domain", "name", "uid", "unit").iterator()
    ):
        to = rules[unit].of(uid)
        if to is not None:
            going[domain, to.name].append(name)
    return [Counted(_label(domain), len(names), names[:NAMED], to) for (domain, to), names in going.items()]


@life.things
def things(actor: Actor, institution: Institution, unit: Unit) -> list[Thing]:
    """Elements of the unit that the actor may see, by domain and name."""
    own = visible(actor, institution).filter(unit=unit).order_by("domain", "name_key", "pk")
    return [
        Thing(uid, name, code, _label(domain))
        for uid, name, code, domain in own.values_list("uid", "name", "code", "domain")
    ]


def _label(domain: str) -> str:
    try:
        return packs.metamodel().domain(domain).label.in_language(get_language() or "id")
    except KeyError:
        return domain
