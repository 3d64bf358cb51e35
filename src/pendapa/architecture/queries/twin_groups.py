"""Groups of twins as the actor may see them, with what was decided about them and what merging would save."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from itertools import combinations
from typing import Any
from uuid import UUID

import orjson
from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pendapa.architecture.models import Element, TwinDecision
from pendapa.architecture.permissions import VIEW
from pendapa.architecture.queries import twin_memory
from pendapa.architecture.queries.analyses import KEPT, key_of, remembered
from pendapa.architecture.queries.lists import is_uid, seen, visible
from pendapa.architecture.queries.national import uses
from pendapa.architecture.rules import quadrant as quadrants_rules
from pendapa.architecture.rules import twins as rules
from pendapa.architecture.rules.twins_memory import plain
from pendapa.architecture.rules.twins_saving import Cost, Saving, saving
from pendapa.kernel.access.actor import Actor, NotFound, Scope
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.numbers import whole
from pendapa.kernel.tables import values
from pendapa.kernel.tenancy.models import Institution, Unit

AT_ONCE = 400
"""So many applications are compared while somebody waits; more are compared by a job, and then only what changes."""
JOB = "architecture.twins"
"""The job that compares all."""
OPEN, DECIDED, ALL = "open", "decided", "all"


class NotCompared(Exception):
    """There are many applications, and they were never compared: a job has to do it first."""


def twins(actor: Actor, institution: Institution, state: str = OPEN) -> list[dict[str, Any]]:
    """Groups of applications of one kind in several OPD, surest first: those still to be decided, the ``decided``, or ``all``.

    ``[{"id", "score", "reasons", "title", "state", "members", "decisions", "open_pairs", "saving"}]``. Members that the actor
    may not see are not there, nor anything told of them. Raises :class:`NotCompared`.
    """
    found = _found(actor, institution)
    if found is None:
        raise NotCompared
    language = get_language() or "id"
    return [_in_words(group, language) for group in found["groups"] if state in (ALL, group["state"])]


def is_current(actor: Actor, institution: Institution) -> bool:
    """Whether :func:`twins` tells of the register as it is; else of what has not changed since all were compared."""
    found = _found(actor, institution)
    return found is not None and found["current"]


def twins_ready(actor: Actor, institution: Institution) -> bool:
    """Whether twins can be told while a page waits: what was found before, few applications, or only what changed since."""
    if cache.get(key_of("twins", actor, institution)) is not None:
        return True
    return twin_memory.made_at(institution) is not None or not are_many(actor, institution)


def are_many(actor: Actor, institution: Institution) -> bool:
    """Whether there are so many applications that a job compares them."""
    some = visible(actor, institution).filter(domain="applications").order_by()
    return some[: AT_ONCE + 1].count() > AT_ONCE


def comparing(institution: Institution) -> Job | None:
    """The job that compares all, where one waits or runs."""
    running = Job.objects.filter(institution=institution, name=JOB, state__in=("waiting", "running"))
    return running.select_related("user").order_by("-created_at").first()


def twins_of(actor: Actor, element: Element, state: str = OPEN) -> list[dict[str, Any]]:
    """The groups that hold an element."""
    uid = str(element.uid)
    groups = twins(actor, element.institution, state)
    return [group for group in groups if any(member["uid"] == uid for member in group["members"])]


def members(actor: Actor, institution: Institution, uids: Iterable[str | UUID]) -> list[Element]:
    """Applications by uid, each once, in that order; :class:`NotFound` where one is not there for the actor."""
    told = list(uids)
    if not all(map(is_uid, told)):
        raise NotFound
    wanted = list(dict.fromkeys(str(UUID(str(uid))) for uid in told))
    found = visible(actor, institution).filter(domain="applications", uid__in=wanted).select_related("unit")
    by_uid = {str(one.uid): one for one in found}
    if any(uid not in by_uid for uid in wanted):
        raise NotFound
    return [by_uid[uid] for uid in wanted]


def decision_of(actor: Actor, institution: Institution, uid: UUID) -> TwinDecision:
    """One decision whose applications the actor may see; else :class:`NotFound`."""
    found = (
        _decisions(actor, institution).filter(uid=uid).select_related("first__unit", "second__unit").first()
    )
    if found is None:
        raise NotFound
    return found


# ---- found


def _found(actor: Actor, institution: Institution) -> dict[str, Any] | None:
    key = key_of("twins", actor, institution)
    known: dict[str, Any] | None = cache.get(key)
    if known is None:
        known = _compute(actor, institution)
        if known is not None and known["current"]:
            cache.set(key, known, KEPT)
    return known


def _compute(actor: Actor, institution: Institution) -> dict[str, Any] | None:
    rows = twin_memory.rows_of(actor, institution)
    apps = comparable(twin_memory.applications(actor, institution, rows).values())
    decided = _pairs(actor, institution)
    apart = [pair for pair, one in decided.items() if one["decision"] == "different"]
    if len(rows) <= AT_ONCE:
        found, current = _compared_whole(institution, apps, apart), True
    else:
        brought = twin_memory.brought_up(actor, institution, apps)
        if brought is None:
            return None
        memory, current = brought
        found = memory.groups(apart)
    by_id = {str(row["id"]): row for row in rows}
    return {"current": current, "groups": [_group(group, by_id, decided) for group in found]}


def _compared_whole(
    institution: Institution, apps: Mapping[str, rules.Application], apart: list[rules.Pair]
) -> list[rules.Twins]:
    """All compared; remembered by just what is compared, because most changes touch no application."""
    names = twin_memory.names_of_units(institution)
    told = orjson.dumps([[plain(app) for app in apps.values()], names, sorted(apart)])
    key = f"architecture:twins:{hashlib.sha256(told).hexdigest()}"
    return remembered(key, lambda: rules.find(apps.values(), unit_names=names, apart=apart))


class _Colleague(Actor):
    """Sees what everybody of an institution may see: all but what is restricted."""

    def scope(self, permission: str, institution: Institution) -> Scope:
        return Scope(everything=permission == VIEW)


def undecided(institution: Institution) -> set[int] | None:
    """The ids of applications that stand in a group still to be decided; ``None`` where that is not known now.

    Nothing restricted is compared: a gap is told to whoever may see its application, and must not give away a twin that
    they may not see.
    """
    actor = _Colleague()
    found = _found(actor, institution)
    if found is None or not found["current"]:
        return None
    uids = {m["uid"] for group in found["groups"] if group["state"] == OPEN for m in group["members"]}
    rows = visible(actor, institution).filter(domain="applications").order_by().values_list("pk", "uid")
    return {pk for pk, uid in rows if str(uid) in uids} if uids else set()


def comparable(apps: Iterable[rules.Application]) -> dict[str, rules.Application]:
    """By id, those that are compared: what is a national application under its name is nobody's twin."""
    return {app.id: app for app in apps if not uses(app)}


def _decisions(actor: Actor, institution: Institution) -> Any:
    return TwinDecision.objects.filter(
        seen(actor, institution, "first__"), institution=institution, deleted_at=None
    )


def _pairs(actor: Actor, institution: Institution) -> dict[rules.Pair, dict[str, Any]]:
    """What was decided, by pair of applications that the actor may see; ``hidden`` where they go into one that the actor may
    not see: such a pair is not asked about again, and nothing is told of it."""
    live = _decisions(actor, institution).filter(seen(actor, institution, "second__"), second__isnull=False)
    kept = Element.objects.filter(seen(actor, institution), pk=OuterRef("into"))
    live = live.annotate(hidden=Q(into__isnull=False) & ~Exists(kept))
    fields = ("uid", "first", "second", "into", "decision", "due", "reason", "hidden")
    return {rules.pair_of(str(row["first"]), str(row["second"])): dict(row) for row in live.values(*fields)}


def _group(
    group: rules.Twins, by_id: Mapping[str, dict[str, Any]], decided: Mapping[rules.Pair, dict[str, Any]]
) -> dict[str, Any]:
    pairs = {rules.pair_of(a.id, b.id): a.unit != b.unit for a, b in combinations(group.members, 2)}
    made = [decided[pair] for pair in pairs if pair in decided and not decided[pair]["hidden"]]
    waiting = sum(across and pair not in decided for pair, across in pairs.items())
    into = Counter(str(one["into"]) for one in made if one["decision"] == "merge").most_common(1)
    costs = {one.id: cost_of(by_id[one.id]["attributes"]) for one in group.members}
    kept = into[0][0] if into else ""
    return {
        "id": group.id,
        "score": round(group.score, 2),
        "reasons": list(group.reasons),
        "state": OPEN if waiting else DECIDED,
        "open_pairs": waiting,
        "members": [_member(by_id[one.id], costs[one.id]) for one in group.members],
        "decisions": _summed(made, by_id),
        "saving": told_saving(saving(costs, kept)),
    }


def _member(row: Mapping[str, Any], cost: Cost) -> dict[str, Any]:
    value, technical = fits_of(row["attributes"])
    return {
        "code": row["code"],
        "name": row["name"],
        "unit": row["unit__name"],
        "uid": str(row["uid"]),
        "unit_uid": str(row["unit__uid"]),
        "yearly": cost.yearly,
        "contract": cost.contract,
        "value": value,
        "technical": technical,
        "quadrant": quadrants_rules.quadrant(value, technical),
    }


def _summed(made: list[dict[str, Any]], by_id: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Equal decisions of several pairs as one."""
    told: dict[tuple[Any, ...], list[str]] = {}
    for one in made:
        told.setdefault((one["decision"], one["into"], one["due"], one["reason"]), []).append(str(one["uid"]))
    found = []
    for (decision, into, due, reason), uids in told.items():
        kept = by_id.get(str(into))
        found.append(
            {
                "decision": decision,
                "into": str(kept["uid"]) if kept else None,
                "into_name": kept["name"] if kept else "",
                "due": due,
                "reason": reason,
                "pairs": len(uids),
                "uids": uids,
            }
        )
    return sorted(found, key=lambda one: -one["pairs"])


# ---- values


def cost_of(attributes: Mapping[str, Any]) -> Cost:
    """What an application costs, as far as its fields tell an amount."""
    return Cost(_amount(attributes.get("biaya_tahunan")), _amount(attributes.get("nilai_spk")))


def _amount(value: Any) -> int | None:
    return whole(values.money(str(value))[0], digits=15) if value not in (None, "", []) else None


def fits_of(attributes: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Functional and technical fit, 1 to 5; ``None`` where not told or outside."""
    return _fit(attributes.get("nilai_manfaat")), _fit(attributes.get("nilai_teknis"))


def _fit(value: Any) -> float | None:
    if value in (None, "", []):
        return None
    try:
        told = Decimal(str(values.number(str(value))[0]))
    except (InvalidOperation, ValueError):
        return None
    return quadrants_rules.fit(float(told)) if told.is_finite() else None


def told_saving(found: Saving) -> dict[str, Any]:
    """``{"yearly", "contract", "known", "unknown", "at_least"}``: rupiah; nothing is known where ``known`` is 0."""
    return asdict(found) | {"at_least": found.at_least}


def total_saving(groups: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What merging all of them would save; an application that stands in two groups is counted once."""
    counted: set[str] = set()
    total = Saving()
    for group in groups:
        costs = {m["uid"]: Cost(m["yearly"], m["contract"]) for m in group["members"]}
        into = next((one["into"] for one in group["decisions"] if one["into"]), "")
        kept = into or max(sorted(costs), key=lambda uid: (costs[uid].known, costs[uid].amount))
        fresh = {uid: cost for uid, cost in costs.items() if uid not in counted and uid != kept}
        counted |= costs.keys()
        total += saving(fresh | {kept: Cost()}, kept)
    return told_saving(total)


def _in_words(group: Mapping[str, Any], language: str) -> dict[str, Any]:
    labels = decision_words()
    return {
        **group,
        "reasons": [rules.message(reason, language) for reason in group["reasons"]],
        "reason_keys": [reason.key for reason in group["reasons"]],
        "decisions": [one | {"label": labels[one["decision"]]} for one in group["decisions"]],
        "title": _title(group["reasons"], language),
    }


def decision_words() -> dict[str, str]:
    """The decisions about two applications."""
    return {"merge": _("Merge them"), "keep": _("Keep both"), "different": _("No twins")}


def _title(reasons: list[rules.Reason], language: str) -> str:
    """What a group is about: its general purpose, else what its surest reason shares."""
    first = next((one for one in reasons if one.key == "purpose"), reasons[0] if reasons else None)
    words = rules.message(first, language).partition(": ")[2] if first else ""
    return words[:1].upper() + words[1:]


# ---- the TIME quadrant


def quadrants(actor: Actor, institution: Institution, unit: str = "") -> dict[str, list[dict[str, Any]]]:
    """Applications by the two fits: ``placed`` with their quadrant, and ``unknown`` without one, by name. One query.

    ``[{"uid", "code", "name", "unit", "unit_uid", "value", "technical", "quadrant", "missing"}]``
    """

    def read() -> list[dict[str, Any]]:
        return [_placed(row) for row in twin_memory.rows_of(actor, institution)]

    rows = remembered(key_of("quadrant", actor, institution), read)
    rows = [row for row in rows if not unit or row["unit_uid"] == unit]
    return {
        "placed": [row for row in rows if row["quadrant"]],
        "unknown": [row for row in rows if not row["quadrant"]],
    }


def _placed(row: Mapping[str, Any]) -> dict[str, Any]:
    value, technical = fits_of(row["attributes"])
    fits = {"nilai_manfaat": value, "nilai_teknis": technical}
    return {
        "uid": str(row["uid"]),
        "code": row["code"],
        "name": row["name"],
        "unit": row["unit__name"],
        "unit_uid": str(row["unit__uid"]),
        "unit_path": row["unit__path"],
        "value": value,
        "technical": technical,
        "quadrant": quadrants_rules.quadrant(value, technical),
        "missing": [key for key, told in fits.items() if told is None],
    }


def paths_of_units(institution: Institution) -> list[tuple[UUID, str]]:
    """Uid and path of every unit."""
    return list(Unit.objects.filter(institution=institution).order_by().values_list("uid", "path"))
