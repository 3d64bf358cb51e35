"""What the register knows of a proposed application, whoever asks: the checks' facts. :mod:`.results` cuts them to a reader.

The comparison with other applications is remembered until one of them changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Max, Sum

from pendapa.architecture.models import Element, Relation
from pendapa.architecture.queries import national, twin_memory
from pendapa.architecture.queries.analyses import remembered
from pendapa.architecture.rules import twins
from pendapa.clearance import ports
from pendapa.clearance.models import ClearanceRequest
from pendapa.clearance.queries.requests import pack
from pendapa.clearance.rules import form
from pendapa.clearance.rules.checks import Evidence, Facts
from pendapa.kernel.access.actor import system
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.kernel.ui import formats
from pendapa.regulations import packs

MOST_TWINS = 20
LINKS = {
    "proses_bisnis": "processes",
    "layanan": "services",
    "data": "data",
    "infrastruktur": "infrastructure",
}
"""Questions that name elements, and the domain of those."""
_TYPES = ("application_process", "application_service", "application_data")


def gather(row: ClearanceRequest) -> Facts:
    """Everything that the checks look at, from the whole register. For readers it is cut by :func:`checks.seen_by`."""
    answers, form_pack = row.answers, pack()
    linked = _linked(row.institution, answers)
    proposed = _proposed(row, linked)
    choice = form_pack.field("bidang_umum").option(str(answers.get("bidang_umum", "")))
    hosting = form_pack.field("hosting").option(str(answers.get("hosting", "")))
    personal = form_pack.field("data_pribadi").option(str(answers.get("data_pribadi", "")))
    ceiling = answers.get("pagu", "")
    lines = ports.roadmap(row.institution, row.unit, row.year, row.title)
    columns = form_pack.risks.columns
    return Facts(
        year=row.year,
        field=choice.key if choice else "",
        field_name=f"Aplikasi Umum {choice.label.id}" if choice else "",
        comparable=bool(row.title and answers.get("fungsi")),
        national=tuple(_national(choice.key if choice else "", proposed)),
        twins=tuple(_twins(row.institution, proposed)),
        roadmap=None if lines is None else tuple(Evidence(name=one.name, url=one.url) for one in lines),
        processes=tuple(map(_evidence, linked["processes"])),
        services=tuple(map(_evidence, linked["services"])),
        data=tuple(map(_evidence, linked["data"])),
        infrastructure=tuple(map(_evidence, linked["infrastructure"])),
        owners=tuple(_owners(row.institution, answers, linked["data"])),
        hosting=hosting.label.id if hosting else "",
        risks=sum(1 for risk in row.risks if form.complete(columns, risk)),
        personal=personal.key if personal else "",
        impact=bool(answers.get("dampak_data_pribadi")),
        code=str(answers.get("kode_program", "")),
        ceiling=int(ceiling) if ceiling else None,
        ceiling_name=formats.rupiah(int(ceiling)) if ceiling else "",
    )


def _linked(institution: Institution, answers: dict[str, Any]) -> dict[str, list[Element]]:
    """Live elements that the request names, by domain, in the order of their names. One query."""
    wanted = {uid: domain for key, domain in LINKS.items() for uid in answers.get(key) or ()}
    found: dict[str, list[Element]] = {domain: [] for domain in LINKS.values()}
    if wanted:
        rows = Element.objects.filter(institution=institution, deleted_at=None, uid__in=list(wanted))
        for one in rows.select_related("unit").order_by("name_key", "id"):
            if wanted.get(str(one.uid)) == one.domain:
                found[one.domain].append(one)
    return found


def _evidence(one: Element) -> Evidence:
    return Evidence(name=one.name, uid=str(one.uid), code=one.code, unit=one.unit.name, domain=one.domain)


def _owners(institution: Institution, answers: dict[str, Any], data: Iterable[Element]) -> Iterable[Evidence]:
    if uid := answers.get("pemilik_data"):
        named = Unit.objects.filter(institution=institution, uid=uid).values_list("name", flat=True).first()
        if named:
            yield Evidence(name=named)
    for one in data:
        for producer in _texts(one.attributes.get("produsen")):
            yield Evidence(name=producer, uid=str(one.uid))


def _texts(value: Any) -> list[str]:
    rows = value if isinstance(value, list) else [value]
    return [str(one) for one in rows if one]


# ---- what does the same


def _proposed(row: ClearanceRequest, linked: dict[str, list[Element]]) -> twins.Application:
    """The proposed application as the rule of twins takes one."""

    def named(domain: str) -> frozenset[str]:
        return frozenset(f"{one.name} ({one.code})" for one in linked[domain])

    return twins.Application(
        id="proposed",
        code="",
        name=row.title,
        unit=str(row.unit_id),
        unit_name=row.unit.name,
        function=str(row.answers.get("fungsi", "")),
        processes=named("processes"),
        services=named("services"),
        data=named("data"),
    )


def _national(field: str, proposed: twins.Application) -> Iterable[Evidence]:
    """National applications named for the chosen field, those that the proposed one is by its name, and those whose work it
    does by its title and function, whatever was answered."""
    pack = packs.national()
    fields: dict[str, tuple[str, ...]] = {}
    if field in {one.key for one in pack.fields}:
        fields = {one.code: (field,) for one in pack.of_field(field)}
    for match in national.matches_of(proposed):
        fields.setdefault(match.code, match.fields)
    for code, told in fields.items():
        one = pack.by_code[code]
        detail = ", ".join(pack.field(key).label.id for key in told) or one.long.id
        yield Evidence(name=one.name, code=code, unit=one.owner, detail=detail, verified=one.verified)


def _twins(institution: Institution, proposed: twins.Application) -> list[Evidence]:
    """Applications of the whole register that look like the proposed one, surest first; remembered until an application,
    what it is linked with, or a unit changes."""
    if not proposed.name:
        return []
    named = (*sorted(proposed.processes), "", *sorted(proposed.services), "", *sorted(proposed.data))
    told = (
        str(institution.pk),
        proposed.name,
        proposed.function,
        proposed.unit_name,
        *named,
        *_state(institution),
    )
    key = "clearance:twins:" + hashlib.sha256("\n".join(told).encode()).hexdigest()
    return remembered(key, lambda: _compared(institution, proposed))


def _state(institution: Institution) -> Iterable[str]:
    """What tells that something compared has changed: how many there are, and how often they were written. Three queries."""
    of = {"institution": institution, "deleted_at": None}
    for rows in (
        Element.objects.filter(domain="applications", **of),
        Relation.objects.filter(type__in=_TYPES, **of),
        Unit.objects.filter(**of),
    ):
        yield str(rows.order_by().aggregate(n=Count("pk"), written=Sum("version"), last=Max("pk")))


def _compared(institution: Institution, proposed: twins.Application) -> list[Evidence]:
    everybody = system()
    rows = twin_memory.rows_of(everybody, institution)
    known = twin_memory.applications(everybody, institution, rows)
    kept = twin_memory.memory(institution)
    # The measure of the last comparison of all, where there is one: to make it anew reads every application.
    corpus = kept.corpus if kept else twins.Corpus(known.values(), twin_memory.names_of_units(institution))
    found = []
    for row in rows:
        score, reasons = twins.likeness(proposed, known[str(row["id"])], corpus)
        if score >= twins.THRESHOLD:
            told = tuple((reason.key, dict(reason.params)) for reason in reasons)
            found.append(
                Evidence(
                    name=row["name"], uid=str(row["uid"]), code=row["code"], unit=row["unit__name"],
                    domain="applications", score=round(score, 2), reasons=told,
                )
            )  # fmt: skip
    found.sort(key=lambda one: (-one.score, one.name, one.uid))
    return found[:MOST_TWINS]
