"""Local applications beside the national shared ones of the eight fields of Perpres 95/2018 Pasal 63(3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pendapa.architecture.models import TwinDecision
from pendapa.architecture.queries import twin_memory
from pendapa.architecture.queries.analyses import key_of, remembered
from pendapa.architecture.queries.lists import seen
from pendapa.architecture.rules import national as rules
from pendapa.architecture.rules.twins import Application, message
from pendapa.kernel.access.actor import Actor, system
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs
from pendapa.regulations.national import NationalApplication


@lru_cache
def catalogue() -> tuple[rules.General, ...]:
    """The pack as the rule takes it."""
    return tuple(
        rules.General(one.code, one.name, one.fields, one.names, one.hosts)
        for one in packs.national().applications
    )


@lru_cache(maxsize=20_000)
def _matches(
    name: str, unit: str, function: str, kelas: str, origin: str, url: str
) -> tuple[rules.Match, ...]:
    one = Application("", "", name, unit, unit, function, kelas=kelas, origin=origin, url=url)
    return tuple(rules.matches(one, catalogue()))


def matches_of(app: Application) -> tuple[rules.Match, ...]:
    """What the rule says of an application; remembered by what it reads."""
    return _matches(app.name, app.unit_name, app.function, app.kelas, app.origin, app.url)


def uses(app: Application) -> bool:
    """Whether it is a national application under its name: then it is nobody's twin."""
    return any(match.uses for match in matches_of(app))


def national_matches(actor: Actor, institution: Institution) -> list[dict[str, Any]]:
    """Applications that are a national one (``uses``) or may duplicate it, in the order of the fields, then by name.

    ``[{"uid", "code", "name", "unit", "unit_uid", "national", "national_name", "owner", "fields", "uses", "reasons",
    "verified", "source", "note", "decision"}]``; ``decision`` is ``None`` where nothing is decided. Two queries.
    """
    language = get_language() or "id"
    pack = packs.national()
    found = remembered(key_of("national", actor, institution), lambda: _found(actor, institution))
    return [
        {
            **{key: value for key, value in one.items() if key != "id"},
            **_told(pack.by_code[one["national"]], language),
            "fields": [pack.field(key).label.in_language(language) for key in one["fields"]],
            "field_keys": list(one["fields"]),
            "reasons": [message(reason, language) for reason in one["reasons"]],
            "decision": _decided(one["decision"]),
        }
        for one in found
    ]


def _told(one: NationalApplication, language: str) -> dict[str, Any]:
    return {
        "national_name": one.name,
        "national_long": one.long.in_language(language),
        "owner": one.owner,
        "verified": one.verified,
        "source": "; ".join(packs.national().source_names.get(key, key) for key in one.sources),
        "note": one.note,
    }


def _decided(one: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return dict(one) | {"label": decision_words()[one["decision"]]} if one else None


def decision_words() -> dict[str, str]:
    """The decisions about an application and a national one, in its words."""
    return {
        "merge": _("Replace by the national one"),
        "keep": _("Keep, with a reason"),
        "different": _("Another job"),
    }


def _found(actor: Actor, institution: Institution) -> list[dict[str, Any]]:
    rows = twin_memory.rows_of(actor, institution)
    decided = _decisions(actor, institution)
    order = {field.key: place for place, field in enumerate(packs.national().fields)}
    found = []
    for row in rows:
        for match in matches_of(twin_memory._application(row, {})):
            found.append(
                {
                    "id": row["id"],
                    "uid": str(row["uid"]),
                    "code": row["code"],
                    "name": row["name"],
                    "unit": row["unit__name"],
                    "unit_uid": str(row["unit__uid"]),
                    "national": match.code,
                    "fields": match.fields,
                    "uses": match.uses,
                    "reasons": match.reasons,
                    "decision": decided.get((row["id"], match.code)),
                }
            )
    return sorted(found, key=lambda one: min(order[key] for key in one["fields"]))


def _decisions(actor: Actor, institution: Institution) -> dict[tuple[int, str], dict[str, Any]]:
    live = TwinDecision.objects.filter(
        seen(actor, institution, "first__"), institution=institution, deleted_at=None
    )
    fields = ("uid", "first", "national", "decision", "due", "reason")
    return {
        (row["first"], row["national"]): {
            "uid": str(row["uid"]),
            "decision": row["decision"],
            "due": row["due"],
            "reason": row["reason"],
        }
        for row in live.exclude(national="").values(*fields)
    }


def duplicates(institution: Institution) -> set[int]:
    """The ids of applications that may duplicate a national one, and of which nothing else is decided than to replace them."""
    return _ids(
        institution,
        lambda one: not one["uses"] and (not one["decision"] or one["decision"]["decision"] == "merge"),
    )


def _ids(institution: Institution, wanted: Callable[[dict[str, Any]], bool]) -> set[int]:
    actor = system()
    found = remembered(key_of("national", actor, institution), lambda: _found(actor, institution))
    return {one["id"] for one in found if wanted(one)}
