"""Gaps (*celah*): what the integrated architecture lacks, said per element.

Sources: an object of one domain without the objects it needs in another is a gap (reference tools of Kota Madiun and
others, see docs/decisions/0004-gaps.md); the duties of people and security follow the metamodel's domains.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Rule:
    """An element of ``domain`` needs one of the relations (outgoing or incoming) or one of the attributes."""

    key: str
    domain: str
    outgoing: frozenset[str] = frozenset()
    incoming: frozenset[str] = frozenset()
    attributes: tuple[str, ...] = ()
    message: Mapping[str, str] = None  # type: ignore[assignment]
    advice: Mapping[str, str] = None  # type: ignore[assignment]


def _text(indonesian: str, english: str) -> Mapping[str, str]:
    return {"id": indonesian, "en": english}


RULES: tuple[Rule, ...] = (
    Rule(
        "service_without_application",
        "services",
        incoming=frozenset({"application_service"}),
        message=_text("Layanan belum didukung aplikasi", "No application supports this service"),
        advice=_text("Hubungkan aplikasi yang melayaninya.", "Link the application that serves it."),
    ),
    Rule(
        "application_without_process",
        "applications",
        outgoing=frozenset({"application_process"}),
        message=_text("Aplikasi tanpa proses bisnis", "Application without a business process"),
        advice=_text(
            "Hubungkan proses bisnis yang dijalankannya.", "Link the business process it carries out."
        ),
    ),
    Rule(
        "application_without_data",
        "applications",
        outgoing=frozenset({"application_data"}),
        message=_text("Aplikasi tanpa data", "Application without data"),
        advice=_text("Hubungkan data yang dibaca atau ditulisnya.", "Link the data it reads or writes."),
    ),
    Rule(
        "application_without_hosting",
        "applications",
        outgoing=frozenset({"application_server", "application_cloud"}),
        attributes=("lokasi_server",),
        message=_text(
            "Aplikasi tanpa tempat (server atau awan)", "Application without hosting (server or cloud)"
        ),
        advice=_text("Hubungkan server atau layanan awannya.", "Link its server or cloud service."),
    ),
    Rule(
        "application_without_security",
        "applications",
        outgoing=frozenset({"secured_by"}),
        message=_text("Aplikasi tanpa catatan keamanan", "Application without a security record"),
        advice=_text(
            "Hubungkan audit, kelaikan, atau kontrol keamanannya.",
            "Link its audit, fitness check or security control.",
        ),
    ),
    Rule(
        "application_without_operator",
        "applications",
        attributes=("operator",),
        message=_text("Aplikasi tanpa operator", "Application without an operator"),
        advice=_text("Tulis siapa yang mengoperasikannya.", "Write down who operates it."),
    ),
)


BY_KEY: Mapping[str, Rule] = {rule.key: rule for rule in RULES}


@dataclass(frozen=True)
class Thing:
    """What the rules need of an element."""

    id: int
    domain: str
    attributes: Mapping[str, Any]


def find(
    things: Iterable[Thing], outgoing: Mapping[int, set[str]], incoming: Mapping[int, set[str]]
) -> list[tuple[Rule, int]]:
    """All gaps as (rule, id of the element), in the order of ``things``, then of the catalogue.

    ``outgoing`` and ``incoming`` give per element the relation types that leave or reach it.
    """
    by_domain: dict[str, list[Rule]] = {}
    for rule in RULES:
        by_domain.setdefault(rule.domain, []).append(rule)
    found = []
    for thing in things:
        for rule in by_domain.get(thing.domain, ()):
            if outgoing.get(thing.id, set()) & rule.outgoing or incoming.get(thing.id, set()) & rule.incoming:
                continue
            if any(thing.attributes.get(name) for name in rule.attributes):
                continue
            found.append((rule, thing.id))
    return found
